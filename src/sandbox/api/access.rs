use serde_json::{Value, json};

use super::Request;
use crate::sandbox::admit::edit::{at, items, text};
use crate::sandbox::store::Store;

const ROLES: &str = "roles.rbac.authorization.k8s.io";
const CLUSTER_ROLES: &str = "clusterroles.rbac.authorization.k8s.io";
const ROLE_BINDINGS: &str = "rolebindings.rbac.authorization.k8s.io";
const CLUSTER_ROLE_BINDINGS: &str = "clusterrolebindings.rbac.authorization.k8s.io";

/// Who may do everything.
const MASTERS: &str = "system:masters";

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct User {
    name: String,
    groups: Vec<String>,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Attributes {
    pub(super) verb: String,
    pub(super) namespace: String,
    pub(super) group: String,
    /// With its subresource: `pods/log`.
    pub(super) resource: String,
    pub(super) name: String,
    /// Of what is no resource: `/healthz`.
    pub(super) url: String,
}

impl User {
    /// Whoever a request wants to be taken for, else the sandbox's administrator.
    pub(super) fn of(request: &Request) -> Self {
        match &request.impersonate {
            Some(other) => Self::named(&other.user, other.groups.clone()),
            None => {
                let name = if request.user.is_empty() { "kubernetes-admin" } else { &request.user };
                Self::named(name, vec![MASTERS.to_owned()])
            }
        }
    }

    /// A user with the groups that follow from the name.
    ///
    /// Source: `apiserver/pkg/endpoints/filters/impersonation.go`.
    pub(super) fn named(name: &str, mut groups: Vec<String>) -> Self {
        if let Some(account) = name.strip_prefix("system:serviceaccount:") {
            let namespace = account.split(':').next().unwrap_or_default();
            groups.push("system:serviceaccounts".to_owned());
            groups.push(format!("system:serviceaccounts:{namespace}"));
        }
        if name != "system:anonymous" && !groups.iter().any(|one| one == "system:authenticated") {
            groups.push("system:authenticated".to_owned());
        }
        Self { name: name.to_owned(), groups }
    }

    /// The user's name.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn to_json(&self) -> Value {
        json!({"username": self.name, "groups": self.groups})
    }

    fn is(&self, subject: &Value, binding_namespace: &str) -> bool {
        let name = text(subject, &["name"]);
        match text(subject, &["kind"]) {
            "User" => name == self.name,
            "Group" => self.groups.iter().any(|one| one == name),
            "ServiceAccount" => {
                let namespace = match text(subject, &["namespace"]) {
                    "" => binding_namespace,
                    namespace => namespace,
                };
                self.name == format!("system:serviceaccount:{namespace}:{name}")
            }
            _ => false,
        }
    }
}

/// Why it is allowed, where it is.
///
/// Source: `plugin/pkg/auth/authorizer/rbac/rbac.go`.
pub(super) fn allows(store: &Store, user: &User, wanted: &Attributes) -> Option<String> {
    if user.groups.iter().any(|group| group == MASTERS) {
        return Some(String::new());
    }
    let mut granted = granted(store, user, &wanted.namespace).into_iter();
    let found = granted.find(|(_, rules)| rules.iter().any(|rule| covers(rule, wanted)));
    found.map(|(reason, _)| format!("RBAC: allowed by {reason}"))
}

/// What a user may do in a namespace, as the status of a review.
pub(super) fn rules_of(store: &Store, user: &User, namespace: &str) -> Value {
    let mut rules: Vec<Value> =
        granted(store, user, namespace).into_iter().flat_map(|(_, rules)| rules).collect();
    if user.groups.iter().any(|group| group == MASTERS) {
        rules.push(json!({"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}));
        rules.push(json!({"verbs": ["*"], "nonResourceURLs": ["*"]}));
    }
    let of = |key: &str| -> Vec<Value> {
        rules.iter().filter(|rule| at(rule, &[key]).is_some()).cloned().collect()
    };
    json!({"resourceRules": of("resources"), "nonResourceRules": of("nonResourceURLs"), "incomplete": false})
}

/// The rules that bindings give a user, each with the binding's name for people.
fn granted(store: &Store, user: &User, namespace: &str) -> Vec<(String, Vec<Value>)> {
    let mut all = Vec::new();
    let everywhere = store.list(CLUSTER_ROLE_BINDINGS, None).map(|one| (one, ""));
    let here = store.list(ROLE_BINDINGS, Some(namespace)).filter(|_| !namespace.is_empty());
    for (binding, namespace) in everywhere.chain(here.map(|one| (one, namespace))) {
        let bound = items(binding, &["subjects"]).any(|subject| user.is(subject, namespace));
        if !bound {
            continue;
        }
        let kind = text(binding, &["roleRef", "kind"]);
        let role = text(binding, &["roleRef", "name"]);
        let found = match kind {
            "Role" => store.get(ROLES, namespace, role),
            _ => store.get(CLUSTER_ROLES, "", role),
        };
        let rules = found.map(|role| items(role, &["rules"]).cloned().collect());
        let name = text(binding, &["metadata", "name"]);
        let (binding_kind, shown) = match namespace {
            "" => ("ClusterRoleBinding", name.to_owned()),
            namespace => ("RoleBinding", format!("{name}/{namespace}")),
        };
        all.push((
            format!("{binding_kind} {shown:?} of {kind} {role:?}"),
            rules.unwrap_or_else(|| built_in_role(role)),
        ));
    }
    all
}

/// The roles that a cluster is born with, as far as labs bind them.
///
/// Source: `plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go`, in broad strokes.
fn built_in_role(name: &str) -> Vec<Value> {
    let rule = |verbs: Value| json!({"verbs": verbs, "apiGroups": ["*"], "resources": ["*"]});
    match name {
        "cluster-admin" => {
            vec![rule(json!(["*"])), json!({"verbs": ["*"], "nonResourceURLs": ["*"]})]
        }
        "admin" | "edit" => vec![rule(json!(["*"]))],
        "view" => vec![json!({"verbs": ["get", "list", "watch"],
            "apiGroups": ["", "apps", "batch", "autoscaling", "networking.k8s.io", "policy", "discovery.k8s.io"],
            "resources": ["pods", "pods/log", "pods/status", "services", "endpoints", "configmaps", "events",
                "namespaces", "persistentvolumeclaims", "replicationcontrollers", "serviceaccounts",
                "deployments", "replicasets", "daemonsets", "statefulsets", "jobs", "cronjobs",
                "horizontalpodautoscalers", "ingresses", "networkpolicies", "poddisruptionbudgets",
                "endpointslices", "limitranges", "resourcequotas"]})],
        _ => Vec::new(),
    }
}

/// Source: `pkg/apis/rbac/v1/evaluation_helpers.go`.
fn covers(rule: &Value, wanted: &Attributes) -> bool {
    let has = |key: &str, value: &str| items(rule, &[key]).any(|one| one == "*" || one == value);
    if !has("verbs", &wanted.verb) {
        return false;
    }
    if !wanted.url.is_empty() {
        let urls = items(rule, &["nonResourceURLs"]).filter_map(Value::as_str);
        return urls.into_iter().any(|url| match url.strip_suffix('*') {
            Some(prefix) => wanted.url.starts_with(prefix),
            None => url == wanted.url,
        });
    }
    let names = items(rule, &["resourceNames"]).collect::<Vec<_>>();
    let named = names.is_empty() || names.iter().any(|one| **one == wanted.name.as_str());
    let every_subresource = wanted.resource.split_once('/').map(|(_, sub)| format!("*/{sub}"));
    let resource = has("resources", &wanted.resource)
        || every_subresource.is_some_and(|one| has("resources", &one));
    has("apiGroups", &wanted.group) && resource && named
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    #[test]
    fn bindings_give_what_their_roles_allow() {
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        let mut store = Store::default();
        let role = json!({"metadata": {"name": "reader", "namespace": "lab"},
            "rules": [{"verbs": ["get", "list"], "apiGroups": [""], "resources": ["pods", "pods/log"]}]});
        let binding = json!({"metadata": {"name": "read", "namespace": "lab"},
            "subjects": [{"kind": "ServiceAccount", "name": "app"}],
            "roleRef": {"kind": "Role", "name": "reader"}});
        store.create(ROLES, role, now).unwrap();
        store.create(ROLE_BINDINGS, binding, now).unwrap();
        let app = User::named("system:serviceaccount:lab:app", Vec::new());
        let may = |verb: &str, namespace: &str, resource: &str| {
            let wanted = Attributes {
                verb: verb.to_owned(),
                namespace: namespace.to_owned(),
                resource: resource.to_owned(),
                ..Attributes::default()
            };
            allows(&store, &app, &wanted)
        };
        assert_eq!(
            may("list", "lab", "pods").unwrap(),
            "RBAC: allowed by RoleBinding \"read/lab\" of Role \"reader\""
        );
        assert!(may("get", "lab", "pods/log").is_some());
        assert!(may("delete", "lab", "pods").is_none());
        assert!(may("list", "default", "pods").is_none());
        assert!(may("list", "", "pods").is_none());
        let admin = User::of(&Request::default());
        assert!(allows(&store, &admin, &Attributes::default()).is_some());
    }
}
