//! `kubectl describe` of kinds that kubectl knows nothing of.

use k8s_openapi::api::core::v1::Event;
use serde_json::{Map, Value};

use super::custom_columns::go_text;
use super::describe_events::events;
use super::describe_page::{Page, When};
use super::describe_value::metadata;

/// What stands at the top of the page already, or is nobody's interest.
const SKIPPED: [&str; 5] = [
    ".metadata.managedFields",
    ".metadata.name",
    ".metadata.namespace",
    ".metadata.labels",
    ".metadata.annotations",
];

/// Words that are written in capitals.
const ACRONYMS: [&str; 4] = ["API", "URL", "UID", "GUID"];

/// The page of any object: all its fields, their names as titles.
///
/// Source: `kubectl/pkg/describe/describe.go`, `genericDescriber.Describe` (1.36).
pub fn describe_any(object: &Value, about: Option<&[Event]>, when: &When) -> String {
    let mut page = Page::default();
    let metadata = metadata(object);
    page.names(&metadata);
    page.labels_and_annotations(&metadata);
    if let Some(object) = object.as_object() {
        content(&mut page, 0, object, "");
    }
    events(&mut page, about, when);
    page.finish()
}

fn content(page: &mut Page, level: usize, object: &Map<String, Value>, above: &str) {
    for (field, value) in object {
        let path = format!("{above}.{field}");
        if SKIPPED.contains(&path.as_str()) {
            continue;
        }
        let title = title(field);
        match value {
            Value::Object(inner) => {
                page.line(level, format_args!("{title}:"));
                content(page, level + 1, inner, &path);
            }
            Value::Array(items) => {
                page.line(level, format_args!("{title}:"));
                for item in items {
                    match item {
                        Value::Object(inner) => content(page, level + 1, inner, &path),
                        other => page.line(level + 1, go_text(other)),
                    }
                }
            }
            other => page.field(level, &title, go_text(other)),
        }
    }
}

/// `Cron Spec` for `cronSpec`.
///
/// Source: `describe.go`, `smartLabelFor`.
fn title(field: &str) -> String {
    if field.chars().any(|c| !c.is_alphabetic() && c != '-') {
        return field.to_owned();
    }
    let words = merged(&words(field));
    let words = words.into_iter().map(|word| {
        let upper = word.to_uppercase();
        if ACRONYMS.contains(&upper.as_str()) {
            upper
        } else if word == word.to_lowercase() {
            let mut letters = word.chars();
            let first = letters.next().map(|first| first.to_uppercase().to_string());
            first.unwrap_or_default() + letters.as_str()
        } else {
            word
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Words by their capitals: `podCIDRs` is `pod`, `CID`, `Rs`.
///
/// Source: `github.com/fatih/camelcase`, `Split`.
fn words(field: &str) -> Vec<String> {
    let class = |c: char| match c {
        c if c.is_lowercase() => 1,
        c if c.is_uppercase() => 2,
        _ => 3,
    };
    let mut words: Vec<(u8, String)> = Vec::new();
    for c in field.chars() {
        match words.last_mut() {
            Some((of, word)) if *of == class(c) => word.push(c),
            _ => words.push((class(c), c.to_string())),
        }
    }
    // The last capital belongs to the small letters that follow it.
    for at in 1..words.len() {
        if words[at - 1].0 == 2
            && words[at].0 == 1
            && let Some(last) = words[at - 1].1.pop()
        {
            words[at].1.insert(0, last);
        }
    }
    words.into_iter().map(|(_, word)| word).filter(|word| !word.is_empty()).collect()
}

/// Capitals and the capitalised word behind them are one: `CIDRs`.
fn merged(words: &[String]) -> Vec<String> {
    let mut merged = Vec::new();
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        let next = rest.clone().next().filter(|next| next.starts_with(char::is_uppercase));
        let capitals = word.len() >= 2 && !word.chars().any(char::is_lowercase);
        match next.filter(|_| capitals) {
            Some(next) => {
                merged.push(format!("{word}{next}"));
                rest.next();
            }
            None => merged.push(word.clone()),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use jiff::tz::TimeZone;
    use serde_json::json;

    use super::*;

    #[test]
    fn names_of_fields_become_titles() {
        for (field, wanted) in [
            ("cronSpec", "Cron Spec"),
            ("apiVersion", "API Version"),
            ("uid", "UID"),
            ("podCIDRs", "Pod CIDRs"),
            ("targetURL", "Target URL"),
            ("x.y", "x.y"),
            ("kind", "Kind"),
        ] {
            assert_eq!(title(field), wanted);
        }
    }

    #[test]
    fn an_unknown_kind_shows_all_its_fields() {
        let object = json!({"apiVersion": "a.example/v1", "kind": "CronTab",
            "metadata": {"name": "mine", "namespace": "lab", "generation": 1},
            "spec": {"cronSpec": "* *", "list": ["a", {"b": true}], "n": null}});
        let when = When { now: Timestamp::UNIX_EPOCH, zone: TimeZone::UTC };
        insta::assert_snapshot!(describe_any(&object, Some(&[]), &when), @r"
        Name:         mine
        Namespace:    lab
        Labels:       <none>
        Annotations:  <none>
        API Version:  a.example/v1
        Kind:         CronTab
        Metadata:
          Generation:  1
        Spec:
          Cron Spec:  * *
          List:
            a
            B:   true
          N:     <nil>
        Events:  <none>
        ");
    }
}
