//! `-o go-template`: Go's `text/template` over an object.

use std::cmp::Ordering;

use serde_json::Value;

use super::go_template_functions::call;
use super::go_template_parser::parse;
use super::jsonpath::MissingKeys;

pub use super::go_template_parser::TemplateError;

/// A template, read.
#[derive(Debug, Clone, PartialEq)]
pub struct GoTemplate {
    nodes: Vec<Node>,
    text: String,
}

/// A part of a template.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    Text(String),
    Print(Pipeline),
    If(Pipeline, Vec<Node>, Vec<Node>),
    With(Pipeline, Vec<Node>, Vec<Node>),
    Range(Pipeline, Vec<Node>, Vec<Node>),
    Break,
    Continue,
}

/// Commands, each with the value of the one before it as its last argument.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Pipeline {
    /// What gets the value.
    pub(super) variables: Vec<String>,
    /// The variables are new here.
    pub(super) declares: bool,
    pub(super) commands: Vec<Command>,
}

/// A function with its arguments, or one value.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Command(pub(super) Vec<Operand>);

/// A value and the fields that are asked of it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Operand {
    pub(super) term: Term,
    pub(super) fields: Vec<String>,
    /// As it is written.
    pub(super) text: String,
    /// The byte of the template that errors name.
    pub(super) at: usize,
}

/// A value as it is written.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Term {
    Dot,
    Variable(String),
    Function(String),
    Inner(Box<Pipeline>),
    Text(String),
    Int(i64),
    Float(f64),
    Bool(bool),
    Nil,
}

/// A value while a template runs.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Datum {
    Missing,
    Object(Value),
    Int(i64),
}

/// How a list of nodes ended.
enum Flow {
    On,
    Break,
    Continue,
}

impl GoTemplate {
    /// Reads a template.
    ///
    /// # Errors
    /// What Go would not read either, and `define`, which podlab does not know.
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        Ok(Self { nodes: parse(text)?, text: text.to_owned() })
    }

    /// As it was written.
    pub fn source(&self) -> &str {
        &self.text
    }

    /// What it makes of an object: what was written, and the error that ended it.
    pub fn text(&self, object: &Value, missing: MissingKeys) -> (String, Result<(), String>) {
        let root = Datum::Object(object.clone());
        let variables = vec![("$".to_owned(), root.clone())];
        let mut run = Run { out: String::new(), variables, missing };
        let end = run.nodes(&self.nodes, &root).map(|_| ());
        (run.out, end.map_err(|stop| self.told(&stop)))
    }
}

/// Why a template stopped, and at which byte of it.
struct Stop {
    at: usize,
    context: String,
    message: String,
}

impl GoTemplate {
    /// Source: Go's `text/template/parse/parse.go`, `ErrorContext`.
    fn told(&self, stop: &Stop) -> String {
        let before = self.text.get(..stop.at).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let column = before.rfind('\n').map_or(stop.at, |newline| stop.at - newline - 1);
        let (context, message) = (&stop.context, &stop.message);
        format!("template: output:{line}:{column}: executing \"output\" at <{context}>: {message}")
    }
}

struct Run {
    out: String,
    variables: Vec<(String, Datum)>,
    missing: MissingKeys,
}

impl Run {
    fn nodes(&mut self, nodes: &[Node], dot: &Datum) -> Result<Flow, Stop> {
        for node in nodes {
            match self.node(node, dot)? {
                Flow::On => {}
                other => return Ok(other),
            }
        }
        Ok(Flow::On)
    }

    fn node(&mut self, node: &Node, dot: &Datum) -> Result<Flow, Stop> {
        match node {
            Node::Text(text) => self.out.push_str(text),
            Node::Print(pipeline) => {
                let value = self.pipeline(pipeline, dot)?;
                self.assign(pipeline, &value);
                if pipeline.variables.is_empty() {
                    self.out.push_str(&value.text());
                }
            }
            Node::If(pipeline, body, otherwise) => {
                let kept = self.variables.len();
                let value = self.pipeline(pipeline, dot)?;
                self.assign(pipeline, &value);
                let branch = if value.is_true() { body } else { otherwise };
                let flow = self.nodes(branch, dot);
                self.variables.truncate(kept);
                return flow;
            }
            Node::With(pipeline, body, otherwise) => {
                let kept = self.variables.len();
                let value = self.pipeline(pipeline, dot)?;
                self.assign(pipeline, &value);
                let flow = if value.is_true() {
                    self.nodes(body, &value)
                } else {
                    self.nodes(otherwise, dot)
                };
                self.variables.truncate(kept);
                return flow;
            }
            Node::Range(pipeline, body, otherwise) => {
                return self.range(pipeline, (body, otherwise), dot);
            }
            Node::Break => return Ok(Flow::Break),
            Node::Continue => return Ok(Flow::Continue),
        }
        Ok(Flow::On)
    }

    fn range(
        &mut self,
        pipeline: &Pipeline,
        (body, otherwise): (&[Node], &[Node]),
        dot: &Datum,
    ) -> Result<Flow, Stop> {
        let items = self.pipeline(pipeline, dot)?.items();
        let items = items.map_err(|message| at_command(&pipeline.commands, message))?;
        if items.is_empty() {
            return self.nodes(otherwise, dot);
        }
        for (key, item) in items {
            let kept = self.variables.len();
            match pipeline.variables.as_slice() {
                [x] => self.variables.push((x.clone(), item.clone())),
                [i, x] => {
                    self.variables.push((i.clone(), key));
                    self.variables.push((x.clone(), item.clone()));
                }
                _ => {}
            }
            let flow = self.nodes(body, &item);
            self.variables.truncate(kept);
            if matches!(flow?, Flow::Break) {
                break;
            }
        }
        Ok(Flow::On)
    }

    fn assign(&mut self, pipeline: &Pipeline, value: &Datum) {
        let Some(name) = pipeline.variables.first() else { return };
        if pipeline.declares {
            self.variables.push((name.clone(), value.clone()));
        } else if let Some(variable) = self.variables.iter_mut().rfind(|(of, _)| of == name) {
            variable.1 = value.clone();
        }
    }

    fn pipeline(&mut self, pipeline: &Pipeline, dot: &Datum) -> Result<Datum, Stop> {
        let mut last = None;
        for Command(operands) in &pipeline.commands {
            last = Some(self.command(operands, last, dot)?);
        }
        Ok(match last {
            None | Some(Datum::Object(Value::Null)) => Datum::Missing,
            Some(value) => value,
        })
    }

    fn command(
        &mut self,
        operands: &[Operand],
        last: Option<Datum>,
        dot: &Datum,
    ) -> Result<Datum, Stop> {
        let Some((first, rest)) = operands.split_first() else { return Ok(Datum::Missing) };
        let Term::Function(name) = &first.term else {
            if !rest.is_empty() || last.is_some() {
                return Err(at(
                    first,
                    format!("can't give argument to non-function {}", first.text),
                ));
            }
            return self.operand(first, dot);
        };
        let mut arguments = Vec::new();
        for operand in rest {
            let value = self.operand(operand, dot)?;
            // These two stop at the first argument that decides.
            let decides = match name.as_str() {
                "and" => !value.is_true(),
                "or" => value.is_true(),
                _ => false,
            };
            if decides {
                return Ok(value);
            }
            arguments.push(value);
        }
        arguments.extend(last);
        call(name, &arguments).map_err(|message| Stop {
            at: first.at,
            context: written(operands),
            message: format!("error calling {name}: {message}"),
        })
    }

    fn operand(&mut self, operand: &Operand, dot: &Datum) -> Result<Datum, Stop> {
        let mut value = match &operand.term {
            Term::Dot => dot.clone(),
            Term::Variable(name) => {
                let found = self.variables.iter().rfind(|(of, _)| of == name);
                let found = found.map(|(_, value)| value.clone());
                found.ok_or_else(|| at(operand, format!("undefined variable: {name}")))?
            }
            Term::Function(_) => self.command(std::slice::from_ref(operand), None, dot)?,
            Term::Inner(pipeline) => self.pipeline(pipeline, dot)?,
            Term::Text(text) => Datum::Object(Value::String(text.clone())),
            Term::Int(number) => Datum::Int(*number),
            Term::Float(number) => Datum::Object(Value::from(*number)),
            Term::Bool(value) => Datum::Object(Value::Bool(*value)),
            Term::Nil => return Err(at(operand, "nil is not a command".to_owned())),
        };
        for field in &operand.fields {
            value = self.field(&value, field).map_err(|message| at(operand, message))?;
        }
        Ok(value)
    }

    /// Source: Go's `text/template/exec.go`, `evalField`.
    fn field(&self, value: &Datum, field: &str) -> Result<Datum, String> {
        let strict = self.missing == MissingKeys::Refused;
        match value {
            Datum::Missing if strict => Err(format!("nil data; no entry for key {field:?}")),
            Datum::Missing => Ok(Datum::Missing),
            Datum::Object(Value::Object(map)) => match map.get(field) {
                Some(value) => Ok(Datum::Object(value.clone())),
                None if strict => Err(format!("map has no entry for key {field:?}")),
                None => Ok(Datum::Missing),
            },
            Datum::Object(Value::Null) => {
                Err(format!("nil pointer evaluating interface {{}}.{field}"))
            }
            _ => Err(format!("can't evaluate field {field} in type interface {{}}")),
        }
    }
}

/// An error with the place that it is about.
fn at(operand: &Operand, message: String) -> Stop {
    Stop { at: operand.at, context: operand.text.clone(), message }
}

fn at_command(commands: &[Command], message: String) -> Stop {
    let operands = commands.first().map(|Command(operands)| operands.as_slice());
    let operands = operands.unwrap_or_default();
    let at = operands.first().map_or(0, |operand| operand.at);
    Stop { at, context: written(operands), message }
}

fn written(operands: &[Operand]) -> String {
    operands.iter().map(|operand| operand.text.as_str()).collect::<Vec<_>>().join(" ")
}

impl Datum {
    /// Source: Go's `text/template/exec.go`, `IsTrue`.
    pub(super) fn is_true(&self) -> bool {
        match self {
            Self::Missing => false,
            Self::Int(number) => *number != 0,
            Self::Object(value) => match value {
                Value::Null => false,
                Value::Bool(value) => *value,
                Value::Number(number) => number.as_f64() != Some(0.0),
                Value::String(text) => !text.is_empty(),
                Value::Array(items) => !items.is_empty(),
                Value::Object(map) => !map.is_empty(),
            },
        }
    }

    /// As Go prints it.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Missing => "<no value>".to_owned(),
            Self::Int(number) => number.to_string(),
            Self::Object(value) => go_value(value),
        }
    }

    /// What `range` goes through: indexes or keys, and values.
    fn items(self) -> Result<Vec<(Self, Self)>, String> {
        match self {
            Self::Missing => Ok(Vec::new()),
            Self::Int(count) => Ok((0..count).map(|at| (Self::Int(at), Self::Int(at))).collect()),
            Self::Object(Value::Array(items)) => Ok(items
                .into_iter()
                .enumerate()
                .map(|(at, item)| (Self::Int(i64::try_from(at).unwrap_or(0)), Self::Object(item)))
                .collect()),
            Self::Object(Value::Object(map)) => Ok(map
                .into_iter()
                .map(|(key, value)| (Self::Object(Value::String(key)), Self::Object(value)))
                .collect()),
            other => Err(format!("range can't iterate over {}", other.text())),
        }
    }

    /// As a whole number, where it is one.
    pub(super) fn int(&self) -> Option<i64> {
        match self {
            Self::Int(number) => Some(*number),
            Self::Object(value) => value.as_i64(),
            Self::Missing => None,
        }
    }

    pub(super) fn compared(&self, other: &Self) -> Option<Ordering> {
        if let (Some(a), Some(b)) = (self.int(), other.int()) {
            return Some(a.cmp(&b));
        }
        match (self, other) {
            (Self::Object(Value::String(a)), Self::Object(Value::String(b))) => Some(a.cmp(b)),
            (Self::Object(Value::Bool(a)), Self::Object(Value::Bool(b))) => Some(a.cmp(b)),
            // Go compares whole numbers with whole numbers only.
            (Self::Object(Value::Number(a)), Self::Object(Value::Number(b)))
                if a.is_f64() && b.is_f64() =>
            {
                a.as_f64()?.partial_cmp(&b.as_f64()?)
            }
            _ => None,
        }
    }
}

/// A value as Go's `%v` prints it.
pub fn go_value(value: &Value) -> String {
    match value {
        Value::Null => "<nil>".to_owned(),
        Value::String(text) => text.clone(),
        Value::Number(number) if !number.is_f64() => number.to_string(),
        Value::Number(number) => go_float(number.as_f64().unwrap_or(0.0)),
        Value::Bool(value) => value.to_string(),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(go_value).collect();
            format!("[{}]", items.join(" "))
        }
        Value::Object(map) => {
            let pairs: Vec<String> =
                map.iter().map(|(key, value)| format!("{key}:{}", go_value(value))).collect();
            format!("map[{}]", pairs.join(" "))
        }
    }
}

/// Go's `%v` of a `float64`: with an exponent from a million on, and below 10^-4.
///
/// Source: Go's `strconv/ftoa.go`, `%g` with the shortest precision.
pub(super) fn go_float(number: f64) -> String {
    let exponent = format!("{number:e}");
    let Some((digits, power)) = exponent.split_once('e') else { return exponent };
    match power.parse::<i32>() {
        Ok(power @ ..-4) => format!("{digits}e-{:02}", -power),
        Ok(power @ 6..) => format!("{digits}e+{power:02}"),
        _ => format!("{number}"),
    }
}

#[cfg(test)]
#[path = "go_template_tests.rs"]
mod tests;
