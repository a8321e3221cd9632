//! What is known of the two clusters when a sample is compared.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::bindings::Bindings;

/// What is known of a command and of the cluster that it ran on.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The run's namespace, which is the lab's `default`; empty where there is none.
    pub namespace: &'a str,
    /// The cluster's nodes.
    pub nodes: &'a [String],
    /// Images that are replaced: from, to.
    pub images: &'a BTreeMap<String, String>,
    /// What the command lists, in few letters: `svc`.
    pub kind: Option<&'a str>,
    /// What the command is about, where that is one object: `svc/simple-api`.
    pub object: Option<&'a str>,
    /// What is bound already.
    pub bindings: &'a Bindings,
}

impl<'a> Context<'a> {
    /// A context in which nothing is known.
    pub fn unknown(bindings: &'a Bindings) -> Self {
        static NONE: BTreeMap<String, String> = BTreeMap::new();
        Self { namespace: "", nodes: &[], images: &NONE, kind: None, object: None, bindings }
    }

    /// A line of real output as the lab would say it: the run's namespace is `default`,
    /// and an image that is replaced has its own name.
    pub(super) fn as_the_lab_says<'t>(&self, line: &'t str, sample: &str) -> Cow<'t, str> {
        let mut text = Cow::Borrowed(line);
        if !self.namespace.is_empty() {
            replace(&mut text, self.namespace, "default");
        }
        for (from, to) in self.images {
            if sample.contains(from) && !sample.contains(to) {
                replace(&mut text, to, from);
            }
        }
        text
    }

    /// A line of a sample, where another run's namespace may stand for `default` as well.
    pub(super) fn as_the_author_means<'t>(&self, line: &'t str) -> Cow<'t, str> {
        let mut text = Cow::Borrowed(line);
        // `podlab-pod-networking-x7f2`: the last word is the run's.
        let Some((lab, run)) = self.namespace.rsplit_once('-') else { return text };
        if !lab.starts_with("podlab-") {
            return text;
        }
        let prefix = format!("{lab}-");
        while let Some(at) = text.find(&prefix) {
            let rest = &text[at + prefix.len()..];
            let length = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
            if length != run.len() {
                break;
            }
            let end = at + prefix.len() + length;
            let said = format!("{}default{}", &text[..at], &text[end..]);
            text = Cow::Owned(said);
        }
        text
    }
}

/// Replaces `from`, where it is a whole word, by `to`.
fn replace(text: &mut Cow<'_, str>, from: &str, to: &str) {
    if from.is_empty() || !text.contains(from) {
        return;
    }
    let part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    let mut out = String::new();
    let mut copied = 0;
    for (at, _) in text.match_indices(from) {
        let end = at + from.len();
        let is_whole = !text[..at].ends_with(part) && !text[end..].starts_with(part);
        if at >= copied && is_whole {
            out.push_str(&text[copied..at]);
            out.push_str(to);
            copied = end;
        }
    }
    if copied > 0 {
        out.push_str(&text[copied..]);
        *text = Cow::Owned(out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_run_s_namespace_is_the_lab_s_default() {
        let bindings = Bindings::default();
        let images = BTreeMap::from([("k8s.gcr.io/b".to_owned(), "reg/b:1".to_owned())]);
        let context =
            Context { namespace: "podlab-x-ab12", images: &images, ..Context::unknown(&bindings) };
        let check = |line: &str, sample: &str, wanted: &str| {
            assert_eq!(context.as_the_lab_says(line, sample), wanted, "{line}");
        };
        check("assigned podlab-x-ab12/web to n", "", "assigned default/web to n");
        check("web.podlab-x-ab12.svc", "", "web.default.svc");
        check("podlab-x-ab123", "", "podlab-x-ab123");
        check("image \"reg/b:1\"", "pulling k8s.gcr.io/b", "image \"k8s.gcr.io/b\"");
        check("image \"reg/b:1\"", "pulling reg/b:1", "image \"reg/b:1\"");
        let check = |line: &str, wanted: &str| {
            assert_eq!(context.as_the_author_means(line), wanted, "{line}");
        };
        check("assigned podlab-x-zz99/web to n", "assigned default/web to n");
        check("podlab-x-zz999", "podlab-x-zz999");
        check("podlab-y-zz99", "podlab-y-zz99");
    }
}
