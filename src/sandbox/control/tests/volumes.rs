use serde_json::{Value, json};

use super::super::super::fields;
use super::bench::{Bench, pod};

const CLAIMS: &str = "persistentvolumeclaims";
const VOLUMES: &str = "persistentvolumes";

fn claim(spec: &Value) -> Value {
    let mut claim = json!({
        "apiVersion": "v1", "kind": "PersistentVolumeClaim",
        "metadata": { "name": "data", "finalizers": ["kubernetes.io/pvc-protection"] },
        "spec": {
            "accessModes": ["ReadWriteOnce"], "storageClassName": "standard",
            "resources": { "requests": { "storage": "1Gi" } },
        },
    });
    for (key, value) in spec.as_object().into_iter().flatten() {
        fields::set(&mut claim, &format!("spec.{key}"), value.clone());
    }
    claim
}

fn with_class() -> Bench {
    let mut bench = Bench::new();
    bench.create(
        "storageclasses.storage.k8s.io",
        json!({
            "metadata": { "name": "standard" }, "provisioner": "sandbox.podlab/volumes",
            "reclaimPolicy": "Delete",
        }),
    );
    bench
}

fn phase(bench: &Bench, resource: &str, name: &str) -> String {
    fields::text(&bench.get(resource, name), "status.phase").to_owned()
}

#[test]
fn a_claim_is_bound_to_a_volume_that_is_made_for_it() {
    let mut bench = with_class();
    bench.create(CLAIMS, claim(&json!({})));
    bench.settle();
    let bound = bench.get(CLAIMS, "data");
    let volume = format!("pvc-{}", fields::uid(&bound));
    assert_eq!(fields::text(&bound, "spec.volumeName"), volume);
    assert_eq!(
        bound["status"],
        json!({ "phase": "Bound", "accessModes": ["ReadWriteOnce"], "capacity": { "storage": "1Gi" } })
    );
    assert_eq!(phase(&bench, VOLUMES, &volume), "Bound");
    assert_eq!(
        bench.events_of("data"),
        [
            "Normal Provisioning: External provisioner is provisioning volume for claim \"lab/data\"".to_owned(),
            "Normal ExternalProvisioning: Waiting for a volume to be created either by the external provisioner 'sandbox.podlab/volumes' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.".to_owned(),
            format!("Normal ProvisioningSucceeded: Successfully provisioned volume {volume}"),
        ]
    );
    // Gone with its claim.
    bench.delete(CLAIMS, "data", None);
    bench.settle();
    assert!(!bench.has(CLAIMS, "data"));
    assert!(bench.store.get(VOLUMES, "", &volume).is_none());
}

#[test]
fn a_claim_that_a_pod_uses_stays_until_the_pod_is_gone() {
    let mut bench = with_class();
    bench.create(CLAIMS, claim(&json!({})));
    let volumes =
        json!({ "volumes": [{ "name": "v", "persistentVolumeClaim": { "claimName": "data" } }] });
    bench.create("pods", pod("web", &volumes));
    bench.settle();
    assert_eq!(phase(&bench, "pods", "web"), "Running");
    bench.delete(CLAIMS, "data", None);
    bench.settle();
    assert!(bench.has(CLAIMS, "data"));
    bench.delete("pods", "web", None);
    bench.settle();
    assert!(!bench.has(CLAIMS, "data"));
}

#[test]
fn a_pod_waits_for_its_claim_and_a_claim_for_its_class() {
    let mut bench = Bench::new();
    bench.create(CLAIMS, claim(&json!({})));
    let volumes =
        json!({ "volumes": [{ "name": "v", "persistentVolumeClaim": { "claimName": "data" } }] });
    bench.create("pods", pod("web", &volumes));
    bench.settle();
    assert!(
        bench.events_of("web")[0]
            .contains("0/2 nodes are available: pod has unbound immediate PersistentVolumeClaims.")
    );
    assert_eq!(
        bench.events_of("data")[0].split(" (x").next().unwrap(),
        "Warning ProvisioningFailed: storageclass.storage.k8s.io \"standard\" not found"
    );
    bench.create(
        "storageclasses.storage.k8s.io",
        json!({
            "metadata": { "name": "standard" }, "provisioner": "sandbox.podlab/volumes",
        }),
    );
    bench.pass(2);
    assert_eq!(phase(&bench, "pods", "web"), "Running");
}

#[test]
fn a_volume_that_is_there_is_taken_first_and_kept_after() {
    let mut bench = Bench::new();
    for (name, size) in [("small", "500Mi"), ("big", "5Gi"), ("right", "2Gi")] {
        bench.create(
            VOLUMES,
            json!({
                "apiVersion": "v1", "kind": "PersistentVolume", "metadata": { "name": name },
                "spec": {
                    "capacity": { "storage": size }, "accessModes": ["ReadWriteOnce"],
                    "storageClassName": "manual", "persistentVolumeReclaimPolicy": "Retain", "hostPath": { "path": "/data" },
                },
            }),
        );
    }
    bench.settle();
    assert_eq!(phase(&bench, VOLUMES, "right"), "Available");
    bench.create(CLAIMS, claim(&json!({ "storageClassName": "manual" })));
    bench.settle();
    assert_eq!(fields::text(&bench.get(CLAIMS, "data"), "spec.volumeName"), "right");
    bench.delete(CLAIMS, "data", None);
    bench.settle();
    assert_eq!(phase(&bench, VOLUMES, "right"), "Released");
    assert_eq!(phase(&bench, VOLUMES, "big"), "Available");
}
