use serde_json::{Map, Value, json};

use super::super::super::{Object, fields};
use super::super::context::Context;
use super::super::pods;
use super::super::selector::Selector;

/// A pod behind a service, on one set of ports.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Member {
    pub(super) pod: Object,
    pub(super) ip: String,
    /// The service's ports as numbers of this pod.
    pub(super) ports: Vec<Port>,
    pub(super) ready: bool,
    pub(super) serving: bool,
    pub(super) terminating: bool,
}

/// A port of a service, as a number of a pod.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Port {
    pub(super) name: String,
    pub(super) protocol: String,
    pub(super) number: i64,
    pub(super) app_protocol: Option<String>,
}

impl Port {
    /// As endpoints have it, where a missing name is left out, or slices, where it is
    /// empty.
    pub(super) fn object(&self, with_empty_name: bool) -> Value {
        let mut port = Map::new();
        if !self.name.is_empty() || with_empty_name {
            port.insert("name".to_owned(), json!(self.name));
        }
        port.insert("port".to_owned(), json!(self.number));
        port.insert("protocol".to_owned(), json!(self.protocol));
        if let Some(protocol) = &self.app_protocol {
            port.insert("appProtocol".to_owned(), json!(protocol));
        }
        Value::Object(port)
    }
}

/// The pods behind a service; none where it selects none by itself.
pub(super) fn of(context: &Context<'_>, service: &Value) -> Option<Vec<Member>> {
    if fields::text(service, "spec.type") == "ExternalName" {
        return None;
    }
    let selector = Selector::of_map(fields::at(service, "spec.selector"))?;
    let publish = fields::flag(service, "spec.publishNotReadyAddresses");
    let pods = context.list("pods", fields::namespace(service));
    let fitting = pods.into_iter().filter(|pod| selector.fits(pod) && !pods::has_ended(pod));
    Some(fitting.filter_map(|pod| member(service, pod, publish)).collect())
}

fn member(service: &Value, pod: Object, publish: bool) -> Option<Member> {
    let ip = fields::text(&pod, "status.podIP").to_owned();
    if ip.is_empty() {
        return None;
    }
    let serving = pods::is_ready(&pod);
    let terminating = fields::is_deleting(&pod);
    let ready = publish || (serving && !terminating);
    let ports = ports(service, &pod);
    Some(Member { ip, ports, ready, serving, terminating, pod })
}

/// The ports of a service that the pod has; a name is looked up among its containers'.
///
/// Source: `pkg/api/v1/pod/util.go`, `FindPort`.
fn ports(service: &Value, pod: &Value) -> Vec<Port> {
    let one = |port: &Value| {
        let protocol = match fields::text(port, "protocol") {
            "" => "TCP",
            protocol => protocol,
        };
        let number = match &port["targetPort"] {
            Value::Number(number) => number.as_i64()?,
            Value::String(name) => named_port(pod, name, protocol)?,
            _ => fields::number(port, "port")?,
        };
        Some(Port {
            name: fields::text(port, "name").to_owned(),
            protocol: protocol.to_owned(),
            number,
            app_protocol: port["appProtocol"].as_str().map(str::to_owned),
        })
    };
    fields::items(service, "spec.ports").iter().filter_map(one).collect()
}

fn named_port(pod: &Value, name: &str, protocol: &str) -> Option<i64> {
    let sidecars = fields::items(pod, "spec.initContainers");
    let sidecars = sidecars.iter().filter(|init| init["restartPolicy"] == "Always");
    let containers = fields::items(pod, "spec.containers").iter().chain(sidecars);
    let mut ports = containers.flat_map(|container| fields::items(container, "ports"));
    let port = ports.find(|port| {
        let its = fields::text(port, "protocol");
        fields::text(port, "name") == name && (its == protocol || its.is_empty())
    })?;
    fields::number(port, "containerPort")
}

/// A reference to a member's pod.
pub(super) fn reference(pod: &Value) -> Value {
    json!({
        "kind": "Pod",
        "namespace": fields::namespace(pod),
        "name": fields::name(pod),
        "uid": fields::uid(pod),
    })
}

/// The name of a pod under its service, where it has one.
pub(super) fn hostname<'a>(service: &Value, pod: &'a Value) -> Option<&'a str> {
    let name = fields::text(pod, "spec.hostname");
    let under = fields::text(pod, "spec.subdomain") == fields::name(service);
    (!name.is_empty() && under).then_some(name)
}
