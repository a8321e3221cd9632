//! The watcher watches: nothing is asked while nothing happens.

use std::fs;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use crate::support::{Harness, Program, Screen};

/// A pod that only sits there.
const QUIET_POD: &str = "\
apiVersion: v1
kind: Pod
metadata:
  name: quiet
spec:
  terminationGracePeriodSeconds: 0
  containers:
  - name: quiet
    image: k8s.gcr.io/busybox
    command: [sleep, '3600']
";

#[test]
fn nothing_is_asked_while_nothing_happens() {
    let Some(harness) = Harness::own("an idle watch") else { return };
    let vm = harness.on_vm();
    let (mut screen, namespace) = started(&vm, "quiet", QUIET_POD);
    screen.wait_until("the pod is running", |screen| watcher_row(screen, "quiet", "1/1"));
    screen.wait_for("instructions", "✓ step 1");

    // The idle time is the subject of the test.
    let began = Timestamp::now();
    std::thread::sleep(Duration::from_secs(61));
    let log = fs::read_to_string(harness.script(&["requests"])).unwrap();
    let asked: Vec<Asked> = log
        .lines()
        .filter_map(|line| asked(line, &namespace))
        .filter(|asked| asked.at > began)
        .collect();
    let questions: Vec<&Asked> =
        asked.iter().filter(|asked| ["get", "list"].contains(&asked.verb.as_str())).collect();
    assert!(questions.is_empty(), "{questions:#?}");
    // The log is not blind: watches are taken up again, and not without end.
    let watches = asked.iter().filter(|asked| asked.verb == "watch").count();
    assert!((1..=20).contains(&watches), "{watches} watches");
    screen.quit();
}

/// A lab with one pod, started, its only step run.
fn started(vm: &Program, name: &str, manifest: &str) -> (Screen, String) {
    vm.write(&format!("home/{name}/pod.yaml"), manifest);
    let lab = "# One pod\n\n```sh\nkubectl apply -f pod.yaml\n```\n\nThat is all.\n";
    let path = vm.write(&format!("home/{name}/lab.md"), lab);
    let path = path.parent().unwrap().display().to_string();
    let mut screen = Screen::start(vm, &["start", &path, "--yes"], 140, 45);
    let namespace = screen.namespace();
    screen.send("\r");
    (screen, namespace)
}

fn watcher_row(screen: &Screen, name: &str, text: &str) -> bool {
    let pane = screen.pane("watcher").unwrap_or_default();
    pane.lines().any(|line| line.contains(name) && line.contains(text))
}

/// A request of podlab's.
#[derive(Debug)]
struct Asked {
    at: Timestamp,
    verb: String,
    #[expect(dead_code, reason = "shown where it should not have been asked")]
    uri: String,
}

/// What a line of the server's log says, if it is a request of podlab's for something in the namespace.
fn asked(line: &str, namespace: &str) -> Option<Asked> {
    let entry: Value = serde_json::from_str(line).ok()?;
    let text = |key: &str| entry[key].as_str().unwrap_or_default().to_owned();
    let (agent, uri) = (text("userAgent"), text("requestURI"));
    let ours = agent.starts_with("podlab/");
    let at = text("requestReceivedTimestamp").parse().ok()?;
    (ours && uri.contains(namespace)).then(|| Asked { at, verb: text("verb"), uri })
}
