//! One file of `assets/images`.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::serve::Serve;
use super::units::Bytes;

/// A family of images: one repository, or several that behave alike.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Definition {
    /// Repositories, as people write them; the first is the one that `from` names.
    pub(crate) names: Vec<String>,
    /// A sentence for people who read the file.
    pub(crate) about: String,
    /// Patterns of the tags that exist; see [`super::tags::is_listed`].
    pub(crate) tags: Vec<String>,
    /// What a tag's version is, where it is not the number that it begins with.
    pub(crate) versions: BTreeMap<String, String>,
    /// The version of tags that say none, such as `latest`.
    pub(crate) version: String,
    /// The image that this one is built on.
    pub(crate) from: Option<String>,
    /// What it weighs.
    pub(crate) size: Option<Bytes>,
    /// Whose words its programs have.
    pub(crate) style: Option<Style>,
    /// Variables.
    pub(crate) env: BTreeMap<String, String>,
    /// The entry point.
    pub(crate) entrypoint: Option<Vec<String>>,
    /// The arguments.
    pub(crate) command: Option<Vec<String>>,
    /// The directory.
    pub(crate) working_dir: Option<String>,
    /// The user's number.
    pub(crate) user: Option<i64>,
    /// Simulated programs that are installed besides those of `from`.
    pub(crate) tools: Vec<String>,
    /// Programs of `from` that are not there.
    pub(crate) without: Vec<String>,
    /// Programs of its own, by name or path; the first case that fits is taken.
    pub(crate) programs: BTreeMap<String, Vec<Case>>,
    /// Files, links and folders.
    pub(crate) files: BTreeMap<String, FileEntry>,
}

/// Whose words the programs of an image have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Style {
    /// busybox: one program with many names, `ash` as the shell.
    #[default]
    Busybox,
    /// GNU's programs, `dash` as `sh`, bash beside it.
    Gnu,
}

/// What a program does when its arguments begin as `when` says.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Case {
    /// The first arguments; `*` fits any one. Empty: fits always.
    pub(crate) when: Vec<String>,
    /// A shell script.
    pub(crate) script: Option<String>,
    /// A server.
    pub(crate) serve: Option<Serve>,
}

impl Case {
    /// Whether this case is meant.
    pub(crate) fn fits(&self, arguments: &[String]) -> bool {
        self.when.len() <= arguments.len()
            && self.when.iter().zip(arguments).all(|(when, argument)| {
                when == "*" || when == argument || is_value_of(when, argument)
            })
    }
}

/// `--x=*` fits `--x=1`.
fn is_value_of(when: &str, argument: &str) -> bool {
    when.strip_suffix("=*")
        .is_some_and(|name| argument.strip_prefix(name).is_some_and(|rest| rest.starts_with('=')))
}

/// Something in the file system.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub(crate) enum FileEntry {
    /// A file's text.
    Text(String),
    /// A file that is not as others.
    File {
        /// Its text.
        text: String,
        /// `0755` and the like.
        mode: String,
    },
    /// A symbolic link.
    Link {
        /// Where it points to.
        link: String,
    },
    /// A folder.
    Folder {
        /// `0755` and the like.
        folder: String,
    },
}
