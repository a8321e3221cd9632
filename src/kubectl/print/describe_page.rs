//! The page that a describer writes: fields under indented titles, laid out in columns.

use std::collections::BTreeMap;
use std::fmt::{Display, Write};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::TabWriter;
use crate::base::{human_duration, safe_text};

/// Longest annotation that stands on the line of its key, key and separator included (bytes).
const LONGEST_ANNOTATION: usize = 140;
/// Annotations that `kubectl describe` does not show.
const HIDDEN_ANNOTATION: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// When something is described, and in whose hours.
#[derive(Debug, Clone)]
pub struct When {
    /// The cluster's time: ages are computed with it.
    pub now: Timestamp,
    /// The person's time zone: points of time are shown in it.
    pub zone: TimeZone,
}

impl When {
    /// `Sun, 22 Nov 2026 20:46:12 +0000`, which Go calls RFC1123Z.
    pub(super) fn date(&self, at: Timestamp) -> String {
        at.to_zoned(self.zone.clone()).strftime("%a, %d %b %Y %H:%M:%S %z").to_string()
    }

    /// When an object was made.
    pub(super) fn created(&self, metadata: &ObjectMeta) -> String {
        self.date_or_zero(metadata.creation_timestamp.as_ref().map(|time| time.0))
    }

    /// A point of time; an absent one is Go's year 1.
    pub(super) fn date_or_zero(&self, at: Option<Timestamp>) -> String {
        at.map_or_else(|| "Mon, 01 Jan 0001 00:00:00 +0000".to_owned(), |at| self.date(at))
    }

    /// `2026-11-22 20:46:12 +0000 UTC`, as Go prints a time by itself.
    pub(super) fn go_time(&self, at: Timestamp) -> String {
        at.to_zoned(self.zone.clone()).strftime("%Y-%m-%d %H:%M:%S %z %Z").to_string()
    }

    /// The time since then: `4m6s`, or `<unknown>`.
    pub(super) fn since(&self, at: Option<Timestamp>) -> String {
        let age = |at| human_duration(self.now.duration_since(at));
        at.map_or_else(|| "<unknown>".to_owned(), age)
    }
}

/// A page being written; two spaces a level.
///
/// Source: `kubectl/pkg/describe/describe.go`, `prefixWriter` and `tabbedString`.
#[derive(Debug, Default)]
pub(super) struct Page(String);

impl Page {
    /// `Title:   value`, the values of neighbours in one column.
    pub(super) fn field(&mut self, level: usize, title: &str, value: impl Display) {
        self.line(level, format_args!("{title}:\t{value}"));
    }

    /// The same where there is something to show.
    pub(super) fn field_if<T: Display>(&mut self, level: usize, title: &str, value: Option<T>) {
        if let Some(value) = value {
            self.field(level, title, value);
        }
    }

    /// A line, with tabs between its cells.
    pub(super) fn line(&mut self, level: usize, text: impl Display) {
        self.0.extend(std::iter::repeat_n("  ", level));
        let _ = writeln!(self.0, "{text}");
    }

    /// Name and namespace, as every page begins.
    pub(super) fn names(&mut self, metadata: &ObjectMeta) {
        self.field(0, "Name", metadata.name.as_deref().unwrap_or_default());
        self.field(0, "Namespace", metadata.namespace.as_deref().unwrap_or_default());
    }

    /// Labels and annotations.
    pub(super) fn labels_and_annotations(&mut self, metadata: &ObjectMeta) {
        self.pairs("Labels", metadata.labels.as_ref());
        self.annotations("Annotations", metadata.annotations.as_ref());
    }

    /// What controls the object, where something does.
    pub(super) fn controller(&mut self, metadata: &ObjectMeta) {
        let mut owners = metadata.owner_references.iter().flatten();
        let controller = owners.find(|owner| owner.controller == Some(true));
        let controller = controller.map(|owner| format!("{}/{}", owner.kind, owner.name));
        self.field_if(0, "Controlled By", controller);
    }

    /// `key=value`, one a line, sorted by key.
    pub(super) fn pairs(&mut self, title: &str, pairs: Option<&BTreeMap<String, String>>) {
        let pairs = pairs.into_iter().flatten().map(|(key, value)| format!("{key}={value}"));
        self.list(0, title, pairs);
    }

    /// The first item beside the title, the others under it.
    pub(super) fn list(
        &mut self,
        level: usize,
        title: &str,
        items: impl IntoIterator<Item = String>,
    ) {
        let mut items = items.into_iter();
        match items.next() {
            Some(first) => self.field(level, title, first),
            None => self.field(level, title, "<none>"),
        }
        for item in items {
            self.line(level, format_args!("\t{item}"));
        }
    }

    /// Source: `describe.go`, `printAnnotationsMultiline`.
    pub(super) fn annotations(
        &mut self,
        title: &str,
        annotations: Option<&BTreeMap<String, String>>,
    ) {
        let shown = annotations.into_iter().flatten().filter(|(key, _)| *key != HIDDEN_ANNOTATION);
        let blocks = shown.map(|(key, value)| {
            let value = value.strip_suffix('\n').unwrap_or(value);
            if key.len() + value.len() + 2 <= LONGEST_ANNOTATION && !value.contains('\n') {
                return format!("{key}: {value}");
            }
            let lines = value.split('\n').map(|line| format!("\n\t  {}", shortened(line)));
            format!("{key}:{}", lines.collect::<String>())
        });
        self.list(0, title, blocks);
    }

    /// The page's text: harmless, its columns still apart by tabs.
    pub(super) fn tabbed(self) -> String {
        safe_text(&self.0.replace('\r', "\\r"))
    }

    /// The page's text: harmless, and in columns.
    pub(super) fn finish(self) -> String {
        TabWriter::DESCRIBE.layout(&safe_text(&self.0.replace('\r', "\\r")))
    }
}

fn shortened(line: &str) -> String {
    let mut end = LONGEST_ANNOTATION - 2;
    if line.len() <= end {
        return line.to_owned();
    }
    while !line.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}...", &line[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_annotations_become_blocks_and_the_applied_copy_is_hidden() {
        let mut page = Page::default();
        let long = format!("{}\n", "x".repeat(150));
        let annotations =
            [("a", "short"), ("b", "two\nlines"), ("c", long.as_str()), (HIDDEN_ANNOTATION, "{}")];
        let annotations = annotations.map(|(key, value)| (key.to_owned(), value.to_owned())).into();
        page.annotations("Annotations", Some(&annotations));
        page.annotations("None", None);
        let wanted = format!(
            "Annotations:  a: short\n              b:\n                two\n                lines\n              c:\n                {}...\nNone:         <none>\n",
            "x".repeat(138)
        );
        assert_eq!(page.finish(), wanted);
    }

    #[test]
    fn points_of_time_are_shown_in_the_zone_of_the_person() {
        let at: Timestamp = "2026-11-22T20:46:12Z".parse().unwrap();
        let zone = |hours| When { now: at, zone: TimeZone::fixed(jiff::tz::offset(hours)) };
        assert_eq!(zone(0).date(at), "Sun, 22 Nov 2026 20:46:12 +0000");
        assert_eq!(zone(5).date(at), "Mon, 23 Nov 2026 01:46:12 +0500");
    }

    #[test]
    fn foreign_text_cannot_reach_the_terminal_raw() {
        let mut page = Page::default();
        page.field(0, "Message", "\u{1b}[2Jx\ry");
        assert_eq!(page.finish(), "Message:  ^[[2Jx\\ry\n");
    }
}
