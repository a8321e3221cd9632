//! Rows as real servers print them.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::cell::Row;
use super::{IncludeObject, TableFormat, rows};
use crate::kinds::{ApiResource, Verbs, columns};

fn now() -> Timestamp {
    "2026-01-01T01:00:00Z".parse().unwrap()
}

fn shown(resource: &str, mut object: Value) -> String {
    object["metadata"]["name"] = json!("x");
    object["metadata"]["creationTimestamp"] = json!("2026-01-01T00:00:00Z");
    let cells = rows::cells(resource, Row { object: &object, now: now() });
    assert_eq!(cells.len(), columns(resource).len(), "{resource}");
    let text = |cell: &Value| cell.as_str().map_or_else(|| cell.to_string(), str::to_owned);
    cells.iter().map(text).collect::<Vec<_>>().join(" | ")
}

#[test]
fn every_kind_fills_its_columns_even_where_nothing_is_known() {
    for one in ApiResource::built_in().iter().filter(|one| one.verbs != Verbs::Create) {
        shown(&one.key(), json!({"metadata": {}}));
        shown(&one.key(), json!({"metadata": {}, "spec": 1, "status": "x", "subsets": {}}));
    }
}

#[test]
fn workloads_read_as_in_kubectl() {
    let template =
        json!({"spec": {"containers": [{"name": "a", "image": "i"}, {"name": "b", "image": "j"}]}});
    let selector = json!({"matchLabels": {"app": "web"}, "matchExpressions": [
        {"key": "tier", "operator": "In", "values": ["y", "x"]}, {"key": "old", "operator": "DoesNotExist"}]});
    let deployment = json!({"spec": {"replicas": 3, "template": template, "selector": selector},
        "status": {"readyReplicas": 1, "updatedReplicas": 3}});
    assert_eq!(
        shown("deployments.apps", deployment),
        "x | 1/3 | 3 | 0 | 60m | a,b | i,j | app=web,!old,tier in (x,y)"
    );
    let job = json!({"spec": {"completions": 2, "template": template}, "status": {"succeeded": 2,
        "startTime": "2026-01-01T00:00:00Z", "completionTime": "2026-01-01T00:00:05Z",
        "conditions": [{"type": "Complete", "status": "True"}]}});
    assert_eq!(shown("jobs.batch", job), "x | Complete | 2/2 | 5s | 60m | a,b | i,j | <none>");
    let cron = json!({"spec": {"schedule": "* * * * *", "suspend": false}});
    assert_eq!(
        shown("cronjobs.batch", cron),
        "x | * * * * * | <none> | False | 0 | <none> | 60m |  |  | <none>"
    );
    let scaler = json!({"spec": {"scaleTargetRef": {"kind": "Deployment", "name": "web"}, "minReplicas": 1,
        "maxReplicas": 5, "metrics": [{"type": "Resource", "resource": {"name": "cpu",
        "target": {"type": "Utilization", "averageUtilization": 80}}}]}});
    assert_eq!(
        shown("horizontalpodautoscalers.autoscaling", scaler),
        "x | Deployment/web | cpu: <unknown>/80% | 1 | 5 | 0 | 60m"
    );
}

#[test]
fn the_rest_reads_as_in_kubectl() {
    let node = json!({"metadata": {"labels": {"node-role.kubernetes.io/control-plane": ""}},
        "spec": {"unschedulable": true}, "status": {"conditions": [{"type": "Ready", "status": "True"}],
        "addresses": [{"type": "InternalIP", "address": "10.0.0.1"}], "nodeInfo": {"kubeletVersion": "v1.36.2"}}});
    assert_eq!(
        shown("nodes", node),
        "x | Ready,SchedulingDisabled | control-plane | 60m | v1.36.2 | 10.0.0.1 | <none> | <unknown> | <unknown> | <unknown>"
    );
    let event = json!({"involvedObject": {"kind": "Pod", "name": "a", "fieldPath": "spec.containers{c}"},
        "type": "Warning", "reason": "BackOff", "message": "m\n", "count": 3, "source": {"component": "kubelet", "host": "n"},
        "firstTimestamp": "2026-01-01T00:50:00Z", "lastTimestamp": "2026-01-01T00:59:30Z"});
    assert_eq!(
        shown("events", event),
        "30s | Warning | BackOff | pod/a | spec.containers{c} | kubelet, n | m | 10m | 3 | x"
    );
    let claim = json!({"spec": {"volumeName": "v", "storageClassName": "standard", "volumeMode": "Filesystem"},
        "status": {"phase": "Bound", "capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteOnce"]}});
    assert_eq!(
        shown("persistentvolumeclaims", claim),
        "x | Bound | v | 1Gi | RWO | standard | <unset> | 60m | Filesystem"
    );
    let ingress = json!({"spec": {"rules": [{"host": "a.example"}], "tls": [{}]}});
    assert_eq!(
        shown("ingresses.networking.k8s.io", ingress),
        "x | <none> | a.example |  | 80, 443 | 60m"
    );
    let slice = json!({"addressType": "IPv4", "ports": [{"port": 80}], "endpoints": [
        {"addresses": ["1.1.1.1"]}, {"addresses": ["1.1.1.2"]}, {"addresses": ["1.1.1.3"]}, {"addresses": ["1.1.1.4"]}]});
    assert_eq!(
        shown("endpointslices.discovery.k8s.io", slice),
        "x | IPv4 | 80 | 1.1.1.1,1.1.1.2,1.1.1.3 + 1 more... | 60m"
    );
}

#[test]
fn custom_resources_have_the_columns_of_their_definition() {
    let resource = ApiResource { custom: true, ..ApiResource::built_in()[0].clone() };
    let version = json!({"additionalPrinterColumns": [
        {"name": "Spec", "type": "string", "jsonPath": ".spec.cronSpec"},
        {"name": "Replicas", "type": "integer", "jsonPath": ".spec.replicas"},
        {"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp", "priority": 1}]});
    let format = TableFormat::new(&resource, Some(&version), "meta.k8s.io/v1", IncludeObject::None);
    let object = json!({"metadata": {"name": "x", "creationTimestamp": "2026-01-01T00:00:00Z"},
        "spec": {"cronSpec": "* * * * *"}});
    let row = format.row(&object, std::borrow::Cow::Borrowed(&object), now());
    assert_eq!(row.cells, [json!("x"), json!("* * * * *"), Value::Null, json!("60m")]);
    assert_eq!(format.columns()[3]["priority"], 1);
}
