//! What keeps containers from starting, and what helps.

use serde_json::{Value, json};

use super::harness::Harness;
use super::lifecycle_tests::script;

/// The waiting reason and message of the pod's first container.
fn waiting(harness: &Harness, pod: &str) -> (String, String) {
    let status = &harness.pod(pod)["status"]["containerStatuses"][0]["state"]["waiting"];
    let text = |key: &str| status[key].as_str().unwrap_or_default().to_owned();
    (text("reason"), text("message"))
}

#[test]
fn images_that_cannot_be_had() {
    let rows: &[(Value, &str, &str, &[&str])] = &[
        (
            json!({ "name": "app", "image": "Busy Box" }),
            "InvalidImageName",
            "Failed to apply default image tag \"Busy Box\": couldn't parse image name \"Busy Box\": invalid reference format",
            &[
                "InspectFailed: Failed to apply default image tag \"Busy Box\": couldn't parse image name \"Busy Box\": invalid reference format x2",
                "Failed: Error: InvalidImageName x2",
            ],
        ),
        (
            json!({ "name": "app", "image": "busybox", "imagePullPolicy": "Never" }),
            "ErrImageNeverPull",
            "Container image \"busybox\" is not present with pull policy of Never",
            &[
                "ErrImageNeverPull: Container image \"busybox\" is not present with pull policy of Never x2",
                "Failed: Error: ErrImageNeverPull x2",
            ],
        ),
    ];
    for (container, reason, message, told) in rows {
        let mut harness = Harness::new();
        harness.bind("web", json!({ "containers": [container] }));
        harness.run_for(5.0);
        assert_eq!(waiting(&harness, "web"), ((*reason).to_owned(), (*message).to_owned()));
        assert_eq!(harness.told("web"), *told);
        let log = harness.log("web", "app", false).unwrap_err();
        assert_eq!(log, format!("container \"app\" in pod \"web\" is waiting to start: {reason}"));
    }
}

#[test]
fn logs_of_a_container_without_its_image() {
    let mut harness = Harness::new();
    harness.bind(
        "web",
        json!({ "containers": [{ "name": "app", "image": "k8s.gcr.io/no-such-image:9" }] }),
    );
    harness.run_for(3.0);
    let log = harness.log("web", "app", false).unwrap_err();
    assert_eq!(log, "container \"app\" in pod \"web\" is waiting to start: image can't be pulled");
    while waiting(&harness, "web").0 != "ImagePullBackOff" {
        harness.run_for(1.0);
    }
    let log = harness.log("web", "app", false).unwrap_err();
    assert_eq!(
        log,
        "container \"app\" in pod \"web\" is waiting to start: trying and failing to pull image"
    );
}

#[test]
fn an_unknown_image_runs_and_says_that_it_is_simulated() {
    let mut harness = Harness::new();
    harness.bind("web", json!({ "containers": [{ "name": "app", "image": "acme/shop:1" }] }));
    harness.run_for(5.0);
    assert_eq!(harness.story("web").last().unwrap(), "Running | app running ready");
    assert_eq!(
        harness.told("web"),
        ["Simulated: The sandbox does not know what image \"acme/shop:1\" does: the \
          container starts and idles, its programs are only simulated"]
    );
}

#[test]
fn a_program_that_is_not_there() {
    let mut harness = Harness::new();
    let container = json!({ "name": "app", "image": "busybox", "command": ["nosuch"] });
    harness.bind("bad", json!({ "containers": [container] }));
    harness.run_for(30.0);
    assert_eq!(
        harness.story("bad")[2..6],
        [
            "Running | app waiting RunContainerError",
            "Running | app waiting RunContainerError restarts=1",
            "Running | app waiting CrashLoopBackOff restarts=1",
            "Running | app waiting RunContainerError restarts=2",
        ]
    );
    let why = "failed to create containerd task: failed to create shim task: OCI runtime create \
               failed: runc create failed: unable to start container process: error during \
               container init: exec: \"nosuch\": executable file not found in $PATH";
    let status = &harness.pod("bad")["status"]["containerStatuses"][0];
    let end = &status["lastState"]["terminated"];
    assert_eq!(end["exitCode"], 128);
    assert_eq!(end["reason"], "StartError");
    assert_eq!(end["startedAt"], "1970-01-01T00:00:00Z");
    assert_eq!(end["message"], why);
    assert_eq!(waiting(&harness, "bad").1, why);
    assert!(harness.told("bad").contains(&format!("Failed: Error: {why} x3")));
}

#[test]
fn variables_from_what_is_not_there_yet() {
    let mut harness = Harness::new();
    let mut app = script("app", "echo $COLOR; sleep 600");
    app["envFrom"] = json!([{ "configMapRef": { "name": "settings" } }]);
    harness.bind("web", json!({ "containers": [app] }));
    harness.run_for(20.0);
    let missing = "configmap \"settings\" not found";
    assert_eq!(waiting(&harness, "web"), ("CreateContainerConfigError".into(), missing.into()));
    assert_eq!(harness.told("web"), [format!("Failed: Error: {missing} x3")]);
    harness.create("configmaps", "settings", json!({ "data": { "COLOR": "blue" } }));
    harness.run_for(20.0);
    assert_eq!(harness.story("web").last().unwrap(), "Running | app running ready");
    assert_eq!(harness.log("web", "app", false), Ok("blue\n".to_owned()));
}

#[test]
fn files_from_what_is_not_there_yet() {
    let mut harness = Harness::new();
    let mut app = script("app", "cat /etc/config/COLOR; sleep 600");
    app["volumeMounts"] = json!([{ "name": "config", "mountPath": "/etc/config" }]);
    let volume = json!({ "name": "config", "configMap": { "name": "settings" } });
    harness.bind("web", json!({ "containers": [app], "volumes": [volume] }));
    harness.run_for(130.0);
    assert_eq!(waiting(&harness, "web").0, "ContainerCreating");
    let mut told = harness.told("web");
    told.sort();
    assert_eq!(
        told,
        [
            "FailedMount: MountVolume.SetUp failed for volume \"config\" : configmap \"settings\" not found x8",
            "FailedMount: Unable to attach or mount volumes: unmounted volumes=[config], unattached volumes=[], failed to process volumes=[]: context deadline exceeded",
        ]
    );
    harness.create("configmaps", "settings", json!({ "data": { "COLOR": "blue\n" } }));
    harness.run_for(130.0);
    assert_eq!(harness.log("web", "app", false), Ok("blue\n".to_owned()));
}

#[test]
fn a_hook_that_fails_after_the_start() {
    let mut harness = Harness::new();
    let mut app = script("app", "trap 'exit 0' TERM; sleep 600 & wait");
    app["lifecycle"] = json!({ "postStart": { "exec": { "command": ["false"] } } });
    harness.bind("web", json!({ "containers": [app] }));
    harness.run_for(8.0);
    assert_eq!(
        harness.story("web")[2..4],
        [
            "Running | app waiting PostStartHookError",
            "Running | app waiting PostStartHookError restarts=1",
        ]
    );
    let told = harness.told("web");
    assert!(told.contains(&"FailedPostStartHook: PostStartHook failed x2".to_owned()), "{told:?}");
    assert!(told.contains(&"Killing: FailedPostStartHook x2".to_owned()), "{told:?}");
}

#[test]
fn a_hook_after_the_start_holds_up_what_comes_then() {
    let mut harness = Harness::new();
    let mut first = script("first", "sleep 600");
    first["lifecycle"] = json!({ "postStart": { "exec": { "command": ["sleep", "3"] } } });
    harness.bind("web", json!({ "containers": [first, script("second", "sleep 600")] }));
    harness.run_for(3.0);
    assert!(harness.kubelet.container("lab", "web", "first").is_some());
    assert!(harness.kubelet.container("lab", "web", "second").is_none());
    harness.run_for(2.0);
    assert_eq!(
        harness.story("web").last().unwrap(),
        "Running | first running ready | second running ready"
    );
}

#[test]
fn nobody_runs_as_root_who_must_not() {
    let rows = [
        (
            json!({ "runAsNonRoot": true }),
            "container has runAsNonRoot and image will run as root (pod: \"web_lab(UID)\", container: app)",
        ),
        (
            json!({ "runAsNonRoot": true, "runAsUser": 0 }),
            "container's runAsUser breaks non-root policy (pod: \"web_lab(UID)\", container: app)",
        ),
    ];
    for (context, wanted) in rows {
        let mut harness = Harness::new();
        let mut app = script("app", "sleep 600");
        app["securityContext"] = context;
        harness.bind("web", json!({ "containers": [app] }));
        harness.run_for(3.0);
        assert_eq!(waiting(&harness, "web").0, "CreateContainerConfigError");
        assert_eq!(harness.told("web"), [format!("Failed: Error: {wanted} x2")]);
    }
    let mut harness = Harness::new();
    let mut app = script("app", "sleep 600");
    app["securityContext"] = json!({ "runAsNonRoot": true, "runAsUser": 1000, "runAsGroup": 3000 });
    harness.bind("web", json!({ "securityContext": { "fsGroup": 2000 }, "containers": [app] }));
    harness.run_for(3.0);
    assert_eq!(
        harness.pod("web")["status"]["containerStatuses"][0]["user"],
        json!({ "linux": { "uid": 1000, "gid": 3000, "supplementalGroups": [3000, 2000] } })
    );
}

#[test]
fn a_spec_that_cannot_be_read_is_told() {
    let mut harness = Harness::new();
    harness.bind("odd", json!({ "containers": "none" }));
    harness.run_for(3.0);
    let told = harness.told("odd");
    assert!(
        told[0].starts_with("FailedSync: The sandbox cannot read the pod's spec: "),
        "{told:?}"
    );
}

#[test]
fn a_volume_of_another_kind_says_that_it_is_simulated() {
    let mut harness = Harness::new();
    let mut app = script("app", "ls /data; sleep 600");
    app["volumeMounts"] = json!([{ "name": "data", "mountPath": "/data" }]);
    let volume = json!({ "name": "data", "nfs": { "server": "nfs.example", "path": "/" } });
    harness.bind("web", json!({ "containers": [app], "volumes": [volume] }));
    harness.run_for(5.0);
    assert_eq!(harness.story("web").last().unwrap(), "Running | app running ready");
    assert_eq!(
        harness.told("web"),
        ["Simulated: The sandbox has no volumes of kind nfs: volume \"data\" is an empty folder"]
    );
}

#[test]
fn a_pull_secret_that_is_not_there_is_told() {
    let mut harness = Harness::new();
    let secrets = json!([{ "name": "registry" }]);
    let containers = [script("app", "sleep 600")];
    harness.bind("web", json!({ "imagePullSecrets": secrets, "containers": containers }));
    harness.run_for(5.0);
    assert_eq!(harness.story("web").last().unwrap(), "Running | app running ready");
    assert_eq!(
        harness.told("web"),
        ["FailedToRetrieveImagePullSecret: Unable to retrieve some image pull secrets \
          (registry); attempting to pull the image may not succeed. x2"]
    );
}

/// Of a container that fails at once the first restart comes at once, too. That it is held
/// back is its status only when the wait is over or very long: a kubelet of 1.36 looks at
/// the pod again when the wait ends, as the recording shows.
#[test]
fn a_crash_loop_says_so_before_it_starts_again() {
    for spec in [
        json!({ "containers": [script("app", "echo crashing; exit 7")] }),
        json!({ "initContainers": [script("app", "exit 7")], "containers": [script("web", "true")] }),
    ] {
        let mut harness = Harness::new();
        harness.bind("web", spec);
        harness.run_for(2.0);
        let last = harness.story("web").pop().unwrap();
        assert!(last.contains("app terminated Error restarts=1"), "{last}");
        harness.run_for(60.0);
        let story = harness.story("web");
        let states: Vec<&str> =
            story.iter().map(|line| line.split(" | ").nth(1).unwrap_or_default()).collect();
        assert_eq!(
            states[states.len() - 4..],
            [
                "app waiting CrashLoopBackOff restarts=1",
                "app terminated Error restarts=2",
                "app waiting CrashLoopBackOff restarts=2",
                "app terminated Error restarts=3",
            ]
        );
    }
}
