use super::model::{ContainerStatus, Phase, State};
use crate::sandbox::kubelet::spec::{Class, PodSpec, RestartPolicy, Slot};

/// The phase of a pod whose containers are in these states.
///
/// `is_over` says that nothing of it will start any more, `was_initialized` that regular
/// containers have been started once.
///
/// Source: `pkg/kubelet/kubelet_pods.go`, `getPhase`.
pub(crate) fn phase(
    spec: &PodSpec,
    init: &[ContainerStatus],
    regular: &[ContainerStatus],
    is_over: bool,
    was_initialized: bool,
) -> Phase {
    let mut tally = Tally::default();
    tally.count_init_containers(spec, init);
    tally.count_containers(spec, regular);
    let never = spec.restart_policy == RestartPolicy::Never;
    if tally.failed_init && never {
        return Phase::Failed;
    }
    let waits_for_sidecars = tally.pending_sidecars && !was_initialized;
    if tally.pending_init || waits_for_sidecars || tally.waiting > 0 {
        return Phase::Pending;
    }
    if tally.running > 0 && tally.unknown == 0 {
        return Phase::Running;
    }
    if tally.stopped == 0 || tally.unknown > 0 {
        return Phase::Pending;
    }
    match tally.stopped == tally.succeeded {
        true if is_over => Phase::Succeeded,
        false if is_over => Phase::Failed,
        _ if tally.restarts => Phase::Running,
        true => Phase::Succeeded,
        false if never => Phase::Failed,
        false => Phase::Running,
    }
}

#[derive(Debug, Default)]
struct Tally {
    pending_init: bool,
    pending_sidecars: bool,
    failed_init: bool,
    running: usize,
    waiting: usize,
    stopped: usize,
    succeeded: usize,
    unknown: usize,
    /// A container that has ended will be started again.
    restarts: bool,
}

impl Tally {
    fn count_init_containers(&mut self, spec: &PodSpec, statuses: &[ContainerStatus]) {
        for (index, container) in spec.init_containers.iter().enumerate() {
            let status = statuses.iter().find(|status| status.name == container.name);
            if spec.is_sidecar(Slot { class: Class::Init, index }) {
                self.count_sidecar(status);
            } else {
                self.count_init_container(status);
            }
        }
    }

    fn count_sidecar(&mut self, status: Option<&ContainerStatus>) {
        let Some(status) = status else {
            self.pending_sidecars = true;
            return;
        };
        match &status.state {
            State::Running { .. } => {
                self.pending_sidecars |= !status.started;
                self.running += 1;
            }
            State::Waiting { .. } => self.pending_sidecars |= status.last_state.is_none(),
            State::Terminated(_) => {}
        }
    }

    fn count_init_container(&mut self, status: Option<&ContainerStatus>) {
        let ended = status.and_then(|status| match &status.state {
            State::Terminated(end) => Some(end),
            State::Waiting { .. } => status.last_state.as_ref(),
            State::Running { .. } => None,
        });
        match ended {
            Some(end) => self.failed_init |= end.exit_code != 0,
            None => self.pending_init = true,
        }
    }

    fn count_containers(&mut self, spec: &PodSpec, statuses: &[ContainerStatus]) {
        for container in &spec.containers {
            let status = statuses.iter().find(|status| status.name == container.name);
            match status.map(|status| (&status.state, &status.last_state)) {
                None => self.unknown += 1,
                Some((State::Running { .. }, _)) => self.running += 1,
                Some((State::Terminated(end), _)) => {
                    self.stopped += 1;
                    self.succeeded += usize::from(end.exit_code == 0);
                    self.restarts |= container.restarts_after(end.exit_code, spec.restart_policy);
                }
                Some((State::Waiting { .. }, Some(_))) => {
                    self.stopped += 1;
                    self.restarts = true;
                }
                Some((State::Waiting { .. }, None)) => self.waiting += 1,
            }
        }
    }
}
