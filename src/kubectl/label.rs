//! `kubectl label`.

use serde_json::{Map, Value, json};

use super::failure::{Failure, Outcome};
use super::get_request::items_of;
use super::manifest;
use super::resources::{Wanted, wanted};
use super::three_way::merge_patch;
use super::written::{DryRun, Written};
use super::{Io, Session};
use crate::base::safe_line;
use crate::cluster::{ApiRequest, ResourceKind, Write};
use crate::invocation::Invocation;

/// Runs the verb.
///
/// Source: `kubectl/pkg/cmd/label/label.go`, `RunLabel`.
pub(super) async fn run(invocation: &Invocation, session: &Session, io: &mut Io) -> Outcome {
    let (resources, pairs) = split(&invocation.args)?;
    let change = Change::asked(invocation, pairs)?;
    if resources.is_empty() && !manifest::is_asked(invocation) {
        return Err(Failure::message(
            "one or more resources must be specified as <resource> <name> or <resource>/<name>",
        ));
    }
    let listing = invocation.flags.switch("list");
    if !listing && change.is_empty() {
        return Err(Failure::message("at least one label update is required"));
    }
    let mut written = Written::asked(invocation)?;
    let (found, mut failures) = found(invocation, session, io, resources).await?;
    let several = found.len() > 1;
    for one in found {
        if listing {
            io.out(&one.listing(&change, several)?).await?;
            continue;
        }
        match one.label(&change, session, io, written.dry_run()).await {
            Ok((object, verb)) => written.object(io, &object, verb).await?,
            Err(failure) => failures.push(failure),
        }
    }
    Failure::collect(failures)
}

/// What stands before the first change of a label names objects.
///
/// Source: `kubectl/pkg/cmd/util/helpers.go`, `GetResourcesAndPairs`.
fn split(args: &[String]) -> Result<(&[String], &[String]), Failure> {
    let is_pair = |arg: &String| arg.contains('=') || (arg.ends_with('-') && arg.len() > 1);
    let at = args.iter().position(is_pair).unwrap_or(args.len());
    let (resources, pairs) = args.split_at(at);
    match pairs.iter().find(|arg| !is_pair(arg)) {
        Some(arg) => Err(Failure::message(format!(
            "all resources must be specified before label changes: {arg}"
        ))),
        None => Ok((resources, pairs)),
    }
}

/// What is to become of the labels.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Change {
    set: Vec<(String, String)>,
    remove: Vec<String>,
    conflicts: Conflicts,
    version: Option<String>,
}

/// What becomes of a label that has another value already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Conflicts {
    Overwritten,
    Refused,
}

impl Change {
    /// Source: `label.go`, `Complete`, `parseLabels`.
    fn asked(invocation: &Invocation, pairs: &[String]) -> Result<Self, Failure> {
        let (mut set, mut remove) = (Vec::new(), Vec::new());
        for pair in pairs {
            match pair.split_once('=') {
                Some((_, value)) if value.contains('=') => {
                    return Err(Failure::message(format!("invalid label spec: {pair}")));
                }
                Some((key, value)) => {
                    if !is_label_value(value) {
                        return Err(Failure::message(format!(
                            "invalid label value: {pair:?}: a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
                        )));
                    }
                    set.push((key.to_owned(), value.to_owned()));
                }
                None => remove.push(pair.trim_end_matches('-').to_owned()),
            }
        }
        if remove.iter().any(|key| set.iter().any(|(other, _)| other == key)) {
            return Err(Failure::message(
                "can not both modify and remove a label in the same command",
            ));
        }
        let overwrite = invocation.flags.switch("overwrite");
        let conflicts = if overwrite { Conflicts::Overwritten } else { Conflicts::Refused };
        let version = invocation.flags.text("resource-version").map(str::to_owned);
        Ok(Self { set, remove, conflicts, version })
    }

    fn is_empty(&self) -> bool {
        self.set.is_empty() && self.remove.is_empty()
    }

    /// The object with its new labels.
    ///
    /// Source: `label.go`, `validateNoOverwrites`, `labelFunc`.
    fn of(&self, object: &Value) -> Result<Value, Failure> {
        let mut changed = object.clone();
        let mut labels = labels_of(object);
        for (key, value) in &self.set {
            let before = labels.get(key).and_then(Value::as_str);
            if let (Some(before), Conflicts::Refused) = (before, self.conflicts)
                && before != value
            {
                return Err(Failure::message(format!(
                    "'{key}' already has a value ({before}), and --overwrite is false"
                )));
            }
            labels.insert(key.clone(), json!(value));
        }
        for key in &self.remove {
            labels.remove(key);
        }
        if !labels.is_empty() || object["metadata"]["labels"].is_object() {
            changed["metadata"]["labels"] = Value::Object(labels);
        }
        if let Some(version) = &self.version {
            changed["metadata"]["resourceVersion"] = json!(version);
        }
        Ok(changed)
    }

    /// What was done to the labels; as kubectl 1.36 says it.
    ///
    /// Source: `label.go`, `updateDataChangeMsg`.
    fn verb(&self, before: &Value, after: &Value) -> &'static str {
        let (before, after) = (labels_of(before), labels_of(after));
        let set = after.iter().any(|(key, value)| before.get(key) != Some(value));
        let removed = before.keys().any(|key| !after.contains_key(key));
        match (set, removed) {
            (true, true) => "modified",
            (true, false) => "labeled",
            (false, true) => "unlabeled",
            (false, false) => "not labeled",
        }
    }
}

fn labels_of(object: &Value) -> Map<String, Value> {
    object["metadata"]["labels"].as_object().cloned().unwrap_or_default()
}

/// Source: `apimachinery/pkg/util/validation/validation.go`, `IsValidLabelValue`.
fn is_label_value(value: &str) -> bool {
    let edge = |c: Option<char>| c.is_none_or(|c| c.is_ascii_alphanumeric());
    let inside = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    value.len() <= 63
        && value.chars().all(inside)
        && edge(value.chars().next())
        && edge(value.chars().last())
}

/// An object as it is now.
struct Found {
    kind: ResourceKind,
    object: Value,
}

async fn found(
    invocation: &Invocation,
    session: &Session,
    io: &mut Io,
    resources: &[String],
) -> Result<(Vec<Found>, Vec<Failure>), Failure> {
    let (mut found, mut failures) = (Vec::new(), Vec::new());
    let mut requests = Vec::new();
    let flags = &invocation.flags;
    let namespace = session.policy.namespace(flags.text("namespace"));
    if manifest::is_asked(invocation) {
        for manifest in manifest::manifests(invocation, session, io).await? {
            requests.push((ApiRequest::get(manifest.path()), manifest.kind));
        }
    }
    for Wanted { kind, name } in wanted(resources, session).await? {
        let text = |flag: &str| flags.text(flag).unwrap_or_default();
        let request = match name {
            Some(name) => ApiRequest::get(kind.object_path(Some(&namespace), &name)),
            None if flags.switch("all")
                || flags.is_set("selector")
                || flags.is_set("field-selector") =>
            {
                ApiRequest::get(kind.path(Some(&namespace)))
                    .with("labelSelector", text("selector"))
                    .with("fieldSelector", text("field-selector"))
            }
            None => {
                return Err(Failure::message(
                    "resource(s) were provided, but no name was specified",
                ));
            }
        };
        requests.push((request, kind));
    }
    for (request, kind) in requests {
        match session.cluster.json(&request).await {
            Ok(answer) => found.extend(
                items_of(answer).into_iter().map(|object| Found { kind: kind.clone(), object }),
            ),
            Err(error) => failures.push(error.into()),
        }
    }
    Ok((found, failures))
}

impl Found {
    fn text(&self, key: &str) -> &str {
        self.object["metadata"][key].as_str().unwrap_or_default()
    }

    async fn label(
        &self,
        change: &Change,
        session: &Session,
        io: &mut Io,
        dry_run: DryRun,
    ) -> Result<(Value, &'static str), Failure> {
        let labels = labels_of(&self.object);
        if dry_run != DryRun::Client {
            for key in change.remove.iter().filter(|key| !labels.contains_key(*key)) {
                io.out(&format!("label {key:?} not found.\n")).await?;
            }
        }
        let changed = change.of(&self.object)?;
        let verb = change.verb(&self.object, &changed);
        let Some(patch) = merge_patch(&self.object, &changed) else {
            return Ok((changed, verb));
        };
        let namespace = Some(self.text("namespace")).filter(|namespace| !namespace.is_empty());
        session.policy.allow(&Write {
            action: "label",
            object: format!("{}/{}", self.kind.group_kind(), self.text("name")),
            namespace,
            uid: Some(self.text("uid")),
        })?;
        if dry_run == DryRun::Client {
            return Ok((changed, verb));
        }
        let path = self.kind.object_path(namespace, self.text("name"));
        let request = ApiRequest::patch(path, "application/merge-patch+json", &patch)
            .with("dryRun", dry_run.parameter())
            .with("fieldManager", "kubectl-label");
        Ok((session.cluster.json(&request).await?, verb))
    }

    /// Source: `label.go`, `RunLabel`, the branch of `--list`.
    fn listing(&self, change: &Change, several: bool) -> Result<String, Failure> {
        let labels = labels_of(&change.of(&self.object)?);
        let mut text = String::new();
        let indent = if several { " " } else { "" };
        if several {
            let kind = &self.kind;
            text =
                format!("Listing labels for {}.{}/{}:\n", kind.kind, kind.group, self.text("name"));
        }
        for (key, value) in &labels {
            text += &format!("{indent}{key}={}\n", value.as_str().unwrap_or_default());
        }
        Ok(text.lines().map(|line| safe_line(line) + "\n").collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invocation::parse;

    fn labelled(line: &str, labels: &Value) -> Result<(Value, &'static str), String> {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        let invocation = parse(&words).unwrap();
        let (_, pairs) = split(&invocation.args).map_err(|failure| failure.text())?;
        let change = Change::asked(&invocation, pairs).map_err(|failure| failure.text())?;
        let object = json!({"metadata": {"name": "x", "labels": labels}});
        let changed = change.of(&object).map_err(|failure| failure.text())?;
        let verb = change.verb(&object, &changed);
        Ok((changed["metadata"]["labels"].clone(), verb))
    }

    #[test]
    fn labels_are_set_and_removed() {
        let check = |line: &str, wanted: Value, verb: &str| {
            let (labels, said) = labelled(line, &json!({"a": "1"})).unwrap();
            assert_eq!((labels, said), (wanted, verb), "{line}");
        };
        check("label pod x b=2", json!({"a": "1", "b": "2"}), "labeled");
        check("label pod x a-", json!({}), "unlabeled");
        check("label pod x a=1", json!({"a": "1"}), "not labeled");
        check("label pod x a=2 --overwrite", json!({"a": "2"}), "labeled");
        check("label pod x a- b=2", json!({"b": "2"}), "modified");
    }

    #[test]
    fn what_is_wrong_is_told_in_kubectls_words() {
        let wrong = |line: &str| labelled(line, &json!({"a": "1"})).unwrap_err();
        assert_eq!(
            wrong("label pod x a=2"),
            "error: 'a' already has a value (1), and --overwrite is false\n"
        );
        assert_eq!(
            wrong("label pod a=2 x"),
            "error: all resources must be specified before label changes: x\n"
        );
        assert_eq!(wrong("label pod x a=b=c"), "error: invalid label spec: a=b=c\n");
        assert!(wrong("label pod x a=-").starts_with("error: invalid label value: \"a=-\""));
    }
}
