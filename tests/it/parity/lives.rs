//! Pods of which there is no recording, live on both clusters: what `get` would have
//! shown one after the other, and when; which events there were, and how often.

use std::io::BufReader;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use k8s_openapi::api::core::v1::Pod;
use podlab::kinds::pod_row;
use serde_json::{Deserializer, Value};

use super::Started;
use crate::support::Harness;

/// How far apart the two may be: whole seconds of the objects, and a busy machine.
const TOLERANCE: Duration = Duration::from_millis(2500);
/// The longest of these lives.
const LIMIT: Duration = Duration::from_secs(150);

const STARTUP: &str = r#"{"automountServiceAccountToken": false, "terminationGracePeriodSeconds": 0,
    "containers": [{"name": "main", "image": "busybox", "imagePullPolicy": "IfNotPresent",
        "command": ["sh", "-c", "sleep 4; touch /tmp/up; sleep 3600"],
        "startupProbe": {"exec": {"command": ["cat", "/tmp/up"]}, "periodSeconds": 1, "failureThreshold": 30},
        "livenessProbe": {"exec": {"command": ["cat", "/tmp/up"]}, "periodSeconds": 1}}]}"#;

const FAILING_INIT: &str = r#"{"automountServiceAccountToken": false, "terminationGracePeriodSeconds": 0,
    "volumes": [{"name": "notes", "emptyDir": {}}],
    "initContainers": [{"name": "first", "image": "busybox", "imagePullPolicy": "IfNotPresent",
        "command": ["sh", "-c", "sleep 2; test -f /notes/tried && exit 0; touch /notes/tried; exit 3"],
        "volumeMounts": [{"name": "notes", "mountPath": "/notes"}]}],
    "containers": [{"name": "main", "image": "busybox", "imagePullPolicy": "IfNotPresent",
        "command": ["sleep", "3600"]}]}"#;

const PROBE_TIME_OUT: &str = r#"{"automountServiceAccountToken": false, "terminationGracePeriodSeconds": 1,
    "containers": [{"name": "main", "image": "busybox", "imagePullPolicy": "IfNotPresent",
        "command": ["sleep", "3600"],
        "livenessProbe": {"exec": {"command": ["sleep", "20"]}, "initialDelaySeconds": 1,
            "timeoutSeconds": 1, "periodSeconds": 3, "failureThreshold": 2}}]}"#;

#[test]
fn a_startup_probe_holds_the_others_back() {
    hold(
        "live-startup",
        STARTUP,
        &["Scheduled", "Pulled", "Created", "Started", "Unhealthy"],
        Timed::ButForTheEnd,
        |life| life.last().is_some_and(|seen| seen.row.starts_with("1/1")),
    );
}

#[test]
fn an_init_container_that_fails_is_tried_again() {
    let reasons = ["Scheduled", "Pulled", "Created", "Started"];
    hold("live-init", FAILING_INIT, &reasons, Timed::ToTheEnd, |life| {
        life.last().is_some_and(|seen| seen.row.starts_with("1/1"))
    });
}

#[test]
fn a_probe_that_takes_too_long_restarts_the_container() {
    hold(
        "live-time-out",
        PROBE_TIME_OUT,
        &["Scheduled", "Started", "Unhealthy", "Killing"],
        Timed::ToTheEnd,
        |life| life.last().is_some_and(|seen| seen.row == "1/1 Running 1"),
    );
}

/// Until when the two are compared in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Timed {
    ToTheEnd,
    /// A kubelet before 1.22 does not look again when a startup probe has succeeded: it
    /// tells of it at its next look at the pod, 60 to 90 seconds after the last one.
    ButForTheEnd,
}

/// READY, STATUS and RESTARTS, and when they were first so.
#[derive(Debug, Clone)]
struct Seen {
    row: String,
    after: Duration,
}

#[track_caller]
fn hold(
    name: &'static str,
    spec: &'static str,
    reasons: &[&str],
    timed: Timed,
    over: fn(&[Seen]) -> bool,
) {
    let Some(harness) = Harness::find(&format!("life of {name}")) else { return };
    let Some(kubectl) = harness.kubectl.clone() else {
        eprintln!("not run: life of {name} (no kubectl 1.36)");
        return;
    };
    let sandbox = Started::new();
    let ((real, real_events), (simulated, simulated_events)) = std::thread::scope(|scope| {
        let real = scope.spawn(|| life(name, spec, &kubectl, &harness.kubeconfig, over));
        let simulated = life(name, spec, &kubectl, &sandbox.kubeconfig(), over);
        (real.join().unwrap(), simulated)
    });
    let rows = |life: &[Seen]| life.iter().map(|seen| seen.row.clone()).collect::<Vec<_>>();
    assert_eq!(rows(&real), rows(&simulated), "left: real cluster, right: sandbox");
    let timed = real.len() - usize::from(timed == Timed::ButForTheEnd);
    for (one, other) in real.iter().zip(&simulated).take(timed) {
        let apart = one.after.abs_diff(other.after);
        assert!(apart < TOLERANCE, "{one:?} on the real cluster, {other:?} on the sandbox");
    }
    for reason in reasons {
        let count = |events: &[(String, u64)]| {
            events.iter().filter(|(of, _)| of == reason).map(|(_, count)| count).sum::<u64>()
        };
        let (one, other) = (count(&real_events), count(&simulated_events));
        assert!(one > 0, "{reason}: {real_events:?}");
        assert!(
            one.abs_diff(other) <= 1,
            "{reason}: {one} on the real cluster, {other} on the sandbox"
        );
    }
}

/// Runs the pod until its life is over, and tells what was seen of it.
fn life(
    name: &str,
    spec: &str,
    kubectl: &Path,
    kubeconfig: &Path,
    over: fn(&[Seen]) -> bool,
) -> (Vec<Seen>, Vec<(String, u64)>) {
    let run = |arguments: &[&str], input: &str| {
        let words = ["-c", r#"printf %s "$INPUT" | "$@""#, "sh", "timeout", "60"];
        let mut command = Command::new("sh");
        command.args(words).arg(kubectl).arg("--kubeconfig").arg(kubeconfig);
        let output = command.args(arguments).env("INPUT", input).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    run(&["delete", "namespace", name, "--ignore-not-found"], "");
    run(&["create", "namespace", name], "");
    let watched = watch(name, kubectl, kubeconfig);
    // A pod needs its namespace's account, which a real cluster makes a moment later.
    let account = ["wait", "-n", name, "--for=create", "serviceaccount/default", "--timeout=30s"];
    run(&account, "");
    let meta = format!(r#"{{"name": "{name}", "namespace": "{name}"}}"#);
    let pod =
        format!(r#"{{"apiVersion": "v1", "kind": "Pod", "metadata": {meta}, "spec": {spec}}}"#);
    run(&["apply", "-f", "-"], &pod);
    let seen = watched.until(over);
    let events = run(&["get", "events", "-n", name, "-o", "json"], "");
    run(&["delete", "namespace", name, "--wait=false"], "");
    (seen, counted(&events))
}

fn counted(events: &str) -> Vec<(String, u64)> {
    let events: Value = serde_json::from_str(events).unwrap();
    let count = |event: &Value| event["count"].as_u64().unwrap_or(1).max(1);
    let items = events["items"].as_array().unwrap().iter();
    items.map(|event| (event["reason"].as_str().unwrap().to_owned(), count(event))).collect()
}

/// A watch of the namespace's pods.
struct Watch {
    child: Child,
    pods: Receiver<Pod>,
}

fn watch(namespace: &str, kubectl: &Path, kubeconfig: &Path) -> Watch {
    let mut command = Command::new(kubectl);
    command.arg("--kubeconfig").arg(kubeconfig);
    command.args(["get", "pods", "-n", namespace, "--watch", "-o", "json"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let stdout = BufReader::new(child.stdout.take().unwrap());
    let (sender, pods) = channel();
    std::thread::spawn(move || {
        for pod in Deserializer::from_reader(stdout).into_iter::<Pod>() {
            let Ok(pod) = pod else { return };
            if sender.send(pod).is_err() {
                return;
            }
        }
    });
    Watch { child, pods }
}

impl Watch {
    #[track_caller]
    fn until(mut self, over: fn(&[Seen]) -> bool) -> Vec<Seen> {
        let mut seen: Vec<Seen> = Vec::new();
        let mut started = None;
        let deadline = Instant::now() + LIMIT;
        while !over(&seen) {
            let left = deadline.saturating_duration_since(Instant::now());
            let pod = match self.pods.recv_timeout(left) {
                Ok(pod) => pod,
                Err(RecvTimeoutError::Timeout) => panic!("it did not come that far: {seen:#?}"),
                Err(RecvTimeoutError::Disconnected) => panic!("the watch ended: {seen:#?}"),
            };
            if pod.metadata.name.is_none() {
                continue;
            }
            let started = *started.get_or_insert_with(Instant::now);
            let row = pod_row(&pod);
            let row = format!("{} {} {}", row.ready_cell(), row.status, row.restarts);
            if seen.last().is_none_or(|last| last.row != row) {
                seen.push(Seen { row, after: started.elapsed() });
            }
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
        // Not scheduled, scheduled: how many updates that takes is the machine's affair.
        seen.retain(|seen| !seen.row.contains("Pending"));
        seen
    }
}
