//! The watcher watches: nothing is asked while nothing happens, and nothing is
//! missed while the server is away.

use std::fs;
use std::time::Duration;

use serde_json::Value;

use crate::support::{Harness, Program, Screen};

/// A pod that ends and is restarted again and again, without the API server's help.
const POD: &str = "\
apiVersion: v1
kind: Pod
metadata:
  name: restless
spec:
  terminationGracePeriodSeconds: 0
  containers:
  - name: restless
    image: k8s.gcr.io/busybox
    command: [sh, -c, 'sleep 8; exit 3']
";
/// One that only sits there.
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
    let log = harness.script(&["requests"]);
    let before = fs::read_to_string(&log).unwrap().lines().count();
    // The idle time is the subject of the test.
    std::thread::sleep(Duration::from_secs(60));
    let text = fs::read_to_string(&log).unwrap();
    let asked: Vec<&str> =
        text.lines().skip(before).filter(|line| is_a_question(line, &namespace)).collect();
    assert!(asked.is_empty(), "{asked:#?}");
    quit(&mut screen);
}

#[test]
fn alone_a_server_that_goes_away_is_stale_then_live_and_nothing_is_missed() {
    let Some(harness) = Harness::own("a server that goes away") else { return };
    let vm = harness.on_vm();
    let (mut screen, namespace) = started(&vm, "restless", POD);
    screen.wait_until("the pod is running", |screen| watcher_row(screen, "restless", "1/1"));
    screen.wait_until("live", |screen| screen.text().contains("live"));

    harness.script(&["api-stop"]);
    screen.wait_until("stale", |screen| screen.text().contains("stale"));
    // Time for restarts that nobody hears of.
    std::thread::sleep(Duration::from_secs(20));
    harness.script(&["api-start"]);
    screen.wait_until("live again", |screen| {
        screen.text().contains("live") && !screen.text().contains("stale")
    });

    let restarts = harness.kubectl(&[
        "get",
        "pod",
        "restless",
        "-n",
        &namespace,
        "-o",
        "jsonpath={.status.containerStatuses[0].restartCount}",
    ]);
    let wanted: u32 = restarts.parse().unwrap();
    screen.wait_until(&format!("{wanted} or more restarts"), |screen| {
        restarts_shown(screen).is_some_and(|shown| shown >= wanted)
    });
    quit(&mut screen);
    let left = harness.run_namespaces();
    assert!(!left.iter().any(|name| name.ends_with(&namespace)), "{left:?}");
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

fn quit(screen: &mut Screen) {
    screen.send("q");
    screen.wait_until("the question", |screen| screen.text().contains("clean up"));
    screen.send("c");
    assert_eq!(screen.exit_code(), Some(0));
    screen.wait_until("the terminal is whole again", Screen::is_restored);
}

fn watcher_row(screen: &Screen, name: &str, text: &str) -> bool {
    let pane = screen.pane("watcher").unwrap_or_default();
    pane.lines().any(|line| line.contains(name) && line.contains(text))
}

/// The RESTARTS column of the only pod.
fn restarts_shown(screen: &Screen) -> Option<u32> {
    let pane = screen.pane("watcher")?;
    let row = pane.lines().find(|line| line.contains("restless") && line.contains('/'))?;
    row.split_whitespace().skip_while(|word| !word.contains('/')).nth(2)?.parse().ok()
}

/// Whether a line of the server's log is a list or a get in the namespace that kubectl did not send.
fn is_a_question(line: &str, namespace: &str) -> bool {
    let Ok(entry) = serde_json::from_str::<Value>(line) else { return false };
    let text = |key: &str| entry[key].as_str().unwrap_or_default().to_owned();
    let from_us = text("userAgent").contains("podlab") || text("userAgent").contains("kube-rs");
    from_us
        && matches!(text("verb").as_str(), "get" | "list")
        && text("requestURI").contains(namespace)
}
