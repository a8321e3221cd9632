//! `kubectl config view`.

use std::path::Path;

use serde_json::{Value, json};

use super::files::{FILES, Files, LISTS};
use crate::invocation::Invocation;
use crate::kubectl::failure::Failure;
use crate::kubectl::format::{Format, Headers};
use crate::kubectl::generate::to_base64;
use crate::kubectl::print::yaml;

/// Fields that hold secrets or long data, and what is shown instead.
///
/// Source: `client-go/tools/clientcmd/api/helpers.go`, `ShortenConfig`, `RedactSecrets`.
const HIDDEN: &[(&str, &str)] = &[
    ("certificate-authority-data", "DATA+OMITTED"),
    ("client-certificate-data", "DATA+OMITTED"),
    ("client-key-data", "DATA+OMITTED"),
    ("token", "REDACTED"),
    ("password", "REDACTED"),
];

/// Source: `kubectl/pkg/cmd/config/view.go`, `Run`.
pub(super) fn text(invocation: &Invocation, files: &Files) -> Result<String, Failure> {
    if !invocation.args.is_empty() {
        return Err(Failure::message(format!(
            "unexpected arguments: [{}]",
            invocation.args.join(" ")
        )));
    }
    let flags = &invocation.flags;
    let format = Format::asked(invocation)?;
    let mut config = files.merged();
    if flags.switch("minify") {
        let context = flags.text("context").filter(|context| !context.is_empty());
        minify(&mut config, context)?;
    }
    if flags.switch("flatten") {
        flatten(&mut config)?;
    } else if !flags.switch("raw") {
        hide(&mut config);
    }
    if format.is_table() { Ok(yaml(&config)) } else { format.print(&config, Headers::Shown) }
}

fn entries(config: &mut Value) -> impl Iterator<Item = &mut Value> {
    let lists = config.as_object_mut().into_iter().flat_map(|config| config.iter_mut());
    let lists = lists.filter_map(|(list, entries)| {
        let (_, member) = LISTS.iter().find(|(name, _)| *name == list.as_str())?;
        Some(entries.as_array_mut()?.iter_mut().map(|entry| &mut entry[*member]))
    });
    lists.flatten()
}

fn hide(config: &mut Value) {
    for entry in entries(config) {
        for (field, shown) in HIDDEN {
            if let Some(value) = entry.get_mut(*field) {
                *value = json!(shown);
            }
        }
    }
}

fn flatten(config: &mut Value) -> Result<(), Failure> {
    for entry in entries(config) {
        for field in FILES {
            let Some(path) = entry.get(*field).and_then(Value::as_str).map(str::to_owned) else {
                continue;
            };
            let bytes = std::fs::read(Path::new(&path))
                .map_err(|error| Failure::message(format!("open {path}: {error}")))?;
            entry[format!("{field}-data")] = json!(to_base64(&bytes));
            if let Some(fields) = entry.as_object_mut() {
                fields.remove(*field);
            }
        }
    }
    Ok(())
}

/// Source: `client-go/tools/clientcmd/api/helpers.go`, `MinifyConfig`.
fn minify(config: &mut Value, asked: Option<&str>) -> Result<(), Failure> {
    if let Some(asked) = asked {
        config["current-context"] = json!(asked);
    }
    let current = config["current-context"].as_str().unwrap_or_default().to_owned();
    if current.is_empty() {
        return Err(Failure::message("current-context must exist in order to minify"));
    }
    let contexts = config["contexts"].as_array();
    let context = contexts.into_iter().flatten().find(|entry| entry["name"] == current.as_str());
    let Some(context) = context.map(|entry| entry["context"].clone()) else {
        return Err(Failure::message(format!("cannot locate context {current}")));
    };
    let wanted = [("clusters", "cluster"), ("users", "user"), ("contexts", "")];
    for (list, field) in wanted {
        let name = if field.is_empty() { json!(current) } else { context[field].clone() };
        let Some(entries) = config[list].as_array_mut() else { continue };
        entries.retain(|entry| entry["name"] == name);
        if entries.is_empty() && list == "clusters" && name != json!("") {
            let name = name.as_str().unwrap_or_default();
            return Err(Failure::message(format!("cannot locate cluster {name}")));
        }
        if entries.is_empty() {
            config[list] = Value::Null;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_context_needs_stays_and_secrets_are_hidden() {
        let mut config = json!({
            "current-context": "a",
            "contexts": [{"name": "a", "context": {"cluster": "c", "user": "u"}}, {"name": "b", "context": {}}],
            "clusters": [{"name": "c", "cluster": {"server": "x"}}, {"name": "d", "cluster": {}}],
            "users": [{"name": "u", "user": {"token": "secret"}}, {"name": "v", "user": {}}],
        });
        minify(&mut config, None).unwrap();
        hide(&mut config);
        assert_eq!(
            config,
            json!({
                "current-context": "a",
                "contexts": [{"name": "a", "context": {"cluster": "c", "user": "u"}}],
                "clusters": [{"name": "c", "cluster": {"server": "x"}}],
                "users": [{"name": "u", "user": {"token": "REDACTED"}}],
            })
        );
        let wrong = minify(&mut config, Some("foo")).unwrap_err();
        assert_eq!(wrong.text(), "error: cannot locate context foo\n");
    }
}
