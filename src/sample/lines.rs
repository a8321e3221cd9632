//! Which line of the real output is which line of the sample.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::token::{TokenKind, stem_of, tokens};

/// Two texts of more than this many pairs of lines are compared as far as that goes.
const MOST_PAIRS: usize = 1_000_000;

/// Lines that share less than this of their words are different ones, of 1000.
const ALIKE: u32 = 500;

/// What a line says, without what is volatile: the same line of another run has the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Shape(Vec<u64>);

impl Shape {
    /// The shape of a line.
    pub(super) fn of(line: &str) -> Self {
        let mut keys: Vec<u64> = Vec::new();
        for token in tokens(curl_error(line).unwrap_or(line)) {
            let mut hasher = DefaultHasher::new();
            match token.kind {
                TokenKind::Sign => continue,
                TokenKind::Word | TokenKind::Number => token.text.hash(&mut hasher),
                TokenKind::GeneratedName => (token.kind, stem_of(&token)).hash(&mut hasher),
                kind => kind.hash(&mut hasher),
            }
            keys.push(hasher.finish());
        }
        keys.sort_unstable();
        Self(keys)
    }

    /// How much two lines have in common, of 1000.
    pub(super) fn likeness(&self, other: &Self) -> u32 {
        let all = self.0.len() + other.0.len();
        if all == 0 {
            return 1000;
        }
        let (mut one, mut two) = (self.0.iter().peekable(), other.0.iter().peekable());
        let mut common = 0;
        while let (Some(left), Some(right)) = (one.peek(), two.peek()) {
            match left.cmp(right) {
                std::cmp::Ordering::Less => drop(one.next()),
                std::cmp::Ordering::Greater => drop(two.next()),
                std::cmp::Ordering::Equal => {
                    common += 1;
                    one.next();
                    two.next();
                }
            }
        }
        u32::try_from(2000 * common / all).unwrap_or(1000)
    }
}

/// What of curl's message says which error it is: every version words them anew, and the
/// codes stay.
pub(super) fn curl_error(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let rest = line.strip_prefix("curl: (")?;
    let digits = rest.find(|c: char| !c.is_ascii_digit())?;
    rest[digits..].starts_with(')').then(|| &line[..line.len() - rest.len() + digits + 1])
}

/// How the lines of two texts go together.
#[derive(Debug, Default)]
pub(super) struct Matching {
    /// Index in the sample, index in the real output; in the order of both.
    pub(super) pairs: Vec<(usize, usize)>,
    /// Pairs whose lines may as well be others that say the same.
    pub(super) ambiguous: Vec<(usize, usize)>,
    /// Lines that stand in each other's place and are not alike.
    pub(super) others: Vec<(usize, usize)>,
}

/// Matches lines in their order, so that as much as possible is alike.
pub(super) fn matching(sample: &[Shape], actual: &[Shape]) -> Matching {
    let most = MOST_PAIRS / sample.len().max(1);
    let actual = &actual[..actual.len().min(most)];
    let width = actual.len() + 1;
    let mut likeness = vec![0_u32; sample.len() * actual.len()];
    let mut best = vec![0_u32; (sample.len() + 1) * width];
    for row in (0..sample.len()).rev() {
        for column in (0..actual.len()).rev() {
            let alike = sample[row].likeness(&actual[column]);
            likeness[row * actual.len() + column] = alike;
            let here = row * width + column;
            let both = if alike >= ALIKE { alike + best[here + width + 1] } else { 0 };
            best[here] = both.max(best[here + 1]).max(best[here + width]);
        }
    }
    let mut found = Matching::default();
    let (mut row, mut column) = (0, 0);
    while row < sample.len() && column < actual.len() {
        let here = row * width + column;
        let alike = likeness[row * actual.len() + column];
        if alike >= ALIKE && best[here] == alike + best[here + width + 1] {
            found.pairs.push((row, column));
            (row, column) = (row + 1, column + 1);
        } else if best[here] == best[here + 1] {
            column += 1;
        } else {
            row += 1;
        }
    }
    found.ambiguous = ambiguous(sample, actual, &found.pairs);
    found.others = others(&found.pairs, sample.len(), actual.len());
    found
}

/// Where as many lines are alone on both sides between two pairs, each is what has become
/// of the other.
fn others(pairs: &[(usize, usize)], sample: usize, actual: usize) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut from = (0, 0);
    for pair in pairs.iter().copied().chain([(sample, actual)]) {
        if pair.0 - from.0 == pair.1 - from.1 {
            found.extend((from.0..pair.0).zip(from.1..pair.1));
        }
        from = (pair.0 + 1, pair.1 + 1);
    }
    found
}

/// Where a line says the same as others of its text, and there are not as many of them
/// on both sides, nobody knows which is which.
fn ambiguous(sample: &[Shape], actual: &[Shape], pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let (there, here) = (counts(sample), counts(actual));
    let unsure = |(one, other): &&(usize, usize)| {
        let shape = &sample[*one];
        let says_nothing = shape.0.len() <= 1 && there[shape] > 1;
        says_nothing || here.get(&actual[*other]) != there.get(shape)
    };
    pairs.iter().filter(unsure).copied().collect()
}

fn counts(shapes: &[Shape]) -> BTreeMap<&Shape, usize> {
    let mut counts = BTreeMap::new();
    for shape in shapes {
        *counts.entry(shape).or_insert(0) += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matched(sample: &[&str], actual: &[&str]) -> (Vec<(usize, usize)>, usize) {
        let shapes =
            |lines: &[&str]| -> Vec<Shape> { lines.iter().map(|line| Shape::of(line)).collect() };
        let found = matching(&shapes(sample), &shapes(actual));
        (found.pairs, found.ambiguous.len())
    }

    #[test]
    fn lines_are_found_in_their_order() {
        let check = |sample: &[&str], actual: &[&str], wanted: &[(usize, usize)]| {
            assert_eq!(matched(sample, actual).0, wanted, "{sample:?}");
        };
        check(&["a b", "c d"], &["x", "a b", "y", "c d"], &[(0, 1), (1, 3)]);
        check(&["IP: 10.0.0.1"], &["Name: web", "IP: 10.9.9.9"], &[(0, 1)]);
        check(&["c", "a"], &["a", "c"], &[(0, 1)]);
        check(&["a b c d"], &["a b c e"], &[(0, 0)]);
        check(&["a b"], &["x y"], &[]);
        check(&[], &["x"], &[]);
    }

    #[test]
    fn lines_that_are_alone_in_one_place_stand_for_each_other() {
        let others = |sample: &[&str], actual: &[&str]| {
            let shapes = |lines: &[&str]| -> Vec<Shape> {
                lines.iter().map(|line| Shape::of(line)).collect()
            };
            matching(&shapes(sample), &shapes(actual)).others
        };
        assert_eq!(others(&["a b", "c", "d e"], &["a b", "x", "d e"]), [(1, 1)]);
        assert_eq!(others(&["a b", "c", "d e"], &["a b", "x", "y", "d e"]), []);
        assert_eq!(others(&["c"], &["x"]), [(0, 0)]);
        assert_eq!(curl_error("curl: (28) Timeout"), Some("curl: (28)"));
        assert_eq!(curl_error("curl: try --help"), None);
    }

    #[test]
    fn lines_that_say_the_same_are_sure_only_where_there_are_as_many() {
        let check = |sample: &[&str], actual: &[&str], wanted: usize| {
            assert_eq!(matched(sample, actual).1, wanted, "{sample:?} {actual:?}");
        };
        check(&["10.0.0.1"], &["10.9.9.9"], 0);
        check(&["10.0.0.1", "10.0.0.2"], &["10.9.9.9", "10.9.9.8"], 2);
        check(&["10.0.0.1"], &["10.9.9.9", "10.9.9.8"], 1);
        check(&["Address: 10.0.0.1"], &["Address: 10.9.9.9", "Address: 10.9.9.8"], 1);
        check(
            &["Server: 10.0.0.1", "Address: 10.0.0.2"],
            &["Server: 10.9.9.9", "Address: 10.9.9.8"],
            0,
        );
    }
}
