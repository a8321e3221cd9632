//! Bodies of requests: JSON, YAML, protobuf.

mod base64;
mod go_words;
mod json;
mod protobuf;
mod wire;

pub(in crate::sandbox) use base64::encode as base64;
pub(super) use go_words::mismatch;
pub(crate) use json::{Parsed, parse_json};
pub(crate) use protobuf::parse_protobuf;
