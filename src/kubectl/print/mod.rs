//! Printers and describers: objects to kubectl's text. Pure.

mod custom_columns;
mod json;
mod jsonpath;
mod jsonpath_parser;
mod name;
mod table;
mod tabwriter;
mod yaml;

pub use custom_columns::CustomColumns;
pub use json::{compact_json, pretty_json};
pub use jsonpath::{JsonPath, JsonPathError, MissingKeys, value_text};
pub use name::object_name;
pub use table::{
    Column, Row, Table, TableMetadata, TableStyle, Width, bare_columns, header_line, labels_text,
    row_line,
};
pub use tabwriter::TabWriter;
pub use yaml::yaml;
