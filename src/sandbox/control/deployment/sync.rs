use serde_json::Value;

use super::super::super::{Object, fields};
use super::super::adoption;
use super::super::context::Context;
use super::super::controllers::Controller;
use super::super::key::Key;
use super::super::selector::Selector;
use super::progress;
use super::replica_sets::{Family, desired};
use super::rollout;
use super::scale;

pub(super) const RESOURCE: &str = "deployments.apps";
pub(super) const SETS: &str = "replicasets.apps";
pub(super) const SOURCE: &str = "deployment-controller";

/// Moves a deployment one step on.
///
/// Source: `pkg/controller/deployment/deployment_controller.go`, `syncDeployment`.
pub(in super::super) fn sync(context: &mut Context<'_>, key: &Key) {
    let Some(deployment) = context.at(key) else { return };
    let Some(selector) = Selector::of_labels(fields::at(&deployment, "spec.selector")) else {
        return;
    };
    if selector.is_empty() {
        let message = "This deployment is selecting all pods. A non-empty selector is required.";
        context.warning(SOURCE, &deployment, "SelectingAll", message);
        return;
    }
    if !selector.fits(&deployment["spec"]["template"]) {
        return;
    }
    let sets = adoption::claim(context, SETS, &deployment, &selector);
    if !fields::is_deleting(&deployment) {
        progress::check_paused(context, &deployment);
    }
    let Some(deployment) = context.at(key) else { return };
    let family = Family::of(&deployment, sets);
    step(context, &deployment, family);
    if let Some(at) = progress::deadline(context, key) {
        context.later(Controller::Deployment, key, at);
    }
}

fn step(context: &mut Context<'_>, deployment: &Object, mut family: Family) {
    if fields::is_deleting(deployment) {
        progress::write_status(context, deployment, &family, false);
    } else if fields::flag(deployment, "spec.paused") || is_scaling(deployment, &family) {
        let deployment = family.adopt_revision(context, deployment);
        scale::scale(context, &deployment, &mut family);
        if fields::flag(&deployment, "spec.paused") {
            rollout::clean_up(context, &deployment, &family);
        }
        progress::write_status(context, &deployment, &family, false);
    } else if fields::text(deployment, "spec.strategy.type") == "Recreate" {
        rollout::recreate(context, deployment, &mut family);
    } else {
        rollout::rolling(context, deployment, &mut family);
    }
}

/// Whether the number of replicas was changed, which comes before any rollout.
///
/// Source: `pkg/controller/deployment/sync.go`, `isScalingEvent`.
fn is_scaling(deployment: &Value, family: &Family) -> bool {
    let wanted = super::super::replica_set::wanted(deployment);
    family.all().any(|set| {
        super::super::replica_set::wanted(set) > 0
            && desired(set).is_some_and(|desired| desired != wanted)
    })
}
