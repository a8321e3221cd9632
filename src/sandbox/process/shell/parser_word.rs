use std::sync::Arc;

use super::lexer::{Missing, ParseError, Parser, PendingHere, is_word_character};
use super::tree::{IfEmpty, List, Operation, Parameter, Part, Word};

/// What ends a part of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Until {
    /// A character that ends an unquoted word.
    WordEnd,
    /// This character, in a text without quotes around it.
    Character(char),
    /// The closing `"`.
    DoubleQuote,
    /// A character within `"…"`, as in `"${x:-…}"`.
    Inside(char),
    /// Nothing: a here-document's text.
    Never,
    /// The end of a regular expression in `[[ a =~ b ]]`.
    Blank,
}

impl Until {
    fn in_double_quotes(self) -> bool {
        matches!(self, Self::DoubleQuote | Self::Inside(_) | Self::Never)
    }

    fn ends(self, character: char) -> bool {
        match self {
            Self::WordEnd => !is_word_character(character),
            Self::Character(end) | Self::Inside(end) => character == end,
            Self::DoubleQuote => character == '"',
            Self::Blank => matches!(character, ' ' | '\t' | '\n'),
            Self::Never => false,
        }
    }
}

impl Parser {
    /// The word that begins here.
    pub(super) fn word(&mut self) -> Result<Word, ParseError> {
        self.skip_blanks();
        let word = self.parts(Until::WordEnd)?;
        match word.is_empty() {
            true => self.unexpected(),
            false => Ok(word),
        }
    }

    pub(super) fn regex_word(&mut self) -> Result<Word, ParseError> {
        self.skip_blanks();
        self.parts(Until::Blank)
    }

    /// The parts of a text, with the values that are put into it, up to its end.
    fn parts(&mut self, until: Until) -> Result<Word, ParseError> {
        self.deeper()?;
        let mut parts = Parts::default();
        loop {
            let Some(character) = self.peek() else {
                let closed = matches!(until, Until::WordEnd | Until::Never | Until::Blank);
                self.depth -= 1;
                return match (closed, until) {
                    (true, _) => Ok(parts.done()),
                    (_, Until::DoubleQuote) => Err(ParseError::Incomplete(Missing::Quote('"'))),
                    _ => Err(ParseError::Incomplete(Missing::Quote('}'))),
                };
            };
            if until.ends(character) {
                self.depth -= 1;
                return Ok(parts.done());
            }
            self.part(character, until, &mut parts)?;
        }
    }

    fn part(&mut self, character: char, until: Until, parts: &mut Parts) -> Result<(), ParseError> {
        let quoted = until.in_double_quotes();
        match character {
            '\\' => self.backslash(until, parts)?,
            '$' => match self.dollar(quoted)? {
                Some(part) => parts.push(part),
                None => parts.plain('$', quoted),
            },
            '`' => {
                let list = self.backquotes(quoted)?;
                parts.push(Part::Command(Arc::new(list)));
            }
            '\'' if !quoted => {
                self.next();
                let text = self.single_quoted()?;
                parts.push(Part::Quoted(text));
            }
            '"' if until != Until::Never && !matches!(until, Until::Inside(_)) => {
                self.next();
                let inner = self.parts(Until::DoubleQuote)?;
                self.next();
                parts.push(Part::Double(inner));
            }
            // `"${x:-"a b"}"`: the inner quotes go, what they hold is quoted already.
            '"' if matches!(until, Until::Inside(_)) => {
                self.next();
            }
            other => {
                self.next();
                parts.plain(other, quoted);
            }
        }
        Ok(())
    }

    fn backslash(&mut self, until: Until, parts: &mut Parts) -> Result<(), ParseError> {
        self.next();
        let Some(next) = self.next() else {
            parts.quoted('\\');
            return Ok(());
        };
        if next == '\n' {
            return match self.peek() {
                None => Err(ParseError::Incomplete(Missing::Line)),
                Some(_) => Ok(()),
            };
        }
        let special = match until {
            Until::DoubleQuote => matches!(next, '$' | '`' | '"' | '\\'),
            Until::Inside(end) => matches!(next, '$' | '`' | '"' | '\\') || next == end,
            Until::Never => matches!(next, '$' | '`' | '\\'),
            _ => true,
        };
        if !special {
            parts.quoted('\\');
        }
        parts.quoted(next);
        Ok(())
    }

    fn single_quoted(&mut self) -> Result<String, ParseError> {
        let mut text = String::new();
        loop {
            match self.next() {
                None => return Err(ParseError::Incomplete(Missing::Quote('\''))),
                Some('\'') => return Ok(text),
                Some(character) => text.push(character),
            }
        }
    }

    /// What a dollar sign begins; `None` where it only is one.
    fn dollar(&mut self, quoted: bool) -> Result<Option<Part>, ParseError> {
        self.next();
        if self.starts_with("((") {
            let start = (self.at, self.line);
            self.take("((");
            // `$((` may also begin a command substitution with a subshell in it.
            if let Ok(text) = self.text_to_double_parenthesis() {
                return self.arithmetic_word(&text).map(|word| Some(Part::Arithmetic(word)));
            }
            (self.at, self.line) = start;
        }
        match self.peek() {
            Some('(') => {
                self.next();
                let list = self.substitution()?;
                Ok(Some(Part::Command(Arc::new(list))))
            }
            Some('{') => {
                self.next();
                self.braced(quoted).map(|parameter| Some(Part::Parameter(parameter)))
            }
            Some('\'') if !quoted => {
                self.next();
                self.dollar_quoted().map(|text| Some(Part::Quoted(text)))
            }
            Some('"') if !quoted && self.extended => Ok(Some(Part::Text(String::new()))),
            _ => Ok(self
                .parameter_name()
                .map(|name| Part::Parameter(Parameter { name, operation: Operation::Value }))),
        }
    }

    /// `$'…'`
    fn dollar_quoted(&mut self) -> Result<String, ParseError> {
        let mut text = String::new();
        loop {
            match self.next() {
                None => return Err(ParseError::Incomplete(Missing::Quote('\''))),
                Some('\'') => break,
                Some('\\') => {
                    text.push('\\');
                    text.extend(self.next());
                }
                Some(character) => text.push(character),
            }
        }
        Ok(crate::sandbox::process::programs::escapes::unescape(&text))
    }

    /// `$(…)` after its parenthesis.
    fn substitution(&mut self) -> Result<List, ParseError> {
        let (pending, texts) =
            (std::mem::take(&mut self.pending), std::mem::take(&mut self.here_texts));
        self.skip_lines()?;
        let mut list = match self.peek() {
            Some(')') => List::default(),
            None => return self.expected(Some(")")),
            Some(_) => self.compound_list()?,
        };
        if !self.take_operator(")") {
            return self.expected(Some(")"));
        }
        self.fill_here_documents(&mut list);
        (self.pending, self.here_texts) = (pending, texts);
        Ok(list)
    }

    fn backquotes(&mut self, in_double_quotes: bool) -> Result<List, ParseError> {
        self.next();
        let mut inner = String::new();
        loop {
            match self.next() {
                None => return Err(ParseError::Incomplete(Missing::Quote('`'))),
                Some('`') => break,
                Some('\\') => match self.next() {
                    Some(next @ ('$' | '`' | '\\')) => inner.push(next),
                    Some('"') if in_double_quotes => inner.push('"'),
                    Some(other) => inner.extend(['\\', other]),
                    None => inner.push('\\'),
                },
                Some(character) => inner.push(character),
            }
        }
        self.deeper()?;
        let mut parser = Self::new(&inner, self.extended);
        (parser.line, parser.depth) = (self.line, self.depth);
        let mut list = List::default();
        while let Some(more) = parser.next_command()? {
            list.items.extend(more.items);
        }
        self.depth -= 1;
        Ok(list)
    }

    /// The text up to `))`, which belongs to nothing that was opened in it.
    pub(super) fn text_to_double_parenthesis(&mut self) -> Result<String, ParseError> {
        let mut text = String::new();
        let mut open = 0_usize;
        loop {
            match self.next() {
                None => return Err(ParseError::Incomplete(Missing::Command(None))),
                Some('(') => {
                    open += 1;
                    text.push('(');
                }
                Some(')') if open == 0 => {
                    return match self.next() {
                        Some(')') => Ok(text),
                        _ => Err(ParseError::Other("missing '))'".to_owned())),
                    };
                }
                Some(')') => {
                    open -= 1;
                    text.push(')');
                }
                Some(character) => text.push(character),
            }
        }
    }

    /// The text of an arithmetic expression, with what is put into it.
    pub(super) fn arithmetic_word(&mut self, text: &str) -> Result<Word, ParseError> {
        self.within(text, Until::Never)
    }

    /// Another text, read as this one is.
    fn within(&mut self, text: &str, until: Until) -> Result<Word, ParseError> {
        self.deeper()?;
        let mut parser = Self::new(text, self.extended);
        (parser.line, parser.depth) = (self.line, self.depth);
        let word = parser.parts(until)?;
        self.depth -= 1;
        Ok(word)
    }

    fn parameter_name(&mut self) -> Option<String> {
        let first = self.peek()?;
        if first.is_ascii_alphabetic() || first == '_' {
            let mut name = String::new();
            while let Some(next) = self.peek().filter(|c| c.is_ascii_alphanumeric() || *c == '_') {
                name.push(next);
                self.next();
            }
            return Some(name);
        }
        let special = first.is_ascii_digit() || "@*#?-$!".contains(first);
        special.then(|| {
            self.next();
            first.to_string()
        })
    }

    fn braced_name(&mut self) -> Option<String> {
        let mut name = self.parameter_name()?;
        if name.starts_with(|first: char| first.is_ascii_digit()) {
            while let Some(digit) = self.peek().filter(char::is_ascii_digit) {
                name.push(digit);
                self.next();
            }
        }
        Some(name)
    }

    /// `${…}` after its brace.
    fn braced(&mut self, quoted: bool) -> Result<Parameter, ParseError> {
        let bad = || ParseError::Other("bad substitution".to_owned());
        let is_length = match (self.peek_at(1), self.peek_at(2)) {
            (Some('#' | '?' | '$' | '!' | '-' | '@' | '*'), Some('}')) => true,
            (Some('}' | '#' | '%' | ':'), _) => false,
            _ => true,
        };
        if self.peek() == Some('#') && is_length {
            self.next();
            let name = self.braced_name().ok_or_else(bad)?;
            return self.close_brace(Parameter { name, operation: Operation::Length });
        }
        let indirect = self.extended && self.peek() == Some('!') && self.peek_at(1) != Some('}');
        if indirect {
            self.next();
        }
        let Some(name) = self.braced_name() else {
            return match self.peek() {
                None => Err(ParseError::Incomplete(Missing::Quote('}'))),
                Some(_) => Err(bad()),
            };
        };
        let operation = match indirect {
            true => Operation::Indirect,
            false => self.operation(quoted)?,
        };
        self.close_brace(Parameter { name, operation })
    }

    fn close_brace(&mut self, parameter: Parameter) -> Result<Parameter, ParseError> {
        match self.next() {
            Some('}') => Ok(parameter),
            None => Err(ParseError::Incomplete(Missing::Quote('}'))),
            Some(_) => Err(ParseError::Other("bad substitution".to_owned())),
        }
    }

    fn operation(&mut self, quoted: bool) -> Result<Operation, ParseError> {
        let until = if quoted { Until::Inside('}') } else { Until::Character('}') };
        let empty = if self.starts_with(":") { IfEmpty::Too } else { IfEmpty::Not };
        let sign = self.peek_at(usize::from(empty == IfEmpty::Too));
        if let Some(sign @ ('-' | '=' | '+' | '?')) = sign {
            self.take(":");
            self.next();
            let word = self.parts(until)?;
            return Ok(match sign {
                '-' => Operation::Default(word, empty),
                '=' => Operation::Assign(word, empty),
                '+' => Operation::Alternative(word, empty),
                _ => Operation::Error(word, empty),
            });
        }
        match self.peek() {
            Some(sign @ ('#' | '%')) => {
                self.next();
                let longest = self.take(&sign.to_string());
                let pattern = self.parts(Until::Character('}'))?;
                Ok(Operation::Trim { pattern, suffix: sign == '%', longest })
            }
            Some('/') => self.replacement(),
            Some(':') => {
                self.next();
                let from = self.slice_part(until)?;
                let length = self.take(":").then(|| self.slice_part(until)).transpose()?;
                Ok(Operation::Slice { from, length })
            }
            Some(sign @ ('^' | ',')) if self.extended => {
                self.next();
                let all = self.take(&sign.to_string());
                Ok(Operation::Case { upper: sign == '^', all })
            }
            _ => Ok(Operation::Value),
        }
    }

    /// `${x/a/b}` from its first slash on.
    fn replacement(&mut self) -> Result<Operation, ParseError> {
        self.next();
        let all = self.take("/");
        let mut pattern = Vec::new();
        // A slash right at the beginning is what is looked for.
        if self.peek() == Some('/') && self.peek_at(1) == Some('/') {
            self.next();
            pattern.push(Part::Quoted("/".to_owned()));
        }
        pattern.extend(self.parts_until_either('/', '}')?);
        let by = match self.take("/") {
            true => self.parts(Until::Character('}'))?,
            false => Vec::new(),
        };
        Ok(Operation::Replace { pattern, by, all })
    }

    fn slice_part(&mut self, _until: Until) -> Result<Word, ParseError> {
        self.parts_until_either(':', '}')
    }

    fn parts_until_either(&mut self, one: char, other: char) -> Result<Word, ParseError> {
        let mut parts = Parts::default();
        loop {
            match self.peek() {
                None => return Err(ParseError::Incomplete(Missing::Quote('}'))),
                Some(character) if character == one || character == other => {
                    return Ok(parts.done());
                }
                Some(character) => {
                    self.part(character, Until::Character(other), &mut parts)?;
                }
            }
        }
    }

    /// The text of a here-document, up to its delimiter.
    pub(super) fn here_document(&mut self, here: &PendingHere) -> Result<Word, ParseError> {
        let mut text = String::new();
        loop {
            if self.peek().is_none() {
                return Err(ParseError::Incomplete(Missing::HereDocument));
            }
            let mut line = String::new();
            let mut ended = false;
            while let Some(character) = self.next() {
                ended = character == '\n';
                if ended {
                    break;
                }
                line.push(character);
            }
            let stripped = if here.strips_tabs { line.trim_start_matches('\t') } else { &line };
            if stripped == here.delimiter {
                break;
            }
            text.push_str(stripped);
            if ended {
                text.push('\n');
            }
        }
        match here.quoted {
            true => Ok(vec![Part::Quoted(text)]),
            false => self.within(&text, Until::Never).map(|parts| vec![Part::Double(parts)]),
        }
    }
}

/// Collects parts; characters of the same kind become one.
#[derive(Default)]
struct Parts(Word);

impl Parts {
    fn push(&mut self, part: Part) {
        self.0.push(part);
    }

    fn plain(&mut self, character: char, quoted: bool) {
        match (self.0.last_mut(), quoted) {
            (_, true) => self.quoted(character),
            (Some(Part::Text(text)), false) => text.push(character),
            (_, false) => self.0.push(Part::Text(character.to_string())),
        }
    }

    fn quoted(&mut self, character: char) {
        match self.0.last_mut() {
            Some(Part::Quoted(text)) => text.push(character),
            _ => self.0.push(Part::Quoted(character.to_string())),
        }
    }

    fn done(self) -> Word {
        self.0
    }
}
