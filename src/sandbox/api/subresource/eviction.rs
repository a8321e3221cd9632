use serde_json::Value;

use super::super::Reply;
use super::super::call::Call;
use super::super::decode::{Expected, body};
use super::super::delete::delete_pod;
use super::super::write::existing;
use super::pod::success;
use crate::sandbox::admit::Status;
use crate::sandbox::selector::LabelSelector;
use crate::sandbox::{Object, fields};

const BUDGETS: &str = "poddisruptionbudgets.policy";

/// Deletes a pod, where its disruption budget has one to spare.
///
/// Source: `pkg/registry/core/pod/storage/eviction.go`, `Create`.
///
/// # Errors
/// 429 where the budget does not allow it, 500 where there is more than one.
pub(super) fn evict(call: &mut Call<'_>) -> Result<Reply, Status> {
    let mut expected = Expected::kind("policy/v1", "Eviction");
    expected.any_version();
    let eviction = body(call, &expected)?;
    if fields::name(&eviction) != call.target.name() {
        return Err(Status::bad_request("name in URL does not match name in Eviction object"));
    }
    let pod = existing(call)?;
    if asks_its_budget(&pod) {
        check_budget(call, &pod)?;
    }
    delete_pod(call, &eviction["deleteOptions"])?;
    Ok(success())
}

/// A pod that does not run takes nothing from a budget.
///
/// Source: `eviction.go`, `canIgnorePDB`.
fn asks_its_budget(pod: &Value) -> bool {
    let idle = ["Succeeded", "Failed", "Pending"].contains(&fields::text(pod, "status.phase"));
    !idle && !fields::is_deleting(pod)
}

fn check_budget(call: &Call<'_>, pod: &Value) -> Result<(), Status> {
    let selects = |budget: &&Object| {
        let selector = LabelSelector::of_object(fields::at(budget, "spec.selector"));
        selector.is_some_and(|selector| selector.selects(pod))
    };
    let mut budgets = call.store.list(BUDGETS, Some(call.target.namespace())).filter(selects);
    let Some(budget) = budgets.next() else { return Ok(()) };
    if budgets.next().is_some() {
        let words = "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.";
        return Err(Status::new(500, "", words));
    }
    if !fields::is_ready(pod) && may_go_unready(budget) {
        return Ok(());
    }
    let name = fields::name(budget);
    let seen = fields::count(budget, "status.observedGeneration");
    if seen < fields::count(budget, "metadata.generation") {
        let words = format!("The disruption budget {name} is still being processed by the server.");
        let mut status = too_many(&words);
        status.details.get_or_insert_default().retry_after_seconds = Some(10);
        return Err(status);
    }
    if fields::count(budget, "status.disruptionsAllowed") == 0 {
        let words = format!(
            "The disruption budget {name} needs {} healthy pods and has {} currently",
            fields::count(budget, "status.desiredHealthy"),
            fields::count(budget, "status.currentHealthy")
        );
        return Err(too_many(&words));
    }
    Ok(())
}

/// Whether a pod that is not ready may go whatever the budget has left.
fn may_go_unready(budget: &Value) -> bool {
    let wanted = fields::count(budget, "status.desiredHealthy");
    let healthy = fields::count(budget, "status.currentHealthy");
    fields::text(budget, "spec.unhealthyPodEvictionPolicy") == "AlwaysAllow"
        || (wanted > 0 && healthy >= wanted)
}

fn too_many(why: &str) -> Status {
    let words = "Cannot evict pod as it would violate the pod's disruption budget.";
    Status::new(429, "TooManyRequests", words).with_cause("DisruptionBudget", why, "")
}
