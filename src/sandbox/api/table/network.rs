use serde::Deserialize;
use serde_json::{Value, json};

use super::cell::{NONE, Row, some_of};
use crate::kinds::{endpoints_row, service_row};
use crate::sandbox::admit::edit::{at, is_blank, items, text};

/// Source: `pkg/printers/internalversion/printers.go`, `printService`.
pub(super) fn service(row: Row<'_>) -> Vec<Value> {
    let service = Deserialize::deserialize(row.object).unwrap_or_default();
    let cells = service_row(&service);
    vec![
        json!(cells.name),
        json!(cells.type_),
        json!(cells.cluster_ip),
        json!(cells.external_ip),
        json!(cells.ports),
        row.age(),
        row.labels(&["spec", "selector"]),
    ]
}

/// Source: `printers.go`, `printEndpoints`.
pub(super) fn endpoints(row: Row<'_>) -> Vec<Value> {
    let endpoints = Deserialize::deserialize(row.object).unwrap_or_default();
    let cells = endpoints_row(&endpoints);
    // The empty text where no address is ready; `<none>` is for none at all.
    vec![json!(cells.name), json!(cells.cell), row.age()]
}

/// Source: `printers.go`, `printEndpointSlice`.
pub(super) fn endpoint_slice(row: Row<'_>) -> Vec<Value> {
    const SHOWN: usize = 3;
    let ports: Vec<String> = items(row.object, &["ports"])
        .map(|port| at(port, &["port"]).map_or_else(|| "*".to_owned(), Value::to_string))
        .collect();
    let addresses: Vec<String> = items(row.object, &["endpoints"])
        .flat_map(|one| items(one, &["addresses"]))
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect();
    let shown = |all: &[String]| {
        json!(if all.is_empty() { "<unset>".to_owned() } else { some_of(all, SHOWN, ",") })
    };
    vec![row.name(), row.text(&["addressType"]), shown(&ports), shown(&addresses), row.age()]
}

/// Source: `printers.go`, `printIngress`.
pub(super) fn ingress(row: Row<'_>) -> Vec<Value> {
    const SHOWN: usize = 3;
    let hosts: Vec<String> = items(row.object, &["spec", "rules"])
        .map(|rule| text(rule, &["host"]))
        .filter(|host| !host.is_empty())
        .map(str::to_owned)
        .collect();
    let hosts = if hosts.is_empty() { "*".to_owned() } else { some_of(&hosts, SHOWN, ",") };
    let addresses: Vec<&str> = items(row.object, &["status", "loadBalancer", "ingress"])
        .map(|one| match text(one, &["ip"]) {
            "" => text(one, &["hostname"]),
            ip => ip,
        })
        .collect();
    let ports = if is_blank(row.object, &["spec", "tls"]) { "80" } else { "80, 443" };
    vec![
        row.name(),
        row.text_or(&["spec", "ingressClassName"], NONE),
        json!(hosts),
        json!(addresses.join(",")),
        json!(ports),
        row.age(),
    ]
}

/// Source: `printers.go`, `printIngressClass`.
pub(super) fn ingress_class(row: Row<'_>) -> Vec<Value> {
    let parameters = at(row.object, &["spec", "parameters"]).map_or_else(
        || NONE.to_owned(),
        |one| {
            let kind = text(one, &["kind"]);
            let name = text(one, &["name"]);
            match text(one, &["apiGroup"]) {
                "" => format!("{kind}/{name}"),
                group => format!("{kind}.{group}/{name}"),
            }
        },
    );
    vec![row.name(), row.text(&["spec", "controller"]), json!(parameters), row.age()]
}

/// Source: `printers.go`, `printNetworkPolicy`.
pub(super) fn network_policy(row: Row<'_>) -> Vec<Value> {
    vec![row.name(), row.selector(&["spec", "podSelector"]), row.age()]
}
