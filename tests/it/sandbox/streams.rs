//! exec, attach, logs and port-forward, as a client of kube-rs has them.

use std::time::Duration;

use futures::{AsyncBufReadExt, TryStreamExt};
use k8s_openapi::api::core::v1::Pod;
use kube::api::{AttachParams, AttachedProcess, LogParams, PostParams, TerminalSize};
use kube::runtime::wait::{await_condition, conditions::is_pod_running};
use kube::{Api, Client};
use serde_json::json;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};

use crate::support::{Simulated, block_on};

/// How long something may take that a person would wait for as well.
const PATIENCE: Duration = Duration::from_secs(60);

async fn within<T>(what: &str, future: impl Future<Output = T>) -> T {
    let answer = tokio::time::timeout(PATIENCE, future).await;
    answer.unwrap_or_else(|_| panic!("waited in vain: {what}"))
}

/// A pod with one container, as soon as it runs.
async fn running(client: &Client, name: &str, container: serde_json::Value) -> Api<Pod> {
    let pods: Api<Pod> = Api::default_namespaced(client.clone());
    let mut container = container;
    container["name"] = json!("main");
    let pod = json!({
        "metadata": {"name": name},
        "spec": {"containers": [container], "terminationGracePeriodSeconds": 1},
    });
    let pod = serde_json::from_value(pod).unwrap();
    pods.create(&PostParams::default(), &pod).await.unwrap();
    let condition = await_condition(pods.clone(), name, is_pod_running());
    within("the pod runs", condition).await.unwrap();
    pods
}

fn idle() -> serde_json::Value {
    json!({"image": "busybox", "command": ["sleep", "3600"]})
}

async fn read(stream: Option<impl AsyncRead + Unpin>) -> String {
    let mut text = String::new();
    if let Some(mut stream) = stream {
        stream.read_to_string(&mut text).await.unwrap();
    }
    text
}

/// What a process writes until it ends, and its exit code.
async fn ended(mut process: AttachedProcess) -> (String, String, i32) {
    let status = process.take_status().unwrap();
    let (stdout, stderr) = (process.stdout(), process.stderr());
    let reading = async { tokio::join!(read(stdout), read(stderr)) };
    let (stdout, stderr) = within("its output", reading).await;
    let status = within("its status", status).await.unwrap();
    process.join().await.unwrap();
    if status.status.as_deref() == Some("Success") {
        return (stdout, stderr, 0);
    }
    let causes = status.details.unwrap().causes.unwrap();
    let code = causes.iter().find(|cause| cause.reason.as_deref() == Some("ExitCode")).unwrap();
    (stdout, stderr, code.message.as_ref().unwrap().parse().unwrap())
}

#[test]
fn exec_tells_output_errors_and_exit_code() {
    block_on(async {
        let simulated = Simulated::start(10).await;
        let pods = running(&simulated.client().await, "web", idle()).await;
        for (script, wanted) in [
            ("echo out; echo err >&2", ("out\n", "err\n", 0)),
            ("exit 3", ("", "", 3)),
            ("sleep 1; echo late", ("late\n", "", 0)),
            ("nosuch", ("", "sh: nosuch: not found\n", 127)),
        ] {
            let parameters = AttachParams::default().stdin(false);
            let process = pods.exec("web", ["sh", "-c", script], &parameters).await.unwrap();
            let (stdout, stderr, code) = ended(process).await;
            assert_eq!((stdout.as_str(), stderr.as_str(), code), wanted, "{script}");
        }
    });
}

#[test]
fn exec_takes_input_and_its_end() {
    block_on(async {
        let simulated = Simulated::start(10).await;
        let pods = running(&simulated.client().await, "web", idle()).await;
        let parameters = AttachParams::default().stdin(true).stderr(false);
        let mut process = pods.exec("web", ["cat"], &parameters).await.unwrap();
        let mut stdin = process.stdin().unwrap();
        let long = "0123456789abcdef\n".repeat(20_000);
        let sent = long.clone();
        let writing = tokio::spawn(async move {
            stdin.write_all(sent.as_bytes()).await.unwrap();
            stdin.shutdown().await.unwrap();
        });
        let (stdout, _, code) = ended(process).await;
        writing.await.unwrap();
        assert_eq!((stdout.len(), code), (long.len(), 0));
        assert!(stdout == long);
    });
}

#[test]
fn a_terminal_echoes_and_knows_its_size() {
    block_on(async {
        let simulated = Simulated::start(10).await;
        let pods = running(&simulated.client().await, "web", idle()).await;
        let parameters = AttachParams::interactive_tty();
        let mut process = pods.exec("web", ["sh"], &parameters).await.unwrap();
        let mut sizes = process.terminal_size().unwrap();
        futures::SinkExt::send(&mut sizes, TerminalSize { width: 101, height: 33 }).await.unwrap();
        let mut stdin = process.stdin().unwrap();
        let mut stdout = process.stdout().unwrap();
        let mut seen = String::new();
        within("the prompt", async {
            while !seen.contains("# ") {
                let mut bytes = [0; 1024];
                let count = stdout.read(&mut bytes).await.unwrap();
                assert_ne!(count, 0, "{seen}");
                seen.push_str(&String::from_utf8_lossy(&bytes[..count]));
            }
        })
        .await;
        // Size and keys go on channels of their own: which of them comes first is open, so
        // it is asked again until the size is there.
        within("the terminal's answer", async {
            let mut prompts = 1;
            while !seen.contains("33 101") {
                stdin.write_all(b"echo $((6*7)) && stty size\r").await.unwrap();
                prompts += 1;
                while seen.matches("# ").count() < prompts {
                    let mut bytes = [0; 1024];
                    let count = stdout.read(&mut bytes).await.unwrap();
                    assert_ne!(count, 0, "{seen}");
                    seen.push_str(&String::from_utf8_lossy(&bytes[..count]));
                }
            }
        })
        .await;
        assert!(seen.contains("\r\n42\r\n"), "{seen}");
        assert!(seen.contains("echo $((6*7))"), "{seen}");
        stdin.write_all(b"exit 4\r").await.unwrap();
        drop(stdout);
        let status = process.take_status().unwrap();
        let status = within("its status", status).await.unwrap();
        assert_eq!(status.reason.as_deref(), Some("NonZeroExitCode"));
    });
}

#[test]
fn what_is_typed_before_the_prompt_is_not_lost() {
    block_on(async {
        let simulated = Simulated::start(10).await;
        let pods = running(&simulated.client().await, "web", idle()).await;
        for round in 0..20 {
            let parameters = AttachParams::interactive_tty();
            let mut process = pods.exec("web", ["sh"], &parameters).await.unwrap();
            let (mut stdin, mut stdout) = (process.stdin().unwrap(), process.stdout().unwrap());
            let typed = format!("read a\rword\recho $a-{round}\rexit\r");
            stdin.write_all(typed.as_bytes()).await.unwrap();
            let mut seen = String::new();
            within("all of it", stdout.read_to_string(&mut seen)).await.unwrap();
            assert!(seen.contains(&format!("\r\nword-{round}\r\n")), "{seen}");
        }
    });
}

#[test]
fn attach_joins_what_runs() {
    block_on(async {
        let simulated = Simulated::start(10).await;
        let shell = json!({"image": "busybox", "command": ["sh"], "stdin": true, "tty": true});
        let pods = running(&simulated.client().await, "shell", shell).await;
        let mut process = pods.attach("shell", &AttachParams::interactive_tty()).await.unwrap();
        let mut stdin = process.stdin().unwrap();
        let mut stdout = process.stdout().unwrap();
        stdin.write_all(b"hostname\r").await.unwrap();
        let mut seen = String::new();
        within("the shell's answer", async {
            while !seen.contains("\r\nshell\r\n") {
                let mut bytes = [0; 1024];
                let count = stdout.read(&mut bytes).await.unwrap();
                assert_ne!(count, 0, "{seen}");
                seen.push_str(&String::from_utf8_lossy(&bytes[..count]));
            }
        })
        .await;
    });
}

#[test]
fn a_container_that_does_not_run_has_no_streams() {
    block_on(async {
        let simulated = Simulated::start(10).await;
        let pods = running(&simulated.client().await, "web", idle()).await;
        let parameters = AttachParams::default().stdin(false);
        let missing = pods.exec("nope", ["ls"], &parameters).await.err().unwrap();
        assert!(missing.to_string().contains("pods \"nope\" not found"), "{missing}");
        let other = AttachParams::default().stdin(false).container("other");
        let other = pods.exec("web", ["ls"], &other).await.err().unwrap();
        assert!(other.to_string().contains("container other is not valid for pod web"), "{other}");
        let mut unknown = pods.exec("web", ["nosuchprogram"], &parameters).await.unwrap();
        let status = within("its status", unknown.take_status().unwrap()).await.unwrap();
        let message = status.message.unwrap();
        assert!(message.contains("executable file not found in $PATH"), "{message}");
    });
}

#[test]
fn a_log_is_followed_to_the_end() {
    block_on(async {
        let simulated = Simulated::start(10).await;
        let script = "for i in 1 2 3; do echo line $i; sleep 2; done";
        let counting = json!({"image": "busybox", "command": ["sh", "-c", script]});
        let client = simulated.client().await;
        let pods: Api<Pod> = running(&client, "count", counting).await;
        let follow = LogParams { follow: true, ..LogParams::default() };
        let lines = pods.log_stream("count", &follow).await.unwrap().lines();
        let read = async {
            lines
                .try_take_while(|line| {
                    let more = line != "line 3";
                    async move { Ok(more) }
                })
                .try_collect::<Vec<_>>()
                .await
        };
        assert_eq!(within("the lines", read).await.unwrap(), ["line 1", "line 2"]);
        let last = LogParams { tail_lines: Some(1), timestamps: true, ..LogParams::default() };
        let last = pods.logs("count", &last).await.unwrap();
        assert!(last.contains("Z line "), "{last}");
    });
}

#[test]
fn a_port_is_forwarded_and_a_closed_one_is_told() {
    block_on(async {
        let simulated = Simulated::start(10).await;
        let web = json!({"image": "nginx"});
        let pods = running(&simulated.client().await, "web", web).await;
        let mut forward = pods.portforward("web", &[80, 81]).await.unwrap();
        let mut stream = forward.take_stream(80).unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await.unwrap();
        let mut page = String::new();
        within("the page", stream.read_to_string(&mut page)).await.unwrap();
        assert!(page.starts_with("HTTP/1.1 200 OK"), "{page}");
        assert!(page.contains("Welcome to nginx!"), "{page}");
        let error = within("the error", forward.take_error(81).unwrap()).await.unwrap();
        assert!(error.contains("connection refused"), "{error}");
    });
}
