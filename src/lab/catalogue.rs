//! The labs that are part of the program.

use std::collections::BTreeMap;

use include_dir::{Dir, include_dir};

use crate::base::{SourceText, nearest};

<<<<<<< HEAD
/// Everything below `labs/`, as it was when the program was built.
static LABS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/labs");
=======
static LABS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/labs");
>>>>>>> lab

/// A lab before it is parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawLab {
<<<<<<< HEAD
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
=======
    /// Its slug.
    pub name: String,
    /// Its text.
    pub source: SourceText,
    /// What stands beside it: path below its folder to content.
    pub files: BTreeMap<String, String>,
}

/// There is no lab of that name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no lab `{name}`{}", .nearest.as_ref().map_or_else(String::new, |name| format!(" (did you mean `{name}`?)")))]
pub struct NotFound {
    /// What was asked for.
    pub name: String,
    /// The lab that was probably meant.
    pub nearest: Option<String>,
}

/// The names of the shipped labs, in alphabetical order.
pub fn names() -> Vec<&'static str> {
    let folders =
        LABS.dirs().filter(|folder| folder.get_file(folder.path().join("lab.md")).is_some());
    let mut names: Vec<_> = folders.filter_map(|folder| folder.path().to_str()).collect();
    names.sort_unstable();
    names
}

/// A shipped lab by its name.
///
/// # Errors
/// [`NotFound`] with the nearest name.
pub fn find(name: &str) -> Result<RawLab, NotFound> {
    let folder = LABS.get_dir(name).filter(|_| names().contains(&name));
    let lab = folder.and_then(|folder| {
        let text = folder.get_file(folder.path().join("lab.md"))?.contents_utf8()?;
        let source = SourceText { name: format!("labs/{name}/lab.md"), text: text.into() };
        Some(RawLab { name: name.to_owned(), source, files: files_of(folder) })
    });
    lab.ok_or_else(|| NotFound {
        name: name.to_owned(),
        nearest: nearest(name, names()).map(str::to_owned),
    })
}

fn files_of(folder: &Dir<'static>) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    collect(folder, folder, &mut files);
    files
}

fn collect(root: &Dir<'static>, folder: &Dir<'static>, files: &mut BTreeMap<String, String>) {
    for file in folder.files() {
        let path = file.path().strip_prefix(root.path()).unwrap_or(file.path());
        if let (Some(path), Some(text)) = (path.to_str(), file.contents_utf8())
            && path != "lab.md"
        {
            files.insert(path.to_owned(), text.to_owned());
        }
    }
    for below in folder.dirs() {
        collect(root, below, files);
>>>>>>> lab
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
<<<<<<< HEAD
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
=======
    fn shipped_labs_are_found_by_name_and_near_names_are_told() {
        assert!(names().contains(&"pod-networking"));
        let lab = find("pod-networking").expect("it is shipped");
        assert!(lab.source.text.contains("# Pod networking"));
        assert!(lab.files.contains_key("simple_pod.yaml"));
        assert!(!lab.files.contains_key("lab.md"));
        let error = find("pod-netwroking").expect_err("no such lab");
        assert_eq!(
            error.to_string(),
            "there is no lab `pod-netwroking` (did you mean `pod-networking`?)"
        );
    }

    #[test]
    fn shipped_labs_have_nothing_to_complain_about() {
        for name in names() {
            let raw = find(name).expect("its name is listed");
            let (lab, findings) = crate::lab::parse(name, raw.source, raw.files);
            let told: Vec<String> = findings.iter().map(crate::lab::Finding::render).collect();
            assert_eq!(told.join("\n"), "", "{name}");
            assert!(!lab.steps.is_empty(), "{name}");
        }
>>>>>>> lab
    }
}
