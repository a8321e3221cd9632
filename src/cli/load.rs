//! A lab from an argument to a parsed lab, with its diagnostics told.

use std::path::Path;

use crate::base::Exit;
use crate::cli::printer;
use crate::lab::{Finding, Lab, RawLab, parse, read_lab};

/// Whether diagnostics that are no errors are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tell {
    /// Errors and warnings.
    All,
    /// Errors only.
    Errors,
}

/// Reads and parses the lab that `argument` names.
///
/// # Errors
/// [`Exit::LabErrors`], after what is wrong has been printed.
pub(super) fn load(argument: &str, tell: Tell) -> Result<Lab, Exit> {
    let (lab, findings) = load_with_findings(argument)?;
    for finding in &findings {
        if tell == Tell::All || finding.is_error() {
            printer::err(&format!("{}\n\n", finding.render()));
        }
    }
    let errors = findings.iter().filter(|finding| finding.is_error()).count();
    if errors == 0 {
        return Ok(lab);
    }
    let noun = if errors == 1 { "error" } else { "errors" };
    printer::err(&format!(
        "error: {} has {errors} {noun}; `podlab show {argument}` shows what was understood\n",
        lab.source.name
    ));
    Err(Exit::LabErrors)
}

/// As [`load`], with the diagnostics left to the caller; only an unreadable lab is an error.
///
/// # Errors
/// [`Exit::LabErrors`], after what is wrong has been printed.
pub(super) fn load_with_findings(argument: &str) -> Result<(Lab, Vec<Finding>), Exit> {
    match read_lab(argument) {
        Ok(RawLab { name, source, files }) => Ok(parse(&name, source, files)),
        Err(error) => {
            printer::error(&error.into());
            Err(Exit::LabErrors)
        }
    }
}

/// `labs/` stands for the labs in it; everything else for itself.
pub(super) fn expanded(arguments: &[String]) -> Vec<String> {
    arguments.iter().flat_map(|argument| labs_in(argument)).collect()
}

/// Every lab and every markdown file below a folder; everything else for itself.
pub(super) fn every_lab_in(arguments: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    for argument in arguments {
        let path = Path::new(argument);
        let before = found.len();
        if path.is_dir() && !path.join("lab.md").is_file() {
            walk(path, 0, &mut found);
        }
        if found.len() == before {
            found.push(argument.clone());
        }
    }
    found
}

/// How deep folders are looked into.
const DEEPEST: usize = 12;

fn walk(folder: &Path, depth: usize, found: &mut Vec<String>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with('.') || path.is_symlink() {
            continue;
        }
        if path.join("lab.md").is_file() {
            found.push(path.display().to_string());
        } else if path.is_dir() && depth < DEEPEST {
            walk(&path, depth + 1, found);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            found.push(path.display().to_string());
        }
    }
}

fn labs_in(argument: &str) -> Vec<String> {
    let path = Path::new(argument);
    let alone = || vec![argument.to_owned()];
    if !path.is_dir() || path.join("lab.md").is_file() {
        return alone();
    }
    let Ok(entries) = std::fs::read_dir(path) else { return alone() };
    let mut labs: Vec<String> = entries
        .flatten()
        .filter(|entry| entry.path().join("lab.md").is_file())
        .map(|entry| entry.path().display().to_string())
        .collect();
    labs.sort();
    if labs.is_empty() { alone() } else { labs }
}
