//! Regular expressions as POSIX writes them, for `grep`, `sed`, `awk`, `expr`.

use regex::bytes::{Regex, RegexBuilder};

/// Which characters mean something without a backslash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grammar {
    /// `\(a\|b\)\{2\}`
    Basic,
    /// `(a|b){2}`
    Extended,
    /// None.
    Fixed,
}

/// How an expression is read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reading {
    pub(super) grammar: Grammar,
    pub(super) ignore_case: bool,
    pub(super) whole_words: bool,
    pub(super) whole_lines: bool,
}

impl Reading {
    pub(super) fn new(grammar: Grammar) -> Self {
        Self { grammar, ignore_case: false, whole_words: false, whole_lines: false }
    }
}

/// A compiled expression; the message where it is none.
pub(super) fn compile(pattern: &str, reading: Reading) -> Result<Regex, String> {
    let mut text = match reading.grammar {
        Grammar::Fixed => regex::escape(pattern),
        grammar => translate(pattern, grammar),
    };
    if reading.whole_words {
        text = format!(r"\b(?:{text})\b");
    }
    if reading.whole_lines {
        text = format!("^(?:{text})$");
    }
    RegexBuilder::new(&text)
        .case_insensitive(reading.ignore_case)
        .size_limit(1 << 20)
        .build()
        .map_err(|_| format!("bad regex '{pattern}'"))
}

/// From POSIX' grammar to the one of the `regex` crate.
fn translate(pattern: &str, grammar: Grammar) -> String {
    let mut out = String::new();
    let mut characters = pattern.chars().peekable();
    let mut at_start = true;
    while let Some(character) = characters.next() {
        let was_start = std::mem::replace(&mut at_start, false);
        match character {
            '\\' => {
                let Some(next) = characters.next() else {
                    out.push_str(r"\\");
                    break;
                };
                match (next, grammar) {
                    ('(' | ')' | '{' | '}' | '|' | '+' | '?', Grammar::Basic) => {
                        out.push(next);
                        at_start = matches!(next, '(' | '|');
                    }
                    ('<' | '>', _) => out.push_str(r"\b"),
                    ('w' | 'W' | 's' | 'S' | 'b' | 'B' | 'd' | 'n' | 't', _) => {
                        out.extend(['\\', next]);
                    }
                    (other, _) if other.is_alphanumeric() => out.push(other),
                    (other, _) => out.extend(['\\', other]),
                }
            }
            '(' | ')' | '{' | '}' | '|' | '+' | '?' if grammar == Grammar::Basic => {
                out.extend(['\\', character]);
            }
            '{' if !begins_count(characters.clone().collect::<String>().as_str()) => {
                out.push_str(r"\{");
            }
            '*' if was_start => out.push_str(r"\*"),
            '^' if grammar == Grammar::Basic && !was_start => out.push_str(r"\^"),
            '$' if grammar == Grammar::Basic && !ends_here(&mut characters.clone()) => {
                out.push_str(r"\$");
            }
            '[' => out.push_str(&set(&mut characters)),
            '(' | '|' => {
                at_start = true;
                out.push(character);
            }
            '^' => {
                at_start = true;
                out.push('^');
            }
            other => out.push(other),
        }
    }
    out
}

fn ends_here(rest: &mut std::iter::Peekable<std::str::Chars<'_>>) -> bool {
    match rest.next() {
        None => true,
        Some('\\') => matches!(rest.next(), Some(')' | '|')),
        Some(_) => false,
    }
}

fn begins_count(rest: &str) -> bool {
    rest.split_once('}').is_some_and(|(inner, _)| {
        !inner.is_empty() && inner.chars().all(|it| it.is_ascii_digit() || it == ',')
    })
}

/// A bracket expression after its `[`: a backslash is itself in it.
fn set(characters: &mut std::iter::Peekable<std::str::Chars<'_>>) -> String {
    let mut out = String::from("[");
    if characters.next_if_eq(&'^').is_some() {
        out.push('^');
    }
    let mut is_first = true;
    while let Some(character) = characters.next() {
        match character {
            ']' if !is_first => {
                out.push(']');
                return out;
            }
            '[' if characters.peek() == Some(&':') => {
                out.push('[');
                for inner in characters.by_ref() {
                    out.push(inner);
                    if inner == ']' {
                        break;
                    }
                }
            }
            '\\' => match characters.peek() {
                Some('n' | 't') => {
                    out.push('\\');
                    out.extend(characters.next());
                }
                _ => out.push_str(r"\\"),
            },
            '[' | ']' | '&' | '~' => out.extend(['\\', character]),
            other => out.push(other),
        }
        is_first = false;
    }
    out.push(']');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_read_as_posix_says() {
        let rows = [
            (Grammar::Basic, r"a\(b\)*c", "abbc", true),
            (Grammar::Basic, "a+b", "a+b", true),
            (Grammar::Basic, "a+b", "aab", false),
            (Grammar::Basic, r"a\+b", "aab", true),
            (Grammar::Basic, "*a", "*a", true),
            (Grammar::Basic, r"^x\{2\}$", "xx", true),
            (Grammar::Basic, "a$b", "a$b", true),
            (Grammar::Basic, r"one\|two", "two", true),
            (Grammar::Extended, "(a|b)+c", "abac", true),
            (Grammar::Extended, "^[0-9]{2}$", "42", true),
            (Grammar::Extended, "{", "{", true),
            (Grammar::Extended, "[[:digit:]]", "x1", true),
            (Grammar::Extended, r"[\.]x", r"\x", true),
            (Grammar::Extended, r"\.x", "ax", false),
            (Grammar::Extended, "[]a]", "]", true),
            (Grammar::Fixed, "a.c", "abc", false),
        ];
        for (grammar, pattern, text, wanted) in rows {
            let found = compile(pattern, Reading::new(grammar)).unwrap().is_match(text.as_bytes());
            assert_eq!(found, wanted, "{pattern} {text}");
        }
        assert!(compile("(", Reading::new(Grammar::Extended)).is_err());
        assert!(compile("a{1000}{1000}{1000}", Reading::new(Grammar::Extended)).is_err());
    }
}
