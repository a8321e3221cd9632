//! All bindings of a run, and what they make of the author's text.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::binding::{Binding, Identity};

/// The literals that are bound, each to one value.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Bindings {
    known: BTreeMap<String, Known>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Known {
    binding: Binding,
    by: By,
}

/// Who bound a literal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum By {
    /// A sample and the real output.
    Sample,
    /// A person, whose word stands.
    Person,
}

impl Bindings {
    /// Takes in what a comparison found; whether that is news. What a person has said stays.
    pub fn learn(&mut self, binding: &Binding) -> bool {
        match self.known.get(&binding.literal) {
            Some(known) if known.by == By::Person => false,
            Some(known) if known.binding.value == binding.value => false,
            _ => {
                let known = Known { binding: binding.clone(), by: By::Sample };
                self.known.insert(binding.literal.clone(), known);
                true
            }
        }
    }

    /// A person says what a literal means.
    pub fn set(&mut self, binding: Binding) {
        self.known.insert(binding.literal.clone(), Known { binding, by: By::Person });
    }

    /// The literal means itself again.
    pub fn forget(&mut self, literal: &str) -> bool {
        self.known.remove(literal).is_some()
    }

    /// What the literal means here.
    pub fn get(&self, literal: &str) -> Option<&Binding> {
        self.known.get(literal).map(|known| &known.binding)
    }

    /// All of them, by literal, with who bound each.
    pub fn iter(&self) -> impl Iterator<Item = (&Binding, By)> {
        self.known.values().map(|known| (&known.binding, known.by))
    }

    /// The author's text with every literal that is bound, where it is a whole token,
    /// replaced by its value; and the bindings that acted, in the order of the text.
    pub fn apply(&self, text: &str) -> (String, Vec<&Binding>) {
        let mut used: Vec<&Binding> = Vec::new();
        let out = self.replaced(text, |binding| (&binding.literal, &binding.value), &mut used);
        (out, used)
    }

    /// Real output with every value replaced by the author's literal, as a sample has it.
    pub(super) fn reversed(&self, text: &str) -> String {
        self.replaced(text, |binding| (&binding.value, &binding.literal), &mut Vec::new())
    }

    fn replaced<'b>(
        &'b self,
        text: &str,
        words: impl Fn(&'b Binding) -> (&'b String, &'b String),
        used: &mut Vec<&'b Binding>,
    ) -> String {
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        while let Some(c) = text[at..].chars().next() {
            let fits = |known: &&'b Known| {
                let (from, _) = words(&known.binding);
                text[at..].starts_with(from.as_str())
                    && is_whole(text, at, at + from.len(), known.binding.identity)
            };
            let longest =
                self.known.values().filter(fits).max_by_key(|one| words(&one.binding).0.len());
            match longest {
                Some(Known { binding, .. }) => {
                    let (from, to) = words(binding);
                    out.push_str(to);
                    at += from.len();
                    if !used.contains(&binding) {
                        used.push(binding);
                    }
                }
                None => {
                    out.push(c);
                    at += c.len_utf8();
                }
            }
        }
        out
    }
}

/// Whether nothing beside it makes the span a part of a longer token.
pub(super) fn is_whole(text: &str, start: usize, end: usize, identity: Identity) -> bool {
    let (before, after) = (&text[..start], &text[end..]);
    let part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    if start == end || before.ends_with(part) || after.starts_with(part) {
        return false;
    }
    // `app.10.1.2.3.nip.io` holds an address, `10.1.2.3.4` does not; a port is no version.
    let digit_after =
        after.strip_prefix('.').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    let digit_before =
        before.strip_suffix('.').is_some_and(|rest| rest.ends_with(|c: char| c.is_ascii_digit()));
    let name_before = before.strip_suffix('.').is_some_and(|rest| rest.ends_with(part));
    match identity {
        Identity::Address => !digit_after && !digit_before,
        Identity::NodePort => !digit_after && !name_before,
        Identity::Node | Identity::Name | Identity::Hash => !name_before,
    }
}

#[cfg(test)]
mod tests {
    use super::super::binding::Place;
    use super::*;

    fn binding(literal: &str, value: &str, identity: Identity) -> Binding {
        let place = Place { what: "X".into(), of: "y".into() };
        Binding { literal: literal.into(), value: value.into(), identity, place }
    }

    fn book(rows: &[(&str, &str, Identity)]) -> Bindings {
        let mut bindings = Bindings::default();
        for (literal, value, identity) in rows {
            assert!(bindings.learn(&binding(literal, value, *identity)));
        }
        bindings
    }

    #[test]
    fn whole_tokens_of_the_author_become_live_ones() {
        let bindings = book(&[
            ("10.23.248.120", "10.96.14.7", Identity::Address),
            ("10.23.248.12", "10.96.0.1", Identity::Address),
            ("32758", "30001", Identity::NodePort),
            ("web-6d4cf56db6-x7k2p", "web-58b9f7d-abcde", Identity::Name),
            ("web-6d4cf56db6", "web-58b9f7d", Identity::Name),
        ]);
        let check = |text: &str, wanted: &str| assert_eq!(bindings.apply(text).0, wanted);
        check("curl http://10.23.248.120:4000/info", "curl http://10.96.14.7:4000/info");
        check("ping 10.23.248.12", "ping 10.96.0.1");
        check("ping 10.23.248.121", "ping 10.23.248.121");
        check("ping 110.23.248.12 10.23.248.12.5", "ping 110.23.248.12 10.23.248.12.5");
        check("curl app.10.23.248.12.nip.io", "curl app.10.96.0.1.nip.io");
        check("--from=10.23.248.12,10.23.248.120", "--from=10.96.0.1,10.96.14.7");
        check("curl x:32758 -p 132758 1.32758", "curl x:30001 -p 132758 1.32758");
        check("kubectl logs web-6d4cf56db6-x7k2p", "kubectl logs web-58b9f7d-abcde");
        check("kubectl get rs/web-6d4cf56db6", "kubectl get rs/web-58b9f7d");
        check("my-web-6d4cf56db6", "my-web-6d4cf56db6");
        let (_, used) = bindings.apply("10.23.248.12 32758 10.23.248.12");
        assert_eq!(
            used.iter().map(|one| one.literal.as_str()).collect::<Vec<_>>(),
            ["10.23.248.12", "32758"]
        );
    }

    #[test]
    fn values_are_not_replaced_again() {
        let bindings = book(&[
            ("10.0.0.1", "10.0.0.2", Identity::Address),
            ("10.0.0.2", "10.0.0.1", Identity::Address),
        ]);
        assert_eq!(bindings.apply("10.0.0.1 10.0.0.2").0, "10.0.0.2 10.0.0.1");
    }

    #[test]
    fn a_person_s_word_stands() {
        let mut bindings = book(&[("a-1", "b-1", Identity::Node)]);
        assert!(!bindings.learn(&binding("a-1", "b-1", Identity::Node)), "no news");
        assert!(bindings.learn(&binding("a-1", "b-2", Identity::Node)));
        bindings.set(binding("a-1", "b-3", Identity::Node));
        assert!(!bindings.learn(&binding("a-1", "b-4", Identity::Node)));
        assert_eq!(bindings.get("a-1").map(|one| one.value.as_str()), Some("b-3"));
        assert!(bindings.forget("a-1"));
        assert!(bindings.learn(&binding("a-1", "b-4", Identity::Node)));
    }

    proptest::proptest! {
        #[test]
        fn text_without_literals_stays(text in "\\PC{0,60}") {
            let bindings = book(&[("10.23.248.120", "10.96.14.7", Identity::Address)]);
            if !text.contains("10.23.248.120") {
                assert_eq!(bindings.apply(&text).0, text);
            }
        }
    }
}
