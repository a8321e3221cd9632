use crate::sandbox::kubelet::spec::PodSpec;

/// How well a pod is served when its node runs short.
///
/// Source: `pkg/apis/core/v1/helper/qos/qos.go`, `ComputePodQOS`.
pub(super) fn qos_class(spec: &PodSpec) -> &'static str {
    const COUNTED: [&str; 2] = ["cpu", "memory"];
    let containers = || spec.containers.iter().chain(&spec.init_containers);
    let asks = |container: &&crate::sandbox::kubelet::spec::Container| {
        COUNTED.iter().any(|resource| {
            let of = [&container.resources.requests, &container.resources.limits];
            of.iter().any(|amounts| amounts.get(*resource).is_some_and(|amount| amount.milli() > 0))
        })
    };
    if !containers().any(|container| asks(&container)) {
        return "BestEffort";
    }
    let guaranteed = containers().all(|container| {
        COUNTED.iter().all(|resource| {
            let limit = container.resources.limits.get(*resource);
            let request = container.resources.requests.get(*resource).or(limit);
            limit.is_some_and(|limit| request.is_some_and(|of| of.milli() == limit.milli()))
        })
    });
    if guaranteed { "Guaranteed" } else { "Burstable" }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::*;
    use crate::sandbox::kubelet::spec::Pod;

    #[test]
    fn the_class_follows_from_requests_and_limits() {
        let rows = [
            (json!({}), "BestEffort"),
            (json!({ "requests": { "cpu": "100m" } }), "Burstable"),
            (json!({ "limits": { "memory": "1Gi" } }), "Burstable"),
            (json!({ "limits": { "memory": "1Gi", "cpu": 1 } }), "Guaranteed"),
            (
                json!({ "limits": { "memory": "1Gi", "cpu": 1 }, "requests": { "cpu": "500m" } }),
                "Burstable",
            ),
            (
                json!({ "limits": { "memory": "1Gi", "cpu": 1 }, "requests": { "cpu": "1000m" } }),
                "Guaranteed",
            ),
            (json!({ "requests": { "nvidia.com/gpu": 1 } }), "BestEffort"),
        ];
        for (resources, wanted) in rows {
            let pod = json!({ "spec": { "containers": [{ "resources": resources }] } });
            let pod = Pod::read(&Arc::new(pod)).unwrap();
            assert_eq!(qos_class(&pod.spec), wanted, "{resources}");
        }
    }
}
