use super::context::Context;
use super::key::Key;
use super::state::State;
use super::{deployment, replica_set, scheduler};

/// Who looks at objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Controller {
    Autoscaler,
    Claim,
    CronJob,
    DaemonSet,
    Deployment,
    Disruption,
    Endpoints,
    EndpointSlices,
    EventExpiry,
    Garbage,
    Job,
    LoadBalancer,
    MirroredSlices,
    Namespace,
    NodeTaints,
    ReplicaSet,
    ReplicationController,
    Scheduler,
    ServiceAccount,
    StatefulSet,
    Volume,
}

/// One look of a controller at an object.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Work {
    pub(super) controller: Controller,
    pub(super) key: Key,
}

/// Has the controller of a work do it.
pub(super) fn run(context: &mut Context<'_>, state: &mut State, work: &Work) {
    let key = &work.key;
    match work.controller {
        Controller::Deployment => deployment::sync(context, key),
        Controller::ReplicaSet => replica_set::sync(context, key),
        Controller::ReplicationController => replica_set::sync_replication_controller(context, key),
        Controller::Scheduler => scheduler::schedule(context, &mut state.scheduler, key),
        _ => {}
    }
}
