//! `podlab refresh`: the samples of a lab as they would read today.

use std::fs;
use std::io::{IsTerminal, Write};
use std::path::Path;
use std::sync::Arc;

use anyhow::Context;

use crate::base::{Exit, Position, Span, safe_line};
use crate::cli::answer;
use crate::cli::args::Refresh;
use crate::cli::load::{Tell, load};
use crate::cli::printer;
use crate::cli::signals::Signals;
use crate::cli::unattended::Unattended;
use crate::cli::world::{block_on, refused};
use crate::engine::AfterFailure;
use crate::lab::{Lab, with_samples};
use crate::report::{TextReport, unified_diff};

/// Runs the lab, shows what would change in its text, and changes it.
pub(super) fn run(arguments: &Refresh) -> Exit {
    if !Path::new(&arguments.lab).exists() {
        printer::err(&format!(
            "error: refresh writes to a file, and there is no file or folder `{}`; a shipped lab is \
             part of the program\n",
            safe_line(&arguments.lab)
        ));
        return Exit::LabErrors;
    }
    let lab = match load(&arguments.lab, Tell::Errors) {
        Ok(lab) => Arc::new(lab),
        Err(exit) => return exit,
    };
    block_on(refresh(arguments, lab))
}

async fn refresh(arguments: &Refresh, lab: Arc<Lab>) -> Exit {
    let namespace = arguments.namespace.as_deref();
    let ran = match Unattended::new(&arguments.cluster, namespace, AfterFailure::GoOn).await {
        Ok(mut runs) => runs.run(lab.clone()).await,
        Err(exit) => return exit,
    };
    match ran {
        Ok((exit @ (Exit::Passed | Exit::StepFailed), report)) => {
            match written(arguments, &lab, &report).await {
                Ok(Exit::Passed) => exit,
                Ok(other) | Err(other) => other,
            }
        }
        Ok((exit, _)) | Err(exit) => exit,
    }
}

/// Shows the change and makes it, if it is wanted.
async fn written(arguments: &Refresh, lab: &Lab, report: &TextReport) -> Result<Exit, Exit> {
    let refreshed = with_samples(lab, &changes(lab, report));
    for (span, reason) in &refreshed.left {
        let line = Position::of(&lab.source.text, span.start).line;
        printer::err(&format!(
            "warning: {}:{line}: this sample stays as it is: {reason}\n",
            safe_line(&lab.source.name)
        ));
    }
    let name = safe_line(&lab.source.name);
    let diff = unified_diff(&name, &lab.source.text, &refreshed.text);
    if diff.is_empty() {
        printer::out(&format!("{name}: every sample is as it would read today\n"));
        return Ok(Exit::Passed);
    }
    printer::out(&diff);
    if arguments.check {
        printer::err(&format!(
            "{name}: samples are out of date (without --check they are written)\n"
        ));
        return Ok(Exit::StepFailed);
    }
    if !arguments.cluster.yes && !is_wanted(&name).await? {
        printer::err(&format!("{name} is left as it is\n"));
        return Ok(Exit::StepFailed);
    }
    write(lab, &refreshed.text).map_err(|error| {
        printer::error(&error);
        Exit::LabErrors
    })?;
    printer::out(&format!("{name}: written\n"));
    Ok(Exit::Passed)
}

/// The samples that have drifted in steps that passed, each with its new text.
fn changes(lab: &Lab, report: &TextReport) -> Vec<(Span, String)> {
    let changes = report.drifts().filter_map(|(step, drift)| {
        let sample = lab.steps.get(step.0)?.samples.get(drift.sample)?;
        Some((sample.span, drift.refreshed.clone()?))
    });
    changes.collect()
}

async fn is_wanted(name: &str) -> Result<bool, Exit> {
    if !std::io::stdin().is_terminal() {
        printer::err(&format!(
            "error: nobody can be asked whether to write {name}; --yes writes it, --check only looks\n"
        ));
        return Err(Exit::Usage);
    }
    printer::out(&format!("write this to {name}? [y/N] "));
    let _ = std::io::stdout().flush();
    // The run before this has listened to signals, so they end nothing by themselves.
    let mut signals = Signals::listen().map_err(refused)?;
    tokio::select! {
        answer = answer::line() => {
            Ok(answer.is_ok_and(|answer| matches!(answer.trim(), "y" | "Y" | "yes")))
        }
        _ = signals.next() => Err(Exit::Interrupted),
    }
}

/// Puts the new text beside the old file first, so that there is always a whole one.
fn write(lab: &Lab, text: &str) -> Result<(), anyhow::Error> {
    let path = Path::new(&*lab.source.name);
    let now = fs::read_to_string(path).with_context(|| format!("read {}", path.display()))?;
    anyhow::ensure!(now == *lab.source.text, "{} has changed while the lab ran", path.display());
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let what = || format!("write {}", path.display());
    let mut file = tempfile::NamedTempFile::new_in(folder).with_context(what)?;
    file.write_all(text.as_bytes()).with_context(what)?;
    let permissions = fs::metadata(path).with_context(what)?.permissions();
    file.as_file().set_permissions(permissions).with_context(what)?;
    file.persist(path).with_context(what)?;
    Ok(())
}
