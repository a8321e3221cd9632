//! `kubectl drain`.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;

use super::cordon::{Schedule, nodes, set};
use super::failure::{Failure, Outcome};
use super::found::Found;
use super::get_request::items_of;
use super::object_watch::{Patience, Waited, Watched, until};
use super::written::DryRun;
use super::{Io, Session};
use crate::base::safe_line;
use crate::cluster::{ApiRequest, RequestError, ResourceKind, Write};
use crate::invocation::Invocation;

/// Waiting for ever is a week.
const FOR_EVER: Duration = Duration::from_secs(168 * 3600);
/// Between two attempts to evict a pod that its disruption budget keeps.
///
/// Source: `kubectl/pkg/drain/drain.go`, `evictPods`.
const PAUSE: Duration = Duration::from_secs(5);

/// Runs the verb.
///
/// Source: `kubectl/pkg/cmd/drain/drain.go`, `RunDrain`.
pub(super) async fn run(invocation: &Invocation, session: &Session, io: &mut Io) -> Outcome {
    let (nodes, failures) = nodes(invocation, session).await?;
    Failure::collect(failures)?;
    for node in &nodes {
        set(node, Schedule::Off, invocation, session, io).await?;
    }
    let dry_run = DryRun::asked(invocation)?;
    let mut failures: Vec<String> = Vec::new();
    let mut pending = Vec::new();
    for node in &nodes {
        match one(node, invocation, session, io).await {
            Ok(()) => {
                let name = safe_line(node.name());
                io.out(&format!("node/{name} drained{}\n", dry_run.note())).await?;
            }
            Err(Failure::Several(why)) => {
                let why: Vec<String> =
                    why.iter().map(|failure| failure.text().trim_end().to_owned()).collect();
                let why: Vec<String> = why
                    .iter()
                    .map(|text| text.strip_prefix("error: ").unwrap_or(text).to_owned())
                    .collect();
                let listed =
                    if why.len() == 1 { why[0].clone() } else { format!("[{}]", why.join(", ")) };
                io.err(&format!(
                    "error: unable to drain node {:?} due to error: {}, continuing command...\n",
                    node.name(),
                    safe_line(&listed)
                ))
                .await?;
                failures.extend(why);
                pending.push(safe_line(node.name()));
            }
            Err(failure) => return Err(failure),
        }
    }
    if pending.is_empty() {
        return Ok(());
    }
    let listed: String = pending.iter().map(|name| format!(" {name}\n")).collect();
    let text: String = failures.iter().map(|text| safe_line(text) + "\n").collect();
    io.err(&format!("There are pending nodes to be drained:\n{listed}{text}")).await?;
    Err(Failure::Exit(1))
}

/// Moves the pods off one node.
async fn one(node: &Found, invocation: &Invocation, session: &Session, io: &mut Io) -> Outcome {
    let flags = &invocation.flags;
    let request = ApiRequest::get("/api/v1/pods")
        .with("fieldSelector", format!("spec.nodeName={}", node.name()))
        .with("labelSelector", flags.text("pod-selector").unwrap_or_default())
        .with("limit", flags.text_or_default("chunk-size"));
    let mut pods = Vec::new();
    let mut proceed = String::new();
    loop {
        let part = request.clone().with("continue", proceed.as_str());
        let list = session.cluster.json(&part).await?;
        proceed = list["metadata"]["continue"].as_str().unwrap_or_default().to_owned();
        pods.extend(items_of(list));
        if proceed.is_empty() {
            break;
        }
    }
    let sorted = Sorted::of(pods, invocation);
    if !sorted.errors.is_empty() {
        let lines = said(&sorted.errors).into_iter().map(Failure::Message).collect();
        return Err(Failure::Several(lines));
    }
    if !sorted.warnings.is_empty() {
        io.err(&format!("Warning: {}\n", safe_line(&said(&sorted.warnings).join("; ")))).await?;
    }
    evict_all(&sorted.go, invocation, session, io).await
}

/// The pods of a node, by what becomes of them.
#[derive(Debug, Default)]
struct Sorted {
    go: Vec<Value>,
    /// What is said, and of which pods.
    warnings: Vec<(&'static str, Vec<String>)>,
    errors: Vec<(&'static str, Vec<String>)>,
}

/// Source: `kubectl/pkg/drain/filters.go`.
const DAEMON_SET: &str = "cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore)";
const LOCAL: &str =
    "cannot delete Pods with local storage (use --delete-emptydir-data to override)";
const BARE: &str = "cannot delete Pods that declare no controller (use --force to override)";

impl Sorted {
    /// Source: `kubectl/pkg/drain/filters.go`, `makeFilters`, in its order: daemon sets,
    /// mirror pods, local storage, pods without a controller.
    fn of(pods: Vec<Value>, invocation: &Invocation) -> Self {
        let flags = &invocation.flags;
        let mut sorted = Self::default();
        for pod in pods {
            let text = |key: &str| pod["metadata"][key].as_str().unwrap_or_default();
            let name = format!("{}/{}", text("namespace"), text("name"));
            let owners = pod["metadata"]["ownerReferences"].as_array();
            let controller = owners.into_iter().flatten().find(|owner| owner["controller"] == true);
            let over = matches!(pod["status"]["phase"].as_str(), Some("Succeeded" | "Failed"));
            if controller.is_some_and(|owner| owner["kind"] == "DaemonSet") && !over {
                if flags.switch("ignore-daemonsets") {
                    note(&mut sorted.warnings, "ignoring DaemonSet-managed Pods", name);
                } else {
                    note(&mut sorted.errors, DAEMON_SET, name);
                }
                continue;
            }
            if pod["metadata"]["annotations"]["kubernetes.io/config.mirror"].is_string() {
                continue;
            }
            let volumes = pod["spec"]["volumes"].as_array();
            let local = volumes.into_iter().flatten().any(|volume| !volume["emptyDir"].is_null());
            if local && !over && !flags.switch("delete-emptydir-data") {
                note(&mut sorted.errors, LOCAL, name);
                continue;
            }
            if controller.is_none() && !over {
                if !flags.switch("force") {
                    note(&mut sorted.errors, BARE, name);
                    continue;
                }
                note(&mut sorted.warnings, "deleting Pods that declare no controller", name);
            }
            sorted.go.push(pod);
        }
        sorted
    }
}

fn note(list: &mut Vec<(&'static str, Vec<String>)>, what: &'static str, name: String) {
    match list.iter_mut().find(|(other, _)| *other == what) {
        Some((_, names)) => names.push(name),
        None => list.push((what, vec![name])),
    }
}

fn said(list: &[(&'static str, Vec<String>)]) -> Vec<String> {
    list.iter().map(|(what, names)| format!("{what}: {}", names.join(", "))).collect()
}

async fn evict_all(
    pods: &[Value],
    invocation: &Invocation,
    session: &Session,
    io: &mut Io,
) -> Outcome {
    let dry_run = DryRun::asked(invocation)?;
    let deletes = invocation.flags.switch("disable-eviction");
    let limit = invocation.flags.duration("timeout");
    let limit = limit.and_then(|limit| Duration::try_from(limit).ok());
    let limit = limit.filter(|limit| !limit.is_zero()).unwrap_or(FOR_EVER);
    let deadline = Instant::now() + limit;
    let kind = session.cluster.kind_called("pods").await?;
    let doing = if deletes { "deleting" } else { "evicting" };
    for pod in pods {
        io.out(&format!("{doing} pod {}{}\n", place(pod), dry_run.note())).await?;
        if dry_run == DryRun::No {
            let pod = Going { pod, kind: &kind };
            tokio::select! {
                gone = pod.go(invocation, session, deadline) => gone?,
                () = Io::until_cancelled(io.cancelled.clone()) => return Err(Failure::Interrupted),
            }
        }
    }
    if dry_run != DryRun::No {
        return Ok(());
    }
    for pod in pods {
        let going = Going { pod, kind: &kind };
        tokio::select! {
            gone = going.wait(session, deadline) => gone?,
            () = Io::until_cancelled(io.cancelled.clone()) => return Err(Failure::Interrupted),
        }
        let done = if deletes { "deleted" } else { "evicted" };
        let name = pod["metadata"]["name"].as_str().unwrap_or_default();
        io.out(&format!("pod/{} {done}\n", safe_line(name))).await?;
    }
    Ok(())
}

fn place(pod: &Value) -> String {
    let text = |key: &str| pod["metadata"][key].as_str().unwrap_or_default();
    safe_line(&format!("{}/{}", text("namespace"), text("name")))
}

/// A pod that has to go.
struct Going<'a> {
    pod: &'a Value,
    kind: &'a ResourceKind,
}

impl Going<'_> {
    fn text(&self, key: &str) -> &str {
        self.pod["metadata"][key].as_str().unwrap_or_default()
    }

    /// Has the server evict or delete it; a disruption budget may say not yet.
    async fn go(&self, invocation: &Invocation, session: &Session, deadline: Instant) -> Outcome {
        session.policy.allow(&Write {
            action: "evict",
            object: format!("pod/{}", self.text("name")),
            namespace: Some(self.text("namespace")),
            uid: Some(self.text("uid")),
        })?;
        let path = self.kind.object_path(Some(self.text("namespace")), self.text("name"));
        let mut options = json!({});
        if let Some(grace) = invocation.flags.number("grace-period").filter(|grace| *grace >= 0) {
            options["gracePeriodSeconds"] = json!(grace);
        }
        let request = if invocation.flags.switch("disable-eviction") {
            ApiRequest::delete(path, &options)
        } else {
            let eviction = json!({
                "apiVersion": "policy/v1", "kind": "Eviction",
                "metadata": {"name": self.text("name"), "namespace": self.text("namespace")},
                "deleteOptions": options,
            });
            ApiRequest::post(format!("{path}/eviction"), &eviction)
        };
        loop {
            match session.cluster.json(&request).await {
                Ok(_) => return Ok(()),
                Err(error) if error.is_not_found() => return Ok(()),
                Err(RequestError::Status(status))
                    if status.code == 429 && Instant::now() + PAUSE < deadline =>
                {
                    tokio::time::sleep(PAUSE).await;
                }
                Err(error) => {
                    let why = Failure::from(error).text();
                    return Err(Failure::Several(vec![Failure::Message(format!(
                        "error when evicting pods/{:?} -n {:?}: {}",
                        self.text("name"),
                        self.text("namespace"),
                        why.trim_end().trim_start_matches("error: ")
                    ))]));
                }
            }
        }
    }

    async fn wait(&self, session: &Session, deadline: Instant) -> Outcome {
        let watched = Watched {
            kind: self.kind,
            namespace: Some(self.text("namespace")),
            name: self.text("name"),
        };
        let uid = self.text("uid");
        let gone = |pod: Option<&Value>| pod.is_none_or(|pod| pod["metadata"]["uid"] != uid);
        match until(&session.cluster, &watched, Patience::until(deadline), gone).await? {
            Waited::Holds(_) => Ok(()),
            Waited::TimedOut => Err(Failure::Several(vec![Failure::Message(format!(
                "error when waiting for pod {:?} in namespace {:?} to terminate: global timeout reached",
                self.text("name"),
                self.text("namespace")
            ))])),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invocation::parse;

    fn sorted(line: &str) -> Sorted {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        let pod = |name: &str, owner: &str| {
            let owners = if owner.is_empty() {
                json!([])
            } else {
                json!([{"kind": owner, "controller": true}])
            };
            json!({"metadata": {"namespace": "n", "name": name, "ownerReferences": owners}, "spec": {}})
        };
        let mut local = pod("local", "ReplicaSet");
        local["spec"]["volumes"] = json!([{"emptyDir": {}}]);
        let pods = vec![pod("bare", ""), local, pod("ds", "DaemonSet"), pod("rs", "ReplicaSet")];
        Sorted::of(pods, &parse(&words).unwrap())
    }

    #[test]
    fn what_would_be_lost_needs_a_flag() {
        let refused = sorted("drain node-1");
        assert_eq!(
            said(&refused.errors),
            [
                "cannot delete Pods that declare no controller (use --force to override): n/bare",
                "cannot delete Pods with local storage (use --delete-emptydir-data to override): n/local",
                "cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore): n/ds",
            ]
        );
        let forced = sorted("drain node-1 --force --ignore-daemonsets --delete-emptydir-data");
        assert!(forced.errors.is_empty());
        assert_eq!(forced.go.len(), 3);
        assert_eq!(
            said(&forced.warnings),
            [
                "deleting Pods that declare no controller: n/bare",
                "ignoring DaemonSet-managed Pods: n/ds",
            ]
        );
    }
}
