//! Text with values that are known only when it is shown: `${hostname}`.

use std::str::FromStr;

use serde::{Deserialize, Deserializer, de};

/// A text with places for values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Template {
    pieces: Vec<Piece>,
}

/// A part of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    /// As it stands.
    Text(String),
    /// A value by name: `hostname`, or `header.host`.
    Value(String),
}

/// The names that stand for a value; those that end with a dot take any name after it.
const NAMES: &[&str] = &[
    "args",
    "body",
    "bytes",
    "count",
    "env",
    "env.",
    "env.lines",
    "env.python",
    "env.json",
    "from",
    "from.port",
    "header.",
    "headers",
    "headers.json",
    "headers.lines",
    "host",
    "hostname",
    "ip",
    "method",
    "namespace",
    "option.",
    "path",
    "path.",
    "port",
    "query",
    "query.",
    "request",
    "status",
    "time",
    "time.clf",
    "time.go",
    "uptime",
    "uri",
    "version",
];

/// Why a text is no template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TemplateError {
    /// `${` without its end.
    #[error("`${{` without `}}`; write `$${{` for the characters themselves")]
    Open,
    /// A name that stands for nothing.
    #[error("nothing is called ${{{0}}}; known are {names}", names = NAMES.join(", "))]
    Unknown(String),
}

impl Template {
    /// The parts, in order.
    pub(crate) fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// The text with its values.
    pub(crate) fn fill(&self, value: impl Fn(&str) -> String) -> String {
        self.pieces
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => text.clone(),
                Piece::Value(name) => value(name),
            })
            .collect()
    }
}

impl FromStr for Template {
    type Err = TemplateError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut pieces = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            if let Some(before) = before.strip_suffix('$') {
                plain.push_str(before);
                plain.push_str("${");
                rest = after;
                continue;
            }
            plain.push_str(before);
            let (name, after) = after.split_once('}').ok_or(TemplateError::Open)?;
            if !is_known(name) {
                return Err(TemplateError::Unknown(name.to_owned()));
            }
            if !plain.is_empty() {
                pieces.push(Piece::Text(std::mem::take(&mut plain)));
            }
            pieces.push(Piece::Value(name.to_owned()));
            rest = after;
        }
        plain.push_str(rest);
        if !plain.is_empty() {
            pieces.push(Piece::Text(plain));
        }
        Ok(Self { pieces })
    }
}

fn is_known(name: &str) -> bool {
    NAMES.iter().any(|known| match known.strip_suffix('.') {
        Some(_) => name.len() > known.len() && name.starts_with(known),
        None => name == *known,
    })
}

impl<'de> Deserialize<'de> for Template {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_put_in() {
        let fill = |text: &str| {
            text.parse::<Template>()
                .map(|template| template.fill(|name| format!("<{name}>")))
                .map_err(|error| error.to_string().chars().take(30).collect::<String>())
        };
        assert_eq!(fill(r#"{"a": "${host}"}"#), Ok(r#"{"a": "<host>"}"#.to_owned()));
        assert_eq!(fill("$${host} ${header.x-y}$"), Ok("${host} <header.x-y>$".to_owned()));
        assert_eq!(fill("${env.A}${env}"), Ok("<env.A><env>".to_owned()));
        assert_eq!(fill("${nothing}"), Err("nothing is called ${nothing}; ".to_owned()));
        assert!(fill("${host").is_err());
        assert!(fill("${env.}").is_err());
    }
}
