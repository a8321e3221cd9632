use std::fs::File;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::scenario::{Scenario, Step, StepKind};

/// A command that takes longer hangs.
const LIMIT: &str = "90";
/// How long something that is awaited may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// Runs the steps of a scenario on one cluster, in a namespace and a folder of its own.
pub(super) struct Player {
    real: PathBuf,
    kubeconfig: PathBuf,
    namespace: String,
    folder: TempDir,
}

/// What a step printed, and its exit code.
#[derive(Debug, Clone)]
pub(super) struct Played {
    pub(super) sandbox_only: bool,
    stdout: String,
    stderr: String,
    code: Option<i32>,
}

impl Played {
    pub(super) fn printed(&self) -> String {
        let code = self.code.map_or("killed".to_owned(), |code| code.to_string());
        format!("{}\n(stderr)\n{}\n(exit code) {code}", self.stdout, self.stderr)
    }
}

impl Player {
    /// Plays with `kubectl`. The `real` one prepares, and is further down the `PATH`.
    pub(super) fn new(scenario: &str, [kubectl, real]: [&Path; 2], kubeconfig: &Path) -> Self {
        let folder = tempfile::Builder::new().prefix("parity-").tempdir().unwrap();
        for name in ["bin", "real", "home", "work"] {
            std::fs::create_dir(folder.path().join(name)).unwrap();
        }
        symlink(kubectl, folder.path().join("bin/kubectl")).unwrap();
        symlink(real, folder.path().join("real/kubectl")).unwrap();
        let own = folder.path().join("kubeconfig");
        std::fs::copy(kubeconfig, &own).unwrap();
        // One namespace name for both clusters, so that it needs no normalising.
        let namespace = format!("parity-{}", scenario.replace('_', "-"));
        let player = Self { real: real.to_owned(), kubeconfig: own, namespace, folder };
        player.prepare();
        player
    }

    fn prepare(&self) {
        let namespace = self.namespace.as_str();
        self.kubectl(&["delete", "namespace", namespace, "--ignore-not-found"]);
        self.kubectl(&["create", "namespace", namespace]);
        self.kubectl(&["config", "set-context", "--current", "--namespace", namespace]);
        let account = "until kubectl get serviceaccount default; do sleep 0.1; done";
        let played = self.run(account);
        assert_eq!(played.code, Some(0), "{played:?}");
    }

    /// Plays the steps in order; the real cluster is not asked what it lacks.
    pub(super) fn play(&self, scenario: &Scenario, simulated: bool) -> Vec<Played> {
        let wanted = |step: &&Step| simulated || step.kind != StepKind::SandboxOnly;
        scenario.steps.iter().filter(wanted).map(|step| self.step(step, simulated)).collect()
    }

    fn step(&self, step: &Step, simulated: bool) -> Played {
        let started = Instant::now();
        let place = if simulated { "sandbox" } else { "real cluster" };
        loop {
            let mut played = self.run(&step.text);
            played.sandbox_only = step.kind == StepKind::SandboxOnly;
            match step.kind {
                StepKind::Compared => return played,
                _ if played.code == Some(0) => return played,
                StepKind::Awaited if started.elapsed() < PATIENCE => {
                    std::thread::sleep(Duration::from_millis(300));
                }
                _ => panic!("on the {place}: {}\n{}", step.text, played.printed()),
            }
        }
    }

    fn run(&self, text: &str) -> Played {
        let at = |name: &str| self.folder.path().join(name);
        let path = format!("{}:{}:/usr/bin:/bin", at("bin").display(), at("real").display());
        let mut command = Command::new("timeout");
        command.args(["-s", "INT", "-k", "5", LIMIT, "bash", "-c", text]);
        command.env_clear().env("PATH", path).env("HOME", at("home")).env("LANG", "C.UTF-8");
        command.env("KUBECONFIG", &self.kubeconfig).env("NS", &self.namespace);
        // Files, not pipes: what a step leaves running in the background holds nothing up.
        let [stdout, stderr] = ["stdout", "stderr"].map(at);
        command.stdout(File::create(&stdout).unwrap()).stderr(File::create(&stderr).unwrap());
        let status = command.current_dir(at("work")).stdin(Stdio::null()).status().unwrap();
        let text = |path| String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned();
        Played {
            sandbox_only: false,
            stdout: text(&stdout),
            stderr: text(&stderr),
            code: status.code(),
        }
    }

    #[track_caller]
    fn kubectl(&self, arguments: &[&str]) {
        let mut command = Command::new(&self.real);
        command.arg("--kubeconfig").arg(&self.kubeconfig).args(arguments);
        let output = command.env("HOME", self.folder.path().join("home")).output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {stderr}");
    }
}

impl Drop for Player {
    fn drop(&mut self) {
        let mut command = Command::new(&self.real);
        command.arg("--kubeconfig").arg(&self.kubeconfig);
        command.args(["delete", "namespace", &self.namespace, "--wait=false"]);
        let _ = command.env("HOME", self.folder.path().join("home")).output();
    }
}
