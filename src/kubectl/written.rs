//! What a verb says about an object that it wrote.

use serde_json::{Value, json};

use super::Io;
use super::failure::{Failure, Outcome};
use super::format::{Format, Headers, list_of};
use super::print::object_name;
use crate::invocation::Invocation;

/// Whether something is done, or only shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DryRun {
    /// It is done.
    No,
    /// Nothing is sent.
    Client,
    /// The server is asked what it would do.
    Server,
}

impl DryRun {
    /// As `--dry-run` asks.
    ///
    /// Source: `kubectl/pkg/cmd/util/helpers.go`, `GetDryRunStrategy`.
    pub(super) fn asked(invocation: &Invocation) -> Result<Self, Failure> {
        match invocation.flags.text_or_default("dry-run") {
            "none" | "" => Ok(Self::No),
            "client" | "unchanged" => Ok(Self::Client),
            "server" => Ok(Self::Server),
            other => Err(Failure::message(format!(
                "Invalid dry-run value ({other}). Must be \"none\", \"server\", or \"client\"."
            ))),
        }
    }

    /// What stands behind the verb's sentence.
    pub(super) fn note(self) -> &'static str {
        match self {
            Self::No => "",
            Self::Client => " (dry run)",
            Self::Server => " (server dry run)",
        }
    }

    /// The query parameter's value; empty where there is none.
    pub(super) fn parameter(self) -> &'static str {
        if self == Self::Server { "All" } else { "" }
    }
}

/// Prints written objects one after the other.
#[derive(Debug)]
pub(super) struct Written {
    format: Format,
    dry_run: DryRun,
    printed: usize,
}

impl Written {
    /// As `-o` and `--dry-run` ask.
    pub(super) fn asked(invocation: &Invocation) -> Result<Self, Failure> {
        let format = Format::asked(invocation)?;
        Ok(Self { format, dry_run: DryRun::asked(invocation)?, printed: 0 })
    }

    /// Whether something is done, or only shown.
    pub(super) fn dry_run(&self) -> DryRun {
        self.dry_run
    }

    /// Whether it says what happened in a sentence.
    pub(super) fn is_sentence(&self) -> bool {
        self.format.is_table()
    }

    /// Prints one object: `pod/web created`, or as `-o` asks.
    pub(super) async fn object(&mut self, io: &mut Io, object: &Value, verb: &str) -> Outcome {
        let text = if self.is_sentence() {
            format!("{} {verb}{}\n", object_name(object), self.dry_run.note())
        } else {
            self.format.print(object, Headers::Shown)?
        };
        // Further documents of a YAML stream are told apart.
        if matches!(self.format, Format::Yaml(_)) && self.printed > 0 {
            io.out("---\n").await?;
        }
        self.printed += 1;
        Ok(io.out(&text).await?)
    }

    /// Prints objects as `apply -o` does: several are a list.
    pub(super) async fn objects(&self, io: &mut Io, mut objects: Vec<Value>) -> Outcome {
        let object = match objects.len() {
            1 => objects.remove(0),
            // Unlike the lists of `get`, this one has no version, not even an empty one.
            _ => {
                let mut list = list_of(&objects);
                list["metadata"] = json!({});
                list
            }
        };
        Ok(io.out(&self.format.print(&object, Headers::Shown)?).await?)
    }
}
