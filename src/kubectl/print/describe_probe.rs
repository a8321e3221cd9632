//! A probe in one line.

use std::fmt::Write;

use k8s_openapi::api::core::v1::{HTTPGetAction, Probe};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use crate::kinds::host_port_text;

/// `http-get http://:8080/healthz delay=3s timeout=1s period=3s #success=1 #failure=3`.
///
/// Source: `kubectl/pkg/describe/describe.go`, `DescribeProbe` (1.36).
pub(super) fn probe(probe: &Probe) -> String {
    let number = |n: Option<i32>| n.unwrap_or(0);
    let attributes = format!(
        "delay={}s timeout={}s period={}s #success={} #failure={}",
        number(probe.initial_delay_seconds),
        number(probe.timeout_seconds),
        number(probe.period_seconds),
        number(probe.success_threshold),
        number(probe.failure_threshold),
    );
    if let Some(exec) = &probe.exec {
        let command = exec.command.as_deref().unwrap_or_default().join(" ");
        return format!("exec [{command}] {attributes}");
    }
    if let Some(http) = &probe.http_get {
        return format!("http-get {} {attributes}", url(http));
    }
    if let Some(tcp) = &probe.tcp_socket {
        let host = tcp.host.as_deref().unwrap_or_default();
        return format!("tcp-socket {host}:{} {attributes}", port(&tcp.port));
    }
    if let Some(grpc) = &probe.grpc {
        let service = grpc.service.as_deref().unwrap_or_default();
        return format!("grpc <pod>:{} {service} {attributes}", grpc.port);
    }
    format!("unknown {attributes}")
}

fn url(http: &HTTPGetAction) -> String {
    let scheme = http.scheme.as_deref().unwrap_or_default().to_lowercase();
    let host = host_port_text(http.host.as_deref().unwrap_or_default(), &port(&http.port));
    let path = http.path.as_deref().unwrap_or_default();
    let slash = if path.is_empty() || path.starts_with('/') { "" } else { "/" };
    let scheme = if scheme.is_empty() { scheme } else { scheme + ":" };
    format!("{scheme}//{host}{slash}{}", escaped(path))
}

fn port(port: &IntOrString) -> String {
    match port {
        IntOrString::Int(number) => number.to_string(),
        IntOrString::String(name) => name.clone(),
    }
}

/// A path as Go's `net/url` prints it: a query in it is part of the path, and looks like it.
fn escaped(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~$&+,/:;=@".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn probes_read_as_in_kubectl() {
        let rows = [
            (json!({"exec": {"command": ["cat", "/tmp/healthy"]}}), "exec [cat /tmp/healthy]"),
            (
                json!({"httpGet": {"path": "/healthz", "port": 8080, "scheme": "HTTP"}}),
                "http-get http://:8080/healthz",
            ),
            (
                json!({"httpGet": {"path": "/a?b=1", "port": "web", "scheme": "HTTPS", "host": "h"}}),
                "http-get https://h:web/a%3Fb=1",
            ),
            (json!({"tcpSocket": {"port": 3306}}), "tcp-socket :3306"),
            (json!({"grpc": {"port": 9090, "service": "svc"}}), "grpc <pod>:9090 svc"),
            (json!({}), "unknown"),
        ];
        for (mut value, wanted) in rows {
            value["periodSeconds"] = json!(5);
            value["timeoutSeconds"] = json!(1);
            value["successThreshold"] = json!(1);
            value["failureThreshold"] = json!(3);
            let read = probe(&serde_json::from_value(value).unwrap());
            let attributes = "delay=0s timeout=1s period=5s #success=1 #failure=3";
            assert_eq!(read, format!("{wanted} {attributes}"));
        }
    }
}
