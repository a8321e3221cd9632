//! Kinds by any name that a person types.

use std::collections::HashSet;
use std::sync::Arc;

use futures::future::join_all;
use serde_json::Value;

use super::known_kinds::known_kinds;
use super::request::percent_encoded;
use super::{ApiRequest, Cluster, RequestError};

/// A kind of object and where the API serves it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceKind {
    /// Empty for the core group.
    pub group: String,
    /// `v1`.
    pub version: String,
    /// `Deployment`.
    pub kind: String,
    /// `deployments`.
    pub plural: String,
    /// `deployment`.
    pub singular: String,
    /// `deploy`.
    pub short_names: Vec<String>,
    /// `all` and others.
    pub categories: Vec<String>,
    /// What can be done with it: `get`, `list`; empty where that was not asked.
    pub verbs: Vec<String>,
    /// Whether its objects live in namespaces.
    pub namespaced: bool,
}

/// What discovery found; every kind in the version that the server prefers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Catalogue {
    kinds: Vec<ResourceKind>,
}

impl Catalogue {
    /// Every kind.
    pub fn kinds(&self) -> &[ResourceKind] {
        &self.kinds
    }
}

/// Why a kind is not known.
#[derive(Debug, thiserror::Error)]
pub enum KindError {
    /// No kind has this name.
    #[error("the server doesn't have a resource type {0:?}")]
    UnknownName(String),
    /// The server does not serve this kind in this version.
    #[error("no matches for kind {kind:?} in version {api_version:?}")]
    UnknownKind {
        /// As the manifest has it.
        api_version: String,
        /// As the manifest has it.
        kind: String,
    },
    /// Discovery failed.
    #[error(transparent)]
    Request(#[from] RequestError),
}

impl ResourceKind {
    /// `v1`, `apps/v1`.
    pub fn api_version(&self) -> String {
        if self.group.is_empty() {
            self.version.clone()
        } else {
            format!("{}/{}", self.group, self.version)
        }
    }

    /// `pods`, `deployments.apps`: as the server's messages name it.
    pub fn group_resource(&self) -> String {
        dotted(&self.plural, &self.group)
    }

    /// `pod`, `deployment.apps`: as kubectl's messages name it.
    pub fn group_kind(&self) -> String {
        dotted(&self.kind.to_lowercase(), &self.group)
    }

    /// Where its objects are served: all of them, or those of a namespace.
    pub fn path(&self, namespace: Option<&str>) -> String {
        let root = if self.group.is_empty() {
            format!("/api/{}", self.version)
        } else {
            format!("/apis/{}/{}", self.group, self.version)
        };
        match namespace {
            Some(namespace) if self.namespaced => {
                format!("{root}/namespaces/{}/{}", percent_encoded(namespace), self.plural)
            }
            _ => format!("{root}/{}", self.plural),
        }
    }

    /// Where one of its objects is served.
    pub fn object_path(&self, namespace: Option<&str>, name: &str) -> String {
        format!("{}/{}", self.path(namespace), percent_encoded(name))
    }

    /// Whether a person means this kind by `name`: plural, singular, kind or short
    /// name, with `.group` or `.version.group` after it where that is needed.
    pub fn is_called(&self, name: &str) -> bool {
        let name = name.to_lowercase();
        let (first, rest) = name.split_once('.').unwrap_or((&name, ""));
        let named = self.plural == first
            || self.singular == first
            || self.kind.to_lowercase() == first
            || self.short_names.iter().any(|short| short == first);
        named && self.is_in(rest)
    }

    fn is_in(&self, rest: &str) -> bool {
        let versioned = || {
            let of_version = rest.strip_prefix(self.version.as_str());
            of_version.is_some_and(|r| r.strip_prefix('.').unwrap_or(r) == self.group)
        };
        rest.is_empty() || rest == self.group || versioned()
    }
}

fn dotted(name: &str, group: &str) -> String {
    if group.is_empty() { name.to_owned() } else { format!("{name}.{group}") }
}

impl Cluster {
    /// The kind that a person means; the common ones are known without a request.
    ///
    /// # Errors
    /// [`KindError::UnknownName`], or what discovery fails with.
    pub async fn kind_called(&self, name: &str) -> Result<ResourceKind, KindError> {
        if let Some(kind) = known_kinds().find(|kind| kind.is_called(name)) {
            return Ok(kind);
        }
        let catalogue = self.catalogue().await?;
        let found = catalogue.kinds.iter().find(|kind| kind.is_called(name)).cloned();
        found.ok_or_else(|| KindError::UnknownName(name.to_owned()))
    }

    /// The kind that a manifest names.
    ///
    /// # Errors
    /// [`KindError::UnknownKind`], or what discovery fails with.
    pub async fn kind_of(&self, api_version: &str, kind: &str) -> Result<ResourceKind, KindError> {
        let fits = |known: &ResourceKind| known.kind == kind && known.api_version() == api_version;
        if let Some(known) = known_kinds().find(fits) {
            return Ok(known);
        }
        let unknown = || KindError::UnknownKind {
            api_version: api_version.to_owned(),
            kind: kind.to_owned(),
        };
        let path = match api_version.split_once('/') {
            Some((group, version)) => format!("/apis/{group}/{version}"),
            None => format!("/api/{api_version}"),
        };
        let answer = match self.json(&ApiRequest::get(path)).await {
            Err(error) if error.is_not_found() => return Err(unknown()),
            answer => answer?,
        };
        kinds_of_list(&answer).into_iter().find(fits).ok_or_else(unknown)
    }

    /// The kinds of a category such as `all`, in the server's order; none where
    /// there is no such category.
    ///
    /// # Errors
    /// What discovery fails with.
    pub async fn category(&self, name: &str) -> Result<Vec<ResourceKind>, RequestError> {
        let catalogue = self.catalogue().await?;
        let of_category = |kind: &&ResourceKind| kind.categories.iter().any(|c| c == name);
        Ok(catalogue.kinds.iter().filter(of_category).cloned().collect())
    }

    /// Every kind that the server has; asked once.
    ///
    /// # Errors
    /// [`RequestError`]; a single group that does not answer is left out.
    pub async fn catalogue(&self) -> Result<Arc<Catalogue>, RequestError> {
        if let Some(known) = self.discovered() {
            return Ok(known);
        }
        let found = Arc::new(self.discover().await?);
        self.remember(&found);
        Ok(found)
    }

    async fn discover(&self) -> Result<Catalogue, RequestError> {
        // Servers from 1.26 on answer with everything at once; others ignore the wish.
        const AGGREGATED: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,\
             application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,\
             application/json";
        let core = ApiRequest::get("/api").accepting(AGGREGATED);
        let groups = ApiRequest::get("/apis").accepting(AGGREGATED);
        let (core, groups) = futures::join!(self.json(&core), self.json(&groups));
        let (core, groups) = (core?, groups?);
        if groups["kind"] == "APIGroupDiscoveryList" {
            let mut kinds = aggregated_kinds(&core);
            kinds.extend(aggregated_kinds(&groups));
            return Ok(Catalogue { kinds: first_of_each(kinds) });
        }
        let paths = texts(&core["versions"]).into_iter().map(|v| format!("/api/{v}"));
        let versions = items(&groups["groups"]).flat_map(versions_of_group);
        let others = versions.map(|version| format!("/apis/{version}"));
        let requests: Vec<ApiRequest> = paths.chain(others).map(ApiRequest::get).collect();
        let answers = join_all(requests.iter().map(|request| self.json(request))).await;
        let kinds = answers.into_iter().flatten().flat_map(|list| kinds_of_list(&list)).collect();
        Ok(Catalogue { kinds: first_of_each(kinds) })
    }
}

/// The kinds of an `APIResourceList`, subresources left out.
fn kinds_of_list(list: &Value) -> Vec<ResourceKind> {
    let group_version = list["groupVersion"].as_str().unwrap_or_default();
    let (group, version) = group_version.split_once('/').unwrap_or(("", group_version));
    items(&list["resources"])
        .filter(|row| row["name"].as_str().is_some_and(|name| !name.contains('/')))
        .map(|row| {
            let kind = text(&row["kind"]);
            let singular = text(&row["singularName"]);
            ResourceKind {
                group: group.to_owned(),
                version: version.to_owned(),
                plural: text(&row["name"]),
                singular: if singular.is_empty() { kind.to_lowercase() } else { singular },
                short_names: texts(&row["shortNames"]),
                categories: texts(&row["categories"]),
                verbs: texts(&row["verbs"]),
                namespaced: row["namespaced"].as_bool().unwrap_or_default(),
                kind,
            }
        })
        .collect()
}

/// All versions of a group, the preferred one first.
fn versions_of_group(group: &Value) -> Vec<String> {
    let preferred = text(&group["preferredVersion"]["groupVersion"]);
    let mut versions: Vec<String> =
        items(&group["versions"]).map(|version| text(&version["groupVersion"])).collect();
    versions.sort_by_key(|version| *version != preferred);
    versions
}

/// A kind that several versions of its group have is taken from the first of them.
fn first_of_each(kinds: Vec<ResourceKind>) -> Vec<ResourceKind> {
    let mut seen = HashSet::new();
    kinds
        .into_iter()
        .filter(|kind| seen.insert((kind.group.clone(), kind.plural.clone())))
        .collect()
}

/// The kinds of an `APIGroupDiscoveryList`; each group's first version is the preferred one.
fn aggregated_kinds(list: &Value) -> Vec<ResourceKind> {
    let mut kinds = Vec::new();
    for group in items(&list["items"]) {
        let versions = items(&group["versions"]);
        let rows = versions.flat_map(|v| items(&v["resources"]).map(move |row| (v, row)));
        kinds.extend(rows.map(|(version, row)| ResourceKind {
            group: text(&group["metadata"]["name"]),
            version: text(&version["version"]),
            kind: text(&row["responseKind"]["kind"]),
            plural: text(&row["resource"]),
            singular: text(&row["singularResource"]),
            short_names: texts(&row["shortNames"]),
            categories: texts(&row["categories"]),
            verbs: texts(&row["verbs"]),
            namespaced: row["scope"] == "Namespaced",
        }));
    }
    kinds
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn texts(value: &Value) -> Vec<String> {
    items(value).map(text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn called(name: &str) -> Option<String> {
        known_kinds().find(|kind| kind.is_called(name)).map(|kind| kind.group_kind())
    }

    #[test]
    fn a_kind_is_known_by_every_name_that_people_use() {
        for name in ["po", "pod", "pods", "Pod", "PODS", "pods.v1", "pods.v1."] {
            assert_eq!(called(name).as_deref(), Some("pod"), "{name}");
        }
        for name in ["deploy", "deployments", "deployments.apps", "deployment.v1.apps"] {
            assert_eq!(called(name).as_deref(), Some("deployment.apps"), "{name}");
        }
        for name in ["podz", "pods.apps", "deployments.v2.apps", ""] {
            assert_eq!(called(name), None, "{name}");
        }
    }

    #[test]
    fn paths_are_those_of_the_api() {
        let find = |name| known_kinds().find(|kind| kind.is_called(name)).unwrap();
        assert_eq!(find("pod").object_path(Some("lab"), "web"), "/api/v1/namespaces/lab/pods/web");
        assert_eq!(find("deploy").path(None), "/apis/apps/v1/deployments");
        assert_eq!(find("ns").object_path(Some("ignored"), "lab"), "/api/v1/namespaces/lab");
    }

    #[test]
    fn old_and_new_discovery_find_the_same() {
        let old = json!({"groupVersion": "batch/v1", "resources": [
            {"name": "jobs", "singularName": "", "namespaced": true, "kind": "Job", "categories": ["all"]},
            {"name": "jobs/status", "namespaced": true, "kind": "Job"}]});
        let new = json!({"items": [{"metadata": {"name": "batch"}, "versions": [
            {"version": "v1", "resources": [{"resource": "jobs", "singularResource": "job",
                "scope": "Namespaced", "responseKind": {"kind": "Job"}, "categories": ["all"]}]},
            {"version": "v1beta1", "resources": [{"resource": "jobs"}]}]}]});
        assert_eq!(kinds_of_list(&old), first_of_each(aggregated_kinds(&new)));
        assert_eq!(kinds_of_list(&old).len(), 1);
    }
}
