//! What a person sees, from the outside: the one integration binary.

mod bad_input;
mod interrupted;
mod kubectl_lines;
mod lab_on_cluster;
mod no_rights;
mod screen_on_cluster;
mod support;
mod tidy;
mod true_watch;
