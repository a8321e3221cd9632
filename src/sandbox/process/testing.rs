//! Containers for tests.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::OnceLock;
use std::time::Duration;

use jiff::Timestamp;

use super::{Container, ContainerSetup, Ended, StartFailure, Stream};
use crate::sandbox::images::{Images, Lookup};

pub(crate) fn images() -> &'static Images {
    static IMAGES: OnceLock<Images> = OnceLock::new();
    IMAGES.get_or_init(|| Images::shipped().unwrap())
}

/// A pod's container of this image, without anything of its own.
pub(crate) fn setup(image: &str, command: &[&str]) -> ContainerSetup {
    let (Lookup::Known(image) | Lookup::Simulated(image)) = images().find(image) else {
        panic!("no image {image}");
    };
    ContainerSetup {
        image,
        command: command.iter().map(|word| (*word).to_owned()).collect(),
        args: Vec::new(),
        env: Vec::new(),
        working_dir: None,
        hostname: "pod".to_owned(),
        pod_ip: IpAddr::V4(Ipv4Addr::new(10, 20, 1, 5)),
        namespace: "default".to_owned(),
        mounts: Vec::new(),
        stdin: false,
        tty: false,
        memory_limit: None,
        user: None,
        group: None,
        read_only_root: false,
        host_aliases: Vec::new(),
    }
}

/// So many seconds after the start.
pub(crate) fn at(seconds: f64) -> Timestamp {
    let start: Timestamp = "2026-01-02T03:04:05Z".parse().unwrap();
    start + jiff::SignedDuration::try_from(Duration::from_secs_f64(seconds)).unwrap()
}

pub(crate) fn start(image: &str, command: &[&str]) -> Container {
    Container::start(setup(image, command), at(0.0)).unwrap()
}

pub(crate) fn failure(image: &str, command: &[&str]) -> StartFailure {
    Container::start(setup(image, command), at(0.0)).unwrap_err()
}

/// What was written to either stream.
pub(crate) fn log(container: &mut Container) -> String {
    let chunks = container.take_log();
    chunks.iter().map(|chunk| String::from_utf8_lossy(&chunk.bytes).into_owned()).collect()
}

/// Runs a program beside the main one for up to a minute: output, errors, exit code.
pub(crate) fn exec(container: &mut Container, command: &[&str], now: f64) -> (String, String, i32) {
    let command = command.iter().map(|word| (*word).to_owned()).collect();
    let session = container.exec(command, false, false, at(now)).unwrap();
    container.advance(at(now + 60.0));
    let chunks = container.take_output(session);
    let of = |stream: Stream| -> String {
        let chunks = chunks.iter().filter(|chunk| chunk.stream == stream);
        chunks.map(|chunk| String::from_utf8_lossy(&chunk.bytes).into_owned()).collect()
    };
    let code = container.exit_code(session).unwrap_or(-1);
    container.leave(session, at(now + 60.0));
    (of(Stream::Stdout), of(Stream::Stderr), code)
}

/// A script as the only process of a container: what it wrote, and its end.
pub(crate) fn script(image: &str, shell: &str, text: &str) -> (String, Option<Ended>) {
    let mut container = start(image, &[shell, "-c", text]);
    let mut written = log(&mut container);
    for second in 1..600 {
        if container.ended().is_some() {
            break;
        }
        container.advance(at(f64::from(second) * 0.1));
        written.push_str(&log(&mut container));
    }
    written.push_str(&log(&mut container));
    (written, container.ended().cloned())
}

/// Sends bytes to a port from elsewhere: what comes back, and whether it was closed.
pub(crate) fn talk(container: &mut Container, port: u16, text: &str, now: f64) -> (String, bool) {
    let from = "10.20.1.9:40000".parse().unwrap();
    let Some(socket) = container.accept(port, from, at(now)) else {
        return ("refused".to_owned(), true);
    };
    container.deliver(socket, text.as_bytes(), at(now));
    let mut back = (String::new(), false);
    for traffic in container.take_traffic() {
        assert_eq!(traffic.socket, socket);
        back.0.push_str(&String::from_utf8_lossy(&traffic.bytes));
        back.1 |= traffic.closed;
    }
    container.hang_up(socket, at(now));
    container.take_traffic();
    back
}

/// The body of an answer to a GET, behind its status.
pub(crate) fn get(container: &mut Container, port: u16, path: &str, now: f64) -> String {
    let request = format!("GET {path} HTTP/1.1\r\nHost: 10.20.1.5:{port}\r\n\r\n");
    let (reply, _) = talk(container, port, &request, now);
    let (head, body) = reply.split_once("\r\n\r\n").unwrap_or((&reply, ""));
    let status = head.split(' ').nth(1).unwrap_or_default();
    format!("{status} {body}")
}
