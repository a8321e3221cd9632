use serde_json::{Value, json};

use super::super::super::fields;
use super::bench::{Bench, workload};

const SETS: &str = "statefulsets.apps";

fn set(replicas: i64) -> Value {
    let mut set = workload("StatefulSet", "db", replicas);
    fields::set(&mut set, "spec.serviceName", "db");
    set
}

#[test]
fn pods_are_made_in_order_each_when_the_one_before_is_ready() {
    let mut bench = Bench::new();
    bench.becomes_ready = |_| false;
    bench.create(SETS, set(3));
    bench.settle();
    assert_eq!(bench.names("pods"), ["db-0"]);
    bench.ready("db-0", true);
    bench.settle();
    assert_eq!(bench.names("pods"), ["db-0", "db-1"]);
    bench.becomes_ready = |_| true;
    bench.ready("db-1", true);
    bench.settle();
    assert_eq!(bench.names("pods"), ["db-0", "db-1", "db-2"]);
    assert_eq!(
        bench.events_of("db"),
        [0, 1, 2].map(|n| format!(
            "Normal SuccessfulCreate: create Pod db-{n} in StatefulSet db successful"
        ))
    );
    let pod = bench.get("pods", "db-1");
    assert_eq!(pod["spec"]["hostname"], "db-1");
    assert_eq!(pod["spec"]["subdomain"], "db");
    assert_eq!(fields::label(&pod, "apps.kubernetes.io/pod-index"), Some("1"));
    let status = &bench.get(SETS, "db")["status"];
    let revision = status["updateRevision"].as_str().unwrap();
    assert_eq!(
        *status,
        json!({
            "availableReplicas": 3, "collisionCount": 0, "currentReplicas": 3,
            "currentRevision": revision, "observedGeneration": 1, "readyReplicas": 3,
            "replicas": 3, "updateRevision": revision, "updatedReplicas": 3,
        })
    );
    assert_eq!(fields::label(&pod, "controller-revision-hash"), Some(revision));
}

#[test]
fn the_last_pod_goes_first() {
    let mut bench = Bench::new();
    bench.create(SETS, set(3));
    bench.settle();
    bench.slow_to_end = true;
    bench.edit(SETS, "db", "spec.replicas", 1);
    bench.settle();
    let leaving = |bench: &Bench| -> Vec<String> {
        bench
            .pods()
            .iter()
            .filter(|pod| fields::is_deleting(pod))
            .map(|p| fields::name(p).to_owned())
            .collect()
    };
    assert_eq!(leaving(&bench), ["db-2"]);
    bench.pass(30);
    assert_eq!(leaving(&bench), ["db-1"]);
    bench.pass(30);
    assert_eq!(bench.names("pods"), ["db-0"]);
}

#[test]
fn in_parallel_all_come_and_go_at_once() {
    let mut bench = Bench::new();
    bench.becomes_ready = |_| false;
    let mut set = set(3);
    fields::set(&mut set, "spec.podManagementPolicy", "Parallel");
    bench.create(SETS, set);
    bench.settle();
    assert_eq!(bench.names("pods"), ["db-0", "db-1", "db-2"]);
    bench.edit(SETS, "db", "spec.replicas", 0);
    bench.settle();
    assert_eq!(bench.names("pods"), Vec::<String>::new());
}

#[test]
fn an_update_goes_from_the_last_to_the_partition() {
    let mut bench = Bench::new();
    bench.create(SETS, set(3));
    bench.settle();
    bench.edit(
        SETS,
        "db",
        "spec.updateStrategy",
        json!({ "type": "RollingUpdate", "rollingUpdate": { "partition": 1 } }),
    );
    bench.edit(
        SETS,
        "db",
        "spec.template.spec.containers",
        json!([{ "name": "main", "image": "nginx:2" }]),
    );
    bench.settle();
    let images = |bench: &Bench| -> Vec<String> {
        bench
            .pods()
            .iter()
            .map(|pod| fields::text(pod, "spec.containers.0.image").to_owned())
            .collect()
    };
    assert_eq!(images(&bench), ["nginx:1", "nginx:2", "nginx:2"]);
    let status = bench.get(SETS, "db")["status"].clone();
    assert_ne!(status["currentRevision"], status["updateRevision"]);
    assert_eq!((&status["currentReplicas"], &status["updatedReplicas"]), (&json!(1), &json!(2)));
    // One that is deleted below the partition comes back as it was.
    bench.delete("pods", "db-0", None);
    bench.settle();
    assert_eq!(images(&bench), ["nginx:1", "nginx:2", "nginx:2"]);
    bench.edit(SETS, "db", "spec.updateStrategy.rollingUpdate.partition", 0);
    bench.settle();
    assert_eq!(images(&bench), ["nginx:2", "nginx:2", "nginx:2"]);
    let status = bench.get(SETS, "db")["status"].clone();
    assert_eq!(status["currentRevision"], status["updateRevision"]);
}

#[test]
fn each_pod_has_claims_that_stay() {
    let mut bench = Bench::new();
    bench.create(
        "storageclasses.storage.k8s.io",
        json!({
            "metadata": { "name": "standard" }, "provisioner": "sandbox.podlab/volumes",
        }),
    );
    let mut set = set(2);
    fields::set(
        &mut set,
        "spec.volumeClaimTemplates",
        json!([{
            "metadata": { "name": "data" },
            "spec": {
                "accessModes": ["ReadWriteOnce"], "storageClassName": "standard",
                "resources": { "requests": { "storage": "1Gi" } },
            },
        }]),
    );
    bench.create(SETS, set);
    bench.settle();
    assert_eq!(bench.names("persistentvolumeclaims"), ["data-db-0", "data-db-1"]);
    assert_eq!(
        bench.events_of("db")[0],
        "Normal SuccessfulCreate: create Claim data-db-0 Pod db-0 in StatefulSet db success"
    );
    let pod = bench.get("pods", "db-0");
    assert_eq!(
        pod["spec"]["volumes"][0],
        json!({ "name": "data", "persistentVolumeClaim": { "claimName": "data-db-0" } })
    );
    assert_eq!(pod["status"]["phase"], "Running", "its claim was bound");
    bench.edit(SETS, "db", "spec.replicas", 0);
    bench.settle();
    assert_eq!(bench.names("persistentvolumeclaims"), ["data-db-0", "data-db-1"]);
}

#[test]
fn a_failed_pod_is_made_anew_under_its_name() {
    let mut bench = Bench::new();
    bench.create(SETS, set(1));
    bench.settle();
    let before = fields::uid(&bench.get("pods", "db-0")).to_owned();
    bench.end("db-0", "Failed");
    bench.settle();
    assert_ne!(fields::uid(&bench.get("pods", "db-0")), before);
    assert!(bench.events_of("db").contains(
        &"Warning RecreatingFailedPod: StatefulSet lab/db is recreating failed Pod db-0".to_owned()
    ));
}

#[test]
fn a_template_mounts_what_its_claims_bring() {
    let mut bench = Bench::new();
    let mut set = set(1);
    let claim = json!({"metadata": {"name": "data"}, "spec": {"accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": "1Gi"}}}});
    fields::set(&mut set, "spec.volumeClaimTemplates", json!([claim]));
    let mounts = json!([{"name": "data", "mountPath": "/data"}]);
    set["spec"]["template"]["spec"]["containers"][0]["volumeMounts"] = mounts;
    bench.create(SETS, set);
    bench.settle();
    let pod = bench.get("pods", "db-0");
    assert_eq!(pod["spec"]["containers"][0]["volumeMounts"][0]["name"], "data");
    assert_eq!(pod["spec"]["volumes"][0]["persistentVolumeClaim"]["claimName"], "data-db-0");
}

#[test]
fn a_set_whose_pods_cannot_be_says_so() {
    let mut bench = Bench::new();
    let mut set = set(1);
    let mounts = json!([{"name": "nothing", "mountPath": "/data"}]);
    set["spec"]["template"]["spec"]["containers"][0]["volumeMounts"] = mounts;
    bench.create(SETS, set);
    bench.settle();
    assert_eq!(bench.names("pods"), Vec::<String>::new());
    let told = bench.events_of("db");
    assert!(
        told.iter().any(|event| event.starts_with("Warning FailedCreate: create Pod db-0 in StatefulSet db failed error: Pod \"db-0\" is invalid: spec.containers[0].volumeMounts[0].name: Not found: \"nothing\"")),
        "{told:?}"
    );
}
