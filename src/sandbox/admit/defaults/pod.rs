use serde_json::{Value, json};

use super::super::edit::{at, at_mut, default_to, is_blank, items_mut, set, text};
use super::volume::default_volumes;

/// The three lists of containers of a pod.
pub(in crate::sandbox) const CONTAINER_LISTS: [&str; 3] =
    ["initContainers", "containers", "ephemeralContainers"];

/// What only pods get, and not the templates that they are made from.
///
/// Source: `pkg/apis/core/v1/defaults.go`, `SetDefaults_Pod`.
pub(super) fn default_pod(pod: &mut Value) {
    let Some(spec) = at_mut(pod, &["spec"]) else { return };
    default_to(spec, &[], "enableServiceLinks", true);
    for list in ["initContainers", "containers"] {
        for container in items_mut(spec, &[list]) {
            request_what_is_limited(container);
        }
    }
}

fn request_what_is_limited(container: &mut Value) {
    let Some(limits) = at(container, &["resources", "limits"]).cloned() else { return };
    for (name, amount) in limits.as_object().into_iter().flatten() {
        default_to(container, &["resources", "requests"], name, amount.clone());
    }
}

/// What the spec of a pod gets, in templates too.
///
/// Source: `defaults.go`, `SetDefaults_PodSpec`.
pub(super) fn default_pod_spec(spec: &mut Value) {
    if !spec.is_object() {
        return;
    }
    default_to(spec, &[], "dnsPolicy", "ClusterFirst");
    default_to(spec, &[], "restartPolicy", "Always");
    default_to(spec, &[], "securityContext", json!({}));
    default_to(spec, &[], "terminationGracePeriodSeconds", 30);
    default_to(spec, &[], "schedulerName", "default-scheduler");
    // The old name of the same field; conversion fills both.
    if is_blank(spec, &["serviceAccountName"]) && !is_blank(spec, &["serviceAccount"]) {
        let old = text(spec, &["serviceAccount"]).to_owned();
        set(spec, &[], "serviceAccountName", old);
    }
    if !is_blank(spec, &["serviceAccountName"]) {
        let name = text(spec, &["serviceAccountName"]).to_owned();
        set(spec, &[], "serviceAccount", name);
    }
    let on_host = spec["hostNetwork"] == true;
    for list in CONTAINER_LISTS {
        for container in items_mut(spec, &[list]) {
            default_container(container, on_host);
        }
    }
    default_volumes(spec);
}

fn default_container(container: &mut Value, on_host: bool) {
    if !container.is_object() {
        return;
    }
    let policy = pull_policy(text(container, &["image"]));
    default_to(container, &[], "imagePullPolicy", policy);
    default_to(container, &[], "terminationMessagePath", "/dev/termination-log");
    default_to(container, &[], "terminationMessagePolicy", "File");
    for port in items_mut(container, &["ports"]) {
        default_to(port, &[], "protocol", "TCP");
        if on_host {
            let number = port["containerPort"].clone();
            default_to(port, &[], "hostPort", number);
        }
    }
    for variable in items_mut(container, &["env"]) {
        if let Some(field) = at_mut(variable, &["valueFrom", "fieldRef"]) {
            default_to(field, &[], "apiVersion", "v1");
        }
        if let Some(reference) = at_mut(variable, &["valueFrom", "resourceFieldRef"]) {
            default_to(reference, &[], "divisor", "0");
        }
    }
    for probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
        if let Some(probe) = at_mut(container, &[probe]) {
            default_probe(probe);
        }
    }
    for hook in ["postStart", "preStop"] {
        if let Some(hook) = at_mut(container, &["lifecycle", hook]) {
            default_handler(hook);
        }
    }
}

/// `Always` for a moving tag.
///
/// Source: `defaults.go`, `SetDefaults_Container`; `pkg/util/parsers`, `ParseImageName`.
fn pull_policy(image: &str) -> &'static str {
    if image.contains('@') {
        return "IfNotPresent";
    }
    let name = image.rsplit('/').next().unwrap_or_default();
    match name.split_once(':') {
        Some((_, tag)) if tag != "latest" => "IfNotPresent",
        _ => "Always",
    }
}

fn default_probe(probe: &mut Value) {
    for (key, seconds) in [
        ("timeoutSeconds", 1),
        ("periodSeconds", 10),
        ("successThreshold", 1),
        ("failureThreshold", 3),
    ] {
        let given = probe.get(key).and_then(Value::as_i64).unwrap_or(0);
        if given == 0 {
            set(probe, &[], key, seconds);
        }
    }
    default_handler(probe);
    if let Some(grpc) = at_mut(probe, &["grpc"]) {
        default_to(grpc, &[], "service", "");
    }
}

fn default_handler(handler: &mut Value) {
    if let Some(get) = at_mut(handler, &["httpGet"]) {
        default_to(get, &[], "path", "/");
        default_to(get, &[], "scheme", "HTTP");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moving_tags_are_pulled_always() {
        let rows = [
            ("nginx", "Always"),
            ("nginx:latest", "Always"),
            ("nginx:1.27", "IfNotPresent"),
            ("registry:5000/nginx", "Always"),
            ("registry:5000/nginx:1", "IfNotPresent"),
            ("nginx@sha256:00", "IfNotPresent"),
        ];
        for (image, policy) in rows {
            assert_eq!(pull_policy(image), policy, "{image}");
        }
    }
}
