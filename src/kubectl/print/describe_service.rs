//! `kubectl describe service` and `kubectl describe endpoints`.

use k8s_openapi::api::core::v1::{
    EndpointAddress, Endpoints, Event, LoadBalancerIngress, Service, ServicePort, ServiceSpec,
};
use k8s_openapi::api::discovery::v1::EndpointSlice;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::describe_events::events;
use super::describe_page::{Page, When};
use super::describe_pod::given;
use crate::kinds::host_port;

/// How many addresses are shown.
const SHOWN: usize = 3;

/// The page of a service; events are left out where none are given.
///
/// kubectl 1.36 reads the addresses from `discovery.k8s.io/v1` only: where a server does
/// not have that, there are no slices, and the page says `<none>`.
/// Source: `kubectl/pkg/describe/describe.go`, `describeService` (1.36).
pub fn describe_service(
    service: &Service,
    slices: &[EndpointSlice],
    about: Option<&[Event]>,
    when: &When,
) -> String {
    let mut page = Page::default();
    let spec = service.spec.clone().unwrap_or_default();
    page.names(&service.metadata);
    page.labels_and_annotations(&service.metadata);
    let selector = spec.selector.iter().flatten().map(|(key, value)| format!("{key}={value}"));
    page.field(0, "Selector", joined(&selector.collect::<Vec<_>>(), ","));
    page.field(0, "Type", spec.type_.as_deref().unwrap_or_default());
    addresses(&mut page, &spec);
    let balancer = service.status.as_ref().and_then(|status| status.load_balancer.as_ref());
    let ingress = balancer.and_then(|one| one.ingress.as_deref()).filter(|all| !all.is_empty());
    page.field_if(0, "LoadBalancer Ingress", ingress.map(ingress_text));
    for port in spec.ports.iter().flatten() {
        self::port(&mut page, port, slices);
    }
    policies(&mut page, &spec);
    events(&mut page, about, when);
    page.finish()
}

fn joined(all: &[String], between: &str) -> String {
    if all.is_empty() { "<none>".to_owned() } else { all.join(between) }
}

fn addresses(page: &mut Page, spec: &ServiceSpec) {
    let list = |of: &Option<Vec<String>>| joined(of.as_deref().unwrap_or_default(), ",");
    page.field_if(0, "IP Family Policy", spec.ip_family_policy.as_ref());
    page.field(0, "IP Families", list(&spec.ip_families));
    page.field(0, "IP", spec.cluster_ip.as_deref().unwrap_or_default());
    page.field(0, "IPs", list(&spec.cluster_ips));
    let external = spec.external_ips.as_ref().filter(|ips| !ips.is_empty());
    page.field_if(0, "External IPs", external.map(|ips| ips.join(",")));
    page.field_if(0, "Desired LoadBalancer IP", given(spec.load_balancer_ip.as_ref()));
    page.field_if(0, "External Name", given(spec.external_name.as_ref()));
}

fn ingress_text(ingress: &[LoadBalancerIngress]) -> String {
    let text = |one: &LoadBalancerIngress| match given(one.ip.as_ref()) {
        Some(ip) => {
            let mode = one.ip_mode.as_ref().map(|mode| format!(" ({mode})")).unwrap_or_default();
            format!("{ip}{mode}")
        }
        None => one.hostname.clone().unwrap_or_default(),
    };
    ingress.iter().map(text).collect::<Vec<_>>().join(", ")
}

fn port(page: &mut Page, port: &ServicePort, slices: &[EndpointSlice]) {
    let name = given(port.name.as_ref()).unwrap_or("<unset>");
    let protocol = port.protocol.as_deref().unwrap_or_default();
    page.field(0, "Port", format_args!("{name}\t{}/{protocol}", port.port));
    let target = match &port.target_port {
        Some(IntOrString::Int(number)) => number.to_string(),
        Some(IntOrString::String(name)) => name.clone(),
        None => "0".to_owned(),
    };
    page.field(0, "TargetPort", format_args!("{target}/{protocol}"));
    page.field_if(0, "AppProtocol", port.app_protocol.as_ref());
    if let Some(node_port) = port.node_port.filter(|number| *number != 0) {
        page.field(0, "NodePort", format_args!("{name}\t{node_port}/{protocol}"));
    }
    let of = port.name.as_deref().unwrap_or_default();
    page.field(0, "Endpoints", slices_text(slices, of));
}

/// The addresses of a service's port: ready ones, three at most.
///
/// Source: `kubectl/pkg/describe/describe.go`, `formatEndpointSlices`.
pub fn slices_text(slices: &[EndpointSlice], port_name: &str) -> String {
    if slices.is_empty() {
        return "<none>".to_owned();
    }
    let all: Vec<String> = slices.iter().flat_map(|slice| ready(slice, port_name)).collect();
    let shown = all.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(",");
    if all.len() > SHOWN { format!("{shown} + {} more...", all.len() - SHOWN) } else { shown }
}

fn ready(slice: &EndpointSlice, port_name: &str) -> Vec<String> {
    let is_ready = |one: &&k8s_openapi::api::discovery::v1::Endpoint| {
        one.conditions.as_ref().and_then(|conditions| conditions.ready) != Some(false)
    };
    let ready = slice.endpoints.iter().filter(is_ready);
    let addresses: Vec<&String> = ready.filter_map(|one| one.addresses.first()).collect();
    let ports = slice.ports.as_deref().unwrap_or_default();
    if ports.is_empty() {
        return addresses.into_iter().cloned().collect();
    }
    let meant = ports.iter().filter(|port| port.name.as_deref().unwrap_or_default() == port_name);
    let numbers = meant.map(|port| port.port.unwrap_or_default());
    numbers.flat_map(|number| addresses.iter().map(move |ip| host_port(ip, number))).collect()
}

fn policies(page: &mut Page, spec: &ServiceSpec) {
    page.field(0, "Session Affinity", spec.session_affinity.as_deref().unwrap_or_default());
    page.field_if(0, "External Traffic Policy", given(spec.external_traffic_policy.as_ref()));
    page.field_if(0, "Internal Traffic Policy", spec.internal_traffic_policy.as_ref());
    let health = spec.health_check_node_port.filter(|port| *port != 0);
    page.field_if(0, "HealthCheck NodePort", health);
    let ranges = spec.load_balancer_source_ranges.as_ref().filter(|ranges| !ranges.is_empty());
    page.field_if(0, "LoadBalancer Source Ranges", ranges.map(|ranges| ranges.join(",")));
    page.field_if(0, "Traffic Distribution", spec.traffic_distribution.as_ref());
}

/// The page of a service's endpoints; events are left out where none are given.
///
/// Source: `kubectl/pkg/describe/describe.go`, `describeEndpoints` (1.36).
pub fn describe_endpoints(endpoints: &Endpoints, about: Option<&[Event]>, when: &When) -> String {
    let mut page = Page::default();
    page.names(&endpoints.metadata);
    page.labels_and_annotations(&endpoints.metadata);
    page.line(0, "Subsets:");
    for subset in endpoints.subsets.iter().flatten() {
        page.field(1, "Addresses", ips(subset.addresses.as_deref()));
        page.field(1, "NotReadyAddresses", ips(subset.not_ready_addresses.as_deref()));
        let ports = subset.ports.as_deref().unwrap_or_default();
        if !ports.is_empty() {
            page.line(1, "Ports:");
            page.line(2, "Name\tPort\tProtocol");
            page.line(2, "----\t----\t--------");
        }
        for port in ports {
            let name = given(port.name.as_ref()).unwrap_or("<unset>");
            let protocol = port.protocol.as_deref().unwrap_or_default();
            page.line(2, format_args!("{name}\t{}\t{protocol}", port.port));
        }
        page.line(0, "");
    }
    events(&mut page, about, when);
    page.finish()
}

fn ips(addresses: Option<&[EndpointAddress]>) -> String {
    let ips = addresses.unwrap_or_default().iter().map(|address| address.ip.clone());
    joined(&ips.collect::<Vec<_>>(), ",")
}
