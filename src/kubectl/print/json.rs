//! JSON as Go's `encoding/json` writes it.

use serde::Serialize;
use serde_json::Value;
use serde_json::ser::{PrettyFormatter, Serializer};

/// With four spaces a level and a newline at the end: `-o json`.
///
/// Source: `cli-runtime/pkg/printers/json.go`, `JSONPrinter.PrintObj`.
pub fn pretty_json(value: &Value) -> String {
    let mut bytes = Vec::new();
    let mut writer = Serializer::with_formatter(&mut bytes, PrettyFormatter::with_indent(b"    "));
    // Writing JSON to memory does not fail.
    let _ = value.serialize(&mut writer);
    let mut text = escaped(&String::from_utf8_lossy(&bytes));
    text.push('\n');
    text
}

/// On one line, without a newline.
pub fn compact_json(value: &Value) -> String {
    escaped(&value.to_string())
}

/// Go escapes what could end a script element; outside of strings they do not occur.
fn escaped(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '<' => out.push_str("\\u003c"),
            '>' => out.push_str("\\u003e"),
            '&' => out.push_str("\\u0026"),
            '\u{2028}' => out.push_str("\\u2028"),
            '\u{2029}' => out.push_str("\\u2029"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn json_has_gos_indentation_order_and_escapes() {
        let value = json!({"b": ["a<b&c>d"], "a": {}, "c": []});
        assert_eq!(compact_json(&value), r#"{"a":{},"b":["a\u003cb\u0026c\u003ed"],"c":[]}"#);
        assert_eq!(
            pretty_json(&value),
            "{\n    \"a\": {},\n    \"b\": [\n        \"a\\u003cb\\u0026c\\u003ed\"\n    ],\n    \"c\": []\n}\n"
        );
    }
}
