use super::tree::Word;

/// Nothing is nested deeper in one text.
pub(super) const DEEPEST: usize = 60;

/// Why a text is no command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ParseError {
    /// More lines are needed.
    Incomplete(Missing),
    /// This token does not belong here; where only one word would, that is told.
    Unexpected(String, Option<&'static str>),
    /// Something else is wrong; said in the shell's words.
    Other(String),
}

/// What a text lacks to be complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Missing {
    /// The end of a quoted text.
    Quote(char),
    /// The end of a command; where only one word would do, which.
    Command(Option<&'static str>),
    /// The end of a here-document.
    HereDocument,
    /// The line after a backslash.
    Line,
}

/// A here-document whose text is still to come.
#[derive(Debug, Clone)]
pub(super) struct PendingHere {
    pub(super) delimiter: String,
    pub(super) quoted: bool,
    pub(super) strips_tabs: bool,
}

/// Reads text to commands.
#[derive(Debug)]
pub(crate) struct Parser {
    pub(super) text: Vec<char>,
    pub(super) at: usize,
    pub(super) line: usize,
    pub(super) depth: usize,
    pub(super) extended: bool,
    pub(super) pending: Vec<PendingHere>,
    pub(super) here_texts: Vec<Word>,
}

/// Operators, the longest first.
const OPERATORS: &[&str] = &[
    "&>>", "<<-", "<<<", ";;&", "&&", "||", ";;", ";&", "<<", ">>", "<&", ">&", "<>", ">|", "&>",
    "&", "|", ";", "<", ">", "(", ")", "\n",
];

impl Parser {
    /// A parser at the beginning of a text; `extended` knows what only bash knows.
    pub(crate) fn new(text: &str, extended: bool) -> Self {
        Self {
            text: text.chars().filter(|character| *character != '\0').collect(),
            at: 0,
            line: 1,
            depth: 0,
            extended,
            pending: Vec::new(),
            here_texts: Vec::new(),
        }
    }

    /// The line that it has come to, from 1.
    pub(crate) fn line(&self) -> usize {
        self.line
    }

    /// The text of the line that it has come to.
    pub(crate) fn current_line(&self) -> String {
        let at = self.at.min(self.text.len());
        let start = self.text[..at].iter().rposition(|it| *it == '\n').map_or(0, |at| at + 1);
        self.text[start..].iter().take_while(|it| **it != '\n').collect()
    }

    /// Whether nothing but blanks and comments follows.
    pub(crate) fn is_at_end(&self) -> bool {
        self.text[self.at.min(self.text.len())..].iter().all(|character| character.is_whitespace())
    }

    /// Begins to count lines elsewhere.
    pub(crate) fn set_line(&mut self, line: usize) {
        self.line = line;
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.text.get(self.at).copied()
    }

    pub(super) fn peek_at(&self, ahead: usize) -> Option<char> {
        self.text.get(self.at + ahead).copied()
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let character = self.peek()?;
        self.at += 1;
        if character == '\n' {
            self.line += 1;
        }
        Some(character)
    }

    pub(super) fn starts_with(&self, text: &str) -> bool {
        text.chars().enumerate().all(|(ahead, character)| self.peek_at(ahead) == Some(character))
    }

    pub(super) fn take(&mut self, text: &str) -> bool {
        let found = self.starts_with(text);
        if found {
            for _ in text.chars() {
                self.next();
            }
        }
        found
    }

    /// Goes over blanks, comments, and lines that are continued.
    pub(super) fn skip_blanks(&mut self) {
        loop {
            match (self.peek(), self.peek_at(1)) {
                (Some(' ' | '\t' | '\r'), _) => {
                    self.next();
                }
                (Some('\\'), Some('\n')) => {
                    self.next();
                    self.next();
                }
                (Some('#'), _) => {
                    while self.peek().is_some_and(|character| character != '\n') {
                        self.next();
                    }
                }
                _ => return,
            }
        }
    }

    /// The operator that stands here, where one does.
    pub(super) fn operator(&mut self) -> Option<&'static str> {
        self.skip_blanks();
        let extended = self.extended;
        OPERATORS
            .iter()
            .copied()
            .filter(|operator| extended || !matches!(*operator, "&>" | "&>>" | ";;&" | ";&"))
            .find(|operator| self.starts_with(operator))
    }

    /// Takes the operator if it stands here.
    pub(super) fn take_operator(&mut self, wanted: &str) -> bool {
        let here = self.operator() == Some(wanted);
        here && self.take(wanted)
    }

    /// Goes over empty lines; reads the here-documents that begin after each.
    pub(super) fn skip_lines(&mut self) -> Result<(), ParseError> {
        loop {
            self.skip_blanks();
            if self.peek() != Some('\n') {
                return Ok(());
            }
            self.end_line()?;
        }
    }

    /// Takes the end of a line, and the here-documents after it.
    pub(super) fn end_line(&mut self) -> Result<(), ParseError> {
        self.next();
        for here in std::mem::take(&mut self.pending) {
            let text = self.here_document(&here)?;
            self.here_texts.push(text);
        }
        Ok(())
    }

    /// The reserved word that stands here, where one does.
    pub(super) fn reserved(&mut self) -> Option<&'static str> {
        self.skip_blanks();
        let length = self.text[self.at.min(self.text.len())..]
            .iter()
            .take_while(|character| is_word_character(**character))
            .count();
        let word: String = self.text.iter().skip(self.at).take(length.min(10)).collect();
        let found = RESERVED.iter().copied().find(|reserved| {
            *reserved == word && (self.extended || !matches!(*reserved, "function" | "select"))
        })?;
        (found.chars().count() == length).then_some(found)
    }

    /// Takes the reserved word if it stands here.
    pub(super) fn take_reserved(&mut self, wanted: &str) -> bool {
        let here = self.reserved() == Some(wanted);
        here && self.take(wanted)
    }

    /// The token that stands here, for a message.
    pub(super) fn token(&mut self) -> String {
        if let Some(operator) = self.operator() {
            return if operator == "\n" { "newline".to_owned() } else { operator.to_owned() };
        }
        let rest = self.text.iter().skip(self.at);
        rest.take_while(|character| is_word_character(**character)).take(80).collect()
    }

    pub(super) fn unexpected<T>(&mut self) -> Result<T, ParseError> {
        self.expected(None)
    }

    /// What stands here does not belong here, because a certain word would have to.
    pub(super) fn expected<T>(&mut self, word: Option<&'static str>) -> Result<T, ParseError> {
        match self.peek() {
            None => Err(ParseError::Incomplete(Missing::Command(word))),
            Some(_) => Err(ParseError::Unexpected(self.token(), word)),
        }
    }
}

const RESERVED: &[&str] = &[
    "!", "{", "}", "case", "do", "done", "elif", "else", "esac", "fi", "for", "if", "in", "then",
    "until", "while", "[[", "]]", "function", "time",
];

/// Whether a character goes on with an unquoted word.
pub(super) fn is_word_character(character: char) -> bool {
    !matches!(character, ' ' | '\t' | '\r' | '\n' | '&' | '|' | ';' | '<' | '>' | '(' | ')')
}

/// Whether a text can name a variable.
pub(crate) fn is_name(text: &str) -> bool {
    let mut characters = text.chars();
    characters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && characters.all(|character| character.is_ascii_alphanumeric() || character == '_')
}

/// Whether a word means something to the grammar.
pub(super) fn is_reserved(word: &str) -> bool {
    RESERVED.contains(&word)
}
