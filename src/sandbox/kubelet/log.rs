//! What a container has written, line by line.

use std::collections::VecDeque;

use jiff::Timestamp;

use crate::sandbox::process::{Chunk, Stream};

/// A log forgets its oldest lines beyond so many bytes.
const MOST_BYTES: usize = 1 << 20;
/// A line that is longer is broken, as the container runtime breaks it.
///
/// Source: containerd's `max_container_log_line_size`.
const LONGEST_LINE: usize = 16 << 10;

/// A line of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// When it was written.
    pub at: Timestamp,
    /// Where.
    pub stream: Stream,
    /// The line with its end; the last one of a container, or a part of one that is very
    /// long, has none.
    pub text: Vec<u8>,
}

/// The log of one container, bounded.
#[derive(Debug, Clone, Default)]
pub struct Log {
    lines: VecDeque<LogLine>,
    first: u64,
    bytes: usize,
    unfinished: Vec<LogLine>,
}

impl Log {
    /// All lines that are still known.
    pub fn lines(&self) -> impl DoubleEndedIterator<Item = &LogLine> {
        self.lines.iter()
    }

    /// The lines from a position on; the position of the first line that is not there yet
    /// is [`Log::end`]. For those who follow.
    pub fn from(&self, position: u64) -> impl Iterator<Item = &LogLine> {
        let skipped = usize::try_from(position.saturating_sub(self.first)).unwrap_or(usize::MAX);
        self.lines.range(skipped.min(self.lines.len())..)
    }

    /// The position of the first line that is still known.
    pub fn first(&self) -> u64 {
        self.first
    }

    /// The position after the last line.
    pub fn end(&self) -> u64 {
        self.first + self.lines.len() as u64
    }

    /// Adds what was written.
    pub(crate) fn write(&mut self, chunk: &Chunk) {
        for part in chunk.bytes.split_inclusive(|byte| *byte == b'\n') {
            self.write_part(part, chunk);
        }
    }

    fn write_part(&mut self, part: &[u8], chunk: &Chunk) {
        let open = self.unfinished.iter().position(|line| line.stream == chunk.stream);
        let mut line = match open {
            Some(index) => self.unfinished.swap_remove(index),
            None => LogLine { at: chunk.at, stream: chunk.stream, text: Vec::new() },
        };
        line.text.extend_from_slice(part);
        while line.text.len() > LONGEST_LINE {
            let rest = line.text.split_off(LONGEST_LINE);
            let broken = LogLine { text: std::mem::replace(&mut line.text, rest), ..line.clone() };
            self.push(broken);
        }
        if line.text.ends_with(b"\n") {
            self.push(line);
        } else {
            self.unfinished.push(line);
        }
    }

    /// Nothing comes any more: what has no end of line is the last line.
    pub(crate) fn finish(&mut self) {
        for line in std::mem::take(&mut self.unfinished) {
            self.push(line);
        }
    }

    /// The end of it, for a termination message: at most 80 lines and 2048 bytes.
    ///
    /// Source: `pkg/kubelet/container/runtime.go`, `MaxContainerTerminationMessageLogLines`.
    pub(crate) fn tail(&self) -> String {
        let last = self.lines.len().saturating_sub(80);
        let bytes: Vec<u8> =
            self.lines.range(last..).flat_map(|line| line.text.iter().copied()).collect();
        let from = bytes.len().saturating_sub(2048);
        String::from_utf8_lossy(&bytes[from..]).into_owned()
    }

    fn push(&mut self, line: LogLine) {
        self.bytes += line.text.len();
        self.lines.push_back(line);
        while self.bytes > MOST_BYTES
            && let Some(oldest) = self.lines.pop_front()
        {
            self.bytes -= oldest.text.len();
            self.first += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(stream: Stream, text: &str) -> Chunk {
        Chunk { stream, bytes: text.into(), at: Timestamp::UNIX_EPOCH }
    }

    fn texts(log: &Log) -> Vec<String> {
        log.lines().map(|line| String::from_utf8_lossy(&line.text).into_owned()).collect()
    }

    #[test]
    fn lines_are_put_together_for_each_stream() {
        let mut log = Log::default();
        log.write(&chunk(Stream::Stdout, "one\ntw"));
        log.write(&chunk(Stream::Stderr, "wrong\n"));
        log.write(&chunk(Stream::Stdout, "o\nthree"));
        assert_eq!(texts(&log), ["one\n", "wrong\n", "two\n"]);
        assert_eq!(log.from(2).count(), 1);
        assert_eq!(log.from(99).count(), 0);
        log.finish();
        assert_eq!(texts(&log)[3], "three");
        assert_eq!(log.end(), 4);
        assert_eq!(log.tail(), "one\nwrong\ntwo\nthree");
    }

    #[test]
    fn a_log_is_bounded_and_its_positions_stay() {
        let mut log = Log::default();
        let line = "x".repeat(9_999);
        for _ in 0..200 {
            log.write(&chunk(Stream::Stdout, &format!("{line}\n")));
        }
        assert_eq!(log.end(), 200);
        assert!(log.lines().count() <= 105, "{}", log.lines().count());
        assert_eq!(log.from(199).count(), 1);
        assert_eq!(log.from(0).count(), log.lines().count());
        log.write(&chunk(Stream::Stdout, &"y".repeat(3 * LONGEST_LINE)));
        assert_eq!(log.end(), 202, "two parts of a line that has no end");
        assert_eq!(log.tail().len(), 2048);
    }
}
