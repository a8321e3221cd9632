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
    /// A value by name: `hostname`, or `header.host`; and how it is written.
    Value(String, Filter),
}

/// How a value is written: `${body|json}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Filter {
    /// As it is.
    Plain,
    /// As the inside of a JSON string.
    Json,
    /// So that a browser shows it as it is.
    Html,
}

/// The names that stand for a value; those that end with a dot take any name after it.
const NAMES: &[&str] = &[
    "args",
    "body",
    "bytes",
    "count",
    "date",
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
    "time.python",
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
    /// A filter that is none.
    #[error("no filter is called |{0}; known are |json and |html")]
    Filter(String),
    /// A name that stands for nothing.
    #[error("nothing is called ${{{0}}}; known are {names}", names = NAMES.join(", "))]
    Unknown(String),
}

impl Template {
    /// The text with its values.
    pub(crate) fn fill(&self, value: impl Fn(&str) -> String) -> String {
        self.pieces
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => text.clone(),
                Piece::Value(name, filter) => filter.write(value(name)),
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
            let (name, filter) = match name.split_once('|') {
                None => (name, Filter::Plain),
                Some((name, "json")) => (name, Filter::Json),
                Some((name, "html")) => (name, Filter::Html),
                Some((_, other)) => return Err(TemplateError::Filter(other.to_owned())),
            };
            if !is_known(name) {
                return Err(TemplateError::Unknown(name.to_owned()));
            }
            if !plain.is_empty() {
                pieces.push(Piece::Text(std::mem::take(&mut plain)));
            }
            pieces.push(Piece::Value(name.to_owned(), filter));
            rest = after;
        }
        plain.push_str(rest);
        if !plain.is_empty() {
            pieces.push(Piece::Text(plain));
        }
        Ok(Self { pieces })
    }
}

impl Filter {
    fn write(self, value: String) -> String {
        match self {
            Self::Plain => value,
            Self::Json => {
                let quoted = serde_json::Value::String(value).to_string();
                quoted[1..quoted.len() - 1].to_owned()
            }
            Self::Html => value.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"),
        }
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
        Scalar::deserialize(deserializer)?.0.parse().map_err(de::Error::custom)
    }
}

/// A text or a number: `port: 8080` needs no quotes.
#[derive(Deserialize)]
#[serde(from = "ScalarValue")]
pub(super) struct Scalar(pub(super) String);

#[derive(Deserialize)]
#[serde(untagged)]
enum ScalarValue {
    Number(i64),
    Text(String),
}

impl From<ScalarValue> for Scalar {
    fn from(value: ScalarValue) -> Self {
        match value {
            ScalarValue::Number(number) => Self(number.to_string()),
            ScalarValue::Text(text) => Self(text),
        }
    }
}

/// A map whose order is kept, as headers have one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pairs<V>(pub(crate) Vec<(String, V)>);

impl<V> Default for Pairs<V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Pairs<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor<V>(std::marker::PhantomData<V>);
        impl<'de, V: Deserialize<'de>> de::Visitor<'de> for Visitor<V> {
            type Value = Pairs<V>;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a map")
            }
            fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Pairs<V>, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(Visitor(std::marker::PhantomData))
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
        assert_eq!(fill("${path|html}"), Ok("&lt;path&gt;".to_owned()));
        assert_eq!(fill("${path|xml}"), Err("no filter is called |xml; know".to_owned()));
        assert_eq!(fill("${nothing}"), Err("nothing is called ${nothing}; ".to_owned()));
        assert!(fill("${host").is_err());
        assert!(fill("${env.}").is_err());
    }
}
