//! A pod as one row of `kubectl get pods`.

use jiff::Timestamp;
use k8s_openapi::api::core::v1::{ContainerState, ContainerStateTerminated, ContainerStatus, Pod};

use crate::base::human_duration;

/// The columns of `kubectl get pods`; what depends on the time is rendered with it.
///
/// Source: `pkg/printers/internalversion/printers.go`, `printPod` (1.36).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PodRow {
    /// The pod.
    pub name: String,
    /// Containers that are ready, sidecars included.
    pub ready: usize,
    /// Containers that should be.
    pub total: usize,
    /// The STATUS column: the one word.
    pub status: String,
    /// Restarts of all containers that count.
    pub restarts: u32,
    /// When a container ended last before it was restarted.
    pub last_restart: Option<Timestamp>,
    /// When the pod was created.
    pub created: Option<Timestamp>,
}

impl PodRow {
    /// The READY cell: `1/2`.
    pub fn ready_cell(&self) -> String {
        format!("{}/{}", self.ready, self.total)
    }

    /// The RESTARTS cell at `now`: `3 (21s ago)`.
    pub fn restarts_cell(&self, now: Timestamp) -> String {
        match self.last_restart {
            Some(at) if self.restarts != 0 => {
                format!("{} ({} ago)", self.restarts, human_duration(now.duration_since(at)))
            }
            _ => self.restarts.to_string(),
        }
    }

    /// The AGE cell at `now`.
    pub fn age_cell(&self, now: Timestamp) -> String {
        age(self.created, now)
    }

    /// The pod in a few words, where a status alone would hide that it is not ready.
    pub fn summary(&self) -> String {
        if self.status == "Running" && self.ready < self.total {
            format!("Running, {} of {} ready", self.ready, self.total)
        } else {
            self.status.clone()
        }
    }
}

/// The AGE of something: `<unknown>` where its time of creation is.
///
/// Source: `printers.go`, `translateTimestampSince`.
pub fn age(created: Option<Timestamp>, now: Timestamp) -> String {
    created.map_or_else(|| "<unknown>".to_owned(), |at| human_duration(now.duration_since(at)))
}

/// What kubectl's server would show of this pod in a table.
pub fn pod_row(pod: &Pod) -> PodRow {
    let init = fold_init_containers(pod);
    let mut tally = Tally { ready: init.ready, ..Tally::default() };
    let mut status = init.reason.clone().unwrap_or_else(|| base_reason(pod));
    if init.reason.is_none() || condition_is_true(pod, "Initialized") {
        tally.restarts = init.sidecar_restarts;
        tally.last_restart = init.sidecar_last_restart;
        status = fold_containers(pod, status, &mut tally);
    } else {
        tally.restarts = init.restarts;
        tally.last_restart = init.last_restart;
    }
    if let Some(word) = deletion_word(pod) {
        status = word.to_owned();
    }
    PodRow {
        name: pod.metadata.name.clone().unwrap_or_default(),
        ready: tally.ready,
        total: total_containers(pod),
        status,
        restarts: tally.restarts,
        last_restart: tally.last_restart,
        created: pod.metadata.creation_timestamp.as_ref().map(|time| time.0),
    }
}

#[derive(Default)]
struct Tally {
    ready: usize,
    restarts: u32,
    last_restart: Option<Timestamp>,
}

impl Tally {
    fn count(&mut self, status: &ContainerStatus) {
        self.restarts += restarts(status);
        self.last_restart = self.last_restart.max(last_end(status));
    }
}

#[derive(Default)]
struct InitFold {
    ready: usize,
    restarts: u32,
    last_restart: Option<Timestamp>,
    sidecar_restarts: u32,
    sidecar_last_restart: Option<Timestamp>,
    /// The status word of the first init container that is not done.
    reason: Option<String>,
}

fn fold_init_containers(pod: &Pod) -> InitFold {
    let mut fold = InitFold::default();
    let statuses = pod.status.as_ref().and_then(|status| status.init_container_statuses.as_ref());
    for (index, status) in statuses.into_iter().flatten().enumerate() {
        let sidecar = is_sidecar(pod, &status.name);
        fold.restarts += restarts(status);
        fold.last_restart = fold.last_restart.max(last_end(status));
        if sidecar {
            fold.sidecar_restarts += restarts(status);
            fold.sidecar_last_restart = fold.sidecar_last_restart.max(last_end(status));
        }
        let terminated = terminated(status);
        if terminated.is_some_and(|end| end.exit_code == 0) {
            continue;
        }
        if sidecar && status.started == Some(true) {
            fold.ready += usize::from(status.ready);
            continue;
        }
        fold.reason = Some(match (terminated, waiting_reason(status)) {
            (Some(end), _) => format!("Init:{}", end_word(end)),
            (None, Some(reason)) if reason != "PodInitializing" => format!("Init:{reason}"),
            _ => format!("Init:{index}/{}", init_container_count(pod)),
        });
        break;
    }
    fold
}

fn fold_containers(pod: &Pod, base: String, tally: &mut Tally) -> String {
    let mut reason = base;
    let mut error_reason = String::new();
    let mut running = false;
    let statuses = pod.status.as_ref().and_then(|status| status.container_statuses.as_ref());
    // From the last to the first: the first container's reason wins.
    for status in statuses.into_iter().flatten().rev() {
        tally.count(status);
        if let Some(waiting) = waiting_reason(status) {
            waiting.clone_into(&mut reason);
        } else if let Some(end) = terminated(status) {
            reason = end_word(end);
            if end.exit_code != 0 {
                error_reason.clone_from(&reason);
            }
        } else if status.ready && is_running(status) {
            running = true;
            tally.ready += 1;
        }
    }
    match reason.as_str() {
        "Completed" if running && condition_is_true(pod, "Ready") => "Running".to_owned(),
        "Completed" if !error_reason.is_empty() => error_reason,
        "Completed" if running => "NotReady".to_owned(),
        _ => reason,
    }
}

fn base_reason(pod: &Pod) -> String {
    let Some(status) = &pod.status else { return String::new() };
    let gated = status.conditions.iter().flatten().any(|condition| {
        condition.type_ == "PodScheduled" && condition.reason.as_deref() == Some("SchedulingGated")
    });
    if gated {
        return "SchedulingGated".to_owned();
    }
    let reason = status.reason.as_ref().filter(|reason| !reason.is_empty());
    reason.or(status.phase.as_ref()).cloned().unwrap_or_default()
}

fn deletion_word(pod: &Pod) -> Option<&'static str> {
    pod.metadata.deletion_timestamp.as_ref()?;
    let status = pod.status.as_ref();
    let phase = status.and_then(|status| status.phase.as_deref());
    if status.and_then(|status| status.reason.as_deref()) == Some("NodeLost") {
        return Some("Unknown");
    }
    (!matches!(phase, Some("Succeeded" | "Failed"))).then_some("Terminating")
}

fn total_containers(pod: &Pod) -> usize {
    let Some(spec) = &pod.spec else { return 0 };
    let sidecars = spec.init_containers.iter().flatten();
    let sidecars = sidecars.filter(|one| one.restart_policy.as_deref() == Some("Always"));
    spec.containers.len() + sidecars.count()
}

fn init_container_count(pod: &Pod) -> usize {
    pod.spec.as_ref().and_then(|spec| spec.init_containers.as_ref()).map_or(0, Vec::len)
}

/// Whether this init container runs beside the others instead of before them.
pub fn is_sidecar(pod: &Pod, container: &str) -> bool {
    pod.spec
        .iter()
        .flat_map(|spec| spec.init_containers.iter().flatten())
        .any(|one| one.name == container && one.restart_policy.as_deref() == Some("Always"))
}

/// Whether the first condition of this type is True.
pub fn condition_is_true(pod: &Pod, wanted: &str) -> bool {
    let conditions = pod.status.iter().flat_map(|status| status.conditions.iter().flatten());
    conditions.into_iter().find(|one| one.type_ == wanted).is_some_and(|one| one.status == "True")
}

fn state(status: &ContainerStatus) -> Option<&ContainerState> {
    status.state.as_ref()
}

fn is_running(status: &ContainerStatus) -> bool {
    state(status).is_some_and(|state| state.running.is_some())
}

fn terminated(status: &ContainerStatus) -> Option<&ContainerStateTerminated> {
    state(status)?.terminated.as_ref()
}

fn waiting_reason(status: &ContainerStatus) -> Option<&str> {
    let reason = state(status)?.waiting.as_ref()?.reason.as_deref();
    reason.filter(|reason| !reason.is_empty())
}

fn restarts(status: &ContainerStatus) -> u32 {
    u32::try_from(status.restart_count).unwrap_or(0)
}

fn last_end(status: &ContainerStatus) -> Option<Timestamp> {
    let end = status.last_state.as_ref()?.terminated.as_ref()?;
    end.finished_at.as_ref().map(|time| time.0)
}

/// How a container ended, in the word that kubectl uses: its reason, `Signal:9` or `ExitCode:7`.
pub fn end_word(end: &ContainerStateTerminated) -> String {
    match (&end.reason, end.signal) {
        (Some(reason), _) if !reason.is_empty() => reason.clone(),
        (_, Some(signal)) if signal != 0 => format!("Signal:{signal}"),
        _ => format!("ExitCode:{}", end.exit_code),
    }
}

#[cfg(test)]
#[expect(clippy::needless_pass_by_value, reason = "objects are written in place")]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn pod(value: Value) -> Pod {
        serde_json::from_value(value).unwrap()
    }

    fn check(what: &str, value: Value, wanted: &str) {
        let row = pod_row(&pod(value));
        let now = "2026-01-01T00:01:00Z".parse().unwrap();
        let shown = format!("{} {} {}", row.ready_cell(), row.status, row.restarts_cell(now));
        assert_eq!(shown, wanted, "{what}");
    }

    fn spec(init: Value, containers: usize) -> Value {
        let names: Vec<Value> =
            (1..=containers).map(|n| json!({"name": format!("c{n}")})).collect();
        json!({"initContainers": init, "containers": names})
    }

    fn running(name: &str, ready: bool) -> Value {
        json!({"name": name, "ready": ready, "restartCount": 0, "started": true,
               "image": "", "imageID": "", "state": {"running": {}}})
    }

    fn ended(name: &str, end: Value) -> Value {
        json!({"name": name, "ready": false, "restartCount": 0, "image": "", "imageID": "",
               "state": {"terminated": end}})
    }

    fn waiting(name: &str, reason: &str) -> Value {
        json!({"name": name, "ready": false, "restartCount": 0, "image": "", "imageID": "",
               "state": {"waiting": {"reason": reason}}})
    }

    #[test]
    fn status_comes_from_phase_reason_and_conditions() {
        let one = spec(json!([]), 1);
        check("phase", json!({"spec": one, "status": {"phase": "Pending"}}), "0/1 Pending 0");
        check(
            "status reason",
            json!({"spec": one, "status": {"phase": "Failed", "reason": "Evicted"}}),
            "0/1 Evicted 0",
        );
        check(
            "gated",
            json!({"spec": one, "status": {"phase": "Pending", "conditions": [
                {"type": "PodScheduled", "status": "False", "reason": "SchedulingGated"}]}}),
            "0/1 SchedulingGated 0",
        );
        check("nothing", json!({"spec": one}), "0/1  0");
    }

    #[test]
    fn containers_decide_from_the_first() {
        let status = |containers: Value| {
            json!({"spec": spec(json!([]), 2), "status": {
            "phase": "Running", "containerStatuses": containers}})
        };
        let rows = [
            ("both run", json!([running("c1", true), running("c2", true)]), "2/2 Running 0"),
            ("one not ready", json!([running("c1", false), running("c2", true)]), "1/2 Running 0"),
            (
                "the first's reason wins",
                json!([waiting("c1", "ErrImagePull"), waiting("c2", "CrashLoopBackOff")]),
                "0/2 ErrImagePull 0",
            ),
            (
                "reason",
                json!([
                    ended("c1", json!({"exitCode": 7, "reason": "Error"})),
                    running("c2", true)
                ]),
                "1/2 Error 0",
            ),
            (
                "signal",
                json!([ended("c1", json!({"exitCode": 137, "signal": 9})), running("c2", true)]),
                "1/2 Signal:9 0",
            ),
            (
                "exit code",
                json!([ended("c1", json!({"exitCode": 3})), running("c2", true)]),
                "1/2 ExitCode:3 0",
            ),
            (
                "one completed, one runs, the pod is not ready",
                json!([
                    ended("c1", json!({"exitCode": 0, "reason": "Completed"})),
                    running("c2", true)
                ]),
                "1/2 NotReady 0",
            ),
            (
                "one completed, one failed",
                json!([
                    ended("c1", json!({"exitCode": 0, "reason": "Completed"})),
                    ended("c2", json!({"exitCode": 1, "reason": "Error"}))
                ]),
                "0/2 Error 0",
            ),
            (
                "a waiting container without a reason changes nothing",
                json!([waiting("c1", ""), running("c2", true)]),
                "1/2 Running 0",
            ),
        ];
        for (what, containers, wanted) in rows {
            check(what, status(containers), wanted);
        }
    }

    #[test]
    fn completed_beside_a_ready_container_is_running() {
        check(
            "ready",
            json!({"spec": spec(json!([]), 2), "status": {"phase": "Running",
                "conditions": [{"type": "Ready", "status": "True"}],
                "containerStatuses": [
                    ended("c1", json!({"exitCode": 0, "reason": "Completed"})),
                    running("c2", true)]}}),
            "1/2 Running 0",
        );
    }

    #[test]
    fn the_first_unfinished_init_container_decides() {
        let status = |statuses: Value| {
            json!({"spec": spec(json!([{"name": "i1"}, {"name": "i2"}]), 1),
            "status": {"phase": "Pending", "initContainerStatuses": statuses}})
        };
        let done = ended("i1", json!({"exitCode": 0, "reason": "Completed"}));
        let rows = [
            (
                "first runs",
                json!([running("i1", false), waiting("i2", "PodInitializing")]),
                "Init:0/2",
            ),
            ("second runs", json!([done, running("i2", false)]), "Init:1/2"),
            ("second initializes", json!([done, waiting("i2", "PodInitializing")]), "Init:1/2"),
            ("second waits", json!([done, waiting("i2", "ErrImagePull")]), "Init:ErrImagePull"),
            (
                "failed",
                json!([ended("i1", json!({"exitCode": 1, "reason": "Error"}))]),
                "Init:Error",
            ),
            ("signal", json!([ended("i1", json!({"exitCode": 1, "signal": 9}))]), "Init:Signal:9"),
            ("exit code", json!([ended("i1", json!({"exitCode": 2}))]), "Init:ExitCode:2"),
        ];
        for (what, statuses, wanted) in rows {
            check(what, status(statuses), &format!("0/1 {wanted} 0"));
        }
    }

    #[test]
    fn restarts_of_init_containers_are_dropped_once_they_are_done() {
        let with_restarts = |mut status: Value, restarts: u32| {
            status["restartCount"] = json!(restarts);
            status["lastState"] =
                json!({"terminated": {"exitCode": 1, "finishedAt": "2026-01-01T00:00:30Z"}});
            status
        };
        let init = with_restarts(ended("i1", json!({"exitCode": 0})), 3);
        let value = |containers: Value| {
            json!({"spec": spec(json!([{"name": "i1"}]), 1),
            "status": {"phase": "Running", "initContainerStatuses": [init],
                "containerStatuses": containers}})
        };
        check("dropped", value(json!([running("c1", true)])), "1/1 Running 0");
        let restarted = with_restarts(running("c1", true), 2);
        check("own", value(json!([restarted])), "1/1 Running 2 (30s ago)");
        let waiting_init = with_restarts(waiting("i1", "CrashLoopBackOff"), 4);
        check(
            "still initializing",
            json!({"spec": spec(json!([{"name": "i1"}]), 1), "status": {
                "phase": "Pending", "initContainerStatuses": [waiting_init]}}),
            "0/1 Init:CrashLoopBackOff 4 (30s ago)",
        );
    }

    #[test]
    fn sidecars_count_like_containers() {
        let init = json!([{"name": "side", "restartPolicy": "Always"}]);
        let mut side = running("side", true);
        side["restartCount"] = json!(1);
        let value = |side: &Value| {
            json!({"spec": spec(init.clone(), 1), "status": {
            "phase": "Running", "initContainerStatuses": [side],
            "containerStatuses": [running("c1", true)]}})
        };
        check("ready", value(&side), "2/2 Running 1");
        side["ready"] = json!(false);
        check("not ready", value(&side), "1/2 Running 1");
    }

    #[test]
    fn an_initialized_pod_shows_its_containers_though_an_init_container_runs_again() {
        check(
            "initialized",
            json!({"spec": spec(json!([{"name": "i1"}]), 1), "status": {"phase": "Running",
                "conditions": [{"type": "Initialized", "status": "True"}],
                "initContainerStatuses": [running("i1", false)],
                "containerStatuses": [waiting("c1", "CrashLoopBackOff")]}}),
            "0/1 CrashLoopBackOff 0",
        );
    }

    #[test]
    fn deletion_shows_unless_the_pod_has_ended() {
        let value = |status: Value| {
            json!({"metadata": {"deletionTimestamp": "2026-01-01T00:00:00Z"},
            "spec": spec(json!([]), 1), "status": status})
        };
        check("running", value(json!({"phase": "Running"})), "0/1 Terminating 0");
        check("ended", value(json!({"phase": "Succeeded"})), "0/1 Succeeded 0");
        check("lost", value(json!({"phase": "Running", "reason": "NodeLost"})), "0/1 Unknown 0");
    }

    #[test]
    fn cells_follow_the_time() {
        let row = PodRow {
            restarts: 2,
            last_restart: Some("2026-01-01T00:00:00Z".parse().unwrap()),
            created: None,
            ..PodRow::default()
        };
        assert_eq!(row.restarts_cell("2026-01-01T00:02:12Z".parse().unwrap()), "2 (2m12s ago)");
        assert_eq!(row.age_cell(Timestamp::UNIX_EPOCH), "<unknown>");
    }
}
