//! Every native verb in its spellings, beside a real kubectl 1.36 on the same cluster.
//!
//! Each side has a namespace of its own, brought into the same state before each row.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use regex::Regex;

use crate::kubectl_lines::normalised;
use crate::support::{Harness, Program, program};

/// Two containers that stay, a config map and a service.
const OBJECTS: &str = "\
apiVersion: v1
kind: ConfigMap
metadata: {name: cm1, labels: {a: '1'}}
data: {k: v, mode: '0644', text: \"two\\nlines\\n\"}
---
apiVersion: v1
kind: Service
metadata: {name: s1}
spec: {selector: {app: x}, ports: [{port: 80}]}
";

/// The same objects with other data, ports and labels.
const CHANGED: &str = "\
apiVersion: v1
kind: ConfigMap
metadata: {name: cm1}
data: {k: w}
---
apiVersion: v1
kind: Service
metadata: {name: s1}
spec: {selector: {app: z}, ports: [{port: 80, targetPort: 9876}]}
";

const INDENTED: &str = "apiVersion: v1\n  kind: Pod\nmetadata:\n    name: x\n";

const READS: &[&str] = &[
    "get cm,svc",
    "get cm,svc -o wide --show-labels",
    "get cm cm1 -L a",
    "get svc s1 nope",
    "get svc nope",
    "get svc/s1 cm/cm1 --no-headers",
    "get pods",
    "get foo",
    "get cm cm1 -o yaml",
    "get cm cm1 -o json",
    "get cm,svc -o name",
    "get svc -o yaml",
    "get svc s1 -o jsonpath={.spec.ports[0].port}",
    "get svc s1 -o jsonpath={.spec.nope}",
    "get svc -o jsonpath={range.items[*]}{.metadata.name}{end}",
    "get svc -o custom-columns=N:.metadata.name,P:.spec.ports[*].port,X:.nope",
    "get cm --sort-by=.metadata.name",
    "get svc s1 --ignore-not-found",
    "get svc nope --ignore-not-found",
    "get svc s1 -A",
    "get svc s1 -l a=b",
    "get -f objects.yaml",
    "get -f objects.yaml -o name",
    "get",
    "describe svc s1",
    "describe svc s",
    "describe svc nope",
    "describe",
    "wait svc/s1 --for=jsonpath={.spec.type}=ClusterIP",
    "wait svc/s1 --for=condition=Ready --timeout=1s",
    "wait svc/nope --for=condition=Ready",
    "wait svc/nope --for=delete",
    "wait svc/s1",
    "label cm cm1 --list",
    "logs nope",
    "logs",
    "exec nope -- true",
    "attach nope",
    "expose svc nope --port=80",
    "run web",
    "run web --image=nginx --rm",
    "run web --image=nginx --dry-run=client -o yaml",
    "run web --image=nginx --port=80 --env=A=b --labels=a=b --dry-run=client -o yaml --command -- sleep 5",
    "expose svc s1 --name=s2 --port=81 --dry-run=client -o yaml",
    "apply -f objects.yaml",
    "apply -f objects.yaml --dry-run=client",
    "apply -f objects.yaml -o name",
    "apply -f nofile.yaml",
    "apply -f indented.yaml",
    "apply",
    "create -f objects.yaml",
    "delete svc",
    "delete svc nope",
    "delete svc nope --ignore-not-found",
    "delete svc s1 --all",
    "delete svc s1 --force --grace-period=5",
    "delete deployments --all",
    "delete -f objects.yaml --dry-run=client",
];

const WRITES: &[&str] = &[
    "apply -f changed.yaml",
    "apply -f changed.yaml --dry-run=server",
    "delete svc s1",
    "delete svc/s1 cm/cm1",
    "delete -f objects.yaml",
    "delete svc --all",
    "delete cm -l a=1 -o name",
    "delete svc s1 nope --now",
    "delete svc s1 --force",
    "label svc s1 a=b",
    "label cm cm1 a=2",
    "label cm cm1 a=2 --overwrite",
    "label cm cm1 a-",
    "label cm cm1 a- b=c",
    "label svc s1 a=b -o name",
    "expose svc s1 --name=s2 --port=81 --type=LoadBalancer",
    // Long enough that both are joined to it before it ends.
    "run quick --image=busybox --restart=Never --rm -i -- sleep 20",
];

#[test]
fn what_the_verbs_print_is_what_kubectl_prints() {
    let Some(harness) = Harness::comparing("verbs beside kubectl") else { return };
    let pair = Pair::new(&harness);
    pair.prepare();
    for row in READS {
        pair.compare(row);
    }
    for row in WRITES {
        pair.prepare();
        pair.compare(row);
    }
}

/// The real kubectl and ours, each in a namespace.
struct Pair {
    program: Program,
    kubectl: PathBuf,
    kubeconfig: PathBuf,
}

const SIDES: [&str; 2] = ["real", "ours"];

impl Pair {
    fn new(harness: &Harness) -> Self {
        let kubectl = harness.kubectl.clone().expect("PODLAB_E2E_KUBECTL names a kubectl 1.36");
        let pair = Self { program: program(), kubectl, kubeconfig: harness.kubeconfig.clone() };
        for (name, text) in [("objects", OBJECTS), ("changed", CHANGED), ("indented", INDENTED)] {
            pair.program.write(&format!("{name}.yaml"), text);
        }
        for side in SIDES {
            pair.real(&["create", "namespace", &namespace(side)]);
        }
        pair
    }

    /// Both namespaces hold the same objects, and nothing else.
    fn prepare(&self) {
        for side in SIDES {
            let namespace = namespace(side);
            self.real(&["delete", "svc,pods", "--all", "--now", "-n", &namespace]);
            self.real(&["delete", "cm", "cm1", "--ignore-not-found", "-n", &namespace]);
            let file = self.program.at("objects.yaml");
            self.real(&["apply", "-f", &file.display().to_string(), "-n", &namespace]);
        }
    }

    #[track_caller]
    fn compare(&self, row: &str) {
        let [real, ours] = SIDES.map(|side| self.run(side, row));
        assert_eq!(real, ours, "kubectl {row}\n(left: kubectl, right: podlab)");
    }

    /// What it prints, and its exit code.
    fn run(&self, side: &str, row: &str) -> (String, String, Option<i32>) {
        let mut command = Command::new("timeout");
        command.arg("60");
        match side {
            "real" => command.arg(&self.kubectl),
            _ => command.arg(Program::path()).arg("kubectl"),
        };
        command.arg("-n").arg(namespace(side)).args(row.split_whitespace());
        command.env("KUBECONFIG", &self.kubeconfig).env("HOME", self.program.at("home"));
        command.current_dir(self.program.at("")).stdin(Stdio::null());
        let output = command.output().unwrap();
        let text = |bytes: &[u8]| comparable(&String::from_utf8_lossy(bytes));
        (text(&output.stdout), text(&output.stderr), output.status.code())
    }

    #[track_caller]
    fn real(&self, arguments: &[&str]) {
        let mut command = Command::new(&self.kubectl);
        command.arg("--kubeconfig").arg(&self.kubeconfig).args(arguments);
        let output = command.env("HOME", self.program.at("home")).output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {stderr}");
    }
}

impl Drop for Pair {
    fn drop(&mut self) {
        for side in SIDES {
            let mut command = Command::new(&self.kubectl);
            command.arg("--kubeconfig").arg(&self.kubeconfig);
            let _ =
                command.args(["delete", "namespace", &namespace(side), "--wait=false"]).output();
        }
    }
}

/// A name that [`normalised`] knows and that no other test of this process has.
fn namespace(side: &str) -> String {
    format!("test-lines-{side}-{}0", std::process::id())
}

/// Also the times and versions of whole objects.
fn comparable(text: &str) -> String {
    let rules = [
        (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "TIME"),
        (r#"resourceVersion"?: "\d+""#, "resourceVersion: N"),
    ];
    rules.iter().fold(normalised(text), |text, (pattern, to)| {
        Regex::new(pattern).unwrap().replace_all(&text, *to).into_owned()
    })
}
