//! Which tags a repository has, said in patterns.

/// Whether one of the patterns describes this tag.
///
/// `*` is any tag; `{1..29}` is any of these numbers; `[-alpine]` may be absent;
/// `{a|b}` is one of these words. All other characters are themselves.
pub(crate) fn is_listed(patterns: &[String], tag: &str) -> bool {
    patterns.iter().any(|pattern| pattern == "*" || matches(pattern, tag))
}

/// Whether a pattern can be read: every bracket has its partner.
pub(crate) fn is_pattern(pattern: &str) -> bool {
    let mut open = None;
    for character in pattern.chars() {
        match (character, open) {
            ('{', None) => open = Some('}'),
            ('[', None) => open = Some(']'),
            ('{' | '[', Some(_)) => return false,
            ('}' | ']', _) if open != Some(character) => return false,
            ('}' | ']', _) => open = None,
            _ => {}
        }
    }
    open.is_none()
}

fn matches(pattern: &str, tag: &str) -> bool {
    let Some(first) = pattern.chars().next() else { return tag.is_empty() };
    match first {
        '[' => match pattern[1..].split_once(']') {
            Some((inner, rest)) => {
                let with = tag.strip_prefix(inner).is_some_and(|after| matches(rest, after));
                with || matches(rest, tag)
            }
            None => false,
        },
        '{' => match pattern[1..].split_once('}') {
            Some((inner, rest)) => one_of(inner, tag).iter().any(|after| matches(rest, after)),
            None => false,
        },
        _ => tag
            .strip_prefix(first)
            .is_some_and(|after| matches(&pattern[first.len_utf8()..], after)),
    }
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
        let patterns: Vec<String> =
            ["latest", "1.{7..29}[.{0..13}][-alpine]"].map(str::to_owned).into();
        // Brackets do not nest: the second pattern is not one.
        assert!(!is_pattern(&patterns[1]));
        let rows = [
            ("1.{7..29}[-alpine]", "1.27-alpine", true),
            ("1.{7..29}[-alpine]", "1.27", true),
            ("1.{7..29}[-alpine]", "1.161", false),
            ("1.{7..29}[-alpine]", "1.", false),
            ("{mainline|stable}[-alpine]", "stable-alpine", true),
            ("{mainline|stable}[-alpine]", "stables", false),
            ("*", "anything", true),
            ("v1", "v1", true),
            ("v1", "v12", false),
        ];
        for (pattern, tag, wanted) in rows {
            assert!(is_pattern(pattern), "{pattern}");
            assert_eq!(is_listed(&[pattern.to_owned()], tag), wanted, "{pattern} {tag}");
        }
    }
}
