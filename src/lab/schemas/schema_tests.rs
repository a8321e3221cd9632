use regex::Regex;
use serde_json::{Map, Value, json};

use super::*;
use crate::base::Span;
use crate::lab::{directive, front_matter};

fn schema(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn keys(schema: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> =
        schema["properties"].as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

/// What is wrong with a value, by as much of JSON Schema as our schemas use.
fn wrong(root: &Value, schema: &Value, value: &Value) -> Option<String> {
    if let Some(reference) = schema["$ref"].as_str() {
        let inner = root.pointer(reference.trim_start_matches('#')).unwrap();
        if let Some(error) = wrong(root, inner, value) {
            return Some(error);
        }
    }
    for (word, rule) in schema.as_object().unwrap() {
        let holds = match word.as_str() {
            "type" => rule
                .as_array()
                .map_or_else(|| is_of(rule, value), |all| all.iter().any(|one| is_of(one, value))),
            "enum" => rule.as_array().unwrap().contains(value),
            "const" => rule == value,
            "pattern" => value.as_str().is_none_or(|text| matches(rule, text)),
            "minimum" => value.as_i64().is_none_or(|number| number >= rule.as_i64().unwrap()),
            "maximum" => value.as_i64().is_none_or(|number| number <= rule.as_i64().unwrap()),
            "required" => value.as_object().is_none_or(|object| {
                rule.as_array()
                    .unwrap()
                    .iter()
                    .all(|key| object.contains_key(key.as_str().unwrap()))
            }),
            "items" => value
                .as_array()
                .is_none_or(|items| items.iter().all(|item| wrong(root, rule, item).is_none())),
            "anyOf" => rule.as_array().unwrap().iter().any(|one| wrong(root, one, value).is_none()),
            "additionalProperties" => {
                value.as_object().is_none_or(|object| fits(root, schema, object))
            }
            "$schema" | "$ref" | "$defs" | "title" | "description" | "examples" | "properties"
            | "patternProperties" => true,
            other => panic!("a word that the test does not know: {other}"),
        };
        if !holds {
            return Some(format!("{word} of {schema} does not hold for {value}"));
        }
    }
    None
}

fn fits(root: &Value, schema: &Value, object: &Map<String, Value>) -> bool {
    let empty = Map::new();
    let patterns = schema["patternProperties"].as_object().unwrap_or(&empty);
    object.iter().all(|(key, value)| {
        let by_pattern = || patterns.iter().find(|(pattern, _)| matches(&json!(pattern), key));
        let rule = schema["properties"].get(key).or_else(|| by_pattern().map(|(_, rule)| rule));
        let rule = rule.unwrap_or(&schema["additionalProperties"]);
        *rule != Value::Bool(false) && wrong(root, rule, value).is_none()
    })
}

fn matches(pattern: &Value, text: &str) -> bool {
    Regex::new(pattern.as_str().unwrap()).unwrap().is_match(text)
}

fn is_of(kind: &Value, value: &Value) -> bool {
    match kind.as_str().unwrap() {
        "string" => value.is_string(),
        "integer" => value.is_i64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "object" => value.is_object(),
        "array" => value.is_array(),
        other => panic!("a type that the test does not know: {other}"),
    }
}

/// What the parser says of a directive with this one key.
fn told_of_directive(key: &str, value: &Value) -> Vec<String> {
    let comment = format!("<!-- podlab: {} -->", json!({ key: value }));
    let (_, told) = directive::read(&comment, Span::new(0, comment.len())).unwrap();
    told.into_iter().map(|one| one.message).collect()
}

/// What the parser says of a front matter with this one field.
fn told_of_front_matter(key: &str, value: &Value) -> Vec<String> {
    // The level makes sure that it is ours and no site generator's.
    let yaml =
        if key == "level" { json!({ key: value }) } else { json!({ "level": "x", key: value }) };
    let yaml = yaml.to_string();
    let front = front_matter::read(&yaml, Span::new(0, yaml.len()));
    front.diagnostics.into_iter().map(|one| one.message).collect()
}

#[test]
fn the_schemas_know_the_parsers_keys() {
    let mut known: Vec<&str> = directive::KEYS.iter().map(|(name, _)| *name).collect();
    known.sort_unstable();
    assert_eq!(keys(&schema(DIRECTIVE_SCHEMA)), known);
    let mut known = front_matter::FIELDS.to_vec();
    known.sort_unstable();
    assert_eq!(keys(&schema(FRONT_MATTER_SCHEMA)), known);
}

#[test]
fn every_example_is_right_for_schema_and_parser() {
    for (text, told) in [
        (DIRECTIVE_SCHEMA, told_of_directive as fn(&str, &Value) -> Vec<String>),
        (FRONT_MATTER_SCHEMA, told_of_front_matter),
    ] {
        let schema = schema(text);
        for (key, rule) in schema["properties"].as_object().unwrap() {
            let examples = rule["examples"].as_array().expect(key);
            assert!(!examples.is_empty() && rule["description"].is_string(), "{key}");
            for example in examples {
                assert_eq!(wrong(&schema, &schema, &json!({ key: example })), None, "{key}");
                assert_eq!(told(key, example), Vec::<String>::new(), "{key}: {example}");
            }
        }
    }
}

#[test]
fn what_the_parser_refuses_the_schema_refuses() {
    let rows = [
        ("kind", json!("comand")),
        ("kind", json!(["command"])),
        ("id", json!("two words")),
        ("in", json!({})),
        ("expect", json!({ "exit": 256 })),
        ("expect", json!({ "exit": "nonzer" })),
        ("expect", json!({ "sample": "fuzzy" })),
        ("expect", json!({ "code": 1 })),
        ("expect", json!(28)),
        ("wait", json!({ "pod/web": "Reddy" })),
        ("wait", json!({ "service/web": "Ready" })),
        ("wait", json!({ "node/a": "Ready" })),
        ("wait", json!({ "restarts": { "at_least": 1 } })),
        ("wait", json!({ "restarts": { "pod": "web", "at_least": 0 } })),
        ("wait", json!({ "probe-failed": { "pod": "web", "probe": "live" } })),
        ("wait", json!(5)),
        ("until", json!("soon")),
        ("capture", json!({ "IP": { "field": "x" } })),
        ("capture", json!("IP")),
        ("needs", json!("coffee")),
        ("needs", json!([{ "nodes": "many" }])),
        ("timeout", json!("5 parsecs")),
        ("retry", json!("often")),
        ("manual", json!(1)),
        ("hint", json!(["a"])),
        ("check", json!({ "expect": {} })),
        ("check", json!(3)),
        ("frobnicate", json!(true)),
    ];
    let schema = schema(DIRECTIVE_SCHEMA);
    for (key, value) in rows {
        assert_ne!(told_of_directive(key, &value), Vec::<String>::new(), "{key}: {value}");
        assert!(wrong(&schema, &schema, &json!({ key: value })).is_some(), "{key}: {value}");
    }
}

#[test]
fn what_the_parser_refuses_of_the_front_matter_the_schema_refuses() {
    let rows = [
        ("authors", json!(5)),
        ("scope", json!("galaxy")),
        ("needs", json!(["coffee"])),
        ("images", json!({ "a": { "imaeg": "b" } })),
        ("images", json!({ "a": "b" })),
        ("vars", json!({ "A": { "defalt": "x" } })),
        ("title", json!(["x"])),
        ("titel", json!("x")),
    ];
    let schema = schema(FRONT_MATTER_SCHEMA);
    for (key, value) in rows {
        assert_ne!(told_of_front_matter(key, &value), Vec::<String>::new(), "{key}: {value}");
        assert!(wrong(&schema, &schema, &json!({ key: value })).is_some(), "{key}: {value}");
    }
}
