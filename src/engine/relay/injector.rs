//! Makes a shell in a pod mark its prompts: waits for its prompt, types one line,
//! and hides that line's echo.

use std::time::Duration;

use crate::base::plain_text;
use crate::engine::shell_setup::pod_line;

/// How long a program may be silent before it is taken as it is.
const SILENCE: Duration = Duration::from_millis(1000);
/// How long the first mark may take.
const PATIENCE: Duration = Duration::from_secs(3);
/// How much of the output is looked at for a prompt.
const TAIL: usize = 512;

/// What is known of the command of an attached session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Suspect {
    /// It is a shell.
    Shell,
    /// The image decides.
    Unknown,
    /// It is another program: nothing is typed.
    Other,
}

impl Suspect {
    /// What `command` is; none given means the image's own.
    pub(super) fn of(command: &[String]) -> Self {
        let Some((program, arguments)) = command.split_first() else { return Self::Unknown };
        let name = program.rsplit('/').next().unwrap_or(program);
        let shell = matches!(name, "sh" | "bash" | "ash" | "dash" | "busybox" | "ksh");
        // `sh -c …` runs something else; `bash -l`, `bash -i` and `busybox sh` are shells.
        let plain = arguments.iter().all(|argument| {
            matches!(argument.as_str(), "-i" | "-l" | "-li" | "-il" | "--login" | "sh" | "ash")
                || (argument.starts_with("--no") && name == "bash")
        });
        match shell && plain {
            true => Self::Shell,
            false => Self::Other,
        }
    }
}

/// What is to be done with what was received.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Passed {
    /// For the person's terminal.
    pub(super) show: Vec<u8>,
    /// For the program in the pod.
    pub(super) send: Vec<u8>,
}

/// Where a session is on its way to marks.
#[derive(Debug)]
pub(super) struct Injector {
    aid: String,
    suspect: Suspect,
    state: State,
    tail: Vec<u8>,
}

#[derive(Debug)]
enum State {
    /// No prompt was seen; asked for one at `nudged`.
    Waiting { until: Duration, nudged: bool },
    /// The line was typed; its echo is held.
    Hiding { until: Duration, held: Vec<u8> },
    /// Marks come, or it was given up.
    Over { marked: bool },
}

impl Injector {
    /// For a session that began at `now`, on any clock that only moves forward.
    pub(super) fn new(aid: &str, suspect: Suspect, now: Duration) -> Self {
        let state = match suspect {
            Suspect::Other => State::Over { marked: false },
            _ => State::Waiting { until: now + SILENCE, nudged: false },
        };
        Self { aid: aid.to_owned(), suspect, state, tail: Vec::new() }
    }

    /// When [`Injector::tick`] is due.
    pub(super) fn deadline(&self) -> Option<Duration> {
        match self.state {
            State::Waiting { until, .. } | State::Hiding { until, .. } => Some(until),
            State::Over { .. } => None,
        }
    }

    /// Whether it is settled, and if so, whether the session has marks.
    pub(super) fn settled(&self) -> Option<bool> {
        if let State::Over { marked } = self.state { Some(marked) } else { None }
    }

    /// What was held when the session ended.
    pub(super) fn into_held(self) -> Option<Vec<u8>> {
        if let State::Hiding { held, .. } = self.state { Some(held) } else { None }
    }

    /// The program wrote `bytes`.
    pub(super) fn output(&mut self, bytes: Vec<u8>, now: Duration) -> Passed {
        match &mut self.state {
            State::Over { .. } => Passed { show: bytes, send: Vec::new() },
            State::Hiding { held, .. } => {
                held.extend_from_slice(&bytes);
                match find_mark(held, &self.aid) {
                    Some(at) => {
                        // The prompt before the line is drawn over.
                        let show = [b"\r\x1b[K", &held[at..]].concat();
                        self.state = State::Over { marked: true };
                        Passed { show, send: Vec::new() }
                    }
                    None => Passed::default(),
                }
            }
            State::Waiting { until, .. } => {
                *until = now + SILENCE;
                self.tail.extend_from_slice(&bytes);
                let cut = self.tail.len().saturating_sub(TAIL);
                self.tail.drain(..cut);
                let send = match is_shell_prompt(&self.tail) {
                    true => self.inject(now),
                    false => Vec::new(),
                };
                Passed { show: bytes, send }
            }
        }
    }

    /// The deadline has passed.
    pub(super) fn tick(&mut self, now: Duration) -> Passed {
        match &mut self.state {
            State::Waiting { until, nudged } if now >= *until => {
                match (self.suspect, *nudged) {
                    (Suspect::Shell, _) => Passed { show: Vec::new(), send: self.inject(now) },
                    // As kubectl tells a person to: try pressing enter.
                    (_, false) => {
                        *nudged = true;
                        *until = now + SILENCE;
                        Passed { show: Vec::new(), send: b"\r".to_vec() }
                    }
                    (_, true) => {
                        self.state = State::Over { marked: false };
                        Passed::default()
                    }
                }
            }
            State::Hiding { until, held } if now >= *until => {
                let show = std::mem::take(held);
                self.state = State::Over { marked: false };
                Passed { show, send: Vec::new() }
            }
            _ => Passed::default(),
        }
    }

    fn inject(&mut self, now: Duration) -> Vec<u8> {
        self.state = State::Hiding { until: now + PATIENCE, held: Vec::new() };
        format!("{}\r", pod_line(&self.aid)).into_bytes()
    }
}

/// Where the first mark begins.
fn find_mark(bytes: &[u8], aid: &str) -> Option<usize> {
    let start: &[u8] = b"\x1b]133;D;";
    let wanted = format!(";aid={aid}p\u{7}");
    bytes.windows(start.len()).enumerate().find_map(|(at, window)| {
        let rest = (window == start).then(|| &bytes[at + start.len()..])?;
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        rest[digits..].starts_with(wanted.as_bytes()).then_some(at)
    })
}

/// `# ` or `$ ` at the end, but not psql's `=# `.
fn is_shell_prompt(tail: &[u8]) -> bool {
    let text = plain_text(tail);
    let line = text.rsplit('\n').next().unwrap_or_default();
    (line.ends_with("# ") || line.ends_with("$ ")) && !line.ends_with("=# ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::from_secs(100);

    fn at(millis: u64) -> Duration {
        NOW + Duration::from_millis(millis)
    }

    #[test]
    fn only_what_looks_like_a_shells_prompt_is_one() {
        let check =
            |tail: &str, wanted| assert_eq!(is_shell_prompt(tail.as_bytes()), wanted, "{tail}");
        check("root@jumpserver:/# ", true);
        check("\u{1b}[6n/ # ", true);
        check("motd\r\n$ ", true);
        check("postgres=# ", false);
        check(">>> ", false);
        check("# comment", false);
        check("", false);
    }

    #[test]
    fn commands_are_shells_only_when_they_take_a_persons_lines() {
        let check = |command: &[&str], wanted| {
            let command: Vec<String> = command.iter().map(|&word| word.to_owned()).collect();
            assert_eq!(Suspect::of(&command), wanted, "{command:?}");
        };
        check(&[], Suspect::Unknown);
        check(&["sh"], Suspect::Shell);
        check(&["/bin/bash", "-il"], Suspect::Shell);
        check(&["busybox", "sh"], Suspect::Shell);
        check(&["sh", "-c", "date"], Suspect::Other);
        check(&["psql"], Suspect::Other);
    }

    #[test]
    fn the_line_and_its_echo_are_hidden() {
        let mut injector = Injector::new("x", Suspect::Unknown, NOW);
        let first = injector.output(b"/ # ".to_vec(), at(5));
        assert_eq!(first.show, b"/ # ");
        assert!(first.send.ends_with(b"\r"), "{first:?}");
        let echo = injector.output(first.send, at(6));
        assert_eq!(echo, Passed::default());
        let prompt = "\r\n\u{1b}]133;D;0;aid=xp\u{7}\u{1b}]133;A;aid=xp\u{7}/ # ";
        let shown = injector.output(prompt.into(), at(7)).show;
        assert!(shown.starts_with(b"\r\x1b[K\x1b]133;D;0"), "{shown:?}");
        assert_eq!(injector.settled(), Some(true));
        assert_eq!(injector.output(b"ls".to_vec(), at(8)).show, b"ls");
    }

    #[test]
    fn a_silent_program_is_nudged_once_and_then_left_alone() {
        let mut injector = Injector::new("x", Suspect::Unknown, NOW);
        assert_eq!(injector.tick(at(999)), Passed::default());
        assert_eq!(injector.tick(at(1000)).send, b"\r");
        assert_eq!(injector.tick(at(2000)), Passed::default());
        assert_eq!(injector.settled(), Some(false));
    }

    #[test]
    fn what_was_held_in_vain_is_released() {
        let mut injector = Injector::new("x", Suspect::Shell, NOW);
        assert!(injector.tick(at(1000)).send.starts_with(b" __b="));
        assert_eq!(injector.output(b"bang".to_vec(), at(1001)), Passed::default());
        assert_eq!(injector.tick(at(4000)).show, b"bang");
        assert_eq!(injector.settled(), Some(false));
    }
}
