//! Consumers of engine events: one file per format.
