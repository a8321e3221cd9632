use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value, json};

use tokio::time::Instant;

use super::{Absence, ApiRequest, Cluster, ObjectRef, RequestError, percent_encoded};

/// The label of a run's namespace; its value is the run's id.
pub const RUN_LABEL: &str = "podlab/run";
/// The label that says of which lab.
pub const LAB_LABEL: &str = "podlab/lab";
/// How long the service account of a new namespace may take.
const ACCOUNT: Duration = Duration::from_secs(10);
/// How long its pods may take to be gone before it is deleted with them.
const PODS: Duration = Duration::from_secs(10);
/// How often to look whether something is gone.
const LOOK: Duration = Duration::from_millis(250);
/// How long a server may be away before a removal gives up. A person waits for it.
const AWAY: Duration = Duration::from_secs(30);

/// Makes a namespace for a run, and waits until pods can be made in it.
///
/// # Errors
/// The server's answer; 403 where the person may not make namespaces.
pub async fn make_run_namespace(
    cluster: &Cluster,
    name: &str,
    run: &str,
    lab: &str,
) -> Result<(), RequestError> {
    let object = json!({
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": name, "labels": {RUN_LABEL: run, LAB_LABEL: label_value(lab)}},
    });
    cluster.json(&ApiRequest::post("/api/v1/namespaces", &object)).await?;
    // Pods are refused until a controller has made their account. Where it cannot
    // be seen, the first pod will tell.
    let _ = tokio::time::timeout(ACCOUNT, account(cluster, name)).await;
    Ok(())
}

async fn no_items(cluster: &Cluster, path: &str) {
    while let Ok(list) = cluster.json(&ApiRequest::get(path)).await {
        if items(&list).next().is_none() {
            return;
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// Asks for a pod without making it, until its account is no longer what is missing:
/// from 1.24 on the account has to be there, before that with its token as well.
///
/// Source: `plugin/pkg/admission/serviceaccount/admission.go`, `Admit`.
async fn account(cluster: &Cluster, namespace: &str) {
    let path = format!("/api/v1/namespaces/{}/pods", percent_encoded(namespace));
    let pod = json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "never-made"},
        "spec": {"containers": [{"name": "never-made", "image": "never-pulled"}]},
    });
    let request = ApiRequest::post(path, &pod).with("dryRun", "All");
    while let Err(error) = cluster.json(&request).await {
        let lacks_account = error.status().is_some_and(|status| {
            status.reason == "ServerTimeout" || status.message.contains("service account")
        });
        if !lacks_account {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Deletes a run's namespace with all that is in it, and waits until it is gone,
/// at most `limit`. What is still there then goes on being deleted by the server.
///
/// # Errors
/// The server's answer to the deletion, or that it is not gone in time.
pub async fn remove_run_namespace(
    cluster: &Cluster,
    name: &str,
    limit: Duration,
) -> Result<(), String> {
    let path = format!("/api/v1/namespaces/{}", percent_encoded(name));
    let at_once = json!({"gracePeriodSeconds": 1});
    // Pods that ignore the polite signal would hold the namespace for half a minute.
    let pods = format!("{path}/pods");
    match delete(cluster, &pods, &at_once).await {
        // A namespace that still has pods is looked at again only after a while.
        Ok(()) => drop(tokio::time::timeout(PODS, no_items(cluster, &pods)).await),
        Err(error) if error.is_away() => return Err(error.to_string()),
        // Who may not delete pods may still delete the namespace.
        Err(_) => {}
    }
    match delete(cluster, &path, &json!({})).await {
        Ok(()) => {}
        Err(error) if error.is_not_found() => return Ok(()),
        // 409: it is being deleted already.
        Err(error) if error.status().is_some_and(|status| status.code == 409) => {}
        Err(error) => return Err(error.to_string()),
    }
    until_gone(cluster, &path, None, limit).await
}

/// The namespaces that runs have made: name, run, lab.
///
/// # Errors
/// The server's answer.
pub async fn run_namespaces(
    cluster: &Cluster,
) -> Result<Vec<(String, String, String)>, RequestError> {
    let list = ApiRequest::get("/api/v1/namespaces").with("labelSelector", RUN_LABEL);
    let list = cluster.json(&list).await?;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    Ok(items(&list)
        .map(|item| {
            let labels = &item["metadata"]["labels"];
            (text(&item["metadata"]["name"]), text(&labels[RUN_LABEL]), text(&labels[LAB_LABEL]))
        })
        .collect())
}

/// The uids of the pods that a namespace has now.
///
/// # Errors
/// The server's answer; 404 where there is no such namespace.
pub async fn pods_before(cluster: &Cluster, name: &str) -> Result<BTreeSet<String>, RequestError> {
    let path = format!("/api/v1/namespaces/{}", percent_encoded(name));
    // A list of pods in a namespace that does not exist is empty, not an error.
    match cluster.json(&ApiRequest::get(&path)).await {
        Err(error) if error.is_not_found() => return Err(error),
        // Who may not read namespaces may still use one.
        _ => {}
    }
    let list = cluster.json(&ApiRequest::get(format!("{path}/pods"))).await?;
    let uid = |item: &Value| item["metadata"]["uid"].as_str().map(str::to_owned);
    Ok(items(&list).filter_map(uid).collect())
}

/// Deletes this very object and waits until it is gone, at most `limit`. An object
/// of the same name with another uid is left alone.
///
/// # Errors
/// Why it is still there, in words.
pub async fn remove_object(
    cluster: &Cluster,
    object: &ObjectRef,
    limit: Duration,
) -> Result<(), String> {
    let path = path_of(object);
    let options = json!({
        "preconditions": {"uid": object.uid},
        "propagationPolicy": "Foreground",
    });
    match delete(cluster, &path, &options).await {
        Ok(()) => {}
        Err(error) if error.is_not_found() => return Ok(()),
        // 409: the uid is another one, so ours is gone.
        Err(error) if error.status().is_some_and(|status| status.code == 409) => return Ok(()),
        Err(error) => return Err(error.to_string()),
    }
    until_gone(cluster, &path, Some(&object.uid), limit).await
}

/// What a run wants to know of its cluster.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ClusterFacts {
    /// The nodes; none where we may not look.
    pub nodes: Option<Vec<NodeFact>>,
    /// Whether a cloud or an add-on gives services addresses; false where we may not look.
    pub gives_addresses: bool,
}

/// A node of the cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeFact {
    /// Its name.
    pub name: String,
    /// Its InternalIP, where it has one.
    pub address: Option<String>,
}

/// Looks at the cluster's nodes and services.
pub async fn cluster_facts(cluster: &Cluster) -> ClusterFacts {
    let nodes = cluster.json(&ApiRequest::get("/api/v1/nodes")).await.ok();
    let cloud = nodes.as_ref().is_some_and(|list| {
        items(list).any(|node| {
            // kind's nodes have a provider id too, and no cloud.
            let id = node["spec"]["providerID"].as_str().unwrap_or_default();
            !id.is_empty() && !id.starts_with("kind:") && !id.starts_with("k3s:")
        })
    });
    let gives_addresses = match cloud {
        true => true,
        false => match cluster.json(&ApiRequest::get("/api/v1/services")).await {
            Ok(list) => items(&list).any(|service| {
                let ingress = &service["status"]["loadBalancer"]["ingress"];
                ingress.as_array().is_some_and(|all| !all.is_empty())
            }),
            Err(_) => false,
        },
    };
    let nodes = nodes.map(|list| items(&list).filter_map(node_fact).collect());
    ClusterFacts { nodes, gives_addresses }
}

fn node_fact(node: &Value) -> Option<NodeFact> {
    let name = node["metadata"]["name"].as_str()?.to_owned();
    let addresses = node["status"]["addresses"].as_array();
    let internal = addresses.into_iter().flatten().find(|one| one["type"] == "InternalIP");
    let address = internal.and_then(|one| one["address"].as_str()).map(str::to_owned);
    Some(NodeFact { name, address })
}

fn items(list: &Value) -> impl Iterator<Item = &Value> {
    list["items"].as_array().into_iter().flatten()
}

/// Asks for a deletion, again where the server is away for a moment.
async fn delete(cluster: &Cluster, path: &str, options: &Value) -> Result<(), RequestError> {
    let request = ApiRequest::delete(path, options);
    let mut absence = Absence::of_at_most(AWAY);
    loop {
        match cluster.send(&request).await {
            Ok(_) => return Ok(()),
            Err(error) if error.is_away() && !absence.is_too_long(Instant::now()) => {
                tokio::time::sleep(LOOK).await;
            }
            Err(error) => return Err(error),
        }
    }
}

async fn until_gone(
    cluster: &Cluster,
    path: &str,
    uid: Option<&str>,
    limit: Duration,
) -> Result<(), String> {
    match tokio::time::timeout(limit, gone(cluster, path, uid)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(format!("whether it is gone cannot be seen: {error}")),
        Err(_) => Err(format!("it is still being deleted after {} s", limit.as_secs())),
    }
}

/// Waits until the object is gone, or has another uid. A server that is away for
/// a moment does not end the waiting, one that stays away does.
async fn gone(cluster: &Cluster, path: &str, uid: Option<&str>) -> Result<(), RequestError> {
    let mut absence = Absence::of_at_most(AWAY);
    loop {
        match cluster.json(&ApiRequest::get(path)).await {
            Err(error) if error.is_not_found() => return Ok(()),
            Ok(object) if uid.is_some_and(|uid| object["metadata"]["uid"] != uid) => return Ok(()),
            Err(error) if error.is_away() => {
                if absence.is_too_long(Instant::now()) {
                    return Err(error);
                }
            }
            _ => absence.ends(),
        }
        tokio::time::sleep(LOOK).await;
    }
}

fn path_of(object: &ObjectRef) -> String {
    let root = match object.api_version.split_once('/') {
        Some(_) => format!("/apis/{}", object.api_version),
        None => format!("/api/{}", object.api_version),
    };
    let name = percent_encoded(&object.name);
    match &object.namespace {
        Some(namespace) => {
            format!("{root}/namespaces/{}/{}/{name}", percent_encoded(namespace), object.plural)
        }
        None => format!("{root}/{}/{name}", object.plural),
    }
}

/// A lab's name as a label may hold it: 63 characters of a small alphabet.
fn label_value(text: &str) -> String {
    let fits = |c: char| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '-' };
    let value: String = text.chars().map(fits).take(63).collect();
    value.trim_matches(|c: char| !c.is_ascii_alphanumeric()).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lab_of_any_name_can_be_a_label() {
        assert_eq!(label_value("pod-networking"), "pod-networking");
        assert_eq!(label_value(".häuser und mehr!"), "h-user-und-mehr");
        assert_eq!(label_value(&"x".repeat(99)).len(), 63);
    }

    #[test]
    fn objects_are_found_where_their_kind_is_served() {
        let mut object = ObjectRef {
            api_version: "apps/v1".into(),
            kind: "Deployment".into(),
            plural: "deployments".into(),
            namespace: Some("n".into()),
            name: "web".into(),
            uid: "1".into(),
        };
        assert_eq!(path_of(&object), "/apis/apps/v1/namespaces/n/deployments/web");
        object.api_version = "v1".into();
        object.namespace = None;
        object.plural = "nodes".into();
        assert_eq!(path_of(&object), "/api/v1/nodes/web");
    }
}
