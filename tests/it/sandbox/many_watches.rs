//! Thousands of watches: all hear of a change, and the memory of the server is bounded.

use std::path::PathBuf;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::task::JoinSet;

use crate::support::{RawClient, Running, block_on, program};

const WATCHES: usize = 2000;
/// What the server may hold in all, in a build without optimisations.
const MOST_KIB: u64 = 256 * 1024;

#[test]
fn two_thousand_watches_hear_of_a_change() {
    // Both ends are on this machine: the test needs as many files as the server.
    raise_file_limit();
    let program = program();
    let mut running = Running::start(program.command(["sandbox"]));
    running.read_until("export ALL_PROXY");
    let line = running.seen().lines().find(|line| line.contains("export KUBECONFIG=")).unwrap();
    let path = PathBuf::from(line.trim().strip_prefix("export KUBECONFIG=").unwrap());
    let client = RawClient::of(&std::fs::read_to_string(path).unwrap());
    block_on(async {
        let mut watches = JoinSet::new();
        for _ in 0..WATCHES {
            let client = client.clone();
            watches.spawn(async move {
                let mut stream = client.connect().await;
                let line = "GET /api/v1/namespaces/default/configmaps?watch=1";
                let head = client.with_token(line) + "\r\nHost: sandbox\r\n\r\n";
                stream.write_all(head.as_bytes()).await.unwrap();
                let mut heard = Vec::new();
                while !String::from_utf8_lossy(&heard).contains("\"podlab-news\"") {
                    assert_ne!(stream.read_buf(&mut heard).await.unwrap(), 0, "the watch ended");
                }
                stream
            });
        }
        // Those that come later see it as new; whoever is there already is told.
        let news = br#"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"podlab-news"}}"#;
        let line = client.with_token("POST /api/v1/namespaces/default/configmaps");
        let line = line + "\r\nContent-Type: application/json";
        assert_eq!(client.say(&line, news).await.code, 201);
        let streams = watches.join_all().await;
        assert_eq!(streams.len(), WATCHES);
        let peak = peak_kib(running.id());
        assert!(peak < MOST_KIB, "{peak} KiB for {WATCHES} watches");
        drop(streams);
        assert_eq!(client.ask("GET /api/v1/namespaces/default", b"").await.code, 200);
    });
    running.signal("TERM");
    running.finish().assert_code(0);
}

fn raise_file_limit() {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    setrlimit(Resource::Nofile, limit).unwrap();
}

fn peak_kib(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.split_whitespace().next().unwrap().parse().unwrap()
}
