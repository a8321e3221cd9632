//! The simulated cluster as its clients see it: over loopback, with real programs.

mod bad_clients;
mod lifetime;
mod many_watches;
