//! The author saves the lab, and what a person sees of that.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::SourceText;
use crate::engine::{Actor, Event, Outcome, Request, StepIndex};
use crate::lab::{Finding, parse};
use crate::tui::fixture::Scene;
use crate::tui::state::{Pane, Status};
use crate::tui::{Effect, Message, Saved};

/// What `lab.md` says after the author has put `to` in the place of `from`.
fn edited(scene: &Scene, from: &str, to: &str) -> String {
    let text = &scene.state.lab.source.text;
    assert!(text.contains(from), "{from}");
    text.replacen(from, to, 1)
}

fn save(scene: &mut Scene, text: &str) -> Vec<Effect> {
    let source = SourceText { name: "labs/pods/lab.md".into(), text: text.into() };
    let (lab, mut findings) = parse("pods", source, BTreeMap::new());
    findings.retain(Finding::is_error);
    scene.send(Message::Saved(Saved::Lab(Arc::new(lab), findings)))
}

/// The steps that the engine is asked to select, and how often it is to reload.
fn asked(effects: &[Effect]) -> (usize, Vec<usize>) {
    let mut reloads = 0;
    let mut selected = Vec::new();
    for effect in effects {
        match effect {
            Effect::Engine(Request::Reload(_)) => reloads += 1,
            Effect::Engine(Request::Select(step)) => selected.push(step.0),
            _ => {}
        }
    }
    (reloads, selected)
}

/// Two steps are done, and the third is looked at.
fn two_done() -> Scene {
    let mut scene = Scene::started(120, 40);
    for step in 0..2 {
        scene.step_started(step, Actor::Podlab);
        scene.step_ended(step, Outcome::Passed);
    }
    scene
}

fn is_done(scene: &Scene, step: usize) -> bool {
    let step = scene.state.progress.step(StepIndex(step)).unwrap();
    matches!(step.status, Status::Passed { .. })
}

#[test]
fn a_save_moves_to_what_has_changed_and_keeps_the_progress_of_the_rest() {
    let mut scene = two_done();
    let text = edited(&scene, "curl http://<IP>:8080/", "curl --head http://<IP>:8080/");
    let effects = save(&mut scene, &text);
    assert_eq!(asked(&effects), (1, vec![3]));
    assert!(effects.contains(&Effect::Highlight));
    scene.tell(Event::Reloaded);
    let screen = scene.screen();
    assert!(screen.contains("▶  step 4 · jump") && screen.contains("curl --head"), "{screen}");
    assert!(screen.contains("the lab was saved"), "{screen}");
    let done: Vec<bool> = (0..5).map(|step| is_done(&scene, step)).collect();
    assert_eq!(done, [true, true, false, false, false]);
}

#[test]
fn prose_that_has_changed_is_moved_to() {
    let mut scene = two_done();
    let text = edited(&scene, "Look at it:", "Now look at it closely:");
    let effects = save(&mut scene, &text);
    assert_eq!(asked(&effects), (1, vec![1]));
    let inside = scene.inside(Pane::Instructions);
    assert!(inside.contains("Now look at it closely") && inside.contains("▶✓ step 2"), "{inside}");
    let text = format!("{}\nThat was all.\n", scene.state.lab.source.text);
    let effects = save(&mut scene, &text);
    assert_eq!(asked(&effects), (1, vec![1]), "the step that is looked at stays");
    assert!(scene.inside(Pane::Instructions).contains("That was all."));
}

#[test]
fn a_new_step_is_counted_also_in_what_the_engine_still_tells_of_the_lab_before() {
    let mut scene = two_done();
    let text = edited(&scene, "Create it:", "```sh\nkubectl get nodes\n```\n\nCreate it:");
    let effects = save(&mut scene, &text);
    assert_eq!(asked(&effects), (1, vec![0]));
    // Told before the engine has heard of it: the third of five steps is the fourth of six.
    scene.step_started(2, Actor::Podlab);
    scene.tell(Event::Reloaded);
    let _ = scene.press("n");
    scene.step_ended(3, Outcome::Passed);
    let done: Vec<bool> = (0..6).map(|step| is_done(&scene, step)).collect();
    assert_eq!(done, [false, true, true, true, false, false]);
}

#[test]
fn an_error_is_shown_in_its_place_and_the_next_save_heals_it() {
    let mut scene = two_done();
    let good = scene.state.lab.source.text.clone();
    let text = edited(&scene, "{id: jump, opens: jump}", "{id: jump, opnes: jump}");
    let effects = save(&mut scene, &text);
    assert_eq!(effects, [], "the lab before it goes on");
    insta::assert_snapshot!(scene.screen());
    assert!(is_done(&scene, 1));
    // It is still there after the notice has gone, and keys work.
    scene.wait(20);
    assert!(scene.inside(Pane::Instructions).contains("unknown directive `opnes`"));
    assert_eq!(scene.press("⏎"), [Request::Run(StepIndex(2))]);
    scene.step_started(2, Actor::Podlab);
    assert_eq!(asked(&save(&mut scene, &good)).0, 1);
    scene.tell(Event::Reloaded);
    let screen = scene.screen();
    assert!(!screen.contains("opnes"), "{screen}");
    assert!(is_done(&scene, 1) && screen.contains("step 3 · host · running"), "{screen}");
}

#[test]
fn a_file_that_cannot_be_read_is_told() {
    let mut scene = two_done();
    let why = "read lab.md: it is not UTF-8; the first wrong byte is number 7";
    let effects = scene.send(Message::Saved(Saved::Unreadable(why.to_owned())));
    assert_eq!(effects, []);
    let good = scene.state.lab.source.text.to_string();
    assert!(scene.inside(Pane::Instructions).contains("the first wrong byte"));
    let _ = save(&mut scene, &good);
    assert!(!scene.inside(Pane::Instructions).contains("the first wrong byte"));
}

#[test]
fn what_lies_over_a_step_that_has_changed_goes_and_what_is_being_typed_stays() {
    let mut scene = Scene::started(120, 40);
    let _ = scene.press("e");
    scene.type_text(" --v=1");
    let text = edited(&scene, "Talk to it", "Speak to it");
    let _ = save(&mut scene, &text);
    assert!(scene.screen().contains("kubectl apply -f web.yaml --v=1"), "{}", scene.screen());
    let text = edited(&scene, "kubectl apply -f web.yaml", "kubectl create -f web.yaml");
    let _ = save(&mut scene, &text);
    assert!(!scene.screen().contains("--v=1"), "{}", scene.screen());
}

#[test]
fn a_lab_that_has_lost_its_steps_can_get_them_back() {
    let mut scene = two_done();
    let good = scene.state.lab.source.text.to_string();
    let _ = save(&mut scene, "# Only prose\n");
    assert_eq!(scene.state.progress.current, None);
    assert!(scene.screen().contains("Only prose"), "{}", scene.screen());
    assert_eq!(asked(&save(&mut scene, &good)), (1, vec![0]));
    assert!(scene.screen().contains("▶  step 1"), "{}", scene.screen());
}

#[test]
fn who_leaves_is_not_held_up_by_a_save() {
    let mut scene = two_done();
    let _ = scene.press("q c");
    let text = edited(&scene, "Talk to it", "Speak to it");
    assert_eq!(save(&mut scene, &text), []);
}
