//! From the marks in a terminal's output to what happens in its shells.

use crate::base::plain_text;
use crate::engine::Output;
use crate::engine::marks::{Layer, Mark, MarkParser, Piece};
use crate::engine::transcript::Transcript;
use crate::engine::typing::echo_length;

/// Something that happened in a terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Happening {
    /// The shell waits for a command.
    Ready(Layer),
    /// The shell waits for the next line of a command.
    Continue(Layer),
    /// A command began to run; its text where the shell told.
    Started(Layer, Option<String>),
    /// The command that was begun ended.
    Ended(Layer, Finished),
    /// A shell that does not announce commands ran one: told at its end only.
    Ran(Layer, String, Finished),
    /// The shell in the pod is gone.
    PodLeft,
}

/// How a command ended, and what it printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Finished {
    /// Its exit code.
    pub(super) exit: i32,
    /// What it printed.
    pub(super) output: Output,
}

/// Follows the shells of one terminal.
#[derive(Debug)]
pub(super) struct Tracker {
    parser: MarkParser,
    host: Shell,
    pod: Option<Shell>,
    directory: Option<String>,
    paste: bool,
}

/// One shell: where it is between its marks.
#[derive(Debug, Default)]
struct Shell {
    phase: Phase,
    announces: bool,
    typed: Option<String>,
    transcript: Transcript,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// No prompt yet, or one is being drawn.
    #[default]
    Drawing,
    /// As drawing, for a further line of the same command.
    DrawingMore,
    /// Between the prompt's end and the next mark.
    Typing,
    /// A command runs that was announced.
    Running,
}

impl Tracker {
    /// A tracker for marks with this `aid`.
    pub(super) fn new(aid: &str) -> Self {
        let (host, pod) = (Shell::default(), None);
        Self { parser: MarkParser::new(aid), host, pod, directory: None, paste: false }
    }

    /// What happened in these bytes.
    pub(super) fn feed(&mut self, bytes: &[u8]) -> Vec<Happening> {
        let mut happenings = Vec::new();
        for piece in self.parser.feed(bytes) {
            match piece {
                Piece::Text(text) => self.text(&text),
                Piece::Paste(on) => self.paste = on,
                Piece::Mark(layer, mark) => self.mark(layer, mark, &mut happenings),
            }
        }
        happenings
    }

    /// Told what is being typed, so that a shell's echo can be told from output.
    pub(super) fn typing(&mut self, layer: Layer, line: &str) {
        self.shell(layer).typed = Some(line.to_owned());
    }

    /// Whether the shell takes a pasted text as one.
    pub(super) fn takes_paste(&self) -> bool {
        self.paste
    }

    /// Where the host's shell was at its last prompt.
    pub(super) fn directory(&self) -> Option<&str> {
        self.directory.as_deref()
    }

    /// What the innermost command has printed so far.
    pub(super) fn output_so_far(&self, layer: Layer) -> Output {
        match (layer, &self.pod) {
            (Layer::Pod, Some(pod)) => pod.so_far(),
            (Layer::Pod, None) => Output::default(),
            (Layer::Host, _) => self.host.so_far(),
        }
    }

    fn shell(&mut self, layer: Layer) -> &mut Shell {
        match layer {
            Layer::Host => &mut self.host,
            Layer::Pod => self.pod.get_or_insert_with(Shell::default),
        }
    }

    fn text(&mut self, text: &[u8]) {
        self.host.text(text);
        if let Some(pod) = &mut self.pod {
            pod.text(text);
        }
    }

    fn mark(&mut self, layer: Layer, mark: Mark, happenings: &mut Vec<Happening>) {
        if layer == Layer::Host && !matches!(mark, Mark::Started(_)) {
            self.leave_pod(&mark, happenings);
        }
        if let (Layer::Host, Mark::Prompt(Some(directory))) = (layer, &mark) {
            self.directory = Some(directory.clone());
        }
        let shell = self.shell(layer);
        match mark {
            Mark::Ended(exit) => happenings.extend(shell.ended(layer, exit)),
            Mark::Prompt(_) => shell.phase = Phase::Drawing,
            Mark::Continuation => shell.phase = Phase::DrawingMore,
            Mark::Ready => {
                let more = shell.phase == Phase::DrawingMore;
                shell.phase = Phase::Typing;
                shell.transcript.clear();
                happenings.push(match more {
                    true => Happening::Continue(layer),
                    false => Happening::Ready(layer),
                });
            }
            Mark::Started(text) => {
                shell.phase = Phase::Running;
                shell.announces = true;
                shell.transcript.clear();
                happenings.push(Happening::Started(layer, text));
            }
        }
    }

    /// The host's prompt is back, so whatever ran in the pod is over.
    fn leave_pod(&mut self, mark: &Mark, happenings: &mut Vec<Happening>) {
        if let Some(mut pod) = self.pod.take() {
            let exit = if let Mark::Ended(exit) = mark { *exit } else { 0 };
            happenings.extend(pod.ended(Layer::Pod, exit));
            happenings.push(Happening::PodLeft);
        }
    }
}

impl Shell {
    fn text(&mut self, text: &[u8]) {
        if matches!(self.phase, Phase::Typing | Phase::Running) {
            self.transcript.push(text);
        }
    }

    fn so_far(&self) -> Output {
        if self.phase == Phase::Running { self.transcript.output() } else { Output::default() }
    }

    fn ended(&mut self, layer: Layer, exit: i32) -> Option<Happening> {
        let typed = self.typed.take();
        match std::mem::take(&mut self.phase) {
            Phase::Running => {
                let output = self.transcript.output();
                Some(Happening::Ended(layer, Finished { exit, output }))
            }
            Phase::Typing if !self.announces => self.ran(layer, exit, typed),
            _ => None,
        }
    }

    /// The prompt of a shell that announces nothing: first the echo, then the output.
    fn ran(&mut self, layer: Layer, exit: i32, typed: Option<String>) -> Option<Happening> {
        let bytes = self.transcript.bytes();
        let line_end =
            bytes.iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |at| at + 1);
        let (text, echo) = match typed {
            Some(typed) => (typed.clone(), echo_length(bytes, &typed)),
            None => (plain_text(&bytes[..line_end]).trim().to_owned(), line_end),
        };
        self.transcript.skip(echo);
        let nothing = text.is_empty() || text.ends_with("^C");
        let finished = Finished { exit, output: self.transcript.output() };
        (!nothing).then_some(Happening::Ran(layer, text, finished))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const D0: &str = "\u{1b}]133;D;0;aid=x\u{7}";
    const A: &str = "\u{1b}]133;A;aid=x;cwd=/w\u{7}";
    const B: &str = "\u{1b}]133;B;aid=x\u{7}";
    const C: &str = "\u{1b}]133;C;aid=x;cmdline_url=ls\u{7}";
    const MORE: &str = "\u{1b}]133;A;aid=x;k=s\u{7}";
    const POD: &str =
        "\u{1b}]133;D;0;aid=xp\u{7}\u{1b}]133;A;aid=xp\u{7}# \u{1b}]133;B;aid=xp\u{7}";

    fn finished(exit: i32, text: &str) -> Finished {
        Finished { exit, output: Output { text: text.into(), lines_dropped: 0 } }
    }

    #[test]
    fn a_shell_that_announces_its_commands() {
        let mut tracker = Tracker::new("x");
        assert_eq!(
            tracker.feed(format!("{D0}{A}$ {B}ls\r\n{C}one\r\n{D0}{A}$ {B}").as_bytes()),
            [
                Happening::Ready(Layer::Host),
                Happening::Started(Layer::Host, Some("ls".into())),
                Happening::Ended(Layer::Host, finished(0, "one\n")),
                Happening::Ready(Layer::Host),
            ],
        );
        assert_eq!(tracker.directory(), Some("/w"));
        // An empty line is no command.
        assert_eq!(
            tracker.feed(format!("\r\n{D0}{A}$ {B}").as_bytes()),
            [Happening::Ready(Layer::Host)]
        );
    }

    #[test]
    fn a_shell_that_only_has_a_prompt() {
        let mut tracker = Tracker::new("x");
        tracker.feed(format!("{D0}{A}$ {B}").as_bytes());
        tracker.typing(Layer::Host, "cat <<E");
        assert_eq!(
            tracker.feed(format!("cat <<E\r\n{MORE}> {B}").as_bytes()),
            [Happening::Continue(Layer::Host)]
        );
        tracker.typing(Layer::Host, "E");
        assert_eq!(
            tracker.feed(format!("E\r\nE\r\n{D0}{A}$ {B}").as_bytes()),
            [
                Happening::Ran(Layer::Host, "E".into(), finished(0, "E\n")),
                Happening::Ready(Layer::Host),
            ]
        );
        // By hand: the first line is what was typed.
        assert_eq!(
            tracker.feed(format!("lx\u{8} \u{8}s\r\nf\r\n{D0}{A}$ {B}").as_bytes())[0],
            Happening::Ran(Layer::Host, "ls".into(), finished(0, "f\n")),
        );
    }

    #[test]
    fn a_shell_in_a_pod_comes_and_goes() {
        let mut tracker = Tracker::new("x");
        tracker.feed(format!("{D0}{A}$ {B}\r\n{C}").as_bytes());
        assert_eq!(tracker.feed(POD.as_bytes()), [Happening::Ready(Layer::Pod)]);
        assert_eq!(
            tracker.feed(format!("id\r\nroot\r\n{POD}").as_bytes()),
            [
                Happening::Ran(Layer::Pod, "id".into(), finished(0, "root\n")),
                Happening::Ready(Layer::Pod),
            ]
        );
        let left = tracker.feed(format!("exit\r\n{D0}{A}$ {B}").as_bytes());
        assert_eq!(left[0], Happening::Ran(Layer::Pod, "exit".into(), finished(0, "")));
        assert_eq!(left[1], Happening::PodLeft);
        assert!(matches!(left[2], Happening::Ended(Layer::Host, _)));
    }
}
