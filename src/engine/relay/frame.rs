//! What `kubectl` in a lab's shell and the running podlab say to each other: a
//! byte for the kind, four for the length (big-endian), then the content.

use std::fmt;

/// No frame's content is longer (bytes).
pub const LONGEST_FRAME: usize = 1024 * 1024;

/// So many bytes of standard input may be sent for each time that it is wanted.
pub const INPUT_GRANT: usize = 256 * 1024;

/// A message between the shim and the relay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Frame {
    /// From the shim, first: what was typed and where.
    Hello(Hello),
    /// From the shim: standard input.
    Stdin(Vec<u8>),
    /// From the shim: standard input has ended.
    StdinEnd,
    /// From the shim: the terminal has a new size, columns and rows.
    Resize(u16, u16),
    /// From the shim: a signal asks it to end.
    Cancel,
    /// To the shim: for standard output.
    Stdout(Vec<u8>),
    /// To the shim: for standard error.
    Stderr(Vec<u8>),
    /// To the shim: standard input is wanted, [`INPUT_GRANT`] bytes at most until it is
    /// wanted again.
    WantStdin,
    /// To the shim: the terminal is to pass keys as they are, or no more.
    Raw(bool),
    /// To the shim: it is over.
    Exit(u8),
    /// To the shim: podlab does not do this; a real kubectl is to do it.
    Fallback(Fallback),
}

/// An invocation, as the shim sees it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hello {
    /// What stands after the word `kubectl`.
    pub arguments: Vec<String>,
    /// The directory that relative names are relative to.
    pub directory: String,
    /// The number of the run's terminal that it was typed in.
    pub terminal: Option<u32>,
    /// Whether standard input, output and error are a terminal.
    pub terminals: [bool; 3],
    /// The terminal's columns and rows; 0 where there is none.
    pub size: (u16, u16),
}

/// What a real kubectl is to do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fallback {
    /// What podlab does not do itself.
    pub reason: String,
    /// Its arguments, which keep it within the run.
    pub arguments: Vec<String>,
}

/// Bytes that are no frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// Longer than [`LONGEST_FRAME`].
    #[error("a message of {0} bytes is too long")]
    TooLong(usize),
    /// Of a kind that nobody knows, or cut short within.
    #[error("a message of kind {0} cannot be understood")]
    Unknown(u8),
}

impl Frame {
    /// The bytes to send. Longer content than [`LONGEST_FRAME`] is cut: senders split it.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = vec![self.kind(), 0, 0, 0, 0];
        match self {
            Self::Hello(hello) => hello.encode(&mut out),
            Self::Stdin(bytes) | Self::Stdout(bytes) | Self::Stderr(bytes) => {
                out.extend_from_slice(&bytes[..bytes.len().min(LONGEST_FRAME)]);
            }
            Self::Resize(columns, rows) => {
                out.extend_from_slice(&columns.to_be_bytes());
                out.extend_from_slice(&rows.to_be_bytes());
            }
            Self::Raw(on) => out.push(u8::from(*on)),
            Self::Exit(code) => out.push(*code),
            Self::Fallback(fallback) => {
                let texts = std::iter::once(&fallback.reason).chain(&fallback.arguments);
                put_texts(&mut out, texts);
            }
            Self::StdinEnd | Self::Cancel | Self::WantStdin => {}
        }
        let length = u32::try_from(out.len() - 5).unwrap_or(u32::MAX);
        out[1..5].copy_from_slice(&length.to_be_bytes());
        out
    }

    fn kind(&self) -> u8 {
        match self {
            Self::Hello(_) => b'H',
            Self::Stdin(_) => b'i',
            Self::StdinEnd => b'e',
            Self::Resize(..) => b's',
            Self::Cancel => b'c',
            Self::Stdout(_) => b'1',
            Self::Stderr(_) => b'2',
            Self::WantStdin => b'w',
            Self::Raw(_) => b'r',
            Self::Exit(_) => b'x',
            Self::Fallback(_) => b'f',
        }
    }

    fn decode(kind: u8, content: &[u8]) -> Option<Self> {
        Some(match (kind, content) {
            (b'H', content) => Self::Hello(Hello::decode(content)?),
            (b'i', bytes) => Self::Stdin(bytes.to_vec()),
            (b'e', []) => Self::StdinEnd,
            (b's', [a, b, c, d]) => {
                Self::Resize(u16::from_be_bytes([*a, *b]), u16::from_be_bytes([*c, *d]))
            }
            (b'c', []) => Self::Cancel,
            (b'1', bytes) => Self::Stdout(bytes.to_vec()),
            (b'2', bytes) => Self::Stderr(bytes.to_vec()),
            (b'w', []) => Self::WantStdin,
            (b'r', [on]) => Self::Raw(*on != 0),
            (b'x', [code]) => Self::Exit(*code),
            (b'f', content) => {
                let mut arguments = take_texts(content)?;
                if arguments.is_empty() {
                    return None;
                }
                let reason = arguments.remove(0);
                Self::Fallback(Fallback { reason, arguments })
            }
            _ => return None,
        })
    }
}

impl Hello {
    fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.terminal.unwrap_or(u32::MAX).to_be_bytes());
        out.extend(self.terminals.map(u8::from));
        out.extend_from_slice(&self.size.0.to_be_bytes());
        out.extend_from_slice(&self.size.1.to_be_bytes());
        put_texts(out, std::iter::once(&self.directory).chain(&self.arguments));
    }

    fn decode(mut content: &[u8]) -> Option<Self> {
        let terminal = take_number(&mut content)?;
        let flags = content.split_off(..3)?;
        let size = take_number(&mut content)?;
        let mut texts = take_texts(content)?;
        if texts.is_empty() {
            return None;
        }
        let directory = texts.remove(0);
        let [a, b, c, d] = size.to_be_bytes();
        Some(Self {
            arguments: texts,
            directory,
            terminal: (terminal != u32::MAX).then_some(terminal),
            terminals: [flags[0] != 0, flags[1] != 0, flags[2] != 0],
            size: (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d])),
        })
    }
}

fn put_texts<'a>(out: &mut Vec<u8>, texts: impl Iterator<Item = &'a String>) {
    for text in texts {
        out.extend_from_slice(&u32::try_from(text.len()).unwrap_or(u32::MAX).to_be_bytes());
        out.extend_from_slice(text.as_bytes());
    }
}

fn take_texts(mut content: &[u8]) -> Option<Vec<String>> {
    let mut texts = Vec::new();
    while !content.is_empty() {
        let length = usize::try_from(take_number(&mut content)?).ok()?;
        texts.push(String::from_utf8_lossy(content.split_off(..length)?).into_owned());
    }
    Some(texts)
}

fn take_number(content: &mut &[u8]) -> Option<u32> {
    Some(u32::from_be_bytes(content.split_off(..4)?.try_into().ok()?))
}

/// Bytes of a stream to frames.
#[derive(Default)]
pub struct FrameDecoder {
    held: Vec<u8>,
    read: usize,
}

impl FrameDecoder {
    /// Adds what was received.
    pub fn push(&mut self, bytes: &[u8]) {
        self.held.drain(..self.read);
        self.read = 0;
        self.held.extend_from_slice(bytes);
    }

    /// The next frame; none until more is received.
    ///
    /// # Errors
    /// Bytes that are no frame; nothing after them can be understood.
    pub fn next_frame(&mut self) -> Result<Option<Frame>, FrameError> {
        let rest = &self.held[self.read..];
        let Some((&[kind, a, b, c, d], after)) = rest.split_first_chunk::<5>() else {
            return Ok(None);
        };
        let length = usize::try_from(u32::from_be_bytes([a, b, c, d])).unwrap_or(usize::MAX);
        if length > LONGEST_FRAME {
            return Err(FrameError::TooLong(length));
        }
        let Some(content) = after.get(..length) else { return Ok(None) };
        let frame = Frame::decode(kind, content).ok_or(FrameError::Unknown(kind))?;
        self.read += 5 + length;
        Ok(Some(frame))
    }
}

impl fmt::Debug for FrameDecoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FrameDecoder").field("held", &self.held.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn frames() -> impl Strategy<Value = Frame> {
        let bytes = || proptest::collection::vec(any::<u8>(), 0..64);
        let hello = (
            proptest::collection::vec(".*", 0..4),
            ".*",
            proptest::option::of(0u32..100),
            any::<[bool; 3]>(),
            any::<(u16, u16)>(),
        );
        prop_oneof![
            bytes().prop_map(Frame::Stdin),
            bytes().prop_map(Frame::Stdout),
            bytes().prop_map(Frame::Stderr),
            any::<(u16, u16)>().prop_map(|(columns, rows)| Frame::Resize(columns, rows)),
            any::<bool>().prop_map(Frame::Raw),
            any::<u8>().prop_map(Frame::Exit),
            (".*", proptest::collection::vec(".*", 0..4)).prop_map(|(reason, arguments)| {
                Frame::Fallback(Fallback { reason, arguments })
            }),
            Just(Frame::StdinEnd),
            Just(Frame::Cancel),
            Just(Frame::WantStdin),
            hello.prop_map(|(arguments, directory, terminal, terminals, size)| {
                Frame::Hello(Hello { arguments, directory, terminal, terminals, size })
            }),
        ]
    }

    proptest! {
        #[test]
        fn what_is_sent_is_received(sent in proptest::collection::vec(frames(), 0..6), chunk in 1usize..20) {
            let bytes: Vec<u8> = sent.iter().flat_map(Frame::encode).collect();
            let mut decoder = FrameDecoder::default();
            let mut received = Vec::new();
            for part in bytes.chunks(chunk) {
                decoder.push(part);
                while let Some(frame) = decoder.next_frame().unwrap() {
                    received.push(frame);
                }
            }
            prop_assert_eq!(received, sent);
        }

        #[test]
        fn noise_is_refused_or_waits_but_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            let mut decoder = FrameDecoder::default();
            decoder.push(&bytes);
            while let Ok(Some(_)) = decoder.next_frame() {}
        }
    }

    #[test]
    fn a_message_that_is_too_long_is_refused_before_it_is_read() {
        let mut decoder = FrameDecoder::default();
        decoder.push(&[b'1', 0xff, 0xff, 0xff, 0xff]);
        assert_eq!(decoder.next_frame(), Err(FrameError::TooLong(0xffff_ffff)));
        let mut decoder = FrameDecoder::default();
        decoder.push(&[b'?', 0, 0, 0, 0]);
        assert_eq!(decoder.next_frame(), Err(FrameError::Unknown(b'?')));
    }
}
