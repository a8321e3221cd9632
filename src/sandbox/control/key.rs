use std::sync::Arc;

use serde_json::Value;

use super::super::fields;

/// Where an object is: `pods` or `deployments.apps`, its namespace, its name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Key {
    pub(super) resource: Arc<str>,
    pub(super) namespace: String,
    pub(super) name: String,
}

impl Key {
    /// One by its parts.
    pub(super) fn new(resource: &str, namespace: &str, name: &str) -> Self {
        Self { resource: resource.into(), namespace: namespace.into(), name: name.into() }
    }

    /// That of an object of a resource.
    pub(super) fn of(resource: &Arc<str>, object: &Value) -> Self {
        Self {
            resource: Arc::clone(resource),
            namespace: fields::namespace(object).to_owned(),
            name: fields::name(object).to_owned(),
        }
    }
}
