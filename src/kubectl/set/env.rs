//! `kubectl set env`.

use serde_json::{Value, json};

use super::template::{containers, is_meant, spec_of};
use crate::base::safe_line;
use crate::cluster::ApiRequest;
use crate::invocation::Invocation;
use crate::kubectl::Session;
use crate::kubectl::failure::Failure;
use crate::kubectl::found::Found;

/// What is to become of the variables.
pub(super) struct Variables {
    /// Whole entries of `env`.
    set: Vec<Value>,
    remove: Vec<String>,
    warnings: Vec<String>,
    pattern: String,
    overwrite: bool,
}

impl Variables {
    /// Source: `set_env.go`, `RunEnv`.
    pub(super) async fn asked(
        invocation: &Invocation,
        changes: &[String],
        session: &Session,
    ) -> Result<Self, Failure> {
        let flags = &invocation.flags;
        let mut variables = Self {
            set: Vec::new(),
            remove: Vec::new(),
            warnings: Vec::new(),
            pattern: flags.text_or_default("containers").to_owned(),
            overwrite: flags.switch("overwrite"),
        };
        for change in flags.all("env").into_iter().chain(changes.iter().map(String::as_str)) {
            match change.split_once('=') {
                Some((name, value)) => {
                    variables.set.push(json!({"name": name, "value": value}));
                }
                None if change.len() > 1 && change.ends_with('-') => {
                    variables.remove.push(change.trim_end_matches('-').to_owned());
                }
                None => {
                    return Err(Failure::message(format!(
                        "environment variables must be of the form key=value: {change}"
                    )));
                }
            }
        }
        if let Some(from) = flags.text("from").filter(|from| !from.is_empty()) {
            variables.take_from(from, invocation, session).await?;
        }
        let is_set = |name: &String| variables.set.iter().any(|entry| entry["name"] == *name);
        if let Some(name) = variables.remove.iter().find(|name| is_set(name)) {
            return Err(Failure::message(format!(
                "can not both modify and remove the following environment variable(s) in the same command: {name}"
            )));
        }
        let idle = variables.set.is_empty() && variables.remove.is_empty();
        // Two operands, of which the second was meant as a variable, are told by who reads them.
        let only_named = invocation.args.len() < 2 || !invocation.args[0].contains('/');
        if idle && only_named && !flags.switch("list") && !flags.is_set("from") {
            return Err(Failure::message("at least one environment variable must be provided"));
        }
        Ok(variables)
    }

    /// References to the keys of a config map or secret.
    async fn take_from(
        &mut self,
        from: &str,
        invocation: &Invocation,
        session: &Session,
    ) -> Result<(), Failure> {
        let (kind, name) = from.split_once('/').unwrap_or((from, ""));
        let kind = session.cluster.kind_called(kind).await?;
        let reference = match kind.kind.as_str() {
            "ConfigMap" => "configMapKeyRef",
            "Secret" => "secretKeyRef",
            other => {
                return Err(Failure::message(format!(
                    "unsupported resource specified in --from: {other}"
                )));
            }
        };
        let namespace = session.policy.namespace(invocation.flags.text("namespace"));
        let path = kind.object_path(Some(&namespace), name);
        let object = session.cluster.json(&ApiRequest::get(path)).await?;
        let keys = invocation.flags.all("keys");
        let prefix = invocation.flags.text("prefix").unwrap_or_default();
        for key in object["data"].as_object().into_iter().flatten().map(|(key, _)| key) {
            if !keys.is_empty() && !keys.contains(&key.as_str()) {
                continue;
            }
            let upper = variable_name(key);
            if upper != *key {
                self.warnings.push(format!("Warning: key {key} transferred to {upper}\n"));
            }
            self.set.push(json!({
                "name": format!("{prefix}{upper}"),
                "valueFrom": {reference: {"name": name, "key": key}},
            }));
        }
        Ok(())
    }

    /// Changes the containers that are meant; what is to be warned of.
    pub(super) fn of(&self, one: &Found, object: &mut Value) -> Result<Vec<String>, Failure> {
        let mut found = false;
        for container in containers(spec_of(one, object)?) {
            if !is_meant(container, &self.pattern) {
                continue;
            }
            found = true;
            let mut env = container["env"].as_array().cloned().unwrap_or_default();
            env.retain(|entry| !self.remove.iter().any(|name| entry["name"] == *name));
            for entry in &self.set {
                match env.iter_mut().find(|other| other["name"] == entry["name"]) {
                    Some(other) if !self.overwrite && other != entry => {
                        return Err(Failure::message(format!(
                            "'{}' already has a value ({}), and --overwrite is false",
                            entry["name"].as_str().unwrap_or_default(),
                            other["value"].as_str().unwrap_or_default()
                        )));
                    }
                    Some(other) => *other = entry.clone(),
                    None => env.push(entry.clone()),
                }
            }
            if !env.is_empty() || container["env"].is_array() {
                container["env"] = json!(env);
            }
        }
        if !found {
            return Ok(vec![format!(
                "Warning: {}/{} does not have any containers matching {:?}\n",
                one.kind.kind,
                one.name(),
                self.pattern
            )]);
        }
        Ok(self.warnings.clone())
    }
}

/// Source: `set_env.go`, `keyToEnvName`.
fn variable_name(key: &str) -> String {
    key.chars()
        .map(|c| if matches!(c, '-' | '.') { '_' } else { c })
        .collect::<String>()
        .to_uppercase()
}

/// The variables of each container.
///
/// Source: `set_env.go`, `RunEnv`, the branch of `--list`; `env_resolve.go`.
pub(super) async fn listed(
    one: &Found,
    invocation: &Invocation,
    session: &Session,
) -> Result<String, Failure> {
    let flags = &invocation.flags;
    let mut object = one.object.clone();
    let mut text = String::new();
    for container in containers(spec_of(one, &mut object)?) {
        if !is_meant(container, flags.text_or_default("containers")) {
            continue;
        }
        text += &format!(
            "# {} {}, container {}\n",
            one.kind.kind,
            safe_line(one.name()),
            safe_line(container["name"].as_str().unwrap_or_default())
        );
        for entry in container["env"].as_array().into_iter().flatten() {
            let name = safe_line(entry["name"].as_str().unwrap_or_default());
            let from = &entry["valueFrom"];
            if from.is_null() {
                let value = entry["value"].as_str().unwrap_or_default();
                text += &format!("{name}={}\n", safe_line(value));
                continue;
            }
            let resolved =
                if flags.switch("resolve") { resolved(from, one, session).await? } else { None };
            text += &match resolved {
                Some(value) => format!("{name}={}\n", safe_line(&value)),
                None => format!("# {name} from {}\n", safe_line(&reference(from))),
            };
        }
    }
    Ok(text)
}

/// Source: `kubectl/pkg/cmd/set/env/env_resolve.go`, `GetEnvVarRefString`.
fn reference(from: &Value) -> String {
    let text = |part: &str, field: &str| from[part][field].as_str().unwrap_or_default().to_owned();
    for (part, kind) in [("configMapKeyRef", "configmap"), ("secretKeyRef", "secret")] {
        if from[part].is_object() {
            return format!("{kind} {}, key {}", text(part, "name"), text(part, "key"));
        }
    }
    if from["fieldRef"].is_object() {
        return format!("field path {}", text("fieldRef", "fieldPath"));
    }
    if from["resourceFieldRef"].is_object() {
        let container = text("resourceFieldRef", "containerName");
        let prefix = if container.is_empty() { container } else { format!("{container}/") };
        return format!("resource field {prefix}{}", text("resourceFieldRef", "resource"));
    }
    "invalid valueFrom".to_owned()
}

/// The value behind a reference to a config map.
async fn resolved(from: &Value, one: &Found, session: &Session) -> Result<Option<String>, Failure> {
    let reference = &from["configMapKeyRef"];
    let (Some(name), Some(key)) = (reference["name"].as_str(), reference["key"].as_str()) else {
        return Ok(None);
    };
    let kind = session.cluster.kind_called("configmaps").await?;
    let path = kind.object_path(one.namespace(), name);
    let object = session.cluster.json(&ApiRequest::get(path)).await?;
    Ok(object["data"][key].as_str().map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_told_in_words() {
        let check = |from: Value, wanted: &str| assert_eq!(reference(&from), wanted, "{from}");
        check(json!({"configMapKeyRef": {"name": "m", "key": "a"}}), "configmap m, key a");
        check(json!({"secretKeyRef": {"name": "s", "key": "a"}}), "secret s, key a");
        check(json!({"fieldRef": {"fieldPath": "status.podIP"}}), "field path status.podIP");
        assert_eq!(variable_name("my-key.x"), "MY_KEY_X");
    }
}
