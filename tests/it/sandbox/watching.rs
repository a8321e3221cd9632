//! `podlab start --watch`: an author saves, and the screen follows.

use std::fs;

use crate::support::{Screen, program};

const LAB: &str = "\
# Watched

Make a pod:

```sh
kubectl run one --image=nginx:1.25
```

Look at it:

```sh
kubectl get pods
```

The end.
";

#[test]
fn what_is_saved_is_on_the_screen_and_runs() {
    let program = program();
    let path = program.write("home/lab.md", LAB);
    let arguments = ["start", "lab.md", "--watch", "--cluster", "sandbox"];
    let mut screen = Screen::start(&program, &arguments, 120, 40);
    let _ = screen.namespace();
    screen.wait_for("terminal", "$");
    screen.send("\r");
    screen.wait_for("terminal", "pod/one created");
    on_step(&screen, "step 2 of 2");

    // A step before the one that is done, and another command for the one that is not.
    let text = LAB
        .replace("Make a pod", "Where are we?\n\n```sh\nkubectl get nodes\n```\n\nMake a pod")
        .replace("kubectl get pods", "kubectl get pods -o wide");
    fs::write(&path, &text).unwrap();
    on_step(&screen, "step 1 of 3");
    screen.wait_for("instructions", "✓ step 2 · host · done");
    screen.send("\r");
    screen.wait_for("terminal", "node-2");
    on_step(&screen, "step 3 of 3");

    // An error: what was there before goes on, and says why.
    fs::write(&path, text.replace("Look at it:", "<!-- podlab: {frobnicate: 1} -->\nLook at it:"))
        .unwrap();
    screen.wait_for("instructions", "frobnicate");
    on_step(&screen, "step 3 of 3");

    // Healed, as editors do it that put a new file in the place of the old one.
    let beside = program.write("home/.lab.md.new", &text.replace("The end.", "Well done."));
    fs::rename(beside, &path).unwrap();
    screen.wait_for("instructions", "Well done.");
    screen.wait_until("the error is gone", |screen| !screen.text().contains("frobnicate"));
    screen.wait_for("instructions", "✓ step 2 · host · done");
    screen.send("\r");
    screen.wait_for("terminal", "NOMINATED NODE");
    screen.wait_until("the end", |screen| screen.text().contains("the lab is done: 3 of 3 steps"));

    screen.quit();
    assert_eq!(program.left_in_tmp(), Vec::<String>::new());
}

#[test]
fn a_manifest_that_is_saved_is_the_one_that_is_applied() {
    let program = program();
    let manifest =
        |name: &str| format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\n");
    let file = program.write("home/lab/map.yaml", &manifest("before"));
    program.write("home/lab/lab.md", "# Maps\n\n```sh\nkubectl apply -f map.yaml\n```\n");
    let arguments = ["start", "lab", "--watch", "--cluster", "sandbox"];
    let mut screen = Screen::start(&program, &arguments, 120, 40);
    let _ = screen.namespace();
    screen.wait_for("terminal", "$");
    fs::write(file, manifest("after")).unwrap();
    screen.wait_until("the save", |screen| screen.text().contains("the lab was saved"));
    screen.send("\r");
    screen.wait_for("terminal", "configmap/after created");
    screen.quit();
}

#[test]
fn a_lab_that_begins_with_an_error_can_be_opened_and_healed() {
    let program = program();
    let path = program.write("home/lab.md", &format!("<!-- podlab: {{frobnicate: 1}} -->\n{LAB}"));
    let arguments = ["start", "lab.md", "--watch", "--cluster", "sandbox"];
    let mut screen = Screen::start(&program, &arguments, 120, 40);
    screen.wait_for("instructions", "frobnicate");
    fs::write(&path, LAB).unwrap();
    screen.wait_until("the error is gone", |screen| !screen.text().contains("frobnicate"));
    let _ = screen.namespace();
    screen.wait_for("terminal", "$");
    screen.send("\r");
    screen.wait_for("terminal", "pod/one created");
    screen.quit();
}

#[test]
fn a_shipped_lab_cannot_be_followed() {
    let finished = program().run(["start", "pod-networking", "--watch"]);
    finished.assert_code(3);
    assert!(
        finished.stderr.contains("a shipped lab is part of the program"),
        "{}",
        finished.stderr
    );
}

#[track_caller]
fn on_step(screen: &Screen, title: &str) {
    screen.wait_until(title, |screen| screen.text().contains(title));
}
