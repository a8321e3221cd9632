//! Changes of a text at places of it.

use crate::base::Span;

/// What to write in place of a span.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Edit {
    pub span: Span,
    pub text: String,
}

/// The text with the edits made; of two that touch each other the first one counts.
pub(super) fn applied(text: &str, mut edits: Vec<Edit>) -> String {
    edits.sort();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        let fits = text.get(edit.span.start..edit.span.end).is_some();
        if !fits || edit.span.start < at {
            continue;
        }
        out.push_str(&text[at..edit.span.start]);
        out.push_str(&edit.text);
        at = edit.span.end;
    }
    out.push_str(&text[at..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_made_in_order_and_never_twice_in_one_place() {
        let edit = |start, end, text: &str| Edit { span: Span::new(start, end), text: text.into() };
        let edits = vec![edit(6, 7, "X"), edit(0, 3, "one"), edit(1, 2, "y"), edit(99, 100, "z")];
        assert_eq!(applied("abc def", edits), "one deX");
        assert_eq!(applied("é", vec![edit(1, 2, "x")]), "é");
    }
}
