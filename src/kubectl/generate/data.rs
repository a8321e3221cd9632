//! Config maps and secrets from literals and files.

use std::path::Path;

use serde_json::{Map, Value, json};

use super::text::to_base64;
use crate::invocation::Invocation;
use crate::kubectl::failure::Failure;
use crate::kubectl::print::compact_json;

/// Keys and contents, in the order in which they were given.
type Contents = Vec<(String, Vec<u8>)>;

/// Source: `create_configmap.go`.
pub(super) fn config_map(
    invocation: &Invocation,
    name: &str,
    directory: &Path,
) -> Result<Value, Failure> {
    let (mut data, mut binary) = (Map::new(), Map::new());
    for (key, bytes) in contents(invocation, ("ConfigMap", name), directory)? {
        match String::from_utf8(bytes) {
            Ok(text) => data.insert(key, json!(text)),
            Err(error) => binary.insert(key, json!(to_base64(error.as_bytes()))),
        };
    }
    let mut object = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}});
    for (field, values) in [("data", data), ("binaryData", binary)] {
        if !values.is_empty() {
            object[field] = Value::Object(values);
        }
    }
    Ok(object)
}

/// Source: `create_secret.go`.
pub(super) fn secret(
    invocation: &Invocation,
    name: &str,
    directory: &Path,
) -> Result<Value, Failure> {
    let contents = contents(invocation, ("Secret", name), directory)?;
    let kind = invocation.flags.text("type").filter(|kind| !kind.is_empty());
    Ok(secret_of(name, contents, kind))
}

fn secret_of(name: &str, contents: Contents, kind: Option<&str>) -> Value {
    let data: Map<String, Value> =
        contents.into_iter().map(|(key, bytes)| (key, json!(to_base64(&bytes)))).collect();
    let mut object = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}});
    if !data.is_empty() {
        object["data"] = Value::Object(data);
    }
    if let Some(kind) = kind {
        object["type"] = json!(kind);
    }
    object
}

/// Source: `create_secret_docker.go`.
pub(super) fn registry(
    invocation: &Invocation,
    name: &str,
    directory: &Path,
) -> Result<Value, Failure> {
    const KEY: &str = ".dockerconfigjson";
    let flags = &invocation.flags;
    let text = |flag: &str| flags.text_or_default(flag);
    let files = flags.all("from-file");
    if files.is_empty()
        && [text("docker-username"), text("docker-password"), text("docker-server")].contains(&"")
    {
        return Err(Failure::message(
            "either --from-file or the combination of --docker-username, --docker-password and --docker-server is required",
        ));
    }
    let contents = match files.first() {
        Some(file) => {
            let path = file.split_once('=').map_or(*file, |(_, path)| path);
            vec![(KEY.to_owned(), read(directory, path)?)]
        }
        None => {
            let (user, password) = (text("docker-username"), text("docker-password"));
            let auth = to_base64(format!("{user}:{password}").as_bytes());
            let mut entry = vec![("username", user), ("password", password)];
            entry.push(("email", text("docker-email")));
            entry.push(("auth", &auth));
            // Go writes the fields in this order.
            let fields: Vec<String> = entry
                .iter()
                .filter(|(_, value)| !value.is_empty())
                .map(|(key, value)| format!("{key:?}:{}", compact_json(&json!(value))))
                .collect();
            let server = compact_json(&json!(text("docker-server")));
            let config = format!("{{\"auths\":{{{server}:{{{}}}}}}}", fields.join(","));
            vec![(KEY.to_owned(), config.into_bytes())]
        }
    };
    Ok(secret_of(name, contents, Some("kubernetes.io/dockerconfigjson")))
}

/// Source: `create_secret_tls.go`. That key and certificate belong together is for the
/// server that uses them to find out.
pub(super) fn certificate(
    invocation: &Invocation,
    name: &str,
    directory: &Path,
) -> Result<Value, Failure> {
    let text = |flag: &str| invocation.flags.text(flag).unwrap_or_default();
    if text("cert").is_empty() || text("key").is_empty() {
        return Err(Failure::message("key and cert must be specified"));
    }
    let certificate = read_plainly(directory, text("cert"))?;
    let key = read_plainly(directory, text("key"))?;
    for (bytes, kind) in [(&certificate, "certificate"), (&key, "key")] {
        if !String::from_utf8_lossy(bytes).contains("-----BEGIN ") {
            return Err(Failure::message(format!(
                "tls: failed to find any PEM data in {kind} input"
            )));
        }
    }
    let contents = vec![("tls.crt".to_owned(), certificate), ("tls.key".to_owned(), key)];
    Ok(secret_of(name, contents, Some("kubernetes.io/tls")))
}

/// Source: `create_configmap.go`, `handleConfigMapFrom…`, in the order of
/// `createConfigMap`: literals, files, files of pairs.
fn contents(
    invocation: &Invocation,
    object: (&str, &str),
    directory: &Path,
) -> Result<Contents, Failure> {
    let flags = &invocation.flags;
    let mut found = Contents::new();
    let env_files = flags.all("from-env-file");
    if !env_files.is_empty() && (flags.is_set("from-file") || flags.is_set("from-literal")) {
        return Err(Failure::message(
            "from-env-file cannot be combined with from-file or from-literal",
        ));
    }
    for literal in flags.all("from-literal") {
        let (key, value) = literal_of(literal)?;
        add(&mut found, object, key, value.as_bytes().to_vec())?;
    }
    for source in flags.all("from-file") {
        for (key, bytes) in files(source, directory)? {
            add(&mut found, object, &key, bytes)?;
        }
    }
    for file in env_files {
        let bytes = read(directory, file)?;
        for (key, value) in pairs(&String::from_utf8_lossy(&bytes), file)? {
            add(&mut found, object, &key, value.into_bytes())?;
        }
    }
    Ok(found)
}

fn literal_of(literal: &str) -> Result<(&str, &str), Failure> {
    let wrong =
        || Failure::message(format!("invalid literal source {literal}, expected key=value"));
    let (key, value) = literal.split_once('=').ok_or_else(wrong)?;
    if key.is_empty() {
        return Err(wrong());
    }
    // Quotes that the shell left are taken off.
    let quoted = |quote: char| value.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    Ok((key, quoted('"').or_else(|| quoted('\'')).unwrap_or(value)))
}

fn add(
    found: &mut Contents,
    (kind, name): (&str, &str),
    key: &str,
    bytes: Vec<u8>,
) -> Result<(), Failure> {
    let fits = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
    if key.is_empty() || !key.chars().all(fits) {
        let what = if kind == "Secret" { "Secret data" } else { "ConfigMap" };
        return Err(Failure::message(format!(
            "{key:?} is not a valid key name for a {what}: a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"
        )));
    }
    if found.iter().any(|(other, _)| other == key) {
        return Err(Failure::message(format!(
            "cannot add key {key:?}, another key by that name already exists in Data for {kind} {name:?}"
        )));
    }
    found.push((key.to_owned(), bytes));
    Ok(())
}

/// `file`, `key=file` or a folder, whose plain files are taken.
fn files(source: &str, directory: &Path) -> Result<Contents, Failure> {
    let (key, path) = match source.split_once('=') {
        Some((key, path)) if key.is_empty() || path.is_empty() || path.contains('=') => {
            return Err(Failure::message(format!(
                "key names or file paths cannot contain '=': {source:?}"
            )));
        }
        Some((key, path)) => (Some(key), path),
        None => (None, source),
    };
    let place = directory.join(path);
    if !place.is_dir() {
        let last = Path::new(path).file_name().map(|name| name.to_string_lossy().into_owned());
        let key = key.map(str::to_owned).or(last).unwrap_or_default();
        return Ok(vec![(key, read(directory, path)?)]);
    }
    if key.is_some() {
        return Err(Failure::message("cannot give a key name for a directory path".to_owned()));
    }
    let entries = std::fs::read_dir(&place)
        .map_err(|error| Failure::message(format!("error listing files in {path}: {error}")))?;
    let mut names: Vec<String> = entries
        .flatten()
        .filter(|entry| entry.path().is_file())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
        .into_iter()
        .map(|name| {
            let bytes = read(&place, &name)?;
            Ok((name, bytes))
        })
        .collect()
}

/// Lines of `key=value`; a key alone takes its value from the environment.
///
/// Source: `kubectl/pkg/cmd/util/env_file.go`.
fn pairs(text: &str, file: &str) -> Result<Vec<(String, String)>, Failure> {
    let mut found = Vec::new();
    for line in text.trim_start_matches('\u{feff}').lines() {
        let line = line.trim_start();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (key, value) = match line.split_once('=') {
            Some((key, value)) => (key, value.to_owned()),
            None => (line, std::env::var(line).unwrap_or_default()),
        };
        let first = key.chars().next().unwrap_or(' ');
        if first.is_ascii_digit() || key.contains(char::is_whitespace) {
            return Err(Failure::message(format!(
                "error reading {file}: {key:?} is not a valid key name"
            )));
        }
        found.push((key.to_owned(), value));
    }
    Ok(found)
}

fn read(directory: &Path, path: &str) -> Result<Vec<u8>, Failure> {
    std::fs::read(directory.join(path))
        .map_err(|error| Failure::message(format!("error reading {path}: {}", of_system(&error))))
}

fn read_plainly(directory: &Path, path: &str) -> Result<Vec<u8>, Failure> {
    std::fs::read(directory.join(path))
        .map_err(|error| Failure::message(format!("open {path}: {}", of_system(&error))))
}

/// The system's words, as Go has them.
fn of_system(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "no such file or directory".to_owned(),
        std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invocation::parse;

    fn invocation(line: &str) -> Invocation {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        parse(&words).unwrap()
    }

    #[test]
    fn what_is_no_text_is_binary_data() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("b.dat"), [0xff, 0xfe]).unwrap();
        std::fs::write(folder.path().join("a.txt"), "x\n").unwrap();
        let made = config_map(
            &invocation("create cm x --from-file=k=a.txt --from-file=. --from-literal=q='1'"),
            "x",
            folder.path(),
        );
        let made = made.unwrap();
        assert_eq!(made["data"], json!({"k": "x\n", "a.txt": "x\n", "q": "1"}));
        assert_eq!(made["binaryData"], json!({"b.dat": "//4="}));
    }

    #[test]
    fn a_registry_is_written_as_docker_writes_it() {
        let line = "create secret docker-registry x --docker-username=u --docker-password=p";
        let made = registry(&invocation(line), "x", Path::new(".")).unwrap();
        assert_eq!(
            made["data"][".dockerconfigjson"],
            "eyJhdXRocyI6eyJodHRwczovL2luZGV4LmRvY2tlci5pby92MS8iOnsidXNlcm5hbWUiOiJ1IiwicGFzc3dvcmQiOiJwIiwiYXV0aCI6ImRUcHcifX19"
        );
    }

    #[test]
    fn a_key_cannot_come_twice() {
        let line = "create cm a --from-literal=x=1 --from-literal=x=2";
        let failure = config_map(&invocation(line), "a", Path::new(".")).unwrap_err();
        assert_eq!(
            failure.text(),
            "error: cannot add key \"x\", another key by that name already exists in Data for ConfigMap \"a\"\n"
        );
    }

    #[test]
    fn a_file_of_pairs_has_comments() {
        let found = pairs("a=1\n# no\n\n  b=2=3\n", "f").unwrap();
        assert_eq!(found, [("a".into(), "1".into()), ("b".into(), "2=3".into())]);
    }
}
