use std::collections::BTreeMap;

use serde_json::Value;

use crate::sandbox::Store;

/// The variables that tell where services are: those of the pod's namespace where it wants
/// them, and in any case the API server's.
///
/// Source: `pkg/kubelet/kubelet_pods.go`, `getServiceEnvVarMap`;
/// `pkg/kubelet/envvars/envvars.go`, `FromServices`.
pub(super) fn service_variables(
    store: &Store,
    namespace: &str,
    wants_links: bool,
) -> BTreeMap<String, String> {
    let mut variables = BTreeMap::new();
    if let Some(api) = store.get("services", "default", "kubernetes") {
        add_service(api, &mut variables);
    }
    if wants_links {
        for service in store.list("services", Some(namespace)) {
            add_service(service, &mut variables);
        }
    }
    variables
}

fn add_service(service: &Value, variables: &mut BTreeMap<String, String>) {
    let spec = &service["spec"];
    let address = spec["clusterIP"].as_str().unwrap_or_default();
    if address.is_empty() || address == "None" {
        return;
    }
    let name = as_variable(service["metadata"]["name"].as_str().unwrap_or_default());
    let ports = spec["ports"].as_array().map_or(&[][..], Vec::as_slice);
    let Some(first) = ports.first() else { return };
    let number = |port: &Value| port["port"].as_i64().unwrap_or(0);
    let mut put = |key: String, value: String| variables.insert(key, value);
    put(format!("{name}_SERVICE_HOST"), address.to_owned());
    put(format!("{name}_SERVICE_PORT"), number(first).to_string());
    for port in ports {
        let port_name = port["name"].as_str().unwrap_or_default();
        if !port_name.is_empty() {
            let key = format!("{name}_SERVICE_PORT_{}", as_variable(port_name));
            put(key, number(port).to_string());
        }
        let protocol = port["protocol"].as_str().unwrap_or("TCP").to_ascii_lowercase();
        let url = format!("{protocol}://{address}:{}", number(port));
        if port == first {
            put(format!("{name}_PORT"), url.clone());
        }
        let prefix = format!("{name}_PORT_{}_{}", number(port), protocol.to_ascii_uppercase());
        put(prefix.clone(), url);
        put(format!("{prefix}_PROTO"), protocol);
        put(format!("{prefix}_PORT"), number(port).to_string());
        put(format!("{prefix}_ADDR"), address.to_owned());
    }
}

fn as_variable(name: &str) -> String {
    name.to_ascii_uppercase().replace('-', "_")
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_service_is_told_in_many_variables() {
        let mut store = Store::default();
        let now = Timestamp::UNIX_EPOCH;
        let mut add = |namespace: &str, name: &str, address: &str, ports: Value| {
            let service = json!({
                "metadata": { "name": name, "namespace": namespace },
                "spec": { "clusterIP": address, "ports": ports },
            });
            store.create("services", service, now).unwrap();
        };
        let https = json!([{ "name": "https", "port": 443, "protocol": "TCP" }]);
        add("default", "kubernetes", "10.96.0.1", https);
        add("lab", "my-dns", "10.96.0.53", json!([{ "port": 53, "protocol": "UDP" }]));
        add("lab", "headless", "None", json!([{ "port": 80 }]));
        add("other", "web", "10.96.0.80", json!([{ "port": 80 }]));
        let told = |wants| {
            let variables = service_variables(&store, "lab", wants);
            variables.iter().map(|(k, v)| format!("{k}={v}\n")).collect::<String>()
        };
        insta::assert_snapshot!(told(false), @r"
        KUBERNETES_PORT=tcp://10.96.0.1:443
        KUBERNETES_PORT_443_TCP=tcp://10.96.0.1:443
        KUBERNETES_PORT_443_TCP_ADDR=10.96.0.1
        KUBERNETES_PORT_443_TCP_PORT=443
        KUBERNETES_PORT_443_TCP_PROTO=tcp
        KUBERNETES_SERVICE_HOST=10.96.0.1
        KUBERNETES_SERVICE_PORT=443
        KUBERNETES_SERVICE_PORT_HTTPS=443
        ");
        insta::assert_snapshot!(told(true).replace(&told(false), ""), @r"
        MY_DNS_PORT=udp://10.96.0.53:53
        MY_DNS_PORT_53_UDP=udp://10.96.0.53:53
        MY_DNS_PORT_53_UDP_ADDR=10.96.0.53
        MY_DNS_PORT_53_UDP_PORT=53
        MY_DNS_PORT_53_UDP_PROTO=udp
        MY_DNS_SERVICE_HOST=10.96.0.53
        MY_DNS_SERVICE_PORT=53
        ");
    }
}
