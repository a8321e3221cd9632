//! How a command is typed: the bytes that a person's keyboard would send.

use std::collections::VecDeque;

/// A command on its way into a shell, line by line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Typing {
    lines: VecDeque<String>,
    whole: bool,
}

impl Typing {
    /// `text` for a shell that takes pasted text as one (`ESC[?2004h` was seen).
    pub(super) fn pasted(text: &str) -> Self {
        Self { lines: VecDeque::from([without_controls(text)]), whole: true }
    }

    /// `text` for a shell that must be asked for each next line.
    pub(super) fn by_line(text: &str) -> Self {
        let text = without_controls(text);
        Self { lines: text.split('\n').map(str::to_owned).collect(), whole: false }
    }

    /// What to send now that the shell is ready for input; none when all is sent.
    /// The text is what the shell will echo.
    pub(super) fn next(&mut self) -> Option<(String, Vec<u8>)> {
        let line = self.lines.pop_front()?;
        let keys = if self.whole && line.contains(['\n', '\t']) {
            [b"\x1b[200~", line.as_bytes(), b"\x1b[201~\r"].concat()
        } else {
            // A tab would complete; Ctrl-V takes the next key as it is.
            [line.replace('\t', "\u{16}\t").as_bytes(), b"\r"].concat()
        };
        Some((line, keys))
    }

    /// Whether everything was sent.
    pub(super) fn is_done(&self) -> bool {
        self.lines.is_empty()
    }
}

/// A lab's text must not press keys: only newlines and tabs stay of the controls.
fn without_controls(text: &str) -> String {
    text.trim_end_matches('\n')
        .chars()
        .filter(|c| !c.is_control() || matches!(c, '\n' | '\t'))
        .collect()
}

/// The length of the echo of `typed` at the start of `bytes`, with its line
/// end: line editors wrap and redraw, so only the characters themselves count.
/// Where something else stands there, the first line is taken for the echo.
pub(super) fn echo_length(bytes: &[u8], typed: &str) -> usize {
    let wanted: Vec<u8> = typed.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let mut matched = 0;
    let mut at = 0;
    // What each character on the line did, so that a step back undoes it.
    let mut drawn: Vec<usize> = Vec::new();
    while matched < wanted.len() {
        match bytes.get(at) {
            None => return first_line(bytes, 0),
            Some(0x1b) => at += escape_length(&bytes[at..]),
            Some(0x08) => {
                matched -= drawn.pop().unwrap_or(0);
                at += 1;
            }
            Some(b'\r' | b'\n') => at += 1,
            Some(byte) if byte.is_ascii_whitespace() => {
                drawn.push(0);
                at += 1;
            }
            Some(byte) if *byte == wanted[matched] => {
                drawn.push(1);
                matched += 1;
                at += 1;
            }
            Some(_) => return first_line(bytes, 0),
        }
    }
    first_line(bytes, at)
}

fn first_line(bytes: &[u8], from: usize) -> usize {
    bytes[from..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |at| from + at + 1)
}

fn escape_length(bytes: &[u8]) -> usize {
    match bytes.get(1) {
        Some(b'[') => bytes
            .iter()
            .skip(2)
            .position(|byte| (0x40..=0x7e).contains(byte))
            .map_or(bytes.len(), |at| at + 3),
        Some(_) => 2,
        None => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_go_as_one_where_the_shell_takes_them_so() {
        let all = |mut typing: Typing| {
            let mut keys = Vec::new();
            while let Some((_, more)) = typing.next() {
                keys.push(String::from_utf8(more).unwrap());
            }
            keys
        };
        assert_eq!(all(Typing::pasted("ls -l\n")), ["ls -l\r"]);
        assert_eq!(all(Typing::pasted("a\nb")), ["\u{1b}[200~a\nb\u{1b}[201~\r"]);
        assert_eq!(all(Typing::by_line("a\n\tb")), ["a\r", "\u{16}\tb\r"]);
        assert_eq!(all(Typing::pasted("a\u{1b}[201~\u{3}b")), ["a[201~b\r"]);
    }

    #[test]
    fn the_echo_is_known_whatever_the_line_editor_draws() {
        let check = |bytes: &str, typed: &str, rest: &str| {
            assert_eq!(&bytes[echo_length(bytes.as_bytes(), typed)..], rest, "{bytes:?}");
        };
        check("echo a\r\na\r\n", "echo a", "a\r\n");
        // ash draws the first character of the next row, and steps back.
        check("echo lon\r\ng\u{8}g\r\nlong\r\n", "echo long", "long\r\n");
        check("echo lon \u{8}g\r\nlong\r\n", "echo long", "long\r\n");
        check("\u{1b}[6necho a\u{1b}[J\r\nout", "echo a", "out");
        check("something else\r\nout", "echo a", "out");
        check("", "echo a", "");
    }
}
