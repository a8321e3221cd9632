//! The simulated cluster: how soon it is there, how fast it lists and tells changes, what
//! a thousand pods with probes cost, and how long the shipped lab takes on it.

#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::panic,
    reason = "a benchmark prints, and stops at the first error"
)]

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use futures::{StreamExt, TryStreamExt};
use k8s_openapi::api::core::v1::{ConfigMap, Pod};
use kube::api::{ListParams, PostParams, WatchEvent, WatchParams};
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Api, Client};
use serde_json::json;

const PODLAB: &str = env!("CARGO_BIN_EXE_podlab");
const PODS: usize = 1000;
const LISTS: usize = 20;
const WATCHES: usize = 100;
const CHANGES: usize = 200;
/// How long the pods with probes are looked at.
const LOOK: Duration = Duration::from_secs(20);

fn main() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let mut ready = Vec::new();
    for _ in 0..10 {
        let begun = Instant::now();
        drop(Running::start(home.path()));
        ready.push(begun.elapsed());
    }
    ready.sort_unstable();
    row("process start to kubeconfig printed", &format!("{:.1?}", ready[ready.len() / 2]));
    let running = Running::start(home.path());
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(measured(&running));
    drop(running);
    let begun = Instant::now();
    let status = Command::new(PODLAB)
        .args(["test", "pod-networking", "--cluster", "sandbox"])
        .env("HOME", home.path())
        .stdout(Stdio::null())
        .status()
        .expect("podlab starts");
    row("podlab test pod-networking", &format!("{:.1?}, {status}", begun.elapsed()));
}

async fn measured(running: &Running) {
    let client = running.client().await;
    changes(&client).await;
    row("resident after that", &format!("{} KiB", running.status("VmRSS")));
    let begun = Instant::now();
    pods_with_probes(&client).await;
    row("1,000 pods created and ready", &format!("{:.1?}", begun.elapsed()));
    lists(&client).await;
    let (before, begun) = (running.cpu(), Instant::now());
    tokio::time::sleep(LOOK).await;
    let part = (running.cpu() - before).as_secs_f64() / begun.elapsed().as_secs_f64();
    row("1,000 pods with probes: CPU", &format!("{:.1} % of a core", part * 100.0));
    row("1,000 pods with probes: resident", &format!("{} KiB", running.status("VmRSS")));
}

/// Many watches hear of many changes.
async fn changes(client: &Client) {
    let maps: Api<ConfigMap> = Api::default_namespaced(client.clone());
    let version = maps.list(&ListParams::default()).await.expect("a list").metadata;
    let version = version.resource_version.expect("a version");
    let mut watches = Vec::new();
    for _ in 0..WATCHES {
        watches.push(maps.watch(&WatchParams::default(), &version).await.expect("a watch").boxed());
    }
    let begun = Instant::now();
    let heard = watches.into_iter().map(|watch| {
        tokio::spawn(async move {
            let added = watch.try_filter(|event| {
                let is_added = matches!(event, WatchEvent::Added(_));
                async move { is_added }
            });
            added.take(CHANGES).try_for_each(|_| async { Ok(()) }).await.expect("events");
        })
    });
    let heard: Vec<_> = heard.collect();
    for number in 0..CHANGES {
        let map = json!({"metadata": {"name": format!("map-{number}")}, "data": {"a": "b"}});
        let map = serde_json::from_value(map).expect("a config map");
        maps.create(&PostParams::default(), &map).await.expect("it is made");
    }
    for one in heard {
        one.await.expect("it heard all");
    }
    let events = (WATCHES * CHANGES) as f64 / begun.elapsed().as_secs_f64();
    row("events told to 100 watches", &format!("{events:.0} /s"));
}

/// With the probes of the lab's kind: an exec and an HTTP one.
async fn pods_with_probes(client: &Client) {
    let pods: Api<Pod> = Api::default_namespaced(client.clone());
    for number in 0..PODS {
        let pod = json!({
            "metadata": {"name": format!("pod-{number}")},
            "spec": {
                // More than two nodes have room for.
                "nodeName": format!("node-{}", 1 + number % 2),
                "containers": [{
                    "name": "main", "image": "nginx",
                    "livenessProbe": {"exec": {"command": ["ls", "/"]}, "periodSeconds": 10},
                    "readinessProbe": {"httpGet": {"path": "/", "port": 80}, "periodSeconds": 10},
                }],
            },
        });
        let pod = serde_json::from_value(pod).expect("a pod");
        pods.create(&PostParams::default(), &pod).await.expect("it is made");
    }
    loop {
        let list = pods.list(&ListParams::default()).await.expect("a list");
        let is_ready = |pod: &&Pod| {
            let conditions = pod.status.as_ref().and_then(|status| status.conditions.as_ref());
            conditions
                .is_some_and(|all| all.iter().any(|c| c.type_ == "Ready" && c.status == "True"))
        };
        if list.items.iter().filter(is_ready).count() == PODS {
            return;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

async fn lists(client: &Client) {
    let pods: Api<Pod> = Api::default_namespaced(client.clone());
    let begun = Instant::now();
    for _ in 0..LISTS {
        assert_eq!(pods.list(&ListParams::default()).await.expect("a list").items.len(), PODS);
    }
    row("a list of 1,000 pods, read", &format!("{:.1?}", begun.elapsed() / LISTS as u32));
}

fn row(what: &str, measured: &str) {
    println!("{what:<40} {measured}");
}

/// A `podlab sandbox`.
struct Running {
    child: Child,
    kubeconfig: PathBuf,
}

impl Running {
    fn start(home: &std::path::Path) -> Self {
        let mut child = Command::new(PODLAB)
            .arg("sandbox")
            .env("HOME", home)
            .env("TMPDIR", home)
            .env_remove("XDG_RUNTIME_DIR")
            .stdout(Stdio::piped())
            .spawn()
            .expect("podlab starts");
        let lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let mut lines = lines.map_while(Result::ok);
        let Some(line) = lines.find(|line| line.contains("export KUBECONFIG=")) else {
            panic!("it says where its kubeconfig is");
        };
        let (_, path) = line.split_once('=').expect("a path");
        Self { child, kubeconfig: PathBuf::from(path) }
    }

    async fn client(&self) -> Client {
        let kubeconfig = Kubeconfig::read_from(&self.kubeconfig).expect("its kubeconfig");
        let options = KubeConfigOptions::default();
        let config = kube::Config::from_custom_kubeconfig(kubeconfig, &options).await;
        Client::try_from(config.expect("a configuration")).expect("a client")
    }

    /// A number of KiB of its `/proc/…/status`.
    fn status(&self, name: &str) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status = status.unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix(&format!("{name}:")));
        line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
    }

    /// The time that it has had a core for, in the kernel's hundredths of a second.
    fn cpu(&self) -> Duration {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id()));
        let stat = stat.unwrap_or_default();
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or("").split_whitespace().collect();
        let ticks = |index: usize| fields.get(index).and_then(|text| text.parse::<u64>().ok());
        Duration::from_millis(10 * (ticks(11).unwrap_or(0) + ticks(12).unwrap_or(0)))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
    }
}
