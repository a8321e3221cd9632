//! `kubectl describe` of roles and of who has them.

use serde_json::Value;

use super::describe_page::Page;
use super::describe_value::{items, metadata, text, texts};

/// What one verb, or several, may do to one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Rule {
    /// Group and resource; none for a path.
    resource: Option<(String, String)>,
    /// The one object that is meant, where one is.
    name: Option<String>,
    path: Option<String>,
    verbs: Vec<String>,
}

/// The page of a role, or of a cluster role.
///
/// Source: `kubectl/pkg/describe/describe.go`, `RoleDescriber.Describe` (1.36).
pub fn describe_role(role: &Value) -> String {
    let mut page = head(role);
    page.line(0, "PolicyRule:");
    page.line(1, "Resources\tNon-Resource URLs\tResource Names\tVerbs");
    page.line(1, "---------\t-----------------\t--------------\t-----");
    for rule in compact(&role["rules"]) {
        let [paths, names] = [&rule.path, &rule.name].map(|one| one.as_deref().unwrap_or_default());
        let (resource, verbs) = (resource_text(&rule), rule.verbs.join(" "));
        page.line(1, format_args!("{resource}\t[{paths}]\t[{names}]\t[{verbs}]"));
    }
    page.finish()
}

/// Source: `describe.go`, `CombineResourceGroup`.
fn resource_text(rule: &Rule) -> String {
    let Some((group, resource)) = &rule.resource else { return String::new() };
    let (resource, part) = match resource.split_once('/') {
        Some((resource, part)) => (resource, format!("/{part}")),
        None => (resource.as_str(), String::new()),
    };
    let group = if group.is_empty() { String::new() } else { format!(".{group}") };
    format!("{resource}{group}{part}")
}

/// Rules taken apart, those of one thing put together, in the order of their texts.
///
/// Source: `kubectl/pkg/util/rbac/rbac.go`, `BreakdownRule`, `CompactRules`.
fn compact(rules: &Value) -> Vec<Rule> {
    let mut compacted: Vec<Rule> = Vec::new();
    for rule in items(rules).iter().flat_map(broken_down) {
        let same = |one: &&mut Rule| one.resource == rule.resource && one.name == rule.name;
        match compacted.iter_mut().find(same).filter(|one| one.path.is_none()) {
            Some(found) => {
                for verb in rule.verbs {
                    if !found.verbs.contains(&verb) {
                        found.verbs.push(verb);
                    }
                }
            }
            None => compacted.push(rule),
        }
    }
    compacted.sort_by_key(sort_text);
    compacted
}

fn broken_down(rule: &Value) -> Vec<Rule> {
    let mut rules = Vec::new();
    let names = texts(&rule["resourceNames"]);
    let names: Vec<Option<&String>> =
        if names.is_empty() { vec![None] } else { names.iter().map(Some).collect() };
    for group in texts(&rule["apiGroups"]) {
        for resource in texts(&rule["resources"]) {
            for verb in texts(&rule["verbs"]) {
                rules.extend(names.iter().map(|name| Rule {
                    resource: Some((group.clone(), resource.clone())),
                    name: name.cloned(),
                    path: None,
                    verbs: vec![verb.clone()],
                }));
            }
        }
    }
    for path in texts(&rule["nonResourceURLs"]) {
        rules.extend(texts(&rule["verbs"]).into_iter().map(|verb| Rule {
            resource: None,
            name: None,
            path: Some(path.clone()),
            verbs: vec![verb],
        }));
    }
    rules
}

/// The rule as Go prints it, which is what kubectl sorts by.
fn sort_text(rule: &Rule) -> String {
    let (group, resource) = rule.resource.clone().unwrap_or_default();
    let [name, path] = [&rule.name, &rule.path].map(|one| one.as_deref().unwrap_or_default());
    format!(
        "&PolicyRule{{Verbs:[{}],APIGroups:[{group}],Resources:[{resource}],ResourceNames:[{name}],NonResourceURLs:[{path}],}}",
        rule.verbs.join(" ")
    )
}

/// The page of a role binding, or of a cluster role binding.
///
/// Source: `kubectl/pkg/describe/describe.go`, `RoleBindingDescriber.Describe` (1.36).
pub fn describe_role_binding(binding: &Value) -> String {
    let mut page = head(binding);
    page.line(0, "Role:");
    page.field(1, "Kind", text(&binding["roleRef"]["kind"]));
    page.field(1, "Name", text(&binding["roleRef"]["name"]));
    page.line(0, "Subjects:");
    page.line(1, "Kind\tName\tNamespace");
    page.line(1, "----\t----\t---------");
    for subject in items(&binding["subjects"]) {
        let [kind, name, namespace] = ["kind", "name", "namespace"].map(|key| text(&subject[key]));
        page.line(1, format_args!("{kind}\t{name}\t{namespace}"));
    }
    page.finish()
}

fn head(object: &Value) -> Page {
    let mut page = Page::default();
    let metadata = metadata(object);
    page.field(0, "Name", metadata.name.as_deref().unwrap_or_default());
    page.labels_and_annotations(&metadata);
    page
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn rules_are_told_by_resource() {
        let role = json!({"metadata": {"name": "reader"}, "rules": [
            {"apiGroups": ["", "apps"], "resources": ["pods", "deployments/scale"],
             "verbs": ["get", "list"]},
            {"apiGroups": [""], "resources": ["pods"], "verbs": ["watch"]},
            {"apiGroups": [""], "resources": ["secrets"], "resourceNames": ["a"], "verbs": ["get"]},
            {"nonResourceURLs": ["/healthz"], "verbs": ["get"]}]});
        insta::assert_snapshot!(describe_role(&role), @r"
        Name:         reader
        Labels:       <none>
        Annotations:  <none>
        PolicyRule:
          Resources               Non-Resource URLs  Resource Names  Verbs
          ---------               -----------------  --------------  -----
          pods                    []                 []              [get list watch]
          deployments/scale       []                 []              [get list]
          deployments.apps/scale  []                 []              [get list]
          pods.apps               []                 []              [get list]
                                  [/healthz]         []              [get]
          secrets                 []                 [a]             [get]
        ");
    }
}
