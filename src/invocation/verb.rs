use super::flag::Flag;
use super::flags::GLOBAL;
use super::verbs::VERBS;

/// What kubectl is asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names are kubectl's own")]
pub enum Verb {
    Create,
    Expose,
    Run,
    Set,
    Explain,
    Get,
    Edit,
    Delete,
    Rollout,
    Scale,
    Autoscale,
    Certificate,
    ClusterInfo,
    Top,
    Cordon,
    Uncordon,
    Drain,
    Taint,
    Describe,
    Logs,
    Attach,
    Exec,
    PortForward,
    Proxy,
    Cp,
    Auth,
    Debug,
    Events,
    Diff,
    Apply,
    Patch,
    Replace,
    Wait,
    Kustomize,
    Label,
    Annotate,
    Completion,
    ApiResources,
    ApiVersions,
    Config,
    Plugin,
    Version,
    Options,
    /// `help`, `--help`, or nothing at all.
    Help,
}

/// A verb as data.
#[derive(Debug, Clone, Copy)]
pub struct VerbRow {
    /// Which one.
    pub verb: Verb,
    /// As it is typed.
    pub name: &'static str,
    /// One line for `--help`.
    pub about: &'static str,
    /// What follows the name, for `--help`.
    pub usage: &'static str,
    /// Verbs below it.
    pub sub_verbs: &'static [&'static str],
    /// All its flags but the global ones; none where podlab only recognises the verb.
    pub flags: Option<&'static [&'static [Flag]]>,
    /// What podlab does itself.
    pub native: Native,
}

/// What podlab does itself of a verb; the one table that the checks and the
/// executing code agree on.
#[derive(Debug, Clone, Copy)]
pub enum Native {
    /// Nothing: a real kubectl is needed.
    No,
    /// The verb without a sub-verb, with these of its flags.
    Flags {
        /// Names of flags that are done; others need a real kubectl.
        done: &'static [&'static str],
        /// Flags of which only some values are done: exactly these, or those
        /// that begin with one that ends in `=`.
        values: &'static [(&'static str, &'static [&'static str])],
        /// The only kinds that are done, under their singular names; empty where all are.
        kinds: &'static [&'static str],
    },
}

impl Verb {
    /// Its row of the table.
    pub fn row(self) -> &'static VerbRow {
        VERBS.iter().find(|row| row.verb == self).unwrap_or(&VERBS[VERBS.len() - 1])
    }

    /// As it is typed.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// The verb that is typed as `name`.
    pub fn named(name: &str) -> Option<Self> {
        VERBS.iter().find(|row| row.name == name).map(|row| row.verb)
    }
}

impl VerbRow {
    /// Its own flags and the global ones; none of its own where podlab only
    /// recognises the verb.
    pub fn all_flags(&self) -> impl Iterator<Item = &'static Flag> {
        self.flags.into_iter().flatten().copied().flatten().chain(GLOBAL)
    }
}
