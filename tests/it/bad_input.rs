//! Wrong input, on any machine: a clear message, a way out, the right exit code.

use crate::support::{Finished, Program, Screen, program};

const LAB: &str = "# Small\n\n```sh\nkubectl get pods\n```\n";

/// A kubeconfig whose only cluster is at `server`.
fn kubeconfig(server: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Config\ncurrent-context: kind-here\n\
         clusters: [{{name: c, cluster: {{server: '{server}'}}}}]\n\
         users: [{{name: u, user: {{token: t}}}}]\n\
         contexts: [{{name: kind-here, context: {{cluster: c, user: u}}}}]\n"
    )
}

/// What is said must contain each of these, on stderr.
#[track_caller]
fn says(finished: &Finished, words: &[&str]) {
    for word in words {
        assert!(finished.stderr.contains(word), "`{word}` is missing in:\n{}", finished.stderr);
    }
}

fn with_lab(text: &str) -> (Program, String) {
    let program = program();
    let path = program.write("home/lab/lab.md", text);
    (program, path.parent().unwrap().display().to_string())
}

#[test]
fn a_lab_that_does_not_exist_gets_the_nearest_name() {
    for verb in ["start", "test", "show"] {
        let finished = program().run([verb, "pod-netwroking"]);
        finished.assert_code(3);
        says(&finished, &["pod-netwroking", "did you mean `pod-networking`?"]);
    }
}

#[test]
fn no_kubeconfig_is_told_with_where_it_was_looked_for() {
    let finished = program().run(["test", "pod-networking", "--cluster", "context"]);
    finished.assert_code(4);
    says(&finished, &["kubeconfig", "KUBECONFIG", "podlab sandbox"]);
}

#[test]
fn an_unknown_context_is_told_with_those_that_exist() {
    let program = program();
    program.write("home/.kube/config", &kubeconfig("https://127.0.0.1:1"));
    let finished = program.run(["test", "pod-networking", "--context", "kind-her"]);
    finished.assert_code(4);
    says(&finished, &["kind-her", "kind-here"]);
}

#[test]
fn a_dead_server_is_told_with_its_address() {
    let program = program();
    program.write("home/.kube/config", &kubeconfig("https://127.0.0.1:1"));
    let finished = program.run(["test", "pod-networking"]);
    finished.assert_code(4);
    says(&finished, &["127.0.0.1:1", "refused"]);
    assert_eq!(program.left_in_tmp(), Vec::<String>::new());
}

#[test]
fn a_server_that_never_answers_is_given_up() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let program = program();
    let address = silent.local_addr().unwrap();
    program.write("home/.kube/config", &kubeconfig(&format!("https://{address}")));
    let finished = program.run(["test", "pod-networking"]);
    finished.assert_code(4);
    says(&finished, &[&address.to_string()]);
}

#[test]
fn a_cluster_that_is_not_local_is_not_used_unasked() {
    let program = program();
    let remote = kubeconfig("https://127.0.0.1:1").replace("kind-here", "production");
    program.write("home/.kube/config", &remote.replace("127.0.0.1", "192.0.2.7"));
    let finished = program.run(["test", "pod-networking"]);
    finished.assert_code(4);
    says(&finished, &["production", "--yes"]);
}

#[test]
fn a_broken_manifest_is_shown_with_line_and_caret() {
    let (program, lab) = with_lab(LAB);
    program.write("home/lab/pod.yaml", "apiVersion: v1\n  kind: Pod\n");
    let finished = program.run(["test", &lab]);
    finished.assert_code(3);
    says(&finished, &["pod.yaml:2", "kind: Pod", "^"]);
}

#[test]
fn an_unknown_directive_is_shown_with_the_nearest_name() {
    let text = LAB.replace("```sh", "<!-- podlab: {expcet: {exit: 0}} -->\n```sh");
    let (program, lab) = with_lab(&text);
    for verb in ["test", "start"] {
        let finished = program.run([verb, &lab]);
        finished.assert_code(3);
        says(&finished, &["lab.md:3", "expcet", "`expect`"]);
    }
}

#[test]
fn an_unknown_subcommand_or_flag_is_a_usage_error() {
    program().run(["strat", "pod-networking"]).assert_code(2);
    program().run(["test"]).assert_code(2);
    program().run(["test", "pod-networking", "--contxt", "x"]).assert_code(2);
}

#[test]
fn without_a_terminal_start_says_what_to_use_instead() {
    let finished = program().run(["start", "pod-networking"]);
    finished.assert_code(2);
    says(&finished, &["terminal", "podlab test"]);
}

#[test]
fn a_terminal_that_is_too_small_says_what_it_needs_and_recovers() {
    let program = program();
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let server = format!("https://{}", silent.local_addr().unwrap());
    program.write("home/.kube/config", &kubeconfig(&server));
    let screen = Screen::start(&program, &["start", "pod-networking"], 50, 12);
    screen.wait_until("the size that is needed", |screen| screen.text().contains("60"));
    screen.resize(120, 40);
    screen.wait_until("the instructions", |screen| screen.text().contains("A pod to talk to"));
}

#[test]
fn the_terminal_is_whole_after_a_cluster_that_does_not_answer() {
    let program = program();
    program.write("home/.kube/config", &kubeconfig("https://127.0.0.1:1"));
    let mut screen = Screen::start(&program, &["start", "pod-networking"], 80, 24);
    assert_eq!(screen.exit_code(), Some(4));
    screen.wait_until("the message", |screen| screen.text().contains("127.0.0.1:1"));
    screen.wait_until("the terminal is whole again", Screen::is_restored);
}

#[test]
fn help_tells_the_exit_codes_and_examples() {
    let finished = program().run(["--help"]);
    finished.assert_code(0);
    for word in ["podlab start pod-networking", "130", "could not be reached"] {
        assert!(finished.stdout.contains(word), "{}", finished.stdout);
    }
}

#[test]
fn the_shipped_lab_is_listed_and_shown_without_a_cluster() {
    let listed = program().run(["list"]);
    listed.assert_code(0);
    assert!(listed.stdout.contains("pod-networking"), "{}", listed.stdout);
    let shown = program().run(["show", "pod-networking"]);
    shown.assert_code(0);
    assert!(shown.stdout.contains("kubectl expose pod simple-api"), "{}", shown.stdout);
    let json = program().run(["show", "pod-networking", "--format", "json"]);
    json.assert_code(0);
    for line in json.stdout.lines() {
        let block: serde_json::Value = serde_json::from_str(line).unwrap();
        for key in ["file", "line", "lang", "label", "commands", "runs", "shell", "reason"] {
            assert!(block.get(key).is_some(), "{key} in {line}");
        }
    }
    assert!(json.stdout.lines().count() > 40, "{}", json.stdout);
}
