//! The verbs below verbs: `create deployment`, `config view`, `rollout status`.

use super::config_verbs::CONFIG_VERBS;
use super::create_verbs::CREATE_VERBS;
use super::flag::Flag;
use super::flags::GLOBAL;
use super::reading_verbs::READING_VERBS;
use super::rollout_verbs::{APPLY_VERBS, ROLLOUT_VERBS, SET_VERBS};
use super::verb::Verb;

/// A verb below another, as data.
#[derive(Debug, Clone, Copy)]
pub struct SubVerbRow {
    /// The verb above it.
    pub verb: Verb,
    /// As it is typed; two words where it has a verb below itself (`secret generic`).
    pub name: &'static str,
    /// Other spellings.
    pub aliases: &'static [&'static str],
    /// One line for `--help`.
    pub about: &'static str,
    /// What follows the name, for `--help`.
    pub usage: &'static str,
    /// All its flags but the global ones.
    pub flags: &'static [&'static [Flag]],
    /// Those of them that need a real kubectl.
    pub missing: &'static [&'static str],
    /// Flags of which only some values are done, as in [`super::Native::Flags`].
    pub values: &'static [(&'static str, &'static [&'static str])],
    /// Global flags that this verb does, and others do not.
    pub globals: &'static [&'static str],
}

const ALL: &[&[SubVerbRow]] =
    &[READING_VERBS, CREATE_VERBS, CONFIG_VERBS, ROLLOUT_VERBS, SET_VERBS, APPLY_VERBS];

impl SubVerbRow {
    /// The row for what was typed below `verb`; none where podlab only recognises it.
    pub fn find(verb: Verb, typed: &str) -> Option<&'static Self> {
        Self::of(verb).find(|row| row.name == typed || row.aliases.contains(&typed))
    }

    /// All rows below a verb.
    pub fn of(verb: Verb) -> impl Iterator<Item = &'static Self> {
        ALL.iter().copied().flatten().filter(move |row| row.verb == verb)
    }

    /// Its own flags and the global ones.
    pub fn all_flags(&self) -> impl Iterator<Item = &'static Flag> + use<> {
        self.flags.iter().copied().flatten().chain(GLOBAL)
    }
}

/// Every flag of a verb, or of the verb below it where that one has a row.
pub(super) fn flags_of(verb: Verb, sub: Option<&str>) -> Vec<&'static Flag> {
    match sub.and_then(|sub| SubVerbRow::find(verb, sub)) {
        Some(row) => row.all_flags().collect(),
        None => verb.row().all_flags().collect(),
    }
}
