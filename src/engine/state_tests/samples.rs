//! Samples beside real output: what literals mean here, and what has drifted.

use super::bench::{Bench, HOST, S0, S1, ready, typed};
use crate::engine::{Event, Outcome, Request, StepIndex};
use crate::sample::Judgement;

const S2: StepIndex = StepIndex(2);

/// A service, its address in the sample, and two commands that use it.
const SERVICE: &str = "\
```
kubectl get svc web
```

```
NAME   TYPE        CLUSTER-IP      EXTERNAL-IP   PORT(S)    AGE
web    ClusterIP   10.23.248.120   <none>        4000/TCP   11m
```

```
curl http://10.23.248.120:4000/info
{\"host\": \"10.23.248.120:4000\", \"version\": \"1\"}
```
";

const LIVE: &str = "NAME   TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)    AGE\r\n\
                    web    ClusterIP   10.96.14.7   <none>        4000/TCP   3s\r\n";

fn acted(bench: &mut Bench) -> Vec<String> {
    let of = |event: &Event| match event {
        Event::Acted { bindings, .. } => Some(bindings.iter().map(ToString::to_string).collect()),
        _ => None,
    };
    let all: Vec<Vec<String>> = bench.told(of);
    all.concat()
}

fn drift(bench: &mut Bench) -> Vec<String> {
    let of = |event: &Event| match event {
        Event::Drifted { drift, .. } => Some(
            drift
                .rows
                .iter()
                .filter_map(|row| match &row.judgement {
                    Judgement::Differs(what) | Judgement::NotYet(what) => {
                        Some(format!("line {}: {what}", drift.line))
                    }
                    _ => None,
                })
                .collect(),
        ),
        _ => None,
    };
    let all: Vec<Vec<String>> = bench.told(of);
    all.concat()
}

#[test]
fn an_address_of_the_author_becomes_the_live_one() {
    let mut bench = Bench::of_text(SERVICE);
    bench.ask(Request::Run(S0));
    bench.typed();
    bench.does(HOST, "kubectl get svc web", 0, LIVE);
    assert_eq!(bench.outcome(S0), Some(Outcome::Passed));
    let bound = |event: &Event| match event {
        Event::Bound { step, binding, .. } => Some((*step, binding.to_string())),
        _ => None,
    };
    let words = "10.23.248.120 → 10.96.14.7, CLUSTER-IP of svc/web".to_owned();
    assert_eq!(bench.told(bound), [(Some(S0), words.clone())]);
    bench.ask(Request::Run(S1));
    assert_eq!(bench.typed(), typed("curl http://10.96.14.7:4000/info"));
    assert_eq!(acted(&mut bench), [words]);
    bench.does(HOST, "curl", 0, "{\"host\": \"10.96.14.7:4000\", \"version\": \"1\"}\r\n");
    assert_eq!(bench.outcome(S1), Some(Outcome::Passed));
    assert_eq!(drift(&mut bench), Vec::<String>::new());
}

#[test]
fn drift_is_told_and_passes_unless_the_author_says_that_it_counts() {
    let drifts = |text: &str| {
        let mut bench = Bench::of_text(text);
        bench.ask(Request::Run(S0));
        bench.does(HOST, "kubectl get svc web", 0, &LIVE.replace("4000/TCP", "4001/TCP"));
        (drift(&mut bench), bench)
    };
    let what = "line 6: PORT(S) is 4001/TCP, not 4000/TCP";
    let (told, mut bench) = drifts(SERVICE);
    assert_eq!(told, [what]);
    assert_eq!(bench.outcome(S0), Some(Outcome::Passed));

    let ignored = format!("<!-- podlab: {{expect: {{sample: ignore}}}} -->\n{SERVICE}");
    let (told, mut bench) = drifts(&ignored);
    assert_eq!(told, Vec::<String>::new());
    assert_eq!(bench.outcome(S0), Some(Outcome::Passed));

    // What only reads is read again until its time is over.
    let counts = format!("<!-- podlab: {{expect: {{sample: like}}}} -->\n{SERVICE}");
    let (_, mut bench) = drifts(&counts);
    assert_eq!(bench.outcome(S0), None);
    bench.later(60);
    let (expected, actual) = bench.failure(S0);
    assert!(expected.starts_with("output like this:\nNAME"), "{expected}");
    assert_eq!(actual, "PORT(S) is 4001/TCP, not 4000/TCP");
}

/// An address that a cloud gives, and a step that uses it.
const BALANCED: &str = "\
```
kubectl get svc
NAME   TYPE           CLUSTER-IP   EXTERNAL-IP     PORT(S)        AGE
web    LoadBalancer   10.23.1.1    35.230.123.32   80:32758/TCP   1m
```

```
curl http://35.230.123.32/info
```
";

fn balanced(address: &str) -> String {
    format!(
        "NAME   TYPE           CLUSTER-IP   EXTERNAL-IP   PORT(S)        AGE\r\n\
         web    LoadBalancer   10.96.1.1    {address}     80:31500/TCP   1s\r\n"
    )
}

#[test]
fn an_address_that_is_pending_is_looked_for_again() {
    let mut bench = Bench::of_text(BALANCED);
    bench.ask(Request::Run(S0));
    bench.does(HOST, "kubectl get svc", 0, &balanced("<pending>"));
    assert_eq!(bench.outcome(S0), None);
    let waits = |event: &Event| match event {
        Event::Waiting { conditions, .. } => Some(conditions[0].seen.clone()),
        _ => None,
    };
    assert_eq!(bench.told(waits), ["EXTERNAL-IP is <pending>, not 35.230.123.32"]);
    bench.later(1);
    bench.typed();
    bench.does(HOST, "kubectl get svc", 0, &balanced("10.30.0.10"));
    assert_eq!(bench.outcome(S0), Some(Outcome::Passed));
    bench.ask(Request::Run(S1));
    assert_eq!(bench.typed(), typed("curl http://10.30.0.10/info"));
}

#[test]
fn an_address_that_never_comes_skips_what_needs_it() {
    let mut bench = Bench::of_text(BALANCED);
    bench.ask(Request::Run(S0));
    bench.does(HOST, "kubectl get svc", 0, &balanced("<pending>"));
    bench.later(60);
    let skipped = Some(Outcome::Skipped("this cluster gives services no external address".into()));
    assert_eq!(bench.outcome(S0), skipped);
    bench.typed();
    bench.ask(Request::Run(S1));
    assert_eq!(bench.outcome(S1), skipped);
    assert_eq!(bench.typed(), [], "the author's address is not contacted");
}

#[test]
fn what_still_comes_is_waited_for_and_then_told() {
    let text = "```\nkubectl get pod web\nNAME   READY   STATUS    RESTARTS   AGE\n\
                web    1/1     Running   0          1m\n```\n";
    let row =
        "NAME   READY   STATUS    RESTARTS   AGE\r\nweb    0/1     Pending   0          1s\r\n";
    let mut bench = Bench::of_text(text);
    bench.ask(Request::Run(S0));
    bench.does(HOST, "kubectl get pod web", 0, row);
    for _ in 0..59 {
        bench.later(1);
        bench.does(HOST, "kubectl get pod web", 0, row);
    }
    assert_eq!(bench.outcome(S0), None);
    bench.later(1);
    assert_eq!(bench.outcome(S0), Some(Outcome::Passed), "a sample alone fails nothing");
    assert_eq!(drift(&mut bench), ["line 3: READY is 0/1, not 1/1"]);
}

#[test]
fn a_sample_acts_within_its_own_block() {
    let text = "```\n$ kubectl get svc web\nNAME   CLUSTER-IP   AGE\nweb    10.23.1.1    1m\n\
                $ curl http://10.23.1.1/\nhello\n```\n";
    let mut bench = Bench::of_text(text);
    bench.ask(Request::Run(S0));
    bench.typed();
    let live = "NAME   CLUSTER-IP   AGE\r\nweb    10.96.1.1    1s\r\n";
    bench.does(HOST, "kubectl get svc web", 0, live);
    assert_eq!(bench.typed(), typed("curl http://10.96.1.1/"));
    bench.does(HOST, "curl", 0, "hello\r\n");
    assert_eq!(bench.outcome(S0), Some(Outcome::Passed));
}

#[test]
fn what_a_person_types_counts_with_the_live_address() {
    let mut bench = Bench::of_text(SERVICE);
    bench.ask(Request::Run(S0));
    bench.does(HOST, "kubectl get svc web", 0, LIVE);
    bench.ask(Request::Select(S1));
    bench.does(HOST, "curl http://10.96.14.7:4000/info", 0, "{}\r\n");
    assert_eq!(bench.outcome(S1), Some(Outcome::Passed));
}

#[test]
fn a_stream_says_what_literals_mean_as_well() {
    let text = "```\nkubectl get pods -o wide --watch\n```\n\n```\nNAME   STATUS    IP          NODE\n\
                web    Running   10.20.1.9   gke-a-1\n```\n\n```\nping -c 1 10.20.1.9\n```\n";
    let mut bench = Bench::of_text(text);
    bench.ask(Request::Run(S0));
    let beside = crate::engine::TerminalId(1);
    bench.prompt(beside);
    bench.begins(beside, "kubectl get pods");
    bench.bytes(
        beside,
        "NAME   STATUS    IP          NODE\r\nweb    Running   10.1.1.4    node-1\r\n",
    );
    assert_eq!(bench.outcome(S0), Some(Outcome::Passed));
    bench.typed();
    bench.ask(Request::Run(S1));
    assert_eq!(bench.typed(), typed("ping -c 1 10.1.1.4"));
}

#[test]
fn a_made_up_name_is_the_live_one_in_commands_and_in_conditions() {
    let text = "```\nkubectl get pods\nNAME                   READY   STATUS\n\
                web-6d4cf56db6-x7k2p   1/1     Running\n```\n\n\
                Wait until it is ready:\n\n```\nkubectl describe pod web-6d4cf56db6-x7k2p\n```\n\n\
                ```\nkubectl logs web-6d4cf56db6-x7k2p\n```\n";
    let mut bench = Bench::of_text(text);
    bench.ask(Request::Run(S0));
    bench.typed();
    let live =
        "NAME                   READY   STATUS\r\nweb-58b9f7d774-bbbbb   1/1     Running\r\n";
    bench.does(HOST, "kubectl get pods", 0, live);
    bench.ask(Request::Run(S1));
    assert_eq!(bench.typed(), typed("kubectl describe pod web-58b9f7d774-bbbbb"));
    bench.does(HOST, "kubectl describe", 0, "");
    assert_eq!(bench.outcome(S1), None);
    bench.holds(ready("web-58b9f7d774-bbbbb"));
    bench.later(0);
    bench.typed();
    bench.does(HOST, "kubectl describe", 0, "");
    assert_eq!(bench.outcome(S1), Some(Outcome::Passed));
    bench.ask(Request::Run(S2));
    assert_eq!(bench.typed(), typed("kubectl logs web-58b9f7d774-bbbbb"));
}

#[test]
fn what_was_read_before_the_condition_held_is_read_again() {
    let text = "Wait 30 seconds, and see that it was restarted:\n\n```\nkubectl get pod web\n\
                NAME   READY   STATUS    RESTARTS   AGE\nweb    1/1     Running   3          4m\n```\n";
    let row = |restarts: &str| {
        format!(
            "NAME   READY   STATUS    RESTARTS   AGE\r\nweb    1/1     Running   {restarts}          4m\r\n"
        )
    };
    let mut bench = Bench::of_text(text);
    bench.ask(Request::Run(S0));
    bench.typed();
    bench.does(HOST, "kubectl get pod web", 0, &row("0"));
    bench.holds(ready("web"));
    assert_eq!(bench.typed(), []);
    bench.holds(crate::lab::Condition::Restarts { pod: "web".into(), at_least: 1 });
    bench.later(0);
    assert_eq!(bench.typed(), typed("kubectl get pod web"));
    bench.does(HOST, "kubectl get pod web", 0, &row("1"));
    assert_eq!(bench.outcome(S0), Some(Outcome::Passed));
    assert_eq!(drift(&mut bench), Vec::<String>::new());
}
