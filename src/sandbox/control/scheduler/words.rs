use std::collections::BTreeMap;

use serde_json::Value;

use super::super::super::fields;
use super::filter::Rejection;

/// What the scheduler says of a pod that fits nowhere.
///
/// Source: `pkg/scheduler/framework/types.go`, `FitError.Error`;
/// `pkg/scheduler/framework/preemption/preemption.go`. "No new claims" is what the plugin
/// for dynamic resources says, which 1.36 asks first.
pub(super) fn fit_error(pod: &Value, nodes: usize, why: &WhyNot) -> String {
    let reasons = match why {
        WhyNot::NoNodes => "no nodes available to schedule pods".to_owned(),
        WhyNot::Pod(reason) => reason.clone(),
        WhyNot::Nodes(rejections) => {
            histogram(rejections.iter().flat_map(|rejection| &rejection.reasons))
        }
    };
    if matches!(why, WhyNot::NoNodes) {
        return reasons;
    }
    let preemption = preemption(pod, nodes, why);
    format!(
        "0/{nodes} nodes are available: {reasons}. no new claims to deallocate, preemption: {preemption}"
    )
}

/// Why a pod goes to no node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum WhyNot {
    /// There is none.
    NoNodes,
    /// Something about the pod itself.
    Pod(String),
    /// One reason for each node.
    Nodes(Vec<Rejection>),
}

fn preemption(pod: &Value, nodes: usize, why: &WhyNot) -> String {
    if fields::text(pod, "spec.preemptionPolicy") == "Never" {
        return "not eligible due to preemptionPolicy=Never.".to_owned();
    }
    let hopeless = "Preemption is not helpful for scheduling".to_owned();
    let in_vain = "No preemption victims found for incoming pod".to_owned();
    let verdicts: Vec<&String> = match why {
        WhyNot::Nodes(rejections) => rejections
            .iter()
            .map(|one| if one.preemption_may_help { &in_vain } else { &hopeless })
            .collect(),
        _ => vec![&hopeless; nodes],
    };
    format!("0/{nodes} nodes are available: {}.", histogram(verdicts.into_iter()))
}

/// `1 Insufficient cpu, 2 Too many pods`, in the order of the texts.
fn histogram<'a>(reasons: impl Iterator<Item = &'a String>) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for reason in reasons {
        *counts.entry(reason).or_insert(0) += 1;
    }
    let mut texts: Vec<String> =
        counts.iter().map(|(reason, count)| format!("{count} {reason}")).collect();
    texts.sort();
    texts.join(", ")
}
