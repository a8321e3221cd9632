//! The little of HTTP/1.1 that the test servers need: one request per connection.

use std::io::{BufRead, BufReader, Read, Result, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::time::Duration;

pub struct Request {
    pub path: String,
    pub query: String,
    pub host: String,
    pub from: SocketAddr,
}

pub struct Response {
    pub status: u16,
    pub kind: &'static str,
    pub body: String,
}

impl Response {
    pub fn text(status: u16, body: impl Into<String>) -> Self {
        let kind = "text/plain; charset=utf-8";
        Self { status, kind, body: body.into() }
    }

    pub fn json(body: String) -> Self {
        Self { status: 200, kind: "application/json; charset=UTF-8", body }
    }

    pub fn not_found() -> Self {
        Self::text(404, "404 page not found\n")
    }
}

/// Serves until the process ends, each connection in a thread of its own.
pub fn serve(
    port: u16,
    answer: impl Fn(&Request) -> Response + Send + Sync + 'static,
) -> Result<()> {
    let answer = Arc::new(answer);
    for stream in TcpListener::bind(("0.0.0.0", port))?.incoming().flatten() {
        let answer = Arc::clone(&answer);
        // A probe that only connects, or a client that went away, is nobody's error.
        std::thread::spawn(move || exchange(stream, answer.as_ref()));
    }
    Ok(())
}

fn exchange(mut stream: TcpStream, answer: &dyn Fn(&Request) -> Response) -> Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let Some(request) = read(&stream)? else {
        return Ok(());
    };
    let Response { status, kind, body } = answer(&request);
    let reason = match status {
        200 => "OK",
        404 => "Not Found",
        _ => "Internal Server Error",
    };
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 {status} {reason}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
}

fn read(stream: &TcpStream) -> Result<Option<Request>> {
    let from = stream.peer_addr()?;
    let mut lines = BufReader::new(stream.take(64 * 1024)).lines();
    let Some(first) = lines.next().transpose()? else {
        return Ok(None);
    };
    let mut host = String::new();
    for line in lines {
        let line = line?;
        match line.split_once(':') {
            Some((name, value)) if name.eq_ignore_ascii_case("host") => host = value.trim().into(),
            _ if line.is_empty() => break,
            _ => {}
        }
    }
    let target = first.split_whitespace().nth(1).unwrap_or("/");
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    Ok(Some(Request { path: path.into(), query: query.into(), host, from }))
}

/// Ends the process with this code on SIGTERM and SIGINT, which PID 1 ignores by default.
pub fn exit_on_signal(code: i32) {
    use std::sync::atomic::{AtomicI32, Ordering};
    static CODE: AtomicI32 = AtomicI32::new(0);
    unsafe extern "C" {
        fn signal(number: i32, handler: extern "C" fn(i32)) -> usize;
        fn _exit(code: i32) -> !;
    }
    extern "C" fn handler(_: i32) {
        // SAFETY: _exit may be called from a signal handler.
        unsafe { _exit(CODE.load(Ordering::Relaxed)) }
    }
    CODE.store(code, Ordering::Relaxed);
    for number in [2, 15] {
        // SAFETY: the handler only calls what a signal handler may.
        unsafe { signal(number, handler) };
    }
}
