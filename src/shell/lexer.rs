use crate::base::Span;

use super::word::{Scanned, Unfinished, scan};

/// A token of shell text.
#[derive(Debug)]
pub(super) enum Token {
    /// A word, with what is in it.
    Word(Scanned),
    /// `;`, `&&`, `|`, `(`, `>` and the like.
    Operator(Span),
    /// The end of a line, with the bodies of the here-documents that it began.
    Newline(Span),
}

/// Longest first.
const OPERATORS: &[&str] = &[
    "&>>", "<<<", "<<-", ";;&", "&&", "||", "|&", ";;", ";&", "&>", "<<", "<&", "<>", ">>", ">&",
    ">|", "<", ">", ";", "|", "&", "(", ")",
];

/// Whether the operator redirects, so that the next word is a file or a delimiter.
pub(super) fn redirects(operator: &str) -> bool {
    operator.contains(['<', '>'])
}

/// Takes shell text apart, one token at a time. Comments and blanks are not told.
#[derive(Debug)]
pub(super) struct Lexer<'a> {
    text: &'a str,
    at: usize,
    delimiter_follows: Option<Indent>,
    here_documents: Vec<HereDocument>,
}

#[derive(Debug, Clone, Copy)]
enum Indent {
    Kept,
    TabsRemoved,
}

#[derive(Debug)]
struct HereDocument {
    delimiter: String,
    indent: Indent,
}

impl<'a> Lexer<'a> {
    /// Begins at byte `at` of `text`.
    pub(super) fn new(text: &'a str, at: usize) -> Self {
        Self { text, at, delimiter_follows: None, here_documents: Vec::new() }
    }

    /// The next token; none at the end of the text.
    pub(super) fn next(&mut self) -> Result<Option<Token>, Unfinished> {
        self.skip_blanks_and_comment();
        let Some(&byte) = self.text.as_bytes().get(self.at) else {
            return if self.here_documents.is_empty() { Ok(None) } else { Err(Unfinished) };
        };
        if byte == b'\n' {
            return self.newline().map(Some);
        }
        if let Some(operator) = self.operator() {
            let span = Span::new(self.at, self.at + operator.len());
            self.at = span.end;
            self.delimiter_follows = match operator {
                "<<" => Some(Indent::Kept),
                "<<-" => Some(Indent::TabsRemoved),
                _ => None,
            };
            return Ok(Some(Token::Operator(span)));
        }
        let scanned = scan(self.text, self.at)?;
        // A byte that neither begins an operator nor a word would be met again and again.
        self.at = scanned.word.span.end.max(self.at + 1);
        if let Some(indent) = self.delimiter_follows.take() {
            let delimiter = scanned.word.text.clone();
            self.here_documents.push(HereDocument { delimiter, indent });
        }
        Ok(Some(Token::Word(scanned)))
    }

    fn skip_blanks_and_comment(&mut self) {
        let bytes = self.text.as_bytes();
        loop {
            match (bytes.get(self.at), bytes.get(self.at + 1)) {
                (Some(b' ' | b'\t' | b'\r'), _) => self.at += 1,
                (Some(b'\\'), Some(b'\n')) => self.at += 2,
                (Some(b'#'), _) => self.at = line_end(self.text, self.at),
                _ => return,
            }
        }
    }

    fn operator(&self) -> Option<&'static str> {
        let rest = &self.text[self.at..];
        let operator = *OPERATORS.iter().find(|operator| rest.starts_with(**operator))?;
        let next = rest.as_bytes().get(1);
        let in_word = match operator {
            "<" => {
                next == Some(&b'(')
                    || super::placeholder::placeholder_end(self.text, self.at).is_some()
            }
            ">" => next == Some(&b'('),
            _ => false,
        };
        (!in_word).then_some(operator)
    }

    fn newline(&mut self) -> Result<Token, Unfinished> {
        let start = self.at;
        self.at += 1;
        let mut end = self.at;
        for document in std::mem::take(&mut self.here_documents) {
            end = self.body_end(&document)?;
        }
        Ok(Token::Newline(Span::new(start, end)))
    }

    /// Steps over a here-document's body; one past its last line, without the newline.
    fn body_end(&mut self, document: &HereDocument) -> Result<usize, Unfinished> {
        while self.at < self.text.len() {
            let end = line_end(self.text, self.at);
            let line = self.text[self.at..end].trim_end_matches('\r');
            let line = match document.indent {
                Indent::Kept => line,
                Indent::TabsRemoved => line.trim_start_matches('\t'),
            };
            self.at = (end + 1).min(self.text.len());
            if line == document.delimiter {
                // The newline after the body ends the command, so it is left to be read.
                self.at = end;
                return Ok(end);
            }
        }
        Err(Unfinished)
    }
}

/// The end of the line that byte `at` is in, before its newline.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |offset| at + offset)
}
