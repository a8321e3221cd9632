use super::super::session;
use super::*;

/// The reason of a row, the fence's language, content, the text before, the command before.
const EXAMPLES: &[(&str, Language, &str, &str, Option<&str>)] = &[
    ("it is empty", Language::Shell, "\n", "", None),
    ("it begins with #!", Language::Shell, "#!/bin/sh\nkubectl get po\n", "", None),
    ("its language says output", Language::Output, "pod/x created\n", "", None),
    ("its language says output", Language::Output, "kubectl get po\n", "", None),
    ("its language is neither a shell's nor data's", Language::Code, "FROM busybox\n", "", None),
    (
        "prompts stand before commands, and output follows",
        Language::None,
        "$ kubectl get po\nNAME   READY\n",
        "",
        None,
    ),
    ("prompts stand before its commands", Language::Session, "$ kubectl get po\n", "", None),
    (
        "an object with fields that only a server fills in",
        Language::Yaml,
        "apiVersion: v1\nkind: Pod\nmetadata:\n  uid: a\n  resourceVersion: '1'\n",
        "",
        None,
    ),
    (
        "an object, right after a command that prints objects",
        Language::Yaml,
        "apiVersion: v1\nkind: Pod\n",
        "",
        Some("kubectl get pod x -o yaml"),
    ),
    ("it says apiVersion and kind", Language::None, "apiVersion: v1\nkind: Pod\n", "", Some("ls")),
    ("it says apiVersion and kind", Language::Yaml, "apiVersion: v1\n  kind: Pod\n", "", None),
    (
        "it says apiVersion and kind",
        Language::Json,
        "{\"apiVersion\": \"v1\", \"kind\": \"Pod\"}\n",
        "",
        None,
    ),
    (
        "YAML, right after a command that prints YAML",
        Language::Yaml,
        "spec: {}\n",
        "",
        Some("kubectl get po x -o yaml"),
    ),
    ("YAML without apiVersion and kind", Language::Yaml, "readinessProbe:\n  exec: {}\n", "", None),
    ("JSON after a command", Language::Json, "{\"host\": 1}\n", "", Some("curl x")),
    (
        "JSON after a command",
        Language::Json,
        "{\"host\": 1}\n",
        "you should get something like:",
        None,
    ),
    ("JSON without apiVersion and kind", Language::Json, "{\"host\": 1}\n", "", None),
    (
        "commands, then lines that nobody would type",
        Language::None,
        "curl x\ncurl: (28) timed out\n",
        "",
        None,
    ),
    ("its language is a shell's", Language::Shell, "mytool run\n", "", None),
    ("it begins with a known program", Language::None, "kubectl get po\n", "", None),
    ("a drawing", Language::None, "   a --> b\n   |\n   v\n   c\n", "", Some("ls")),
    (
        "YAML without apiVersion and kind",
        Language::None,
        "ports:\n- name: http\n  containerPort: 80\n",
        "",
        Some("ls"),
    ),
    (
        "braces and calls, as in a program",
        Language::None,
        "f(\"/x\", func(w W) {\n  if a() {\n    b()\n  }\n})\n",
        "",
        Some("ls"),
    ),
    (
        "it looks like what programs print",
        Language::None,
        "NAME   READY   STATUS\nx      1/1     Running\n",
        "",
        None,
    ),
    ("it follows a command", Language::None, "some words\n", "", Some("ls")),
    (
        "the text before it announces output",
        Language::None,
        "some words\n",
        "the output looks like this",
        None,
    ),
];

fn decided(rows: &[Row], example: usize) -> Option<&'static str> {
    let (_, language, text, announcement, command_before) = EXAMPLES[example];
    let session = session::read(text, language);
    let facts = Facts { language, text, session: &session, announcement, command_before };
    rows.iter().find(|row| (row.test)(&facts)).map(|row| row.reason)
}

#[test]
fn each_row_decides_its_examples() {
    for (example, (reason, ..)) in EXAMPLES.iter().enumerate() {
        assert_eq!(decided(ROWS, example), Some(*reason), "{:?}", EXAMPLES[example]);
    }
    for row in ROWS {
        assert!(
            EXAMPLES.iter().any(|(reason, ..)| *reason == row.reason),
            "{} has none",
            row.reason
        );
    }
}

#[test]
fn what_nothing_tells_is_other() {
    let session = session::Session::default();
    let facts = Facts {
        language: Language::None,
        text: "http://<IP>:31499\n",
        session: &session,
        announcement: "",
        command_before: Some("ls"),
    };
    assert_eq!(classify(&facts).0, BlockKind::Other);
}
