//! What Go's parser says of JSON that it cannot read.
//!
//! Source: `encoding/json/scanner.go`.

use serde_json::{Value, error::Category};

/// An error of our parser in the words of Go's.
pub(super) fn syntax(error: &serde_json::Error, text: &[u8]) -> String {
    if error.classify() == Category::Eof {
        return "unexpected end of JSON input".to_owned();
    }
    let said = error.to_string();
    let said = said.rsplit_once(" at line ").map_or(said.as_str(), |(words, _)| words);
    let Some(at) = place(error, text) else { return said.to_owned() };
    let byte = text.get(at).copied().unwrap_or_default();
    let context = match said {
        "expected value" => "looking for beginning of value".to_owned(),
        "trailing comma" if byte == b'}' => "looking for beginning of object key string".to_owned(),
        "trailing comma" => "looking for beginning of value".to_owned(),
        "key must be a string" => "looking for beginning of object key string".to_owned(),
        "expected `:`" => "after object key".to_owned(),
        "expected `,` or `}`" => "after object key:value pair".to_owned(),
        "expected `,` or `]`" => "after array element".to_owned(),
        "trailing characters" => "after top-level value".to_owned(),
        "expected ident" => in_literal(text, at),
        "invalid escape" => "in string escape code".to_owned(),
        "invalid number" => "in numeric literal".to_owned(),
        "recursion limit exceeded" => return "exceeded max depth".to_owned(),
        control if control.starts_with("control character") => "in string literal".to_owned(),
        other => return other.to_owned(),
    };
    format!("invalid character {} {context}", quoted(byte))
}

/// Where in the text our parser stopped.
fn place(error: &serde_json::Error, text: &[u8]) -> Option<usize> {
    let before = error.line().checked_sub(1)?;
    let line: usize =
        text.split(|byte| *byte == b'\n').take(before).map(|line| line.len() + 1).sum();
    line.checked_add(error.column())?.checked_sub(1)
}

/// `in literal true (expecting 'r')`
fn in_literal(text: &[u8], at: usize) -> String {
    for literal in ["true", "false", "null"] {
        for (length, expected) in literal.bytes().enumerate().skip(1).rev() {
            let begun = &literal.as_bytes()[..length];
            if at.checked_sub(length).and_then(|start| text.get(start..at)) == Some(begun) {
                return format!("in literal {literal} (expecting {})", quoted(expected));
            }
        }
    }
    "looking for beginning of value".to_owned()
}

fn quoted(byte: u8) -> String {
    match byte {
        b'\'' => r"'\''".to_owned(),
        b'"' => "'\"'".to_owned(),
        b'\n' => r"'\n'".to_owned(),
        b'\r' => r"'\r'".to_owned(),
        b'\t' => r"'\t'".to_owned(),
        b'\\' => r"'\\'".to_owned(),
        0x20..=0x7e => format!("'{}'", char::from(byte)),
        0x80..=0xa0 | 0xad => format!("'\\u{byte:04x}'"),
        0xa1.. => format!("'{}'", char::from(byte)),
        _ => format!("'\\x{byte:02x}'"),
    }
}

/// What Go calls the type of a value.
pub(in crate::sandbox::api) fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// A value of the wrong type; `place` is what was to hold it.
pub(in crate::sandbox::api) fn mismatch(value: &Value, place: &str) -> String {
    format!("json: cannot unmarshal {} into Go {place}", type_name(value))
}
