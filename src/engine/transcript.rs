//! What a command printed, kept within bounds.

use crate::base::plain_text;
use crate::engine::Output;

const MOST_BYTES: usize = 1024 * 1024;
const MOST_LINES: usize = 5_000;

/// The bytes of one command, the last of them where they are many.
#[derive(Debug, Default)]
pub(super) struct Transcript {
    bytes: Vec<u8>,
    lines_dropped: usize,
}

impl Transcript {
    /// Adds what was printed.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
        // Twice the bound, so that cutting is rare.
        if self.bytes.len() > 2 * MOST_BYTES {
            self.cut(self.bytes.len() - MOST_BYTES);
        }
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.lines_dropped = 0;
    }

    /// As the terminal sent it.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Drops the first `count` bytes, which are no output.
    pub(super) fn skip(&mut self, count: usize) {
        self.bytes.drain(..count.min(self.bytes.len()));
    }

    /// As a person read it, at most 1 MiB and 5,000 lines of it.
    pub(super) fn output(&self) -> Output {
        let text = plain_text(&self.bytes);
        let mut cut = text.len().saturating_sub(MOST_BYTES);
        while !text.is_char_boundary(cut) {
            cut += 1;
        }
        let last_lines = text
            .bytes()
            .enumerate()
            .rev()
            .filter(|(at, byte)| *byte == b'\n' && at + 1 < text.len())
            .nth(MOST_LINES - 1)
            .map_or(0, |(at, _)| at + 1);
        let cut = cut.max(last_lines);
        let dropped = text[..cut].bytes().filter(|byte| *byte == b'\n').count();
        Output { text: text[cut..].to_owned(), lines_dropped: self.lines_dropped + dropped }
    }

    fn cut(&mut self, at: usize) {
        let line = self.bytes[at..].iter().position(|byte| *byte == b'\n');
        let at = line.map_or(at, |line| at + line + 1);
        self.lines_dropped += self.bytes[..at].iter().filter(|byte| **byte == b'\n').count();
        self.bytes.drain(..at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_is_kept_and_what_is_missing_is_counted() {
        let mut transcript = Transcript::default();
        for number in 0..20_000 {
            transcript.push(format!("line {number}\r\n").as_bytes());
        }
        let output = transcript.output();
        assert_eq!(output.lines_dropped, 15_000);
        assert!(output.text.starts_with("line 15000\n"), "{}", &output.text[..40]);
        assert!(output.text.ends_with("line 19999\n"));
    }

    #[test]
    fn a_hundred_megabytes_do_not_stay_in_memory() {
        let mut transcript = Transcript::default();
        let chunk = [b'y', b'\n'].repeat(512 * 1024);
        for _ in 0..100 {
            transcript.push(&chunk);
            assert!(transcript.bytes.len() <= 2 * MOST_BYTES);
        }
        let output = transcript.output();
        assert_eq!(output.lines_dropped + output.text.lines().count(), 100 * 512 * 1024);
    }

    #[test]
    fn one_endless_line_is_cut_too() {
        let mut transcript = Transcript::default();
        transcript.push(&vec![b'x'; 5 * MOST_BYTES]);
        assert_eq!(transcript.output().text.len(), MOST_BYTES);
    }
}
