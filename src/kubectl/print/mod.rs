//! Printers and describers: objects to kubectl's text. Pure.

mod custom_columns;
mod describe_container;
mod describe_events;
mod describe_page;
mod describe_pod;
mod describe_probe;
mod describe_service;
mod describe_volumes;
mod json;
mod jsonpath;
mod jsonpath_parser;
mod name;
mod quantity;
mod table;
mod tabwriter;
mod yaml;

pub use custom_columns::CustomColumns;
pub use describe_page::When;
pub use describe_pod::describe_pod;
pub use describe_service::{describe_endpoints, describe_service};
pub use json::{compact_json, pretty_json};
pub use jsonpath::{JsonPath, JsonPathError, MissingKeys, value_text};
pub use name::object_name;
pub use table::{
    Column, Row, Table, TableMetadata, TableStyle, Width, bare_columns, header_line, labels_text,
    row_line,
};
pub use tabwriter::TabWriter;
pub use yaml::yaml;

#[cfg(test)]
mod describe_recorded;
