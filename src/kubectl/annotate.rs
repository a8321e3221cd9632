//! `kubectl annotate`.

use serde_json::{Map, Value, json};

use super::failure::{Failure, Outcome};
use super::found::{Change, Found, found};
use super::three_way::merge_patch;
use super::written::{DryRun, Written};
use super::{Io, Session};
use crate::base::safe_line;
use crate::invocation::Invocation;

/// Runs the verb.
///
/// Source: `kubectl/pkg/cmd/annotate/annotate.go`, `RunAnnotate`.
pub(super) async fn run(invocation: &Invocation, session: &Session, io: &mut Io) -> Outcome {
    let flags = &invocation.flags;
    let (resources, pairs) = split(&invocation.args)?;
    let edit = Edit::asked(pairs)?;
    let by_file = flags.is_set("filename") || flags.is_set("kustomize");
    if resources.is_empty() && !by_file {
        return Err(Failure::message(
            "one or more resources must be specified as <resource> <name> or <resource>/<name>",
        ));
    }
    let listing = flags.switch("list");
    if !listing && edit.set.is_empty() && edit.remove.is_empty() {
        return Err(Failure::message("at least one annotation update is required"));
    }
    let mut written = Written::asked(invocation)?;
    let (found, mut failures) = found(invocation, resources, session, io).await?;
    let several = found.len() > 1;
    for one in found {
        if listing {
            io.out(&listed(&one, several)).await?;
            continue;
        }
        match annotated(&one, &edit, invocation, session, written.dry_run()).await {
            Ok(object) => written.object(io, &object, "annotated").await?,
            Err(failure) => failures.push(failure),
        }
    }
    Failure::collect(failures)
}

async fn annotated(
    one: &Found,
    edit: &Edit,
    invocation: &Invocation,
    session: &Session,
    dry_run: DryRun,
) -> Result<Value, Failure> {
    let flags = &invocation.flags;
    if !flags.switch("overwrite") {
        edit.overwrites(&one.object)?;
    }
    let mut wanted = edit.of(&one.object);
    if let Some(version) = flags.text("resource-version").filter(|version| !version.is_empty()) {
        wanted["metadata"]["resourceVersion"] = json!(version);
    }
    if dry_run == DryRun::Client {
        one.allow("annotate", session)?;
        return Ok(wanted);
    }
    let Some(patch) = merge_patch(&one.object, &wanted) else { return Ok(wanted) };
    let manager = flags.text("field-manager").unwrap_or("kubectl-annotate");
    one.change(&Change::merge("annotate", &patch, manager, dry_run), session).await
}

/// What stands before the first change of an annotation names objects.
///
/// Source: `kubectl/pkg/cmd/util/helpers.go`, `GetResourcesAndPairs`.
fn split(args: &[String]) -> Result<(&[String], &[String]), Failure> {
    let is_pair = |arg: &String| arg.contains('=') || (arg.ends_with('-') && arg.len() > 1);
    let at = args.iter().position(is_pair).unwrap_or(args.len());
    let (resources, pairs) = args.split_at(at);
    match pairs.iter().find(|arg| !is_pair(arg)) {
        Some(arg) => Err(Failure::message(format!(
            "all resources must be specified before annotation changes: {arg}"
        ))),
        None => Ok((resources, pairs)),
    }
}

/// What is to become of the annotations.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Edit {
    set: Vec<(String, String)>,
    remove: Vec<String>,
}

impl Edit {
    /// Source: `kubectl/pkg/cmd/util/helpers.go`, `ParsePairs`.
    fn asked(pairs: &[String]) -> Result<Self, Failure> {
        let (mut set, mut remove): (Vec<(String, String)>, Vec<String>) = (Vec::new(), Vec::new());
        let (mut wrong, mut both) = (Vec::new(), Vec::new());
        for pair in pairs {
            match pair.split_once('=') {
                Some(("", _)) => wrong.push(pair.clone()),
                Some((key, value)) => set.push((key.to_owned(), value.to_owned())),
                None => remove.push(pair.trim_end_matches('-').to_owned()),
            }
        }
        both.extend(remove.iter().filter(|key| set.iter().any(|(other, _)| other == *key)));
        if !wrong.is_empty() {
            return Err(Failure::message(format!(
                "invalid annotation format: {}",
                wrong.join(", ")
            )));
        }
        if !both.is_empty() {
            return Err(Failure::message(
                "can not both modify and remove the following annotation(s) in the same command: "
                    .to_owned()
                    + &both.iter().map(|key| key.as_str()).collect::<Vec<_>>().join(", "),
            ));
        }
        Ok(Self { set, remove })
    }

    /// Source: `annotate.go`, `validateNoAnnotationOverwrites`.
    fn overwrites(&self, object: &Value) -> Result<(), Failure> {
        let mut taken = Vec::new();
        for (key, value) in &self.set {
            let before = object["metadata"]["annotations"][key].as_str();
            if let Some(before) = before.filter(|before| before != value) {
                taken.push(format!("'{key}' already has a value ({before})"));
            }
        }
        if taken.is_empty() {
            return Ok(());
        }
        Err(Failure::message(format!(
            "--overwrite is false but found the following declared annotation(s): {}",
            taken.join("; ")
        )))
    }

    fn of(&self, object: &Value) -> Value {
        let mut changed = object.clone();
        let mut annotations = annotations_of(object);
        for (key, value) in &self.set {
            annotations.insert(key.clone(), json!(value));
        }
        for key in &self.remove {
            annotations.remove(key);
        }
        if !annotations.is_empty() || object["metadata"]["annotations"].is_object() {
            changed["metadata"]["annotations"] = Value::Object(annotations);
        }
        changed
    }
}

fn annotations_of(object: &Value) -> Map<String, Value> {
    object["metadata"]["annotations"].as_object().cloned().unwrap_or_default()
}

/// Source: `annotate.go`, `RunAnnotate`, the branch of `--list`.
fn listed(one: &Found, several: bool) -> String {
    let indent = if several { " " } else { "" };
    let mut text = String::new();
    if several {
        let kind = &one.kind;
        text = format!(
            "Listing annotations for {}.{}/{}:\n",
            kind.kind,
            kind.group,
            safe_line(one.name())
        );
    }
    for (key, value) in &annotations_of(&one.object) {
        let value = value.as_str().unwrap_or_default();
        text += &format!("{indent}{}={}\n", safe_line(key), safe_line(value));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn annotations_are_set_and_removed() {
        let words = ["a=2", "b=x=y", "c-"].map(str::to_owned);
        let edit = Edit::asked(&words).unwrap();
        let object = json!({"metadata": {"annotations": {"a": "1", "c": "3"}}});
        assert_eq!(edit.of(&object)["metadata"]["annotations"], json!({"a": "2", "b": "x=y"}));
        assert_eq!(
            edit.overwrites(&object).unwrap_err().text(),
            "error: --overwrite is false but found the following declared annotation(s): 'a' already has a value (1)\n"
        );
    }
}
