//! The API server goes away, or falls silent, in the middle of everything: it is told,
//! nothing hangs, nothing is missed, and what was under way goes on when it is back.
//!
//! These tests have the cluster for themselves: see `.config/nextest.toml`.

use std::time::{Duration, Instant};

use crate::lab_on_cluster::{assert_nothing_left, namespace_of, nothing_is_left};
use crate::support::{Finished, Harness, Program, Running, Screen};

/// A pod that ends and is restarted again and again, without the API server's help.
const RESTLESS: &str = "\
apiVersion: v1
kind: Pod
metadata:
  name: restless
spec:
  terminationGracePeriodSeconds: 0
  containers:
  - name: restless
    image: k8s.gcr.io/busybox
    command: [sh, -c, 'sleep 8; exit 3']
";

/// A step that waits for what happens while the server is away.
const WAITS: &str = "\
# Waits

<!-- podlab: {wait: {pod/slow: Ready}, timeout: 3m} -->
```sh
kubectl apply -f slow.yaml
```
";
const SLOW: &str = "\
apiVersion: v1
kind: Pod
metadata:
  name: slow
spec:
  terminationGracePeriodSeconds: 0
  containers:
  - name: slow
    image: k8s.gcr.io/busybox
    command: [sleep, '3600']
    readinessProbe:
      exec: {command: ['true']}
      initialDelaySeconds: 12
";

/// A command that waits for a deletion while the server is away.
const DELETES: &str = "\
# Deletes

<!-- podlab: {wait: {pod/deaf: Running}, timeout: 3m} -->
```sh
kubectl run deaf --image=k8s.gcr.io/busybox --restart=Never -- sleep 3600
```

<!-- podlab: {timeout: 3m} -->
```sh
kubectl delete pod deaf --grace-period=60
```
";

/// A run of which nothing ends by itself.
const ENDLESS: &str = "# Endless\n\n<!-- podlab: {timeout: 10m} -->\n```sh\nsleep 600\n```\n";

#[test]
fn alone_a_server_that_goes_away_is_stale_then_live_and_nothing_is_missed() {
    let Some(harness) = Harness::own("a server that goes away") else { return };
    let vm = harness.on_vm();
    let (mut screen, namespace) = restless_screen(&vm);
    let [waiting, deleting] = [WAITS, DELETES].map(|lab| Run::start(&harness, lab));
    harness.wait_until("the deletion", || deleting.is_being_deleted(&harness, "deaf"));
    harness.wait_until("the slow pod runs", || waiting.phase(&harness, "slow") == "Running");

    let outage = harness.outage("api-stop", "api-start");
    screen.wait_until("stale", |screen| screen.text().contains("stale"));
    // Time for restarts that nobody hears of.
    std::thread::sleep(Duration::from_secs(20));
    drop(outage);
    screen.wait_until("live again", is_live);

    let restarts = harness.kubectl(&[
        "get",
        "pod",
        "restless",
        "-n",
        &namespace,
        "-o",
        "jsonpath={.status.containerStatuses[0].restartCount}",
    ]);
    let wanted: u32 = restarts.parse().unwrap();
    screen.wait_until(&format!("{wanted} or more restarts"), |screen| {
        restarts_shown(screen).is_some_and(|shown| shown >= wanted)
    });
    for run in [waiting, deleting] {
        let (vm, finished) = run.finish();
        finished.assert_code(0);
        assert_nothing_left(&harness, &vm, &finished);
    }
    screen.quit();
    nothing_is_left(&harness, &vm, &namespace);
}

#[test]
fn alone_a_server_that_falls_silent_is_noticed_and_a_clean_up_gives_up_with_a_way_out() {
    let Some(harness) = Harness::own("a server that falls silent") else { return };
    let vm = harness.on_vm();
    let (mut screen, namespace) = restless_screen(&vm);
    let run = Run::start(&harness, ENDLESS);

    let outage = harness.outage("api-freeze", "api-thaw");
    let silent = Instant::now();
    run.running.signal("INT");
    screen.wait_until("stale", |screen| screen.text().contains("stale"));
    assert!(silent.elapsed() < Duration::from_secs(60), "{:?}", silent.elapsed());
    let (program, finished) = run.finish();
    finished.assert_code(130);
    let left = namespace_of(&finished.stdout).unwrap().to_owned();
    for words in [left.as_str(), "did not answer", &format!("`podlab clean {left}`")] {
        assert!(finished.stdout.contains(words), "{words} in {finished:?}");
    }
    assert_eq!(program.left_in_tmp(), Vec::<String>::new());

    drop(outage);
    screen.wait_until("live again", is_live);
    program.run(["clean", "--yes", &left]).assert_code(0);
    nothing_is_left(&harness, &program, &left);
    screen.quit();
    nothing_is_left(&harness, &vm, &namespace);
}

/// `podlab test` of one small lab.
struct Run {
    program: Program,
    running: Running,
    namespace: String,
}

impl Run {
    fn start(harness: &Harness, lab: &str) -> Self {
        let program = harness.on_vm();
        program.write("home/lab/lab.md", lab);
        program.write("home/lab/slow.yaml", SLOW);
        let mut running = Running::start(program.command(["test", "lab", "--yes"]));
        let namespace = namespace_of(&running.read_until("namespace ")).unwrap().to_owned();
        Self { program, running, namespace }
    }

    fn of_pod(&self, harness: &Harness, name: &str, path: &str) -> String {
        let output = format!("jsonpath={{{path}}}");
        harness.kubectl(&[
            "get",
            "pods",
            name,
            "--ignore-not-found",
            "-n",
            &self.namespace,
            "-o",
            &output,
        ])
    }

    fn phase(&self, harness: &Harness, name: &str) -> String {
        self.of_pod(harness, name, ".status.phase")
    }

    fn is_being_deleted(&self, harness: &Harness, name: &str) -> bool {
        !self.of_pod(harness, name, ".metadata.deletionTimestamp").is_empty()
    }

    fn finish(self) -> (Program, Finished) {
        (self.program, self.running.finish())
    }
}

/// The screen of a lab with a restless pod, which runs; and its namespace.
fn restless_screen(vm: &Program) -> (Screen, String) {
    vm.write("home/restless/pod.yaml", RESTLESS);
    vm.write("home/restless/lab.md", "# One pod\n\n```sh\nkubectl apply -f pod.yaml\n```\n");
    let mut screen = Screen::start(vm, &["start", "restless", "--yes"], 140, 45);
    let namespace = screen.namespace();
    screen.send("\r");
    screen.wait_for("watcher", "restless   1/1");
    screen.wait_until("live", is_live);
    (screen, namespace)
}

fn is_live(screen: &Screen) -> bool {
    screen.text().contains("live") && !screen.text().contains("stale")
}

/// The RESTARTS column of the only pod.
fn restarts_shown(screen: &Screen) -> Option<u32> {
    let pane = screen.pane("watcher")?;
    let row = pane.lines().find(|line| line.contains("restless") && line.contains('/'))?;
    row.split_whitespace().skip_while(|word| !word.contains('/')).nth(2)?.parse().ok()
}
