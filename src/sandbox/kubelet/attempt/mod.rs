//! What the kubelet does to a running container from outside, for probes and hooks: run a
//! program in it, ask it over HTTP, connect to it.

mod begin;
mod http;
mod outcome;
mod poll;

pub(crate) use begin::{Begun, NO_END, Target, begin};
pub(crate) use outcome::Outcome;
pub(crate) use poll::Attempt;
