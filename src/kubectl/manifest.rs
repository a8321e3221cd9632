//! Objects from files: `-f`.

use std::path::{Path, PathBuf};

use serde_json::Value;
use tokio::io::AsyncReadExt;

use super::failure::Failure;
use super::{Io, OpenFiles, Session, kustomize};
use crate::cluster::{KindError, ResourceKind};
use crate::invocation::Invocation;

/// An object that a file describes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Manifest {
    /// The object; its namespace is filled in where its kind has one.
    pub(super) object: Value,
    /// Its kind.
    pub(super) kind: ResourceKind,
    /// The file, as messages name it; `STDIN` for standard input.
    pub(super) source: String,
}

impl Manifest {
    /// The object's name; empty where it has none.
    pub(super) fn name(&self) -> &str {
        self.object["metadata"]["name"].as_str().unwrap_or_default()
    }

    /// The object's namespace; none for cluster-scoped kinds.
    pub(super) fn namespace(&self) -> Option<&str> {
        self.object["metadata"]["namespace"].as_str().filter(|_| self.kind.namespaced)
    }

    /// Where the object is served.
    pub(super) fn path(&self) -> String {
        self.kind.object_path(self.namespace(), self.name())
    }

    /// `pod/web`, for people.
    pub(super) fn title(&self) -> String {
        format!("{}/{}", self.kind.group_kind(), self.name())
    }
}

/// Whether objects are named by file or kustomization.
pub(super) fn is_asked(invocation: &Invocation) -> bool {
    invocation.flags.is_set("filename") || invocation.flags.is_set("kustomize")
}

/// The objects that `--filename` names, in order.
///
/// Source: `cli-runtime/pkg/resource/builder.go` (`FilenameParam`), `visitor.go`
/// (`StreamVisitor`, `RequireNamespace`).
pub(super) async fn manifests(
    invocation: &Invocation,
    session: &Session,
    io: &mut Io,
) -> Result<Vec<Manifest>, Failure> {
    let mut found = Vec::new();
    if let Some(folder) = invocation.flags.text("kustomize") {
        if invocation.flags.is_set("filename") {
            return Err(Failure::message("only one of -f or -k can be specified"));
        }
        for object in kustomize::build(&session.directory, folder, io).await? {
            found.push(manifest(object, folder, invocation, session).await?);
        }
        return Ok(found);
    }
    for (source, text) in texts(invocation, session, io).await? {
        for object in objects(&source, &text)? {
            for object in items(object) {
                found.push(manifest(object, &source, invocation, session).await?);
            }
        }
    }
    Ok(found)
}

async fn manifest(
    mut object: Value,
    source: &str,
    invocation: &Invocation,
    session: &Session,
) -> Result<Manifest, Failure> {
    let text = |key: &str| object[key].as_str().unwrap_or_default().to_owned();
    let (api_version, kind) = (text("apiVersion"), text("kind"));
    let missing: Vec<&str> = [("apiVersion", &api_version), ("kind", &kind)]
        .iter()
        .filter(|(_, value)| value.is_empty())
        .map(|(key, _)| *key)
        .collect();
    if !missing.is_empty() {
        return Err(not_valid(source, &missing));
    }
    let name = object["metadata"]["name"].as_str().unwrap_or_default().to_owned();
    let given = object["metadata"]["namespace"].as_str().map(str::to_owned);
    let kind = session.cluster.kind_of(&api_version, &kind).await.map_err(|error| match error {
        KindError::Request(error) => error.into(),
        unknown => Failure::message(format!(
            "resource mapping not found for name: {name:?} namespace: {:?} from {source:?}: \
             {unknown}\nensure CRDs are installed first",
            given.as_deref().unwrap_or_default()
        )),
    })?;
    if kind.namespaced {
        let namespace = namespace_of(given.as_deref(), invocation, session)?;
        // An object without metadata gets some; the server says what else it lacks.
        object["metadata"]["namespace"] = Value::String(namespace);
    }
    Ok(Manifest { object, kind, source: source.to_owned() })
}

/// Source: `cli-runtime/pkg/resource/visitor.go`, `RequireNamespace`.
fn namespace_of(
    given: Option<&str>,
    invocation: &Invocation,
    session: &Session,
) -> Result<String, Failure> {
    let asked = invocation.flags.text("namespace");
    let Some(given) = given.filter(|given| !given.is_empty()) else {
        return Ok(session.policy.namespace(asked));
    };
    let meant = session.policy.namespace(Some(given));
    match asked.map(|asked| session.policy.namespace(Some(asked))) {
        Some(asked) if asked != meant => Err(Failure::message(format!(
            "the namespace from the provided object {given:?} does not match the namespace \
             {asked:?}. You must pass '--namespace={given}' to perform this operation."
        ))),
        _ => Ok(meant),
    }
}

/// Source: `apimachinery/pkg/util/validation`'s schema for kubectl, `ValidateBytes`.
fn not_valid(source: &str, missing: &[&str]) -> Failure {
    let said: Vec<String> = missing.iter().map(|key| format!("{key} not set")).collect();
    let said = if said.len() == 1 { said[0].clone() } else { format!("[{}]", said.join(", ")) };
    Failure::message(format!(
        "error validating {source:?}: error validating data: {said}; if you choose to ignore \
         these errors, turn validation off with --validate=false"
    ))
}

/// The documents of a text; empty ones are skipped.
pub(super) fn objects(source: &str, text: &str) -> Result<Vec<Value>, Failure> {
    // kubectl reads YAML 1.1: `yes` is true and 0644 is 420.
    let options = serde_saphyr::options! { legacy_octal_numbers: true, with_snippet: false };
    let documents: Vec<Value> =
        serde_saphyr::from_multiple_with_options(text, options).map_err(|error| {
            let place = error
                .location()
                .map(|location| format!("line {}: ", location.line()))
                .unwrap_or_default();
            let words = error.to_string();
            // The place stands in front, as kubectl puts it.
            let words = words.strip_prefix("error: ").unwrap_or(&words);
            let words = words.split(" at line ").next().unwrap_or(words);
            Failure::message(format!(
                "error parsing {source}: error converting YAML to JSON: yaml: {place}{words}"
            ))
        })?;
    documents
        .into_iter()
        .filter(|document| !document.is_null())
        .map(|document| match document {
            Value::Object(_) => Ok(document),
            _ => Err(Failure::message(format!(
                "error validating {source:?}: error validating data: invalid object to validate; \
                 if you choose to ignore these errors, turn validation off with --validate=false"
            ))),
        })
        .collect()
}

/// The members of a list, or the one object.
fn items(object: Value) -> Vec<Value> {
    let is_list = object["kind"].as_str().is_some_and(|kind| kind.ends_with("List"));
    match object {
        Value::Object(mut map) if is_list => match map.remove("items") {
            Some(Value::Array(members)) => members.into_iter().flat_map(items).collect(),
            _ => Vec::new(),
        },
        other => vec![other],
    }
}

async fn texts(
    invocation: &Invocation,
    session: &Session,
    io: &mut Io,
) -> Result<Vec<(String, String)>, Failure> {
    let mut found = Vec::new();
    for name in invocation.flags.all("filename") {
        if is_stdin(name) {
            let mut bytes = Vec::new();
            tokio::select! {
                read = io.stdin.read_to_end(&mut bytes) => { read?; }
                () = Io::until_cancelled(io.cancelled.clone()) => return Err(Failure::Interrupted),
            }
            let source = if name == "-" { "STDIN" } else { name };
            found.push((source.to_owned(), String::from_utf8_lossy(&bytes).into_owned()));
            continue;
        }
        if name.starts_with("http://") || name.starts_with("https://") {
            return Err(Failure::message(format!(
                "podlab does not fetch {name} itself: download it (curl -LO {name}) and use the file"
            )));
        }
        let elsewhere = io.open_files == OpenFiles::Elsewhere;
        if is_of_a_process(name) {
            if elsewhere {
                return Err(no_file(name));
            }
            let bytes = std::fs::read(name)
                .map_err(|error| Failure::message(format!("open {name}: {error}")))?;
            found.push((name.to_owned(), String::from_utf8_lossy(&bytes).into_owned()));
            continue;
        }
        let depth = if invocation.flags.switch("recursive") { usize::MAX } else { 1 };
        for path in files(&session.directory, name, depth)? {
            found.push((path.display().to_string(), text_of(&session.directory, &path)?));
        }
    }
    Ok(found)
}

/// The names that shells have for standard input.
fn is_stdin(name: &str) -> bool {
    matches!(name, "-" | "/dev/stdin" | "/dev/fd/0" | "/proc/self/fd/0")
}

/// Names that mean something else in each process: `<(…)` is such a one.
fn is_of_a_process(name: &str) -> bool {
    ["/dev/fd/", "/proc/self/", "/proc/thread-self/"].iter().any(|start| name.starts_with(start))
}

/// The text of a file. What is no file (a pipe, a device) could keep us waiting for ever.
fn text_of(directory: &Path, path: &Path) -> Result<String, Failure> {
    let whole = directory.join(path);
    let not_opened = |error| Failure::message(format!("open {}: {error}", path.display()));
    if !std::fs::metadata(&whole).map_err(not_opened)?.is_file() {
        return Err(no_file(&path.display().to_string()));
    }
    let bytes = std::fs::read(&whole).map_err(not_opened)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn no_file(name: &str) -> Failure {
    Failure::message(format!(
        "open {name}: podlab reads files, not pipes and devices by name; pipe the text in and \
         use `-f -`"
    ))
}

/// The file, or the manifests of a folder in the order of their names.
fn files(directory: &Path, name: &str, depth: usize) -> Result<Vec<PathBuf>, Failure> {
    let path = directory.join(name);
    if !path.exists() {
        return Err(Failure::message(format!("the path {name:?} does not exist")));
    }
    if !path.is_dir() {
        return Ok(vec![PathBuf::from(name)]);
    }
    let mut found = Vec::new();
    walk(directory, Path::new(name), depth, &mut found);
    if found.is_empty() {
        return Err(Failure::message(format!(
            "error reading [{name}]: recognized file extensions are [.json .yaml .yml]"
        )));
    }
    Ok(found)
}

fn walk(directory: &Path, folder: &Path, depth: usize, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(directory.join(folder)) else { return };
    let mut names: Vec<_> = entries.flatten().map(|entry| entry.file_name()).collect();
    names.sort();
    for name in names {
        let path = folder.join(&name);
        if directory.join(&path).is_dir() {
            if depth > 1 {
                walk(directory, &path, depth - 1, found);
            }
            continue;
        }
        let extension = path.extension().and_then(|extension| extension.to_str());
        if matches!(extension, Some("json" | "yaml" | "yml")) {
            found.push(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn documents_are_read_as_yaml_1_1() {
        let text =
            "kind: A\nmode: 0644\non: yes\ntext: \"yes\"\n---\n\n---\n# nothing\n---\nkind: B\n";
        let found = objects("x.yaml", text).unwrap();
        assert_eq!(found.len(), 2);
        assert_eq!(found[0]["mode"], json!(420));
        assert_eq!(found[0]["text"], json!("yes"));
        assert_eq!(found[1], json!({"kind": "B"}));
        assert_eq!(objects("x.json", "{\"kind\": \"C\"}").unwrap(), [json!({"kind": "C"})]);
    }

    #[test]
    fn broken_yaml_is_told_with_file_and_line() {
        let text = "apiVersion: v1\n  kind: Pod\nmetadata: {}\n";
        let error = objects("http-liveness.yaml", text).unwrap_err().text();
        assert!(
            error.starts_with(
                "error: error parsing http-liveness.yaml: error converting YAML to JSON: yaml: line 2: "
            ),
            "{error}"
        );
    }

    #[test]
    fn lists_are_taken_apart() {
        let list = json!({"kind": "List", "items": [{"kind": "A"}, {"kind": "PodList", "items": [{"kind": "B"}]}]});
        assert_eq!(items(list), [json!({"kind": "A"}), json!({"kind": "B"})]);
        assert_eq!(items(json!({"kind": "A"})), [json!({"kind": "A"})]);
    }

    #[test]
    fn pipes_are_not_waited_for() {
        for name in ["-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"] {
            assert!(is_stdin(name), "{name}");
        }
        assert!(!is_stdin("/dev/fd/63") && is_of_a_process("/dev/fd/63"));
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.yaml"), "kind: A").unwrap();
        let made = std::process::Command::new("mkfifo").arg(folder.path().join("p")).status();
        assert!(made.unwrap().success());
        assert_eq!(text_of(folder.path(), Path::new("a.yaml")).unwrap(), "kind: A");
        assert_eq!(
            text_of(folder.path(), Path::new("p")).unwrap_err().text(),
            "error: open p: podlab reads files, not pipes and devices by name; pipe the text in \
             and use `-f -`\n"
        );
    }

    #[test]
    fn a_folder_gives_its_manifests_in_order() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("more")).unwrap();
        for name in ["b.yml", "a.yaml", "c.txt", "more/d.json"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        let names = |depth| -> Vec<String> {
            let found = files(folder.path(), ".", depth).unwrap();
            found.iter().map(|path| path.display().to_string()).collect()
        };
        assert_eq!(names(1), ["./a.yaml", "./b.yml"]);
        assert_eq!(names(usize::MAX), ["./a.yaml", "./b.yml", "./more/d.json"]);
        assert_eq!(
            files(folder.path(), "nofile.yaml", 1).unwrap_err().text(),
            "error: the path \"nofile.yaml\" does not exist\n"
        );
    }
}
