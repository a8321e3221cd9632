//! What a person sees, from the outside: the one integration binary.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test fails at the first thing that is wrong, and says what it does not run"
)]
#![expect(unreachable_pub, reason = "in a test binary everything is private")]

mod bad_input;
mod instructors;
mod interrupted;
mod kubectl_lines;
mod kubectl_verbs;
mod lab_on_cluster;
mod no_rights;
mod panics;
mod parity;
mod sandbox;
mod screen_on_cluster;
mod seed;
mod server_away;
mod support;
mod tidy;
mod true_watch;
