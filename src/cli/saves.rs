//! What an author saves while the lab is open.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::sync::mpsc;

use crate::base::safe_line;
use crate::lab::{Finding, Lab, RawLab, ReadError, parse, read_lab};
use crate::tui::Saved;

/// How often the files are looked at; a file has to look the same twice before it is read,
/// since editors write in more than one go.
const LOOK: Duration = Duration::from_millis(100);
/// How many saves may wait for the screen.
const ROOM: usize = 4;

/// A path, and what changes about it when somebody writes there; none where there is nothing.
type Look = (PathBuf, Option<(SystemTime, u64)>);

/// Follows the files of the lab that `argument` names, `known` as they were read, until
/// nobody receives any more. The errors that it had from the beginning come first.
pub(super) fn saves(
    argument: &str,
    known: RawLab,
    lab: &Arc<Lab>,
    errors: Vec<Finding>,
) -> mpsc::Receiver<Saved> {
    let (sender, receiver) = mpsc::channel(ROOM);
    if !errors.is_empty() {
        let _ = sender.try_send(Saved::Lab(lab.clone(), errors));
    }
    tokio::spawn(follow(argument.to_owned(), known, sender));
    receiver
}

async fn follow(argument: String, mut known: RawLab, saves: mpsc::Sender<Saved>) {
    let mut before = look(&known);
    // It may have been saved between the reading and this first look.
    let mut is_unread = true;
    loop {
        tokio::select! {
            () = saves.closed() => return,
            () = tokio::time::sleep(LOOK) => {}
        }
        let now = look(&known);
        if now != before {
            before = now;
            is_unread = true;
        } else if std::mem::take(&mut is_unread)
            && let Some(saved) = saved(&argument, &mut known).await
            && saves.send(saved).await.is_err()
        {
            return;
        }
    }
}

fn look(lab: &RawLab) -> Vec<Look> {
    let text = PathBuf::from(&lab.source.name);
    let folder = text.parent().unwrap_or(Path::new("")).to_owned();
    let files: Vec<PathBuf> = lab.files.keys().map(|name| folder.join(name)).collect();
    // A folder changes when a file comes or goes.
    let folder = if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder };
    let seen = |path: PathBuf| {
        let data = std::fs::metadata(&path).ok();
        let data = data.and_then(|data| Some((data.modified().ok()?, data.len())));
        (path, data)
    };
    [text, folder].into_iter().chain(files).map(seen).collect()
}

/// What is there now, if it is something else and whole.
async fn saved(argument: &str, known: &mut RawLab) -> Option<Saved> {
    let name = argument.to_owned();
    let read = tokio::task::spawn_blocking(move || {
        let raw = read_lab(&name)?;
        let (lab, mut findings) = parse(&raw.name, raw.source.clone(), raw.files.clone());
        findings.retain(Finding::is_error);
        Ok((raw, lab, findings))
    });
    match read.await {
        // What is saved by being replaced is not there for a moment, or is empty.
        Ok(Ok((raw, ..))) if raw == *known || raw.source.text.trim().is_empty() => None,
        Ok(Err(ReadError::NoSuchLab { .. } | ReadError::NoMarkdown { .. })) | Err(_) => None,
        Ok(Ok((raw, lab, errors))) => {
            *known = raw;
            Some(Saved::Lab(Arc::new(lab), errors))
        }
        Ok(Err(error)) => {
            // Whatever comes next is news.
            known.source.text = "".into();
            Some(Saved::Unreadable(safe_line(&error.to_string())))
        }
    }
}
