//! One `kubectl` of a lab's shell, from its hello to its exit code.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

use super::injector::{Injector, Passed, Suspect};
use super::io::{Flow, FromVerb, Stream, VerbInput, VerbSink};
use super::server::{Decision, Executor, Notice, Serving};
use super::{Frame, FrameDecoder, Hello};
use crate::base::safe_text;
use crate::engine::TerminalId;
use crate::kubectl::{Attachment, Io, OpenFiles, Terminal};

/// How long a verb may take to end after its shim has left: `run --rm` deletes its pod.
const AFTERMATH: Duration = Duration::from_secs(30);

/// Serves one shim until it is done.
///
/// # Errors
/// The shim broke off before it said what it wants.
pub(super) async fn serve(stream: UnixStream, serving: Arc<Serving>) -> io::Result<()> {
    let (reader, writer) = stream.into_split();
    let mut incoming = Incoming { reader, decoder: FrameDecoder::default() };
    let Some(Frame::Hello(hello)) = incoming.next().await? else {
        return Err(io::ErrorKind::InvalidData.into());
    };
    let mut writer = writer;
    let answer = match serving.executor.decide(&hello.arguments) {
        Decision::Own => None,
        Decision::HandOver(fallback) => Some(vec![Frame::Fallback(fallback)]),
        Decision::Refused(reason) => {
            let text = safe_text(&format!("error: {reason}\n"));
            Some(vec![Frame::Stderr(text.into_bytes()), Frame::Exit(1)])
        }
    };
    if let Some(frames) = answer {
        let bytes: Vec<u8> = frames.iter().flat_map(Frame::encode).collect();
        return writer.write_all(&bytes).await;
    }
    let terminal = hello.terminal.and_then(|id| usize::try_from(id).ok()).map(TerminalId);
    let arguments = hello.arguments.clone();
    let _ = serving.notices.send(Notice::Began { terminal, arguments });
    let exit =
        Connection::new(writer, &hello, serving.clone(), terminal).run(incoming, hello).await;
    let _ = serving.notices.send(Notice::Ended { terminal, exit });
    Ok(())
}

struct Incoming {
    reader: OwnedReadHalf,
    decoder: FrameDecoder,
}

impl Incoming {
    /// The next frame; none when the shim has left. Safe to cancel.
    async fn next(&mut self) -> io::Result<Option<Frame>> {
        let mut buffer = [0; 16 * 1024];
        loop {
            if let Some(frame) = self.decoder.next_frame().map_err(io::Error::other)? {
                return Ok(Some(frame));
            }
            match self.reader.read(&mut buffer).await? {
                0 => return Ok(None),
                count => self.decoder.push(&buffer[..count]),
            }
        }
    }
}

struct Connection {
    /// None once the shim has left.
    writer: Option<OwnedWriteHalf>,
    serving: Arc<Serving>,
    terminal: Option<TerminalId>,
    stdin: Option<mpsc::UnboundedSender<Vec<u8>>>,
    size: watch::Sender<(u16, u16)>,
    cancel: watch::Sender<bool>,
    flow: Arc<Flow>,
    injector: Option<Injector>,
    began: Instant,
}

impl Connection {
    fn new(
        writer: OwnedWriteHalf,
        hello: &Hello,
        serving: Arc<Serving>,
        terminal: Option<TerminalId>,
    ) -> Self {
        Self {
            writer: Some(writer),
            serving,
            terminal,
            stdin: None,
            size: watch::Sender::new(hello.size),
            cancel: watch::Sender::new(false),
            flow: Arc::default(),
            injector: None,
            began: Instant::now(),
        }
    }

    async fn run(mut self, mut incoming: Incoming, hello: Hello) -> u8 {
        let (to, mut from_verb) = mpsc::unbounded_channel();
        let io = self.io(&hello, &to);
        drop(to);
        let mut verb = self.serving.executor.run(hello.arguments, hello.directory.into(), io);
        let exit = loop {
            let due = self.due();
            tokio::select! {
                biased;
                Some(message) = from_verb.recv() => self.said(message).await,
                exit = &mut verb => break exit,
                frame = incoming.next(), if self.writer.is_some() => {
                    self.heard(frame.unwrap_or(None));
                    if self.writer.is_none() {
                        break self.aftermath(&mut verb, &mut from_verb).await;
                    }
                }
                () = tokio::time::sleep_until(due.unwrap_or(self.began)), if due.is_some() => {
                    self.pass_on(|injector, now| injector.tick(now)).await;
                }
            }
        };
        while let Ok(message) = from_verb.try_recv() {
            self.said(message).await;
        }
        self.release().await;
        self.send(&Frame::Exit(exit)).await;
        exit
    }

    /// The shim is gone: the verb was told, and may still put things in order.
    async fn aftermath(
        &mut self,
        verb: &mut BoxFuture<'static, u8>,
        from_verb: &mut mpsc::UnboundedReceiver<FromVerb>,
    ) -> u8 {
        let over = tokio::time::sleep(AFTERMATH);
        tokio::pin!(over);
        loop {
            tokio::select! {
                exit = &mut *verb => return exit,
                Some(message) = from_verb.recv() => self.said(message).await,
                () = &mut over => return 130,
            }
        }
    }

    fn io(&mut self, hello: &Hello, to: &mpsc::UnboundedSender<FromVerb>) -> Io {
        let (stdin, from) = mpsc::unbounded_channel();
        self.stdin = Some(stdin);
        let input = VerbInput { from, to: to.clone(), wanted: 0, rest: Vec::new() };
        let terminal = hello.terminals[0].then(|| {
            let (raw, attached) = (to.clone(), to.clone());
            Terminal {
                size: self.size.subscribe(),
                raw: Box::new(move |on| drop(raw.send(FromVerb::Raw(on)))),
                attached: Box::new(move |what| drop(attached.send(FromVerb::Attached(what)))),
            }
        });
        Io {
            open_files: OpenFiles::Elsewhere,
            stdin: Box::new(input),
            stdout: Box::new(VerbSink::new(Stream::Stdout, to, &self.flow)),
            stderr: Box::new(VerbSink::new(Stream::Stderr, to, &self.flow)),
            terminal,
            cancelled: self.cancel.subscribe(),
        }
    }

    fn heard(&mut self, frame: Option<Frame>) {
        match frame {
            Some(Frame::Stdin(bytes)) => {
                if let Some(stdin) = &self.stdin {
                    let _ = stdin.send(bytes);
                }
            }
            Some(Frame::StdinEnd) => self.stdin = None,
            Some(Frame::Resize(columns, rows)) => drop(self.size.send((columns, rows))),
            Some(Frame::Cancel) => drop(self.cancel.send(true)),
            Some(_) => {}
            None => {
                self.writer = None;
                self.stdin = None;
                let _ = self.cancel.send(true);
            }
        }
    }

    async fn said(&mut self, message: FromVerb) {
        match message {
            FromVerb::Stdout(bytes) => {
                let count = bytes.len();
                self.stdout(bytes).await;
                self.flow.passed(count);
            }
            FromVerb::Stderr(bytes) => {
                let count = bytes.len();
                self.send(&Frame::Stderr(bytes)).await;
                self.flow.passed(count);
            }
            FromVerb::WantStdin => self.send(&Frame::WantStdin).await,
            FromVerb::Raw(on) => self.send(&Frame::Raw(on)).await,
            FromVerb::Attached(attachment) => self.attached(attachment).await,
        }
    }

    async fn stdout(&mut self, bytes: Vec<u8>) {
        if self.injector.is_some() {
            self.pass_on(|injector, now| injector.output(bytes, now)).await;
        } else {
            self.send(&Frame::Stdout(bytes)).await;
        }
    }

    async fn attached(&mut self, attachment: Option<Attachment>) {
        self.release().await;
        let now = self.began.elapsed();
        self.injector = attachment
            .as_ref()
            .map(|what| Injector::new(&self.serving.aid, Suspect::of(&what.command), now));
        self.notice(Notice::Attached { terminal: self.terminal, attachment });
        self.tell_if_settled(None);
    }

    /// What the injector still holds is output after all.
    async fn release(&mut self) {
        if let Some(held) = self.injector.take().and_then(Injector::into_held) {
            self.send(&Frame::Stdout(held)).await;
        }
    }

    async fn pass_on(&mut self, act: impl FnOnce(&mut Injector, Duration) -> Passed) {
        let now = self.began.elapsed();
        let Some(injector) = &mut self.injector else { return };
        let before = injector.settled();
        let passed = act(injector, now);
        if let Some(stdin) = self.stdin.as_ref().filter(|_| !passed.send.is_empty()) {
            let _ = stdin.send(passed.send);
        }
        if !passed.show.is_empty() {
            self.send(&Frame::Stdout(passed.show)).await;
        }
        if before.is_none() {
            self.tell_if_settled(before);
        }
    }

    fn tell_if_settled(&self, before: Option<bool>) {
        let settled = self.injector.as_ref().and_then(Injector::settled);
        if before.is_none() && settled == Some(false) {
            self.notice(Notice::Unmarked { terminal: self.terminal });
        }
    }

    fn due(&self) -> Option<Instant> {
        let deadline = self.injector.as_ref()?.deadline()?;
        Some(self.began + deadline)
    }

    fn notice(&self, notice: Notice) {
        let _ = self.serving.notices.send(notice);
    }

    async fn send(&mut self, frame: &Frame) {
        if let Some(writer) = &mut self.writer {
            // Where it fails the reading side sees the end as well, and cancels the verb.
            let _ = writer.write_all(&frame.encode()).await;
        }
    }
}

impl Serving {
    /// The parts that every connection shares.
    pub(super) fn new(
        executor: Arc<dyn Executor>,
        aid: String,
        notices: mpsc::UnboundedSender<Notice>,
    ) -> Self {
        Self { executor, aid, notices }
    }
}
