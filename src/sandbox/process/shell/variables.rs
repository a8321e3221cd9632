use std::collections::BTreeMap;

use super::lexer::is_name;

/// A shell's variables.
#[derive(Debug, Clone, Default)]
pub(crate) struct Variables {
    values: BTreeMap<String, Variable>,
    /// What `local` hid, one map for each function that runs.
    hidden: Vec<BTreeMap<String, Option<Variable>>>,
}

/// One variable.
#[derive(Debug, Clone, Default)]
struct Variable {
    value: Option<String>,
    exported: bool,
    read_only: bool,
}

/// A variable that cannot be changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReadOnly(pub(crate) String);

impl Variables {
    /// The variables that a shell is started with.
    pub(crate) fn from_env(env: &[(String, String)]) -> Self {
        let values = env
            .iter()
            .filter(|(name, _)| is_name(name))
            .map(|(name, value)| {
                let value = Some(value.clone());
                (name.clone(), Variable { value, exported: true, read_only: false })
            })
            .collect();
        Self { values, hidden: Vec::new() }
    }

    /// The value, where it has one.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name)?.value.as_deref()
    }

    /// Gives it a value.
    pub(crate) fn set(&mut self, name: &str, value: &str) -> Result<(), ReadOnly> {
        let variable = self.values.entry(name.to_owned()).or_default();
        if variable.read_only {
            return Err(ReadOnly(name.to_owned()));
        }
        variable.value = Some(value.to_owned());
        Ok(())
    }

    /// Takes it away.
    pub(crate) fn unset(&mut self, name: &str) -> Result<(), ReadOnly> {
        match self.values.get(name) {
            Some(variable) if variable.read_only => Err(ReadOnly(name.to_owned())),
            _ => {
                self.values.remove(name);
                Ok(())
            }
        }
    }

    /// Whether programs get to see it.
    pub(crate) fn export(&mut self, name: &str, exported: bool) {
        self.values.entry(name.to_owned()).or_default().exported = exported;
    }

    /// From now on it cannot be changed.
    pub(crate) fn make_read_only(&mut self, name: &str) {
        self.values.entry(name.to_owned()).or_default().read_only = true;
    }

    /// Names and values of those that programs get to see.
    pub(crate) fn exported(&self) -> Vec<(String, String)> {
        let exported = self.values.iter().filter(|(_, variable)| variable.exported);
        exported
            .filter_map(|(name, variable)| Some((name.clone(), variable.value.clone()?)))
            .collect()
    }

    /// Names and values of all that have one.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        self.values.iter().filter_map(|(name, it)| Some((name.as_str(), it.value.as_deref()?)))
    }

    /// Names of those that cannot be changed, with their values.
    pub(crate) fn read_only(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        let fixed = self.values.iter().filter(|(_, variable)| variable.read_only);
        fixed.map(|(name, variable)| (name.as_str(), variable.value.as_deref()))
    }

    /// A function begins.
    pub(crate) fn enter(&mut self) {
        self.hidden.push(BTreeMap::new());
    }

    /// A function ends: what it made local is as before.
    pub(crate) fn leave(&mut self) {
        for (name, variable) in self.hidden.pop().unwrap_or_default() {
            match variable {
                Some(variable) => self.values.insert(name, variable),
                None => self.values.remove(&name),
            };
        }
    }

    /// Whether a function runs.
    pub(crate) fn in_function(&self) -> bool {
        !self.hidden.is_empty()
    }

    /// Makes a variable local to the function that runs; it keeps its value unless told.
    pub(crate) fn make_local(&mut self, name: &str, keeps_value: bool) {
        let Some(hidden) = self.hidden.last_mut() else { return };
        if hidden.contains_key(name) {
            return;
        }
        let old = self.values.get(name).cloned();
        if !keeps_value {
            let exported = old.as_ref().is_some_and(|variable| variable.exported);
            let fresh = Variable { value: None, exported, read_only: false };
            self.values.insert(name.to_owned(), fresh);
        }
        hidden.insert(name.to_owned(), old);
    }
}
