//! Stands in for Kubernetes' agnhost test image, and as `/server` for the old liveness one.

#[allow(dead_code, reason = "each server uses its part of it")]
mod http;

use http::{Request, Response};
use std::net::UdpSocket;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

fn main() -> std::io::Result<()> {
    let mut args = std::env::args();
    let program = args.next().unwrap_or_default();
    let command = if program.ends_with("/server") { Some("liveness".into()) } else { args.next() };
    let rest: Vec<String> = args.collect();
    match command.as_deref() {
        Some("liveness") => liveness(),
        Some("netexec") => netexec(&rest),
        None | Some("pause") => pause(),
        Some(other) => {
            eprintln!("Error: unknown command \"{other}\" for \"app\"");
            std::process::exit(1);
        }
    }
}

/// Well for ten seconds, then not. A Go program without a handler ends with 2, so this one too.
fn liveness() -> std::io::Result<()> {
    http::exit_on_signal(2);
    let started = Instant::now();
    http::serve(8080, move |request| {
        let age = started.elapsed();
        match request.path.as_str() {
            "/healthz" if age > Duration::from_secs(10) => {
                Response::text(500, format!("error: {}", age.as_secs_f64()))
            }
            "/healthz" => Response::text(200, "ok"),
            "/started" => Response::text(200, age.as_secs_f64().to_string()),
            _ => Response::not_found(),
        }
    })
}

fn netexec(args: &[String]) -> std::io::Result<()> {
    http::exit_on_signal(0);
    let udp = flag(args, "udp-port", 8081);
    std::thread::spawn(move || answer_datagrams(udp));
    http::serve(flag(args, "http-port", 8080), answer)
}

fn pause() -> std::io::Result<()> {
    http::exit_on_signal(0);
    println!("Paused");
    loop {
        std::thread::park();
    }
}

/// The port that `--NAME=PORT` or `--NAME PORT` gives.
fn flag(args: &[String], name: &str, default: u16) -> u16 {
    let name = format!("--{name}");
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let value = match arg.strip_prefix(&name) {
            Some("") => args.next().map(String::as_str),
            Some(rest) => rest.strip_prefix('='),
            None => None,
        };
        if let Some(port) = value.and_then(|value| value.parse().ok()) {
            return port;
        }
    }
    default
}

fn answer(request: &Request) -> Response {
    let body = match request.path.as_str() {
        "/" => {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            format!("NOW: {}.{:09}", now.as_secs(), now.subsec_nanos())
        }
        "/hostname" | "/hostName" => hostname(),
        "/clientip" => request.from.to_string(),
        "/healthz" => String::new(),
        "/echo" => request.query.strip_prefix("msg=").unwrap_or_default().into(),
        "/exit" => std::process::exit(
            request.query.strip_prefix("code=").and_then(|code| code.parse().ok()).unwrap_or(0),
        ),
        _ => return Response::not_found(),
    };
    Response::text(200, body)
}

fn answer_datagrams(port: u16) -> std::io::Result<()> {
    let socket = UdpSocket::bind(("0.0.0.0", port))?;
    let mut buffer = [0; 2048];
    loop {
        let (length, from) = socket.recv_from(&mut buffer)?;
        let text = String::from_utf8_lossy(&buffer[..length]).trim().to_owned();
        let reply = match text.split_once(' ').unwrap_or((&text, "")) {
            ("hostname", _) => hostname(),
            ("clientip", _) => from.to_string(),
            ("echo", message) => message.to_owned(),
            _ => continue,
        };
        socket.send_to(reply.as_bytes(), from)?;
    }
}

fn hostname() -> String {
    std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default().trim().to_owned()
}
