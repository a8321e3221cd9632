//! Markdown to a tree of our own, and to what the rest of `lab` works on: fences
//! with the prose before them, headings, comments.

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use crate::base::Span;
use crate::lab::{Element, Inline};

use super::places::Places;
use super::prose::plain;

/// What the text holds, in its order.
#[derive(Debug, Default)]
pub(super) struct Reading {
    pub document: Vec<Element>,
    pub fences: Vec<Fence>,
    pub headings: Vec<Heading>,
    /// HTML comments, `<!--` to `-->`, and how many fences stand before each.
    pub comments: Vec<Comment>,
}

/// A fenced block as it stands.
#[derive(Debug, Default)]
pub(super) struct Fence {
    /// With its fences.
    pub span: Span,
    /// What follows the opening fence.
    pub info: String,
    /// The content, without fences and indentation.
    pub text: String,
    /// Where its lines stand.
    pub places: Places,
    /// The prose since the fence before it, one string for each paragraph.
    pub lead: Vec<String>,
    /// Index of the heading above it.
    pub heading: Option<usize>,
}

impl Fence {
    /// A span of the content as a span of the source.
    pub(super) fn in_source(&self, span: Span) -> Span {
        self.places.in_source(span)
    }
}

/// A heading at the top level of the text.
#[derive(Debug)]
pub(super) struct Heading {
    pub title: String,
    pub level: u8,
    /// Index in the document.
    pub element: usize,
}

/// An HTML comment.
#[derive(Debug)]
pub(super) struct Comment {
    /// With its marks.
    pub span: Span,
    /// How many fences stand before it.
    pub fences_before: usize,
}

/// How deep lists and quotes may nest; what is deeper is read as if it were not.
const DEEPEST: usize = 40;

/// Reads `text` (masked, as long as the source).
pub(super) fn read(text: &str) -> Reading {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_GFM;
    let events = Parser::new_ext(text, options).into_offset_iter();
    let mut reader = Reader {
        text,
        events: events.map(|(event, range)| (event, within(text, range))).peekable(),
        reading: Reading::default(),
        lead: Vec::new(),
        depth: 0,
        flattened: 0,
    };
    reader.reading.document = reader.blocks();
    reader.reading
}

/// A fence that is never closed ends one byte beyond a text without a last newline.
fn within(text: &str, range: std::ops::Range<usize>) -> Span {
    Span::new(range.start.min(text.len()), range.end.min(text.len()))
}

struct Reader<'a, I: Iterator<Item = (Event<'a>, Span)>> {
    text: &'a str,
    events: std::iter::Peekable<I>,
    reading: Reading,
    lead: Vec<String>,
    depth: usize,
    /// Containers that were entered without going deeper.
    flattened: usize,
}

impl<'a, I: Iterator<Item = (Event<'a>, Span)>> Reader<'a, I> {
    /// The elements up to the end of the container that was just entered.
    fn blocks(&mut self) -> Vec<Element> {
        let mut out = Vec::new();
        let mut loose: Vec<Inline> = Vec::new();
        while let Some((event, span)) = self.events.next() {
            match event {
                Event::Start(tag) => {
                    if is_inline(&tag) {
                        loose.extend(self.inline(&tag));
                        continue;
                    }
                    self.flush(&mut loose, &mut out);
                    self.block(tag, span, &mut out);
                }
                Event::End(_) if self.flattened > 0 => self.flattened -= 1,
                Event::End(_) => break,
                Event::Rule => {
                    self.flush(&mut loose, &mut out);
                    out.push(Element::Rule);
                }
                other => loose.extend(self.leaf(other, span)),
            }
        }
        self.flush(&mut loose, &mut out);
        out
    }

    /// Text that stands in a list item without a paragraph around it.
    fn flush(&mut self, loose: &mut Vec<Inline>, out: &mut Vec<Element>) {
        if !loose.is_empty() {
            let text = joined(std::mem::take(loose));
            self.lead.push(plain(&text));
            out.push(Element::Paragraph(text));
        }
    }

    fn block(&mut self, tag: Tag<'a>, span: Span, out: &mut Vec<Element>) {
        match tag {
            Tag::Paragraph => {
                let text = self.inlines();
                self.lead.push(plain(&text));
                if !text.is_empty() {
                    out.push(Element::Paragraph(text));
                }
            }
            Tag::Heading { level, .. } => self.heading(level, out),
            Tag::CodeBlock(kind) => self.code(&kind, span, out),
            Tag::HtmlBlock => self.html(span),
            Tag::Table(_) => out.push(self.table()),
            _ if self.depth >= DEEPEST => self.flattened += 1,
            Tag::List(start) => {
                let items = self.deeper(Self::items);
                out.push(Element::List { start, items });
            }
            Tag::BlockQuote(kind) => {
                let alert = kind.map(|kind| format!("{kind:?}").to_uppercase());
                let content = self.deeper(Self::blocks);
                out.push(Element::Quote { alert, content });
            }
            _ => {
                let content = self.deeper(Self::blocks);
                out.extend(content);
            }
        }
    }

    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        self.depth += 1;
        let read = read(self);
        self.depth -= 1;
        read
    }

    fn items(&mut self) -> Vec<Vec<Element>> {
        let mut items = Vec::new();
        while let Some((event, _)) = self.events.next() {
            match event {
                Event::Start(Tag::Item) => items.push(self.blocks()),
                Event::End(TagEnd::List(_)) => break,
                _ => {}
            }
        }
        items
    }

    fn heading(&mut self, level: HeadingLevel, out: &mut Vec<Element>) {
        let text = self.inlines();
        let level = level as u8;
        if self.depth == 0 {
            let title = plain(&text).replace('`', "");
            self.reading.headings.push(Heading { title, level, element: out.len() });
        }
        out.push(Element::Heading { level, text });
    }

    fn code(&mut self, kind: &CodeBlockKind<'a>, span: Span, out: &mut Vec<Element>) {
        let mut fence = Fence { span, places: Places::new(span.end), ..Fence::default() };
        for (event, place) in self.events.by_ref() {
            match event {
                Event::Text(text) => {
                    fence.places.push(fence.text.len(), place.start);
                    fence.text.push_str(&text);
                }
                Event::End(_) => break,
                _ => {}
            }
        }
        let CodeBlockKind::Fenced(info) = kind else {
            let text = fence.text.trim_end().to_owned();
            out.push(Element::Paragraph(vec![Inline::Code(text)]));
            return;
        };
        fence.info = info.to_string();
        fence.lead = std::mem::take(&mut self.lead);
        fence.heading = self.reading.headings.len().checked_sub(1);
        out.push(Element::Block(self.reading.fences.len()));
        self.reading.fences.push(fence);
    }

    fn html(&mut self, span: Span) {
        for (event, _) in self.events.by_ref() {
            if matches!(event, Event::End(_)) {
                break;
            }
        }
        self.comments(span);
    }

    fn comments(&mut self, span: Span) {
        let mut at = span.start;
        while let Some(open) = self.text[at..span.end].find("<!--").map(|offset| at + offset) {
            let close = self.text[open..span.end].find("-->");
            let end = close.map_or(span.end, |offset| open + offset + 3);
            let fences_before = self.reading.fences.len();
            self.reading.comments.push(Comment { span: Span::new(open, end), fences_before });
            at = end;
        }
    }

    fn table(&mut self) -> Element {
        let mut rows: Vec<Vec<Vec<Inline>>> = Vec::new();
        while let Some((event, _)) = self.events.next() {
            match event {
                Event::Start(Tag::TableHead | Tag::TableRow) => rows.push(Vec::new()),
                Event::Start(Tag::TableCell) => {
                    let cell = self.inlines();
                    if let Some(row) = rows.last_mut() {
                        row.push(cell);
                    }
                }
                Event::End(TagEnd::Table) => break,
                _ => {}
            }
        }
        let head = if rows.is_empty() { Vec::new() } else { rows.remove(0) };
        Element::Table { head, rows }
    }

    /// The text up to the end of what was just entered.
    fn inlines(&mut self) -> Vec<Inline> {
        let mut out = Vec::new();
        while let Some((event, span)) = self.events.next() {
            match event {
                Event::Start(tag) => out.extend(self.inline(&tag)),
                Event::End(_) if self.flattened > 0 => self.flattened -= 1,
                Event::End(_) => break,
                other => out.extend(self.leaf(other, span)),
            }
        }
        joined(out)
    }

    fn inline(&mut self, tag: &Tag<'a>) -> Vec<Inline> {
        if self.depth >= DEEPEST {
            self.flattened += 1;
            return Vec::new();
        }
        let inside = self.deeper(Self::inlines);
        match tag {
            Tag::Emphasis => vec![Inline::Emphasis(inside)],
            Tag::Strong => vec![Inline::Strong(inside)],
            Tag::Strikethrough => vec![Inline::Struck(inside)],
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                vec![Inline::Link { text: inside, url: dest_url.to_string() }]
            }
            _ => inside,
        }
    }

    fn leaf(&mut self, event: Event<'a>, span: Span) -> Option<Inline> {
        match event {
            Event::Text(text) => Some(Inline::Text(text.to_string())),
            Event::Code(code) => Some(Inline::Code(code.to_string())),
            Event::SoftBreak => Some(Inline::Text(" ".to_owned())),
            Event::HardBreak => Some(Inline::Break),
            Event::TaskListMarker(done) => {
                Some(Inline::Text(if done { "[x] " } else { "[ ] " }.to_owned()))
            }
            Event::InlineHtml(_) => {
                self.comments(span);
                None
            }
            _ => None,
        }
    }
}

fn is_inline(tag: &Tag<'_>) -> bool {
    matches!(
        tag,
        Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. }
    )
}

/// Neighbouring texts as one.
fn joined(inlines: Vec<Inline>) -> Vec<Inline> {
    let mut out: Vec<Inline> = Vec::with_capacity(inlines.len());
    for inline in inlines {
        match (out.last_mut(), inline) {
            (Some(Inline::Text(before)), Inline::Text(text)) => before.push_str(&text),
            (_, inline) => out.push(inline),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_becomes_a_tree() {
        let reading = read(
            "# A `b`\n\nOne *two*\nthree.\n\n1. first\n   ```sh\n   ls\n     -l\n   ```\n2. second\n\n\
             > [!NOTE]\n> mind\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n- [x] done\n\n---\n\n    indented\n",
        );
        let lines: Vec<_> =
            reading.document.iter().map(|one| serde_json::to_string(one).unwrap()).collect();
        insta::assert_snapshot!(lines.join("
"), @r#"
        {"Heading":{"level":1,"text":[{"Text":"A "},{"Code":"b"}]}}
        {"Paragraph":[{"Text":"One "},{"Emphasis":[{"Text":"two"}]},{"Text":" three."}]}
        {"List":{"start":1,"items":[[{"Paragraph":[{"Text":"first"}]},{"Block":0}],[{"Paragraph":[{"Text":"second"}]}]]}}
        {"Quote":{"alert":"NOTE","content":[{"Paragraph":[{"Text":"mind"}]}]}}
        {"Table":{"head":[[{"Text":"a"}],[{"Text":"b"}]],"rows":[[[{"Text":"1"}],[{"Text":"2"}]]]}}
        {"List":{"start":null,"items":[[{"Paragraph":[{"Text":"[x] done"}]}]]}}
        "Rule"
        {"Paragraph":[{"Code":"indented"}]}
        "#);
        let fence = &reading.fences[0];
        assert_eq!((fence.info.as_str(), fence.text.as_str()), ("sh", "ls\n  -l\n"));
        assert_eq!(fence.lead, ["One two three.", "first"]);
    }

    #[test]
    fn places_in_a_fence_are_places_in_the_source() {
        let source = "- x\n\n  ```\n  ls\n  kubectl get po\n  ```\n";
        let reading = read(source);
        let fence = &reading.fences[0];
        let at = fence.text.find("get").unwrap();
        assert_eq!(fence.in_source(Span::new(at, at + 3)).of(source), "get");
        assert!(fence.span.of(source).starts_with("```"));
    }

    #[test]
    fn comments_know_the_fences_before_them() {
        let source =
            "<!-- one -->\n```\na\n```\ntext <!-- two --> more\n\n<!-- three\n\nstill -->\n";
        let reading = read(source);
        let found: Vec<_> = reading
            .comments
            .iter()
            .map(|comment| (comment.span.of(source), comment.fences_before))
            .collect();
        assert_eq!(
            found,
            [("<!-- one -->", 0), ("<!-- two -->", 1), ("<!-- three\n\nstill -->", 1)]
        );
    }

    #[test]
    fn deep_nesting_is_no_danger() {
        let reading = read(&format!("{}deep\n", "> ".repeat(3000)));
        assert_eq!(reading.document.len(), 1);
        let _ = read(&"*a _b ".repeat(3000));
        let _ = read(&(0..300).map(|i| format!("{}- x\n", "  ".repeat(i))).collect::<String>());
    }
}
