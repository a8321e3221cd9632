//! A search in the instructions.

use std::ops::Range;

use super::Instructions;

/// What is looked for, and which match is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    query: String,
    /// The line of the match that is looked at.
    line: Option<usize>,
}

/// Which way to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Towards the end.
    Forward,
    /// Towards the beginning.
    Backward,
}

impl Search {
    /// A search for `query`; upper and lower case are the same.
    pub fn new(query: &str) -> Self {
        Self { query: query.to_lowercase(), line: None }
    }

    /// Goes to the nearest match from where the text is scrolled to; whether there is one.
    pub fn start(&mut self, instructions: &mut Instructions) -> bool {
        let lines = self.lines(instructions);
        let from = instructions.scroll();
        let line = lines.iter().find(|line| **line >= from).or(lines.first()).copied();
        self.go(line, instructions)
    }

    /// Goes to the next match, around the end if need be; whether there is one.
    pub fn step(&mut self, direction: Direction, instructions: &mut Instructions) -> bool {
        let lines = self.lines(instructions);
        let here = self.line.unwrap_or(0);
        let line = match direction {
            Direction::Forward => lines.iter().find(|line| **line > here).or(lines.first()),
            Direction::Backward => lines.iter().rfind(|line| **line < here).or(lines.last()),
        };
        self.go(line.copied(), instructions)
    }

    /// What is looked for.
    pub fn query(&self) -> &str {
        &self.query
    }

    /// Where it stands in a line's text, in characters.
    pub fn matches(&self, text: &str) -> Vec<Range<usize>> {
        // Lower case may have other lengths, so it is compared character by character.
        let lower: Vec<char> = text.chars().map(|c| c.to_lowercase().next().unwrap_or(c)).collect();
        let query: Vec<char> = self.query.chars().collect();
        if query.is_empty() {
            return Vec::new();
        }
        let mut found = Vec::new();
        let mut at = 0;
        while at + query.len() <= lower.len() {
            if lower[at..at + query.len()] == query {
                found.push(at..at + query.len());
                at += query.len();
            } else {
                at += 1;
            }
        }
        found
    }

    fn lines(&self, instructions: &Instructions) -> Vec<usize> {
        let lines = instructions.lines_from(0).enumerate();
        lines.filter(|(_, line)| !self.matches(&line.text()).is_empty()).map(|(at, _)| at).collect()
    }

    fn go(&mut self, line: Option<usize>, instructions: &mut Instructions) -> bool {
        self.line = line;
        if let Some(line) = line {
            instructions.show(&(line..line + 1));
        }
        line.is_some()
    }
}
