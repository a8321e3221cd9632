use serde_json::Value;

use super::super::super::{Object, fields};
use super::super::context::Context;
use super::super::pods;
use super::super::replica_set::wanted;
use super::progress;
use super::replica_sets::{Family, revision};
use super::scale::scale_set;
use super::sync::SETS;

/// One step of a rolling update.
///
/// Source: `pkg/controller/deployment/rolling.go`, `rolloutRolling`.
pub(super) fn rolling(context: &mut Context<'_>, deployment: &Object, family: &mut Family) {
    let deployment = family.make_new(context, deployment);
    let moved = grow_new(context, &deployment, family) || shrink_old(context, &deployment, family);
    if !moved && progress::is_complete(&deployment, family) {
        clean_up(context, &deployment, family);
    }
    progress::write_status(context, &deployment, family, true);
}

/// One step of a rollout that first ends all old pods.
///
/// Source: `pkg/controller/deployment/recreate.go`, `rolloutRecreate`.
pub(super) fn recreate(context: &mut Context<'_>, deployment: &Object, family: &mut Family) {
    let deployment = family.adopt_revision(context, deployment);
    let mut moved = false;
    for set in family.old.iter_mut().filter(|set| wanted(set) > 0) {
        moved |= scale_set(context, &deployment, set, 0);
    }
    if moved || old_pods_run(context, family) {
        progress::write_status(context, &deployment, family, true);
        return;
    }
    let deployment = family.make_new(context, &deployment);
    grow_new(context, &deployment, family);
    if progress::is_complete(&deployment, family) {
        clean_up(context, &deployment, family);
    }
    progress::write_status(context, &deployment, family, true);
}

fn old_pods_run(context: &Context<'_>, family: &Family) -> bool {
    family.old.iter().any(|set| {
        context.dependents("pods", fields::uid(set)).iter().any(|pod| !pods::has_ended(pod))
    })
}

/// How many replicas the new replica set may have now.
///
/// Source: `deployment_util.go`, `NewRSNewReplicas`.
pub(super) fn new_replicas(deployment: &Value, family: &Family) -> i64 {
    let replicas = wanted(deployment);
    if fields::text(deployment, "spec.strategy.type") == "Recreate" {
        return replicas;
    }
    let has = family.new.as_ref().map_or(0, |set| wanted(set));
    let room = replicas + max_surge(deployment) - family.replicas();
    has + room.clamp(0, (replicas - has).max(0))
}

fn grow_new(context: &mut Context<'_>, deployment: &Object, family: &mut Family) -> bool {
    let Some(has) = family.new.as_ref().map(|set| wanted(set)) else { return false };
    let replicas = wanted(deployment);
    let next = if has > replicas { replicas } else { new_replicas(deployment, family) };
    match &mut family.new {
        Some(new) if next != has => scale_set(context, deployment, new, next),
        _ => false,
    }
}

/// Takes away old pods: first those that are not available, then as many as may be
/// missing.
///
/// Source: `rolling.go`, `reconcileOldReplicaSets`.
fn shrink_old(context: &mut Context<'_>, deployment: &Object, family: &mut Family) -> bool {
    if family.old.iter().all(|set| wanted(set) == 0) {
        return false;
    }
    let least = wanted(deployment) - max_unavailable(deployment);
    let new_missing = family.new.as_ref().map_or(0, |new| wanted(new) - available(new));
    let removable = family.replicas() - least - new_missing;
    if removable <= 0 {
        return false;
    }
    let mut removed = 0;
    for set in &mut family.old {
        let sick = wanted(set) - available(set);
        let number = sick.min(removable - removed).min(wanted(set));
        if number > 0 {
            let size = wanted(set) - number;
            scale_set(context, deployment, set, size);
            removed += number;
        }
    }
    let spare = family.all().map(|set| available(set)).sum::<i64>() - least;
    let mut given = 0;
    for set in &mut family.old {
        let number = wanted(set).min(spare - given);
        if number > 0 {
            let size = wanted(set) - number;
            scale_set(context, deployment, set, size);
            given += number;
        }
    }
    removed + given > 0
}

fn available(set: &Value) -> i64 {
    fields::count(set, "status.availableReplicas")
}

/// Deletes old replica sets beyond the limit of the history.
///
/// Source: `pkg/controller/deployment/sync.go`, `cleanupDeployment`.
pub(super) fn clean_up(context: &mut Context<'_>, deployment: &Object, family: &Family) {
    let limit = fields::number(deployment, "spec.revisionHistoryLimit").unwrap_or(10);
    let mut idle: Vec<&Object> =
        family.old.iter().filter(|set| !fields::is_deleting(set)).collect();
    let surplus = idle.len().saturating_sub(usize::try_from(limit).unwrap_or(0));
    idle.sort_by_key(|set| revision(set));
    for set in idle.into_iter().take(surplus) {
        let observed = fields::number(set, "status.observedGeneration")
            >= fields::number(set, "metadata.generation");
        if fields::count(set, "status.replicas") == 0 && wanted(set) == 0 && observed {
            context.delete(SETS, fields::namespace(set), fields::name(set));
        }
    }
}

/// How many pods there may be above the wanted number.
pub(super) fn max_surge(deployment: &Value) -> i64 {
    let surge = &deployment["spec"]["strategy"]["rollingUpdate"]["maxSurge"];
    if fields::text(deployment, "spec.strategy.type") == "Recreate" {
        return 0;
    }
    part_of(surge, wanted(deployment), Rounding::Up)
}

/// How many of the wanted pods may be missing; one at least where there may be none
/// above.
///
/// Source: `deployment_util.go`, `ResolveFenceposts`.
pub(super) fn max_unavailable(deployment: &Value) -> i64 {
    let replicas = wanted(deployment);
    if fields::text(deployment, "spec.strategy.type") == "Recreate" || replicas == 0 {
        return 0;
    }
    let missing = &deployment["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"];
    let number = part_of(missing, replicas, Rounding::Down);
    if number == 0 && max_surge(deployment) == 0 { 1 } else { number.min(replicas) }
}

/// Which way a part of a pod goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Rounding {
    Up,
    Down,
}

/// A number, or a percentage of the whole; a quarter unless something is said.
///
/// Source: `apimachinery/pkg/util/intstr/intstr.go`, `GetScaledValueFromIntOrPercent`.
pub(in super::super) fn part_of(value: &Value, whole: i64, rounding: Rounding) -> i64 {
    if let Some(number) = value.as_i64() {
        return number.clamp(0, i64::from(i32::MAX));
    }
    let percent: i64 = match value.as_str() {
        Some(text) => text.strip_suffix('%').and_then(|text| text.parse().ok()).unwrap_or(0),
        None => 25,
    };
    let hundredths = percent.clamp(0, 1_000_000) * whole.clamp(0, i64::from(i32::MAX));
    match rounding {
        Rounding::Up => (hundredths + 99) / 100,
        Rounding::Down => hundredths / 100,
    }
}
