use std::borrow::Cow;

use super::registry;
use crate::kinds::ApiResource;
use crate::sandbox::store::Store;

/// What a path leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Route {
    /// `/`
    Index,
    /// `/version`
    Version,
    /// `/healthz`, `/livez`, `/readyz`, with what follows.
    Health(String),
    /// `/api` and `/apis`.
    Roots(Root),
    /// `/apis/apps`
    Group(String),
    /// `/api/v1`, `/apis/apps/v1`
    GroupVersion(String, String),
    /// `/openapi/v2`
    OpenApiV2,
    /// `/openapi/v3`
    OpenApiIndex,
    /// `/openapi/v3/apis/apps/v1`: what follows `v3/`.
    OpenApi(String),
    /// Objects.
    Objects(Box<Target>),
    /// Nothing.
    Nowhere,
}

/// The two roots of discovery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Root {
    /// `/api`
    Core,
    /// `/apis`
    Groups,
}

/// The objects that a path names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    /// What they are.
    pub(super) resource: Cow<'static, ApiResource>,
    /// Where they are; none: everywhere.
    pub(super) namespace: Option<String>,
    /// Which one.
    pub(super) name: Option<String>,
    /// `status`, `log`; empty: the object itself.
    pub(super) subresource: String,
}

impl Target {
    /// The namespace as the store has it.
    pub(super) fn namespace(&self) -> &str {
        self.namespace.as_deref().unwrap_or_default()
    }

    /// The name; empty where it is a collection.
    pub(super) fn name(&self) -> &str {
        self.name.as_deref().unwrap_or_default()
    }
}

/// Finds out what a path leads to.
///
/// Source: `apiserver/pkg/endpoints/request/requestinfo.go`.
pub(super) fn route(store: &Store, path: &str) -> Route {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    match parts.as_slice() {
        [] => Route::Index,
        ["version"] => Route::Version,
        ["healthz" | "livez" | "readyz", ..] => Route::Health(parts.join("/")),
        ["openapi", "v2"] => Route::OpenApiV2,
        ["openapi", "v3"] => Route::OpenApiIndex,
        ["openapi", "v3", rest @ ..] => Route::OpenApi(rest.join("/")),
        ["api"] => Route::Roots(Root::Core),
        ["apis"] => Route::Roots(Root::Groups),
        ["apis", group] => Route::Group((*group).to_owned()),
        ["api", version] => Route::GroupVersion(String::new(), (*version).to_owned()),
        ["apis", group, version] => Route::GroupVersion((*group).to_owned(), (*version).to_owned()),
        ["api", version, rest @ ..] => objects(store, "", version, rest),
        ["apis", group, version, rest @ ..] => objects(store, group, version, rest),
        _ => Route::Nowhere,
    }
}

fn objects(store: &Store, group: &str, version: &str, rest: &[&str]) -> Route {
    let target = match rest {
        // `/namespaces/x/status` is the namespace's own.
        ["namespaces", _, "status" | "finalize"] if group.is_empty() => {
            within(store, (group, version), None, rest)
        }
        ["namespaces", namespace, rest @ ..] if !rest.is_empty() => {
            within(store, (group, version), Some(namespace), rest)
        }
        _ => within(store, (group, version), None, rest),
    };
    target.map_or(Route::Nowhere, |target| Route::Objects(Box::new(target)))
}

fn within(
    store: &Store,
    (group, version): (&str, &str),
    namespace: Option<&str>,
    rest: &[&str],
) -> Option<Target> {
    let (plural, rest) = rest.split_first()?;
    let resource = registry::find(store, group, version, plural)?;
    if namespace.is_some() && !resource.namespaced {
        return None;
    }
    let (name, subresource) = match rest {
        [] => (None, ""),
        [name] => (Some((*name).to_owned()), ""),
        [name, subresource, ..] => (Some((*name).to_owned()), *subresource),
    };
    // One object of a namespaced kind is named with its namespace.
    if name.is_some() && resource.namespaced && namespace.is_none() {
        return None;
    }
    if !subresource.is_empty() && !resource.has(subresource) {
        return None;
    }
    let namespace = namespace.map(str::to_owned);
    Some(Target { resource, namespace, name, subresource: subresource.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn described(path: &str) -> String {
        match route(&Store::default(), path) {
            Route::Objects(target) => format!(
                "{} {:?} {:?} {}",
                target.resource.key(),
                target.namespace,
                target.name,
                target.subresource
            ),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn paths_lead_to_objects() {
        let rows = [
            ("/api/v1/pods", "pods None None "),
            ("/api/v1/namespaces/lab/pods", "pods Some(\"lab\") None "),
            ("/api/v1/namespaces/lab/pods/a/log", "pods Some(\"lab\") Some(\"a\") log"),
            ("/api/v1/namespaces/lab", "namespaces None Some(\"lab\") "),
            ("/api/v1/namespaces/lab/finalize", "namespaces None Some(\"lab\") finalize"),
            (
                "/apis/apps/v1/namespaces/lab/deployments/a",
                "deployments.apps Some(\"lab\") Some(\"a\") ",
            ),
            ("/api/v1/nodes/n/status", "nodes None Some(\"n\") status"),
            ("/api/v1/pods/a", "Nowhere"),
            ("/api/v1/namespaces/lab/nodes", "Nowhere"),
            ("/api/v1/namespaces/lab/pods/a/nothing", "Nowhere"),
            ("/apis/apps/v2/deployments", "Nowhere"),
            ("/openapi/v3/apis/apps/v1", "OpenApi(\"apis/apps/v1\")"),
        ];
        for (path, wanted) in rows {
            assert_eq!(described(path), wanted, "{path}");
        }
    }
}
