//! What changed between two texts, line by line.

use std::fmt::Write;

/// How many lines are shown around a change.
const AROUND: usize = 3;
/// How many pairs of lines are compared at most; beyond that all is one change.
const MOST_PAIRS: usize = 4_000_000;

/// A line of one text or of both, without its newline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Line<'a> {
    Same(&'a str),
    Gone(&'a str),
    New(&'a str),
}

/// The difference as `diff -u` shows it, with `name` as that of both files; empty where
/// there is none.
pub fn unified_diff(name: &str, before: &str, after: &str) -> String {
    if before == after {
        return String::new();
    }
    let lines = compared(&before.lines().collect::<Vec<_>>(), &after.lines().collect::<Vec<_>>());
    let mut out = format!("--- {name}\n+++ {name}\n");
    let changed: Vec<usize> =
        (0..lines.len()).filter(|at| !matches!(lines[*at], Line::Same(_))).collect();
    let mut rest = changed.as_slice();
    while let Some((first, _)) = rest.split_first() {
        let gap = rest.windows(2).position(|pair| pair[1] - pair[0] > 2 * AROUND + 1);
        let count = gap.map_or(rest.len(), |at| at + 1);
        let last = rest[count - 1];
        let from = first.saturating_sub(AROUND);
        hunk(&lines, from, (last + AROUND + 1).min(lines.len()), &mut out);
        rest = &rest[count..];
    }
    out
}

fn hunk(lines: &[Line<'_>], from: usize, to: usize, out: &mut String) {
    let old = |line: &&Line<'_>| !matches!(line, Line::New(_));
    let new = |line: &&Line<'_>| !matches!(line, Line::Gone(_));
    let (before, shown) = (&lines[..from], &lines[from..to]);
    let (old_from, old_count) =
        (before.iter().filter(old).count(), shown.iter().filter(old).count());
    let (new_from, new_count) =
        (before.iter().filter(new).count(), shown.iter().filter(new).count());
    let _ = writeln!(out, "@@ -{},{old_count} +{},{new_count} @@", old_from + 1, new_from + 1);
    for line in shown {
        let _ = match line {
            Line::Same(text) => writeln!(out, " {text}"),
            Line::Gone(text) => writeln!(out, "-{text}"),
            Line::New(text) => writeln!(out, "+{text}"),
        };
    }
}

/// Both texts in one, with as many lines the same as can be.
fn compared<'a>(before: &[&'a str], after: &[&'a str]) -> Vec<Line<'a>> {
    let start = before.iter().zip(after).take_while(|(old, new)| old == new).count();
    let (old, new) = (&before[start..], &after[start..]);
    let end = old.iter().rev().zip(new.iter().rev()).take_while(|(old, new)| old == new).count();
    let (old, new, tail) =
        (&old[..old.len() - end], &new[..new.len() - end], &old[old.len() - end..]);
    let mut lines: Vec<Line<'a>> = before[..start].iter().map(|text| Line::Same(text)).collect();
    if old.len().saturating_mul(new.len()) > MOST_PAIRS {
        lines.extend(old.iter().map(|text| Line::Gone(text)));
        lines.extend(new.iter().map(|text| Line::New(text)));
    } else {
        middle(old, new, &mut lines);
    }
    lines.extend(tail.iter().map(|text| Line::Same(text)));
    lines
}

/// The longest common subsequence, by the table of its lengths.
fn middle<'a>(old: &[&'a str], new: &[&'a str], lines: &mut Vec<Line<'a>>) {
    let width = new.len() + 1;
    let mut common = vec![0_u32; (old.len() + 1) * width];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            common[i * width + j] = if old[i] == new[j] {
                common[(i + 1) * width + j + 1] + 1
            } else {
                common[(i + 1) * width + j].max(common[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            lines.push(Line::Same(old[i]));
            (i, j) = (i + 1, j + 1);
        } else if j == new.len()
            || i < old.len() && common[(i + 1) * width + j] >= common[i * width + j + 1]
        {
            lines.push(Line::Gone(old[i]));
            i += 1;
        } else {
            lines.push(Line::New(new[j]));
            j += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_shown_with_what_stands_around_them() {
        let before = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15\n16\n";
        let after = "1\n2\n3\n4\nfive\n6\n7\n8\n9\n10\n11\n12\n13\n14\n16\nend\n";
        insta::assert_snapshot!(unified_diff("lab.md", before, after), @r"
        --- lab.md
        +++ lab.md
        @@ -2,7 +2,7 @@
         2
         3
         4
        -5
        +five
         6
         7
         8
        @@ -12,5 +12,5 @@
         12
         13
         14
        -15
         16
        +end
        ");
        assert_eq!(unified_diff("x", "a\n", "a\n"), "");
    }

    #[test]
    fn texts_too_large_to_compare_are_one_change() {
        let before = (0..3000).map(|i| format!("{i}\n")).collect::<String>();
        let after = (3000..6000).map(|i| format!("{i}\n")).collect::<String>();
        assert_eq!(unified_diff("x", &before, &after).lines().count(), 2 + 1 + 6000);
    }

    proptest::proptest! {
        #[test]
        fn applied_to_the_old_text_it_gives_the_new_one(
            before in proptest::collection::vec("[ab]", 0..12),
            after in proptest::collection::vec("[ab]", 0..12),
        ) {
            let old: Vec<&str> = before.iter().map(String::as_str).collect();
            let new: Vec<&str> = after.iter().map(String::as_str).collect();
            let lines = compared(&old, &new);
            let side = |skip: fn(&Line<'_>) -> bool| -> Vec<&str> {
                lines
                    .iter()
                    .filter(|line| !skip(line))
                    .map(|line| match line {
                        Line::Same(text) | Line::Gone(text) | Line::New(text) => *text,
                    })
                    .collect()
            };
            assert_eq!(side(|line| matches!(line, Line::New(_))), old);
            assert_eq!(side(|line| matches!(line, Line::Gone(_))), new);
        }
    }
}
