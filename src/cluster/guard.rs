//! Whether a cluster is on this machine, so that nobody has to be asked.

use std::net::IpAddr;

/// Whether a context is local: its server is a loopback address, or its name is
/// one that tools for clusters on one's own machine give.
pub fn is_local(context: &str, server: &str) -> bool {
    is_loopback(server) || has_local_name(context)
}

fn is_loopback(server: &str) -> bool {
    let Ok(uri) = server.parse::<http::Uri>() else { return false };
    let Some(host) = uri.host() else { return false };
    let host = host.trim_start_matches('[').trim_end_matches(']');
    if host == "localhost" || host.ends_with(".localhost") {
        return true;
    }
    // An unspecified address (k3d writes 0.0.0.0) reaches this machine as well.
    host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback() || ip.is_unspecified())
}

fn has_local_name(context: &str) -> bool {
    const NAMES: &[&str] = &[
        "minikube",
        "docker-desktop",
        "docker-for-desktop",
        "colima",
        "orbstack",
        "rancher-desktop",
    ];
    const PREFIXES: &[&str] = &["kind-", "k3d-", "colima-"];
    NAMES.contains(&context) || PREFIXES.iter().any(|prefix| context.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_local() {
        let rows = [
            ("anything", "https://127.0.0.1:6443/", true),
            ("anything", "https://127.8.8.8", true),
            ("anything", "https://[::1]:6443/", true),
            ("anything", "https://localhost:6443/", true),
            ("anything", "https://0.0.0.0:41234/", true),
            ("kind-dev", "https://172.18.0.2:6443/", true),
            ("k3d-lab", "https://k3d.example:6443/", true),
            ("minikube", "https://192.168.49.2:8443/", true),
            ("docker-desktop", "https://kubernetes.docker.internal:6443/", true),
            ("colima", "https://192.168.5.2/", true),
            ("orbstack", "https://k8s.orb.local/", true),
            ("rancher-desktop", "https://192.168.1.2:6443/", true),
            ("prod", "https://10.0.0.1:6443/", false),
            ("prod", "https://localhost.example.com/", false),
            ("not-kind-dev", "https://api.example.com/", false),
            ("minikube-prod", "https://api.example.com/", false),
            ("prod", "not a url", false),
        ];
        for (context, server, local) in rows {
            assert_eq!(is_local(context, server), local, "{context} {server}");
        }
    }
}
