//! The revisions of a workload: replica sets of a deployment, controller revisions of others.

use serde_json::Value;

use crate::cluster::ApiRequest;
use crate::kubectl::Session;
use crate::kubectl::failure::Failure;
use crate::kubectl::found::Found;
use crate::kubectl::get_request::items_of;

const REVISION: &str = "deployment.kubernetes.io/revision";
/// Why a revision was made.
pub(super) const CHANGE_CAUSE: &str = "kubernetes.io/change-cause";

/// One revision.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Revision {
    /// Its number.
    pub(super) number: i64,
    /// Why it was made, where somebody noted it.
    pub(super) cause: Option<String>,
    /// The replica set, or the controller revision.
    pub(super) object: Value,
}

impl Revision {
    /// The pod template of the revision.
    pub(super) fn template(&self) -> &Value {
        match self.object["kind"].as_str() {
            Some("ControllerRevision") => &self.object["data"]["spec"]["template"],
            _ => &self.object["spec"]["template"],
        }
    }
}

/// The number that a deployment or replica set has.
pub(super) fn revision_of(object: &Value) -> i64 {
    let text = object["metadata"]["annotations"][REVISION].as_str().unwrap_or_default();
    text.parse().unwrap_or_default()
}

/// The revisions of a workload, the oldest first.
///
/// Source: `kubectl/pkg/polymorphichelpers/history.go`.
pub(super) async fn revisions(one: &Found, session: &Session) -> Result<Vec<Revision>, Failure> {
    let (plural, kind) = match one.kind.kind.as_str() {
        "Deployment" => ("replicasets", "ReplicaSet"),
        _ => ("controllerrevisions", "ControllerRevision"),
    };
    let namespace = crate::cluster::percent_encoded(one.namespace().unwrap_or_default());
    let request = ApiRequest::get(format!("/apis/apps/v1/namespaces/{namespace}/{plural}"))
        .with("labelSelector", selector(&one.object["spec"]["selector"]));
    let objects = items_of(session.cluster.json(&request).await?);
    let mut found: Vec<Revision> = objects
        .into_iter()
        .filter(|object| is_owned(object, one.text("uid")))
        .map(|mut object| {
            // The members of a list do not say what they are.
            object["kind"] = Value::from(kind);
            let number = match kind {
                "ReplicaSet" => revision_of(&object),
                _ => object["revision"].as_i64().unwrap_or_default(),
            };
            let cause = object["metadata"]["annotations"][CHANGE_CAUSE].as_str();
            Revision { number, cause: cause.map(str::to_owned), object }
        })
        .collect();
    found.sort_by_key(|revision| revision.number);
    Ok(found)
}

fn is_owned(object: &Value, uid: &str) -> bool {
    let owners = object["metadata"]["ownerReferences"].as_array();
    owners.into_iter().flatten().any(|owner| owner["uid"] == uid && owner["controller"] == true)
}

/// A label selector, as a query writes it.
fn selector(selector: &Value) -> String {
    let mut parts = Vec::new();
    for (key, value) in selector["matchLabels"].as_object().into_iter().flatten() {
        parts.push(format!("{key}={}", value.as_str().unwrap_or_default()));
    }
    for expression in selector["matchExpressions"].as_array().into_iter().flatten() {
        let key = expression["key"].as_str().unwrap_or_default();
        let values = expression["values"].as_array().into_iter().flatten();
        let values: Vec<&str> = values.filter_map(Value::as_str).collect();
        parts.push(match expression["operator"].as_str() {
            Some("In") => format!("{key} in ({})", values.join(",")),
            Some("NotIn") => format!("{key} notin ({})", values.join(",")),
            Some("DoesNotExist") => format!("!{key}"),
            _ => key.to_owned(),
        });
    }
    parts.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_selector_is_written_as_a_query() {
        let written = selector(&json!({
            "matchLabels": {"a": "1"},
            "matchExpressions": [
                {"key": "b", "operator": "In", "values": ["x", "y"]},
                {"key": "c", "operator": "DoesNotExist"},
                {"key": "d", "operator": "Exists"},
            ],
        }));
        assert_eq!(written, "a=1,b in (x,y),!c,d");
    }
}
