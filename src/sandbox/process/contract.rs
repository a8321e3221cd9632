use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};

use jiff::Timestamp;

use crate::sandbox::images::Image;

/// A volume's files; containers that mount it share them.
pub(crate) type Folder = Arc<Mutex<super::files::Tree>>;

/// What a container is started with; variables in `command` and `args` are expanded already.
#[derive(Debug, Clone)]
pub struct ContainerSetup {
    /// The image, as [`crate::sandbox::images::Images::find`] found it.
    pub image: Arc<Image>,
    /// Instead of the image's entry point, where it is not empty.
    pub command: Vec<String>,
    /// Instead of the image's arguments, where `command` or this is not empty.
    pub args: Vec<String>,
    /// All of the environment but what the image adds.
    pub env: Vec<(String, String)>,
    /// Instead of the image's directory.
    pub working_dir: Option<String>,
    /// The pod's name.
    pub hostname: String,
    /// The pod's address.
    pub pod_ip: IpAddr,
    /// The pod's namespace, for the search list of names.
    pub namespace: String,
    /// Volumes.
    pub mounts: Vec<Mount>,
    /// Whether the main process has an input that can be attached to.
    pub stdin: bool,
    /// Whether it has a terminal.
    pub tty: bool,
    /// Limit of memory in bytes; a program of the image data may use more and be killed.
    pub memory_limit: Option<u64>,
    /// The user's number, where the pod says one.
    pub user: Option<i64>,
    /// The group's number, where the pod says one.
    pub group: Option<i64>,
    /// Whether nothing can be written but in volumes.
    pub read_only_root: bool,
    /// Further lines of `/etc/hosts` (`hostAliases`): address and names.
    pub host_aliases: Vec<(String, Vec<String>)>,
}

/// A volume in a container.
#[derive(Debug, Clone)]
pub struct Mount {
    /// Where.
    pub path: String,
    /// What.
    pub folder: Folder,
    /// A path within the volume; empty: all of it.
    pub sub_path: String,
    /// Whether nothing can be written there.
    pub read_only: bool,
}

/// Why a program does not start, in the words of a container runtime.
///
/// Source of the words: containerd's `internal/cri/server/container_execsync.go` and
/// runc's `libcontainer`, as a recorded cluster sent them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartFailure {
    /// For the main process what follows `Error: `: `failed to create containerd task: …`;
    /// for `exec` what follows `error executing command in container: `:
    /// `failed to exec in container: …`.
    pub message: String,
    /// 128 for the main process; for `exec` 127 where the program is not there and 126
    /// where it cannot be run.
    pub exit_code: i32,
}

/// How the main process ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// 0 to 255; 128 and the number of the signal that ended it.
    pub code: i32,
    /// `OOMKilled` where that is so.
    pub out_of_memory: bool,
    /// When.
    pub at: Timestamp,
}

/// Where text came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// Standard output, or a terminal.
    Stdout,
    /// Standard error.
    Stderr,
}

/// Something that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// Where.
    pub stream: Stream,
    /// What; a terminal's has its line ends as `\r\n`.
    pub bytes: Vec<u8>,
    /// When.
    pub at: Timestamp,
}

/// A program that was started beside the main one (`exec`, a probe), or a view of the
/// main one's terminal (`attach`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SessionId(pub u64);

/// A connection's end in a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SocketId(pub u64);

/// What a program asks of the network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The answer names it.
    pub id: CallId,
    /// What is asked.
    pub kind: CallKind,
}

/// Tells calls apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CallId(pub u64);

/// What can be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallKind {
    /// The addresses of a name, with the search list of a pod's `resolv.conf`.
    Resolve(String),
    /// A connection.
    Connect(SocketAddr),
    /// An echo.
    Ping(IpAddr),
}

/// What the network answers; silence is no answer, and the program's own time-out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The full name and its addresses; none where there is no such name.
    Resolved(Option<(String, Vec<IpAddr>)>),
    /// The connection stands; this is its end here.
    Connected(SocketId),
    /// Nothing listens there.
    Refused,
    /// There is no way to it.
    Unreachable,
    /// The echo came back.
    Echo,
}

/// What a program has written into a connection since it was last asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Traffic {
    /// Which connection.
    pub socket: SocketId,
    /// What.
    pub bytes: Vec<u8>,
    /// Whether the program has closed it after that.
    pub closed: bool,
}
