//! What the screen and the waits ask the model.

use std::time::Duration;

use jiff::Timestamp;

use super::change::{Followed, Health};
use super::event_rows::EventRow;
use super::lane::{Lane, Mark, MarkKind, ProbeRun};
use super::model::Model;
use super::observation::{Observation, ProbeFailure};
use super::pod_state::{ContainerRow, PodState};
use super::probe_report::{Failures, ProbeSpec, in_a_row, probe_report};
use crate::kinds::{DeploymentRow, EndpointsRow, Probe, ServiceRow};

const CONNECTING: &Health = &Health::Connecting;

impl Model {
    /// The pods, by name.
    pub fn pods(&self) -> impl DoubleEndedIterator<Item = &PodState> {
        self.pods.iter()
    }

    /// The pod of this name.
    pub fn pod(&self, name: &str) -> Option<&PodState> {
        self.pods.get(name)
    }

    /// The events, the newest last: take from the end what is shown.
    pub fn events(&self) -> impl DoubleEndedIterator<Item = &EventRow> {
        self.events.iter()
    }

    /// How many event objects there are.
    pub fn event_count(&self) -> usize {
        self.events.kept.len()
    }

    /// The services, by name, with what stands behind them.
    pub fn services(&self) -> impl Iterator<Item = (&ServiceRow, Option<&EndpointsRow>)> {
        self.services.iter().map(|row| (row, self.endpoints.get(&row.name)))
    }

    /// The service of this name.
    pub fn service(&self, name: &str) -> Option<&ServiceRow> {
        self.services.get(name)
    }

    /// What stands behind the service of this name.
    pub fn endpoints(&self, service: &str) -> Option<&EndpointsRow> {
        self.endpoints.get(service)
    }

    /// The deployments, by name.
    pub fn deployments(&self) -> impl DoubleEndedIterator<Item = &DeploymentRow> {
        self.deployments.iter()
    }

    /// The deployment of this name.
    pub fn deployment(&self, name: &str) -> Option<&DeploymentRow> {
        self.deployments.get(name)
    }

    /// How well the source hears of this kind.
    pub fn health(&self, kind: Followed) -> &Health {
        self.health[kind as usize].as_ref().unwrap_or(CONNECTING)
    }

    /// The worst of all kinds, for a title over everything.
    pub fn worst_health(&self) -> &Health {
        let all = self.health.iter().map(|one| one.as_ref().unwrap_or(CONNECTING));
        all.max_by_key(|one| one.rank()).unwrap_or(CONNECTING)
    }

    /// Whether a whole list of this kind has been heard: what is not there is not there.
    pub fn listed(&self, kind: Followed) -> bool {
        match kind {
            Followed::Pods => self.pods.listed(),
            Followed::Events => self.events.kept.listed(),
            Followed::Services => self.services.listed(),
            Followed::Endpoints => self.endpoints.listed(),
            Followed::Deployments => self.deployments.listed(),
        }
    }

    /// Restarts of the pod, as its row shows them; 0 where there is no such pod.
    pub fn restarts(&self, pod: &str) -> u32 {
        self.pod(pod).map_or(0, |pod| pod.row.restarts)
    }

    /// How often this kind of probe has failed since the pod was created; a lower bound.
    pub fn probe_failures(&self, pod: &str, probe: Probe) -> u32 {
        let events = self.pod(pod).into_iter().flat_map(|pod| self.events.of(&pod.uid));
        events.filter(|row| row.probe == Some(probe)).map(|row| row.count).sum()
    }

    /// Whether the pod that is there now has such an event; what is not asked for fits.
    pub fn has_event(&self, pod: &str, reason: Option<&str>, contains: Option<&str>) -> bool {
        let mut events = self.pod(pod).into_iter().flat_map(|pod| self.events.of(&pod.uid));
        events.any(|row| {
            reason.is_none_or(|reason| &*row.reason == reason)
                && contains.is_none_or(|text| row.message.contains(text))
        })
    }

    /// The events about this pod, oldest first.
    pub fn events_of(&self, pod: &str) -> Vec<&EventRow> {
        let Some(pod) = self.pod(pod) else { return Vec::new() };
        let mut events: Vec<&EventRow> = self.events.of(&pod.uid).collect();
        events.sort_by_key(|row| (row.last, row.version));
        events
    }

    /// The lanes of the pod's containers, init containers first.
    pub fn lanes(&self, pod: &str) -> Vec<Lane> {
        let Some(pod) = self.pod(pod) else { return Vec::new() };
        pod.containers.iter().map(|container| self.lane(pod, container)).collect()
    }

    fn lane(&self, pod: &PodState, container: &ContainerRow) -> Lane {
        let events = self.events.of(&pod.uid);
        let about = events.filter(|row| row.container.as_deref() == Some(&container.name));
        let told = about.flat_map(|row| row.moments.iter().map(|moment| event_mark(row, moment)));
        let mut marks: Vec<Mark> = container.marks.iter().copied().chain(told).collect();
        marks.sort_unstable();
        let run =
            |spec: &ProbeSpec| ProbeRun { spec: *spec, failures: self.run(pod, container, spec) };
        Lane {
            container: container.name.clone(),
            init: container.init,
            marks,
            probes: container.probes.iter().map(run).collect(),
        }
    }

    /// Failures in a row of this probe, in the container's present life.
    fn run(&self, pod: &PodState, container: &ContainerRow, spec: &ProbeSpec) -> u32 {
        let rows = self.events.of(&pod.uid).filter(|row| {
            row.probe == Some(spec.probe) && row.container.as_deref() == Some(&container.name)
        });
        let mut failures: Vec<Failures> =
            rows.flat_map(|row| row.moments.iter().copied()).collect();
        let ready = container.marks.last_ready().filter(|_| spec.probe == Probe::Readiness);
        in_a_row(&mut failures, spec, container.running_since().max(ready))
    }

    /// What an event tells, where the pod's own status does not tell it better.
    pub(super) fn event_observation(&self, row: &EventRow) -> Option<Observation> {
        let object = format!("{}/{}", row.kind, row.object);
        let warned = || Observation::Warned {
            object: object.clone(),
            reason: row.reason.to_string(),
            message: row.message.to_string(),
        };
        if &*row.kind != "pod" {
            return row.warning.then(warned);
        }
        let pod = self.pod(&row.object);
        if pod.is_some_and(|pod| *pod.uid != *row.uid) {
            return None;
        }
        match &*row.reason {
            "Unhealthy" if row.probe.is_some() => self.probe_failure(pod, row),
            "Killing" => Some(killing(row)),
            "BackOff" | "Failed" => None,
            _ => row.warning.then(warned),
        }
    }

    fn probe_failure(&self, pod: Option<&PodState>, row: &EventRow) -> Option<Observation> {
        let report = probe_report(&row.message)?;
        let name = row.container.as_deref().unwrap_or_default();
        let container = pod.and_then(|pod| pod.container(name));
        let spec = container.and_then(|one| one.probe(report.probe));
        let count = match (pod, container, spec) {
            (Some(pod), Some(container), Some(spec)) => self.run(pod, container, spec),
            _ => 0,
        };
        let wait = spec.and_then(|spec| {
            let more = spec.threshold.checked_sub(count).filter(|more| *more > 0 && count > 0)?;
            Some(Duration::from_secs(u64::from(more) * u64::from(spec.period.unsigned_abs())))
        });
        Some(Observation::ProbeFailed(ProbeFailure {
            pod: row.object.to_string(),
            container: name.to_owned(),
            probe: report.probe,
            message: report.output.to_owned(),
            count,
            threshold: spec.map(|spec| spec.threshold),
            consequence_in: wait,
        }))
    }

    /// When the probe's failures will have their consequence, seen from `now`.
    pub fn consequence_at(run: &ProbeRun, last_failure: Timestamp) -> Option<Timestamp> {
        let more = run.spec.threshold.checked_sub(run.failures).filter(|more| *more > 0)?;
        let wait = jiff::SignedDuration::from_secs(i64::from(more) * i64::from(run.spec.period));
        last_failure.checked_add(wait).ok()
    }
}

fn event_mark(row: &EventRow, moment: &Failures) -> Mark {
    let what = match row.probe {
        Some(probe) => MarkKind::ProbeFailed(probe, moment.n),
        None => MarkKind::Killing,
    };
    Mark { at: moment.to, what }
}

/// Source of the texts' beginnings: `kuberuntime_manager.go`, `computePodActions`.
fn killing(row: &EventRow) -> Observation {
    let container = row.container.as_deref().unwrap_or_default();
    let because = |probe: &Probe| {
        row.message.starts_with(&format!("Container {container} failed {probe} probe"))
    };
    Observation::Killing {
        pod: row.object.to_string(),
        container: container.to_owned(),
        probe: [Probe::Liveness, Probe::Startup].into_iter().find(because),
    }
}
