//! `kubectl port-forward`: local ports that lead into a pod.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use k8s_openapi::api::core::v1::Pod;
use kube::Api;
use serde_json::Value;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::failure::{Failure, Outcome};
use super::{Io, Session, target};
use crate::base::safe_line;
use crate::cluster::{ApiRequest, Write};
use crate::invocation::Invocation;

/// What is asked for a port: a local one and one of the pod.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Pair {
    local: u16,
    remote: u16,
}

/// Runs the verb.
///
/// Source: `kubectl/pkg/cmd/portforward/portforward.go`, `Complete` and `RunPortForward`.
pub(super) async fn run(invocation: &Invocation, session: &Session, io: &mut Io) -> Outcome {
    let [named, ports @ ..] = invocation.args.as_slice() else { return Err(too_few()) };
    if ports.is_empty() {
        return Err(too_few());
    }
    let namespace = session.policy.namespace(invocation.flags.text("namespace"));
    let limit = invocation
        .flags
        .duration("pod-running-timeout")
        .and_then(|limit| Duration::try_from(limit).ok())
        .unwrap_or(Duration::from_secs(60));
    let finding = found(session, &namespace, named);
    let (owner, pod) = tokio::select! {
        found = tokio::time::timeout(limit, finding) => found.map_err(|_| {
            Failure::message("timed out waiting for the condition")
        })??,
        () = Io::until_cancelled(io.cancelled.clone()) => return Ok(()),
    };
    let pairs = pairs(ports, &owner, &pod)?;
    let phase = pod.status.as_ref().and_then(|status| status.phase.as_deref());
    if phase != Some("Running") {
        return Err(Failure::message(format!(
            "unable to forward port because pod is not running. Current status={}",
            phase.unwrap_or_default()
        )));
    }
    let name = pod.metadata.name.clone().unwrap_or_default();
    session.policy.allow(&Write {
        action: "port-forward",
        object: format!("pod/{name}"),
        namespace: Some(&namespace),
        uid: pod.metadata.uid.as_deref(),
    })?;
    let listeners = listeners(&pairs, &addresses(invocation)?, io).await?;
    let api = Api::namespaced(session.cluster.client(), &namespace);
    forward(Forwarding { api, pod: name }, listeners, io).await
}

fn too_few() -> Failure {
    Failure::message(
        "TYPE/NAME and list of ports are required for port-forward\nSee 'kubectl port-forward -h' for help and examples",
    )
}

/// What was named, and a pod of it; without one it is waited for.
async fn found(session: &Session, namespace: &str, named: &str) -> Result<(Value, Pod), Failure> {
    const PAUSE: Duration = Duration::from_millis(500);
    let (kind, name) = named.split_once('/').unwrap_or(("pods", named));
    let kind = session.cluster.kind_called(kind).await?;
    let path = kind.object_path(Some(namespace), name);
    let mut owner = session.cluster.json(&ApiRequest::get(path)).await?;
    owner["kind"] = Value::from(kind.kind.as_str());
    let selects = owner["spec"]["selector"].as_object().is_some_and(|labels| !labels.is_empty());
    if kind.kind == "Service" && !selects {
        return Err(Failure::message(format!(
            "invalid service '{name}': Service is defined without a selector"
        )));
    }
    loop {
        match target::pod(session, namespace, named).await {
            Ok(pod) => return Ok((owner, pod)),
            Err(Failure::Message(text)) if text.starts_with("no pods found") => {
                tokio::time::sleep(PAUSE).await;
            }
            Err(failure) => return Err(failure),
        }
    }
}

/// `LOCAL:REMOTE`, `REMOTE`, `:REMOTE`; ports of a service lead to those of its pods.
///
/// Source: `portforward.go`, `convertPodNamedPortToNumber`, `translateServicePortToTargetPort`.
fn pairs(ports: &[String], owner: &Value, pod: &Pod) -> Result<Vec<Pair>, Failure> {
    let mut found = Vec::new();
    for text in ports {
        let (local, remote) = match text.split_once(':') {
            Some((local, remote)) => (Some(local), remote),
            None => (None, text.as_str()),
        };
        let number = if owner["kind"] == "Service" {
            service_port(remote, owner, pod)?
        } else {
            pod_port(remote, pod)?
        };
        let own = if owner["kind"] == "Service" { service_number(remote, owner) } else { None };
        let local = match local {
            None => own.unwrap_or(number),
            Some("") => 0,
            Some(local) => local.parse().map_err(|_| wrong_port("local", local))?,
        };
        found.push(Pair { local, remote: number });
    }
    Ok(found)
}

/// Source: `client-go/tools/portforward/portforward.go`, `parsePorts`.
fn wrong_port(which: &str, text: &str) -> Failure {
    Failure::message(format!(
        "error parsing {which} port '{text}': strconv.ParseUint: parsing {text:?}: invalid syntax"
    ))
}

fn pod_port(text: &str, pod: &Pod) -> Result<u16, Failure> {
    if let Ok(number) = text.parse() {
        return Ok(number);
    }
    if text.chars().all(|c| c.is_ascii_digit()) {
        return Err(wrong_port("remote", text));
    }
    let containers = pod.spec.iter().flat_map(|spec| &spec.containers);
    let mut ports = containers.flat_map(|container| container.ports.iter().flatten());
    let port = ports.find(|port| port.name.as_deref() == Some(text));
    port.and_then(|port| u16::try_from(port.container_port).ok()).ok_or_else(|| {
        Failure::message(format!(
            "Pod '{}' does not have a named port '{text}'",
            pod.metadata.name.as_deref().unwrap_or_default()
        ))
    })
}

/// The port of the service that is meant, in its own numbers.
fn port_of<'a>(text: &str, service: &'a Value) -> Option<&'a Value> {
    let number = text.parse::<u16>().ok();
    let mut ports = service["spec"]["ports"].as_array()?.iter();
    ports.find(|port| match number {
        Some(number) => port["port"] == number,
        None => port["name"] == text,
    })
}

fn service_number(text: &str, service: &Value) -> Option<u16> {
    u16::try_from(port_of(text, service)?["port"].as_u64()?).ok()
}

fn service_port(text: &str, service: &Value, pod: &Pod) -> Result<u16, Failure> {
    let name = service["metadata"]["name"].as_str().unwrap_or_default();
    let Some(port) = port_of(text, service) else {
        let what = if text.parse::<u16>().is_ok() { "service port" } else { "named port" };
        let text = if what == "named port" { format!("'{text}'") } else { text.to_owned() };
        return Err(Failure::message(format!("Service {name} does not have a {what} {text}")));
    };
    if service["spec"]["clusterIP"] == "None" {
        return service_number(text, service).ok_or_else(|| wrong_port("remote", text));
    }
    match &port["targetPort"] {
        Value::String(target) => pod_port(target, pod),
        target => {
            let target = target.as_u64().filter(|target| *target > 0);
            let number = target.or_else(|| port["port"].as_u64());
            number
                .and_then(|number| u16::try_from(number).ok())
                .ok_or_else(|| wrong_port("remote", text))
        }
    }
}

/// Source: `client-go/tools/portforward/portforward.go`, `parseAddresses`.
fn addresses(invocation: &Invocation) -> Result<Vec<IpAddr>, Failure> {
    let asked = invocation.flags.all("address");
    let asked = if asked.is_empty() { vec!["localhost"] } else { asked };
    let mut found = Vec::new();
    for text in asked {
        match text {
            "localhost" => {
                found.push(IpAddr::V4(Ipv4Addr::LOCALHOST));
                found.push(IpAddr::V6(Ipv6Addr::LOCALHOST));
            }
            text => found.push(
                text.parse().map_err(|_| Failure::message(format!("{text} is not a valid IP")))?,
            ),
        }
    }
    Ok(found)
}

/// A local port that is listened on.
struct Listening {
    listener: TcpListener,
    pair: Pair,
}

/// Listens on all local ports, at as many of the addresses as there are.
///
/// Source: `client-go/tools/portforward/portforward.go`, `forward`, `listenOnPort`.
async fn listeners(
    pairs: &[Pair],
    addresses: &[IpAddr],
    io: &mut Io,
) -> Result<Vec<Listening>, Failure> {
    let mut listening = Vec::new();
    for pair in pairs {
        let mut pair = *pair;
        let (mut errors, mut heard) = (Vec::new(), false);
        for address in addresses {
            let place = SocketAddr::new(*address, pair.local);
            let bound = TcpListener::bind(place).await;
            let listener = match bound {
                Ok(listener) => listener,
                Err(error) => {
                    errors.push(unable(place, &error));
                    continue;
                }
            };
            pair.local = listener.local_addr()?.port();
            let at = SocketAddr::new(*address, pair.local);
            io.out(&format!("Forwarding from {at} -> {}\n", pair.remote)).await?;
            heard = true;
            listening.push(Listening { listener, pair });
        }
        if !heard {
            io.err(&format!(
                "Unable to listen on port {}: Listeners failed to create with the following errors: [{}]\n",
                pair.local,
                errors.join(" ")
            ))
            .await?;
        }
    }
    if listening.is_empty() {
        let pairs: Vec<String> =
            pairs.iter().map(|pair| format!("{{{} {}}}", pair.local, pair.remote)).collect();
        return Err(Failure::message(format!(
            "unable to listen on any of the requested ports: [{}]",
            pairs.join(" ")
        )));
    }
    Ok(listening)
}

fn unable(place: SocketAddr, error: &std::io::Error) -> String {
    let family = if place.is_ipv4() { "tcp4" } else { "tcp6" };
    let why = match error.kind() {
        std::io::ErrorKind::AddrInUse => "address already in use".to_owned(),
        std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        std::io::ErrorKind::AddrNotAvailable => "cannot assign requested address".to_owned(),
        _ => error.to_string(),
    };
    format!("unable to create listener: Error listen {family} {place}: bind: {why}")
}

/// The pod at the other end.
#[derive(Clone)]
struct Forwarding {
    api: Api<Pod>,
    pod: String,
}

/// What a connection came to.
enum Came {
    /// To its end.
    Ended,
    /// Nowhere; in words.
    Failed(String),
    /// Nowhere, since the pod is gone.
    Lost,
}

/// Serves connections until the person stops it or the pod is gone.
async fn forward(forwarding: Forwarding, listening: Vec<Listening>, io: &mut Io) -> Outcome {
    let (arrive, mut arrived) = mpsc::channel::<(TcpStream, Pair)>(16);
    // Dropped at the end of this function, and every connection with it.
    let mut acceptors = JoinSet::new();
    for Listening { listener, pair } in listening {
        let arrive = arrive.clone();
        acceptors.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                if arrive.send((stream, pair)).await.is_err() {
                    return;
                }
            }
        });
    }
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            Some((stream, pair)) = arrived.recv() => {
                io.out(&format!("Handling connection for {}\n", pair.local)).await?;
                let forwarding = forwarding.clone();
                connections.spawn(async move { (pair, forwarding.serve(stream, pair).await) });
            }
            Some(Ok((pair, came))) = connections.join_next() => match came {
                Came::Ended => {}
                Came::Failed(why) => {
                    io.err(&format!(
                        "error: an error occurred forwarding {} -> {}: {}\n",
                        pair.local, pair.remote, safe_line(&why)
                    ))
                    .await?;
                }
                Came::Lost => return Err(Failure::message("lost connection to pod")),
            },
            () = Io::until_cancelled(io.cancelled.clone()) => return Ok(()),
        }
    }
}

impl Forwarding {
    async fn serve(&self, mut stream: TcpStream, pair: Pair) -> Came {
        let opened = self.api.portforward(&self.pod, &[pair.remote]).await;
        let mut forwarder = match opened {
            Ok(forwarder) => forwarder,
            Err(kube::Error::UpgradeConnection(error)) => return Came::Failed(error.to_string()),
            Err(kube::Error::Api(status)) if status.code == 404 => return Came::Lost,
            Err(error) => return Came::Failed(error.to_string()),
        };
        let failed = forwarder.take_error(pair.remote);
        let Some(mut remote) = forwarder.take_stream(pair.remote) else { return Came::Ended };
        let failed = async {
            match failed {
                Some(failed) => failed.await,
                None => None,
            }
        };
        tokio::pin!(failed);
        let copied = tokio::io::copy_bidirectional(&mut stream, &mut remote);
        let why = tokio::select! {
            biased;
            Some(why) = &mut failed => Some(why),
            // How a connection breaks off is between its two ends.
            _ = copied => None,
        };
        drop(remote);
        forwarder.abort();
        why.map_or(Came::Ended, Came::Failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn pod() -> Pod {
        serde_json::from_value(json!({
            "metadata": {"name": "web"},
            "spec": {"containers": [{"name": "a", "ports": [{"name": "http", "containerPort": 8080}]}]},
        }))
        .unwrap()
    }

    fn read(text: &str, owner: &Value) -> Result<(u16, u16), String> {
        let found = pairs(&[text.to_owned()], owner, &pod());
        found.map(|pairs| (pairs[0].local, pairs[0].remote)).map_err(|failure| failure.text())
    }

    #[test]
    fn ports_are_local_and_remote() {
        let owner = json!({"kind": "Pod"});
        assert_eq!(read("80", &owner), Ok((80, 80)));
        assert_eq!(read("8080:80", &owner), Ok((8080, 80)));
        assert_eq!(read(":80", &owner), Ok((0, 80)));
        assert_eq!(read("9000:http", &owner), Ok((9000, 8080)));
        assert_eq!(
            read("x", &owner),
            Err("error: Pod 'web' does not have a named port 'x'\n".into())
        );
    }

    #[test]
    fn a_port_of_a_service_leads_to_that_of_its_pods() {
        let service = json!({"kind": "Service", "metadata": {"name": "s"}, "spec": {"ports": [
            {"name": "web", "port": 80, "targetPort": "http"}, {"port": 81, "targetPort": 9000},
        ]}});
        assert_eq!(read("80", &service), Ok((80, 8080)));
        assert_eq!(read("9999:web", &service), Ok((9999, 8080)));
        assert_eq!(read("81", &service), Ok((81, 9000)));
        assert_eq!(
            read("82", &service),
            Err("error: Service s does not have a service port 82\n".into())
        );
    }
}
