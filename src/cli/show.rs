//! `podlab show`.

use crate::base::Exit;
use crate::cli::args::{Show, ShowFormat};
use crate::cli::load::{every_lab_in, load_with_findings};
use crate::cli::printer;
use crate::lab::{Finding, show_blocks, show_json, show_text};

/// Prints what was understood; a lab that cannot be read is told, and the others go on.
pub(super) fn run(arguments: &Show) -> Exit {
    let mut exit = Exit::Passed;
    for argument in every_lab_in(&arguments.labs) {
        match load_with_findings(&argument) {
            Ok((lab, findings)) => {
                printer::out(&match (arguments.format, arguments.explain) {
                    (ShowFormat::Json, _) => show_json(&lab),
                    (ShowFormat::Text, true) => show_blocks(&lab),
                    (ShowFormat::Text, false) => show_text(&lab),
                });
                let is_told =
                    |finding: &&Finding| arguments.format == ShowFormat::Text || finding.is_error();
                for finding in findings.iter().filter(is_told) {
                    printer::err(&format!("{}\n\n", finding.render()));
                }
                if findings.iter().any(|finding| finding.is_error()) {
                    exit = Exit::LabErrors;
                }
            }
            Err(error) => exit = error,
        }
    }
    exit
}
