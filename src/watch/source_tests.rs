//! The source against a server on loopback that answers from a script.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::*;
use crate::cluster::Target;

/// What the server does with the next request.
enum Answer {
    /// A whole answer.
    Whole(u16, Value),
    /// The events of a watch, which then stays open.
    Open(Vec<Value>),
    /// The events of a watch, which then breaks.
    Breaks(Vec<Value>),
}

struct Server {
    requests: Arc<Mutex<Vec<String>>>,
    cluster: Cluster,
    tasks: JoinSet<()>,
}

async fn server(script: Vec<Answer>) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let requests = Arc::new(Mutex::new(Vec::new()));
    let script = Arc::new(Mutex::new(VecDeque::from(script)));
    let mut tasks = JoinSet::new();
    let seen = requests.clone();
    tasks.spawn(async move {
        let mut connections = JoinSet::new();
        while let Ok((stream, _)) = listener.accept().await {
            connections.spawn(serve(stream, script.clone(), seen.clone()));
        }
    });
    Server { requests, cluster: connect(&url).await, tasks }
}

async fn connect(url: &str) -> Cluster {
    let file = tempfile::NamedTempFile::new().unwrap();
    let config = json!({"apiVersion": "v1", "kind": "Config", "current-context": "x",
        "contexts": [{"name": "x", "context": {"cluster": "x", "user": "x"}}],
        "clusters": [{"name": "x", "cluster": {"server": url}}],
        "users": [{"name": "x", "user": {}}]});
    std::fs::write(file.path(), config.to_string()).unwrap();
    let target = Target { kubeconfig: Some(file.path().to_owned()), context: None };
    Cluster::connect(&target).await.unwrap()
}

async fn serve(
    mut stream: TcpStream,
    script: Arc<Mutex<VecDeque<Answer>>>,
    requests: Arc<Mutex<Vec<String>>>,
) {
    while let Some(request) = request(&mut stream).await {
        requests.lock().unwrap().push(request);
        let answer = script.lock().unwrap().pop_front();
        match answer {
            Some(Answer::Whole(code, body)) => whole(&mut stream, code, &body.to_string()).await,
            Some(Answer::Open(events)) => {
                watch(&mut stream, &events).await;
                std::future::pending::<()>().await;
            }
            Some(Answer::Breaks(events)) => {
                watch(&mut stream, &events).await;
                return;
            }
            None => std::future::pending::<()>().await,
        }
    }
}

/// The first line of the next request, if there is one.
async fn request(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    let head = String::from_utf8(head).unwrap();
    head.lines().next().map(str::to_owned)
}

async fn whole(stream: &mut TcpStream, code: u16, body: &str) {
    let head = format!(
        "HTTP/1.1 {code} X\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all((head + body).as_bytes()).await.unwrap();
}

async fn watch(stream: &mut TcpStream, events: &[Value]) {
    let head =
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    for event in events {
        let line = format!("{event}\n");
        let chunk = format!("{:x}\r\n{line}\r\n", line.len());
        stream.write_all(chunk.as_bytes()).await.unwrap();
    }
}

fn pod(name: &str, version: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": "lab",
        "resourceVersion": version, "managedFields": [{"manager": "kubectl"}],
        "annotations": {"mine": "1", LAST_APPLIED: "{}"}}})
}

fn pods(version: &str, items: &[Value], next: &str) -> Answer {
    Answer::Whole(
        200,
        json!({"apiVersion": "v1", "kind": "PodList", "items": items,
        "metadata": {"resourceVersion": version, "continue": next}}),
    )
}

#[expect(clippy::needless_pass_by_value, reason = "objects are written in place")]
fn event(kind: &str, object: Value) -> Value {
    json!({"type": kind, "object": object})
}

fn failure(code: u16, message: &str) -> Value {
    json!({"kind": "Status", "apiVersion": "v1", "status": "Failure", "message": message,
        "reason": "", "code": code, "metadata": {}})
}

/// What the source says, one line a change, until it has said so much.
async fn heard(server: &mut Server, lines: usize) -> Vec<String> {
    let (sink, changes) = mpsc::channel(8);
    let follower = Follower::new(&server.cluster, "lab", Followed::Pods, Seen::Pod, &sink);
    heard_from(server, follower, changes, lines).await
}

async fn heard_from(
    server: &mut Server,
    follower: Follower<k8s_openapi::api::core::v1::Pod>,
    mut changes: mpsc::Receiver<Change>,
    lines: usize,
) -> Vec<String> {
    server.tasks.spawn(follower.run());
    let mut heard = Vec::new();
    while heard.len() < lines {
        let next = timeout(Duration::from_secs(60), changes.recv()).await;
        let change = next.unwrap_or_else(|_| panic!("nothing more was said after {heard:?}"));
        heard.push(line(&change.unwrap()));
    }
    heard
}

fn line(change: &Change) -> String {
    let object = |seen: &Seen| match seen {
        Seen::Pod(pod) => {
            assert!(pod.metadata.managed_fields.is_none());
            let kept = pod.metadata.annotations.clone().unwrap_or_default();
            assert_eq!(kept.keys().collect::<Vec<_>>(), ["mine"]);
            pod.metadata.name.clone().unwrap()
        }
        _ => unreachable!("only pods are followed here"),
    };
    match change {
        Change::Applied(seen) => format!("applied {}", object(seen)),
        Change::Deleted(seen) => format!("deleted {}", object(seen)),
        Change::Relisting(kind) => format!("relisting {kind:?}"),
        Change::Listed(kind) => format!("listed {kind:?}"),
        Change::Health(_, Health::Stale { error, .. }) => format!("stale: {error}"),
        Change::Health(_, health) => health.words(jiff::Timestamp::UNIX_EPOCH),
    }
}

/// The requests, without what every one of them has.
fn requests(server: &Server) -> Vec<String> {
    let short = |line: &String| {
        let query = line.split(' ').nth(1).unwrap().split_once('?').unwrap().1;
        let told = ["limit", "continue", "watch", "resourceVersion"];
        let parts = query.split('&').filter(|part| told.contains(&part.split('=').next().unwrap()));
        parts.collect::<Vec<_>>().join(" ")
    };
    server.requests.lock().unwrap().iter().map(short).collect()
}

#[tokio::test]
async fn after_an_interruption_the_watch_goes_on_where_it_was() {
    let mut server = server(vec![
        pods("10", &[pod("a", "5")], ""),
        Answer::Breaks(vec![event("ADDED", pod("b", "11"))]),
        Answer::Whole(503, failure(503, "no backend")),
        Answer::Open(vec![event("DELETED", pod("a", "12"))]),
    ])
    .await;
    let heard = heard(&mut server, 8).await;
    let wanted = ["relisting Pods", "applied a", "listed Pods", "live", "applied b"];
    assert_eq!(heard[..5], wanted);
    assert_eq!(heard[5..], ["stale: no backend", "live", "deleted a"]);
    let watches = ["10", "11", "11"].map(|version| format!("watch=true resourceVersion={version}"));
    assert_eq!(requests(&server)[..1], ["limit=500"]);
    assert_eq!(requests(&server)[1..], watches);
}

#[tokio::test]
async fn a_forgotten_version_is_listed_anew_and_a_long_list_comes_in_pages() {
    let gone = event("ERROR", failure(410, "too old resource version"));
    let mut server = server(vec![
        pods("10", &[pod("a", "5")], "more"),
        pods("10", &[pod("b", "6")], ""),
        Answer::Open(vec![gone]),
        pods("20", &[pod("b", "6")], ""),
        Answer::Open(vec![]),
    ])
    .await;
    let heard = heard(&mut server, 8).await;
    let list = ["relisting Pods", "applied a", "applied b", "listed Pods", "live"];
    assert_eq!(heard[..5], list);
    assert_eq!(heard[5..], ["relisting Pods", "applied b", "listed Pods"]);
    assert_eq!(requests(&server)[1], "limit=500 continue=more");
}

#[tokio::test]
async fn a_bookmark_moves_the_version_and_a_refusal_is_told() {
    let bookmark = json!({"type": "BOOKMARK", "object": {"apiVersion": "v1", "kind": "Pod",
        "metadata": {"resourceVersion": "15"}}});
    let mut server = server(vec![
        pods("10", &[], ""),
        Answer::Breaks(vec![bookmark]),
        Answer::Whole(403, failure(403, "pods is forbidden")),
    ])
    .await;
    let heard = heard(&mut server, 4).await;
    assert_eq!(heard, ["relisting Pods", "listed Pods", "live", "forbidden: pods is forbidden"]);
    assert_eq!(requests(&server)[2], "watch=true resourceVersion=15");
}

#[tokio::test]
async fn a_server_that_falls_silent_is_stale_until_it_answers_again() {
    let mut server = server(vec![
        pods("10", &[], ""),
        Answer::Open(vec![event("ADDED", pod("a", "11"))]),
        Answer::Open(vec![event("ADDED", pod("b", "12"))]),
    ])
    .await;
    let (sink, changes) = mpsc::channel(8);
    let mut follower = Follower::new(&server.cluster, "lab", Followed::Pods, Seen::Pod, &sink);
    follower.silence = Duration::from_millis(100);
    let heard = heard_from(&mut server, follower, changes, 7).await;
    let wanted = ["relisting Pods", "listed Pods", "live", "applied a"];
    assert_eq!(heard[..4], wanted);
    assert_eq!(heard[4..], ["stale: the server has fallen silent", "live", "applied b"]);
    assert_eq!(requests(&server)[2], "watch=true resourceVersion=11");
}

#[tokio::test]
async fn dropping_the_handle_ends_all_watches() {
    let server = server(vec![]).await;
    let (sink, mut changes) = mpsc::channel(8);
    let follow = follow(&server.cluster, "lab", &sink);
    assert!(!sink.is_closed());
    drop((follow, sink));
    assert!(changes.recv().await.is_none());
}
