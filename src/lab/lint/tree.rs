//! YAML as a tree in which everything knows its place.

use serde_saphyr::granit_parser::{Event, Parser, ScalarStyle, Span as Marked};

use crate::base::Span;

/// How deep a text may nest; what is deeper is not looked at.
const DEEPEST: usize = 60;

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Node {
    pub span: Span,
    pub value: Value,
}

/// What stands there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    /// A text, a number, a truth or nothing; which of them, its look tells where it is plain.
    Scalar { text: String, quoted: bool },
    /// Keys and values in their order.
    Mapping(Vec<(Key, Node)>),
    /// Elements in their order.
    Sequence(Vec<Node>),
    /// What an anchor stands for, or what is too deep to be looked at.
    Unseen,
}

/// The key of a mapping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Key {
    pub name: String,
    pub span: Span,
}

/// The documents of a text; none where it is no YAML.
pub(super) fn documents(text: &str) -> Option<Vec<Node>> {
    let mut events = Vec::new();
    for next in Parser::new_from_str(text) {
        events.push(next.ok()?);
    }
    let mut reader = Reader { events: &events, at: 0 };
    let mut documents = Vec::new();
    while let Some((event, _)) = reader.next() {
        if let Event::DocumentStart(..) = event {
            documents.push(reader.node(0)?);
        }
    }
    Some(documents)
}

struct Reader<'a> {
    events: &'a [(Event<'a>, Marked)],
    at: usize,
}

impl<'a> Reader<'a> {
    /// The next event that is no comment.
    fn next(&mut self) -> Option<&'a (Event<'a>, Marked)> {
        loop {
            let found = self.events.get(self.at)?;
            self.at += 1;
            if !matches!(found.0, Event::Comment(..)) {
                return Some(found);
            }
        }
    }

    fn ends(&self) -> bool {
        let rest = self.events.get(self.at..).unwrap_or_default();
        let next = rest.iter().find(|(event, _)| !matches!(event, Event::Comment(..)));
        next.is_none_or(|(event, _)| matches!(event, Event::MappingEnd | Event::SequenceEnd))
    }

    fn node(&mut self, depth: usize) -> Option<Node> {
        let (event, mark) = self.next()?;
        let start = place(mark);
        let value = match event {
            Event::Scalar(text, style, ..) => {
                Value::Scalar { text: text.to_string(), quoted: *style != ScalarStyle::Plain }
            }
            Event::MappingStart(..) => self.mapping(depth + 1)?,
            Event::SequenceStart(..) => self.sequence(depth + 1)?,
            _ => Value::Unseen,
        };
        let seen = if depth > DEEPEST { Value::Unseen } else { value };
        Some(Node { span: start, value: seen })
    }

    fn mapping(&mut self, depth: usize) -> Option<Value> {
        let mut entries = Vec::new();
        while !self.ends() {
            let key = self.node(depth)?;
            let value = self.node(depth)?;
            if let Value::Scalar { text, .. } = key.value {
                entries.push((Key { name: text, span: key.span }, value));
            }
        }
        self.next();
        Some(Value::Mapping(entries))
    }

    fn sequence(&mut self, depth: usize) -> Option<Value> {
        let mut elements = Vec::new();
        while !self.ends() {
            elements.push(self.node(depth)?);
        }
        self.next();
        Some(Value::Sequence(elements))
    }
}

fn place(mark: &Marked) -> Span {
    let range = mark.byte_range().unwrap_or_default();
    Span::new(range.start, range.end)
}

impl Node {
    /// The value of a key.
    pub(super) fn get(&self, name: &str) -> Option<&Node> {
        self.entries().iter().find(|(key, _)| key.name == name).map(|(_, value)| value)
    }

    /// Keys and values; none where it is no mapping.
    pub(super) fn entries(&self) -> &[(Key, Node)] {
        match &self.value {
            Value::Mapping(entries) => entries,
            _ => &[],
        }
    }

    /// The text of a scalar.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_knows_its_place() {
        let text = "# é\nkind: Pod\nspec:\n  list: [a, 'b']\n---\n{}\n";
        let found = documents(text).unwrap();
        assert_eq!(found.len(), 2);
        let kind = &found[0].entries()[0];
        assert_eq!((kind.0.span.of(text), kind.1.span.of(text)), ("kind", "Pod"));
        let list = found[0].get("spec").unwrap().get("list").unwrap();
        let Value::Sequence(elements) = &list.value else { panic!("a list") };
        assert_eq!(elements[1].span.of(text), "'b'");
        assert_eq!(documents("a: b: c"), None);
        assert_eq!(documents("a: *x"), None);
    }

    #[test]
    fn deep_nesting_is_no_danger() {
        let _ = documents(&"[".repeat(5000));
        let _ = documents(&"- ".repeat(500));
    }
}
