//! What a command line means for a lab, as far as its kubectl invocations tell.

use serde::Serialize;

use crate::shell::{SimpleCommand, simple_commands};

use super::parse::{Invocation, parse};
use super::program::{self, Program, program};
use super::request::known;
use super::verb::Verb;

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

/// What one thing to type means: a [`crate::shell::Piece`]'s text, or a line that a
/// person typed.
pub fn meaning(text: &str) -> Meaning {
    let commands = simple_commands(text);
    let mut meaning = Meaning { reads_only: !commands.is_empty(), ..Meaning::default() };
    for command in &commands {
        read(command, &mut meaning);
    }
    meaning.streams |= loops_for_ever(text);
    meaning.reads_only &= !loops_for_ever(text);
    meaning
}

fn read(command: &SimpleCommand, meaning: &mut Meaning) {
    meaning.reads_only &= !command.writes_file && command.assignments.is_empty();
    let Some(program) = program(command) else { return };
    let limited = program.wrappers.contains(&"timeout");
    let endless = if program::is_kubectl(program.name) {
        kubectl(&program, meaning)
    } else {
        meaning.reads_only &= program::reads_only(&program);
        program::streams(&program)
    };
    let endless = endless || program.wrappers.contains(&"watch");
    meaning.streams |= endless && !limited && !command.background;
}

/// Notes the invocation; whether it does not return by itself.
fn kubectl(program: &Program<'_>, meaning: &mut Meaning) -> bool {
    let argv: Vec<String> = program.arguments.iter().map(|word| word.text.clone()).collect();
    let Ok(invocation) = parse(&argv) else {
        meaning.reads_only = false;
        let canonical = argv;
        meaning.invocations.push(Known {
            verb: String::new(),
            objects: Vec::new(),
            files: Vec::new(),
            native: false,
            canonical,
        });
        return false;
    };
    meaning.reads_only &= reads_only(&invocation);
    if let Some(name) = opened_shell(&invocation) {
        meaning.opens = Some(name);
    }
    meaning.invocations.push(known(&invocation));
    streams(&invocation)
}

fn streams(invocation: &Invocation) -> bool {
    let flags = &invocation.flags;
    match invocation.verb {
        Verb::Get => flags.switch("watch") || flags.switch("watch-only"),
        Verb::Events => flags.is_set("watch") || flags.is_set("w"),
        Verb::Logs => flags.switch("follow"),
        Verb::PortForward | Verb::Proxy => true,
        Verb::Exec => invocation.command.as_deref().is_some_and(command_streams),
        _ => false,
    }
}

/// Whether what `exec` runs in the container does not return.
fn command_streams(command: &[String]) -> bool {
    let follows = |word: &String| word == "-f" || word == "-F" || word == "--follow";
    command.first().is_some_and(|name| name == "tail") && command.iter().any(follows)
}

fn reads_only(invocation: &Invocation) -> bool {
    let sub_verb = invocation.sub_verb.as_deref();
    match invocation.verb {
        Verb::Get
        | Verb::Describe
        | Verb::Logs
        | Verb::Version
        | Verb::Explain
        | Verb::Top
        | Verb::Events
        | Verb::ApiResources
        | Verb::ApiVersions
        | Verb::ClusterInfo
        | Verb::Wait
        | Verb::Diff
        | Verb::Help
        | Verb::Options
        | Verb::Kustomize => true,
        Verb::Rollout => matches!(sub_verb, Some("status" | "history")),
        Verb::Auth => sub_verb != Some("reconcile"),
        Verb::Config => {
            sub_verb.is_some_and(|name| name.starts_with("get-"))
                || matches!(sub_verb, Some("view" | "current-context"))
        }
        Verb::Apply => sub_verb == Some("view-last-applied"),
        _ => false,
    }
}

/// The name of the shell that the invocation opens for a person.
fn opened_shell(invocation: &Invocation) -> Option<String> {
    let flags = &invocation.flags;
    let terminal = flags.switch("stdin") && flags.switch("tty");
    let name = invocation.args.first()?;
    let name = name.split_once('/').map_or(name.as_str(), |(_, name)| name).to_owned();
    let command = match (&invocation.command, invocation.verb) {
        (Some(command), _) => command.clone(),
        (None, _) => invocation.args[1..].to_vec(),
    };
    let opens = match invocation.verb {
        Verb::Attach => true,
        Verb::Run => command.is_empty() || program::is_interactive_shell(&command),
        Verb::Exec => program::is_interactive_shell(&command),
        _ => false,
    };
    (terminal && opens).then_some(name)
}

/// `while true; do …; done` at the front of what is typed.
fn loops_for_ever(text: &str) -> bool {
    let mut words = text.split_whitespace();
    words.next() == Some("while")
        && words
            .next()
            .is_some_and(|word| matches!(word.trim_end_matches(';'), "true" | ":" | "sleep"))
        && !text.contains("break")
}

#[cfg(test)]
#[path = "meaning_tests.rs"]
mod tests;
