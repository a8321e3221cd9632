//! `kubectl expose`: a service for what an object selects.

use serde_json::{Map, Value, json};

use super::create::{Sending, send};
use super::failure::{Failure, Outcome};
use super::manifest::{Manifest, manifests};
use super::resources::wanted;
use super::written::{DryRun, Written};
use super::{Io, Session};
use crate::cluster::{ApiRequest, ResourceKind};
use crate::invocation::Invocation;

/// Runs the verb.
///
/// Source: `kubectl/pkg/cmd/expose/expose.go`, `RunExpose`.
pub(super) async fn run(invocation: &Invocation, session: &Session, io: &mut Io) -> Outcome {
    let mut written = Written::asked(invocation)?;
    let kind = session.cluster.kind_of("v1", "Service").await?;
    let manager = invocation.flags.text("field-manager").unwrap_or("kubectl-expose");
    for (exposed, object) in exposed(invocation, session, io).await? {
        let namespace = object["metadata"]["namespace"].as_str().map(str::to_owned);
        let mut service = service(invocation, &exposed, &object)?;
        let namespace = session.policy.namespace(namespace.as_deref());
        service["metadata"]["namespace"] = json!(namespace);
        let mut manifest = Manifest { object: service, kind: kind.clone(), source: String::new() };
        let sending = Sending { manager, validate: "", dry_run: written.dry_run() };
        let mut made = send(&mut manifest, session, io, &sending).await?;
        // kubectl shows what it would send; where to only if the person said it.
        let is_said = invocation.flags.text("namespace").is_some_and(|asked| !asked.is_empty());
        if written.dry_run() == DryRun::Client
            && !is_said
            && let Some(metadata) = made["metadata"].as_object_mut()
        {
            metadata.remove("namespace");
        }
        written.object(io, &made, "exposed").await?;
    }
    Ok(())
}

/// The objects that are to be exposed, as the server has them.
async fn exposed(
    invocation: &Invocation,
    session: &Session,
    io: &mut Io,
) -> Result<Vec<(ResourceKind, Value)>, Failure> {
    let mut named = Vec::new();
    if invocation.flags.is_set("filename") {
        for manifest in manifests(invocation, session, io).await? {
            named.push((manifest.path(), manifest.kind));
        }
    } else {
        let namespace = session.policy.namespace(invocation.flags.text("namespace"));
        for wanted in wanted(&invocation.args, session).await? {
            let Some(name) = &wanted.name else {
                return Err(Failure::message(
                    "resource(s) were provided, but no name was specified",
                ));
            };
            named.push((wanted.kind.object_path(Some(&namespace), name), wanted.kind));
        }
    }
    let mut objects = Vec::new();
    for (path, kind) in named {
        objects.push((kind, session.cluster.json(&ApiRequest::get(path)).await?));
    }
    Ok(objects)
}

/// The service that the flags and the object describe.
///
/// Source: `expose.go`, `createService` and `generateService`.
fn service(invocation: &Invocation, kind: &ResourceKind, object: &Value) -> Result<Value, Failure> {
    let flags = &invocation.flags;
    let own_name = object["metadata"]["name"].as_str().unwrap_or_default();
    let name = flags.text("name").filter(|name| !name.is_empty()).unwrap_or(own_name);
    let name: String = name.chars().take(63).collect();
    let labels = match flags.text("labels").filter(|labels| !labels.is_empty()) {
        Some(labels) => Value::Object(pairs(labels)?),
        None => object["metadata"]["labels"].clone(),
    };
    let mut spec = Map::new();
    let selector = match flags.text("selector").filter(|selector| !selector.is_empty()) {
        Some(selector) => pairs(selector)?,
        None => selector_of(kind, object)?,
    };
    spec.insert("ports".into(), json!(ports(invocation, kind, object)?));
    spec.insert("selector".into(), Value::Object(selector));
    for (flag, field) in [
        ("type", "type"),
        ("session-affinity", "sessionAffinity"),
        ("load-balancer-ip", "loadBalancerIP"),
        ("cluster-ip", "clusterIP"),
    ] {
        if let Some(value) = flags.text(flag).filter(|value| !value.is_empty()) {
            spec.insert(field.into(), json!(value));
        }
    }
    if let Some(address) = flags.text("external-ip").filter(|address| !address.is_empty()) {
        spec.insert("externalIPs".into(), json!([address]));
    }
    let mut metadata = json!({"name": name});
    if labels.as_object().is_some_and(|labels| !labels.is_empty()) {
        metadata["labels"] = labels;
    }
    Ok(json!({
        "apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec,
        "status": {"loadBalancer": {}},
    }))
}

/// Source: `polymorphichelpers/mapbasedselectorforobject.go`.
fn selector_of(kind: &ResourceKind, object: &Value) -> Result<Map<String, Value>, Failure> {
    let found = match kind.kind.as_str() {
        "Pod" => &object["metadata"]["labels"],
        "Service" | "ReplicationController" => &object["spec"]["selector"],
        "Deployment" | "ReplicaSet" => {
            if object["spec"]["selector"]["matchExpressions"]
                .as_array()
                .is_some_and(|all| !all.is_empty())
            {
                return Err(Failure::message(
                    "couldn't convert expressions - \"matchExpressions\" to map-based selector format",
                ));
            }
            &object["spec"]["selector"]["matchLabels"]
        }
        _ => return Err(Failure::message(format!("cannot expose a {}", kind.kind))),
    };
    let selector = found.as_object().filter(|selector| !selector.is_empty()).cloned();
    selector.ok_or_else(|| {
        let what = kind.kind.to_lowercase();
        Failure::message(match kind.kind.as_str() {
            "Pod" => "couldn't retrieve selectors via --selector flag or introspection: the pod has no labels and cannot be exposed".to_owned(),
            _ => format!("couldn't retrieve selectors via --selector flag or introspection: the {what} has no pod selector set"),
        })
    })
}

/// The service's ports: as the flags say, else those of the object.
fn ports(
    invocation: &Invocation,
    kind: &ResourceKind,
    object: &Value,
) -> Result<Vec<Value>, Failure> {
    let flags = &invocation.flags;
    let own = own_ports(kind, object);
    let asked: Vec<String> = match flags.text("port").filter(|port| !port.is_empty()) {
        Some(ports) => ports.split(',').map(str::to_owned).collect(),
        None => own.iter().map(|(port, _)| port.to_string()).collect(),
    };
    if asked.is_empty() {
        return Err(Failure::message("couldn't find port via --port flag or introspection"));
    }
    let target = flags.text("target-port").filter(|target| !target.is_empty());
    let several = asked.len() > 1;
    let mut ports = Vec::new();
    for (index, text) in asked.iter().enumerate() {
        let number: u16 = text.trim().parse().map_err(|_| {
            Failure::message(format!("strconv.Atoi: parsing {text:?}: invalid syntax"))
        })?;
        let of_own = own.iter().find(|(port, _)| *port == u64::from(number));
        let protocol = match flags.text("protocol").filter(|protocol| !protocol.is_empty()) {
            Some(protocol) => protocol.to_owned(),
            None => of_own.map_or("TCP", |(_, protocol)| protocol.as_str()).to_owned(),
        };
        let mut port = json!({
            "port": number,
            "protocol": protocol,
            "targetPort": target.map_or(json!(number), int_or_text),
        });
        if several {
            port["name"] = json!(format!("port-{}", index + 1));
        }
        ports.push(port);
    }
    Ok(ports)
}

fn int_or_text(text: &str) -> Value {
    text.parse::<u16>().map_or_else(|_| json!(text), |number| json!(number))
}

/// Port and protocol of each port that the object has.
///
/// Source: `polymorphichelpers/portsforobject.go` and `protocolsforobject.go`.
fn own_ports(kind: &ResourceKind, object: &Value) -> Vec<(u64, String)> {
    let (containers, field) = match kind.kind.as_str() {
        "Pod" => (&object["spec"]["containers"], "containerPort"),
        "Service" => return ports_in(&object["spec"]["ports"], "port"),
        _ => (&object["spec"]["template"]["spec"]["containers"], "containerPort"),
    };
    let containers = containers.as_array().map(Vec::as_slice).unwrap_or_default();
    containers.iter().flat_map(|container| ports_in(&container["ports"], field)).collect()
}

fn ports_in(ports: &Value, field: &str) -> Vec<(u64, String)> {
    let ports = ports.as_array().map(Vec::as_slice).unwrap_or_default();
    let port = |port: &Value| {
        let protocol = port["protocol"].as_str().unwrap_or("TCP").to_owned();
        Some((port[field].as_u64()?, protocol))
    };
    ports.iter().filter_map(port).collect()
}

fn pairs(text: &str) -> Result<Map<String, Value>, Failure> {
    let pair = |pair: &str| match pair.split_once('=') {
        Some((key, value)) if !key.trim().is_empty() => {
            Ok((key.trim().to_owned(), json!(value.trim())))
        }
        _ => Err(Failure::message(format!("unexpected label spec: {pair}"))),
    };
    text.split(',').map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invocation::parse;

    fn pod() -> ResourceKind {
        ResourceKind {
            group: String::new(),
            version: "v1".into(),
            kind: "Pod".into(),
            plural: "pods".into(),
            singular: "pod".into(),
            short_names: Vec::new(),
            categories: Vec::new(),
            verbs: Vec::new(),
            namespaced: true,
        }
    }

    fn exposed(line: &str) -> Result<Value, String> {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        let object = json!({
            "metadata": {"name": "simple-api", "labels": {"lab": "podlab"}},
            "spec": {"containers": [{"ports": [{"containerPort": 9876, "protocol": "TCP"}]}]},
        });
        service(&parse(&words).unwrap(), &pod(), &object).map_err(|failure| failure.text())
    }

    #[test]
    fn the_service_of_the_lab_is_as_kubectl_makes_it() {
        let line =
            "expose pod simple-api --port=80 --target-port=9876 --name=front --type=LoadBalancer";
        assert_eq!(
            exposed(line).unwrap(),
            json!({
                "apiVersion": "v1", "kind": "Service",
                "metadata": {"name": "front", "labels": {"lab": "podlab"}},
                "spec": {
                    "ports": [{"port": 80, "protocol": "TCP", "targetPort": 9876}],
                    "selector": {"lab": "podlab"},
                    "type": "LoadBalancer",
                },
                "status": {"loadBalancer": {}},
            })
        );
    }

    #[test]
    fn without_flags_the_pod_tells_name_and_ports() {
        let service = exposed("expose pod simple-api").unwrap();
        assert_eq!(service["metadata"]["name"], "simple-api");
        assert_eq!(
            service["spec"]["ports"],
            json!([{"port": 9876, "protocol": "TCP", "targetPort": 9876}])
        );
        let two = exposed("expose pod simple-api --port=80,443 --target-port=web").unwrap();
        assert_eq!(two["spec"]["ports"][1]["name"], "port-2");
        assert_eq!(two["spec"]["ports"][1]["targetPort"], "web");
    }

    #[test]
    fn a_pod_without_labels_cannot_be_exposed() {
        let words = ["expose", "pod", "x", "--port=80"].map(str::to_owned);
        let failure = service(&parse(&words).unwrap(), &pod(), &json!({"metadata": {"name": "x"}}));
        assert_eq!(
            failure.unwrap_err().text(),
            "error: couldn't retrieve selectors via --selector flag or introspection: the pod has no labels and cannot be exposed\n"
        );
    }
}
