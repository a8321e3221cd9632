//! A pod as the kubelet reads it.

mod container;
mod pod;
mod probe;
mod quantity;
mod read;
mod volume;

pub(crate) use container::{
    Class, Container, EnvFrom, EnvVar, KeyRef, PullPolicy, ResourceFieldRef, Resources,
    RestartPolicy, Slot, ValueFrom, VolumeMount,
};
pub(crate) use pod::{Pod, PodSpec};
pub(crate) use probe::{Handler, HttpGet, Port, Probe, ProbeKind};
pub(crate) use quantity::{Quantity, divided};
pub(crate) use volume::{DownwardFile, KeyToPath, Source, Volume, source_word};
