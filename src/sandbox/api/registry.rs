use std::borrow::Cow;

use serde_json::Value;

use crate::kinds::{ApiResource, Behaviour, Verbs};
use crate::sandbox::admit::edit::{at, items, text};
use crate::sandbox::store::Store;

/// Where the definitions of custom resources are.
pub(super) const DEFINITIONS: &str = "customresourcedefinitions.apiextensions.k8s.io";

/// The resource at a group, version and plural name, where it is served.
pub(super) fn find(
    store: &Store,
    group: &str,
    version: &str,
    plural: &str,
) -> Option<Cow<'static, ApiResource>> {
    let wanted =
        |one: &ApiResource| one.group == group && one.version == version && one.plural == plural;
    if let Some(found) = ApiResource::built_in().iter().find(|one| wanted(one)) {
        return Some(Cow::Borrowed(found));
    }
    let definition = store.get(DEFINITIONS, "", &format!("{plural}.{group}"))?;
    custom_resources(definition).into_iter().find(wanted).map(Cow::Owned)
}

/// All resources that are served, in the order of discovery.
pub(super) fn all(store: &Store) -> Vec<Cow<'static, ApiResource>> {
    let built_in = ApiResource::built_in().iter().map(Cow::Borrowed);
    let definitions = store.list(DEFINITIONS, None);
    let custom = definitions.flat_map(|one| custom_resources(one)).map(Cow::Owned);
    built_in.chain(custom).collect()
}

/// The resources that a definition makes, one for each version that it serves, the
/// preferred one first; none before it is established.
pub(super) fn custom_resources(definition: &Value) -> Vec<ApiResource> {
    let established = items(definition, &["status", "conditions"])
        .any(|one| one["type"] == "Established" && one["status"] == "True");
    if !established {
        return Vec::new();
    }
    let spec = &definition["spec"];
    let mut versions: Vec<&Value> =
        items(spec, &["versions"]).filter(|one| one["served"] == true).collect();
    versions.sort_by_key(|one| std::cmp::Reverse(version_rank(text(one, &["name"]))));
    versions.into_iter().map(|version| custom_resource(spec, version)).collect()
}

fn custom_resource(spec: &Value, version: &Value) -> ApiResource {
    let names = &spec["names"];
    let name = |key: &str| Cow::Owned(text(names, &[key]).to_owned());
    let list = |key: &str| {
        items(names, &[key])
            .filter_map(Value::as_str)
            .map(|one| Cow::Owned(one.to_owned()))
            .collect()
    };
    let subresources = ["scale", "status"].into_iter();
    let has = |one: &&str| at(version, &["subresources", one]).is_some();
    ApiResource {
        group: Cow::Owned(text(spec, &["group"]).to_owned()),
        version: Cow::Owned(text(version, &["name"]).to_owned()),
        kind: name("kind"),
        plural: name("plural"),
        singular: name("singular"),
        short_names: list("shortNames"),
        categories: list("categories"),
        namespaced: spec["scope"] == "Namespaced",
        verbs: Verbs::All,
        behaviour: Behaviour::Keeps,
        subresources: subresources.filter(has).map(Cow::Borrowed).collect(),
        custom: true,
    }
}

/// `v2` before `v1` before `v2beta1` before `v1alpha1`, before everything else.
///
/// Source: `apimachinery/pkg/version/helpers.go`, `CompareKubeAwareVersionStrings`.
pub(super) fn version_rank(version: &str) -> (u8, u64, u64) {
    let Some(rest) = version.strip_prefix('v') else { return (0, 0, 0) };
    let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (major, rest) = rest.split_at(digits);
    let Ok(major) = major.parse() else { return (0, 0, 0) };
    let minor = |text: &str| text.parse().unwrap_or(0);
    match (rest.strip_prefix("beta"), rest.strip_prefix("alpha")) {
        _ if rest.is_empty() => (3, major, 0),
        (Some(beta), _) => (2, major, minor(beta)),
        (_, Some(alpha)) => (1, major, minor(alpha)),
        _ => (0, 0, 0),
    }
}

/// The version of a definition by its name.
pub(super) fn definition_version<'a>(
    store: &'a Store,
    resource: &ApiResource,
) -> Option<&'a Value> {
    let definition = store.get(DEFINITIONS, "", &resource.key())?;
    items(definition, &["spec", "versions"]).find(|one| text(one, &["name"]) == resource.version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stable_versions_come_first() {
        let mut versions = ["v1alpha1", "foo1", "v1beta1", "v10", "v2", "v1beta2", "v1"];
        versions.sort_by_key(|one| std::cmp::Reverse(version_rank(one)));
        assert_eq!(versions, ["v10", "v2", "v1", "v1beta2", "v1beta1", "v1alpha1", "foo1"]);
    }
}
