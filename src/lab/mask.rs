//! What CommonMark would misread is blanked out before it reads the text; every
//! other byte stays where it is, so that spans fit the source.

use std::borrow::Cow;

use crate::base::Span;

/// A lab's text without its front matter, ready for the markdown parser.
#[derive(Debug)]
pub(super) struct Masked<'a> {
    /// As long as the source.
    pub text: Cow<'a, str>,
    /// What stands between the `---` lines, if the text begins with them.
    pub front_matter: Option<Span>,
}

/// Blanks out the front matter, what follows a closing fence (`` ```{{exec}} ``), and
/// lines of HTML that would swallow the fence right after them.
pub(super) fn mask(source: &str) -> Masked<'_> {
    let front = front_matter(source);
    let mut holes: Vec<Span> = front.iter().map(|front| front.whole).collect();
    let start = front.as_ref().map_or(0, |front| front.whole.end);
    holes.extend(line_holes(source, start));
    let text =
        if holes.is_empty() { Cow::Borrowed(source) } else { Cow::Owned(blanked(source, &holes)) };
    Masked { text, front_matter: front.map(|front| front.inside) }
}

struct FrontMatter {
    whole: Span,
    inside: Span,
}

fn front_matter(source: &str) -> Option<FrontMatter> {
    let first_end = source.find('\n')?;
    if source[..first_end].trim_start_matches('\u{feff}').trim_end() != "---" {
        return None;
    }
    let start = first_end + 1;
    let mut at = start;
    for line in source[start..].split_inclusive('\n') {
        if matches!(line.trim_end(), "---" | "...") {
            let whole = Span::new(0, at + line.len());
            return Some(FrontMatter { whole, inside: Span::new(start, at) });
        }
        at += line.len();
    }
    None
}

fn line_holes(source: &str, start: usize) -> Vec<Span> {
    let mut holes = Vec::new();
    let mut at = start;
    let mut html: Option<Span> = None;
    let mut open: Option<&str> = None;
    for line in source[start..].split_inclusive('\n') {
        let content = line.trim_end();
        let trimmed = content.trim_start();
        match (open, fence_marks(trimmed)) {
            (None, Some(marks)) => {
                holes.extend(html);
                open = Some(marks);
            }
            (Some(opening), Some(marks)) if marks.starts_with(opening) => {
                let rest = trimmed[marks.len()..].trim();
                let is_suffix = rest.starts_with("{{") && rest.ends_with("}}");
                if is_suffix {
                    let end = at + content.len();
                    holes.push(Span::new(end - rest.len(), end));
                }
                if is_suffix || rest.is_empty() {
                    open = None;
                }
            }
            _ => {}
        }
        let is_html = open.is_none()
            && trimmed.starts_with('<')
            && trimmed.ends_with('>')
            && !trimmed.starts_with("<!--");
        html = is_html.then(|| Span::new(at, at + content.len()));
        at += line.len();
    }
    holes
}

/// The marks of a fence at the start of the line, three or more.
fn fence_marks(line: &str) -> Option<&str> {
    let mark = line.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let rest = line.trim_start_matches(mark);
    let marks = &line[..line.len() - rest.len()];
    (marks.len() >= 3).then_some(marks)
}

fn blanked(source: &str, holes: &[Span]) -> String {
    let mut out = String::with_capacity(source.len());
    let mut at = 0;
    for hole in holes {
        out.push_str(&source[at..hole.start.max(at)]);
        for byte in hole.of(source).bytes() {
            out.push(if byte == b'\n' { '\n' } else { ' ' });
        }
        at = hole.end.max(at);
    }
    out.push_str(&source[at..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_commonmark_misreads_is_blanked_and_nothing_moves() {
        let check = |source: &str, wanted: &str| {
            let masked = mask(source);
            assert_eq!(masked.text.len(), source.len());
            assert_eq!(masked.text, wanted, "{source}");
        };
        check("---\ntitle: é\n---\n# x\n", "   \n         \n   \n# x\n");
        check("---\nno end\n", "---\nno end\n");
        check("```\nls\n```{{exec}}\n", "```\nls\n```        \n");
        check("<details>\n```\nls\n```\n", "         \n```\nls\n```\n");
        check("<p>\n```{{exec}}\n", "   \n```{{exec}}\n");
        check("```html\n<p>a</p>\n```\n", "```html\n<p>a</p>\n```\n");
        check("```\na\n```\n<p>\n~~~\nb\n~~~\n", "```\na\n```\n   \n~~~\nb\n~~~\n");
        check("<!-- podlab: {} -->\n```\n", "<!-- podlab: {} -->\n```\n");
        check("plain\n", "plain\n");
    }
}
