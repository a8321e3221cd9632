//! The shipped lab on the simulated cluster.

use crate::support::program;

#[test]
fn pod_networking_passes_with_no_step_skipped() {
    let program = program();
    let finished = program.run(["test", "pod-networking", "--cluster", "sandbox"]);
    finished.assert_code(0);
    let first = finished.stdout.lines().next().unwrap();
    assert!(first.contains("podlab-sandbox (simulated)"), "{first}");
    assert!(!finished.stdout.contains("skipped"), "{}", finished.stdout);
    assert_eq!(program.left_in_tmp(), Vec::<String>::new());
}

#[test]
fn without_a_kubeconfig_the_simulated_cluster_is_taken_and_said() {
    let program = program();
    program.write("home/lab.md", "# Nodes\n\n```sh\nkubectl get nodes\n```\n");
    let finished = program.run(["test", "lab.md"]);
    finished.assert_code(0);
    assert!(finished.stderr.contains("there is no kubeconfig"), "{}", finished.stderr);
    assert!(finished.stderr.contains("simulated cluster"), "{}", finished.stderr);
    assert!(finished.stdout.contains("podlab-sandbox (simulated)"), "{}", finished.stdout);
}
