//! Placeholders, and addresses of the author's cluster: found, asked for, or told.

use super::bench::{Bench, HOST, S0, S1, typed};
use crate::engine::input::{Answer, Effect, Input};
use crate::engine::{Event, Gap, Outcome, Request};
use crate::sample::By;

const POD: &str = "\
```
kubectl run web --image=x
```

Call the `web` pod on its IP:

```
curl http://<IP>:80/
```
";

fn fields(bench: &mut Bench) -> Vec<Vec<[String; 3]>> {
    bench.take(|effect| match effect {
        Effect::Fields(_, fields) => Some(fields.clone()),
        _ => None,
    })
}

fn asked(bench: &mut Bench) -> Vec<(String, Vec<String>)> {
    bench.told(|event| match event {
        Event::Asked { question, .. } => Some((
            question.gap.to_string(),
            question.candidates.iter().map(ToString::to_string).collect(),
        )),
        _ => None,
    })
}

#[test]
fn prose_tells_whose_value_it_is_and_the_cluster_has_it() {
    let mut bench = Bench::of_text(POD);
    bench.ask(Request::Run(S1));
    assert_eq!(fields(&mut bench), [[["pod", "web", "status.podIP"].map(str::to_owned)]]);
    assert_eq!(bench.typed(), []);
    bench.give(Input::Answer(S1, Answer::Fields(Ok(vec![String::new()]))));
    assert_eq!(fields(&mut bench).len(), 0);
    bench.later(1);
    assert_eq!(fields(&mut bench).len(), 1, "it is not there yet");
    bench.give(Input::Answer(S1, Answer::Fields(Ok(vec!["10.20.1.25".into()]))));
    assert_eq!(bench.typed(), typed("curl http://10.20.1.25:80/"));
    assert!(bench.has(&Event::Captured {
        step: S1,
        name: "IP".into(),
        value: "10.20.1.25".into(),
        source: "pod/web.status.podIP".into(),
    }));
}

#[test]
fn a_value_that_never_comes_fails_in_time_and_says_what_is_missing() {
    let mut bench = Bench::of_text(POD);
    bench.ask(Request::Run(S1));
    bench.give(Input::Answer(S1, Answer::Fields(Err("pods \"web\" not found".into()))));
    bench.later(60);
    let failure = bench.failure(S1);
    assert_eq!(failure.0, "a value for each placeholder");
    assert_eq!(failure.1, "<IP>: pods \"web\" not found");
}

#[test]
fn what_only_a_person_knows_is_asked_for() {
    let text = "```\ncurl http://YOUR_IP/<path>\n```\n";
    let mut bench = Bench::of_text(text).asking();
    bench.candidates(&[("10.20.1.25", "pod/web"), ("10.96.0.7", "svc/web")]);
    bench.ask(Request::Run(S0));
    let candidates = ["10.20.1.25, pod/web", "10.96.0.7, svc/web"].map(str::to_owned).to_vec();
    assert_eq!(asked(&mut bench), [("YOUR_IP".to_owned(), candidates.clone())]);
    // A person may think as long as they like.
    bench.later(600);
    assert_eq!(bench.outcome(S0), None);
    let gap = |name: &str| Gap::Placeholder(name.into());
    bench.ask(Request::Fill { gap: gap("YOUR_IP"), value: " 10.96.0.7 ".into() });
    assert_eq!(asked(&mut bench), [("<path>".to_owned(), candidates)]);
    bench.ask(Request::Fill { gap: gap("path"), value: "a b".into() });
    assert_eq!(bench.typed(), typed("curl http://10.96.0.7/'a b'"));
}

#[test]
fn where_nobody_is_asked_the_step_says_what_would_answer_it() {
    let mut bench = Bench::of_text("```\ncurl http://<IP>/\n```\n");
    bench.candidates(&[("10.20.1.25", "pod/web"), ("10.96.0.7", "svc/web")]);
    bench.ask(Request::Run(S0));
    let (expected, actual) = bench.failure(S0);
    assert_eq!(expected, "a value for <IP>");
    assert!(actual.contains("`capture: {IP: …}`"), "{actual}");
    assert!(
        actual.ends_with("(the cluster has 10.20.1.25, pod/web; 10.96.0.7, svc/web)"),
        "{actual}"
    );
}

#[test]
fn the_only_one_of_its_kind_is_meant() {
    let mut bench = Bench::of_text("```\nkubectl logs <pod-name>\n```\n");
    bench.candidates(&[("web", "pod")]);
    bench.ask(Request::Run(S0));
    assert_eq!(bench.typed(), typed("kubectl logs web"));
}

const COPIED: &str = "\
```
kubectl get svc
NAME   CLUSTER-IP   AGE
web    10.23.1.1    1m
```

```
curl http://10.23.1.1/
```
";

#[test]
fn the_author_s_address_is_never_contacted() {
    let mut bench = Bench::of_text(COPIED);
    bench.ask(Request::Run(S1));
    let (expected, actual) = bench.failure(S1);
    assert_eq!(expected, "an address of this cluster instead of 10.23.1.1");
    assert!(
        actual.starts_with("10.23.1.1 is the author's: only the sample on line 1 has it"),
        "{actual}"
    );
    assert!(actual.contains("capture: {ADDRESS: service/NAME.spec.clusterIP"), "{actual}");
    assert_eq!(bench.typed(), []);

    let mut bench = Bench::of_text(COPIED).asking();
    bench.candidates(&[("10.96.0.7", "svc/web")]);
    bench.ask(Request::Run(S1));
    assert_eq!(
        asked(&mut bench),
        [("10.23.1.1".to_owned(), vec!["10.96.0.7, svc/web".to_owned()])]
    );
    assert_eq!(bench.typed(), []);
    let gap = Gap::Literal("10.23.1.1".into());
    bench.ask(Request::Fill { gap: gap.clone(), value: "two words".into() });
    assert_eq!(bench.typed(), []);
    bench.ask(Request::Fill { gap, value: "10.96.0.7".into() });
    assert_eq!(bench.typed(), typed("curl http://10.96.0.7/"));
}

#[test]
fn an_address_that_is_the_same_here_is_no_stranger() {
    let mut bench = Bench::of_text(COPIED);
    bench.ask(Request::Run(S0));
    let live = "NAME   CLUSTER-IP   AGE\r\nweb    10.23.1.1    1s\r\n";
    bench.does(HOST, "kubectl get svc", 0, live);
    bench.typed();
    bench.ask(Request::Run(S1));
    assert_eq!(bench.typed(), typed("curl http://10.23.1.1/"));
}

#[test]
fn a_person_may_say_otherwise_and_take_it_back() {
    let mut bench = Bench::of_text(COPIED);
    bench.ask(Request::Run(S0));
    let live = "NAME   CLUSTER-IP   AGE\r\nweb    10.96.0.7    1s\r\n";
    bench.does(HOST, "kubectl get svc", 0, live);
    let gap = Gap::Literal("10.23.1.1".into());
    bench.ask(Request::Fill { gap, value: "10.96.0.99".into() });
    let bound = |event: &Event| match event {
        Event::Bound { binding, by, .. } => Some((binding.to_string(), *by)),
        _ => None,
    };
    let told = bench.told(bound);
    assert_eq!(told[1], ("10.23.1.1 → 10.96.0.99, CLUSTER-IP of svc/web".to_owned(), By::Person));
    bench.typed();
    bench.ask(Request::Run(S1));
    assert_eq!(bench.typed(), typed("curl http://10.96.0.99/"));
    bench.does(HOST, "curl", 0, "");
    assert_eq!(bench.outcome(S1), Some(Outcome::Passed));
    bench.ask(Request::Unbind { literal: "10.23.1.1".into() });
    assert!(bench.has(&Event::Unbound { literal: "10.23.1.1".into() }));
    bench.ask(Request::Run(S1));
    assert!(bench.failure(S1).1.contains("is the author's"));
}
