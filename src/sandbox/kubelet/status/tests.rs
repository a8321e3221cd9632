use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::conditions::set_conditions;
use super::model::{ContainerStatus, Phase, PodStatus, State, Terminated};
use super::phase::phase;
use super::to_json;
use crate::sandbox::kubelet::clock::after_seconds;
use crate::sandbox::kubelet::spec::Pod;

fn now() -> Timestamp {
    "2026-11-22T20:46:00Z".parse().unwrap()
}

/// A container by a word: `run`, `ready`, `wait`, `back-off`, or its exit code.
fn container(name: &str, word: &str) -> ContainerStatus {
    let end = |code| Terminated { exit_code: code, ..Terminated::default() };
    let (state, last_state) = match word {
        "run" | "ready" => (State::Running { since: now() }, None),
        "wait" => (State::default(), None),
        "back-off" => (State::default(), Some(end(1))),
        code => (State::Terminated(end(code.parse().unwrap())), None),
    };
    let is_running = matches!(state, State::Running { .. });
    ContainerStatus {
        name: name.to_owned(),
        state,
        last_state,
        ready: word == "ready" || (name.starts_with('i') && word == "0"),
        started: is_running,
        ..ContainerStatus::default()
    }
}

/// A pod of init containers `i0`…, sidecars `s0`… and containers `c0`…, and its statuses.
fn pod(policy: &str, init: &[&str], regular: &[&str]) -> (Pod, PodStatus) {
    let mut inits = Vec::new();
    let mut status = PodStatus::default();
    for (index, word) in init.iter().enumerate() {
        let (name, restart) = match word.strip_prefix("sidecar ") {
            Some(_) => (format!("s{index}"), json!("Always")),
            None => (format!("i{index}"), Value::Null),
        };
        let word = word.strip_prefix("sidecar ").unwrap_or(word);
        status.init_containers.push(container(&name, word));
        inits.push(json!({ "name": name, "restartPolicy": restart }));
    }
    let mut containers = Vec::new();
    for (index, word) in regular.iter().enumerate() {
        let name = format!("c{index}");
        status.containers.push(container(&name, word));
        containers.push(json!({ "name": name }));
    }
    let pod = json!({
        "metadata": { "name": "web", "namespace": "lab", "generation": 3 },
        "spec": { "restartPolicy": policy, "initContainers": inits, "containers": containers },
    });
    (Pod::read(&Arc::new(pod)).unwrap(), status)
}

#[test]
fn the_phase_follows_from_the_containers() {
    use Phase::{Failed, Pending, Running, Succeeded};
    let rows: &[(&str, &[&str], &[&str], Phase)] = &[
        ("Always", &[], &["wait"], Pending),
        ("Always", &[], &["run"], Running),
        ("Always", &[], &["run", "wait"], Pending),
        ("Always", &[], &["run", "1"], Running),
        ("Always", &[], &["0"], Running),
        ("Always", &[], &["back-off"], Running),
        ("OnFailure", &[], &["0"], Succeeded),
        ("OnFailure", &[], &["0", "1"], Running),
        ("OnFailure", &[], &["0", "run"], Running),
        ("Never", &[], &["0", "1"], Failed),
        ("Never", &[], &["0", "0"], Succeeded),
        ("Never", &[], &["1", "run"], Running),
        ("Always", &["run"], &["wait"], Pending),
        ("Always", &["1"], &["wait"], Pending),
        ("Always", &["back-off"], &["wait"], Pending),
        ("Never", &["1"], &["wait"], Failed),
        ("Never", &["0"], &["run"], Running),
        ("Never", &["sidecar run"], &["0"], Running),
        ("Never", &["sidecar 143"], &["0"], Succeeded),
        ("Always", &["sidecar wait"], &["wait"], Pending),
    ];
    for (policy, init, regular, wanted) in rows {
        let (pod, status) = pod(policy, init, regular);
        let found = phase(&pod.spec, &status.init_containers, &status.containers, false, false);
        assert_eq!(found, *wanted, "{policy} {init:?} {regular:?}");
    }
}

#[test]
fn a_pod_that_is_over_has_succeeded_or_failed() {
    let rows: &[(&str, &[&str], Phase)] = &[
        ("Always", &["0"], Phase::Succeeded),
        ("Always", &["137"], Phase::Failed),
        ("Always", &["0", "1"], Phase::Failed),
        ("Always", &["back-off"], Phase::Failed),
        ("Always", &["wait"], Phase::Pending),
    ];
    for (policy, regular, wanted) in rows {
        let (pod, status) = pod(policy, &[], regular);
        let found = phase(&pod.spec, &[], &status.containers, true, true);
        assert_eq!(found, *wanted, "{policy} {regular:?}");
    }
}

/// The conditions in words: `Ready=False ContainersNotReady: …`.
fn conditions(pod: &Pod, mut status: PodStatus, phase: Phase) -> Vec<String> {
    status.phase = phase;
    set_conditions(pod, &mut status, &PodStatus::default(), true, now());
    let shown = status.conditions.iter().skip(1).take(3).map(|one| {
        let word = if one.is_true { "True" } else { "False" };
        let text = format!("{}={word} {} {}", one.kind, one.reason, one.message);
        text.trim_end().to_owned()
    });
    shown.collect()
}

#[test]
fn conditions_say_what_is_missing() {
    let (web, status) = pod("Always", &["run", "wait"], &["wait", "wait"]);
    assert_eq!(
        conditions(&web, status, Phase::Pending),
        [
            "Initialized=False ContainersNotInitialized containers with incomplete status: [i0 i1]",
            "Ready=False ContainersNotReady containers with unready status: [c0 c1]",
            "ContainersReady=False ContainersNotReady containers with unready status: [c0 c1]",
        ]
    );
    let (web, status) = pod("Always", &["0", "sidecar run"], &["ready", "run"]);
    assert_eq!(
        conditions(&web, status, Phase::Running),
        [
            "Initialized=True",
            "Ready=False ContainersNotReady containers with unready status: [s1 c1]",
            "ContainersReady=False ContainersNotReady containers with unready status: [s1 c1]",
        ]
    );
    let (web, status) = pod("Never", &[], &["0"]);
    assert_eq!(
        conditions(&web, status, Phase::Succeeded),
        [
            "Initialized=True PodCompleted",
            "Ready=False PodCompleted",
            "ContainersReady=False PodCompleted",
        ]
    );
    let (web, status) = pod("Never", &[], &["1"]);
    assert_eq!(
        conditions(&web, status, Phase::Failed),
        ["Initialized=True", "Ready=False PodFailed", "ContainersReady=False PodFailed"]
    );
    // A sidecar that starts again does not take back what was initialized.
    let (web, status) = pod("Always", &["sidecar 1"], &["ready"]);
    assert_eq!(conditions(&web, status, Phase::Running)[0], "Initialized=True");
}

#[test]
fn readiness_gates_count() {
    let (mut web, status) = pod("Always", &[], &["ready"]);
    let mut object = Value::clone(&web.object);
    object["spec"]["readinessGates"] =
        json!([{ "conditionType": "a/b" }, { "conditionType": "c/d" }]);
    object["status"]["conditions"] = json!([{ "type": "c/d", "status": "False" }]);
    web = Pod::read(&Arc::new(object.clone())).unwrap();
    assert_eq!(
        conditions(&web, status.clone(), Phase::Running)[1],
        "Ready=False ReadinessGatesNotReady corresponding condition of pod readiness gate \"a/b\" \
         does not exist., the status of pod readiness gate \"c/d\" is not \"True\", but False"
    );
    object["status"]["conditions"] =
        json!([{ "type": "c/d", "status": "True" }, { "type": "a/b", "status": "True" }]);
    web = Pod::read(&Arc::new(object)).unwrap();
    assert_eq!(conditions(&web, status, Phase::Running)[1], "Ready=True");
}

#[test]
fn a_condition_keeps_its_time_until_it_turns() {
    let (web, mut status) = pod("Always", &[], &["wait"]);
    let mut old = PodStatus::default();
    let mut times = Vec::new();
    for (second, word) in ["wait", "run", "ready", "ready", "1", "back-off"].iter().enumerate() {
        status.containers = vec![container("c0", word)];
        let now = after_seconds(now(), i64::try_from(second).unwrap());
        set_conditions(&web, &mut status, &old, true, now);
        let ready = &status.conditions[2];
        times.push((ready.is_true, ready.since.unwrap().strftime("%S").to_string()));
        old = status.clone();
    }
    let times: Vec<(bool, &str)> = times.iter().map(|(is, at)| (*is, at.as_str())).collect();
    assert_eq!(
        times,
        [(false, "00"), (false, "00"), (true, "02"), (true, "02"), (false, "04"), (false, "04")]
    );
}

#[test]
fn what_others_have_written_stays() {
    let (web, mut status) = pod("Always", &[], &["ready"]);
    set_conditions(&web, &mut status, &PodStatus::default(), true, now());
    let written = json!({
        "qosClass": "Burstable",
        "nominatedNodeName": "node-2",
        "conditions": [
            { "type": "DisruptionTarget", "status": "True" },
            { "type": "Ready", "status": "False", "lastTransitionTime": "2026-11-22T20:00:00Z" },
        ],
    });
    let shown = to_json(&web, &status, "10.138.0.11".parse().unwrap(), &written);
    let kinds: Vec<&str> = shown["conditions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["type"].as_str().unwrap())
        .collect();
    assert_eq!(
        kinds,
        [
            "DisruptionTarget",
            "PodReadyToStartContainers",
            "Initialized",
            "Ready",
            "ContainersReady",
            "PodScheduled"
        ]
    );
    assert_eq!(shown["qosClass"], "Burstable");
    assert_eq!(shown["nominatedNodeName"], "node-2");
    assert_eq!(shown["hostIP"], "10.138.0.11");
    assert_eq!(shown["observedGeneration"], 3);
    assert_eq!(shown["conditions"][3]["observedGeneration"], 3);
}
