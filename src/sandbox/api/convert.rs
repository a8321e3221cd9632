use std::borrow::Cow;

use serde_json::{Value, json};

use crate::kinds::ApiResource;
use crate::sandbox::admit::edit::{at, default_to, is_blank, items, push, set, text};

/// A stored object as one of its versions has it.
pub(super) fn served<'a>(resource: &ApiResource, object: &'a Value) -> Cow<'a, Value> {
    let api_version = resource.api_version();
    if object["apiVersion"] == api_version.as_str() && object["kind"] == *resource.kind {
        return Cow::Borrowed(object);
    }
    let mut object = object.clone();
    match (resource.key().as_ref(), resource.api_version().as_str()) {
        ("events", "events.k8s.io/v1") => event_to_new(&mut object),
        ("horizontalpodautoscalers.autoscaling", "autoscaling/v1") => autoscaler_to_v1(&mut object),
        _ => {}
    }
    object["apiVersion"] = json!(api_version);
    object["kind"] = json!(resource.kind);
    Cow::Owned(object)
}

/// An object of one of a resource's versions as it is stored.
pub(super) fn stored(resource: &ApiResource, mut object: Value) -> Value {
    match (resource.key().as_ref(), resource.api_version().as_str()) {
        ("events", "events.k8s.io/v1") => event_to_core(&mut object),
        ("horizontalpodautoscalers.autoscaling", "autoscaling/v1") => autoscaler_to_v2(&mut object),
        _ => return object,
    }
    if let Some(stored) = ApiResource::stored_as(&resource.key()) {
        object["apiVersion"] = json!(stored.api_version());
    }
    object
}

/// Moves a field, where it is there.
fn moved(object: &mut Value, from: &str, to: &str) {
    let value = object.as_object_mut().and_then(|object| object.remove(from));
    if let Some(value) = value.filter(|value| !value.is_null()) {
        set(object, &[], to, value);
    }
}

/// Source: `pkg/apis/core/v1` and `pkg/apis/events/v1`, `conversion.go`.
const EVENT_FIELDS: &[(&str, &str)] = &[
    ("involvedObject", "regarding"),
    ("message", "note"),
    ("reportingComponent", "reportingController"),
    ("source", "deprecatedSource"),
    ("firstTimestamp", "deprecatedFirstTimestamp"),
    ("lastTimestamp", "deprecatedLastTimestamp"),
    ("count", "deprecatedCount"),
];

fn event_to_new(event: &mut Value) {
    for (core, new) in EVENT_FIELDS {
        moved(event, core, new);
    }
    default_to(event, &[], "eventTime", Value::Null);
}

fn event_to_core(event: &mut Value) {
    for (core, new) in EVENT_FIELDS {
        moved(event, new, core);
    }
    default_to(event, &[], "source", json!({}));
    for time in ["firstTimestamp", "lastTimestamp"] {
        default_to(event, &[], time, Value::Null);
    }
}

/// Source: `pkg/apis/autoscaling/v1/conversion.go`: a target for the use of processors is
/// a field of its own; other metrics travel in an annotation, which is left out here.
fn autoscaler_to_v1(object: &mut Value) {
    let cpu = |one: &&Value| one["type"] == "Resource" && one["resource"]["name"] == "cpu";
    let target = items(object, &["spec", "metrics"]).find(cpu);
    let target = target.map(|one| one["resource"]["target"]["averageUtilization"].clone());
    let current = items(object, &["status", "currentMetrics"]).find(cpu);
    let current = current.map(|one| one["resource"]["current"]["averageUtilization"].clone());
    if let Some(spec) = object["spec"].as_object_mut() {
        spec.remove("metrics");
        spec.remove("behavior");
    }
    if let Some(status) = object["status"].as_object_mut() {
        status.remove("currentMetrics");
        status.remove("conditions");
        status.entry("currentReplicas").or_insert(json!(0));
    }
    for (part, key, value) in [
        ("spec", "targetCPUUtilizationPercentage", target),
        ("status", "currentCPUUtilizationPercentage", current),
    ] {
        if let Some(value) = value.filter(|value| !value.is_null()) {
            set(object, &[part], key, value);
        }
    }
}

fn autoscaler_to_v2(object: &mut Value) {
    let target = at(object, &["spec", "targetCPUUtilizationPercentage"]).cloned();
    for (part, key) in
        [("spec", "targetCPUUtilizationPercentage"), ("status", "currentCPUUtilizationPercentage")]
    {
        if let Some(part) = object.get_mut(part).and_then(Value::as_object_mut) {
            part.remove(key);
        }
    }
    if let Some(target) = target {
        let target = json!({"type": "Utilization", "averageUtilization": target});
        let metric = json!({"type": "Resource", "resource": {"name": "cpu", "target": target}});
        if is_blank(object, &["spec", "metrics"]) {
            push(object, &["spec"], "metrics", metric);
        }
    }
}

/// The name that an object has, for messages.
pub(super) fn name_of(object: &Value) -> &str {
    text(object, &["metadata", "name"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_of_one_group_is_one_of_the_other() {
        let core = json!({"apiVersion": "v1", "kind": "Event", "message": "m", "count": 2,
            "involvedObject": {"name": "a"}, "reportingComponent": "kubelet", "eventTime": null,
            "source": {"component": "kubelet"}, "firstTimestamp": null, "lastTimestamp": null});
        let resource = ApiResource::of_kind("events.k8s.io/v1", "Event").unwrap();
        let new = served(resource, &core).into_owned();
        assert_eq!(new["regarding"]["name"], "a");
        assert_eq!((&new["note"], &new["reportingController"]), (&json!("m"), &json!("kubelet")));
        assert_eq!(stored(resource, new), core);
    }

    #[test]
    fn an_old_autoscaler_has_its_one_metric() {
        let resource = ApiResource::of_kind("autoscaling/v1", "HorizontalPodAutoscaler").unwrap();
        let old = json!({"apiVersion": "autoscaling/v1", "kind": "HorizontalPodAutoscaler",
            "spec": {"maxReplicas": 3, "targetCPUUtilizationPercentage": 50}});
        let new = stored(resource, old.clone());
        assert_eq!(new["spec"]["metrics"][0]["resource"]["target"]["averageUtilization"], 50);
        assert_eq!(new["apiVersion"], "autoscaling/v2");
        assert_eq!(served(resource, &new).into_owned()["spec"], old["spec"]);
    }
}
