use serde_json::{Value, json};

use super::super::super::fields;
use super::bench::{Bench, pod};

const SLICES: &str = "endpointslices.discovery.k8s.io";

fn service(spec: &Value) -> Value {
    let mut service = json!({
        "apiVersion": "v1", "kind": "Service",
        "metadata": { "name": "web", "labels": { "tier": "front" } },
        "spec": {
            "clusterIP": "10.96.1.1", "selector": { "app": "web" },
            "ports": [{ "port": 80, "targetPort": 8080, "protocol": "TCP" }],
        },
    });
    for (key, value) in spec.as_object().into_iter().flatten() {
        fields::set(&mut service, &format!("spec.{key}"), value.clone());
    }
    service
}

/// `10.20.1.2:8080 ready`, from the endpoints and from the slices.
fn endpoints(bench: &Bench) -> (Vec<String>, Vec<String>) {
    let object = bench.get("endpoints", "web");
    let mut lines = Vec::new();
    for subset in fields::items(&object, "subsets") {
        for (list, word) in [("addresses", "ready"), ("notReadyAddresses", "not ready")] {
            for address in fields::items(subset, list) {
                for port in fields::items(subset, "ports") {
                    lines.push(format!("{}:{} {word}", fields::text(address, "ip"), port["port"]));
                }
            }
        }
    }
    (lines, slices(bench))
}

fn slices(bench: &Bench) -> Vec<String> {
    let mut lines = Vec::new();
    for slice in bench.store.list(SLICES, Some("lab")) {
        for endpoint in fields::items(slice, "endpoints") {
            for port in fields::items(slice, "ports") {
                let conditions = &endpoint["conditions"];
                let word = |name: &'static str| if conditions[name] == true { name } else { "" };
                let words: Vec<&str> = ["ready", "serving", "terminating"]
                    .map(word)
                    .into_iter()
                    .filter(|word| !word.is_empty())
                    .collect();
                let words = words.join(" ");
                let ip = endpoint["addresses"][0].as_str().unwrap();
                lines.push(format!("{ip}:{} {words}", port["port"]).trim().to_owned());
            }
        }
    }
    lines
}

fn strings(lines: &[&str]) -> Vec<String> {
    lines.iter().map(|line| (*line).to_owned()).collect()
}

#[test]
fn a_service_has_the_pods_that_are_ready() {
    let mut bench = Bench::new();
    bench.becomes_ready = |_| false;
    bench.create("services", service(&json!({})));
    bench.settle();
    assert_eq!(bench.get("endpoints", "web")["subsets"], Value::Null);
    let slice = bench.store.list(SLICES, Some("lab")).next().unwrap();
    assert_eq!((&slice["endpoints"], &slice["ports"]), (&json!([]), &Value::Null));
    bench.create("pods", pod("web", &json!({})));
    bench.settle();
    assert_eq!(
        endpoints(&bench),
        (strings(&["10.20.1.2:8080 not ready"]), strings(&["10.20.1.2:8080"]))
    );
    bench.ready("web", true);
    bench.settle();
    assert_eq!(
        endpoints(&bench),
        (strings(&["10.20.1.2:8080 ready"]), strings(&["10.20.1.2:8080 ready serving"]))
    );
    let object = bench.get("endpoints", "web");
    assert_eq!(
        object["subsets"][0]["addresses"][0],
        json!({
            "ip": "10.20.1.2", "nodeName": "node-1",
            "targetRef": {
                "kind": "Pod", "name": "web", "namespace": "lab",
                "uid": fields::uid(&bench.get("pods", "web")),
            },
        })
    );
    let slice = bench.store.list(SLICES, Some("lab")).next().unwrap();
    assert_eq!(
        slice["metadata"]["labels"],
        json!({
            "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
            "kubernetes.io/service-name": "web", "tier": "front",
        })
    );
    assert_eq!(bench.store.list(SLICES, Some("lab")).count(), 1);
}

#[test]
fn a_pod_on_its_way_out_still_serves_in_the_slices() {
    let mut bench = Bench::new();
    bench.slow_to_end = true;
    bench.create("services", service(&json!({})));
    bench.create("pods", pod("web", &json!({})));
    bench.settle();
    bench.delete("pods", "web", None);
    bench.control_only();
    assert_eq!(endpoints(&bench), (vec![], strings(&["10.20.1.2:8080 serving terminating"])));
    bench.settle();
    assert_eq!(slices(&bench), Vec::<String>::new());
}

#[test]
fn named_ports_are_looked_up_in_each_pod() {
    let mut bench = Bench::new();
    bench.create(
        "services",
        service(&json!({ "ports": [{ "name": "http", "port": 80, "targetPort": "web" }] })),
    );
    for (name, port) in [("one", 8080), ("two", 9090), ("none", 0)] {
        let ports =
            if port > 0 { json!([{ "name": "web", "containerPort": port }]) } else { json!([]) };
        let mut pod = pod(
            name,
            &json!({ "containers": [{ "name": "main", "image": "nginx:1", "ports": ports }] }),
        );
        fields::set(&mut pod, "metadata.labels", json!({ "app": "web" }));
        bench.create("pods", pod);
        bench.settle();
    }
    let (mut by_pod, _) = endpoints(&bench);
    by_pod.sort();
    assert_eq!(by_pod, ["10.20.1.2:8080 ready", "10.20.2.3:9090 ready"]);
}

#[test]
fn addresses_can_be_published_before_they_are_ready() {
    let mut bench = Bench::new();
    bench.becomes_ready = |_| false;
    bench.create(
        "services",
        service(&json!({ "publishNotReadyAddresses": true, "clusterIP": "None" })),
    );
    let named = json!({ "hostname": "web-0", "subdomain": "web" });
    bench.create("pods", pod("web", &named));
    bench.settle();
    assert_eq!(endpoints(&bench).0, ["10.20.1.2:8080 ready"]);
    let object = bench.get("endpoints", "web");
    assert_eq!(object["subsets"][0]["addresses"][0]["hostname"], "web-0");
    assert_eq!(fields::label(&object, "service.kubernetes.io/headless"), Some(""));
}

#[test]
fn endpoints_made_by_hand_are_kept_and_mirrored() {
    let mut bench = Bench::new();
    let mut by_hand = service(&json!({}));
    fields::unset(&mut by_hand, "spec.selector");
    bench.create("services", by_hand);
    bench.create(
        "endpoints",
        json!({
            "apiVersion": "v1", "kind": "Endpoints", "metadata": { "name": "web" },
            "subsets": [{ "addresses": [{ "ip": "10.0.0.9" }], "ports": [{ "port": 5432 }] }],
        }),
    );
    bench.settle();
    assert_eq!(
        endpoints(&bench),
        (strings(&["10.0.0.9:5432 ready"]), strings(&["10.0.0.9:5432 ready"]))
    );
    bench.edit("endpoints", "web", "subsets", json!([]));
    bench.settle();
    assert_eq!(slices(&bench), Vec::<String>::new());
}

#[test]
fn what_somebody_deletes_or_changes_is_mended_and_goes_with_its_service() {
    let mut bench = Bench::new();
    bench.create("services", service(&json!({})));
    bench.create("pods", pod("web", &json!({})));
    bench.settle();
    let wanted = endpoints(&bench);
    bench.edit("endpoints", "web", "subsets", json!([]));
    let slice = bench.names(SLICES).remove(0);
    bench.delete(SLICES, &slice, None);
    bench.settle();
    assert_eq!(endpoints(&bench), wanted);
    bench.delete("services", "web", None);
    bench.settle();
    assert!(!bench.has("endpoints", "web"));
    assert_eq!(bench.names(SLICES), Vec::<String>::new());
}
