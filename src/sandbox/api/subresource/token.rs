use jiff::SignedDuration;
use serde_json::{Value, json};

use super::super::body::base64;
use super::super::call::Call;
use super::super::decode::{Expected, body};
use super::super::output::bytes;
use super::super::write::existing;
use super::super::{Answer, Reply};
use crate::sandbox::admit::Status;
use crate::sandbox::admit::edit::{at, items, set, text};
use crate::sandbox::store::seconds;

/// A token of a service account. It reads as a real one does; its signature says that
/// the sandbox made it, and the sandbox does not take it.
///
/// Source: `pkg/registry/core/serviceaccount/storage/token.go`.
pub(super) fn token(call: &mut Call<'_>) -> Result<Reply, Status> {
    let mut request = body(call, &Expected::kind("authentication.k8s.io/v1", "TokenRequest"))?;
    let account = existing(call)?;
    let asked = at(&request, &["spec", "expirationSeconds"]).and_then(Value::as_i64);
    let length = asked.unwrap_or(3600).clamp(600, 1 << 32);
    let expires = call.now.checked_add(SignedDuration::from_secs(length)).unwrap_or(call.now);
    let audiences: Vec<Value> = items(&request, &["spec", "audiences"]).cloned().collect();
    let issuer = "https://kubernetes.default.svc.cluster.local";
    let audiences = if audiences.is_empty() { vec![json!(issuer)] } else { audiences };
    let (namespace, name) = (call.target.namespace(), call.target.name());
    let claims = json!({
        "aud": audiences, "exp": expires.as_second(), "iat": call.now.as_second(),
        "iss": issuer, "nbf": call.now.as_second(),
        "kubernetes.io": {"namespace": namespace,
            "serviceaccount": {"name": name, "uid": text(&account, &["metadata", "uid"])}},
        "sub": format!("system:serviceaccount:{namespace}:{name}"),
    });
    let part = |text: &str| {
        base64(text.as_bytes()).trim_end_matches('=').replace('+', "-").replace('/', "_")
    };
    let header = json!({"alg": "RS256", "kid": "podlab-sandbox"});
    let signature = part("made by the podlab sandbox");
    let token = format!("{}.{}.{signature}", part(&header.to_string()), part(&claims.to_string()));
    set(&mut request, &["spec"], "audiences", audiences);
    set(&mut request, &["spec"], "expirationSeconds", length);
    set(&mut request, &["metadata"], "name", name);
    set(&mut request, &["metadata"], "namespace", namespace);
    set(&mut request, &["metadata"], "creationTimestamp", seconds(call.now));
    request["status"] = json!({"token": token, "expirationTimestamp": seconds(expires)});
    Ok(Reply::Answer(Answer::of_json(201, bytes(&request))))
}
