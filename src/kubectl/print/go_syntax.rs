//! Values as Go writes them in its own source, which some errors show.

use serde_json::Value;

use super::go_template::go_float;

/// A value as Go's `%#v` prints it.
pub fn go_syntax(value: &Value) -> String {
    match value {
        Value::Null => "interface {}(nil)".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) if number.is_f64() => go_float(number.as_f64().unwrap_or(0.0)),
        Value::Number(number) => number.to_string(),
        Value::String(text) => format!("{text:?}"),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(go_syntax).collect();
            format!("[]interface {{}}{{{}}}", items.join(", "))
        }
        Value::Object(map) => {
            let pairs: Vec<String> =
                map.iter().map(|(key, value)| format!("{key:?}:{}", go_syntax(value))).collect();
            format!("map[string]interface {{}}{{{}}}", pairs.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_look_like_gos_source() {
        let value = json!({"a": [1, "x\ny"], "b": null, "c": {"d": true}});
        assert_eq!(
            go_syntax(&value),
            "map[string]interface {}{\"a\":[]interface {}{1, \"x\\ny\"}, \"b\":interface {}(nil), \
             \"c\":map[string]interface {}{\"d\":true}}"
        );
    }
}
