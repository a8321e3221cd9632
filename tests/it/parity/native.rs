//! podlab under the name `kubectl`, held against the real kubectl: scenarios that both
//! play, each on a simulated cluster of its own. What both printed agrees, after
//! [`normalised`](super::normal::normalised), but for [`ACCEPTED`].

use std::path::Path;

use super::compare::{Comparison, assert_none};
use super::scenario::{Scenario, Step, StepKind};
use super::{SCENARIOS, Started, played};
use crate::support::real_kubectl;

/// Scenario, the beginning of the command, and why podlab's words differ there.
const ACCEPTED: &[(&str, &str, &str)] = &[];

macro_rules! native {
    ($($name:ident),* $(,)?) => {
        $(#[test]
        fn $name() {
            hold(SCENARIOS, stringify!($name));
        })*
    };
}

native! { crashes, logs, probes, sorting }

/// Scenarios that only this comparison needs.
macro_rules! only_native {
    ($($name:ident),* $(,)?) => {
        const ONLY_NATIVE: &[(&str, &str)] = &[
            $((stringify!($name), include_str!(concat!("native/", stringify!($name), ".sh")))),*
        ];

        $(#[test]
        fn $name() {
            hold(ONLY_NATIVE, stringify!($name));
        })*
    };
}

only_native! { draining }

/// Plays a scenario with both and compares all of its steps.
#[track_caller]
fn hold(scenarios: &[(&'static str, &'static str)], name: &str) {
    let Some(kubectl) = real_kubectl(&format!("podlab beside kubectl, {name}")) else { return };
    let scenario = Scenario::named(scenarios, name);
    let play = |player: &Path| {
        let sandbox = Started::new();
        played(&scenario, [player, &kubectl], &sandbox.kubeconfig(), true)
    };
    let (real, native) = std::thread::scope(|scope| {
        let real = scope.spawn(|| play(&kubectl));
        let native = play(Path::new(env!("CARGO_BIN_EXE_podlab")));
        (real.join().unwrap(), native)
    });
    let prints = |step: &Step| matches!(step.kind, StepKind::Compared | StepKind::SandboxOnly);
    let steps = scenario.steps.iter().zip(&real).zip(&native);
    let steps = steps.filter(|((step, _), _)| prints(step));
    let comparison = Comparison { names: ["kubectl", "podlab"], accepted: ACCEPTED };
    assert_none(&comparison.differences(name, steps.map(|((step, a), b)| (step, a, b))));
}
