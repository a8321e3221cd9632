//! Asks before the first use of a cluster that is not local.

use std::fs;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;

use crate::base::safe_line;
use crate::cli::answer;
use crate::cluster::{Cluster, is_local};

/// Whether a person has to be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Consent {
    /// `--yes` was given.
    Given,
    /// Nothing was said yet.
    Ask,
}

/// Why the cluster is not used.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refusal {
    /// Nobody can answer.
    #[error(
        "the cluster `{0}` at {1} is not local; say --yes to use it, or choose another with --context"
    )]
    NobodyToAsk(String, String),
    /// The answer was something else.
    #[error("the cluster `{0}` was not used: its name was not typed")]
    Declined(String),
}

/// Passes where the cluster is local, was allowed before, or is allowed now.
///
/// # Errors
/// [`Refusal`] where nobody allows it.
pub(super) async fn pass(cluster: &Cluster, consent: Consent) -> Result<(), Refusal> {
    let (title, server) = (safe_line(cluster.title()), safe_line(cluster.server()));
    if consent == Consent::Given || is_local(cluster.title(), cluster.server()) {
        return Ok(());
    }
    let answer = format!("{title} {server}");
    if remembered().is_some_and(|allowed| allowed.lines().any(|line| line == answer)) {
        return Ok(());
    }
    if !(std::io::stdin().is_terminal() && std::io::stderr().is_terminal()) {
        return Err(Refusal::NobodyToAsk(title, server));
    }
    ask(&title, &server).await?;
    remember(&answer);
    Ok(())
}

async fn ask(title: &str, server: &str) -> Result<(), Refusal> {
    let mut stderr = std::io::stderr();
    let declined = || Refusal::Declined(title.to_owned());
    let question = format!(
        "The cluster `{title}` at {server} is not on this machine.\n\
         A lab makes a namespace of its own there, and removes it at the end.\n\
         Type the name of the cluster to use it: "
    );
    stderr.write_all(question.as_bytes()).map_err(|_| declined())?;
    let line = answer::line().await.map_err(|_| declined())?;
    if line.trim() == title { Ok(()) } else { Err(declined()) }
}

/// Where answers are kept: one `CONTEXT SERVER` a line.
fn memory() -> Option<PathBuf> {
    let state = std::env::var_os("XDG_STATE_HOME").map(PathBuf::from);
    let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".local/state"));
    Some(state.or_else(home)?.join("podlab").join("allowed-clusters"))
}

fn remembered() -> Option<String> {
    fs::read_to_string(memory()?).ok()
}

/// An answer that cannot be kept is asked for again next time; that is no error.
fn remember(answer: &str) {
    let Some(file) = memory() else { return };
    if let Some(folder) = file.parent() {
        let _ = fs::create_dir_all(folder);
    }
    let before = remembered().unwrap_or_default();
    let _ = fs::write(file, format!("{before}{answer}\n"));
}
