//! What stands between the `---` lines at the top.

use serde_yaml::{Mapping, Value};

use crate::base::{Diagnostic, Span, nearest};
use crate::lab::{FrontMatter, Need};

use super::directive_values::need;
use super::yaml_place::{YamlPlace, scalar};

/// The fields, as `lab-format` names them.
pub(super) const FIELDS: &[&str] = &[
    "title",
    "summary",
    "duration",
    "level",
    "authors",
    "kubernetes",
    "needs",
    "images",
    "vars",
    "scope",
];

/// Fields whose value is a text; a bare number such as `1.29` is taken as it is written.
const TEXTS: &[&str] = &["title", "summary", "duration", "level", "kubernetes"];

/// The front matter with what every step needs.
#[derive(Debug, Default)]
pub(super) struct Front {
    pub matter: FrontMatter,
    pub needs: Vec<Need>,
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads the front matter at `span` of `source`. A field that is wrong is left out.
pub(super) fn read(source: &str, span: Span) -> Front {
    let mut place = YamlPlace::new(span.of(source), span.start);
    let mut good = Mapping::new();
    let mut needs = Vec::new();
    let mapping = place.mapping("front-matter");
    let is_foreign = is_foreign(&mapping);
    for (key, value) in mapping {
        let name = scalar(&key).unwrap_or_default();
        place.at_key(&name);
        if !FIELDS.contains(&name.as_str()) {
            if !is_foreign {
                place.unknown("unknown-field", "front matter field", &name, FIELDS.iter().copied());
            }
            continue;
        }
        let value = normalised(&name, value, &mut needs, &mut place);
        let alone = Mapping::from_iter([(key.clone(), value.clone())]);
        match serde_yaml::from_value::<FrontMatter>(Value::Mapping(alone)) {
            Ok(_) => {
                good.insert(key, value);
            }
            Err(error) => {
                let message = format!("`{name}` cannot be read: {error}");
                place.error("front-matter", &name, message);
            }
        }
    }
    let matter = serde_yaml::from_value(Value::Mapping(good)).unwrap_or_default();
    Front { matter, needs, diagnostics: place.diagnostics }
}

/// Whether the front matter is written for another program, such as a site generator:
/// it has no field of ours but perhaps the title, and one that is not nearly ours.
fn is_foreign(mapping: &Mapping) -> bool {
    let names: Vec<String> = mapping.keys().filter_map(scalar).collect();
    let is_ours = |name: &String| name != "title" && FIELDS.contains(&name.as_str());
    let is_near = |name: &String| {
        let near = nearest(name, FIELDS.iter().copied());
        near.is_some_and(|near| near.chars().next() == name.chars().next())
    };
    !names.iter().any(is_ours) && !names.iter().all(is_near)
}

fn normalised(name: &str, value: Value, needs: &mut Vec<Need>, place: &mut YamlPlace<'_>) -> Value {
    match (name, value) {
        (name, value) if TEXTS.contains(&name) => scalar(&value).map_or(value, Value::String),
        ("authors", Value::String(one)) => Value::Sequence(vec![Value::String(one)]),
        ("needs", value) => {
            let items = match value {
                Value::Sequence(items) => items,
                one => vec![one],
            };
            needs.extend(items.iter().filter_map(|item| need(item, place).ok()));
            Value::Sequence(items.iter().map(as_text).map(Value::String).collect())
        }
        (_, value) => value,
    }
}

/// `nodes: 2`, which YAML reads as a mapping, as the text that it was.
fn as_text(value: &Value) -> String {
    match value {
        Value::Mapping(mapping) => mapping
            .iter()
            .filter_map(|(key, value)| Some(format!("{}: {}", scalar(key)?, scalar(value)?)))
            .collect::<Vec<_>>()
            .join(", "),
        value => scalar(value).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::SourceText;
    use crate::lab::{ImageReplacement, LabScope, Variable};

    fn front(yaml: &str) -> Front {
        let source = format!("---\n{yaml}---\n");
        read(&source, Span::new(4, 4 + yaml.len()))
    }

    #[test]
    fn every_field_is_read() {
        let front = front(
            "title: T\nsummary: S\nduration: 40\nlevel: beginner\nauthors: A\nkubernetes: 1.29\n\
             needs: [loadbalancer, nodes: 2]\nimages: {a/b:1: {image: c/d:2, args: [x]}}\n\
             vars: {A: one, B: {default: two, prompt: Which?}}\nscope: cluster\n",
        );
        assert_eq!(front.diagnostics, []);
        let matter = front.matter;
        assert_eq!(matter.title.as_deref(), Some("T"));
        assert_eq!(matter.duration.as_deref(), Some("40"));
        assert_eq!(matter.authors, ["A"]);
        assert_eq!(matter.kubernetes.as_deref(), Some("1.29"));
        assert_eq!(matter.needs, ["loadbalancer", "nodes: 2"]);
        assert_eq!(front.needs, [Need::LoadBalancer, Need::Nodes(2)]);
        let image = &matter.images["a/b:1"];
        let wanted = ImageReplacement {
            image: "c/d:2".into(),
            args: Some(vec!["x".into()]),
            ..ImageReplacement::default()
        };
        assert_eq!(image, &wanted);
        assert_eq!(matter.vars["A"], Variable::Default("one".into()));
        assert_eq!(matter.scope, LabScope::Cluster);
    }

    #[test]
    fn a_wrong_field_is_told_and_the_others_are_kept() {
        let yaml = "titel: x\nsummary: S\nscope: galaxy\nneeds: [coffee]\n";
        let front = front(yaml);
        assert_eq!(front.matter.summary.as_deref(), Some("S"));
        let source = SourceText { name: "lab.md".into(), text: format!("---\n{yaml}---\n").into() };
        let text: Vec<_> = front.diagnostics.iter().map(|one| one.render(&source)).collect();
        insta::assert_snapshot!(text.join("\n"), @"
        error[unknown-field]: unknown front matter field `titel`
         --> lab.md:2:1
          |
        2 | titel: x
          | ^^^^^
          |
          = help: did you mean `title`?
        error[front-matter]: `scope` cannot be read: unknown variant `galaxy`, expected `namespace` or `cluster`
         --> lab.md:4:1
          |
        4 | scope: galaxy
          | ^^^^^
        error[bad-value]: unknown need `coffee`
         --> lab.md:5:9
          |
        5 | needs: [coffee]
          |         ^^^^^^
          |
          = help: known are `loadbalancer`, `nodes`, `kubernetes`
        ");
    }

    #[test]
    fn front_matter_of_other_programs_is_left_alone() {
        let front = front("title: T\nweight: 30\ntags: [a]\n");
        assert_eq!(front.diagnostics, []);
        assert_eq!(front.matter.title.as_deref(), Some("T"));
    }

    #[test]
    fn broken_yaml_has_a_place() {
        let yaml = "title: x\n  summary: [\n";
        let source = SourceText { name: "lab.md".into(), text: format!("---\n{yaml}---\n").into() };
        let front = front(yaml);
        insta::assert_snapshot!(front.diagnostics[0].render(&source), @"
        error[front-matter]: not valid YAML: mapping values are not allowed in this context
         --> lab.md:3:10
          |
        3 |   summary: [
          |          ^
          |
          = help: values with a colon, braces or a leading quote need quotes around them
        ");
    }
}
