//! The marks that the run's shells put around prompts and commands: OSC 133,
//! the semantic-prompt sequences of terminals, with an `aid` that only this run
//! knows, so that nothing a command prints is taken for a mark.

use std::mem;

/// An escape sequence longer than this is text.
const LONGEST_SEQUENCE: usize = 64 * 1024;

/// Whose prompt a mark belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layer {
    /// The shell of the terminal itself.
    Host,
    /// A shell in a pod that runs inside of it.
    Pod,
}

/// What a mark says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Mark {
    /// The command before this prompt ended so (`133;D`).
    Ended(i32),
    /// A prompt begins; the shell is in this directory (`133;A`).
    Prompt(Option<String>),
    /// A prompt for the next line of the same command begins (`133;A;k=s`).
    Continuation,
    /// The prompt is complete: what follows is typed (`133;B`).
    Ready,
    /// A command is about to run; its text, where the shell tells (`133;C`).
    Started(Option<String>),
}

/// A piece of what a terminal sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// Anything that is no mark, escape sequences included.
    Text(Vec<u8>),
    /// A mark.
    Mark(Layer, Mark),
    /// Bracketed paste was switched on or off.
    Paste(bool),
}

/// Finds marks in a stream of bytes, however it is cut into chunks.
#[derive(Debug)]
pub(super) struct MarkParser {
    aid: String,
    held: Vec<u8>,
}

impl MarkParser {
    /// A parser for marks that carry this `aid`, or it followed by `p` for a pod's shell.
    pub(super) fn new(aid: &str) -> Self {
        Self { aid: aid.to_owned(), held: Vec::new() }
    }

    /// The pieces of `bytes`; an incomplete escape sequence is kept for the next call.
    pub(super) fn feed(&mut self, bytes: &[u8]) -> Vec<Piece> {
        let joined;
        let mut rest = bytes;
        if !self.held.is_empty() {
            let mut held = mem::take(&mut self.held);
            held.extend_from_slice(bytes);
            joined = held;
            rest = &joined;
        }
        let mut pieces = Pieces::default();
        while let Some(escape) = rest.iter().position(|byte| *byte == 0x1b) {
            pieces.text(&rest[..escape]);
            rest = &rest[escape..];
            match sequence_length(rest) {
                Some(length) => {
                    let (sequence, after) = rest.split_at(length);
                    pieces.sequence(sequence, self.read(sequence));
                    rest = after;
                }
                None if rest.len() > LONGEST_SEQUENCE => {
                    pieces.text(&rest[..1]);
                    rest = &rest[1..];
                }
                None => {
                    self.held = rest.to_vec();
                    rest = &[];
                }
            }
        }
        pieces.text(rest);
        pieces.done()
    }

    fn read(&self, sequence: &[u8]) -> Option<Piece> {
        match sequence {
            b"\x1b[?2004h" => Some(Piece::Paste(true)),
            b"\x1b[?2004l" => Some(Piece::Paste(false)),
            [0x1b, b']', body @ ..] => {
                let body = body.strip_suffix(b"\x07").or_else(|| body.strip_suffix(b"\x1b\\"))?;
                let body = String::from_utf8_lossy(body.strip_prefix(b"133;")?).into_owned();
                self.read_mark(&body)
            }
            _ => None,
        }
    }

    /// `D;0;aid=…`, `A;aid=…;cwd=…`: the last value may itself contain `;`.
    fn read_mark(&self, body: &str) -> Option<Piece> {
        let (letter, rest) = body.split_once(';')?;
        let (exit, rest) = match letter {
            "D" => rest.split_once(';')?,
            _ => ("", rest),
        };
        let rest = rest.strip_prefix("aid=")?.strip_prefix(self.aid.as_str())?;
        let (layer, rest) = match rest.strip_prefix('p') {
            Some(rest) => (Layer::Pod, rest),
            None => (Layer::Host, rest),
        };
        let value = match rest {
            "" => "",
            rest => rest.strip_prefix(';')?,
        };
        let mark = match letter {
            "A" if value == "k=s" => Mark::Continuation,
            "A" => Mark::Prompt(value.strip_prefix("cwd=").map(str::to_owned)),
            "B" => Mark::Ready,
            "C" => Mark::Started(command_line(value)),
            "D" => Mark::Ended(exit.parse().ok()?),
            _ => return None,
        };
        Some(Piece::Mark(layer, mark))
    }
}

/// The command line of a mark: percent-encoded, or a line of `history`.
fn command_line(value: &str) -> Option<String> {
    if let Some(encoded) = value.strip_prefix("cmdline_url=") {
        return Some(percent_decoded(encoded)).filter(|text| !text.is_empty());
    }
    let line = value.strip_prefix("history=")?.trim_start();
    let text = line.trim_start_matches(|c: char| c.is_ascii_digit() || c == '*').trim_start();
    Some(text.replace('\r', "")).filter(|text| !text.is_empty())
}

fn percent_decoded(encoded: &str) -> String {
    let mut out = Vec::with_capacity(encoded.len());
    let mut rest = encoded.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let code = (byte == b'%')
            .then(|| after.get(..2))
            .flatten()
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        out.push(code.unwrap_or(byte));
        rest = if code.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// How long the escape sequence at the start of `bytes` is; none while it is incomplete.
fn sequence_length(bytes: &[u8]) -> Option<usize> {
    let ends_string = |at: usize, byte: u8| match byte {
        0x07 | 0x18 | 0x1a => Some(at + 1),
        _ => None,
    };
    match bytes.get(1)? {
        b'[' => bytes.iter().enumerate().skip(2).find_map(|(at, byte)| match byte {
            0x40..=0x7e => Some(at + 1),
            0x1b => Some(at),
            0x18 | 0x1a => Some(at + 1),
            _ => None,
        }),
        b']' => bytes.iter().enumerate().skip(2).find_map(|(at, byte)| match byte {
            0x1b => match bytes.get(at + 1) {
                Some(b'\\') => Some(at + 2),
                Some(_) => Some(at),
                None => None,
            },
            byte => ends_string(at, *byte),
        }),
        0x1b => Some(1),
        _ => Some(2),
    }
}

/// Collects pieces; texts that follow each other become one.
#[derive(Default)]
struct Pieces {
    done: Vec<Piece>,
    text: Vec<u8>,
}

impl Pieces {
    fn text(&mut self, bytes: &[u8]) {
        self.text.extend_from_slice(bytes);
    }

    fn sequence(&mut self, bytes: &[u8], read: Option<Piece>) {
        match read {
            None => self.text(bytes),
            Some(piece) => {
                self.flush();
                self.done.push(piece);
            }
        }
    }

    fn flush(&mut self) {
        if !self.text.is_empty() {
            self.done.push(Piece::Text(mem::take(&mut self.text)));
        }
    }

    fn done(mut self) -> Vec<Piece> {
        self.flush();
        self.done
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn all(chunks: &[&[u8]]) -> Vec<Piece> {
        let mut parser = MarkParser::new("x1");
        let mut joined: Vec<Piece> = Vec::new();
        for piece in chunks.iter().flat_map(|chunk| parser.feed(chunk)) {
            match (joined.last_mut(), piece) {
                (Some(Piece::Text(before)), Piece::Text(more)) => before.extend(more),
                (_, piece) => joined.push(piece),
            }
        }
        joined
    }

    fn text(bytes: &str) -> Piece {
        Piece::Text(bytes.as_bytes().to_vec())
    }

    #[test]
    fn marks_are_found_and_only_ours() {
        let check = |bytes: &str, wanted: Vec<Piece>| assert_eq!(all(&[bytes.as_bytes()]), wanted);
        let host = |mark| Piece::Mark(Layer::Host, mark);
        check(
            "a\u{1b}]133;D;130;aid=x1\u{7}\u{1b}]133;A;aid=x1;cwd=/a;b\u{7}$ \u{1b}]133;B;aid=x1\u{1b}\\z",
            vec![
                text("a"),
                host(Mark::Ended(130)),
                host(Mark::Prompt(Some("/a;b".into()))),
                text("$ "),
                host(Mark::Ready),
                text("z"),
            ],
        );
        check("\u{1b}]133;A;aid=x1p;k=s\u{7}", vec![Piece::Mark(Layer::Pod, Mark::Continuation)]);
        check(
            "\u{1b}]133;C;aid=x1;cmdline_url=echo 100%25%0A\u{7}",
            vec![host(Mark::Started(Some("echo 100%\n".into())))],
        );
        check(
            "\u{1b}]133;C;aid=x1p;history=  12  ls; id\r\nx\u{7}",
            vec![Piece::Mark(Layer::Pod, Mark::Started(Some("ls; id\nx".into())))],
        );
        for foreign in ["\u{1b}]133;D;0\u{7}", "\u{1b}]133;D;0;aid=x2\u{7}", "\u{1b}]0;t\u{7}"] {
            check(foreign, vec![text(foreign)]);
        }
        check(
            "\u{1b}[?2004hq\u{1b}[?2004l",
            vec![Piece::Paste(true), text("q"), Piece::Paste(false)],
        );
    }

    #[test]
    fn a_sequence_that_never_ends_is_text() {
        let endless = [b"\x1b]".as_slice(), &vec![b'a'; LONGEST_SEQUENCE + 1]].concat();
        assert_eq!(all(&[&endless]), vec![Piece::Text(endless)]);
    }

    fn noise() -> impl Strategy<Value = Vec<u8>> {
        let words: Vec<&'static [u8]> = vec![
            b"\x1b]133;D;0;aid=x1\x07",
            b"\x1b]133;B;aid=x1p\x1b\\",
            b"\x1b[?2004h",
            b"\x1b",
            b"\x1b]133;A;aid=x1;cwd=/tmp\x07",
            b"\x1b[1;31m",
            b"]",
            b"[",
            b"\x07",
            b"ab",
            b"\x1b]0;",
            b"\x1b\\",
            b"\xff",
            b"\r\n",
            b"\x18",
        ];
        proptest::collection::vec(proptest::sample::select(words), 0..24)
            .prop_map(|words| words.concat())
    }

    proptest! {
        #[test]
        fn any_chunking_gives_the_same_pieces(bytes in noise(), cuts in proptest::collection::vec(0usize..200, 0..8)) {
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(bytes.len())).collect();
            cuts.extend([0, bytes.len()]);
            cuts.sort_unstable();
            let chunks: Vec<&[u8]> = cuts.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect();
            prop_assert_eq!(all(&chunks), all(&[&bytes]));
        }

        #[test]
        fn no_byte_of_text_is_lost(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            let mut parser = MarkParser::new("x1");
            let mut back: Vec<u8> = parser.feed(&bytes).into_iter().flat_map(|piece| match piece {
                Piece::Text(text) => text,
                Piece::Mark(..) | Piece::Paste(_) => Vec::new(),
            }).collect();
            back.extend(&parser.held);
            prop_assert_eq!(back, bytes);
        }
    }
}
