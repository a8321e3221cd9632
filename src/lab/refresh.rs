//! New samples put into the text, and nothing else changed.

use crate::base::{SourceText, Span};
use crate::lab::{Lab, parse};

/// The text with new samples.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refreshed {
    /// The whole text.
    pub text: String,
    /// Samples that stay as they are, with the reason: the span of each in the old text.
    pub left: Vec<(Span, String)>,
}

/// Puts new samples in the place of old ones. `changes` are spans of the lab's own
/// samples ([`crate::lab::Sample::span`]), each with its new text.
///
/// A sample that would make the text mean something else (it would close its fence, or
/// be taken for a command) stays as it is.
pub fn with_samples(lab: &Lab, changes: &[(Span, String)]) -> Refreshed {
    let source = &lab.source.text;
    let mut refreshed = Refreshed { text: source.to_string(), left: Vec::new() };
    let mut changes: Vec<&(Span, String)> = changes.iter().collect();
    // From the end on, so that the places before stay where they are.
    changes.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
    for (span, sample) in changes {
        match changed(&refreshed.text, *span, sample) {
            Err(reason) => refreshed.left.push((*span, reason)),
            Ok(text) if !means_the_same(lab, &text) => {
                let reason = "with it, the text would be read in another way".to_owned();
                refreshed.left.push((*span, reason));
            }
            Ok(text) => refreshed.text = text,
        }
    }
    refreshed.left.reverse();
    refreshed
}

/// The text with one sample changed; its lines begin as the old one's do.
fn changed(text: &str, span: Span, sample: &str) -> Result<String, String> {
    let (Some(before), Some(old), Some(after)) =
        (text.get(..span.start), text.get(span.start..span.end), text.get(span.end..))
    else {
        return Err("its place is not in the text".to_owned());
    };
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let prefix = &before[line_start..];
    if !prefix.chars().all(|c| c.is_whitespace() || c == '>') {
        return Err("something else stands before it in its line".to_owned());
    }
    let fence =
        |line: &str| line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~");
    if sample.lines().any(fence) {
        return Err("it has a line that looks like the end of its block".to_owned());
    }
    let mut out = before.to_owned();
    for (at, line) in sample.lines().enumerate() {
        if at > 0 {
            out.push('\n');
            out.push_str(if line.is_empty() { prefix.trim_end() } else { prefix });
        }
        out.push_str(&crate::base::safe_text(line));
    }
    if old.ends_with('\n') && !sample.is_empty() {
        out.push('\n');
    }
    Ok(out + after)
}

/// Whether a new text has the same blocks, and the same is typed in each.
fn means_the_same(lab: &Lab, text: &str) -> bool {
    let source = SourceText { name: lab.source.name.clone(), text: text.into() };
    // What its blocks provide, they provide again.
    let own = |name: &String| lab.blocks.iter().any(|block| block.file.as_ref() == Some(name));
    let beside = lab.files.iter().filter(|(name, _)| !own(name));
    let beside = beside.map(|(name, text)| (name.clone(), text.clone())).collect();
    let (new, _) = parse(&lab.name, source, beside);
    let same_steps = lab.steps.len() == new.steps.len()
        && lab.steps.iter().zip(&new.steps).all(|(old, new)| {
            (&old.id, &old.shell, &old.opens) == (&new.id, &new.shell, &new.opens)
        });
    let same_blocks = lab.blocks.len() == new.blocks.len()
        && lab.blocks.iter().zip(&new.blocks).all(|(old, new)| {
            let typed = |block: &crate::lab::Block| {
                block.commands.iter().map(|one| (one.text.clone(), one.runs)).collect::<Vec<_>>()
            };
            (old.kind, &old.file) == (new.kind, &new.file) && typed(old) == typed(new)
        });
    same_steps && same_blocks
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn lab(text: &str) -> Lab {
        let source = SourceText { name: "lab.md".into(), text: text.into() };
        parse("x", source, BTreeMap::new()).0
    }

    fn samples(lab: &Lab) -> Vec<Span> {
        lab.steps.iter().flat_map(|step| &step.samples).map(|sample| sample.span).collect()
    }

    fn check(text: &str, new: &str, wanted: &str) {
        let lab = lab(text);
        let changes: Vec<(Span, String)> =
            samples(&lab).into_iter().map(|span| (span, new.to_owned())).collect();
        assert_eq!(changes.len(), 1, "{text}");
        let refreshed = with_samples(&lab, &changes);
        assert_eq!(refreshed.text, wanted, "{:?}", refreshed.left);
    }

    #[test]
    fn a_sample_is_replaced_where_it_stands() {
        check(
            "a\n\n```\nkubectl get po\n```\n\n```\nNAME   AGE\nweb    1m\n```\n\nb\n",
            "NAME   AGE\napi    2m\nweb    1m\n",
            "a\n\n```\nkubectl get po\n```\n\n```\nNAME   AGE\napi    2m\nweb    1m\n```\n\nb\n",
        );
        check(
            "```\nkubectl get po\nNAME   AGE\nweb    1m\n```\n",
            "No resources found\n",
            "```\nkubectl get po\nNo resources found\n```\n",
        );
        check(
            "1. x\n\n   ```\n   kubectl get po\n   NAME   AGE\n   web    1m\n   ```\n",
            "NAME   AGE\n\nweb    2m\n",
            "1. x\n\n   ```\n   kubectl get po\n   NAME   AGE\n\n   web    2m\n   ```\n",
        );
        check(
            "```\n$ kubectl get po\nNAME   AGE\n$ ls\n```\n",
            "NAME   READY\n",
            "```\n$ kubectl get po\nNAME   READY\n$ ls\n```\n",
        );
    }

    #[test]
    fn a_sample_between_two_commands_leaves_the_indentation_of_the_second() {
        let (before, after) = ("NAME   AGE\n", "NAME   READY\n");
        let list = |sample: &str| {
            format!("1. x\n\n   ```\n   $ kubectl get po\n   {sample}   $ ls\n   ```\n")
        };
        check(&list(before), after, &list(after));
        let quote = |sample: &str| format!("> ```\n> $ kubectl get po\n> {sample}> $ ls\n> ```\n");
        check(&quote(before), after, &quote(after));
        let windows = "- ```\r\n  $ kubectl get po\r\n  NAME   AGE\r\n  $ ls\r\n  ```\r\n";
        check(windows, after, &windows.replace("NAME   AGE\r\n", after));
    }

    #[test]
    fn a_manifest_keeps_the_name_that_a_later_command_gives_it() {
        let manifest = "This is it:\n\n```yaml\napiVersion: v1\nkind: Pod\n```\n\n";
        let text = format!("{manifest}```\nkubectl apply -f b.yaml\npod/a created\n```\n");
        check(&text, "pod/b created\n", &text.replace("pod/a", "pod/b"));
    }

    #[test]
    fn what_would_change_the_meaning_stays() {
        let same = |text: &str, new: &str| check(text, new, text);
        let text = "```\nkubectl get po\nNAME   AGE\nweb    1m\n```\n";
        same(text, "```\nNAME   AGE\n");
        let lab = lab(text);
        let changes = [(samples(&lab)[0], "~~~\n".to_owned())];
        let refreshed = with_samples(&lab, &changes);
        assert_eq!(refreshed.left[0].1, "it has a line that looks like the end of its block");
        same("```\n$ ls\na b\n$ ls\n```\n", "$ rm -rf /\n");
    }

    /// What of a text is outside of its samples.
    fn outside(text: &str, lab: &Lab) -> Vec<String> {
        let mut parts = Vec::new();
        let mut at = 0;
        let mut spans = samples(lab);
        spans.sort();
        for span in spans {
            parts.push(text[at..span.start].to_owned());
            at = span.end;
        }
        parts.push(text[at..].to_owned());
        parts
    }

    proptest::proptest! {
        #[test]
        fn nothing_but_samples_changes(
            lab_text in "(# T\n|p `x.yaml`:\n\n|```\nkubectl get po\n```\n\n|```\nNAME   AGE\nweb    1m\n```\n|- ```\n  \\$ ls\n  a\n  ```\n|> ```\n> curl http://x/\n> curl: \\(7\\) no\n> ```\n){0,6}",
            new in "(NAME   READY\n|web    1/1\n|```\n|\\$ ls\n|kubectl get po\n|\n|\\PC{0,12}\n){0,4}",
        ) {
            let lab = lab(&lab_text);
            let changes: Vec<(Span, String)> =
                samples(&lab).into_iter().map(|span| (span, new.clone())).collect();
            let refreshed = with_samples(&lab, &changes);
            let before = outside(&lab_text, &lab);
            // Every part of the old text is still there, in order.
            let mut rest = refreshed.text.as_str();
            for (at, part) in before.iter().enumerate() {
                let found = if at == 0 { rest.starts_with(part.as_str()).then_some(0) } else { rest.find(part.as_str()) };
                let found = found.expect("a part outside of the samples is gone");
                rest = &rest[found + part.len()..];
            }
            proptest::prop_assert!(refreshed.text.ends_with(before.last().unwrap().as_str()));
            proptest::prop_assert!(means_the_same(&lab, &refreshed.text));
        }
    }
}
