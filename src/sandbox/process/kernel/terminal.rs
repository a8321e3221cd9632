use std::collections::VecDeque;
use std::task::Poll;

use jiff::Timestamp;

use super::outlet::Outlet;
use super::process::Pid;
use super::signal::Signal;
use super::{Shared, lock};
use crate::sandbox::process::contract::Stream;

/// A line that is typed and not finished is no longer; Linux' `N_TTY_BUF_SIZE`.
const LONGEST_LINE: usize = 4096;
/// So much typed input waits to be read.
const MOST_WAITING: usize = 1 << 20;

/// A terminal: what is typed becomes lines or signals, what is written gets `\r\n`.
///
/// Source: Linux' `drivers/tty/n_tty.c`.
#[derive(Debug)]
pub(crate) struct Terminal {
    outlet: Shared<Outlet>,
    line: Vec<u8>,
    ready: VecDeque<Typed>,
    waiting: usize,
    mode: Mode,
    hung_up: bool,
    /// The size in characters.
    pub(crate) columns: u16,
    /// The size in lines.
    pub(crate) rows: u16,
    /// The group of processes that signals go to.
    pub(crate) foreground: Pid,
    /// Whether the cursor stands at the beginning of a line.
    pub(crate) at_line_start: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// The terminal edits lines and shows what is typed.
    Lines { echo: bool },
    /// A program edits lines itself.
    Raw,
}

#[derive(Debug)]
enum Typed {
    Bytes(Vec<u8>),
    End,
}

impl Terminal {
    /// A terminal that shows what is written at `outlet`.
    pub(crate) fn new(outlet: Shared<Outlet>, foreground: Pid) -> Self {
        Self {
            outlet,
            line: Vec::new(),
            ready: VecDeque::new(),
            waiting: 0,
            mode: Mode::Lines { echo: true },
            hung_up: false,
            columns: 80,
            rows: 24,
            foreground,
            at_line_start: true,
        }
    }

    /// Lets a program have every key as it is typed.
    pub(crate) fn set_raw(&mut self) {
        self.mode = Mode::Raw;
        let line = std::mem::take(&mut self.line);
        self.push(line);
    }

    /// Lets the terminal edit lines; `echo` shows what is typed.
    pub(crate) fn set_lines(&mut self, echo: bool) {
        if self.is_raw() {
            self.make_lines();
        }
        self.mode = Mode::Lines { echo };
    }

    /// Keys that were typed ahead are lines for whoever reads next: a program that waits for
    /// the end of a line does not know Return.
    fn make_lines(&mut self) {
        self.waiting = 0;
        for typed in std::mem::take(&mut self.ready) {
            let Typed::Bytes(bytes) = typed else {
                self.ready.push_back(typed);
                continue;
            };
            for byte in bytes {
                match byte {
                    b'\r' | b'\n' => self.end_line(),
                    0x04 if self.line.is_empty() => self.ready.push_back(Typed::End),
                    other => self.line.push(other),
                }
            }
        }
    }

    fn end_line(&mut self) {
        let mut line = std::mem::take(&mut self.line);
        line.push(b'\n');
        self.push(line);
    }

    /// Whether a program reads keys.
    pub(crate) fn is_raw(&self) -> bool {
        self.mode == Mode::Raw
    }

    /// Whether what is typed is shown.
    pub(crate) fn shows_typing(&self) -> bool {
        self.mode == Mode::Lines { echo: true }
    }

    /// The person at it is gone.
    pub(crate) fn hang_up(&mut self) {
        self.hung_up = true;
    }

    /// Somebody types; the signals go to the group in the foreground.
    pub(crate) fn type_bytes(&mut self, bytes: &[u8], now: Timestamp) -> Vec<Signal> {
        let Mode::Lines { echo } = self.mode else {
            self.push(bytes.to_vec());
            return Vec::new();
        };
        let mut shown = Vec::new();
        let signals = bytes.iter().filter_map(|byte| self.key(*byte, &mut shown)).collect();
        if echo {
            self.show(&shown, now);
        }
        signals
    }

    fn key(&mut self, byte: u8, shown: &mut Vec<u8>) -> Option<Signal> {
        match byte {
            0x03 => return Some(self.interrupt(shown, b"^C", Signal::INT)),
            0x1c => return Some(self.interrupt(shown, b"^\\", Signal::QUIT)),
            b'\r' | b'\n' => {
                shown.extend_from_slice(b"\r\n");
                self.end_line();
            }
            0x04 if self.line.is_empty() => self.ready.push_back(Typed::End),
            0x04 => {
                let line = std::mem::take(&mut self.line);
                self.push(line);
            }
            0x08 | 0x7f => self.erase(shown),
            0x15 => {
                while !self.line.is_empty() {
                    self.erase(shown);
                }
            }
            0x17 => self.erase_word(shown),
            0x1a => {}
            _ if self.line.len() >= LONGEST_LINE => {}
            _ => {
                self.line.push(byte);
                match byte {
                    b'\t' | 0x20..=0x7e | 0x80.. => shown.push(byte),
                    _ => shown.extend([b'^', byte + 0x40]),
                }
            }
        }
        None
    }

    fn interrupt(&mut self, shown: &mut Vec<u8>, text: &[u8], signal: Signal) -> Signal {
        shown.extend_from_slice(text);
        self.line.clear();
        self.ready.clear();
        self.waiting = 0;
        signal
    }

    fn erase(&mut self, shown: &mut Vec<u8>) {
        while let Some(byte) = self.line.pop() {
            // The bytes of a character after its first have no place on the screen.
            if byte & 0xc0 == 0x80 {
                continue;
            }
            let width = if byte < 0x20 && byte != b'\t' { 2 } else { 1 };
            shown.extend(b"\x08 \x08".repeat(width));
            break;
        }
    }

    fn erase_word(&mut self, shown: &mut Vec<u8>) {
        while self.line.last() == Some(&b' ') {
            self.erase(shown);
        }
        while self.line.last().is_some_and(|byte| *byte != b' ') {
            self.erase(shown);
        }
    }

    fn push(&mut self, bytes: Vec<u8>) {
        if !bytes.is_empty() && self.waiting + bytes.len() <= MOST_WAITING {
            self.waiting += bytes.len();
            self.ready.push_back(Typed::Bytes(bytes));
        }
    }

    /// Up to `most` bytes that were typed, not beyond the end of a line; none at an end.
    pub(crate) fn read(&mut self, most: usize) -> Poll<Vec<u8>> {
        match self.ready.pop_front() {
            None if self.hung_up => Poll::Ready(Vec::new()),
            None => Poll::Pending,
            Some(Typed::End) if self.is_raw() => Poll::Ready(vec![0x04]),
            Some(Typed::End) => Poll::Ready(Vec::new()),
            Some(Typed::Bytes(mut bytes)) => {
                if bytes.len() > most {
                    self.ready.push_front(Typed::Bytes(bytes.split_off(most)));
                }
                self.waiting = self.waiting.saturating_sub(bytes.len());
                Poll::Ready(bytes)
            }
        }
    }

    /// How many of the bytes were taken; `None` while there is no room.
    pub(crate) fn write(&mut self, bytes: &[u8], now: Timestamp) -> Option<usize> {
        if self.hung_up {
            return Some(bytes.len());
        }
        if !lock(&self.outlet).has_room() {
            return None;
        }
        let piece = &bytes[..bytes.len().min(16 << 10)];
        let mut shown = Vec::with_capacity(piece.len() + 16);
        for byte in piece {
            if *byte == b'\n' {
                shown.push(b'\r');
            }
            shown.push(*byte);
        }
        self.show(&shown, now);
        Some(piece.len())
    }

    fn show(&mut self, bytes: &[u8], now: Timestamp) {
        if let Some(last) = bytes.last() {
            self.at_line_start = *last == b'\n';
        }
        lock(&self.outlet).push(Stream::Stdout, bytes, now);
    }
}
