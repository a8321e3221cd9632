//! Probes of running containers, and what they lead to.

use serde_json::{Value, json};

use super::harness::Harness;
use super::lifecycle_tests::script;

/// What is told of a pod whose container has one probe, after some seconds. Readiness is
/// asked twice to begin with: when the container runs, and when that is known not to be ready.
fn told_of(kind: &str, probe: Value, mut container: Value, seconds: f64) -> Vec<String> {
    let mut harness = Harness::new();
    container[kind] = probe;
    harness.bind("web", json!({ "containers": [container] }));
    harness.run_for(seconds);
    let told = harness.told("web").into_iter();
    told.map(|line| line.trim_end_matches(" x2").to_owned()).collect()
}

fn web() -> Value {
    let ports = json!([{ "name": "http", "containerPort": 80 }]);
    json!({ "name": "app", "image": "example.org/web", "ports": ports })
}

#[test]
fn each_kind_of_probe_fails_in_its_own_words() {
    let sleeper = script("app", "sleep 600");
    let timed_out = "context deadline exceeded (Client.Timeout exceeded while awaiting headers)";
    let rows = [
        (
            json!({ "exec": { "command": ["cat", "/tmp/healthy"] } }),
            "cat: can't open '/tmp/healthy': No such file or directory".to_owned(),
        ),
        (
            json!({ "exec": { "command": ["sleep", "5"] } }),
            "command timed out: \"sleep 5\" timed out after 1s".to_owned(),
        ),
        (
            json!({ "tcpSocket": { "port": 80 } }),
            "dial tcp 10.20.1.2:80: connect: connection refused".to_owned(),
        ),
        (
            json!({ "httpGet": { "port": 80, "path": "/ready" } }),
            "Get \"http://10.20.1.2:80/ready\": dial tcp 10.20.1.2:80: connect: connection refused"
                .to_owned(),
        ),
        (
            json!({ "httpGet": { "port": 80, "host": "127.0.0.1" } }),
            "Get \"http://127.0.0.1:80/\": dial tcp 127.0.0.1:80: connect: connection refused"
                .to_owned(),
        ),
        (
            json!({ "httpGet": { "port": 80, "host": "192.0.2.1" } }),
            format!("Get \"http://192.0.2.1:80/\": {timed_out}"),
        ),
        (
            json!({ "httpGet": { "port": 80, "host": "web.example" } }),
            "Get \"http://web.example:80/\": dial tcp: lookup web.example: no such host".to_owned(),
        ),
        (
            json!({ "grpc": { "port": 9090 } }),
            "timeout: failed to connect service \"10.20.1.2:9090\" within 1s: context deadline exceeded"
                .to_owned(),
        ),
    ];
    for (probe, wanted) in rows {
        let told = told_of("readinessProbe", probe.clone(), sleeper.clone(), 4.0);
        assert_eq!(told, [format!("Unhealthy: Readiness probe failed: {wanted}")], "{probe}");
    }
}

#[test]
fn what_cannot_be_asked_is_an_error() {
    let rows = [
        (json!({ "httpGet": { "port": "nosuch" } }), "couldn't find port: nosuch"),
        (json!({ "tcpSocket": { "port": 0 } }), "invalid port number: 0"),
        (json!({}), "missing probe handler for app"),
    ];
    for (probe, wanted) in rows {
        let told = told_of("readinessProbe", probe.clone(), script("app", "sleep 600"), 4.0);
        let wanted =
            format!("Unhealthy: Readiness probe errored and resulted in unknown state: {wanted}");
        assert_eq!(told, [wanted], "{probe}");
    }
    let probe = json!({ "exec": { "command": ["nosuch"] } });
    let told = told_of("readinessProbe", probe, script("app", "sleep 600"), 4.0);
    let begin = "Unhealthy: Readiness probe errored and resulted in unknown state: rpc error: \
                 code = Unknown desc = failed to exec in container: failed to start exec \"";
    assert!(told[0].starts_with(begin), "{told:?}");
    assert!(told[0].ends_with("exec: \"nosuch\": executable file not found in $PATH"), "{told:?}");
}

#[test]
fn servers_answer() {
    let rows = [
        json!({ "httpGet": { "port": "http", "path": "/" } }),
        json!({ "httpGet": { "port": "http", "path": "/moved" } }),
        json!({ "httpGet": { "port": 80, "path": "slow" }, "timeoutSeconds": 4 }),
        json!({ "httpGet": { "port": "80" } }),
        json!({ "tcpSocket": { "port": "http" } }),
        json!({ "grpc": { "port": 80 } }),
    ];
    for probe in rows {
        let mut harness = Harness::new();
        let mut container = web();
        container["readinessProbe"] = probe.clone();
        harness.bind("web", json!({ "containers": [container] }));
        harness.run_for(6.0);
        assert_eq!(harness.story("web").last().unwrap(), "Running | app running ready", "{probe}");
        assert_eq!(harness.told("web"), [""; 0], "{probe}");
    }
}

#[test]
fn servers_answer_otherwise() {
    let rows = [
        (
            json!({ "httpGet": { "port": 80, "scheme": "HTTPS" } }),
            "Unhealthy: Readiness probe failed: Get \"https://10.20.1.2:80/\": http: server gave \
             HTTP response to HTTPS client",
        ),
        (
            json!({ "httpGet": { "port": 80, "path": "/missing" } }),
            "Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 404",
        ),
        (
            json!({ "httpGet": { "port": 80, "path": "/slow" } }),
            "Unhealthy: Readiness probe failed: Get \"http://10.20.1.2:80/slow\": context \
             deadline exceeded (Client.Timeout exceeded while awaiting headers)",
        ),
        (
            json!({ "httpGet": { "port": 80, "path": "/away" } }),
            "ProbeWarning: Readiness probe warning: Probe terminated redirects, Response body: bye",
        ),
    ];
    for (probe, wanted) in rows {
        let told = told_of("readinessProbe", probe.clone(), web(), 4.0);
        assert_eq!(told, [wanted], "{probe}");
    }
}

#[test]
fn readiness_decides_about_ready_and_nothing_else() {
    let mut harness = Harness::new();
    let mut app = script("app", "sleep 4; touch /tmp/ready; sleep 10; rm /tmp/ready; sleep 600");
    app["readinessProbe"] = json!({ "exec": { "command": ["cat", "/tmp/ready"] }, "periodSeconds": 2, "failureThreshold": 2 });
    harness.bind("web", json!({ "containers": [app] }));
    harness.run_for(40.0);
    assert_eq!(
        harness.story("web")[2..],
        ["Running | app running", "Running | app running ready", "Running | app running"]
    );
    let ready = &harness.pod("web")["status"]["conditions"][2];
    assert_eq!(ready["type"], "Ready");
    assert_eq!(ready["status"], "False");
    assert_eq!(ready["message"], "containers with unready status: [app]");
    assert_eq!(harness.pod("web")["status"]["containerStatuses"][0]["restartCount"], 0);
}

#[test]
fn a_container_that_does_not_start_up_is_started_again() {
    let mut harness = Harness::new();
    let mut app = script("app", "trap 'exit 0' TERM; sleep 600 & wait");
    app["startupProbe"] =
        json!({ "exec": { "command": ["false"] }, "periodSeconds": 5, "failureThreshold": 2 });
    app["livenessProbe"] = json!({ "exec": { "command": ["false"] }, "failureThreshold": 1 });
    harness.bind("web", json!({ "containers": [app] }));
    harness.run_for(13.0);
    assert_eq!(
        harness.story("web")[2..],
        ["Running | app running", "Running | app running restarts=1"]
    );
    assert_eq!(
        harness.told("web"),
        [
            "Unhealthy: Startup probe failed: x2",
            "Killing: Container app failed startup probe, will be restarted",
        ],
        "the liveness probe is not asked before"
    );
}

#[test]
fn the_startup_probe_gives_way_to_the_others() {
    let mut harness = Harness::new();
    let mut app = script("app", "sleep 3; touch /tmp/up; sleep 600");
    app["startupProbe"] = json!({ "exec": { "command": ["cat", "/tmp/up"] }, "periodSeconds": 1, "failureThreshold": 30 });
    app["readinessProbe"] = json!({ "exec": { "command": ["true"] } });
    harness.bind("web", json!({ "containers": [app] }));
    harness.run_for(8.0);
    assert_eq!(harness.story("web")[2..], ["Running | app running", "Running | app running ready"]);
    assert_eq!(harness.pod("web")["status"]["containerStatuses"][0]["started"], true);
}

#[test]
fn a_probe_may_have_a_grace_of_its_own() {
    let mut harness = Harness::new();
    let mut app = script("app", "sleep 600");
    app["livenessProbe"] = json!({
        "exec": { "command": ["false"] },
        "periodSeconds": 1,
        "failureThreshold": 1,
        "terminationGracePeriodSeconds": 3,
    });
    harness.bind("web", json!({ "containers": [app] }));
    harness.run_for(8.0);
    assert_eq!(harness.story("web").last().unwrap(), "Running | app running ready restarts=1");
}

#[test]
fn a_pod_that_never_restarts_ends_with_its_liveness() {
    let mut harness = Harness::new();
    let mut app = script("app", "trap 'exit 0' TERM; sleep 600 & wait");
    app["livenessProbe"] =
        json!({ "exec": { "command": ["false"] }, "periodSeconds": 1, "failureThreshold": 1 });
    harness.bind("web", json!({ "restartPolicy": "Never", "containers": [app] }));
    harness.run_for(10.0);
    assert_eq!(harness.story("web").last().unwrap(), "Succeeded | app terminated Completed");
}

#[test]
fn a_probe_that_changes_nothing_writes_nothing() {
    let mut harness = Harness::new();
    let mut app = script("app", "sleep 100000");
    app["livenessProbe"] = json!({ "exec": { "command": ["true"] }, "periodSeconds": 1 });
    app["readinessProbe"] = json!({ "exec": { "command": ["true"] }, "periodSeconds": 1 });
    harness.bind("web", json!({ "containers": [app] }));
    harness.run_for(10.0);
    let revision = harness.store.revision();
    harness.run_for(200.0);
    assert_eq!(harness.store.revision(), revision);
}
