//! The engine's state from the outside: what happened in, what is told out.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::base::{SourceText, Span};
use crate::cluster::ObjectRef;
use crate::engine::facts::{Facts, LoadBalancer};
use crate::engine::input::{Answer, Effect, Input};
use crate::engine::relay::Notice;
use crate::engine::state::{State, Watched};
use crate::engine::terminal::FromTerminal;
use crate::engine::{Actor, Awaited, Event, Outcome, Request, StepIndex, TerminalId, Undo};
use crate::invocation::meaning;
use crate::kubectl::Attachment;
use crate::lab::{
    Block, BlockKind, Capture, CaptureSource, Command, Condition, Directive, Expect, ExpectExit,
    FrontMatter, Lab, Need, PodState, Runs, ShellName, Step, Until,
};
use crate::watch::{Change, Followed, Health};

/// Conditions that the test switches.
#[derive(Clone, Default)]
struct Switchboard(Arc<Mutex<Vec<Condition>>>);

impl Watched for Switchboard {
    fn apply(&mut self, _: &Change) {}

    fn awaited(&self, condition: &Condition) -> Awaited {
        let holds = self.0.lock().unwrap().contains(condition);
        let seen = if holds { "as wanted" } else { "<pending>" };
        Awaited { condition: format!("{condition:?}"), holds, seen: seen.into() }
    }
}

fn ready(name: &str) -> Condition {
    Condition::Pod { name: name.into(), state: PodState::Ready }
}

/// A step on the host with these commands.
fn step(commands: &[&str]) -> (Step, Vec<String>) {
    let step = Step {
        id: String::new(),
        block: 0,
        section: Some(0),
        title: commands.first().copied().unwrap_or_default().into(),
        shell: ShellName::Host,
        opens: None,
        expect: Expect::default(),
        sample: None,
        wait: Vec::new(),
        until: None,
        capture: Vec::new(),
        needs: Vec::new(),
        timeout: Duration::from_secs(60),
        retry: true,
        skip: None,
        manual: false,
        hint: None,
        explain: None,
        check: None,
        broken: Vec::new(),
    };
    (step, commands.iter().map(|&text| text.to_owned()).collect())
}

fn with(mut given: (Step, Vec<String>), change: impl FnOnce(&mut Step)) -> (Step, Vec<String>) {
    change(&mut given.0);
    given
}

fn lab(steps: Vec<(Step, Vec<String>)>) -> Lab {
    let mut blocks = Vec::new();
    let mut all = Vec::new();
    for (index, (mut step, texts)) in steps.into_iter().enumerate() {
        step.block = index;
        step.id = format!("s{index}");
        let commands = texts.iter().map(|text| Command {
            text: text.clone(),
            span: Span::default(),
            runs: Runs::Host,
            meaning: meaning(text),
        });
        blocks.push(Block {
            line: index + 1,
            span: Span::default(),
            lang: String::new(),
            kind: BlockKind::Command,
            reason: String::new(),
            text: texts.join("\n"),
            commands: commands.collect(),
            sample: None,
            file: None,
            directive: Directive::default(),
        });
        all.push(step);
    }
    Lab {
        name: "t".into(),
        title: "t".into(),
        source: SourceText { name: "lab.md".into(), text: "".into() },
        front_matter: FrontMatter::default(),
        document: Vec::new(),
        blocks,
        steps: all,
        sections: Vec::new(),
        files: BTreeMap::new(),
    }
}

const HOST: TerminalId = TerminalId(0);
const S0: StepIndex = StepIndex(0);
const S1: StepIndex = StepIndex(1);

/// A state with shells that the test plays.
struct Bench {
    state: State,
    board: Switchboard,
    now: Duration,
    effects: Vec<Effect>,
}

impl Bench {
    fn new(steps: Vec<(Step, Vec<String>)>) -> Self {
        let board = Switchboard::default();
        let facts = Facts { nodes: Some(1), minor: Some(36), load_balancer: LoadBalancer::Unknown };
        let state = State::new(Arc::new(lab(steps)), facts, "x", Box::new(board.clone()));
        let mut bench = Self { state, board, now: Duration::ZERO, effects: Vec::new() };
        bench.effects = bench.state.start();
        bench.prompt(HOST);
        bench
    }

    fn give(&mut self, input: Input) {
        let effects = self.state.handle(self.now, input);
        self.effects.extend(effects);
    }

    fn ask(&mut self, request: Request) {
        self.give(Input::Request(request));
    }

    fn bytes(&mut self, terminal: TerminalId, text: &str) {
        self.give(Input::Terminal(terminal, FromTerminal::Bytes(text.as_bytes().to_vec())));
    }

    fn prompt(&mut self, terminal: TerminalId) {
        self.ends(terminal, 0, "");
    }

    /// The host's shell says that a command begins.
    fn begins(&mut self, terminal: TerminalId, text: &str) {
        self.bytes(terminal, &format!("{text}\r\n\u{1b}]133;C;aid=x;cmdline_url={text}\u{7}"));
    }

    fn ends(&mut self, terminal: TerminalId, exit: i32, output: &str) {
        self.bytes(
            terminal,
            &format!("{output}\u{1b}]133;D;{exit};aid=x\u{7}\u{1b}]133;A;aid=x;cwd=/lab\u{7}$ \u{1b}]133;B;aid=x\u{7}"),
        );
    }

    /// The shell in the pod: its prompt, after some output.
    fn pod_ends(&mut self, terminal: TerminalId, exit: i32, output: &str) {
        self.bytes(
            terminal,
            &format!("{output}\u{1b}]133;D;{exit};aid=xp\u{7}\u{1b}]133;A;aid=xp\u{7}# \u{1b}]133;B;aid=xp\u{7}"),
        );
    }

    fn does(&mut self, terminal: TerminalId, text: &str, exit: i32, output: &str) {
        self.begins(terminal, text);
        self.ends(terminal, exit, output);
    }

    fn later(&mut self, seconds: u64) {
        self.now += Duration::from_secs(seconds);
        self.give(Input::Tick);
    }

    fn holds(&mut self, condition: Condition) {
        self.board.0.lock().unwrap().push(condition);
        self.give(Input::Watch(Change::Listed(Followed::Pods)));
    }

    /// What was typed since the last question, as text.
    fn typed(&mut self) -> Vec<(usize, String)> {
        self.take(|effect| match effect {
            Effect::Write(terminal, bytes) => {
                Some((terminal.0, String::from_utf8_lossy(bytes).into_owned()))
            }
            _ => None,
        })
    }

    fn take<T>(&mut self, pick: impl Fn(&Effect) -> Option<T>) -> Vec<T> {
        let mut taken = Vec::new();
        self.effects.retain(|effect| match pick(effect) {
            Some(one) => {
                taken.push(one);
                false
            }
            None => true,
        });
        taken
    }

    fn outcome(&mut self, step: StepIndex) -> Option<Outcome> {
        let ended = self.take(|effect| match effect {
            Effect::Emit(Event::StepEnded { step: of, outcome, .. }) if *of == step => {
                Some(outcome.clone())
            }
            _ => None,
        });
        ended.last().cloned()
    }

    fn failure(&mut self, step: StepIndex) -> (String, String) {
        match self.outcome(step) {
            Some(Outcome::Failed(failure)) => (failure.expected, failure.actual),
            other => panic!("{other:?}"),
        }
    }

    fn has(&self, wanted: &Event) -> bool {
        self.effects.iter().any(|effect| matches!(effect, Effect::Emit(event) if event == wanted))
    }

    fn attach(&mut self, terminal: TerminalId, pod: &str) {
        let attachment = Attachment { pod: pod.into(), container: "c".into(), command: Vec::new() };
        let terminal = Some(terminal);
        self.give(Input::Relay(Notice::Attached { terminal, attachment: Some(attachment) }));
    }
}

fn typed(text: &str) -> Vec<(usize, String)> {
    vec![(0, format!("{text}\r"))]
}

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
    assert_eq!(bench.failure(S1).1, "shell `jump` is not open: run step `s0` first");
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
    assert_eq!(bench.failure(S1).1, "shell `jump` is not open: run step `s0` first");
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
fn a_shell_that_dies_is_opened_again_where_it_was() {
    let mut bench = Bench::new(vec![step(&["exit 3"])]);
    bench.ask(Request::Run(S0));
    bench.begins(HOST, "exit 3");
    bench.effects.clear();
    bench.give(Input::Terminal(HOST, FromTerminal::Closed(Some(3))));
    assert!(bench.effects.contains(&Effect::Open(TerminalId(1), Some("/lab".into()))));
    assert_eq!(bench.failure(S0).1, "exit code 3");
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
