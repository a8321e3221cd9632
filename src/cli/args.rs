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
  podlab show pod-networking       what podlab understood of a lab
  podlab clean                     remove what a crashed run has left in the cluster
  podlab sandbox                   a simulated cluster alone, for your own kubectl

Every run lives in a namespace of its own, which goes when the run ends.

Exit codes:
  0    everything passed
  1    a step failed
  2    the command line is wrong
  3    the lab has errors, or there is no such lab
  4    the cluster could not be reached, or its use was refused
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
    /// List the labs that come with podlab
    List,
    /// Show what podlab understood of a lab; needs no cluster
    Show(Show),
    /// Remove what earlier runs have left in the cluster
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

    /// Use a cluster that is not local without being asked
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
}

#[derive(Debug, Args)]
pub(super) struct Show {
    /// Names of shipped labs, lab folders, or .md files
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

#[derive(Debug, Args)]
pub(super) struct Clean {
    /// Only these namespaces of runs; default: all that are left
    pub(super) namespaces: Vec<String>,

    #[command(flatten)]
    pub(super) cluster: ClusterArguments,
}

#[derive(Debug, Args)]
pub(super) struct Sandbox {
    /// Port of its API server on this machine; default: any that is free
    #[arg(long, value_name = "PORT", default_value_t = 0, hide_default_value = true)]
    pub(super) port: u16,
}
