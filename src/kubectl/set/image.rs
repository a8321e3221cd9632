//! `kubectl set image`.

use serde_json::{Value, json};

use super::template::{containers, spec_of};
use crate::kubectl::failure::{Failure, Outcome};
use crate::kubectl::found::Found;

/// Containers and their new images; `*` is every container.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Images(Vec<(String, String)>);

impl Images {
    pub(super) fn asked(changes: &[String]) -> Result<Self, Failure> {
        let pairs: Vec<(String, String)> = changes
            .iter()
            .filter_map(|change| change.split_once('='))
            .map(|(name, image)| (name.to_owned(), image.to_owned()))
            .collect();
        if pairs.is_empty() {
            return Err(Failure::message("at least one image update is required"));
        }
        if pairs.len() > 1 && pairs.iter().any(|(name, _)| name == "*") {
            return Err(Failure::message(
                "all containers are already specified by *, but saw more than one container_name=container_image pairs",
            ));
        }
        Ok(Self(pairs))
    }

    /// Source: `set_image.go`, `Run`.
    pub(super) fn of(&self, one: &Found, object: &mut Value) -> Outcome {
        let mut all = containers(spec_of(one, object)?);
        for (name, image) in &self.0 {
            let mut found = false;
            for container in &mut all {
                if name == "*" || container["name"] == name.as_str() {
                    container["image"] = json!(image);
                    found = true;
                }
            }
            if !found {
                return Err(Failure::message(format!(
                    "error: unable to find container named {name:?}"
                )));
            }
        }
        Ok(())
    }
}
