//! One pod on its node, from the moment that it is bound to the moment that it is gone.
//!
//! A worker does one thing at a time, as the pod workers of a real kubelet do: it syncs the
//! pod (ends and starts containers), ends it, or lets go of it. What takes time is a
//! [`step`]; what happens meanwhile waits until the step is over.

mod advance;
mod begin;
mod end;
mod launch;
mod pod_worker;
mod probing;
mod publish;
mod start;
mod step;
mod stop;
mod surroundings;

pub(crate) use pod_worker::PodWorker;
pub(crate) use surroundings::Surroundings;
