//! What a pod asks for, all its containers taken together.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{Container, Pod, ResourceRequirements};
use k8s_openapi::apimachinery::pkg::api::resource;

use super::quantity::Quantity;

/// Amounts by the name of what they are of.
pub type Amounts = BTreeMap<String, Quantity>;

type Written = Option<BTreeMap<String, resource::Quantity>>;

/// What the scheduler keeps free for the pod.
///
/// Source: `component-helpers/resource/helpers.go`, `PodRequests`.
pub fn pod_requests(pod: &Pod) -> Amounts {
    together(pod, |of| &of.requests)
}

/// What the pod may use at most.
///
/// Source: `component-helpers/resource/helpers.go`, `PodLimits`.
pub fn pod_limits(pod: &Pod) -> Amounts {
    together(pod, |of| &of.limits)
}

fn together(pod: &Pod, side: fn(&ResourceRequirements) -> &Written) -> Amounts {
    let Some(spec) = &pod.spec else { return Amounts::new() };
    let of = |container: &Container| amounts(container.resources.as_ref().map(side));
    let mut sum = Amounts::new();
    for container in &spec.containers {
        add(&mut sum, &of(container));
    }
    // Init containers run one after the other, beside those that go on running.
    let (mut beside, mut most) = (Amounts::new(), Amounts::new());
    for container in spec.init_containers.iter().flatten() {
        let mut at_once = of(container);
        if container.restart_policy.as_deref() == Some("Always") {
            add(&mut sum, &at_once);
            add(&mut beside, &at_once);
            at_once.clone_from(&beside);
        } else {
            add(&mut at_once, &beside);
        }
        raise(&mut most, &at_once);
    }
    raise(&mut sum, &most);
    sum.extend(amounts(spec.resources.as_ref().map(side)));
    if let Some(overhead) = &spec.overhead {
        add(&mut sum, &amounts(Some(&Some(overhead.clone()))));
    }
    sum
}

fn amounts(written: Option<&Written>) -> Amounts {
    let written = written.and_then(Option::as_ref).into_iter().flatten();
    written
        .filter_map(|(name, amount)| Some((name.clone(), Quantity::parse(&amount.0).ok()?)))
        .collect()
}

fn add(sum: &mut Amounts, others: &Amounts) {
    for (name, amount) in others {
        let before = sum.get(name).copied().unwrap_or(Quantity::ZERO);
        sum.insert(name.clone(), before.plus(*amount));
    }
}

fn raise(most: &mut Amounts, others: &Amounts) {
    for (name, amount) in others {
        let before = most.get(name).copied().unwrap_or(Quantity::ZERO);
        most.insert(name.clone(), before.or_more(*amount));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_pod_needs_the_greater_of_its_beginning_and_its_life() {
        let container = |cpu: &str| json!({"name": "a", "resources": {"requests": {"cpu": cpu}}});
        let mut sidecar = container("100m");
        sidecar["restartPolicy"] = json!("Always");
        let pod: Pod = serde_json::from_value(json!({"metadata": {}, "spec": {
            "initContainers": [sidecar, container("1")],
            "containers": [container("200m"), container("300m")]}}))
        .unwrap();
        assert_eq!(pod_requests(&pod)["cpu"].to_string(), "1100m");
        assert!(pod_limits(&pod).is_empty());
    }
}
