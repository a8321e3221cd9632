use std::cmp::Reverse;

use super::super::super::{Object, fields};
use super::super::context::Context;
use super::super::replica_set::wanted;
use super::replica_sets::{Family, desired, most, remember_size};
use super::rollout::max_surge;
use super::sync::{SETS, SOURCE};

/// Sets the size of a replica set and says so.
///
/// Source: `pkg/controller/deployment/sync.go`, `scaleReplicaSet`.
pub(super) fn scale_set(
    context: &mut Context<'_>,
    deployment: &Object,
    set: &mut Object,
    replicas: i64,
) -> bool {
    let old = wanted(set);
    let changed = context.change_spec(SETS, set, |set| {
        fields::set(set, "spec.replicas", replicas);
        remember_size(deployment, set);
    });
    let Some(changed) = changed else { return false };
    *set = changed;
    if old != replicas {
        let way = if old < replicas { "up" } else { "down" };
        let name = fields::name(set);
        let message = format!("Scaled {way} replica set {name} from {old} to {replicas}");
        context.normal(SOURCE, deployment, "ScalingReplicaSet", &message);
    }
    old != replicas
}

/// Brings the replica sets to the number of replicas that the deployment asks for, each
/// in proportion where a rollout is under way.
///
/// Source: `pkg/controller/deployment/sync.go`, `scale`.
pub(super) fn scale(context: &mut Context<'_>, deployment: &Object, family: &mut Family) {
    let replicas = wanted(deployment);
    if let Some(set) = the_only_one(family) {
        if wanted(set) != replicas || desired(set) != Some(replicas) {
            scale_set(context, deployment, set, replicas);
        }
        return;
    }
    let new_is_saturated = family.new.as_ref().is_some_and(|new| {
        wanted(new) == replicas
            && desired(new) == Some(replicas)
            && fields::count(new, "status.availableReplicas") == replicas
    });
    if new_is_saturated {
        for set in family.old.iter_mut().filter(|set| wanted(set) > 0) {
            scale_set(context, deployment, set, 0);
        }
        return;
    }
    if fields::text(deployment, "spec.strategy.type") != "Recreate" {
        in_proportion(context, deployment, family);
    }
}

/// The active replica set where there is one only, or else the newest of idle ones.
///
/// Source: `deployment_util.go`, `FindActiveOrLatest`.
fn the_only_one(family: &mut Family) -> Option<&mut Object> {
    let active = family.all().filter(|set| wanted(set) > 0).count();
    let sets = family.old.iter_mut().chain(&mut family.new);
    match active {
        0 => sets.last(),
        1 => sets.into_iter().find(|set| wanted(set) > 0),
        _ => None,
    }
}

fn in_proportion(context: &mut Context<'_>, deployment: &Object, family: &mut Family) {
    let total = family.replicas();
    let replicas = wanted(deployment);
    let allowed = if replicas > 0 { replicas + max_surge(deployment) } else { 0 };
    let to_add = allowed - total;
    let mut sets: Vec<&mut Object> =
        family.old.iter_mut().chain(&mut family.new).filter(|set| wanted(set) > 0).collect();
    // The largest first; of equal ones the newer when growing, the older when shrinking.
    sets.sort_by_key(|set| {
        let created =
            fields::time(set, "metadata.creationTimestamp").map_or(0, |at| at.as_second());
        (Reverse(wanted(set)), if to_add > 0 { -created } else { created })
    });
    let mut added = 0;
    let mut sizes = Vec::new();
    for set in &sets {
        let share = if to_add == 0 { 0 } else { share(deployment, set, to_add, added) };
        sizes.push(wanted(set) + share);
        added += share;
    }
    if let Some(first) = sizes.first_mut() {
        *first = (*first + to_add - added).max(0);
    }
    for (set, size) in sets.into_iter().zip(sizes) {
        scale_set(context, deployment, set, size);
    }
}

/// Source: `deployment_util.go`, `GetReplicaSetProportion` (1.36's `GetReplicaSetFraction`).
fn share(deployment: &Object, set: &Object, to_add: i64, added: i64) -> i64 {
    let size = wanted(set);
    let replicas = wanted(deployment);
    if size == 0 || to_add == added {
        return 0;
    }
    let fraction = if replicas == 0 {
        -size
    } else {
        let before = most(set).filter(|most| *most > 0).unwrap_or(replicas).max(1);
        let now = replicas + max_surge(deployment);
        rounded(size.saturating_mul(now), before) - size
    };
    let left = to_add - added;
    if to_add > 0 { fraction.min(left) } else { fraction.max(left) }
}

fn rounded(number: i64, by: i64) -> i64 {
    (2 * number.min(i64::MAX / 4) + by) / (2 * by)
}
