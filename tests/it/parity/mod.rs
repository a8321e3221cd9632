//! The simulated cluster, held against a real one: the same commands with the same
//! real kubectl on both. What both printed agrees, after
//! [`normalised`](normal::normalised), but for the
//! differences that [`accepted::ACCEPTED`] lists with their reasons.

mod accepted;
mod compare;
mod lives;
mod native;
mod normal;
mod play;
mod scenario;

use std::path::{Path, PathBuf};

use accepted::ACCEPTED;
use compare::{Comparison, assert_none};
use play::{Played, Player};
use scenario::{Scenario, StepKind};

use crate::support::{Harness, Simulated};

macro_rules! scenarios {
    ($($name:ident),* $(,)?) => {
        const SCENARIOS: &[(&str, &str)] = &[
            $((stringify!($name), include_str!(concat!("scenarios/", stringify!($name), ".sh")))),*
        ];

        $(#[test]
        fn $name() {
            hold(stringify!($name));
        })*
    };
}

scenarios! {
    accounts, apply, attaching, clusters, config_maps, crashes, custom_resources, daemon_sets, deleting,
    deployments, discovery, errors, events, expose, images, jobs, kustomize, labels, logs,
    namespaces, nodes, patches, pods, port_forwarding, probes, quotas, rollouts, running, secrets, services,
    sorting, stateful_sets, volumes,
}

/// A sandbox in real time, and what it runs on.
struct Started {
    simulated: Simulated,
    _runtime: tokio::runtime::Runtime,
}

impl Started {
    fn new() -> Self {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        Self { simulated: runtime.block_on(Simulated::start(1)), _runtime: runtime }
    }

    fn kubeconfig(&self) -> PathBuf {
        self.simulated.sandbox.kubeconfig().to_owned()
    }
}

/// Plays a scenario on both clusters and compares.
#[track_caller]
fn hold(name: &str) {
    let Some(harness) = Harness::comparing(&format!("parity of {name}")) else { return };
    let Some(kubectl) = harness.kubectl.clone() else { return };
    let scenario = Scenario::named(SCENARIOS, name);
    let sandbox = Started::new();
    let (scenario, kubeconfig) = (&scenario, harness.kubeconfig.as_path());
    let (real, simulated) = std::thread::scope(|scope| {
        let kubectls = [kubectl.as_path(); 2];
        let real = scope.spawn(move || played(scenario, kubectls, kubeconfig, false));
        let simulated = played(scenario, kubectls, &sandbox.kubeconfig(), true);
        (real.join().unwrap(), simulated)
    });
    let compared = scenario.steps.iter().filter(|step| step.kind != StepKind::SandboxOnly);
    let simulated = simulated.iter().filter(|played| !played.sandbox_only);
    let steps = compared.zip(&real).zip(simulated).map(|((step, a), b)| (step, a, b));
    let steps = steps.filter(|(step, ..)| step.kind == StepKind::Compared);
    let comparison = Comparison { names: ["real cluster", "sandbox"], accepted: ACCEPTED };
    assert_none(&comparison.differences(name, steps));
}

fn played(
    scenario: &Scenario,
    kubectls: [&Path; 2],
    kubeconfig: &Path,
    simulated: bool,
) -> Vec<Played> {
    Player::new(scenario.name, kubectls, kubeconfig).play(scenario, simulated)
}

#[test]
fn the_scenarios_are_many_and_none_is_forgotten() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/parity/scenarios");
    let files = std::fs::read_dir(folder).unwrap().count();
    assert_eq!(files, SCENARIOS.len());
    let mut compared = 0;
    let mut text = String::new();
    for (name, _) in SCENARIOS {
        let scenario = Scenario::named(SCENARIOS, name);
        compared += scenario.steps.iter().filter(|step| step.kind == StepKind::Compared).count();
        text.push_str(
            &scenario.steps.iter().map(|step| step.text.clone() + "\n").collect::<String>(),
        );
    }
    assert!(compared >= 200, "only {compared} commands are compared");
    assert!(ACCEPTED.len() <= 15, "{} accepted differences", ACCEPTED.len());
    for verb in VERBS {
        assert!(text.contains(&format!("kubectl {verb}")), "no scenario has `kubectl {verb}`");
    }
}

/// Every verb that lab files by others use against a cluster.
const VERBS: &[&str] = &[
    "annotate",
    "api-resources",
    "api-versions",
    "apply",
    "attach",
    "auth can-i",
    "auth whoami",
    "autoscale",
    "cluster-info",
    "cordon",
    "cp",
    "create clusterrole",
    "create clusterrolebinding",
    "create configmap",
    "create cronjob",
    "create deployment",
    "create ingress",
    "create job",
    "create namespace",
    "create quota",
    "create role",
    "create rolebinding",
    "create secret",
    "create service",
    "create serviceaccount",
    "debug",
    "delete",
    "describe",
    "diff",
    "drain",
    "edit",
    "events",
    "exec",
    "explain",
    "expose",
    "get",
    "kustomize",
    "label",
    "logs",
    "patch",
    "port-forward",
    "proxy",
    "replace",
    "rollout history",
    "rollout pause",
    "rollout restart",
    "rollout resume",
    "rollout status",
    "rollout undo",
    "run",
    "scale",
    "set env",
    "set image",
    "set resources",
    "set selector",
    "set serviceaccount",
    "taint",
    "top",
    "uncordon",
    "version",
    "wait",
];
