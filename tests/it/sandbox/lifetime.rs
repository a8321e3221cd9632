//! From start to end, and after a crash: what is left on the machine.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::support::{Program, RawClient, Running, block_on, program};

/// `podlab sandbox`, and the kubeconfig that it has printed.
fn started(program: &Program) -> (Running, PathBuf) {
    let mut running = Running::start(program.command(["sandbox"]));
    running.read_until("export ALL_PROXY");
    let line = running.seen().lines().find(|line| line.contains("export KUBECONFIG=")).unwrap();
    let path = line.trim().strip_prefix("export KUBECONFIG=").unwrap();
    let path = PathBuf::from(path);
    (running, path)
}

#[track_caller]
fn answers(kubeconfig: &Path) {
    let client = RawClient::of(&fs::read_to_string(kubeconfig).unwrap());
    assert_eq!(block_on(client.ask("GET /version", b"")).code, 200);
}

#[test]
fn it_serves_until_a_signal_and_leaves_nothing() {
    for signal in ["INT", "TERM", "HUP"] {
        let program = program();
        let (running, kubeconfig) = started(&program);
        answers(&kubeconfig);
        let mode = fs::metadata(&kubeconfig).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        running.signal(signal);
        running.finish().assert_code(0);
        assert_eq!(program.left_in_tmp(), Vec::<String>::new(), "after SIG{signal}");
    }
}

#[test]
fn what_a_crash_has_left_goes_with_the_next_start() {
    let program = program();
    let (crashed, left) = started(&program);
    let (other, in_use) = started(&program);
    crashed.signal("KILL");
    crashed.finish();
    assert!(left.exists(), "nobody could remove it");
    let (next, _) = started(&program);
    assert!(!left.exists(), "the next one has");
    answers(&in_use);
    for running in [other, next] {
        running.signal("TERM");
        running.finish().assert_code(0);
    }
    assert_eq!(program.left_in_tmp(), Vec::<String>::new());
}

#[test]
fn a_port_that_is_taken_is_told() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let program = program();
    let finished = program.run(["sandbox", "--port", &port]);
    finished.assert_code(4);
    assert!(finished.stderr.contains(&format!("127.0.0.1:{port}")), "{}", finished.stderr);
    assert!(finished.stderr.contains("--port"), "{}", finished.stderr);
    assert_eq!(program.left_in_tmp(), Vec::<String>::new());
}

#[test]
fn its_kubeconfig_leads_podlab_to_it() {
    let program = program();
    let (running, kubeconfig) = started(&program);
    let kubeconfig = kubeconfig.display().to_string();
    let finished = program.run(["kubectl", "--kubeconfig", &kubeconfig, "get", "nodes"]);
    finished.assert_code(0);
    assert!(finished.stdout.contains("node-2"), "{}", finished.stdout);
    running.signal("INT");
    running.finish().assert_code(0);
    let finished = program.run(["kubectl", "--kubeconfig", &kubeconfig, "get", "nodes"]);
    finished.assert_code(1);
    assert!(finished.stderr.contains("there is no kubeconfig at"), "{}", finished.stderr);
}

#[test]
fn which_cluster_is_a_matter_of_the_kubeconfig_and_of_what_is_said() {
    let program = program();
    let context = program.run(["test", "pod-networking", "--cluster", "context"]);
    context.assert_code(4);
    assert!(context.stderr.contains("podlab sandbox"), "{}", context.stderr);
    let both = program.run(["test", "pod-networking", "--cluster", "sandbox", "--context", "x"]);
    both.assert_code(2);
    assert!(both.stderr.contains("leave out --context"), "{}", both.stderr);
    let clean = program.run(["clean", "--cluster", "sandbox"]);
    clean.assert_code(2);
    assert!(clean.stderr.contains("gone with the run"), "{}", clean.stderr);
}
