//! The shipped lab on the simulated cluster.

use crate::lab_on_cluster::Mutant;
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

/// A test per mutant, so that they run side by side. Where the harness' mutants change what
/// runs instead of an image that is gone, these change the manifest: here the image is there.
macro_rules! mutants {
    ($($name:ident: $sections:expr, $edits:expr => $fails:expr;)*) => {$(
        #[test]
        fn $name() {
            let program = program();
            let mutant = Mutant { sections: &$sections, edits: &$edits, fails: $fails };
            mutant.fails_at_its_step(&program, "--cluster=sandbox");
            assert_eq!(program.left_in_tmp(), Vec::<String>::new());
        }
    )*};
}

mutants! {
    a_wrong_image_is_noticed: ["A pod to talk to"],
        [("simple_pod.yaml", "simpleservice:0.5.0", "simpleservice:9.9.9"), ("lab.md", "wait: {pod/simple-api: Ready}\ntimeout: 3m", "wait: {pod/simple-api: Ready}\ntimeout: 5s")]
        => "create-pod";
    a_lost_environment_is_noticed: ["A pod to talk to", "Reach it", "Open a jump pod"],
        [("simple_pod.yaml", "DEMO_GREETING", "DEMO_FAREWELL"), ("lab.md", "id: env-from-jump\n", "id: env-from-jump\ntimeout: 5s\n")]
        => "env-from-jump";
    a_wrong_selector_is_noticed: ["A pod to talk to", "Expose the pod"],
        [("lab.md", "--target-port=9876 --name=simple-api\n", "--target-port=9876 --name=simple-api --selector=lab=other\n"),
         ("lab.md", "wait: {service/simple-api: endpoints}", "wait: {service/simple-api: endpoints}\ntimeout: 5s")]
        => "expose";
    a_wrong_target_port_is_noticed: ["A pod to talk to", "Reach it", "Open a jump pod", "Expose the pod", "Try the ClusterIP"],
        [("lab.md", "--port=4000 --target-port=9876", "--port=4000 --target-port=9877"), ("lab.md", "id: cluster-ip-from-jump\n", "id: cluster-ip-from-jump\ntimeout: 5s\n")]
        => "cluster-ip-from-jump";
    a_wrong_service_port_is_noticed: ["A pod to talk to", "Expose the pod"],
        [("lab.md", "--port=4000", "--port=4001"), ("lab.md", "id: see-service", "id: see-service\ntimeout: 5s")]
        => "see-service";
    a_load_balancer_for_another_port_is_noticed: ["A pod to talk to", "Ask for a load balancer"],
        [("lab.md", "kubectl delete svc simple-api\n\nkubectl expose pod simple-api --port=80", "kubectl expose pod simple-api --port=81"),
         ("lab.md", "id: load-balancer-from-host", "id: load-balancer-from-host\ntimeout: 5s")]
        => "load-balancer-from-host";
    a_liveness_probe_that_never_fails_is_noticed: ["A command as liveness probe"],
        [("simple_liveness.yaml", "sleep 30; rm -rf /tmp/healthy; ", ""), ("lab.md", "timeout: 2m", "timeout: 8s")]
        => "failing-events";
    a_server_that_stays_healthy_is_noticed: ["An HTTP request as liveness probe"],
        [("http-liveness.yaml", "image: k8s.gcr.io/liveness", "image: k8s.gcr.io/goproxy:0.1"),
         ("http-liveness.yaml", "path: /healthz", "path: /"), ("lab.md", "timeout: 2m", "timeout: 8s")]
        => "http-probe-fails";
    a_readiness_probe_of_a_closed_port_is_noticed: ["A TCP connection as probe"],
        [("tcp-probes.yaml", "port: 8080\n      initialDelaySeconds: 5", "port: 8081\n      initialDelaySeconds: 5"),
         ("lab.md", "id: goproxy-ready", "id: goproxy-ready\ntimeout: 5s")]
        => "goproxy-ready";
    a_port_name_that_nobody_has_is_noticed: ["A port with a name"],
        [("named-port.yaml", "name: liveness-port", "name: another-port"), ("lab.md", "timeout: 2m", "timeout: 8s")]
        => "named-port-fails";
    a_pod_that_is_ready_at_once_is_noticed: ["A pod to talk to", "Reach it", "Open a jump pod", "Ready is not", "Readiness alone"],
        [("readiness.yaml", "- /tmp/healthy", "- /etc/passwd"), ("lab.md", "probe: readiness, at_least: 1}}\ntimeout: 3m", "probe: readiness, at_least: 1}}\ntimeout: 8s")]
        => "create-readiness";
    a_restart_that_never_comes_is_noticed: ["Both at once"],
        [("both-probes.yaml", "failureThreshold: 3", "failureThreshold: 300"), ("lab.md", "timeout: 2m", "timeout: 8s")]
        => "both-fail";
    a_cluster_ip_that_answers_is_noticed: ["A pod to talk to", "Reach it", "Open a jump pod", "Expose the pod", "Try the ClusterIP"],
        [("lab.md", "id: cluster-ip-from-host\nin: host", "id: cluster-ip-from-host\ntimeout: 5s\nin: jumpserver")]
        => "cluster-ip-from-host";
}
