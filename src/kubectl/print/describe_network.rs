//! `kubectl describe` of ingresses and network policies.

use k8s_openapi::api::core::v1::Event;
use serde_json::Value;

use super::describe_events::events;
use super::describe_page::{Page, When};
use super::describe_pod::selector;
use super::describe_value::{items, label_selector, metadata, text, text_or, texts, time};

/// The page of an ingress; `backend` tells of a backend what its service leads to.
///
/// Source: `kubectl/pkg/describe/describe.go`, `describeIngressV1` (1.36).
pub fn describe_ingress(
    ingress: &Value,
    backend: &dyn Fn(&Value) -> String,
    about: Option<&[Event]>,
    when: &When,
) -> String {
    let mut page = Page::default();
    let (metadata, spec) = (metadata(ingress), &ingress["spec"]);
    page.field(0, "Name", metadata.name.as_deref().unwrap_or_default());
    page.pairs("Labels", metadata.labels.as_ref());
    page.field(0, "Namespace", metadata.namespace.as_deref().unwrap_or_default());
    page.field(0, "Address", addresses(&ingress["status"]["loadBalancer"]["ingress"]));
    page.field(0, "Ingress Class", text_or(&spec["ingressClassName"], "<none>"));
    let default = match &spec["defaultBackend"] {
        Value::Null => "<default>".to_owned(),
        default => backend(default),
    };
    page.field(0, "Default backend", &default);
    let tls = items(&spec["tls"]);
    if !tls.is_empty() {
        page.line(0, "TLS:");
    }
    for one in tls {
        let (secret, hosts) = (text(&one["secretName"]), texts(&one["hosts"]).join(","));
        page.line(
            1,
            match secret.as_str() {
                "" => format!("SNI routes {hosts}"),
                secret => format!("{secret} terminates {hosts}"),
            },
        );
    }
    page.line(0, "Rules:\n  Host\tPath\tBackends");
    page.line(1, "----\t----\t--------");
    let rules = items(&spec["rules"]).iter().filter(|rule| !rule["http"].is_null());
    let mut count = 0;
    for rule in rules {
        count += 1;
        page.line(1, format_args!("{}\t", text_or(&rule["host"], "*")));
        for path in items(&rule["http"]["paths"]) {
            let (of, to) = (text(&path["path"]), backend(&path["backend"]));
            page.line(2, format_args!("\t{of} \t{to}"));
        }
    }
    if count == 0 {
        page.line(1, format_args!("*\t*\t{default}"));
    }
    page.annotations("Annotations", metadata.annotations.as_ref());
    events(&mut page, about, when);
    page.finish()
}

fn addresses(ingress: &Value) -> String {
    let address = |one: &Value| text_or(&one["ip"], &text(&one["hostname"]));
    let mut all: Vec<String> = items(ingress).iter().map(address).collect();
    all.retain(|one| !one.is_empty());
    all.sort();
    all.dedup();
    all.join(",")
}

/// `web:80`, or the object that takes a service's place.
///
/// Source: `describe.go`, `serviceBackendStringer`, `describeBackendV1`.
pub fn backend_name(backend: &Value) -> String {
    let service = &backend["service"];
    if service.is_object() {
        let port = text_or(&service["port"]["number"], &text(&service["port"]["name"]));
        return format!("{}:{port}", text(&service["name"]));
    }
    let resource = &backend["resource"];
    if !resource.is_object() {
        return String::new();
    }
    let group = text_or(&resource["apiGroup"], "<none>");
    let [kind, name] = ["kind", "name"].map(|key| text(&resource[key]));
    format!("APIGroup: {group}, Kind: {kind}, Name: {name}")
}

/// The page of an ingress class.
///
/// Source: `kubectl/pkg/describe/describe.go`, `describeIngressClassV1` (1.36).
pub fn describe_ingress_class(class: &Value, about: Option<&[Event]>, when: &When) -> String {
    let mut page = Page::default();
    let metadata = metadata(class);
    page.field(0, "Name", metadata.name.as_deref().unwrap_or_default());
    page.labels_and_annotations(&metadata);
    page.field(0, "Controller", text(&class["spec"]["controller"]));
    let parameters = &class["spec"]["parameters"];
    if parameters.is_object() {
        page.line(0, "Parameters:");
        let group = parameters["apiGroup"].as_str();
        page.field_if(1, "APIGroup", group);
        page.field(1, "Kind", text(&parameters["kind"]));
        page.field(1, "Name", text(&parameters["name"]));
    }
    events(&mut page, about, when);
    page.finish()
}

/// The page of a network policy.
///
/// Source: `kubectl/pkg/describe/describe.go`, `describeNetworkPolicy` (1.36).
pub fn describe_network_policy(policy: &Value, when: &When) -> String {
    let mut page = Page::default();
    let (metadata, spec) = (metadata(policy), &policy["spec"]);
    page.names(&metadata);
    let made = time(&policy["metadata"]["creationTimestamp"]);
    page.field(0, "Created on", made.map(|at| when.go_time(at)).unwrap_or_default());
    page.labels_and_annotations(&metadata);
    page.line(0, "Spec:");
    let pods = &spec["podSelector"];
    let chosen = match selector(&label_selector(pods)).as_str() {
        "<none>" => {
            "<none> (Allowing the specific traffic to all pods in this namespace)".to_owned()
        }
        chosen => chosen.to_owned(),
    };
    // kubectl writes the value with an indentation of its own.
    page.line(1, format_args!("PodSelector:     {chosen}"));
    let types = texts(&spec["policyTypes"]);
    for (type_, direction, side) in [
        ("Ingress", "ingress", ("from", "From", "source")),
        ("Egress", "egress", ("to", "To", "destination")),
    ] {
        if types.iter().any(|one| one == type_) {
            page.line(1, format_args!("Allowing {direction} traffic:"));
            rules(&mut page, &spec[direction], direction, side);
        } else {
            page.line(1, format_args!("Not affecting {direction} traffic"));
        }
    }
    page.line(1, format_args!("Policy Types: {}", types.join(", ")));
    page.finish()
}

fn rules(page: &mut Page, rules: &Value, direction: &str, (key, title, end): (&str, &str, &str)) {
    let rules = items(rules);
    if rules.is_empty() {
        page.line(
            2,
            format_args!("<none> (Selected pods are isolated for {direction} connectivity)"),
        );
    }
    for (index, rule) in rules.iter().enumerate() {
        if index > 0 {
            page.line(2, "----------");
        }
        let ports = items(&rule["ports"]);
        if ports.is_empty() {
            page.line(2, "To Port: <any> (traffic allowed to all ports)");
        }
        for port in ports {
            // What Go writes for a port that is not said.
            let number = text_or(&port["port"], "<nil>");
            let protocol = text_or(&port["protocol"], "TCP");
            page.line(
                2,
                match text(&port["endPort"]).as_str() {
                    "" => format!("To Port: {number}/{protocol}"),
                    last => format!("To Port Range: {number}-{last}/{protocol}"),
                },
            );
        }
        let peers = items(&rule[key]);
        if peers.is_empty() {
            page.line(2, format_args!("{title}: <any> (traffic not restricted by {end})"));
        }
        for peer in peers {
            page.line(2, format_args!("{title}:"));
            self::peer(page, peer);
        }
    }
}

fn peer(page: &mut Page, peer: &Value) {
    let mut selected = false;
    for (key, title) in [("namespaceSelector", "NamespaceSelector"), ("podSelector", "PodSelector")]
    {
        if peer[key].is_object() {
            selected = true;
            page.line(3, format_args!("{title}: {}", selector(&label_selector(&peer[key]))));
        }
    }
    let block = &peer["ipBlock"];
    if !selected && block.is_object() {
        page.line(3, "IPBlock:");
        page.line(4, format_args!("CIDR: {}", text(&block["cidr"])));
        page.line(4, format_args!("Except: {}", texts(&block["except"]).join(", ")));
    }
}

/// The page of an endpoint slice.
///
/// Source: `kubectl/pkg/describe/describe.go`, `describeEndpointSliceV1` (1.36).
pub fn describe_endpoint_slice(slice: &Value, about: Option<&[Event]>, when: &When) -> String {
    let mut page = Page::default();
    let metadata = metadata(slice);
    page.names(&metadata);
    page.labels_and_annotations(&metadata);
    page.field(0, "AddressType", text(&slice["addressType"]));
    let ports = items(&slice["ports"]);
    if ports.is_empty() {
        page.line(0, "Ports: <unset>");
    } else {
        page.line(0, "Ports:");
        page.line(1, "Name\tPort\tProtocol");
        page.line(1, "----\t----\t--------");
    }
    for port in ports {
        let [name, number] = ["name", "port"].map(|key| text_or(&port[key], "<unset>"));
        page.line(1, format_args!("{name}\t{number}\t{}", text(&port["protocol"])));
    }
    let endpoints = items(&slice["endpoints"]);
    page.line(0, if endpoints.is_empty() { "Endpoints: <none>" } else { "Endpoints:" });
    for one in endpoints {
        let addresses = texts(&one["addresses"]).join(", ");
        let addresses = if addresses.is_empty() { "<none>" } else { &addresses };
        page.line(1, format_args!("- Addresses:\t{addresses}"));
        page.line(2, "Conditions:");
        page.field(3, "Ready", text_or(&one["conditions"]["ready"], "<unset>"));
        page.field(2, "Hostname", text_or(&one["hostname"], "<unset>"));
        let target = &one["targetRef"];
        if target.is_object() {
            let [kind, name] = ["kind", "name"].map(|key| text(&target[key]));
            page.field(2, "TargetRef", format_args!("{kind}/{name}"));
        }
        page.field(2, "NodeName", text_or(&one["nodeName"], "<unset>"));
        page.field(2, "Zone", text_or(&one["zone"], "<unset>"));
    }
    events(&mut page, about, when);
    page.finish()
}
