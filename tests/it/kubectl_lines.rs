//! Every kubectl line of the shipped lab, beside a real kubectl 1.36 on the same cluster.
//!
//! What only reads is run by both against the same objects; what writes is run by
//! each in a namespace of its own, so that both stay in the same state.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use regex::Regex;

use crate::support::{Harness, Program, Screen, program};

const LAB: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/labs/pod-networking");

#[test]
fn every_kubectl_line_of_the_lab_prints_what_kubectl_prints() {
    let Some(harness) = Harness::comparing("kubectl lines of the lab") else { return };
    let pair = Pair::new(&harness);
    let lines = kubectl_lines(&pair.program);
    assert!(lines.len() >= 30, "{lines:?}");
    for line in &lines {
        pair.compare(line);
    }
}

/// The kubectl commands of the lab in their order; podlab runs every one of them itself.
fn kubectl_lines(program: &Program) -> Vec<String> {
    let shown = program.run(["show", "pod-networking", "--format", "json"]);
    let mut lines = Vec::new();
    for block in shown.assert_code(0).stdout.lines() {
        let block: serde_json::Value = serde_json::from_str(block).unwrap();
        let commands = block["commands"].as_array().unwrap().iter();
        for (command, runs) in commands.zip(block["runs"].as_array().unwrap()) {
            let command = command.as_str().unwrap();
            if command.starts_with("kubectl ") && runs != "shown" {
                assert_eq!(runs, "native", "{command}");
                lines.push(command.to_owned());
            }
        }
    }
    lines
}

/// The real kubectl and ours, and a namespace for each.
struct Pair {
    program: Program,
    kubectl: PathBuf,
    kubeconfig: PathBuf,
    suffix: String,
}

/// Which of the two.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Real,
    Ours,
}

/// What was printed, and the exit code.
#[derive(Debug, PartialEq, Eq)]
struct Printed {
    stdout: String,
    stderr: String,
    code: Option<i32>,
}

impl Pair {
    fn new(harness: &Harness) -> Self {
        let kubectl = harness.kubectl.clone().expect("PODLAB_E2E_KUBECTL names a kubectl 1.36");
        let suffix = std::process::id().to_string();
        let pair =
            Self { program: program(), kubectl, kubeconfig: harness.kubeconfig.clone(), suffix };
        for side in [Side::Real, Side::Ours] {
            pair.real(&["create", "namespace", &pair.namespace(side)]);
        }
        pair
    }

    fn namespace(&self, side: Side) -> String {
        let name = if side == Side::Real { "real" } else { "ours" };
        format!("test-lines-{name}-{}", self.suffix)
    }

    #[track_caller]
    fn compare(&self, line: &str) {
        let words: Vec<&str> = line.split_whitespace().collect();
        assert_eq!(words[0], "kubectl", "{line}");
        let arguments = &words[1..];
        if arguments.contains(&"-t") {
            self.compare_sessions(arguments);
        } else if matches!(arguments[0], "get" | "describe") {
            self.settle();
            self.compare_reads(arguments);
        } else {
            if arguments[0] == "exec" {
                self.settle();
            }
            let real = self.run(Side::Real, Side::Real, arguments);
            let ours = self.run(Side::Ours, Side::Ours, arguments);
            assert_eq!(real, ours, "{line}\n(left: kubectl, right: podlab)");
            assert_eq!(real.code, Some(0), "{line}: {real:?}");
        }
    }

    /// The kubelet does not stand still (an event is counted, an image is tried again), so a
    /// difference counts only where kubectl prints the same before and after, three times.
    #[track_caller]
    fn compare_reads(&self, arguments: &[&str]) {
        let mut differences = 0;
        let mut before = self.run(Side::Real, Side::Real, arguments);
        loop {
            let ours = self.run(Side::Ours, Side::Real, arguments);
            if ours == before {
                return;
            }
            let after = self.run(Side::Real, Side::Real, arguments);
            if ours == after {
                return;
            }
            differences += u32::from(before == after);
            assert!(differences < 3, "{arguments:?}\nkubectl: {after:#?}\npodlab: {ours:#?}");
            before = after;
        }
    }

    /// An interactive session: joined, left at once.
    #[track_caller]
    fn compare_sessions(&self, arguments: &[&str]) {
        let [real, ours] = [Side::Real, Side::Ours].map(|side| {
            let line = self.line(side, side, arguments);
            let words: Vec<&str> = line.iter().map(String::as_str).collect();
            let mut screen = Screen::run(&self.program, &words, 200, 50);
            screen.wait_until("the prompt", |screen| screen.text().contains("try pressing enter"));
            // What is typed before the other side listens may be lost: the key is pressed until
            // the prompt answers, as a person does.
            screen.press_until("\r", "the shell", |screen| screen.text().contains(":/#"));
            screen.send("exit\r");
            let code = screen.exit_code();
            screen.wait_until("the deletion", |screen| screen.text().contains("deleted"));
            // The prompts depend on when the session was joined.
            let text = screen.text();
            let is_prompt = |line: &str| line.contains(":/#") || line.trim() == "exit";
            let lines = text.lines().filter(|line| !line.trim().is_empty() && !is_prompt(line));
            (normalised(&lines.collect::<Vec<_>>().join("\n")), code)
        });
        assert_eq!(real, ours, "{arguments:?}");
        assert_eq!(real.1, Some(0), "{real:?}");
    }

    /// Waits until all pods run, so that both see the same.
    fn settle(&self) {
        for side in [Side::Real, Side::Ours] {
            let namespace = self.namespace(side);
            let pods = self.real(&["get", "pods", "-n", &namespace, "-o", "name"]);
            for pod in pods.lines() {
                let running = "--for=jsonpath={.status.phase}=Running";
                self.real(&["wait", pod, "-n", &namespace, running, "--timeout=60s"]);
            }
        }
    }

    fn run(&self, by: Side, place: Side, arguments: &[&str]) -> Printed {
        let line = self.line(by, place, arguments);
        let mut command = Command::new("timeout");
        // A watch is ended after this; all else is done before, though the kubelet of 1.20 may need
        // minutes to delete a container that its liveness probe has just begun to restart.
        let limit = if arguments.contains(&"--watch") { "4" } else { "300" };
        command.args(["-s", "INT", limit]).args(&line).current_dir(LAB);
        let output = command.stdin(Stdio::null()).output().unwrap();
        let text = |bytes: &[u8]| normalised(&String::from_utf8_lossy(bytes));
        Printed {
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
            code: output.status.code(),
        }
    }

    fn line(&self, by: Side, place: Side, arguments: &[&str]) -> Vec<String> {
        let mut line = vec![
            "env".to_owned(),
            format!("KUBECONFIG={}", self.kubeconfig.display()),
            format!("HOME={}", self.program.at("home").display()),
        ];
        match by {
            Side::Real => line.push(self.kubectl.display().to_string()),
            Side::Ours => line.extend([Program::path().to_owned(), "kubectl".to_owned()]),
        }
        let (verb, rest) = arguments.split_first().unwrap();
        line.extend([(*verb).to_owned(), "-n".to_owned(), self.namespace(place)]);
        line.extend(rest.iter().map(|word| (*word).to_owned()));
        line
    }

    #[track_caller]
    fn real(&self, arguments: &[&str]) -> String {
        let mut command = Command::new(&self.kubectl);
        command.arg("--kubeconfig").arg(&self.kubeconfig).args(arguments);
        let output = command.env("HOME", self.program.at("home")).output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {stderr}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}

impl Drop for Pair {
    fn drop(&mut self) {
        for side in [Side::Real, Side::Ours] {
            let namespace = self.namespace(side);
            let mut command = Command::new(&self.kubectl);
            command.arg("--kubeconfig").arg(&self.kubeconfig);
            let _ = command.args(["delete", "namespace", &namespace, "--wait=false"]).output();
        }
    }
}

/// Names of the namespaces, ages, times, uids and addresses, made equal.
pub(crate) fn normalised(text: &str) -> String {
    let rules = [
        (r"test-lines-(real|ours)-\d+", "NAMESPACE"),
        (r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}", "UID"),
        (r"(\d+[dhms]){1,2}\b", "AGE"),
        (r"\w{3}, \d\d \w{3} \d{4} [\d:]{8} [+-]\d{4}", "TIME"),
        (r"\b10(\.\d{1,3}){3}\b", "IP"),
        (r"80:3\d{4}/TCP", "80:NODEPORT/TCP"),
        (r"[ \t]+", " "),
    ];
    rules.iter().fold(text.to_owned(), |text, (pattern, to)| {
        Regex::new(pattern).unwrap().replace_all(&text, *to).into_owned()
    })
}
