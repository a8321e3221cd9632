use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::actions::actions;
use super::log::Log;
use super::prober::Prober;
use super::runtime::{End, Instance, Known, Runtime, User};
use super::spec::{Class, Pod, Resources, Slot};

/// A container by a word: `run`, its exit code, or `-` where there is none yet.
fn instance(slot: Slot, name: &str, word: &str) -> Option<Instance> {
    let now = Timestamp::UNIX_EPOCH;
    let state = match word {
        "-" => return None,
        "run" => Known::Running(now),
        "made" => Known::Created,
        code => Known::Exited(End {
            code: code.parse().unwrap(),
            reason: "Error",
            message: String::new(),
            started: Some(now),
            finished: now,
        }),
    };
    Some(Instance {
        slot,
        name: name.to_owned(),
        id: format!("id-of-{name}"),
        restart_count: 0,
        image: "busybox".to_owned(),
        resources: Resources::default(),
        image_name: String::new(),
        image_id: String::new(),
        user: User::default(),
        state,
        process: None,
        unseen_end: None,
        log: Log::default(),
        message: crate::sandbox::process::Folder::default(),
        answers: BTreeMap::new(),
        traffic: Vec::new(),
    })
}

/// What is done for a pod, in words: `start i0`, `end c0: …`, `end the pod`.
fn wanted(policy: &str, init: &[&str], regular: &[&str]) -> Vec<String> {
    let mut runtime = Runtime::default();
    let mut lists = Vec::new();
    for (class, letter, words) in [(Class::Init, 'i', init), (Class::Regular, 'c', regular)] {
        let mut containers = Vec::new();
        for (index, word) in words.iter().enumerate() {
            let sidecar = word.strip_prefix("sidecar ");
            let name = format!("{}{index}", if sidecar.is_some() { 's' } else { letter });
            let slot = Slot { class, index };
            runtime.instances.extend(instance(slot, &name, sidecar.unwrap_or(word)));
            let restart = sidecar.map_or(Value::Null, |_| json!("Always"));
            containers.push(json!({ "name": name, "image": "busybox", "restartPolicy": restart }));
        }
        lists.push(containers);
    }
    let pod = json!({
        "spec": { "restartPolicy": policy, "initContainers": lists[0], "containers": lists[1] },
    });
    in_words(&Pod::read(&Arc::new(pod)).unwrap(), &runtime)
}

fn in_words(pod: &Pod, runtime: &Runtime) -> Vec<String> {
    let actions = actions(pod, runtime, &Prober::default());
    let mut words = Vec::new();
    if actions.end_pod {
        words.push("end the pod".to_owned());
    }
    words.extend(actions.end.iter().map(|kill| format!("end {}: {}", kill.id, kill.message)));
    let name = |slot: &Slot| pod.spec.at(*slot).unwrap().name.clone();
    words.extend(actions.start.iter().map(|slot| format!("start {}", name(slot))));
    words
}

#[test]
fn containers_start_in_their_order() {
    let rows: &[(&str, &[&str], &[&str], &[&str])] = &[
        ("Always", &[], &["-", "-"], &["start c0", "start c1"]),
        ("Always", &[], &["run", "made"], &["start c1"]),
        ("Always", &["-", "-"], &["-"], &["start i0"]),
        ("Always", &["run", "-"], &["-"], &[]),
        ("Always", &["0", "-"], &["-"], &["start i1"]),
        ("Always", &["0", "0"], &["-"], &["start c0"]),
        ("Always", &["0", "0"], &["run"], &[]),
        ("Always", &["0", "1"], &["-"], &["start i1"]),
        ("OnFailure", &["1", "-"], &["-"], &["start i0"]),
        ("Never", &["1", "-"], &["-"], &["end the pod"]),
        // An init container that is gone is not run again once the pod is initialized.
        ("Always", &["-", "-"], &["run"], &[]),
    ];
    for (policy, init, regular, done) in rows {
        assert_eq!(wanted(policy, init, regular), *done, "{policy} {init:?} {regular:?}");
    }
}

#[test]
fn sidecars_keep_running() {
    let rows: &[(&str, &[&str], &[&str], &[&str])] = &[
        ("Always", &["sidecar -", "-"], &["-"], &["start s0"]),
        ("Always", &["sidecar run", "-"], &["-"], &["start i1"]),
        ("Always", &["sidecar run", "run"], &["-"], &[]),
        ("Always", &["sidecar 1", "run"], &["-"], &["start s0"]),
        ("Always", &["0", "sidecar run"], &["-"], &["start c0"]),
        ("Never", &["sidecar 0"], &["run"], &["start s0"]),
        ("Never", &["sidecar run"], &["0"], &["end the pod"]),
        ("Always", &["sidecar -", "sidecar run"], &["run"], &["start s0"]),
    ];
    for (policy, init, regular, done) in rows {
        assert_eq!(wanted(policy, init, regular), *done, "{policy} {init:?} {regular:?}");
    }
}

#[test]
fn what_has_ended_starts_again_by_policy() {
    let rows: &[(&str, &[&str], &[&str])] = &[
        ("Always", &["0"], &["start c0"]),
        ("OnFailure", &["1", "0"], &["start c0"]),
        ("OnFailure", &["0"], &["end the pod"]),
        ("Never", &["1"], &["end the pod"]),
        ("Never", &["1", "run"], &[]),
    ];
    for (policy, regular, done) in rows {
        assert_eq!(wanted(policy, &[], regular), *done, "{policy} {regular:?}");
    }
}

#[test]
fn a_container_decides_for_itself_where_it_says_so() {
    let exited = |code: &str| {
        let mut runtime = Runtime::default();
        runtime.instances.extend(instance(Slot { class: Class::Regular, index: 0 }, "c0", code));
        runtime
    };
    let pod = json!({
        "spec": {
            "restartPolicy": "Never",
            "containers": [{
                "name": "c0",
                "image": "busybox",
                "restartPolicy": "Never",
                "restartPolicyRules": [
                    { "action": "Restart", "exitCodes": { "operator": "In", "values": [42] } },
                ],
            }],
        },
    });
    let pod = Pod::read(&Arc::new(pod)).unwrap();
    assert_eq!(in_words(&pod, &exited("42")), ["start c0"]);
    assert_eq!(in_words(&pod, &exited("1")), ["end the pod"]);
}

#[test]
fn another_image_or_another_size_means_another_container() {
    let changed = |container: Value| {
        let mut runtime = Runtime::default();
        runtime.instances.extend(instance(Slot { class: Class::Regular, index: 0 }, "c0", "run"));
        let pod = json!({ "spec": { "restartPolicy": "Never", "containers": [container] } });
        in_words(&Pod::read(&Arc::new(pod)).unwrap(), &runtime)
    };
    assert_eq!(
        changed(json!({ "name": "c0", "image": "busybox:1.36" })),
        ["end id-of-c0: Container c0 definition changed, will be restarted", "start c0"]
    );
    let larger = json!({ "requests": { "cpu": "1" } });
    assert_eq!(changed(json!({ "name": "c0", "image": "busybox", "resources": larger })), [""; 0]);
    let policy = json!([{ "resourceName": "cpu", "restartPolicy": "RestartContainer" }]);
    assert_eq!(
        changed(json!({
            "name": "c0", "image": "busybox", "resources": larger, "resizePolicy": policy,
        })),
        ["end id-of-c0: Container c0 resize requires restart", "start c0"]
    );
}

#[test]
fn ephemeral_containers_start_once() {
    let pod = json!({
        "spec": {
            "containers": [{ "name": "c0", "image": "busybox" }],
            "ephemeralContainers": [{ "name": "debugger", "image": "busybox" }],
        },
    });
    let pod = Pod::read(&Arc::new(pod)).unwrap();
    let mut runtime = Runtime::default();
    let slot = |class| Slot { class, index: 0 };
    runtime.instances.extend(instance(slot(Class::Regular), "c0", "run"));
    assert_eq!(in_words(&pod, &runtime), ["start debugger"]);
    runtime.instances.extend(instance(slot(Class::Ephemeral), "debugger", "0"));
    assert_eq!(in_words(&pod, &runtime), [""; 0]);
}
