use super::*;
use crate::base::SourceText;

fn raw(text: &str, files: &[(&str, &str)]) -> RawLab {
    RawLab {
        name: "x".to_owned(),
        source: SourceText { name: "labs/x/lab.md".into(), text: text.into() },
        files: files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect(),
    }
}

fn diff(raw: &RawLab) -> String {
    let changes = fix(raw);
    assert_eq!(fix(&with_changes(raw, &changes)), [], "nothing is left to repair");
    changes.iter().map(shown).collect()
}

/// The lines that differ, before and after.
fn shown(change: &Change) -> String {
    let mut out = format!("{}\n", change.name);
    for (old, new) in change.before.lines().zip(change.after.lines()) {
        if old != new {
            out.push_str(&format!("-{old}\n+{new}\n"));
        }
    }
    out
}

#[test]
fn only_what_can_be_meant_in_one_way_is_repaired() {
    let lab = raw(
        "# T\n\n1. `a.yaml`:\n\n   ```yaml\n   apiVersion: v1\n     kind: Pod\n     metadata:\n       name: a\n     \
         spec:\n       containers:\n       - name: a\n         livenessprobe: {}\n         env: [{name: P, value: 80}]\n   ```\n\n\
         <!-- podlab {Expect: {exit: 1}, timeuot: 5s, frobnicate: 1} -->\n```\nkubectl apply -f a.yaml -f b.yaml\n```\n",
        &[("b.yaml", "apiVersion: v1\n  kind: Pod\n  metadata: {name: b}\n"), ("c.yaml", "a: [\n")],
    );
    insta::assert_snapshot!(diff(&lab), @r#"
    labs/x/lab.md
    -     kind: Pod
    +   kind: Pod
    -     metadata:
    +   metadata:
    -       name: a
    +     name: a
    -     spec:
    +   spec:
    -       containers:
    +     containers:
    -       - name: a
    +     - name: a
    -         livenessprobe: {}
    +       livenessProbe: {}
    -         env: [{name: P, value: 80}]
    +       env: [{name: P, value: "80"}]
    -<!-- podlab {Expect: {exit: 1}, timeuot: 5s, frobnicate: 1} -->
    +<!-- podlab: {expect: {exit: 1}, timeout: 5s, frobnicate: 1} -->
    labs/x/b.yaml
    -  kind: Pod
    +kind: Pod
    -  metadata: {name: b}
    +metadata: {name: b}
    "#);
}

/// Lines of labs with mistakes, in any order.
const LINES: &[&str] = &[
    "# Heading",
    "```yaml",
    "```",
    "apiVersion: v1",
    "  kind: Pod",
    "kind: Pod",
    "\tname: a",
    "  metadata:",
    "metadata: {nmae: a}",
    "spec:",
    "  containers:",
    "  - name: a",
    "    livenessprobe: {}",
    "    port: 80",
    "  replicas: '3'",
    "<!-- podlab {id: a} -->",
    "<!-- podlab: {Expect: {exit: 1}} -->",
    "<!-- podlab: {timeuot: 5s} -->",
    "kubectl apply -f a.yaml",
    "`a.yaml`:",
    "- item",
    "   ```yaml",
    "   ```",
    "",
];

proptest::proptest! {
    #[test]
    fn repaired_once_is_repaired(picks in proptest::collection::vec(0..LINES.len(), 0..24)) {
        let text: Vec<&str> = picks.into_iter().map(|at| LINES[at]).collect();
        let lab = raw(&text.join("\n"), &[("a.yaml", &text.join("\n"))]);
        let changes = fix(&lab);
        proptest::prop_assert_eq!(fix(&with_changes(&lab, &changes)), Vec::new());
    }
}
