//! Services of each type.

use serde_json::{Value, json};

use super::text::int_or_text;
use crate::invocation::Invocation;
use crate::kubectl::failure::Failure;

/// Source: `create_service.go`.
pub(super) fn cluster_ip(invocation: &Invocation, name: &str) -> Result<Value, Failure> {
    let address = invocation.flags.text("clusterip").filter(|address| !address.is_empty());
    let headless = address == Some("None");
    let mut service = service(name, "ClusterIP", &ports(invocation, headless)?);
    if let Some(address) = address {
        service["spec"]["clusterIP"] = json!(address);
    }
    Ok(service)
}

pub(super) fn node_port(invocation: &Invocation, name: &str) -> Result<Value, Failure> {
    let mut ports = ports(invocation, false)?;
    let node_port = invocation.flags.number("node-port").filter(|port| *port > 0);
    if let Some(node_port) = node_port {
        for port in &mut ports {
            port["nodePort"] = json!(node_port);
        }
    }
    Ok(service(name, "NodePort", &ports))
}

pub(super) fn load_balancer(invocation: &Invocation, name: &str) -> Result<Value, Failure> {
    Ok(service(name, "LoadBalancer", &ports(invocation, false)?))
}

pub(super) fn external_name(invocation: &Invocation, name: &str) -> Result<Value, Failure> {
    let mut service = service(name, "ExternalName", &ports(invocation, true)?);
    service["spec"]["externalName"] = json!(invocation.flags.text("external-name"));
    Ok(service)
}

fn service(name: &str, kind: &str, ports: &[Value]) -> Value {
    let mut service = json!({
        "apiVersion": "v1", "kind": "Service",
        "metadata": {"name": name, "labels": {"app": name}},
        "spec": {"selector": {"app": name}, "type": kind},
        "status": {"loadBalancer": {}},
    });
    if !ports.is_empty() {
        service["spec"]["ports"] = json!(ports);
    }
    service
}

/// Source: `create_service.go`, `buildTCPPorts` and `parsePorts`.
fn ports(invocation: &Invocation, may_lack: bool) -> Result<Vec<Value>, Failure> {
    let texts = invocation.flags.all("tcp");
    if texts.is_empty() && !may_lack {
        return Err(Failure::message("at least one tcp port specifier must be provided"));
    }
    texts
        .into_iter()
        .map(|text| {
            let (port, target) = text.split_once(':').unwrap_or((text, text));
            let number = port_number(port)?;
            let target = match target.parse::<i64>() {
                Ok(_) => json!(port_number(target)?),
                Err(_) => int_or_text(target),
            };
            let name = text.replace(':', "-");
            Ok(json!({
                "name": name, "port": number, "protocol": "TCP", "targetPort": target,
            }))
        })
        .collect()
}

fn port_number(text: &str) -> Result<u16, Failure> {
    let number: u64 = text.parse().map_err(|_| {
        Failure::message(format!("strconv.ParseUint: parsing {text:?}: invalid syntax"))
    })?;
    u16::try_from(number).map_err(|_| {
        Failure::message(format!("strconv.ParseUint: parsing {text:?}: value out of range"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invocation::parse;

    #[test]
    fn a_port_leads_to_itself_or_where_it_says() {
        let check = |line: &str, wanted: Value| {
            let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
            let made = cluster_ip(&parse(&words).unwrap(), "x").unwrap();
            assert_eq!(made["spec"]["ports"], wanted, "{line}");
        };
        check(
            "create service clusterip x --tcp=80:8080 --tcp=90",
            json!([
                {"name": "80-8080", "port": 80, "protocol": "TCP", "targetPort": 8080},
                {"name": "90", "port": 90, "protocol": "TCP", "targetPort": 90},
            ]),
        );
        check(
            "create svc clusterip x --tcp=80:http",
            json!([{"name": "80-http", "port": 80, "protocol": "TCP", "targetPort": "http"}]),
        );
        check("create service clusterip x --clusterip=None", Value::Null);
    }
}
