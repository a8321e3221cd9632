use serde_json::{Value, json};

use super::super::super::fields;
use super::bench::{Bench, workload};

const SETS: &str = "replicasets.apps";
const DEPLOYMENTS: &str = "deployments.apps";

fn deployment(replicas: i64) -> Value {
    let mut deployment = workload("Deployment", "web", replicas);
    fields::set(&mut deployment, "spec.progressDeadlineSeconds", 600);
    fields::set(&mut deployment, "spec.revisionHistoryLimit", 10);
    fields::set(
        &mut deployment,
        "spec.strategy",
        json!({
            "type": "RollingUpdate",
            "rollingUpdate": { "maxSurge": "25%", "maxUnavailable": "25%" },
        }),
    );
    deployment
}

fn deployed(replicas: i64) -> Bench {
    let mut bench = Bench::new();
    bench.create(DEPLOYMENTS, deployment(replicas));
    bench.settle();
    bench
}

fn set_image(bench: &mut Bench, image: &str) {
    let containers = json!([{ "name": "main", "image": image }]);
    bench.edit(DEPLOYMENTS, "web", "spec.template.spec.containers", containers);
}

/// Replica sets by revision: `1: 3 wanted, 3 ready`.
fn sets(bench: &Bench) -> Vec<String> {
    let mut sets: Vec<String> = bench
        .store
        .list(SETS, Some("lab"))
        .map(|set| {
            format!(
                "{}: {}/{}",
                fields::annotation(set, "deployment.kubernetes.io/revision"),
                fields::count(set, "status.readyReplicas"),
                fields::count(set, "spec.replicas")
            )
        })
        .collect();
    sets.sort();
    sets
}

/// Events with the replica sets' hashes by their revisions.
fn events(bench: &Bench) -> Vec<String> {
    let mut events = bench.events_of("web");
    for set in bench.store.list(SETS, Some("lab")) {
        let revision = fields::annotation(set, "deployment.kubernetes.io/revision");
        for event in &mut events {
            *event = event.replace(fields::name(set), &format!("web-#{revision}"));
        }
    }
    events
}

#[test]
fn a_deployment_has_what_a_real_one_has() {
    let bench = deployed(3);
    assert_eq!(
        events(&bench),
        ["Normal ScalingReplicaSet: Scaled up replica set web-#1 from 0 to 3"]
    );
    let set = bench.get(SETS, &bench.names(SETS)[0]);
    let hash = fields::label(&set, "pod-template-hash").unwrap().to_owned();
    assert_eq!(fields::name(&set), format!("web-{hash}"));
    assert_eq!(
        set["spec"]["selector"]["matchLabels"],
        json!({ "app": "web", "pod-template-hash": hash })
    );
    assert_eq!(
        set["metadata"]["annotations"],
        json!({
            "deployment.kubernetes.io/desired-replicas": "3",
            "deployment.kubernetes.io/max-replicas": "4",
            "deployment.kubernetes.io/revision": "1",
        })
    );
    let deployment = bench.get(DEPLOYMENTS, "web");
    assert_eq!(fields::annotation(&deployment, "deployment.kubernetes.io/revision"), "1");
    let mut status = deployment["status"].clone();
    let conditions = status.as_object_mut().unwrap().remove("conditions").unwrap();
    assert_eq!(
        status,
        json!({
            "observedGeneration": 1, "replicas": 3, "updatedReplicas": 3, "readyReplicas": 3,
            "availableReplicas": 3, "terminatingReplicas": 0,
        })
    );
    assert_eq!(conditions[0]["lastUpdateTime"], "2026-11-22T20:46:11Z");
    assert_eq!(
        bench.conditions(DEPLOYMENTS, "web"),
        [
            "Available=True MinimumReplicasAvailable: Deployment has minimum availability."
                .to_owned(),
            format!(
                "Progressing=True NewReplicaSetAvailable: ReplicaSet \"web-{hash}\" has successfully progressed."
            ),
        ]
    );
    let events = bench.events_of(fields::name(&set));
    assert_eq!(events.len(), 3);
    assert!(events[0].starts_with("Normal SuccessfulCreate: Created pod: web-"), "{events:?}");
    assert!(bench.pods().iter().all(|pod| fields::label(pod, "pod-template-hash") == Some(&hash)));
}

#[test]
fn a_rolling_update_goes_step_by_step() {
    let mut bench = deployed(3);
    set_image(&mut bench, "nginx:2");
    bench.settle();
    assert_eq!(
        events(&bench)[1..],
        [
            "Normal ScalingReplicaSet: Scaled up replica set web-#2 from 0 to 1",
            "Normal ScalingReplicaSet: Scaled down replica set web-#1 from 3 to 2",
            "Normal ScalingReplicaSet: Scaled up replica set web-#2 from 1 to 2",
            "Normal ScalingReplicaSet: Scaled down replica set web-#1 from 2 to 1",
            "Normal ScalingReplicaSet: Scaled up replica set web-#2 from 2 to 3",
            "Normal ScalingReplicaSet: Scaled down replica set web-#1 from 1 to 0",
        ]
    );
    assert_eq!(sets(&bench), ["1: 0/0", "2: 3/3"]);
}

#[test]
fn a_bad_image_leaves_the_old_pods_and_misses_the_deadline() {
    let mut bench = deployed(3);
    bench.becomes_ready = |pod| pod["spec"]["containers"][0]["image"] != "bad";
    set_image(&mut bench, "bad");
    bench.pass(599);
    assert_eq!(sets(&bench), ["1: 3/3", "2: 0/1"]);
    assert!(
        bench.conditions(DEPLOYMENTS, "web")[1]
            .starts_with("Progressing=True ReplicaSetUpdated: ReplicaSet \"web-")
    );
    bench.pass(3);
    let progressing = &bench.conditions(DEPLOYMENTS, "web")[1];
    assert!(
        progressing.starts_with("Progressing=False ProgressDeadlineExceeded: ReplicaSet \"web-"),
        "{progressing}"
    );
    assert!(progressing.ends_with("\" has timed out progressing."), "{progressing}");

    // Rolled back as kubectl does it: with the old template. The old set is revision 3.
    set_image(&mut bench, "nginx:1");
    bench.settle();
    assert_eq!(sets(&bench), ["2: 0/0", "3: 3/3"]);
    let old = bench
        .store
        .list(SETS, Some("lab"))
        .find(|set| fields::annotation(set, "deployment.kubernetes.io/revision") == "3")
        .unwrap();
    assert_eq!(fields::annotation(old, "deployment.kubernetes.io/revision-history"), "1");
    assert_eq!(
        fields::annotation(&bench.get(DEPLOYMENTS, "web"), "deployment.kubernetes.io/revision"),
        "3"
    );
    assert!(bench.conditions(DEPLOYMENTS, "web")[1].contains("NewReplicaSetAvailable"));
}

#[test]
fn with_one_replica_the_new_pod_comes_before_the_old_one_goes() {
    let mut bench = deployed(1);
    set_image(&mut bench, "nginx:2");
    bench.control_only();
    assert_eq!(sets(&bench), ["1: 1/1", "2: 0/1"]);
    bench.settle();
    assert_eq!(sets(&bench), ["1: 0/0", "2: 1/1"]);
}

#[test]
fn recreate_ends_all_before_it_begins_anew() {
    let mut bench = Bench::new();
    let mut deployment = deployment(2);
    fields::set(&mut deployment, "spec.strategy", json!({ "type": "Recreate" }));
    bench.create(DEPLOYMENTS, deployment);
    bench.settle();
    bench.slow_to_end = true;
    set_image(&mut bench, "nginx:2");
    bench.settle();
    assert_eq!(sets(&bench), ["1: 0/0"]);
    assert_eq!(bench.pods().len(), 2, "they are still on their way out");
    let conditions = bench.conditions(DEPLOYMENTS, "web");
    let missing = "Available=False MinimumReplicasUnavailable: Deployment does not have minimum availability.";
    assert!(conditions.contains(&missing.to_owned()), "{conditions:?}");
    bench.pass(30);
    assert_eq!(sets(&bench), ["1: 0/0", "2: 2/2"]);
}

#[test]
fn scaling_and_pausing_do_as_they_say() {
    let mut bench = deployed(2);
    bench.edit(DEPLOYMENTS, "web", "spec.replicas", 5);
    bench.settle();
    assert_eq!(sets(&bench), ["1: 5/5"]);
    bench.edit(DEPLOYMENTS, "web", "spec.paused", true);
    set_image(&mut bench, "nginx:2");
    bench.settle();
    assert_eq!(sets(&bench), ["1: 5/5"]);
    assert!(
        bench
            .conditions(DEPLOYMENTS, "web")
            .contains(&"Progressing=Unknown DeploymentPaused: Deployment is paused".to_owned())
    );
    bench.edit(DEPLOYMENTS, "web", "spec.replicas", 4);
    bench.settle();
    assert_eq!(sets(&bench), ["1: 4/4"], "a paused deployment is still scaled");
    bench.edit(DEPLOYMENTS, "web", "spec.paused", false);
    bench.settle();
    assert_eq!(sets(&bench), ["1: 0/0", "2: 4/4"]);
    bench.edit(DEPLOYMENTS, "web", "spec.replicas", 0);
    bench.settle();
    assert_eq!(sets(&bench), ["1: 0/0", "2: 0/0"]);
    assert_eq!(bench.pods().len(), 0);
}

#[test]
fn a_rollout_that_is_scaled_is_scaled_in_proportion() {
    let mut bench = deployed(10);
    bench.becomes_ready = |pod| pod["spec"]["containers"][0]["image"] != "bad";
    set_image(&mut bench, "bad");
    bench.settle();
    assert_eq!(sets(&bench), ["1: 8/8", "2: 0/5"]);
    bench.edit(DEPLOYMENTS, "web", "spec.replicas", 15);
    bench.settle();
    let wanted: i64 =
        bench.store.list(SETS, Some("lab")).map(|set| fields::count(set, "spec.replicas")).sum();
    assert_eq!(wanted, 19, "15 and a surge of 4: {:?}", sets(&bench));
}

#[test]
fn the_history_has_its_limit() {
    let mut bench = deployed(1);
    bench.edit(DEPLOYMENTS, "web", "spec.revisionHistoryLimit", 2);
    for version in 2..7 {
        set_image(&mut bench, &format!("nginx:{version}"));
        bench.settle();
    }
    assert_eq!(sets(&bench), ["4: 0/0", "5: 0/0", "6: 1/1"]);
}

#[test]
fn a_pod_that_is_deleted_is_made_again() {
    let mut bench = deployed(3);
    let gone = fields::name(&bench.pods()[0]).to_owned();
    bench.delete("pods", &gone, None);
    bench.settle();
    assert_eq!(bench.pods().len(), 3);
    assert!(!bench.has("pods", &gone));
}

#[test]
fn a_pod_whose_label_is_taken_off_is_let_go_and_replaced() {
    let mut bench = deployed(2);
    let name = fields::name(&bench.pods()[0]).to_owned();
    bench.edit("pods", &name, "metadata.labels", json!({ "app": "debug" }));
    bench.settle();
    assert_eq!(bench.pods().len(), 3);
    assert_eq!(bench.get("pods", &name)["metadata"]["ownerReferences"], Value::Null);
}

#[test]
fn min_ready_seconds_delay_what_counts_as_available() {
    let mut bench = Bench::new();
    let mut deployment = deployment(1);
    fields::set(&mut deployment, "spec.minReadySeconds", 20);
    bench.create(DEPLOYMENTS, deployment);
    bench.pass(19);
    assert_eq!(fields::count(&bench.get(DEPLOYMENTS, "web"), "status.availableReplicas"), 0);
    bench.pass(1);
    assert_eq!(fields::count(&bench.get(DEPLOYMENTS, "web"), "status.availableReplicas"), 1);
}

#[test]
fn a_replication_controller_keeps_its_pods() {
    let mut bench = Bench::new();
    let mut controller = workload("ReplicationController", "old", 2);
    controller["apiVersion"] = json!("v1");
    fields::set(&mut controller, "spec.selector", json!({ "app": "old" }));
    bench.create("replicationcontrollers", controller);
    bench.settle();
    assert_eq!(bench.pods().len(), 2);
    assert_eq!(bench.get("replicationcontrollers", "old")["status"]["readyReplicas"], 2);
    assert!(bench.events_of("old")[0].starts_with("Normal SuccessfulCreate: Created pod: old-"));
}
