//! Real programs of the host in the network of the simulated cluster.

use std::process::{Command, Output};

use serde_json::json;

use crate::support::{Simulated, block_on};

/// A sandbox with a web server and services of it.
async fn with_services() -> Simulated {
    let simulated = Simulated::start(10).await;
    let client = simulated.raw();
    let create = async |path: &str, object: serde_json::Value| {
        let line =
            client.with_token(&format!("POST {path}")) + "\r\nContent-Type: application/json";
        let answer = client.say(&line, object.to_string().as_bytes()).await;
        assert_eq!(answer.code, 201, "{answer:?}");
    };
    let pods = "/api/v1/namespaces/default/pods";
    create(
        pods,
        json!({
            "apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": "web", "labels": {"app": "web"}},
            "spec": {"containers": [{"name": "web", "image": "nginx"}]},
        }),
    )
    .await;
    for (name, kind, selector) in [
        ("web", "LoadBalancer", "web"),
        ("inner", "ClusterIP", "web"),
        ("empty", "LoadBalancer", "none"),
    ] {
        create(
            "/api/v1/namespaces/default/services",
            json!({
                "apiVersion": "v1", "kind": "Service", "metadata": {"name": name},
                "spec": {"type": kind, "selector": {"app": selector}, "ports": [{"port": 80}]},
            }),
        )
        .await;
    }
    let endpoints = "GET /api/v1/namespaces/default/endpoints/web";
    wait_until("the pod is ready", async || {
        client.ask(endpoints, b"").await.json()["subsets"][0]["addresses"][0]["ip"].is_string()
    })
    .await;
    wait_until("the load balancer has an address", async || {
        external(&simulated, "web").await.is_some()
    })
    .await;
    simulated
}

async fn wait_until(what: &str, holds: impl AsyncFn() -> bool) {
    let end = std::time::Instant::now() + std::time::Duration::from_secs(60);
    while !holds().await {
        assert!(std::time::Instant::now() < end, "waited in vain: {what}");
        tokio::task::yield_now().await;
    }
}

async fn service(simulated: &Simulated, name: &str) -> serde_json::Value {
    let line = format!("GET /api/v1/namespaces/default/services/{name}");
    simulated.raw().ask(&line, b"").await.json()
}

async fn external(simulated: &Simulated, name: &str) -> Option<String> {
    let service = service(simulated, name).await;
    service["status"]["loadBalancer"]["ingress"][0]["ip"].as_str().map(str::to_owned)
}

/// The real curl, in the environment of a host shell.
async fn curl(simulated: &Simulated, arguments: &[&str]) -> Output {
    let mut command = Command::new("curl");
    command.arg("-sS").args(arguments).envs(simulated.sandbox.environment());
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

fn said(output: &Output) -> (Option<i32>, String) {
    (output.status.code(), String::from_utf8_lossy(&output.stderr).trim().to_owned())
}

#[test]
fn a_load_balancer_answers_and_a_cluster_ip_does_not() {
    block_on(async {
        let simulated = with_services().await;
        let address = external(&simulated, "web").await.unwrap();
        let page = curl(&simulated, &[&format!("http://{address}/")]).await;
        assert!(page.status.success(), "{page:?}");
        assert!(String::from_utf8_lossy(&page.stdout).contains("Welcome to nginx!"), "{page:?}");

        let inner = service(&simulated, "inner").await["spec"]["clusterIP"].clone();
        let url = format!("http://{}/", inner.as_str().unwrap());
        let begun = std::time::Instant::now();
        let silent = curl(&simulated, &["--connect-timeout", "2", &url]).await;
        let (code, words) = said(&silent);
        assert_eq!(code, Some(28), "{words}");
        assert!(words.starts_with("curl: (28) Connection timed out after "), "{words}");
        assert!(begun.elapsed().as_secs() >= 2);
    });
}

#[test]
fn a_node_port_answers_on_every_node() {
    block_on(async {
        let simulated = with_services().await;
        let port = service(&simulated, "web").await["spec"]["ports"][0]["nodePort"].clone();
        for node in ["10.138.0.11", "10.138.0.12"] {
            let page = curl(&simulated, &[&format!("http://{node}:{port}/")]).await;
            assert!(page.status.success(), "{node}: {page:?}");
        }
    });
}

#[test]
fn what_refuses_says_so_as_far_as_a_proxy_can() {
    block_on(async {
        let simulated = with_services().await;
        wait_until("its address", async || external(&simulated, "empty").await.is_some()).await;
        let address = external(&simulated, "empty").await.unwrap();
        // 5: connection refused. Through a proxy, curl cannot end with 7.
        for (url, code, words) in [
            (format!("http://{address}/"), 97, "(5)"),
            ("http://web.default.svc.cluster.local/".to_owned(), 97, "(4)"),
            ("http://192.0.2.7/".to_owned(), 97, "(3)"),
        ] {
            let (ended, said) = said(&curl(&simulated, &["--connect-timeout", "60", &url]).await);
            assert_eq!(ended, Some(code), "{url}: {said}");
            assert!(said.ends_with(words), "{url}: {said}");
        }
    });
}

#[test]
fn the_persons_own_machine_is_reached_with_and_without_the_proxy() {
    block_on(async {
        let simulated = Simulated::start(1).await;
        let url = format!("https://{}/version", simulated.sandbox.server());
        for extra in [&[][..], &["--noproxy", ""][..]] {
            let arguments =
                [&["-k", "-o", "/dev/null", "-w", "%{http_code}", &url][..], extra].concat();
            let answer = curl(&simulated, &arguments).await;
            assert_eq!(String::from_utf8_lossy(&answer.stdout), "401", "{answer:?}");
        }
        let closed = curl(&simulated, &["--noproxy", "", "http://127.0.0.1:1/"]).await;
        assert_eq!(said(&closed).0, Some(97), "{closed:?}");
    });
}
