//! podlab beside a real kubectl, in one run, on one cluster: wall time and memory of
//! `get pods` as a process and in a lab's shell; and from start to first frame.
//!
//! Needs `PODLAB_E2E_KUBECONFIG` and `PODLAB_E2E_KUBECTL`.

#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::panic,
    reason = "a benchmark prints, and stops at the first error"
)]

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const PODLAB: &str = env!("CARGO_BIN_EXE_podlab");
const PROCESSES: usize = 30;
const IN_SHELL: usize = 50;

/// The median of several runs.
struct Measured {
    wall: Duration,
    peak_kib: u64,
}

fn main() {
    let variable = |name: &str| std::env::var_os(name).map(PathBuf::from);
    let (Some(kubeconfig), Some(kubectl)) =
        (variable("PODLAB_E2E_KUBECONFIG"), variable("PODLAB_E2E_KUBECTL"))
    else {
        println!("not measured: PODLAB_E2E_KUBECONFIG and PODLAB_E2E_KUBECTL are not set");
        return;
    };
    let home = tempfile::tempdir().expect("a temporary folder");
    first_frame(home.path());
    let real = process(&[kubectl.as_path()], &kubeconfig, home.path());
    let ours = process(&[Path::new(PODLAB), Path::new("kubectl")], &kubeconfig, home.path());
    row("kubectl get pods, a process", &real, &real);
    row("podlab kubectl get pods, a process", &ours, &real);
    let in_shell = in_shell(&kubeconfig, home.path());
    row("kubectl get pods in a lab's shell", &in_shell, &real);
}

fn row(what: &str, measured: &Measured, beside: &Measured) {
    let part = measured.wall.as_secs_f64() / beside.wall.as_secs_f64();
    let memory = match measured.peak_kib {
        0 => "not measured".to_owned(),
        peak => format!("{peak} KiB"),
    };
    println!("{what:<36} {:>8.1?} {memory:>12}  {part:.2} of kubectl", measured.wall);
}

/// `get pods` as a process of its own, with a warm discovery cache.
fn process(program: &[&Path], kubeconfig: &Path, home: &Path) -> Measured {
    let mut walls = Vec::new();
    let mut peaks = Vec::new();
    for round in 0..=PROCESSES {
        let start = Instant::now();
        let mut child = Command::new(program[0])
            .args(&program[1..])
            .args(["get", "pods", "-n", "kube-system"])
            .env("KUBECONFIG", kubeconfig)
            .env("HOME", home)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        let mut peak = 0;
        while child.try_wait().expect("the program can be waited for").is_none() {
            peak = peak.max(peak_kib(child.id()));
        }
        // The first round fills the caches.
        if round > 0 {
            walls.push(start.elapsed());
            peaks.push(peak);
        }
    }
    Measured { wall: median(walls), peak_kib: median(peaks) }
}

/// The same typed in a lab's shell, timed by that shell itself.
fn in_shell(kubeconfig: &Path, home: &Path) -> Measured {
    let result = home.join("microseconds");
    let lab = home.join("lab.md");
    let text = format!(
        "# Timing\n\n```sh\nbegin=${{EPOCHREALTIME/./}}; for i in {{1..{IN_SHELL}}}; do kubectl get pods -n kube-system > /dev/null 2>&1; done; end=${{EPOCHREALTIME/./}}; echo $(( (end - begin) / {IN_SHELL} )) > {}\n```\n",
        result.display()
    );
    fs::write(&lab, text).expect("the lab is written");
    let output = Command::new(PODLAB)
        .arg("test")
        .arg(&lab)
        .arg("--yes")
        .env("KUBECONFIG", kubeconfig)
        .env("HOME", home)
        .output()
        .expect("podlab starts");
    let Ok(microseconds) = fs::read_to_string(&result) else {
        panic!("the lab failed:\n{}", String::from_utf8_lossy(&output.stdout));
    };
    let microseconds = microseconds.trim().parse().expect("a number");
    Measured { wall: Duration::from_micros(microseconds), peak_kib: 0 }
}

/// From the start of the process to the lab's first heading on the screen, with a
/// cluster that does not answer.
fn first_frame(home: &Path) {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = silent.local_addr().expect("its address");
    let kubeconfig = home.join("silent.yaml");
    let text = format!(
        "{{apiVersion: v1, kind: Config, current-context: kind-silent, clusters: [{{name: c, cluster: {{server: 'https://{address}'}}}}], users: [{{name: u, user: {{}}}}], contexts: [{{name: kind-silent, context: {{cluster: c, user: u}}}}]}}"
    );
    fs::write(&kubeconfig, text).expect("the kubeconfig is written");
    let mut times = Vec::new();
    for _ in 0..10 {
        let (mut pty, pts) = pty_process::blocking::open().expect("a terminal");
        pty.resize(pty_process::Size::new(40, 120)).expect("its size");
        let start = Instant::now();
        let mut child = pty_process::blocking::Command::new(PODLAB)
            .args(["start", "pod-networking"])
            .env("KUBECONFIG", &kubeconfig)
            .env("HOME", home)
            .spawn(pts)
            .expect("podlab starts");
        let mut seen = Vec::new();
        let mut bytes = [0; 65536];
        while !String::from_utf8_lossy(&seen).contains("Pod networking") {
            let count = pty.read(&mut bytes).expect("podlab draws");
            seen.extend_from_slice(&bytes[..count]);
        }
        times.push(start.elapsed());
        let _ = child.kill();
        let _ = child.wait();
    }
    println!("{:<36} {:>8.1?}", "start to first frame", median(times));
}

fn peak_kib(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

fn median<T: Ord + Copy>(mut values: Vec<T>) -> T {
    values.sort_unstable();
    values[values.len() / 2]
}
