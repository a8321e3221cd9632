//! The screen on a real cluster: keys in, panes out.

use crate::lab_on_cluster::nothing_is_left;
use crate::support::{Harness, Screen};

#[test]
fn the_first_half_is_done_with_keys_and_one_step_by_hand() {
    let Some(harness) = Harness::own("the screen on the lab VM") else { return };
    let vm = harness.on_vm();
    let mut screen = Screen::start(&vm, &["start", "pod-networking", "--yes"], 140, 45);
    screen.wait_for("instructions", "A pod to talk to");
    screen.wait_for("terminal", "$");
    let namespace = screen.namespace();

    screen.send("\r");
    screen.wait_for("watcher", "simple-api");
    screen.wait_until("the pod is running", |screen| {
        let pane = screen.pane("watcher").unwrap_or_default();
        pane.lines().any(|line| line.contains("simple-api") && line.contains("Running"))
    });
    on_step(&screen, 2);

    // By hand, in another spelling than the lab's.
    screen.send("t");
    screen.send("kubectl get pod --output=wide\r");
    screen.wait_for("terminal", "simple-api   1/1");
    screen.send("kubectl get pods -o wide\r");
    on_step(&screen, 3);
    screen.send("\u{1d}");

    screen.send("\r");
    on_step(&screen, 4);
    screen.send("\r");
    screen.wait_for("jumpserver", "\"version\": \"0.5.0\"");
    on_step(&screen, 5);
    for step in 6..=12 {
        screen.send("\r");
        on_step(&screen, step);
    }
    screen.send("\r");
    on_step(&screen, 13);
    screen.send("\r");
    on_step(&screen, 14);
    // The liveness pod, the watch beside it, and its description.
    screen.send("\r");
    on_step(&screen, 15);
    screen.send("\r");
    on_step(&screen, 16);
    screen.send("\r");
    screen.wait_for("watcher", "iveness probe failed");
    screen.wait_for("watcher", "container liveness restarted");
    screen.wait_for("watcher", "exit code 137");
    screen.wait_until("the restart is counted in the pod's row", |screen| {
        let pane = screen.pane("watcher").unwrap_or_default();
        pane.lines().any(|line| line.contains("liveness-exec") && line.contains(" 1 ("))
    });

    screen.quit();
    nothing_is_left(&harness, &vm, &namespace);
}

/// Waits until the title line says that this step, from 1, is the current one.
#[track_caller]
fn on_step(screen: &Screen, step: usize) {
    let words = format!("step {step} of ");
    screen.wait_until(&words, |screen| screen.text().contains(&words));
}
