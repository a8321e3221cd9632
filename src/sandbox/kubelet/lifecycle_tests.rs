//! Pods from their binding to their end.

use serde_json::{Value, json};

use super::harness::Harness;

fn script(name: &str, script: &str) -> Value {
    json!({ "name": name, "image": "busybox", "command": ["sh", "-c", script] })
}

fn show(what: &str, harness: &Harness, pod: &str) {
    println!("=== {what}");
    for l in harness.story(pod) { println!("        {l:?},"); }
    println!("  ---");
    for l in harness.told(pod) { println!("        {l:?},"); }
}

#[test]
fn show_all() {
    let mut h = Harness::new();
    h.bind("job", json!({ "restartPolicy": "Never", "containers": [script("app", "echo hi; sleep 1; exit 0")] }));
    h.run_for(10.0);
    show("job", &h, "job");

    let mut h = Harness::new();
    h.bind("bad", json!({ "restartPolicy": "Never", "initContainers": [script("one", "sleep 1; exit 3"), script("two", "true")], "containers": [script("app", "sleep 9")] }));
    h.run_for(10.0);
    show("init never", &h, "bad");

    let mut h = Harness::new();
    h.bind("bad", json!({ "initContainers": [script("one", "sleep 1; exit 3"), script("two", "true")], "containers": [script("app", "sleep 9")] }));
    h.run_for(40.0);
    show("init always", &h, "bad");

    let mut h = Harness::new();
    let mut side = script("side", "sleep 600"); side["restartPolicy"] = json!("Always"); side["env"] = json!([{"name": "POLITE"}]);
    h.bind("with-sidecar", json!({ "restartPolicy": "Never", "initContainers": [script("setup", "sleep 1"), side], "containers": [script("app", "sleep 3")] }));
    h.run_for(40.0);
    show("sidecar", &h, "with-sidecar");

    let mut h = Harness::new();
    let mut main = script("app", "sleep 600"); main["env"] = json!([{"name": "POLITE"}]); main["lifecycle"] = json!({"preStop": {"sleep": {"seconds": 4}}});
    h.bind("gone", json!({ "containers": [main] }));
    h.run_for(5.0);
    h.delete("gone", 30);
    h.run_for(10.0);
    show("prestop", &h, "gone");

    let mut h = Harness::new();
    h.bind_script("stubborn", "sleep 600");
    h.run_for(5.0);
    h.delete("stubborn", 3);
    h.run_for(10.0);
    show("stubborn", &h, "stubborn");

    let mut h = Harness::new();
    h.bind("late", json!({ "activeDeadlineSeconds": 5, "terminationGracePeriodSeconds": 1, "containers": [script("app", "sleep 600")] }));
    h.run_for(20.0);
    show("deadline", &h, "late");
    println!("{}", h.pod("late")["status"]);

    let mut h = Harness::new();
    h.bind("image", json!({ "terminationGracePeriodSeconds": 1, "containers": [script("app", "sleep 600")] }));
    h.run_for(5.0);
    h.change("image", |pod| { pod["spec"]["containers"][0]["image"] = json!("nginx"); pod["metadata"]["generation"] = json!(2); });
    h.run_for(10.0);
    show("image change", &h, "image");

    let mut h = Harness::new();
    h.bind_script("debugged", "sleep 600");
    h.run_for(5.0);
    h.change("debugged", |pod| { pod["spec"]["ephemeralContainers"] = json!([{ "name": "debugger", "image": "busybox", "command": ["sh", "-c", "sleep 5"], "targetContainerName": "app" }]); });
    h.run_for(20.0);
    show("debug", &h, "debugged");

    let mut h = Harness::new();
    h.bind("msg", json!({ "restartPolicy": "Never", "containers": [script("app", "write /dev/termination-log it was too much; exit 1")] }));
    h.run_for(5.0);
    show("message", &h, "msg");
    println!("{}", h.pod("msg")["status"]["containerStatuses"]);

    let mut h = Harness::new();
    h.bind("nosuch", json!({ "containers": [{ "name": "app", "image": "busybox", "command": ["nosuch"] }] }));
    h.run_for(60.0);
    show("start error", &h, "nosuch");
    println!("{}", h.pod("nosuch")["status"]["containerStatuses"]);

    let mut h = Harness::new();
    h.bind("names", json!({ "containers": [{ "name": "app", "image": "Busy Box" }, { "name": "never", "image": "busybox", "imagePullPolicy": "Never" }, { "name": "unknown", "image": "example.com/unknown:1" }] }));
    h.run_for(20.0);
    show("images", &h, "names");
    println!("{}", h.pod("names")["status"]["containerStatuses"]);

    let mut h = Harness::new();
    let mut c = script("app", "env; sleep 600"); c["envFrom"] = json!([{ "configMapRef": { "name": "settings" } }]);
    h.bind("config", json!({ "containers": [c] }));
    h.run_for(20.0);
    h.create("configmaps", "settings", json!({ "data": { "A": "b" } }));
    h.run_for(20.0);
    show("config", &h, "config");

    let mut h = Harness::new();
    let mut c = script("app", "cat /etc/config/A; sleep 600"); c["volumeMounts"] = json!([{ "name": "config", "mountPath": "/etc/config" }]);
    h.bind("mount", json!({ "containers": [c], "volumes": [{ "name": "config", "configMap": { "name": "settings" } }] }));
    h.run_for(200.0);
    h.create("configmaps", "settings", json!({ "data": { "A": "b" } }));
    h.run_for(130.0);
    show("mount", &h, "mount");

    let mut h = Harness::new();
    let mut c = script("app", "sleep 600"); c["lifecycle"] = json!({"postStart": {"exec": {"command": ["false"]}}});
    h.bind("hook", json!({ "terminationGracePeriodSeconds": 1, "containers": [c] }));
    h.run_for(40.0);
    show("poststart", &h, "hook");

    let mut h = Harness::new();
    let mut c = script("app", "sleep 600"); c["startupProbe"] = json!({"exec": {"command": ["cat", "/tmp/up"]}, "periodSeconds": 2, "failureThreshold": 2});
    c["readinessProbe"] = json!({"exec": {"command": ["true"]}});
    h.bind("startup", json!({ "terminationGracePeriodSeconds": 1, "containers": [c] }));
    h.run_for(20.0);
    show("startup", &h, "startup");

    let mut h = Harness::new();
    let mut c = script("app", "touch /tmp/up; sleep 600"); c["startupProbe"] = json!({"exec": {"command": ["cat", "/tmp/up"]}, "periodSeconds": 2, "failureThreshold": 2});
    c["readinessProbe"] = json!({"exec": {"command": ["sleep", "5"]}, "timeoutSeconds": 1, "periodSeconds": 4});
    h.bind("startup", json!({ "terminationGracePeriodSeconds": 1, "containers": [c] }));
    h.run_for(20.0);
    show("startup ok, readiness timeouts", &h, "startup");

    let mut h = Harness::new();
    h.bind("web", json!({ "containers": [{ "name": "nginx", "image": "nginx", "readinessProbe": { "httpGet": { "port": 81, "path": "/" } }, "livenessProbe": { "httpGet": { "port": "http", "path": "/slow/3" } } , "ports": [{ "name": "http", "containerPort": 80 }] }] }));
    h.run_for(25.0);
    show("http", &h, "web");
    h.delete("web", 30);
    h.run_for(5.0);
    show("http", &h, "web");

    let mut h = Harness::new();
    h.bind("gated", json!({ "readinessGates": [{ "conditionType": "x/y" }], "containers": [script("app", "sleep 600")] }));
    h.run_for(5.0);
    println!("{}", h.pod("gated")["status"]["conditions"][2]);
    h.change("gated", |pod| pod["status"]["conditions"].as_array_mut().unwrap().push(json!({ "type": "x/y", "status": "True" })));
    h.run_for(5.0);
    println!("{}", h.pod("gated")["status"]["conditions"]);
    println!("{:?}", h.kubelet.logs("lab", "gated", "app", true).map(|_| ()));
    println!("{:?}", h.kubelet.logs("lab", "gated", "nope", true).map(|_| ()));
}
