use serde_json::{Value, json};

use super::pod_worker::PodWorker;
use super::step::Stage;
use super::surroundings::Surroundings;
use crate::sandbox::kubelet::spec::ProbeKind;
use crate::sandbox::kubelet::status::{
    Facts, PodStatus, generate, ready_conditions, since, to_json,
};

impl PodWorker {
    /// The status that the pod has now.
    pub(super) fn current_status(&self, is_over: bool, world: &Surroundings<'_>) -> PodStatus {
        generate(&Facts {
            pod: &self.pod,
            runtime: &self.runtime,
            reasons: &self.reasons,
            prober: &self.prober,
            old: &self.status,
            is_over,
            host: world.node.address,
            now: world.now,
        })
    }

    /// Sets the status, and writes it where it says something new.
    ///
    /// Source: `pkg/kubelet/status/status_manager.go`, `SetPodStatus`.
    pub(super) fn set_status(&mut self, status: PodStatus, world: &mut Surroundings<'_>) {
        self.status = status;
        self.write_status(world);
    }

    /// Says that the sandbox is there, before anything else is known of it.
    ///
    /// Source: `pkg/kubelet/kubelet.go`, `OnPodSandboxReady`.
    pub(super) fn set_sandbox_ready(&mut self, world: &mut Surroundings<'_>) {
        let kind = "PodReadyToStartContainers";
        if let Some(known) = self.status.conditions.iter().position(|one| one.kind == kind) {
            let mut condition = self.status.conditions[known].clone();
            condition.is_true = true;
            self.status.conditions[known] = since(condition, &self.pod, &self.status, world.now);
        }
        self.write_status(world);
    }

    /// Says what a probe has found out about a container, without a sync.
    ///
    /// Source: `status_manager.go`, `SetContainerReadiness`, `SetContainerStartup`.
    pub(super) fn set_probed(
        &mut self,
        kind: ProbeKind,
        container_id: &str,
        is_so: bool,
        world: &mut Surroundings<'_>,
    ) {
        let name = self
            .status
            .all_containers()
            .find(|container| container.container_id == container_id)
            .map(|container| container.name.clone());
        let Some(container) = name.and_then(|name| self.status.container_mut(&name)) else {
            return;
        };
        match kind {
            ProbeKind::Readiness if container.ready != is_so => container.ready = is_so,
            ProbeKind::Startup if container.started != is_so => container.started = is_so,
            _ => return,
        }
        let (containers_ready, ready) = ready_conditions(&self.pod, &self.status);
        for condition in [ready, containers_ready] {
            let condition = since(condition, &self.pod, &self.status, world.now);
            let known = self.status.conditions.iter().position(|one| one.kind == condition.kind);
            if let Some(known) = known {
                self.status.conditions[known] = condition;
            }
        }
        self.write_status(world);
    }

    /// A pod is not said to be over while containers of it may run.
    ///
    /// Source: `status_manager.go`, `mergePodStatus`.
    fn write_status(&self, world: &mut Surroundings<'_>) {
        let pod = &self.pod;
        let Some(stored) = world.store.get("pods", &pod.namespace, &pod.name) else { return };
        if stored["metadata"]["uid"] != json!(pod.uid) {
            return;
        }
        let written = &stored["status"];
        let mut shown = to_json(pod, &self.status, world.node.address, written);
        let may_run = matches!(self.work.stage, Stage::Syncing | Stage::Terminating);
        if may_run && self.status.phase.is_terminal() && !is_over(written) {
            for key in ["phase", "reason", "message"] {
                shown[key] = written[key].clone();
            }
            if let Value::Object(fields) = &mut shown {
                fields.retain(|_, value| !value.is_null());
            }
        }
        if shown != *written {
            world.store.modify("pods", &pod.namespace, &pod.name, |pod| pod["status"] = shown);
        }
    }
}

fn is_over(status: &Value) -> bool {
    status["phase"] == "Succeeded" || status["phase"] == "Failed"
}
