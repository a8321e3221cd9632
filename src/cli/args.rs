//! The command line as a person types it.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// The end of `podlab --help`.
const AFTER_HELP: &str = "\
Examples:
  podlab list                      which labs there are
  podlab start pod-networking      do a lab, on the cluster of your kubeconfig, or on a
                                   simulated one where you have none
  podlab start ./my-lab            the same for a folder (or a .md file) of your own
  podlab test pod-networking       run all of its steps without a screen, as CI does
  podlab refresh ./my-lab          bring the outputs in its text up to date
  podlab show pod-networking       what podlab understood of a lab
  podlab new my-lab                begin a lab of your own
  podlab lint ./my-lab             say what is wrong with it, before others meet it
  podlab clean                     show what a crashed run has left in the cluster
  podlab sandbox                   a simulated cluster alone, for your own kubectl

Every run lives in a namespace of its own, which goes when the run ends.

Exit codes:
  0    everything passed
  1    a step failed
  2    the command line is wrong
  3    the lab has errors, or there is no such lab
  4    the cluster could not be reached, or its use was refused
  101  podlab itself failed, which is a bug
  130  interrupted";

/// Labs for the terminal: instructions, real shells, and what the cluster does, side by side.
#[derive(Debug, Parser)]
#[command(name = "podlab", version, after_help = AFTER_HELP, disable_help_subcommand = true)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Do a lab: the screen with instructions, terminals and watcher
    Start(Start),
    /// Run labs without a screen and say which step no longer holds
    Test(Test),
    /// Run a lab and rewrite the sample outputs in its text that no longer hold
    ///
    /// Only samples change, after the change has been shown. Addresses, names and ages stay
    /// the author's, since the rest of the text refers to them. Steps that fail keep theirs.
    Refresh(Refresh),
    /// List the labs that come with podlab
    List,
    /// Show what podlab understood of a lab; needs no cluster
    Show(Show),
    /// Say what is wrong with labs, and repair what can be; needs no cluster
    Lint(Lint),
    /// Begin a lab: a folder with a lab that passes
    New(New),
    /// Print the JSON Schema of what an author writes
    Schema(SchemaOf),
    /// Show what earlier runs have left in the cluster, and remove it
    Clean(Clean),
    /// Run a simulated cluster until Ctrl-C, and print the kubeconfig that leads to it
    Sandbox(Sandbox),
    /// kubectl, without kubectl: `podlab kubectl get pods`
    #[command(disable_help_flag = true)]
    Kubectl {
        /// As kubectl takes them
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
}

/// Which cluster, and where in it.
#[derive(Debug, Clone, Args)]
pub(super) struct ClusterArguments {
    /// The cluster of the kubeconfig, or a simulated one; auto: the latter where there is
    /// no kubeconfig
    #[arg(long, value_enum, value_name = "WHICH", default_value_t = WhichCluster::Auto)]
    pub(super) cluster: WhichCluster,

    /// Context of the kubeconfig; default: its current one
    #[arg(long, value_name = "NAME")]
    pub(super) context: Option<String>,

    /// Kubeconfig file; default: $KUBECONFIG, then ~/.kube/config
    #[arg(long, value_name = "FILE")]
    pub(super) kubeconfig: Option<PathBuf>,

    /// Do not ask: use a cluster that is not local, write what refresh has shown
    #[arg(long)]
    pub(super) yes: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum WhichCluster {
    /// The kubeconfig's, else a simulated one.
    Auto,
    /// The kubeconfig's and no other.
    Context,
    /// A simulated one.
    Sandbox,
}

#[derive(Debug, Args)]
pub(super) struct Start {
    /// Name of a shipped lab, a folder with a lab.md, or a .md file
    pub(super) lab: String,

    #[command(flatten)]
    pub(super) cluster: ClusterArguments,

    /// Run in this existing namespace; only what the run made is removed from it
    #[arg(long, value_name = "NS")]
    pub(super) namespace: Option<String>,

    /// Follow the lab's files: what you save is on the screen at once, and steps that did
    /// not change keep their progress
    #[arg(long)]
    pub(super) watch: bool,

    /// Colours: dark, light or high-contrast; NO_COLOR turns them off
    #[arg(long, value_name = "NAME", default_value = "dark")]
    pub(super) theme: String,

    /// The key that leaves a terminal which takes all others
    #[arg(long, value_name = "KEY", default_value = "ctrl-]")]
    pub(super) leave_key: String,
}

#[derive(Debug, Args)]
pub(super) struct Test {
    /// Names of shipped labs, lab folders, .md files, or folders of labs
    #[arg(required = true)]
    pub(super) labs: Vec<String>,

    #[command(flatten)]
    pub(super) cluster: ClusterArguments,

    /// Run in this existing namespace; only what the run made is removed from it
    #[arg(long, value_name = "NS")]
    pub(super) namespace: Option<String>,

    /// Go on after a step that failed
    #[arg(long)]
    pub(super) keep_going: bool,

    /// Fail where output is no longer like the samples in the text
    #[arg(long)]
    pub(super) strict: bool,
}

#[derive(Debug, Args)]
pub(super) struct Refresh {
    /// A folder with a lab.md, or a .md file
    pub(super) lab: String,

    #[command(flatten)]
    pub(super) cluster: ClusterArguments,

    /// Run in this existing namespace; only what the run made is removed from it
    #[arg(long, value_name = "NS")]
    pub(super) namespace: Option<String>,

    /// Show what would change, change nothing, and fail if anything would
    #[arg(long)]
    pub(super) check: bool,
}

#[derive(Debug, Args)]
pub(super) struct Show {
    /// Names of shipped labs, lab folders, .md files, or folders with any of them
    #[arg(required = true)]
    pub(super) labs: Vec<String>,

    /// Text for people, or one JSON object per block and line
    #[arg(long, value_enum, default_value_t = ShowFormat::Text)]
    pub(super) format: ShowFormat,

    /// Say for each block why podlab takes it for what it does
    #[arg(long)]
    pub(super) explain: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ShowFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// The end of `podlab lint --help`.
const LINT_HELP: &str = "\
Exit codes:
  0  nothing is wrong
  2  the command line is wrong
  3  there are errors (with --deny warnings, warnings too), or a lab that cannot be read";

#[derive(Debug, Args)]
#[command(after_help = LINT_HELP)]
pub(super) struct Lint {
    /// Names of shipped labs, lab folders, .md files, or folders with any of them
    #[arg(required = true)]
    pub(super) labs: Vec<String>,

    /// For people, one JSON object per line, or annotations for GitHub Actions
    #[arg(long, value_enum, default_value_t = LintFormat::Human)]
    pub(super) format: LintFormat,

    /// What counts as an error too
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(super) deny: Option<Deny>,

    /// Repair what can be repaired in one way only, and show what was changed
    #[arg(long)]
    pub(super) fix: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum LintFormat {
    /// For people: the place, the line, a caret, a way out.
    Human,
    /// For programs: one object per line.
    Json,
    /// For GitHub Actions: annotations.
    Github,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Deny {
    /// Warnings.
    Warnings,
}

#[derive(Debug, Args)]
pub(super) struct New {
    /// The folder to make; its last part is the lab's name
    pub(super) name: String,
}

#[derive(Debug, Args)]
pub(super) struct SchemaOf {
    /// Which part
    #[arg(value_enum)]
    pub(super) part: SchemaPart,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum SchemaPart {
    /// What stands between the `---` lines at the top of a lab.
    FrontMatter,
    /// What stands in a `<!-- podlab: … -->` comment.
    Directive,
}

#[derive(Debug, Args)]
pub(super) struct Clean {
    /// Remove these namespaces of runs; without any, those that are left are listed
    pub(super) namespaces: Vec<String>,

    /// Remove all that are left, also those of runs that still go on
    #[arg(long, conflicts_with = "namespaces")]
    pub(super) all: bool,

    #[command(flatten)]
    pub(super) cluster: ClusterArguments,
}

#[derive(Debug, Args)]
pub(super) struct Sandbox {
    /// Port of its API server on this machine; default: any that is free
    #[arg(long, value_name = "PORT", default_value_t = 0, hide_default_value = true)]
    pub(super) port: u16,
}
