//! The objects that `create KIND` makes from flags.

mod data;
mod ingress;
mod made;
mod rules;
mod service;
mod small;
mod text;
mod workload;

pub(super) use made::run;
pub(super) use rules::subject_of_service_account;
pub(super) use small::quantities;
pub(super) use text::{labels, to_base64};
