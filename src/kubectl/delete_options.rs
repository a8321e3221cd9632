//! The flags of `kubectl delete`, understood.

use std::time::Duration;

use super::delete::FOR_EVER;
use super::failure::Failure;
use super::written::DryRun;
use crate::invocation::Invocation;

/// How objects are deleted.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Options {
    /// Seconds until processes are killed; negative is the object's own.
    pub(super) grace_period: i64,
    /// `Background`, `Foreground` or `Orphan`.
    pub(super) propagation: &'static str,
    /// Whether something is done at all.
    pub(super) dry_run: DryRun,
    /// What is printed.
    pub(super) output: Output,
    /// Whether the verb ends only when the objects are gone.
    pub(super) wait: bool,
    /// How long it waits for each.
    pub(super) timeout: Duration,
    /// Whether an object that is not there is no error.
    pub(super) ignore_not_found: bool,
}

/// What is printed of a deleted object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Output {
    /// `pod "web" deleted from lab namespace`.
    Sentence,
    /// `pod/web`.
    Name,
}

impl Options {
    /// As the flags ask, with what kubectl warns of.
    ///
    /// Source: `kubectl/pkg/cmd/delete/delete.go`, `Complete` and `Validate`.
    pub(super) fn asked(invocation: &Invocation) -> Result<(Self, Vec<&'static str>), Failure> {
        let flags = &invocation.flags;
        let mut warnings = Vec::new();
        for selector in ["selector", "field-selector"] {
            if flags.switch("all") && flags.is_set(selector) {
                return Err(Failure::message(format!(
                    "cannot set --all and --{selector} at the same time"
                )));
            }
        }
        let (propagation, warning) = propagation(flags.text_or_default("cascade"))?;
        warnings.extend(warning);
        let grace_period = grace_period(invocation)?;
        if grace_period == 0 {
            warnings.push(
                "Warning: Immediate deletion does not wait for confirmation that the running \
                 resource has been terminated. The resource may continue to run on the cluster \
                 indefinitely.",
            );
        }
        let timeout = flags.duration("timeout").and_then(|limit| Duration::try_from(limit).ok());
        let options = Self {
            grace_period,
            propagation,
            dry_run: DryRun::asked(invocation)?,
            output: if flags.text("output") == Some("name") {
                Output::Name
            } else {
                Output::Sentence
            },
            wait: flags.switch("wait"),
            timeout: timeout.filter(|limit| !limit.is_zero()).unwrap_or(FOR_EVER),
            // With `--all` or a selector, an object that went meanwhile is fine.
            ignore_not_found: flags.switch("ignore-not-found")
                || (!flags.is_set("ignore-not-found")
                    && (flags.switch("all") || flags.is_set("selector"))),
        };
        Ok((options, warnings))
    }
}

fn grace_period(invocation: &Invocation) -> Result<i64, Failure> {
    let flags = &invocation.flags;
    let mut grace = flags.number("grace-period").unwrap_or(-1);
    if flags.switch("now") {
        if grace != -1 {
            return Err(Failure::message("--now and --grace-period cannot be specified together"));
        }
        grace = 1;
    }
    match (flags.switch("force"), grace) {
        // Zero loses data by accident; --force says that it is meant.
        (false, 0) => Ok(1),
        (true, ..=0) => Ok(0),
        (true, _) => Err(Failure::message(
            "--force and --grace-period greater than 0 cannot be specified together",
        )),
        (false, grace) => Ok(grace),
    }
}

/// Source: `kubectl/pkg/cmd/util/helpers.go`, `GetCascadingStrategy`.
fn propagation(cascade: &str) -> Result<(&'static str, Option<&'static str>), Failure> {
    match cascade {
        "background" => Ok(("Background", None)),
        "foreground" => Ok(("Foreground", None)),
        "orphan" => Ok(("Orphan", None)),
        "true" => Ok((
            "Background",
            Some(
                "warning: --cascade=true is deprecated (boolean value) and can be replaced with --cascade=background",
            ),
        )),
        "false" => Ok((
            "Orphan",
            Some(
                "warning: --cascade=false is deprecated (boolean value) and can be replaced with --cascade=orphan",
            ),
        )),
        other => Err(Failure::message(format!(
            "invalid cascade value ({other}). Must be \"background\", \"foreground\", or \"orphan\""
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invocation::parse;

    fn asked(line: &str) -> Result<(Options, Vec<&'static str>), String> {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        Options::asked(&parse(&words).unwrap()).map_err(|failure| failure.text())
    }

    #[test]
    fn grace_periods_are_as_kubectl_reads_them() {
        let rows = [
            ("delete pod x", -1),
            ("delete pod x --now", 1),
            ("delete pod x --grace-period=0", 1),
            ("delete pod x --grace-period=5", 5),
            ("delete pod x --force", 0),
            ("delete pod x --force --grace-period=0", 0),
        ];
        for (line, grace) in rows {
            let (options, warnings) = asked(line).unwrap();
            assert_eq!(options.grace_period, grace, "{line}");
            assert_eq!(warnings.len(), usize::from(grace == 0), "{line}");
        }
        assert!(asked("delete pod x --force --grace-period=3").is_err());
        assert!(asked("delete pod x --now --grace-period=3").is_err());
        assert!(asked("delete pod --all -l a=b").is_err());
        assert!(asked("delete pod x --cascade=sideways").is_err());
    }

    #[test]
    fn it_waits_for_ever_unless_told_otherwise() {
        assert_eq!(asked("delete pod x").unwrap().0.timeout, FOR_EVER);
        assert_eq!(asked("delete pod x --timeout=5s").unwrap().0.timeout, Duration::from_secs(5));
        assert!(!asked("delete pod x --wait=false").unwrap().0.wait);
    }
}
