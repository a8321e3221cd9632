use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use super::definition::{Case, Definition, FileEntry, Style};
use super::reference::Reference;

/// An image that can be pulled.
#[derive(Debug)]
pub struct Image {
    reference: Reference,
    digest: String,
    version: String,
    definition: Arc<Definition>,
    /// What its containers begin with; made once, by who starts them.
    pub(in crate::sandbox) tree: OnceLock<crate::sandbox::process::Tree>,
}

/// The size of an image whose data says none.
const USUAL_SIZE: u64 = 58_230_144;

impl Image {
    pub(super) fn new(reference: Reference, definition: Arc<Definition>) -> Self {
        let version = version_of(&reference.tag, &definition);
        let digest = reference.digest.clone().unwrap_or_else(|| digest_of(&reference));
        Self { reference, digest, version, definition, tree: OnceLock::new() }
    }

    /// The name in full, as a pod's status shows it: `docker.io/library/nginx:1.27`.
    ///
    /// `docker.io/library/` stays, `k8s.gcr.io/busybox` gets its `:latest`.
    pub fn name(&self) -> String {
        self.reference.to_string()
    }

    /// `sha256:…`, always the same for the same name.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// What a pod's status shows as `imageID`: `docker.io/library/nginx@sha256:…`.
    pub fn id(&self) -> String {
        format!("{}@{}", self.reference.repository(), self.digest)
    }

    /// How many bytes a pull brings.
    pub fn size(&self) -> u64 {
        self.definition.size.map_or(USUAL_SIZE, |size| size.0)
    }

    /// The version that its programs tell.
    pub(crate) fn version(&self) -> &str {
        &self.version
    }

    /// The entry point and the arguments.
    pub(crate) fn command_line(&self) -> (&[String], &[String]) {
        (
            self.definition.entrypoint.as_deref().unwrap_or_default(),
            self.definition.command.as_deref().unwrap_or_default(),
        )
    }

    /// The variables that it sets; `${version}` in them is filled in.
    pub(crate) fn env(&self) -> impl Iterator<Item = (&str, String)> {
        self.definition.env.iter().map(|(name, value)| (name.as_str(), self.with_version(value)))
    }

    /// The directory that programs start in.
    pub(crate) fn working_dir(&self) -> &str {
        self.definition.working_dir.as_deref().unwrap_or("/")
    }

    /// The number of the user that programs run as.
    pub(crate) fn user(&self) -> i64 {
        self.definition.user.unwrap_or(0)
    }

    /// Whose words its programs have.
    pub(crate) fn style(&self) -> Style {
        self.definition.style.unwrap_or_default()
    }

    /// The simulated programs that are installed.
    pub(crate) fn tools(&self) -> impl Iterator<Item = &str> {
        self.definition.tools.iter().map(String::as_str)
    }

    /// Whether a program of its base was taken away.
    pub(crate) fn lacks(&self, program: &str) -> bool {
        self.definition.without.iter().any(|name| name == program)
    }

    /// The programs of its own.
    pub(crate) fn programs(&self) -> &BTreeMap<String, Vec<Case>> {
        &self.definition.programs
    }

    /// Files, links and folders.
    pub(crate) fn files(&self) -> &BTreeMap<String, FileEntry> {
        &self.definition.files
    }

    /// A text of the data, with the version in it.
    pub(crate) fn with_version(&self, text: &str) -> String {
        text.replace("${version}", &self.version)
    }
}

/// A tag says its version in the number that it begins with: `1.27-alpine`, `v2`.
fn version_of(tag: &str, definition: &Definition) -> String {
    if let Some(version) = definition.versions.get(tag) {
        return version.clone();
    }
    let number = tag.strip_prefix('v').unwrap_or(tag);
    let length = number.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'.').count();
    let number = number[..length].trim_end_matches('.');
    match number.is_empty() {
        true => definition.version.clone(),
        false => definition.versions.get(number).cloned().unwrap_or_else(|| number.to_owned()),
    }
}

/// Not a real digest, but one that stays: a hash of the name.
fn digest_of(reference: &Reference) -> String {
    let name = reference.to_string();
    let mut state = 0xcbf2_9ce4_8422_2325_u64;
    let mut digest = String::from("sha256:");
    for round in 0..4_u64 {
        for byte in name.bytes().chain(round.to_le_bytes()) {
            state = (state ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        digest.push_str(&format!("{:016x}", state ^ (state >> 29)));
    }
    digest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_says_its_version() {
        let definition = Definition {
            version: "1.29.3".into(),
            versions: [("1.27".to_owned(), "1.27.5".to_owned())].into(),
            ..Definition::default()
        };
        let rows = [
            ("latest", "1.29.3"),
            ("alpine", "1.29.3"),
            ("1.27", "1.27.5"),
            ("1.27-alpine", "1.27.5"),
            ("1.16.1", "1.16.1"),
            ("v2.0", "2.0"),
        ];
        for (tag, wanted) in rows {
            assert_eq!(version_of(tag, &definition), wanted, "{tag}");
        }
    }

    #[test]
    fn a_digest_stays() {
        let digest = |name: &str| digest_of(&Reference::parse(name).unwrap());
        assert_eq!(digest("nginx"), digest("docker.io/library/nginx:latest"));
        assert_ne!(digest("nginx"), digest("nginx:1.27"));
        assert_eq!(digest("nginx").len(), "sha256:".len() + 64);
    }
}
