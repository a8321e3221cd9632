//! The network of the simulated cluster for programs on the host: SOCKS5 on loopback.

mod message;
mod proxy;

pub(super) use proxy::serve;
