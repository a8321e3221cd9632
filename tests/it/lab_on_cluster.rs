//! The shipped lab on a real cluster: it passes, and it notices when it should not.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::support::{Finished, Harness, Program};

const LAB: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/labs/pod-networking");

#[test]
fn pod_networking_passes_twice_in_a_row_and_two_at_a_time() {
    let Some(harness) = Harness::own("pod-networking on the lab VM") else { return };
    let pass = || {
        let vm = harness.on_vm();
        let finished = vm.run(["test", "pod-networking", "--yes"]);
        finished.assert_code(0);
        let first = finished.stdout.lines().next().unwrap_or_default();
        assert!(first.starts_with("pod-networking on podlab-harness, namespace "), "{first}");
        assert!(!finished.stdout.contains("skipped"), "{}", finished.stdout);
        let steps = step_lines(&finished.stdout);
        assert!(steps.len() >= 38 && steps.iter().all(|(mark, _)| mark == "✓"), "{steps:?}");
        assert_nothing_left(&harness, &vm, &finished);
    };
    pass();
    std::thread::scope(|scope| {
        let other = scope.spawn(pass);
        pass();
        other.join().unwrap();
    });
}

/// One way to break the lab, and the step that has to notice.
pub struct Mutant {
    /// Headings that stay; all other sections are left out, to save time.
    pub sections: &'static [&'static str],
    /// File, what stands there, and what stands there instead.
    pub edits: &'static [(&'static str, &'static str, &'static str)],
    /// The id of the step that fails.
    pub fails: &'static str,
}

/// A test per mutant, so that they run side by side.
macro_rules! mutants {
    ($($name:ident: $sections:expr, $edits:expr => $fails:expr;)*) => {$(
        #[test]
        fn $name() {
            let mutant = Mutant { sections: &$sections, edits: &$edits, fails: $fails };
            let Some(harness) = Harness::own(stringify!($name)) else { return };
            mutant.is_noticed(&harness, &harness.on_vm());
        }
    )*};
}

mutants! {
    a_wrong_image_is_noticed: ["A pod to talk to"],
        [("simple_pod.yaml", "simpleservice:0.5.0", "simpleservice:9.9.9"), ("lab.md", "timeout: 3m", "timeout: 15s")]
        => "create-pod";
    a_lost_environment_is_noticed: ["A pod to talk to", "Reach it", "Open a jump pod"],
        [("simple_pod.yaml", "DEMO_GREETING", "DEMO_FAREWELL"), ("lab.md", "in: jumpserver\n", "in: jumpserver\ntimeout: 20s\n")]
        => "env-from-jump";
    a_wrong_selector_is_noticed: ["A pod to talk to", "Expose the pod"],
        [("lab.md", "--target-port=9876 --name=simple-api\n", "--target-port=9876 --name=simple-api --selector=lab=other\n"),
         ("lab.md", "wait: {service/simple-api: endpoints}", "wait: {service/simple-api: endpoints}\ntimeout: 10s")]
        => "expose";
    a_wrong_target_port_is_noticed: ["A pod to talk to", "Reach it", "Open a jump pod", "Expose the pod", "Try the ClusterIP"],
        [("lab.md", "--port=4000 --target-port=9876", "--port=4000 --target-port=9877"), ("lab.md", "in: jumpserver\n", "in: jumpserver\ntimeout: 20s\n")]
        => "cluster-ip-from-jump";
    a_wrong_service_port_is_noticed: ["A pod to talk to", "Expose the pod"],
        [("lab.md", "--port=4000", "--port=4001"), ("lab.md", "id: see-service", "id: see-service\ntimeout: 5s")]
        => "see-service";
    a_load_balancer_for_another_port_is_noticed: ["A pod to talk to", "Ask for a load balancer"],
        [("lab.md", "kubectl delete svc simple-api\n\nkubectl expose pod simple-api --port=80", "kubectl expose pod simple-api --port=81"),
         ("lab.md", "id: load-balancer-from-host", "id: load-balancer-from-host\ntimeout: 10s")]
        => "load-balancer-from-host";
    a_liveness_probe_that_never_fails_is_noticed: ["A command as liveness probe"],
        [("simple_liveness.yaml", "sleep 30; rm -rf /tmp/healthy; ", ""), ("lab.md", "timeout: 2m", "timeout: 45s")]
        => "failing-events";
    a_server_that_stays_healthy_is_noticed: ["An HTTP request as liveness probe"],
        [("lab.md", "args: [liveness]", "args: [netexec, --http-port=8080]"), ("lab.md", "timeout: 2m", "timeout: 25s")]
        => "http-probe-fails";
    a_readiness_probe_of_a_closed_port_is_noticed: ["A TCP connection as probe"],
        [("tcp-probes.yaml", "port: 8080\n      initialDelaySeconds: 5", "port: 8081\n      initialDelaySeconds: 5"),
         ("lab.md", "id: goproxy-ready", "id: goproxy-ready\ntimeout: 15s")]
        => "goproxy-ready";
    a_port_name_that_nobody_has_is_noticed: ["A port with a name"],
        [("named-port.yaml", "name: liveness-port", "name: another-port"), ("lab.md", "timeout: 2m", "timeout: 25s")]
        => "named-port-fails";
    a_pod_that_is_ready_at_once_is_noticed: ["A pod to talk to", "Reach it", "Open a jump pod", "Ready is not", "Readiness alone"],
        [("readiness.yaml", "- /tmp/healthy", "- /etc/passwd"), ("lab.md", "probe: readiness, at_least: 1}}\ntimeout: 3m", "probe: readiness, at_least: 1}}\ntimeout: 20s")]
        => "create-readiness";
    a_restart_that_never_comes_is_noticed: ["Both at once"],
        [("both-probes.yaml", "failureThreshold: 3", "failureThreshold: 300"), ("lab.md", "timeout: 2m", "timeout: 30s")]
        => "both-fail";
    a_cluster_ip_that_answers_is_noticed: ["A pod to talk to", "Reach it", "Open a jump pod", "Expose the pod", "Try the ClusterIP"],
        [("lab.md", "id: cluster-ip-from-host\nin: host", "id: cluster-ip-from-host\ntimeout: 20s\nin: jumpserver"),
         // kube-proxy may be a moment late, which is not what this is about.
         ("lab.md", "curl --connect-timeout 2 http://<CLUSTER_IP>", "curl --retry 5 --connect-timeout 2 http://<CLUSTER_IP>")]
        => "cluster-ip-from-host";
}

impl Mutant {
    #[track_caller]
    fn is_noticed(&self, harness: &Harness, program: &Program) {
        let finished = self.fails_at_its_step(program, "--yes");
        assert_nothing_left(harness, program, &finished);
    }

    /// Runs the broken lab with one more argument; the step that has to notice does.
    #[track_caller]
    pub fn fails_at_its_step(&self, program: &Program, argument: &str) -> Finished {
        let lab = self.write(program);
        let finished = program.run(["test", &lab.display().to_string(), argument]);
        finished.assert_code(1);
        let ends: Vec<(String, String)> = step_lines(&finished.stdout);
        let (last, before) = ends.split_last().expect("at least one step ended");
        assert_eq!(last, &("✗".to_owned(), self.fails.to_owned()), "{}", finished.stdout);
        assert!(before.iter().all(|(mark, _)| mark == "✓"), "{}", finished.stdout);
        assert!(finished.stdout.contains("expected: "), "{}", finished.stdout);
        finished
    }

    fn write(&self, program: &Program) -> PathBuf {
        for entry in fs::read_dir(LAB).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let mut text = fs::read_to_string(&path).unwrap();
            for (_, from, to) in self.edits.iter().filter(|(file, ..)| *file == name) {
                assert!(text.contains(from), "{name} no longer says `{from}`");
                text = text.replace(from, to);
            }
            if name == "lab.md" {
                text = only_sections(&text, self.sections);
                // The manifests beside the lab count; their copies in the text are left out.
                text = text
                    .replace("<!-- podlab: {file: ", "<!-- podlab: {kind: fragment, file: shown-");
            }
            program.write(&format!("home/mutant/{name}"), &text);
        }
        program.at("home/mutant")
    }
}

/// The text before the first section, and the sections whose heading begins like one of these.
fn only_sections(text: &str, headings: &[&str]) -> String {
    let mut kept = String::new();
    let mut keep = true;
    let mut in_fence = false;
    for line in text.split_inclusive('\n') {
        in_fence ^= line.starts_with("```");
        if !in_fence && (line.starts_with("## ") || line.starts_with("### ")) {
            let title = line.trim_start_matches('#').trim();
            keep = headings.iter().any(|heading| title.starts_with(heading));
        }
        if keep {
            kept.push_str(line);
        }
    }
    kept
}

/// Mark and id of each line that tells how a step ended.
pub fn step_lines(stdout: &str) -> Vec<(String, String)> {
    stdout
        .lines()
        .filter(|line| ["✓ ", "✗ ", "– ", "! "].iter().any(|mark| line.starts_with(mark)))
        .map(|line| {
            let mut words = line.split_whitespace();
            let mark = words.next().unwrap_or_default().to_owned();
            (mark, words.nth(1).unwrap_or_default().to_owned())
        })
        .collect()
}

/// The namespace that a run's first line names.
pub fn namespace_of(stdout: &str) -> Option<&str> {
    let (_, rest) = stdout.lines().next()?.split_once(", namespace ")?;
    rest.split_whitespace().next()
}

/// Neither the run's namespace, nor temporary files, nor processes are left.
#[track_caller]
pub fn assert_nothing_left(harness: &Harness, program: &Program, finished: &Finished) {
    let namespace = namespace_of(&finished.stdout).expect("the first line names the namespace");
    nothing_is_left(harness, program, namespace);
}

/// As [`assert_nothing_left`], of the run that had this namespace.
#[track_caller]
pub fn nothing_is_left(harness: &Harness, program: &Program, namespace: &str) {
    let left = harness.run_namespaces();
    assert!(!left.iter().any(|name| name.ends_with(namespace)), "{namespace} is left: {left:?}");
    assert_eq!(program.left_in_tmp(), Vec::<String>::new(), "temporary files");
    // One that was killed takes a moment to be gone.
    let processes = || processes_of(&program.at(""));
    let end = Instant::now() + Duration::from_secs(10);
    while !processes().is_empty() && Instant::now() < end {
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(processes(), Vec::<String>::new(), "processes");
}

/// The command lines of processes that have `root` in their environment.
pub fn processes_of(root: &Path) -> Vec<String> {
    let root = root.display().to_string();
    let root = root.trim_end_matches('/');
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc").unwrap().flatten() {
        let environment = fs::read(entry.path().join("environ")).unwrap_or_default();
        if String::from_utf8_lossy(&environment).contains(root) {
            let line = fs::read(entry.path().join("cmdline")).unwrap_or_default();
            found.push(String::from_utf8_lossy(&line).replace('\0', " "));
        }
    }
    found
}
