//! podlab
