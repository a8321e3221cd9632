//! Labs from the disk: the only part of `lab` that reads files.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::{Lab, RawLab, find_shipped};
use crate::base::SourceText;

/// The largest file that is read, in bytes.
const LARGEST: u64 = 4 * 1024 * 1024;
/// The most files that a lab's folder may have.
const MOST_FILES: usize = 1000;

/// Why there is no lab to read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// Neither a shipped lab nor a path.
    #[error("there is no lab `{name}`{hint}")]
    NoSuchLab {
        /// What was asked for.
        name: String,
        /// What may have been meant, and what to do.
        hint: String,
    },
    /// A folder without markdown, or with several candidates.
    #[error("{folder}: {why}")]
    NoMarkdown {
        /// The folder.
        folder: String,
        /// What is there instead.
        why: String,
    },
    /// The system does not let us.
    #[error("read {path}: {source}")]
    Io {
        /// The file.
        path: String,
        /// The system's words.
        source: std::io::Error,
    },
    /// Too large to be a walkthrough.
    #[error("read {path}: it has {size} bytes, and {LARGEST} are the most for a file of a lab")]
    TooLarge {
        /// The file.
        path: String,
        /// Its size in bytes.
        size: u64,
    },
    /// Not a text.
    #[error("read {path}: it is not UTF-8; the first wrong byte is number {at}")]
    NotText {
        /// The file.
        path: String,
        /// Position of the first wrong byte, from 0.
        at: usize,
    },
}

/// The lab that `argument` names: a folder, a markdown file, or a shipped lab.
///
/// # Errors
/// [`ReadError`], with the nearest name where there is none.
pub fn read_lab(argument: &str) -> Result<RawLab, ReadError> {
    let path = Path::new(argument);
    if path.is_dir() && !is_bare_name_of_shipped(argument) {
        return read_markdown(&markdown_of(path)?);
    }
    if path.is_file() {
        return read_markdown(path);
    }
    find_shipped(argument).map_err(|near| no_such_lab(argument, near))
}

/// A word without a slash means the shipped lab, also beside a folder of that name.
fn is_bare_name_of_shipped(argument: &str) -> bool {
    !argument.contains('/')
        && find_shipped(argument).is_ok()
        && !Path::new(argument).join("lab.md").is_file()
}

fn no_such_lab(name: &str, near: Option<String>) -> ReadError {
    let hint = match near {
        Some(near) => format!(": did you mean `{near}`?"),
        None if name.contains('/') || name.ends_with(".md") => {
            ": no such file or folder".to_owned()
        }
        None => "; `podlab list` shows those that there are, and a path works as well".to_owned(),
    };
    ReadError::NoSuchLab { name: name.to_owned(), hint }
}

/// `lab.md`, else the only markdown file that is no README.
fn markdown_of(folder: &Path) -> Result<PathBuf, ReadError> {
    let usual = folder.join("lab.md");
    if usual.is_file() {
        return Ok(usual);
    }
    let no_markdown = |why: String| ReadError::NoMarkdown { folder: shown(folder), why };
    let mut found: Vec<PathBuf> = entries(folder)?
        .into_iter()
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    if found.len() > 1 {
        found.retain(|path| {
            !path.file_stem().is_some_and(|stem| stem.eq_ignore_ascii_case("readme"))
        });
    }
    match found.as_slice() {
        [only] => Ok(only.clone()),
        [] => Err(no_markdown("there is no lab.md in this folder".to_owned())),
        several => {
            let names: Vec<String> = several.iter().map(|path| shown(path)).collect();
            Err(no_markdown(format!("there is no lab.md; name one of {}", names.join(", "))))
        }
    }
}

fn read_markdown(path: &Path) -> Result<RawLab, ReadError> {
    let text = read_text(path)?;
    let source = SourceText { name: shown(path), text: text.into() };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let mut files = BTreeMap::new();
    if path.file_name().is_some_and(|name| name == "lab.md") {
        collect(folder, folder, &mut files)?;
    } else {
        collect_beside(folder, &mut files)?;
    }
    Ok(RawLab { name: name_of(path), source, files })
}

/// The folder's name, or the file's where it is not called `lab.md`.
fn name_of(path: &Path) -> String {
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let stem = stem.unwrap_or_default();
    if stem != "lab" {
        return slug(&stem);
    }
    let absolute = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let folder = absolute.parent().and_then(Path::file_name);
    folder.map_or(stem, |name| slug(&name.to_string_lossy()))
}

fn slug(name: &str) -> String {
    let kept =
        name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' });
    let slug: String = kept.collect();
    let slug = slug.trim_matches('-');
    if slug.is_empty() { "lab".to_owned() } else { slug.to_owned() }
}

/// Text files of the folder; what is hidden, no text or too large is not part of a lab.
fn collect(
    root: &Path,
    folder: &Path,
    files: &mut BTreeMap<String, String>,
) -> Result<(), ReadError> {
    for path in entries(folder)? {
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        let link = path.is_symlink();
        if hidden || link || files.len() >= MOST_FILES {
            continue;
        }
        if path.is_dir() {
            // Another lab's folder is not a part of this one.
            if !path.join("lab.md").is_file() && depth(root, &path) <= 3 {
                collect(root, &path, files)?;
            }
        } else if path.extension().is_none_or(|extension| extension != "md")
            && let Ok(text) = read_text(&path)
            && let Ok(relative) = path.strip_prefix(root)
        {
            files.insert(relative.to_string_lossy().into_owned(), text);
        }
    }
    Ok(())
}

/// A file among others, perhaps in somebody's home: only what a walkthrough may apply.
fn collect_beside(folder: &Path, files: &mut BTreeMap<String, String>) -> Result<(), ReadError> {
    for path in entries(folder)? {
        let kind = path.extension().and_then(|extension| extension.to_str());
        if files.len() < MOST_FILES
            && matches!(kind, Some("yaml" | "yml" | "json"))
            && path.is_file()
            && let Ok(text) = read_text(&path)
            && let Some(name) = path.file_name()
        {
            files.insert(name.to_string_lossy().into_owned(), text);
        }
    }
    Ok(())
}

/// Whether there is a file or a folder at this path, taken from where the lab stands.
/// A shipped lab has no place, only files.
pub fn is_beside(lab: &Lab, path: &str) -> bool {
    let own = Path::new(&lab.source.name);
    let folder = own.parent().unwrap_or(Path::new(""));
    let is_known = lab.files.keys().any(|file| {
        file == path || file.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'))
    });
    is_known || folder.join(path).exists()
}

fn depth(root: &Path, path: &Path) -> usize {
    path.strip_prefix(root).map_or(0, |relative| relative.components().count())
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, ReadError> {
    let wrong = |source| ReadError::Io { path: shown(folder), source };
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(wrong)? {
        paths.push(entry.map_err(wrong)?.path());
    }
    paths.sort();
    Ok(paths)
}

fn read_text(path: &Path) -> Result<String, ReadError> {
    let wrong = |source| ReadError::Io { path: shown(path), source };
    let size = fs::metadata(path).map_err(wrong)?.len();
    if size > LARGEST {
        return Err(ReadError::TooLarge { path: shown(path), size });
    }
    String::from_utf8(fs::read(path).map_err(wrong)?).map_err(|error| ReadError::NotText {
        path: shown(path),
        at: error.utf8_error().valid_up_to(),
    })
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        folder
    }

    fn read(folder: &tempfile::TempDir, name: &str) -> Result<RawLab, String> {
        read_lab(&folder.path().join(name).display().to_string()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_folder_gives_its_markdown_and_its_files() {
        let folder = folder(&[
            ("My Lab/lab.md", "# A"),
            ("My Lab/pod.yaml", "kind: Pod"),
            ("My Lab/deep/config.yaml", "a: 1"),
            ("My Lab/.git/config", "hidden"),
        ]);
        let lab = read(&folder, "My Lab").unwrap();
        assert_eq!((lab.name.as_str(), &*lab.source.text), ("my-lab", "# A"));
        assert_eq!(lab.files.keys().collect::<Vec<_>>(), ["deep/config.yaml", "pod.yaml"]);
    }

    #[test]
    fn a_folder_with_one_markdown_file_needs_no_lab_md() {
        let folder = folder(&[
            ("one/walk.md", "# W"),
            ("one/README.md", "x"),
            ("two/a.md", ""),
            ("two/b.md", ""),
        ]);
        fs::write(folder.path().join("one/pod.yaml"), "kind: Pod").unwrap();
        fs::write(folder.path().join("one/notes.txt"), "mine").unwrap();
        let lab = read(&folder, "one").unwrap();
        assert_eq!(lab.name, "walk");
        assert_eq!(lab.files.keys().collect::<Vec<_>>(), ["pod.yaml"]);
        assert!(read(&folder, "two").unwrap_err().contains("name one of"));
    }

    #[test]
    fn what_is_no_text_is_told() {
        let folder = folder(&[("x.md", "ok")]);
        fs::write(folder.path().join("bad.md"), b"ab\xff").unwrap();
        assert!(read(&folder, "bad.md").unwrap_err().ends_with("the first wrong byte is number 2"));
        assert!(read(&folder, "none.md").unwrap_err().contains("no such file or folder"));
    }
}
