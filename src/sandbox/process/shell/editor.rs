use std::task::Poll;

use super::prompt::{HIDDEN_END, HIDDEN_START, width};
use crate::sandbox::process::files::{folder_of, join};
use crate::sandbox::process::kernel::{System, until};

/// A line is no longer.
const LONGEST_LINE: usize = 64 << 10;

/// What a person has typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Typed {
    /// A line.
    Line(String),
    /// Ctrl-D at the beginning of a line, or the terminal is gone.
    End,
    /// Ctrl-C.
    Interrupted,
}

/// Edits one line on a terminal whose keys come as they are.
pub(super) struct Editor<'a> {
    system: &'a System,
    prompt: &'a str,
    prompt_width: usize,
    history: &'a [String],
    at_history: usize,
    /// The line that was typed before older ones were looked at.
    kept: Vec<char>,
    line: Vec<char>,
    at: usize,
    partial: Vec<u8>,
    escape: Option<String>,
    out: String,
    size: Option<(u16, u16)>,
}

enum Event {
    Bytes(Vec<u8>),
    Resized,
}

impl<'a> Editor<'a> {
    pub(super) fn new(system: &'a System, prompt: &'a str, history: &'a [String]) -> Self {
        Self {
            system,
            prompt,
            prompt_width: width(prompt),
            history,
            at_history: history.len(),
            kept: Vec::new(),
            line: Vec::new(),
            at: 0,
            partial: Vec::new(),
            escape: None,
            out: String::new(),
            size: system.terminal_size(),
        }
    }

    /// Shows the prompt and reads a line.
    pub(super) async fn read(&mut self) -> Typed {
        self.out.push_str(&self.prompt.replace([HIDDEN_START, HIDDEN_END], ""));
        loop {
            self.flush().await;
            match self.event().await {
                Event::Resized => self.show_again(),
                Event::Bytes(bytes) if bytes.is_empty() => return Typed::End,
                Event::Bytes(bytes) => {
                    if let Some(typed) = self.bytes(&bytes) {
                        self.flush().await;
                        return typed;
                    }
                }
            }
        }
    }

    async fn flush(&mut self) {
        if !self.out.is_empty() {
            let text = std::mem::take(&mut self.out);
            let _ = self.system.write(2, text.as_bytes()).await;
        }
    }

    /// Keys come one by one, so that what is typed ahead is there for the next reader.
    async fn event(&self) -> Event {
        self.system.step().await;
        until(|| {
            if self.system.terminal_size() != self.size {
                return Poll::Ready(Event::Resized);
            }
            self.system.try_read(0, 1).map(|read| Event::Bytes(read.unwrap_or_default()))
        })
        .await
    }

    /// After a change of size the line is drawn anew.
    fn show_again(&mut self) {
        self.size = self.system.terminal_size();
        let last = self.prompt.rsplit('\n').next().unwrap_or_default();
        self.out.push_str("\r\u{1b}[J");
        self.out.push_str(&last.replace([HIDDEN_START, HIDDEN_END], ""));
        self.out.extend(&self.line);
        let line_end = self.line.len();
        self.move_by(line_end, self.at);
    }

    fn bytes(&mut self, bytes: &[u8]) -> Option<Typed> {
        self.partial.extend_from_slice(bytes);
        let text = match std::str::from_utf8(&self.partial) {
            Ok(text) => text.to_owned(),
            // A character whose last bytes are still to come.
            Err(error) if error.error_len().is_none() && self.partial.len() < 4 => return None,
            Err(_) => String::from_utf8_lossy(&self.partial).into_owned(),
        };
        self.partial.clear();
        text.chars().find_map(|character| self.key(character))
    }

    fn key(&mut self, character: char) -> Option<Typed> {
        if let Some(sequence) = &mut self.escape {
            sequence.push(character);
            let sequence = sequence.clone();
            self.sequence(&sequence);
            return None;
        }
        match character {
            '\r' | '\n' => {
                self.end_of_line();
                self.out.push('\n');
                return Some(Typed::Line(self.line.iter().collect()));
            }
            '\u{3}' => {
                self.end_of_line();
                self.out.push_str("^C\n");
                return Some(Typed::Interrupted);
            }
            '\u{4}' if self.line.is_empty() => return Some(Typed::End),
            '\u{4}' => self.delete(),
            '\u{1b}' => self.escape = Some(String::new()),
            '\u{8}' | '\u{7f}' => self.erase(1),
            '\u{1}' => self.move_to(0),
            '\u{5}' => self.end_of_line(),
            '\u{2}' => self.move_to(self.at.saturating_sub(1)),
            '\u{6}' => self.move_to((self.at + 1).min(self.line.len())),
            '\u{15}' => self.erase(self.at),
            '\u{b}' => {
                self.line.truncate(self.at);
                self.out.push_str("\u{1b}[J");
            }
            '\u{17}' => self.erase(self.last_word()),
            '\u{c}' => {
                self.out.push_str("\u{1b}[H\u{1b}[J");
                self.show_again();
            }
            '\u{10}' => self.recall(self.at_history.saturating_sub(1)),
            '\u{e}' => self.recall(self.at_history + 1),
            '\t' => self.complete(),
            other if other.is_control() => {}
            other => self.insert(&[other]),
        }
        None
    }

    fn sequence(&mut self, sequence: &str) {
        let known = match sequence {
            "[" | "O" => return,
            "[A" | "OA" => Some(self.at_history.saturating_sub(1)),
            "[B" | "OB" => Some(self.at_history + 1),
            _ => None,
        };
        let is_whole = sequence.chars().next_back().is_some_and(|last| ('@'..='~').contains(&last))
            || sequence.len() > 8
            || !sequence.starts_with(['[', 'O']);
        if !is_whole {
            return;
        }
        self.escape = None;
        match (known, sequence) {
            (Some(place), _) => self.recall(place),
            (_, "[C" | "OC") => self.move_to((self.at + 1).min(self.line.len())),
            (_, "[D" | "OD") => self.move_to(self.at.saturating_sub(1)),
            (_, "[H" | "OH" | "[1~") => self.move_to(0),
            (_, "[F" | "OF" | "[4~") => self.end_of_line(),
            (_, "[3~") => self.delete(),
            _ => {}
        }
    }

    fn insert(&mut self, characters: &[char]) {
        if self.line.len() + characters.len() > LONGEST_LINE {
            return;
        }
        let rest = self.line.split_off(self.at);
        self.line.extend_from_slice(characters);
        self.at += characters.len();
        self.out.extend(characters);
        self.line.extend_from_slice(&rest);
        if !rest.is_empty() {
            self.out.extend(&rest);
            self.move_by(self.line.len(), self.at);
        }
    }

    /// Takes characters before the cursor away.
    fn erase(&mut self, count: usize) {
        let count = count.min(self.at);
        if count == 0 {
            return;
        }
        let (start, end) = (self.at - count, self.at);
        self.line.drain(start..end);
        if start == self.line.len() && self.row(start) == self.row(end) {
            self.out.push_str(&"\u{8} \u{8}".repeat(count));
            self.at = start;
            return;
        }
        self.move_to(start);
        self.redraw_rest();
    }

    fn delete(&mut self) {
        if self.at < self.line.len() {
            self.line.remove(self.at);
            self.redraw_rest();
        }
    }

    fn redraw_rest(&mut self) {
        self.out.push_str("\u{1b}[J");
        self.out.extend(&self.line[self.at..]);
        self.move_by(self.line.len(), self.at);
    }

    fn last_word(&self) -> usize {
        let before = &self.line[..self.at];
        let blanks = before.iter().rev().take_while(|it| it.is_whitespace()).count();
        let word = before.iter().rev().skip(blanks).take_while(|it| !it.is_whitespace()).count();
        blanks + word
    }

    fn end_of_line(&mut self) {
        self.move_to(self.line.len());
    }

    fn move_to(&mut self, at: usize) {
        self.move_by(self.at, at);
        self.at = at;
    }

    fn columns(&self) -> usize {
        self.size.map_or(80, |(columns, _)| usize::from(columns)).max(1)
    }

    fn row(&self, at: usize) -> usize {
        (self.prompt_width + at) / self.columns()
    }

    /// Moves the cursor of the screen between two places of the line.
    fn move_by(&mut self, from: usize, to: usize) {
        if from == to {
            return;
        }
        let (old, new) = (self.row(from), self.row(to));
        if old == new {
            match from > to {
                true => self.out.push_str(&"\u{8}".repeat(from - to)),
                false => self.out.push_str(&format!("\u{1b}[{}C", to - from)),
            }
            return;
        }
        let (letter, rows) = if new < old { ('A', old - new) } else { ('B', new - old) };
        let column = (self.prompt_width + to) % self.columns();
        self.out.push_str(&format!("\u{1b}[{rows}{letter}\r"));
        if column > 0 {
            self.out.push_str(&format!("\u{1b}[{column}C"));
        }
    }

    /// Shows a line of the history; the one after the last is what was typed.
    fn recall(&mut self, place: usize) {
        if place > self.history.len() || place == self.at_history {
            return;
        }
        if self.at_history == self.history.len() {
            self.kept = self.line.clone();
        }
        self.at_history = place;
        let line = match self.history.get(place) {
            Some(line) => line.chars().collect(),
            None => std::mem::take(&mut self.kept),
        };
        self.move_to(0);
        self.out.push_str("\u{1b}[J");
        self.line = line;
        self.out.extend(&self.line);
        self.at = self.line.len();
    }

    /// Completes a file's name as far as only one can be meant.
    fn complete(&mut self) {
        let word: String = {
            let before = &self.line[..self.at];
            let length = before.iter().rev().take_while(|it| !it.is_whitespace()).count();
            before[before.len() - length..].iter().collect()
        };
        let (folder, start) = match word.rsplit_once('/') {
            Some((_, start)) if word.len() > 1 => {
                (folder_of(&format!("{word}x")).to_owned(), start)
            }
            Some(_) => ("/".to_owned(), ""),
            None => (".".to_owned(), word.as_str()),
        };
        let entries = self.system.list(&folder).unwrap_or_default();
        let fitting: Vec<&str> = entries
            .iter()
            .map(|entry| entry.name.as_str())
            .filter(|name| name.starts_with(start) && !start.is_empty())
            .collect();
        let [only] = fitting.as_slice() else { return };
        let is_folder = self.system.stat(&join(&folder, only)).is_ok_and(|node| node.is_folder());
        let rest = only.strip_prefix(start).unwrap_or_default().to_owned();
        let end = if is_folder { '/' } else { ' ' };
        let characters: Vec<char> = rest.chars().chain([end]).collect();
        self.insert(&characters);
    }
}
