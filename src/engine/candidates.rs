//! What of the live cluster may be meant by a placeholder.

use crate::base::safe_line;
use crate::engine::Candidate;
use crate::lab::Wanted;
use crate::watch::Model;

/// What the watcher knows that a placeholder may mean, in the order of names.
pub(super) fn candidates(model: &Model, wanted: Wanted) -> Vec<Candidate> {
    match wanted {
        Wanted::PodAddress => {
            let mut all = pod_addresses(model);
            all.extend(service_addresses(model));
            all
        }
        Wanted::ServiceAddress => service_addresses(model),
        Wanted::ExternalAddress => {
            let rows = model.services().map(|(row, _)| row);
            rows.filter_map(|row| Some(of(row.external_address()?, "svc", &row.name))).collect()
        }
        Wanted::NodePort => model
            .services()
            .flat_map(|(row, _)| node_ports(&row.ports).map(|port| of(port, "svc", &row.name)))
            .collect(),
        Wanted::PodName => model.pods().map(|pod| of(&pod.row.name, "pod", "")).collect(),
        Wanted::ServiceName => model.services().map(|(row, _)| of(&row.name, "svc", "")).collect(),
        Wanted::DeploymentName => {
            model.deployments().map(|row| of(&row.name, "deploy", "")).collect()
        }
        Wanted::NodeAddress | Wanted::NodeName | Wanted::Anything => Vec::new(),
    }
}

fn pod_addresses(model: &Model) -> Vec<Candidate> {
    let pods = model.pods().filter(|pod| !pod.deleting);
    pods.filter_map(|pod| Some(of(pod.ip.as_deref()?, "pod", &pod.row.name))).collect()
}

fn service_addresses(model: &Model) -> Vec<Candidate> {
    let rows = model.services().map(|(row, _)| row);
    let with_address =
        rows.filter(|row| row.cluster_ip.starts_with(|c: char| c.is_ascii_hexdigit()));
    with_address.map(|row| of(&row.cluster_ip, "svc", &row.name)).collect()
}

/// The second number of `80:31259/TCP`.
fn node_ports(ports: &str) -> impl Iterator<Item = &str> {
    ports.split(',').filter_map(|port| port.split_once(':')?.1.split('/').next())
}

/// A value and whose it is; a name is its own.
fn of(value: &str, kind: &str, name: &str) -> Candidate {
    let what = if name.is_empty() { kind.to_owned() } else { format!("{kind}/{name}") };
    Candidate { value: safe_line(value), what: safe_line(&what) }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jiff::Timestamp;
    use serde_json::json;

    use super::*;
    use crate::watch::{Change, Followed, Seen};

    #[test]
    fn the_live_cluster_has_candidates() {
        let mut model = Model::default();
        let objects = [
            (
                "Pod",
                json!({"metadata": {"name": "web", "uid": "1"}, "spec": {"containers": []},
                "status": {"podIP": "10.20.1.25"}}),
            ),
            (
                "Service",
                json!({"metadata": {"name": "api"},
                "spec": {"type": "LoadBalancer", "clusterIP": "10.96.0.7",
                    "ports": [{"port": 80, "nodePort": 31259}]},
                "status": {"loadBalancer": {"ingress": [{"ip": "10.30.0.10"}]}}}),
            ),
            ("Service", json!({"metadata": {"name": "headless"}, "spec": {"clusterIP": "None"}})),
        ];
        for kind in [Followed::Pods, Followed::Services] {
            model.apply(&Change::Relisting(kind), Timestamp::UNIX_EPOCH);
        }
        for (kind, object) in objects {
            let seen: Seen =
                serde_json::from_value(json!({"kind": kind, "object": object})).unwrap();
            model.apply(&Change::Applied(Arc::new(seen)), Timestamp::UNIX_EPOCH);
        }
        let check = |wanted: Wanted, expected: &[&str]| {
            let found = candidates(&model, wanted);
            let found: Vec<String> = found.iter().map(ToString::to_string).collect();
            assert_eq!(found, expected, "{wanted:?}");
        };
        check(Wanted::PodAddress, &["10.20.1.25, pod/web", "10.96.0.7, svc/api"]);
        check(Wanted::ServiceAddress, &["10.96.0.7, svc/api"]);
        check(Wanted::ExternalAddress, &["10.30.0.10, svc/api"]);
        check(Wanted::NodePort, &["31259, svc/api"]);
        check(Wanted::PodName, &["web, pod"]);
        check(Wanted::ServiceName, &["api, svc", "headless, svc"]);
        check(Wanted::Anything, &[]);
    }
}
