use serde_json::Value;

use crate::kinds::ApiResource;
use crate::sandbox::admit::edit::at;

/// A field selector; empty, it selects everything.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct FieldSelector {
    terms: Vec<Term>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Term {
    field: String,
    value: String,
    equal: bool,
}

/// Fields of built-in kinds that can be selected by, besides name and namespace.
///
/// Source: `AddFieldLabelConversionFunc` in `pkg/apis/*/v1/conversion.go`.
const SELECTABLE: &[(&str, &[&str])] = &[
    (
        "pods",
        &[
            "spec.nodeName",
            "spec.restartPolicy",
            "spec.schedulerName",
            "spec.serviceAccountName",
            "spec.hostNetwork",
            "status.phase",
            "status.podIP",
            "status.podIPs",
            "status.nominatedNodeName",
        ],
    ),
    (
        "events",
        &[
            "involvedObject.kind",
            "involvedObject.namespace",
            "involvedObject.name",
            "involvedObject.uid",
            "involvedObject.apiVersion",
            "involvedObject.resourceVersion",
            "involvedObject.fieldPath",
            "regarding.kind",
            "regarding.namespace",
            "regarding.name",
            "regarding.uid",
            "reason",
            "reportingComponent",
            "reportingController",
            "source",
            "type",
        ],
    ),
    ("nodes", &["spec.unschedulable"]),
    ("namespaces", &["status.phase"]),
    ("secrets", &["type"]),
    ("services", &["spec.clusterIP", "spec.type"]),
    ("replicationcontrollers", &["status.replicas"]),
    ("replicasets.apps", &["status.replicas"]),
    ("jobs.batch", &["status.successful"]),
    ("certificatesigningrequests.certificates.k8s.io", &["spec.signerName"]),
];

impl FieldSelector {
    /// Reads `metadata.name=a,status.phase!=Running`, for a resource whose definition
    /// (of a custom one) allows further fields.
    ///
    /// Source: `apimachinery/pkg/fields/selector.go`, `ParseSelector`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn parse(
        text: &str,
        resource: &ApiResource,
        of_definition: &[String],
    ) -> Result<Self, String> {
        let mut terms = Vec::new();
        for part in split(text).into_iter().filter(|part| !part.is_empty()) {
            let operators = [("!=", false), ("==", true), ("=", true)];
            let found = operators.iter().filter_map(|(operator, equal)| {
                part.find(operator).map(|at| (at, operator.len(), *equal))
            });
            // The first operator counts; of two at one place the longer one.
            let found = found.min_by_key(|(at, length, _)| (*at, std::cmp::Reverse(*length)));
            let Some((at, length, equal)) = found else {
                return Err(format!("invalid selector: '{text}'; can't understand '{part}'"));
            };
            let field = part.get(..at).unwrap_or_default().to_owned();
            let value = unescaped(part.get(at + length..).unwrap_or_default());
            check_field(&field, resource, of_definition)?;
            terms.push(Term { field, value, equal });
        }
        Ok(Self { terms })
    }

    /// Whether it selects everything.
    pub(crate) fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// The one name that it selects, where it does.
    pub(crate) fn only_name(&self) -> Option<&str> {
        let mut terms = self.terms.iter().filter(|one| one.field == "metadata.name" && one.equal);
        terms.next().map(|one| one.value.as_str())
    }

    /// The same, for one name only.
    pub(crate) fn and_name(mut self, name: &str) -> Self {
        let (field, value) = ("metadata.name".to_owned(), name.to_owned());
        self.terms.push(Term { field, value, equal: true });
        self
    }

    /// Whether it selects an object.
    pub(crate) fn selects(&self, object: &Value) -> bool {
        self.terms.iter().all(|term| (field_of(object, &term.field) == term.value) == term.equal)
    }
}

fn check_field(
    field: &str,
    resource: &ApiResource,
    of_definition: &[String],
) -> Result<(), String> {
    let always = field == "metadata.name" || (resource.namespaced && field == "metadata.namespace");
    let key = resource.key();
    let fields =
        SELECTABLE.iter().find(|(one, _)| *one == key).map_or(&[][..], |(_, fields)| fields);
    if always || fields.contains(&field) || of_definition.iter().any(|one| one == field) {
        return Ok(());
    }
    if fields.is_empty() {
        return Err(format!(
            "{field:?} is not a known field selector: only \"metadata.name\", \"metadata.namespace\""
        ));
    }
    Err(format!("field label not supported: {field}"))
}

/// A field's value as text; empty where there is none.
fn field_of(object: &Value, field: &str) -> String {
    let path: Vec<&str> = match field {
        "source" => return at(object, &["source", "component"]).map_or_else(String::new, as_text),
        "reportingController" => vec!["reportingComponent"],
        "status.successful" => vec!["status", "succeeded"],
        _ => field.split('.').collect(),
    };
    let mut path = path;
    if let Some(first) = path.first_mut()
        && *first == "regarding"
    {
        *first = "involvedObject";
    }
    match at(object, &path) {
        Some(value) => as_text(value),
        None if matches!(field, "spec.unschedulable" | "spec.hostNetwork") => "false".to_owned(),
        None if matches!(field, "status.replicas" | "status.successful") => "0".to_owned(),
        None => String::new(),
    }
}

fn as_text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Splits at commas that are not escaped.
fn split(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut escaped = false;
    for c in text.chars() {
        match (c, parts.last_mut()) {
            (',', _) if !escaped => parts.push(String::new()),
            (c, Some(last)) => last.push(c),
            _ => {}
        }
        escaped = c == '\\' && !escaped;
    }
    parts
}

fn unescaped(text: &str) -> String {
    let mut out = String::new();
    let mut escaped = false;
    for c in text.chars() {
        if c == '\\' && !escaped {
            escaped = true;
        } else {
            out.push(c);
            escaped = false;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(kind: &str) -> &'static ApiResource {
        ApiResource::of_kind("v1", kind).unwrap()
    }

    #[test]
    fn fields_are_compared() {
        let pod = json!({"metadata": {"name": "a"}, "spec": {"nodeName": "n"}, "status": {"phase": "Running"}});
        let selects =
            |text: &str| FieldSelector::parse(text, of("Pod"), &[]).unwrap().selects(&pod);
        assert!(selects("metadata.name=a,spec.nodeName==n,status.phase!=Pending"));
        assert!(selects("spec.hostNetwork=false,status.podIP="));
        assert!(!selects("status.phase!=Running"));
        let event = json!({"involvedObject": {"name": "a,b"}, "source": {"component": "kubelet"}});
        let selector =
            FieldSelector::parse(r"involvedObject.name=a\,b,source=kubelet", of("Event"), &[]);
        assert!(selector.unwrap().selects(&event));
    }

    #[test]
    fn fields_that_cannot_be_selected_by_are_told() {
        let error = |text: &str, kind: &str| FieldSelector::parse(text, of(kind), &[]).unwrap_err();
        assert_eq!(error("foo=a", "Pod"), "field label not supported: foo");
        assert!(error("foo=a", "ConfigMap").starts_with("\"foo\" is not a known field selector"));
        assert!(error("foo", "Pod").ends_with("can't understand 'foo'"));
    }
}
