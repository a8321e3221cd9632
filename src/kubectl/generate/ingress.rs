//! Ingresses from rules in one line.

use serde_json::{Map, Value, json};

use crate::invocation::Invocation;
use crate::kubectl::failure::Failure;

/// Source: `create_ingress.go`.
pub(super) fn ingress(invocation: &Invocation, name: &str) -> Result<Value, Failure> {
    let flags = &invocation.flags;
    let rules = flags.all("rule");
    let backend = flags.text("default-backend").filter(|backend| !backend.is_empty());
    if rules.is_empty() && backend.is_none() {
        return Err(Failure::message(
            "not enough information provided: every ingress has to either specify a default-backend (which catches all traffic) or a list of rules (which catch specific paths)",
        ));
    }
    let mut metadata = json!({"name": name});
    let annotations = annotations(invocation)?;
    if !annotations.is_empty() {
        metadata["annotations"] = Value::Object(annotations);
    }
    let mut spec = Map::new();
    if let Some(backend) = backend {
        let (service, port) = backend.split_once(':').ok_or_else(|| {
            Failure::message("default-backend should be in format servicename:serviceport")
        })?;
        spec.insert("defaultBackend".into(), backend_of(service, port));
    }
    if let Some(class) = flags.text("class").filter(|class| !class.is_empty()) {
        spec.insert("ingressClassName".into(), json!(class));
    }
    let (mut hosts, mut certificates) = (Vec::new(), Vec::new());
    for text in rules {
        let rule = Rule::read(text)?;
        rule.add_to(&mut hosts);
        certificates.extend(rule.certificate());
    }
    if !hosts.is_empty() {
        spec.insert("rules".into(), json!(hosts));
    }
    if !certificates.is_empty() {
        spec.insert("tls".into(), json!(certificates));
    }
    Ok(json!({
        "apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": metadata,
        "spec": spec, "status": {"loadBalancer": {}},
    }))
}

fn annotations(invocation: &Invocation) -> Result<Map<String, Value>, Failure> {
    let pair = |text: &str| match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), json!(value))),
        _ => Err(Failure::message(format!(
            "annotation {text} is invalid and should be in format key=[value]"
        ))),
    };
    invocation.flags.all("annotation").into_iter().map(pair).collect()
}

/// `host/path=service:port[,tls[=secret]]`.
struct Rule<'a> {
    host: &'a str,
    path: &'a str,
    service: &'a str,
    port: &'a str,
    tls: Option<&'a str>,
}

impl<'a> Rule<'a> {
    fn read(text: &'a str) -> Result<Self, Failure> {
        let wrong = || {
            Failure::message(format!(
                "rule {text} is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]"
            ))
        };
        let (place, rest) = text.split_once('=').ok_or_else(wrong)?;
        let (host, path) = place.split_at(place.find('/').ok_or_else(wrong)?);
        let (backend, tls) = match rest.split_once(',') {
            Some((backend, tls)) => (backend, Some(tls)),
            None => (rest, None),
        };
        let (service, port) = backend.split_once(':').ok_or_else(wrong)?;
        let tls = match tls.map(|tls| tls.split_once('=').unwrap_or((tls, ""))) {
            None => None,
            Some(("tls", secret)) => Some(secret),
            Some(_) => return Err(wrong()),
        };
        if service.is_empty() || port.is_empty() {
            return Err(wrong());
        }
        Ok(Self { host, path, service, port, tls })
    }

    /// Rules of one host are one.
    fn add_to(&self, hosts: &mut Vec<Value>) {
        let (path, path_type) = match self.path.strip_suffix('*') {
            Some(path) => (path, "Prefix"),
            None => (self.path, "Exact"),
        };
        let path = json!({
            "backend": backend_of(self.service, self.port), "path": path, "pathType": path_type,
        });
        let same = hosts
            .iter_mut()
            .find(|rule| rule.get("host").and_then(Value::as_str).unwrap_or_default() == self.host);
        match same.and_then(|rule| rule["http"]["paths"].as_array_mut()) {
            Some(paths) => paths.push(path),
            None => {
                let mut rule = json!({"http": {"paths": [path]}});
                if !self.host.is_empty() {
                    rule["host"] = json!(self.host);
                }
                hosts.push(rule);
            }
        }
    }

    fn certificate(&self) -> Option<Value> {
        let secret = self.tls?;
        let mut entry = Map::new();
        if !self.host.is_empty() {
            entry.insert("hosts".into(), json!([self.host]));
        }
        if !secret.is_empty() {
            entry.insert("secretName".into(), json!(secret));
        }
        Some(Value::Object(entry))
    }
}

fn backend_of(service: &str, port: &str) -> Value {
    let port = match port.parse::<i32>() {
        Ok(number) => json!({"number": number}),
        Err(_) => json!({"name": port}),
    };
    json!({"service": {"name": service, "port": port}})
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invocation::parse;

    fn made(words: &[&str]) -> Result<Value, String> {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        ingress(&parse(&words).unwrap(), "x").map_err(|failure| failure.text())
    }

    #[test]
    fn a_rule_has_host_path_service_and_certificate() {
        let made = made(&[
            "create",
            "ingress",
            "x",
            "--rule=a.b/x*=svc:80,tls=sec",
            "--rule=a.b/=svc:http,tls",
        ]);
        let spec = &made.unwrap()["spec"];
        assert_eq!(spec["rules"].as_array().unwrap().len(), 1);
        let paths = &spec["rules"][0]["http"]["paths"];
        assert_eq!((&paths[0]["path"], &paths[0]["pathType"]), (&json!("/x"), &json!("Prefix")));
        assert_eq!(paths[1]["backend"]["service"]["port"], json!({"name": "http"}));
        assert_eq!(
            spec["tls"],
            json!([{"hosts": ["a.b"], "secretName": "sec"}, {"hosts": ["a.b"]}])
        );
        let wrong = super::tests::made(&["create", "ingress", "x", "--rule=foo"]).unwrap_err();
        assert!(wrong.starts_with("error: rule foo is invalid and should be"), "{wrong}");
    }
}
