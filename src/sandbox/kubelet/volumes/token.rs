use jiff::Timestamp;
use serde_json::json;

use crate::sandbox::kubelet::chance::hexadecimal;
use crate::sandbox::kubelet::encoding::to_base64_url;
use crate::sandbox::kubelet::spec::Pod;

/// Who has issued it, and for whom it is where nothing else is said.
const ISSUER: &str = "https://kubernetes.default.svc.cluster.local";

/// A token of a pod's service account: it reads as a real one does, and is signed by nobody.
///
/// Source: `pkg/serviceaccount/claims.go`, `Claims`.
pub(super) fn token(pod: &Pod, audience: &str, seconds: i64, issued: Timestamp) -> String {
    let account = match pod.spec.service_account_name.as_str() {
        "" => "default",
        name => name,
    };
    let audience = if audience.is_empty() { ISSUER } else { audience };
    let issued = issued.as_second();
    let header = json!({ "alg": "RS256", "kid": hexadecimal(ISSUER, 43) });
    let claims = json!({
        "aud": [audience],
        "exp": issued.saturating_add(seconds.max(0)),
        "iat": issued,
        "iss": ISSUER,
        "kubernetes.io": {
            "namespace": pod.namespace,
            "node": { "name": pod.spec.node_name },
            "pod": { "name": pod.name, "uid": pod.uid },
            "serviceaccount": { "name": account },
        },
        "nbf": issued,
        "sub": format!("system:serviceaccount:{}:{account}", pod.namespace),
    });
    let body = [header, claims].map(|part| to_base64_url(part.to_string().as_bytes())).join(".");
    let signature = to_base64_url(hexadecimal(&body, 256).as_bytes());
    format!("{body}.{signature}")
}
