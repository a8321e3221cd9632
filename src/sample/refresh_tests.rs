//! What refresh writes, and that it writes nothing else.

use std::collections::BTreeMap;

use super::*;

fn new(sample: &str, actual: &str) -> Option<String> {
    let bindings = Bindings::default();
    let nodes = ["node-1".to_owned()];
    let images = BTreeMap::new();
    let context = Context {
        namespace: "podlab-x-ab12",
        nodes: &nodes,
        images: &images,
        kind: Some("svc"),
        object: None,
        bindings: &bindings,
    };
    refreshed(sample, actual, &context)
}

#[test]
fn what_is_like_the_sample_is_left_alone() {
    let sample = "NAME   TYPE        CLUSTER-IP    AGE\nweb    ClusterIP   10.1.1.1      5m\n";
    let actual = "NAME   TYPE        CLUSTER-IP   AGE\nweb    ClusterIP   10.96.3.4    1s\n";
    assert_eq!(new(sample, actual), None);
    assert_eq!(new(sample, &actual.replace("10.96.3.4", "<pending>")), None, "it may still come");
}

#[test]
fn a_table_keeps_what_is_the_author_s() {
    let sample = "NAME         TYPE           CLUSTER-IP      EXTERNAL-IP    PORT(S)          AGE\n\
                  kubernetes   ClusterIP      10.23.240.1     <none>         443/TCP          21h\n\
                  simple-api   LoadBalancer   10.23.245.116   35.230.123.32  80:32758/TCP   1m\n\
                  gone         ClusterIP      10.23.245.117   <none>         80/TCP         1m\n";
    let actual = "NAME         TYPE        CLUSTER-IP    EXTERNAL-IP   PORT(S)        AGE\n\
                  another      ClusterIP   10.96.245.7   <none>        80/TCP         8s\n\
                  simple-api   NodePort    10.96.245.9   10.30.0.10    81:31500/TCP   8s\n";
    insta::assert_snapshot!(new(sample, actual).unwrap(), @"
    NAME         TYPE        CLUSTER-IP      EXTERNAL-IP     PORT(S)        AGE
    another      ClusterIP   10.96.245.7     <none>          80/TCP         8s
    kubernetes   ClusterIP   10.23.240.1     <none>          443/TCP        21h
    simple-api   NodePort    10.23.245.116   35.230.123.32   81:32758/TCP   1m
    ");
}

#[test]
fn a_table_with_other_columns_gets_them() {
    let sample = "NAME   DESIRED   CURRENT   AGE\nweb    2         2         5m\n";
    let actual =
        "NAME   READY   UP-TO-DATE   AVAILABLE   AGE\nweb    2/2     2            2           3s\n";
    insta::assert_snapshot!(new(sample, actual).unwrap_or_default(), @"
    NAME   READY   UP-TO-DATE   AVAILABLE   AGE
    web    2/2     2            2           5m
    ");
}

#[test]
fn only_the_line_that_drifts_is_new() {
    let sample = "Name:    web\nNode:    gke-a/10.138.0.2\nImage:   nginx:1.7\nIP:      10.20.1.25\n...\nEnd\n";
    let actual = "Name:    web\nNode:    node-1/10.40.0.1\nImage:   nginx:1.25\nHostIP:  10.40.0.1\nIP:      10.244.1.3\nMore:    x\nEnd\n";
    insta::assert_snapshot!(new(sample, actual).unwrap(), @"
    Name:    web
    Node:    gke-a/10.138.0.2
    Image:   nginx:1.25
    HostIP:  10.138.0.2
    IP:      10.20.1.25
    ...
    End
    ");
}

#[test]
fn another_output_or_another_document_is_taken_as_it_is() {
    assert_eq!(
        new("service \"a\" exposed\n", "service/a exposed\n").unwrap(),
        "service/a exposed\n"
    );
    assert_eq!(
        new("NAME   AGE\nweb    5m\n", "No resources found\n").unwrap(),
        "No resources found\n"
    );
    assert_eq!(
        new("{\"host\": \"10.1.1.1\", \"v\": 1}", "{\"host\": \"10.9.9.9\",\n \"v\": 2}\n")
            .unwrap(),
        "{\"host\": \"10.1.1.1\",\n \"v\": 2}",
    );
}

#[test]
fn the_run_s_namespace_does_not_get_into_the_text() {
    let found = new("a default/web b\n", "a podlab-x-ab12/web c\n").unwrap();
    assert_eq!(found, "a default/web c\n");
}

proptest::proptest! {
    #[test]
    fn what_was_refreshed_does_not_drift_any_more(
        sample in "((NAME|IP)  (AGE|READY)\n|[ab]{1,2}  [0-9]{1,2}(m|/1)?\n|[ab]: [0-9x]{1,3} (10\\.0\\.0\\.[1-9])?\n|\\.\\.\\.\n|\n){0,8}",
        actual in "((NAME|IP)  (AGE|READY)\n|[ab]{1,2}  [0-9]{1,2}(m|/1)?\n|[ab]: [0-9x]{1,3} (10\\.0\\.0\\.[1-9])?\n|\n){0,8}",
    ) {
        if let Some(text) = new(&sample, &actual) {
            let again = new(&text, &actual);
            assert_eq!(again, None, "from {sample:?} by {actual:?} to {text:?}");
        }
    }
}
