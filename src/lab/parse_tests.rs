use super::*;
use crate::lab::{
    Condition, ExpectExit, PodState, Runs, ShellName, show_blocks, show_json, show_text,
};

fn lab_with(text: &str, files: &[(&str, &str)]) -> (Lab, Vec<Finding>) {
    let source = SourceText { name: "labs/x/lab.md".into(), text: text.into() };
    let files = files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
    parse("x", source, files.collect())
}

fn lab(text: &str) -> Lab {
    let (lab, findings) = lab_with(text, &[]);
    let told: Vec<String> = findings.iter().map(Finding::render).collect();
    assert_eq!(told.join("\n"), "");
    lab
}

fn told(text: &str, files: &[(&str, &str)]) -> String {
    let (_, findings) = lab_with(text, files);
    findings.iter().map(Finding::render).collect::<Vec<_>>().join("\n")
}

/// The shapes of a walkthrough that nobody annotated.
const WALKTHROUGH: &str = include_str!("fixtures/walkthrough.md");

#[test]
fn a_plain_walkthrough_is_understood_block_by_block() {
    let (lab, _) = lab_with(WALKTHROUGH, &[]);
    insta::assert_snapshot!(show_blocks(&lab), @r#"
    line 5     manifest  it says apiVersion and kind
                          file web.yaml: the text before it or its first line names it
    line 18    command   it begins with a known program
                          waits until pod/web is Running: the text or a sample promises it
                          native: kubectl apply -f web.yaml
    line 24    command   it begins with a known program
                          native: kubectl get po -o wide
                          native: kubectl get pods -o wide
    line 35    output    it looks like what programs print
    line 43    command   it begins with a known program
                          opens a shell `jump`: a command of it asks for a terminal
                          native: kubectl run -i -t --rm jump --image=example/shell:1 --restart=Never
    line 49    command   it begins with a known program
                          shell jump: its step was the last to open one, or the text says so
                          pod: curl http://<IP>:8080/hello
    line 54    output    JSON after a command
    line 60    command   it begins with a known program
                          shell jump: its step was the last to open one, or the text says so
                          pod: curl http://<IP>:8080/more
    line 64    output    JSON after a command
    line 72    output    it follows a command
    line 80    command   it begins with a known program
                          native: kubectl expose pod web --port=4000 --target-port=8080 --name=web
    line 86    mixed     commands, then lines that nobody would type
                          expects exit code 28: its sample shows a failure
                          host: curl --connect-timeout 2 http://10.2.3.4:4000/hello
    line 93    mixed     commands, then lines that nobody would type
                          shell jump: its step was the last to open one, or the text says so
                          pod: curl --connect-timeout 2 http://10.2.3.4:4000/hello
    line 99    mixed     commands, then lines that nobody would type
                          native: kubectl delete svc web
                          native: kubectl expose pod web --port=80 --target-port=8080 --name=web --type=LoadBalancer
    line 106   mixed     commands, then lines that nobody would type
                          native: kubectl get svc
    line 116   manifest  it says apiVersion and kind
                          file alive.yaml: the text before it or its first line names it
    line 127   command   it begins with a known program
                          native: kubectl apply -f alive.yaml
    line 133   command   it begins with a known program
                          native: kubectl get pods alive --watch -o wide
    line 138   command   it begins with a known program
                          shown, not run: the text before it says what a container runs
                          shown: /bin/sh -c "touch /tmp/alive; sleep 30; rm /tmp/alive"
    line 143   mixed     commands, then lines that nobody would type
                          native: kubectl describe pod alive
    line 155   manifest  it says apiVersion and kind
                          file alive-http.yaml: a later command asks for it and nothing else provides it
    line 164   code      its language is neither a shell's nor data's
    line 172   command   it begins with a known program
                          native: kubectl create -f alive-http.yaml
    line 179   fragment  its language is YAML, and it says no apiVersion and kind
    line 187   command   it begins with a known program
                          native: kubectl delete pod --all
    "#);
}

#[test]
fn a_plain_walkthrough_becomes_steps() {
    let (lab, _) = lab_with(WALKTHROUGH, &[]);
    insta::assert_snapshot!(show_text(&lab), @"
    Two ways to a web server

    Two ways to a web server
      1. two-ways-to-a-web-server-1  (line 18, host)
         $ kubectl apply -f web.yaml
         waits until: pod/web is Running
      2. two-ways-to-a-web-server-2  (line 24, host)
         $ kubectl get po -o wide
         $ kubectl get pods -o wide

    A place to stand
      3. a-place-to-stand-1  (line 43, host)
         $ kubectl run -i -t --rm jump --image=example/shell:1 --restart=Never
         opens a shell: jump
      4. a-place-to-stand-2  (line 49, jump)
         $ curl http://<IP>:8080/hello
         fills: <IP> from status.podIP of pod/web
      5. a-place-to-stand-3  (line 60, jump)
         $ curl http://<IP>:8080/more
         fills: <IP> from status.podIP of pod/web

    From outside
      6. from-outside-1  (line 80, host)
         $ kubectl expose pod web --port=4000 --target-port=8080 --name=web
      7. from-outside-2  (line 86, host)
         $ curl --connect-timeout 2 http://10.2.3.4:4000/hello
         expects: exit code 28
      8. from-outside-3  (line 93, jump)
         $ curl --connect-timeout 2 http://10.2.3.4:4000/hello
      9. from-outside-4  (line 99, host)
         $ kubectl delete svc web
         $ kubectl expose pod web --port=80 --target-port=8080 --name=web --type=LoadBalancer
         within: 3m00s
     10. from-outside-5  (line 106, host)
         $ kubectl get svc

    Health
     11. health-1  (line 127, host)
         $ kubectl apply -f alive.yaml
     12. health-2  (line 133, host)
         $ kubectl get pods alive --watch -o wide
     13. health-3  (line 143, host)
         $ kubectl describe pod alive

    By a request
     14. by-a-request-1  (line 172, host)
         $ kubectl create -f alive-http.yaml
         does not run: alive-http.yaml is not valid YAML: mapping values are not allowed in this context

    By name
     15. by-name-1  (line 187, host)
         $ kubectl delete pod --all
         within: 3m00s

    15 steps in 25 blocks; commands: 13 native kubectl, 0 real kubectl, 1 host, 3 pod, 1 shown
    ");
}

#[test]
fn a_plain_walkthrough_is_told_what_it_lacks() {
    insta::assert_snapshot!(told(WALKTHROUGH, &[]), @"
    error[broken-manifest]: not valid YAML: mapping values are not allowed in this context
       --> labs/x/lab.md:157:7
        |
    157 |   kind: Pod
        |       ^
        |
        = help: check the indentation: the keys of an object begin in the same column
    ");
}

#[test]
fn json_has_one_object_for_each_block() {
    let lab = lab("# T\n\n```\nkubectl get po\n```\n\n```\nNAME   READY\n```\n");
    insta::assert_snapshot!(show_json(&lab), @r#"
    {"file":"labs/x/lab.md","line":3,"lang":"","label":"command","commands":["kubectl get po"],"runs":["native"],"shell":"host","reason":"it begins with a known program"}
    {"file":"labs/x/lab.md","line":7,"lang":"","label":"output","commands":[],"runs":[],"shell":null,"reason":"it looks like what programs print"}
    "#);
}

#[test]
fn directives_win_over_guesses() {
    let lab = lab("# T\n\n```\nkubectl run jump -it --image=b\n```\n\n\
         <!-- podlab: {id: here, in: host, expect: {exit: any}, timeout: 5s, retry: true} -->\n\
         ```\ncurl x\n```\n\n\
         <!-- podlab: {in: jump} -->\n```\ncurl x\n```\n\n\
         <!-- podlab: {opens: other, wait: {pod/a: Ready}} -->\n```sh\nmytool\n```\n\n\
         <!-- podlab: {kind: command} -->\n```\nNAME   READY\n```\n\n\
         <!-- podlab: {kind: other} -->\n```\nkubectl get po\n```\n");
    let steps: Vec<_> = lab
        .steps
        .iter()
        .map(|step| (step.id.as_str(), step.shell.to_string(), step.opens.as_deref()))
        .collect();
    assert_eq!(
        steps,
        [
            ("t-1", "host".to_owned(), Some("jump")),
            ("here", "host".to_owned(), None),
            ("t-2", "jump".to_owned(), None),
            ("t-3", "jump".to_owned(), Some("other")),
            ("t-4", "other".to_owned(), None),
        ]
    );
    assert_eq!(lab.steps[1].expect.exit, ExpectExit::Any);
    assert_eq!(lab.steps[1].timeout.as_secs(), 5);
    assert!(lab.steps[1].retry);
    assert_eq!(lab.steps[3].wait, [Condition::Pod { name: "a".into(), state: PodState::Ready }]);
    assert_eq!(lab.blocks[2].commands[0].runs, Runs::Pod);
}

#[test]
fn samples_say_how_a_command_ends() {
    let check = |sample: &str, wanted: ExpectExit| {
        let lab = lab(&format!("```\nkubectl get pod x\n```\n\n```\n{sample}\n```\n"));
        assert_eq!(lab.steps[0].expect.exit, wanted, "{sample}");
        assert_eq!(lab.steps[0].sample.as_deref(), Some(format!("{sample}\n").as_str()));
    };
    check("NAME   READY\nx      1/1", ExpectExit::Success);
    check("Error from server (NotFound): pods \"x\" not found", ExpectExit::Nonzero);
    check("curl: (7) Failed to connect", ExpectExit::Code(7));
    check("command terminated with exit code 3", ExpectExit::Code(3));
}

#[test]
fn prose_moves_between_shells() {
    let check = |prose: &str, command: &str, wanted: &str| {
        let text =
            format!("```\nkubectl run jump -it --image=b\n```\n\n{prose}\n\n```\n{command}\n```\n");
        let shell = lab(&text).steps[1].shell.clone();
        assert_eq!(shell.to_string(), wanted, "{prose} {command}");
    };
    check("Then:", "curl x", "jump");
    check("Then:", "kubectl get po", "host");
    check("Then:", "docker ps", "host");
    check("Back on your lab VM:", "curl x", "host");
    check("Try it from your machine, without the jump pod:", "curl x", "host");
    check("From your machine it failed. Try from the jump shell again:", "curl x", "jump");
    let text = "```\nkubectl exec -it web -- sh\n```\n\n```\nexit\n```\n\n```\ncurl x\n```\n";
    let shells: Vec<_> = lab(text).steps.into_iter().map(|step| step.shell).collect();
    let web = || ShellName::Pod("web".into());
    assert_eq!(shells, [ShellName::Host, web(), ShellName::Host]);
}

#[test]
fn manifests_are_named_by_prose_comment_or_command() {
    let pod = "```yaml\napiVersion: v1\nkind: Pod\nmetadata: {name: a}\n```\n\n";
    let check = |text: &str, wanted: &[&str]| {
        let lab = lab(text);
        let names: Vec<_> = lab.files.keys().map(String::as_str).collect();
        assert_eq!(names, wanted, "{text}");
    };
    check(&format!("Look at `a.yaml`.\n\n{pod}"), &["a.yaml"]);
    check(&format!("Take a look at a.yaml:\n\n{pod}"), &["a.yaml"]);
    check(&format!("This is it:\n\n{pod}```\nkubectl create -f b.yaml\n```\n"), &["b.yaml"]);
    check(&format!("a.yaml:\n\n{pod}```\nkubectl apply -f ./m/a.yaml\n```\n"), &["m/a.yaml"]);
    check("```yaml\n# c.yml\napiVersion: v1\nkind: Pod\n```\n", &["c.yml"]);
    check(&format!("<!-- podlab: {{file: d/e.yaml}} -->\n{pod}"), &["d/e.yaml"]);
    check(&format!("Nothing says.\n\n{pod}"), &[]);
}

#[test]
fn a_pod_is_waited_for_where_a_sample_shows_it_running() {
    let text = |status: &str| {
        format!(
            "`a.yaml`:\n\n```yaml\napiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\n```\n\n\
             ```\nkubectl apply -f a.yaml\n```\n\n```\nkubectl get po\n```\n\n\
             ```\nNAME   READY   STATUS\nweb    1/1     {status}\n```\n"
        )
    };
    let running = Condition::Pod { name: "web".into(), state: PodState::Running };
    assert_eq!(lab(&text("Running")).steps[0].wait, [running]);
    assert_eq!(lab(&text("Error")).steps[0].wait, []);
}

#[test]
fn what_is_wrong_with_directives_in_their_place_is_told() {
    insta::assert_snapshot!(
        told(
            "<!-- podlab: {id: a} -->\n```\nkubectl get po\n```\n\n\
             <!-- podlab: {id: a} -->\n```\nkubectl get svc\n```\n\n\
             <!-- podlab: {in: jmup} -->\n```\ncurl x\n```\n\n\
             <!-- podlab: {timeout: 5s} -->\n```go\nfunc main() {}\n```\n\n\
             <!-- podlab: {id: last} -->\n\nNo block.\n",
            &[],
        ),
        @"
    error[duplicate-id]: another step is called `a` already
     --> labs/x/lab.md:6:1
      |
    6 | <!-- podlab: {id: a} -->
      | ^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: reports and progress need names that are unique in the lab
    error[unknown-shell]: no step before opens a shell called `jmup`
      --> labs/x/lab.md:11:1
       |
    11 | <!-- podlab: {in: jmup} -->
       | ^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: open it with an earlier step: `opens: NAME`, or `kubectl run -it NAME …`
    warning[no-effect]: `timeout` has no effect: the next block does not run
      --> labs/x/lab.md:16:1
       |
    16 | <!-- podlab: {timeout: 5s} -->
       | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: podlab takes it as code: its language is neither a shell's nor data's
    error[directive-without-block]: no block follows this directive
      --> labs/x/lab.md:21:1
       |
    21 | <!-- podlab: {id: last} -->
       | ^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: a directive stands before its fenced block; one block takes one directive
    "
    );
}

#[test]
fn what_is_wrong_with_files_is_told_with_its_place() {
    insta::assert_snapshot!(
        told(
            "`a.yaml` and `b.yaml`:\n\n<!-- podlab: {file: a.yaml} -->\n\
             ```yaml\napiVersion: v1\nkind: Pod\n```\n\n\
             ```\nkubectl apply -f a.yaml -f b.yaml -f c.yaml\nkubectl apply -f a.yml\n```\n",
            &[
                ("a.yaml", "apiVersion: v1\nkind: Service\n"),
                ("b.yaml", "apiVersion: v1\nkind: Pod\nmetadata:\n  name: x\n   labels: {}\n"),
            ],
        ),
        @"
    warning[manifest-differs]: this block and the file `a.yaml` differ
     --> labs/x/lab.md:4:1
      |
    4 | ```yaml
      | ^^^^^^^
      |
      = help: the file is used; copy its text here, or the other way round
    warning[missing-file]: nothing provides `c.yaml`
      --> labs/x/lab.md:10:38
       |
    10 | kubectl apply -f a.yaml -f b.yaml -f c.yaml
       |                                      ^^^^^^
       |
       = help: did you mean `a.yaml`?
    warning[missing-file]: nothing provides `a.yml`
      --> labs/x/lab.md:11:18
       |
    11 | kubectl apply -f a.yml
       |                  ^^^^^
       |
       = help: did you mean `a.yaml`?
    error[broken-manifest]: not valid YAML: mapping values are not allowed in this context
     --> labs/x/b.yaml:5:10
      |
    5 |    labels: {}
      |          ^
      |
      = help: check the indentation: the keys of an object begin in the same column
    "
    );
    let broken = "`a.yaml`:\n\n```yaml\napiVersion: v1\n  kind: Pod\n```\n\n\
                  ```\nkubectl apply -f a.yaml\n```\n";
    let (lab, findings) = lab_with(broken, &[]);
    assert!(findings.iter().any(Finding::is_error));
    let reason = "a.yaml is not valid YAML: mapping values are not allowed in this context";
    assert_eq!(lab.steps[0].broken, [reason]);
}

#[test]
fn shipped_labs_have_nothing_to_complain_about() {
    for raw in crate::lab::catalogue() {
        let (lab, findings) = parse(&raw.name, raw.source, raw.files);
        let told: Vec<String> = findings.iter().map(Finding::render).collect();
        assert_eq!(told.join("\n"), "", "{}", raw.name);
        assert!(!lab.steps.is_empty(), "{}", raw.name);
    }
}

#[test]
fn ids_and_slugs_are_unique() {
    let lab = lab("# A b\n\n```\nkubectl get po\n```\n\n# A b\n\n```\nkubectl get po\n```\n\n\
         ```\nkubectl get po\n```\n");
    let ids: Vec<_> = lab.steps.iter().map(|step| step.id.as_str()).collect();
    assert_eq!(ids, ["a-b-1", "a-b-1-1", "a-b-1-2"]);
    assert_eq!(lab.title, "A b");
}

#[test]
fn an_empty_text_is_an_empty_lab() {
    let lab = lab("");
    assert_eq!((lab.title.as_str(), lab.steps.len(), lab.blocks.len()), ("x", 0, 0));
}

/// Lines that meet in walkthroughs, in any order.
const LINES: &[&str] = &[
    "# Heading",
    "---",
    "title: x",
    "```",
    "```yaml",
    "```sh",
    "~~~",
    "  ```",
    "````",
    "> quote",
    "- item",
    "    indented",
    "<!-- podlab: {id: a} -->",
    "<!-- podlab:",
    "in: jump",
    "-->",
    "<!-- podlab: {wait: {pod/x: Reddy}} -->",
    "kubectl get po",
    "$ kubectl get po",
    "cat <<EOF",
    "EOF",
    "it's é",
    "apiVersion: v1",
    "kind: Pod",
    "  kind: Pod",
    "NAME   READY",
    "| a | b |",
    "|---|---|",
    "<details>",
    "/ # ls",
    "curl http://<IP>/",
    "```{{exec}}",
    "",
    "",
    "kubectl apply -f a.yaml",
    "a.yaml:",
    "\t- x",
    "{\"a\": 1}",
    "\\",
    "&&",
    "((",
    "))",
    "\u{feff}---",
];

proptest::proptest! {
    #[test]
    fn any_text_becomes_a_lab_with_its_places_in_the_text(
        picks in proptest::collection::vec(0..LINES.len(), 0..30),
    ) {
        let text: Vec<&str> = picks.into_iter().map(|at| LINES[at]).collect();
        hold(&text.join("\n"));
    }

    #[test]
    fn any_characters_become_a_lab(text in "[ -~\n\t`é]{0,200}") {
        hold(&text);
    }
}

fn hold(text: &str) {
    let (lab, findings) = lab_with(text, &[]);
    for block in &lab.blocks {
        assert!(block.span.end <= text.len());
        assert!(text.is_char_boundary(block.span.start) && text.is_char_boundary(block.span.end));
        for command in &block.commands {
            assert!(block.span.start <= command.span.start && command.span.end <= block.span.end);
        }
    }
    for step in &lab.steps {
        assert!(step.block < lab.blocks.len());
    }
    for finding in &findings {
        assert!(finding.diagnostic.span.end <= finding.source.text.len());
        assert!(!finding.render().is_empty());
    }
    let _ = (show_text(&lab), show_blocks(&lab), show_json(&lab));
}

/// Blocks in the styles of many authors, each with what a person takes it for.
const STYLES: &str = include_str!("fixtures/styles.md");

#[test]
fn blocks_of_many_styles_are_taken_for_what_a_person_takes_them() {
    let (lab, _) = lab_with(STYLES, &[]);
    let wanted: Vec<(&str, Vec<String>)> =
        STYLES.split("<!-- wanted: ").skip(1).map(wanted).collect();
    assert!(wanted.len() >= 70, "{}", wanted.len());
    assert_eq!(lab.blocks.len(), wanted.len());
    let mut wrong = Vec::new();
    for (block, (kind, commands)) in lab.blocks.iter().zip(&wanted) {
        let found = format!("{:?}", block.kind).to_lowercase();
        let typed: Vec<&str> = block.commands.iter().map(|command| command.text.as_str()).collect();
        if found != *kind || !is_same(&typed, commands) {
            wrong.push(format!("line {}: {found} {typed:?} ({})", block.line, block.reason));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The kind, and the lines of the commands without the indentation of the comment.
fn wanted(comment: &str) -> (&str, Vec<String>) {
    let text = comment.split("-->").next().unwrap_or_default();
    let mut lines = text.lines();
    let kind = lines.next().unwrap_or_default().trim();
    let lines = lines.map(|line| line.trim_start_matches(['>', ' ']).to_owned());
    (kind, lines.filter(|line| !line.is_empty()).collect())
}

fn is_same(typed: &[&str], wanted: &[String]) -> bool {
    let lines = typed.iter().flat_map(|command| command.lines());
    lines.map(str::trim).eq(wanted.iter().map(|line| line.trim()))
}
