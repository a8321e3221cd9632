//! YAML as go-yaml writes it, which is what `-o yaml` prints.

use std::fmt::Write;

use serde_json::Value;

/// go-yaml's `best_width`: a plain or quoted text is folded at the first space after it.
const WIDTH: usize = 80;

/// An object as `-o yaml` prints it: sorted keys, two spaces a level, lists not indented.
///
/// Source: `cli-runtime/pkg/printers/yaml.go`; `sigs.k8s.io/yaml/goyaml.v2`.
pub fn yaml(value: &Value) -> String {
    let mut out = String::new();
    node(&mut out, value, 0, Place::Top);
    if !out.ends_with('\n') {
        out.push('\n');
    }
    out
}

/// Where a node stands, which decides how it begins.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Top,
    AfterKey,
    AfterDash,
}

fn node(out: &mut String, value: &Value, indent: usize, place: Place) {
    match value {
        Value::Object(map) if !map.is_empty() => {
            if place == Place::AfterKey {
                out.push('\n');
            }
            for (index, (key, value)) in map.iter().enumerate() {
                if index > 0 || place == Place::AfterKey {
                    pad(out, indent);
                }
                out.push_str(&simple_key(key));
                out.push(':');
                node(out, value, child_indent(indent, value), Place::AfterKey);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            if place == Place::AfterKey {
                out.push('\n');
            }
            for (index, item) in items.iter().enumerate() {
                if index > 0 || place == Place::AfterKey {
                    pad(out, indent);
                }
                out.push('-');
                out.push(' ');
                node(out, item, indent + 2, Place::AfterDash);
            }
        }
        scalar => {
            if place == Place::AfterKey {
                out.push(' ');
            }
            scalar_text(out, scalar, indent, place);
            out.push('\n');
        }
    }
}

/// Lists stand below their key without indentation.
fn child_indent(indent: usize, value: &Value) -> usize {
    match value {
        Value::Array(items) if !items.is_empty() => indent,
        _ => indent + 2,
    }
}

fn pad(out: &mut String, indent: usize) {
    out.extend(std::iter::repeat_n(' ', indent));
}

fn scalar_text(out: &mut String, value: &Value, indent: usize, place: Place) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Value::Number(number) => out.push_str(&number.to_string()),
        Value::String(text) => string(out, text, indent, place),
        Value::Array(_) => out.push_str("[]"),
        Value::Object(_) => out.push_str("{}"),
    }
}

/// Whether a text can stand as a key without quotes.
pub(super) fn reads_as_text(key: &str) -> bool {
    simple_key(key) == key
}

/// Keys are never folded and never blocks.
fn simple_key(key: &str) -> String {
    let traits = Traits::of(key);
    if !resolves_to_string(key) || key.contains('\n') || !(traits.plain || traits.single_quoted) {
        return double_quoted(key, None);
    }
    if traits.plain { key.to_owned() } else { single_quoted(key, None) }
}

/// Source: goyaml `encode.go` (`stringv`), `emitterc.go` (`yaml_emitter_select_scalar_style`).
fn string(out: &mut String, text: &str, indent: usize, place: Place) {
    // Where a folded text goes on: one level in, but not for the items of a list,
    // which have been indented already.
    let indent = if place == Place::Top { 2 } else { indent };
    let traits = Traits::of(text);
    let fold = Some(Fold { column: column_of(out), indent });
    if text.contains('\n') {
        if traits.block {
            block(out, text, indent);
        } else {
            out.push_str(&double_quoted(text, fold));
        }
    } else if !resolves_to_string(text) || !(traits.plain || traits.single_quoted) {
        out.push_str(&double_quoted(text, fold));
    } else if traits.plain && !text.is_empty() {
        out.push_str(&folded(text, fold));
    } else {
        out.push_str(&single_quoted(text, fold));
    }
}

fn column_of(out: &str) -> usize {
    let line = out.rfind('\n').map_or(0, |at| at + 1);
    out[line..].chars().count()
}

/// Where a text begins and how far its further lines are indented.
#[derive(Clone, Copy)]
struct Fold {
    column: usize,
    indent: usize,
}

/// Breaks a text at single spaces that stand beyond the width.
fn folded(written: &str, fold: Option<Fold>) -> String {
    let Some(Fold { mut column, indent }) = fold else { return written.to_owned() };
    let characters: Vec<char> = written.chars().collect();
    let mut out = String::with_capacity(written.len() + 16);
    let mut spaces = false;
    for (index, &c) in characters.iter().enumerate() {
        let next_is_space = characters.get(index + 1) == Some(&' ');
        let inside = index > 0 && index + 1 < characters.len();
        if c == ' ' && !spaces && column > WIDTH && inside && !next_is_space {
            out.push('\n');
            pad(&mut out, indent);
            column = indent;
        } else {
            out.push(c);
            column += 1;
        }
        spaces = c == ' ';
    }
    out
}

fn single_quoted(text: &str, fold: Option<Fold>) -> String {
    let fold = fold.map(|fold| Fold { column: fold.column + 1, ..fold });
    format!("'{}'", folded(&text.replace('\'', "''"), fold))
}

/// Source: goyaml `emitterc.go`, `yaml_emitter_write_double_quoted`.
fn double_quoted(text: &str, fold: Option<Fold>) -> String {
    let characters: Vec<char> = text.chars().collect();
    let mut out = String::from("\"");
    let mut column = fold.map_or(0, |fold| fold.column + 1);
    let mut spaces = false;
    for (index, &c) in characters.iter().enumerate() {
        if c == ' ' {
            let inside = index > 0 && index + 1 < characters.len();
            match fold {
                Some(fold) if !spaces && column > WIDTH && inside => {
                    out.push('\n');
                    pad(&mut out, fold.indent);
                    column = fold.indent;
                    if characters[index + 1] == ' ' {
                        out.push('\\');
                        column += 1;
                    }
                }
                _ => {
                    out.push(' ');
                    column += 1;
                }
            }
            spaces = true;
            continue;
        }
        let before = out.len();
        escape(&mut out, c);
        column += out[before..].chars().count();
        spaces = false;
    }
    out.push('"');
    out
}

fn escape(out: &mut String, c: char) {
    let letter = match c {
        '"' => '"',
        '\\' => '\\',
        '\0' => '0',
        '\u{7}' => 'a',
        '\u{8}' => 'b',
        '\t' => 't',
        '\n' => 'n',
        '\u{b}' => 'v',
        '\u{c}' => 'f',
        '\r' => 'r',
        '\u{1b}' => 'e',
        '\u{85}' => 'N',
        '\u{a0}' => '_',
        '\u{2028}' => 'L',
        '\u{2029}' => 'P',
        c if is_printable(c) => {
            out.push(c);
            return;
        }
        c => {
            let code = c as u32;
            // Writing to a string does not fail.
            let _ = match code {
                0..=0xff => write!(out, "\\x{code:02X}"),
                0x100..=0xffff => write!(out, "\\u{code:04X}"),
                _ => write!(out, "\\U{code:08X}"),
            };
            return;
        }
    };
    out.push('\\');
    out.push(letter);
}

/// Source: goyaml `emitterc.go`, `yaml_emitter_write_literal_scalar`, `…_block_scalar_hints`.
fn block(out: &mut String, text: &str, indent: usize) {
    out.push('|');
    if text.starts_with([' ', '\n']) {
        out.push('2');
    }
    let body = text.trim_end_matches('\n');
    let breaks = text.len() - body.len();
    match breaks {
        0 => out.push('-'),
        1 if !body.is_empty() => {}
        _ => out.push('+'),
    }
    let whole = text.strip_suffix('\n').unwrap_or(text);
    for line in whole.split('\n') {
        out.push('\n');
        if !line.is_empty() {
            pad(out, indent);
            out.push_str(line);
        }
    }
}

/// In which styles a text can be written.
struct Traits {
    plain: bool,
    single_quoted: bool,
    block: bool,
}

impl Traits {
    /// Source: goyaml `emitterc.go`, `yaml_emitter_analyze_scalar`.
    fn of(text: &str) -> Self {
        if text.is_empty() {
            return Self { plain: false, single_quoted: true, block: false };
        }
        let special = text.chars().any(|c| !is_printable(c) && c != '\n');
        let break_space = text.contains("\n ");
        let space_break = text.contains(" \n");
        let edge = text.starts_with([' ', '\n']) || text.ends_with([' ', '\n']);
        let indicators = has_indicators(text);
        let breaks = text.contains(['\n', '\u{2028}', '\u{2029}']);
        Self {
            plain: !(special || space_break || break_space || edge || indicators || breaks),
            single_quoted: !(special || space_break || break_space),
            block: !(special || space_break || text.ends_with(' ')),
        }
    }
}

/// Characters that mean something in YAML where they stand.
fn has_indicators(text: &str) -> bool {
    if text.starts_with("---") || text.starts_with("...") {
        return true;
    }
    let characters: Vec<char> = text.chars().collect();
    characters.iter().enumerate().any(|(index, &c)| {
        let next = characters.get(index + 1);
        let before_blank = next.is_none_or(|next| matches!(next, ' ' | '\t' | '\n'));
        if index == 0 {
            return matches!(
                c,
                '#' | ','
                    | '['
                    | ']'
                    | '{'
                    | '}'
                    | '&'
                    | '*'
                    | '!'
                    | '|'
                    | '>'
                    | '\''
                    | '"'
                    | '%'
                    | '@'
                    | '`'
            ) || (matches!(c, '-' | '?' | ':') && before_blank);
        }
        let after_blank = matches!(characters[index - 1], ' ' | '\t' | '\n');
        (c == ':' && before_blank) || (c == '#' && after_blank)
    })
}

/// Source: goyaml `yamlprivateh.go`, `is_printable`: nothing beyond the first plane.
fn is_printable(c: char) -> bool {
    matches!(c, '\n' | '\u{20}'..='\u{7e}' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}')
        && c != '\u{feff}'
}

/// Whether a plain text would be read as a string again.
///
/// Source: goyaml `resolve.go`, `resolve`; `encode.go`, `isBase60Float`, and YAML 1.1's
/// words for true and false.
fn resolves_to_string(text: &str) -> bool {
    const WORDS: &[&str] = &[
        "y", "Y", "yes", "Yes", "YES", "n", "N", "no", "No", "NO", "true", "True", "TRUE", "false",
        "False", "FALSE", "on", "On", "ON", "off", "Off", "OFF", "", "~", "null", "Null", "NULL",
        ".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf",
        "-.Inf", "-.INF",
    ];
    !(WORDS.contains(&text) || is_number(text) || is_base_60(text) || is_time(text))
}

fn is_number(text: &str) -> bool {
    let bare = text.replace('_', "");
    let Some(first) = bare.chars().next() else { return false };
    if !(first.is_ascii_digit() || matches!(first, '+' | '-' | '.')) {
        return false;
    }
    // Go would read `_1`, but the rule that leads here looks at the first character.
    if text.starts_with('_') || bare.parse::<f64>().is_ok_and(f64::is_infinite) {
        return false;
    }
    let digits = bare.strip_prefix(['+', '-']).unwrap_or(&bare);
    is_radix(digits) || is_decimal(digits)
}

fn is_radix(digits: &str) -> bool {
    let of = |prefixes: [&str; 2], radix: u32| {
        prefixes
            .iter()
            .filter_map(|prefix| digits.strip_prefix(prefix))
            .any(|rest| !rest.is_empty() && rest.chars().all(|c| c.is_digit(radix)))
    };
    of(["0x", "0X"], 16) || of(["0o", "0O"], 8) || of(["0b", "0B"], 2)
}

/// `[0-9]+(\.[0-9]*)?([eE][-+]?[0-9]+)?` or one that begins with the point.
fn is_decimal(digits: &str) -> bool {
    let (mantissa, exponent) = match digits.find(['e', 'E']) {
        Some(at) => (&digits[..at], Some(&digits[at + 1..])),
        None => (digits, None),
    };
    let all_digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    let exponent_fits = exponent.is_none_or(|exponent| {
        let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        !exponent.is_empty() && all_digits(exponent)
    });
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    exponent_fits
        && all_digits(whole)
        && all_digits(fraction)
        && !(whole.is_empty() && fraction.is_empty())
}

/// `1:30`, which YAML 1.1 reads as ninety.
fn is_base_60(text: &str) -> bool {
    let text = text.strip_prefix(['+', '-']).unwrap_or(text);
    let mut parts = text.split(':');
    let first = parts.next().unwrap_or_default();
    if !first.starts_with(|c: char| c.is_ascii_digit())
        || !first.chars().all(|c| c.is_ascii_digit() || c == '_')
    {
        return false;
    }
    let rest: Vec<&str> = parts.collect();
    let Some((last, middle)) = rest.split_last() else { return false };
    let sexagesimal = |part: &str| match part.as_bytes() {
        [unit] => unit.is_ascii_digit(),
        [ten, unit] => (b'0'..=b'5').contains(ten) && unit.is_ascii_digit(),
        _ => false,
    };
    let (last, fraction) = last.split_once('.').unwrap_or((last, ""));
    middle.iter().all(|part| sexagesimal(part))
        && sexagesimal(last)
        && fraction.chars().all(|c| c.is_ascii_digit() || c == '_')
}

/// A date, or a date and time: `2001-01-01`, `2001-01-01T00:00:00Z`.
///
/// Source: goyaml `resolve.go`, `parseTimestamp` and its formats.
fn is_time(text: &str) -> bool {
    let (date, clock, zoned) = match text.find(['T', 't', ' ']) {
        Some(at) => (&text[..at], Some(&text[at + 1..]), &text[at..=at] != " "),
        None => (text, None, false),
    };
    is_date(date) && clock.is_none_or(|clock| is_clock(clock, zoned))
}

fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts.as_slice() else { return false };
    let all_digits = [year, month, day].iter().all(|p| p.bytes().all(|b| b.is_ascii_digit()));
    let in_month = || {
        let (year, month, day) = (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
        jiff::civil::Date::new(year, month, day).ok()
    };
    all_digits && year.len() == 4 && month.len() <= 2 && day.len() <= 2 && in_month().is_some()
}

/// `15:4:5.999`, with `Z` or `+01:00` after it where the date is joined by a `T`.
fn is_clock(text: &str, zoned: bool) -> bool {
    let end = text.find(['Z', '+', '-']).unwrap_or(text.len());
    let (clock, zone) = text.split_at(end);
    if zoned == zone.is_empty() {
        return false;
    }
    let (whole, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let below = |text: &str, most: u8| {
        (1..=2).contains(&text.len()) && text.parse::<u8>().is_ok_and(|number| number < most)
    };
    let parts: Vec<&str> = whole.split(':').collect();
    let [hour, minute, second] = parts.as_slice() else { return false };
    below(hour, 24)
        && below(minute, 60)
        && below(second, 60)
        && !fraction.is_empty()
        && fraction.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
#[path = "yaml_tests.rs"]
mod tests;
