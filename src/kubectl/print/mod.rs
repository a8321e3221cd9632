//! Printers and describers: objects to kubectl's text. Pure.

mod custom_columns;
mod describe_any;
mod describe_autoscaler;
mod describe_container;
mod describe_data;
mod describe_events;
mod describe_job;
mod describe_network;
mod describe_node;
mod describe_page;
mod describe_pod;
mod describe_policy;
mod describe_probe;
mod describe_quota;
mod describe_rbac;
mod describe_service;
mod describe_storage;
mod describe_template;
mod describe_value;
mod describe_volumes;
mod describe_workload;
mod explain;
mod explain_text;
mod go_syntax;
mod go_template;
mod go_template_functions;
mod go_template_parser;
mod json;
mod jsonpath;
mod jsonpath_parser;
mod kyaml;
mod name;
mod quantity;
mod table;
mod tabwriter;
mod yaml;

pub use custom_columns::CustomColumns;
pub use describe_any::describe_any;
pub use describe_autoscaler::{describe_autoscaler, describe_autoscaler_v1};
pub use describe_data::{describe_config_map, describe_secret, describe_service_account};
pub use describe_events::event_age;
pub use describe_job::{describe_cron_job, describe_job};
pub use describe_network::{
    backend_name, describe_endpoint_slice, describe_ingress, describe_ingress_class,
    describe_network_policy,
};
pub use describe_node::{NodeParts, describe_node};
pub use describe_page::When;
pub use describe_pod::describe_pod;
pub use describe_policy::{
    describe_attributes_class, describe_csi_node, describe_disruption_budget, describe_ip_address,
    describe_priority_class, describe_service_range,
};
pub use describe_quota::{describe_limit_range, describe_namespace, describe_quota};
pub use describe_rbac::{describe_role, describe_role_binding};
pub use describe_service::{describe_endpoints, describe_service, slices_text};
pub use describe_storage::{describe_claim, describe_storage_class, describe_volume};
pub use describe_template::describe_template;
pub use describe_workload::{
    PodCounts, describe_daemon_set, describe_deployment, describe_replica_set,
    describe_replication_controller, describe_stateful_set, selected,
};
pub use explain::{Depth, Explained, explain};
pub use go_syntax::go_syntax;
pub use go_template::{GoTemplate, TemplateError, go_value};
pub use json::{compact_json, pretty_json};
pub use jsonpath::{JsonPath, JsonPathError, MissingKeys, value_text};
pub use kyaml::kyaml;
pub use name::object_name;
pub use table::{
    Column, Row, Table, TableMetadata, TableStyle, Width, bare_columns, header_line, labels_text,
    row_line,
};
pub use tabwriter::TabWriter;
pub use yaml::yaml;

#[cfg(test)]
mod describe_recorded;
