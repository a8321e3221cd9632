//! The status of a pod: what the kubelet says of it.

mod conditions;
mod containers;
mod generate;
mod json;
mod model;
mod phase;
mod qos;

pub(crate) use conditions::{ready_conditions, since};
pub(crate) use containers::Reasons;
pub(crate) use generate::{DEADLINE, Facts, deadline, generate};
pub(crate) use json::to_json;
pub(crate) use model::{ContainerStatus, Phase, PodStatus, State, Terminated};

#[cfg(test)]
mod tests;
