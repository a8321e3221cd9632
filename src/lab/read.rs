//! Labs from disk: the only place of this folder that reads files.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

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
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        folder
    }

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
    }
}
