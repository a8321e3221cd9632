use serde_json::{Value, json};

use super::super::edit::{at, is_blank, text};
use super::findings::Findings;
use super::names::port_name;

/// The ways in which a container can be asked or told something.
const HANDLERS: [&str; 4] = ["exec", "httpGet", "tcpSocket", "grpc"];

/// Checks a probe; one success is enough for those that restart.
///
/// Source: `pkg/apis/core/validation/validation.go`, `validateProbe`.
pub(super) fn check_probe(probe: &Value, field: &str, one_success: bool, found: &mut Findings) {
    check_handler(probe, field, found);
    for key in [
        "initialDelaySeconds",
        "timeoutSeconds",
        "periodSeconds",
        "successThreshold",
        "failureThreshold",
    ] {
        found.not_negative(&format!("{field}.{key}"), &probe[key]);
    }
    if one_success && at(probe, &["successThreshold"]).is_some_and(|value| *value != 1) {
        found.invalid(
            &format!("{field}.successThreshold"),
            &probe["successThreshold"],
            "must be 1",
        );
    }
}

/// Checks how a container is asked: in exactly one way.
pub(super) fn check_handler(handler: &Value, field: &str, found: &mut Findings) {
    let ways = HANDLERS.iter().chain(&["sleep"]).filter(|way| at(handler, &[way]).is_some());
    let mut ways = ways.copied();
    if ways.next().is_none() {
        found.required(field, "must specify a handler type");
    }
    for way in ways {
        found.forbidden(&format!("{field}.{way}"), "may not specify more than 1 handler type");
    }
    if at(handler, &["exec"]).is_some() && is_blank(handler, &["exec", "command"]) {
        found.required(&format!("{field}.exec.command"), "");
    }
    if let Some(get) = at(handler, &["httpGet"]) {
        let field = format!("{field}.httpGet");
        check_port(&get["port"], &format!("{field}.port"), found);
        let scheme = text(get, &["scheme"]);
        if !["HTTP", "HTTPS"].contains(&scheme) {
            found.unsupported(&format!("{field}.scheme"), scheme, &["HTTP", "HTTPS"]);
        }
    }
    if let Some(socket) = at(handler, &["tcpSocket"]) {
        check_port(&socket["port"], &format!("{field}.tcpSocket.port"), found);
    }
    if let Some(grpc) = at(handler, &["grpc"]) {
        check_port(&grpc["port"], &format!("{field}.grpc.port"), found);
    }
}

/// Checks a port that is a number or a name.
pub(super) fn check_port(port: &Value, field: &str, found: &mut Findings) {
    match port {
        Value::String(name) => {
            for wrong in port_name(name) {
                found.invalid(field, port, &wrong);
            }
        }
        other => {
            let number = other.as_i64().unwrap_or(0);
            if !(1..=65_535).contains(&number) {
                found.invalid(field, &json!(number), "must be between 1 and 65535, inclusive");
            }
        }
    }
}
