//! `kubectl cluster-info`.

use serde_json::Value;

use super::failure::Outcome;
use super::get_request::items_of;
use super::{Io, Session};
use crate::base::safe_line;
use crate::cluster::ApiRequest;
use crate::invocation::Invocation;

/// Runs the verb.
///
/// Source: `kubectl/pkg/cmd/clusterinfo/clusterinfo.go`, `Run`.
pub(super) async fn run(invocation: &Invocation, session: &Session, io: &mut Io) -> Outcome {
    let namespace = invocation.flags.text("namespace").filter(|name| !name.is_empty());
    let namespace = namespace.unwrap_or("kube-system");
    let request = ApiRequest::get(format!("/api/v1/namespaces/{namespace}/services"))
        .with("labelSelector", "kubernetes.io/cluster-service=true");
    let server = session.cluster.server().trim_end_matches('/');
    let services = session.cluster.json(&request).await;
    if let Ok(services) = &services {
        let mut text = running("Kubernetes control plane", server);
        for service in items_of(services.clone()) {
            let metadata = &service["metadata"];
            let name = metadata["labels"]["kubernetes.io/name"].as_str();
            let name = name.or(metadata["name"].as_str()).unwrap_or_default();
            text += &running(name, &address(server, &service));
        }
        io.out(&text).await?;
    }
    let hint =
        "\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.\n";
    io.out(hint).await?;
    services?;
    Ok(())
}

fn running(name: &str, address: &str) -> String {
    format!("{} is running at {}\n", safe_line(name), safe_line(address))
}

/// Where the service is reached: at its load balancer, else through the API server.
fn address(server: &str, service: &Value) -> String {
    let ports = service["spec"]["ports"].as_array().map(Vec::as_slice).unwrap_or_default();
    let ingress = &service["status"]["loadBalancer"]["ingress"][0];
    if let Some(ip) = ingress["ip"].as_str().or(ingress["hostname"].as_str()) {
        return ports.iter().map(|port| format!("http://{ip}:{} ", port["port"])).collect();
    }
    let [name, namespace] =
        ["name", "namespace"].map(|key| service["metadata"][key].as_str().unwrap_or_default());
    let name = match ports.first() {
        None => name.to_owned(),
        Some(port) => {
            let of_port = port["name"].as_str().unwrap_or_default();
            match (of_port == "https" || port["port"] == 443, of_port) {
                (true, of_port) => format!("https:{name}:{of_port}"),
                (false, "") => name.to_owned(),
                (false, of_port) => format!("{name}:{of_port}"),
            }
        }
    };
    format!("{server}/api/v1/namespaces/{namespace}/services/{name}/proxy")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn services_are_reached_by_balancer_or_through_the_server() {
        let service = |port: Value, status: Value| {
            let metadata = json!({"name": "kube-dns", "namespace": "kube-system"});
            let service =
                json!({"metadata": metadata, "spec": {"ports": [port]}, "status": status});
            address("https://s", &service)
        };
        let path = "https://s/api/v1/namespaces/kube-system/services";
        assert_eq!(
            service(json!({"name": "dns", "port": 53}), json!({})),
            format!("{path}/kube-dns:dns/proxy")
        );
        assert_eq!(
            service(json!({"port": 443}), json!({})),
            format!("{path}/https:kube-dns:/proxy")
        );
        let balanced = json!({"loadBalancer": {"ingress": [{"ip": "1.2.3.4"}]}});
        assert_eq!(service(json!({"port": 80}), balanced), "http://1.2.3.4:80 ");
    }
}
