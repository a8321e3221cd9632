//! The relay from both ends: frames as the shim sends them, verbs as `kubectl` runs them.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::sync::mpsc;

use super::{Decision, Executor, Fallback, Frame, FrameDecoder, Hello, INPUT_GRANT, Notice, Relay};
use crate::engine::TerminalId;
use crate::engine::marks::Layer;
use crate::engine::tracker::{Happening, Tracker};
use crate::kubectl::{Attachment, Io};

/// Verbs that need no cluster.
struct Pretend;

impl Executor for Pretend {
    fn run(&self, arguments: Vec<String>, directory: PathBuf, io: Io) -> BoxFuture<'static, u8> {
        Box::pin(pretend(arguments, directory, io))
    }

    fn decide(&self, arguments: &[String]) -> Decision {
        match arguments[0].as_str() {
            "edit" => Decision::HandOver(edit()),
            "drain" => Decision::Refused("not here".to_owned()),
            _ => Decision::Own,
        }
    }
}

fn edit() -> Fallback {
    Fallback { reason: "edit".into(), arguments: vec!["edit".into(), "-n".into(), "x".into()] }
}

async fn pretend(arguments: Vec<String>, directory: PathBuf, mut io: Io) -> u8 {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["both"] => {
            for number in 0..3 {
                io.stdout.write_all(format!("o{number}").as_bytes()).await.unwrap();
                io.stderr.write_all(format!("e{number}").as_bytes()).await.unwrap();
            }
            7
        }
        ["where"] => {
            io.stdout.write_all(directory.display().to_string().as_bytes()).await.unwrap();
            0
        }
        ["cat"] => {
            let mut text = String::new();
            io.stdin.read_to_string(&mut text).await.unwrap();
            io.stdout.write_all(text.to_uppercase().as_bytes()).await.unwrap();
            0
        }
        ["much"] => {
            for _ in 0..64 {
                io.stdout.write_all(&[b'x'; 64 * 1024]).await.unwrap();
            }
            0
        }
        ["wait"] => {
            io.cancelled.wait_for(|cancelled| *cancelled).await.unwrap();
            130
        }
        ["shell", command @ ..] => shell(command, io).await,
        _ => 2,
    }
}

/// A shell in a pod, played by one in a terminal of its own.
async fn shell(command: &[&str], mut io: Io) -> u8 {
    let (pty, pts) = pty_process::open().unwrap();
    pty.resize(pty_process::Size::new(24, 80)).unwrap();
    let mut child = pty_process::Command::new(command[0])
        .args(&command[1..])
        .env("PS1", "pod$ ")
        .env("ENV", "")
        .spawn(pts)
        .unwrap();
    let mut terminal = io.terminal.take().unwrap();
    (terminal.raw)(true);
    let command = command.iter().map(|&word| word.to_owned()).collect();
    (terminal.attached)(Some(Attachment { pod: "p".into(), container: "c".into(), command }));
    let (mut from, mut to) = pty.into_split();
    let input = tokio::spawn(async move { tokio::io::copy(&mut io.stdin, &mut to).await });
    let _ = tokio::io::copy(&mut from, &mut io.stdout).await;
    input.abort();
    (terminal.attached)(None);
    (terminal.raw)(false);
    u8::try_from(child.wait().await.unwrap().code().unwrap_or(1)).unwrap()
}

struct Bench {
    _folder: tempfile::TempDir,
    _relay: Relay,
    stream: UnixStream,
    decoder: FrameDecoder,
    notices: mpsc::UnboundedReceiver<Notice>,
}

impl Bench {
    async fn new(arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("socket");
        let (to, notices) = mpsc::unbounded_channel();
        let relay = Relay::listen(&socket, Arc::new(Pretend), "r1", to).unwrap();
        let stream = UnixStream::connect(&socket).await.unwrap();
        let mut bench = Self {
            _folder: folder,
            _relay: relay,
            stream,
            decoder: FrameDecoder::default(),
            notices,
        };
        bench
            .send(Frame::Hello(Hello {
                arguments: arguments.iter().map(|&word| word.to_owned()).collect(),
                directory: "/somewhere".into(),
                terminal: Some(3),
                terminals: [true; 3],
                size: (80, 24),
            }))
            .await;
        bench
    }

    async fn send(&mut self, frame: Frame) {
        self.stream.write_all(&frame.encode()).await.unwrap();
    }

    async fn next(&mut self) -> Frame {
        let mut buffer = [0; 4096];
        loop {
            if let Some(frame) = self.decoder.next_frame().unwrap() {
                return frame;
            }
            let read = self.stream.read(&mut buffer);
            let count = tokio::time::timeout(Duration::from_secs(30), read).await.unwrap().unwrap();
            assert!(count > 0, "the relay hung up");
            self.decoder.push(&buffer[..count]);
        }
    }

    async fn rest(&mut self) -> Vec<Frame> {
        let mut frames = Vec::new();
        loop {
            frames.push(self.next().await);
            if let Some(Frame::Exit(_)) = frames.last() {
                return frames;
            }
        }
    }
}

#[tokio::test]
async fn output_comes_in_its_order_with_the_exit_code() {
    let mut bench = Bench::new(&["both"]).await;
    let text: String = bench
        .rest()
        .await
        .into_iter()
        .map(|frame| match frame {
            Frame::Stdout(bytes) | Frame::Stderr(bytes) => String::from_utf8(bytes).unwrap(),
            other => format!(" {other:?}"),
        })
        .collect();
    assert_eq!(text, "o0e0o1e1o2e2 Exit(7)");
    let arguments = vec!["both".to_owned()];
    let terminal = Some(TerminalId(3));
    assert_eq!(bench.notices.recv().await, Some(Notice::Began { terminal, arguments }));
    assert_eq!(bench.notices.recv().await, Some(Notice::Ended { terminal, exit: 7 }));
    let mut bench = Bench::new(&["where"]).await;
    assert_eq!(bench.next().await, Frame::Stdout(b"/somewhere".to_vec()));
}

#[tokio::test]
async fn input_is_asked_for_only_when_it_is_read() {
    let mut bench = Bench::new(&["both"]).await;
    assert!(!bench.rest().await.contains(&Frame::WantStdin));
    let mut bench = Bench::new(&["cat"]).await;
    assert_eq!(bench.next().await, Frame::WantStdin);
    bench.send(Frame::Stdin(b"hello".to_vec())).await;
    bench.send(Frame::StdinEnd).await;
    assert_eq!(bench.rest().await, [Frame::Stdout(b"HELLO".to_vec()), Frame::Exit(0)]);
}

#[tokio::test]
async fn more_input_is_asked_for_when_a_verb_has_read_what_it_has() {
    let mut bench = Bench::new(&["cat"]).await;
    assert_eq!(bench.next().await, Frame::WantStdin);
    for _ in 0..4 {
        bench.send(Frame::Stdin(vec![b'x'; INPUT_GRANT / 4])).await;
    }
    assert_eq!(bench.next().await, Frame::WantStdin);
    bench.send(Frame::StdinEnd).await;
    assert_eq!(bench.rest().await.last(), Some(&Frame::Exit(0)));
}

#[tokio::test]
async fn a_verb_waits_for_its_reader_and_loses_nothing() {
    let mut bench = Bench::new(&["much"]).await;
    let count: usize = bench
        .rest()
        .await
        .iter()
        .map(|frame| if let Frame::Stdout(bytes) = frame { bytes.len() } else { 0 })
        .sum();
    assert_eq!(count, 64 * 64 * 1024);
}

#[tokio::test]
async fn a_verb_ends_when_it_is_told_to_or_its_shim_is_gone() {
    let mut bench = Bench::new(&["wait"]).await;
    bench.send(Frame::Cancel).await;
    assert_eq!(bench.rest().await, [Frame::Exit(130)]);
    let mut bench = Bench::new(&["wait"]).await;
    assert!(matches!(bench.notices.recv().await, Some(Notice::Began { .. })));
    bench.stream.shutdown().await.unwrap();
    let ended = bench.notices.recv().await;
    assert_eq!(ended, Some(Notice::Ended { terminal: Some(TerminalId(3)), exit: 130 }));
}

#[tokio::test]
async fn what_podlab_cannot_do_goes_to_a_real_kubectl() {
    let mut bench = Bench::new(&["edit", "pod/x"]).await;
    assert_eq!(bench.next().await, Frame::Fallback(edit()));
}

#[tokio::test]
async fn what_is_not_for_a_lab_is_refused_and_goes_nowhere() {
    let mut bench = Bench::new(&["drain", "node-1"]).await;
    let said = Frame::Stderr(b"error: not here\n".to_vec());
    assert_eq!(bench.rest().await, [said, Frame::Exit(1)]);
}

/// Feeds what is shown to a tracker until something fits.
async fn until(
    bench: &mut Bench,
    tracker: &mut Tracker,
    fits: impl Fn(&Happening) -> bool,
) -> Happening {
    loop {
        let frame = bench.next().await;
        if let Frame::Stdout(bytes) = &frame
            && let Some(one) = tracker.feed(bytes).into_iter().find(&fits)
        {
            return one;
        }
        assert!(!matches!(frame, Frame::Exit(_)), "it ended");
    }
}

#[tokio::test]
async fn a_shell_in_a_pod_gets_marks_of_its_own() {
    for command in [["bash", "--norc", "--noprofile"].as_slice(), &["dash"], &["busybox", "sh"]] {
        let mut bench = Bench::new(&[&["shell"], command].concat()).await;
        let mut tracker = Tracker::new("r1");
        until(&mut bench, &mut tracker, |one| *one == Happening::Ready(Layer::Pod)).await;
        let rows = [("echo hi; (exit 3)", 3, "hi\n"), ("echo a b  c", 0, "a b c\n")];
        for (text, exit, output) in rows {
            tracker.typing(Layer::Pod, text);
            bench.send(Frame::Stdin(format!("{text}\r").into_bytes())).await;
            let ended = until(&mut bench, &mut tracker, |one| {
                matches!(one, Happening::Ended(..) | Happening::Ran(..))
            });
            let (Happening::Ended(Layer::Pod, end) | Happening::Ran(Layer::Pod, _, end)) =
                ended.await
            else {
                panic!()
            };
            assert_eq!((end.exit, end.output.text.as_str()), (exit, output), "{command:?}");
        }
        bench.send(Frame::Stdin(b"exit 5\r".to_vec())).await;
        assert_eq!(bench.rest().await.last(), Some(&Frame::Exit(5)), "{command:?}");
    }
}

#[tokio::test]
async fn a_program_that_is_no_shell_is_left_alone() {
    let mut bench = Bench::new(&["shell", "cat"]).await;
    loop {
        match bench.notices.recv().await {
            Some(Notice::Unmarked { terminal }) => break assert_eq!(terminal, Some(TerminalId(3))),
            Some(_) => {}
            None => panic!("nothing was told"),
        }
    }
}
