use std::sync::Arc;

use super::lexer::{DEEPEST, Missing, ParseError, Parser, PendingHere, is_name};
use super::tree::{
    AndOr, Assignment, Command, CommandKind, Joint, List, Part, Pipeline, Redirection,
    RedirectionKind, Word,
};

impl Parser {
    /// The next command with its line's end; `None` at the end of the text.
    pub(crate) fn next_command(&mut self) -> Result<Option<List>, ParseError> {
        self.here_texts.clear();
        self.skip_lines()?;
        if self.peek().is_none() {
            return Ok(None);
        }
        let mut list = self.list_on_line()?;
        self.skip_blanks();
        match self.peek() {
            None if !self.pending.is_empty() => {
                return Err(ParseError::Incomplete(Missing::HereDocument));
            }
            None => {}
            Some('\n') => self.end_line()?,
            Some(_) => return self.unexpected(),
        }
        self.fill_here_documents(&mut list);
        Ok(Some(list))
    }

    /// A list up to the end of the line.
    fn list_on_line(&mut self) -> Result<List, ParseError> {
        let mut items = Vec::new();
        loop {
            let item = self.and_or()?;
            let more = item.background || self.take_operator(";");
            items.push(Arc::new(item));
            self.skip_blanks();
            let at_end = matches!(self.peek(), None | Some('\n' | ')'));
            if !more || at_end || self.at_closing_word() {
                return Ok(List { items });
            }
        }
    }

    fn at_closing_word(&mut self) -> bool {
        matches!(
            self.reserved(),
            Some("then" | "else" | "elif" | "fi" | "do" | "done" | "esac" | "}")
        ) || matches!(self.operator(), Some(";;" | ";&" | ";;&"))
    }

    /// A list that goes over lines, up to a word that closes it.
    pub(super) fn compound_list(&mut self) -> Result<List, ParseError> {
        self.deeper()?;
        let mut items = Vec::new();
        loop {
            self.skip_lines()?;
            if self.at_closing_word() || matches!(self.peek(), None | Some(')')) {
                break;
            }
            items.extend(self.list_on_line()?.items);
        }
        self.depth -= 1;
        match items.is_empty() {
            true => self.unexpected(),
            false => Ok(List { items }),
        }
    }

    pub(super) fn deeper(&mut self) -> Result<(), ParseError> {
        self.depth += 1;
        match self.depth > DEEPEST {
            true => Err(ParseError::Other("nested too deeply".to_owned())),
            false => Ok(()),
        }
    }

    fn and_or(&mut self) -> Result<AndOr, ParseError> {
        self.skip_blanks();
        let start = self.at;
        let first = self.pipeline()?;
        let mut rest = Vec::new();
        loop {
            let joint = match self.operator() {
                Some("&&") => Joint::And,
                Some("||") => Joint::Or,
                _ => break,
            };
            self.take(if joint == Joint::And { "&&" } else { "||" });
            self.skip_lines()?;
            rest.push((joint, self.pipeline()?));
        }
        let text: String = self.text[start..self.at].iter().collect();
        let background = self.take_operator("&");
        Ok(AndOr { first, rest, background, text: text.trim().to_owned() })
    }

    fn pipeline(&mut self) -> Result<Pipeline, ParseError> {
        let (mut negated, mut timed) = (false, false);
        loop {
            if self.take_reserved("!") {
                negated = !negated;
            } else if self.extended && self.take_reserved("time") {
                timed = true;
            } else {
                break;
            }
        }
        let mut commands = vec![Arc::new(self.command()?)];
        while self.take_operator("|") {
            self.skip_lines()?;
            commands.push(Arc::new(self.command()?));
        }
        Ok(Pipeline { negated, timed, commands })
    }

    fn command(&mut self) -> Result<Command, ParseError> {
        self.skip_blanks();
        let line = self.line;
        let kind = match self.compound()? {
            Some(kind) => kind,
            None => return self.simple_command(line),
        };
        let mut redirections = Vec::new();
        while let Some(redirection) = self.redirection()? {
            redirections.push(redirection);
        }
        Ok(Command { kind, redirections, line })
    }

    fn simple_command(&mut self, line: usize) -> Result<Command, ParseError> {
        let (mut assignments, mut words, mut redirections) = (Vec::new(), Vec::new(), Vec::new());
        loop {
            self.skip_blanks();
            if let Some(redirection) = self.redirection()? {
                redirections.push(redirection);
                continue;
            }
            if self.operator() == Some("(")
                && let ([word], true) = (words.as_slice(), assignments.is_empty())
                && let Some(name) = plain_word(word).filter(|_| redirections.is_empty())
            {
                return self.function(name, line);
            }
            if self.operator().is_some() || self.peek().is_none() {
                break;
            }
            let word = self.word()?;
            match as_assignment(&word).filter(|_| words.is_empty()) {
                Some(assignment) => assignments.push(assignment),
                None => words.push(word),
            }
        }
        if assignments.is_empty() && words.is_empty() && redirections.is_empty() {
            return self.unexpected();
        }
        Ok(Command { kind: CommandKind::Simple { assignments, words }, redirections, line })
    }

    fn function(&mut self, name: String, line: usize) -> Result<Command, ParseError> {
        self.take_operator("(");
        if !self.take_operator(")") {
            return self.unexpected();
        }
        self.function_body(name, line)
    }

    pub(super) fn function_body(
        &mut self,
        name: String,
        line: usize,
    ) -> Result<Command, ParseError> {
        self.skip_lines()?;
        self.deeper()?;
        let body = Arc::new(self.command()?);
        self.depth -= 1;
        let kind = CommandKind::Function { name, body };
        Ok(Command { kind, redirections: Vec::new(), line })
    }

    /// `2>file` and its like, where one stands here.
    pub(super) fn redirection(&mut self) -> Result<Option<Redirection>, ParseError> {
        self.skip_blanks();
        let digits = self.text.iter().skip(self.at).take_while(|c| c.is_ascii_digit()).count();
        let after = self.peek_at(digits);
        let number: Option<i32> = match after {
            Some('<' | '>') if digits > 0 && digits < 4 => {
                let digits: String = self.text.iter().skip(self.at).take(digits).collect();
                digits.parse().ok()
            }
            _ => None,
        };
        if number.is_some() {
            self.at += digits;
        }
        let Some(operator) = self.operator().filter(|operator| operator.contains(['<', '>']))
        else {
            return Ok(None);
        };
        self.take(operator);
        self.skip_blanks();
        let (kind, usual) = match operator {
            "<" => (RedirectionKind::Read, 0),
            ">" => (RedirectionKind::Write, 1),
            ">|" => (RedirectionKind::Clobber, 1),
            ">>" => (RedirectionKind::Append, 1),
            "<>" => (RedirectionKind::ReadWrite, 0),
            "<&" => (RedirectionKind::Duplicate, 0),
            ">&" => (RedirectionKind::Duplicate, 1),
            "&>" => (RedirectionKind::WriteBoth, 1),
            "&>>" => (RedirectionKind::AppendBoth, 1),
            _ => (RedirectionKind::Here, 0),
        };
        let mut target = self.redirection_target()?;
        match operator {
            "<<" | "<<-" => {
                let (delimiter, quoted) = delimiter_of(&target);
                self.pending.push(PendingHere {
                    delimiter,
                    quoted,
                    strips_tabs: operator == "<<-",
                });
                target = vec![Part::Quoted(HERE_MARK.to_owned())];
            }
            "<<<" => target = vec![Part::Double(target), Part::Quoted("\n".to_owned())],
            _ => {}
        }
        Ok(Some(Redirection { number: number.unwrap_or(usual), kind, target }))
    }

    fn redirection_target(&mut self) -> Result<Word, ParseError> {
        if self.peek().is_none() || self.operator().is_some() {
            return self.unexpected();
        }
        self.word()
    }

    /// Puts the texts of here-documents where their operators stand, in order.
    pub(super) fn fill_here_documents(&mut self, list: &mut List) {
        let mut texts = std::mem::take(&mut self.here_texts).into_iter();
        super::words_of::each_redirection(list, &mut |redirection| {
            let waits = redirection.kind == RedirectionKind::Here
                && redirection.target == [Part::Quoted(HERE_MARK.to_owned())];
            if let Some(text) = waits.then(|| texts.next()).flatten() {
                redirection.target = text;
            }
        });
    }
}

/// Stands for a here-document's text until it has been read; no text has this character.
const HERE_MARK: &str = "\0";

/// A word that is a text without quotes or expansions.
pub(super) fn plain_word(word: &Word) -> Option<String> {
    match word.as_slice() {
        [Part::Text(text)] => Some(text.clone()),
        _ => None,
    }
}

/// `name=value`, where the name and the sign are not quoted.
fn as_assignment(word: &Word) -> Option<Assignment> {
    let Some(Part::Text(first)) = word.first() else { return None };
    let (name, rest) = first.split_once('=')?;
    let (name, append) = match name.strip_suffix('+') {
        Some(name) => (name, true),
        None => (name, false),
    };
    if !is_name(name) {
        return None;
    }
    let mut value = Vec::new();
    if !rest.is_empty() {
        value.push(Part::Text(rest.to_owned()));
    }
    value.extend(word.iter().skip(1).cloned());
    Some(Assignment { name: name.to_owned(), value, append })
}

/// A here-document's delimiter, and whether any of it is quoted.
fn delimiter_of(word: &Word) -> (String, bool) {
    let mut quoted = false;
    let mut text = String::new();
    for part in word {
        match part {
            Part::Text(part) => text.push_str(part),
            Part::Quoted(part) => {
                quoted = true;
                text.push_str(part);
            }
            Part::Double(parts) => {
                quoted = true;
                text.push_str(&delimiter_of(parts).0);
            }
            Part::Parameter(parameter) => text.push_str(&format!("${}", parameter.name)),
            Part::Command(_) | Part::Arithmetic(_) => {}
        }
    }
    (text, quoted)
}
