//! Getting images onto a node.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::backoff::Backoffs;
use super::chance::hash;
use super::clock::{after_millis, go_duration};
use super::node::Node;
use super::spec::{Container, PullPolicy};
use super::told::{StartError, Told};
use crate::sandbox::images::{Image, Images, Lookup};

/// How fast images come, and what a pull takes besides.
const BYTES_PER_MILLI: u64 = 40_000;
const MILLIS_BESIDES: u64 = 120;
const LONGEST_MILLIS: u64 = 4_000;
/// How long it takes to learn that there is no such image.
const MILLIS_TO_FAIL: i64 = 10;

/// What a pod's pulls have met.
///
/// Source: `pkg/kubelet/images/image_manager.go`.
#[derive(Debug, Default)]
pub(crate) struct Pulls {
    backoffs: Backoffs,
    last_errors: BTreeMap<String, String>,
    count: u64,
}

/// How a container comes to its image.
#[derive(Debug)]
pub(crate) enum Pulling {
    /// It is there.
    Present(Arc<Image>),
    /// It is on its way.
    Until(Pull),
    /// It does not come.
    Refused(StartError),
}

/// A pull under way.
#[derive(Debug)]
pub(crate) struct Pull {
    pub(crate) until: Timestamp,
    millis: i64,
    answer: Result<Arc<Image>, String>,
}

impl Pulls {
    /// Looks for the image of a container, and begins to pull it where that is needed.
    ///
    /// Source: `image_manager.go`, `EnsureImageExists`.
    pub(crate) fn begin(
        &mut self,
        container: &Container,
        images: &Images,
        node: &Node,
        now: Timestamp,
    ) -> (Pulling, Vec<Told>) {
        let name = &container.image;
        let found = match images.find(name) {
            Lookup::Known(image) | Lookup::Simulated(image) => Ok(image),
            Lookup::NotFound(why) => Err(why),
            Lookup::Invalid(why) => return invalid(name, &why),
        };
        let present = found.as_ref().ok().filter(|image| node.images.contains(&image.name()));
        match (container.image_pull_policy, present) {
            (PullPolicy::Never, None) => never(name),
            (PullPolicy::IfNotPresent | PullPolicy::Never, Some(image)) => {
                let message = format!(
                    "Container image {name:?} already present on machine and can be accessed by the pod"
                );
                (Pulling::Present(Arc::clone(image)), vec![Told::normal("Pulled", message)])
            }
            _ => self.pull(name, found, node, now),
        }
    }

    /// Source: `image_manager.go`, `pullImage`.
    fn pull(
        &mut self,
        name: &str,
        found: Result<Arc<Image>, String>,
        node: &Node,
        now: Timestamp,
    ) -> (Pulling, Vec<Told>) {
        if self.backoffs.waits_since_failure(name, now).is_some() {
            let message = format!("Back-off pulling image {name:?}");
            let whole = match self.last_errors.get(name) {
                Some(error) => format!("{message}: {error}"),
                None => message.clone(),
            };
            let refused = StartError::new("ImagePullBackOff", whole);
            return (Pulling::Refused(refused), vec![Told::normal("BackOff", message)]);
        }
        self.last_errors.remove(name);
        self.count += 1;
        let millis = match &found {
            Ok(image) => millis(image, node.images.contains(&image.name()), self.count),
            Err(_) => MILLIS_TO_FAIL,
        };
        let pull = Pull { until: after_millis(now, millis), millis, answer: found };
        let told = Told::normal("Pulling", format!("Pulling image {name:?}"));
        (Pulling::Until(pull), vec![told])
    }

    /// The pull is over.
    pub(crate) fn finish(
        &mut self,
        container: &Container,
        pull: Pull,
        node: &mut Node,
        now: Timestamp,
    ) -> (Result<Arc<Image>, StartError>, Vec<Told>) {
        let name = &container.image;
        match pull.answer {
            Ok(image) => {
                node.images.insert(image.name());
                let took = go_duration(pull.millis);
                let told = format!(
                    "Successfully pulled image {name:?} in {took} ({took} including waiting). \
                     Image size: {} bytes.",
                    image.size()
                );
                (Ok(image), vec![Told::normal("Pulled", told)])
            }
            Err(why) => {
                self.backoffs.fail(name, now, now);
                self.last_errors.insert(name.clone(), format!("ErrImagePull: {why}"));
                let told = format!("Failed to pull image {name:?}: {why}");
                (Err(StartError::new("ErrImagePull", why)), vec![Told::warning("Failed", told)])
            }
        }
    }
}

fn invalid(name: &str, why: &str) -> (Pulling, Vec<Told>) {
    let message = format!("Failed to apply default image tag {name:?}: {why}");
    let refused = StartError::new("InvalidImageName", message.clone());
    (Pulling::Refused(refused), vec![Told::warning("InspectFailed", message)])
}

fn never(name: &str) -> (Pulling, Vec<Told>) {
    let message = format!("Container image {name:?} is not present with pull policy of Never");
    let refused = StartError::new("ErrImageNeverPull", message.clone());
    (Pulling::Refused(refused), vec![Told::warning("ErrImageNeverPull", message)])
}

/// How long a pull takes: by size, and a moment only where the node has the image. Never
/// twice the same in a row, so that events are as many as those of a real one.
fn millis(image: &Image, is_present: bool, count: u64) -> i64 {
    let some = (hash(&image.name()) % 17 + 7 * (count % 17)) % 17;
    let millis = if is_present {
        15 + some
    } else {
        (MILLIS_BESIDES + some + image.size() / BYTES_PER_MILLI).min(LONGEST_MILLIS)
    };
    i64::try_from(millis).unwrap_or(0)
}
