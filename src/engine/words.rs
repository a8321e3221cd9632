//! The author's words, made into this cluster's: values for gaps, bindings for literals.

use std::collections::{BTreeMap, BTreeSet};

use crate::lab::{Lab, Runs};
use crate::sample::{Binding, Bindings};
use crate::shell::{expand, placeholders, simple_commands, substitute};

/// What turns the author's text into what is typed here.
#[derive(Debug, Clone, Copy)]
pub(super) struct Words<'a> {
    /// Values for `<NAME>`, `YOUR_NAME` and `$NAME`.
    pub(super) values: &'a BTreeMap<String, String>,
    pub(super) bindings: &'a Bindings,
    /// Variables that the lab's own commands give a value to.
    pub(super) assigned: &'a BTreeSet<String>,
}

/// A command as it is meant here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Meant {
    pub(super) text: String,
    /// The bindings that act in it.
    pub(super) acted: Vec<Binding>,
    /// The first gap that nothing fills.
    pub(super) gap: Option<String>,
}

impl Words<'_> {
    /// A command as it is typed. Bindings act in the author's text, never in a value.
    pub(super) fn command(&self, text: &str) -> Meant {
        let (bound, acted) = self.bindings.apply(text);
        let text = substitute(&bound, self.values);
        let gap = placeholders(&text).first().map(|gap| gap.name.clone());
        let own = |name: &String| self.assigned.contains(name);
        let known = self.values.iter().filter(|(name, _)| !own(name));
        let known = known.map(|(name, value)| (name.clone(), value.clone())).collect();
        let text = expand(&text, &known);
        Meant { text, acted: acted.into_iter().cloned().collect(), gap }
    }

    /// A text that no shell reads, such as what an output must contain.
    pub(super) fn text(&self, text: &str) -> String {
        let (text, _) = self.bindings.apply(text);
        let mut out = String::new();
        let mut copied = 0;
        for placeholder in placeholders(&text) {
            let Some(value) = self.values.get(&placeholder.name) else { continue };
            out.push_str(&text[copied..placeholder.span.start]);
            out.push_str(value);
            copied = placeholder.span.end;
        }
        out + &text[copied..]
    }

    /// The name of an object, where it was made up in the author's cluster.
    pub(super) fn name(&self, name: &str) -> String {
        self.bindings.apply(name).0
    }
}

/// The variables that the lab's commands give a value to.
pub(super) fn assigned(lab: &Lab) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let commands = lab.blocks.iter().flat_map(|block| &block.commands);
    for command in commands.filter(|command| command.runs != Runs::Shown) {
        for simple in simple_commands(&command.text) {
            let program = simple.words.first().map(|word| word.text.as_str());
            let operands = simple.words.iter().skip(1).map(|word| word.text.as_str());
            let set = simple.assignments.iter().map(|word| word.text.as_str());
            match program {
                Some("export" | "declare" | "local" | "readonly" | "read") => {
                    found.extend(set.chain(operands).filter_map(variable));
                }
                _ => found.extend(set.filter_map(variable)),
            }
        }
        found.extend(loop_variables(&command.text));
    }
    found
}

fn variable(word: &str) -> Option<String> {
    let name = word.split('=').next().unwrap_or_default();
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    is_name.then(|| name.to_owned())
}

/// `for NAME in`.
fn loop_variables(text: &str) -> Vec<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let loops = words.windows(3).filter(|words| words[0] == "for" && words[2] == "in");
    loops.filter_map(|words| variable(words[1])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::SourceText;
    use crate::lab::parse;
    use crate::sample::{Identity, Place};

    #[test]
    fn the_author_s_words_become_this_cluster_s() {
        let values = BTreeMap::from([("IP".to_owned(), "10.23.248.120".to_owned())]);
        let mut bindings = Bindings::default();
        bindings.learn(&Binding {
            literal: "10.23.248.120".into(),
            value: "10.96.14.7".into(),
            identity: Identity::Address,
            place: Place { what: "IP".into(), of: "pod/x".into() },
        });
        let assigned = BTreeSet::from(["POD".to_owned()]);
        let words = Words { values: &values, bindings: &bindings, assigned: &assigned };
        let check = |text: &str, wanted: &str| assert_eq!(words.command(text).text, wanted);
        check("curl 10.23.248.120", "curl 10.96.14.7");
        // What answers a placeholder is live, whatever it looks like.
        check("curl <IP> $IP", "curl 10.23.248.120 10.23.248.120");
        check("echo $POD", "echo $POD");
        assert_eq!(words.command("curl <IP>/<path>").gap.as_deref(), Some("path"));
        assert_eq!(words.text("host: 10.23.248.120 <IP>"), "host: 10.96.14.7 10.23.248.120");
    }

    #[test]
    fn variables_of_the_lab_are_its_own() {
        let check = |text: &str, wanted: &[&str]| {
            let text = format!("```sh\n{text}\n```\n");
            let source = SourceText { name: "lab.md".into(), text: text.as_str().into() };
            let (lab, _) = parse("x", source, BTreeMap::new());
            assert_eq!(assigned(&lab).into_iter().collect::<Vec<_>>(), wanted, "{text}");
        };
        check("A=1", &["A"]);
        check("export B=$(ls) C", &["B", "C"]);
        check("for i in 1 2; do echo $i; done", &["i"]);
        check("read NAME", &["NAME"]);
        check("X=1 curl $Y", &["X"]);
        check("echo A=1", &[]);
    }
}
