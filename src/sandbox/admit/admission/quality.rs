use serde_json::Value;

use super::super::edit::{at, items, text};
use crate::kinds::Quantity;

/// `Guaranteed`, `Burstable` or `BestEffort`: by what its containers ask for and may take.
///
/// Source: `pkg/apis/core/v1/helper/qos/qos.go`, `ComputePodQOS`.
pub(super) fn quality_class(pod: &Value) -> &'static str {
    let containers =
        items(pod, &["spec", "containers"]).chain(items(pod, &["spec", "initContainers"]));
    let (mut any, mut guaranteed) = (false, true);
    for container in containers {
        for name in ["cpu", "memory"] {
            let amount = |kind: &str| {
                let given = text(container, &["resources", kind, name]);
                Quantity::parse(given).ok().filter(|amount| amount.milli() > 0)
            };
            let (request, limit) = (amount("requests"), amount("limits"));
            any |= request.is_some() || limit.is_some();
            guaranteed &= limit.is_some() && request.or(limit) == limit;
        }
    }
    let of_pod = at(pod, &["spec", "resources"]).is_some();
    match (any, guaranteed) {
        (false, _) if !of_pod => "BestEffort",
        (true, true) => "Guaranteed",
        _ => "Burstable",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn classes_follow_from_requests_and_limits() {
        let class = |resources: Value| {
            quality_class(&json!({"spec": {"containers": [{"resources": resources}]}}))
        };
        assert_eq!(class(json!({})), "BestEffort");
        assert_eq!(class(json!({"requests": {"cpu": "1"}})), "Burstable");
        let both = json!({"cpu": "1", "memory": "1Gi"});
        assert_eq!(class(json!({"limits": both, "requests": both})), "Guaranteed");
        let more = json!({"cpu": "2", "memory": "1Gi"});
        assert_eq!(class(json!({"limits": more, "requests": both})), "Burstable");
    }
}
