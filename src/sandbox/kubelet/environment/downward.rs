use serde_json::Value;

use crate::sandbox::Store;
use crate::sandbox::kubelet::spec::{Pod, Quantity, ResourceFieldRef, divided};

/// What a pod knows of itself by a field's path: `metadata.labels['app']`, `status.podIP`.
///
/// `addresses` are the pod's and the node's.
///
/// # Errors
/// The kubelet's words for a path that leads nowhere.
///
/// Source: `pkg/fieldpath/fieldpath.go`, `ExtractFieldPathAsString`;
/// `pkg/kubelet/kubelet_pods.go`, `podFieldSelectorRuntimeValue`.
pub(crate) fn field(pod: &Pod, path: &str, addresses: [&str; 2]) -> Result<String, String> {
    let [pod_ip, host_ip] = addresses;
    let meta = &pod.object["metadata"];
    let of_metadata = |key: &str| meta[key].as_str().unwrap_or_default().to_owned();
    if let Some((map, key)) = subscript(path) {
        return match map {
            "metadata.labels" => Ok(entry(&meta["labels"], key)),
            "metadata.annotations" => Ok(entry(&meta["annotations"], key)),
            _ => Err(format!("fieldPath {map:?} does not support subscript")),
        };
    }
    Ok(match path {
        "metadata.name" => of_metadata("name"),
        "metadata.namespace" => of_metadata("namespace"),
        "metadata.uid" => of_metadata("uid"),
        "metadata.labels" => lines(&meta["labels"]),
        "metadata.annotations" => lines(&meta["annotations"]),
        "spec.nodeName" => pod.spec.node_name.clone(),
        "spec.serviceAccountName" => pod.spec.service_account_name.clone(),
        "status.hostIP" | "status.hostIPs" => host_ip.to_owned(),
        "status.podIP" | "status.podIPs" => pod_ip.to_owned(),
        _ => return Err(format!("unsupported fieldPath: {path}")),
    })
}

fn subscript(path: &str) -> Option<(&str, &str)> {
    let (map, key) = path.split_once("['")?;
    Some((map, key.strip_suffix("']")?))
}

fn entry(map: &Value, key: &str) -> String {
    map[key].as_str().unwrap_or_default().to_owned()
}

/// Source: `fieldpath.go`, `FormatMap`.
fn lines(map: &Value) -> String {
    let entries = map.as_object().into_iter().flatten();
    let lines: Vec<String> = entries
        .map(|(key, value)| format!("{key}={:?}", value.as_str().unwrap_or_default()))
        .collect();
    lines.join("\n")
}

/// What a container asks for or may use at most; without a limit, what the node has.
///
/// # Errors
/// The kubelet's words for a container or a resource that is not there.
///
/// Source: `pkg/api/v1/resource/helpers.go`, `ExtractContainerResourceValue`.
pub(crate) fn resource(
    pod: &Pod,
    container: &str,
    wanted: &ResourceFieldRef,
    store: &Store,
) -> Result<String, String> {
    let name = if wanted.container_name.is_empty() { container } else { &wanted.container_name };
    let Some((_, container)) = pod.spec.find(name) else {
        return Err(format!("container {name} not found"));
    };
    let unsupported = || format!("unsupported container resource : {}", wanted.resource);
    let (kind, resource) = wanted.resource.split_once('.').ok_or_else(unsupported)?;
    let amounts = match kind {
        "limits" => &container.resources.limits,
        "requests" => &container.resources.requests,
        _ => return Err(unsupported()),
    };
    let zero = Quantity::parse("0").ok_or_else(unsupported)?;
    let amount = match amounts.get(resource) {
        Some(amount) => amount.clone(),
        None if kind == "limits" => allocatable(pod, resource, store).unwrap_or(zero),
        None => zero,
    };
    Ok(divided(&amount, wanted.divisor.as_ref(), resource == "cpu").to_string())
}

fn allocatable(pod: &Pod, resource: &str, store: &Store) -> Option<Quantity> {
    let node = store.get("nodes", "", &pod.spec.node_name)?;
    Quantity::parse(node["status"]["allocatable"][resource].as_str()?)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jiff::Timestamp;
    use serde_json::json;

    use super::*;

    fn pod() -> Pod {
        let pod = json!({
            "metadata": {
                "name": "web", "namespace": "lab", "uid": "u-1",
                "labels": { "app": "web", "a/b": "it's \"so\"" },
            },
            "spec": {
                "nodeName": "node-1",
                "serviceAccountName": "default",
                "containers": [
                    {
                        "name": "app",
                        "resources": {
                            "limits": { "memory": "64Mi" },
                            "requests": { "cpu": "250m" },
                        },
                    },
                ],
            },
        });
        Pod::read(&Arc::new(pod)).unwrap()
    }

    #[test]
    fn fields_are_found_by_their_path() {
        let rows = [
            ("metadata.name", Ok("web")),
            ("metadata.namespace", Ok("lab")),
            ("metadata.uid", Ok("u-1")),
            ("metadata.labels['app']", Ok("web")),
            ("metadata.labels['none']", Ok("")),
            ("metadata.labels", Ok("a/b=\"it's \\\"so\\\"\"\napp=\"web\"")),
            ("metadata.annotations", Ok("")),
            ("spec.nodeName", Ok("node-1")),
            ("status.podIP", Ok("10.20.1.2")),
            ("status.hostIP", Ok("10.138.0.11")),
            ("spec.containers", Err("unsupported fieldPath: spec.containers")),
            ("spec['x']", Err("fieldPath \"spec\" does not support subscript")),
        ];
        for (path, wanted) in rows {
            let found = field(&pod(), path, ["10.20.1.2", "10.138.0.11"]);
            assert_eq!(found.as_deref().map_err(String::as_str), wanted, "{path}");
        }
    }

    #[test]
    fn resources_are_found_and_divided() {
        let mut store = Store::default();
        let node = json!({
            "metadata": { "name": "node-1" },
            "status": { "allocatable": { "cpu": "4", "memory": "8Gi" } },
        });
        store.create("nodes", node, Timestamp::UNIX_EPOCH).unwrap();
        let rows = [
            ("limits.memory", "", Ok("67108864")),
            ("limits.memory", "1Mi", Ok("64")),
            ("limits.cpu", "", Ok("4")),
            ("requests.cpu", "1m", Ok("250")),
            ("requests.cpu", "", Ok("1")),
            ("requests.memory", "", Ok("0")),
            ("memory", "", Err("unsupported container resource : memory")),
        ];
        for (path, divisor, wanted) in rows {
            let wants = ResourceFieldRef {
                resource: path.into(),
                divisor: Quantity::parse(divisor),
                ..ResourceFieldRef::default()
            };
            let found = resource(&pod(), "app", &wants, &store);
            assert_eq!(found.as_deref().map_err(String::as_str), wanted, "{path}");
        }
    }
}
