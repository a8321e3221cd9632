//! What others want of the containers of pods: their logs, their programs, their ports.

use std::net::IpAddr;
use std::ops::{Deref, DerefMut};

use super::agenda::{Agenda, PodId};
use super::kubelet::{ContainerKey, Kubelet};
use super::log::Log;
use super::runtime::Instance;
use super::status::{ContainerStatus, State};
use super::worker::PodWorker;
use crate::sandbox::process::{Call, Container, Traffic};

/// Why something cannot be had from a container, in the words of a real kubelet.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AccessError {
    /// The pod has no worker here: it is not bound, or gone.
    #[error("pods {0:?} not found")]
    NoPod(String),
    /// The pod has no container of that name.
    #[error("container {container} is not valid for pod {pod}")]
    NoContainer {
        /// What was asked for.
        container: String,
        /// Of whom.
        pod: String,
    },
    /// It does not run.
    #[error("container not found (\"{0}\")")]
    NotRunning(String),
    /// There is no log yet, or none of that container.
    #[error("{0}")]
    NoLog(String),
    /// The container was taken away, and its log with it. A real kubelet sends this as if
    /// it were the log.
    #[error("unable to retrieve container logs for containerd://{0}")]
    LogGone(String),
}

/// The log of a container.
#[derive(Debug)]
pub struct Logs<'a> {
    /// The lines.
    pub log: &'a Log,
    /// The container; another one when it is asked again is another container of that name.
    pub container: ContainerKey,
    /// Whether it may still grow.
    pub is_open: bool,
}

/// A container that runs. Whatever is done to it, the kubelet looks at it afterwards.
#[derive(Debug)]
pub struct RunningContainer<'a> {
    container: &'a mut Container,
    is_touched: &'a mut bool,
    agenda: &'a mut Agenda,
    pod: PodId,
}

impl Deref for RunningContainer<'_> {
    type Target = Container;

    fn deref(&self) -> &Container {
        self.container
    }
}

impl DerefMut for RunningContainer<'_> {
    fn deref_mut(&mut self) -> &mut Container {
        self.container
    }
}

impl Drop for RunningContainer<'_> {
    fn drop(&mut self) {
        *self.is_touched = true;
        self.agenda.is_active(self.pod);
        self.agenda.plan(self.pod, self.agenda.now());
    }
}

/// A container whose programs have done something, and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActiveContainer {
    /// To get at it.
    pub key: ContainerKey,
    /// Its pod's address.
    pub address: IpAddr,
    /// Its pod's namespace.
    pub namespace: String,
    /// Its node.
    pub node: String,
    /// Whether its pod uses the node's network.
    pub host_network: bool,
}

impl Kubelet {
    /// A running container by its key.
    pub fn running(&mut self, key: &ContainerKey) -> Option<RunningContainer<'_>> {
        let worker = self.workers.get_mut(&key.pod)?;
        let is_it = |instance: &Instance| instance.id == key.id;
        let index = worker.runtime.instances.iter().position(is_it)?;
        running(worker, index, &mut self.agenda, key.pod)
    }

    /// What a container asks of the network and sends into connections, but for those that
    /// the kubelet's own probes made. One that has ended has still said what it said.
    pub fn take_network(&mut self, key: &ContainerKey) -> (Vec<Call>, Vec<Traffic>) {
        let Some(worker) = self.workers.get_mut(&key.pod) else { return Default::default() };
        let (runtime, is_touched) = worker.open();
        let Some(instance) = runtime.by_id_mut(&key.id) else { return Default::default() };
        let taken = instance.take_network();
        if !(taken.0.is_empty() && taken.1.is_empty()) {
            *is_touched = true;
            self.agenda.is_active(key.pod);
            self.agenda.plan(key.pod, self.agenda.now());
        }
        taken
    }

    /// A container for those who only look, or take what is there: also one that has ended.
    /// Who took something says so with [`Kubelet::touch`].
    pub fn look(&mut self, key: &ContainerKey) -> Option<&mut Container> {
        let instance = self.workers.get_mut(&key.pod)?.open().0.by_id_mut(&key.id)?;
        instance.process.as_mut().or(instance.remains.as_mut())
    }

    /// What was left of a container that has ended is no longer wanted.
    pub fn bury(&mut self, key: &ContainerKey) {
        if let Some(worker) = self.workers.get_mut(&key.pod)
            && let Some(instance) = worker.open().0.by_id_mut(&key.id)
        {
            instance.remains = None;
        }
    }

    /// Whether a container runs.
    pub fn runs(&self, key: &ContainerKey) -> bool {
        let worker = self.workers.get(&key.pod);
        worker.and_then(|w| w.runtime.by_id(&key.id)).is_some_and(Instance::runs)
    }

    /// A container can go on: there is room for what it writes.
    pub fn touch(&mut self, key: &ContainerKey) {
        drop(self.running(key));
    }

    /// A running container by its pod and name.
    pub fn container(
        &mut self,
        namespace: &str,
        pod: &str,
        container: &str,
    ) -> Option<RunningContainer<'_>> {
        self.find_container(namespace, pod, container).ok()
    }

    /// A running container by its pod and name, for those who want to run something in it.
    ///
    /// # Errors
    /// [`AccessError`], as a real kubelet says it.
    pub fn find_container(
        &mut self,
        namespace: &str,
        pod: &str,
        container: &str,
    ) -> Result<RunningContainer<'_>, AccessError> {
        let id = self.pod_id(namespace, pod)?;
        let Some(worker) = self.workers.get_mut(&id) else {
            return Err(AccessError::NoPod(pod.to_owned()));
        };
        check_name(worker, container)?;
        let is_it = |instance: &Instance| instance.name == container && instance.runs();
        let index = worker.runtime.instances.iter().rposition(is_it);
        let not_running = AccessError::NotRunning(container.to_owned());
        let index = index.ok_or_else(|| not_running.clone())?;
        running(worker, index, &mut self.agenda, id).ok_or(not_running)
    }

    /// The key of a running container.
    pub fn key(&self, namespace: &str, pod: &str, container: &str) -> Option<ContainerKey> {
        let pod = self.pod_id(namespace, pod).ok()?;
        let instances = &self.workers.get(&pod)?.runtime.instances;
        let running = instances.iter().rev().find(|one| one.name == container && one.runs())?;
        Some(ContainerKey { pod, id: running.id.clone() })
    }

    /// The running containers of the pods with an address.
    pub fn containers_at(&self, address: IpAddr) -> Vec<ContainerKey> {
        let at = |worker: &PodWorker| {
            worker.runtime.sandbox.is_some_and(|sandbox| sandbox.address == address)
        };
        let pods = self.workers.iter().filter(|(_, worker)| at(worker));
        pods.flat_map(|(pod, worker)| {
            let running = worker.runtime.instances.iter().filter(|instance| instance.runs());
            running.map(|instance| ContainerKey { pod: *pod, id: instance.id.clone() })
        })
        .collect()
    }

    /// The container that listens on a port at an address.
    pub fn listener(&self, address: IpAddr, port: u16) -> Option<ContainerKey> {
        self.containers_at(address).into_iter().find(|key| {
            let instance = self.workers.get(&key.pod).and_then(|w| w.runtime.by_id(&key.id));
            let process = instance.and_then(|instance| instance.process.as_ref());
            process.is_some_and(|process| process.listens(port))
        })
    }

    /// The container of a pod that listens on a port, for those who come from within it.
    pub fn listener_in(&self, namespace: &str, pod: &str, port: u16) -> Option<ContainerKey> {
        let pod = self.pod_id(namespace, pod).ok()?;
        let instances = self.workers.get(&pod)?.runtime.instances.iter();
        let mut listening = instances.filter(|instance| {
            instance.process.as_ref().is_some_and(|process| process.listens(port))
        });
        listening.next().map(|instance| ContainerKey { pod, id: instance.id.clone() })
    }

    /// The containers whose programs may have something for the network since this was
    /// last asked.
    pub fn take_active(&mut self) -> Vec<ActiveContainer> {
        let mut active = Vec::new();
        for pod in self.agenda.take_active() {
            let Some(worker) = self.workers.get(&pod) else { continue };
            let Some(sandbox) = worker.runtime.sandbox else { continue };
            let speaks = |one: &&Instance| one.runs() || one.remains.is_some();
            for instance in worker.runtime.instances.iter().filter(speaks) {
                active.push(ActiveContainer {
                    key: ContainerKey { pod, id: instance.id.clone() },
                    address: sandbox.address,
                    namespace: worker.pod.namespace.clone(),
                    node: worker.pod.spec.node_name.clone(),
                    host_network: worker.pod.spec.host_network,
                });
            }
        }
        active
    }

    /// The log of a container, or of the one that was there before it.
    ///
    /// # Errors
    /// [`AccessError`], as a real kubelet says it.
    ///
    /// Source: `pkg/kubelet/kubelet_pods.go`, `validateContainerLogStatus`.
    pub fn logs(
        &self,
        namespace: &str,
        pod: &str,
        container: &str,
        previous: bool,
    ) -> Result<Logs<'_>, AccessError> {
        let id = self.pod_id(namespace, pod)?;
        let Some(worker) = self.workers.get(&id) else {
            return Err(AccessError::NoPod(pod.to_owned()));
        };
        check_name(worker, container)?;
        let Some(status) = worker.status.container(container) else {
            let text = format!("container {container:?} in pod {pod:?} is not available");
            return Err(AccessError::NoLog(text));
        };
        let wanted = container_of_log(status, pod, previous).map_err(AccessError::NoLog)?;
        let wanted = wanted.trim_start_matches("containerd://");
        let Some(instance) = worker.runtime.by_id(wanted) else {
            return Err(AccessError::LogGone(wanted.to_owned()));
        };
        Ok(Logs {
            log: &instance.log,
            container: ContainerKey { pod: id, id: instance.id.clone() },
            is_open: instance.runs(),
        })
    }

    fn pod_id(&self, namespace: &str, pod: &str) -> Result<PodId, AccessError> {
        let found = self.by_name.get(&(namespace.to_owned(), pod.to_owned()));
        found.copied().ok_or_else(|| AccessError::NoPod(pod.to_owned()))
    }
}

fn running<'a>(
    worker: &'a mut PodWorker,
    index: usize,
    agenda: &'a mut Agenda,
    pod: PodId,
) -> Option<RunningContainer<'a>> {
    let (runtime, is_touched) = worker.open();
    let instance = runtime.instances.get_mut(index)?;
    Some(RunningContainer { container: instance.process.as_mut()?, is_touched, agenda, pod })
}

fn check_name(worker: &PodWorker, container: &str) -> Result<(), AccessError> {
    match worker.pod.spec.find(container) {
        Some(_) => Ok(()),
        None => Err(AccessError::NoContainer {
            container: container.to_owned(),
            pod: worker.pod.name.clone(),
        }),
    }
}

/// The id of the container whose log is meant, with its prefix.
fn container_of_log(status: &ContainerStatus, pod: &str, previous: bool) -> Result<String, String> {
    let container = &status.name;
    let last = status.last_state.as_ref().map(|end| end.container_id.clone());
    let last = last.filter(|id| !id.is_empty());
    if previous {
        return last.ok_or_else(|| {
            format!("previous terminated container {container:?} in pod {pod:?} not found")
        });
    }
    match &status.state {
        State::Running { .. } => Ok(status.container_id.clone()),
        State::Terminated(end) if !end.container_id.is_empty() => Ok(end.container_id.clone()),
        State::Terminated(_) => {
            last.ok_or_else(|| format!("container {container:?} in pod {pod:?} is terminated"))
        }
        State::Waiting { .. } if status.last_state.is_some() => {
            last.ok_or_else(|| format!("container {container:?} in pod {pod:?} is terminated"))
        }
        State::Waiting { reason, .. } => {
            let why = match reason.as_str() {
                "ErrImagePull" => ": image can't be pulled",
                "ImagePullBackOff" => ": trying and failing to pull image",
                "" => " - no logs yet",
                reason => &format!(": {reason}"),
            };
            Err(format!("container {container:?} in pod {pod:?} is waiting to start{why}"))
        }
    }
}
