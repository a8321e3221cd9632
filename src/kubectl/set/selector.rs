//! `kubectl set selector`, `serviceaccount` and `subject`.

use serde_json::{Value, json};

use super::template::spec_of;
use crate::invocation::Invocation;
use crate::kubectl::failure::{Failure, Outcome};
use crate::kubectl::found::Found;
use crate::kubectl::generate::{labels, subject_of_service_account};

/// The selector of `set selector`.
pub(super) fn selector(changes: &[String]) -> Result<Value, Failure> {
    match changes {
        [text] => Ok(Value::Object(labels(text)?)),
        _ => Err(Failure::message("one selector is required, as in app=web")),
    }
}

/// Source: `set_selector.go`, `updateSelectorForObject`.
pub(super) fn select(one: &Found, object: &mut Value, selector: &Value) -> Outcome {
    if one.kind.kind != "Service" {
        return Err(Failure::message(format!(
            "setting a selector is only supported for Services: {} is none",
            one.title()
        )));
    }
    object["spec"]["selector"] = selector.clone();
    Ok(())
}

/// The name of `set serviceaccount`.
pub(super) fn account(changes: &[String]) -> Result<String, Failure> {
    match changes {
        [name] if !name.is_empty() => Ok(name.clone()),
        _ => Err(Failure::message("serviceaccount is required")),
    }
}

/// Source: `set_serviceaccount.go`, `Run`.
pub(super) fn run_as(one: &Found, object: &mut Value, name: &str) -> Outcome {
    let spec = spec_of(one, object)?;
    spec["serviceAccountName"] = json!(name);
    spec["serviceAccount"] = json!(name);
    Ok(())
}

/// The subjects of `set subject`.
pub(super) fn subjects(invocation: &Invocation) -> Result<Vec<Value>, Failure> {
    const RBAC: &str = "rbac.authorization.k8s.io";
    let flags = &invocation.flags;
    let mut subjects = Vec::new();
    for (flag, kind) in [("user", "User"), ("group", "Group")] {
        for name in flags.all(flag) {
            subjects.push(json!({"apiGroup": RBAC, "kind": kind, "name": name}));
        }
    }
    for account in flags.all("serviceaccount") {
        subjects.push(subject_of_service_account(account)?);
    }
    if subjects.is_empty() {
        return Err(Failure::message(
            "you must specify at least one value of user, group or serviceaccount",
        ));
    }
    Ok(subjects)
}

/// Source: `set_subject.go`, `addSubjects`.
pub(super) fn bind(one: &Found, object: &mut Value, subjects: &[Value]) -> Outcome {
    if !matches!(one.kind.kind.as_str(), "RoleBinding" | "ClusterRoleBinding") {
        return Err(Failure::message(
            "setting subjects is only supported for RoleBinding/ClusterRoleBinding",
        ));
    }
    let mut all = object["subjects"].as_array().cloned().unwrap_or_default();
    for subject in subjects {
        if !all.contains(subject) {
            all.push(subject.clone());
        }
    }
    object["subjects"] = json!(all);
    Ok(())
}
