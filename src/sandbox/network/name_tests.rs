use serde_json::json;

use super::bench::{Bench, endpoint};

fn names() -> Bench {
    let mut bench = Bench::new();
    bench.service(&json!({}), &[("10.20.1.5", "node-1")]);
    let service = |name: &str, spec: serde_json::Value| json!({ "metadata": { "name": name, "namespace": "lab" }, "spec": spec });
    bench.add(
        "services",
        service(
            "alias",
            json!({ "type": "ExternalName", "externalName": "web.lab.svc.cluster.local" }),
        ),
    );
    bench.add(
        "services",
        service(
            "round",
            json!({ "type": "ExternalName", "externalName": "round.lab.svc.cluster.local" }),
        ),
    );
    bench.add(
        "services",
        service("away", json!({ "type": "ExternalName", "externalName": "example.com" })),
    );
    bench.add("services", service("db", json!({ "clusterIP": "None" })));
    let mut named = endpoint("10.20.1.5", "node-1", [true, true, false]);
    named["hostname"] = json!("db-0");
    bench.add(
        "endpointslices.discovery.k8s.io",
        json!({
            "metadata": {
                "name": "db", "namespace": "lab", "labels": { "kubernetes.io/service-name": "db" },
            },
            "endpoints": [
                named,
                endpoint("10.20.2.5", "node-2", [true, true, false]),
                endpoint("10.20.2.6", "node-2", [false, false, false]),
            ],
        }),
    );
    bench
}

#[test]
fn names_are_found_by_the_search_list() {
    let bench = names();
    let cases = [
        ("lab", "web", "web.lab.svc.cluster.local 10.96.1.1"),
        ("lab", "Web", "web.lab.svc.cluster.local 10.96.1.1"),
        ("other", "web", "none"),
        ("other", "web.lab", "web.lab.svc.cluster.local 10.96.1.1"),
        ("other", "web.lab.svc", "web.lab.svc.cluster.local 10.96.1.1"),
        ("other", "web.lab.svc.cluster.local", "web.lab.svc.cluster.local 10.96.1.1"),
        ("other", "web.lab.svc.cluster.local.", "web.lab.svc.cluster.local 10.96.1.1"),
        ("lab", "web.", "none"),
        ("lab", "db", "db.lab.svc.cluster.local 10.20.1.5 10.20.2.5"),
        ("lab", "db-0.db", "db-0.db.lab.svc.cluster.local 10.20.1.5"),
        ("lab", "db-1.db", "none"),
        ("lab", "10-20-2-5.db", "10-20-2-5.db.lab.svc.cluster.local 10.20.2.5"),
        ("lab", "10-20-1-5.lab.pod", "10-20-1-5.lab.pod.cluster.local 10.20.1.5"),
        ("lab", "alias", "web.lab.svc.cluster.local 10.96.1.1"),
        ("lab", "round", "none"),
        ("lab", "away", "none"),
        ("lab", "example.com", "none"),
        ("lab", "10.20.1.5", "10.20.1.5 10.20.1.5"),
        ("lab", "", "none"),
        ("lab", "..", "none"),
    ];
    for (namespace, name, wanted) in cases {
        let found = bench.network.resolve(&bench.store, namespace, name);
        let found = found.map_or("none".to_owned(), |(full, addresses)| {
            addresses.iter().fold(full, |text, ip| format!("{text} {ip}"))
        });
        assert_eq!(found, wanted, "{name} in {namespace}");
    }
}
