//! Objects against the table of Kubernetes' fields.

use crate::base::{Diagnostic, Span, nearest, unmistakable};
use crate::kinds::{Field, FieldType, Schema, TypeFields};

use super::tree::{Key, Node, Value};

/// Kinds that moved: version, kind, where it is now, since when.
fn removed(api_version: &str, kind: &str) -> Option<(&'static str, &'static str)> {
    let rows = include_str!("removed.txt").lines().filter(|line| !line.starts_with('#'));
    rows.filter_map(|line| {
        let mut parts = line.split(' ');
        let is_meant = parts.next() == Some(api_version) && parts.next() == Some(kind);
        is_meant.then(|| Some((parts.next()?, parts.next()?))).flatten()
    })
    .next()
}

/// What is wrong with one document; spans are within its text. Kinds that a cluster has
/// to learn first (custom resources) are not judged.
pub(super) fn check(document: &Node) -> Vec<Diagnostic> {
    let mut checker = Checker { schema: Schema::shipped(), kind: String::new(), found: Vec::new() };
    checker.object(document, 0);
    checker.found
}

struct Checker {
    schema: &'static Schema,
    /// The kind of the object that is looked at, for messages.
    kind: String,
    found: Vec<Diagnostic>,
}

impl Checker {
    fn object(&mut self, object: &Node, depth: usize) {
        let (Some(version), Some(kind)) = (object.get("apiVersion"), object.get("kind")) else {
            return;
        };
        let (Some(api_version), Some(name)) = (version.text(), kind.text()) else { return };
        if name == "List" && depth == 0 {
            if let Some(Node { value: Value::Sequence(items), .. }) = object.get("items") {
                items.iter().for_each(|item| self.object(item, depth + 1));
            }
            return;
        }
        match self.schema.kind(api_version, name) {
            Some(id) => {
                self.kind = name.to_owned();
                self.structure(object, self.schema.get(id), &mut Vec::new());
            }
            None => self.unknown_kind((api_version, version.span), (name, kind.span)),
        }
    }

    fn unknown_kind(&mut self, version: (&str, Span), kind: (&str, Span)) {
        if let Some((now, since)) = removed(version.0, kind.0) {
            let message = format!("Kubernetes has no {} in {} since {since}", kind.0, version.0);
            let hint = match now {
                "-" => "it was removed for good".to_owned(),
                now => format!("it is in `{now}` now; some of its fields may have changed"),
            };
            self.found.push(Diagnostic::error("removed-api", version.1, message).with_hint(hint));
            return;
        }
        let served: Vec<&TypeFields> = self.schema.types().map(|(_, one)| one).collect();
        let is_object = |one: &&&TypeFields| one.field("kind").is_some();
        let in_version = served.iter().filter(|one| one.group_version == version.0);
        let names: Vec<&str> = in_version.filter(is_object).map(|one| one.name).collect();
        if names.is_empty() || !is_kubernetes_own(version.0) || kind.0 == "Config" {
            return;
        }
        let elsewhere = served.iter().filter(is_object).find(|one| one.name == kind.0);
        let hint = match (elsewhere, nearest(kind.0, names.iter().copied())) {
            (Some(one), _) => format!("it is in `{}`", one.group_version),
            (None, Some(near)) => format!("did you mean `{near}`?"),
            (None, None) => "`kubectl api-resources` shows what there is".to_owned(),
        };
        let message = format!("there is no {} in {}", kind.0, version.0);
        self.found.push(Diagnostic::error("unknown-kind", kind.1, message).with_hint(hint));
    }

    fn structure(&mut self, node: &Node, known: &'static TypeFields, path: &mut Vec<String>) {
        for (at, (key, value)) in node.entries().iter().enumerate() {
            if path.is_empty() && key.name == "status" {
                continue;
            }
            if node.entries()[..at].iter().any(|(before, _)| before.name == key.name) {
                let message = format!("`{}` stands here twice", joined(path, &key.name));
                self.found.push(Diagnostic::error("duplicate-field", key.span, message));
                continue;
            }
            match known.field(&key.name) {
                Some(field) => {
                    path.push(key.name.clone());
                    self.value(value, &field.kind, path);
                    path.pop();
                }
                None => self.unknown_field(node, (key, value), known, path),
            }
        }
        self.missing(node, known, path);
    }

    fn unknown_field(
        &mut self,
        node: &Node,
        (key, value): (&Key, &Node),
        known: &'static TypeFields,
        path: &[String],
    ) {
        let name = key.name.as_str();
        let names = || known.fields.iter().map(|field| field.name);
        let hint = match nearest(name, names()) {
            Some(near) => format!("did you mean `{near}`?"),
            None if names().count() <= 12 => {
                let all: Vec<String> = names().map(|name| format!("`{name}`")).collect();
                format!("known are {}", all.join(", "))
            }
            None => {
                format!("`kubectl explain {}` shows what there is", explained(&self.kind, path))
            }
        };
        let message = format!("{} has no field `{}`", self.kind, joined(path, name));
        let mut diagnostic = Diagnostic::error("unknown-field", key.span, message).with_hint(hint);
        let meant = unmistakable(name, names()).filter(|near| node.get(near).is_none());
        if let Some(field) = meant.and_then(|near| known.field(near))
            && self.would_fit(value, field)
        {
            diagnostic = diagnostic.with_suggestion(field.name);
        }
        self.found.push(diagnostic);
    }

    /// Whether the value is one for this field.
    fn would_fit(&self, value: &Node, field: &'static Field) -> bool {
        let mut tried = Self { schema: self.schema, kind: self.kind.clone(), found: Vec::new() };
        tried.value(value, &field.kind, &mut vec![field.name.to_owned()]);
        tried.found.is_empty()
    }

    fn missing(&mut self, node: &Node, known: &TypeFields, path: &[String]) {
        let is_missing = |field: &&Field| field.required && node.get(field.name).is_none();
        for field in known.fields.iter().filter(is_missing) {
            if !matches!(node.value, Value::Mapping(_)) {
                return;
            }
            let first = node.entries().first().map_or(node.span, |(key, _)| key.span);
            let place = if path.is_empty() { self.kind.clone() } else { path.join(".") };
            let message = format!("`{place}` has no `{}`", field.name);
            self.found.push(Diagnostic::error("missing-field", first, message));
        }
    }

    fn value(&mut self, node: &Node, kind: &'static FieldType, path: &mut Vec<String>) {
        match (&node.value, kind) {
            (Value::Unseen, _) | (_, FieldType::Json | FieldType::Object | FieldType::Empty) => {}
            (Value::Scalar { text, quoted: false }, _) if is_null(text) => {}
            (Value::Mapping(_), FieldType::Struct(id)) => {
                self.structure(node, self.schema.get(*id), path);
            }
            (Value::Mapping(entries), FieldType::Map(inner)) => {
                for (key, value) in entries {
                    path.push(key.name.clone());
                    self.value(value, inner, path);
                    path.pop();
                }
            }
            (Value::Sequence(elements), FieldType::List(inner)) => {
                let last = path.pop().unwrap_or_default();
                for (at, element) in elements.iter().enumerate() {
                    path.push(format!("{last}[{at}]"));
                    self.value(element, inner, path);
                    path.pop();
                }
                path.push(last);
            }
            (Value::Scalar { text, quoted }, kind) if fits(text, *quoted, kind) => {}
            (_, kind) => self.wrong_type(node, kind, path),
        }
    }

    fn wrong_type(&mut self, node: &Node, kind: &FieldType, path: &[String]) {
        let name = path.join(".");
        let message = format!("`{name}` needs {}, not {}", wanted(kind), found(&node.value));
        let is_text = *kind == FieldType::String && node.text().is_some();
        let mut diagnostic = Diagnostic::error("wrong-type", node.span, message);
        if let Some(text) = node.text().filter(|_| is_text) {
            let quoted = format!("\"{text}\"");
            diagnostic =
                diagnostic.with_hint(format!("write it as {quoted}")).with_suggestion(quoted);
        }
        self.found.push(diagnostic);
    }
}

/// Groups of Kubernetes itself; others are taught to a cluster.
fn is_kubernetes_own(api_version: &str) -> bool {
    let group = api_version.split_once('/').map_or("", |(group, _)| group);
    !group.contains('.') || group.ends_with(".k8s.io")
}

fn joined(path: &[String], name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{}.{name}", path.join(".")) }
}

/// `pod.spec.containers`, as `kubectl explain` takes it.
fn explained(kind: &str, path: &[String]) -> String {
    let plain = path.iter().map(|part| part.split('[').next().unwrap_or(part));
    let parts: Vec<&str> = std::iter::once(kind).chain(plain).collect();
    parts.join(".").to_lowercase()
}

fn is_null(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

/// Whether a scalar is of this type. A gap that the reader fills (`<NAME>`) is of any.
fn fits(text: &str, quoted: bool, kind: &FieldType) -> bool {
    if text.starts_with('<') && text.ends_with('>') {
        return true;
    }
    let is_whole = text.parse::<i64>().is_ok() || text.starts_with("0x");
    let is_number = text.parse::<f64>().is_ok() || is_whole;
    match kind {
        FieldType::String | FieldType::Bytes | FieldType::Duration => {
            quoted || !(is_number || is_truth(text))
        }
        FieldType::Int32 | FieldType::Int64 => !quoted && is_whole,
        FieldType::Float => !quoted && is_number,
        FieldType::Bool => !quoted && is_truth(text),
        FieldType::IntOrString | FieldType::Quantity | FieldType::Time | FieldType::MicroTime => {
            quoted || !is_truth(text)
        }
        FieldType::Json | FieldType::Object => true,
        FieldType::Empty | FieldType::Struct(_) | FieldType::List(_) | FieldType::Map(_) => false,
    }
}

/// What kubectl's YAML reads as a truth.
///
/// Source: `sigs.k8s.io/yaml`, which reads YAML 1.1.
fn is_truth(text: &str) -> bool {
    ["true", "false", "yes", "no", "on", "off"].iter().any(|word| text.eq_ignore_ascii_case(word))
}

fn wanted(kind: &FieldType) -> &'static str {
    match kind {
        FieldType::Int32 | FieldType::Int64 => "a whole number",
        FieldType::Float => "a number",
        FieldType::Bool => "true or false",
        FieldType::IntOrString => "a number or a text",
        FieldType::Quantity => "a quantity such as 64Mi",
        FieldType::List(_) => "a list",
        FieldType::Map(_) | FieldType::Struct(_) | FieldType::Empty => "a mapping",
        FieldType::Json | FieldType::Object => "any value",
        FieldType::String
        | FieldType::Bytes
        | FieldType::Time
        | FieldType::MicroTime
        | FieldType::Duration => "a text",
    }
}

fn found(value: &Value) -> &'static str {
    match value {
        Value::Mapping(_) => "a mapping",
        Value::Sequence(_) => "a list",
        Value::Unseen => "an alias",
        Value::Scalar { quoted: true, .. } => "a text",
        Value::Scalar { text, .. } if is_truth(text) => "a truth",
        Value::Scalar { text, .. } if text.parse::<f64>().is_ok() => "a number",
        Value::Scalar { .. } => "a text",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::SourceText;
    use crate::lab::lint::tree::documents;

    fn told(text: &str) -> String {
        let source = SourceText { name: "x.yaml".into(), text: text.into() };
        let all = documents(text).unwrap();
        let found = all.iter().flat_map(check);
        found.map(|one| one.render(&source)).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn unknown_fields_are_told_with_the_nearest() {
        insta::assert_snapshot!(
            told(
                "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n  - name: web\n    \
                 image: nginx\n    port: 80\n    livenessprobe: {}\n  frobnicate: 1\n"
            ),
            @"
            error[unknown-field]: Pod has no field `spec.containers[0].port`
             --> x.yaml:9:5
              |
            9 |     port: 80
              |     ^^^^
              |
              = help: did you mean `ports`?
            error[unknown-field]: Pod has no field `spec.containers[0].livenessprobe`
              --> x.yaml:10:5
               |
            10 |     livenessprobe: {}
               |     ^^^^^^^^^^^^^
               |
               = help: did you mean `livenessProbe`?
            error[unknown-field]: Pod has no field `spec.frobnicate`
              --> x.yaml:11:3
               |
            11 |   frobnicate: 1
               |   ^^^^^^^^^^
               |
               = help: `kubectl explain pod.spec` shows what there is
            "
        );
    }

    #[test]
    fn values_of_the_wrong_type_and_missing_fields_are_told() {
        insta::assert_snapshot!(
            told(
                "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  replicas: '3'\n  \
                 template:\n    spec:\n      containers:\n      - image: nginx\n        env:\n        - \
                 {name: PORT, value: 80}\n        ports: 80\n"
            ),
            @r#"
            error[wrong-type]: `spec.replicas` needs a whole number, not a text
             --> x.yaml:6:13
              |
            6 |   replicas: '3'
              |             ^^^
            error[wrong-type]: `spec.template.spec.containers[0].env[0].value` needs a text, not a number
              --> x.yaml:12:31
               |
            12 |         - {name: PORT, value: 80}
               |                               ^^
               |
               = help: write it as "80"
            error[wrong-type]: `spec.template.spec.containers[0].ports` needs a list, not a number
              --> x.yaml:13:16
               |
            13 |         ports: 80
               |                ^^
            error[missing-field]: `spec.template.spec.containers[0]` has no `name`
              --> x.yaml:10:9
               |
            10 |       - image: nginx
               |         ^^^^^
            error[missing-field]: `spec` has no `selector`
             --> x.yaml:6:3
              |
            6 |   replicas: '3'
              |   ^^^^^^^^
            "#
        );
    }

    #[test]
    fn kinds_that_moved_or_never_were_are_told() {
        insta::assert_snapshot!(
            told(
                "apiVersion: extensions/v1beta1\nkind: Deployment\n---\napiVersion: apps/v1\n\
                 kind: Deploymnet\n---\napiVersion: v1\nkind: Deployment\n"
            ),
            @"
            error[removed-api]: Kubernetes has no Deployment in extensions/v1beta1 since 1.16
             --> x.yaml:1:13
              |
            1 | apiVersion: extensions/v1beta1
              |             ^^^^^^^^^^^^^^^^^^
              |
              = help: it is in `apps/v1` now; some of its fields may have changed
            error[unknown-kind]: there is no Deploymnet in apps/v1
             --> x.yaml:5:7
              |
            5 | kind: Deploymnet
              |       ^^^^^^^^^^
              |
              = help: did you mean `Deployment`?
            error[unknown-kind]: there is no Deployment in v1
             --> x.yaml:8:7
              |
            8 | kind: Deployment
              |       ^^^^^^^^^^
              |
              = help: it is in `apps/v1`
            "
        );
    }

    #[test]
    fn what_is_right_or_not_kubernetes_own_is_left_alone() {
        let check = |text: &str| assert_eq!(told(text), "", "{text}");
        check(
            "apiVersion: v1\nkind: Pod\nmetadata: {name: <NAME>}\nspec:\n  containers: [{name: a}]\n",
        );
        check(
            "apiVersion: v1\nkind: Service\nmetadata: {}\nspec: {ports: [{port: 80, targetPort: http}]}\n",
        );
        check("apiVersion: v1\nkind: Service\nmetadata: {}\nspec: {ports: [{port: <PORT>}]}\n");
        check("apiVersion: example.com/v1\nkind: Shop\nspec: {any: thing}\n");
        check("apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: []\n");
        check("apiVersion: v1\nkind: Config\nclusters: []\n");
        check(
            "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {}, data: {a: b}}\n",
        );
        check("a: 1\n");
    }
}
