//! What the servers of the shipped images answer.

use std::net::SocketAddr;

use super::testing::{at, images, log, setup, start};
use super::*;
use crate::sandbox::images::{Image, Lookup};
use std::sync::Arc;

fn image(name: &str) -> Arc<Image> {
    match images().find(name) {
        Lookup::Known(image) => image,
        other => panic!("{name}: {other:?}"),
    }
}

fn serving(name: &str, args: &[&str], env: &[(&str, &str)]) -> Container {
    let mut setup = setup("busybox", &[]);
    setup.image = image(name);
    setup.args = args.iter().map(|word| (*word).to_owned()).collect();
    setup.env = env.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    let mut container = Container::start(setup, at(0.0)).unwrap();
    container.advance(at(4.0));
    container
}

/// Sends text to a port and tells what comes back.
fn ask(container: &mut Container, port: u16, text: &str, now: f64) -> String {
    let from: SocketAddr = "10.20.1.9:40000".parse().unwrap();
    let Some(socket) = container.accept(port, from, at(now)) else { return "refused".to_owned() };
    container.deliver(socket, text.as_bytes(), at(now));
    container.advance(at(now));
    let mut answer = Vec::new();
    for traffic in container.take_traffic() {
        if traffic.socket == socket {
            answer.extend(traffic.bytes);
        }
    }
    container.hang_up(socket, at(now));
    String::from_utf8_lossy(&answer).into_owned()
}

fn get(container: &mut Container, port: u16, path: &str, now: f64) -> (String, String) {
    let request = format!("GET {path} HTTP/1.1\r\nHost: web:{port}\r\nUser-Agent: test\r\n\r\n");
    let answer = ask(container, port, &request, now);
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    let status = head.lines().next().unwrap_or_default();
    (status.trim_start_matches("HTTP/1.1 ").to_owned(), body.to_owned())
}

#[test]
fn simpleservice_tells_who_asked() {
    let mut container = serving("mhausenblas/simpleservice:0.5.0", &[], &[("DEMO", "it is")]);
    let (status, body) = get(&mut container, 9876, "/info", 5.0);
    assert_eq!(status, "200 OK");
    assert_eq!(body, r#"{"host": "web:9876", "version": "0.5.0", "from": "10.20.1.9"}"#);
    assert!(get(&mut container, 9876, "/env", 5.0).1.contains("'DEMO': 'it is'"));
    assert_eq!(get(&mut container, 9876, "/nothing", 5.0).0, "404 Not Found");
    assert_eq!(ask(&mut container, 80, "", 5.0), "refused");
    container.terminate(at(6.0));
    container.advance(at(6.0));
    assert!(container.ended().is_some());
}

#[test]
fn the_liveness_server_falls_ill() {
    for (name, args) in [
        ("k8s.gcr.io/liveness", vec!["/server"]),
        ("registry.k8s.io/e2e-test-images/agnhost:2.40", vec!["liveness"]),
    ] {
        let mut container = serving(name, &args, &[]);
        assert_eq!(get(&mut container, 8080, "/healthz", 9.0), ("200 OK".into(), "ok".into()));
        let ill = get(&mut container, 8080, "/healthz", 11.0);
        assert_eq!(ill, ("500 Internal Server Error".into(), "error: 11".into()));
    }
}

#[test]
fn a_web_server_serves_its_files() {
    let mut container = serving("nginx:1.27", &[], &[]);
    assert!(get(&mut container, 80, "/", 5.0).1.contains("Welcome to nginx!"));
    assert_eq!(get(&mut container, 80, "/nothing", 5.0).0, "404 Not Found");
    assert_eq!(get(&mut container, 80, "/../etc/passwd", 5.0).0, "404 Not Found");
    let command = ["sh", "-c", "echo changed > /usr/share/nginx/html/index.html"];
    super::testing::exec(&mut container, &command, 6.0);
    assert_eq!(get(&mut container, 80, "/index.html", 70.0).1, "changed\n");
    let log = log(&mut container);
    assert!(log.contains("\"GET / HTTP/1.1\" 200"), "{log}");
}

#[test]
fn redis_keeps_what_it_is_told() {
    let mut container = serving("redis:7", &[], &[]);
    let answer = ask(&mut container, 6379, "PING\r\nSET a b\r\nGET a\r\nGET c\r\nNOPE\r\n", 5.0);
    assert_eq!(
        answer,
        "+PONG\r\n+OK\r\n$1\r\nb\r\n$-1\r\n-ERR unknown command 'NOPE', with args beginning with: \r\n"
    );
    let bulk = "*2\r\n$3\r\nGET\r\n$1\r\na\r\n";
    assert_eq!(ask(&mut container, 6379, bulk, 6.0), "$1\r\nb\r\n");
}

#[test]
fn a_connection_is_used_again() {
    let mut container = serving("traefik/whoami", &[], &[]);
    let request = "GET /health HTTP/1.1\r\nHost: a\r\n\r\n";
    let answer = ask(&mut container, 80, &request.repeat(3), 5.0);
    assert_eq!(answer.matches("200 OK").count(), 3);
}

#[test]
fn options_come_from_arguments_and_variables() {
    let mut container = serving("hashicorp/http-echo", &["-text=hi there"], &[]);
    assert_eq!(get(&mut container, 5678, "/", 5.0).1, "hi there\n");
    let name = "registry.k8s.io/e2e-test-images/agnhost:2.40";
    let mut container = serving(name, &["netexec", "--http-port=81"], &[]);
    assert_eq!(get(&mut container, 81, "/hostname", 5.0).1, "pod");
    let mut container = serving("gcr.io/google-samples/hello-app:2.0", &[], &[("PORT", "82")]);
    assert_eq!(
        get(&mut container, 82, "/", 5.0).1,
        "Hello, world!\nVersion: 2.0.0\nHostname: pod\n"
    );
}

#[test]
fn a_database_wants_a_password() {
    let container = serving("mysql:8", &[], &[]);
    assert_eq!(container.ended().map(|ended| ended.code), Some(1));
    let mut container = serving("mysql:8.4", &[], &[("MYSQL_ROOT_PASSWORD", "x")]);
    assert!(ask(&mut container, 3306, "", 5.0).contains("8.4"));
}

#[test]
fn every_image_starts_by_itself() {
    for name in IMAGES {
        let mut setup = setup("busybox", &[]);
        setup.image = image(name);
        setup.stdin = true;
        setup.tty = true;
        let mut container =
            Container::start(setup, at(0.0)).unwrap_or_else(|e| panic!("{name}: {e:?}"));
        container.advance(at(30.0));
        assert_eq!(container.ended(), None, "{name}");
    }
}

/// One of each family that stays without arguments.
const IMAGES: &[&str] = &[
    "busybox",
    "alpine:3.20",
    "debian:12",
    "ubuntu:24.04",
    "centos:7",
    "nginx",
    "httpd:2.4",
    "redis",
    "memcached",
    "k8s.gcr.io/liveness",
    "k8s.gcr.io/goproxy:0.1",
    "registry.k8s.io/pause:3.9",
    "k8s.gcr.io/echoserver:1.4",
    "ealen/echo-server",
    "hashicorp/http-echo",
    "gcr.io/google-samples/hello-app:1.0",
    "gcr.io/google-samples/kubernetes-bootcamp:v1",
    "traefik/whoami",
    "gcr.io/kuar-demo/kuard-amd64:blue",
    "gcr.io/google-samples/gb-frontend:v4",
    "mongo",
    "wordpress",
    "nginxdemos/hello",
    "fluentd",
    "registry.k8s.io/coredns/coredns:v1.13.1",
    "satoms/jumpserver:v1",
    "nicolaka/netshoot",
    "registry.k8s.io/e2e-test-images/agnhost:2.40",
];

#[test]
fn the_server_for_grpc_probes_listens() {
    for (arguments, port) in [(vec![], 5000), (vec!["--port=5001"], 5001)] {
        let command = ["/agnhost", "grpc-health-checking"].into_iter().chain(arguments);
        let command: Vec<&str> = command.collect();
        let container = start("registry.k8s.io/e2e-test-images/agnhost:2.40", &command);
        assert!(container.ended().is_none());
        assert!(container.listens(port), "{command:?}");
    }
}

#[test]
fn a_client_that_has_said_all_still_gets_a_late_answer() {
    let late = "#!/bin/sh\nread name; sleep 1; echo hello $name";
    let script = format!("printf '{late}' > /late; chmod +x /late; nc -l -p 80 -e /late");
    let mut container = serving("busybox", &["sh", "-c", &script.replace('\n', "\\n")], &[]);
    let socket = container.accept(80, "10.20.1.9:40000".parse().unwrap(), at(5.0)).unwrap();
    container.deliver(socket, b"you", at(5.0));
    container.end_incoming(socket, at(5.0));
    container.advance(at(7.0));
    let answers = container.take_traffic();
    let text: Vec<u8> = answers.into_iter().flat_map(|traffic| traffic.bytes).collect();
    assert_eq!(String::from_utf8_lossy(&text), "hello you\n");
}
