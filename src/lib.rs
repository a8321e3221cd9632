//! `podlab` turns a markdown walkthrough into a lab that runs in the terminal.
//!
//! ```text
//! lab.md → Lab → Run → Engine → engine::Event → { tui state → screen | report → text }
//!             cluster → watch::Change → watch::Model → watcher, beside it
//! ```
//!
//! # The house
//!
//! Each folder may import what its row names and nothing else; `tests/it/tidy.rs` holds it.
//!
//! | folder | purpose | may import |
//! |---|---|---|
//! | [`base`] | spans, diagnostics, safe text, durations, exit codes | – |
//! | [`kinds`] | Kubernetes kinds as data, a pod's status in one word | base |
//! | [`shell`] | shell text to commands with spans; placeholders | base |
//! | [`invocation`] | kubectl's verbs and flags as tables; what a command line means | base shell |
//! | [`sample`] | the aligner: is output like its sample, and what do the author's literals mean here | base |
//! | [`lab`] | markdown to a lab and its diagnostics; the catalogue | base kinds shell invocation sample |
//! | [`cluster`] | kubeconfig to a client; guard, run namespace, policy, time | base kinds |
//! | [`kubectl`] | one file per verb; printers in `kubectl/print` | base kinds invocation cluster |
//! | [`watch`] | source, model, observations | base kinds cluster |
//! | [`engine`] | dispatch, steps, terminals, waits, undo, clean-up | all above |
//! | [`report`] | consumers of engine events as text | base lab sample watch engine |
//! | [`tui`] | message, state, update, view | base kinds lab sample watch engine |
//! | [`cli`] | arguments, configuration, one file per subcommand | all |
//!
//! # Invariants
//!
//! 1. Nothing that uses a cluster branches on what kind of cluster it is.
//! 2. Only `cli` and `report` print; only `tui::run` and the terminal of
//!    `kubectl exec -it` touch the terminal; only `main` ends the process.
//! 3. State changes in one place: the engine's in `dispatch`, the screen's in `update`.
//! 4. Whatever a cluster, a pod or a lab sends is made safe before it reaches a terminal.
//! 5. Time is an argument: pure code never asks for it.

pub mod base;
pub mod cli;
pub mod cluster;
pub mod engine;
pub mod invocation;
pub mod kinds;
pub mod kubectl;
pub mod lab;
pub mod report;
pub mod sample;
pub mod sandbox;
pub mod shell;
pub mod tui;
pub mod watch;
