//! What the author's text leaves open, or what of it means nothing here: placeholders,
//! and addresses of the author's cluster.

use std::collections::BTreeMap;

use crate::engine::expect::line_of;
use crate::engine::input::Effect;
use crate::engine::settle::AGAIN;
use crate::engine::state::State;
use crate::engine::words::{Meant, Words};
use crate::engine::{
    Candidate, Event, Failure, Gap, Level, Outcome, Question, StepIndex, Unanswered,
};
use crate::lab::{CaptureSource, Need, Wanted};
use crate::sample::{Binding, By, Identity, Place, mentions};

/// What comes of the words of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Typed {
    /// They can be typed.
    Ready(Meant),
    /// Something is being found out, or asked; the step goes on by itself.
    Later,
    /// They cannot be typed.
    Never(Outcome),
}

impl State {
    /// The values that are known to a step: its own, else the latest of each name.
    pub(super) fn values_for(&self, index: StepIndex) -> BTreeMap<String, String> {
        let own = self.active.get(&index).map(|active| &active.filled);
        let fills = self.step(index).map(|step| step.fills.as_slice()).unwrap_or_default();
        // What this step's own prose tells is read anew.
        let stale = |name: &String| fills.iter().any(|fill| fill.name == *name);
        let mut values: BTreeMap<String, String> = self
            .filled
            .iter()
            .filter(|(name, _)| !stale(name))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        values.extend(own.into_iter().flatten().map(|(name, value)| (name.clone(), value.clone())));
        values.extend(self.values.iter().map(|(name, value)| (name.clone(), value.clone())));
        values
    }

    /// The author's words for a step, made into this cluster's.
    pub(super) fn words<'a>(&'a self, values: &'a BTreeMap<String, String>) -> Words<'a> {
        Words { values, bindings: &self.bindings, assigned: &self.assigned }
    }

    /// What is typed for a command of the author's.
    pub(super) fn typed_here(&mut self, index: StepIndex, text: &str) -> Typed {
        if let Some(address) = self.authors_address(text) {
            return self.no_address(index, address);
        }
        let values = self.values_for(index);
        let meant = self.words(&values).command(text);
        match meant.gap.clone() {
            None => Typed::Ready(meant),
            Some(name) => self.fill(index, name),
        }
    }

    /// The first address in a text that is the author's and not bound.
    fn authors_address(&self, text: &str) -> Option<String> {
        let unknown = |address: &&String| {
            mentions(text, address)
                && self.bindings.get(address).is_none()
                && !self.confirmed.contains(*address)
        };
        self.foreign.keys().find(unknown).cloned()
    }

    fn no_address(&mut self, index: StepIndex, address: String) -> Typed {
        let Some(foreign) = self.foreign.get(&address).cloned() else { return Typed::Later };
        if foreign.external
            && let Some(reason) = self.facts.lacks(&Need::LoadBalancer)
        {
            return Typed::Never(Outcome::Skipped(reason));
        }
        let line = foreign.line;
        let why = format!(
            "{address} is the author's: only the sample on line {line} has it, and no output here \
             has shown what stands in its place"
        );
        let wanted = if foreign.external { Wanted::ExternalAddress } else { Wanted::PodAddress };
        let path = match foreign.external {
            true => "service/NAME.status.loadBalancer.ingress[0].ip",
            false => "service/NAME.spec.clusterIP (or pod/NAME.status.podIP)",
        };
        let remedy = format!(
            "run the step with that sample first, or write <ADDRESS> instead and answer it in an \
             earlier step's directive: `capture: {{ADDRESS: {path}}}`"
        );
        self.ask(
            index,
            Question {
                gap: Gap::Literal(address),
                candidates: self.candidates(wanted),
                why: format!("{why}; {remedy}"),
            },
        )
    }

    /// A placeholder that nothing stated answers: the text may tell whose value it is.
    fn fill(&mut self, index: StepIndex, name: String) -> Typed {
        let told = self.step(index).and_then(|step| {
            let fill = step.fills.iter().find(|fill| fill.name == name)?;
            match &fill.source {
                CaptureSource::Field { kind, name, path } => {
                    Some([kind.clone(), self.bindings.apply(name).0, path.clone()])
                }
                _ => None,
            }
        });
        if let Some(field) = told {
            let Some(active) = self.active.get_mut(&index) else { return Typed::Later };
            if active.filling.is_none() {
                active.filling = Some(name);
                self.effects.push(Effect::Fields(index, vec![field]));
            }
            return Typed::Later;
        }
        let wanted = Wanted::by(&name);
        let candidates = self.candidates(wanted);
        if let ([only], true) = (candidates.as_slice(), wanted != Wanted::Anything) {
            let (value, source) = (only.value.clone(), format!("the only one: {}", only.what));
            self.note_filled(index, name, value, source);
            return match self.step(index).is_some() {
                true => Typed::Later,
                false => Typed::Never(Outcome::Interrupted),
            };
        }
        let why = format!(
            "nothing answers it: give it with `capture: {{{name}: …}}` in the directive of an \
             earlier step, or `vars: {{{name}: …}}` in the front matter"
        );
        self.ask(index, Question { gap: Gap::Placeholder(name), why, candidates })
    }

    fn candidates(&self, wanted: Wanted) -> Vec<Candidate> {
        let nodes = || self.facts.nodes.iter().flatten();
        let candidate = |value: &str, what: String| Candidate { value: value.to_owned(), what };
        match wanted {
            Wanted::NodeName => {
                nodes().map(|node| candidate(&node.name, "node".to_owned())).collect()
            }
            Wanted::NodeAddress => nodes()
                .filter_map(|node| {
                    Some(candidate(node.address.as_deref()?, format!("node/{}", node.name)))
                })
                .collect(),
            other => self.watched.candidates(other),
        }
    }

    /// Asks the person, where there is one.
    fn ask(&mut self, index: StepIndex, question: Question) -> Typed {
        if self.unanswered == Unanswered::Fail {
            return Typed::Never(Outcome::Failed(self.unanswered_failure(index, &question)));
        }
        if let Some(active) = self.active.get_mut(&index) {
            active.asking = Some(question.gap.clone());
            self.emit(Event::Asked { step: index, question });
        }
        Typed::Later
    }

    fn unanswered_failure(&self, index: StepIndex, question: &Question) -> Failure {
        let step = &self.lab.steps[index.0];
        let expected = match &question.gap {
            Gap::Placeholder(_) => format!("a value for {}", question.gap),
            Gap::Literal(address) => format!("an address of this cluster instead of {address}"),
        };
        let known: Vec<String> = question.candidates.iter().map(ToString::to_string).collect();
        let candidates = match known.is_empty() {
            true => String::new(),
            false => format!(" (the cluster has {})", known.join("; ")),
        };
        Failure {
            subject: step.title.clone(),
            expected,
            actual: format!("{}{candidates}", question.why),
            line: line_of(&self.lab, step, self.next_command(index)),
            output: String::new(),
        }
    }

    fn next_command(&self, index: StepIndex) -> usize {
        self.active.get(&index).and_then(|active| active.outstanding()).unwrap_or(0)
    }

    /// The cluster has answered for a placeholder.
    pub(super) fn field_for_gap(&mut self, index: StepIndex, answer: Result<Vec<String>, String>) {
        let Some(active) = self.active.get_mut(&index) else { return };
        let Some(name) = active.filling.take() else { return };
        let value = answer.map(|mut fields| fields.pop().unwrap_or_default());
        match value {
            Ok(value) if !value.is_empty() => {
                let fills = self.step(index).map(|step| step.fills.as_slice()).unwrap_or_default();
                let fill = fills.iter().find(|fill| fill.name == name);
                let source = fill.map(|fill| crate::engine::capture::words(&fill.source));
                self.note_filled(index, name, value, source.unwrap_or_default());
            }
            missing => {
                active.trouble = Some(match missing {
                    Err(reason) => format!("<{name}>: {reason}"),
                    Ok(_) => format!("<{name}> has no value in the cluster yet"),
                });
                active.last_end = self.now;
                active.again_at = Some(self.now + AGAIN);
            }
        }
    }

    /// A placeholder has its value: the step goes on.
    fn note_filled(&mut self, index: StepIndex, name: String, value: String, source: String) {
        self.filled.insert(name.clone(), value.clone());
        if let Some(active) = self.active.get_mut(&index) {
            active.filled.insert(name.clone(), value.clone());
            active.trouble = None;
        }
        self.emit(Event::Captured { step: index, name, value, source });
        self.proceed(index);
    }

    /// A person says what is meant.
    pub(super) fn filled_by_person(&mut self, gap: &Gap, value: &str) {
        let value = value.trim().to_owned();
        let is_word =
            !value.is_empty() && !value.contains(|c: char| c.is_whitespace() || c.is_control());
        match gap {
            Gap::Literal(_) if !is_word => {
                let text = format!("{gap} can only mean one word of this cluster");
                return self.notice(Level::Warning, text);
            }
            Gap::Literal(literal) => self.bind_by_person(literal, value),
            Gap::Placeholder(_) if value.is_empty() => {
                return self.notice(Level::Warning, format!("{gap} has no value yet"));
            }
            Gap::Placeholder(name) => {
                self.values.insert(name.clone(), value.clone());
                let asking = self.active.iter().find(|(_, one)| one.asking.as_ref() == Some(gap));
                let step = asking.map(|(step, _)| *step).or(self.selected.map(|one| one.step));
                let step = step.unwrap_or(StepIndex(0));
                let (name, source) = (name.clone(), "your answer".to_owned());
                self.emit(Event::Captured { step, name, value, source });
            }
        }
        self.go_on_after(gap);
    }

    fn bind_by_person(&mut self, literal: &str, value: String) {
        if literal == value {
            self.confirmed.insert(value);
            self.unbind(literal);
            return;
        }
        let known = self.bindings.get(literal).cloned();
        let mine = Place { what: "address".to_owned(), of: "your choice".to_owned() };
        let binding = Binding {
            literal: literal.to_owned(),
            value,
            identity: known.as_ref().map_or(Identity::Address, |known| known.identity),
            place: known.map_or(mine, |known| known.place),
        };
        self.bindings.set(binding.clone());
        self.emit(Event::Bound { step: None, binding, by: By::Person });
    }

    /// The literal means itself again.
    pub(super) fn unbind(&mut self, literal: &str) {
        if self.bindings.forget(literal) {
            self.emit(Event::Unbound { literal: literal.to_owned() });
        }
    }

    /// Steps that had asked for this go on, with all their time before them.
    fn go_on_after(&mut self, gap: &Gap) {
        let asked = |(step, active): (&StepIndex, &crate::engine::active::Active)| {
            (active.asking.as_ref() == Some(gap)).then_some(*step)
        };
        let steps: Vec<StepIndex> = self.active.iter().filter_map(asked).collect();
        for step in steps {
            let timeout = self.step(step).map(|step| step.timeout).unwrap_or_default();
            if let Some(active) = self.active.get_mut(&step) {
                active.asking = None;
                active.deadline = self.now + timeout;
            }
            self.proceed(step);
        }
    }
}
