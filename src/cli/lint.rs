//! `podlab lint`.

use std::fs;
use std::path::Path;

use anyhow::{Context, bail};

use crate::base::{Exit, Severity};
use crate::cli::args::{Deny, Lint, LintFormat};
use crate::cli::load::every_lab_in;
use crate::cli::printer;
use crate::lab::{Change, Finding, RawLab, fix, is_beside, lint, parse, read_lab};
use crate::report::{
    findings_github, findings_human, findings_json, findings_summary, unified_diff,
};

/// Says what is wrong; a lab that cannot be read is told, and the others go on.
pub(super) fn run(arguments: &Lint) -> Exit {
    let mut all = Vec::new();
    let mut unreadable = 0;
    let labs = every_lab_in(&arguments.labs);
    for argument in &labs {
        match one(argument, arguments) {
            Ok(findings) => all.extend(findings),
            Err(error) => {
                unreadable += 1;
                printer::error(&error);
            }
        }
    }
    if arguments.format == LintFormat::Human {
        printer::err(&findings_summary(&all, labs.len() - unreadable));
    }
    let denied = match arguments.deny {
        Some(Deny::Warnings) => Severity::Warning,
        None => Severity::Error,
    };
    let is_wrong = all.iter().any(|finding| finding.diagnostic.severity >= denied);
    if is_wrong || unreadable > 0 { Exit::LabErrors } else { Exit::Passed }
}

fn one(argument: &str, arguments: &Lint) -> anyhow::Result<Vec<Finding>> {
    let mut raw = read_lab(argument)?;
    if arguments.fix {
        repair(&raw)?;
        raw = read_lab(argument)?;
    }
    let RawLab { name, source, files } = raw;
    let (lab, found) = parse(&name, source, files);
    let findings = lint(&lab, found, &|path| is_beside(&lab, path));
    printer::out(&match arguments.format {
        LintFormat::Human => findings_human(&findings),
        LintFormat::Json => findings_json(&findings),
        LintFormat::Github => findings_github(&findings),
    });
    Ok(findings)
}

/// Writes what can be repaired, after showing it.
fn repair(raw: &RawLab) -> anyhow::Result<()> {
    for Change { name, before, after, .. } in fix(raw) {
        if fs::read_to_string(&name).ok().as_deref() != Some(&before) {
            bail!("{name}: it is part of podlab, or changed just now; nothing was repaired");
        }
        printer::err(&unified_diff(&name, &before, &after));
        fs::write(Path::new(&name), after).with_context(|| format!("write {name}"))?;
    }
    Ok(())
}
