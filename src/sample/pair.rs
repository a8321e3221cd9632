//! Two lines, token by token.

use super::agree::{Agreement, agree};
use super::binding::Identity;
use super::token::{Token, TokenKind, tokens};

/// Two lines that are more than this many pairs of tokens are compared at their ends only.
const MOST_CELLS: usize = 400_000;

/// Words that stand before an address and say nothing of whose it is.
const SCHEMES: &[&str] = &["http", "https", "tcp", "udp", "tls", "ws", "ip"];

/// A line of the sample and a line of the real output, put side by side.
#[derive(Debug)]
pub(super) struct Pairing<'s, 'a> {
    pub(super) sample: Vec<Token<'s>>,
    pub(super) actual: Vec<Token<'a>>,
    pub(super) steps: Vec<Step>,
}

/// A token of one side, or of both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// Both have it; indexes into the two lines.
    Both(usize, usize, Agreement),
    /// Only the sample has it.
    Sample(usize),
    /// Only the real output has it.
    Actual(usize),
}

/// A token of the sample that names what the other one names here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Named<'s, 'a> {
    pub(super) literal: &'s str,
    pub(super) value: &'a str,
    pub(super) identity: Identity,
    /// Index of the literal in the sample's line.
    pub(super) at: usize,
}

impl<'s, 'a> Pairing<'s, 'a> {
    /// Puts the two lines side by side.
    pub(super) fn of(sample: &'s str, actual: &'a str, nodes: &[String]) -> Self {
        let (sample, actual) = (tokens(sample), tokens(actual));
        let steps = steps(&sample, &actual, nodes);
        Self { sample, actual, steps }
    }

    /// Whether nothing differs but what nobody expects to be the same.
    pub(super) fn is_like(&self) -> bool {
        self.steps.iter().all(|step| matches!(step, Step::Both(..)))
    }

    /// The tokens that differ, each side's as one text.
    pub(super) fn difference(&self) -> (String, String) {
        let (mut expected, mut actual) = (Vec::new(), Vec::new());
        for step in &self.steps {
            match step {
                Step::Sample(at) => expected.push(self.sample[*at].text),
                Step::Actual(at) => actual.push(self.actual[*at].text),
                Step::Both(..) => {}
            }
        }
        (expected.join(" "), actual.join(" "))
    }

    /// What is named on both sides, where the words before it agree, so that it is
    /// not another thing of the same type.
    pub(super) fn named(&self) -> Vec<Named<'s, 'a>> {
        let mut found = Vec::new();
        let mut last = (None, None);
        let mut agreed = (None, None);
        for step in &self.steps {
            match *step {
                Step::Both(at, there, agreement) => {
                    if let Agreement::Identity(identity) = agreement
                        && last == agreed
                    {
                        let (literal, value) = (self.sample[at].text, self.actual[there].text);
                        found.push(Named { literal, value, identity, at });
                    }
                    if is_anchor(&self.sample[at]) {
                        last = (Some(at), Some(there));
                        agreed = last;
                    }
                }
                Step::Sample(at) if is_anchor(&self.sample[at]) => last.0 = Some(at),
                Step::Actual(at) if is_anchor(&self.actual[at]) => last.1 = Some(at),
                Step::Sample(_) | Step::Actual(_) => {}
            }
        }
        found
    }

    /// Addresses and names that are the same on both sides.
    pub(super) fn confirmed(&self) -> impl Iterator<Item = &'s str> {
        self.steps.iter().filter_map(|step| match step {
            Step::Both(at, _, Agreement::Same) => {
                let token = &self.sample[*at];
                let named = matches!(
                    token.kind,
                    TokenKind::Ip
                        | TokenKind::GeneratedName
                        | TokenKind::Hash
                        | TokenKind::NodePort
                );
                named.then_some(token.text)
            }
            _ => None,
        })
    }
}

fn is_anchor(token: &Token<'_>) -> bool {
    token.kind != TokenKind::Sign && !SCHEMES.contains(&token.text)
}

fn steps(sample: &[Token<'_>], actual: &[Token<'_>], nodes: &[String]) -> Vec<Step> {
    let same = |(one, other): &(&Token<'_>, &Token<'_>)| one.text == other.text;
    let head = sample.iter().zip(actual).take_while(same).count();
    let rest = (&sample[head..], &actual[head..]);
    let tail = rest.0.iter().rev().zip(rest.1.iter().rev()).take_while(same).count();
    let inner = (&rest.0[..rest.0.len() - tail], &rest.1[..rest.1.len() - tail]);
    let mut steps: Vec<Step> = (0..head).map(|at| Step::Both(at, at, Agreement::Same)).collect();
    if inner.0.len().saturating_mul(inner.1.len()) <= MOST_CELLS {
        steps.extend(best_steps(inner, nodes).into_iter().map(|step| step.shifted(head)));
    } else {
        steps.extend((0..inner.0.len()).map(|at| Step::Sample(head + at)));
        steps.extend((0..inner.1.len()).map(|at| Step::Actual(head + at)));
    }
    let ends = (sample.len() - tail, actual.len() - tail);
    steps.extend((0..tail).map(|at| Step::Both(ends.0 + at, ends.1 + at, Agreement::Same)));
    steps
}

impl Step {
    fn shifted(self, by: usize) -> Self {
        match self {
            Self::Both(one, other, agreement) => Self::Both(one + by, other + by, agreement),
            Self::Sample(at) => Self::Sample(at + by),
            Self::Actual(at) => Self::Actual(at + by),
        }
    }
}

/// The longest common subsequence, weighed by how much each pair says.
fn best_steps((sample, actual): (&[Token<'_>], &[Token<'_>]), nodes: &[String]) -> Vec<Step> {
    let (rows, columns) = (sample.len(), actual.len());
    let width = columns + 1;
    let mut best = vec![0_u32; (rows + 1) * width];
    for row in (0..rows).rev() {
        for column in (0..columns).rev() {
            let here = row * width + column;
            let skip = best[here + 1].max(best[here + width]);
            let weight = weight(&sample[row], agree(&sample[row], &actual[column], nodes));
            let both = if weight > 0 { weight + best[here + width + 1] } else { 0 };
            best[here] = skip.max(both);
        }
    }
    let (mut row, mut column) = (0, 0);
    let mut steps = Vec::with_capacity(rows.max(columns));
    while row < rows && column < columns {
        let here = row * width + column;
        let agreement = agree(&sample[row], &actual[column], nodes);
        let weight = weight(&sample[row], agreement);
        if weight > 0 && best[here] == weight + best[here + width + 1] {
            steps.push(Step::Both(row, column, agreement));
            (row, column) = (row + 1, column + 1);
        } else if best[here] == best[here + width] {
            steps.push(Step::Sample(row));
            row += 1;
        } else {
            steps.push(Step::Actual(column));
            column += 1;
        }
    }
    steps.extend((row..rows).map(Step::Sample));
    steps.extend((column..columns).map(Step::Actual));
    steps
}

fn weight(sample: &Token<'_>, agreement: Agreement) -> u32 {
    match agreement {
        Agreement::Same if sample.kind == TokenKind::Sign => 1,
        Agreement::Same => 6,
        Agreement::Volatile => 4,
        Agreement::Identity(Identity::Node) => 3,
        Agreement::Identity(_) => 4,
        Agreement::Differs => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(sample: &str, actual: &str) -> Vec<String> {
        let nodes = ["node-1".to_owned()];
        let pairing = Pairing::of(sample, actual, &nodes);
        pairing.named().iter().map(|one| format!("{}→{}", one.literal, one.value)).collect()
    }

    #[test]
    fn lines_are_like_whatever_is_volatile_in_them() {
        let nodes = ["node-1".to_owned()];
        let check = |sample: &str, actual: &str, wanted: bool| {
            assert_eq!(Pairing::of(sample, actual, &nodes).is_like(), wanted, "{sample}");
        };
        check("pod/web created", "pod/web created", true);
        check("pod/web created", "pod/web unchanged", false);
        check(
            "curl: (28) Connection timed out after 2001 milliseconds",
            "curl: (28) Connection timed out after 2003 milliseconds",
            true,
        );
        check("IP:      10.20.1.25", "IP:  10.244.0.7", true);
        check("Node: gke-pool-cbzt/10.138.0.2", "Node: node-1/10.40.0.1", true);
        check("Image size: 1 bytes", "Image size: 1084892 bytes", true);
        check("replicas: 3", "replicas: 2", false);
        check("a b", "a b c", false);
    }

    #[test]
    fn only_what_stands_in_the_same_place_is_named() {
        assert_eq!(
            named(
                r#"{"host": "10.20.1.25:9876", "from": "10.20.1.26"}"#,
                r#"{"host": "10.244.0.5:9876", "from": "10.244.0.9"}"#,
            ),
            ["10.20.1.25→10.244.0.5", "10.20.1.26→10.244.0.9"],
        );
        // Another variable's address is not this one's.
        assert_eq!(
            named(
                "'NGINX_PORT': 'tcp://10.23.243.185:80', 'A': '1'",
                "'KUBERNETES_PORT': 'tcp://10.96.0.1:443', 'A': '1'",
            ),
            Vec::<String>::new(),
        );
        assert_eq!(
            named(
                "Successfully assigned default/web to gke-pool-cbzt",
                "Successfully assigned default/web to node-1",
            ),
            ["gke-pool-cbzt→node-1"],
        );
        assert_eq!(named("10.20.1.25", "10.244.0.5"), ["10.20.1.25→10.244.0.5"]);
        assert_eq!(named("a 10.20.1.25", "b 10.244.0.5"), Vec::<String>::new());
    }

    #[test]
    fn what_differs_is_told_in_few_words() {
        let pairing = Pairing::of("service \"a\" exposed", "service/a exposed", &[]);
        assert_eq!(pairing.difference(), ("\" \"".to_owned(), "/".to_owned()));
    }

    proptest::proptest! {
        #[test]
        fn every_token_is_there_once(sample in "[a-c1 .:]{0,30}", actual in "[a-c1 .:]{0,30}") {
            let pairing = Pairing::of(&sample, &actual, &[]);
            let mut seen = (Vec::new(), Vec::new());
            for step in &pairing.steps {
                match step {
                    Step::Both(one, other, _) => {
                        seen.0.push(*one);
                        seen.1.push(*other);
                    }
                    Step::Sample(at) => seen.0.push(*at),
                    Step::Actual(at) => seen.1.push(*at),
                }
            }
            assert_eq!(seen.0, (0..pairing.sample.len()).collect::<Vec<_>>());
            assert_eq!(seen.1, (0..pairing.actual.len()).collect::<Vec<_>>());
        }
    }
}
