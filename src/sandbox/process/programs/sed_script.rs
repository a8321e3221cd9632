use regex::bytes::Regex;

use super::pattern_text::{Grammar, Reading, compile};

/// A script of `sed`.
#[derive(Debug)]
pub(super) struct Script {
    pub(super) commands: Vec<Line>,
    /// Whether it begins with `#n`.
    pub(super) quiet: bool,
}

/// A command with the lines that it is for.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) from: Option<Address>,
    pub(super) to: Option<Address>,
    pub(super) negated: bool,
    pub(super) command: Command,
}

#[derive(Debug)]
pub(super) enum Address {
    Line(usize),
    Last,
    Pattern(Regex),
    /// `1~2`
    Step(usize, usize),
    /// `+3`
    More(usize),
}

#[derive(Debug)]
pub(super) enum Command {
    Substitute(Box<Substitution>),
    Delete,
    Print,
    Quit(i32),
    QuitSilently(i32),
    Append(String),
    Insert(String),
    Change(String),
    Number,
    Translate(Vec<(char, char)>),
    Next,
    Join,
    Hold,
    HoldMore,
    Get,
    GetMore,
    Exchange,
    Jump(usize),
    JumpIfReplaced(usize),
    /// `{`, with the place of its end.
    Open(usize),
    Nothing,
}

#[derive(Debug)]
pub(super) struct Substitution {
    pub(super) pattern: Regex,
    /// Texts, and numbers of groups.
    pub(super) by: Vec<Result<String, usize>>,
    pub(super) all: bool,
    pub(super) prints: bool,
    pub(super) nth: usize,
}

struct Reader<'a> {
    text: Vec<char>,
    at: usize,
    extended: bool,
    commands: Vec<Line>,
    open: Vec<usize>,
    labels: Vec<(String, usize)>,
    jumps: Vec<(usize, String)>,
    whole: &'a str,
}

impl Script {
    /// Reads a script; the message where it is none.
    pub(super) fn parse(text: &str, extended: bool) -> Result<Self, String> {
        let mut reader = Reader {
            text: text.chars().collect(),
            at: 0,
            extended,
            commands: Vec::new(),
            open: Vec::new(),
            labels: Vec::new(),
            jumps: Vec::new(),
            whole: text,
        };
        while reader.command()? {}
        if !reader.open.is_empty() {
            return Err("unmatched '{'".to_owned());
        }
        let end = reader.commands.len();
        for (at, label) in std::mem::take(&mut reader.jumps) {
            let target = match label.as_str() {
                "" => end,
                label => match reader.labels.iter().find(|(known, _)| known == label) {
                    Some((_, at)) => *at,
                    None => return Err(format!("can't find label for jump to '{label}'")),
                },
            };
            match &mut reader.commands[at].command {
                Command::Jump(to) | Command::JumpIfReplaced(to) => *to = target,
                _ => {}
            }
        }
        Ok(Self { commands: reader.commands, quiet: text.starts_with("#n\n") })
    }
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.text.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let character = self.peek();
        self.at += usize::from(character.is_some());
        character
    }

    fn skip(&mut self, characters: &str) {
        while self.peek().is_some_and(|it| characters.contains(it)) {
            self.at += 1;
        }
    }

    fn number(&mut self) -> Option<usize> {
        let mut digits = String::new();
        while let Some(digit) = self.peek().filter(char::is_ascii_digit) {
            digits.push(digit);
            self.at += 1;
        }
        digits.parse().ok()
    }

    fn address(&mut self) -> Result<Option<Address>, String> {
        match self.peek() {
            Some('$') => {
                self.at += 1;
                Ok(Some(Address::Last))
            }
            Some('/') => {
                self.at += 1;
                let pattern = self.delimited('/')?;
                let ignore_case = self.peek() == Some('I');
                self.at += usize::from(ignore_case);
                Ok(Some(Address::Pattern(self.regex(&pattern, ignore_case)?)))
            }
            Some(digit) if digit.is_ascii_digit() => {
                let number = self.number().unwrap_or(0);
                if self.peek() == Some('~') {
                    self.at += 1;
                    let step = self.number().unwrap_or(0);
                    return Ok(Some(Address::Step(number, step)));
                }
                Ok(Some(Address::Line(number)))
            }
            Some('+') => {
                self.at += 1;
                Ok(Some(Address::More(self.number().unwrap_or(0))))
            }
            _ => Ok(None),
        }
    }

    fn regex(&self, pattern: &str, ignore_case: bool) -> Result<Regex, String> {
        let grammar = if self.extended { Grammar::Extended } else { Grammar::Basic };
        compile(pattern, Reading { ignore_case, ..Reading::new(grammar) })
    }

    /// The text up to a delimiter; a backslash before it makes it an ordinary character.
    fn delimited(&mut self, delimiter: char) -> Result<String, String> {
        let mut text = String::new();
        let mut in_set = false;
        loop {
            match self.next() {
                None => {
                    return Err(format!(
                        "unterminated address or substitution in '{}'",
                        self.whole
                    ));
                }
                Some(character) if character == delimiter && !in_set => return Ok(text),
                Some('\\') => match self.next() {
                    Some('\n') => text.push('\n'),
                    Some(next) if next == delimiter => text.push(next),
                    Some(next) => text.extend(['\\', next]),
                    None => text.push('\\'),
                },
                Some(character) => {
                    in_set = (in_set && character != ']')
                        || (character == '[' && delimiter == '/' && self.has_set_end());
                    text.push(character);
                }
            }
        }
    }

    fn has_set_end(&self) -> bool {
        self.text
            .get(self.at + 1..)
            .is_some_and(|rest| rest.iter().take_while(|it| **it != '\n').any(|it| *it == ']'))
    }

    /// Reads a command; whether there was one.
    fn command(&mut self) -> Result<bool, String> {
        self.skip(" \t\n;");
        if self.peek().is_none() {
            return Ok(false);
        }
        let from = self.address()?;
        let mut to = None;
        if from.is_some() && self.peek() == Some(',') {
            self.at += 1;
            self.skip(" \t");
            to = self.address()?;
            if to.is_none() {
                return Err("unexpected ','".to_owned());
            }
        }
        self.skip(" \t");
        let negated = self.peek() == Some('!');
        self.skip("! \t");
        let Some(letter) = self.next() else { return Err("missing command".to_owned()) };
        let command = self.body(letter)?;
        self.commands.push(Line { from, to, negated, command });
        Ok(true)
    }

    fn body(&mut self, letter: char) -> Result<Command, String> {
        Ok(match letter {
            '#' => {
                while self.peek().is_some_and(|it| it != '\n') {
                    self.at += 1;
                }
                Command::Nothing
            }
            '{' => {
                self.open.push(self.commands.len());
                Command::Open(0)
            }
            '}' => {
                let Some(open) = self.open.pop() else { return Err("unexpected '}'".to_owned()) };
                let end = self.commands.len();
                self.commands[open].command = Command::Open(end);
                Command::Nothing
            }
            's' => self.substitution()?,
            'y' => self.translation()?,
            'd' | 'D' => Command::Delete,
            'p' | 'P' => Command::Print,
            'q' | 'Q' => {
                self.skip(" \t");
                let code = self.number().map_or(0, |it| i32::try_from(it).unwrap_or(1));
                if letter == 'q' { Command::Quit(code) } else { Command::QuitSilently(code) }
            }
            'a' => Command::Append(self.text_argument()),
            'i' => Command::Insert(self.text_argument()),
            'c' => Command::Change(self.text_argument()),
            '=' => Command::Number,
            'n' => Command::Next,
            'N' => Command::Join,
            'h' => Command::Hold,
            'H' => Command::HoldMore,
            'g' => Command::Get,
            'G' => Command::GetMore,
            'x' => Command::Exchange,
            ':' => {
                let label = self.label();
                self.labels.push((label, self.commands.len()));
                Command::Nothing
            }
            'b' | 't' => {
                let label = self.label();
                self.jumps.push((self.commands.len(), label));
                if letter == 'b' { Command::Jump(0) } else { Command::JumpIfReplaced(0) }
            }
            other => return Err(format!("unsupported command {other}")),
        })
    }

    fn label(&mut self) -> String {
        self.skip(" \t");
        let mut label = String::new();
        while let Some(character) = self.peek().filter(|it| !matches!(it, '\n' | ';' | '}')) {
            label.push(character);
            self.at += 1;
        }
        label.trim().to_owned()
    }

    fn text_argument(&mut self) -> String {
        self.skip(" \t");
        if self.peek() == Some('\\') {
            self.at += 1;
            self.skip(" \t");
            if self.peek() == Some('\n') {
                self.at += 1;
            }
        }
        let mut text = String::new();
        while let Some(character) = self.next() {
            match character {
                '\n' => break,
                '\\' => match self.next() {
                    Some('t') => text.push('\t'),
                    Some('n') => text.push('\n'),
                    Some(next) => text.push(next),
                    None => {}
                },
                other => text.push(other),
            }
        }
        text
    }

    fn translation(&mut self) -> Result<Command, String> {
        let delimiter = self.next().ok_or("missing command")?;
        let from = super::escapes::unescape(&self.delimited(delimiter)?);
        let to = super::escapes::unescape(&self.delimited(delimiter)?);
        match from.chars().count() == to.chars().count() {
            true => Ok(Command::Translate(from.chars().zip(to.chars()).collect())),
            false => Err("y command strings have different lengths".to_owned()),
        }
    }

    fn substitution(&mut self) -> Result<Command, String> {
        let delimiter = self.next().filter(|it| !matches!(it, '\n' | '\\'));
        let delimiter = delimiter.ok_or("bad format in substitution expression")?;
        let pattern = self.delimited(delimiter)?;
        let by = self.delimited(delimiter)?;
        let (mut all, mut prints, mut ignore_case, mut nth) = (false, false, false, 1);
        loop {
            match self.peek() {
                Some('g') => all = true,
                Some('p') => prints = true,
                Some('i' | 'I') => ignore_case = true,
                Some('m' | 'M' | 'e') => {}
                Some(digit) if digit.is_ascii_digit() => {
                    nth = self.number().unwrap_or(1).max(1);
                    continue;
                }
                None | Some(' ' | '\t' | '\n' | ';' | '}' | '#') => break,
                Some(_) => return Err(format!("unknown option to s command in '{}'", self.whole)),
            }
            self.at += 1;
        }
        let pattern = self.regex(&pattern, ignore_case)?;
        let by = replacement(&by);
        Ok(Command::Substitute(Box::new(Substitution { pattern, by, all, prints, nth })))
    }
}

/// `&` and `\1` in what a match is replaced by.
fn replacement(text: &str) -> Vec<Result<String, usize>> {
    let mut pieces = Vec::new();
    let mut plain = String::new();
    let mut characters = text.chars();
    let mut group = |number: usize, plain: &mut String| {
        if !plain.is_empty() {
            pieces.push(Ok(std::mem::take(plain)));
        }
        pieces.push(Err(number));
    };
    while let Some(character) = characters.next() {
        match character {
            '&' => group(0, &mut plain),
            '\\' => match characters.next() {
                Some(digit) if digit.is_ascii_digit() => {
                    group(digit.to_digit(10).unwrap_or(0) as usize, &mut plain);
                }
                Some('n') => plain.push('\n'),
                Some('t') => plain.push('\t'),
                Some(other) => plain.push(other),
                None => plain.push('\\'),
            },
            other => plain.push(other),
        }
    }
    if !plain.is_empty() {
        pieces.push(Ok(plain));
    }
    pieces
}
