use super::context::Context;
use super::key::Key;
use super::state::State;
use super::{
    autoscaler, claim, cron_job, daemon_set, deployment, disruption, endpoints, event_expiry,
    garbage, job, load_balancer, namespace, node_taints, replica_set, scheduler, service_account,
    stateful_set, volume,
};

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
        Controller::Autoscaler => autoscaler::sync(context, key),
        Controller::Claim => claim::sync(context, key),
        Controller::CronJob => cron_job::sync(context, key),
        Controller::DaemonSet => daemon_set::sync(context, key),
        Controller::Deployment => deployment::sync(context, key),
        Controller::Disruption => disruption::sync(context, key),
        Controller::Endpoints => endpoints::sync_endpoints(context, key),
        Controller::EndpointSlices => endpoints::sync_slices(context, key),
        Controller::EventExpiry => event_expiry::sync(context, key),
        Controller::Garbage => garbage::sync(context, key),
        Controller::Job => job::sync(context, &mut state.jobs, key),
        Controller::LoadBalancer => load_balancer::sync(context, &mut state.balancers, key),
        Controller::MirroredSlices => endpoints::sync_mirrored(context, key),
        Controller::Namespace => namespace::sync(context, key),
        Controller::NodeTaints => node_taints::sync(context, &state.scheduler.ledger, key),
        Controller::ReplicaSet => replica_set::sync(context, key),
        Controller::ReplicationController => replica_set::sync_replication_controller(context, key),
        Controller::Scheduler => scheduler::schedule(context, &mut state.scheduler, key),
        Controller::ServiceAccount => service_account::sync(context, key, &state.certificate),
        Controller::StatefulSet => stateful_set::sync(context, key),
        Controller::Volume => volume::sync(context, key),
    }
}
