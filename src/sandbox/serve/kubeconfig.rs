use std::net::SocketAddr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// What the context, the cluster and the user are called.
pub const CONTEXT: &str = "podlab-sandbox";

/// The extension of the context that says that the cluster is simulated. Its field
/// `proxy` is the URL of the way into its network; kubectl keeps what it does not know.
pub const EXTENSION: &str = "podlab-sandbox";

/// The kubeconfig that reaches a sandbox.
pub(super) fn kubeconfig(
    server: SocketAddr,
    proxy: SocketAddr,
    authority: &str,
    token: &str,
) -> String {
    let authority = STANDARD.encode(authority);
    let proxy = proxy_url(proxy);
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
    extensions:
    - name: {EXTENSION}
      extension:
        proxy: {proxy}
users:
- name: {CONTEXT}
  user:
    token: {token}
"
    )
}

/// What `ALL_PROXY` has to be.
pub(super) fn proxy_url(proxy: SocketAddr) -> String {
    format!("socks5h://{proxy}")
}

/// What programs on the host need in their environment to reach the network of the
/// simulated cluster. Some programs read the names in capitals, others the small ones.
pub fn host_environment(proxy: &str) -> Vec<(String, String)> {
    let pairs = [("ALL_PROXY", proxy), ("NO_PROXY", "localhost,127.0.0.1,::1")];
    let both = pairs.iter().flat_map(|(name, value)| {
        [(*name).to_owned(), name.to_lowercase()].map(|name| (name, (*value).to_owned()))
    });
    both.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_yaml_with_one_context() {
        let [server, proxy] = [6443, 1080].map(|port| SocketAddr::from(([127, 0, 0, 1], port)));
        let text = kubeconfig(server, proxy, "PEM", "abc");
        let config: serde_json::Value = serde_yaml::from_str(&text).unwrap();
        assert_eq!(config["clusters"][0]["cluster"]["server"], "https://127.0.0.1:6443");
        assert_eq!(config["clusters"][0]["cluster"]["certificate-authority-data"], "UEVN");
        assert_eq!(config["current-context"], config["contexts"][0]["name"]);
        assert_eq!(config["users"][0]["user"]["token"], "abc");
        let extension = &config["contexts"][0]["context"]["extensions"][0];
        assert_eq!(extension["extension"]["proxy"], "socks5h://127.0.0.1:1080");
    }

    #[test]
    fn programs_find_the_proxy_by_either_name() {
        let pairs = host_environment("socks5h://127.0.0.1:1080");
        let names: Vec<_> = pairs.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"]);
    }
}
