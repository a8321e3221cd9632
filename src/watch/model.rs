//! Changes to rows: whatever order they arrive in, the rows end as a fresh list would.

use std::sync::Arc;

use jiff::Timestamp;
use k8s_openapi::api::core::v1::Pod;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::change::{Change, Followed, Health, Seen};
use super::event_rows::EventRows;
use super::kept::{Kept, version};
use super::observation::Observation;
use super::pod_changes::pod_changes;
use super::pod_state::PodState;
use crate::kinds::{
    DeploymentRow, EndpointsRow, ServiceRow, deployment_row, endpoints_row, service_row,
};

/// What the watcher knows of one namespace, in compact rows.
#[derive(Debug, Clone, Default)]
pub struct Model {
    pub(super) pods: Kept<PodState>,
    pub(super) events: EventRows,
    pub(super) services: Kept<ServiceRow>,
    pub(super) endpoints: Kept<EndpointsRow>,
    pub(super) deployments: Kept<DeploymentRow>,
    pub(super) health: [Option<Health>; 5],
}

impl Model {
    /// Takes a change in, and tells what happened by it.
    ///
    /// What the first list of a kind brings was there before, so it is not told.
    pub fn apply(&mut self, change: &Change, now: Timestamp) -> Vec<Observation> {
        match change {
            Change::Applied(seen) => self.applied(seen, now),
            Change::Deleted(seen) => self.deleted(seen),
            Change::Relisting(kind) => {
                self.begin_list(*kind);
                Vec::new()
            }
            Change::Listed(kind) => self.end_list(*kind),
            Change::Health(kind, health) => {
                self.health[*kind as usize] = Some(health.clone());
                Vec::new()
            }
        }
    }

    fn applied(&mut self, seen: &Seen, now: Timestamp) -> Vec<Observation> {
        match seen {
            Seen::Pod(pod) => self.pod_applied(pod, now),
            Seen::Event(event) => {
                let silent = self.events.kept.first_list();
                let Some((row, more)) = self.events.apply(event) else { return Vec::new() };
                let row = row.clone();
                let tell = more > 0 && !silent;
                tell.then(|| self.event_observation(&row)).flatten().into_iter().collect()
            }
            Seen::Service(service) => {
                let row = service_row(service);
                applied(&mut self.services, &service.metadata, row, service_changes)
            }
            Seen::Endpoints(endpoints) => {
                let row = endpoints_row(endpoints);
                applied(&mut self.endpoints, &endpoints.metadata, row, endpoints_changes)
            }
            Seen::Deployment(deployment) => {
                let row = deployment_row(deployment);
                applied(&mut self.deployments, &deployment.metadata, row, deployment_changes)
            }
        }
    }

    fn pod_applied(&mut self, pod: &Pod, now: Timestamp) -> Vec<Observation> {
        let name: Arc<str> = pod.metadata.name.as_deref().unwrap_or_default().into();
        let version = version(&pod.metadata);
        if !self.pods.accepts(&name, version) {
            return Vec::new();
        }
        let previous = self.pods.take(&name);
        let mut next = PodState::of(pod);
        let seen = pod_changes(previous.as_ref(), &mut next, now);
        self.pods.put(name, version, next);
        if self.pods.first_list() { Vec::new() } else { seen }
    }

    fn deleted(&mut self, seen: &Seen) -> Vec<Observation> {
        let name = |metadata: &ObjectMeta| metadata.name.clone().unwrap_or_default();
        let observation = match seen {
            Seen::Pod(pod) => {
                let pod_name = name(&pod.metadata);
                let gone = self.pods.delete(&pod_name, version(&pod.metadata));
                gone.map(|_| Observation::PodDeleted { pod: pod_name })
            }
            Seen::Event(event) => {
                self.events.delete(event);
                None
            }
            Seen::Service(service) => {
                let gone =
                    self.services.delete(&name(&service.metadata), version(&service.metadata));
                gone.map(|row| Observation::ServiceDeleted { service: row.name })
            }
            Seen::Endpoints(endpoints) => {
                self.endpoints.delete(&name(&endpoints.metadata), version(&endpoints.metadata));
                None
            }
            Seen::Deployment(one) => {
                self.deployments.delete(&name(&one.metadata), version(&one.metadata));
                None
            }
        };
        observation.into_iter().collect()
    }

    fn begin_list(&mut self, kind: Followed) {
        match kind {
            Followed::Pods => self.pods.begin_list(),
            Followed::Events => self.events.kept.begin_list(),
            Followed::Services => self.services.begin_list(),
            Followed::Endpoints => self.endpoints.begin_list(),
            Followed::Deployments => self.deployments.begin_list(),
        }
    }

    fn end_list(&mut self, kind: Followed) -> Vec<Observation> {
        match kind {
            Followed::Pods => {
                let gone = self.pods.end_list().into_iter();
                gone.map(|pod| Observation::PodDeleted { pod: pod.row.name }).collect()
            }
            Followed::Events => {
                self.events.end_list();
                Vec::new()
            }
            Followed::Services => {
                let gone = self.services.end_list().into_iter();
                gone.map(|row| Observation::ServiceDeleted { service: row.name }).collect()
            }
            Followed::Endpoints => {
                self.endpoints.end_list();
                Vec::new()
            }
            Followed::Deployments => {
                self.deployments.end_list();
                Vec::new()
            }
        }
    }
}

fn applied<T>(
    kept: &mut Kept<T>,
    metadata: &ObjectMeta,
    row: T,
    changes: fn(Option<&T>, &T) -> Vec<Observation>,
) -> Vec<Observation> {
    let name = metadata.name.as_deref().unwrap_or_default();
    let version = version(metadata);
    if !kept.accepts(name, version) {
        return Vec::new();
    }
    let seen = changes(kept.take(name).as_ref(), &row);
    kept.put(name.into(), version, row);
    if kept.first_list() { Vec::new() } else { seen }
}

fn service_changes(previous: Option<&ServiceRow>, next: &ServiceRow) -> Vec<Observation> {
    let service = next.name.clone();
    let mut seen = Vec::new();
    if previous.is_none() {
        seen.push(Observation::ServiceAdded { service: service.clone() });
    }
    if let Some(address) = next.external_address()
        && previous.is_none_or(|one| one.external_address() != Some(address))
    {
        seen.push(Observation::ServiceAddress { service, address: address.to_owned() });
    }
    seen
}

fn endpoints_changes(previous: Option<&EndpointsRow>, next: &EndpointsRow) -> Vec<Observation> {
    let before = previous.map_or((0, 0), |one| (one.ready, one.not_ready));
    let (ready, not_ready) = (next.ready, next.not_ready);
    if before == (ready, not_ready) {
        return Vec::new();
    }
    vec![Observation::EndpointsChanged { service: next.name.clone(), ready, not_ready }]
}

fn deployment_changes(previous: Option<&DeploymentRow>, next: &DeploymentRow) -> Vec<Observation> {
    let counts = |one: &DeploymentRow| (one.available, one.desired);
    if previous.map(counts) == Some(counts(next)) {
        return Vec::new();
    }
    let (available, desired) = counts(next);
    vec![Observation::DeploymentChanged { deployment: next.name.clone(), available, desired }]
}
