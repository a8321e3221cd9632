//! Config maps and secrets that a kustomization makes.

use std::path::Path;

use serde_json::{Map, Value, json};

use super::resource::Resource;
use crate::kubectl::failure::Failure;
use crate::kubectl::generate::to_base64;

const KNOWN: &[&str] =
    &["name", "namespace", "files", "literals", "envs", "env", "type", "options", "behavior"];

/// Source: `kustomize/api/internal/generators`.
pub(super) fn generated(
    kind: &str,
    wanted: &Value,
    options: &Value,
    folder: &Path,
) -> Result<Resource, Failure> {
    let fields = wanted.as_object().cloned().unwrap_or_default();
    if let Some(field) = fields.keys().find(|field| !KNOWN.contains(&field.as_str())) {
        return Err(super::build::not_done(&format!("the field {field} of a generator")));
    }
    if wanted["behavior"].as_str().is_some_and(|behavior| behavior != "create") {
        return Err(super::build::not_done("`behavior` of a generator"));
    }
    let mut contents: Vec<(String, Vec<u8>)> = Vec::new();
    for file in texts(&wanted["envs"]).chain(wanted["env"].as_str()) {
        let bytes = read(folder, file)?;
        for line in String::from_utf8_lossy(&bytes).lines() {
            let line = line.trim_start();
            if !line.is_empty() && !line.starts_with('#') {
                let (key, value) = line.split_once('=').unwrap_or((line, ""));
                contents.push((key.to_owned(), value.as_bytes().to_vec()));
            }
        }
    }
    for source in texts(&wanted["files"]) {
        let (key, path) = match source.split_once('=') {
            Some((key, path)) => (key.to_owned(), path),
            None => (source.rsplit('/').next().unwrap_or(source).to_owned(), source),
        };
        contents.push((key, read(folder, path)?));
    }
    for literal in texts(&wanted["literals"]) {
        let (key, value) = literal.split_once('=').ok_or_else(|| {
            Failure::message(format!("invalid literal source {literal}, expected key=value"))
        })?;
        let quoted = |quote: char| value.strip_prefix(quote).and_then(|v| v.strip_suffix(quote));
        let value = quoted('"').or_else(|| quoted('\'')).unwrap_or(value);
        contents.push((key.to_owned(), value.as_bytes().to_vec()));
    }
    let mut object =
        json!({"apiVersion": "v1", "kind": kind, "metadata": {"name": wanted["name"]}});
    if wanted["namespace"].is_string() {
        object["metadata"]["namespace"] = wanted["namespace"].clone();
    }
    fill(&mut object, contents);
    if kind == "Secret" {
        object["type"] = wanted["type"].as_str().map_or(json!("Opaque"), |kind| json!(kind));
    }
    let hashed = optioned(&mut object, [options, &wanted["options"]]);
    Ok(Resource { hashed, ..Resource::new(object) })
}

/// Follows the options of all generators and of this one; whether the name gets a hash.
fn optioned(object: &mut Value, options: [&Value; 2]) -> bool {
    let mut hashed = true;
    for options in options {
        for field in ["labels", "annotations"] {
            if let Some(pairs) = options[field].as_object() {
                let mut all = object["metadata"][field].as_object().cloned().unwrap_or_default();
                all.extend(pairs.clone());
                object["metadata"][field] = Value::Object(all);
            }
        }
        if let Some(disabled) = options["disableNameSuffixHash"].as_bool() {
            hashed = !disabled;
        }
        if options["immutable"] == true {
            object["immutable"] = json!(true);
        }
    }
    hashed
}

fn fill(object: &mut Value, contents: Vec<(String, Vec<u8>)>) {
    let (mut data, mut binary) = (Map::new(), Map::new());
    let secret = object["kind"] == "Secret";
    for (key, bytes) in contents {
        match String::from_utf8(bytes) {
            Ok(text) if secret => data.insert(key, json!(to_base64(text.as_bytes()))),
            Ok(text) => data.insert(key, json!(text)),
            Err(error) if secret => data.insert(key, json!(to_base64(error.as_bytes()))),
            Err(error) => binary.insert(key, json!(to_base64(error.as_bytes()))),
        };
    }
    for (field, values) in [("data", data), ("binaryData", binary)] {
        if !values.is_empty() {
            object[field] = Value::Object(values);
        }
    }
}

/// The texts of a list.
pub(super) fn texts(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str)
}

/// A file of a kustomization.
pub(super) fn read(folder: &Path, path: &str) -> Result<Vec<u8>, Failure> {
    std::fs::read(folder.join(path)).map_err(|error| {
        let why = match error.kind() {
            std::io::ErrorKind::NotFound => "no such file or directory".to_owned(),
            _ => error.to_string(),
        };
        Failure::message(format!("open {}: {why}", folder.join(path).display()))
    })
}
