use std::collections::BTreeMap;

use super::downward::{field, resource};
use super::expand::expand;
use super::service_links::service_variables;
use super::sources::{config_map, secret};
use crate::sandbox::Store;
use crate::sandbox::kubelet::spec::{Container, EnvFrom, EnvVar, KeyRef, Pod, ValueFrom};

/// For whom an environment is made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asking<'a> {
    pub(crate) pod: &'a Pod,
    pub(crate) container: &'a Container,
    /// The pod's address, and its node's.
    pub(crate) addresses: [&'a str; 2],
    pub(crate) store: &'a Store,
}

/// The environment of a container, but for what its image adds.
///
/// # Errors
/// The kubelet's words for what is missing; they follow `Error: `.
///
/// Source: `pkg/kubelet/kubelet_pods.go`, `makeEnvironmentVariables`.
pub(crate) fn environment(asking: Asking<'_>) -> Result<Vec<(String, String)>, String> {
    let pod = asking.pod;
    let wants_links = pod.spec.enable_service_links.unwrap_or(true);
    let services = service_variables(asking.store, &pod.namespace, wants_links);
    let mut variables = Variables::default();
    variables.set("HOSTNAME", pod.hostname());
    for source in &asking.container.env_from {
        for (name, value) in all_of(asking, source)? {
            variables.set(&name, value);
        }
    }
    for variable in &asking.container.env {
        if let Some(value) = value_of(asking, variable, &variables, &services)? {
            variables.set(&variable.name, value);
        }
    }
    for (name, value) in services {
        if variables.get(&name).is_none() {
            variables.set(&name, value);
        }
    }
    Ok(variables.in_order)
}

/// Variables in the order in which they were first set.
#[derive(Debug, Default)]
struct Variables {
    in_order: Vec<(String, String)>,
    places: BTreeMap<String, usize>,
}

impl Variables {
    fn get(&self, name: &str) -> Option<&str> {
        self.places.get(name).and_then(|at| self.in_order.get(*at)).map(|(_, value)| &**value)
    }

    fn set(&mut self, name: &str, value: String) {
        match self.places.get(name).and_then(|at| self.in_order.get_mut(*at)) {
            Some(entry) => entry.1 = value,
            None => {
                self.places.insert(name.to_owned(), self.in_order.len());
                self.in_order.push((name.to_owned(), value));
            }
        }
    }
}

fn all_of(asking: Asking<'_>, source: &EnvFrom) -> Result<Vec<(String, String)>, String> {
    let namespace = &asking.pod.namespace;
    let (kind, wanted, data) = if let Some(wanted) = &source.config_map_ref {
        ("configmap", wanted, config_map(asking.store, namespace, &wanted.name))
    } else if let Some(wanted) = &source.secret_ref {
        ("secret", wanted, secret(asking.store, namespace, &wanted.name))
    } else {
        return Ok(Vec::new());
    };
    let Some(data) = data else {
        return if wanted.optional { Ok(Vec::new()) } else { Err(not_found(kind, &wanted.name)) };
    };
    Ok(data
        .into_iter()
        .map(|(key, value)| {
            (format!("{}{key}", source.prefix), String::from_utf8_lossy(&value).into_owned())
        })
        .collect())
}

fn value_of(
    asking: Asking<'_>,
    variable: &EnvVar,
    so_far: &Variables,
    services: &BTreeMap<String, String>,
) -> Result<Option<String>, String> {
    let Some(from) = &variable.value_from else {
        let known =
            |name: &str| so_far.get(name).or_else(|| services.get(name).map(String::as_str));
        return Ok(Some(expand(&variable.value, known)));
    };
    from_elsewhere(asking, from)
}

fn from_elsewhere(asking: Asking<'_>, from: &ValueFrom) -> Result<Option<String>, String> {
    let (pod, store) = (asking.pod, asking.store);
    if let Some(wanted) = &from.field_ref {
        return field(pod, &wanted.field_path, asking.addresses).map(Some);
    }
    if let Some(wanted) = &from.resource_field_ref {
        return resource(pod, &asking.container.name, wanted, store).map(Some);
    }
    if let Some(wanted) = &from.config_map_key_ref {
        let data = config_map(store, &pod.namespace, &wanted.name);
        return one_of(pod, wanted, data, ["configmap", "ConfigMap"]);
    }
    if let Some(wanted) = &from.secret_key_ref {
        let data = secret(store, &pod.namespace, &wanted.name);
        return one_of(pod, wanted, data, ["secret", "Secret"]);
    }
    Ok(Some(String::new()))
}

fn one_of(
    pod: &Pod,
    wanted: &KeyRef,
    data: Option<BTreeMap<String, Vec<u8>>>,
    [resource, kind]: [&str; 2],
) -> Result<Option<String>, String> {
    let Some(mut data) = data else {
        return if wanted.optional { Ok(None) } else { Err(not_found(resource, &wanted.name)) };
    };
    match data.remove(&wanted.key) {
        Some(value) => Ok(Some(String::from_utf8_lossy(&value).into_owned())),
        None if wanted.optional => Ok(None),
        None => Err(format!(
            "couldn't find key {} in {kind} {}/{}",
            wanted.key, pod.namespace, wanted.name
        )),
    }
}

fn not_found(kind: &str, name: &str) -> String {
    format!("{kind} {name:?} not found")
}
