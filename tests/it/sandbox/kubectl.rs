//! A real kubectl, and what people do with it.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::support::{Screen, Simulated, printed, program, real_kubectl};

const WEB: &str = "\
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec:
  containers:
  - {name: nginx, image: nginx, ports: [{containerPort: 80}]}
";

/// A sandbox, and a kubectl to use it with.
struct Bench {
    simulated: Simulated,
    kubectl: PathBuf,
    /// Goes last: the sandbox lives on it.
    _runtime: tokio::runtime::Runtime,
}

impl Bench {
    fn new(test: &str) -> Option<Self> {
        let kubectl = real_kubectl(test)?;
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        let simulated = runtime.block_on(Simulated::start(10));
        std::fs::write(simulated.folder.path().join("web.yaml"), WEB).unwrap();
        Some(Self { simulated, kubectl, _runtime: runtime })
    }

    fn command(&self, line: &str) -> Command {
        let mut command = self.simulated.kubectl(&self.kubectl);
        command.args(line.split_whitespace());
        command
    }

    /// What it prints; it must succeed.
    #[track_caller]
    fn prints(&self, line: &str) -> String {
        printed(&self.command(line).output().unwrap())
    }

    /// What it prints and its exit code.
    fn ends(&self, line: &str) -> (String, String, Option<i32>) {
        let output = self.command(line).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (text(&output.stdout), text(&output.stderr), output.status.code())
    }

    fn path(&self) -> &Path {
        self.simulated.folder.path()
    }
}

#[test]
fn kubectl_makes_looks_at_and_removes_a_pod() {
    let Some(bench) = Bench::new("kubectl on the sandbox") else { return };
    assert!(bench.prints("version").contains("Server Version: v1.36"));
    assert_eq!(bench.prints("apply -f web.yaml"), "pod/web created\n");
    assert_eq!(bench.prints("apply -f web.yaml"), "pod/web unchanged\n");
    std::fs::write(bench.path().join("web.yaml"), WEB.replace("app: web", "app: other")).unwrap();
    assert_eq!(bench.prints("apply -f web.yaml"), "pod/web configured\n");
    let waited = bench.prints("wait --for=condition=Ready pod/web --timeout=30s");
    assert_eq!(waited, "pod/web condition met\n");
    let row = bench.prints("get pods --no-headers -l app=other");
    let row: Vec<&str> = row.split_whitespace().collect();
    assert_eq!(row[..4], ["web", "1/1", "Running", "0"]);
    assert!(bench.prints("describe pod web").contains("Container started"));
    assert!(bench.prints("delete pod web").starts_with("pod \"web\" deleted"));
    let gone = bench.ends("get pod web");
    assert_eq!(gone.1, "Error from server (NotFound): pods \"web\" not found\n");
    assert_eq!(gone.2, Some(1));
}

#[test]
fn kubectl_watches() {
    let Some(bench) = Bench::new("kubectl get --watch on the sandbox") else { return };
    // Its row tells that kubectl has listed: what comes after that, it sees all of.
    bench.prints("run first --image=busybox -- sleep 3600");
    let mut watch =
        bench.command("get pods --watch --no-headers").stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(watch.stdout.take().unwrap()).lines();
    let mut line = || lines.next().expect("the watch goes on").unwrap();
    assert!(line().starts_with("first "));
    bench.prints("apply -f web.yaml");
    let mut seen = Vec::new();
    while !seen.iter().any(|line: &String| line.contains("1/1")) {
        let line = line();
        if line.starts_with("web ") {
            seen.push(line);
        }
    }
    assert!(seen[0].contains("Pending"), "{seen:?}");
    assert!(seen.iter().any(|line| line.contains("ContainerCreating")), "{seen:?}");
    watch.kill().unwrap();
    watch.wait().unwrap();
}

#[test]
fn kubectl_execs_and_reads_logs() {
    let Some(bench) = Bench::new("kubectl exec and logs on the sandbox") else { return };
    let script = "for i in 1 2 3; do echo line $i; sleep 10; done; exit 5";
    let mut run = bench.command("run count --image=busybox --restart=Never -- sh -c");
    printed(&run.arg(script).output().unwrap());
    bench.prints("wait --for=jsonpath={.status.phase}=Running pod/count --timeout=2s");
    assert_eq!(bench.prints("logs -f count"), "line 1\nline 2\nline 3\n");
    bench.prints("wait --for=jsonpath={.status.phase}=Failed pod/count");
    bench.prints("apply -f web.yaml");
    bench.prints("wait --for=condition=Ready pod/web");
    assert_eq!(bench.prints("exec web -- hostname"), "web\n");
    let failed = bench.ends("exec web -- ls /nowhere");
    assert_ne!(failed.2, Some(0));
    assert!(failed.1.contains("No such file or directory"), "{failed:?}");
    assert!(failed.1.contains("command terminated with exit code"), "{failed:?}");
    let missing = bench.ends("exec web -- nosuchprogram");
    assert!(missing.1.contains("executable file not found in $PATH"), "{missing:?}");
    let not_there = bench.ends("exec nope -- ls");
    assert_eq!(not_there.1, "Error from server (NotFound): pods \"nope\" not found\n");
}

#[test]
fn kubectl_forwards_a_port() {
    let Some(bench) = Bench::new("kubectl port-forward on the sandbox") else { return };
    bench.prints("apply -f web.yaml");
    bench.prints("wait --for=condition=Ready pod/web");
    let mut forward = bench
        .command("port-forward pod/web :80")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(forward.stdout.take().unwrap()).lines();
    let first = lines.next().map(Result::unwrap).unwrap_or_else(|| {
        let mut words = String::new();
        forward.stderr.take().unwrap().read_to_string(&mut words).unwrap();
        panic!("{words}")
    });
    let port = first.strip_prefix("Forwarding from 127.0.0.1:").unwrap().split(' ').next().unwrap();
    for _ in 0..3 {
        let url = format!("http://127.0.0.1:{port}/");
        let page = printed(&Command::new("curl").args(["-sS", &url]).output().unwrap());
        assert!(page.contains("Welcome to nginx!"), "{page}");
    }
    forward.kill().unwrap();
    forward.wait().unwrap();
}

#[test]
fn kubectl_runs_a_shell_in_a_pod_and_removes_it() {
    let Some(bench) = Bench::new("kubectl run -it --rm on the sandbox") else { return };
    let program = program();
    let kubectl = bench.kubectl.display().to_string();
    let kubeconfig = bench.simulated.sandbox.kubeconfig().display().to_string();
    let words = [
        &kubectl,
        "--kubeconfig",
        &kubeconfig,
        "run",
        "-it",
        "--rm",
        "shell",
        "--image=busybox",
        "--restart=Never",
    ];
    let words = words.map(AsRef::as_ref);
    let mut screen = Screen::run(&program, &words, 100, 30);
    screen.wait_until("a prompt", |screen| screen.text().contains("/ # "));
    screen.send("echo $((6*7))\r");
    screen.wait_until("the answer", |screen| screen.text().contains("\n42\n"));
    screen.send("exit\r");
    screen.wait_until("the pod is gone", |screen| screen.text().contains("pod \"shell\" deleted"));
    assert_eq!(screen.exit_code(), Some(0));
}

#[test]
fn an_old_kubectl_is_told_what_works() {
    let found = std::env::var_os("PATH").and_then(|path| {
        let mut folders = std::env::split_paths(&path);
        folders.find_map(|folder| folder.join("kubectl").canonicalize().ok())
    });
    let old = found.and_then(|kubectl| {
        let beside = kubectl.parent()?.join("kubectl.1.27");
        beside.is_file().then_some(beside)
    });
    let Some(old) = old else {
        eprintln!("not run: an old kubectl on the sandbox (there is no kubectl.1.27)");
        return;
    };
    let Some(mut bench) = Bench::new("an old kubectl on the sandbox") else { return };
    bench.prints("apply -f web.yaml");
    bench.prints("wait --for=condition=Ready pod/web");
    bench.kubectl = old;
    let refused = bench.ends("exec web -- hostname");
    assert_eq!(refused.2, Some(1), "{refused:?}");
    assert!(refused.1.contains("use kubectl 1.30 or newer"), "{refused:?}");
}

#[test]
fn kubectl_needs_the_token() {
    let Some(bench) = Bench::new("kubectl without a token") else { return };
    let refused = bench.ends("--token=wrong get pods");
    assert_eq!(refused.2, Some(1), "{refused:?}");
    assert!(refused.1.contains("must be logged in"), "{refused:?}");
}
