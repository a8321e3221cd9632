//! JSONPath templates as kubectl reads them: `{.items[*].metadata.name}`.

use serde_json::Value;

use super::json::compact_json;
use super::jsonpath_parser::{Comparison, Node, Operand, Part, Selector, parse};

/// A template that was understood.
#[derive(Debug, Clone, PartialEq)]
pub struct JsonPath {
    parts: Vec<Part>,
}

/// What is wrong with a template, or with the object that it is laid over.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct JsonPathError(pub(super) String);

/// Whether a field that does not exist is an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MissingKeys {
    /// It yields nothing.
    Allowed,
    /// It is an error.
    Refused,
}

impl JsonPath {
    /// Reads a template: text with paths in braces.
    ///
    /// # Errors
    /// Braces, brackets or quotes that do not close, an operator that does not exist.
    ///
    /// Source: `client-go/util/jsonpath/parser.go`.
    pub fn parse(template: &str) -> Result<Self, JsonPathError> {
        Ok(Self { parts: parse(template)? })
    }

    /// Reads a path that may stand without braces and without its first dot, as in
    /// `--sort-by` and custom columns.
    ///
    /// # Errors
    /// As [`JsonPath::parse`], and anything but one path.
    ///
    /// Source: `kubectl/pkg/cmd/get/customcolumn.go`, `RelaxedJSONPathExpression`.
    pub fn relaxed(path: &str) -> Result<Self, JsonPathError> {
        let wrong = || {
            JsonPathError(
                "unexpected path string, expected a 'name1.name2' or '.name1.name2' or \
                 '{name1.name2}' or '{.name1.name2}'"
                    .to_owned(),
            )
        };
        if path.is_empty() {
            return Ok(Self { parts: Vec::new() });
        }
        let inner = match (path.starts_with('{'), path.ends_with('}')) {
            (true, true) => &path[1..path.len() - 1],
            (false, false) => path,
            _ => return Err(wrong()),
        };
        let dot = if inner.starts_with(['.', '[', '$', '@']) { "" } else { "." };
        Self::parse(&format!("{{{dot}{inner}}}"))
    }

    /// The text that the template makes of an object; results of one path are
    /// separated by a space.
    ///
    /// # Errors
    /// A field that does not exist, where that is refused; an index out of range.
    pub fn text(&self, object: &Value, missing: MissingKeys) -> Result<String, JsonPathError> {
        let mut out = String::new();
        Evaluation { root: object, missing }.template(&self.parts, object, &mut out)?;
        Ok(out)
    }

    /// What the template's paths find, without its text.
    ///
    /// # Errors
    /// As [`JsonPath::text`].
    pub fn values<'a>(
        &self,
        object: &'a Value,
        missing: MissingKeys,
    ) -> Result<Vec<&'a Value>, JsonPathError> {
        let evaluation = Evaluation { root: object, missing };
        let mut found = Vec::new();
        for part in &self.parts {
            if let Part::Path(nodes) = part {
                found.extend(evaluation.path(nodes, object)?);
            }
        }
        Ok(found)
    }
}

struct Evaluation<'a> {
    root: &'a Value,
    missing: MissingKeys,
}

impl<'a> Evaluation<'a> {
    fn template(
        &self,
        parts: &[Part],
        current: &'a Value,
        out: &mut String,
    ) -> Result<(), JsonPathError> {
        for part in parts {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Path(nodes) => {
                    let found = self.path(nodes, current)?;
                    let texts: Vec<String> = found.into_iter().map(value_text).collect();
                    out.push_str(&texts.join(" "));
                }
                Part::Range(nodes, body) => {
                    for item in self.path(nodes, current)? {
                        self.template(body, item, out)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn path(&self, nodes: &[Node], current: &'a Value) -> Result<Vec<&'a Value>, JsonPathError> {
        let mut found = vec![current];
        for node in nodes {
            found = match node {
                Node::Root => vec![self.root],
                Node::Current => found,
                Node::Select(selectors) => {
                    let mut next = Vec::new();
                    for value in &found {
                        for selector in selectors {
                            next.extend(self.select(selector, value)?);
                        }
                    }
                    next
                }
                Node::Descend => found.into_iter().flat_map(descendants).collect(),
            };
        }
        Ok(found)
    }

    fn select(
        &self,
        selector: &Selector,
        value: &'a Value,
    ) -> Result<Vec<&'a Value>, JsonPathError> {
        match selector {
            Selector::Field(name) => match value.get(name) {
                Some(found) => Ok(vec![found]),
                None if self.missing == MissingKeys::Allowed => Ok(Vec::new()),
                None => Err(JsonPathError(format!("{name} is not found"))),
            },
            Selector::All => Ok(children(value)),
            Selector::Index(index) => self.index(*index, value),
            Selector::Slice(from, to, step) => Ok(slice(value, *from, *to, *step)),
            Selector::Filter(comparison) => {
                let items = value.as_array().into_iter().flatten();
                let mut kept = Vec::new();
                for item in items {
                    if self.holds(comparison, item)? {
                        kept.push(item);
                    }
                }
                Ok(kept)
            }
        }
    }

    fn index(&self, index: i64, value: &'a Value) -> Result<Vec<&'a Value>, JsonPathError> {
        let Some(items) = value.as_array() else {
            if self.missing == MissingKeys::Allowed && value.is_null() {
                return Ok(Vec::new());
            }
            return Err(JsonPathError(format!("{} is not array or slice", go_type(value))));
        };
        let length = items.len() as i64;
        let at = if index < 0 { index + length } else { index };
        match usize::try_from(at).ok().and_then(|at| items.get(at)) {
            Some(item) => Ok(vec![item]),
            None if self.missing == MissingKeys::Allowed && items.is_empty() => Ok(Vec::new()),
            None => Err(JsonPathError(format!(
                "array index out of bounds: index {index}, length {length}"
            ))),
        }
    }

    fn holds(&self, comparison: &Comparison, item: &'a Value) -> Result<bool, JsonPathError> {
        let allowed = Evaluation { root: self.root, missing: MissingKeys::Allowed };
        let left = allowed.operand(&comparison.left, item)?;
        let Some((operator, right)) = &comparison.right else { return Ok(!left.is_empty()) };
        let right = allowed.operand(right, item)?;
        let (Some(left), Some(right)) = (left.first(), right.first()) else { return Ok(false) };
        Ok(operator.holds(left, right))
    }

    fn operand(&self, operand: &Operand, item: &'a Value) -> Result<Vec<Value>, JsonPathError> {
        Ok(match operand {
            Operand::Literal(value) => vec![value.clone()],
            Operand::Path(nodes) => self.path(nodes, item)?.into_iter().cloned().collect(),
        })
    }
}

fn children(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().collect(),
        Value::Object(map) => map.values().collect(),
        _ => Vec::new(),
    }
}

/// A value and everything below it, from the outside in.
fn descendants(value: &Value) -> Vec<&Value> {
    let mut all = vec![value];
    for child in children(value) {
        all.extend(descendants(child));
    }
    all
}

fn slice(value: &Value, from: Option<i64>, to: Option<i64>, step: Option<i64>) -> Vec<&Value> {
    let Some(items) = value.as_array() else { return Vec::new() };
    let length = items.len() as i64;
    let place = |at: i64| (if at < 0 { at + length } else { at }).clamp(0, length) as usize;
    let (from, to) = (place(from.unwrap_or(0)), place(to.unwrap_or(length)));
    let step = usize::try_from(step.unwrap_or(1)).unwrap_or(1).max(1);
    items.get(from..to.max(from)).into_iter().flatten().step_by(step).collect()
}

/// A value as kubectl prints it: texts bare, maps and lists as JSON.
///
/// Source: `client-go/util/jsonpath/jsonpath.go`, `PrintResults`, `evalToText`.
pub fn value_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Object(_) | Value::Array(_) => compact_json(value),
        Value::Null => "null".to_owned(),
        other => other.to_string(),
    }
}

fn go_type(value: &Value) -> &'static str {
    match value {
        Value::Object(_) => "map[string]interface {}",
        Value::String(_) => "string",
        Value::Bool(_) => "bool",
        _ => "interface {}",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn pod() -> Value {
        json!({
            "metadata": {"name": "web", "labels": {"app.kubernetes.io/name": "w", "a": "b"}},
            "spec": {"containers": [
                {"name": "a", "image": "x:1", "ports": [{"containerPort": 80}]},
                {"name": "b", "image": "y:2"}]},
            "status": {"podIP": "10.0.0.1", "conditions": [
                {"type": "Ready", "status": "True"}, {"type": "Initialized", "status": "False"}]}
        })
    }

    #[test]
    fn templates_print_what_kubectl_prints() {
        let rows = [
            ("{.status.podIP}", "10.0.0.1"),
            ("{ .status.podIP }", "10.0.0.1"),
            ("{$.status.podIP}", "10.0.0.1"),
            ("{.metadata.name}{\"\\t\"}{.status.podIP}{\"\\n\"}", "web\t10.0.0.1\n"),
            ("{.spec.containers[*].name}", "a b"),
            ("{.spec.containers[0].name}", "a"),
            ("{.spec.containers[-1:].name}", "b"),
            ("{.spec.containers[-1].name}", "b"),
            ("{.spec.containers[0:1].name}", "a"),
            ("{.spec.containers[0,1].name}", "a b"),
            ("{range .spec.containers[*]}{.name}={.image}{\"\\n\"}{end}", "a=x:1\nb=y:2\n"),
            ("{range .spec.containers[*]}[{.name}]{end}", "[a][b]"),
            ("{.metadata.labels.app\\.kubernetes\\.io/name}", "w"),
            ("{.metadata.labels['app\\.kubernetes\\.io/name']}", "w"),
            ("{.metadata.labels['a']}", "b"),
            ("{.metadata['name','labels']}", "web {\"a\":\"b\",\"app.kubernetes.io/name\":\"w\"}"),
            ("{.status.conditions[?(@.type==\"Ready\")].status}", "True"),
            ("{.status.conditions[?(@.type=='Ready')].status}", "True"),
            ("{.status.conditions[?(@.type!=\"Ready\")].type}", "Initialized"),
            ("{.spec.containers[?(@.ports)].name}", "a"),
            ("{.spec.containers[*].ports[?(@.containerPort>=80)].containerPort}", "80"),
            ("{..containerPort}", "80"),
            ("{.metadata.labels}", "{\"a\":\"b\",\"app.kubernetes.io/name\":\"w\"}"),
            ("{.nothing.here}", ""),
            ("no braces", "no braces"),
            ("{'quoted'} {\"text\"}", "quoted text"),
        ];
        for (template, wanted) in rows {
            let path = JsonPath::parse(template).expect(template);
            assert_eq!(
                path.text(&pod(), MissingKeys::Allowed).as_deref(),
                Ok(wanted),
                "{template}"
            );
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        for wrong in ["{.a", "{.a[0}", "{.a['b]}", "{range .a[*]}x", "{end}", "{.a[?(@.b==)]}"] {
            assert!(JsonPath::parse(wrong).is_err(), "{wrong}");
        }
        let path = JsonPath::parse("{.nope}").unwrap();
        let error = path.text(&pod(), MissingKeys::Refused).unwrap_err();
        assert_eq!(error.to_string(), "nope is not found");
        let path = JsonPath::parse("{.spec.containers[7]}").unwrap();
        let error = path.text(&pod(), MissingKeys::Allowed).unwrap_err();
        assert_eq!(error.to_string(), "array index out of bounds: index 7, length 2");
    }

    #[test]
    fn a_relaxed_path_needs_neither_dot_nor_braces() {
        for path in ["metadata.name", ".metadata.name", "{metadata.name}", "{.metadata.name}"] {
            let values = JsonPath::relaxed(path).unwrap();
            let pod = pod();
            assert_eq!(values.values(&pod, MissingKeys::Allowed).unwrap(), [&json!("web")]);
        }
        assert!(JsonPath::relaxed("{.metadata").is_err());
    }
}
