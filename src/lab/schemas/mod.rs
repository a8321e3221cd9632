//! The JSON Schemas of what an author writes, for editors. A test holds them in step
//! with what [`super::parse`] accepts.

/// Of a directive's mapping.
pub const DIRECTIVE_SCHEMA: &str = include_str!("directive.json");

/// Of the front matter.
pub const FRONT_MATTER_SCHEMA: &str = include_str!("front-matter.json");

#[cfg(test)]
#[path = "schema_tests.rs"]
mod tests;
