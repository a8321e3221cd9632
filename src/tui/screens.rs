//! Whole screens, as a person sees them.

use std::time::Duration;

use super::fixture::Scene;
use super::state::Pane;
use crate::engine::{Actor, Awaited, Event, Failure, Level, Outcome, StepIndex, TerminalId};
use crate::watch::{Change, Followed, Health};

fn awaited(holds: bool, seen: &str) -> Event {
    Event::Waiting {
        step: StepIndex(0),
        conditions: vec![Awaited {
            condition: "pod/web is Ready".into(),
            holds,
            seen: seen.into(),
        }],
        timeout: Duration::from_secs(60),
    }
}

fn failure() -> Outcome {
    Outcome::Failed(Failure {
        subject: "curl http://10.244.0.5:8080/".into(),
        expected: "exit code 0".into(),
        actual: "exit code 28".into(),
        line: 71,
        output: "curl: (28) Connection timed out\n".into(),
    })
}

/// The first step was run and waits for its pod.
fn waiting(columns: u16, rows: u16) -> Scene {
    let mut scene = Scene::started(columns, rows);
    let _ = scene.press("⏎");
    scene.step_started(0, Actor::Podlab);
    scene.output(0, "kubectl apply -f web.yaml\npod/web created\n");
    scene.tell(Event::Made { step: Some(StepIndex(0)), object: "pod/web".into() });
    scene.pod(
        2,
        &serde_json::json!({
            "name": "web", "image": "i", "imageID": "", "ready": false, "restartCount": 0,
            "state": {"waiting": {"reason": "ContainerCreating"}},
        }),
    );
    scene.tell(awaited(false, "ContainerCreating"));
    scene.wait(12);
    scene
}

/// The first two steps are done.
fn two_done(columns: u16, rows: u16) -> Scene {
    let mut scene = waiting(columns, rows);
    scene.running(3);
    scene.event(4, "Started", "Started container web");
    scene.tell(awaited(true, "Ready"));
    scene.step_ended(0, Outcome::Passed);
    scene.output(0, "you@host:~/lab$ kubectl get pods -o wide\nweb 1/1 Running\nyou@host:~/lab$ ");
    scene.step_started(1, Actor::Person);
    scene.tell(Event::Captured {
        step: StepIndex(1),
        name: "IP".into(),
        value: "10.244.0.5".into(),
        source: "pod/web.status.podIP".into(),
    });
    scene.step_ended(1, Outcome::Passed);
    scene
}

/// A shell in a pod is open in a terminal of its own.
fn jumped(columns: u16, rows: u16) -> Scene {
    let mut scene = two_done(columns, rows);
    let _ = scene.press("⏎");
    scene.step_started(2, Actor::Podlab);
    scene.tell(Event::TerminalOpened { terminal: TerminalId(1), title: "host".into() });
    scene.tell(Event::TerminalTitled { terminal: TerminalId(1), title: "jump".into() });
    scene.output(1, "If you don't see a command prompt, try pressing enter.\n/ # ");
    scene.step_ended(2, Outcome::Passed);
    scene
}

/// The liveness probe failed three times and the container was restarted.
fn restarted(columns: u16, rows: u16) -> Scene {
    let mut scene = jumped(columns, rows);
    scene.wait(20);
    scene.probe_failed(5, 1);
    scene.wait(5);
    scene.probe_failed(6, 2);
    scene.wait(5);
    scene.probe_failed(7, 3);
    scene.event(8, "Killing", "Container web failed liveness probe, will be restarted");
    scene.wait(2);
    scene.restarted(9);
    scene
}

#[test]
fn before_the_cluster_answers_the_lab_can_be_read() {
    insta::assert_snapshot!(Scene::new(120, 40).screen());
}

#[test]
fn a_step_waits_for_what_it_promises() {
    insta::assert_snapshot!(waiting(120, 40).screen());
}

#[test]
fn steps_are_ticked_and_values_known() {
    insta::assert_snapshot!(two_done(120, 40).screen());
}

#[test]
fn a_shell_in_a_pod_comes_to_the_front() {
    let mut scene = jumped(120, 40);
    let _ = scene.press("t");
    insta::assert_snapshot!(scene.screen());
}

#[test]
fn a_failed_step_shows_expected_against_actual() {
    let mut scene = jumped(120, 40);
    let _ = scene.press("⏎");
    scene.step_started(3, Actor::Podlab);
    scene.step_ended(3, failure());
    insta::assert_snapshot!(scene.screen());
}

#[test]
fn the_watcher_tells_why_a_container_was_restarted() {
    let mut scene = restarted(120, 40);
    let _ = scene.press("w");
    insta::assert_snapshot!(scene.screen());
}

#[test]
fn a_stream_goes_on_beside_the_next_step() {
    let mut scene = jumped(120, 40);
    let _ = scene.press("n ⏎");
    scene.step_started(4, Actor::Podlab);
    scene.tell(Event::TerminalOpened { terminal: TerminalId(2), title: "watch".into() });
    scene.output(
        2,
        "NAME   READY   STATUS    RESTARTS   AGE\nweb    1/1     Running   0          40s\n",
    );
    scene.tell(Event::Streaming { step: StepIndex(4), terminal: TerminalId(2) });
    scene.step_ended(4, Outcome::Passed);
    scene.output(1, "hello\n/ # ");
    insta::assert_snapshot!(scene.screen());
}

#[test]
fn a_server_that_is_gone_makes_old_rows_look_old() {
    let mut scene = two_done(120, 40);
    let since = scene.state.now;
    let health = Health::Stale { since, error: "connection refused".into() };
    scene.watch(Change::Health(Followed::Pods, health));
    scene.wait(7);
    let inside = scene.inside(Pane::Watcher);
    assert!(inside.contains("web    1/1     Running"), "old rows stay: {inside}");
    let title = scene.screen().lines().nth(1).unwrap().to_owned();
    assert!(title.contains("○ stale since 7s: connection refused"), "{title}");
}

#[test]
fn small_instructions() {
    insta::assert_snapshot!(waiting(80, 24).screen());
}

#[test]
fn small_watcher() {
    let mut scene = restarted(80, 24);
    let _ = scene.press("w");
    insta::assert_snapshot!(scene.screen());
}

#[test]
fn small_terminal() {
    let mut scene = jumped(80, 24);
    let _ = scene.press("t");
    scene.wait(31);
    scene.restarted(30);
    insta::assert_snapshot!(scene.screen());
}

#[test]
fn too_small_says_what_it_needs_and_recovers() {
    let mut scene = waiting(59, 14);
    insta::assert_snapshot!(scene.screen());
    let _ = scene.resize(60, 15);
    assert!(scene.screen().contains(" instructions "), "{}", scene.screen());
}

#[test]
fn leaving_is_asked_about() {
    let mut scene = two_done(80, 24);
    let _ = scene.press("q");
    insta::assert_snapshot!(scene.screen());
}

#[test]
fn running_again_is_asked_about() {
    let mut scene = two_done(80, 24);
    let _ = scene.press("p p r");
    insta::assert_snapshot!(scene.screen());
}

#[test]
fn a_command_is_changed_before_it_runs() {
    let mut scene = jumped(80, 24);
    let _ = scene.press("e");
    scene.type_text("info");
    insta::assert_snapshot!(scene.screen());
}

#[test]
fn help_comes_from_the_keys() {
    let mut scene = Scene::started(80, 40);
    let _ = scene.press("?");
    insta::assert_snapshot!(scene.screen());
}

#[test]
fn a_search_is_typed_and_its_matches_are_found() {
    let mut scene = Scene::started(80, 24);
    let _ = scene.press("/");
    scene.type_text("IT");
    let footer = scene.screen().lines().last().unwrap().to_owned();
    assert_eq!(footer, " search: IT");
    let _ = scene.press("⏎ n");
    insta::assert_snapshot!(scene.screen());
}

#[test]
fn after_the_run_it_says_what_is_left() {
    let mut scene = two_done(80, 24);
    scene.tell(Event::CleaningUp { what: "namespace/podlab-pods-x7f2".into() });
    assert!(scene.screen().contains("run: removing namespace/podlab-pods-x7f2 …"));
    scene.tell(Event::RunEnded { left: vec!["clusterrole/web".into()] });
    let end = " run: over; left: clusterrole/web\n q leave";
    assert!(scene.screen().ends_with(end), "{}", scene.screen());
}

#[test]
fn what_comes_from_outside_cannot_reach_the_terminal() {
    let mut scene = two_done(120, 40);
    scene.event(20, "Bad\u{1b}[2J", "mes\u{1b}]0;title\u{7}sage\u{202e}");
    scene.tell(Event::Notice { level: Level::Error, text: "no\u{1b}[31m\u{9b}tice\n!".into() });
    scene.tell(Event::TerminalTitled { terminal: TerminalId(0), title: "ho\u{1b}cst".into() });
    let screen = scene.screen();
    assert!(screen.chars().all(|c| c == '\n' || !c.is_control()), "{screen:?}");
    for safe in ["Bad^[[2J: mes^[]0;title^G", "error: no^[[31m\\u{9b}tice !", "terminal: ho^[cst"] {
        assert!(screen.contains(safe), "{safe} is not in\n{screen}");
    }
}

#[test]
fn thousands_of_pods_say_how_many_are_not_shown() {
    let mut scene = Scene::started(120, 40);
    scene.many_pods(5_000);
    let _ = scene.press("w k");
    let inside = scene.inside(Pane::Watcher);
    assert!(inside.contains("17 of 5000 pods are shown, j and k scroll"), "{inside}");
    assert!(inside.contains("pod-0000 "), "{inside}");
    let _ = scene.press("j j j");
    let inside = scene.inside(Pane::Watcher);
    assert!(inside.contains("pod-0003 ") && !inside.contains("pod-0002 "), "{inside}");
}

#[test]
fn what_may_not_be_looked_at_is_said() {
    let mut scene = Scene::started(120, 40);
    let why = "pods is forbidden: User \"student\" cannot list resource \"pods\"";
    scene.watch(Change::Health(Followed::Pods, Health::Forbidden(why.into())));
    let screen = scene.screen();
    assert!(screen.contains("○ forbidden: pods is forbidden"), "{screen}");
    assert!(screen.contains("the server does not let podlab look at pods"), "{screen}");
}
