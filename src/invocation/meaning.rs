//! What a command line means for a lab, as far as its kubectl invocations tell.

use serde::Serialize;

/// What podlab knows about a command before it runs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Meaning {
    /// The kubectl invocations in it, in order of appearance (pipes, `&&`, `$(…)` included).
    pub invocations: Vec<Known>,
    /// It does not return by itself (`--watch`, `logs -f`, `port-forward`, `tail -f`…).
    pub streams: bool,
    /// It opens an interactive shell in this pod (`run -it`, `exec -it`, `attach -it`).
    pub opens: Option<String>,
    /// It only reads (get, describe, logs, a plain curl), so it may be run again.
    pub reads_only: bool,
}

/// One kubectl invocation, reduced to what a lab needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Known {
    /// `get`, `create deployment`, …; empty where the verb is unknown.
    pub verb: String,
    /// What it names: `pod/simple-api`; a whole kind is `pod/*`; of files see `files`.
    pub objects: Vec<String>,
    /// Arguments of `-f`/`--filename`/`-k`, as written.
    pub files: Vec<String>,
    /// Whether podlab does it itself, with these flags.
    pub native: bool,
    /// What two spellings of the same request have in common: verb and operands in
    /// canonical names, flags in their long form, sorted. Equal means the same request.
    pub canonical: Vec<String>,
}
