//! `kubectl wait`.

use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;

use super::failure::{Failure, Outcome};
use super::get_request::items_of;
use super::manifest;
use super::object_watch::{Patience, Waited, Watched, until};
use super::print::{JsonPath, MissingKeys, value_text};
use super::resources::{Wanted, nothing_named, wanted};
use super::written::Written;
use super::{Io, Session};
use crate::cluster::{ApiRequest, ResourceKind};
use crate::invocation::Invocation;

/// A negative time-out is a week.
///
/// Source: `kubectl/pkg/cmd/wait/wait.go`, `ToOptions`.
const WEEK: Duration = Duration::from_secs(7 * 24 * 3600);

/// Runs the verb.
///
/// Source: `kubectl/pkg/cmd/wait/wait.go`, `RunWait`.
pub(super) async fn run(invocation: &Invocation, session: &Session, io: &mut Io) -> Outcome {
    let cancelled = io.cancelled.clone();
    tokio::select! {
        outcome = wait(invocation, session, io) => outcome,
        () = Io::until_cancelled(cancelled) => Err(Failure::Interrupted),
    }
}

async fn wait(invocation: &Invocation, session: &Session, io: &mut Io) -> Outcome {
    let goals = invocation.flags.all("for");
    if goals.is_empty() {
        return Err(Failure::message("unrecognized condition: []"));
    }
    let goals = goals.into_iter().map(Goal::parse).collect::<Result<Vec<_>, _>>()?;
    let mut written = Written::asked(invocation)?;
    let limit = match invocation.flags.duration("timeout") {
        Some(limit) if !limit.is_negative() => Duration::try_from(limit).unwrap_or(WEEK),
        _ => WEEK,
    };
    let objects = objects(invocation, session, io, &goals).await?;
    let wants_gone = goals.contains(&Goal::Deleted);
    if objects.is_empty() && !wants_gone {
        return Err(Failure::message("no matching resources found"));
    }
    let mut failures = Vec::new();
    for goal in &goals {
        for object in &objects {
            let waited = match limit {
                Duration::ZERO => object.look(goal, session).await,
                _ => object.wait(goal, session, Instant::now() + limit).await,
            };
            match waited {
                Ok(found) => written.object(io, &found, "condition met").await?,
                Err(failure) => failures.push(failure),
            }
        }
    }
    Failure::collect(failures)
}

/// What is waited for.
#[derive(Debug, Clone, PartialEq)]
enum Goal {
    Deleted,
    Created,
    Condition { name: String, status: String },
    JsonPath { path: JsonPath, value: Option<String> },
}

impl Goal {
    /// Source: `wait.go`, `conditionFuncFor`.
    fn parse(text: &str) -> Result<Self, Failure> {
        if text.eq_ignore_ascii_case("delete") {
            return Ok(Self::Deleted);
        }
        if text.eq_ignore_ascii_case("create") {
            return Ok(Self::Created);
        }
        if let Some(condition) = text.strip_prefix("condition=") {
            let (name, status) = condition.split_once('=').unwrap_or((condition, "true"));
            return Ok(Self::Condition { name: name.to_owned(), status: status.to_owned() });
        }
        if let Some(rest) = text.strip_prefix("jsonpath=") {
            return Self::json_path(rest);
        }
        Err(Failure::message(format!("unrecognized condition: {text:?}")))
    }

    /// `{.status.phase}=Running`; without a value, that the field exists.
    fn json_path(text: &str) -> Result<Self, Failure> {
        let text = text.trim_matches(['\'', '"']);
        let end = text.rfind('}').map_or_else(|| text.find('=').unwrap_or(text.len()), |at| at + 1);
        let (path, rest) = text.split_at(end);
        let value = match rest.strip_prefix('=') {
            Some("") => {
                return Err(Failure::message("jsonpath wait has to have a value after equal sign"));
            }
            Some(value) => Some(value.trim_matches(['\'', '"']).to_owned()),
            None => None,
        };
        let path = JsonPath::relaxed(path).map_err(|error| Failure::message(error.to_string()))?;
        Ok(Self::JsonPath { path, value })
    }

    fn holds(&self, object: Option<&Value>) -> bool {
        match (self, object) {
            (Self::Deleted, object) => object.is_none(),
            (_, None) => false,
            (Self::Created, Some(_)) => true,
            (Self::Condition { name, status }, Some(object)) => has_condition(object, name, status),
            (Self::JsonPath { path, value }, Some(object)) => {
                let found = path.values(object, MissingKeys::Allowed).unwrap_or_default();
                match (found.as_slice(), value) {
                    ([], _) => false,
                    (_, None) => true,
                    ([only], Some(value)) => value_text(only).trim() == value.trim(),
                    _ => false,
                }
            }
        }
    }
}

/// Source: `wait/condition.go`, `checkCondition`: a condition that was seen for an older
/// generation does not count.
fn has_condition(object: &Value, name: &str, status: &str) -> bool {
    let conditions = object["status"]["conditions"].as_array().into_iter().flatten();
    let text =
        |condition: &Value, key: &str| condition[key].as_str().unwrap_or_default().to_owned();
    let Some(condition) =
        conditions.into_iter().find(|condition| text(condition, "type").eq_ignore_ascii_case(name))
    else {
        return false;
    };
    let generation = object["metadata"]["generation"].as_i64();
    let seen = condition["observedGeneration"]
        .as_i64()
        .or_else(|| object["status"]["observedGeneration"].as_i64());
    if let (Some(generation), Some(seen)) = (generation, seen)
        && seen < generation
    {
        return false;
    }
    text(condition, "status").eq_ignore_ascii_case(status)
}

/// One object that is waited for.
struct Target {
    kind: ResourceKind,
    namespace: Option<String>,
    name: String,
}

impl Target {
    async fn wait(
        &self,
        goal: &Goal,
        session: &Session,
        deadline: Instant,
    ) -> Result<Value, Failure> {
        let watched =
            Watched { kind: &self.kind, namespace: self.namespace.as_deref(), name: &self.name };
        // What is printed of an object that is gone is what was last seen of it.
        let mut last = self.bare();
        let waited = until(&session.cluster, &watched, Patience::until(deadline), |object| {
            if let Some(object) = object {
                last = object.clone();
            }
            goal.holds(object)
        })
        .await?;
        match waited {
            Waited::Holds(_) => Ok(last),
            Waited::TimedOut => Err(Failure::message(format!(
                "timed out waiting for the condition on {}/{}",
                self.kind.plural, self.name
            ))),
        }
    }

    /// Without any time there is one look.
    ///
    /// Source: `wait.go`, `RunWait`; `wait/condition.go`, `IsConditionMet`.
    async fn look(&self, goal: &Goal, session: &Session) -> Result<Value, Failure> {
        let path = self.kind.object_path(self.namespace.as_deref(), &self.name);
        let object = match session.cluster.json(&ApiRequest::get(path)).await {
            Ok(object) => Some(object),
            Err(error) if error.is_not_found() => None,
            Err(error) => return Err(error.into()),
        };
        if goal.holds(object.as_ref()) {
            return Ok(object.unwrap_or_else(|| self.bare()));
        }
        Err(Failure::message(format!("condition not met for {}/{}", self.kind.plural, self.name)))
    }

    fn bare(&self) -> Value {
        serde_json::json!({
            "apiVersion": self.kind.api_version(),
            "kind": self.kind.kind,
            "metadata": {"name": self.name},
        })
    }
}

/// The objects that are waited for, each looked up once.
async fn objects(
    invocation: &Invocation,
    session: &Session,
    io: &mut Io,
    goals: &[Goal],
) -> Result<Vec<Target>, Failure> {
    let namespace = session.policy.namespace(invocation.flags.text("namespace"));
    let mut targets = Vec::new();
    if invocation.flags.is_set("filename") {
        for manifest in manifest::manifests(invocation, session, io).await? {
            targets.push(Target {
                namespace: manifest.namespace().map(str::to_owned),
                name: manifest.name().to_owned(),
                kind: manifest.kind,
            });
        }
        return Ok(targets);
    }
    if invocation.args.is_empty() {
        return Err(nothing_named());
    }
    for Wanted { kind, name } in wanted(&invocation.args, session).await? {
        let namespace = kind.namespaced.then(|| namespace.clone());
        match name {
            Some(name) => {
                let target = Target { kind, namespace, name };
                if exists(&target, session, goals).await? {
                    targets.push(target);
                }
            }
            None => targets.extend(listed(invocation, session, &kind, namespace).await?),
        }
    }
    Ok(targets)
}

/// A missing object is an error, unless it is waited to come or to go.
async fn exists(target: &Target, session: &Session, goals: &[Goal]) -> Result<bool, Failure> {
    if goals.contains(&Goal::Created) {
        return Ok(true);
    }
    let path = target.kind.object_path(target.namespace.as_deref(), &target.name);
    match session.cluster.send(&ApiRequest::get(path)).await {
        Ok(_) => Ok(true),
        Err(error) if error.is_not_found() && goals.contains(&Goal::Deleted) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

async fn listed(
    invocation: &Invocation,
    session: &Session,
    kind: &ResourceKind,
    namespace: Option<String>,
) -> Result<Vec<Target>, Failure> {
    let flags = &invocation.flags;
    let text = |name: &str| flags.text(name).unwrap_or_default();
    if !flags.switch("all") && !flags.is_set("selector") && !flags.is_set("field-selector") {
        return Err(Failure::message("resource(s) were provided, but no name was specified"));
    }
    let namespace = namespace.filter(|_| !flags.switch("all-namespaces"));
    let request = ApiRequest::get(kind.path(namespace.as_deref()))
        .with("labelSelector", text("selector"))
        .with("fieldSelector", text("field-selector"));
    let items = items_of(session.cluster.json(&request).await?);
    let text = |item: &Value, key: &str| item["metadata"][key].as_str().map(str::to_owned);
    Ok(items
        .iter()
        .map(|item| Target {
            kind: kind.clone(),
            namespace: text(item, "namespace"),
            name: text(item, "name").unwrap_or_default(),
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn holds(goal: &str, object: &Value) -> bool {
        Goal::parse(goal).unwrap().holds(Some(object))
    }

    #[test]
    fn conditions_and_paths_hold_as_kubectl_has_it() {
        let pod = json!({"metadata": {"generation": 2}, "status": {"phase": "Running", "conditions": [
            {"type": "Ready", "status": "True"},
            {"type": "Old", "status": "True", "observedGeneration": 1},
            {"type": "Not", "status": "False"}]}});
        let rows = [
            ("condition=Ready", true),
            ("condition=ready", true),
            ("condition=Ready=True", true),
            ("condition=Ready=false", false),
            ("condition=Not=false", true),
            ("condition=Old", false),
            ("condition=Nope", false),
            ("jsonpath={.status.phase}=Running", true),
            ("jsonpath={.status.phase}=Pending", false),
            ("jsonpath={.status.phase}", true),
            ("jsonpath=.status.nope", false),
            ("create", true),
            ("delete", false),
        ];
        for (goal, wanted) in rows {
            assert_eq!(holds(goal, &pod), wanted, "{goal}");
        }
        assert!(Goal::Deleted.holds(None));
        assert!(Goal::parse("x").is_err());
    }
}
