//! `kubectl config set` and `unset`: one value by its path.

use serde_json::{Value, json};

use super::files::Files;
use crate::base::safe_line;
use crate::invocation::Invocation;
use crate::kubectl::failure::Failure;
use crate::kubectl::generate::to_base64;

/// The fields that can be set, by list.
const FIELDS: [(&str, &[&str]); 3] = [
    (
        "clusters",
        &[
            "server",
            "tls-server-name",
            "insecure-skip-tls-verify",
            "certificate-authority",
            "certificate-authority-data",
            "proxy-url",
            "disable-compression",
        ],
    ),
    ("contexts", &["cluster", "user", "namespace"]),
    (
        "users",
        &[
            "client-certificate",
            "client-certificate-data",
            "client-key",
            "client-key-data",
            "token",
            "tokenFile",
            "act-as",
            "act-as-uid",
            "username",
            "password",
        ],
    ),
];

/// A place in a kubeconfig.
#[derive(Debug, PartialEq, Eq)]
enum Place<'a> {
    Current,
    Entry { list: &'a str, name: &'a str },
    Field { list: &'a str, name: &'a str, field: &'a str },
}

/// Source: `kubectl/pkg/cmd/config/set.go`, `unset.go`, `navigation_step_parser.go`.
pub(super) fn change(invocation: &Invocation, files: &mut Files) -> Result<String, Failure> {
    let sets = invocation.sub_verb.as_deref() == Some("set");
    let (path, value) = match (invocation.args.as_slice(), sets) {
        ([path, value], true) => (path, Some(value.as_str())),
        ([path], false) => (path, None),
        (args, _) => {
            return Err(Failure::message(format!("Unexpected args: [{}]", args.join(" "))));
        }
    };
    match (place(path, files)?, value) {
        (Place::Current, value) => files.set_current(value.unwrap_or_default()),
        (Place::Entry { list, name }, None) => files.remove(list, name),
        (Place::Entry { .. }, Some(_)) => {
            return Err(Failure::message("unable to set a whole entry: name one of its fields"));
        }
        (Place::Field { list, name, field }, value) => {
            let mut entry = files.entry(list, name).cloned().filter(Value::is_object);
            if entry.is_none() && value.is_none() {
                return Err(Failure::message(format!("current map key `{name}` is invalid")));
            }
            let entry = entry.get_or_insert_with(|| json!({}));
            match value {
                Some(text) => entry[field] = typed(field, text, invocation)?,
                None => {
                    if let Some(fields) = entry.as_object_mut() {
                        fields.remove(field);
                    }
                }
            }
            let entry = entry.clone();
            files.put(list, name, entry);
        }
    }
    let verb = if sets { "set" } else { "unset" };
    Ok(format!("Property \"{}\" {verb}.\n", safe_line(path)))
}

/// Names may have dots: the field is what stands behind the last one.
fn place<'a>(path: &'a str, files: &Files) -> Result<Place<'a>, Failure> {
    if path == "current-context" {
        return Ok(Place::Current);
    }
    let unknown = || {
        let first = path.split('.').next().unwrap_or_default();
        Failure::message(format!("unable to parse {first} after [] at api.Config"))
    };
    let (list, rest) = path.split_once('.').ok_or_else(unknown)?;
    let (_, fields) = FIELDS.iter().find(|(name, _)| *name == list).ok_or_else(unknown)?;
    if files.entry(list, rest).is_some() {
        return Ok(Place::Entry { list, name: rest });
    }
    match rest.rsplit_once('.') {
        Some((name, field)) if fields.contains(&field) => Ok(Place::Field { list, name, field }),
        Some((_, field)) => Err(Failure::message(format!(
            "unable to parse {field} after [{list}] in {path}: it is one of {}",
            fields.join(", ")
        ))),
        None => Ok(Place::Entry { list, name: rest }),
    }
}

fn typed(field: &str, text: &str, invocation: &Invocation) -> Result<Value, Failure> {
    match field {
        "insecure-skip-tls-verify" | "disable-compression" => match text {
            "true" => Ok(json!(true)),
            "false" => Ok(json!(false)),
            other => Err(Failure::message(format!(
                "strconv.ParseBool: parsing {other:?}: invalid syntax"
            ))),
        },
        field if field.ends_with("-data") && invocation.flags.switch("set-raw-bytes") => {
            Ok(json!(to_base64(text.as_bytes())))
        }
        _ => Ok(json!(text)),
    }
}
