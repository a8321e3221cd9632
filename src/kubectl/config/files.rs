//! The kubeconfig files: read as one, written each for itself.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use crate::kubectl::failure::{Failure, Outcome};
use crate::kubectl::manifest;
use crate::kubectl::print::yaml;

/// The lists of a kubeconfig, and what each member is called.
pub(super) const LISTS: [(&str, &str); 3] =
    [("clusters", "cluster"), ("contexts", "context"), ("users", "user")];

/// Fields that name files.
pub(super) const FILES: &[&str] = &["certificate-authority", "client-certificate", "client-key"];

/// One file.
#[derive(Debug, Clone)]
struct File {
    path: PathBuf,
    config: Value,
    changed: bool,
}

/// All files, the first of which wins.
#[derive(Debug, Clone)]
pub(super) struct Files {
    files: Vec<File>,
}

impl Files {
    /// Reads the files that count: the one that is asked for, those of `$KUBECONFIG`, or
    /// `~/.kube/config`. A file that does not exist is empty.
    ///
    /// Source: `client-go/tools/clientcmd/config.go`, `PathOptions`.
    pub(super) fn read(asked: Option<&str>) -> Result<Self, Failure> {
        let mut files = Vec::new();
        for path in paths(asked) {
            let config = match std::fs::read_to_string(&path) {
                Ok(text) => one(&path, &text)?,
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => Value::Null,
                Err(error) => {
                    return Err(Failure::message(format!("open {}: {error}", path.display())));
                }
            };
            files.push(File { path, config, changed: false });
        }
        Ok(Self { files })
    }

    /// The name of the file that new entries go to: the first that exists, else the last.
    pub(super) fn default_path(&self) -> String {
        self.default_file().map(|file| file.path.display().to_string()).unwrap_or_default()
    }

    fn default_file(&self) -> Option<&File> {
        self.files.iter().find(|file| !file.config.is_null()).or_else(|| self.files.last())
    }

    /// The current context; empty where there is none.
    pub(super) fn current(&self) -> &str {
        let mut texts =
            self.files.iter().filter_map(|file| file.config["current-context"].as_str());
        texts.find(|text| !text.is_empty()).unwrap_or_default()
    }

    /// An entry of a list.
    pub(super) fn entry(&self, list: &str, name: &str) -> Option<&Value> {
        self.files.iter().find_map(|file| entry(&file.config, list, name))
    }

    /// The names of a list, sorted.
    pub(super) fn names(&self, list: &str) -> Vec<String> {
        let all = self.files.iter().filter_map(|file| file.config[list].as_array());
        let names = all.flatten().filter_map(|entry| entry["name"].as_str());
        let mut names: Vec<String> = names.map(str::to_owned).collect();
        names.sort();
        names.dedup();
        names
    }

    /// All files as one.
    pub(super) fn merged(&self) -> Value {
        let mut config = Map::new();
        for (list, member) in LISTS {
            let entries: Vec<Value> = self
                .names(list)
                .iter()
                .map(|name| {
                    let entry = self.entry(list, name).cloned().unwrap_or_default();
                    json!({"name": name, member: entry})
                })
                .collect();
            config.insert(list.to_owned(), json!(entries));
        }
        config.insert("current-context".to_owned(), json!(self.current()));
        tidy(&Value::Object(config))
    }

    /// Makes this context the current one, in the file that says which is.
    pub(super) fn set_current(&mut self, name: &str) {
        let says = |file: &File| {
            file.config["current-context"].as_str().is_some_and(|text| !text.is_empty())
        };
        let at = self.files.iter().position(says).or_else(|| self.default_index());
        if let Some(file) = at.and_then(|at| self.files.get_mut(at)) {
            file.change()["current-context"] = json!(name);
        }
    }

    fn default_index(&self) -> Option<usize> {
        let existing = self.files.iter().position(|file| !file.config.is_null());
        existing.or_else(|| self.files.len().checked_sub(1))
    }

    /// Writes an entry where it stands, else to the default file.
    pub(super) fn put(&mut self, list: &str, name: &str, mut value: Value) {
        let has = |file: &File| entry(&file.config, list, name).is_some();
        let at = self.files.iter().position(has).or_else(|| self.default_index());
        let Some(file) = at.and_then(|at| self.files.get_mut(at)) else { return };
        let member = member_of(list);
        file.shorten(&mut value);
        let config = file.change();
        if !config[list].is_array() {
            config[list] = json!([]);
        }
        let Some(entries) = config[list].as_array_mut() else { return };
        match entries.iter_mut().find(|entry| entry["name"] == name) {
            Some(entry) => entry[member] = value,
            None => entries.push(json!({"name": name, member: value})),
        }
    }

    /// Removes an entry wherever it stands.
    pub(super) fn remove(&mut self, list: &str, name: &str) {
        for file in &mut self.files {
            if entry(&file.config, list, name).is_none() {
                continue;
            }
            if let Some(entries) = file.change()[list].as_array_mut() {
                entries.retain(|entry| entry["name"] != name);
            }
        }
    }

    /// Writes the files that have changed.
    pub(super) fn write(&self) -> Outcome {
        for file in self.files.iter().filter(|file| file.changed) {
            file.write()?;
        }
        Ok(())
    }
}

impl File {
    fn change(&mut self) -> &mut Value {
        self.changed = true;
        if self.config.is_null() {
            self.config = json!({});
        }
        &mut self.config
    }

    /// Names files below the folder of this one by the way from here.
    ///
    /// Source: `client-go/tools/clientcmd/loader.go`, `RelativizePathWithNoBacksteps`.
    fn shorten(&self, entry: &mut Value) {
        let Ok(own) = std::path::absolute(&self.path) else { return };
        let Some(folder) = own.parent() else { return };
        for field in FILES {
            let path = entry.get(*field).and_then(Value::as_str).map(PathBuf::from);
            if let Some(short) = path.as_deref().and_then(|path| path.strip_prefix(folder).ok()) {
                entry[*field] = json!(short.display().to_string());
            }
        }
    }

    /// Writes beside the file first, so that it is never seen half written.
    fn write(&self) -> Outcome {
        use std::os::unix::fs::OpenOptionsExt;
        let said = |error: std::io::Error| {
            Failure::message(format!("write {}: {error}", self.path.display()))
        };
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder).map_err(said)?;
        // A link stays one: what it leads to is written.
        let path = std::fs::canonicalize(&self.path).unwrap_or_else(|_| self.path.clone());
        let mut beside = path.clone().into_os_string();
        beside.push(format!(".{}.new", std::process::id()));
        let text = yaml(&tidy(&self.config));
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create(true).truncate(true).mode(0o600);
        let written = options
            .open(&beside)
            .and_then(|mut file| std::io::Write::write_all(&mut file, text.as_bytes()))
            .and_then(|()| std::fs::rename(&beside, &path));
        if written.is_err() {
            // What is left of the attempt is of no use.
            let _ = std::fs::remove_file(&beside);
        }
        written.map_err(said)
    }
}

fn paths(asked: Option<&str>) -> Vec<PathBuf> {
    if let Some(asked) = asked {
        return vec![PathBuf::from(asked)];
    }
    if let Some(listed) = std::env::var_os("KUBECONFIG").filter(|listed| !listed.is_empty()) {
        let paths = std::env::split_paths(&listed).filter(|path| !path.as_os_str().is_empty());
        return paths.collect();
    }
    let home = std::env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
    vec![home.join(".kube/config")]
}

fn one(path: &Path, text: &str) -> Result<Value, Failure> {
    let source = path.display().to_string();
    let objects = manifest::objects(&source, text).map_err(|failure| {
        Failure::message(format!(
            "error loading config file {source:?}: {}",
            failure.text().trim_end().trim_start_matches("error: ")
        ))
    })?;
    Ok(objects.into_iter().next().unwrap_or_else(|| json!({})))
}

/// What a member of the list is called.
pub(super) fn member_of(list: &str) -> &'static str {
    LISTS.iter().find(|(name, _)| *name == list).map_or("user", |(_, member)| member)
}

fn entry<'a>(config: &'a Value, list: &str, name: &str) -> Option<&'a Value> {
    let mut entries = config[list].as_array()?.iter();
    entries.find(|entry| entry["name"] == name).map(|entry| &entry[member_of(list)])
}

/// As kubectl writes a kubeconfig: lists sorted by name, with what must be there.
///
/// Source: `client-go/tools/clientcmd/api/v1/conversion.go`.
fn tidy(config: &Value) -> Value {
    let mut out = config.as_object().cloned().unwrap_or_default();
    out.insert("apiVersion".to_owned(), json!("v1"));
    out.insert("kind".to_owned(), json!("Config"));
    out.remove("preferences");
    if !out.get("current-context").is_some_and(Value::is_string) {
        out.insert("current-context".to_owned(), json!(""));
    }
    for (list, member) in LISTS {
        let mut entries = config[list].as_array().cloned().unwrap_or_default();
        entries.sort_by(|a, b| a["name"].as_str().cmp(&b["name"].as_str()));
        for entry in &mut entries {
            let needed: &[&str] = match list {
                "clusters" => &["server"],
                "contexts" => &["cluster", "user"],
                _ => &[],
            };
            if !entry[member].is_object() {
                entry[member] = json!({});
            }
            for field in needed {
                if !entry[member][field].is_string() {
                    entry[member][field] = json!("");
                }
            }
        }
        let entries = if entries.is_empty() { Value::Null } else { json!(entries) };
        out.insert(list.to_owned(), entries);
    }
    Value::Object(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(folder: &Path) -> Files {
        let file = |name: &str| File {
            path: folder.join(name),
            config: std::fs::read_to_string(folder.join(name))
                .map_or(Value::Null, |text| one(&folder.join(name), &text).unwrap()),
            changed: false,
        };
        Files { files: vec![file("none"), file("a"), file("b")] }
    }

    #[test]
    fn the_first_file_wins_and_each_keeps_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text);
        write("a", "contexts: [{name: x, context: {cluster: 1a}}]\n").unwrap();
        write(
            "b",
            "current-context: prod\ncontexts: [{name: x, context: {cluster: 1b}}, {name: prod, context: {}}]\n",
        )
        .unwrap();
        let mut all = files(folder.path());
        assert_eq!(all.current(), "prod");
        assert_eq!(all.names("contexts"), ["prod", "x"]);
        assert_eq!(all.entry("contexts", "x").unwrap()["cluster"], "1a");
        all.put("contexts", "prod", json!({"namespace": "n"}));
        all.put("contexts", "z", json!({}));
        all.set_current("x");
        all.write().unwrap();
        let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
        assert!(read("a").contains("name: z"), "{}", read("a"));
        assert!(read("b").contains("namespace: \"n\""), "{}", read("b"));
        assert!(read("b").contains("current-context: x"), "{}", read("b"));
        assert!(!folder.path().join("none").exists());
    }
}
