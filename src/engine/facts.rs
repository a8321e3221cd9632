//! What is known of the cluster, and what a step needs of it.

use crate::cluster::NodeFact;
use crate::lab::Need;

/// What is known of the cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Facts {
    /// The run's namespace.
    pub(super) namespace: String,
    /// The nodes; none where we may not look.
    pub(super) nodes: Option<Vec<NodeFact>>,
    /// The minor version: 36 of 1.36; none where the server keeps it.
    pub(super) minor: Option<u32>,
    /// Whether services get addresses.
    pub(super) load_balancer: LoadBalancer,
}

/// Whether services of type LoadBalancer get addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LoadBalancer {
    /// One has one, or a cloud provider is at work.
    Present,
    /// Nobody knows before it is tried.
    Unknown,
    /// It was tried in vain.
    Missing,
}

impl Facts {
    /// The names of the nodes.
    pub(super) fn node_names(&self) -> Vec<String> {
        self.nodes.iter().flatten().map(|node| node.name.clone()).collect()
    }

    /// Why the cluster has not what is needed.
    pub(super) fn lacks(&self, need: &Need) -> Option<String> {
        match need {
            Need::LoadBalancer => (self.load_balancer == LoadBalancer::Missing)
                .then(|| "this cluster gives services no external address".to_owned()),
            Need::Nodes(wanted) => self
                .nodes
                .as_ref()
                .map(Vec::len)
                .filter(|nodes| nodes < wanted)
                .map(|nodes| format!("this needs {wanted} nodes, and the cluster has {nodes}")),
            Need::Kubernetes(range) => {
                self.minor.filter(|minor| !in_range(range, *minor)).map(|minor| {
                    format!("this needs Kubernetes {range}, and the cluster is 1.{minor}")
                })
            }
        }
    }
}

/// Whether 1.`minor` is in a range such as `>=1.29` or `>=1.20, <1.30`. What
/// cannot be read excludes nothing: the lab's parser has told about it.
fn in_range(range: &str, minor: u32) -> bool {
    range.split([',', ' ']).filter(|part| !part.is_empty()).all(|part| {
        let digits = part.find(|c: char| c.is_ascii_digit()).unwrap_or(part.len());
        let (operator, version) = part.split_at(digits);
        let Some(wanted) =
            version.strip_prefix("1.").and_then(|rest| rest.split('.').next()?.parse::<u32>().ok())
        else {
            return true;
        };
        match operator {
            ">=" => minor >= wanted,
            ">" => minor > wanted,
            "<=" => minor <= wanted,
            "<" => minor < wanted,
            _ => minor == wanted,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_cluster_lacks_is_said() {
        let facts = Facts {
            namespace: "ns".into(),
            nodes: Some(vec![NodeFact { name: "node-1".into(), address: None }]),
            minor: Some(20),
            load_balancer: LoadBalancer::Unknown,
        };
        let check = |need: Need, wanted: Option<&str>| {
            assert_eq!(facts.lacks(&need).as_deref(), wanted, "{need:?}");
        };
        check(Need::Nodes(1), None);
        check(Need::Nodes(2), Some("this needs 2 nodes, and the cluster has 1"));
        check(Need::LoadBalancer, None);
        check(Need::Kubernetes(">=1.20".into()), None);
        check(
            Need::Kubernetes(">=1.18, <1.20".into()),
            Some("this needs Kubernetes >=1.18, <1.20, and the cluster is 1.20"),
        );
        check(Need::Kubernetes("1.20.4".into()), None);
        check(Need::Kubernetes("something".into()), None);
    }
}
