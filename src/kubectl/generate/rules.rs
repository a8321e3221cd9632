//! Roles and their bindings.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::text::labels;
use crate::cluster::KindError;
use crate::invocation::Invocation;
use crate::kubectl::failure::Failure;
use crate::kubectl::{Io, Session};

const RBAC: &str = "rbac.authorization.k8s.io";
const API_VERSION: &str = "rbac.authorization.k8s.io/v1";

/// Source: `create_role.go`, `validResourceVerbs`.
const VERBS: &[&str] = &[
    "*",
    "get",
    "delete",
    "list",
    "create",
    "update",
    "patch",
    "watch",
    "proxy",
    "deletecollection",
    "use",
    "bind",
    "escalate",
    "impersonate",
    "approve",
    "sign",
];

/// Source: `create_role.go`.
pub(super) async fn role(
    invocation: &Invocation,
    name: &str,
    session: &Session,
    io: &mut Io,
) -> Result<Value, Failure> {
    let verbs = verbs(invocation);
    if verbs.is_empty() {
        return Err(Failure::message("at least one verb must be specified"));
    }
    warn_of_verbs(&verbs, io).await?;
    let resources = resources(invocation);
    if resources.is_empty() {
        return Err(Failure::message("at least one resource must be specified"));
    }
    let rules = rules(invocation, &verbs, &resources, session).await?;
    Ok(json!({
        "apiVersion": API_VERSION, "kind": "Role", "metadata": {"name": name}, "rules": rules,
    }))
}

/// Source: `create_clusterrole.go`.
pub(super) async fn cluster_role(
    invocation: &Invocation,
    name: &str,
    session: &Session,
    io: &mut Io,
) -> Result<Value, Failure> {
    let flags = &invocation.flags;
    let mut object =
        json!({"apiVersion": API_VERSION, "kind": "ClusterRole", "metadata": {"name": name}});
    let verbs = verbs(invocation);
    let (resources, urls) = (resources(invocation), flags.all("non-resource-url"));
    let aggregation = flags.all("aggregation-rule");
    if !aggregation.is_empty() {
        if !verbs.is_empty() || !resources.is_empty() || !urls.is_empty() {
            return Err(Failure::message(
                "aggregation rule must be specified without nonResourceURLs, resources or resourceNames",
            ));
        }
        let selector = labels(&aggregation.join(","))?;
        object["aggregationRule"] = json!({"clusterRoleSelectors": [{"matchLabels": selector}]});
        object["rules"] = Value::Null;
        return Ok(object);
    }
    if verbs.is_empty() {
        return Err(Failure::message("at least one verb must be specified"));
    }
    if resources.is_empty() && urls.is_empty() {
        return Err(Failure::message("one of resource or nonResourceURL must be specified"));
    }
    if resources.is_empty() && flags.is_set("resource-name") {
        return Err(Failure::message("resource must be specified if resourceName is specified"));
    }
    if !resources.is_empty() {
        warn_of_verbs(&verbs, io).await?;
    }
    let mut rules = rules(invocation, &verbs, &resources, session).await?;
    if !urls.is_empty() {
        rules.push(json!({"nonResourceURLs": urls, "verbs": verbs}));
    }
    object["rules"] = json!(rules);
    Ok(object)
}

fn verbs(invocation: &Invocation) -> Vec<&str> {
    let mut verbs: Vec<&str> = Vec::new();
    for verb in invocation.flags.all("verb") {
        if verb == "*" {
            return vec!["*"];
        }
        if !verbs.contains(&verb) {
            verbs.push(verb);
        }
    }
    verbs
}

async fn warn_of_verbs(verbs: &[&str], io: &mut Io) -> Result<(), Failure> {
    for verb in verbs.iter().filter(|verb| !VERBS.contains(verb)) {
        io.err(&format!("Warning: '{verb}' is not a standard resource verb\n")).await?;
    }
    Ok(())
}

/// Resource with its group, and the part of it.
fn resources(invocation: &Invocation) -> Vec<(&str, &str)> {
    let all = invocation.flags.all("resource");
    if all.contains(&"*") {
        return vec![("*", "")];
    }
    all.into_iter().map(|text| text.split_once('/').unwrap_or((text, ""))).collect()
}

/// One rule a group, in the order of the groups.
///
/// Source: `create_role.go`, `generateResourcePolicyRules`.
async fn rules(
    invocation: &Invocation,
    verbs: &[&str],
    resources: &[(&str, &str)],
    session: &Session,
) -> Result<Vec<Value>, Failure> {
    let mut groups: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (resource, part) in resources {
        let (group, mut plural) = match *resource {
            "*" => (String::new(), "*".to_owned()),
            name => {
                let kind =
                    session.cluster.kind_called(name).await.map_err(|error| match error {
                        KindError::UnknownName(name) => Failure::Plain(
                            format!(
                                "the server doesn't have a resource type {:?}",
                                name.split('.').next().unwrap_or(&name)
                            ),
                            1,
                        ),
                        other => other.into(),
                    })?;
                (kind.group, kind.plural)
            }
        };
        if !part.is_empty() {
            plural = format!("{plural}/{part}");
        }
        let of_group = groups.entry(group).or_default();
        if !of_group.contains(&plural) {
            of_group.push(plural);
        }
    }
    let names = invocation.flags.all("resource-name");
    Ok(groups
        .into_iter()
        .map(|(group, resources)| {
            let mut rule = Map::new();
            rule.insert("apiGroups".into(), json!([group]));
            if !names.is_empty() {
                rule.insert("resourceNames".into(), json!(names));
            }
            rule.insert("resources".into(), json!(resources));
            rule.insert("verbs".into(), json!(verbs));
            Value::Object(rule)
        })
        .collect())
}

/// Source: `create_rolebinding.go`.
pub(super) fn role_binding(invocation: &Invocation, name: &str) -> Result<Value, Failure> {
    let text = |flag: &str| invocation.flags.text(flag).filter(|value| !value.is_empty());
    let (kind, role) = match (text("clusterrole"), text("role")) {
        (Some(role), None) => ("ClusterRole", role),
        (None, Some(role)) => ("Role", role),
        _ => {
            return Err(Failure::message("exactly one of clusterrole or role must be specified"));
        }
    };
    binding(invocation, ("RoleBinding", name), (kind, role))
}

/// Source: `create_clusterrolebinding.go`.
pub(super) fn cluster_role_binding(invocation: &Invocation, name: &str) -> Result<Value, Failure> {
    let role = invocation.flags.text("clusterrole").unwrap_or_default();
    binding(invocation, ("ClusterRoleBinding", name), ("ClusterRole", role))
}

fn binding(
    invocation: &Invocation,
    (kind, name): (&str, &str),
    (role_kind, role): (&str, &str),
) -> Result<Value, Failure> {
    let flags = &invocation.flags;
    let mut subjects = Vec::new();
    for (flag, kind) in [("user", "User"), ("group", "Group")] {
        for name in flags.all(flag) {
            subjects.push(json!({"apiGroup": RBAC, "kind": kind, "name": name}));
        }
    }
    for account in flags.all("serviceaccount") {
        subjects.push(subject_of_service_account(account)?);
    }
    let mut object = json!({
        "apiVersion": API_VERSION, "kind": kind, "metadata": {"name": name},
        "roleRef": {"apiGroup": RBAC, "kind": role_kind, "name": role},
    });
    if !subjects.is_empty() {
        object["subjects"] = json!(subjects);
    }
    Ok(object)
}

/// `namespace:name`.
pub(in crate::kubectl) fn subject_of_service_account(account: &str) -> Result<Value, Failure> {
    match account.split(':').collect::<Vec<_>>().as_slice() {
        [namespace, name] if !namespace.is_empty() && !name.is_empty() => {
            Ok(json!({"kind": "ServiceAccount", "name": name, "namespace": namespace}))
        }
        _ => Err(Failure::message("serviceaccount must be <namespace>:<name>")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invocation::parse;

    #[test]
    fn a_binding_lists_users_groups_and_accounts() {
        let line = "create rolebinding x --role=r --user=u --group=g --serviceaccount=a:b";
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        let made = role_binding(&parse(&words).unwrap(), "x").unwrap();
        assert_eq!(made["roleRef"], json!({"apiGroup": RBAC, "kind": "Role", "name": "r"}));
        assert_eq!(
            made["subjects"],
            json!([
                {"apiGroup": RBAC, "kind": "User", "name": "u"},
                {"apiGroup": RBAC, "kind": "Group", "name": "g"},
                {"kind": "ServiceAccount", "name": "b", "namespace": "a"},
            ])
        );
        let wrong = subject_of_service_account("x").unwrap_err();
        assert_eq!(wrong.text(), "error: serviceaccount must be <namespace>:<name>\n");
    }
}
