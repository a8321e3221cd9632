//! What a server of an image does, as data.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;

use super::template::{Pairs, Template};
use super::units::{self, Bytes};

/// A program that stays and answers.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Serve {
    /// Values from the command line or the environment, as `${option.NAME}`.
    pub(crate) options: BTreeMap<String, ValueSource>,
    /// Ports are closed for so long after the start.
    #[serde(deserialize_with = "units::time")]
    pub(crate) ready_after: Duration,
    /// What it holds in memory.
    pub(crate) memory: Bytes,
    /// Lines on standard output when it starts.
    pub(crate) log: Vec<Template>,
    /// Lines on standard error when it starts.
    pub(crate) errors: Vec<Template>,
    /// HTTP servers.
    pub(crate) http: Vec<HttpServer>,
    /// Other ports.
    pub(crate) tcp: Vec<TcpServer>,
    /// What it does about SIGTERM.
    pub(crate) stop: Stop,
    /// It ends by itself.
    pub(crate) exit: Option<SelfExit>,
}

/// Where an option has its value from; the first that has one wins.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ValueSource {
    /// `--port=8080`, `--port 8080`, `-port=8080`: all spellings of this flag.
    pub(crate) flags: Vec<String>,
    /// The argument with this number, from 1; flags do not count.
    pub(crate) argument: Option<usize>,
    /// A variable.
    pub(crate) env: Option<String>,
    /// Otherwise.
    pub(crate) default: Template,
}

/// One HTTP port.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct HttpServer {
    /// A number or `${option.port}`; one that is empty is not opened.
    pub(crate) port: Template,
    /// Headers of every answer.
    pub(crate) headers: Pairs<Template>,
    /// A folder whose files are served where no route fits.
    pub(crate) root: Option<Template>,
    /// Names that stand for a folder of `root`.
    pub(crate) index: Vec<String>,
    /// Whether a folder without an index is listed.
    pub(crate) listing: bool,
    /// The first that fits answers.
    pub(crate) routes: Vec<Route>,
    /// The page for what is not there.
    pub(crate) not_found: Option<Template>,
    /// The page for a folder that may not be looked at.
    pub(crate) forbidden: Option<Template>,
    /// A line on standard output for each request.
    pub(crate) access_log: Option<Template>,
    /// A line on standard error for each request.
    pub(crate) log_requests_to_errors: Option<Template>,
    /// A line on standard error for each page that is not there.
    pub(crate) error_log: Option<Template>,
}

/// What one path answers.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Route {
    /// `/info`, or `/files/*` for all that begin so; `*` fits every path.
    pub(crate) path: String,
    /// `GET` means HEAD as well; absent: every method.
    pub(crate) method: Option<String>,
    /// Only when the program is as old as this.
    #[serde(deserialize_with = "units::some_time")]
    pub(crate) after: Option<Duration>,
    /// Only as long as it is younger.
    #[serde(deserialize_with = "units::some_time")]
    pub(crate) until: Option<Duration>,
    /// Only for its first so many requests.
    pub(crate) times: Option<u64>,
    /// Only while these values are set; an empty one is unset.
    pub(crate) given: BTreeMap<String, String>,
    /// Sets values for later requests.
    pub(crate) set: BTreeMap<String, String>,
    /// `200`, or a template.
    pub(crate) status: Option<Template>,
    /// Headers of this answer.
    pub(crate) headers: Pairs<Template>,
    /// The answer.
    pub(crate) body: Template,
    /// How long it takes.
    #[serde(deserialize_with = "units::time")]
    pub(crate) delay: Duration,
    /// Lines on standard output.
    pub(crate) log: Vec<Template>,
    /// What the program takes in memory from then on.
    pub(crate) memory: Option<Bytes>,
    /// The program ends with this code once it has answered.
    pub(crate) exit: Option<Template>,
}

/// One TCP port that does not speak HTTP.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct TcpServer {
    /// A number or `${option.port}`.
    pub(crate) port: Template,
    /// What is spoken.
    pub(crate) protocol: Protocol,
    /// Sent to everyone who connects.
    pub(crate) greeting: Template,
}

/// What is spoken on a TCP port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Protocol {
    /// Connections are taken, nothing is said.
    #[default]
    Accept,
    /// What comes goes back.
    Echo,
    /// Redis' commands.
    Redis,
    /// memcached's text commands.
    Memcached,
}

/// What a server does about SIGTERM.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Stop {
    /// It does not listen to it.
    pub(crate) ignored: bool,
    /// It takes so long.
    #[serde(deserialize_with = "units::time")]
    pub(crate) after: Duration,
    /// And ends with this code.
    pub(crate) code: i32,
    /// Lines on standard output.
    pub(crate) log: Vec<Template>,
}

/// A server that does not stay.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct SelfExit {
    /// After so long.
    #[serde(deserialize_with = "units::time")]
    pub(crate) after: Duration,
    /// With this code.
    pub(crate) code: i32,
}
