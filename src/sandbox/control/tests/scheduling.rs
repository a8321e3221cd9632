use serde_json::{Value, json};

use super::super::super::fields;
use super::bench::{Bench, pod};

fn node_of(bench: &Bench, name: &str) -> String {
    fields::text(&bench.get("pods", name), "spec.nodeName").to_owned()
}

fn cpu(amount: &str) -> Value {
    json!({ "containers": [{ "name": "main", "image": "nginx:1", "resources": { "requests": { "cpu": amount } } }] })
}

#[test]
fn a_pod_gets_a_node_a_condition_and_an_event() {
    let mut bench = Bench::new();
    bench.create("pods", pod("web", &json!({})));
    bench.control_only();
    let placed = bench.get("pods", "web");
    assert_eq!(placed["spec"]["nodeName"], "node-1");
    assert_eq!(
        placed["status"]["conditions"],
        json!([{
            "type": "PodScheduled", "status": "True", "lastProbeTime": null,
            "lastTransitionTime": "2026-11-22T20:46:11Z",
        }])
    );
    assert_eq!(
        bench.events_of("web"),
        ["Normal Scheduled: Successfully assigned lab/web to node-1"]
    );
}

#[test]
fn pods_are_spread_over_the_nodes() {
    let mut bench = Bench::new();
    for number in 0..6 {
        bench.create("pods", pod(&format!("web-{number}"), &json!({})));
    }
    bench.settle();
    let on_first = bench.pods().iter().filter(|pod| pod["spec"]["nodeName"] == "node-1").count();
    assert_eq!(on_first, 3);
}

#[test]
fn why_a_pod_fits_nowhere_is_told_in_the_words_of_the_scheduler() {
    let hopeless = "no new claims to deallocate, preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.";
    let in_vain = "no new claims to deallocate, preemption: 0/2 nodes are available: 2 No preemption victims found for incoming pod.";
    let required = |term: Value| {
        json!({ "affinity": { "podAffinity": {
            "requiredDuringSchedulingIgnoredDuringExecution": [term],
        } } })
    };
    let cases = [
        (cpu("64"), format!("2 Insufficient cpu. {hopeless}")),
        (cpu("3"), format!("2 Insufficient cpu. {in_vain}")),
        (
            json!({ "nodeSelector": { "disk": "ssd" } }),
            format!("2 node(s) didn't match Pod's node affinity/selector. {hopeless}"),
        ),
        (
            required(json!({
                "topologyKey": "kubernetes.io/hostname",
                "labelSelector": { "matchLabels": { "app": "nobody" } },
            })),
            format!("2 node(s) didn't match pod affinity rules. {hopeless}"),
        ),
        (
            json!({ "volumes": [{ "name": "v", "persistentVolumeClaim": { "claimName": "none" } }] }),
            format!("persistentvolumeclaim \"none\" not found. {hopeless}"),
        ),
        (
            json!({ "preemptionPolicy": "Never", "nodeSelector": { "disk": "ssd" } }),
            "2 node(s) didn't match Pod's node affinity/selector. no new claims to deallocate, preemption: not eligible due to preemptionPolicy=Never.".to_owned(),
        ),
    ];
    for (spec, wanted) in cases {
        let mut bench = Bench::new();
        for number in 0..4 {
            bench.create("pods", pod(&format!("other-{number}"), &cpu("1")));
        }
        bench.settle();
        bench.create("pods", pod("web", &spec));
        bench.settle();
        let wanted = format!("0/2 nodes are available: {wanted}");
        assert_eq!(bench.events_of("web"), [format!("Warning FailedScheduling: {wanted}")]);
        assert_eq!(
            bench.conditions("pods", "web"),
            [format!("PodScheduled=False Unschedulable: {wanted}")]
        );
        assert_eq!(node_of(&bench, "web"), "");
    }
}

#[test]
fn taints_cordons_and_ports_keep_pods_away() {
    let mut bench = Bench::new();
    bench.edit("nodes", "node-1", "spec.unschedulable", true);
    bench.edit(
        "nodes",
        "node-2",
        "spec.taints",
        json!([{ "key": "gpu", "value": "yes", "effect": "NoSchedule" }]),
    );
    bench.create("pods", pod("web", &json!({})));
    bench.settle();
    assert_eq!(
        bench.events_of("web"),
        [
            "Warning FailedScheduling: 0/2 nodes are available: 1 node(s) had untolerated taint(s), 1 node(s) were unschedulable. no new claims to deallocate, preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling."
        ]
    );
    let node = bench.get("nodes", "node-1");
    assert_eq!(node["spec"]["taints"][0]["key"], "node.kubernetes.io/unschedulable");
    let tolerant = json!({ "tolerations": [{ "key": "gpu", "operator": "Exists" }] });
    bench.create("pods", pod("tolerant", &tolerant));
    bench.settle();
    assert_eq!(node_of(&bench, "tolerant"), "node-2");

    // Uncordoned, the node loses its taint, and the pod that waited finds its place.
    bench.edit("nodes", "node-1", "spec.unschedulable", false);
    bench.pass(2);
    assert_eq!(bench.get("nodes", "node-1")["spec"]["taints"], Value::Null);
    assert_eq!(node_of(&bench, "web"), "node-1");

    let port = json!({ "containers": [{ "name": "main", "image": "nginx:1", "ports": [{ "hostPort": 8080, "containerPort": 8080 }] }] });
    for name in ["p1", "p2"] {
        let mut tolerant = pod(name, &port.clone());
        fields::set(&mut tolerant, "spec.tolerations", json!([{ "operator": "Exists" }]));
        bench.create("pods", tolerant.clone());
        bench.settle();
    }
    assert_ne!(node_of(&bench, "p1"), node_of(&bench, "p2"));
    bench.create("pods", pod("p3", &port));
    bench.settle();
    assert!(bench.events_of("p3")[0].contains("1 node(s) didn't have free ports for the requested pod ports, 1 node(s) had untolerated taint(s)."));
}

#[test]
fn a_pod_that_waits_gets_its_place_when_another_goes() {
    let mut bench = Bench::new();
    for name in ["a", "b", "c"] {
        bench.create("pods", pod(name, &cpu("3")));
        bench.settle();
    }
    assert_eq!(node_of(&bench, "c"), "");
    bench.pass(60);
    bench.delete("pods", "a", None);
    bench.settle();
    assert_eq!(node_of(&bench, "c"), "node-1");
    assert_eq!(
        bench.events_of("c").len(),
        2,
        "failed once, then placed: {:?}",
        bench.events_of("c")
    );
}

#[test]
fn a_pod_that_fits_nowhere_is_tried_again_after_five_minutes() {
    let mut bench = Bench::new();
    bench.create("pods", pod("web", &cpu("64")));
    bench.pass(299);
    assert_eq!(bench.events_of("web").len(), 1);
    bench.pass(2);
    assert_eq!(bench.events_of("web").len(), 2);
}

#[test]
fn like_pods_that_want_to_be_apart_are_apart() {
    let mut bench = Bench::new();
    let apart = json!({ "affinity": { "podAntiAffinity": {
        "requiredDuringSchedulingIgnoredDuringExecution": [{
            "topologyKey": "kubernetes.io/hostname",
            "labelSelector": { "matchExpressions": [
                { "key": "app", "operator": "In", "values": ["a", "b", "c"] },
            ] },
        }],
    } } });
    for name in ["a", "b", "c"] {
        bench.create("pods", pod(name, &apart.clone()));
        bench.settle();
    }
    assert_ne!(node_of(&bench, "a"), node_of(&bench, "b"));
    assert!(bench.events_of("c")[0].contains("2 node(s) didn't match pod anti-affinity rules."));
    let spread = json!({ "topologySpreadConstraints": [{
        "maxSkew": 1, "topologyKey": "disk", "whenUnsatisfiable": "DoNotSchedule",
        "labelSelector": {},
    }] });
    bench.create("pods", pod("s", &spread));
    bench.settle();
    assert!(
        bench.events_of("s")[0].contains("2 node(s) didn't match pod topology spread constraints.")
    );
}

#[test]
fn what_is_not_the_schedulers_is_left_alone() {
    let mut bench = Bench::new();
    bench.create("pods", pod("placed", &json!({ "nodeName": "node-2" })));
    bench.create("pods", pod("other", &json!({ "schedulerName": "mine" })));
    bench.create("pods", pod("gated", &json!({ "schedulingGates": [{ "name": "wait" }] })));
    bench.settle();
    assert_eq!(bench.events_of("placed"), Vec::<String>::new());
    assert_eq!(node_of(&bench, "other"), "");
    assert_eq!(
        bench.conditions("pods", "gated"),
        [
            "PodScheduled=False SchedulingGated: Scheduling is blocked due to non-empty scheduling gates"
        ]
    );
    bench.edit("pods", "gated", "spec.schedulingGates", json!([]));
    bench.settle();
    assert_ne!(node_of(&bench, "gated"), "");
}
