use serde_json::json;

use super::*;

fn object() -> Value {
    json!({"kind": "List", "items": [
        {"metadata": {"name": "web", "labels": {"app": "web", "tier": "front"}}, "n": 3},
        {"metadata": {"name": "db"}, "n": 1_000_000, "none": null, "b": true}]})
}

#[track_caller]
fn check(template: &str, wanted: &str) {
    let (text, end) = GoTemplate::parse(template).unwrap().text(&object(), MissingKeys::Allowed);
    assert_eq!((text.as_str(), end), (wanted, Ok(())), "{template}");
}

#[test]
fn templates_print_what_gos_print() {
    check("{{.kind}}", "List");
    check("{{range .items}}{{.metadata.name}}{{\"\\n\"}}{{end}}", "web\ndb\n");
    check("{{range $i, $x := .items}}{{$i}}={{$x.n}} {{end}}", "0=3 1=1000000 ");
    check("{{(index .items 0).metadata.name}}", "web");
    check("{{index .items 0 \"metadata\" \"name\"}}", "web");
    check(
        "{{with index .items 1}}{{.metadata.labels}} {{.none}} {{.b}}{{end}}",
        "<no value> <no value> true",
    );
    check("{{(index .items 0).metadata.labels}}", "map[app:web tier:front]");
    check(
        "{{range $k, $v := (index .items 0).metadata.labels}}{{$k}}:{{$v}};{{end}}",
        "app:web;tier:front;",
    );
    check("{{if .nothing}}a{{else if eq .kind \"List\"}}b{{else}}c{{end}}", "b");
    check("{{range .nothing}}x{{else}}none{{end}}", "none");
    check("{{len .items}} {{.kind | len}}", "2 4");
    check("a {{- /* no */ -}} b", "ab");
    check("{{- .kind -}}  !", "List!");
    check("{{printf \"%-6s|%5.1s|%d%%\" .kind \"xy\" 3}}", "List  |    x|3%");
    check("{{\"aGk=\" | base64decode}}", "hi");
    check("{{if and .kind (not .nothing)}}yes{{end}}", "yes");
    check("{{if exists . \"items\"}}yes{{end}}{{if exists . \"nope\" \"x\"}}no{{end}}", "yes");
    check(
        "{{range .items}}{{if eq .metadata.name \"db\"}}{{break}}{{end}}{{.metadata.name}}{{end}}",
        "web",
    );
    check("{{$x := \"a\"}}{{range .items}}{{$x = .metadata.name}}{{end}}{{$x}}", "db");
    check(
        "{{range .items}}{{if eq .n 3}}{{printf \"%d %s\" .n .n}}{{end}}{{end}}",
        "3 %!s(int64=3)",
    );
    check("{{`raw \"}}\"`}}", "raw \"}}\"");
}

#[test]
fn what_is_no_template_is_told_in_gos_words() {
    let check = |template: &str, wanted: &str| {
        let error = GoTemplate::parse(template).unwrap_err();
        assert_eq!(error.to_string(), format!("template: output:1: {wanted}"), "{template}");
    };
    check("{{.kind", "unclosed action");
    check("{{.kind}", "bad character U+007D '}'");
    check("{{range .items}}", "unexpected EOF");
    check("{{end}}", "unexpected {{end}}");
    check("{{nothing .kind}}", "function \"nothing\" not defined");
    check("{{if}}a{{end}}", "missing value for command");
}

#[test]
fn what_cannot_be_done_ends_the_template() {
    let run = |template: &str, missing| {
        GoTemplate::parse(template).unwrap().text(&object(), missing).1.unwrap_err()
    };
    assert_eq!(
        run("{{.kind.more}}", MissingKeys::Allowed),
        "template: output:1:7: executing \"output\" at <.kind.more>: can't evaluate field more in type interface {}"
    );
    assert_eq!(
        run("{{.nothing}}", MissingKeys::Refused),
        "template: output:1:2: executing \"output\" at <.nothing>: map has no entry for key \"nothing\""
    );
    assert!(run("{{index .items 7}}", MissingKeys::Allowed).contains("index out of range: 7"));
}

proptest::proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "(\\{\\{|\\}\\}|[a-z. |\"`()$:=,0-9-]|range|end|if|else){0,24}") {
        if let Ok(template) = GoTemplate::parse(&text) {
            let _ = template.text(&object(), MissingKeys::Allowed);
        }
    }
}
