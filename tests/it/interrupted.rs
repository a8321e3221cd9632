//! Stopped at any point, a run leaves the cluster and the machine as they were.

use crate::lab_on_cluster::{assert_nothing_left, namespace_of};
use crate::support::{Harness, Program, Running};

/// When a run is stopped, and how.
struct Stop {
    /// The signal's name.
    signal: &'static str,
    /// Stopped as soon as a line of the output contains this.
    after: &'static str,
}

macro_rules! stops {
    ($($name:ident: $signal:expr, $after:expr;)*) => {$(
        #[test]
        fn $name() {
            let Some(harness) = Harness::own(stringify!($name)) else { return };
            Stop { signal: $signal, after: $after }.leaves_nothing(&harness, &harness.on_vm());
        }
    )*};
}

stops! {
    stopped_as_soon_as_the_namespace_exists: "INT", "namespace ";
    stopped_after_the_first_pod: "TERM", "create-pod";
    stopped_with_the_jump_shell_open: "HUP", "jump-pod";
    stopped_after_a_time_out_in_the_network: "INT", "cluster-ip-from-host";
    stopped_while_a_watch_streams: "TERM", "watch-liveness-exec";
}

#[test]
fn killed_outright_a_run_is_found_and_removed_by_clean() {
    let Some(harness) = Harness::own("clean after a kill") else { return };
    let vm = harness.on_vm();
    let mut running = start(&vm);
    running.read_until("create-pod");
    running.signal("KILL");
    let finished = running.finish();
    let namespace = namespace_of(&finished.stdout).unwrap().to_owned();
    assert!(harness.run_namespaces().iter().any(|name| name.ends_with(&namespace)));

    let cleaned = vm.run(["clean", "--yes", &namespace]);
    cleaned.assert_code(0);
    assert!(cleaned.stdout.contains(&namespace), "{}", cleaned.stdout);
    assert!(!harness.run_namespaces().iter().any(|name| name.ends_with(&namespace)));
}

impl Stop {
    #[track_caller]
    fn leaves_nothing(&self, harness: &Harness, program: &Program) {
        let mounts = mounts();
        let mut running = start(program);
        running.read_until(self.after);
        running.signal(self.signal);
        let finished = running.finish();
        finished.assert_code(130);
        assert_nothing_left(harness, program, &finished);
        assert_eq!(mounts, self::mounts(), "mounts");
    }
}

fn start(program: &Program) -> Running {
    Running::start(program.command(["test", "pod-networking", "--yes"]))
}

/// The mounts below the folders of tests; pods come and go meanwhile and have their own.
fn mounts() -> Vec<String> {
    let mounts = std::fs::read_to_string("/proc/self/mounts").unwrap();
    mounts.lines().filter(|line| line.contains("podlab")).map(str::to_owned).collect()
}
