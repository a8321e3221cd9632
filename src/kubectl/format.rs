//! The output formats that several verbs share.

use serde_json::{Value, json};

use super::failure::Failure;
use super::print::{
    CustomColumns, JsonPath, MissingKeys, TabWriter, object_name, pretty_json, yaml,
};
use crate::base::safe_text;
use crate::invocation::Invocation;

/// How objects are printed.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Format {
    /// For people: a table, or a sentence about what was done.
    Human,
    /// The same with all columns.
    Wide,
    /// `pod/web`.
    Name,
    /// JSON.
    Json(ManagedFields),
    /// YAML.
    Yaml(ManagedFields),
    /// A template.
    JsonPath(JsonPath),
    /// A template whose results are a JSON list.
    JsonPathAsJson(JsonPath),
    /// A table of one's own.
    CustomColumns(CustomColumns),
}

/// Whether `metadata.managedFields` is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ManagedFields {
    Shown,
    Hidden,
}

impl Format {
    /// As `-o` asks.
    pub(super) fn asked(invocation: &Invocation) -> Result<Self, Failure> {
        let output = invocation.flags.text("output").unwrap_or_default();
        let shown = invocation.flags.switch("show-managed-fields");
        let managed = if shown { ManagedFields::Shown } else { ManagedFields::Hidden };
        let (format, argument) = output.split_once('=').unwrap_or((output, ""));
        let template = |text: &str| {
            JsonPath::parse(text).map_err(|error| {
                Failure::message(format!("error parsing jsonpath {text}, {error}"))
            })
        };
        match format {
            "" => Ok(Self::Human),
            "wide" => Ok(Self::Wide),
            "name" => Ok(Self::Name),
            "json" => Ok(Self::Json(managed)),
            "yaml" => Ok(Self::Yaml(managed)),
            "jsonpath" => Ok(Self::JsonPath(template(argument)?)),
            "jsonpath-as-json" => Ok(Self::JsonPathAsJson(template(argument)?)),
            "custom-columns" => CustomColumns::parse(argument)
                .map(Self::CustomColumns)
                .map_err(|error| Failure::message(error.to_string())),
            other => Err(Failure::message(format!(
                "unable to match a printer suitable for the output format {other:?}"
            ))),
        }
    }

    /// Whether the server shall make a table of it.
    pub(super) fn is_table(&self) -> bool {
        matches!(self, Self::Human | Self::Wide)
    }

    /// The lines of a table of one's own, cells separated by tabs; nothing for others.
    pub(super) fn lines(&self, object: &Value, headers: Headers) -> Result<String, Failure> {
        let Self::CustomColumns(columns) = self else { return Ok(String::new()) };
        let mut text = match headers {
            Headers::Shown => columns.header_line(),
            Headers::Hidden => String::new(),
        };
        for item in each(object) {
            let row = columns.row_line(item);
            text += &row.map_err(|error| Failure::message(error.to_string()))?;
        }
        Ok(text)
    }

    /// An object, or a list of them, in this format; nothing for tables.
    pub(super) fn print(&self, object: &Value, headers: Headers) -> Result<String, Failure> {
        match self {
            Self::Human | Self::Wide => Ok(String::new()),
            Self::Name => Ok(each(object).map(|item| object_name(item) + "\n").collect()),
            Self::Json(managed) => Ok(pretty_json(&shown(object, *managed))),
            Self::Yaml(managed) => Ok(yaml(&shown(object, *managed))),
            Self::JsonPath(path) => {
                let text = path.text(object, MissingKeys::Allowed).map_err(|error| {
                    Failure::message(format!("error executing jsonpath: {error}"))
                })?;
                Ok(safe_text(&text))
            }
            Self::JsonPathAsJson(path) => {
                let found = path.values(object, MissingKeys::Allowed).map_err(|error| {
                    Failure::message(format!("error executing jsonpath: {error}"))
                })?;
                Ok(pretty_json(&json!(found)))
            }
            Self::CustomColumns(_) => Ok(TabWriter::TABLE.layout(&self.lines(object, headers)?)),
        }
    }
}

/// Whether a table of one's own has a header line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Headers {
    Shown,
    Hidden,
}

/// The items of a list, or the one object.
fn each(object: &Value) -> impl Iterator<Item = &Value> {
    let is_list = object["kind"].as_str().is_some_and(|kind| kind.ends_with("List"));
    let items = object["items"].as_array().filter(|_| is_list);
    let one = if items.is_none() { Some(object) } else { None };
    items.into_iter().flatten().chain(one)
}

/// Source: `cli-runtime/pkg/printers/omitmanagedfields.go`.
fn shown(object: &Value, managed: ManagedFields) -> Value {
    let mut object = object.clone();
    if managed == ManagedFields::Hidden {
        without_managed_fields(&mut object);
        let items = object.get_mut("items").and_then(Value::as_array_mut);
        items.into_iter().flatten().for_each(without_managed_fields);
    }
    object
}

fn without_managed_fields(object: &mut Value) {
    if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.remove("managedFields");
    }
}

/// Objects as one list, as `get` prints several.
///
/// Source: `kubectl/pkg/cmd/get/get.go`, `printGeneric`.
pub(super) fn list_of(items: &[Value]) -> Value {
    json!({
        "apiVersion": "v1",
        "kind": "List",
        "metadata": {"resourceVersion": ""},
        "items": items,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invocation::parse;

    fn printed(output: &str, object: &Value) -> String {
        let line = ["get".to_owned(), "pods".to_owned(), format!("-o={output}")];
        let format = Format::asked(&parse(&line).unwrap()).unwrap();
        format.print(object, Headers::Shown).unwrap()
    }

    #[test]
    fn an_object_is_printed_as_it_is_asked_for() {
        let pod = json!({"apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": "web", "managedFields": [{}]}});
        assert_eq!(printed("name", &pod), "pod/web\n");
        assert_eq!(printed("jsonpath={.metadata.name}", &pod), "web");
        assert_eq!(printed("yaml", &pod), "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n");
        assert_eq!(printed("custom-columns=N:.metadata.name", &pod), "N\nweb\n");
        let list = list_of(&[pod.clone(), pod]);
        assert_eq!(printed("name", &list), "pod/web\npod/web\n");
        assert_eq!(printed("jsonpath={.items[*].metadata.name}", &list), "web web");
        assert!(!printed("json", &list).contains("managedFields"));
    }
}
