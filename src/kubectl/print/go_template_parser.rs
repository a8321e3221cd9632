//! Go's `text/template`, read.

use super::go_template::{Command, Node, Operand, Pipeline, Term};

/// Why a text is no template, in Go's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("template: output:{line}: {message}")]
pub struct TemplateError {
    line: usize,
    message: String,
}

/// Reads a template.
///
/// Source: Go's `text/template/parse` (`lex.go`, `parse.go`).
pub(super) fn parse(text: &str) -> Result<Vec<Node>, TemplateError> {
    let mut parser = Parser { text, at: 0 };
    let (nodes, end) = parser.nodes()?;
    match end {
        End::Text => Ok(nodes),
        End::Block => Err(parser.wrong("unexpected {{end}}")),
        End::Else(..) => Err(parser.wrong("unexpected {{else}}")),
    }
}

/// What ended a list of nodes.
enum End {
    Text,
    Block,
    /// With what stands behind the word: `if …`, `with …`, or nothing.
    Else(String, usize),
}

/// A part of the template, and where it begins.
#[derive(Debug, Clone, Copy)]
struct Piece<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Piece<'a> {
    /// The first word, and the rest.
    fn split(self) -> (&'a str, Self) {
        let end = self.text.find(char::is_whitespace).unwrap_or(self.text.len());
        let (word, rest) = self.text.split_at(end);
        let trimmed = rest.trim_start();
        let at = self.at + end + rest.len() - trimmed.len();
        (word, Self { text: trimmed, at })
    }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl Parser<'_> {
    fn wrong(&self, message: impl Into<String>) -> TemplateError {
        let line = self.text[..self.at].matches('\n').count() + 1;
        TemplateError { line, message: message.into() }
    }

    fn nodes(&mut self) -> Result<(Vec<Node>, End), TemplateError> {
        let mut nodes = Vec::new();
        loop {
            let rest = &self.text[self.at..];
            let Some(open) = rest.find("{{") else {
                self.at = self.text.len();
                push_text(&mut nodes, rest);
                return Ok((nodes, End::Text));
            };
            let trims = rest[open + 2..].strip_prefix('-').is_some_and(starts_with_space);
            let text = if trims { rest[..open].trim_end() } else { &rest[..open] };
            push_text(&mut nodes, text);
            self.at += open + 2 + usize::from(trims);
            let start = self.at;
            let action = self.action()?;
            let indent = action.len() - action.trim_start().len();
            match self.node(Piece { text: action.trim(), at: start + indent })? {
                Ok(Some(node)) => nodes.push(node),
                Ok(None) => {}
                Err(end) => return Ok((nodes, end)),
            }
        }
    }

    /// What stands between the braces; text behind it is trimmed where it says so.
    fn action(&mut self) -> Result<String, TemplateError> {
        let rest = &self.text[self.at..];
        let comment = rest.trim_start().starts_with("/*");
        let close = match rest.find("*/").filter(|_| comment) {
            Some(end) => rest[end..].find("}}").map(|close| end + close),
            None => closing(rest),
        };
        let Some(close) = close else {
            let stray = rest.find('}').and_then(|at| rest[..at].chars().next_back());
            return Err(self.wrong(match stray {
                Some(last) if last.is_alphanumeric() => "bad character U+007D '}'",
                _ => "unclosed action",
            }));
        };
        let mut action = &rest[..close];
        self.at += close + 2;
        if let Some(inner) = action.strip_suffix('-').filter(|inner| ends_with_space(inner)) {
            action = inner;
            let rest = &self.text[self.at..];
            self.at += rest.len() - rest.trim_start().len();
        }
        Ok(if comment { String::new() } else { action.to_owned() })
    }

    /// A node, nothing (of a comment), or the end of the list.
    fn node(&mut self, action: Piece<'_>) -> Result<Result<Option<Node>, End>, TemplateError> {
        let (word, rest) = action.split();
        Ok(Ok(Some(match word {
            "" => return Ok(Ok(None)),
            "end" => return Ok(Err(End::Block)),
            "else" => return Ok(Err(End::Else(rest.text.to_owned(), rest.at))),
            "break" if rest.text.is_empty() => Node::Break,
            "continue" if rest.text.is_empty() => Node::Continue,
            "if" | "with" | "range" => {
                let pipeline = self.pipeline(rest)?;
                let (body, end) = self.nodes()?;
                let otherwise = self.otherwise(end)?;
                match word {
                    "if" => Node::If(pipeline, body, otherwise),
                    "with" => Node::With(pipeline, body, otherwise),
                    _ => Node::Range(pipeline, body, otherwise),
                }
            }
            "define" | "template" | "block" => {
                return Err(self.wrong(format!("podlab does not know {{{{{word}}}}}")));
            }
            _ => Node::Print(self.pipeline(action)?),
        })))
    }

    fn otherwise(&mut self, end: End) -> Result<Vec<Node>, TemplateError> {
        match end {
            End::Block => Ok(Vec::new()),
            End::Text => Err(self.wrong("unexpected EOF")),
            End::Else(more, _) if more.is_empty() => {
                let (nodes, end) = self.nodes()?;
                match end {
                    End::Block => Ok(nodes),
                    End::Text => Err(self.wrong("unexpected EOF")),
                    End::Else(..) => Err(self.wrong("expected end; found {{else}}")),
                }
            }
            // `else if` has no `end` of its own.
            End::Else(more, at) => match self.node(Piece { text: &more, at })? {
                Ok(Some(node)) => Ok(vec![node]),
                _ => Err(self.wrong("unexpected {{else}}")),
            },
        }
    }

    fn pipeline(&self, piece: Piece<'_>) -> Result<Pipeline, TemplateError> {
        let words = words(piece).map_err(|message| self.wrong(message))?;
        let (pipeline, rest) = pipeline(&words).map_err(|message| self.wrong(message))?;
        match rest.first() {
            Some((word, _)) => Err(self.wrong(format!("unexpected {word:?} in operand"))),
            None => Ok(pipeline),
        }
    }
}

fn starts_with_space(text: &str) -> bool {
    text.starts_with(char::is_whitespace)
}

fn ends_with_space(text: &str) -> bool {
    text.ends_with(char::is_whitespace)
}

fn push_text(nodes: &mut Vec<Node>, text: &str) {
    if !text.is_empty() {
        nodes.push(Node::Text(text.to_owned()));
    }
}

/// Where the action ends: braces within quotes do not.
fn closing(text: &str) -> Option<usize> {
    let mut quote = None;
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        match (quote, letter) {
            (Some('"' | '\''), '\\') => {
                letters.next();
            }
            (Some(open), _) if open == letter => quote = None,
            (None, '"' | '`' | '\'') => quote = Some(letter),
            (None, '}') if text[at..].starts_with("}}") => return Some(at),
            _ => {}
        }
    }
    None
}

/// A word of an action, and where it begins.
type Word = (String, usize);

/// The words of an action: quoted texts, `(`, `)`, `|`, `,`, `:=`, `=`, and the rest.
fn words(piece: Piece<'_>) -> Result<Vec<Word>, String> {
    let mut words: Vec<Word> = Vec::new();
    let mut rest = piece.text;
    let mut glued = false;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            c if c.is_whitespace() => {
                rest = &rest[c.len_utf8()..];
                glued = false;
                continue;
            }
            '"' | '`' | '\'' => quoted(rest)?,
            '(' | ')' | '|' | ',' | '=' => 1,
            ':' if rest.starts_with(":=") => 2,
            _ => {
                let ends = |c: char| c.is_whitespace() || "\"`'()|,=:".contains(c);
                rest.find(ends).unwrap_or(rest.len())
            }
        };
        if length == 0 {
            return Err(format!("unexpected {first:?} in command"));
        }
        let word = &rest[..length];
        // A field right behind a parenthesis belongs to it.
        let belongs = glued && first == '.' && words.last().is_some_and(|(last, _)| last == ")");
        let word = if belongs { format!("\u{0}{word}") } else { word.to_owned() };
        words.push((word, piece.at + piece.text.len() - rest.len()));
        rest = &rest[length..];
        glued = true;
    }
    Ok(words)
}

fn quoted(text: &str) -> Result<usize, String> {
    let mut letters = text.char_indices();
    let Some((_, open)) = letters.next() else { return Ok(0) };
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\\' if open != '`' => {
                letters.next();
            }
            letter if letter == open => return Ok(at + letter.len_utf8()),
            _ => {}
        }
    }
    Err(if open == '`' { "unterminated raw quoted string" } else { "unterminated quoted string" }
        .to_owned())
}

fn pipeline(words: &[Word]) -> Result<(Pipeline, &[Word]), String> {
    let (variables, declares, mut rest) = declared(words);
    let mut commands = Vec::new();
    loop {
        let (command, after) = command(rest)?;
        commands.push(command);
        match after.split_first() {
            Some(((bar, _), after)) if bar == "|" => rest = after,
            _ => return Ok((Pipeline { variables, declares, commands }, after)),
        }
    }
}

/// `$x :=`, `$i, $x :=`, `$x =`.
fn declared(words: &[Word]) -> (Vec<String>, bool, &[Word]) {
    let is_variable = |word: &String| word.starts_with('$') && !word.contains('.');
    let is_sign = |word: &String| word == ":=" || word == "=";
    match words {
        [(x, _), (sign, _), rest @ ..] if is_variable(x) && is_sign(sign) => {
            (vec![x.clone()], sign == ":=", rest)
        }
        [(i, _), (comma, _), (x, _), (sign, _), rest @ ..]
            if is_variable(i) && comma == "," && is_variable(x) && is_sign(sign) =>
        {
            (vec![i.clone(), x.clone()], sign == ":=", rest)
        }
        _ => (Vec::new(), false, words),
    }
}

fn command(words: &[Word]) -> Result<(Command, &[Word]), String> {
    let mut operands = Vec::new();
    let mut rest = words;
    while let Some((word, after)) = rest.split_first() {
        if word.0 == "|" || word.0 == ")" {
            break;
        }
        let (operand, after) = operand(word, after)?;
        operands.push(operand);
        rest = after;
    }
    if operands.is_empty() {
        return Err("missing value for command".to_owned());
    }
    Ok((Command(operands), rest))
}

fn operand<'a>((word, at): &Word, after: &'a [Word]) -> Result<(Operand, &'a [Word]), String> {
    if word == "(" {
        let (inner, rest) = pipeline(after)?;
        let Some((_, rest)) = rest.split_first().filter(|((word, _), _)| word == ")") else {
            return Err("unclosed left paren".to_owned());
        };
        let (fields, rest) = match rest.split_first() {
            Some(((word, _), rest)) if word.starts_with('\u{0}') => (fields(&word[1..]), rest),
            _ => (Vec::new(), rest),
        };
        let term = Term::Inner(Box::new(inner));
        return Ok((Operand { term, fields, text: "(…)".to_owned(), at: *at }, rest));
    }
    let (term, fields) = term(word)?;
    // Go notes where the second field begins.
    let second = word.get(1..).and_then(|rest| rest.find('.')).filter(|_| word.starts_with('.'));
    let at = at + second.map_or(0, |second| second + 1);
    Ok((Operand { term, fields, text: word.to_owned(), at }, after))
}

fn term(word: &str) -> Result<(Term, Vec<String>), String> {
    if word.starts_with('.') {
        return Ok((Term::Dot, fields(word)));
    }
    if word.starts_with('$') {
        let (name, rest) = word.find('.').map_or((word, ""), |at| word.split_at(at));
        return Ok((Term::Variable(name.to_owned()), fields(rest)));
    }
    let plain = |term| Ok((term, Vec::new()));
    match word {
        "true" => return plain(Term::Bool(true)),
        "false" => return plain(Term::Bool(false)),
        "nil" => return plain(Term::Nil),
        _ => {}
    }
    if let Some(raw) = word.strip_prefix('`') {
        return plain(Term::Text(raw.trim_end_matches('`').to_owned()));
    }
    if word.starts_with('"') {
        return plain(Term::Text(unquoted(word)?));
    }
    if word.starts_with(|c: char| c.is_ascii_digit() || "+-".contains(c)) {
        if let Ok(number) = word.parse() {
            return plain(Term::Int(number));
        }
        return match word.parse() {
            Ok(number) => plain(Term::Float(number)),
            Err(_) => Err(format!("bad number syntax: {word:?}")),
        };
    }
    if word.chars().all(|c| c.is_alphanumeric() || c == '_') {
        return match FUNCTIONS.contains(&word) {
            true => plain(Term::Function(word.to_owned())),
            false => Err(format!("function {word:?} not defined")),
        };
    }
    Err(format!("unexpected {word:?} in command"))
}

/// Functions that are done, Go's own and kubectl's.
const FUNCTIONS: [&str; 17] = [
    "and",
    "or",
    "not",
    "len",
    "index",
    "slice",
    "print",
    "printf",
    "println",
    "eq",
    "ne",
    "lt",
    "le",
    "gt",
    "ge",
    "exists",
    "base64decode",
];

fn fields(word: &str) -> Vec<String> {
    word.split('.').filter(|field| !field.is_empty()).map(str::to_owned).collect()
}

/// Source: Go's `strconv.Unquote`.
fn unquoted(word: &str) -> Result<String, String> {
    let inner = &word[1..word.len() - 1];
    let mut out = String::new();
    let mut letters = inner.chars();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            out.push(letter);
            continue;
        }
        match letters.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some(other @ ('\\' | '"' | '\'')) => out.push(other),
            Some('u') => {
                let digits: String = letters.by_ref().take(4).collect();
                let code = u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32);
                out.push(code.ok_or("invalid syntax")?);
            }
            _ => return Err("invalid syntax".to_owned()),
        }
    }
    Ok(out)
}
