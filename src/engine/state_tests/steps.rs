//! Steps from their first command to their outcome.

use super::bench::{Bench, HOST, S0, S1, ready, step, typed, with};
use crate::engine::input::{Answer, Effect, Input};
use crate::engine::{Actor, Event, Outcome, Request, StepIndex};
use crate::lab::{Capture, CaptureSource, Condition, ExpectExit, Need, Step};
use crate::watch::{Change, Followed, Health};
use std::time::Duration;

#[test]
fn commands_are_typed_one_after_another_and_pass() {
    let mut bench = Bench::new(vec![step(&["one", "two"])]);
    bench.ask(Request::Run(S0));
    assert_eq!(bench.typed(), typed("one"));
    bench.does(HOST, "one", 0, "1\r\n");
    assert_eq!(bench.typed(), typed("two"));
    assert_eq!(bench.outcome(S0), None);
    bench.does(HOST, "two", 0, "2\r\n");
    assert_eq!(bench.outcome(S0), Some(Outcome::Passed));
    assert!(bench.has(&Event::CommandStarted {
        step: Some(S0),
        terminal: HOST,
        text: "two".into(),
        by: Actor::Podlab
    }));
}

#[test]
fn exit_codes_decide() {
    let rows = [
        (ExpectExit::Success, 0, None),
        (ExpectExit::Success, 2, Some(("exit code 0", "exit code 2"))),
        (ExpectExit::Code(28), 28, None),
        (ExpectExit::Code(28), 0, Some(("exit code 28", "exit code 0"))),
        (ExpectExit::Nonzero, 1, None),
        (ExpectExit::Any, 9, None),
    ];
    for (exit, code, failure) in rows {
        let mut bench = Bench::new(vec![with(step(&["touch x"]), |step| step.expect.exit = exit)]);
        bench.ask(Request::Run(S0));
        bench.does(HOST, "touch x", code, "");
        match failure {
            None => assert_eq!(bench.outcome(S0), Some(Outcome::Passed), "{exit:?} {code}"),
            Some((expected, actual)) => {
                assert_eq!(bench.failure(S0), (expected.to_owned(), actual.to_owned()));
            }
        }
    }
}

#[test]
fn a_command_before_the_last_that_fails_ends_the_step() {
    let mut bench = Bench::new(vec![step(&["touch a", "touch b"])]);
    bench.ask(Request::Run(S0));
    bench.does(HOST, "touch a", 1, "");
    assert_eq!(bench.failure(S0).1, "exit code 1");
    assert_eq!(bench.typed(), typed("touch a"));
}

#[test]
fn what_only_reads_is_read_again_until_it_fits() {
    let contains = |step: &mut Step| step.expect.contains = vec!["Running".into()];
    let mut bench = Bench::new(vec![with(step(&["kubectl get pods"]), contains)]);
    bench.ask(Request::Run(S0));
    bench.does(HOST, "kubectl get pods", 0, "Pending\r\n");
    assert_eq!(bench.typed(), typed("kubectl get pods"));
    bench.later(0);
    assert_eq!(bench.typed(), []);
    bench.later(1);
    assert_eq!(bench.typed(), typed("kubectl get pods"));
    bench.does(HOST, "kubectl get pods", 0, "Running\r\n");
    assert_eq!(bench.outcome(S0), Some(Outcome::Passed));
}

#[test]
fn what_writes_is_not_done_again() {
    let contains = |step: &mut Step| step.expect.contains = vec!["made".into()];
    let mut bench = Bench::new(vec![with(step(&["kubectl apply -f x"]), contains)]);
    bench.ask(Request::Run(S0));
    bench.does(HOST, "kubectl apply -f x", 0, "other\r\n");
    assert_eq!(bench.failure(S0).0, "`made` in the output");
}

#[test]
fn a_reading_that_never_fits_fails_in_time_with_what_it_said_last() {
    let change = |step: &mut Step| step.expect.matches = Some("^web +1/1".into());
    let mut bench = Bench::new(vec![with(step(&["kubectl get pods"]), change)]);
    bench.ask(Request::Run(S0));
    for _ in 0..59 {
        bench.does(HOST, "kubectl get pods", 0, "web   0/1\r\n");
        bench.later(1);
    }
    assert_eq!(bench.outcome(S0), None);
    bench.later(1);
    assert_eq!(bench.failure(S0), ("output that matches `^web +1/1`".into(), "it does not".into()));
}

#[test]
fn a_step_waits_for_what_it_promises() {
    let wait = |step: &mut Step| step.wait = vec![ready("web")];
    let mut bench = Bench::new(vec![with(step(&["kubectl apply -f x"]), wait)]);
    bench.ask(Request::Run(S0));
    bench.does(HOST, "kubectl apply -f x", 0, "");
    assert_eq!(bench.outcome(S0), None);
    let waiting = |bench: &mut Bench| {
        bench.take(|effect| matches!(effect, Effect::Emit(Event::Waiting { .. })).then_some(()))
    };
    assert_eq!(waiting(&mut bench).len(), 1);
    bench.give(Input::Watch(Change::Listed(Followed::Pods)));
    assert_eq!(waiting(&mut bench).len(), 0, "told again without need");
    bench.holds(ready("web"));
    assert_eq!(bench.outcome(S0), Some(Outcome::Passed));
}

#[test]
fn a_promise_that_is_not_kept_fails_in_time_and_names_a_silent_server() {
    let wait = |step: &mut Step| step.wait = vec![ready("web")];
    let mut bench = Bench::new(vec![with(step(&["kubectl apply -f x"]), wait)]);
    bench.ask(Request::Run(S0));
    bench.does(HOST, "kubectl apply -f x", 0, "");
    assert_eq!(bench.state.next_wake(), Some(Duration::from_secs(60)));
    let stale =
        Health::Stale { since: jiff::Timestamp::UNIX_EPOCH, error: "connection refused".into() };
    bench.give(Input::Watch(Change::Health(Followed::Pods, stale)));
    bench.later(60);
    let (expected, actual) = bench.failure(S0);
    assert!(expected.contains("web"), "{expected}");
    assert_eq!(actual, "<pending> after 60 s; the cluster does not answer: connection refused");
}

#[test]
fn a_command_that_hangs_is_interrupted_in_time() {
    let mut bench = Bench::new(vec![step(&["sleep 1000"])]);
    bench.ask(Request::Run(S0));
    bench.begins(HOST, "sleep 1000");
    bench.typed();
    bench.later(60);
    assert_eq!(bench.typed(), [(0, "\u{3}".to_owned())]);
    assert_eq!(bench.failure(S0).1, "it still runs after 60 s");
}

#[test]
fn values_are_filled_in_and_a_gap_that_nothing_fills_says_what_to_write() {
    let capture = |step: &mut Step| {
        let source = CaptureSource::Regex("ip (.*)".into());
        step.capture = vec![Capture { name: "IP".into(), source }];
    };
    let contains = |step: &mut Step| step.expect.contains = vec!["<IP>:80".into()];
    let mut bench = Bench::new(vec![
        with(step(&["show"]), capture),
        with(step(&["curl http://<IP>:80/"]), contains),
    ]);
    bench.ask(Request::Run(S1));
    let (expected, actual) = bench.failure(S1);
    assert_eq!(expected, "a value for <IP>");
    assert!(actual.contains("capture: {IP: …}"), "{actual}");
    bench.ask(Request::Run(S0));
    bench.does(HOST, "show", 0, "ip 10.1.2.3\r\n");
    assert_eq!(bench.outcome(S0), Some(Outcome::Passed));
    bench.typed();
    bench.ask(Request::Run(S1));
    assert_eq!(bench.typed(), typed("curl http://10.1.2.3:80/"));
    bench.does(HOST, "curl", 0, "10.1.2.3:80\r\n");
    assert_eq!(bench.outcome(S1), Some(Outcome::Passed));
}

#[test]
fn a_field_is_asked_of_the_cluster_until_it_is_there() {
    let capture = |step: &mut Step| {
        let source = CaptureSource::Field {
            kind: "pod".into(),
            name: "web".into(),
            path: "status.podIP".into(),
        };
        step.capture = vec![Capture { name: "IP".into(), source }];
    };
    let mut bench = Bench::new(vec![with(step(&["touch x"]), capture)]);
    let asked = |bench: &mut Bench| {
        bench.take(|effect| match effect {
            Effect::Fields(_, fields) => Some(fields.clone()),
            _ => None,
        })
    };
    bench.ask(Request::Run(S0));
    bench.does(HOST, "touch x", 0, "");
    assert_eq!(asked(&mut bench), [[["pod", "web", "status.podIP"].map(str::to_owned)]]);
    bench.give(Input::Answer(S0, Answer::Fields(Ok(vec![String::new()]))));
    bench.later(1);
    assert_eq!(asked(&mut bench).len(), 1);
    bench.give(Input::Answer(S0, Answer::Fields(Ok(vec!["10.0.0.9".into()]))));
    assert_eq!(bench.outcome(S0), Some(Outcome::Passed));
    assert_eq!(bench.state.values["IP"], "10.0.0.9");
}

#[test]
fn needs_skips_and_errors_say_why() {
    let mut bench = Bench::new(vec![
        with(step(&["a"]), |step| step.needs = vec![Need::Nodes(2)]),
        with(step(&["b"]), |step| step.skip = Some("not here".into())),
        with(step(&["c"]), |step| step.broken = vec!["unknown key `inn`".into()]),
    ]);
    for index in 0..3 {
        bench.ask(Request::Run(StepIndex(index)));
    }
    assert_eq!(
        bench.outcome(S0),
        Some(Outcome::Skipped("this needs 2 nodes, and the cluster has 1".into()))
    );
    assert_eq!(bench.outcome(S1), Some(Outcome::Skipped("not here".into())));
    assert_eq!(bench.failure(StepIndex(2)).1, "unknown key `inn`");
    assert_eq!(bench.typed(), []);
}

#[test]
fn an_address_that_nobody_gives_skips_the_steps_that_need_one() {
    let needs = |step: &mut Step| {
        step.needs = vec![Need::LoadBalancer];
        step.wait = vec![Condition::ServiceExternalIp { name: "web".into() }];
    };
    let mut bench =
        Bench::new(vec![with(step(&["kubectl expose x"]), needs), with(step(&["curl x"]), needs)]);
    bench.ask(Request::Run(S0));
    bench.does(HOST, "kubectl expose x", 0, "");
    bench.later(60);
    let skipped = Some(Outcome::Skipped("this cluster gives services no external address".into()));
    assert_eq!(bench.outcome(S0), skipped);
    bench.ask(Request::Run(S1));
    assert_eq!(bench.outcome(S1), skipped, "not tried twice");
}
