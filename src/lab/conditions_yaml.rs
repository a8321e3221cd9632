//! Conditions as authors write them.

use serde_yaml::{Mapping, Value};

use crate::kinds::Probe;
use crate::lab::{Condition, PodState};

use super::yaml_place::{Noted, YamlPlace, described, scalar};

const POD_STATES: &[(&str, PodState)] = &[
    ("Ready", PodState::Ready),
    ("NotReady", PodState::NotReady),
    ("Running", PodState::Running),
    ("Succeeded", PodState::Succeeded),
    ("Failed", PodState::Failed),
    ("Deleted", PodState::Deleted),
];

const SERVICE_STATES: &[&str] = &["external-ip", "endpoints", "no-endpoints"];

const PROBES: &[(&str, Probe)] =
    &[("liveness", Probe::Liveness), ("readiness", Probe::Readiness), ("startup", Probe::Startup)];

/// How conditions begin, for those who mistyped one.
const NAMES: &[&str] =
    &["pod/NAME", "deployment/NAME", "service/NAME", "restarts", "event", "probe-failed"];

/// One condition or several: a mapping, a text such as `pod/x: Ready`, or a list of them.
pub(super) fn conditions(
    value: &Value,
    place: &mut YamlPlace<'_>,
) -> Result<Vec<Condition>, Noted> {
    match value {
        Value::Mapping(mapping) => {
            mapping.iter().map(|(key, value)| condition(key, value, place)).collect()
        }
        Value::Sequence(items) => {
            let mut all = Vec::new();
            for item in items {
                all.extend(conditions(item, place)?);
            }
            Ok(all)
        }
        Value::String(text) => match text.split_once(':') {
            Some((key, value)) => {
                let key = Value::String(key.trim().to_owned());
                let value = Value::String(value.trim().to_owned());
                Ok(vec![condition(&key, &value, place)?])
            }
            None => Err(place.unknown("unknown-condition", "condition", text, names())),
        },
        other => {
            let message = format!("a condition cannot be {}", described(other));
            let noted = place.error("unknown-condition", "", message);
            place.hint("write it like `pod/NAME: Ready`");
            Err(noted)
        }
    }
}

fn names() -> impl Iterator<Item = &'static str> + Clone {
    NAMES.iter().copied()
}

fn condition(key: &Value, value: &Value, place: &mut YamlPlace<'_>) -> Result<Condition, Noted> {
    let key = scalar(key).unwrap_or_default();
    match key.split_once('/') {
        Some(("pod" | "pods" | "po", name)) => pod(name, value, place),
        Some(("service" | "services" | "svc", name)) => service(name, value, place),
        Some(("deployment" | "deployments" | "deploy", name)) => {
            one_of(value, place, &["Available"])?;
            Ok(Condition::DeploymentAvailable { name: name.to_owned() })
        }
        Some((kind, _)) => {
            let kinds = ["pod", "service", "deployment"];
            Err(place.unknown("unknown-condition", "kind in a condition", kind, kinds))
        }
        None => match key.as_str() {
            "restarts" => restarts(value, place),
            "event" => event(value, place),
            "probe-failed" => probe_failed(value, place),
            other => Err(place.unknown("unknown-condition", "condition", other, names())),
        },
    }
}

fn pod(name: &str, value: &Value, place: &mut YamlPlace<'_>) -> Result<Condition, Noted> {
    let names: Vec<&str> = POD_STATES.iter().map(|(name, _)| *name).collect();
    let state = POD_STATES[one_of(value, place, &names)?].1;
    Ok(Condition::Pod { name: name.to_owned(), state })
}

fn service(name: &str, value: &Value, place: &mut YamlPlace<'_>) -> Result<Condition, Noted> {
    let name = name.to_owned();
    Ok(match one_of(value, place, SERVICE_STATES)? {
        0 => Condition::ServiceExternalIp { name },
        1 => Condition::ServiceEndpoints { name },
        _ => Condition::ServiceNoEndpoints { name },
    })
}

/// The index of the value among `known`.
fn one_of(value: &Value, place: &mut YamlPlace<'_>, known: &[&str]) -> Result<usize, Noted> {
    let text = scalar(value).unwrap_or_default();
    known
        .iter()
        .position(|name| *name == text)
        .ok_or_else(|| place.unknown("unknown-condition", "state", &text, known.iter().copied()))
}

fn restarts(value: &Value, place: &mut YamlPlace<'_>) -> Result<Condition, Noted> {
    let fields = Fields::of("restarts", value, &["pod", "at_least"], place)?;
    let pod = fields.required("pod", place)?;
    Ok(Condition::Restarts { pod, at_least: fields.count("at_least", place)? })
}

fn event(value: &Value, place: &mut YamlPlace<'_>) -> Result<Condition, Noted> {
    let fields = Fields::of("event", value, &["pod", "reason", "contains"], place)?;
    let pod = fields.required("pod", place)?;
    Ok(Condition::Event { pod, reason: fields.text("reason"), contains: fields.text("contains") })
}

fn probe_failed(value: &Value, place: &mut YamlPlace<'_>) -> Result<Condition, Noted> {
    let fields = Fields::of("probe-failed", value, &["pod", "probe", "at_least"], place)?;
    let pod = fields.required("pod", place)?;
    let probe = fields.text("probe").unwrap_or_else(|| "liveness".to_owned());
    let names: Vec<&str> = PROBES.iter().map(|(name, _)| *name).collect();
    let probe = PROBES[one_of(&Value::String(probe), place, &names)?].1;
    Ok(Condition::ProbeFailed { pod, probe, at_least: fields.count("at_least", place)? })
}

/// The fields of a condition that is a mapping.
struct Fields<'v> {
    condition: &'static str,
    mapping: &'v Mapping,
}

impl<'v> Fields<'v> {
    fn of(
        condition: &'static str,
        value: &'v Value,
        known: &[&str],
        place: &mut YamlPlace<'_>,
    ) -> Result<Self, Noted> {
        let Value::Mapping(mapping) = value else {
            let message = format!("`{condition}` needs a mapping");
            let noted = place.error("unknown-condition", condition, message);
            place.hint(&format!("write it like `{condition}: {{pod: NAME}}`"));
            return Err(noted);
        };
        for key in mapping.keys() {
            let key = scalar(key).unwrap_or_default();
            if !known.contains(&key.as_str()) {
                let what = format!("field of `{condition}`");
                return Err(place.unknown("unknown-condition", &what, &key, known.iter().copied()));
            }
        }
        Ok(Self { condition, mapping })
    }

    fn text(&self, field: &str) -> Option<String> {
        self.mapping.get(field).and_then(scalar)
    }

    fn required(&self, field: &str, place: &mut YamlPlace<'_>) -> Result<String, Noted> {
        self.text(field).ok_or_else(|| {
            let message = format!("`{}` does not say which {field}", self.condition);
            place.error("unknown-condition", self.condition, message)
        })
    }

    /// A number of times, 1 where nothing is said.
    fn count(&self, field: &str, place: &mut YamlPlace<'_>) -> Result<u32, Noted> {
        let Some(value) = self.mapping.get(field) else { return Ok(1) };
        let number = value.as_u64().and_then(|number| u32::try_from(number).ok());
        number.filter(|number| *number > 0).ok_or_else(|| {
            let message = format!("`{field}` needs a whole number above 0");
            place.error("unknown-condition", field, message)
        })
    }
}
