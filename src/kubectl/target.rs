//! The pod and the container that `exec`, `attach` and `logs` are about.

use k8s_openapi::api::core::v1::Pod;
use serde_json::Value;

use super::failure::Failure;
use super::{Io, Session};
use crate::cluster::ApiRequest;

/// The pod that `target` (`NAME`, `pod/NAME`, `deploy/NAME`) means: itself, or the
/// first of those that it selects.
pub(super) async fn pod(session: &Session, namespace: &str, target: &str) -> Result<Pod, Failure> {
    let (kind, name) = match target.split_once('/') {
        Some((kind, name)) => (session.cluster.kind_called(kind).await?, name),
        None => (session.cluster.kind_called("pods").await?, target),
    };
    let path = kind.object_path(Some(namespace), name);
    let owner = session.cluster.json(&ApiRequest::get(path)).await?;
    if kind.kind == "Pod" {
        return read(owner);
    }
    let selector = label_selector(&owner["spec"]["selector"])
        .ok_or_else(|| Failure::message(format!("{target} does not select pods")))?;
    let mut pods = pods(session, namespace, &selector).await?;
    if pods.is_empty() {
        return Err(Failure::message(format!("no pods found for {target}")));
    }
    Ok(pods.swap_remove(0))
}

/// The pods that a selector matches, in the server's order.
pub(super) async fn pods(
    session: &Session,
    namespace: &str,
    selector: &str,
) -> Result<Vec<Pod>, Failure> {
    let path = format!("/api/v1/namespaces/{namespace}/pods");
    let mut list =
        session.cluster.json(&ApiRequest::get(path).with("labelSelector", selector)).await?;
    let items = list["items"].as_array_mut().map(std::mem::take).unwrap_or_default();
    items.into_iter().map(read).collect()
}

fn read(pod: Value) -> Result<Pod, Failure> {
    serde_json::from_value(pod)
        .map_err(|error| Failure::message(format!("the server's pod could not be read: {error}")))
}

/// `matchLabels`, or a service's plain map, as a query writes it.
fn label_selector(selector: &Value) -> Option<String> {
    let labels = selector.get("matchLabels").unwrap_or(selector).as_object()?;
    let pairs = labels.iter().map(|(key, value)| Some(format!("{key}={}", value.as_str()?)));
    pairs.collect::<Option<Vec<_>>>().filter(|pairs| !pairs.is_empty()).map(|pairs| pairs.join(","))
}

/// The container that is meant: by `-c`, by annotation, else the first, which is told
/// where there are others.
///
/// Source: `kubectl/pkg/cmd/util/podcmd/podcmd.go`, `FindOrDefaultContainerByName`.
pub(super) async fn container(
    pod: &Pod,
    asked: Option<&str>,
    io: &mut Io,
) -> Result<String, Failure> {
    let pod_name = pod.metadata.name.as_deref().unwrap_or_default();
    let names = container_names(pod);
    if let Some(asked) = asked {
        return if names.iter().any(|(name, _)| name == asked) {
            Ok(asked.to_owned())
        } else {
            Err(Failure::message(format!(
                "container {asked} is not valid for pod {pod_name} out of: {}",
                listed(&names)
            )))
        };
    }
    let annotated = pod
        .metadata
        .annotations
        .as_ref()
        .and_then(|annotations| annotations.get("kubectl.kubernetes.io/default-container"))
        .filter(|wanted| names.iter().any(|(name, _)| name == *wanted));
    if let Some(name) = annotated {
        return Ok(name.clone());
    }
    let Some((first, _)) = names.first().cloned() else {
        return Err(Failure::message(format!("no containers in pod {pod_name}")));
    };
    if names.len() > 1 {
        io.err(&format!("Defaulted container \"{first}\" out of: {}\n", listed(&names))).await?;
    }
    Ok(first)
}

fn listed(names: &[(String, &'static str)]) -> String {
    let all: Vec<String> = names.iter().map(|(name, suffix)| format!("{name}{suffix}")).collect();
    all.join(", ")
}

/// The names of all containers, those that start first before the others.
pub(super) fn all_containers(pod: &Pod) -> Vec<String> {
    let (init, others): (Vec<_>, Vec<_>) =
        container_names(pod).into_iter().partition(|(_, suffix)| *suffix == " (init)");
    init.into_iter().chain(others).map(|(name, _)| name).collect()
}

/// Every container with what kubectl puts behind its name.
fn container_names(pod: &Pod) -> Vec<(String, &'static str)> {
    let Some(spec) = pod.spec.as_ref() else { return Vec::new() };
    let plain = spec.containers.iter().map(|container| (container.name.clone(), ""));
    let ephemeral = spec.ephemeral_containers.iter().flatten();
    let ephemeral = ephemeral.map(|container| (container.name.clone(), " (ephem)"));
    let init = spec.init_containers.iter().flatten();
    plain
        .chain(ephemeral)
        .chain(init.map(|container| (container.name.clone(), " (init)")))
        .collect()
}
