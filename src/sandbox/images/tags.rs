//! Which tags a repository has, said in patterns.

/// Whether one of the patterns describes this tag.
///
/// `*` is anything; `{1..29}` is any of these numbers; `{a|b}` is one of these words;
/// `[-alpine]` may be absent, and may hold others of these. All other characters are
/// themselves.
pub(crate) fn is_listed(patterns: &[String], tag: &str) -> bool {
    patterns.iter().any(|pattern| matches(pattern, tag))
}

/// Whether a pattern can be read: every bracket has its partner, and not too many of them.
pub(crate) fn is_pattern(pattern: &str) -> bool {
    let mut open = Vec::new();
    for character in pattern.chars() {
        match character {
            '{' => open.push('}'),
            '[' => open.push(']'),
            '}' | ']' if open.pop() != Some(character) => return false,
            _ => {}
        }
    }
    open.is_empty() && pattern.matches(['{', '[', '*']).count() <= 12
}

fn matches(pattern: &str, tag: &str) -> bool {
    let Some(first) = pattern.chars().next() else { return tag.is_empty() };
    match first {
        '*' => (0..=tag.len())
            .filter(|at| tag.is_char_boundary(*at))
            .any(|at| matches(&pattern[1..], &tag[at..])),
        '[' => match split_at_partner(pattern, '[', ']') {
            Some((inner, rest)) => matches(&format!("{inner}{rest}"), tag) || matches(rest, tag),
            None => false,
        },
        '{' => match split_at_partner(pattern, '{', '}') {
            Some((inner, rest)) => one_of(inner, tag).iter().any(|after| matches(rest, after)),
            None => false,
        },
        _ => tag
            .strip_prefix(first)
            .is_some_and(|after| matches(&pattern[first.len_utf8()..], after)),
    }
}

/// What is between the first bracket and its partner, and what follows.
fn split_at_partner(pattern: &str, open: char, close: char) -> Option<(&str, &str)> {
    let mut depth = 0_usize;
    for (at, character) in pattern.char_indices() {
        if character == open {
            depth += 1;
        } else if character == close {
            depth = depth.checked_sub(1)?;
            if depth == 0 {
                return Some((&pattern[1..at], &pattern[at + 1..]));
            }
        }
    }
    None
}

/// What may be left of the tag after a `{…}`.
fn one_of<'a>(inner: &str, tag: &'a str) -> Vec<&'a str> {
    let Some((low, high)) = inner.split_once("..") else {
        return inner.split('|').filter_map(|word| tag.strip_prefix(word)).collect();
    };
    let digits = tag.bytes().take_while(u8::is_ascii_digit).count();
    let (number, after) = tag.split_at(digits);
    let bounds = (low.parse::<u64>(), high.parse::<u64>(), number.parse::<u64>());
    match bounds {
        (Ok(low), Ok(high), Ok(number)) if (low..=high).contains(&number) => vec![after],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_describe_tags() {
        let rows = [
            ("1.{7..29}[-alpine]", "1.27-alpine", true),
            ("1.{7..29}[-alpine]", "1.27", true),
            ("1.{7..29}[-alpine]", "1.161", false),
            ("1.{7..29}[-alpine]", "1.", false),
            ("1.{7..29}[.{0..13}[-alpine]]", "1.9.1-alpine", true),
            ("1.{7..29}[.{0..13}[-alpine]]", "1.9-alpine", false),
            ("{mainline|stable}[-alpine]", "stable-alpine", true),
            ("{mainline|stable}[-alpine]", "stables", false),
            ("1.*", "1.2-x", true),
            ("1.*", "2", false),
            ("*", "anything", true),
            ("v1", "v1", true),
            ("v1", "v12", false),
        ];
        for (pattern, tag, wanted) in rows {
            assert!(is_pattern(pattern), "{pattern}");
            assert_eq!(is_listed(&[pattern.to_owned()], tag), wanted, "{pattern} {tag}");
        }
        for pattern in ["{1..2", "a]", "[{]}", &"*".repeat(13)] {
            assert!(!is_pattern(pattern), "{pattern}");
        }
    }
}
