use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::*;
use crate::sandbox::Store;
use crate::sandbox::kubelet::spec::Pod;

fn store() -> Store {
    let mut store = Store::default();
    let now = Timestamp::UNIX_EPOCH;
    let settings = json!({
        "metadata": { "name": "settings", "namespace": "lab" },
        "data": { "COLOR": "blue", "SIZE": "3" },
    });
    store.create("configmaps", settings, now).unwrap();
    let login = json!({
        "metadata": { "name": "login", "namespace": "lab" },
        "data": { "password": "czNjcjN0" },
    });
    store.create("secrets", login, now).unwrap();
    let api = json!({
        "metadata": { "name": "kubernetes", "namespace": "default" },
        "spec": { "clusterIP": "10.96.0.1", "ports": [{ "name": "https", "port": 443 }] },
    });
    store.create("services", api, now).unwrap();
    store
}

fn made(container: Value) -> Result<String, String> {
    let pod = json!({
        "metadata": { "name": "web", "namespace": "lab" },
        "spec": { "nodeName": "node-1", "containers": [container] },
    });
    let pod = Pod::read(&Arc::new(pod)).unwrap();
    let asking = Asking {
        pod: &pod,
        container: &pod.spec.containers[0],
        addresses: ["10.20.1.2", "10.138.0.11"],
        store: &store(),
    };
    let variables = environment(asking)?;
    let shown = variables.iter().filter(|(name, _)| !name.starts_with("KUBERNETES_"));
    Ok(shown.map(|(name, value)| format!("{name}={value}\n")).collect())
}

#[test]
fn variables_come_from_everywhere_in_their_order() {
    let container = json!({
        "name": "app",
        "envFrom": [
            { "configMapRef": { "name": "settings" }, "prefix": "CFG_" },
            { "secretRef": { "name": "login" } },
            { "configMapRef": { "name": "none", "optional": true } },
        ],
        "env": [
            { "name": "GREETING", "value": "Hello $(CFG_COLOR) $(LATER) $$(CFG_COLOR)" },
            { "name": "LATER", "value": "later" },
            { "name": "IP", "valueFrom": { "fieldRef": { "fieldPath": "status.podIP" } } },
            { "name": "URL", "value": "http://$(IP):$(KUBERNETES_SERVICE_PORT)" },
            { "name": "SIZE", "valueFrom": { "configMapKeyRef": { "name": "settings", "key": "SIZE" } } },
            { "name": "PASS", "valueFrom": { "secretKeyRef": { "name": "login", "key": "password" } } },
            { "name": "GONE", "valueFrom": { "secretKeyRef": { "name": "login", "key": "x", "optional": true } } },
            { "name": "CFG_SIZE", "value": "set again" },
            { "name": "EMPTY" },
        ],
    });
    insta::assert_snapshot!(made(container).unwrap(), @r"
    HOSTNAME=web
    CFG_COLOR=blue
    CFG_SIZE=set again
    password=s3cr3t
    GREETING=Hello blue $(LATER) $(CFG_COLOR)
    LATER=later
    IP=10.20.1.2
    URL=http://10.20.1.2:443
    SIZE=3
    PASS=s3cr3t
    EMPTY=
    ");
}

#[test]
fn what_is_missing_is_told_in_the_kubelets_words() {
    let of = |from: Value| json!({ "name": "app", "env": [{ "name": "A", "valueFrom": from }] });
    let rows = [
        (
            of(json!({ "configMapKeyRef": { "name": "none", "key": "a" } })),
            "configmap \"none\" not found",
        ),
        (
            of(json!({ "secretKeyRef": { "name": "none", "key": "a" } })),
            "secret \"none\" not found",
        ),
        (
            of(json!({ "configMapKeyRef": { "name": "settings", "key": "a" } })),
            "couldn't find key a in ConfigMap lab/settings",
        ),
        (
            of(json!({ "secretKeyRef": { "name": "login", "key": "a" } })),
            "couldn't find key a in Secret lab/login",
        ),
        (
            json!({ "name": "app", "envFrom": [{ "configMapRef": { "name": "none" } }] }),
            "configmap \"none\" not found",
        ),
        (of(json!({ "fieldRef": { "fieldPath": "spec.x" } })), "unsupported fieldPath: spec.x"),
    ];
    for (container, wanted) in rows {
        assert_eq!(made(container).unwrap_err(), wanted);
    }
}
