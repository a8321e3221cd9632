use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// Fields of an object, as `fieldsV1` has them: `f:spec`, `k:{"name":"a"}`, `v:"x"`.
///
/// Source: `structured-merge-diff/fieldpath/set.go`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct FieldSet {
    /// Whether the field itself is meant, and not only what is in it.
    pub(super) own: bool,
    pub(super) children: BTreeMap<String, FieldSet>,
}

impl FieldSet {
    /// A field and nothing in it.
    pub(super) fn leaf() -> Self {
        Self { own: true, children: BTreeMap::new() }
    }

    pub(super) fn is_empty(&self) -> bool {
        !self.own && self.children.is_empty()
    }

    /// Takes in a child, where there is something in it.
    pub(super) fn put(&mut self, step: String, child: Self) {
        if !child.is_empty() {
            self.children.insert(step, child);
        }
    }

    pub(super) fn union(&mut self, other: &Self) {
        self.own |= other.own;
        for (step, child) in &other.children {
            self.children.entry(step.clone()).or_default().union(child);
        }
    }

    /// What is in both.
    pub(super) fn intersection(&self, other: &Self) -> Self {
        let mut both = Self { own: self.own && other.own, children: BTreeMap::new() };
        for (step, child) in &self.children {
            if let Some(theirs) = other.children.get(step) {
                both.put(step.clone(), child.intersection(theirs));
            }
        }
        both
    }

    /// What is in this one only.
    pub(super) fn difference(&self, other: &Self) -> Self {
        let mut rest = Self { own: self.own && !other.own, children: BTreeMap::new() };
        for (step, child) in &self.children {
            let left = match other.children.get(step) {
                Some(theirs) => child.difference(theirs),
                None => child.clone(),
            };
            rest.put(step.clone(), left);
        }
        rest
    }

    /// Takes a field and all that is in it out.
    pub(super) fn remove(&mut self, path: &[&str]) {
        match path {
            [] => {}
            [last] => drop(self.children.remove(*last)),
            [first, rest @ ..] => {
                if let Some(child) = self.children.get_mut(*first) {
                    child.remove(rest);
                    if child.is_empty() {
                        self.children.remove(*first);
                    }
                }
            }
        }
    }

    /// Without what is said of an object whoever owns its fields.
    ///
    /// Source: `apimachinery/pkg/util/managedfields/internal/stripmeta.go`.
    pub(super) fn strip(&mut self) {
        self.own = false;
        self.children.remove("f:apiVersion");
        self.children.remove("f:kind");
        for field in [
            "name",
            "namespace",
            "creationTimestamp",
            "selfLink",
            "uid",
            "generation",
            "managedFields",
            "resourceVersion",
        ] {
            self.remove(&["f:metadata", &format!("f:{field}")]);
        }
        if let Some(metadata) = self.children.get_mut("f:metadata") {
            metadata.own = false;
            if metadata.is_empty() {
                self.children.remove("f:metadata");
            }
        }
    }

    pub(super) fn to_json(&self) -> Value {
        let mut map = Map::new();
        if self.own && !self.children.is_empty() {
            map.insert(".".to_owned(), json!({}));
        }
        for (step, child) in &self.children {
            map.insert(step.clone(), child.to_json());
        }
        Value::Object(map)
    }

    pub(super) fn from_json(value: &Value) -> Self {
        let Some(map) = value.as_object() else { return Self::default() };
        let mut set =
            Self { own: map.is_empty() || map.contains_key("."), children: BTreeMap::new() };
        for (step, child) in map.iter().filter(|(step, _)| *step != ".") {
            set.children.insert(step.clone(), Self::from_json(child));
        }
        set
    }

    /// Every field, as `.spec.containers[name="a"].image`.
    pub(super) fn paths(&self) -> Vec<String> {
        let mut paths = Vec::new();
        self.collect(&mut String::new(), &mut paths);
        paths
    }

    fn collect(&self, prefix: &mut String, paths: &mut Vec<String>) {
        if self.own {
            paths.push(prefix.clone());
        }
        for (step, child) in &self.children {
            let length = prefix.len();
            prefix.push_str(&written(step));
            child.collect(prefix, paths);
            prefix.truncate(length);
        }
    }
}

/// Source: `structured-merge-diff/fieldpath/element.go`, `String`.
fn written(step: &str) -> String {
    if let Some(name) = step.strip_prefix("f:") {
        return format!(".{name}");
    }
    if let Some(keys) = step.strip_prefix("k:") {
        let keys: Value = serde_json::from_str(keys).unwrap_or_default();
        let pairs = keys.as_object().into_iter().flatten();
        let pairs: Vec<String> = pairs.map(|(key, value)| format!("{key}={value}")).collect();
        return format!("[{}]", pairs.join(","));
    }
    format!("[={}]", step.strip_prefix("v:").unwrap_or(step))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_read_written_and_combined() {
        let json = json!({"f:spec": {"f:replicas": {}, "f:containers": {"k:{\"name\":\"a\"}": {".": {}, "f:image": {}}}}});
        let set = FieldSet::from_json(&json);
        assert_eq!(set.to_json(), json);
        assert_eq!(
            set.paths(),
            [
                ".spec.containers[name=\"a\"]",
                ".spec.containers[name=\"a\"].image",
                ".spec.replicas"
            ]
        );
        let other = FieldSet::from_json(&json!({"f:spec": {"f:replicas": {}}}));
        assert_eq!(set.intersection(&other), other);
        assert_eq!(set.difference(&other).paths().len(), 2);
        let mut all = set.difference(&other);
        all.union(&other);
        assert_eq!(all, set);
    }
}
