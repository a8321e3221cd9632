use serde_json::{Value, json};

use super::super::super::{Object, fields};
use super::super::context::Context;
use super::super::template;

pub(super) const REVISION: &str = "controller-revision-hash";
const SOURCE: &str = "statefulset-controller";

/// The number in the name of a set's pod.
pub(super) fn ordinal(set: &Value, pod: &Value) -> Option<i64> {
    let number = fields::name(pod).strip_prefix(fields::name(set))?.strip_prefix('-')?;
    number.parse().ok().filter(|number: &i64| *number >= 0)
}

/// Makes the claims of a pod that are not there, then the pod.
///
/// Source: `pkg/controller/statefulset/stateful_pod_control.go`, `CreateStatefulPod`.
pub(super) fn create(
    context: &mut Context<'_>,
    set: &Object,
    number: i64,
    revision: &Object,
) -> bool {
    let name = format!("{}-{number}", fields::name(set));
    for claim in fields::items(set, "spec.volumeClaimTemplates") {
        if !create_claim(context, set, claim, &name) {
            return false;
        }
    }
    match context.create("pods", pod(set, number, revision)) {
        Ok(_) => {
            let message =
                format!("create Pod {name} in StatefulSet {} successful", fields::name(set));
            context.normal(SOURCE, set, "SuccessfulCreate", &message);
            true
        }
        Err(status) => {
            let set_name = fields::name(set);
            let message =
                format!("create Pod {name} in StatefulSet {set_name} failed error: {status}");
            context.warning(SOURCE, set, "FailedCreate", &message);
            false
        }
    }
}

/// Deletes a pod and says so.
pub(super) fn delete(context: &mut Context<'_>, set: &Object, pod: &Object) {
    context.delete("pods", fields::namespace(pod), fields::name(pod));
    let (pod, set_name) = (fields::name(pod), fields::name(set));
    let message = format!("delete Pod {pod} in StatefulSet {set_name} successful");
    context.normal(SOURCE, set, "SuccessfulDelete", &message);
}

fn create_claim(context: &mut Context<'_>, set: &Object, claim: &Value, pod: &str) -> bool {
    let resource = "persistentvolumeclaims";
    let name = format!("{}-{pod}", fields::name(claim));
    let namespace = fields::namespace(set);
    if context.get(resource, namespace, &name).is_some() {
        return true;
    }
    let mut claim = claim.clone();
    fields::set(&mut claim, "apiVersion", "v1");
    fields::set(&mut claim, "kind", "PersistentVolumeClaim");
    fields::set(&mut claim, "metadata.name", name.as_str());
    fields::set(&mut claim, "metadata.namespace", namespace);
    for (key, value) in fields::texts(set, "spec.selector.matchLabels") {
        fields::annotate(&mut claim, "labels", key, value);
    }
    fields::set(&mut claim, "status", json!({ "phase": "Pending" }));
    let set_name = fields::name(set);
    match context.create(resource, claim) {
        Ok(_) => {
            let message =
                format!("create Claim {name} Pod {pod} in StatefulSet {set_name} success");
            context.normal(SOURCE, set, "SuccessfulCreate", &message);
            true
        }
        Err(status) => {
            let message = format!(
                "create Claim {name} for Pod {pod} in StatefulSet {set_name} failed error: {status}"
            );
            context.warning(SOURCE, set, "FailedCreate", &message);
            false
        }
    }
}

/// Source: `pkg/controller/statefulset/stateful_set_utils.go`, `newStatefulSetPod`.
fn pod(set: &Value, number: i64, revision: &Value) -> Value {
    let mut pod = template::pod_of(set, &super::super::revision::template(revision));
    let name = format!("{}-{number}", fields::name(set));
    fields::unset(&mut pod, "metadata.generateName");
    fields::set(&mut pod, "metadata.name", name.as_str());
    let labels = [
        ("statefulset.kubernetes.io/pod-name", name.as_str()),
        ("apps.kubernetes.io/pod-index", &number.to_string()),
        (REVISION, fields::name(revision)),
    ];
    for (key, value) in labels {
        fields::annotate(&mut pod, "labels", key, value);
    }
    fields::set(&mut pod, "spec.hostname", name.as_str());
    fields::set(&mut pod, "spec.subdomain", fields::text(set, "spec.serviceName"));
    let claims = fields::items(set, "spec.volumeClaimTemplates");
    let own =
        |volume: &&Value| claims.iter().all(|c| fields::name(c) != fields::text(volume, "name"));
    let mut volumes: Vec<Value> =
        fields::items(&pod, "spec.volumes").iter().filter(own).cloned().collect();
    volumes.extend(claims.iter().map(|claim| {
        let claim = fields::name(claim);
        json!({ "name": claim, "persistentVolumeClaim": { "claimName": format!("{claim}-{name}") } })
    }));
    if !volumes.is_empty() {
        fields::set(&mut pod, "spec.volumes", volumes);
    }
    pod
}
