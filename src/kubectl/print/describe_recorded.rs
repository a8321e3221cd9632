//! Descriptions of two real clusters' objects, against what kubectl 1.36 printed of them.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use k8s_openapi::api::core::v1::{Event, Pod};
use serde_json::{Value, json};

use super::{When, describe_endpoints, describe_pod, describe_service};
use crate::base::parse_duration;

const PODS: &str = include_str!("../../../tests/recordings/k8s-1.36.2/pods.watch.jsonl");
const EVENTS: &str = include_str!("../../../tests/recordings/k8s-1.36.2/events.watch.jsonl");

/// What a cluster held after so many of its changes.
#[derive(Default, Clone)]
struct Cluster {
    pods: BTreeMap<String, Pod>,
    events: BTreeMap<String, Event>,
}

fn history() -> Vec<Cluster> {
    let lines = PODS.lines().chain(EVENTS.lines());
    let mut changes: Vec<Value> = lines.map(|line| serde_json::from_str(line).unwrap()).collect();
    let version = |change: &Value| -> u64 {
        change["object"]["metadata"]["resourceVersion"].as_str().unwrap().parse().unwrap()
    };
    changes.sort_by_key(version);
    let mut cluster = Cluster::default();
    let mut history = Vec::new();
    for change in changes {
        let object = change["object"].clone();
        let name = object["metadata"]["name"].as_str().unwrap().to_owned();
        if object["kind"] == "Pod" {
            cluster.pods.insert(name, serde_json::from_value(object).unwrap());
        } else {
            cluster.events.insert(name, serde_json::from_value(object).unwrap());
        }
        history.push(cluster.clone());
    }
    history
}

/// The blocks of `describe pod`: the name, and what was printed.
fn described(recording: &str) -> Vec<(String, String)> {
    let blocks = recording.split("$ [").filter_map(|block| {
        let (command, rest) = block.split_once("]\n")?;
        let name = command.strip_prefix(r#""kubectl", "describe", "pod", "#)?;
        Some((name.trim_matches('"').to_owned(), rest.split_once("[exit")?.0.to_owned()))
    });
    blocks.collect()
}

/// Events of the pod in the order in which a server lists them.
fn about(cluster: &Cluster, pod: &Pod) -> Vec<Event> {
    let about = |event: &&Event| event.involved_object.uid == pod.metadata.uid;
    cluster.events.values().filter(about).cloned().collect()
}

/// Whether kubectl's page is ours at some moment of the cluster's life.
fn seen(history: &[Cluster], name: &str, printed: &str) -> bool {
    let event_lines = printed.rsplit_once("-------\n").unwrap().1.lines().count();
    let moments = history.iter().filter_map(|cluster| {
        let pod = cluster.pods.get(name)?;
        let about = about(cluster, pod);
        (about.len() == event_lines).then_some((pod, about))
    });
    moments.into_iter().any(|(pod, about)| {
        (0..10).any(|tenths| {
            let now = scheduled(&about, printed) + SignedDuration::from_millis(tenths * 100 + 50);
            describe_pod(pod, Some(&about), &When { now, zone: TimeZone::UTC }) == printed
        })
    })
}

/// The moment that the age of the event `Scheduled` tells, to the second.
fn scheduled(about: &[Event], printed: &str) -> Timestamp {
    let event = about.iter().find(|event| event.reason.as_deref() == Some("Scheduled")).unwrap();
    let line = printed.lines().find(|line| line.contains("  Scheduled ")).unwrap();
    let age = parse_duration(line.split_whitespace().nth(2).unwrap()).unwrap();
    event.event_time.clone().unwrap().0 + age
}

#[test]
fn pods_read_as_kubectl_printed_them() {
    let history = history();
    let recordings = [
        include_str!("../../../tests/recordings/k8s-1.36.2/kubectl.txt"),
        include_str!("../../../tests/recordings/k8s-1.36.2/kubectl-after-75s.txt"),
        include_str!("../../../tests/recordings/k8s-1.36.2/kubectl-after-4m.txt"),
    ];
    let pages: Vec<(String, String)> = recordings.into_iter().flat_map(described).collect();
    assert_eq!(pages.len(), 6);
    for (name, printed) in pages {
        assert!(seen(&history, &name, &printed), "{name} was never like\n{printed}");
    }
}

/// Objects of a 1.20 server, and what kubectl 1.36 printed of them without their events.
macro_rules! recorded {
    ($name:literal) => {{
        let json =
            include_str!(concat!("../../../tests/recordings/describe-1.36/", $name, ".json"));
        let text = include_str!(concat!("../../../tests/recordings/describe-1.36/", $name, ".txt"));
        (serde_json::from_str(json).unwrap(), text)
    }};
}

fn any_time() -> When {
    When { now: Timestamp::UNIX_EPOCH, zone: TimeZone::UTC }
}

#[test]
fn a_pod_with_everything_reads_as_kubectl_printed_it() {
    let (pod, printed) = recorded!("pod-rich");
    similar(&describe_pod(&pod, None, &any_time()), printed);
}

#[test]
fn services_and_endpoints_read_as_kubectl_printed_them() {
    let (service, printed) = recorded!("svc-rich");
    similar(&describe_service(&service, &[], None, &any_time()), printed);
    let (service, printed) = recorded!("svc-lb");
    similar(&describe_service(&service, &[], None, &any_time()), printed);
    let (endpoints, printed) = recorded!("ep-rich");
    similar(&describe_endpoints(&endpoints, None, &any_time()), printed);
}

/// Equal line by line, so that a difference shows its line.
fn similar(ours: &str, theirs: &str) {
    for (number, (ours, theirs)) in ours.lines().zip(theirs.lines()).enumerate() {
        assert_eq!(ours, theirs, "line {}", number + 1);
    }
    assert_eq!(ours, theirs);
}

#[test]
fn a_service_shows_its_ready_addresses() {
    let endpoint =
        |ip: &str, ready: bool| json!({"addresses": [ip], "conditions": {"ready": ready}});
    let ips = ["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5"];
    let text = |ready: usize| {
        let endpoints: Vec<Value> =
            ips.iter().enumerate().map(|(n, ip)| endpoint(ip, n < ready)).collect();
        let slice = json!({"addressType": "IPv4", "metadata": {}, "endpoints": endpoints,
            "ports": [{"name": "", "port": 9876}, {"name": "other", "port": 1}]});
        let service = json!({"metadata": {"name": "web"}, "spec": {"ports": [{"port": 80}]}});
        let slices = [serde_json::from_value(slice).unwrap()];
        let service = serde_json::from_value(service).unwrap();
        let page = describe_service(&service, &slices, Some(&[]), &any_time());
        let line = page.lines().find(|line| line.starts_with("Endpoints:")).unwrap().to_owned();
        line.split_once(':').unwrap().1.trim().to_owned()
    };
    assert_eq!(text(0), "");
    assert_eq!(text(1), "10.0.0.1:9876");
    assert_eq!(text(5), "10.0.0.1:9876,10.0.0.2:9876,10.0.0.3:9876 + 2 more...");
}
