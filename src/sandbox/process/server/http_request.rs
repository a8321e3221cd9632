/// A request's head is no longer.
const LONGEST_HEAD: usize = 64 << 10;
/// A request's body is no longer.
const LONGEST_BODY: usize = 4 << 20;

/// A request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Request {
    pub(super) method: String,
    /// Path and query, as they were sent.
    pub(super) target: String,
    pub(super) version: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

/// What bytes from a client are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Parsed {
    /// Not a whole request yet.
    More,
    /// A request, and how many bytes it took.
    Request(Box<Request>, usize),
    /// No request: the status to answer.
    Bad(u16),
}

impl Request {
    /// A header by its name.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// The path with its escapes read.
    pub(super) fn path(&self) -> String {
        let target = match self.target.split_once("://") {
            Some((_, rest)) => rest.find('/').map_or("/", |at| &rest[at..]),
            None => &self.target,
        };
        percent_decoded(target.split(['?', '#']).next().unwrap_or_default())
    }

    /// What stands behind the question mark.
    pub(super) fn query(&self) -> &str {
        self.target.split_once('?').map_or("", |(_, query)| query)
    }

    /// A value of the query.
    pub(super) fn query_value(&self, name: &str) -> Option<String> {
        self.query().split('&').find_map(|pair| {
            let (known, value) = pair.split_once('=').unwrap_or((pair, ""));
            (known == name).then(|| percent_decoded(&value.replace('+', " ")))
        })
    }

    /// Whether the client wants the connection to end with the answer.
    pub(super) fn ends_connection(&self) -> bool {
        let connection = self.header("connection").unwrap_or_default().to_ascii_lowercase();
        match self.version.as_str() {
            "HTTP/1.0" => !connection.contains("keep-alive"),
            _ => connection.contains("close"),
        }
    }
}

/// Reads a request from the beginning of what a client has sent.
///
/// Source: RFC 9112; lenient about line ends.
pub(super) fn parse(bytes: &[u8]) -> Parsed {
    let start = bytes.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    let rest = &bytes[start..];
    let Some((head, head_length)) = head_of(rest) else {
        return if rest.len() > LONGEST_HEAD { Parsed::Bad(431) } else { Parsed::More };
    };
    let text = String::from_utf8_lossy(head).into_owned();
    let mut lines = text.lines();
    let mut words = lines.next().unwrap_or_default().split_whitespace();
    let (Some(method), Some(target)) = (words.next(), words.next()) else {
        return Parsed::Bad(400);
    };
    let version = words.next().unwrap_or("HTTP/1.0");
    let is_method = method.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'-');
    if !version.starts_with("HTTP/1.") || !is_method {
        return Parsed::Bad(400);
    }
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
        .take(200)
        .collect();
    let mut request = Request {
        method: method.to_owned(),
        target: target.to_owned(),
        version: version.to_owned(),
        headers,
        body: Vec::new(),
    };
    let after = &rest[head_length..];
    match body_of(&request, after) {
        Body::Whole(body, length) => {
            request.body = body;
            Parsed::Request(Box::new(request), start + head_length + length)
        }
        Body::More => Parsed::More,
        Body::Bad(status) => Parsed::Bad(status),
    }
}

/// The lines before the empty one, and the length with it.
fn head_of(bytes: &[u8]) -> Option<(&[u8], usize)> {
    let ends = |at: usize| match bytes.get(at..) {
        Some([b'\n', b'\n', ..]) => Some(2),
        Some([b'\n', b'\r', b'\n', ..]) => Some(3),
        _ => None,
    };
    let at = bytes.iter().take(LONGEST_HEAD).enumerate().find(|(at, _)| ends(*at).is_some())?.0;
    Some((&bytes[..at], at + ends(at)?))
}

enum Body {
    Whole(Vec<u8>, usize),
    More,
    Bad(u16),
}

fn body_of(request: &Request, bytes: &[u8]) -> Body {
    let coding = request.header("transfer-encoding").unwrap_or_default();
    if coding.to_ascii_lowercase().contains("chunked") {
        return chunked(bytes);
    }
    let length = match request.header("content-length").map(str::parse::<usize>) {
        None => return Body::Whole(Vec::new(), 0),
        Some(Err(_)) => return Body::Bad(400),
        Some(Ok(length)) => length,
    };
    match bytes.get(..length) {
        _ if length > LONGEST_BODY => Body::Bad(413),
        Some(body) => Body::Whole(body.to_vec(), length),
        None => Body::More,
    }
}

fn chunked(bytes: &[u8]) -> Body {
    let mut body = Vec::new();
    let mut at = 0;
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let Some(line_end) = rest.iter().position(|byte| *byte == b'\n') else {
            return if rest.len() > 1024 { Body::Bad(400) } else { Body::More };
        };
        let line = String::from_utf8_lossy(&rest[..line_end]).into_owned();
        let size = line.trim().split(';').next().unwrap_or_default();
        let Ok(size) = usize::from_str_radix(size.trim(), 16) else { return Body::Bad(400) };
        if size > LONGEST_BODY || body.len() + size > LONGEST_BODY {
            return Body::Bad(413);
        }
        at += line_end + 1;
        if size == 0 {
            return trailers(bytes, at, body);
        }
        let Some(piece) = bytes.get(at..at + size) else { return Body::More };
        body.extend_from_slice(piece);
        at += size;
        match bytes.get(at..) {
            Some([b'\r', b'\n', ..]) => at += 2,
            Some([b'\n', ..]) => at += 1,
            Some([] | [b'\r']) | None => return Body::More,
            Some(_) => return Body::Bad(400),
        }
    }
}

fn trailers(bytes: &[u8], mut at: usize, body: Vec<u8>) -> Body {
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let Some(line_end) = rest.iter().position(|byte| *byte == b'\n') else {
            return if rest.len() > LONGEST_HEAD { Body::Bad(431) } else { Body::More };
        };
        let is_empty = rest[..line_end].iter().all(|byte| *byte == b'\r');
        at += line_end + 1;
        if is_empty {
            return Body::Whole(body, at);
        }
    }
}

/// `%20` and its like.
fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        let hex = (*byte == b'%').then(|| after.get(..2)).flatten();
        let value = hex
            .and_then(|hex| std::str::from_utf8(hex).ok())
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match value {
            Some(value) => {
                bytes.push(value);
                rest = &after[2..];
            }
            None => {
                bytes.push(*byte);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn request(text: &str) -> (Request, usize) {
        match parse(text.as_bytes()) {
            Parsed::Request(request, length) => (*request, length),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn requests_are_read() {
        let (get, length) = request("GET /a%20b?x=1&y=a+b HTTP/1.1\r\nHost: h:80\r\n\r\nrest");
        assert_eq!((get.path().as_str(), get.query()), ("/a b", "x=1&y=a+b"));
        assert_eq!(get.query_value("y"), Some("a b".into()));
        assert_eq!(get.header("HOST"), Some("h:80"));
        assert_eq!(length, "GET /a%20b?x=1&y=a+b HTTP/1.1\r\nHost: h:80\r\n\r\n".len());
        assert!(!get.ends_connection());
        assert_eq!(request("POST / HTTP/1.1\nContent-Length: 2\n\nabc").0.body, b"ab");
        let chunked =
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1;x\r\nc\r\n0\r\n\r\n";
        assert_eq!(request(chunked).0.body, b"abc");
        assert_eq!(request(chunked).1, chunked.len());
        assert_eq!(request("GET http://h/p HTTP/1.0\r\n\r\n").0.path(), "/p");
        assert!(request("GET / HTTP/1.0\r\n\r\n").0.ends_connection());
        assert_eq!(parse(b"GET / HTTP/1.1\r\nHost"), Parsed::More);
        assert_eq!(parse(b"\x16\x03\x01\r\n\r\n"), Parsed::Bad(400));
        assert_eq!(request("GET /\r\n\r\n").0.version, "HTTP/1.0");
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let mut text = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
            text.extend(&bytes);
            for text in [&bytes, &text] {
                if let Parsed::Request(_, length) = parse(text) {
                    prop_assert!(length <= text.len());
                }
            }
        }
    }
}
