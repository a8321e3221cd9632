use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use serde_json::{Value, json};

use super::super::edit::{at, default_to, is_blank, items, items_mut, set, text};
use super::super::{Cause, Status};
use crate::sandbox::store::{Store, mixed};

/// Addresses of services: 10.96.0.0/16.
const SERVICE_NETWORK: [u8; 2] = [10, 96];
/// Ports of nodes that services may have.
const NODE_PORTS: std::ops::RangeInclusive<u64> = 30_000..=32_767;

/// Gives a service its addresses and the ports on nodes that it has not chosen itself.
///
/// Source: `pkg/registry/core/service/storage/alloc.go`.
///
/// # Errors
/// Where what it chose is taken, or cannot be had.
pub(super) fn allocate(
    store: &Store,
    service: &mut Value,
    old: Option<&Value>,
) -> Result<(), Status> {
    if let Some(old) = old {
        keep_allocations(service, old);
    }
    let kind = text(service, &["spec", "type"]).to_owned();
    if kind == "ExternalName" {
        for key in ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"] {
            remove(service, key);
        }
    } else {
        allocate_address(store, service)?;
    }
    if matches!(kind.as_str(), "NodePort" | "LoadBalancer") {
        allocate_node_ports(store, service, &kind)?;
    } else {
        for port in items_mut(service, &["spec", "ports"]) {
            if let Some(port) = port.as_object_mut() {
                port.remove("nodePort");
            }
        }
    }
    if kind == "LoadBalancer" && service["spec"]["externalTrafficPolicy"] == "Local" {
        allocate_health_port(store, service);
    }
    Ok(())
}

fn remove(service: &mut Value, key: &str) {
    if let Some(spec) = service.get_mut("spec").and_then(Value::as_object_mut) {
        spec.remove(key);
    }
}

/// An update that leaves out what was allocated keeps it.
///
/// Source: `pkg/registry/core/service/storage/storage.go`, `patchAllocatedValues`.
fn keep_allocations(service: &mut Value, old: &Value) {
    let had_address = text(old, &["spec", "type"]) != "ExternalName";
    let wants_address = text(service, &["spec", "type"]) != "ExternalName";
    if had_address && wants_address {
        for key in ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"] {
            if let (true, Some(value)) =
                (is_blank(service, &["spec", key]), at(old, &["spec", key]))
            {
                set(service, &["spec"], key, value.clone());
            }
        }
    }
    let exposed = |one: &Value| matches!(text(one, &["spec", "type"]), "NodePort" | "LoadBalancer");
    if !exposed(old) || !exposed(service) {
        return;
    }
    let same = |a: &Value, b: &Value| a["port"] == b["port"] && a["protocol"] == b["protocol"];
    for port in items_mut(service, &["spec", "ports"]) {
        let before = items(old, &["spec", "ports"]).find(|one| same(one, port));
        if let (None, Some(before)) = (at(port, &["nodePort"]), before)
            && let Some(number) = at(before, &["nodePort"])
        {
            set(port, &[], "nodePort", number.clone());
        }
    }
    if let Some(number) = at(old, &["spec", "healthCheckNodePort"]) {
        default_to(service, &["spec"], "healthCheckNodePort", number.clone());
    }
}

fn allocate_address(store: &Store, service: &mut Value) -> Result<(), Status> {
    let first = items(service, &["spec", "clusterIPs"]).next().and_then(Value::as_str);
    if let (Some(first), true) =
        (first.map(str::to_owned), is_blank(service, &["spec", "clusterIP"]))
    {
        set(service, &["spec"], "clusterIP", first);
    }
    let chosen = text(service, &["spec", "clusterIP"]).to_owned();
    let selects = !is_blank(service, &["spec", "selector"]);
    let both_families = chosen == "None" && !selects;
    let address = match chosen.as_str() {
        "None" => chosen,
        "" => free_address(store, service)?,
        chosen => check_address(store, service, chosen)?,
    };
    set(service, &["spec"], "clusterIP", address.as_str());
    set(service, &["spec"], "clusterIPs", json!([address]));
    let policy = if both_families { "RequireDualStack" } else { "SingleStack" };
    let families = if both_families { json!(["IPv4", "IPv6"]) } else { json!(["IPv4"]) };
    default_to(service, &["spec"], "ipFamilies", families);
    default_to(service, &["spec"], "ipFamilyPolicy", policy);
    Ok(())
}

fn free_address(store: &Store, service: &Value) -> Result<String, Status> {
    let taken: BTreeSet<&str> = others(store, service)
        .flat_map(|one| items(one, &["spec", "clusterIPs"]).filter_map(Value::as_str))
        .collect();
    let [a, b] = SERVICE_NETWORK;
    let start = mixed(store.next_serial());
    // The first addresses of the range are for those who choose theirs.
    let candidates = (0..65_000_u64).map(|step| 256 + (start.wrapping_add(step)) % 65_000);
    let mut addresses = candidates.map(|number| {
        let [.., high, low] = number.to_be_bytes();
        Ipv4Addr::new(a, b, high, low).to_string()
    });
    addresses.find(|address| !taken.contains(address.as_str())).ok_or_else(|| {
        let detail = "failed to allocate a serviceIP: range is full";
        let cause = Cause {
            reason: "InternalError",
            message: format!("Internal error: {detail}"),
            field: "spec.clusterIPs".to_owned(),
        };
        Status::invalid("", "Service", text(service, &["metadata", "name"]), vec![cause])
    })
}

fn check_address(store: &Store, service: &Value, chosen: &str) -> Result<String, Status> {
    let invalid = |detail: String| {
        let cause = Cause {
            reason: "FieldValueInvalid",
            message: format!("Invalid value: [{chosen:?}]: {detail}"),
            field: "spec.clusterIPs".to_owned(),
        };
        Status::invalid("", "Service", text(service, &["metadata", "name"]), vec![cause])
    };
    let [a, b] = SERVICE_NETWORK;
    let Ok(address) = chosen.parse::<Ipv4Addr>() else {
        return Err(invalid(format!(
            "failed to allocate IP {chosen}: must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"
        )));
    };
    let octets = address.octets();
    if octets.first() != Some(&a) || octets.get(1) != Some(&b) {
        return Err(invalid(format!(
            "failed to allocate IP {chosen}: the provided IP ({chosen}) is not in the valid range. The range of valid IPs is {a}.{b}.0.0/16"
        )));
    }
    let mut addresses = others(store, service).flat_map(|one| items(one, &["spec", "clusterIPs"]));
    if addresses.any(|one| one == chosen) {
        return Err(invalid(format!(
            "failed to allocate IP {chosen}: provided IP is already allocated"
        )));
    }
    Ok(chosen.to_owned())
}

fn others<'a>(store: &'a Store, service: &'a Value) -> impl Iterator<Item = &'a Value> {
    let same = |one: &Value| {
        ["namespace", "name"].iter().all(|key| one["metadata"][key] == service["metadata"][key])
    };
    store.list("services", None).map(AsRef::as_ref).filter(move |one| !same(one))
}

fn taken_ports(store: &Store, service: &Value) -> BTreeSet<(u64, String)> {
    let port_of =
        |port: &Value| Some((port["nodePort"].as_u64()?, text(port, &["protocol"]).to_owned()));
    others(store, service)
        .flat_map(|one| items(one, &["spec", "ports"]).filter_map(port_of).collect::<Vec<_>>())
        .collect()
}

fn allocate_node_ports(store: &Store, service: &mut Value, kind: &str) -> Result<(), Status> {
    let mut taken = taken_ports(store, service);
    let name = text(service, &["metadata", "name"]).to_owned();
    let none_wanted =
        kind == "LoadBalancer" && service["spec"]["allocateLoadBalancerNodePorts"] == false;
    let ports = items_mut(service, &["spec", "ports"]).collect::<Vec<_>>();
    for (index, port) in ports.iter().enumerate() {
        let Some(number) = at(port, &["nodePort"]).and_then(Value::as_u64).filter(|n| *n != 0)
        else {
            continue;
        };
        let complaint = if !NODE_PORTS.contains(&number) {
            Some("provided port is not in the valid range. The range of valid ports is 30000-32767")
        } else if taken.contains(&(number, text(port, &["protocol"]).to_owned())) {
            Some("provided port is already allocated")
        } else {
            None
        };
        if let Some(complaint) = complaint {
            let cause = Cause {
                reason: "FieldValueInvalid",
                message: format!("Invalid value: {number}: {complaint}"),
                field: format!("spec.ports[{index}].nodePort"),
            };
            return Err(Status::invalid("", "Service", &name, vec![cause]));
        }
        taken.insert((number, text(port, &["protocol"]).to_owned()));
    }
    for (index, port) in ports.into_iter().enumerate() {
        let chosen = at(port, &["nodePort"]).and_then(Value::as_u64).unwrap_or(0);
        if chosen == 0 && !none_wanted {
            let number = free_port(&taken, store.next_serial() + index as u64);
            taken.insert((number, text(port, &["protocol"]).to_owned()));
            set(port, &[], "nodePort", number);
        }
    }
    Ok(())
}

fn free_port(taken: &BTreeSet<(u64, String)>, serial: u64) -> u64 {
    let (first, last) = NODE_PORTS.into_inner();
    let count = last - first + 1;
    let start = mixed(serial ^ 0x706f_7274);
    let mut candidates = (0..count).map(|step| first + start.wrapping_add(step) % count);
    candidates.find(|port| taken.iter().all(|(used, _)| used != port)).unwrap_or(first)
}

fn allocate_health_port(store: &Store, service: &mut Value) {
    let taken = taken_ports(store, service);
    let number = free_port(&taken, store.next_serial() + 1000);
    default_to(service, &["spec"], "healthCheckNodePort", number);
}
