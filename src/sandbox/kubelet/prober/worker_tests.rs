use jiff::Timestamp;
use serde_json::json;

use super::results::{ProbeResult, Results};
use super::worker::{Look, ProbeWorker, View};
use crate::sandbox::kubelet::clock::after_millis;
use crate::sandbox::kubelet::spec::{Class, Container, Probe, ProbeKind, RestartPolicy, Slot};
use crate::sandbox::kubelet::status::{ContainerStatus, State, Terminated};

fn at(seconds: f64) -> Timestamp {
    let start = "2026-11-22T20:46:00Z".parse().unwrap();
    after_millis(start, (seconds * 1000.0) as i64)
}

/// One worker, its results, and what the status says of its container.
struct Probing {
    worker: ProbeWorker,
    results: Results,
    status: Option<ContainerStatus>,
    is_deleting: bool,
    policy: RestartPolicy,
}

impl Probing {
    /// A probe whose pod was added at 0, of a container that runs since `since`.
    fn new(kind: ProbeKind, probe: serde_json::Value, since: f64) -> Self {
        let probe: Probe = serde_json::from_value(probe).unwrap();
        let slot = Slot { class: Class::Regular, index: 0 };
        Self {
            worker: ProbeWorker::new(slot, "app", kind, probe, at(0.0)),
            results: Results::default(),
            status: Some(ContainerStatus {
                container_id: "containerd://a".into(),
                state: State::Running { since: at(since) },
                started: kind != ProbeKind::Startup,
                ..ContainerStatus::default()
            }),
            is_deleting: false,
            policy: RestartPolicy::Always,
        }
    }

    fn look(&mut self, now: f64) -> Look {
        let container = Container::default();
        let view = View {
            is_over: false,
            is_deleting: self.is_deleting,
            status: self.status.as_ref(),
            container: Some(&container),
            policy: self.policy,
        };
        self.worker.look(&view, &mut self.results, at(now))
    }

    /// The times at which it asks until `end`, and what it is told each time: `.` is yes,
    /// `x` is no, the last one stays.
    fn asks(&mut self, end: f64, answers: &str) -> Vec<f64> {
        let mut asked = Vec::new();
        while let Some(due) = self.worker.next_due().filter(|due| *due <= at(end)) {
            let now = due.duration_since(at(0.0)).as_secs_f64().max(0.0);
            if !self.worker.takes_its_turn(at(now)) {
                continue;
            }
            match self.look(now) {
                Look::Ask => {}
                Look::Wait => continue,
                Look::End => break,
            }
            let answer = answers.chars().nth(asked.len()).or(answers.chars().last());
            asked.push(now);
            let result = match answer {
                Some('x') => ProbeResult::Failure,
                _ => ProbeResult::Success,
            };
            self.worker.count(result, &mut self.results);
        }
        asked
    }

    fn result(&self) -> Option<ProbeResult> {
        self.results.get(self.worker.kind, "containerd://a")
    }
}

#[test]
fn probes_come_at_the_ticks_of_their_period_after_the_delay() {
    let rows: &[(_, f64, &[f64])] = &[
        (json!({}), 0.4, &[0.0, 10.0, 20.0]),
        (json!({ "periodSeconds": 5 }), 0.4, &[0.0, 5.0, 10.0, 15.0, 20.0]),
        // The delay counts from the container's start, in whole seconds.
        (json!({ "initialDelaySeconds": 5 }), 0.9, &[10.0, 20.0]),
        (
            json!({ "initialDelaySeconds": 3, "periodSeconds": 3 }),
            0.5,
            &[3.0, 6.0, 9.0, 12.0, 15.0, 18.0],
        ),
        (
            json!({ "initialDelaySeconds": 3, "periodSeconds": 3 }),
            1.5,
            &[6.0, 9.0, 12.0, 15.0, 18.0],
        ),
        (json!({ "periodSeconds": 0, "timeoutSeconds": -1 }), 0.0, &[0.0, 10.0, 20.0]),
    ];
    for (probe, since, wanted) in rows {
        let mut probing = Probing::new(ProbeKind::Liveness, probe.clone(), *since);
        assert_eq!(probing.asks(20.0, "."), *wanted, "{probe}");
    }
}

#[test]
fn so_many_answers_in_a_row_make_a_result() {
    use ProbeResult::{Failure, Success};
    let rows = [
        (ProbeKind::Liveness, json!({}), "xx", Some(Success)),
        (ProbeKind::Liveness, json!({}), "xxx", Some(Failure)),
        (ProbeKind::Liveness, json!({}), "xx.xx", Some(Success)),
        (ProbeKind::Liveness, json!({ "failureThreshold": 1 }), ".x", Some(Failure)),
        (ProbeKind::Readiness, json!({}), "xx", Some(Failure)),
        (ProbeKind::Readiness, json!({}), "x.", Some(Success)),
        (ProbeKind::Readiness, json!({}), ".xx", Some(Success)),
        (ProbeKind::Readiness, json!({}), ".xxx", Some(Failure)),
        (ProbeKind::Readiness, json!({ "successThreshold": 2 }), ".", Some(Failure)),
        (ProbeKind::Readiness, json!({ "successThreshold": 2 }), ".x..", Some(Success)),
        (ProbeKind::Startup, json!({}), "xx", Some(ProbeResult::Unknown)),
        (ProbeKind::Startup, json!({}), "xxx", Some(Failure)),
        (ProbeKind::Startup, json!({}), "x.", Some(Success)),
    ];
    for (kind, probe, answers, wanted) in rows {
        let mut probing = Probing::new(kind, probe.clone(), 0.0);
        let end = (answers.len() - 1) as f64 * 10.0;
        assert_eq!(probing.asks(end, answers).len(), answers.len(), "{kind} {probe} {answers}");
        assert_eq!(probing.result(), wanted, "{kind} {probe} {answers}");
    }
}

#[test]
fn a_failed_container_is_left_alone_until_there_is_a_new_one() {
    let mut probing = Probing::new(ProbeKind::Liveness, json!({}), 0.0);
    assert_eq!(probing.asks(90.0, "xxx"), [0.0, 10.0, 20.0]);
    probing.status = Some(ContainerStatus {
        container_id: "containerd://b".into(),
        state: State::Running { since: at(91.0) },
        started: true,
        ..ContainerStatus::default()
    });
    assert_eq!(probing.asks(110.0, "."), [100.0, 110.0]);
    assert_eq!(probing.result(), None, "the old one is forgotten");
    assert_eq!(
        probing.results.get(ProbeKind::Liveness, "containerd://b"),
        Some(ProbeResult::Success)
    );
}

#[test]
fn the_startup_probe_gates_the_others() {
    let mut startup = Probing::new(ProbeKind::Startup, json!({}), 0.0);
    assert_eq!(startup.asks(50.0, "x."), [0.0, 10.0], "then it is done");
    startup.status.as_mut().unwrap().started = true;
    assert_eq!(startup.asks(90.0, "x"), Vec::<f64>::new());
    let mut liveness = Probing::new(ProbeKind::Liveness, json!({}), 0.0);
    liveness.status.as_mut().unwrap().started = false;
    assert_eq!(liveness.asks(20.0, "."), Vec::<f64>::new());
    liveness.status.as_mut().unwrap().started = true;
    assert_eq!(liveness.asks(40.0, "."), [30.0, 40.0]);
}

#[test]
fn a_trigger_asks_at_once_and_moves_the_ticks() {
    let mut probing = Probing::new(ProbeKind::Readiness, json!({}), 0.0);
    assert_eq!(probing.asks(0.0, "x"), [0.0]);
    probing.worker.trigger();
    assert!(probing.worker.takes_its_turn(at(3.0)));
    assert_eq!(probing.asks(25.0, "."), [13.0, 23.0]);
}

#[test]
fn what_the_container_does_decides_whether_it_goes_on() {
    let ended = |code| State::Terminated(Terminated { exit_code: code, ..Terminated::default() });
    let waiting = State::default();
    let rows = [
        (ended(0), RestartPolicy::Always, Look::Wait),
        (ended(0), RestartPolicy::OnFailure, Look::End),
        (ended(1), RestartPolicy::OnFailure, Look::Wait),
        (ended(1), RestartPolicy::Never, Look::End),
        (waiting, RestartPolicy::Never, Look::Wait),
    ];
    for (state, policy, wanted) in rows {
        let mut probing = Probing::new(ProbeKind::Readiness, json!({}), 0.0);
        assert_eq!(probing.look(0.0), Look::Ask);
        probing.worker.count(ProbeResult::Success, &mut probing.results);
        probing.status.as_mut().unwrap().state = state.clone();
        probing.policy = policy;
        assert_eq!(probing.look(10.0), wanted, "{state:?} {policy:?}");
        let left = (wanted == Look::Wait).then_some(ProbeResult::Failure);
        assert_eq!(probing.result(), left, "{state:?} {policy:?}");
    }
}

#[test]
fn a_pod_that_goes_is_asked_only_whether_it_is_ready() {
    for (kind, wanted) in [
        (ProbeKind::Liveness, Look::End),
        (ProbeKind::Startup, Look::End),
        (ProbeKind::Readiness, Look::Ask),
    ] {
        let mut probing = Probing::new(kind, json!({}), 0.0);
        probing.is_deleting = true;
        assert_eq!(probing.look(0.0), wanted, "{kind}");
    }
}

#[test]
fn there_is_nothing_to_ask_before_there_is_a_container() {
    let mut probing = Probing::new(ProbeKind::Readiness, json!({}), 0.0);
    probing.status = None;
    assert_eq!(probing.look(0.0), Look::Wait);
    probing.status = Some(ContainerStatus::default());
    assert_eq!(probing.look(10.0), Look::Wait);
    assert_eq!(probing.results.take_updates(), []);
}

#[test]
fn ticks_that_pass_while_an_answer_is_awaited_are_one() {
    let mut probing = Probing::new(ProbeKind::Liveness, json!({ "periodSeconds": 1 }), 0.0);
    assert!(probing.worker.takes_its_turn(at(0.0)));
    // The answer took four and a half seconds.
    assert!(probing.worker.takes_its_turn(at(4.5)));
    assert!(!probing.worker.takes_its_turn(at(4.9)));
    assert!(probing.worker.takes_its_turn(at(5.0)));
}
