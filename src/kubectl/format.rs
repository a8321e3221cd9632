//! The output formats that several verbs share.

use serde_json::{Value, json};

use super::failure::Failure;
use super::print::{
    CustomColumns, GoTemplate, JsonPath, MissingKeys, TabWriter, compact_json, go_syntax, go_value,
    kyaml, object_name, pretty_json, yaml,
};
use crate::base::safe_text;
use crate::invocation::{Invocation, Verb};

/// The formats of verbs that write.
const FORMATS: [&str; 11] = [
    "go-template",
    "go-template-file",
    "json",
    "jsonpath",
    "jsonpath-as-json",
    "jsonpath-file",
    "kyaml",
    "name",
    "template",
    "templatefile",
    "yaml",
];

/// The formats that `get` has beside these.
const FORMATS_OF_GET: [&str; 3] = ["custom-columns", "custom-columns-file", "wide"];

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
    /// YAML with braces and quotes.
    Kyaml(ManagedFields),
    /// A template of paths.
    JsonPath(PathTemplate),
    /// A template whose results are a JSON list.
    JsonPathAsJson(PathTemplate),
    /// A template of Go's.
    GoTemplate(GoTemplate, MissingKeys),
    /// A table of one's own.
    CustomColumns(CustomColumns),
}

/// A template of paths, and how it was written.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct PathTemplate {
    path: JsonPath,
    source: String,
    missing: MissingKeys,
}

/// Whether `metadata.managedFields` is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ManagedFields {
    Shown,
    Hidden,
}

impl Format {
    /// As `-o` and `--template` ask; files of templates were read before.
    pub(super) fn asked(invocation: &Invocation) -> Result<Self, Failure> {
        let flags = &invocation.flags;
        let output = flags.text("output").unwrap_or_default();
        let shown = flags.switch("show-managed-fields");
        let managed = if shown { ManagedFields::Shown } else { ManagedFields::Hidden };
        let allowed = flags.text("allow-missing-template-keys").is_none()
            || flags.switch("allow-missing-template-keys");
        let missing = if allowed { MissingKeys::Allowed } else { MissingKeys::Refused };
        let (format, argument) = output.split_once('=').unwrap_or((output, ""));
        let argument = flags.text("template").filter(|text| !text.is_empty()).unwrap_or(argument);
        let format = if output.is_empty() && !argument.is_empty() { "go-template" } else { format };
        if argument.is_empty() && (format.contains("template") || format.contains("jsonpath")) {
            return Err(Failure::message("template format specified but no template given"));
        }
        match format {
            "" => Ok(Self::Human),
            "wide" => Ok(Self::Wide),
            "name" => Ok(Self::Name),
            "json" => Ok(Self::Json(managed)),
            "yaml" => Ok(Self::Yaml(managed)),
            "kyaml" => Ok(Self::Kyaml(managed)),
            "jsonpath" | "jsonpath-file" => {
                PathTemplate::parse(argument, missing).map(Self::JsonPath)
            }
            "jsonpath-as-json" => PathTemplate::parse(argument, missing).map(Self::JsonPathAsJson),
            "go-template" | "template" | "go-template-file" | "templatefile" => {
                let template = GoTemplate::parse(argument).map_err(|error| {
                    Failure::message(format!("error parsing template {argument}, {error}"))
                })?;
                Ok(Self::GoTemplate(template, missing))
            }
            "custom-columns" | "custom-columns-file" => CustomColumns::parse(argument)
                .map(Self::CustomColumns)
                .map_err(|error| Failure::message(error.to_string())),
            _ => Err(Failure::message(format!(
                "unable to match a printer suitable for the output format {output:?}, allowed \
                 formats are: {}",
                formats(invocation.verb).join(",")
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
            Self::Kyaml(managed) => Ok(kyaml(&shown(object, *managed))),
            Self::JsonPath(template) => {
                let text = template.path.text(object, template.missing);
                Ok(safe_text(&text.map_err(|error| template.failed(&error.to_string(), object))?))
            }
            Self::JsonPathAsJson(template) => {
                let found = template.path.values(object, template.missing);
                let found = found.map_err(|error| template.failed(&error.to_string(), object))?;
                Ok(pretty_json(&json!(found)))
            }
            Self::GoTemplate(template, missing) => executed(template, object, *missing),
            Self::CustomColumns(_) => Ok(TabWriter::TABLE.layout(&self.lines(object, headers)?)),
        }
    }
}

impl PathTemplate {
    fn parse(source: &str, missing: MissingKeys) -> Result<Self, Failure> {
        let path = JsonPath::parse(source).map_err(|error| {
            Failure::message(format!("error parsing jsonpath {source}, {error}"))
        })?;
        Ok(Self { path, source: source.to_owned(), missing })
    }

    /// Source: `cli-runtime/pkg/printers/jsonpath.go`, `JSONPathPrinter.PrintObj`.
    fn failed(&self, error: &str, object: &Value) -> Failure {
        let source = &self.source;
        Failure::message(format!(
            "error executing jsonpath {source:?}: Error executing template: {error}. Printing more \
             information for debugging the template:\n\ttemplate was:\n\t\t{source}\n\tobject given \
             to jsonpath engine was:\n\t\t{}\n\n\n",
            go_syntax(object)
        ))
    }
}

/// Source: `cli-runtime/pkg/printers/template.go`, `GoTemplatePrinter.PrintObj`.
fn executed(
    template: &GoTemplate,
    object: &Value,
    missing: MissingKeys,
) -> Result<String, Failure> {
    let (text, end) = template.text(object, missing);
    let text = safe_text(&text);
    let Err(error) = end else { return Ok(text) };
    let source = template.source();
    let explained = format!(
        "Error executing template: {error}. Printing more information for debugging the \
         template:\n\ttemplate was:\n\t\t{source}\n\traw data was:\n\t\t{}\n\tobject given to \
         template engine was:\n\t\t{}\n\n",
        compact_json(object),
        go_value(object)
    );
    let failure = Failure::message(format!("error executing template {source:?}: {error}"));
    Err(failure.after(text + &safe_text(&explained)))
}

/// The formats of a verb, sorted.
fn formats(verb: Verb) -> Vec<&'static str> {
    let own = if verb == Verb::Get { FORMATS_OF_GET.as_slice() } else { &[] };
    let mut all: Vec<&str> = FORMATS.iter().chain(own).copied().collect();
    all.sort_unstable();
    all
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
