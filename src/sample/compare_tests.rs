//! Samples in all the shapes that walkthroughs have, against real output.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::*;
use crate::sample::Bindings;

const NODES: &[&str] = &["node-1", "node-2"];

/// What is compared, and what of.
struct Case {
    kind: Option<&'static str>,
    object: Option<&'static str>,
}

const PODS: Case = Case { kind: Some("pod"), object: None };
const SERVICES: Case = Case { kind: Some("svc"), object: None };
const TEXT: Case = Case { kind: None, object: None };

impl Case {
    fn compared(&self, sample: &str, actual: &str) -> Comparison {
        let bindings = Bindings::default();
        let nodes: Vec<String> = NODES.iter().map(|node| (*node).to_owned()).collect();
        let images =
            BTreeMap::from([("old.example/web".to_owned(), "new.example/web:2".to_owned())]);
        let context = Context {
            namespace: "podlab-x-ab12",
            nodes: &nodes,
            images: &images,
            kind: self.kind,
            object: self.object,
            bindings: &bindings,
        };
        compare(sample, actual, &context)
    }

    /// Every row that is not simply like, then the bindings.
    fn shown(&self, sample: &str, actual: &str) -> String {
        let found = self.compared(sample, actual);
        let mut out = format!("{:?}\n", found.verdict());
        for row in &found.rows {
            let text = match &row.judgement {
                Judgement::Like | Judgement::Elided => continue,
                Judgement::Explained(why) => format!("explained: {why}"),
                Judgement::NotYet(what) => format!("not yet: {what}"),
                Judgement::Differs(what) => format!("differs: {what}"),
            };
            let _ = writeln!(out, "{text}");
        }
        for binding in &found.bindings {
            let _ = writeln!(out, "{binding}");
        }
        out
    }
}

#[test]
fn a_table_is_like_whatever_its_cells_of_this_cluster_say() {
    let sample = "NAME         TYPE        CLUSTER-IP      EXTERNAL-IP   PORT(S)    AGE\n\
                  simple-api   ClusterIP   10.23.248.120   <none>        4000/TCP   11m\n";
    let actual = "NAME         TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)    AGE\n\
                  simple-api   ClusterIP   10.96.14.7   <none>        4000/TCP   3s\n";
    insta::assert_snapshot!(SERVICES.shown(sample, actual), @"
    Like
    10.23.248.120 → 10.96.14.7, CLUSTER-IP of svc/simple-api
    ");
}

#[test]
fn a_table_may_have_columns_out_of_line_and_the_cluster_s_own_rows() {
    let sample = "NAME         TYPE           CLUSTER-IP      EXTERNAL-IP    PORT(S)          AGE\n\
                  kubernetes   ClusterIP      10.23.240.1     <none>         443/TCP          21h\n\
                  simple-api   LoadBalancer   10.23.245.116   35.230.123.32  80:32758/TCP   1m\n";
    let actual = "NAME         TYPE           CLUSTER-IP    EXTERNAL-IP   PORT(S)        AGE\n\
                  simple-api   LoadBalancer   10.96.245.9   10.30.0.10    80:31500/TCP   8s\n";
    insta::assert_snapshot!(SERVICES.shown(sample, actual), @"
    Like
    explained: it is in the cluster's own `default`; for a lab that is the run's namespace
    10.23.245.116 → 10.96.245.9, CLUSTER-IP of svc/simple-api
    35.230.123.32 → 10.30.0.10, EXTERNAL-IP of svc/simple-api
    32758 → 31500, PORT(S) of svc/simple-api
    ");
    let pending = actual.replace("10.30.0.10 ", "<pending>  ");
    insta::assert_snapshot!(SERVICES.shown(sample, &pending), @"
    NotYet
    explained: it is in the cluster's own `default`; for a lab that is the run's namespace
    not yet: EXTERNAL-IP is <pending>, not 35.230.123.32
    10.23.245.116 → 10.96.245.9, CLUSTER-IP of svc/simple-api
    32758 → 31500, PORT(S) of svc/simple-api
    ");
}

#[test]
fn a_row_without_its_header_is_found_in_the_table() {
    let sample =
        "simple-api   1/1       Running   0          5m        10.20.1.25   gke-pool-cbzt\n";
    let table = "NAME         READY   STATUS    RESTARTS   AGE   IP           NODE     NOMINATED NODE   READINESS GATES\n\
                 simple-api   1/1     Running   0          9s    10.244.1.3   node-1   <none>           <none>\n";
    let twice = format!("{table}{table}");
    insta::assert_snapshot!(PODS.shown(sample, &twice), @"
    Like
    10.20.1.25 → 10.244.1.3, IP of pod/simple-api
    gke-pool-cbzt → node-1, NODE of pod/simple-api
    ");
}

#[test]
fn rows_and_cells_that_differ_are_told() {
    let sample = "NAME   READY   STATUS    RESTARTS   AGE\n\
                  a      1/1     Running   0          1m\n\
                  b      1/1     Running   3          1m\n\
                  c      1/1     Running   0          1m\n";
    let actual = "NAME   READY   STATUS    RESTARTS      AGE\n\
                  a      0/1     Error     2 (1s ago)    9s\n\
                  b      1/1     Running   1 (4s ago)    9s\n\
                  d      1/1     Running   0             9s\n";
    insta::assert_snapshot!(PODS.shown(sample, actual), @"
    Drift
    differs: STATUS is Error, not Running
    differs: there is no row c
    differs: the text has no row d
    ");
    let cut = format!("{sample}...\n");
    assert!(!PODS.shown(&cut, actual).contains("no row d"), "the text says that it is cut");
    insta::assert_snapshot!(PODS.shown(sample, "No resources found in podlab-x-ab12 namespace.\n"), @"
    Drift
    differs: there is no such table
    differs: there is no such table
    differs: there is no such table
    differs: there is no such table
    ");
}

#[test]
fn made_up_names_are_bound_one_by_one() {
    let sample = "NAME                   READY   STATUS    RESTARTS   AGE\n\
                  web-6d4cf56db6-x7k2p   1/1     Running   0          1m\n\
                  web-6d4cf56db6-zzzzz   1/1     Running   0          1m\n";
    let actual = "NAME                   READY   STATUS              RESTARTS   AGE\n\
                  web-58b9f7d774-bbbbb   0/1     ContainerCreating   0          9s\n\
                  web-58b9f7d774-ccccc   1/1     Running             0          9s\n";
    insta::assert_snapshot!(PODS.shown(sample, actual), @"
    NotYet
    not yet: READY is 0/1, not 1/1
    web-6d4cf56db6-x7k2p → web-58b9f7d774-ccccc, pod of web
    web-6d4cf56db6-zzzzz → web-58b9f7d774-bbbbb, pod of web
    ");
    let all = "NAME                       READY   STATUS    RESTARTS   AGE\n\
               pod/web-6d4cf56db6-x7k2p   1/1     Running   0          1m\n\
               \n\
               NAME                 TYPE        CLUSTER-IP    EXTERNAL-IP   PORT(S)   AGE\n\
               service/kubernetes   ClusterIP   10.23.240.1   <none>        443/TCP   21h\n\
               service/web          ClusterIP   10.23.240.7   <none>        80/TCP    1m\n";
    let real = "NAME                       READY   STATUS    RESTARTS   AGE\n\
                pod/web-58b9f7d774-bbbbb   1/1     Running   0          1m\n\
                \n\
                NAME          TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)   AGE\n\
                service/web   ClusterIP   10.96.3.4    <none>        80/TCP    1m\n";
    insta::assert_snapshot!(TEXT.shown(all, real), @"
    Like
    explained: it is in the cluster's own `default`; for a lab that is the run's namespace
    web-6d4cf56db6-x7k2p → web-58b9f7d774-bbbbb, pod of web
    10.23.240.7 → 10.96.3.4, CLUSTER-IP of service/web
    ");
}

#[test]
fn nodes_are_another_cluster_s() {
    let sample = "NAME        STATUS   ROLES    AGE   VERSION\n\
                  gke-a-b1    Ready    <none>   1d    v1.9.2-gke.1\n\
                  gke-a-b2    Ready    <none>   1d    v1.9.2-gke.1\n\
                  gke-a-b3    Ready    <none>   1d    v1.9.2-gke.1\n";
    let actual = "NAME     STATUS   ROLES           AGE   VERSION\n\
                  node-1   Ready    control-plane   5m    v1.36.2\n\
                  node-2   Ready    <none>          5m    v1.36.2\n";
    let nodes = Case { kind: Some("node"), object: None };
    insta::assert_snapshot!(nodes.shown(sample, actual), @"
    Like
    explained: another cluster has other nodes
    gke-a-b1 → node-1, NAME of nodes
    gke-a-b2 → node-2, NAME of nodes
    ");
}

#[test]
fn a_page_of_describe_is_compared_line_by_line() {
    let sample = "Name:         web\n\
                  Namespace:    default\n\
                  Node:         gke-pool-cbzt/10.138.0.2\n\
                  Status:       Running\n\
                  IP:           10.20.1.25\n\
                  Containers:\n  web:\n    Image:  old.example/web\n    State:  Running\n\
                  Restart Count:  0\n";
    let actual = "Name:             web\n\
                  Namespace:        podlab-x-ab12\n\
                  Priority:         0\n\
                  Node:             node-1/10.40.0.1\n\
                  Status:           Running\n\
                  IP:               10.244.1.3\n\
                  Containers:\n  web:\n    Image:  new.example/web:2\n    State:  Waiting\n\
                  Restart Count:  2\n";
    let pod = Case { kind: Some("pod"), object: Some("pod/web") };
    insta::assert_snapshot!(pod.shown(sample, actual), @"
    Drift
    differs: the text has no such line
    not yet: State is Waiting, not Running
    differs: Restart Count is Restart Count:  2, not Restart Count:  0
    gke-pool-cbzt → node-1, Node of pod/web
    10.138.0.2 → 10.40.0.1, Node of pod/web
    10.20.1.25 → 10.244.1.3, IP of pod/web
    ");
}

const EVENTS: &str = "Name:  web\n\
    Events:\n  \
    Type     Reason     Age                From               Message\n  \
    ----     ------     ----               ----               -------\n  \
    Normal   Scheduled  53s                default-scheduler  Successfully assigned podlab-x-ab12/web to node-2\n  \
    Normal   Pulled     52s                kubelet            Container image \"b\" already present on machine\n  \
    Normal   Started    52s                kubelet            Started container web\n";

#[test]
fn events_are_found_by_reason_and_what_comes_later_may_still_come() {
    let sample = "...\nEvents:\n  \
        Type     Reason                 Age   From                    Message\n  \
        ----     ------                 ----  ----                    -------\n  \
        Normal   Scheduled              53s   default-scheduler       Successfully assigned default/web to gke-pool-cbzt\n  \
        Normal   SuccessfulMountVolume  52s   kubelet, gke-pool-cbzt  MountVolume.SetUp succeeded for volume \"t\"\n  \
        Normal   Started                52s   kubelet, gke-pool-cbzt  Started container web\n  \
        Warning  Unhealthy              21s   kubelet, gke-pool-cbzt  Liveness probe failed: no\n";
    let pod = Case { kind: Some("pod"), object: Some("pod/web") };
    insta::assert_snapshot!(pod.shown(sample, EVENTS), @"
    Drift
    differs: there is no event SuccessfulMountVolume
    not yet: there is no event Unhealthy
    gke-pool-cbzt → node-2, Message of pod/web
    ");
    let bare = "...\nNormal  Scheduled  23s  default-scheduler       Successfully assigned default/web to gke-pool-cbzt\n\
                Normal  Started    22s  kubelet, gke-pool-cbzt  Started container web\n";
    insta::assert_snapshot!(pod.shown(bare, EVENTS), @"
    Like
    gke-pool-cbzt → node-2, Message of pod/web
    ");
}

#[test]
fn lines_of_apply_are_compared_whole() {
    let check = |sample: &str, actual: &str, wanted: Verdict| {
        assert_eq!(TEXT.compared(sample, actual).verdict(), wanted, "{sample}");
    };
    check("pod/web created\n", "pod/web created\n", Verdict::Like);
    check("pod/web created\n", "pod/web unchanged\n", Verdict::Drift);
    check("pod/web created\n", "pod/web created\nservice/web created\n", Verdict::Like);
    check("a created\nc created\n", "a created\nb created\nc created\n", Verdict::Drift);
    check("a created\n...\nc created\n", "a created\nb created\nc created\n", Verdict::Like);
    check("service \"a\" exposed\n", "service/a exposed\n", Verdict::Drift);
    check(
        "curl: (28) Connection timed out after 2001 milliseconds\n",
        "curl: (28) Failed to connect to 10.1.1.1 port 80 after 2002 ms: Timeout was reached\n",
        Verdict::Like,
    );
    check("curl: (28) Connection timed out\n", "curl: (7) Failed to connect\n", Verdict::Drift);
    check("", "anything\n", Verdict::Like);
    check("anything\n", "", Verdict::Drift);
}

#[test]
fn answers_in_json_are_compared_by_their_keys() {
    let sample = "{\n  \"host\": \"10.20.1.25:9876\",\n  \"from\": \"10.20.1.26\",\n  \"version\": \"0.5.0\"\n}\n";
    let actual =
        "{\"version\": \"0.5.0\", \"host\": \"10.244.1.3:9876\", \"from\": \"10.244.1.9\"}\n";
    insta::assert_snapshot!(TEXT.shown(sample, actual), @"
    Like
    10.20.1.26 → 10.244.1.9, from of the output
    10.20.1.25 → 10.244.1.3, host of the output
    ");
    let other = actual.replace("0.5.0", "0.6.0").replace("}", ", \"more\": [1, {\"a\": null}]}");
    insta::assert_snapshot!(TEXT.shown(sample, &other), @"
    Drift
    differs: version is 0.6.0, not 0.5.0
    differs: the text has no more[0]
    differs: the text has no more[1].a
    10.20.1.26 → 10.244.1.9, from of the output
    10.20.1.25 → 10.244.1.3, host of the output
    ");
}

#[test]
fn a_literal_that_seems_to_mean_two_things_means_none() {
    let sample = "host: 10.20.1.25\nfrom: 10.20.1.25\n";
    insta::assert_snapshot!(TEXT.shown(sample, "host: 10.1.1.1\nfrom: 10.2.2.2\n"), @"Like");
    insta::assert_snapshot!(TEXT.shown(sample, "host: 10.1.1.1\nfrom: 10.1.1.1\n"), @"
    Like
    10.20.1.25 → 10.1.1.1, host of the output
    ");
}

#[test]
fn what_is_the_same_here_is_known_to_be() {
    let same = "NAME   TYPE        CLUSTER-IP    EXTERNAL-IP   PORT(S)   AGE\n\
                web    ClusterIP   10.23.240.1   <none>        80/TCP    1m\n";
    let found = SERVICES.compared(same, same);
    assert_eq!(found.bindings, []);
    assert!(found.confirmed.contains("10.23.240.1"), "{:?}", found.confirmed);
}

mod laws {
    use proptest::prelude::*;

    use super::*;

    /// Lines of the kinds that outputs consist of.
    fn output() -> impl Strategy<Value = String> {
        let line = prop_oneof![
            "[a-c]{1,3}  [0-9]/1  (Running|Pending)  [0-3]  [1-9]m\n",
            "(NAME|READY|IP)  (STATUS|AGE)  (NODE|X)\n",
            "[a-c]:  10\\.0\\.0\\.[1-9]\n",
            "pod/[a-c]{1,2} (created|deleted)\n",
            "\\{\"a\": \"10.0.0.[1-9]\", \"b\": [0-9]\\}\n",
            "\\.\\.\\.\n",
            "\n",
            "\\PC{0,20}\n",
        ];
        proptest::collection::vec(line, 0..12).prop_map(|lines| lines.concat())
    }

    proptest! {
        #[test]
        fn every_text_is_like_itself(text in output()) {
            let found = TEXT.compared(&text, &text);
            prop_assert_eq!(found.verdict(), Verdict::Like, "{:?}", found.rows);
            prop_assert!(found.bindings.is_empty(), "{:?}", found.bindings);
        }

        #[test]
        fn a_binding_is_a_whole_token_of_each_side_and_differs(one in output(), other in output()) {
            let found = TEXT.compared(&one, &other);
            for binding in &found.bindings {
                prop_assert_ne!(&binding.literal, &binding.value);
                prop_assert!(one.contains(&binding.literal) && other.contains(&binding.value));
            }
            let mut literals: Vec<_> = found.bindings.iter().map(|one| &one.literal).collect();
            literals.sort();
            literals.dedup();
            prop_assert_eq!(literals.len(), found.bindings.len(), "a literal has one value");
        }

        #[test]
        fn every_line_of_the_sample_is_answered_once(one in output(), other in output()) {
            prop_assume!(serde_json::from_str::<serde_json::Value>(one.trim()).is_err());
            let found = TEXT.compared(&one, &other);
            let answered: Vec<_> = found.rows.iter().filter_map(|row| row.expected.clone()).collect();
            let lines: Vec<_> =
                one.lines().map(|line| line.trim_end().to_owned()).filter(|line| !line.trim().is_empty()).collect();
            prop_assert_eq!(answered, lines);
        }
    }
}
