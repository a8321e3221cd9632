//! Image references, as a container runtime reads them.

use std::fmt;

/// A reference with everything that it leaves out filled in.
///
/// Source: `distribution/reference`, `ParseNormalizedNamed`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reference {
    /// `docker.io`, `registry.k8s.io`, `localhost:5000`.
    pub(crate) registry: String,
    /// `library/nginx`.
    pub(crate) path: String,
    /// `latest` where nothing is said.
    pub(crate) tag: String,
    /// `sha256:…`, where it is pinned.
    pub(crate) digest: Option<String>,
}

impl Reference {
    /// Reads a reference as a pod spells it.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (name, digest) = match text.split_once('@') {
            Some((name, digest)) if is_digest(digest) => (name, Some(digest.to_owned())),
            Some(_) => return None,
            None => (text, None),
        };
        let (name, tag) = match name.rsplit_once(':') {
            Some((name, tag)) if !tag.contains('/') => (name, Some(tag)),
            _ => (name, None),
        };
        if tag.is_some_and(|tag| !is_tag(tag)) {
            return None;
        }
        let (registry, path) = split_registry(name);
        let parts_are_names = path.split('/').all(is_path_part);
        parts_are_names.then(|| Self {
            registry: registry.to_owned(),
            path: match registry {
                "docker.io" if !path.contains('/') => format!("library/{path}"),
                _ => path.to_owned(),
            },
            tag: tag.unwrap_or("latest").to_owned(),
            digest,
        })
    }

    /// Registry and path: what has tags.
    pub(crate) fn repository(&self) -> String {
        format!("{}/{}", self.registry, self.path)
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.digest {
            Some(digest) => write!(f, "{}/{}@{digest}", self.registry, self.path),
            None => write!(f, "{}/{}:{}", self.registry, self.path, self.tag),
        }
    }
}

/// The first part names a registry if it cannot be a part of a path.
fn split_registry(name: &str) -> (&str, &str) {
    match name.split_once('/') {
        Some(("index.docker.io", rest)) => ("docker.io", rest),
        Some((first, rest)) if first.contains(['.', ':']) || first == "localhost" => (first, rest),
        _ => ("docker.io", name),
    }
}

fn is_path_part(part: &str) -> bool {
    let bytes = part.as_bytes();
    let is_end = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let is_inner = |byte: &u8| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'_' | b'-')
    };
    is_end(bytes.first()) && is_end(bytes.last()) && bytes.iter().all(is_inner)
}

fn is_tag(tag: &str) -> bool {
    let is_inner = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    !tag.is_empty() && tag.len() <= 128 && !tag.starts_with(['.', '-']) && tag.bytes().all(is_inner)
}

fn is_digest(digest: &str) -> bool {
    digest
        .split_once(':')
        .is_some_and(|(kind, hex)| kind == "sha256" && hex.len() == 64 && hex.bytes().all(is_hex))
}

fn is_hex(byte: u8) -> bool {
    byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_completed() {
        let hex = "0123456789abcdef".repeat(4);
        let pinned = format!("nginx:1.27@sha256:{hex}");
        let rows = [
            ("nginx", Some("docker.io/library/nginx:latest".to_owned())),
            ("nginx:1.27", Some("docker.io/library/nginx:1.27".to_owned())),
            ("satoms/jumpserver:v1", Some("docker.io/satoms/jumpserver:v1".to_owned())),
            ("k8s.gcr.io/busybox", Some("k8s.gcr.io/busybox:latest".to_owned())),
            ("localhost:5000/a/b:c", Some("localhost:5000/a/b:c".to_owned())),
            ("localhost/a", Some("localhost/a:latest".to_owned())),
            (&pinned, Some(format!("docker.io/library/nginx@sha256:{hex}"))),
            ("Nginx", None),
            ("nginx:", None),
            ("nginx::1", None),
            ("nginx@sha256:12", None),
            ("", None),
            ("a//b", None),
            ("nginx:la test", None),
        ];
        for (text, wanted) in rows {
            assert_eq!(Reference::parse(text).map(|it| it.to_string()), wanted, "{text}");
        }
    }
}
