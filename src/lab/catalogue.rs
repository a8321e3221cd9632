//! The labs that are part of the program.

use std::collections::BTreeMap;

use include_dir::{Dir, include_dir};

use crate::base::{SourceText, nearest};

/// Everything below `labs/`, as it was when the program was built.
static LABS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/labs");

/// A lab before it is parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawLab {
    /// The slug that people type.
    pub name: String,
    /// Its markdown.
    pub source: SourceText,
    /// The other files of its folder: path relative to it, and content.
    pub files: BTreeMap<String, String>,
}

/// The shipped labs, by name.
pub fn catalogue() -> Vec<RawLab> {
    let mut labs: Vec<RawLab> = LABS.dirs().filter_map(shipped).collect();
    labs.sort_by(|one, other| one.name.cmp(&other.name));
    labs
}

/// The shipped lab of this name, or the name that was most likely meant.
///
/// # Errors
/// The nearest name, if any is near.
pub fn find_shipped(name: &str) -> Result<RawLab, Option<String>> {
    let labs = catalogue();
    if let Some(lab) = labs.iter().find(|lab| lab.name == name) {
        return Ok(lab.clone());
    }
    Err(nearest(name, labs.iter().map(|lab| lab.name.as_str())).map(str::to_owned))
}

fn shipped(folder: &Dir<'_>) -> Option<RawLab> {
    let name = folder.path().file_name()?.to_str()?.to_owned();
    let markdown = folder.get_file(folder.path().join("lab.md"))?;
    let source =
        SourceText { name: format!("labs/{name}/lab.md"), text: markdown.contents_utf8()?.into() };
    let mut files = BTreeMap::new();
    collect(folder, folder, &mut files);
    files.remove("lab.md");
    Some(RawLab { name, source, files })
}

fn collect(root: &Dir<'_>, folder: &Dir<'_>, files: &mut BTreeMap<String, String>) {
    for file in folder.files() {
        let path = file.path().strip_prefix(root.path()).unwrap_or(file.path());
        if let (Some(path), Some(text)) = (path.to_str(), file.contents_utf8()) {
            files.insert(path.to_owned(), text.to_owned());
        }
    }
    for inner in folder.dirs() {
        collect(root, inner, files);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_labs_have_their_files() {
        let lab = find_shipped("pod-networking").unwrap();
        assert_eq!(lab.source.name, "labs/pod-networking/lab.md");
        assert!(lab.files.contains_key("simple_pod.yaml"), "{:?}", lab.files.keys());
        assert!(!lab.files.contains_key("lab.md"));
    }

    #[test]
    fn an_unknown_name_gets_the_nearest() {
        assert_eq!(find_shipped("pod-netwroking"), Err(Some("pod-networking".to_owned())));
        assert_eq!(find_shipped("x"), Err(None));
    }
}
