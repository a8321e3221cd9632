//! `kubectl taint`.

use serde_json::{Value, json};

use super::failure::{Failure, Outcome};
use super::found::{Change, Found, found};
use super::written::{DryRun, Written};
use super::{Io, Session};
use crate::invocation::Invocation;

const EFFECTS: &[&str] = &["NoSchedule", "PreferNoSchedule", "NoExecute"];

/// Runs the verb.
///
/// Source: `kubectl/pkg/cmd/taint/taint.go`, `Complete` and `RunTaint`.
pub(super) async fn run(invocation: &Invocation, session: &Session, io: &mut Io) -> Outcome {
    let flags = &invocation.flags;
    let (resources, specs) = split(&invocation.args)?;
    let Some(kind) = resources.first() else {
        return Err(Failure::message(
            "one or more resources must be specified as <resource> <name>",
        ));
    };
    let kind = kind.split('/').next().unwrap_or(kind);
    if !matches!(kind, "node" | "nodes" | "no") {
        return Err(Failure::message(format!(
            "invalid resource type {kind}, only node types are supported"
        )));
    }
    if specs.is_empty() {
        return Err(Failure::message("at least one taint update is required"));
    }
    if flags.switch("all") && flags.is_set("selector") {
        return Err(Failure::message(
            "setting 'all' parameter with a non empty selector is prohibited",
        ));
    }
    let edit = Edit::asked(specs)?;
    let mut written = Written::asked(invocation)?;
    let (found, mut failures) = found(invocation, resources, session, io).await?;
    for one in found {
        match edit.node(&one, invocation, session, written.dry_run()).await {
            // A dry run by the client is not told apart.
            Ok((object, verb)) if written.dry_run() == DryRun::Client && written.is_sentence() => {
                io.out(&format!("{} {verb}\n", super::print::object_name(&object))).await?;
            }
            Ok((object, verb)) => written.object(io, &object, verb).await?,
            Err(failure) => failures.push(failure),
        }
    }
    Failure::collect(failures)
}

fn split(args: &[String]) -> Result<(&[String], &[String]), Failure> {
    let is_taint = |arg: &String| arg.contains(['=', ':']) || arg.ends_with('-');
    let at = args.iter().position(is_taint).unwrap_or(args.len());
    let (resources, specs) = args.split_at(at);
    match specs.iter().find(|arg| !is_taint(arg)) {
        Some(arg) => Err(Failure::message(format!(
            "all resources must be specified before taint changes: {arg}"
        ))),
        None => Ok((resources, specs)),
    }
}

/// A taint; without an effect it stands for all effects.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Taint {
    key: String,
    value: String,
    effect: String,
}

/// What is to become of the taints.
#[derive(Debug, PartialEq, Eq)]
struct Edit {
    add: Vec<Taint>,
    remove: Vec<Taint>,
}

impl Edit {
    /// Source: `kubectl/pkg/cmd/taint/utils.go`, `parseTaints`.
    fn asked(specs: &[String]) -> Result<Self, Failure> {
        let mut edit = Self { add: Vec::new(), remove: Vec::new() };
        for spec in specs {
            match spec.strip_suffix('-') {
                Some(spec) => edit.remove.push(taint(spec)?),
                None => {
                    let taint = taint(spec)?;
                    if taint.effect.is_empty() {
                        return Err(Failure::message(format!("invalid taint spec: {spec}\n{SEE}")));
                    }
                    let twice =
                        |other: &Taint| other.key == taint.key && other.effect == taint.effect;
                    if edit.add.iter().any(twice) {
                        return Err(Failure::message(format!(
                            "duplicated taints with the same key and effect: {{{} {} {} <nil>}}",
                            taint.key, taint.value, taint.effect
                        )));
                    }
                    edit.add.push(taint);
                }
            }
        }
        Ok(edit)
    }

    /// Source: `taint.go`, `RunTaint`; `utils.go`, `reorganizeTaints`.
    fn of(&self, one: &Found, overwrite: bool) -> Result<(Vec<Value>, &'static str), Failure> {
        let old = one.object["spec"]["taints"].as_array().cloned().unwrap_or_default();
        let same = |entry: &Value, taint: &Taint| {
            entry["key"] == *taint.key && entry["effect"] == *taint.effect
        };
        if !overwrite && self.add.iter().any(|taint| old.iter().any(|entry| same(entry, taint))) {
            return Err(Failure::message(format!(
                "node {} already has a taint(s) with same effect(s) and --overwrite is false",
                one.name()
            )));
        }
        let mut taints: Vec<Value> = self.add.iter().map(Taint::to_json).collect();
        for entry in &old {
            if !self.add.iter().any(|taint| same(entry, taint)) {
                taints.push(entry.clone());
            }
        }
        let mut removed = false;
        for taint in &self.remove {
            let before = taints.len();
            taints.retain(|entry| {
                entry["key"] != *taint.key
                    || !(taint.effect.is_empty() || entry["effect"] == *taint.effect)
            });
            if taints.len() == before {
                let with = if taint.effect.is_empty() {
                    String::new()
                } else {
                    format!(":{}", taint.effect)
                };
                return Err(Failure::message(format!("taint \"{}{with}\" not found", taint.key)));
            }
            removed = true;
        }
        let replaced = self.add.iter().any(|taint| old.iter().any(|entry| same(entry, taint)));
        let verb = match (self.add.is_empty(), removed || replaced) {
            (false, false) => "tainted",
            (true, _) => "untainted",
            (false, true) => "modified",
        };
        Ok((taints, verb))
    }

    async fn node(
        &self,
        one: &Found,
        invocation: &Invocation,
        session: &Session,
        dry_run: DryRun,
    ) -> Result<(Value, &'static str), Failure> {
        let (taints, verb) = self.of(one, invocation.flags.switch("overwrite"))?;
        let mut wanted = one.object.clone();
        wanted["spec"]["taints"] = json!(taints);
        if dry_run == DryRun::Client {
            one.allow("taint", session)?;
            return Ok((wanted, verb));
        }
        let taints = if taints.is_empty() { Value::Null } else { json!(taints) };
        let patch = json!({
            "metadata": {"resourceVersion": one.text("resourceVersion")},
            "spec": {"taints": taints},
        });
        let manager = invocation.flags.text("field-manager").unwrap_or("kubectl-taint");
        let change = Change::merge("taint", &patch, manager, dry_run);
        Ok((one.change(&change, session).await?, verb))
    }
}

const SEE: &str = "See 'kubectl taint -h' for help and examples";

/// `key`, `key=value:effect`, `key:effect`.
fn taint(spec: &str) -> Result<Taint, Failure> {
    let (name, effect) = spec.split_once(':').unwrap_or((spec, ""));
    if effect.contains(':') {
        return Err(Failure::message(format!("invalid taint spec: {spec}\n{SEE}")));
    }
    let has_effect = spec.contains(':');
    if has_effect && !EFFECTS.contains(&effect) {
        return Err(Failure::message(format!(
            "invalid taint effect: {effect}, unsupported taint effect\n{SEE}"
        )));
    }
    let (key, value) = match name.split_once('=') {
        Some((key, value)) if has_effect => (key, value),
        _ => (name, ""),
    };
    let last = key.rsplit('/').next().unwrap_or(key);
    let fits = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let ends = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    if !last.chars().all(fits) || !ends(last.chars().next()) || !ends(last.chars().last()) {
        return Err(Failure::message(format!(
            "invalid taint spec: {spec}, name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')\n{SEE}"
        )));
    }
    Ok(Taint { key: key.to_owned(), value: value.to_owned(), effect: effect.to_owned() })
}

impl Taint {
    fn to_json(&self) -> Value {
        let mut taint = json!({"effect": self.effect, "key": self.key});
        if !self.value.is_empty() {
            taint["value"] = json!(self.value);
        }
        taint
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn taints_are_read_as_they_are_typed() {
        let of = |key: &str, value: &str, effect: &str| Taint {
            key: key.into(),
            value: value.into(),
            effect: effect.into(),
        };
        let specs = ["a=b:NoSchedule", "c:NoExecute", "d-", "e:NoSchedule-"].map(str::to_owned);
        assert_eq!(
            Edit::asked(&specs).unwrap(),
            Edit {
                add: vec![of("a", "b", "NoSchedule"), of("c", "", "NoExecute")],
                remove: vec![of("d", "", ""), of("e", "", "NoSchedule")],
            }
        );
        let wrong = |spec: &str| Edit::asked(&[spec.to_owned()]).unwrap_err().text();
        assert_eq!(
            wrong("a=b:Foo"),
            "error: invalid taint effect: Foo, unsupported taint effect\nSee 'kubectl taint -h' for help and examples\n"
        );
        assert!(wrong("a=b").starts_with("error: invalid taint spec: a=b, name part must"));
    }
}
