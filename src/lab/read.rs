<<<<<<< HEAD
//! Labs from the disk: the only part of `lab` that reads files.
=======
//! Labs from disk: the only place of this folder that reads files.
>>>>>>> lab

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

<<<<<<< HEAD
use super::{RawLab, find_shipped};
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
=======
use crate::base::SourceText;

use super::catalogue::RawLab;

/// The largest text of a lab, and all files beside it together, in bytes.
const LARGEST: u64 = 4 * 1024 * 1024;

/// How many files may stand beside a lab; more is probably not a lab's folder.
const MOST_FILES: usize = 500;

/// How deep the folders of a lab may nest.
const DEEPEST: usize = 8;

/// Why a lab could not be read.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the sentence of each variant names its fields")]
pub enum ReadError {
    /// Neither a folder nor a file.
    #[error("read lab `{}`: there is no such file or folder", path.display())]
    Missing { path: PathBuf },
    /// A folder without a text in it.
    #[error("read lab `{}`: the folder has no lab.md, and not exactly one other .md file", path.display())]
    NoText { path: PathBuf },
    /// Something that is not a regular file, such as a device.
    #[error("read lab `{}`: not a regular file", path.display())]
    NotAFile { path: PathBuf },
    /// More than podlab takes in.
    #[error("read lab `{}`: larger than 4 MiB", path.display())]
    TooLarge { path: PathBuf },
    /// A text in another encoding.
    #[error("read lab `{}`: not UTF-8 from byte {offset} on; save it as UTF-8", path.display())]
    NotUtf8 { path: PathBuf, offset: usize },
    /// The system refused.
    #[error("read lab `{}`: {source}", path.display())]
    Io { path: PathBuf, source: std::io::Error },
}

/// Reads a lab from a folder (its `lab.md`, or its only `.md` file) or from a `.md`
/// file, with the files beside it. A bare file has its neighbours only if it is
/// called `lab.md`, else those that are manifests.
///
/// # Errors
/// [`ReadError`] names the path and what is wrong with it.
pub fn read(path: &Path) -> Result<RawLab, ReadError> {
    let about = fs::metadata(path).map_err(|source| refused(path, source))?;
    let text_path = if about.is_dir() { text_in(path)? } else { path.to_owned() };
    let text = text_of(&text_path, LARGEST)?;
    let folder = text_path.parent().unwrap_or(Path::new("."));
    let is_lab = text_path.file_name().is_some_and(|name| name == "lab.md");
    let name = name_of(&text_path, folder);
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let mut neighbours =
        Neighbours { files: BTreeMap::new(), room: LARGEST, only_manifests: !is_lab };
    neighbours.collect(folder, "", 0);
    let source = SourceText { name: text_path.display().to_string(), text: text.into() };
    Ok(RawLab { name, source, files: neighbours.files })
}

/// The folder's name for `lab.md`, else the file's without its ending.
fn name_of(text_path: &Path, folder: &Path) -> String {
    let stem = text_path.file_stem().and_then(|name| name.to_str()).unwrap_or("lab");
    if stem != "lab" && stem.to_lowercase() != "readme" && stem != "index" {
        return stem.to_owned();
    }
    let absolute = folder.canonicalize().ok();
    let name = absolute.as_deref().and_then(Path::file_name).and_then(|name| name.to_str());
    name.unwrap_or(stem).to_owned()
}

fn refused(path: &Path, source: std::io::Error) -> ReadError {
    let path = path.to_owned();
    match source.kind() {
        std::io::ErrorKind::NotFound => ReadError::Missing { path },
        _ => ReadError::Io { path, source },
    }
}

fn text_in(folder: &Path) -> Result<PathBuf, ReadError> {
    let lab = folder.join("lab.md");
    if lab.is_file() {
        return Ok(lab);
    }
    let entries = fs::read_dir(folder).map_err(|source| refused(folder, source))?;
    let mut texts: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|ending| ending == "md") && path.is_file())
        .collect();
    match (texts.pop(), texts.is_empty()) {
        (Some(only), true) => Ok(only),
        _ => Err(ReadError::NoText { path: folder.to_owned() }),
    }
}

fn text_of(path: &Path, largest: u64) -> Result<String, ReadError> {
    let about = fs::metadata(path).map_err(|source| refused(path, source))?;
    if !about.is_file() {
        return Err(ReadError::NotAFile { path: path.to_owned() });
    }
    if about.len() > largest {
        return Err(ReadError::TooLarge { path: path.to_owned() });
    }
    let bytes = fs::read(path).map_err(|source| refused(path, source))?;
    String::from_utf8(bytes).map_err(|error| ReadError::NotUtf8 {
        path: path.to_owned(),
        offset: error.utf8_error().valid_up_to(),
    })
}

/// What stands beside a lab, as far as there is room.
struct Neighbours {
    files: BTreeMap<String, String>,
    room: u64,
    only_manifests: bool,
}

impl Neighbours {
    /// Files that cannot be read, or are no text, are left out: a command that needs
    /// one is told so by name.
    fn collect(&mut self, folder: &Path, prefix: &str, depth: usize) {
        let Ok(entries) = fs::read_dir(folder) else { return };
        let mut entries: Vec<_> = entries.filter_map(Result::ok).collect();
        entries.sort_by_key(std::fs::DirEntry::file_name);
        for entry in entries {
            let (Ok(name), Ok(about)) = (entry.file_name().into_string(), entry.file_type()) else {
                continue;
            };
            if name.starts_with('.') || self.files.len() >= MOST_FILES {
                continue;
            }
            let path = format!("{prefix}{name}");
            if about.is_dir() && depth < DEEPEST && !self.only_manifests {
                self.collect(&entry.path(), &format!("{path}/"), depth + 1);
            } else if about.is_file() && self.wants(&name) {
                self.take(&entry.path(), path);
            }
        }
    }

    fn wants(&self, name: &str) -> bool {
        let is_manifest = [".yaml", ".yml", ".json"].iter().any(|ending| name.ends_with(ending));
        name != "lab.md" && (is_manifest || !self.only_manifests)
    }

    fn take(&mut self, path: &Path, name: String) {
        if let Ok(text) = text_of(path, self.room) {
            self.room = self.room.saturating_sub(text.len() as u64);
            self.files.insert(name, text);
        }
    }
>>>>>>> lab
}

#[cfg(test)]
mod tests {
    use super::*;

<<<<<<< HEAD
    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
=======
    fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
>>>>>>> lab
        }
        folder
    }

<<<<<<< HEAD
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
=======
    #[test]
    fn a_folder_gives_its_text_and_its_files() {
        let folder = folder(&[
            ("lab.md", b"# Lab\n"),
            ("pod.yaml", b"kind: Pod\n"),
            ("more/x.sh", b"ls\n"),
            (".hidden", b"x"),
            ("image.png", &[0xff, 0xfe]),
        ]);
        let lab = read(folder.path()).unwrap();
        assert_eq!(lab.source.text.as_ref(), "# Lab\n");
        assert_eq!(lab.files.keys().collect::<Vec<_>>(), ["more/x.sh", "pod.yaml"]);
    }

    #[test]
    fn a_file_has_the_manifests_beside_it() {
        let folder = folder(&[
            ("walk.md", b"# Walk\n"),
            ("other.md", b"# Other\n"),
            ("pod.yaml", b"kind: Pod\n"),
        ]);
        let lab = read(&folder.path().join("walk.md")).unwrap();
        assert_eq!(lab.name, "walk");
        assert_eq!(lab.files.keys().collect::<Vec<_>>(), ["pod.yaml"]);
    }

    #[test]
    fn what_cannot_be_read_is_told_by_its_path() {
        let check = |files: &[(&str, &[u8])], path: &str, wanted: &str| {
            let folder = folder(files);
            let error = read(&folder.path().join(path)).expect_err(path).to_string();
            assert!(error.contains(wanted), "{error}");
            assert!(error.contains(folder.path().to_str().unwrap()), "{error}");
        };
        check(&[], "none", "no such file or folder");
        check(&[("x.txt", b"")], "", "no lab.md");
        check(&[("a.md", b""), ("b.md", b"")], "", "not exactly one");
        check(&[("a.md", b"ok \xff")], "a.md", "not UTF-8 from byte 3 on");
        check(&[("a.md", &vec![b'x'; 4 * 1024 * 1024 + 1])], "a.md", "larger than 4 MiB");
>>>>>>> lab
    }
}
