//! The containers of a pod as the container runtime knows them, and as the kubelet has
//! seen them last.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::PoisonError;

use jiff::Timestamp;

use super::log::Log;
use super::spec::{Resources, Slot};
use crate::sandbox::process::{Call, Container, Folder, SocketId, Traffic};

/// Source: `pkg/kubelet/container/runtime.go`, `MaxContainerTerminationMessageLength`.
const LONGEST_MESSAGE: usize = 4096;

/// What a pod has on its node.
#[derive(Debug, Default)]
pub(crate) struct Runtime {
    /// The pod's place: its network; none before it is made and after it is gone.
    pub(crate) sandbox: Option<Sandbox>,
    /// Containers, oldest first; of each name the current one and the one before.
    pub(crate) instances: Vec<Instance>,
    /// That something happened which the next relist shows.
    pub(crate) has_news: bool,
    sandbox_is_seen: bool,
}

/// A pod's place on its node.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sandbox {
    /// The pod's address; seen with the next relist.
    pub(crate) address: IpAddr,
}

/// A container that was created.
#[derive(Debug)]
pub(crate) struct Instance {
    pub(crate) slot: Slot,
    pub(crate) name: String,
    /// 64 hexadecimal digits.
    pub(crate) id: String,
    pub(crate) restart_count: u32,
    /// The image as the pod named it.
    pub(crate) image: String,
    /// What it was given to begin with.
    pub(crate) resources: Resources,
    /// Its full name, and the name with its digest.
    pub(crate) image_name: String,
    pub(crate) image_id: String,
    /// The user and group that it runs as, and the groups besides.
    pub(crate) user: User,
    pub(crate) state: Known,
    /// Its programs, until they have ended.
    pub(crate) process: Option<Container>,
    /// What is left of them then: the last words for those who listened.
    pub(crate) remains: Option<Container>,
    /// How it ended, until the kubelet has seen it.
    pub(crate) unseen_end: Option<End>,
    pub(crate) log: Log,
    /// Where it may leave a message when it ends.
    pub(crate) message: Folder,
    /// Connections that the kubelet has made to it: what came back.
    pub(crate) answers: BTreeMap<SocketId, Answer>,
    /// What it wrote into the connections of others.
    pub(crate) traffic: Vec<Traffic>,
}

/// Who a container's programs are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct User {
    pub(crate) user: i64,
    pub(crate) group: i64,
    pub(crate) groups: Vec<i64>,
}

/// What came back on a connection of the kubelet.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    pub(crate) bytes: Vec<u8>,
    pub(crate) closed: bool,
}

/// What the kubelet knows of a container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Known {
    /// Made, not started yet.
    Created,
    /// Running since.
    Running(Timestamp),
    /// Over.
    Exited(End),
}

/// How a container ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct End {
    pub(crate) code: i32,
    pub(crate) reason: &'static str,
    pub(crate) message: String,
    pub(crate) started: Option<Timestamp>,
    pub(crate) finished: Timestamp,
}

impl Instance {
    /// Whether its programs run, whatever the kubelet has seen.
    pub(crate) fn runs(&self) -> bool {
        self.process.is_some()
    }

    /// Its name as statuses have it.
    pub(crate) fn full_id(&self) -> String {
        format!("containerd://{}", self.id)
    }

    /// Takes the message that it has left when it ended.
    ///
    /// Source: `pkg/kubelet/kuberuntime/kuberuntime_container.go`, `getTerminationMessage`.
    pub(crate) fn take_message(&mut self, policy: &str, path: &str) {
        let left = self.message.lock().unwrap_or_else(PoisonError::into_inner).read(path);
        let Some(end) = &mut self.unseen_end else { return };
        let mut left = left.unwrap_or_default();
        left.truncate(LONGEST_MESSAGE);
        end.message = String::from_utf8_lossy(&left).into_owned();
        if end.message.is_empty() && end.code != 0 && policy == "FallbackToLogsOnError" {
            end.message = self.log.tail();
        }
    }

    /// What its programs ask of the network and send to others than the kubelet.
    pub(crate) fn take_network(&mut self) -> (Vec<Call>, Vec<Traffic>) {
        let Some(process) = self.process.as_mut().or(self.remains.as_mut()) else {
            return (Vec::new(), std::mem::take(&mut self.traffic));
        };
        let calls = process.take_calls();
        let pieces = process.take_traffic();
        self.sort(pieces);
        (calls, std::mem::take(&mut self.traffic))
    }

    /// Keeps what was written into connections: to the kubelet's probes, or to others.
    fn sort(&mut self, pieces: Vec<Traffic>) {
        for piece in pieces {
            match self.answers.get_mut(&piece.socket) {
                Some(answer) => {
                    answer.bytes.extend_from_slice(&piece.bytes);
                    answer.closed |= piece.closed;
                }
                None => self.traffic.push(piece),
            }
        }
    }

    /// Takes over what its programs have done: log, traffic, their end. Whether it ended.
    pub(crate) fn collect(&mut self) -> bool {
        let Some(process) = &mut self.process else { return false };
        for chunk in process.take_log() {
            self.log.write(&chunk);
        }
        let (pieces, ended) = (process.take_traffic(), process.ended().cloned());
        self.sort(pieces);
        let Some(ended) = ended else { return false };
        let started = match self.state {
            Known::Running(since) => Some(since),
            _ => None,
        };
        let reason = match ended.code {
            _ if ended.out_of_memory => "OOMKilled",
            0 => "Completed",
            _ => "Error",
        };
        self.log.finish();
        self.remains = self.process.take();
        self.unseen_end = Some(End {
            code: ended.code,
            reason,
            message: String::new(),
            started,
            finished: ended.at,
        });
        true
    }
}

impl Runtime {
    /// Whether a relist has seen the sandbox.
    pub(crate) fn sandbox_is_seen(&self) -> bool {
        self.sandbox_is_seen
    }

    /// The current container of a name.
    pub(crate) fn current(&self, name: &str) -> Option<&Instance> {
        self.instances.iter().rev().find(|instance| instance.name == name)
    }

    /// The same, to be changed.
    pub(crate) fn current_mut(&mut self, name: &str) -> Option<&mut Instance> {
        self.instances.iter_mut().rev().find(|instance| instance.name == name)
    }

    /// The one before the current one.
    pub(crate) fn previous(&self, name: &str) -> Option<&Instance> {
        self.instances.iter().rev().filter(|instance| instance.name == name).nth(1)
    }

    /// A container by its id.
    pub(crate) fn by_id(&self, id: &str) -> Option<&Instance> {
        self.instances.iter().rev().find(|instance| instance.id == id)
    }

    /// The same, to be changed.
    pub(crate) fn by_id_mut(&mut self, id: &str) -> Option<&mut Instance> {
        self.instances.iter_mut().rev().find(|instance| instance.id == id)
    }

    /// When the last container of each name ended that has ended.
    pub(crate) fn ends(&self) -> BTreeMap<String, Timestamp> {
        let ended = self.instances.iter().filter_map(|instance| match &instance.state {
            Known::Exited(end) => Some((instance.name.clone(), end.finished)),
            Known::Created | Known::Running(_) => None,
        });
        ended.collect()
    }

    /// The running container that listens on a port.
    pub(crate) fn listener(&mut self, port: u16) -> Option<&mut Instance> {
        self.instances
            .iter_mut()
            .find(|instance| instance.process.as_ref().is_some_and(|process| process.listens(port)))
    }

    /// The kubelet looks: what ended is known as ended. Whether there was any news.
    ///
    /// Source: `pkg/kubelet/pleg/generic.go`, `Relist`.
    pub(crate) fn look(&mut self) -> bool {
        self.sandbox_is_seen = self.sandbox.is_some();
        let mut ended = Vec::new();
        for instance in &mut self.instances {
            if let Some(end) = instance.unseen_end.take() {
                instance.state = Known::Exited(end);
                ended.push(instance.name.clone());
            }
        }
        for name in ended {
            self.forget_older(&name);
        }
        std::mem::take(&mut self.has_news)
    }

    /// Of the containers that have ended only the last one of a name is kept, as soon as
    /// it is seen to have ended.
    ///
    /// Source: `pkg/kubelet/pod_container_deletor.go`, `deleteContainersInPod`.
    fn forget_older(&mut self, name: &str) {
        let Some(last) = self.instances.iter().rposition(|instance| instance.name == name) else {
            return;
        };
        let mut index = 0;
        self.instances.retain(|instance| {
            index += 1;
            index > last || instance.name != name || !matches!(instance.state, Known::Exited(_))
        });
    }
}
