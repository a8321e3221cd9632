//! YAML that stands within a markdown text: errors found in it get their place in
//! the text.

use serde_yaml::Value;

use crate::base::{Diagnostic, Span, nearest, unmistakable};

/// A piece of YAML, where it stands, and what was found wrong with it.
#[derive(Debug)]
pub(super) struct YamlPlace<'a> {
    yaml: &'a str,
    start: usize,
    /// The key that is being read; errors are looked for behind it.
    key_at: usize,
    /// What was found, in order.
    pub diagnostics: Vec<Diagnostic>,
}

/// The reading of a value went wrong; why is already noted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Noted;

impl<'a> YamlPlace<'a> {
    /// `yaml` stands at byte `start` of the source.
    pub(super) fn new(yaml: &'a str, start: usize) -> Self {
        Self { yaml, start, key_at: 0, diagnostics: Vec::new() }
    }

    /// The mapping that the YAML holds; an empty text is an empty mapping.
    pub(super) fn mapping(&mut self, code: &'static str) -> serde_yaml::Mapping {
        match serde_yaml::from_str::<Value>(self.yaml) {
            Ok(Value::Mapping(mapping)) => mapping,
            Ok(Value::Null) => serde_yaml::Mapping::new(),
            Ok(_) => {
                let span = self.trimmed();
                self.diagnostics.push(
                    Diagnostic::error(code, span, "not a mapping")
                        .with_hint("write `key: value`, as in `{in: jumpserver}`"),
                );
                serde_yaml::Mapping::new()
            }
            Err(error) => {
                let span = self.error_span(&error);
                let message = yaml_message(&error);
                self.diagnostics.push(Diagnostic::error(code, span, message).with_hint(
                    "values with a colon, braces or a leading quote need quotes around them",
                ));
                serde_yaml::Mapping::new()
            }
        }
    }

    /// Errors from now on are about this key.
    pub(super) fn at_key(&mut self, key: &str) {
        self.key_at = find_token(self.yaml, key, 0).unwrap_or(0);
    }

    /// Notes an error at `word`, the first one behind the key.
    pub(super) fn error(&mut self, code: &'static str, word: &str, message: String) -> Noted {
        let span = self.span_of(word);
        self.diagnostics.push(Diagnostic::error(code, span, message));
        Noted
    }

    /// Notes that `word` is none of `known`, and which one was probably meant.
    pub(super) fn unknown<'k>(
        &mut self,
        code: &'static str,
        what: &str,
        word: &str,
        known: impl IntoIterator<Item = &'k str> + Clone,
    ) -> Noted {
        let span = self.span_of(word);
        let hint = match nearest(word, known.clone()) {
            Some(name) => format!("did you mean `{name}`?"),
            None => {
                let names: Vec<_> =
                    known.clone().into_iter().map(|name| format!("`{name}`")).collect();
                format!("known are {}", names.join(", "))
            }
        };
        let message = format!("unknown {what} `{word}`");
        let diagnostic = Diagnostic::error(code, span, message).with_hint(hint);
        let is_found = find_token(self.yaml, word, 0).is_some();
        self.diagnostics.push(match unmistakable(word, known).filter(|_| is_found) {
            Some(name) => diagnostic.with_suggestion(name),
            None => diagnostic,
        });
        Noted
    }

    /// Adds a way out to the last error.
    pub(super) fn hint(&mut self, hint: &str) {
        if let Some(last) = self.diagnostics.last_mut() {
            last.hint.get_or_insert_with(|| hint.to_owned());
        }
    }

    fn span_of(&self, word: &str) -> Span {
        let at = find_token(self.yaml, word, self.key_at);
        match at.or_else(|| find_token(self.yaml, word, 0)) {
            Some(at) => Span::new(at, at + word.len()).shifted(self.start),
            None => self.trimmed(),
        }
    }

    fn trimmed(&self) -> Span {
        let start = self.yaml.len() - self.yaml.trim_start().len();
        Span::new(start, (start + self.yaml.trim().len()).max(start)).shifted(self.start)
    }

    fn error_span(&self, error: &serde_yaml::Error) -> Span {
        match error_at(self.yaml, error) {
            Some(at) => Span::at(at).shifted(self.start),
            None => self.trimmed(),
        }
    }
}

/// Where in the text the error is, in bytes; the parser counts characters.
pub(super) fn error_at(yaml: &str, error: &serde_yaml::Error) -> Option<usize> {
    let index = error.location()?.index();
    Some(yaml.char_indices().nth(index).map_or(yaml.len(), |(at, _)| at))
}

/// The message of a YAML error without its place, which is told apart.
pub(super) fn yaml_message(error: &serde_yaml::Error) -> String {
    let text = error.to_string();
    let end = text.find(" at line ").unwrap_or(text.len());
    format!("not valid YAML: {}", text[..end].trim_end_matches([',', ':']))
}

/// The first place at or after `from` where `word` stands on its own.
fn find_token(text: &str, word: &str, from: usize) -> Option<usize> {
    if word.is_empty() {
        return None;
    }
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    let mut at = from;
    while let Some(found) = text.get(at..)?.find(word).map(|offset| at + offset) {
        let end = found + word.len();
        let before = text[..found].chars().next_back().is_some_and(is_part);
        let after = text[end..].chars().next().is_some_and(is_part);
        if !before && !after {
            return Some(found);
        }
        at = found + text[found..].chars().next().map_or(1, char::len_utf8);
    }
    None
}

/// A scalar as text, as its author wrote it as far as YAML keeps that.
pub(super) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

/// What kind of value it is, for messages.
pub(super) fn described(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Sequence(_) => "a list",
        Value::Mapping(_) => "a mapping",
        Value::Tagged(_) => "a tagged value",
    }
}
