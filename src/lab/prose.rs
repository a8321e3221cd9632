//! Prose as plain text.

use crate::lab::Inline;

/// The text as it reads, code between backticks.
pub(super) fn plain(inlines: &[Inline]) -> String {
    let mut out = String::new();
    push(inlines, &mut out);
    out
}

fn push(inlines: &[Inline], out: &mut String) {
    for inline in inlines {
        match inline {
            Inline::Text(text) => out.push_str(text),
            Inline::Code(code) => {
                out.push('`');
                out.push_str(code);
                out.push('`');
            }
            Inline::Emphasis(inside) | Inline::Strong(inside) | Inline::Struck(inside) => {
                push(inside, out);
            }
            Inline::Link { text, .. } => push(text, out),
            Inline::Break => out.push('\n'),
        }
    }
}

/// A title as the end of an address: `Create a jump pod` is `create-a-jump-pod`.
pub(super) fn slug(title: &str) -> String {
    let mut out = String::new();
    for c in title.chars().flat_map(char::to_lowercase) {
        match c {
            ' ' | '-' if out.is_empty() || out.ends_with('-') => {}
            ' ' | '-' => out.push('-'),
            c if c.is_alphanumeric() || c == '_' => out.push(c),
            _ => {}
        }
    }
    let slug = out.trim_end_matches('-');
    if slug.is_empty() { "section".to_owned() } else { slug.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_what_people_can_type() {
        let check = |title: &str, wanted: &str| assert_eq!(slug(title), wanted);
        check("Create a jump pod", "create-a-jump-pod");
        check("Define a Liveness HTTP request!", "define-a-liveness-http-request");
        check("  (what?) ", "what");
        check("Größe 2", "größe-2");
        check("***", "section");
    }
}
