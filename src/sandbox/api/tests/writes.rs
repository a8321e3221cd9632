use serde_json::{Value, json};

use super::super::{Reply, Request};
use super::bench::{Bench, PODS, pod};

#[test]
fn what_cannot_be_created_is_told() {
    let mut bench = Bench::new();
    bench.post(PODS, pod("a"));
    let foo = |mut pod: Value| {
        pod["spec"]["containers"][0]["foo"] = json!(1);
        pod
    };
    let versioned = |mut pod: Value| {
        pod["metadata"]["resourceVersion"] = json!("1");
        pod
    };
    let rows = [
        (PODS, pod("a"), 409, "pods \"a\" already exists"),
        ("/api/v1/namespaces/nowhere/pods", pod("b"), 404, "namespaces \"nowhere\" not found"),
        (
            "/api/v1/namespaces/lab/pods?fieldValidation=Strict",
            foo(pod("b")),
            400,
            "Pod in version \"v1\" cannot be handled as a Pod: strict decoding error: unknown field \"spec.containers[0].foo\"",
        ),
        (
            PODS,
            json!({"metadata": {"name": "b"}}),
            422,
            "Pod \"b\" is invalid: spec.containers: Required value",
        ),
        (
            PODS,
            json!({"metadata": {"name": "b", "namespace": "other"}}),
            400,
            "the namespace of the provided object does not match the namespace sent on the request",
        ),
        (
            PODS,
            json!({"apiVersion": "apps/v1", "kind": "Pod"}),
            400,
            "Pod in version \"v1\" cannot be handled as a Pod: no kind \"Pod\" is registered for version \"apps/v1\" in scheme \"pkg/api/legacyscheme/scheme.go:30\"",
        ),
        (
            PODS,
            versioned(pod("b")),
            500,
            "resourceVersion should not be set on objects to be created",
        ),
        (
            PODS,
            json!({"metadata": {"name": "b"}, "spec": {"containers": [{"name": "c", "image": "i", "command": "ls"}]}}),
            400,
            "Pod in version \"v1\" cannot be handled as a Pod: json: cannot unmarshal string into Go struct field Container.spec.containers.command of type []string",
        ),
    ];
    for (target, object, code, words) in rows {
        assert_eq!(bench.refused("POST", target, object), (code, words.to_owned()));
    }
}

#[test]
fn unknown_and_repeated_fields_are_warned_of() {
    let mut bench = Bench::new();
    let mut request = Request::new("POST", PODS);
    request.body = br#"{"metadata":{"name":"a"},"spec":{"foo":1,"containers":[{"name":"c","image":"i","image":"j"}]}}"#.to_vec();
    let Reply::Answer(answer) = bench.send(&request) else { panic!() };
    let warnings: Vec<&str> = answer.headers.iter().map(|(_, value)| value.as_str()).collect();
    assert_eq!(answer.status, 201);
    assert_eq!(
        warnings,
        [
            r#"299 - "duplicate field \"spec.containers[0].image\"""#,
            r#"299 - "unknown field \"spec.foo\"""#,
        ]
    );
}

#[test]
fn what_nothing_acts_on_says_so() {
    let mut bench = Bench::new();
    let policy = json!({"metadata": {"name": "deny"}, "spec": {"podSelector": {}}});
    let target = "/apis/networking.k8s.io/v1/namespaces/lab/networkpolicies";
    let (answer, _) = bench.ask("POST", target, policy);
    assert_eq!(
        answer.headers,
        [(
            "Warning".to_owned(),
            "299 - \"the podlab sandbox stores networkpolicies.networking.k8s.io but nothing acts on them\"".to_owned()
        )]
    );
}

/// Whatever has a controller acts, and only that: `resources.txt` says so to everybody.
#[test]
fn what_is_only_stored_has_no_controller() {
    let mut bench = Bench::new();
    for (target, kind, acts) in [
        ("/api/v1/namespaces/lab/limitranges", "LimitRange", false),
        ("/api/v1/namespaces/lab/resourcequotas", "ResourceQuota", false),
        ("/apis/networking.k8s.io/v1/namespaces/lab/ingresses", "Ingress", false),
        ("/apis/rbac.authorization.k8s.io/v1/namespaces/lab/roles", "Role", false),
        (
            "/apis/autoscaling/v2/namespaces/lab/horizontalpodautoscalers",
            "HorizontalPodAutoscaler",
            false,
        ),
        ("/api/v1/namespaces/lab/replicationcontrollers", "ReplicationController", true),
        ("/apis/policy/v1/namespaces/lab/poddisruptionbudgets", "PodDisruptionBudget", true),
        ("/api/v1/namespaces/lab/configmaps", "ConfigMap", true),
    ] {
        let labels = json!({"app": "web"});
        let object = json!({"kind": kind, "metadata": {"name": "a"}, "spec": {
            "selector": if kind == "ReplicationController" { labels.clone() } else { json!({"matchLabels": labels}) },
            "template": {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "c", "image": "i"}]}},
            "defaultBackend": {"service": {"name": "web", "port": {"number": 80}}},
            "scaleTargetRef": {"kind": "Deployment", "name": "web"}, "maxReplicas": 2,
        }});
        let (answer, body) = bench.ask("POST", &format!("{target}?fieldValidation=Ignore"), object);
        assert_eq!(answer.status, 201, "{body}");
        let told = answer.headers.iter().any(|(_, words)| words.contains("podlab sandbox"));
        assert_eq!(told, !acts, "{kind}: {:?}", answer.headers);
    }
}

#[test]
fn a_dry_run_leaves_everything_as_it_was() {
    let mut bench = Bench::new();
    let before = bench.store.revision();
    let (answer, body) = bench.ask("POST", &format!("{PODS}?dryRun=All"), pod("a"));
    assert_eq!((answer.status, &body["status"]["phase"]), (201, &json!("Pending")));
    assert_eq!(bench.store.revision(), before);
    bench.post(PODS, pod("a"));
    let before = bench.store.revision();
    let target = format!("{PODS}/a?dryRun=All");
    bench.ask_as(
        "PATCH",
        &target,
        "application/merge-patch+json",
        json!({"metadata": {"labels": {"x": "y"}}}),
    );
    bench.ask("DELETE", &target, Value::Null);
    assert_eq!(bench.store.revision(), before);
    assert_eq!(bench.refused("POST", &format!("{PODS}?dryRun=Some"), pod("b")).0, 422);
}

#[test]
fn an_update_keeps_what_only_the_server_changes() {
    let mut bench = Bench::new();
    let created = bench.post(PODS, pod("a"));
    let mut changed = created.clone();
    changed["metadata"]["labels"]["tier"] = json!("front");
    changed["metadata"]["uid"] = json!(created["metadata"]["uid"]);
    changed["status"]["phase"] = json!("Running");
    let (answer, body) = bench.ask("PUT", &format!("{PODS}/a"), changed.clone());
    assert_eq!(answer.status, 200, "{body}");
    assert_eq!(body["status"]["phase"], "Pending");
    assert_eq!(body["metadata"]["generation"], 1);
    let words = "Operation cannot be fulfilled on pods \"a\": the object has been modified; please apply your changes to the latest version and try again";
    assert_eq!(
        bench.refused("PUT", &format!("{PODS}/a"), changed.clone()),
        (409, words.to_owned())
    );
    changed["metadata"]["resourceVersion"] = json!("");
    let (answer, body) = bench.ask("PUT", &format!("{PODS}/a/status"), changed);
    assert_eq!((answer.status, &body["status"]["phase"]), (200, &json!("Running")));
}

#[test]
fn a_scale_changes_the_number_alone() {
    let mut bench = Bench::new();
    let deployment = json!({"metadata": {"name": "web"}, "spec": {"selector": {"matchLabels": {"app": "web"}},
        "template": {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "c", "image": "i"}]}}}});
    bench.post("/apis/apps/v1/namespaces/lab/deployments", deployment);
    let target = "/apis/apps/v1/namespaces/lab/deployments/web/scale";
    let mut scale = bench.get(target);
    assert_eq!(
        (&scale["spec"]["replicas"], &scale["status"]["selector"]),
        (&json!(1), &json!("app=web"))
    );
    scale["spec"]["replicas"] = json!(3);
    let (_, body) = bench.ask("PUT", target, scale);
    assert_eq!(body["spec"]["replicas"], 3);
    let patch = json!({"spec": {"replicas": 5}});
    let (_, body) = bench.ask_as("PATCH", target, "application/merge-patch+json", patch);
    assert_eq!(body["spec"]["replicas"], 5);
    let web = bench.get("/apis/apps/v1/namespaces/lab/deployments/web");
    assert_eq!((&web["spec"]["replicas"], &web["metadata"]["generation"]), (&json!(5), &json!(3)));
}

#[test]
fn a_pod_is_bound_and_evicted() {
    let mut bench = Bench::new();
    bench.post(PODS, pod("a"));
    let binding = json!({"metadata": {"name": "a"}, "target": {"kind": "Node", "name": "node-1"}});
    let (answer, _) = bench.ask("POST", &format!("{PODS}/a/binding"), binding.clone());
    assert_eq!(answer.status, 201);
    assert_eq!(bench.get(&format!("{PODS}/a"))["spec"]["nodeName"], "node-1");
    assert_eq!(bench.refused("POST", &format!("{PODS}/a/binding"), binding).0, 409);
    let eviction = json!({"metadata": {"name": "a"}, "deleteOptions": {"gracePeriodSeconds": 5}});
    bench.ask("POST", &format!("{PODS}/a/eviction"), eviction);
    assert_eq!(bench.get(&format!("{PODS}/a"))["metadata"]["deletionGracePeriodSeconds"], 5);
}

#[test]
fn protobuf_bodies_are_read() {
    // A namespace as kubectl writes it: `create namespace foo`.
    let raw = b"\n\x05\n\x03foo\x12\x00\x1a\x00";
    let mut body = b"k8s\0\n\x0f\n\x02v1\x12\tNamespace\x12".to_vec();
    body.push(u8::try_from(raw.len()).unwrap());
    body.extend_from_slice(raw);
    body.extend_from_slice(b"\x1a\x00\"\x00");
    let mut bench = Bench::new();
    let mut request = Request::new("POST", "/api/v1/namespaces");
    request.content_type = "application/vnd.kubernetes.protobuf".to_owned();
    request.body = body;
    let Reply::Answer(answer) = bench.send(&request) else { panic!() };
    assert_eq!(answer.status, 201, "{}", String::from_utf8_lossy(&answer.body));
    assert_eq!(bench.get("/api/v1/namespaces/foo")["status"]["phase"], "Active");
}

#[test]
fn a_pod_stays_where_its_budget_has_none_to_spare() {
    let mut bench = Bench::new();
    bench.post(PODS, pod("a"));
    let budgets = "/apis/policy/v1/namespaces/lab/poddisruptionbudgets";
    let budget = json!({"metadata": {"name": "keep"}, "spec": {"minAvailable": 1,
        "selector": {"matchLabels": {"app": "a"}}}});
    let (answer, _) = bench.ask("POST", budgets, budget);
    assert_eq!(
        (answer.status, answer.headers),
        (201, Vec::new()),
        "it acts, so nothing is warned of"
    );
    let eviction =
        json!({"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": "a"}});
    let target = format!("{PODS}/a/eviction");
    let merge = "application/merge-patch+json";
    let running = json!({"status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}});
    bench.ask_as("PATCH", &format!("{PODS}/a/status"), merge, running);
    let violates = "Cannot evict pod as it would violate the pod's disruption budget.";
    let (answer, body) = bench.ask("POST", &target, eviction.clone());
    assert_eq!((answer.status, &body["message"]), (429, &json!(violates)));
    assert_eq!(
        body["details"]["causes"][0]["message"],
        "The disruption budget keep is still being processed by the server."
    );
    assert_eq!(answer.headers, [("Retry-After".to_owned(), "10".to_owned())]);
    let status = |allowed: u32| {
        json!({"status": {"observedGeneration": 1, "expectedPods": 1,
        "desiredHealthy": 1, "currentHealthy": 1, "disruptionsAllowed": allowed}})
    };
    bench.ask_as("PATCH", &format!("{budgets}/keep/status"), merge, status(0));
    let (answer, body) = bench.ask("POST", &target, eviction.clone());
    assert_eq!((answer.status, &body["reason"]), (429, &json!("TooManyRequests")));
    assert_eq!(
        body["details"]["causes"][0]["message"],
        "The disruption budget keep needs 1 healthy pods and has 1 currently"
    );
    bench.ask_as("PATCH", &format!("{budgets}/keep/status"), merge, status(1));
    let other = json!({"metadata": {"name": "b"}});
    assert_eq!(
        bench.refused("POST", &target, other),
        (400, "name in URL does not match name in Eviction object".to_owned())
    );
    assert_eq!(bench.ask("POST", &target, eviction).0.status, 201);
    assert!(bench.store.get("pods", "lab", "a").is_none());
}
