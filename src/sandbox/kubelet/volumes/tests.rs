//! Volumes as the containers of pods see them.

use serde_json::{Value, json};

use crate::sandbox::kubelet::harness::Harness;
use crate::sandbox::kubelet::lifecycle_tests::script;

/// What a script says in a pod with one volume at `/v`.
fn said(harness: &mut Harness, volume: &Value, text: &str) -> String {
    let mut app = script("app", &format!("{text}; sleep 6000"));
    app["volumeMounts"] = json!([{ "name": "v", "mountPath": "/v" }]);
    let mut volume = volume.clone();
    volume["name"] = json!("v");
    harness.bind("web", json!({ "containers": [app], "volumes": [volume] }));
    harness.run_for(3.0);
    harness.log("web", "app", false).unwrap()
}

fn with_settings() -> Harness {
    let mut harness = Harness::new();
    let data = json!({ "color": "blue\n", "size": "3\n" });
    harness.create("configmaps", "settings", json!({ "data": data }));
    harness.create("secrets", "login", json!({ "data": { "password": "czNjcjN0Cg==" } }));
    harness
}

#[test]
fn config_maps_and_secrets_are_files() {
    let settings = json!({ "configMap": { "name": "settings" } });
    let some = json!({
        "configMap": { "name": "settings", "items": [{ "key": "color", "path": "a/b" }] },
    });
    let login = json!({ "secret": { "secretName": "login" } });
    let optional = json!({ "configMap": { "name": "none", "optional": true } });
    let projected = json!({
        "projected": {
            "sources": [
                { "configMap": { "name": "settings" } },
                { "secret": { "name": "login", "items": [{ "key": "password", "path": "p" }] } },
                { "downwardAPI": { "items": [{ "path": "name", "fieldRef": { "fieldPath": "metadata.name" } }] } },
            ],
        },
    });
    let rows = [
        (&settings, "cat /v/color /v/size; echo /v/*", "blue\n3\n/v/color /v/size\n"),
        (&some, "cat /v/a/b; echo /v/*", "blue\n/v/a\n"),
        (&login, "cat /v/password", "s3cr3t\n"),
        (&optional, "echo /v/*", "/v/*\n"),
        (&projected, "cat /v/size /v/p; echo /v/*", "3\ns3cr3t\n/v/color /v/name /v/p /v/size\n"),
        (
            &settings,
            "echo x > /v/color; echo $?",
            "sh: can't create /v/color: Read-only file system\n1\n",
        ),
    ];
    for (volume, text, wanted) in rows {
        assert_eq!(said(&mut with_settings(), volume, text), wanted, "{volume} {text}");
    }
}

#[test]
fn a_key_that_is_not_there_keeps_the_pod_waiting() {
    let mut harness = with_settings();
    let app = script("app", "true");
    let items = json!([{ "key": "nosuch", "path": "x" }]);
    let volume = json!({ "name": "v", "configMap": { "name": "settings", "items": items } });
    harness.bind("web", json!({ "containers": [app], "volumes": [volume] }));
    harness.run_for(0.4);
    assert_eq!(
        harness.told("web"),
        [
            "FailedMount: MountVolume.SetUp failed for volume \"v\" : references non-existent config key: nosuch"
        ]
    );
}

#[test]
fn files_follow_a_change_after_some_seconds() {
    let mut harness = with_settings();
    let text = "cat /v/color; sleep 4; cat /v/color; sleep 4; cat /v/color /v/new; echo /v/*";
    let mut app = script("app", &format!("{text}; cat /part; sleep 600"));
    app["volumeMounts"] = json!([
        { "name": "v", "mountPath": "/v" },
        { "name": "v", "mountPath": "/part", "subPath": "color" },
    ]);
    let volume = json!({ "name": "v", "configMap": { "name": "settings" } });
    harness.bind("web", json!({ "containers": [app], "volumes": [volume] }));
    harness.run_for(2.0);
    harness.store.modify("configmaps", "lab", "settings", |map| {
        map["data"] = json!({ "color": "red\n", "new": "new\n" });
    });
    harness.run_for(10.0);
    let wanted = "blue\nblue\nred\nnew\n/v/color /v/new\nblue\n";
    assert_eq!(harness.log("web", "app", false), Ok(wanted.to_owned()));
}

#[test]
fn a_pod_knows_its_labels_as_they_are() {
    let mut harness = Harness::new();
    let items = json!([{ "path": "labels", "fieldRef": { "fieldPath": "metadata.labels" } }]);
    let volume = json!({ "downwardAPI": { "items": items } });
    let text = "echo \"<$(cat /v/labels)>\"; sleep 8; echo \"<$(cat /v/labels)>\"";
    assert_eq!(said(&mut harness, &volume, text), "<>\n");
    harness.change("web", |pod| pod["metadata"]["labels"] = json!({ "tier": "web" }));
    harness.run_for(10.0);
    assert_eq!(harness.log("web", "app", false), Ok("<>\n<tier=\"web\">\n".to_owned()));
}

#[test]
fn a_pod_has_a_token() {
    let mut harness = Harness::new();
    let sources =
        json!([{ "serviceAccountToken": { "path": "token", "expirationSeconds": 3607 } }]);
    let volume = json!({ "projected": { "sources": sources } });
    let token = said(&mut harness, &volume, "echo $(cat /v/token)");
    let parts: Vec<&str> = token.trim().split('.').collect();
    assert_eq!(parts.len(), 3, "{token}");
    let claims = crate::sandbox::kubelet::encoding::from_base64(parts[1]);
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    assert_eq!(claims["sub"], "system:serviceaccount:lab:default");
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 3607);
}

#[test]
fn what_is_written_outlives_what_it_should() {
    // Kind of volume, and whether what a container writes is there after it was started
    // again, in another pod on the node, in another pod with the claim.
    let rows = [
        (json!({ "emptyDir": {} }), "0 1\n1 2\n", "0 1\n"),
        (json!({ "hostPath": { "path": "/data" } }), "0 1\n1 2\n", "2 3\n"),
        (json!({ "persistentVolumeClaim": { "claimName": "data" } }), "0 1\n1 2\n", "2 3\n"),
    ];
    for (volume, restarted, second) in rows {
        let mut harness = Harness::new();
        harness.create("persistentvolumeclaims", "data", json!({ "spec": { "volumeName": "pv" } }));
        let count = "n=$(cat /v/n 2>/dev/null || echo 0); echo $((n+1)) > /v/n; \
                     echo $n $(cat /v/n) >> /v/log; cat /v/log; sleep 2; exit 1";
        assert_eq!(said(&mut harness, &volume, "true"), "");
        let mut app = script("app", count);
        app["volumeMounts"] = json!([{ "name": "v", "mountPath": "/v" }]);
        let mut named = volume.clone();
        named["name"] = json!("v");
        let spec = json!({ "containers": [app], "volumes": [named] });
        harness.bind("first", spec.clone());
        harness.run_for(5.0);
        assert_eq!(harness.log("first", "app", false), Ok(restarted.to_owned()), "{volume}");
        harness.delete("first", 1);
        harness.run_for(10.0);
        assert!(harness.pod("first").is_null());
        harness.bind("second", spec);
        harness.run_for(2.0);
        let log = harness.log("second", "app", false).unwrap();
        assert!(log.ends_with(second), "{volume}: {log}");
    }
}

#[test]
fn a_claim_that_is_not_there_keeps_the_pod_waiting() {
    let mut harness = Harness::new();
    let volume = json!({ "name": "v", "persistentVolumeClaim": { "claimName": "none" } });
    harness.bind("web", json!({ "containers": [script("app", "true")], "volumes": [volume] }));
    harness.run_for(0.4);
    assert_eq!(
        harness.told("web"),
        [
            "FailedMount: MountVolume.SetUp failed for volume \"v\" : persistentvolumeclaim \"none\" not found"
        ]
    );
}

#[test]
fn users_without_rights_write_where_they_may() {
    let mut harness = Harness::new();
    let mut app = script("app", "echo a > /v/a; echo b > /b; echo /v/*; sleep 600");
    app["volumeMounts"] = json!([{ "name": "v", "mountPath": "/v" }]);
    let volume = json!({ "name": "v", "emptyDir": {} });
    let context = json!({ "runAsUser": 1000, "fsGroup": 2000 });
    harness.bind(
        "web",
        json!({ "securityContext": context, "containers": [app], "volumes": [volume] }),
    );
    harness.run_for(3.0);
    assert_eq!(
        harness.log("web", "app", false),
        Ok("sh: can't create /b: Permission denied\n/v/a\n".to_owned())
    );
}
