//! The pod template within an object, and its containers.

use serde_json::Value;

use crate::kubectl::failure::Failure;
use crate::kubectl::found::Found;

/// The pod's spec within an object of this kind, as a JSON pointer.
///
/// Source: `kubectl/pkg/polymorphichelpers/updatepodspec.go`.
pub(super) fn pod_spec(kind: &str) -> &'static str {
    match kind {
        "Pod" => "/spec",
        "CronJob" => "/spec/jobTemplate/spec/template/spec",
        _ => "/spec/template/spec",
    }
}

/// The pod's spec of an object.
pub(super) fn spec_of<'a>(one: &Found, object: &'a mut Value) -> Result<&'a mut Value, Failure> {
    let spec = object.pointer_mut(pod_spec(&one.kind.kind)).filter(|spec| spec.is_object());
    spec.ok_or_else(|| {
        Failure::message(format!(
            "the object is not a pod or does not have a pod template: {}",
            one.kind.kind
        ))
    })
}

/// All containers of a pod's spec, those that start first before the others.
pub(super) fn containers(spec: &mut Value) -> Vec<&mut Value> {
    let mut found: Vec<&mut Value> = Vec::new();
    let Some(fields) = spec.as_object_mut() else { return found };
    let (mut init, mut plain) = (None, None);
    for (key, value) in fields.iter_mut() {
        match key.as_str() {
            "initContainers" => init = value.as_array_mut(),
            "containers" => plain = value.as_array_mut(),
            _ => {}
        }
    }
    found.extend(init.into_iter().flatten());
    found.extend(plain.into_iter().flatten());
    found
}

/// Whether a container is meant by `pattern`, in which `*` stands for anything.
///
/// Source: `kubectl/pkg/cmd/set/helper.go`, `wildCardMatch`.
pub(super) fn is_meant(container: &Value, pattern: &str) -> bool {
    let name = container["name"].as_str().unwrap_or_default();
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    for part in middle {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_star_stands_for_anything() {
        let meant = |pattern: &str| is_meant(&json!({"name": "web-server"}), pattern);
        for pattern in ["*", "web-server", "web-*", "*server", "w*-*r"] {
            assert!(meant(pattern), "{pattern}");
        }
        for pattern in ["web", "server*", "*x*"] {
            assert!(!meant(pattern), "{pattern}");
        }
    }
}
