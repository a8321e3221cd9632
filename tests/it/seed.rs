//! A walkthrough that nobody annotated, read block by block, and played on a real cluster
//! and on the simulated one. `PODLAB_SEED` says where it is.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use podlab::base::SourceText;
use podlab::lab::{BlockKind, Lab, Runs, parse};

use crate::lab_on_cluster::{assert_nothing_left, step_lines};
use crate::support::{Finished, Harness, Program, program};

/// The walkthrough as it is.
fn seed(test: &str) -> Option<String> {
    let Some(path) = std::env::var_os("PODLAB_SEED") else {
        assert!(std::env::var_os("CI").is_none(), "{test}: PODLAB_SEED is not set");
        eprintln!("not run: {test} (PODLAB_SEED is not set)");
        return None;
    };
    Some(fs::read_to_string(path).unwrap())
}

/// As `podlab lint --fix` leaves it: of the HTTP manifest all lines but the first are
/// indented by two spaces too many, and nothing else is touched.
fn repaired(text: &str) -> String {
    let program = program();
    let path = program.write("home/seed.md", text);
    let finished = program.run(["lint", "--fix", "seed.md"]);
    finished.assert_code(0);
    let fixed = fs::read_to_string(path).unwrap();
    let start = text.find("apiVersion: v1\n  kind: Pod").expect("the broken manifest");
    let end = start + text[start..].find("```").unwrap();
    let lines = text[start..end].lines().map(|line| line.strip_prefix("  ").unwrap_or(line));
    let manifest = lines.collect::<Vec<_>>().join("\n");
    assert_eq!(fixed, format!("{}{manifest}\n{}", &text[..start], &text[end..]));
    assert!(finished.stderr.contains("-  kind: Pod\n"), "it is shown: {}", finished.stderr);
    fixed
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
    let lab = lab(&repaired(&text));
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
    SEED.passes_on(&harness, &repaired(&text));
}

#[test]
fn a_plain_walkthrough_passes_on_the_sandbox() {
    let Some(text) = seed("the seed on the sandbox") else { return };
    SEED.passes_on_sandbox(&repaired(&text));
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

/// The walkthrough with every name, port and address changed.
fn other(text: &str) -> String {
    OTHERS.iter().fold(text.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "the seed no longer says {from}");
        text.replace(from, to)
    })
}

#[test]
fn another_text_of_the_same_shape_passes_on_cluster() {
    let Some(text) = seed("the seed with other names") else { return };
    let Some(harness) = Harness::own("the seed with other names") else { return };
    OTHER.passes_on(&harness, &repaired(&other(&text)));
}

#[test]
fn another_text_of_the_same_shape_passes_on_the_sandbox() {
    let Some(text) = seed("the seed with other names on the sandbox") else { return };
    OTHER.passes_on_sandbox(&repaired(&other(&text)));
}

/// A walkthrough that is played, and its author's addresses.
struct Played {
    cluster_ip: &'static str,
    external_ip: &'static str,
    pod: &'static str,
}

const SEED: Played =
    Played { cluster_ip: "10.23.248.120", external_ip: "35.230.123.32", pod: "simple-api" };
const OTHER: Played =
    Played { cluster_ip: "10.77.248.120", external_ip: "34.98.76.54", pod: "plain-server" };

impl Played {
    #[track_caller]
    fn passes_on(&self, harness: &Harness, text: &str) {
        let vm = harness.on_vm();
        let finished = self.passes(&vm, text, "--yes");
        assert_nothing_left(harness, &vm, &finished);
    }

    #[track_caller]
    fn passes_on_sandbox(&self, text: &str) {
        let program = program();
        self.passes(&program, text, "--cluster=sandbox");
        assert_eq!(program.left_in_tmp(), Vec::<String>::new());
    }

    #[track_caller]
    fn passes(&self, program: &Program, text: &str, argument: &str) -> Finished {
        let log = log_curl(program);
        let path = program.write("home/seed/seed.md", text);
        let finished = program.run(["test", &path.display().to_string(), argument]);
        finished.assert_code(0);
        let out = &finished.stdout;
        assert!(step_lines(out).iter().all(|(mark, _)| mark == "✓"), "{out}");
        assert_eq!(step_lines(out).len(), 21, "{out}");
        let fill = format!(", pod/{}.status.podIP", self.pod);
        let is_fill = |line: &&str| line.contains("<IP> = 10.20.") && line.ends_with(&fill);
        assert_eq!(out.lines().filter(is_fill).count(), 2, "{out}");
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
        finished
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
