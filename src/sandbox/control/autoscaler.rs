use serde_json::json;

use super::super::fields;
use super::conditions::{self, Condition};
use super::context::Context;
use super::key::Key;

/// Says that nothing scales by itself here: the sandbox measures no load.
///
/// The words are those of a cluster without a metrics server; see
/// `pkg/controller/podautoscaler/horizontal.go`, `reconcileAutoscaler`.
pub(super) fn sync(context: &mut Context<'_>, key: &Key) {
    let Some(scaler) = context.at(key) else { return };
    if !fields::items(&scaler, "status.conditions").is_empty() {
        return;
    }
    let message = "the sandbox measures no load, so that it has no metrics to scale by";
    let now = context.now;
    context.change(&key.resource, &scaler, |scaler| {
        let mut list = Vec::new();
        let able = Condition {
            kind: "AbleToScale",
            status: "True",
            reason: "SucceededGetScale",
            message: "the HPA controller was able to get the target's current scale",
        };
        conditions::set(&mut list, able, now);
        let active = Condition {
            kind: "ScalingActive",
            status: "False",
            reason: "FailedGetResourceMetric",
            message,
        };
        conditions::set(&mut list, active, now);
        fields::set(scaler, "status.conditions", json!(list));
        fields::set(scaler, "status.desiredReplicas", 0);
    });
    context.warning("horizontal-pod-autoscaler", &scaler, "FailedGetResourceMetric", message);
}
