//! `kubectl explain`: the schema of a kind, or of one of its fields.

use std::collections::HashSet;
use std::fmt::Write;

use serde_json::Value;

use super::explain_text::{indented, wrapped};

/// How many values of a field are shown in a list of fields.
const SHOWN_VALUES: usize = 4;

/// What is explained.
#[derive(Debug, Clone)]
pub struct Explained<'a> {
    /// The OpenAPI v3 document of the kind's group and version.
    pub document: &'a Value,
    /// Group, version and kind.
    pub kind: [&'a str; 3],
    /// The field, from the object on; empty for the object itself.
    pub path: &'a [&'a str],
    /// Whether the fields of fields are listed.
    pub depth: Depth,
}

/// Which fields are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// Those of the object, described.
    Own,
    /// Those below them as well, by their names.
    All,
}

/// The explanation.
///
/// # Errors
/// The document does not know the kind, or the kind does not have the field.
///
/// Source: `kubectl/pkg/explain/v2/templates/plaintext.tmpl` (1.36).
pub fn explain(explained: &Explained<'_>) -> Result<String, String> {
    let [group, version, kind] = explained.kind;
    let mut text = String::new();
    if !group.is_empty() {
        let _ = writeln!(text, "GROUP:      {group}");
    }
    let _ = write!(text, "KIND:       {kind}\nVERSION:    {version}\n\n");
    let is_meant = |schema: &&Value| {
        let mut kinds = schema["x-kubernetes-group-version-kind"].as_array().into_iter().flatten();
        kinds.any(|one| {
            one["group"].as_str().unwrap_or_default() == group
                && one["version"] == version
                && one["kind"] == kind
        })
    };
    let schemas = explained.document["components"]["schemas"].as_object();
    let schema = schemas.into_iter().flat_map(|schemas| schemas.values()).find(is_meant);
    let Some(schema) = schema else {
        return Err(format!("GVK {group}/{version}, Kind={kind} not found in OpenAPI schema"));
    };
    let pages = Pages { document: explained.document, depth: explained.depth };
    let Some(page) = pages.page(schema, explained.path, &HashSet::new()) else {
        let field = explained.path.last().copied().unwrap_or_default();
        return Err(format!("field {field:?} does not exist"));
    };
    Ok(text + &page + "\n")
}

struct Pages<'a> {
    document: &'a Value,
    depth: Depth,
}

impl<'a> Pages<'a> {
    /// The schema that is referred to, or the schema itself.
    fn resolved(&self, schema: &'a Value) -> &'a Value {
        let name = reference(schema).rsplit('/').next().unwrap_or_default();
        match self.document["components"]["schemas"].get(name) {
            Some(found) if !name.is_empty() => found,
            _ => schema,
        }
    }

    /// The page of the field at the end of the path; none where there is no such field.
    fn page(&self, schema: &'a Value, path: &[&str], seen: &HashSet<&'a str>) -> Option<String> {
        let of = self.resolved(schema);
        let Some((first, rest)) = path.split_first() else { return Some(self.described(of)) };
        let name = reference(schema);
        if !name.is_empty() && seen.contains(name) {
            return None;
        }
        if let Some(field) = of["properties"].get(*first) {
            let mut text = String::new();
            if rest.is_empty() {
                let _ = writeln!(text, "FIELD: {first} <{}>", self.type_name(field));
                text += &values(field, "ENUM:", "\n    ", usize::MAX);
                text += "\n\n";
            }
            return Some(text + &self.page(field, rest, &HashSet::new())?);
        }
        let mut seen = seen.clone();
        seen.insert(name);
        for inner in [&of["items"], &of["additionalProperties"]] {
            if inner.is_object() {
                return self.page(inner, path, &seen);
            }
        }
        let mut parts = of["allOf"].as_array().into_iter().flatten();
        parts.find_map(|part| self.page(part, path, &seen))
    }

    fn described(&self, schema: &'a Value) -> String {
        let description = self.description(schema);
        let description = if description.is_empty() { "<empty>" } else { &description };
        let mut text = format!("DESCRIPTION:\n{}\n", indented(4, &wrapped(76, description)));
        if schema["externalDocs"].is_object() {
            text += &format!("\n{}", external(&schema["externalDocs"], 0));
        }
        let fields = self.fields(schema, 1, &HashSet::new());
        if !fields.is_empty() {
            text += &format!("FIELDS:\n{fields}");
        }
        text
    }

    /// The descriptions of the schema and of what it consists of, a line each.
    fn description(&self, schema: &'a Value) -> String {
        let of = self.resolved(schema);
        let mut text = match of["description"].as_str() {
            Some(own) if !own.is_empty() => format!("{own}\n"),
            _ => String::new(),
        };
        for part in of["allOf"].as_array().into_iter().flatten() {
            text += &self.description(part);
        }
        for inner in [&of["items"], &of["additionalProperties"]] {
            if inner.is_object() {
                text += &self.description(inner);
            }
        }
        text
    }

    fn fields(&self, schema: &'a Value, level: usize, seen: &HashSet<&'a str>) -> String {
        let name = reference(schema);
        if !name.is_empty() && seen.contains(name) {
            return String::new();
        }
        let of = self.resolved(schema);
        let mut seen = seen.clone();
        seen.insert(name);
        let mut text = String::new();
        for (name, field) in of["properties"].as_object().into_iter().flatten() {
            let mut required = of["required"].as_array().into_iter().flatten();
            let mark = if required.any(|one| one == name) { " -required-" } else { "" };
            let _ =
                write!(text, "{}\t<{}>{mark}", indented(level * 2, name), self.type_name(field));
            let title = format!("\n{}enum: ", " ".repeat(level * 2));
            text += &values(field, &title, ", ", SHOWN_VALUES);
            text.push('\n');
            if self.depth == Depth::All {
                text += &self.fields(field, level + 1, &seen);
            } else {
                text += &about(field, level * 2);
            }
        }
        for part in of["allOf"].as_array().into_iter().flatten() {
            text += &self.fields(part, level, &seen);
        }
        for inner in [&of["items"], &of["additionalProperties"]] {
            if inner.is_object() {
                text += &self.fields(inner, level, &seen);
            }
        }
        text
    }

    /// `string`, `[]Container`, `map[string]string`.
    fn type_name(&self, schema: &'a Value) -> String {
        if schema["items"].is_object() {
            return format!("[]{}", self.type_name(&schema["items"]));
        }
        if schema["additionalProperties"].is_object() {
            return format!("map[string]{}", self.type_name(&schema["additionalProperties"]));
        }
        if let (Some([only]), Value::Null) =
            (schema["allOf"].as_array().map(Vec::as_slice), &schema["properties"])
        {
            return self.type_name(only);
        }
        let name = reference(schema);
        let of = if name.is_empty() { schema } else { self.resolved(schema) };
        match of["type"].as_str() {
            Some(type_) if type_ != "object" => type_.to_owned(),
            _ if name.is_empty() => "Object".to_owned(),
            _ => name.rsplit(['/', '.']).next().unwrap_or("Object").to_owned(),
        }
    }
}

fn reference(schema: &Value) -> &str {
    schema["$ref"].as_str().unwrap_or_default()
}

fn about(field: &Value, indent: usize) -> String {
    let description = field["description"].as_str().filter(|text| !text.is_empty());
    let description = wrapped(78 - indent.min(70), description.unwrap_or("<no description>"));
    let mut text = indented(indent + 2, &description) + "\n";
    if field["externalDocs"].is_object() {
        text += &format!("\n{}", external(&field["externalDocs"], indent + 2));
    }
    text + "\n"
}

fn external(docs: &Value, indent: usize) -> String {
    let mut text = indented(indent, "EXTERNAL DOCS:") + "\n";
    if let Some(description) = docs["description"].as_str() {
        let description = wrapped(76 - indent.min(70), description);
        text += &(indented(indent + 4, &description) + "\n");
    }
    if let Some(url) = docs["url"].as_str() {
        text += &(indented(indent + 4, &format!("URL: {url}")) + "\n");
    }
    text
}

/// The values that a field can have, where the schema lists them.
fn values(field: &Value, title: &str, between: &str, most: usize) -> String {
    let all = field["enum"].as_array().map(Vec::as_slice).unwrap_or_default();
    if all.is_empty() {
        return String::new();
    }
    let shown = |value: &Value| match value.as_str() {
        Some("") => "\"\"".to_owned(),
        Some(text) => text.to_owned(),
        None => value.to_string(),
    };
    let listed: Vec<String> = all.iter().take(most).map(shown).collect();
    let more = if all.len() > most { ", ...." } else { "" };
    // In the long form each value has a line, the first one as well.
    let first = if between.starts_with('\n') { between } else { "" };
    format!("{title}{first}{}{more}", listed.join(between))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn document() -> Value {
        json!({"components": {"schemas": {
            "a.Pod": {"description": "A group of containers.", "type": "object",
                "required": ["spec"],
                "x-kubernetes-group-version-kind": [{"group": "", "version": "v1", "kind": "Pod"}],
                "properties": {
                    "kind": {"type": "string", "description": "What it is."},
                    "spec": {"allOf": [{"$ref": "#/components/schemas/a.PodSpec"}], "default": {}}}},
            "a.PodSpec": {"type": "object", "description": "What is wanted.", "properties": {
                "containers": {"type": "array", "description": "The containers.",
                    "items": {"$ref": "#/components/schemas/a.Container"}},
                "policy": {"type": "string", "enum": ["Always", "", "Never", "a", "b"]}}},
            "a.Container": {"type": "object", "properties": {"name": {"type": "string"}}}}}})
    }

    fn explained(path: &[&str], depth: Depth) -> Result<String, String> {
        explain(&Explained { document: &document(), kind: ["", "v1", "Pod"], path, depth })
    }

    #[test]
    fn a_kind_is_explained_by_its_fields() {
        assert_eq!(
            explained(&[], Depth::Own).unwrap(),
            "KIND:       Pod\nVERSION:    v1\n\nDESCRIPTION:\n    A group of containers.\n    \nFIELDS:\n  \
             kind\t<string>\n    What it is.\n\n  spec\t<PodSpec> -required-\n    <no description>\n\n\n"
        );
    }

    #[test]
    fn a_field_is_found_through_lists_and_parts() {
        let text = explained(&["spec", "containers", "name"], Depth::Own).unwrap();
        assert!(text.contains("FIELD: name <string>\n\n\nDESCRIPTION:\n    <empty>\n"), "{text}");
        let text = explained(&["spec", "policy"], Depth::Own).unwrap();
        let values =
            "FIELD: policy <string>\nENUM:\n    Always\n    \"\"\n    Never\n    a\n    b\n\n";
        assert!(text.contains(values), "{text}");
        assert_eq!(
            explained(&["spec", "nope"], Depth::Own).unwrap_err(),
            "field \"nope\" does not exist"
        );
    }

    #[test]
    fn all_fields_are_listed_below_each_other() {
        let text = explained(&[], Depth::All).unwrap();
        let fields = "FIELDS:\n  kind\t<string>\n  spec\t<PodSpec> -required-\n    \
                      containers\t<[]Container>\n      name\t<string>\n    policy\t<string>\n    enum: \
                      Always, \"\", Never, a, ....\n\n";
        assert!(text.ends_with(fields), "{text}");
    }
}
