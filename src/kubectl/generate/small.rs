//! Objects of a few fields.

use serde_json::{Map, Value, json};

use super::text::{int_or_text, labels};
use crate::invocation::Invocation;
use crate::kubectl::failure::Failure;

/// Source: `create_namespace.go`.
pub(super) fn namespace(name: &str) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name},
        "spec": {}, "status": {},
    })
}

/// Source: `create_serviceaccount.go`.
pub(super) fn service_account(name: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name}})
}

/// Source: `create_quota.go`.
pub(super) fn quota(invocation: &Invocation, name: &str) -> Result<Value, Failure> {
    let text = |flag: &str| invocation.flags.text(flag).filter(|value| !value.is_empty());
    let mut spec = Map::new();
    if let Some(hard) = text("hard") {
        spec.insert("hard".into(), Value::Object(quantities(hard)?));
    }
    if let Some(scopes) = text("scopes") {
        let scopes: Vec<&str> = scopes.split(',').collect();
        spec.insert("scopes".into(), json!(scopes));
    }
    Ok(json!({
        "apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": name},
        "spec": spec, "status": {},
    }))
}

/// `cpu=1,memory=2Gi`.
///
/// Source: `create_quota.go`, `populateResourceListV1`.
pub(in crate::kubectl) fn quantities(text: &str) -> Result<Map<String, Value>, Failure> {
    let pair = |pair: &str| match pair.split('=').collect::<Vec<_>>().as_slice() {
        [key, value] => Ok(((*key).to_owned(), json!(value))),
        _ => Err(Failure::message(format!(
            "Invalid argument syntax {pair}, expected <resource>=<value>"
        ))),
    };
    text.split(',').map(pair).collect()
}

/// Source: `create_priorityclass.go`.
pub(super) fn priority_class(invocation: &Invocation, name: &str) -> Value {
    let flags = &invocation.flags;
    let mut object = json!({
        "apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass",
        "metadata": {"name": name},
        "preemptionPolicy": flags.text_or_default("preemption-policy"),
        "value": flags.number("value").unwrap_or_default(),
    });
    if let Some(description) = flags.text("description").filter(|text| !text.is_empty()) {
        object["description"] = json!(description);
    }
    if flags.switch("global-default") {
        object["globalDefault"] = json!(true);
    }
    object
}

/// Source: `create_pdb.go`.
pub(super) fn disruption_budget(invocation: &Invocation, name: &str) -> Result<Value, Failure> {
    let text = |flag: &str| invocation.flags.text(flag).filter(|value| !value.is_empty());
    let Some(selector) = text("selector") else {
        return Err(Failure::message("a selector must be specified"));
    };
    let (field, value) = match (text("min-available"), text("max-unavailable")) {
        (Some(least), None) => ("minAvailable", least),
        (None, Some(most)) => ("maxUnavailable", most),
        (None, None) => {
            return Err(Failure::message(
                "one of min-available or max-unavailable must be specified",
            ));
        }
        (Some(_), Some(_)) => {
            return Err(Failure::message(
                "min-available and max-unavailable cannot be both specified",
            ));
        }
    };
    let mut spec = json!({"selector": {"matchLabels": labels(selector)?}});
    spec[field] = int_or_text(value);
    Ok(json!({
        "apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": name},
        "spec": spec,
        "status": {
            "currentHealthy": 0, "desiredHealthy": 0, "disruptionsAllowed": 0, "expectedPods": 0,
        },
    }))
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
    fn a_budget_needs_a_selector_and_one_number() {
        let made = |line: &str| disruption_budget(&invocation(line), "x");
        let spec = &made("create pdb x --selector=a=b --min-available=50%").unwrap()["spec"];
        assert_eq!(spec["minAvailable"], "50%");
        let spec = &made("create pdb x --selector=a=b --max-unavailable=1").unwrap()["spec"];
        assert_eq!(spec["maxUnavailable"], 1);
        let wrong = made("create pdb x --selector=a=b").unwrap_err();
        assert_eq!(
            wrong.text(),
            "error: one of min-available or max-unavailable must be specified\n"
        );
    }

    #[test]
    fn a_quota_is_a_list_of_limits() {
        let made = quota(&invocation("create quota x --hard=pods=1,cpu=2"), "x").unwrap();
        assert_eq!(made["spec"], json!({"hard": {"pods": "1", "cpu": "2"}}));
        let wrong = quota(&invocation("create quota x --hard=x"), "x").unwrap_err();
        assert_eq!(wrong.text(), "error: Invalid argument syntax x, expected <resource>=<value>\n");
    }
}
