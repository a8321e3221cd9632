//! A lab that was saved while it runs: which of its steps are still the same.

use std::collections::HashMap;
use std::sync::Arc;

use crate::lab::{Finding, Lab, Step};

/// A lab in the place of an earlier one.
#[derive(Debug, Clone)]
pub struct Reload {
    /// The lab from now on.
    pub lab: Arc<Lab>,
    /// For each step of the lab before, its index now; none where it changed or is gone.
    pub kept: Vec<Option<usize>>,
    /// The first step that is new or has changed, else the one at which prose changed.
    pub changed: Option<usize>,
}

impl Reload {
    /// Compares a lab with its successor. Steps are the same where a person would do and
    /// see the same; they keep their order.
    pub fn new(before: &Lab, lab: Arc<Lab>) -> Self {
        let kept = matched(&signatures(before), &signatures(&lab));
        let mut is_old = vec![false; lab.steps.len()];
        for now in kept.iter().flatten() {
            if let Some(old) = is_old.get_mut(*now) {
                *old = true;
            }
        }
        let new = is_old.iter().position(|old| !old);
        let changed = new.or_else(|| step_at(&lab, first_difference(before, &lab)?));
        Self { lab, kept, changed }
    }

    /// The steps, by their index now, whose samples are not those of the step before.
    pub fn with_other_samples(&self, before: &Lab) -> Vec<usize> {
        let texts = |step: &Step| -> Vec<String> {
            step.samples.iter().map(|sample| sample.text.clone()).collect()
        };
        let pairs = before.steps.iter().zip(&self.kept);
        let pairs = pairs.filter_map(|(old, now)| Some((old, (*now)?)));
        let differs = |(old, now): &(&Step, usize)| {
            self.lab.steps.get(*now).is_some_and(|new| texts(new) != texts(old))
        };
        pairs.filter(differs).map(|(_, now)| now).collect()
    }

    /// Where a step of the lab before is now.
    pub fn now(&self, before: usize) -> Option<usize> {
        self.kept.get(before).copied().flatten()
    }
}

/// The step of the lab before that something wrong with its successor is nearest to.
pub fn step_of_finding(before: &Lab, after: &Lab, finding: &Finding) -> Option<usize> {
    let last = before.steps.len().checked_sub(1)?;
    let broken = after.steps.iter().position(|step| !step.broken.is_empty());
    let place = match finding.source.name == after.source.name {
        true => step_at(after, finding.diagnostic.span.start),
        false => broken,
    };
    let place = place.unwrap_or(after.steps.len());
    let kept = matched(&signatures(before), &signatures(after));
    let same = kept.iter().position(|now| *now == Some(place));
    Some(same.unwrap_or(place).min(last))
}

/// Two reloads are the same where they give the same lab.
impl PartialEq for Reload {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.lab, &other.lab) && self.kept == other.kept
    }
}

impl Eq for Reload {}

/// What makes a step what it is, without its place.
fn signatures(lab: &Lab) -> Vec<String> {
    let signature = |step: &Step| {
        let block = lab.blocks.get(step.block);
        let commands: Vec<_> = block
            .into_iter()
            .flat_map(|block| &block.commands)
            .map(|command| (&command.text, command.runs))
            .collect();
        let shell = (&step.shell, &step.opens, &step.expect, &step.wait, &step.until);
        let rules = (&step.capture, &step.needs, step.timeout, step.retry, &step.skip, step.manual);
        format!("{commands:?} {shell:?} {rules:?} {:?} {:?}", step.check, step.broken)
    };
    lab.steps.iter().map(signature).collect()
}

/// For each old one the new one that is equal to it: what is the same at both ends, and
/// between them the nearest equal one that keeps the order.
fn matched(before: &[String], after: &[String]) -> Vec<Option<usize>> {
    let start = before.iter().zip(after).take_while(|(old, new)| old == new).count();
    let (old, new) = (&before[start..], &after[start..]);
    let end = old.iter().rev().zip(new.iter().rev()).take_while(|(old, new)| old == new).count();
    let mut kept: Vec<Option<usize>> = (0..start).map(Some).collect();
    kept.extend(between(&old[..old.len() - end], &new[..new.len() - end], start));
    kept.extend((after.len() - end..after.len()).map(Some));
    kept
}

fn between(old: &[String], new: &[String], offset: usize) -> Vec<Option<usize>> {
    let mut places: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, signature) in new.iter().enumerate() {
        places.entry(signature).or_default().push(at);
    }
    let mut from = 0;
    old.iter()
        .map(|signature| {
            let found = places.get(signature.as_str())?.iter().find(|at| **at >= from)?;
            from = found + 1;
            Some(found + offset)
        })
        .collect()
}

/// The first byte of the new text that differs.
fn first_difference(before: &Lab, after: &Lab) -> Option<usize> {
    let (old, new) = (before.source.text.as_bytes(), after.source.text.as_bytes());
    let same = old.iter().zip(new).take_while(|(old, new)| old == new).count();
    (same < old.len().max(new.len())).then_some(same)
}

/// The first step that ends after a place of the text.
fn step_at(lab: &Lab, place: usize) -> Option<usize> {
    let ends = |step: &Step| lab.blocks.get(step.block).map_or(0, |block| block.span.end);
    lab.steps.iter().position(|step| ends(step) > place)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::base::SourceText;
    use crate::lab::parse;

    fn lab(commands: &[&str]) -> Lab {
        let text: String =
            commands.iter().map(|command| format!("Do it:\n\n```sh\n{command}\n```\n\n")).collect();
        of(&text)
    }

    fn of(text: &str) -> Lab {
        let source = SourceText { name: "lab.md".into(), text: text.into() };
        parse("x", source, BTreeMap::new()).0
    }

    #[test]
    fn steps_that_did_not_change_keep_their_progress() {
        let check = |before: &[&str], after: &[&str], kept: &[Option<usize>], changed| {
            let reload = Reload::new(&lab(before), Arc::new(lab(after)));
            assert_eq!((reload.kept.as_slice(), reload.changed), (kept, changed), "{after:?}");
        };
        let (a, b, c, d) =
            ("kubectl get po", "kubectl get svc", "kubectl get cm", "kubectl get ns");
        check(&[a, b, c], &[a, b, c], &[Some(0), Some(1), Some(2)], None);
        check(&[a, b, c], &[a, d, c], &[Some(0), None, Some(2)], Some(1));
        check(&[a, b, c], &[d, a, b, c], &[Some(1), Some(2), Some(3)], Some(0));
        check(&[a, b, c], &[a, c], &[Some(0), None, Some(1)], Some(1));
        check(&[a, a, b], &[a, b, a], &[Some(0), Some(2), None], Some(1));
        check(&[a], &[], &[None], None);
        check(&[], &[a], &[], Some(0));
    }

    #[test]
    fn prose_that_changed_leads_to_its_step() {
        let text =
            "One.\n\n```\nkubectl get po\n```\n\nTwo.\n\n```\nkubectl get svc\n```\n\nEnd.\n";
        let changed = |after: &str| Reload::new(&of(text), Arc::new(of(after))).changed;
        assert_eq!(changed(&text.replace("Two", "Zwei")), Some(1));
        assert_eq!(changed(&text.replace("One", "Eins")), Some(0));
        assert_eq!(changed(&text.replace("End", "Ende")), None);
    }
}
