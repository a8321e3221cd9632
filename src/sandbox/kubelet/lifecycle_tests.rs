//! How pods end, and what starts them anew.

use serde_json::{Value, json};

use super::harness::Harness;

/// A container that runs a script.
pub(super) fn script(name: &str, script: &str) -> Value {
    json!({ "name": name, "image": "busybox", "command": ["sh", "-c", script] })
}

/// One that ends when it is asked to.
const POLITE: &str = "trap 'exit 0' TERM; sleep 600 & wait";

#[test]
fn a_pod_that_runs_to_completion_is_kept() {
    let mut harness = Harness::new();
    let app = script("app", "echo hi; sleep 1; exit 0");
    harness.bind("job", json!({ "restartPolicy": "Never", "containers": [app] }));
    harness.run_for(10.0);
    assert_eq!(
        harness.story("job"),
        [
            "Pending",
            "Pending | app waiting ContainerCreating",
            "Running | app running ready",
            "Running | app terminated Completed",
            "Succeeded | app terminated Completed",
        ]
    );
    assert_eq!(harness.told("job"), [""; 0]);
    let status = &harness.pod("job")["status"];
    assert_eq!(status["podIP"], "10.20.1.2", "the address stays in the status");
    assert_eq!(harness.kubelet.next_due(), None, "nothing is left to do");
    // Its log can still be read.
    assert_eq!(harness.log("job", "app", false), Ok("hi\n".to_owned()));
}

#[test]
fn a_failed_init_container_ends_a_pod_that_never_restarts() {
    let mut harness = Harness::new();
    harness.bind(
        "bad",
        json!({
            "restartPolicy": "Never",
            "initContainers": [script("one", "sleep 1; exit 3"), script("two", "true")],
            "containers": [script("app", "sleep 9")],
        }),
    );
    harness.run_for(10.0);
    assert_eq!(
        harness.story("bad")[1..],
        [
            "Pending | one waiting PodInitializing | two waiting PodInitializing | app waiting PodInitializing",
            "Pending | one running | two waiting PodInitializing | app waiting PodInitializing",
            "Pending | one terminated Error | two waiting PodInitializing | app waiting PodInitializing",
            "Failed | one terminated Error | two waiting PodInitializing | app waiting PodInitializing",
            "Failed | one terminated Error | two terminated ContainerStatusUnknown | app terminated ContainerStatusUnknown",
        ]
    );
}

#[test]
fn a_failed_init_container_is_tried_again() {
    let mut harness = Harness::new();
    let init = script("setup", "sleep 1; exit 3");
    harness.bind("bad", json!({ "initContainers": [init], "containers": [script("app", "true")] }));
    harness.run_for(40.0);
    assert_eq!(
        harness.story("bad")[3..8],
        [
            "Pending | setup terminated Error | app waiting PodInitializing",
            "Pending | setup running restarts=1 | app waiting PodInitializing",
            "Pending | setup terminated Error restarts=1 | app waiting PodInitializing",
            "Pending | setup waiting CrashLoopBackOff restarts=1 | app waiting PodInitializing",
            "Pending | setup running restarts=2 | app waiting PodInitializing",
        ]
    );
    assert_eq!(
        harness.told("bad"),
        ["BackOff: Back-off restarting failed container setup in pod bad_lab(UID) x2"]
    );
}

#[test]
fn a_sidecar_starts_first_and_ends_last() {
    let mut harness = Harness::new();
    let mut sidecar = script("side", POLITE);
    sidecar["restartPolicy"] = json!("Always");
    harness.bind(
        "job",
        json!({
            "restartPolicy": "Never",
            "initContainers": [script("setup", "sleep 1"), sidecar],
            "containers": [script("app", "sleep 3")],
        }),
    );
    harness.run_for(20.0);
    assert_eq!(
        harness.story("job")[2..],
        [
            "Pending | setup running | side waiting PodInitializing | app waiting PodInitializing",
            "Pending | setup terminated Completed ready | side waiting PodInitializing | app waiting PodInitializing",
            "Pending | setup terminated Completed ready | side running ready | app waiting PodInitializing",
            "Running | setup terminated Completed ready | side running ready | app running ready",
            "Running | setup terminated Completed ready | side running ready | app terminated Completed",
            "Running | setup terminated Completed ready | side terminated Completed | app terminated Completed",
            "Succeeded | setup terminated Completed ready | side terminated Completed | app terminated Completed",
        ]
    );
    assert_eq!(harness.told("job"), ["Killing: Stopping container side"]);
}

#[test]
fn deletion_ends_sidecars_after_the_containers() {
    let mut harness = Harness::new();
    let mut sidecar = script("side", POLITE);
    sidecar["restartPolicy"] = json!("Always");
    let app = script("app", "trap 'sleep 4; exit 0' TERM; sleep 600 & wait");
    harness.bind("web", json!({ "initContainers": [sidecar], "containers": [app] }));
    harness.run_for(5.0);
    harness.delete("web", 30);
    harness.run_for(10.0);
    assert!(harness.pod("web").is_null(), "gone after 4 seconds, not after 30");
    let last = harness.last_version("web");
    let ends = |list: &str| {
        last["status"][list][0]["state"]["terminated"]["finishedAt"].as_str().unwrap().to_owned()
    };
    assert_eq!(ends("containerStatuses"), "2026-11-22T20:46:09Z");
    assert_eq!(ends("initContainerStatuses"), "2026-11-22T20:46:09Z");
}

#[test]
fn deletion_asks_waits_and_then_kills() {
    // Script, grace, the seconds until the pod is gone, how its container ended.
    let rows = [
        (POLITE, 30, 2.0, "0 Completed"),
        ("sleep 600", 5, 7.0, "137 Error"),
        // Nobody gets less than two seconds.
        ("sleep 600", 1, 4.0, "137 Error"),
    ];
    for (text, grace, seconds, wanted) in rows {
        let mut harness = Harness::new();
        harness.bind_script("web", text);
        harness.run_for(5.0);
        harness.delete("web", grace);
        harness.run_for(seconds - 2.0);
        assert!(!harness.pod("web").is_null(), "{text}: gone before {seconds} s");
        harness.run_for(2.0);
        assert!(harness.pod("web").is_null(), "{text}: not gone after {seconds} s");
        let last = harness.last_version("web");
        let end = &last["status"]["containerStatuses"][0]["state"]["terminated"];
        assert_eq!(format!("{} {}", end["exitCode"], end["reason"].as_str().unwrap()), wanted);
        assert_eq!(last["metadata"]["deletionGracePeriodSeconds"], 0);
        assert_eq!(harness.told("web"), ["Killing: Stopping container app"]);
        assert_eq!(harness.kubelet.next_due(), None);
    }
}

#[test]
fn the_hook_before_the_end_comes_out_of_the_grace() {
    // Hook, grace, the seconds until the pod is gone, what is told besides.
    let rows: &[(Value, i64, f64, &[&str])] = &[
        (json!({ "sleep": { "seconds": 4 } }), 30, 6.0, &[]),
        (json!({ "exec": { "command": ["sleep", "3"] } }), 30, 5.0, &[]),
        (
            json!({ "exec": { "command": ["false"] } }),
            30,
            2.0,
            &["FailedPreStopHook: PreStopHook failed"],
        ),
        (
            json!({ "httpGet": { "port": 80, "path": "/" } }),
            30,
            2.0,
            &["FailedPreStopHook: PreStopHook failed"],
        ),
        (json!({ "exec": { "command": ["sleep", "60"] } }), 3, 5.0, &[]),
    ];
    for (hook, grace, seconds, told) in rows {
        let mut harness = Harness::new();
        let mut app = script("app", POLITE);
        app["lifecycle"] = json!({ "preStop": hook });
        harness.bind("web", json!({ "containers": [app] }));
        harness.run_for(5.0);
        harness.delete("web", *grace);
        harness.run_for(seconds - 2.0);
        assert!(!harness.pod("web").is_null(), "{hook}: gone before {seconds} s");
        harness.run_for(2.0);
        assert!(harness.pod("web").is_null(), "{hook}: not gone after {seconds} s");
        assert_eq!(harness.told("web")[1..], **told, "{hook}");
    }
}

#[test]
fn a_shorter_grace_takes_the_place_of_a_longer_one() {
    let mut harness = Harness::new();
    harness.bind_script("web", "sleep 600");
    harness.run_for(5.0);
    harness.delete("web", 300);
    harness.run_for(5.0);
    harness.delete("web", 3);
    harness.run_for(6.0);
    assert!(harness.pod("web").is_null());
}

#[test]
fn a_pod_that_is_deleted_by_force_ends_behind_the_scenes() {
    let mut harness = Harness::new();
    harness.bind(
        "web",
        json!({ "terminationGracePeriodSeconds": 5, "containers": [script("app", "sleep 600")] }),
    );
    harness.run_for(5.0);
    harness.store.remove("pods", "lab", "web");
    harness.run_for(1.0);
    assert!(harness.kubelet.container("lab", "web", "app").is_some(), "it has its grace");
    // Another one of the same name is not the same.
    harness.bind_script("web", "sleep 600");
    harness.run_for(10.0);
    assert_eq!(harness.pod("web")["status"]["phase"], "Running");
    assert_eq!(harness.pod("web")["status"]["podIP"], "10.20.1.3");
    assert_eq!(harness.kubelet.containers_at("10.20.1.2".parse().unwrap()), []);
    assert_eq!(harness.kubelet.containers_at("10.20.1.3".parse().unwrap()).len(), 1);
}

#[test]
fn finalizers_keep_the_object_but_not_the_containers() {
    let mut harness = Harness::new();
    harness.bind_script("web", POLITE);
    harness.change("web", |pod| pod["metadata"]["finalizers"] = json!(["example.com/wait"]));
    harness.run_for(5.0);
    harness.delete("web", 30);
    harness.run_for(5.0);
    let pod = harness.pod("web");
    assert_eq!(pod["metadata"]["deletionGracePeriodSeconds"], 0);
    assert_eq!(pod["status"]["phase"], "Succeeded");
}

#[test]
fn a_pod_may_run_only_so_long() {
    let mut harness = Harness::new();
    let containers = [script("app", POLITE)];
    harness.bind("late", json!({ "activeDeadlineSeconds": 5, "containers": containers }));
    harness.run_for(20.0);
    let status = &harness.pod("late")["status"];
    assert_eq!(status["phase"], "Failed");
    assert_eq!(status["reason"], "DeadlineExceeded");
    assert_eq!(status["message"], "Pod was active on the node longer than the specified deadline");
    assert_eq!(
        harness.told("late"),
        [
            "DeadlineExceeded: Pod was active on the node longer than the specified deadline",
            "Killing: Stopping container app",
        ]
    );
}

#[test]
fn another_image_starts_the_container_anew() {
    let mut harness = Harness::new();
    harness.bind_script("web", POLITE);
    harness.run_for(5.0);
    harness.change("web", |pod| pod["spec"]["containers"][0]["image"] = json!("busybox:1.36"));
    harness.run_for(5.0);
    assert_eq!(harness.story("web").last().unwrap(), "Running | app running ready restarts=1");
    assert_eq!(
        harness.told("web"),
        ["Killing: Container app definition changed, will be restarted"]
    );
}

#[test]
fn a_debugger_joins_a_running_pod() {
    let mut harness = Harness::new();
    harness.bind_script("web", "sleep 600");
    harness.run_for(5.0);
    harness.change("web", |pod| {
        pod["spec"]["ephemeralContainers"] = json!([script("debugger", "sleep 5")]);
    });
    harness.run_for(20.0);
    assert_eq!(
        harness.story("web")[3..],
        [
            "Running | app running ready | debugger waiting ContainerCreating",
            "Running | app running ready | debugger running",
            "Running | app running ready | debugger terminated Completed",
        ]
    );
}

#[test]
fn a_container_may_leave_a_message() {
    let mut harness = Harness::new();
    let mut said = script("said", "echo too much > /dev/termination-log; exit 1");
    let mut logged = script("logged", "echo it went wrong; exit 1");
    logged["terminationMessagePolicy"] = json!("FallbackToLogsOnError");
    said["terminationMessagePolicy"] = json!("File");
    harness.bind("bad", json!({ "restartPolicy": "Never", "containers": [said, logged] }));
    harness.run_for(5.0);
    let statuses = &harness.pod("bad")["status"]["containerStatuses"];
    assert_eq!(statuses[0]["name"], "logged", "in the order of their names");
    assert_eq!(statuses[0]["state"]["terminated"]["message"], "it went wrong\n");
    assert_eq!(statuses[1]["state"]["terminated"]["message"], "too much\n");
}

#[test]
fn logs_are_there_for_the_current_and_the_last_container() {
    let mut harness = Harness::new();
    harness.bind_script("web", "echo one; sleep 5; exit 1");
    let waiting = "container \"app\" in pod \"web\" is waiting to start: ContainerCreating";
    harness.run_for(0.1);
    assert_eq!(harness.log("web", "app", false), Err(waiting.to_owned()));
    harness.run_for(4.0);
    let none = "previous terminated container \"app\" in pod \"web\" not found";
    assert_eq!(harness.log("web", "app", true), Err(none.to_owned()));
    harness.run_for(4.0);
    assert_eq!(harness.story("web").last().unwrap(), "Running | app running ready restarts=1");
    assert_eq!(harness.log("web", "app", true), Ok("one\n".to_owned()));
    assert_eq!(harness.log("web", "app", false), Ok("one\n".to_owned()));
    // When the second one has ended the first one is taken away.
    harness.run_for(4.5);
    assert_eq!(harness.story("web").last().unwrap(), "Running | app terminated Error restarts=1");
    let gone = harness.log("web", "app", true).unwrap_err();
    assert!(gone.starts_with("unable to retrieve container logs for containerd://"), "{gone}");
    let rows = [
        ("nosuch", "app", "pods \"nosuch\" not found"),
        ("web", "nosuch", "container nosuch is not valid for pod web"),
    ];
    for (pod, container, wanted) in rows {
        assert_eq!(harness.log(pod, container, false), Err(wanted.to_owned()));
    }
    let error = harness.kubelet.find_container("lab", "web", "app").unwrap_err();
    assert_eq!(error.to_string(), "container not found (\"app\")");
}

#[test]
fn a_pod_of_the_nodes_network_has_its_address() {
    let mut harness = Harness::new();
    harness.bind(
        "agent",
        json!({ "hostNetwork": true, "containers": [script("app", "hostname; sleep 600")] }),
    );
    harness.run_for(5.0);
    let status = &harness.pod("agent")["status"];
    assert_eq!(status["podIP"], "10.20.1.1");
    assert_eq!(status["hostIP"], "10.20.1.1");
    assert_eq!(harness.log("agent", "app", false), Ok("node1\n".to_owned()));
}
