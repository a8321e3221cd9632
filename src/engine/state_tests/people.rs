//! What people do beside the keys that run steps.

use super::bench::{Bench, HOST, S0, ready, step, typed, with};
use crate::cluster::ObjectRef;
use crate::engine::input::{Answer, Effect, Input};
use crate::engine::relay::Notice;
use crate::engine::{Actor, Event, Outcome, Request, TerminalId, Undo};
use crate::lab::{ShellName, Step};

#[test]
fn what_a_person_types_counts() {
    let wait = |step: &mut Step| step.wait = vec![ready("web")];
    let mut bench =
        Bench::new(vec![with(step(&["kubectl apply -f x.yaml", "kubectl get pods"]), wait)]);
    bench.ask(Request::Select(S0));
    bench.does(HOST, "kubectl get po", 0, "");
    assert!(bench.has(&Event::StepStarted { step: S0, by: Actor::Person }));
    assert_eq!(bench.outcome(S0), None);
    bench.does(HOST, "ls", 0, "");
    bench.does(HOST, "kubectl apply --filename x.yaml", 0, "");
    assert_eq!(bench.outcome(S0), None);
    bench.holds(ready("web"));
    assert_eq!(bench.outcome(S0), Some(Outcome::Passed));
    assert_eq!(bench.typed(), [], "nobody typed for the person");
}

#[test]
fn a_step_that_a_person_began_is_finished_by_key() {
    let mut bench = Bench::new(vec![step(&["touch a", "touch b"])]);
    bench.ask(Request::Select(S0));
    bench.does(HOST, "touch a", 0, "");
    bench.ask(Request::Run(S0));
    assert_eq!(bench.typed(), typed("touch b"));
    bench.does(HOST, "touch b", 0, "");
    assert_eq!(bench.outcome(S0), Some(Outcome::Passed));
}

#[test]
fn time_stands_still_while_a_person_reads_between_two_commands() {
    let mut bench = Bench::new(vec![step(&["touch a", "touch b"])]);
    bench.ask(Request::Select(S0));
    bench.does(HOST, "touch a", 0, "");
    assert_eq!(bench.state.next_wake(), None, "nothing is due");
    bench.later(3600);
    bench.begins(HOST, "touch b");
    bench.later(59);
    assert_eq!(bench.outcome(S0), None);
    bench.ends(HOST, 0, "");
    assert_eq!(bench.outcome(S0), Some(Outcome::Passed));

    // The time of a key that goes on with it begins with the key.
    let mut bench = Bench::new(vec![step(&["touch a", "touch b"])]);
    bench.ask(Request::Select(S0));
    bench.does(HOST, "touch a", 0, "");
    bench.later(3600);
    bench.ask(Request::Run(S0));
    bench.later(59);
    assert_eq!(bench.outcome(S0), None);
    bench.later(1);
    assert_eq!(bench.failure(S0).1, "it still runs after 60 s");
}

#[test]
fn another_way_counts_when_the_promise_is_seen() {
    let wait = |step: &mut Step| step.wait = vec![ready("web")];
    let steps = || vec![with(step(&["kubectl apply -f x.yaml"]), wait)];
    let mut bench = Bench::new(steps());
    bench.ask(Request::Select(S0));
    bench.does(HOST, "kubectl run web --image=x", 0, "");
    assert_eq!(bench.outcome(S0), None);
    bench.holds(ready("web"));
    assert_eq!(bench.outcome(S0), Some(Outcome::Passed));

    // What held before the step was looked at is nobody's doing.
    let mut bench = Bench::new(steps());
    bench.holds(ready("web"));
    bench.ask(Request::Select(S0));
    bench.does(HOST, "ls", 0, "");
    assert_eq!(bench.outcome(S0), None);
}

#[test]
fn a_question_in_other_words_counts_when_the_answer_has_what_was_promised() {
    let promise = |step: &mut Step| step.expect.matches = Some("web +0/1".to_owned());
    let mut bench = Bench::new(vec![with(step(&["kubectl get pod web"]), promise)]);
    bench.ask(Request::Select(S0));
    bench.does(HOST, "kubectl get pods", 0, "web   1/1\r\n");
    bench.does(HOST, "kubectl describe pods", 0, "web   0/1\r\n");
    bench.does(HOST, "echo 'web   0/1'", 0, "web   0/1\r\n");
    bench.does(HOST, "kubectl get pods", 1, "web   0/1\r\n");
    assert_eq!(bench.outcome(S0), None);
    bench.does(HOST, "kubectl get pods", 0, "web   0/1\r\n");
    assert_eq!(bench.outcome(S0), Some(Outcome::Passed));

    let promise = |step: &mut Step| step.expect.contains = vec!["0.5.0".to_owned()];
    let mut bench = Bench::new(vec![with(step(&["curl http://10.0.0.1:80/info"]), promise)]);
    bench.ask(Request::Select(S0));
    bench.does(HOST, "curl -s 10.0.0.1:80/info", 0, "0.5.0\r\n");
    assert_eq!(bench.outcome(S0), Some(Outcome::Passed));
}

#[test]
fn lines_for_a_program_without_marks_count_by_what_they_do() {
    let change = |step: &mut Step| {
        step.shell = ShellName::Pod("db".into());
        step.wait = vec![ready("web")];
    };
    let mut bench = Bench::new(vec![with(step(&["select 1;"]), change)]);
    bench.ask(Request::Select(S0));
    bench.begins(HOST, "kubectl exec -it db -- psql");
    bench.attach(HOST, "db");
    bench.give(Input::Relay(Notice::Unmarked { terminal: Some(HOST) }));
    bench.holds(ready("web"));
    assert_eq!(bench.outcome(S0), None);
    bench.ask(Request::Input { terminal: HOST, bytes: b"select 1;\r".to_vec() });
    assert_eq!(bench.outcome(S0), Some(Outcome::Passed));
}

#[test]
fn a_busy_shell_is_left_alone_and_half_a_line_is_not_mixed_in() {
    let mut bench = Bench::new(vec![step(&["date"])]);
    bench.begins(HOST, "sleep 100");
    bench.ask(Request::Run(S0));
    bench.prompt(TerminalId(1));
    assert_eq!(bench.typed(), [(1, "date\r".to_owned())]);

    let mut bench = Bench::new(vec![step(&["date"])]);
    bench.ask(Request::Input { terminal: HOST, bytes: b"rm -rf".to_vec() });
    bench.ask(Request::Run(S0));
    let keys: String = bench.typed().into_iter().map(|(_, keys)| keys).collect();
    assert_eq!(keys, "rm -rf\u{15}date\r");
}

#[test]
fn what_a_step_made_is_undone_before_it_runs_again() {
    let mut bench = Bench::new(vec![step(&["kubectl apply -f x"])]);
    bench.ask(Request::Run(S0));
    bench.begins(HOST, "kubectl apply -f x");
    let pod = ObjectRef {
        api_version: "v1".into(),
        kind: "Pod".into(),
        plural: "pods".into(),
        namespace: Some("n".into()),
        name: "web".into(),
        uid: "1".into(),
    };
    bench.give(Input::Made(pod.clone()));
    assert!(bench.has(&Event::Made { step: Some(S0), object: "pod/web".into() }));
    bench.ends(HOST, 0, "");
    bench.typed();
    bench.ask(Request::RunAgain { step: S0, undo: Undo::First });
    assert!(bench.effects.contains(&Effect::Undo {
        step: S0,
        objects: vec![pod.clone()],
        again: true
    }));
    assert_eq!(bench.typed(), []);
    bench.give(Input::Removed(pod));
    bench.give(Input::Answer(S0, Answer::Undone { left: Vec::new(), again: true }));
    assert!(bench.has(&Event::StepReset { step: S0 }));
    assert_eq!(bench.typed(), typed("kubectl apply -f x"));
    assert!(bench.state.made.is_empty());
}

#[test]
fn stopping_interrupts_and_then_kills() {
    let mut bench = Bench::new(vec![step(&["sleep 9"])]);
    bench.ask(Request::Stop { terminal: HOST });
    assert_eq!(bench.typed(), [(0, "\u{3}".to_owned())]);
    bench.later(1);
    bench.ask(Request::Stop { terminal: HOST });
    assert!(bench.effects.contains(&Effect::Kill(HOST)));
}

#[test]
fn quitting_interrupts_what_runs() {
    let mut bench = Bench::new(vec![step(&["sleep 9"])]);
    bench.ask(Request::Run(S0));
    bench.ask(Request::Quit(crate::engine::Ending::CleanUp));
    assert_eq!(bench.outcome(S0), Some(Outcome::Interrupted));
    assert!(bench.effects.contains(&Effect::Finish(crate::engine::Ending::CleanUp)));
}
