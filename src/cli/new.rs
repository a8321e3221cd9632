//! `podlab new`: a lab to begin with.

use std::fs;
use std::path::Path;

use anyhow::{Context, bail};

use crate::base::{Exit, safe_line};
use crate::cli::args::New;
use crate::cli::printer;
use crate::lab::{new_lab, title_of};

/// Makes the folder and its files; nothing that is there already is touched.
pub(super) fn run(arguments: &New) -> Exit {
    match make(&arguments.name) {
        Ok(()) => Exit::Passed,
        Err(error) => {
            printer::error(&error);
            Exit::Usage
        }
    }
}

fn make(name: &str) -> anyhow::Result<()> {
    let folder = Path::new(name);
    let last = folder.file_name().map(|last| last.to_string_lossy().into_owned());
    let Some(last) = last.filter(|last| !title_of(last).is_empty()) else {
        bail!("`{}` is no name for a folder", safe_line(name));
    };
    if folder.exists() {
        bail!("{} is there already; choose another name", folder.display());
    }
    fs::create_dir_all(folder).with_context(|| format!("make the folder {}", folder.display()))?;
    for (file, text) in new_lab(&last) {
        let path = folder.join(file);
        fs::write(&path, text).with_context(|| format!("write {}", path.display()))?;
        printer::out(&format!("made {}\n", path.display()));
    }
    let shown = folder.display();
    printer::out(&format!(
        "\nTry it:      podlab test {shown}\n\
         Write on it: podlab start --watch {shown}\n\
         Check it:    podlab lint {shown}\n"
    ));
    Ok(())
}
