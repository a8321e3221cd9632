//! The cluster's network as a function: where a connection ends, and from which address
//! it seems to come; which addresses a name has. Kubernetes' rules are those of its
//! kube-proxy and of its DNS. Network policies are not enforced.

mod addresses;
mod backends;
mod names;
mod route;
mod services;

pub use route::{Network, Origin, Route};

#[cfg(test)]
mod bench;
#[cfg(test)]
mod name_tests;
#[cfg(test)]
mod route_tests;
