//! `kubectl set resources`.

use serde_json::{Map, Value, json};

use super::template::{containers, is_meant, spec_of};
use crate::invocation::Invocation;
use crate::kubectl::failure::{Failure, Outcome};
use crate::kubectl::found::Found;
use crate::kubectl::generate::quantities;

/// Requests and limits.
pub(super) struct Amounts {
    limits: Map<String, Value>,
    requests: Map<String, Value>,
}

impl Amounts {
    pub(super) fn asked(invocation: &Invocation) -> Result<Self, Failure> {
        let of = |flag: &str| match invocation.flags.text(flag).filter(|text| !text.is_empty()) {
            Some(text) => quantities(text),
            None => Ok(Map::new()),
        };
        let (limits, requests) = (of("limits")?, of("requests")?);
        if limits.is_empty() && requests.is_empty() {
            return Err(Failure::message(
                "you must specify an update to requests or limits (in the form of --requests/--limits)",
            ));
        }
        Ok(Self { limits, requests })
    }

    /// Source: `set_resources.go`, `Run`: an amount of 0 takes a limit away.
    pub(super) fn of(&self, one: &Found, object: &mut Value, pattern: &str) -> Outcome {
        let mut found = false;
        for container in containers(spec_of(one, object)?) {
            if !is_meant(container, pattern) {
                continue;
            }
            found = true;
            for (field, amounts) in [("limits", &self.limits), ("requests", &self.requests)] {
                for (name, amount) in amounts {
                    let mut all =
                        container["resources"][field].as_object().cloned().unwrap_or_default();
                    if amount == "0" {
                        all.remove(name);
                    } else {
                        all.insert(name.clone(), amount.clone());
                    }
                    container["resources"][field] = json!(all);
                }
            }
        }
        if found {
            return Ok(());
        }
        Err(Failure::message(format!("error: unable to find container named {pattern}")))
    }
}
