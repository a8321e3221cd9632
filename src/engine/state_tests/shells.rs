//! Shells in pods, streams, shells that die.

use super::bench::{Bench, HOST, S0, S1, ready, step, typed, with};
use crate::engine::input::{Effect, Input};
use crate::engine::terminal::FromTerminal;
use crate::engine::{Event, Outcome, Request, StepIndex, TerminalId};
use crate::lab::{ShellName, Step, Until};

fn jump_lab() -> Vec<(Step, Vec<String>)> {
    let opens = |step: &mut Step| step.opens = Some("jump".into());
    let within = |step: &mut Step| step.shell = ShellName::Pod("jump".into());
    vec![
        with(step(&["kubectl run -it --rm jump --image=x"]), opens),
        with(step(&["curl http://10.0.0.1/"]), within),
    ]
}

#[test]
fn a_shell_in_a_pod_opens_beside_and_later_steps_run_in_it() {
    let mut bench = Bench::new(jump_lab());
    bench.ask(Request::Run(S1));
    assert_eq!(bench.failure(S1).1, "shell `jump` is not open: run step 1 (`s0`) first");
    bench.ask(Request::Run(S0));
    let terminal = TerminalId(1);
    bench.prompt(terminal);
    assert_eq!(bench.typed(), [(1, "kubectl run -it --rm jump --image=x\r".to_owned())]);
    bench.begins(terminal, "kubectl run -it --rm jump --image=x");
    bench.attach(terminal, "jump");
    assert_eq!(bench.outcome(S0), None);
    bench.pod_ends(terminal, 0, "");
    assert_eq!(bench.outcome(S0), Some(Outcome::Passed));
    assert!(bench.has(&Event::TerminalTitled { terminal, title: "jump".into() }));

    bench.ask(Request::Run(S1));
    assert_eq!(bench.typed(), [(1, "curl http://10.0.0.1/\r".to_owned())]);
    bench.pod_ends(terminal, 0, "curl http://10.0.0.1/\r\nhello\r\n");
    assert_eq!(bench.outcome(S1), Some(Outcome::Passed));

    // The session ends: the terminal is the host's again.
    bench.ends(terminal, 0, "exit\r\n");
    assert!(bench.has(&Event::TerminalTitled { terminal, title: "host 2".into() }));
    bench.ask(Request::Run(S1));
    assert_eq!(bench.failure(S1).1, "shell `jump` is not open: run step 1 (`s0`) first");
}

#[test]
fn a_step_whose_shell_is_still_open_can_be_run_again() {
    let mut bench = Bench::new(jump_lab());
    bench.ask(Request::Run(S0));
    bench.prompt(TerminalId(1));
    bench.begins(TerminalId(1), "kubectl run");
    bench.attach(TerminalId(1), "jump");
    bench.pod_ends(TerminalId(1), 0, "");
    assert_eq!(bench.outcome(S0), Some(Outcome::Passed));
    bench.typed();
    bench.ask(Request::Run(S0));
    bench.prompt(TerminalId(2));
    assert_eq!(bench.typed(), [(2, "kubectl run -it --rm jump --image=x\r".to_owned())]);
}

#[test]
fn a_shell_that_does_not_open_fails_its_step() {
    let mut bench = Bench::new(jump_lab());
    bench.ask(Request::Run(S0));
    bench.prompt(TerminalId(1));
    bench.does(TerminalId(1), "kubectl run", 1, "error\r\n");
    assert_eq!(
        bench.failure(S0),
        ("an interactive shell".into(), "it ended with exit code 1".into())
    );
}

#[test]
fn a_shell_opened_by_hand_is_found_by_its_pod() {
    let mut bench = Bench::new(jump_lab());
    bench.begins(HOST, "kubectl exec -it jump -- sh");
    bench.attach(HOST, "jump");
    bench.pod_ends(HOST, 0, "");
    bench.ask(Request::Run(S1));
    assert_eq!(bench.typed(), typed("curl http://10.0.0.1/"));
}

#[test]
fn a_stream_passes_when_it_speaks_and_ends_with_until() {
    let until = |step: &mut Step| step.until = Some(Until::Condition(ready("web")));
    let mut bench = Bench::new(vec![with(step(&["kubectl get pods -w"]), until), step(&["date"])]);
    bench.ask(Request::Run(S0));
    let terminal = TerminalId(1);
    bench.prompt(terminal);
    bench.begins(terminal, "kubectl get pods -w");
    assert_eq!(bench.outcome(S0), None);
    bench.bytes(terminal, "NAME READY\r\n");
    assert_eq!(bench.outcome(S0), Some(Outcome::Passed));
    bench.typed();
    // The next step goes on in the host's shell meanwhile.
    bench.ask(Request::Run(S1));
    assert_eq!(bench.typed(), typed("date"));
    bench.holds(ready("web"));
    assert_eq!(bench.typed(), [(1, "\u{3}".to_owned())]);
    let kills =
        |bench: &mut Bench| bench.take(|effect| matches!(effect, Effect::Kill(_)).then_some(()));
    bench.later(2);
    assert_eq!(kills(&mut bench).len(), 1, "an interrupt that is not heard");
    bench.ends(terminal, 137, "");
    bench.later(10);
    assert_eq!(kills(&mut bench).len(), 0);
}

#[test]
fn a_stream_ends_with_its_section_and_one_that_dies_fails() {
    let other = |step: &mut Step| step.section = Some(1);
    let mut bench = Bench::new(vec![step(&["kubectl logs -f web"]), with(step(&["date"]), other)]);
    bench.ask(Request::Run(S0));
    bench.prompt(TerminalId(1));
    bench.begins(TerminalId(1), "kubectl logs -f web");
    bench.later(2);
    assert_eq!(bench.outcome(S0), Some(Outcome::Passed), "silence is no failure");
    bench.typed();
    bench.ask(Request::Run(S1));
    assert_eq!(bench.typed()[0], (1, "\u{3}".to_owned()));

    let mut bench = Bench::new(vec![step(&["kubectl logs -f web"])]);
    bench.ask(Request::Run(S0));
    bench.prompt(TerminalId(1));
    bench.does(TerminalId(1), "kubectl logs -f web", 1, "Error\r\n");
    for _ in 0..60 {
        bench.later(1);
        if bench.typed().iter().any(|(_, keys)| keys.contains("logs")) {
            bench.does(TerminalId(1), "kubectl logs -f web", 1, "Error\r\n");
        }
    }
    assert_eq!(bench.failure(S0).1, "exit code 1");
}

/// A shell in a pod with a stream that has passed in it, and a step for it.
fn stream_in_a_pod(next: impl FnOnce(&mut Step)) -> (Bench, TerminalId) {
    let within = |step: &mut Step| step.shell = ShellName::Pod("jump".into());
    let mut steps = jump_lab();
    steps[1] = with(step(&["ping 10.1.1.1"]), within);
    steps.push(with(step(&["date"]), next));
    let mut bench = Bench::new(steps);
    let terminal = TerminalId(1);
    bench.ask(Request::Run(S0));
    bench.prompt(terminal);
    bench.begins(terminal, "kubectl run -it --rm jump --image=x");
    bench.attach(terminal, "jump");
    bench.pod_ends(terminal, 0, "");
    bench.ask(Request::Run(S1));
    bench.later(2);
    assert_eq!(bench.outcome(S1), Some(Outcome::Passed));
    bench.effects.clear();
    (bench, terminal)
}

#[test]
fn a_stream_in_a_pod_ends_without_its_shell() {
    let (mut bench, terminal) = stream_in_a_pod(|step| step.section = Some(1));
    bench.ask(Request::Run(StepIndex(2)));
    assert!(bench.typed().contains(&(1, "\u{3}".to_owned())));
    bench.later(2);
    assert_eq!(bench.typed(), [(1, "\u{3}".to_owned())], "once more");
    bench.pod_ends(terminal, 130, "^C\r\n");
    assert!(bench.has(&Event::TerminalTitled { terminal, title: "jump".into() }));
    for _ in 0..10 {
        bench.later(2);
    }
    assert_eq!(bench.typed(), []);
    let kills = bench.take(|effect| matches!(effect, Effect::Kill(_)).then_some(()));
    assert_eq!(kills.len(), 0, "the shell stays");
}

#[test]
fn a_step_interrupts_the_stream_that_holds_its_shell() {
    let within = |step: &mut Step| step.shell = ShellName::Pod("jump".into());
    let (mut bench, terminal) = stream_in_a_pod(within);
    bench.ask(Request::Run(StepIndex(2)));
    assert_eq!(bench.typed(), [(1, "\u{3}".to_owned())]);
    bench.pod_ends(terminal, 130, "^C\r\n");
    assert_eq!(bench.typed(), [(1, "date\r".to_owned())]);
}

#[test]
fn a_shell_that_dies_is_opened_again_where_it_was() {
    let mut bench = Bench::new(vec![step(&["exit 3"])]);
    bench.ask(Request::Run(S0));
    bench.begins(HOST, "exit 3");
    bench.effects.clear();
    bench.give(Input::Terminal(HOST, FromTerminal::Closed(Some(3))));
    assert!(bench.effects.contains(&Effect::Open(TerminalId(1), Some("/lab".into()))));
    assert_eq!(bench.failure(S0).1, "exit code 3");
}
