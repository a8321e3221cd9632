use super::super::session;
use super::*;

/// A row's name, the fence's language, content, the text before, the command before.
const EXAMPLES: &[(&str, Language, &str, &str, Option<&str>)] = &[
    ("empty", Language::Shell, "\n", "", None),
    ("script", Language::Shell, "#!/bin/sh\nkubectl get po\n", "", None),
    ("output language", Language::Output, "pod/x created\n", "", None),
    ("output language", Language::Output, "kubectl get po\n", "", None),
    ("other language", Language::Code, "FROM busybox\n", "", None),
    ("session with output", Language::None, "$ kubectl get po\nNAME   READY\n", "", None),
    ("session", Language::Session, "$ kubectl get po\n", "", None),
    (
        "object from a server",
        Language::Yaml,
        "apiVersion: v1\nkind: Pod\nmetadata:\n  uid: a\n  resourceVersion: '1'\n",
        "",
        None,
    ),
    (
        "object as asked for",
        Language::Yaml,
        "apiVersion: v1\nkind: Pod\n",
        "",
        Some("kubectl get pod x -o yaml"),
    ),
    ("object", Language::None, "apiVersion: v1\nkind: Pod\n", "", Some("ls")),
    ("object", Language::Yaml, "apiVersion: v1\n  kind: Pod\n", "", None),
    ("object", Language::Json, "{\"apiVersion\": \"v1\", \"kind\": \"Pod\"}\n", "", None),
    ("yaml as asked for", Language::Yaml, "spec: {}\n", "", Some("kubectl get po x -o yaml")),
    ("yaml", Language::Yaml, "readinessProbe:\n  exec: {}\n", "", None),
    ("json answer", Language::Json, "{\"host\": 1}\n", "", Some("curl x")),
    ("json answer", Language::Json, "{\"host\": 1}\n", "you should get something like:", None),
    ("json", Language::Json, "{\"host\": 1}\n", "", None),
    ("commands and output", Language::None, "curl x\ncurl: (28) timed out\n", "", None),
    ("shell commands", Language::Shell, "mytool run\n", "", None),
    ("known commands", Language::None, "kubectl get po\n", "", None),
    ("drawing", Language::None, "   a --> b\n   |\n   v\n   c\n", "", Some("ls")),
    ("fragment", Language::None, "ports:\n- name: http\n  containerPort: 80\n", "", Some("ls")),
    (
        "program",
        Language::None,
        "f(\"/x\", func(w W) {\n  if a() {\n    b()\n  }\n})\n",
        "",
        Some("ls"),
    ),
    ("printed", Language::None, "NAME   READY   STATUS\nx      1/1     Running\n", "", None),
    ("after a command", Language::None, "some words\n", "", Some("ls")),
    ("promised", Language::None, "some words\n", "the output looks like this", None),
];

fn decided(rows: &[Row], example: usize) -> Option<&'static str> {
    let (_, language, text, announcement, command_before) = EXAMPLES[example];
    let session = session::read(text, language);
    let facts = Facts { language, text, session: &session, announcement, command_before };
    rows.iter().find(|row| (row.test)(&facts)).map(|row| row.name)
}

#[test]
fn each_row_decides_its_examples() {
    for (example, (name, ..)) in EXAMPLES.iter().enumerate() {
        assert_eq!(decided(ROWS, example), Some(*name), "{:?}", EXAMPLES[example]);
    }
    for row in ROWS {
        assert!(EXAMPLES.iter().any(|(name, ..)| *name == row.name), "{} has none", row.name);
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
