//! A walkthrough that nobody annotated, read block by block and played on a real cluster.
//! `PODLAB_SEED` says where it is.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use podlab::base::SourceText;
use podlab::lab::{BlockKind, Lab, Runs, parse};

use crate::lab_on_cluster::{assert_nothing_left, step_lines};
use crate::support::{Harness, Program};

/// The walkthrough, its one broken manifest repaired.
fn seed(test: &str) -> Option<String> {
    let Some(path) = std::env::var_os("PODLAB_SEED") else {
        assert!(std::env::var_os("CI").is_none(), "{test}: PODLAB_SEED is not set");
        eprintln!("not run: {test} (PODLAB_SEED is not set)");
        return None;
    };
    Some(repaired(&fs::read_to_string(path).unwrap()))
}

/// All lines but the first of the HTTP manifest are indented by two spaces too many.
fn repaired(text: &str) -> String {
    let start = text.find("apiVersion: v1\n  kind: Pod").expect("the broken manifest");
    let end = start + text[start..].find("```").unwrap();
    let lines = text[start..end].lines().map(|line| line.strip_prefix("  ").unwrap_or(line));
    let manifest = lines.collect::<Vec<_>>().join("\n");
    format!("{}{manifest}\n{}", &text[..start], &text[end..])
}

fn lab(text: &str) -> Lab {
    let source = SourceText { name: "seed.md".into(), text: text.into() };
    parse("seed", source, BTreeMap::new()).0
}

/// Every block: its first line, its kind, and for one that runs its shell, how it must end,
/// and what is waited for or filled in.
const BLOCKS: &[(&str, BlockKind, &str)] = &[
    ("apiVersion: v1", BlockKind::Manifest, "simple_pod.yaml"),
    (
        "kubectl apply -f simple_pod.yaml",
        BlockKind::Command,
        "host, exit code 0, pod/simple-api is Running",
    ),
    ("# \"po\" is not a type", BlockKind::Command, "host, exit code 0"),
    ("simple-api   1/1", BlockKind::Output, ""),
    ("kubectl run -i -t", BlockKind::Command, "host, exit code 0, opens jumpserver"),
    (
        "curl http://<IP>:9876/info",
        BlockKind::Command,
        "jumpserver, exit code 0, <IP> of simple-api",
    ),
    ("{\"host\": \"10.20.1.25:9876\"", BlockKind::Output, ""),
    (
        "curl http://<IP>:9876/env",
        BlockKind::Command,
        "jumpserver, exit code 0, <IP> of simple-api",
    ),
    ("{", BlockKind::Output, ""),
    // One line of the answer before: either way it is shown, and nothing of it is typed.
    ("'DEMO_GREETING'", BlockKind::Other, ""),
    ("kubectl expose pod simple-api --port=4000", BlockKind::Command, "host, exit code 0"),
    ("kubectl get svc simple-api", BlockKind::Command, "host, exit code 0"),
    ("NAME         TYPE        CLUSTER-IP", BlockKind::Output, ""),
    ("curl --connect-timeout 2 http://10.23.248.120", BlockKind::Mixed, "host, exit code 28"),
    ("curl --connect-timeout 2 http://10.23.248.120", BlockKind::Mixed, "jumpserver, exit code 0"),
    ("kubectl delete svc simple-api", BlockKind::Mixed, "host, exit code 0"),
    (
        "kubectl get svc",
        BlockKind::Mixed,
        "host, exit code 0, service/simple-api has an external address",
    ),
    ("curl --connect-timeout 2 http://35.230.123.32", BlockKind::Mixed, "host, exit code 0"),
    ("kubectl delete svc simple-api", BlockKind::Command, "host, exit code 0"),
    ("apiVersion: v1", BlockKind::Manifest, "simple_liveness.yaml"),
    ("kubectl apply -f simple_liveness.yaml", BlockKind::Command, "host, exit code 0"),
    ("kubectl get pods liveness-exec --watch", BlockKind::Command, "host, exit code 0, goes on"),
    // What the container runs is shown, and not run.
    ("/bin/sh -c", BlockKind::Command, ""),
    ("kubectl describe pod liveness-exec", BlockKind::Mixed, "host, exit code 0"),
    (
        "kubectl describe pod liveness-exec",
        BlockKind::Mixed,
        "host, exit code 0, the liveness probe of pod/liveness-exec has failed at least once",
    ),
    (
        "kubectl get pod liveness-exec",
        BlockKind::Command,
        "host, exit code 0, pod/liveness-exec has restarted at least 1 time, pod/liveness-exec is Ready",
    ),
    ("NAME            READY", BlockKind::Output, ""),
    ("apiVersion: v1", BlockKind::Manifest, "http-liveness.yaml"),
    ("http.HandleFunc", BlockKind::Code, ""),
    ("kubectl create -f http-liveness.yaml", BlockKind::Command, "host, exit code 0"),
    (
        "kubectl describe pod liveness-http",
        BlockKind::Command,
        "host, exit code 0, the liveness probe of pod/liveness-http has failed at least once, \
         pod/liveness-http has restarted at least 1 time",
    ),
    ("apiVersion: v1", BlockKind::Manifest, ""),
    ("ports:", BlockKind::Fragment, ""),
    ("readinessProbe:", BlockKind::Fragment, ""),
    ("kubectl delete pod --all", BlockKind::Command, "host, exit code 0"),
];

#[test]
fn a_plain_walkthrough_is_read_block_by_block() {
    let Some(text) = seed("the seed, block by block") else { return };
    let lab = lab(&text);
    assert_eq!(lab.blocks.len(), BLOCKS.len());
    for (index, (begins, kind, says)) in BLOCKS.iter().enumerate() {
        let block = &lab.blocks[index];
        let place =
            format!("line {}: {}", block.line, block.text.lines().next().unwrap_or_default());
        assert!(block.text.starts_with(begins), "{place}");
        let is_shown = *kind == BlockKind::Other
            && matches!(block.kind, BlockKind::Fragment | BlockKind::Output);
        assert!(block.kind == *kind || is_shown, "{place}: {:?}", block.kind);
        assert_eq!(said(&lab, index), *says, "{place}");
    }
}

/// What is known of a block, in the words of [`BLOCKS`].
fn said(lab: &Lab, index: usize) -> String {
    let block = &lab.blocks[index];
    let Some(step) = lab.steps.iter().find(|step| step.block == index) else {
        assert!(block.commands.iter().all(|command| command.runs == Runs::Shown));
        return block.file.clone().unwrap_or_default();
    };
    assert_eq!(step.broken, Vec::<String>::new());
    let mut words = vec![step.shell.to_string(), step.expect.exit.to_string()];
    words.extend(step.opens.iter().map(|name| format!("opens {name}")));
    if block.commands.iter().any(|command| command.meaning.streams) {
        words.push("goes on".to_owned());
    }
    words.extend(step.wait.iter().map(ToString::to_string));
    words.extend(step.fills.iter().map(|fill| match &fill.source {
        podlab::lab::CaptureSource::Field { name, .. } => format!("<{}> of {name}", fill.name),
        other => format!("{other:?}"),
    }));
    words.join(", ")
}

#[test]
fn a_plain_walkthrough_passes_on_cluster() {
    let Some(text) = seed("the seed on the lab VM") else { return };
    let Some(harness) = Harness::own("the seed on the lab VM") else { return };
    Played { cluster_ip: "10.23.248.120", external_ip: "35.230.123.32", pod: "simple-api" }
        .passes(&harness, &text);
}

/// What the walkthrough says, and what another one says instead.
const OTHERS: &[(&str, &str)] = &[
    ("simple-api", "plain-server"),
    ("jumpserver", "springboard"),
    ("liveness-exec", "beat-by-file"),
    ("liveness-http", "beat-by-http"),
    ("goproxy", "relay"),
    ("simple_pod.yaml", "first.yaml"),
    ("simple_liveness.yaml", "second.yaml"),
    ("http-liveness.yaml", "third.yaml"),
    ("4000", "4711"),
    ("32758", "31234"),
    ("10.23.", "10.77."),
    ("10.20.1.", "10.66.9."),
    ("10.138.0.1", "10.139.9.1"),
    ("35.230.123.32", "34.98.76.54"),
    ("gke-kubelab1-default-pool-9e771e91-cbzt", "ip-172-31-5-9.ec2.internal"),
    ("gke-kubelab1-default-pool-c2e20d4a-ln1l", "ip-172-31-5-9.ec2.internal"),
    // Images stay what they are.
    ("satoms/springboard:v1", "satoms/jumpserver:v1"),
    ("k8s.gcr.io/relay:0.1", "k8s.gcr.io/goproxy:0.1"),
];

#[test]
fn another_text_of_the_same_shape_passes_on_cluster() {
    let Some(text) = seed("the seed with other names") else { return };
    let Some(harness) = Harness::own("the seed with other names") else { return };
    let mut other = text;
    for (from, to) in OTHERS {
        assert!(other.contains(from), "the seed no longer says {from}");
        other = other.replace(from, to);
    }
    Played { cluster_ip: "10.77.248.120", external_ip: "34.98.76.54", pod: "plain-server" }
        .passes(&harness, &other);
}

/// A walkthrough that is played, and its author's addresses.
struct Played {
    cluster_ip: &'static str,
    external_ip: &'static str,
    pod: &'static str,
}

impl Played {
    #[track_caller]
    fn passes(&self, harness: &Harness, text: &str) {
        let vm = harness.on_vm();
        let log = log_curl(&vm);
        let path = vm.write("home/seed/seed.md", text);
        let finished = vm.run(["test", &path.display().to_string(), "--yes"]);
        finished.assert_code(0);
        let out = &finished.stdout;
        assert!(step_lines(out).iter().all(|(mark, _)| mark == "✓"), "{out}");
        assert_eq!(step_lines(out).len(), 21, "{out}");
        let fill = format!(", pod/{}.status.podIP", self.pod);
        assert_eq!(
            out.lines()
                .filter(|line| line.contains("<IP> = 10.20.1.") && line.ends_with(&fill))
                .count(),
            2,
            "{out}"
        );
        // Once from the host, once from the jump shell.
        self.acts(out, [self.cluster_ip, "10.96.", "CLUSTER-IP"], 2);
        self.acts(out, [self.external_ip, "10.30.0.", "EXTERNAL-IP"], 1);
        let contacted = fs::read_to_string(log).unwrap();
        for address in [self.cluster_ip, self.external_ip] {
            assert!(!contacted.contains(address), "{address} was contacted: {contacted}");
        }
        assert!(
            contacted.contains("http://10.96.") && contacted.contains("http://10.30.0."),
            "{contacted}"
        );
        assert_nothing_left(harness, &vm, &finished);
    }

    /// So many steps say that the author's address is a live one of this range.
    fn acts(&self, out: &str, [address, live, column]: [&str; 3], times: usize) {
        let begins = format!("     {address} → {live}");
        let ends = format!(", {column} of svc/{}", self.pod);
        let lines = out.lines().filter(|line| line.starts_with(&begins) && line.ends_with(&ends));
        assert_eq!(lines.count(), times, "{out}");
    }
}

/// Has the environment's curl note what it is asked for.
fn log_curl(program: &Program) -> PathBuf {
    let link = program.at("bin/curl");
    let real = fs::read_link(&link).unwrap();
    fs::remove_file(&link).unwrap();
    let log = program.at("curl.log");
    let script =
        format!("#!/bin/sh\necho \"$@\" >>{}\nexec {} \"$@\"\n", log.display(), real.display());
    fs::write(&link, script).unwrap();
    fs::set_permissions(&link, fs::Permissions::from_mode(0o755)).unwrap();
    log
}
