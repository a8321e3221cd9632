//! The lab is saved while it runs.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::bench::{Bench, HOST, S0, S1, typed};
use crate::base::SourceText;
use crate::cluster::ObjectRef;
use crate::engine::input::{Effect, Input};
use crate::engine::{Actor, Event, Gap, Outcome, Request, StepIndex};
use crate::lab::{Lab, Reload, parse};

const S2: StepIndex = StepIndex(2);

fn text(commands: &[&str]) -> String {
    commands.iter().map(|command| format!("Do it:\n\n```sh\n{command}\n```\n\n")).collect()
}

fn lab(text: &str) -> Arc<Lab> {
    let source = SourceText { name: "lab.md".into(), text: text.into() };
    Arc::new(parse("t", source, BTreeMap::new()).0)
}

impl Bench {
    fn saves(&mut self, text: &str) {
        let reload = Reload::new(&self.state.lab, lab(text));
        self.ask(Request::Reload(reload));
        assert!(self.has(&Event::Reloaded));
    }
}

#[test]
fn what_is_the_same_goes_on_under_its_new_number() {
    let mut bench = Bench::of_text(&text(&["touch a", "touch b"]));
    bench.ask(Request::Run(S0));
    assert_eq!(bench.typed(), typed("touch a"));
    bench.saves(&text(&["touch new", "touch a", "touch b"]));
    bench.ends(HOST, 0, "");
    assert_eq!(bench.outcome(S1), Some(Outcome::Passed), "it was the first step when it began");
    bench.ask(Request::Run(S2));
    assert_eq!(bench.typed(), typed("touch b"));
}

#[test]
fn a_step_that_has_changed_is_stopped_and_begins_anew() {
    let mut bench = Bench::of_text(&text(&["sleep 99", "touch b"]));
    bench.ask(Request::Run(S0));
    let _ = bench.typed();
    bench.saves(&text(&["sleep 1", "touch b"]));
    assert_eq!(bench.typed(), [(0, "\u{3}".to_owned())], "it is interrupted");
    assert_eq!(bench.outcome(S0), Some(Outcome::Interrupted));
    bench.ends(HOST, 130, "");
    bench.ask(Request::Run(S0));
    assert_eq!(bench.typed(), typed("sleep 1"));
    bench.ends(HOST, 0, "");
    assert_eq!(bench.outcome(S0), Some(Outcome::Passed));
}

#[test]
fn what_a_step_had_made_is_undone_under_its_new_number() {
    let object = |name: &str| ObjectRef {
        api_version: "v1".into(),
        kind: "Pod".into(),
        plural: "pods".into(),
        namespace: Some("n".into()),
        name: name.into(),
        uid: name.into(),
    };
    let mut bench = Bench::of_text(&text(&["kubectl run a --image=i", "touch b"]));
    bench.ask(Request::Run(S0));
    bench.give(Input::Made(object("a")));
    bench.ends(HOST, 0, "");
    bench.saves(&text(&["touch new", "kubectl run a --image=i", "touch b"]));
    bench.ask(Request::Undo(S1));
    let undone = bench.take(|effect| match effect {
        Effect::Undo { step, objects, .. } => Some((*step, objects.clone())),
        _ => None,
    });
    assert_eq!(undone, [(S1, vec![object("a")])]);
}

#[test]
fn only_the_files_that_the_author_has_changed_are_written() {
    let manifest = |name: &str| {
        format!(
            "`{name}.yaml`:\n\n```yaml\napiVersion: v1\nkind: Pod\nmetadata: {{name: {name}}}\n```\n\n"
        )
    };
    let before = format!("{}{}", manifest("a"), manifest("b"));
    let mut bench = Bench::of_text(&before);
    bench.saves(&before.replace("metadata: {name: b}", "metadata: {name: c}"));
    let files = bench.take(|effect| match effect {
        Effect::Files(files) => Some(files.clone()),
        _ => None,
    });
    assert_eq!(files.len(), 1);
    assert_eq!(files[0].keys().collect::<Vec<_>>(), ["b.yaml"]);
    assert!(files[0]["b.yaml"].contains("name: c"), "{files:?}");
}

#[test]
fn a_new_default_holds_unless_a_person_has_said_otherwise() {
    let lab = |a: &str, b: &str| {
        format!("---\nvars: {{A: {a}, B: {b}}}\n---\n\n```\necho <A> <B>\n```\n")
    };
    let mut bench = Bench::of_text(&lab("a1", "b1"));
    bench.ask(Request::Fill { gap: Gap::Placeholder("B".into()), value: "mine".into() });
    bench.saves(&lab("a2", "b2"));
    bench.ask(Request::Run(S0));
    assert_eq!(bench.typed(), typed("echo a2 mine"));
}

#[test]
fn an_answer_that_was_asked_for_before_finds_its_step() {
    let mut bench = Bench::of_text(&text(&["touch a", "touch b"]));
    bench.saves(&text(&["touch new", "touch a", "touch b"]));
    bench.saves(&text(&["touch new", "touch b"]));
    let now = |reloads, step| bench.state.now_of(reloads, step);
    assert_eq!(
        [now(0, S0), now(0, S1), now(1, S0), now(2, S1)],
        [None, Some(S1), Some(S0), Some(S1)]
    );
}

#[test]
fn events_of_steps_that_are_no_more_are_not_told() {
    let kept = |step: StepIndex| (step == S0).then_some(S1);
    let started = |step| Event::StepStarted { step, by: Actor::Podlab };
    let made = |step| Event::Made { step, object: "pod/a".into() };
    let rows = [
        (started(S0), Some(started(S1))),
        (started(S1), None),
        (made(Some(S0)), Some(made(Some(S1)))),
        (made(Some(S1)), Some(made(None))),
        (Event::Reloaded, Some(Event::Reloaded)),
    ];
    for (event, wanted) in rows {
        assert_eq!(event.clone().renumbered(kept), wanted, "{event:?}");
    }
}
