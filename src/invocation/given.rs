use std::str::FromStr;

use jiff::SignedDuration;

use super::flag::{Flag, Takes};

/// The flags of an invocation, in the order in which they were given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flags {
    known: Vec<&'static Flag>,
    given: Vec<(String, String)>,
}

impl Flags {
    /// No flags yet, of those that are known.
    pub(super) fn new(known: Vec<&'static Flag>) -> Self {
        Self { known, given: Vec::new() }
    }

    pub(super) fn push(&mut self, long: &str, value: &str) {
        self.given.push((long.to_owned(), value.to_owned()));
    }

    /// Gives the flag this value, whatever was given before.
    pub fn replace(&mut self, long: &str, value: &str) {
        self.given.retain(|(name, _)| name != long);
        self.push(long, value);
    }

    /// The last value that was given for the flag.
    pub fn text(&self, long: &str) -> Option<&str> {
        self.given.iter().rev().find(|(name, _)| name == long).map(|(_, value)| value.as_str())
    }

    /// The last value that was given for the flag, or its default; empty where it has none.
    pub fn text_or_default(&self, long: &str) -> &str {
        self.text(long).unwrap_or_else(|| self.flag(long).map_or("", |flag| flag.default))
    }

    /// Every value of the flag, in order; a `List` is taken apart at its commas.
    pub fn all(&self, long: &str) -> Vec<&str> {
        let is_list = self.flag(long).is_some_and(|flag| flag.takes == Takes::List);
        let values = self.given.iter().filter(|(name, _)| name == long).map(|(_, value)| value);
        if is_list {
            values.flat_map(|value| value.split(',')).collect()
        } else {
            values.map(String::as_str).collect()
        }
    }

    /// Whether the flag was given at all, with whatever value.
    pub fn is_set(&self, long: &str) -> bool {
        self.text(long).is_some()
    }

    /// The value of a switch: as given, or its default.
    pub fn switch(&self, long: &str) -> bool {
        go_bool(self.text_or_default(long)).unwrap_or(false)
    }

    /// The value of a number, or its default; none where it has neither.
    pub fn number(&self, long: &str) -> Option<i64> {
        i64::from_str(self.text_or_default(long)).ok()
    }

    /// The value of a duration, or its default; none where it has neither.
    pub fn duration(&self, long: &str) -> Option<SignedDuration> {
        go_duration(self.text_or_default(long)).ok()
    }

    /// Every flag that was given, by its long name, with its value.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.given.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// What is known of a flag.
    pub(super) fn flag(&self, long: &str) -> Option<&'static Flag> {
        self.known.iter().copied().find(|flag| flag.long == long)
    }
}

/// What is wrong with `value` for this flag, in Go's words; none where it is right.
pub(super) fn complaint(flag: &Flag, value: &str) -> Option<String> {
    match flag.takes {
        Takes::Switch if go_bool(value).is_none() => {
            Some(format!("strconv.ParseBool: parsing {value:?}: invalid syntax"))
        }
        Takes::Number if i64::from_str(value).is_err() => {
            Some(format!("strconv.ParseInt: parsing {value:?}: invalid syntax"))
        }
        Takes::Duration => go_duration(value).err(),
        _ => None,
    }
}

/// Go's `strconv.ParseBool`.
fn go_bool(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

/// Go's `time.ParseDuration`: a sign, then numbers with units; `0` needs none.
fn go_duration(text: &str) -> Result<SignedDuration, String> {
    let invalid = || format!("time: invalid duration {text:?}");
    let (negative, mut rest) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    if rest == "0" {
        return Ok(SignedDuration::ZERO);
    }
    if rest.is_empty() {
        return Err(invalid());
    }
    let mut seconds = 0.0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let number: f64 = rest[..digits].parse().map_err(|_| invalid())?;
        let end = rest[digits..]
            .find(|c: char| c.is_ascii_digit() || c == '.')
            .map_or(rest.len(), |at| digits + at);
        let unit = match &rest[digits..end] {
            "ns" => 1e-9,
            "us" | "µs" => 1e-6,
            "ms" => 1e-3,
            "s" => 1.0,
            "m" => 60.0,
            "h" => 3600.0,
            "" => return Err(format!("time: missing unit in duration {text:?}")),
            unknown => return Err(format!("time: unknown unit {unknown:?} in duration {text:?}")),
        };
        seconds += number * unit;
        rest = &rest[end..];
    }
    let signed = if negative { -seconds } else { seconds };
    SignedDuration::try_from_secs_f64(signed).map_err(|_| invalid())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_gos() {
        let check = |text: &str, millis: i64| {
            assert_eq!(go_duration(text), Ok(SignedDuration::from_millis(millis)), "{text}");
        };
        check("0", 0);
        check("30s", 30_000);
        check("1h2m", 3_720_000);
        check("1.5s", 1_500);
        check("-1s", -1_000);
        let wrong = |text: &str, message: &str| {
            assert_eq!(go_duration(text), Err(message.to_owned()));
        };
        wrong("x", "time: invalid duration \"x\"");
        wrong("", "time: invalid duration \"\"");
        wrong("60", "time: missing unit in duration \"60\"");
        wrong("3d", "time: unknown unit \"d\" in duration \"3d\"");
    }
}
