use jiff::Timestamp;

use super::date::http_date;
use super::http_request::Request;

/// An answer before it is written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Reply {
    /// A header by its name.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// Sets a header; an older one of that name is gone.
    pub(super) fn set_header(&mut self, name: &str, value: &str) {
        match self.headers.iter_mut().find(|(known, _)| known.eq_ignore_ascii_case(name)) {
            Some(header) => value.clone_into(&mut header.1),
            None => self.headers.push((name.to_owned(), value.to_owned())),
        }
    }

    /// The bytes of the answer to a request.
    pub(super) fn write(mut self, request: Option<&Request>, now: Timestamp) -> Vec<u8> {
        let closes = request.is_none_or(Request::ends_connection);
        let has_body = !matches!(self.status, 100..=199 | 204 | 304);
        if self.header("date").is_none() {
            self.headers.push(("Date".to_owned(), http_date(now)));
        }
        if has_body && self.header("content-length").is_none() {
            self.headers.push(("Content-Length".to_owned(), self.body.len().to_string()));
        }
        if closes && self.header("connection").is_none() {
            self.headers.push(("Connection".to_owned(), "close".to_owned()));
        }
        let mut text = format!("HTTP/1.1 {} {}\r\n", self.status, reason(self.status));
        for (name, value) in &self.headers {
            text.push_str(&format!("{name}: {}\r\n", value.replace(['\r', '\n'], " ")));
        }
        text.push_str("\r\n");
        let mut bytes = text.into_bytes();
        if has_body && request.is_none_or(|request| request.method != "HEAD") {
            bytes.extend(self.body);
        }
        bytes
    }
}

/// The words behind a status.
pub(crate) fn reason(status: u16) -> &'static str {
    match status {
        100 => "Continue",
        101 => "Switching Protocols",
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        204 => "No Content",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        408 => "Request Timeout",
        409 => "Conflict",
        410 => "Gone",
        412 => "Precondition Failed",
        413 => "Request Entity Too Large",
        418 => "I'm a teapot",
        422 => "Unprocessable Entity",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "Status",
    }
}
