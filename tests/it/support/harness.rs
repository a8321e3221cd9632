use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use super::Program;
use super::screen::PATIENCE;

/// A real cluster, where there is one: the harness of `tests/cluster`, or another
/// that `PODLAB_E2E_KUBECONFIG` names.
#[derive(Debug)]
pub struct Harness {
    /// A kubeconfig of its administrator.
    pub kubeconfig: PathBuf,
    /// A real kubectl 1.36, to compare with.
    pub kubectl: Option<PathBuf>,
    script: Option<PathBuf>,
}

impl Harness {
    /// The cluster, or none with a line that says what is not run. In CI, none is a failure.
    pub fn find(test: &str) -> Option<Self> {
        let variable = |name: &str| std::env::var_os(name).map(PathBuf::from);
        let Some(kubeconfig) = variable("PODLAB_E2E_KUBECONFIG") else {
            assert!(
                std::env::var_os("CI").is_none(),
                "{test}: PODLAB_E2E_KUBECONFIG is not set, and CI must have a cluster"
            );
            eprintln!("not run: {test} (PODLAB_E2E_KUBECONFIG is not set)");
            return None;
        };
        Some(Self {
            kubeconfig,
            kubectl: variable("PODLAB_E2E_KUBECTL"),
            script: variable("PODLAB_E2E_CLUSTER"),
        })
    }

    /// As [`Harness::find`], where the test needs the harness itself: its lab VM, its
    /// server that can be stopped, its request log.
    pub fn own(test: &str) -> Option<Self> {
        let found = Self::find(test)?;
        if found.script.is_none() {
            assert!(std::env::var_os("CI").is_none(), "{test}: PODLAB_E2E_CLUSTER is not set");
            eprintln!("not run: {test} (it needs the cluster of tests/cluster)");
            return None;
        }
        Some(found)
    }

    /// As [`Harness::find`], where podlab is compared with a real kubectl 1.36.
    pub fn comparing(test: &str) -> Option<Self> {
        let found = Self::find(test)?;
        if found.kubectl.is_none() {
            assert!(std::env::var_os("CI").is_none(), "{test}: PODLAB_E2E_KUBECTL is not set");
            eprintln!("not run: {test} (PODLAB_E2E_KUBECTL names no kubectl to compare with)");
            return None;
        }
        Some(found)
    }

    /// Runs the harness' script and returns what it printed.
    #[track_caller]
    pub fn script(&self, arguments: &[&str]) -> String {
        let script = self.script.as_ref().expect("the harness' own script");
        let output = Command::new(script).args(arguments).output().unwrap();
        assert!(
            output.status.success(),
            "{arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// Has the script take the API server away; it is back when this is dropped, so that a
    /// test that fails meanwhile does not take the others with it.
    #[must_use = "the server is back as soon as it is dropped"]
    pub fn outage(&self, begins: &'static str, ends: &'static str) -> Outage<'_> {
        self.script(&[begins]);
        Outage { harness: self, ends }
    }

    /// `podlab` on the lab VM of the harness.
    pub fn on_vm(&self) -> Program {
        let script = self.script.as_ref().expect("the harness' own script");
        self.prepared(Program::new(vec![script.display().to_string(), "vm".to_owned()]))
    }

    /// `podlab` on this machine.
    pub fn here(&self) -> Program {
        self.prepared(Program::new(Vec::new()))
    }

    fn prepared(&self, program: Program) -> Program {
        let kubeconfig = std::fs::read_to_string(&self.kubeconfig).unwrap();
        program.write("home/.kube/config", &kubeconfig);
        program
    }

    /// What kubectl prints, podlab's own where there is no real one; it must succeed.
    #[track_caller]
    pub fn kubectl(&self, arguments: &[&str]) -> String {
        let mut command = match &self.kubectl {
            Some(kubectl) => Command::new(kubectl),
            None => {
                let mut command = Command::new(Program::path());
                command.arg("kubectl");
                command
            }
        };
        let output =
            command.arg("--kubeconfig").arg(&self.kubeconfig).args(arguments).output().unwrap();
        assert!(
            output.status.success(),
            "{arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Asks again and again until `holds`.
    #[track_caller]
    pub fn wait_until(&self, what: &str, holds: impl Fn() -> bool) {
        let end = Instant::now() + PATIENCE;
        while !holds() {
            assert!(Instant::now() < end, "waited in vain: {what}");
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// The namespaces that runs have made, by their label.
    pub fn run_namespaces(&self) -> Vec<String> {
        let names = ["get", "namespaces", "-l", "podlab/run", "-o", "name"];
        self.kubectl(&names).lines().map(str::to_owned).collect()
    }
}

/// The API server is away.
#[derive(Debug)]
pub struct Outage<'a> {
    harness: &'a Harness,
    ends: &'static str,
}

impl Drop for Outage<'_> {
    fn drop(&mut self) {
        self.harness.script(&[self.ends]);
    }
}
