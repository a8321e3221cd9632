use std::net::SocketAddr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// What the context, the cluster and the user are called.
pub const CONTEXT: &str = "podlab-sandbox";

/// The kubeconfig that reaches a sandbox.
pub(super) fn kubeconfig(server: SocketAddr, authority: &str, token: &str) -> String {
    let authority = STANDARD.encode(authority);
    format!(
        "\
# The simulated cluster of podlab; this file goes when it ends.
apiVersion: v1
kind: Config
current-context: {CONTEXT}
clusters:
- name: {CONTEXT}
  cluster:
    server: https://{server}
    certificate-authority-data: {authority}
contexts:
- name: {CONTEXT}
  context:
    cluster: {CONTEXT}
    user: {CONTEXT}
users:
- name: {CONTEXT}
  user:
    token: {token}
"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_yaml_with_one_context() {
        let text = kubeconfig("127.0.0.1:6443".parse().unwrap(), "PEM", "abc");
        let config: serde_json::Value = serde_yaml::from_str(&text).unwrap();
        assert_eq!(config["clusters"][0]["cluster"]["server"], "https://127.0.0.1:6443");
        assert_eq!(config["clusters"][0]["cluster"]["certificate-authority-data"], "UEVN");
        assert_eq!(config["current-context"], config["contexts"][0]["name"]);
        assert_eq!(config["users"][0]["user"]["token"], "abc");
    }
}
