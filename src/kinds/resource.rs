use std::borrow::Cow;
use std::sync::OnceLock;

/// Text that is part of the program or comes from a custom resource definition.
pub type Text = Cow<'static, str>;

/// A resource in one of its versions, as discovery tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiResource {
    /// `apps`; core is the empty text.
    pub group: Text,
    /// `v1`.
    pub version: Text,
    /// `Deployment`.
    pub kind: Text,
    /// `deployments`.
    pub plural: Text,
    /// `deployment`.
    pub singular: Text,
    /// `deploy`.
    pub short_names: Vec<Text>,
    /// `all`.
    pub categories: Vec<Text>,
    /// Whether its objects live in namespaces.
    pub namespaced: bool,
    /// What can be done with it.
    pub verbs: Verbs,
    /// What becomes of its objects here.
    pub behaviour: Behaviour,
    /// `status`, `scale`, `log`.
    pub subresources: Vec<Text>,
    /// Whether a custom resource definition made it.
    pub custom: bool,
}

/// What can be done with a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verbs {
    /// Everything.
    All,
    /// Reading.
    Read,
    /// A question is posted and answered.
    Create,
}

/// What becomes of the objects of a resource in the sandbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Behaviour {
    /// Something acts on them as in a real cluster.
    Acts,
    /// They are data for others; there is nothing to act on.
    Keeps,
    /// In a real cluster something would act on them; here nothing does.
    Stores,
    /// They are questions; none is stored.
    Answers,
}

impl ApiResource {
    /// The built-in resources, in the order of discovery.
    ///
    /// Source: names, short names and categories of the storages under `pkg/registry`.
    pub fn built_in() -> &'static [Self] {
        static BUILT_IN: OnceLock<Vec<ApiResource>> = OnceLock::new();
        BUILT_IN.get_or_init(|| {
            let lines = include_str!("resources.txt").lines();
            lines.filter(|line| !line.starts_with('#')).filter_map(line_of).collect()
        })
    }

    /// The built-in resource of a kind: `("apps/v1", "Deployment")`.
    pub fn of_kind(api_version: &str, kind: &str) -> Option<&'static Self> {
        let (group, version) = split_api_version(api_version);
        let mut all = Self::built_in().iter();
        all.find(|one| one.kind == kind && one.group == group && one.version == version)
    }

    /// The built-in resource that a store's key names; of several versions the stored one.
    pub fn stored_as(key: &str) -> Option<&'static Self> {
        Self::built_in().iter().find(|one| one.key() == key)
    }

    /// How the store names it: `pods`, `deployments.apps`. Both kinds of events are
    /// the same objects.
    pub fn key(&self) -> Cow<'_, str> {
        if self.group.is_empty() || (self.group == "events.k8s.io" && self.plural == "events") {
            Cow::Borrowed(&self.plural)
        } else {
            Cow::Owned(format!("{}.{}", self.plural, self.group))
        }
    }

    /// How messages name it: `events.events.k8s.io`, `pods`.
    pub fn qualified(&self) -> String {
        if self.group.is_empty() {
            self.plural.to_string()
        } else {
            format!("{}.{}", self.plural, self.group)
        }
    }

    /// `apps/v1`, `v1`.
    pub fn api_version(&self) -> String {
        if self.group.is_empty() {
            self.version.to_string()
        } else {
            format!("{}/{}", self.group, self.version)
        }
    }

    /// `DeploymentList`.
    pub fn list_kind(&self) -> String {
        format!("{}List", self.kind)
    }

    /// Whether it has this subresource.
    pub fn has(&self, subresource: &str) -> bool {
        self.subresources.iter().any(|one| one == subresource)
    }

    /// The verbs in discovery's words.
    pub fn verb_names(&self) -> &'static [&'static str] {
        match self.verbs {
            Verbs::All => {
                &["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"]
            }
            Verbs::Read => &["get", "list"],
            Verbs::Create => &["create"],
        }
    }
}

/// `apps/v1` as group and version; core's group is empty.
pub fn split_api_version(api_version: &str) -> (&str, &str) {
    api_version.split_once('/').unwrap_or(("", api_version))
}

fn line_of(line: &'static str) -> Option<ApiResource> {
    let mut parts = line.split(' ');
    let plural = parts.next()?;
    let (group, version) = split_api_version(parts.next()?);
    let kind = parts.next()?;
    Some(ApiResource {
        group: group.into(),
        version: version.into(),
        kind: kind.into(),
        plural: plural.into(),
        singular: kind.to_lowercase().into(),
        short_names: names(parts.next()?),
        categories: names(parts.next()?),
        namespaced: parts.next()? == "namespaced",
        verbs: match parts.next()? {
            "all" => Verbs::All,
            "read" => Verbs::Read,
            _ => Verbs::Create,
        },
        behaviour: match parts.next()? {
            "acts" => Behaviour::Acts,
            "keeps" => Behaviour::Keeps,
            "stores" => Behaviour::Stores,
            _ => Behaviour::Answers,
        },
        subresources: names(parts.next()?),
        custom: false,
    })
}

fn names(list: &'static str) -> Vec<Text> {
    list.split(',').filter(|name| *name != "-").map(Cow::Borrowed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::Schema;

    #[test]
    fn every_line_is_a_resource_and_has_its_fields() {
        let lines = include_str!("resources.txt").lines().filter(|line| !line.starts_with('#'));
        assert_eq!(ApiResource::built_in().len(), lines.count());
        for one in ApiResource::built_in() {
            if one.kind != "ComponentStatus" {
                let known = Schema::shipped().kind(&one.api_version(), &one.kind);
                assert!(known.is_some(), "{} {}", one.api_version(), one.kind);
            }
        }
    }

    #[test]
    fn keys_are_the_stores() {
        let key =
            |api_version, kind| ApiResource::of_kind(api_version, kind).unwrap().key().into_owned();
        assert_eq!(key("v1", "Pod"), "pods");
        assert_eq!(key("apps/v1", "Deployment"), "deployments.apps");
        assert_eq!(key("events.k8s.io/v1", "Event"), "events");
        let autoscaler = ApiResource::stored_as("horizontalpodautoscalers.autoscaling").unwrap();
        assert_eq!(autoscaler.version, "v2");
    }
}
