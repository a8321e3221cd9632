//! Kubernetes kinds as data: names, scope, columns; a pod's status in one word.

mod columns;
mod fields;
mod names;
mod pod_resources;
mod pod_row;
mod probe;
mod quantity;
mod resource;
mod service_row;
mod words;

pub use columns::{Column, columns};
pub use fields::{Applying, Field, FieldType, Patching, Schema, TypeFields, TypeId, Wire};
pub use names::{KindNames, WATCHED, watched_kind};
pub use pod_resources::{Amounts, pod_limits, pod_requests};
pub use pod_row::{PodRow, age, condition_is_true, end_word, is_sidecar, pod_row};
pub use probe::Probe;
pub use quantity::{Quantity, QuantityError};
pub use resource::{ApiResource, Behaviour, Text, Verbs, split_api_version};
pub use service_row::{
    DeploymentRow, EndpointsRow, ServiceRow, deployment_row, endpoints_row, host_port,
    host_port_text, load_balancer_addresses, service_row,
};

pub use words::{field_words, type_words};

#[cfg(test)]
mod recorded;
