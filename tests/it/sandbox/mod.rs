//! The simulated cluster as its clients see it: over loopback, with real programs.

mod bad_clients;
mod host_network;
mod kubectl;
mod lab;
mod lifetime;
mod many_watches;
mod refresh;
mod streams;
mod watching;
