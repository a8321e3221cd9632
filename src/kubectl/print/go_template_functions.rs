//! The functions of templates: Go's own, and kubectl's two.

use std::cmp::Ordering;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::go_template::{Datum, go_float};

/// Calls a function that the parser knows.
///
/// Source: Go's `text/template/funcs.go`; `cli-runtime/pkg/printers/template.go`.
pub(super) fn call(name: &str, arguments: &[Datum]) -> Result<Datum, String> {
    match (name, arguments) {
        ("and" | "or", [.., last]) => Ok(last.clone()),
        ("not", [one]) => Ok(truth(!one.is_true())),
        ("len", [one]) => length(one),
        ("index", [of, keys @ ..]) => index(of, keys),
        ("slice", [of, bounds @ ..]) => slice(of, bounds),
        ("print", all) => Ok(text(printed(all))),
        ("println", all) => {
            let all: Vec<String> = all.iter().map(printed_one).collect();
            Ok(text(all.join(" ") + "\n"))
        }
        ("printf", [Datum::Object(Value::String(format)), rest @ ..]) => {
            Ok(text(formatted(format, rest)))
        }
        ("eq", [first, rest @ ..]) if !rest.is_empty() => {
            rest.iter().try_fold(false, |found, one| Ok(found || equal(first, one)?)).map(truth)
        }
        ("ne", [a, b]) => equal(a, b).map(|equal| truth(!equal)),
        ("lt", [a, b]) => order(a, b).map(|order| truth(order == Ordering::Less)),
        ("le", [a, b]) => order(a, b).map(|order| truth(order != Ordering::Greater)),
        ("gt", [a, b]) => order(a, b).map(|order| truth(order == Ordering::Greater)),
        ("ge", [a, b]) => order(a, b).map(|order| truth(order != Ordering::Less)),
        ("exists", [of, keys @ ..]) => {
            let found = index(of, keys);
            Ok(truth(matches!(found, Ok(Datum::Int(_) | Datum::Object(_)))))
        }
        ("base64decode", [Datum::Object(Value::String(encoded))]) => {
            let bytes = STANDARD.decode(encoded).map_err(|_| "base64 decode failed".to_owned())?;
            Ok(text(String::from_utf8_lossy(&bytes).into_owned()))
        }
        _ => Err(format!("wrong arguments: got {}", arguments.len())),
    }
}

fn text(text: String) -> Datum {
    Datum::Object(Value::String(text))
}

fn truth(value: bool) -> Datum {
    Datum::Object(Value::Bool(value))
}

fn length(of: &Datum) -> Result<Datum, String> {
    let length = match of {
        Datum::Object(Value::String(text)) => text.len(),
        Datum::Object(Value::Array(items)) => items.len(),
        Datum::Object(Value::Object(map)) => map.len(),
        Datum::Missing => return Err("len of nil pointer".to_owned()),
        other => return Err(format!("len of type {}", go_type(other))),
    };
    Ok(Datum::Int(i64::try_from(length).unwrap_or(i64::MAX)))
}

fn index(of: &Datum, keys: &[Datum]) -> Result<Datum, String> {
    let mut found = of.clone();
    for key in keys {
        found = match (&found, key) {
            (Datum::Object(Value::Object(map)), Datum::Object(Value::String(key))) => {
                map.get(key).map_or(Datum::Missing, |value| Datum::Object(value.clone()))
            }
            (Datum::Object(Value::Array(items)), key) if key.int().is_some() => {
                let at = key.int().unwrap_or(0);
                let item = usize::try_from(at).ok().and_then(|at| items.get(at));
                let item = item.ok_or_else(|| format!("index out of range: {at}"))?;
                Datum::Object(item.clone())
            }
            (Datum::Missing | Datum::Object(Value::Null), _) => {
                return Err("index of untyped nil".to_owned());
            }
            (Datum::Object(Value::Array(_)), key) => {
                return Err(format!("cannot index slice/array with {}", key.text()));
            }
            (other, _) => return Err(format!("can't index item of {}", other.text())),
        };
    }
    Ok(found)
}

fn slice(of: &Datum, bounds: &[Datum]) -> Result<Datum, String> {
    let at = |bound: Option<&Datum>, otherwise: usize| match bound {
        None => Ok(otherwise),
        Some(other) => match other.int() {
            Some(at) => usize::try_from(at).map_err(|_| format!("index out of range: {at}")),
            None => Err(format!("cannot index slice/array with {}", other.text())),
        },
    };
    let out_of_range = || "slice index out of range".to_owned();
    match of {
        Datum::Object(Value::String(of)) => {
            let (from, to) = (at(bounds.first(), 0)?, at(bounds.get(1), of.len())?);
            Ok(text(of.get(from..to).ok_or_else(out_of_range)?.to_owned()))
        }
        Datum::Object(Value::Array(of)) => {
            let (from, to) = (at(bounds.first(), 0)?, at(bounds.get(1), of.len())?);
            let part = of.get(from..to).ok_or_else(out_of_range)?;
            Ok(Datum::Object(Value::Array(part.to_vec())))
        }
        other => Err(format!("can't slice item of {}", other.text())),
    }
}

/// Source: `funcs.go`, `eq`: only values of one kind can be compared.
fn equal(a: &Datum, b: &Datum) -> Result<bool, String> {
    match (a, b) {
        (Datum::Missing, Datum::Missing) => Ok(true),
        (Datum::Missing, _) | (_, Datum::Missing) => Ok(false),
        _ => order(a, b).map(|order| order == Ordering::Equal),
    }
}

fn order(a: &Datum, b: &Datum) -> Result<Ordering, String> {
    a.compared(b).ok_or_else(|| "incompatible types for comparison".to_owned())
}

/// Source: Go's `fmt.Sprint`: a space between two values that are both no text.
fn printed(all: &[Datum]) -> String {
    let is_text = |one: &Datum| matches!(one, Datum::Object(Value::String(_)));
    let mut out = String::new();
    for (at, one) in all.iter().enumerate() {
        if at > 0 && !is_text(one) && !is_text(&all[at - 1]) {
            out.push(' ');
        }
        out.push_str(&printed_one(one));
    }
    out
}

fn printed_one(one: &Datum) -> String {
    match one {
        Datum::Missing => "<nil>".to_owned(),
        other => other.text(),
    }
}

/// Source: Go's `fmt.Sprintf`, as far as templates use it.
fn formatted(format: &str, arguments: &[Datum]) -> String {
    let mut out = String::new();
    let (mut rest, mut arguments) = (format, arguments.iter());
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let digits = |text: &str| text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let flags = rest.find(|c: char| !"-+0# ".contains(c)).unwrap_or(rest.len());
        let (flags, after) = rest.split_at(flags);
        let (width, after) = after.split_at(digits(after));
        let (precision, after) = match after.strip_prefix('.') {
            Some(after) => {
                let (precision, after) = after.split_at(digits(after));
                (Some(precision.parse().unwrap_or(0)), after)
            }
            None => (None, after),
        };
        let Some(verb) = after.chars().next() else {
            out.push_str("%!(NOVERB)");
            return out;
        };
        rest = &after[verb.len_utf8()..];
        if verb == '%' {
            out.push('%');
            continue;
        }
        let shown = match arguments.next() {
            Some(argument) => one(verb, argument, precision),
            None => format!("%!{verb}(MISSING)"),
        };
        let width: usize = width.parse().unwrap_or(0);
        let missing = width.saturating_sub(shown.chars().count());
        let is_number = verb == 'd' || verb == 'f';
        match flags {
            left if left.contains('-') => {
                out.push_str(&shown);
                out.extend(std::iter::repeat_n(' ', missing));
            }
            zero if zero.contains('0') && is_number => {
                out.extend(std::iter::repeat_n('0', missing));
                out.push_str(&shown);
            }
            _ => {
                out.extend(std::iter::repeat_n(' ', missing));
                out.push_str(&shown);
            }
        }
    }
    out + rest + &extra(arguments.as_slice())
}

/// One value after its verb.
fn one(verb: char, value: &Datum, precision: Option<usize>) -> String {
    let number = match value {
        Datum::Object(Value::Number(number)) if number.is_f64() => number.as_f64(),
        _ => None,
    };
    let whole = value.int();
    match (verb, value, number) {
        ('v', _, _) => printed_one(value),
        ('s', Datum::Object(Value::String(text)), _) => match precision {
            Some(most) => text.chars().take(most).collect(),
            None => text.clone(),
        },
        ('q', Datum::Object(Value::String(text)), _) => format!("{text:?}"),
        ('d', ..) if whole.is_some() => whole.unwrap_or(0).to_string(),
        ('t', Datum::Object(Value::Bool(value)), _) => value.to_string(),
        ('f', _, Some(number)) => format!("{number:.*}", precision.unwrap_or(6)),
        ('g', _, Some(number)) => go_float(number),
        ('s', Datum::Object(Value::Array(items)), _) => {
            let items: Vec<String> =
                items.iter().map(|item| one('s', &Datum::Object(item.clone()), None)).collect();
            format!("[{}]", items.join(" "))
        }
        (verb, Datum::Missing | Datum::Object(Value::Null), _) => format!("%!{verb}(<nil>)"),
        (verb, value, _) => format!("%!{verb}({}={})", go_type(value), value.text()),
    }
}

/// The type that Go has for it.
fn go_type(value: &Datum) -> &'static str {
    match value {
        Datum::Missing | Datum::Object(Value::Null) => "<nil>",
        Datum::Int(_) => "int",
        Datum::Object(Value::Number(number)) if number.is_f64() => "float64",
        Datum::Object(Value::Number(_)) => "int64",
        Datum::Object(Value::Bool(_)) => "bool",
        Datum::Object(Value::String(_)) => "string",
        Datum::Object(Value::Array(_)) => "[]interface {}",
        Datum::Object(Value::Object(_)) => "map[string]interface {}",
    }
}

fn extra(arguments: &[Datum]) -> String {
    if arguments.is_empty() {
        return String::new();
    }
    let all: Vec<String> = arguments.iter().map(|one| self::one('v', one, None)).collect();
    format!("%!(EXTRA {})", all.join(", "))
}
