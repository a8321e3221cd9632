//! `-o kyaml`: YAML that cannot be misread, with braces and quotes throughout.

use std::fmt::Write;

use serde_json::Value;

use super::yaml::reads_as_text;

/// An object as one document.
///
/// Source: `sigs.k8s.io/yaml/kyaml`, `Encoder.FromObject`.
pub fn kyaml(object: &Value) -> String {
    let mut out = String::from("---\n");
    value(&mut out, 0, object);
    out.push('\n');
    out
}

fn indent(out: &mut String, level: usize) {
    out.extend(std::iter::repeat_n("  ", level));
}

fn value(out: &mut String, level: usize, of: &Value) {
    match of {
        Value::Object(map) if map.is_empty() => out.push_str("{}"),
        Value::Object(map) => {
            out.push_str("{\n");
            for (key, item) in map {
                indent(out, level + 1);
                let _ = match reads_as_text(key) {
                    true => write!(out, "{key}: "),
                    false => write!(out, "{key:?}: "),
                };
                value(out, level + 1, item);
                out.push_str(",\n");
            }
            indent(out, level);
            out.push('}');
        }
        Value::Array(items) if items.is_empty() => out.push_str("[]"),
        Value::Array(items) if items.iter().all(is_container) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                value(out, level, item);
            }
            out.push(']');
        }
        Value::Array(items) => {
            out.push_str("[\n");
            for item in items {
                indent(out, level + 1);
                value(out, level + 1, item);
                out.push_str(",\n");
            }
            indent(out, level);
            out.push(']');
        }
        Value::String(of) => text(out, level, of),
        other => {
            let _ = write!(out, "{other}");
        }
    }
}

fn is_container(value: &Value) -> bool {
    value.is_object() || value.is_array()
}

/// A text of several lines stands below itself, a line for each of its own.
fn text(out: &mut String, level: usize, of: &str) {
    let escaped = |part: &str| {
        let quoted = format!("{part:?}");
        quoted[1..quoted.len() - 1].replace("\\'", "'")
    };
    if !of.contains('\n') {
        let _ = write!(out, "\"{}\"", escaped(of));
        return;
    }
    out.push_str("\"\\\n");
    for line in of.split_inclusive('\n') {
        indent(out, level + 1);
        // One space more, so that what follows is the text's own indentation.
        let _ = writeln!(out, " {}\\", escaped(line));
    }
    indent(out, level + 1);
    out.push('"');
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn braces_and_quotes_stand_everywhere() {
        let object = json!({"kind": "ConfigMap", "data": {"1": "2", "a": "x\ny\n", "a.b": "c",
            "yes": "no"}, "list": ["a", 3], "of": [{"port": 1}, {"port": 2}], "none": {}});
        insta::assert_snapshot!(kyaml(&object), @r#"
        ---
        {
          data: {
            "1": "2",
            a: "\
               x\n\
               y\n\
              ",
            a.b: "c",
            "yes": "no",
          },
          kind: "ConfigMap",
          list: [
            "a",
            3,
          ],
          none: {},
          of: [{
            port: 1,
          }, {
            port: 2,
          }],
        }
        "#);
    }
}
