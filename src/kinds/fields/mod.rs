//! The fields of all built-in kinds, as data.

mod schema;
mod table;

pub use schema::{Applying, Field, FieldType, Patching, Schema, TypeFields, TypeId, Wire};
