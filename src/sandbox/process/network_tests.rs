//! Programs that ask the network, with a test in the network's place.

use std::net::IpAddr;

use super::testing::{at, setup, start};
use super::{Answer, CallKind, Container, SessionId, Stream};

/// Two containers and what lies between: names, one server, silence.
struct Net {
    client: Container,
    server: Container,
}

impl Net {
    fn new(image: &str) -> Self {
        let mut wanted = setup("mhausenblas/simpleservice:0.5.0", &[]);
        wanted.pod_ip = "10.20.2.7".parse().unwrap();
        let server = Container::start(wanted, at(0.0)).unwrap();
        Self { client: start(image, &["sleep", "1000000"]), server }
    }

    fn pump(&mut self, now: f64) {
        let mut joined: Vec<(super::SocketId, super::SocketId)> = Vec::new();
        for _ in 0..20 {
            for call in self.client.take_calls() {
                let answer = match call.kind {
                    CallKind::Resolve(name) if name.starts_with("api") => {
                        let ip: IpAddr = "10.20.2.7".parse().unwrap();
                        Answer::Resolved(Some(("api.default.svc.cluster.local".into(), vec![ip])))
                    }
                    CallKind::Resolve(_) => Answer::Resolved(None),
                    CallKind::Connect(to) if to.to_string().starts_with("10.96.") => continue,
                    CallKind::Connect(to) => {
                        let from = "10.20.1.5:40000".parse().unwrap();
                        match self.server.accept(to.port(), from, at(now)) {
                            Some(far) => {
                                let near = super::SocketId(call.id.0);
                                joined.push((near, far));
                                Answer::Connected(near)
                            }
                            None => Answer::Refused,
                        }
                    }
                    CallKind::Ping(_) => Answer::Echo,
                };
                self.client.answer(call.id, answer, at(now));
            }
            for piece in self.client.take_traffic() {
                let Some((_, far)) = joined.iter().find(|(near, _)| *near == piece.socket) else {
                    continue;
                };
                self.server.deliver(*far, &piece.bytes, at(now));
            }
            for piece in self.server.take_traffic() {
                let Some((near, _)) = joined.iter().find(|(_, far)| *far == piece.socket) else {
                    continue;
                };
                self.client.deliver(*near, &piece.bytes, at(now));
                if piece.closed {
                    self.client.hang_up(*near, at(now));
                }
            }
        }
    }

    fn run(&mut self, command: &str) -> (String, String, Option<i32>) {
        let words = command.split(' ').map(str::to_owned).collect();
        let session: SessionId = self.client.exec(words, false, false, at(1.0)).unwrap();
        self.pump(1.0);
        self.client.advance(at(300.0));
        let chunks = self.client.take_output(session);
        let of = |stream: Stream| -> String {
            let chunks = chunks.iter().filter(|chunk| chunk.stream == stream);
            chunks.map(|chunk| String::from_utf8_lossy(&chunk.bytes).into_owned()).collect()
        };
        (of(Stream::Stdout), of(Stream::Stderr), self.client.exit_code(session))
    }
}

fn check(image: &str, command: &str, wanted: (&str, &str, i32)) {
    let (stdout, stderr, code) = Net::new(image).run(command);
    assert_eq!(
        (stdout.as_str(), stderr.as_str(), code),
        (wanted.0, wanted.1, Some(wanted.2)),
        "{command}"
    );
}

const INFO: &str = r#"{"host": "10.20.2.7:9876", "version": "0.5.0", "from": "10.20.1.5"}"#;

#[test]
fn curl_as_the_lab_uses_it() {
    let jump = "satoms/jumpserver:v1";
    check(jump, "curl -s http://10.20.2.7:9876/info", (INFO, "", 0));
    check(jump, "curl -s -o /dev/null -w %{http_code} api:9876/nothing", ("404", "", 0));
    check(
        jump,
        "curl -sS -f api:9876/nothing",
        ("", "curl: (22) The requested URL returned error: 404\n", 22),
    );
    check(
        jump,
        "curl -sS --connect-timeout 2 http://10.96.0.1:4000/info",
        ("", "curl: (28) Connection timed out after 2001 milliseconds\n", 28),
    );
    check(jump, "curl -sS nowhere", ("", "curl: (6) Could not resolve host: nowhere\n", 6));
    check(
        jump,
        "curl -sS api:81",
        (
            "",
            "curl: (7) Failed to connect to api port 81 after 0 ms: Could not connect to server\n",
            7,
        ),
    );
}

#[test]
fn wget_and_names_in_busybox_words() {
    check("busybox", "wget -qO- http://10.20.2.7:9876/info", (INFO, "", 0));
    check(
        "busybox",
        "wget --spider api:9876/health",
        ("", "Connecting to api:9876 (10.20.2.7:9876)\nremote file exists\n", 0),
    );
    check("busybox", "wget -q -T 1 10.96.0.1", ("", "wget: download timed out\n", 1));
    check("busybox", "wget -q nowhere", ("", "wget: bad address 'nowhere'\n", 1));
    check(
        "busybox",
        "nslookup api",
        (
            "Server:\t\t10.96.0.10\nAddress:\t10.96.0.10:53\n\nName:\tapi.default.svc.cluster.local\nAddress: 10.20.2.7\n\n",
            "",
            0,
        ),
    );
    check("busybox", "nc -zv -w 1 10.20.2.7 9876", ("", "10.20.2.7 (10.20.2.7:9876) open\n", 0));
}
