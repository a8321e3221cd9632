//! Stopped at any point, a run leaves the cluster and the machine as they were.

use crate::lab_on_cluster::{assert_nothing_left, namespace_of, nothing_is_left};
use crate::support::{Harness, Program, Running, Screen};

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

/// What happens to a screen on which a shell in a pod is open and a watch streams.
macro_rules! screens {
    ($($name:ident: $stop:expr;)*) => {$(
        #[test]
        fn $name() {
            let Some(harness) = Harness::own(stringify!($name)) else { return };
            screen_leaves_nothing(&harness, $stop);
        }
    )*};
}

screens! {
    a_screen_that_is_asked_to_end_leaves_nothing: |screen: &mut Screen| screen.signal("TERM");
    a_screen_that_loses_its_line_leaves_nothing: |screen: &mut Screen| screen.signal("HUP");
    a_screen_that_is_interrupted_from_outside_leaves_nothing: |screen: &mut Screen| screen.signal("INT");
    a_window_that_is_closed_leaves_nothing: |screen: &mut Screen| screen.close();
}

/// A shell in a pod, and a stream beside it.
const BUSY_LAB: &str = "\
# Busy

```sh
kubectl run -it --rm jumpserver --image=satoms/jumpserver:v1 --restart=Never
```

```sh
kubectl get pods --watch
```
";

#[track_caller]
fn screen_leaves_nothing(harness: &Harness, stop: impl Fn(&mut Screen)) {
    let mounts = mounts();
    let vm = harness.on_vm();
    vm.write("home/busy.md", BUSY_LAB);
    let mut screen = Screen::start(&vm, &["start", "busy.md", "--yes"], 120, 40);
    let namespace = screen.namespace();
    screen.wait_for("terminal", "$");
    screen.send("\r");
    screen.wait_until("the second step", |screen| screen.text().contains("step 2 of 2"));
    screen.send("\r");
    screen.wait_for("watch", "jumpserver   1/1");
    stop(&mut screen);
    assert_eq!(screen.exit_code(), Some(130), "{}", screen.text());
    if screen.is_open() {
        screen.wait_until("the terminal is whole again", Screen::is_restored);
    }
    nothing_is_left(harness, &vm, &namespace);
    assert_eq!(mounts, self::mounts(), "mounts");
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
