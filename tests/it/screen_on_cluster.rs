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

#[test]
fn the_whole_lab_is_done_with_keys_in_a_small_terminal() {
    let Some(harness) = Harness::own("the whole lab at 80x24") else { return };
    let vm = harness.on_vm();
    let mut screen = Screen::start(&vm, &["start", "pod-networking", "--yes"], 80, 24);
    let namespace = screen.namespace();
    screen.wait_for("terminal", "$");
    let last = {
        let text = screen.text();
        let (_, rest) = text.split_once("step 1 of ").unwrap();
        rest.split_whitespace().next().unwrap().parse::<usize>().unwrap()
    };

    // Left out, gone back to, run, and run once more without what it had made.
    screen.send("s");
    on_step(&screen, 2);
    screen.send("p");
    on_step(&screen, 1);
    screen.send("\r");
    on_step(&screen, 2);
    screen.send("pr");
    screen.wait_until("the question", |screen| screen.text().contains("undo that, then run"));
    screen.send("u");
    screen.wait_for("terminal", "pod/simple-api created");
    on_step(&screen, 2);
    screen.send("\r");
    on_step(&screen, 3);
    screen.wait_for("terminal", "Running");

    for step in 3..last {
        screen.send("\r");
        on_step(&screen, step + 1);
        match step {
            4 => screen.wait_for("jumpserver", "\"version\": \"0.5.0\""),
            6 => undone_and_done_again(&mut screen, step),
            18 => screen.wait_for("terminal: host", "liveness-exec   1/1"),
            _ => {}
        }
    }
    screen.send("\r");
    screen.wait_until("the end", |screen| {
        screen.text().contains(&format!("the lab is done: {last} of {last} steps"))
    });
    screen.wait_for("instructions", "You have seen who can reach a pod");
    screen.quit();
    nothing_is_left(&harness, &vm, &namespace);
}

/// Removes what the step before the current one had made, and runs it again.
#[track_caller]
fn undone_and_done_again(screen: &mut Screen, step: usize) {
    screen.send("p");
    on_step(screen, step);
    screen.send("u");
    screen.wait_until("the service is gone", |screen| {
        screen.text().contains(&format!(" step {step}: ⏎ runs it"))
    });
    screen.send("\r");
    on_step(screen, step + 1);
}

/// Waits until the title line says that this step, from 1, is the current one.
#[track_caller]
fn on_step(screen: &Screen, step: usize) {
    let words = format!("step {step} of ");
    screen.wait_until(&words, |screen| screen.text().contains(&words));
}
