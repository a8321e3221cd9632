//! How people call the kinds that the watcher shows.

/// The names of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KindNames {
    /// `Pod`.
    pub kind: &'static str,
    /// `pod`, as in `pod/simple-api`.
    pub singular: &'static str,
    /// `pods`, as URLs and pane titles have it.
    pub plural: &'static str,
    /// `po`.
    pub short: &'static str,
}

/// The kinds that the watcher shows.
///
/// Source: `ShortNames` of the storages under `pkg/registry`.
pub const WATCHED: [KindNames; 5] = [
    KindNames { kind: "Pod", singular: "pod", plural: "pods", short: "po" },
    KindNames { kind: "Event", singular: "event", plural: "events", short: "ev" },
    KindNames { kind: "Service", singular: "service", plural: "services", short: "svc" },
    KindNames { kind: "Endpoints", singular: "endpoints", plural: "endpoints", short: "ep" },
    KindNames {
        kind: "Deployment",
        singular: "deployment",
        plural: "deployments",
        short: "deploy",
    },
];

/// The kind that is meant by any of its names, in any case.
pub fn watched_kind(name: &str) -> Option<KindNames> {
    let name = name.to_lowercase();
    WATCHED.into_iter().find(|one| [one.singular, one.plural, one.short].contains(&name.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_names_its_kind() {
        for (name, kind) in
            [("po", "Pod"), ("Pods", "Pod"), ("svc", "Service"), ("deploy", "Deployment")]
        {
            assert_eq!(watched_kind(name).map(|one| one.kind), Some(kind), "{name}");
        }
        assert_eq!(watched_kind("nodes"), None);
    }
}
