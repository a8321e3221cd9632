use serde_json::{Value, json};

use super::super::edit::{at, at_mut, default_to, is_blank, items_mut, set};
use super::pod::default_pod_spec;
use super::volume::default_claim;

/// What the template of pods in a spec gets.
pub(super) fn default_template(spec: &mut Value) {
    if let Some(template) = at_mut(spec, &["template", "spec"]) {
        default_pod_spec(template);
    }
}

/// Source: `pkg/apis/apps/v1/defaults.go`, `SetDefaults_Deployment`.
pub(super) fn default_deployment(object: &mut Value) {
    let Some(spec) = at_mut(object, &["spec"]) else { return };
    default_to(spec, &[], "replicas", 1);
    default_to(spec, &["strategy"], "type", "RollingUpdate");
    if spec["strategy"]["type"] == "RollingUpdate" {
        default_to(spec, &["strategy", "rollingUpdate"], "maxUnavailable", "25%");
        default_to(spec, &["strategy", "rollingUpdate"], "maxSurge", "25%");
    }
    default_to(spec, &[], "revisionHistoryLimit", 10);
    default_to(spec, &[], "progressDeadlineSeconds", 600);
    default_template(spec);
}

/// Source: `apps/v1/defaults.go`, `SetDefaults_ReplicaSet`.
pub(super) fn default_replica_set(object: &mut Value) {
    let Some(spec) = at_mut(object, &["spec"]) else { return };
    default_to(spec, &[], "replicas", 1);
    default_template(spec);
}

/// Source: `core/v1/defaults.go`, `SetDefaults_ReplicationController`.
pub(super) fn default_replication_controller(object: &mut Value) {
    let labels = at(object, &["spec", "template", "metadata", "labels"]).cloned();
    if let Some(labels) = labels {
        if is_blank(object, &["spec", "selector"]) {
            set(object, &["spec"], "selector", labels.clone());
        }
        if is_blank(object, &["metadata", "labels"]) {
            set(object, &["metadata"], "labels", labels);
        }
    }
    default_replica_set(object);
}

/// Source: `apps/v1/defaults.go`, `SetDefaults_DaemonSet`.
pub(super) fn default_daemon_set(object: &mut Value) {
    let Some(spec) = at_mut(object, &["spec"]) else { return };
    default_to(spec, &["updateStrategy"], "type", "RollingUpdate");
    if spec["updateStrategy"]["type"] == "RollingUpdate" {
        default_to(spec, &["updateStrategy", "rollingUpdate"], "maxUnavailable", 1);
        default_to(spec, &["updateStrategy", "rollingUpdate"], "maxSurge", 0);
    }
    default_to(spec, &[], "revisionHistoryLimit", 10);
    default_template(spec);
}

/// Source: `apps/v1/defaults.go`, `SetDefaults_StatefulSet`.
pub(super) fn default_stateful_set(object: &mut Value) {
    let Some(spec) = at_mut(object, &["spec"]) else { return };
    default_to(spec, &[], "podManagementPolicy", "OrderedReady");
    default_to(spec, &["updateStrategy"], "type", "RollingUpdate");
    if spec["updateStrategy"]["type"] == "RollingUpdate" {
        default_to(spec, &["updateStrategy", "rollingUpdate"], "partition", 0);
    }
    let policy = ["persistentVolumeClaimRetentionPolicy"];
    default_to(spec, &policy, "whenDeleted", "Retain");
    default_to(spec, &policy, "whenScaled", "Retain");
    default_to(spec, &[], "replicas", 1);
    default_to(spec, &[], "revisionHistoryLimit", 10);
    for claim in items_mut(spec, &["volumeClaimTemplates"]) {
        default_to(claim, &[], "apiVersion", "v1");
        default_to(claim, &[], "kind", "PersistentVolumeClaim");
        default_claim(claim);
    }
    default_template(spec);
}

/// Source: `pkg/apis/batch/v1/defaults.go`, `SetDefaults_Job`.
pub(super) fn default_job(object: &mut Value) {
    let Some(spec) = at_mut(object, &["spec"]) else { return };
    if at(spec, &["completions"]).is_none() && at(spec, &["parallelism"]).is_none() {
        set(spec, &[], "completions", 1);
    }
    default_to(spec, &[], "parallelism", 1);
    let per_index = at(spec, &["backoffLimitPerIndex"]).is_some();
    default_to(spec, &[], "backoffLimit", if per_index { i32::MAX } else { 6 });
    default_to(spec, &[], "completionMode", "NonIndexed");
    default_to(spec, &[], "suspend", false);
    let fails = at(spec, &["podFailurePolicy"]).is_some();
    let policy = if fails { "Failed" } else { "TerminatingOrFailed" };
    default_to(spec, &[], "podReplacementPolicy", policy);
    default_template(spec);
}

/// Source: `batch/v1/defaults.go`, `SetDefaults_CronJob`.
pub(super) fn default_cron_job(object: &mut Value) {
    let Some(spec) = at_mut(object, &["spec"]) else { return };
    default_to(spec, &[], "concurrencyPolicy", "Allow");
    default_to(spec, &[], "suspend", false);
    default_to(spec, &[], "successfulJobsHistoryLimit", 3);
    default_to(spec, &[], "failedJobsHistoryLimit", 1);
    if let Some(job) = at_mut(spec, &["jobTemplate", "spec"]) {
        default_template(job);
    }
}

/// Source: `pkg/apis/autoscaling/v2/defaults.go`, `SetDefaults_HorizontalPodAutoscaler`.
pub(super) fn default_autoscaler(object: &mut Value) {
    default_to(object, &["spec"], "minReplicas", 1);
    if is_blank(object, &["spec", "metrics"]) {
        let target = json!({"type": "Utilization", "averageUtilization": 80});
        let cpu = json!({"type": "Resource", "resource": {"name": "cpu", "target": target}});
        set(object, &["spec"], "metrics", json!([cpu]));
    }
    let rules = [
        (
            "scaleUp",
            json!({"stabilizationWindowSeconds": 0, "selectPolicy": "Max", "policies": [
            {"type": "Pods", "value": 4, "periodSeconds": 15},
            {"type": "Percent", "value": 100, "periodSeconds": 15}]}),
        ),
        (
            "scaleDown",
            json!({"selectPolicy": "Max", "policies": [
            {"type": "Percent", "value": 100, "periodSeconds": 15}]}),
        ),
    ];
    if let Some(behavior) = at_mut(object, &["spec", "behavior"]) {
        for (direction, defaults) in rules {
            for (key, value) in defaults.as_object().into_iter().flatten() {
                default_to(behavior, &[direction], key, value.clone());
            }
        }
    }
}
