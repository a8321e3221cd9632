//! Clusters that do not let everybody in, or not everywhere.

use crate::support::{Harness, Program, program};

const LAB: &str = "\
# In a classroom

```sh
kubectl run busy --image=k8s.gcr.io/busybox --restart=Never -- sleep 300
```

<!-- podlab: {id: seen, expect: {contains: [busy]}} -->
```sh
kubectl get pods
```

<!-- podlab: {id: all, wait: {pod/busy: Deleted}, timeout: 90s} -->
```sh
kubectl delete pods --all
```
";

/// A program with one of the harness' other kubeconfigs, and a small lab.
fn with_kubeconfig(harness: &Harness, which: &str) -> Program {
    let program = program();
    let kubeconfig = harness.script(&["kubeconfig", which]);
    program.write("home/.kube/config", &std::fs::read_to_string(kubeconfig).unwrap());
    program.write("home/lab.md", LAB);
    program
}

#[test]
fn an_expired_certificate_is_told_with_its_date() {
    let Some(harness) = Harness::own("an expired certificate") else { return };
    let finished = with_kubeconfig(&harness, "expired").run(["test", "lab.md", "--yes"]);
    finished.assert_code(4);
    assert!(finished.stderr.contains("expired on 20"), "{}", finished.stderr);
}

#[test]
fn without_the_right_to_make_namespaces_there_is_a_way_out() {
    let Some(harness) = Harness::own("a user with few rights") else { return };
    let program = with_kubeconfig(&harness, "limited");
    let refused = program.run(["test", "lab.md", "--yes"]);
    refused.assert_code(4);
    for words in ["namespaces", "administrator", "--namespace"] {
        assert!(refused.stderr.contains(words), "{words}:\n{}", refused.stderr);
    }

    // What others made stays, even where the lab deletes all.
    let name = format!("others-{}", std::process::id());
    harness.kubectl(&["create", "configmap", &name, "-n", "classroom"]);
    harness.kubectl(&[
        "run",
        &name,
        "-n",
        "classroom",
        "--image=k8s.gcr.io/busybox",
        "--restart=Never",
        "--",
        "sleep",
        "600",
    ]);
    let passed = program.run(["test", "lab.md", "--yes", "--namespace", "classroom"]);
    let pods = harness.kubectl(&["get", "pods", "-n", "classroom", "-o", "name"]);
    harness.kubectl(&["delete", "pod", &name, "-n", "classroom", "--now", "--wait=false"]);
    harness.kubectl(&["delete", "configmap", &name, "-n", "classroom"]);
    passed.assert_code(0);
    assert!(pods.contains(&name), "{pods}");
    assert!(!pods.contains("busy"), "{pods}");
}

#[test]
fn the_lab_may_not_write_outside_of_its_namespace() {
    let Some(harness) = Harness::find("the guard of writes") else { return };
    let program = harness.here();
    let lab = "# Wrong place\n\n```sh\nkubectl run stray --image=x -n kube-system\n```\n\n\
               ```sh\nkubectl delete configmaps,pods --all -n kube-system\n```\n";
    program.write("home/lab.md", lab);
    let kept = format!("kept-{}", std::process::id());
    harness.kubectl(&["create", "configmap", &kept, "-n", "kube-system"]);
    let finished = program.run(["test", "lab.md", "--yes", "--keep-going"]);
    let after = harness.kubectl(&["get", "pods,configmaps", "-n", "kube-system", "-o", "name"]);
    harness.kubectl(&["delete", "configmap", &kept, "-n", "kube-system"]);
    finished.assert_code(1);
    assert!(finished.stdout.contains("kube-system"), "{}", finished.stdout);
    assert!(after.contains(&kept) && !after.contains("stray"), "{after}");
}
