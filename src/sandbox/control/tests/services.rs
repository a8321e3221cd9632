use serde_json::{Value, json};

use super::super::super::fields;
use super::bench::{Bench, pod};

fn balanced(name: &str) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Service", "metadata": { "name": name },
        "spec": { "type": "LoadBalancer", "ports": [{ "port": 80 }], "selector": { "app": "web" } },
        "status": { "loadBalancer": {} },
    })
}

fn address(bench: &Bench, name: &str) -> String {
    fields::text(&bench.get("services", name), "status.loadBalancer.ingress.0.ip").to_owned()
}

#[test]
fn a_load_balancer_gets_its_address_after_a_moment() {
    let mut bench = Bench::new();
    bench.create("services", balanced("web"));
    bench.pass(1);
    assert_eq!(address(&bench, "web"), "");
    assert_eq!(bench.events_of("web"), ["Normal EnsuringLoadBalancer: Ensuring load balancer"]);
    bench.pass(1);
    assert_eq!(address(&bench, "web"), "10.30.0.10");
    assert_eq!(bench.events_of("web")[1], "Normal EnsuredLoadBalancer: Ensured load balancer");
    bench.create("services", balanced("other"));
    bench.pass(2);
    assert_eq!(address(&bench, "other"), "10.30.0.11");
    bench.delete("services", "web", None);
    bench.create("services", balanced("third"));
    bench.pass(2);
    assert_eq!(address(&bench, "third"), "10.30.0.10", "an address that is free again");
    bench.edit("services", "third", "spec.type", "ClusterIP");
    bench.settle();
    assert_eq!(bench.get("services", "third")["status"]["loadBalancer"], json!({}));
}

#[test]
fn a_budget_says_how_many_may_go() {
    let mut bench = Bench::new();
    bench.create(
        "poddisruptionbudgets.policy",
        json!({
            "apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": { "name": "web" },
            "spec": { "minAvailable": 1, "selector": { "matchLabels": { "app": "web" } } },
        }),
    );
    bench.create("pods", pod("web", &json!({})));
    bench.settle();
    let status = bench.get("poddisruptionbudgets.policy", "web")["status"].clone();
    assert_eq!(
        ["currentHealthy", "desiredHealthy", "disruptionsAllowed", "expectedPods"]
            .map(|name| status[name].as_i64().unwrap()),
        [1, 1, 0, 1]
    );
    assert_eq!(
        bench.conditions("poddisruptionbudgets.policy", "web"),
        ["DisruptionAllowed=False InsufficientPods: "]
    );
    let mut second = pod("web2", &json!({}));
    fields::set(&mut second, "metadata.labels", json!({ "app": "web" }));
    bench.create("pods", second);
    bench.settle();
    assert_eq!(bench.get("poddisruptionbudgets.policy", "web")["status"]["disruptionsAllowed"], 1);
}

#[test]
fn what_is_not_simulated_is_said_once() {
    let mut bench = Bench::new();
    let mut service = balanced("web");
    fields::set(&mut service, "spec.loadBalancerSourceRanges", json!(["10.0.0.0/8"]));
    bench.create("services", service);
    bench.pass(10);
    assert_eq!(
        bench.events_of("web")[1],
        "Warning NotSimulated: the podlab sandbox does not act on spec.loadBalancerSourceRanges"
    );
    bench.create("services", balanced("plain"));
    bench.pass(10);
    assert_eq!(bench.events_of("plain").len(), 2, "{:?}", bench.events_of("plain"));
}

#[test]
fn an_autoscaler_is_told_that_nothing_is_measured() {
    let mut bench = Bench::new();
    bench.create("horizontalpodautoscalers.autoscaling", json!({
        "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": { "name": "web" },
        "spec": { "maxReplicas": 3, "scaleTargetRef": { "apiVersion": "apps/v1", "kind": "Deployment", "name": "web" } },
    }));
    bench.settle();
    assert_eq!(
        bench.events_of("web"),
        [
            "Warning FailedGetResourceMetric: the sandbox measures no load, so that it has no metrics to scale by"
        ]
    );
}
