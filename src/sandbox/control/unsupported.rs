use serde_json::Value;

use super::super::fields;
use super::context::Context;
use super::key::Key;
use super::replica_set::MOST_PODS;

/// Fields that a real cluster acts on and the sandbox does not.
const FIELDS: &[(&str, &str)] = &[
    ("daemonsets.apps", "spec.updateStrategy.rollingUpdate.maxSurge"),
    ("jobs.batch", "spec.backoffLimitPerIndex"),
    ("jobs.batch", "spec.maxFailedIndexes"),
    ("jobs.batch", "spec.successPolicy"),
    ("pods", "spec.resourceClaims"),
    ("services", "spec.loadBalancerSourceRanges"),
    ("services", "spec.sessionAffinityConfig.clientIP.timeoutSeconds"),
    ("services", "spec.trafficDistribution"),
    ("statefulsets.apps", "spec.persistentVolumeClaimRetentionPolicy.whenDeleted"),
    ("statefulsets.apps", "spec.persistentVolumeClaimRetentionPolicy.whenScaled"),
    ("statefulsets.apps", "spec.updateStrategy.rollingUpdate.maxUnavailable"),
];

/// Resources whose objects ask for a number of pods, and where.
const NUMBERS: &[(&str, &str)] = &[
    ("jobs.batch", "spec.parallelism"),
    ("replicasets.apps", "spec.replicas"),
    ("replicationcontrollers", "spec.replicas"),
    ("statefulsets.apps", "spec.replicas"),
];

/// What these fields hold when nothing is asked of them.
const NOTHING: &[&str] = &["null", "0", "1", "[]", "\"Retain\"", "10800"];

/// Whether a resource has such fields.
pub(super) fn has_some(resource: &str) -> bool {
    FIELDS.iter().chain(NUMBERS).any(|(of, _)| *of == resource)
}

/// Says of an object which of its fields the sandbox does not act on.
pub(super) fn sync(context: &mut Context<'_>, key: &Key) {
    let Some(object) = context.at(key) else { return };
    for path in asked(&key.resource, &object) {
        let message = format!("the podlab sandbox does not act on {path}");
        context.warning("podlab", &object, "NotSimulated", &message);
    }
    let number = NUMBERS.iter().find(|(of, _)| *of == &*key.resource);
    let number = number.map_or(0, |(_, path)| fields::count(&object, path));
    if usize::try_from(number).is_ok_and(|number| number > MOST_PODS) {
        let message = format!("the podlab sandbox makes at most {MOST_PODS} pods for one owner");
        context.warning("podlab", &object, "NotSimulated", &message);
    }
}

fn asked(resource: &str, object: &Value) -> Vec<&'static str> {
    let of_resource = FIELDS.iter().filter(|(of, _)| *of == resource);
    let asked = of_resource.filter(|(_, path)| {
        let value = fields::at(object, path).to_string();
        !NOTHING.contains(&value.as_str())
    });
    asked.map(|(_, path)| *path).collect()
}
