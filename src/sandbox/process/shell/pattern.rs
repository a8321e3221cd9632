/// A pattern as the shell reads it: `*`, `?`, `[…]`; a backslash takes the meaning away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pattern(Vec<Item>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Item {
    One(char),
    Any,
    AnyNumber,
    Set { negated: bool, ranges: Vec<(char, char)>, classes: Vec<String> },
}

impl Pattern {
    /// Reads a pattern.
    pub(crate) fn new(text: &str) -> Self {
        let characters: Vec<char> = text.chars().collect();
        let mut items = Vec::new();
        let mut at = 0;
        while let Some(character) = characters.get(at) {
            at += 1;
            match character {
                '\\' if at < characters.len() => {
                    items.extend(characters.get(at).map(|next| Item::One(*next)));
                    at += 1;
                }
                '?' => items.push(Item::Any),
                '*' if items.last() == Some(&Item::AnyNumber) => {}
                '*' => items.push(Item::AnyNumber),
                '[' => match set(&characters, at) {
                    Some((item, after)) => {
                        items.push(item);
                        at = after;
                    }
                    None => items.push(Item::One('[')),
                },
                other => items.push(Item::One(*other)),
            }
        }
        Self(items)
    }

    /// Whether it can fit more than one text.
    pub(crate) fn is_plain(&self) -> bool {
        self.0.iter().all(|item| matches!(item, Item::One(_)))
    }

    /// Whether the whole text fits.
    pub(crate) fn matches(&self, text: &str) -> bool {
        let characters: Vec<char> = text.chars().collect();
        self.matches_all(&characters)
    }

    /// As [`Self::matches`]; goes back to the last `*` only, which is enough.
    pub(crate) fn matches_all(&self, text: &[char]) -> bool {
        let (mut item, mut at) = (0, 0);
        let mut retry: Option<(usize, usize)> = None;
        while at < text.len() || item < self.0.len() {
            match (self.0.get(item), text.get(at)) {
                (Some(Item::AnyNumber), _) => {
                    retry = Some((item, at + 1));
                    item += 1;
                    continue;
                }
                (Some(found), Some(character)) if found.fits(*character) => {
                    item += 1;
                    at += 1;
                    continue;
                }
                _ => {}
            }
            match retry {
                Some((star, next)) if next <= text.len() => {
                    (item, at) = (star + 1, next);
                    retry = Some((star, next + 1));
                }
                _ => return false,
            }
        }
        true
    }
}

impl Item {
    fn fits(&self, character: char) -> bool {
        match self {
            Self::One(one) => *one == character,
            Self::Any => true,
            Self::AnyNumber => false,
            Self::Set { negated, ranges, classes } => {
                let inside = ranges.iter().any(|(low, high)| (*low..=*high).contains(&character))
                    || classes.iter().any(|class| in_class(class, character));
                inside != *negated
            }
        }
    }
}

/// A set after its `[`, and where it ends.
fn set(characters: &[char], start: usize) -> Option<(Item, usize)> {
    let mut at = start;
    let negated = matches!(characters.get(at), Some('!' | '^'));
    at += usize::from(negated);
    let (mut ranges, mut classes) = (Vec::new(), Vec::new());
    let first = at;
    loop {
        let character = *characters.get(at)?;
        if character == ']' && at > first {
            return Some((Item::Set { negated, ranges, classes }, at + 1));
        }
        if character == '[' && characters.get(at + 1) == Some(&':') {
            let rest: String = characters[at + 2..].iter().take(10).collect();
            if let Some((class, _)) = rest.split_once(":]") {
                classes.push(class.to_owned());
                at += 4 + class.chars().count();
                continue;
            }
        }
        at += 1;
        let low = if character == '\\' { take(characters, &mut at)? } else { character };
        let is_range = characters.get(at) == Some(&'-')
            && characters.get(at + 1).is_some_and(|next| *next != ']');
        let high = match is_range {
            true => {
                at += 1;
                take(characters, &mut at)?
            }
            false => low,
        };
        ranges.push((low, high));
    }
}

fn take(characters: &[char], at: &mut usize) -> Option<char> {
    let character = *characters.get(*at)?;
    *at += 1;
    Some(character)
}

fn in_class(class: &str, character: char) -> bool {
    match class {
        "alnum" => character.is_alphanumeric(),
        "alpha" => character.is_alphabetic(),
        "blank" => matches!(character, ' ' | '\t'),
        "cntrl" => character.is_control(),
        "digit" => character.is_ascii_digit(),
        "graph" => !character.is_whitespace() && !character.is_control(),
        "lower" => character.is_lowercase(),
        "print" => !character.is_control(),
        "punct" => character.is_ascii_punctuation(),
        "space" => character.is_whitespace(),
        "upper" => character.is_uppercase(),
        "xdigit" => character.is_ascii_hexdigit(),
        _ => false,
    }
}

/// A text as a pattern that fits only itself.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, '*' | '?' | '[' | ']' | '\\' | '!' | '-' | '^') {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit() {
        let rows = [
            ("*", "", true),
            ("a*c", "abbc", true),
            ("a*c", "abbd", false),
            ("*.txt", "a.txt", true),
            ("?", "é", true),
            ("?", "", false),
            ("[a-c]x", "bx", true),
            ("[!a-c]x", "bx", false),
            ("[]]", "]", true),
            ("[", "[", true),
            ("[[:digit:]]*", "7up", true),
            ("[[:digit:]x]", "x", true),
            (r"\*", "*", true),
            (r"\*", "a", false),
            ("a**b", "ab", true),
            ("*a*b*c", "xaybzc", true),
        ];
        for (pattern, text, wanted) in rows {
            assert_eq!(Pattern::new(pattern).matches(text), wanted, "{pattern} {text}");
        }
    }

    #[test]
    fn many_stars_take_no_time() {
        let pattern = Pattern::new(&"*a".repeat(50));
        assert!(
            !pattern.matches(&"a".repeat(2000).replace("aaaa", "aaab")[..1990].replace('a', "c"))
        );
        assert!(pattern.matches(&"a".repeat(2000)));
    }

    #[test]
    fn what_is_escaped_fits_itself_only() {
        for text in ["a*b", "[x]", r"\", "-?"] {
            assert!(Pattern::new(&escape(text)).matches(text));
            assert!(Pattern::new(&escape(text)).is_plain());
        }
    }
}
