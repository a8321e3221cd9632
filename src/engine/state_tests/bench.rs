//! A state with shells that a test plays.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::base::{SourceText, Span};
use crate::cluster::NodeFact;
use crate::engine::facts::{Facts, LoadBalancer};
use crate::engine::input::{Effect, Input};
use crate::engine::relay::Notice;
use crate::engine::state::{State, Watched};
use crate::engine::terminal::FromTerminal;
use crate::engine::{
    Awaited, Candidate, Event, Outcome, Request, StepIndex, TerminalId, Unanswered,
};
use crate::invocation::meaning;
use crate::kubectl::Attachment;
use crate::lab::{
    Block, BlockKind, Command, Condition, Directive, Expect, FrontMatter, Lab, PodState, Runs,
    ShellName, Step, Wanted, parse,
};
use crate::watch::{Change, Followed};

/// Conditions that the test switches.
#[derive(Clone, Default)]
pub(super) struct Switchboard(Arc<Mutex<Vec<Condition>>>, Arc<Mutex<Vec<Candidate>>>);

impl Watched for Switchboard {
    fn apply(&mut self, _: &Change) {}

    fn awaited(&self, condition: &Condition) -> Awaited {
        let holds = self.0.lock().unwrap().contains(condition);
        let seen = if holds { "as wanted" } else { "<pending>" };
        Awaited { condition: format!("{condition:?}"), holds, seen: seen.into() }
    }

    fn candidates(&self, _: Wanted) -> Vec<Candidate> {
        self.1.lock().unwrap().clone()
    }
}

pub(super) fn ready(name: &str) -> Condition {
    Condition::Pod { name: name.into(), state: PodState::Ready }
}

/// A step on the host with these commands.
pub(super) fn step(commands: &[&str]) -> (Step, Vec<String>) {
    let step = Step {
        id: String::new(),
        block: 0,
        section: Some(0),
        title: commands.first().copied().unwrap_or_default().into(),
        shell: ShellName::Host,
        opens: None,
        expect: Expect::default(),
        sample: None,
        samples: Vec::new(),
        lead: Vec::new(),
        fills: Vec::new(),
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

pub(super) fn with(
    mut given: (Step, Vec<String>),
    change: impl FnOnce(&mut Step),
) -> (Step, Vec<String>) {
    change(&mut given.0);
    given
}

pub(super) fn lab(steps: Vec<(Step, Vec<String>)>) -> Lab {
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
            printed: Vec::new(),
            file: None,
            directive: Directive::default(),
            places: crate::lab::Places::default(),
            guesses: Vec::new(),
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

pub(super) const HOST: TerminalId = TerminalId(0);
pub(super) const S0: StepIndex = StepIndex(0);
pub(super) const S1: StepIndex = StepIndex(1);

/// A state with shells that the test plays.
pub(super) struct Bench {
    pub(super) state: State,
    board: Switchboard,
    now: Duration,
    pub(super) effects: Vec<Effect>,
}

impl Bench {
    pub(super) fn new(steps: Vec<(Step, Vec<String>)>) -> Self {
        Self::of(lab(steps))
    }

    /// A run of a plain text.
    pub(super) fn of_text(text: &str) -> Self {
        let source = SourceText { name: "lab.md".into(), text: text.into() };
        Self::of(parse("t", source, BTreeMap::new()).0)
    }

    fn of(lab: Lab) -> Self {
        let board = Switchboard::default();
        let facts = Facts {
            namespace: "podlab-t-ab12".into(),
            nodes: Some(vec![NodeFact { name: "node-1".into(), address: None }]),
            minor: Some(36),
            load_balancer: LoadBalancer::Unknown,
        };
        let state = State::new(Arc::new(lab), facts, "x", Box::new(board.clone()));
        let mut bench = Self { state, board, now: Duration::ZERO, effects: Vec::new() };
        bench.effects = bench.state.start();
        bench.prompt(HOST);
        bench
    }

    /// Somebody is there to be asked.
    pub(super) fn asking(mut self) -> Self {
        self.state.unanswered = Unanswered::Ask;
        self
    }

    /// The live cluster has these.
    pub(super) fn candidates(&mut self, rows: &[(&str, &str)]) {
        let all = rows.iter().map(|(value, what)| Candidate {
            value: (*value).to_owned(),
            what: (*what).to_owned(),
        });
        *self.board.1.lock().unwrap() = all.collect();
    }

    /// What was emitted since the last question, as far as `pick` wants it.
    pub(super) fn told<T>(&mut self, pick: impl Fn(&Event) -> Option<T>) -> Vec<T> {
        self.take(|effect| match effect {
            Effect::Emit(event) => pick(event),
            _ => None,
        })
    }

    pub(super) fn give(&mut self, input: Input) {
        let effects = self.state.handle(self.now, input);
        self.effects.extend(effects);
    }

    pub(super) fn ask(&mut self, request: Request) {
        self.give(Input::Request(request));
    }

    pub(super) fn bytes(&mut self, terminal: TerminalId, text: &str) {
        self.give(Input::Terminal(terminal, FromTerminal::Bytes(text.as_bytes().to_vec())));
    }

    pub(super) fn prompt(&mut self, terminal: TerminalId) {
        self.ends(terminal, 0, "");
    }

    /// The host's shell says that a command begins.
    pub(super) fn begins(&mut self, terminal: TerminalId, text: &str) {
        self.bytes(terminal, &format!("{text}\r\n\u{1b}]133;C;aid=x;cmdline_url={text}\u{7}"));
    }

    pub(super) fn ends(&mut self, terminal: TerminalId, exit: i32, output: &str) {
        self.bytes(
            terminal,
            &format!("{output}\u{1b}]133;D;{exit};aid=x\u{7}\u{1b}]133;A;aid=x;cwd=/lab\u{7}$ \u{1b}]133;B;aid=x\u{7}"),
        );
    }

    /// The shell in the pod: its prompt, after some output.
    pub(super) fn pod_ends(&mut self, terminal: TerminalId, exit: i32, output: &str) {
        self.bytes(
            terminal,
            &format!("{output}\u{1b}]133;D;{exit};aid=xp\u{7}\u{1b}]133;A;aid=xp\u{7}# \u{1b}]133;B;aid=xp\u{7}"),
        );
    }

    pub(super) fn does(&mut self, terminal: TerminalId, text: &str, exit: i32, output: &str) {
        self.begins(terminal, text);
        self.ends(terminal, exit, output);
    }

    pub(super) fn later(&mut self, seconds: u64) {
        self.now += Duration::from_secs(seconds);
        self.give(Input::Tick);
    }

    pub(super) fn holds(&mut self, condition: Condition) {
        self.board.0.lock().unwrap().push(condition);
        self.give(Input::Watch(Change::Listed(Followed::Pods)));
    }

    /// What was typed since the last question, as text.
    pub(super) fn typed(&mut self) -> Vec<(usize, String)> {
        self.take(|effect| match effect {
            Effect::Write(terminal, bytes) => {
                Some((terminal.0, String::from_utf8_lossy(bytes).into_owned()))
            }
            _ => None,
        })
    }

    pub(super) fn take<T>(&mut self, pick: impl Fn(&Effect) -> Option<T>) -> Vec<T> {
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

    pub(super) fn outcome(&mut self, step: StepIndex) -> Option<Outcome> {
        let ended = self.take(|effect| match effect {
            Effect::Emit(Event::StepEnded { step: of, outcome, .. }) if *of == step => {
                Some(outcome.clone())
            }
            _ => None,
        });
        ended.last().cloned()
    }

    pub(super) fn failure(&mut self, step: StepIndex) -> (String, String) {
        match self.outcome(step) {
            Some(Outcome::Failed(failure)) => (failure.expected, failure.actual),
            other => panic!("{other:?}"),
        }
    }

    pub(super) fn has(&self, wanted: &Event) -> bool {
        self.effects.iter().any(|effect| matches!(effect, Effect::Emit(event) if event == wanted))
    }

    pub(super) fn attach(&mut self, terminal: TerminalId, pod: &str) {
        let attachment = Attachment { pod: pod.into(), container: "c".into(), command: Vec::new() };
        let terminal = Some(terminal);
        self.give(Input::Relay(Notice::Attached { terminal, attachment: Some(attachment) }));
    }
}

pub(super) fn typed(text: &str) -> Vec<(usize, String)> {
    vec![(0, format!("{text}\r"))]
}
