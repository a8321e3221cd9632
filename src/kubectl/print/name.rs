//! `-o name`, and the sentences that end most verbs.

use serde_json::Value;

use crate::base::safe_line;

/// `pod/web`, `deployment.apps/web`.
///
/// Source: `cli-runtime/pkg/printers/name.go`, `printObj`.
pub fn object_name(object: &Value) -> String {
    let group = object["apiVersion"].as_str().and_then(|version| version.split_once('/'));
    let kind = object["kind"].as_str().unwrap_or_default().to_lowercase();
    let name = object["metadata"]["name"].as_str().unwrap_or_default();
    let kind = match group {
        Some((group, _)) => format!("{kind}.{group}"),
        None => kind,
    };
    safe_line(&format!("{kind}/{name}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_name_has_its_kind_and_group() {
        let of = |version: &str, kind: &str| {
            object_name(&json!({"apiVersion": version, "kind": kind, "metadata": {"name": "web"}}))
        };
        assert_eq!(of("v1", "Pod"), "pod/web");
        assert_eq!(of("apps/v1", "Deployment"), "deployment.apps/web");
    }
}
