//! The grammar of JSONPath templates.

use std::cmp::Ordering;

use serde_json::Value;

use super::jsonpath::JsonPathError;

/// A piece of a template.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Part {
    Text(String),
    Path(Vec<Node>),
    Range(Vec<Node>, Vec<Part>),
}

/// A step of a path.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    Root,
    Current,
    /// Several selectors are a union.
    Select(Vec<Selector>),
    /// `..`
    Descend,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Selector {
    Field(String),
    All,
    Index(i64),
    Slice(Option<i64>, Option<i64>, Option<i64>),
    Filter(Comparison),
}

/// `@.a == "b"`, or only `@.a`: that it exists.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Comparison {
    pub(super) left: Operand,
    pub(super) right: Option<(Operator, Operand)>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Operand {
    Path(Vec<Node>),
    Literal(Value),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Operator {
    const ALL: [(&'static str, Self); 6] = [
        ("==", Self::Equal),
        ("!=", Self::NotEqual),
        ("<=", Self::LessOrEqual),
        (">=", Self::GreaterOrEqual),
        ("<", Self::Less),
        (">", Self::Greater),
    ];

    pub(super) fn holds(self, left: &Value, right: &Value) -> bool {
        let order = compare(left, right);
        match self {
            Self::Equal => order == Some(Ordering::Equal),
            Self::NotEqual => order != Some(Ordering::Equal),
            Self::Less => order == Some(Ordering::Less),
            Self::LessOrEqual => matches!(order, Some(Ordering::Less | Ordering::Equal)),
            Self::Greater => order == Some(Ordering::Greater),
            Self::GreaterOrEqual => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
        }
    }
}

fn compare(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Number(a), Value::Number(b)) => a.as_f64()?.partial_cmp(&b.as_f64()?),
        (Value::String(a), Value::String(b)) => Some(a.cmp(b)),
        (Value::Bool(a), Value::Bool(b)) => Some(a.cmp(b)),
        (a, b) => (a == b).then_some(Ordering::Equal),
    }
}

/// Reads a whole template.
pub(super) fn parse(template: &str) -> Result<Vec<Part>, JsonPathError> {
    let mut open: Vec<(Vec<Node>, Vec<Part>)> = Vec::new();
    let mut parts: Vec<Part> = Vec::new();
    let mut rest = template;
    while let Some(begin) = rest.find('{') {
        if begin > 0 {
            parts.push(Part::Text(rest[..begin].to_owned()));
        }
        let end = closing_brace(&rest[begin..])
            .ok_or_else(|| JsonPathError("unclosed action".to_owned()))?;
        let action = rest[begin + 1..begin + end].trim();
        rest = &rest[begin + end + 1..];
        if let Some(path) = action.strip_prefix("range").filter(|p| p.starts_with([' ', '.', '$']))
        {
            open.push((Path::new(path.trim()).whole()?, std::mem::take(&mut parts)));
        } else if action == "end" {
            let Some((nodes, outer)) = open.pop() else {
                return Err(JsonPathError("not in range, nothing to end".to_owned()));
            };
            let body = std::mem::replace(&mut parts, outer);
            parts.push(Part::Range(nodes, body));
        } else {
            actions(action, &mut parts)?;
        }
    }
    if !rest.is_empty() {
        parts.push(Part::Text(rest.to_owned()));
    }
    if !open.is_empty() {
        return Err(JsonPathError("unexpected end of range".to_owned()));
    }
    Ok(parts)
}

/// What stands in one pair of braces: a text in quotes, or a path.
fn actions(action: &str, parts: &mut Vec<Part>) -> Result<(), JsonPathError> {
    if action.starts_with(['"', '\'']) {
        let (text, rest) = quoted(action)?;
        parts.push(Part::Text(text));
        return if rest.trim().is_empty() { Ok(()) } else { actions(rest.trim(), parts) };
    }
    parts.push(Part::Path(Path::new(action).whole()?));
    Ok(())
}

/// Where the brace that opens `text` closes; braces in quotes do not count.
fn closing_brace(text: &str) -> Option<usize> {
    let mut quote = None;
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        if escaped {
            escaped = false;
            continue;
        }
        match (c, quote) {
            ('\\', _) => escaped = true,
            ('"' | '\'', None) => quote = Some(c),
            (c, Some(open)) if c == open => quote = None,
            ('}', None) => return Some(at),
            _ => {}
        }
    }
    None
}

/// A text in quotes with Go's escapes, and what follows it.
fn quoted(text: &str) -> Result<(String, &str), JsonPathError> {
    let unterminated = || JsonPathError("unterminated quoted string".to_owned());
    let mut characters = text.char_indices();
    let (_, quote) = characters.next().ok_or_else(unterminated)?;
    let mut out = String::new();
    while let Some((at, c)) = characters.next() {
        match c {
            c if c == quote => return Ok((out, &text[at + 1..])),
            '\\' => match characters.next().ok_or_else(unterminated)?.1 {
                'n' => out.push('\n'),
                't' => out.push('\t'),
                'r' => out.push('\r'),
                other => out.push(other),
            },
            c => out.push(c),
        }
    }
    Err(unterminated())
}

/// Reads one path.
struct Path<'a> {
    rest: &'a str,
}

impl<'a> Path<'a> {
    fn new(text: &'a str) -> Self {
        Self { rest: text }
    }

    fn whole(mut self) -> Result<Vec<Node>, JsonPathError> {
        let nodes = self.nodes()?;
        match self.rest.trim() {
            "" => Ok(nodes),
            rest => Err(JsonPathError(format!("unrecognized character in action: {rest:?}"))),
        }
    }

    fn nodes(&mut self) -> Result<Vec<Node>, JsonPathError> {
        let mut nodes = Vec::new();
        loop {
            if self.take("..") {
                nodes.push(Node::Descend);
                if !self.rest.starts_with('[') {
                    nodes.push(Node::Select(vec![self.field()?]));
                }
            } else if self.take(".") {
                if !self.rest.starts_with('[') && !self.rest.is_empty() {
                    nodes.push(Node::Select(vec![self.field()?]));
                }
            } else if self.take("[") {
                nodes.push(Node::Select(self.brackets()?));
            } else if self.take("$") {
                nodes.push(Node::Root);
            } else if self.take("@") {
                nodes.push(Node::Current);
            } else {
                return Ok(nodes);
            }
        }
    }

    fn take(&mut self, token: &str) -> bool {
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// A field name; a backslash takes the meaning from a dot.
    fn field(&mut self) -> Result<Selector, JsonPathError> {
        let mut name = String::new();
        let mut characters = self.rest.char_indices();
        let mut end = self.rest.len();
        while let Some((at, c)) = characters.next() {
            match c {
                '\\' => match characters.next() {
                    Some((_, next)) => name.push(next),
                    None => return Err(JsonPathError("unterminated escape".to_owned())),
                },
                '.' | '[' | ']' | ')' | ' ' | '=' | '!' | '<' | '>' | ',' => {
                    end = at;
                    break;
                }
                c => name.push(c),
            }
        }
        self.rest = &self.rest[end..];
        match name.as_str() {
            "" => Err(JsonPathError("a field name is missing".to_owned())),
            "*" => Ok(Selector::All),
            _ => Ok(Selector::Field(name)),
        }
    }

    fn brackets(&mut self) -> Result<Vec<Selector>, JsonPathError> {
        if self.take("?(") {
            let comparison = self.comparison()?;
            if !self.take(")]") {
                return Err(JsonPathError("unclosed array expect ]".to_owned()));
            }
            return Ok(vec![Selector::Filter(comparison)]);
        }
        let mut selectors = Vec::new();
        loop {
            self.rest = self.rest.trim_start();
            selectors.push(self.bracketed()?);
            self.rest = self.rest.trim_start();
            if self.take("]") {
                return Ok(selectors);
            }
            if !self.take(",") {
                return Err(JsonPathError("unterminated array".to_owned()));
            }
        }
    }

    fn bracketed(&mut self) -> Result<Selector, JsonPathError> {
        if self.take("*") {
            return Ok(Selector::All);
        }
        if self.rest.starts_with(['"', '\'']) {
            let (name, rest) = quoted(self.rest)?;
            self.rest = rest;
            return Ok(Selector::Field(name));
        }
        let end = self.rest.find([']', ',']).unwrap_or(self.rest.len());
        let (text, rest) = self.rest.split_at(end);
        self.rest = rest;
        let invalid = || JsonPathError(format!("invalid array index {text}"));
        let numbers: Result<Vec<Option<i64>>, _> = text
            .split(':')
            .map(|part| match part.trim() {
                "" => Ok(None),
                number => number.parse().map(Some).map_err(|_| invalid()),
            })
            .collect();
        match numbers?.as_slice() {
            [Some(index)] => Ok(Selector::Index(*index)),
            [from, to] => Ok(Selector::Slice(*from, *to, None)),
            [from, to, step] => Ok(Selector::Slice(*from, *to, *step)),
            _ => Err(invalid()),
        }
    }

    fn comparison(&mut self) -> Result<Comparison, JsonPathError> {
        let left = self.operand()?;
        self.rest = self.rest.trim_start();
        let operator = Operator::ALL.iter().find(|(token, _)| self.rest.starts_with(token));
        let Some((token, operator)) = operator else {
            return Ok(Comparison { left, right: None });
        };
        self.rest = self.rest[token.len()..].trim_start();
        let right = self.operand()?;
        self.rest = self.rest.trim_start();
        Ok(Comparison { left, right: Some((*operator, right)) })
    }

    fn operand(&mut self) -> Result<Operand, JsonPathError> {
        self.rest = self.rest.trim_start();
        if self.rest.starts_with(['"', '\'']) {
            let (text, rest) = quoted(self.rest)?;
            self.rest = rest;
            return Ok(Operand::Literal(Value::String(text)));
        }
        if self.rest.starts_with(['@', '$', '.']) {
            return Ok(Operand::Path(self.nodes()?));
        }
        let end = self.rest.find([')', ' ', '=', '!', '<', '>']).unwrap_or(self.rest.len());
        let (text, rest) = self.rest.split_at(end);
        let value = serde_json::from_str(text)
            .map_err(|_| JsonPathError(format!("unrecognized character in filter: {text:?}")))?;
        self.rest = rest;
        Ok(Operand::Literal(value))
    }
}
