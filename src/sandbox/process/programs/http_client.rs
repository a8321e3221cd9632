//! What `curl` and `wget` have in common: one request, one answer.

use std::net::{IpAddr, SocketAddr};

use jiff::Timestamp;

use crate::sandbox::process::kernel::{ConnectError, System};

/// An answer is no longer.
const LONGEST: usize = 16 << 20;

/// An answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Response {
    /// The first line: `HTTP/1.1 200 OK`.
    pub(super) status_line: String,
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    /// All lines before the body, as they came.
    pub(super) head: String,
    pub(super) body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum HttpError {
    /// No address has this name.
    NoSuchHost,
    /// Nothing listens at the address.
    Refused(IpAddr),
    /// There is no way to the address.
    Unreachable(IpAddr),
    /// No connection came about in time.
    ConnectTimeOut(IpAddr),
    /// The answer did not come in time.
    TimeOut(usize),
    /// The connection ended without an answer.
    Empty,
    /// What came is no HTTP.
    NotHttp,
    /// The body ended early.
    Truncated(Box<Response>),
}

/// When to give up.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Limits {
    /// The connection has to stand by then.
    pub(super) connect: Option<Timestamp>,
    /// All has to be over by then.
    pub(super) all: Option<Timestamp>,
}

impl Limits {
    fn first(self) -> Option<Timestamp> {
        match (self.connect, self.all) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        }
    }
}

impl Response {
    /// A header by its name.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

/// A connection to a host: its number, and where it leads.
pub(super) async fn connect(
    system: &System,
    host: &str,
    port: u16,
    limits: Limits,
) -> Result<(i32, SocketAddr), HttpError> {
    let resolved = system.or_time(limits.first(), system.resolve(host)).await;
    let Some(Some(resolved)) = resolved else {
        return Err(match resolved {
            None => HttpError::TimeOut(0),
            Some(_) => HttpError::NoSuchHost,
        });
    };
    let Some(ip) = resolved.addresses.first().copied() else { return Err(HttpError::NoSuchHost) };
    let address = SocketAddr::new(ip, port);
    match system.or_time(limits.first(), system.connect(address)).await {
        None => Err(HttpError::ConnectTimeOut(ip)),
        Some(Err(ConnectError::Refused)) => Err(HttpError::Refused(ip)),
        Some(Err(ConnectError::Unreachable)) => Err(HttpError::Unreachable(ip)),
        Some(Ok(number)) => Ok((number, address)),
    }
}

/// Sends a request on a connection and reads the answer; `no_body` for HEAD.
pub(super) async fn exchange(
    system: &System,
    number: i32,
    request: &[u8],
    no_body: bool,
    limits: Limits,
) -> Result<Response, HttpError> {
    let mut received = Vec::new();
    let both = async {
        if system.write(number, request).await.is_err() {
            return Err(HttpError::Empty);
        }
        read(system, number, &mut received, no_body).await
    };
    let answer = system.or_time(limits.all, both).await;
    answer.unwrap_or(Err(HttpError::TimeOut(received.len())))
}

async fn read(
    system: &System,
    number: i32,
    received: &mut Vec<u8>,
    no_body: bool,
) -> Result<Response, HttpError> {
    loop {
        let piece = system.read(number, 64 << 10).await.unwrap_or_default();
        let ended = piece.is_empty();
        received.extend(piece);
        match parse(received, no_body, ended) {
            Some(answer) => return answer,
            None if ended && received.is_empty() => return Err(HttpError::Empty),
            None if ended => return Err(HttpError::NotHttp),
            None if received.len() > LONGEST => return Err(HttpError::NotHttp),
            None => {}
        }
    }
}

/// The answer in what has come; `None` while more is needed.
fn parse(bytes: &[u8], no_body: bool, ended: bool) -> Option<Result<Response, HttpError>> {
    let is_http = bytes.iter().zip(b"HTTP/").all(|(one, other)| one == other);
    if !is_http {
        return Some(Err(HttpError::NotHttp));
    }
    let (head_end, body_start) = head_end(bytes)?;
    let head = String::from_utf8_lossy(&bytes[..head_end]).into_owned();
    let mut lines = head.lines();
    let status_line = lines.next().unwrap_or_default().to_owned();
    let status = status_line.split(' ').nth(1).and_then(|it| it.parse().ok());
    let Some(status) = status else { return Some(Err(HttpError::NotHttp)) };
    let headers = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
        .collect();
    let body = &bytes[body_start..];
    let mut response =
        Response { status_line, status, headers, head: head.clone(), body: Vec::new() };
    if no_body || matches!(status, 204 | 304) {
        return Some(Ok(response));
    }
    let chunked = response.header("transfer-encoding").is_some_and(|it| it.contains("chunked"));
    let length = response.header("content-length").and_then(|it| it.trim().parse::<usize>().ok());
    match (chunked, length) {
        (true, _) => match dechunked(body) {
            Some(body) => response.body = body,
            None if ended => return Some(Err(HttpError::Truncated(Box::new(response)))),
            None => return None,
        },
        (_, Some(length)) => match body.get(..length) {
            Some(body) => response.body = body.to_vec(),
            None if ended => {
                response.body = body.to_vec();
                return Some(Err(HttpError::Truncated(Box::new(response))));
            }
            None => return None,
        },
        (_, None) if ended => response.body = body.to_vec(),
        (_, None) => return None,
    }
    Some(Ok(response))
}

/// Where the head ends, and where the body begins.
fn head_end(bytes: &[u8]) -> Option<(usize, usize)> {
    (0..bytes.len()).find_map(|at| match &bytes[at..] {
        [b'\r', b'\n', b'\r', b'\n', ..] => Some((at + 2, at + 4)),
        [b'\n', b'\n', ..] => Some((at + 1, at + 2)),
        _ => None,
    })
}

fn dechunked(mut bytes: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = bytes.iter().position(|byte| *byte == b'\n')?;
        let size = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let size = usize::from_str_radix(size.trim().split(';').next()?, 16).ok()?;
        bytes = &bytes[end + 1..];
        if size == 0 {
            return Some(body);
        }
        body.extend_from_slice(bytes.get(..size)?);
        bytes = bytes.get(size..)?;
        let line_end = bytes.iter().position(|byte| *byte == b'\n')?;
        bytes = &bytes[line_end + 1..];
    }
}

/// The text of a request.
pub(super) fn request_text(
    method: &str,
    path: &str,
    headers: &[(String, String)],
    body: &[u8],
) -> Vec<u8> {
    let mut text = format!("{method} {path} HTTP/1.1\r\n");
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str("\r\n");
    let mut bytes = text.into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

/// Sets a header; an empty value takes it away.
pub(super) fn set_header(headers: &mut Vec<(String, String)>, name: &str, value: &str) {
    headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
    if !value.is_empty() {
        headers.push((name.to_owned(), value.to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn answers_are_read() {
        let ok = |text: &str, ended| parse(text.as_bytes(), false, ended).map(Result::unwrap);
        let answer = ok("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhix", false).unwrap();
        assert_eq!((answer.status, answer.body.as_slice()), (200, &b"hi"[..]));
        assert_eq!(answer.head, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n");
        assert_eq!(ok("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nh", false), None);
        let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n";
        assert_eq!(ok(chunked, false).unwrap().body, b"hi");
        assert_eq!(ok("HTTP/1.0 200 OK\r\n\r\nall", true).unwrap().body, b"all");
        assert_eq!(parse(b"SSH-2.0", false, false), Some(Err(HttpError::NotHttp)));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let mut text = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
            text.extend(&bytes);
            parse(&text, false, true);
            parse(&bytes, false, true);
        }
    }
}
