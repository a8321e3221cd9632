//! Clients that make mistakes, or mean no good: they get an answer, and the others theirs.

use podlab::sandbox::Fault;
use tokio::io::AsyncWriteExt;

use crate::support::{RawClient, Simulated, block_on, hear};

const PODS: &str = "/api/v1/namespaces/default/pods";

/// The sandbox still does its work.
async fn still_answers(client: &RawClient) {
    assert_eq!(client.ask("GET /api/v1/namespaces/default", b"").await.code, 200);
}

#[test]
fn without_the_token_nothing_is_told() {
    block_on(async {
        let simulated = Simulated::start(1).await;
        let client = simulated.raw();
        for header in ["", "\r\nAuthorization: Bearer wrong", "\r\nAuthorization: Basic eDp5"] {
            let answer = client.say(&format!("GET {PODS} HTTP/1.1{header}"), b"").await;
            assert_eq!(answer.code, 401, "{header}");
            let status = answer.json();
            assert_eq!(status["kind"], "Status");
            assert_eq!(status["reason"], "Unauthorized");
            assert_eq!(status["message"], "Unauthorized");
        }
        still_answers(&client).await;
    });
}

#[test]
fn bodies_that_are_too_large_or_no_json_are_refused_in_words() {
    block_on(async {
        let client = Simulated::start(1).await;
        let client = &client;
        let raw = client.raw();
        let post = format!("POST {PODS}");
        let large = raw.ask(&post, &vec![b' '; 3 * 1024 * 1024 + 1]).await;
        assert_eq!(large.code, 413);
        assert_eq!(large.json()["reason"], "RequestEntityTooLarge");
        for (body, code) in [
            ("{", 400),
            ("[]", 400),
            ("{\"kind\":1}", 400),
            ("\u{0}", 400),
            ("{\"kind\":\"Pod\",\"apiVersion\":\"v2\"}", 400),
            // To a server, null is an object in which everything is missing.
            ("null", 422),
        ] {
            let line = raw.with_token(&post) + "\r\nContent-Type: application/json";
            let answer = raw.say(&line, body.as_bytes()).await;
            assert_eq!(answer.code, code, "{body}: {answer:?}");
            assert_eq!(answer.json()["kind"], "Status", "{body}");
        }
        still_answers(&raw).await;
    });
}

#[test]
fn unknown_paths_and_methods_have_a_status() {
    block_on(async {
        let simulated = Simulated::start(1).await;
        let client = simulated.raw();
        for (line, code) in [
            ("GET /api/v1/pots", 404),
            ("GET /nowhere", 404),
            ("GET /apis/none.example/v1/things", 404),
            ("PATCH /api/v1/namespaces/default", 415),
            ("DELETE /api/v1/nodes/none", 404),
            ("GET /api/v1/namespaces/%ff%00/pods/..%2f..", 404),
        ] {
            let answer = client.ask(line, b"").await;
            assert_eq!(answer.code, code, "{line}: {answer:?}");
            assert_eq!(answer.json()["kind"], "Status", "{line}");
        }
        still_answers(&client).await;
    });
}

#[test]
fn what_is_not_http_is_hung_up_on() {
    block_on(async {
        let simulated = Simulated::start(1).await;
        let client = simulated.raw();
        for noise in ["\r\n\r\n\r\n", "HELLO\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "\u{0}\u{1}\u{2}"]
        {
            let mut stream = client.connect().await;
            stream.write_all(noise.as_bytes()).await.unwrap();
            stream.shutdown().await.unwrap();
            assert_ne!(hear(&mut stream).await.code, 200, "{noise:?}");
        }
        // Not even TLS.
        let mut plain = tokio::net::TcpStream::connect(simulated.sandbox.server()).await.unwrap();
        plain.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
        plain.shutdown().await.unwrap();
        still_answers(&client).await;
    });
}

#[test]
fn a_client_that_closes_its_half_is_let_go() {
    block_on(async {
        let simulated = Simulated::start(1).await;
        let client = simulated.raw();
        for line in ["GET /version", "GET /api/v1/pods?watch=1", "GET /api/v1/pods"] {
            let mut stream = client.connect().await;
            let head = client.with_token(line) + "\r\nHost: sandbox\r\n\r\n";
            stream.write_all(head.as_bytes()).await.unwrap();
            stream.shutdown().await.unwrap();
            // It ends, whatever was still said.
            hear(&mut stream).await;
        }
        // In the middle of a head, and of a body.
        let half = client.with_token(&format!("POST {PODS}"));
        for part in [half.clone(), half + "\r\nContent-Length: 100\r\n\r\n{"] {
            let mut stream = client.connect().await;
            stream.write_all(part.as_bytes()).await.unwrap();
            stream.shutdown().await.unwrap();
            hear(&mut stream).await;
        }
        still_answers(&client).await;
    });
}

#[test]
fn streams_need_an_upgrade_that_we_speak() {
    block_on(async {
        let simulated = Simulated::start(1).await;
        let client = simulated.raw();
        let pod = br#"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web"},"spec":{"containers":[{"name":"c","image":"busybox","command":["sleep","99"]}]}}"#;
        let line =
            client.with_token(&format!("POST {PODS}")) + "\r\nContent-Type: application/json";
        assert_eq!(client.say(&line, pod).await.code, 201);
        let exec = client.with_token(&format!("GET {PODS}/web/exec?command=ls&stdout=1"));
        let plain = client.say(&exec, b"").await;
        assert_eq!(
            (plain.code, plain.json()["message"].as_str()),
            (400, Some("Upgrade request required"))
        );
        let spdy = client.say(&(exec.clone() + "\r\nUpgrade: SPDY/3.1"), b"").await;
        assert_eq!(spdy.code, 400);
        assert!(spdy.json()["message"].as_str().unwrap().contains("kubectl 1.30"), "{spdy:?}");
        let other =
            "\r\nUpgrade: websocket\r\nSec-WebSocket-Key: eA==\r\nSec-WebSocket-Protocol: soup";
        let other = client.say(&(exec + other), b"").await;
        assert_eq!(other.code, 400);
        assert!(
            other.json()["message"].as_str().unwrap().contains("v5.channel.k8s.io"),
            "{other:?}"
        );
    });
}

#[test]
fn faults_come_on_demand_and_go() {
    block_on(async {
        let simulated = Simulated::start(1).await;
        let client = simulated.raw();
        simulated.sandbox.set_fault(Fault::Forbid("/api/v1/secrets".to_owned()));
        assert_eq!(client.ask("GET /api/v1/secrets", b"").await.code, 403);
        assert_eq!(client.ask("GET /api/v1/pods", b"").await.code, 200);
        simulated.sandbox.set_fault(Fault::RefuseConnections);
        let address = simulated.sandbox.server();
        // The socket is closed by a task of its own, a moment later.
        while tokio::net::TcpStream::connect(address).await.is_ok() {
            tokio::task::yield_now().await;
        }
        simulated.sandbox.set_fault(Fault::None);
        while tokio::net::TcpStream::connect(address).await.is_err() {
            tokio::task::yield_now().await;
        }
        assert_eq!(client.ask("GET /api/v1/secrets", b"").await.code, 200);
        let over_http = client.ask("POST /podlab/faults", br#"{"forbid": "/version"}"#).await;
        assert_eq!(over_http.code, 200);
        assert_eq!(client.ask("GET /version", b"").await.code, 403);
        assert_eq!(client.ask("POST /podlab/faults", b"\"explode\"").await.code, 400);
    });
}
