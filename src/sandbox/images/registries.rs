//! What is known about images that no data describes: which names cannot exist.

use serde::Deserialize;

use super::reference::Reference;

/// `assets/images/registries.yaml`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Registries {
    /// Places all of whose images are known.
    pub(crate) complete: Vec<Complete>,
    /// Parts of a name that say that it is made up, to see a pull fail.
    pub(crate) made_up: Vec<String>,
    /// Hosts that no name server knows.
    pub(crate) unreachable: Vec<String>,
}

/// A place all of whose images are known: described by data, or listed here.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Complete {
    /// `docker.io/library`: what a repository begins with.
    pub(crate) place: String,
    /// Images that exist, without data of their own.
    pub(crate) images: Vec<String>,
}

impl Registries {
    /// Why this repository, which has no data, cannot be pulled; `None` if it may exist.
    pub(crate) fn refusal(&self, reference: &Reference) -> Option<String> {
        if let Some(host) = self.unreachable_host(reference) {
            return Some(no_such_host(reference, host));
        }
        let repository = reference.repository();
        let place = self.complete.iter().find_map(|complete| {
            let rest = repository.strip_prefix(&complete.place)?.strip_prefix('/')?;
            Some((complete, rest))
        });
        let missing = match place {
            Some((complete, name)) => !complete.images.iter().any(|image| image == name),
            None => self.is_made_up(reference),
        };
        missing.then(|| no_such_repository(reference))
    }

    fn unreachable_host(&self, reference: &Reference) -> Option<&str> {
        self.unreachable.iter().map(String::as_str).find(|host| {
            let name = reference.registry.split(':').next().unwrap_or_default();
            name == *host || name.ends_with(&format!(".{host}"))
        })
    }

    fn is_made_up(&self, reference: &Reference) -> bool {
        let parts = reference.path.split('/').chain([reference.tag.as_str()]);
        let plain = |text: &str| text.replace(['-', '_', '.'], "");
        parts.map(plain).any(|part| self.made_up.iter().any(|word| part.contains(&plain(word))))
    }
}

/// A pull that finds the repository, but not the tag.
pub(crate) fn no_such_tag(reference: &Reference) -> String {
    format!(
        "rpc error: code = NotFound desc = failed to pull and unpack image \"{reference}\": \
         failed to resolve image: {reference}: not found"
    )
}

/// Docker Hub does not tell a missing repository from a private one; others do.
fn no_such_repository(reference: &Reference) -> String {
    match reference.registry.as_str() {
        "docker.io" => format!(
            "rpc error: code = Unknown desc = failed to pull and unpack image \"{reference}\": \
             failed to resolve image: pull access denied, repository does not exist or may \
             require authorization: server message: insufficient_scope: authorization failed"
        ),
        _ => no_such_tag(reference),
    }
}

fn no_such_host(reference: &Reference, _host: &str) -> String {
    let Reference { registry, path, tag, .. } = reference;
    let name = registry.split(':').next().unwrap_or_default();
    format!(
        "rpc error: code = Unknown desc = failed to pull and unpack image \"{reference}\": \
         failed to resolve image: failed to do request: Head \
         \"https://{registry}/v2/{path}/manifests/{tag}\": dial tcp: lookup {name}: no such host"
    )
}
