//! What a person sees, from the outside: the one integration binary.

mod interrupted;
mod lab_on_cluster;
mod support;
mod tidy;
