//! `podlab list`.

use crate::base::{Exit, safe_line};
use crate::cli::printer;
use crate::lab::{catalogue, parse};

/// Prints a line for each shipped lab.
pub(super) fn run() -> Exit {
    for raw in catalogue() {
        let (lab, _) = parse(&raw.name, raw.source, raw.files);
        let about = &lab.front_matter;
        let details: Vec<&str> =
            [&about.level, &about.duration].into_iter().flatten().map(String::as_str).collect();
        printer::out(&format!(
            "{:<20} {}\n{:<20} {}\n",
            safe_line(&lab.name),
            safe_line(about.summary.as_deref().unwrap_or(&lab.title)),
            "",
            safe_line(&format!("{} steps, {}", lab.steps.len(), details.join(", "))),
        ));
    }
    printer::out("\nStart one with: podlab start NAME\n");
    Exit::Passed
}
