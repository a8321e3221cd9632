//! `kubectl` in a lab's shell: hands the invocation to the running podlab. The hot
//! path of every command that a student types, so nothing but the standard library.

use std::ffi::{OsStr, OsString};
use std::io::{self, IsTerminal, Read, Write};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError, mpsc};

use rustix::termios::{self, OptionalActions, Termios};

use crate::base::{Exit, safe_line};
use crate::engine::{Fallback, Frame, FrameDecoder, Hello, INPUT_GRANT};

/// Where the running podlab listens.
const SOCKET: &str = "PODLAB_SOCKET";
/// The number of the terminal that this runs in.
const TERMINAL: &str = "PODLAB_TERMINAL";

/// The words after `kubectl`, where this process stands for it within a lab:
/// called by that name, or as `podlab kubectl`, with a running lab around.
pub(super) fn invocation(arguments: &[OsString]) -> Option<&[OsString]> {
    std::env::var_os(SOCKET)?;
    words_of_kubectl(arguments)
}

fn words_of_kubectl(arguments: &[OsString]) -> Option<&[OsString]> {
    let (program, rest) = arguments.split_first()?;
    if Path::new(program).file_name() == Some(OsStr::new("kubectl")) {
        return Some(rest);
    }
    let (first, rest) = rest.split_first()?;
    (first == "kubectl").then_some(rest)
}

/// Has the running podlab carry out `arguments`, which stand after the word `kubectl`.
pub(super) fn main(arguments: &[OsString]) -> Exit {
    let socket = std::env::var_os(SOCKET).unwrap_or_default();
    let stream = match UnixStream::connect(&socket) {
        Ok(stream) => stream,
        Err(error) => {
            return told(&format!(
                "kubectl: the lab that this shell belongs to is over ({}: {error})",
                Path::new(&socket).display()
            ));
        }
    };
    match Shim::new(stream).and_then(|mut shim| shim.run(arguments)) {
        Ok(End::Exit(code)) => Exit::Code(code),
        Ok(End::Fallback(fallback)) => fall_back(&fallback),
        Ok(End::Lost) => told("kubectl: the lab ended before this command did"),
        // Nobody reads any more (`kubectl … | head`): as a signal would end it.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Code(141),
        Err(error) => told(&format!("kubectl: talk to podlab: {error}")),
    }
}

/// How the conversation ended.
enum End {
    Exit(u8),
    Fallback(Fallback),
    Lost,
}

struct Shim {
    stream: UnixStream,
    sender: Sender,
    raw: RawMode,
    listening: bool,
    /// Told when more input is wanted; none before it is wanted at all.
    wants: Option<mpsc::Sender<()>>,
}

/// Frames from several threads, one at a time.
#[derive(Clone)]
struct Sender(Arc<Mutex<UnixStream>>);

impl Sender {
    fn send(&self, frame: &Frame) -> io::Result<()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write_all(&frame.encode())
    }
}

impl Shim {
    fn new(stream: UnixStream) -> io::Result<Self> {
        let sender = Sender(Arc::new(Mutex::new(stream.try_clone()?)));
        Ok(Self { stream, sender, raw: RawMode::default(), listening: false, wants: None })
    }

    fn run(&mut self, arguments: &[OsString]) -> io::Result<End> {
        self.sender.send(&Frame::Hello(hello(arguments)))?;
        let end = self.converse();
        self.raw.restore();
        end
    }

    fn converse(&mut self) -> io::Result<End> {
        let mut decoder = FrameDecoder::default();
        let mut buffer = [0; 32 * 1024];
        loop {
            while let Some(frame) = decoder.next_frame().map_err(io::Error::other)? {
                if let Some(end) = self.obey(frame)? {
                    return Ok(end);
                }
            }
            match self.stream.read(&mut buffer) {
                Ok(0) => return Ok(End::Lost),
                Ok(count) => decoder.push(&buffer[..count]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::ConnectionReset => {
                    return Ok(End::Lost);
                }
                Err(error) => return Err(error),
            }
        }
    }

    fn obey(&mut self, frame: Frame) -> io::Result<Option<End>> {
        match frame {
            Frame::Stdout(bytes) => {
                let mut out = io::stdout().lock();
                out.write_all(&bytes)?;
                out.flush()?;
            }
            Frame::Stderr(bytes) => io::stderr().lock().write_all(&bytes)?,
            Frame::WantStdin => self.pass_input(),
            Frame::Raw(true) => {
                self.raw.enter();
                self.listen_to_signals();
            }
            Frame::Raw(false) => self.raw.restore(),
            Frame::Exit(code) => return Ok(Some(End::Exit(code))),
            Frame::Fallback(fallback) => return Ok(Some(End::Fallback(fallback))),
            _ => {}
        }
        Ok(None)
    }

    /// Input is read only when a verb reads, so that what a person types next
    /// stays for the shell.
    fn pass_input(&mut self) {
        if let Some(wants) = &self.wants {
            let _ = wants.send(());
            return;
        }
        let (wants, wanted) = mpsc::channel();
        self.wants = Some(wants);
        let sender = self.sender.clone();
        std::thread::spawn(move || {
            pump(io::stdin().lock(), &wanted, |frame| sender.send(frame));
        });
    }

    /// Only an interactive session needs this: elsewhere a signal simply ends the
    /// process, and podlab ends the verb when the connection breaks.
    fn listen_to_signals(&mut self) {
        use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGWINCH};
        if std::mem::replace(&mut self.listening, true) {
            return;
        }
        let Ok(mut signals) =
            signal_hook::iterator::Signals::new([SIGHUP, SIGINT, SIGTERM, SIGWINCH])
        else {
            return;
        };
        let (sender, raw, stream) =
            (self.sender.clone(), self.raw.clone(), self.stream.try_clone());
        std::thread::spawn(move || {
            for signal in signals.forever() {
                if signal == SIGWINCH {
                    let (columns, rows) = size();
                    let _ = sender.send(&Frame::Resize(columns, rows));
                    continue;
                }
                raw.restore();
                let _ = sender.send(&Frame::Cancel);
                // A second signal, or a verb that does not end, finds the default action.
                let _ = signal_hook::low_level::emulate_default_handler(signal);
                if let Ok(stream) = &stream {
                    let _ = stream.shutdown(std::net::Shutdown::Both);
                }
            }
        });
    }
}

/// Sends input until its end or the conversation's, as much at a time as is wanted.
fn pump(
    mut input: impl Read,
    wanted: &mpsc::Receiver<()>,
    send: impl Fn(&Frame) -> io::Result<()>,
) {
    let mut buffer = [0; 16 * 1024];
    let mut room = INPUT_GRANT;
    loop {
        if room == 0 {
            if wanted.recv().is_err() {
                return;
            }
            room = INPUT_GRANT;
        }
        let most = room.min(buffer.len());
        let frame = match input.read(&mut buffer[..most]) {
            Ok(0) => Frame::StdinEnd,
            Ok(count) => {
                room -= count;
                Frame::Stdin(buffer[..count].to_vec())
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(_) => Frame::StdinEnd,
        };
        if send(&frame).is_err() || frame == Frame::StdinEnd {
            return;
        }
    }
}

/// The terminal's own modes, kept while keys pass as they are.
#[derive(Clone, Default)]
struct RawMode(Arc<Mutex<Option<Termios>>>);

impl RawMode {
    fn enter(&self) {
        let mut before = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if before.is_some() {
            return;
        }
        let stdin = io::stdin();
        if let Ok(modes) = termios::tcgetattr(&stdin) {
            let mut raw = modes.clone();
            raw.make_raw();
            if termios::tcsetattr(&stdin, OptionalActions::Now, &raw).is_ok() {
                *before = Some(modes);
            }
        }
    }

    fn restore(&self) {
        let mut before = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(modes) = before.take() {
            let _ = termios::tcsetattr(io::stdin(), OptionalActions::Drain, &modes);
        }
    }
}

fn hello(arguments: &[OsString]) -> Hello {
    let text = |word: &OsString| word.to_string_lossy().into_owned();
    let terminals =
        [io::stdin().is_terminal(), io::stdout().is_terminal(), io::stderr().is_terminal()];
    Hello {
        arguments: arguments.iter().map(text).collect(),
        directory: std::env::current_dir()
            .map(|path| path.to_string_lossy().into_owned())
            .unwrap_or_default(),
        terminal: std::env::var(TERMINAL).ok().and_then(|id| id.parse().ok()),
        terminals,
        size: if terminals[0] { size() } else { (0, 0) },
    }
}

fn size() -> (u16, u16) {
    termios::tcgetwinsize(io::stdin()).map_or((0, 0), |size| (size.ws_col, size.ws_row))
}

/// Becomes the real kubectl, further down `PATH`, with the arguments that podlab allows.
fn fall_back(fallback: &Fallback) -> Exit {
    let reason = safe_line(&fallback.reason);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let own = std::env::current_exe().and_then(std::fs::canonicalize).ok();
    let Some(program) = real_kubectl(&path, own.as_deref()) else {
        return told(&format!(
            "error: podlab does not do `{reason}` itself, and there is no other kubectl on the PATH \
             to ask"
        ));
    };
    told(&format!("podlab: `{reason}` is done by {}", program.display()));
    let error = Command::new(&program).args(&fallback.arguments).exec();
    told(&format!("kubectl: run {}: {error}", program.display()))
}

/// The first `kubectl` in `PATH` that is not this program.
fn real_kubectl(path: &OsStr, own: Option<&Path>) -> Option<PathBuf> {
    std::env::split_paths(path)
        .map(|folder| folder.join("kubectl"))
        .filter(|candidate| is_program(candidate))
        .find(|candidate| std::fs::canonicalize(candidate).ok().as_deref() != own)
}

fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path)
        .is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
}

fn told(text: &str) -> Exit {
    let _ = writeln!(io::stderr(), "{text}");
    Exit::Code(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::{PermissionsExt, symlink};

    fn words(line: &str) -> Vec<OsString> {
        line.split(' ').map(OsString::from).collect()
    }

    #[test]
    fn kubectl_is_known_by_its_name_and_as_a_subcommand() {
        let check = |line: &str, wanted: Option<&str>| {
            let line = words(line);
            let found = words_of_kubectl(&line).map(<[OsString]>::to_vec);
            assert_eq!(found, wanted.map(words), "{line:?}");
        };
        check("/run/bin/kubectl get pods", Some("get pods"));
        check("podlab kubectl get pods", Some("get pods"));
        check("podlab start lab", None);
        check("podlab", None);
    }

    /// Plays podlab: takes the hello, says its lines, hangs up.
    fn conversation(lines: Vec<Frame>) -> (Frame, io::Result<End>) {
        let (here, mut there) = UnixStream::pair().unwrap();
        let podlab = std::thread::spawn(move || {
            let mut decoder = FrameDecoder::default();
            let mut buffer = [0; 4096];
            let hello = loop {
                let count = there.read(&mut buffer).unwrap();
                decoder.push(&buffer[..count]);
                if let Some(frame) = decoder.next_frame().unwrap() {
                    break frame;
                }
            };
            for line in lines {
                there.write_all(&line.encode()).unwrap();
            }
            hello
        });
        let end = Shim::new(here).unwrap().run(&words("get pods"));
        (podlab.join().unwrap(), end)
    }

    #[test]
    fn what_podlab_says_last_is_how_it_ends() {
        let (hello, end) = conversation(vec![Frame::Stderr(Vec::new()), Frame::Exit(7)]);
        let Frame::Hello(hello) = hello else { panic!("{hello:?}") };
        assert_eq!(hello.arguments, ["get", "pods"]);
        assert_eq!(Path::new(&hello.directory), std::env::current_dir().unwrap());
        assert!(matches!(end, Ok(End::Exit(7))));
        let edit = Fallback { reason: "kubectl edit".into(), arguments: vec!["edit".into()] };
        let (_, end) = conversation(vec![Frame::Fallback(edit.clone())]);
        assert!(matches!(end, Ok(End::Fallback(what)) if what == edit));
        let (_, end) = conversation(Vec::new());
        assert!(matches!(end, Ok(End::Lost)));
    }

    #[test]
    fn no_more_input_is_sent_than_is_wanted() {
        let sent = std::cell::Cell::new(0);
        let (wants, wanted) = mpsc::channel();
        wants.send(()).unwrap();
        drop(wants);
        pump(io::repeat(b'y'), &wanted, |frame| {
            let Frame::Stdin(bytes) = frame else { panic!("{frame:?}") };
            sent.set(sent.get() + bytes.len());
            Ok(())
        });
        assert_eq!(sent.get(), 2 * INPUT_GRANT, "at first, and once more");
    }

    #[test]
    fn a_real_kubectl_is_one_that_is_not_podlab() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for name in ["private", "plain", "real"] {
            std::fs::create_dir(at(name)).unwrap();
        }
        std::fs::write(at("podlab"), "").unwrap();
        std::fs::set_permissions(at("podlab"), PermissionsExt::from_mode(0o755)).unwrap();
        symlink(at("podlab"), at("private/kubectl")).unwrap();
        std::fs::write(at("plain/kubectl"), "no program").unwrap();
        let own = std::fs::canonicalize(at("podlab")).unwrap();
        let path =
            |names: &[&str]| std::env::join_paths(names.iter().map(|name| at(name))).unwrap();
        assert_eq!(real_kubectl(&path(&["private", "plain"]), Some(&own)), None);
        std::fs::copy(at("podlab"), at("real/kubectl")).unwrap();
        let found = real_kubectl(&path(&["private", "plain", "real"]), Some(&own));
        assert_eq!(found, Some(at("real/kubectl")));
    }
}
