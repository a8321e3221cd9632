use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::go_words::syntax;

/// JSON, and the keys that stand in it twice.
#[derive(Debug)]
pub(crate) struct Parsed {
    pub(crate) value: Value,
    /// `duplicate field "spec.replicas"`; the last one counts.
    pub(crate) duplicates: Vec<String>,
}

/// How many characters of a path are shown.
const LONGEST_PATH: usize = 1000;
/// Of more keys that stand twice nobody wants to know; they are there in hostile bodies.
const MOST_DUPLICATES: usize = 100;

/// Reads JSON. Depth is bounded by the parser.
///
/// # Errors
/// The words of Go's parser.
pub(crate) fn parse_json(bytes: &[u8]) -> Result<Parsed, String> {
    let mut duplicates = Vec::new();
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let seed = Node { path: None, duplicates: &mut duplicates };
    let value = seed.deserialize(&mut deserializer).map_err(|error| syntax(&error, bytes))?;
    deserializer.end().map_err(|error| syntax(&error, bytes))?;
    Ok(Parsed { value, duplicates })
}

/// The way to a value, as a list that begins at its end.
struct Path<'a> {
    parent: Option<&'a Path<'a>>,
    step: Step<'a>,
}

enum Step<'a> {
    Key(&'a str),
    Index(usize),
}

impl Path<'_> {
    fn write(&self, out: &mut String) {
        if let Some(parent) = self.parent {
            parent.write(out);
        }
        match self.step {
            Step::Key(key) => {
                if !out.is_empty() {
                    out.push('.');
                }
                out.push_str(key);
            }
            Step::Index(index) => out.push_str(&format!("[{index}]")),
        }
    }
}

struct Node<'a> {
    path: Option<&'a Path<'a>>,
    duplicates: &'a mut Vec<String>,
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        serde_json::Number::from_f64(value)
            .map(Value::Number)
            .ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        loop {
            let path = Path { parent: self.path, step: Step::Index(list.len()) };
            let seed = Node { path: Some(&path), duplicates: &mut *self.duplicates };
            match access.next_element_seed(seed)? {
                Some(value) => list.push(value),
                None => return Ok(Value::Array(list)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = access.next_key::<String>()? {
            let path = Path { parent: self.path, step: Step::Key(&key) };
            if map.contains_key(&key) && self.duplicates.len() < MOST_DUPLICATES {
                let mut written = String::new();
                path.write(&mut written);
                let end = written.char_indices().nth(LONGEST_PATH).map(|(at, _)| at);
                written.truncate(end.unwrap_or(written.len()));
                self.duplicates.push(format!("duplicate field {written:?}"));
            }
            let seed = Node { path: Some(&path), duplicates: &mut *self.duplicates };
            let value = access.next_value_seed(seed)?;
            map.insert(key, value);
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_of_two_keys_counts_and_both_are_named() {
        let text = br#"{"spec": {"a": [{"x": 1}, {"x": 1, "x": 2}], "b": 1, "b": null}}"#;
        let parsed = parse_json(text).unwrap();
        assert_eq!(parsed.value["spec"]["a"][1]["x"], 2);
        assert_eq!(
            parsed.duplicates,
            [r#"duplicate field "spec.a[1].x""#, r#"duplicate field "spec.b""#]
        );
    }

    #[test]
    fn what_is_no_json_is_an_error() {
        for (text, wanted) in [
            ("", "unexpected end of JSON input"),
            ("{", "unexpected end of JSON input"),
            ("{} {}", "invalid character '{' after top-level value"),
            ("kind: Pod", "invalid character 'k' looking for beginning of value"),
            ("{'a': 1}", r"invalid character '\'' looking for beginning of object key string"),
            ("{\"a\" 1}", "invalid character '1' after object key"),
            ("{\"a\": 1 \"b\"}", "invalid character '\"' after object key:value pair"),
            ("{\"a\": 1,}", "invalid character '}' looking for beginning of object key string"),
            ("[1 2]", "invalid character '2' after array element"),
            ("[\n  1,\n]", "invalid character ']' looking for beginning of value"),
            ("[trye]", "invalid character 'y' in literal true (expecting 'u')"),
            ("\"a\nb\"", r"invalid character '\n' in string literal"),
            ("\"\\x\"", "invalid character 'x' in string escape code"),
        ] {
            assert_eq!(parse_json(text.as_bytes()).unwrap_err(), wanted, "{text}");
        }
        let deep = parse_json("[".repeat(100_000).as_bytes()).unwrap_err();
        assert_eq!(deep, "exceeded max depth");
    }
}
