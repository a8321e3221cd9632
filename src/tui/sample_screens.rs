//! Bindings, questions and drift, as a person sees them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::fixture::Scene;
use crate::base::SourceText;
use crate::engine::{Actor, Candidate, Drift, Event, Gap, Outcome, Question, Request, StepIndex};
use crate::lab::parse;
use crate::sample::{Binding, By, ComparedRow, Identity, Judgement, Place};

const LAB: &str = "\
# A copied address

Look at the service:

```
kubectl get svc web
```

```
NAME   TYPE        CLUSTER-IP      EXTERNAL-IP   PORT(S)    AGE
web    ClusterIP   10.23.248.120   <none>        4000/TCP   11m
```

Call it:

```
curl http://10.23.248.120:4000/<path>
```
";

const S0: StepIndex = StepIndex(0);
const S1: StepIndex = StepIndex(1);

fn scene(columns: u16, rows: u16) -> Scene {
    let source = SourceText { name: "lab.md".into(), text: LAB.into() };
    let (lab, _) = parse("copied", source, BTreeMap::new());
    let mut scene = Scene::of(Arc::new(lab), columns, rows);
    scene.start();
    scene
}

fn binding() -> Binding {
    Binding {
        literal: "10.23.248.120".into(),
        value: "10.96.14.7".into(),
        identity: Identity::Address,
        place: Place { what: "CLUSTER-IP".into(), of: "svc/web".into() },
    }
}

fn row(expected: &str, actual: &str, judgement: Judgement) -> ComparedRow {
    ComparedRow { expected: Some(expected.into()), actual: Some(actual.into()), judgement }
}

/// The first step has run: its address is bound, and a port has drifted.
fn looked(columns: u16, rows: u16) -> Scene {
    let mut scene = scene(columns, rows);
    scene.step_started(0, Actor::Podlab);
    scene.tell(Event::Bound { step: Some(S0), binding: binding(), by: By::Sample });
    let head = "NAME   TYPE        CLUSTER-IP      EXTERNAL-IP   PORT(S)    AGE";
    let drift = Drift {
        sample: 0,
        line: 10,
        rows: vec![
            row(
                head,
                "NAME   TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)    AGE",
                Judgement::Like,
            ),
            row(
                "web    ClusterIP   10.23.248.120   <none>        4000/TCP   11m",
                "web    ClusterIP   10.96.14.7   <none>        4001/TCP   3s",
                Judgement::Differs("PORT(S) is 4001/TCP, not 4000/TCP".into()),
            ),
        ],
        refreshed: None,
    };
    scene.tell(Event::Drifted { step: S0, drift });
    scene.step_ended(0, Outcome::Passed);
    scene
}

fn question() -> Event {
    let candidate = |value: &str, what: &str| Candidate { value: value.into(), what: what.into() };
    let question = Question {
        gap: Gap::Placeholder("path".into()),
        why: "nothing answers it".into(),
        candidates: vec![candidate("10.20.1.25", "pod/web"), candidate("10.96.14.7", "svc/web")],
    };
    Event::Asked { step: S1, question }
}

#[test]
fn a_binding_and_a_drift_are_shown_with_their_steps() {
    insta::assert_snapshot!(looked(120, 40).screen());
}

#[test]
fn both_sides_of_a_drift_are_shown_beside_each_other() {
    let mut scene = looked(120, 40);
    let _ = scene.press("d");
    insta::assert_snapshot!(scene.screen());
    let mut small = looked(80, 24);
    let _ = small.press("d");
    insta::assert_snapshot!("small", small.screen());
    let _ = small.press("<esc>");
    assert!(!small.screen().contains("expected (line"), "it closes");
}

#[test]
fn a_question_is_answered_with_a_candidate_or_by_typing() {
    let mut scene = looked(100, 30);
    let _ = scene.press("⏎");
    scene.step_started(1, Actor::Podlab);
    scene.tell(question());
    insta::assert_snapshot!(scene.screen());
    let fill = |value: &str| {
        let gap = Gap::Placeholder("path".into());
        Request::Fill { gap, value: value.into() }
    };
    let _ = scene.press("<esc>");
    assert_eq!(scene.press("⏎"), [], "the step asks again");
    assert_eq!(scene.press("<down> ⏎"), [fill("10.96.14.7")]);
    scene.tell(question());
    let _ = scene.press("^u");
    scene.type_text("info");
    assert_eq!(scene.press("⏎"), [fill("info")]);
}

#[test]
fn values_are_listed_changed_and_forgotten() {
    let mut scene = scene(100, 30);
    assert_eq!(scene.press("v"), []);
    assert!(scene.screen().contains("nothing stands for something else yet"));
    let mut scene = looked(100, 30);
    scene.tell(Event::Captured {
        step: S1,
        name: "path".into(),
        value: "info".into(),
        source: "your answer".into(),
    });
    let _ = scene.press("v <down>");
    insta::assert_snapshot!(scene.screen());
    let literal = || "10.23.248.120".to_owned();
    assert_eq!(scene.press("x"), [Request::Unbind { literal: literal() }]);
    let _ = scene.press("⏎ ^u");
    scene.type_text("10.96.14.8");
    insta::assert_snapshot!("changing", scene.screen());
    let gap = Gap::Literal(literal());
    assert_eq!(scene.press("⏎"), [Request::Fill { gap, value: "10.96.14.8".into() }]);
    let changed = Binding { value: "10.96.14.8".into(), ..binding() };
    scene.tell(Event::Bound { step: None, binding: changed, by: By::Person });
    assert!(scene.screen().contains("10.96.14.8"), "{}", scene.screen());
}
