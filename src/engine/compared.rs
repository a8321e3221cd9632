//! After each command: its output beside the text's sample.

use std::collections::BTreeMap;

use crate::base::Position;
use crate::engine::active::{Compared, commands, joined};
use crate::engine::state::State;
use crate::engine::{Drift, Event, Output, StepIndex};
use crate::lab::{Command, Lab, Sample, SampleRule, Step};
use crate::sample::{Comparison, Context, Judgement, Verdict, compare, refreshed};

impl State {
    /// A command has ended: the samples that end with it are compared.
    pub(super) fn compare_after(&mut self, index: StepIndex, command: usize) {
        let lab = self.lab.clone();
        let Some(step) = lab.steps.get(index.0).filter(|step| is_compared(step)) else { return };
        for (at, sample) in step.samples.iter().enumerate() {
            if sample.commands.end != command + 1 {
                continue;
            }
            let Some(active) = self.active.get(&index) else { return };
            let range = active.done.get(sample.commands.clone()).unwrap_or_default();
            let output = joined(range.iter().flatten().map(|finished| &finished.output));
            let compared = self.compared(index, (step, sample), &output);
            if let Some(active) = self.active.get_mut(&index) {
                active.compared.insert(at, compared);
            }
        }
    }

    /// What a stream has printed so far says what literals mean; it is not judged.
    pub(super) fn learn_from_stream(&mut self, index: StepIndex, output: &Output) {
        let lab = self.lab.clone();
        let Some(step) = lab.steps.get(index.0).filter(|step| is_compared(step)) else { return };
        if let Some(sample) = step.samples.last() {
            self.compared(index, (step, sample), output);
        }
    }

    fn compared(
        &mut self,
        index: StepIndex,
        (step, sample): (&Step, &Sample),
        output: &Output,
    ) -> Compared {
        let lab = self.lab.clone();
        let about = About::of(&lab, step, sample);
        let nodes = self.facts.node_names();
        let images = images(&lab);
        let context = Context {
            namespace: &self.facts.namespace,
            nodes: &nodes,
            images: &images,
            kind: about.kind.as_deref(),
            object: about.object.as_deref(),
            bindings: &self.bindings,
        };
        let found = compare(&sample.text, &output.text, &context);
        let refreshed = refreshed(&sample.text, &output.text, &context);
        let rows = found.rows.clone();
        self.learn(index, found);
        Compared { rows, refreshed }
    }

    fn learn(&mut self, index: StepIndex, found: Comparison) {
        self.confirmed.extend(found.confirmed);
        for binding in found.bindings {
            if self.bindings.learn(&binding) {
                let by = crate::sample::By::Sample;
                self.emit(Event::Bound { step: Some(index), binding, by });
            }
        }
    }

    /// Tells where a step that has ended is not as its samples show.
    pub(super) fn tell_drift(&mut self, index: StepIndex, compared: &BTreeMap<usize, Compared>) {
        let lab = self.lab.clone();
        let Some(step) = lab.steps.get(index.0) else { return };
        for (at, compared) in compared {
            let verdicts = compared.rows.iter().map(|row| row.judgement.verdict());
            if verdicts.max().is_none_or(|worst| worst == Verdict::Like) {
                continue;
            }
            let Some(sample) = step.samples.get(*at) else { continue };
            let line = Position::of(&lab.source.text, sample.span.start).line;
            let (rows, refreshed) = (compared.rows.clone(), compared.refreshed.clone());
            let drift = Drift { sample: *at, line, rows, refreshed };
            self.emit(Event::Drifted { step: index, drift });
        }
    }

    /// Whether a step that is out of time saw `<pending>` where its sample has an address.
    pub(super) fn still_pending(&self, index: StepIndex) -> bool {
        let compared = self.active.get(&index).map(|active| active.compared.values());
        let mut rows = compared.into_iter().flatten().flat_map(|compared| &compared.rows);
        rows.any(
            |row| matches!(&row.judgement, Judgement::NotYet(what) if what.contains("<pending>")),
        )
    }
}

/// A step that opens a shell shows that shell; and an author may say that a sample is none.
fn is_compared(step: &Step) -> bool {
    step.opens.is_none() && step.expect.sample != SampleRule::Ignore
}

fn images(lab: &Lab) -> BTreeMap<String, String> {
    let images = &lab.front_matter.images;
    images.iter().map(|(from, to)| (from.clone(), to.image.clone())).collect()
}

/// What the commands of a sample list, or look at.
#[derive(Debug, Default, PartialEq, Eq)]
struct About {
    kind: Option<String>,
    object: Option<String>,
}

impl About {
    fn of(lab: &Lab, step: &Step, sample: &Sample) -> Self {
        let commands = commands(lab, step);
        let range = commands.get(sample.commands.clone()).unwrap_or_default();
        let mut about = Self::default();
        for command in range {
            let own = Self::of_command(command);
            about.kind = own.kind.or(about.kind);
            about.object = own.object.or(about.object);
        }
        about
    }

    fn of_command(command: &Command) -> Self {
        let looks =
            |verb: &str| matches!(verb, "get" | "describe" | "top" | "top pod" | "top node");
        let Some(known) = command.meaning.invocations.iter().find(|known| looks(&known.verb))
        else {
            return Self::default();
        };
        let mut kinds: Vec<&str> =
            known.objects.iter().filter_map(|object| Some(object.split_once('/')?.0)).collect();
        kinds.dedup();
        let kind = if let [kind] = kinds[..] { Some(short(kind)) } else { None };
        let object = match known.objects.as_slice() {
            [only] => only.split_once('/').filter(|(_, name)| *name != "*"),
            _ => None,
        };
        Self {
            kind: kind.map(str::to_owned),
            object: object.map(|(kind, name)| format!("{}/{name}", short(kind))),
        }
    }
}

/// A kind in the letters that people type.
fn short(kind: &str) -> &str {
    match kind {
        "service" => "svc",
        "deployment" => "deploy",
        "replicaset" => "rs",
        "statefulset" => "sts",
        "daemonset" => "ds",
        "configmap" => "cm",
        "persistentvolume" => "pv",
        "persistentvolumeclaim" => "pvc",
        "serviceaccount" => "sa",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Span;
    use crate::invocation::meaning;
    use crate::lab::Runs;

    #[test]
    fn a_command_says_what_its_output_is_about() {
        let check = |text: &str, kind: Option<&str>, object: Option<&str>| {
            let command = Command {
                text: text.into(),
                span: Span::default(),
                runs: Runs::Native,
                meaning: meaning(text),
            };
            let about = About::of_command(&command);
            assert_eq!((about.kind.as_deref(), about.object.as_deref()), (kind, object), "{text}");
        };
        check("kubectl get svc simple-api", Some("svc"), Some("svc/simple-api"));
        check("kubectl get services", Some("svc"), None);
        check("kubectl get po,svc", None, None);
        check("kubectl describe pod web", Some("pod"), Some("pod/web"));
        check("kubectl get nodes -o wide", Some("node"), None);
        check("kubectl apply -f x.yaml", None, None);
        check("curl http://x/", None, None);
    }
}
