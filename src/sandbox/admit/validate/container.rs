use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::super::edit::{at, is_blank, items, text};
use super::findings::Findings;
use super::names::{config_key, dns_label, port_name, variable_name};
use super::probe::{check_handler, check_probe};
use crate::kinds::Quantity;

const PORT_RANGE: &str = "must be between 1 and 65535, inclusive";

/// Checks all containers of a pod's spec; `volumes` are the names of its volumes.
///
/// Source: `pkg/apis/core/validation/validation.go`, `validateContainers`.
pub(super) fn check_containers(
    spec: &Value,
    field: &str,
    volumes: &BTreeSet<String>,
    found: &mut Findings,
) {
    if is_blank(spec, &["containers"]) {
        found.required(&format!("{field}.containers"), "");
    }
    let mut names = BTreeSet::new();
    let mut port_names = BTreeSet::new();
    for list in ["initContainers", "containers"] {
        for (index, container) in items(spec, &[list]).enumerate() {
            let field = format!("{field}.{list}[{index}]");
            check_container(container, &field, volumes, found);
            let name = text(container, &["name"]);
            if !name.is_empty() && !names.insert(name) {
                found.duplicate(&format!("{field}.name"), &json!(name));
            }
            check_ports(container, &field, &mut port_names, found);
            if list == "initContainers" {
                check_init_container(container, &field, found);
            }
        }
        port_names.clear();
    }
}

fn check_init_container(container: &Value, field: &str, found: &mut Findings) {
    let sidecar = match text(container, &["restartPolicy"]) {
        "Always" => true,
        "" => false,
        other => {
            found.unsupported(&format!("{field}.restartPolicy"), other, &["Always"]);
            false
        }
    };
    for probe in ["livenessProbe", "readinessProbe", "startupProbe", "lifecycle"] {
        if !sidecar && at(container, &[probe]).is_some() {
            let words = "may not be set for init containers without restartPolicy=Always";
            found.forbidden(&format!("{field}.{probe}"), words);
        }
    }
}

fn check_container(
    container: &Value,
    field: &str,
    volumes: &BTreeSet<String>,
    found: &mut Findings,
) {
    let name = text(container, &["name"]);
    if name.is_empty() {
        found.required(&format!("{field}.name"), "");
    } else {
        for wrong in dns_label(name) {
            found.invalid(&format!("{field}.name"), &json!(name), &wrong);
        }
    }
    let image = text(container, &["image"]);
    if image.is_empty() {
        found.required(&format!("{field}.image"), "");
    } else if image.trim() != image {
        let words = "must not have leading or trailing whitespace";
        found.invalid(&format!("{field}.image"), &json!(image), words);
    }
    let policies = ["Always", "IfNotPresent", "Never"];
    found.word(
        &format!("{field}.imagePullPolicy"),
        text(container, &["imagePullPolicy"]),
        &policies,
    );
    check_environment(container, field, found);
    check_mounts(container, field, volumes, found);
    check_resources(container, field, found);
    for probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
        if let Some(given) = at(container, &[probe]) {
            check_probe(given, &format!("{field}.{probe}"), probe != "readinessProbe", found);
        }
    }
    for hook in ["postStart", "preStop"] {
        if let Some(given) = at(container, &["lifecycle", hook]) {
            check_handler(given, &format!("{field}.lifecycle.{hook}"), found);
        }
    }
}

fn check_ports<'a>(
    container: &'a Value,
    field: &str,
    names: &mut BTreeSet<&'a str>,
    found: &mut Findings,
) {
    for (index, port) in items(container, &["ports"]).enumerate() {
        let field = format!("{field}.ports[{index}]");
        let name = text(port, &["name"]);
        if !name.is_empty() {
            for wrong in port_name(name) {
                found.invalid(&format!("{field}.name"), &json!(name), &wrong);
            }
            if !names.insert(name) {
                found.duplicate(&format!("{field}.name"), &json!(name));
            }
        }
        let number = port["containerPort"].as_i64().unwrap_or(0);
        if number == 0 {
            found.required(&format!("{field}.containerPort"), "");
        } else if !(1..=65_535).contains(&number) {
            found.invalid(&format!("{field}.containerPort"), &json!(number), PORT_RANGE);
        }
        let on_host = port["hostPort"].as_i64().unwrap_or(0);
        if on_host != 0 && !(1..=65_535).contains(&on_host) {
            found.invalid(&format!("{field}.hostPort"), &json!(on_host), PORT_RANGE);
        }
        let protocol = text(port, &["protocol"]);
        found.word(&format!("{field}.protocol"), protocol, &["SCTP", "TCP", "UDP"]);
    }
}

fn check_environment(container: &Value, field: &str, found: &mut Findings) {
    for (index, variable) in items(container, &["env"]).enumerate() {
        let field = format!("{field}.env[{index}]");
        let name = text(variable, &["name"]);
        if name.is_empty() {
            found.required(&format!("{field}.name"), "");
        }
        for wrong in variable_name(name) {
            found.invalid(&format!("{field}.name"), &json!(name), &wrong);
        }
        let Some(source) = at(variable, &["valueFrom"]) else { continue };
        let given = source.as_object().map_or(0, serde_json::Map::len);
        let field = format!("{field}.valueFrom");
        if given == 0 {
            let words = "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`";
            found.invalid(&field, &json!(""), words);
        } else if !text(variable, &["value"]).is_empty() {
            found.invalid(&field, &json!(""), "may not be specified when `value` is not empty");
        } else if given > 1 {
            found.invalid(
                &field,
                &json!(""),
                "may not have more than one field specified at a time",
            );
        }
        for reference in ["configMapKeyRef", "secretKeyRef"] {
            if let Some(one) = at(source, &[reference]) {
                check_key_reference(one, &format!("{field}.{reference}"), found);
            }
        }
        if let Some(one) = at(source, &["fieldRef"])
            && is_blank(one, &["fieldPath"])
        {
            found.required(&format!("{field}.fieldRef.fieldPath"), "");
        }
    }
}

fn check_key_reference(reference: &Value, field: &str, found: &mut Findings) {
    if is_blank(reference, &["name"]) {
        found.invalid(&format!("{field}.name"), &json!(""), "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')");
    }
    let key = text(reference, &["key"]);
    if key.is_empty() {
        found.required(&format!("{field}.key"), "");
    } else {
        for wrong in config_key(key) {
            found.invalid(&format!("{field}.key"), &json!(key), &wrong);
        }
    }
}

fn check_mounts(container: &Value, field: &str, volumes: &BTreeSet<String>, found: &mut Findings) {
    let mut paths = BTreeSet::new();
    for (index, mount) in items(container, &["volumeMounts"]).enumerate() {
        let field = format!("{field}.volumeMounts[{index}]");
        let name = text(mount, &["name"]);
        if name.is_empty() {
            found.required(&format!("{field}.name"), "");
        } else if !volumes.contains(name) {
            found.not_found(&format!("{field}.name"), name);
        }
        let path = text(mount, &["mountPath"]);
        if path.is_empty() {
            found.required(&format!("{field}.mountPath"), "");
        } else if !paths.insert(path) {
            found.invalid(&format!("{field}.mountPath"), &json!(path), "must be unique");
        }
        let sub = text(mount, &["subPath"]);
        if sub.starts_with('/') {
            found.invalid(&format!("{field}.subPath"), &json!(sub), "must be a relative path");
        } else if sub.split('/').any(|part| part == "..") {
            found.invalid(&format!("{field}.subPath"), &json!(sub), "must not contain '..'");
        }
    }
}

fn check_resources(container: &Value, field: &str, found: &mut Findings) {
    let amount =
        |kind: &str, name: &str| Quantity::parse(text(container, &["resources", kind, name])).ok();
    for kind in ["limits", "requests"] {
        let given = at(container, &["resources", kind]).and_then(Value::as_object);
        for (name, value) in given.into_iter().flatten() {
            if amount(kind, name).is_some_and(Quantity::is_negative) {
                let field = format!("{field}.resources.{kind}[{name}]");
                found.invalid(&field, value, "must be greater than or equal to 0");
            }
            let standard =
                ["cpu", "memory", "ephemeral-storage", "storage"].contains(&name.as_str());
            if !standard && !name.starts_with("hugepages-") && !name.contains('/') {
                let field = format!("{field}.resources.{kind}[{name}]");
                found.invalid(
                    &field,
                    &json!(name),
                    "must be a standard resource type or fully qualified",
                );
                found.invalid(&field, &json!(name), "must be a standard resource for containers");
            }
        }
    }
    let requests = at(container, &["resources", "requests"]).and_then(Value::as_object);
    for (name, value) in requests.into_iter().flatten() {
        if let (Some(request), Some(limit)) = (amount("requests", name), amount("limits", name))
            && request > limit
        {
            let words = format!("must be less than or equal to {name} limit of {limit}");
            found.invalid(&format!("{field}.resources.requests"), value, &words);
        }
    }
}
