use std::net::IpAddr;

use crate::sandbox::kubelet::spec::HttpGet;

/// A request of the kubelet, and where it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) scheme: String,
    pub(crate) host: String,
    pub(crate) port: u16,
    path: String,
    headers: Vec<(String, String)>,
    redirects: usize,
}

/// So many times it follows.
///
/// Source: Go's `net/http`, as `pkg/probe/http/http.go`, `RedirectChecker` does.
const MOST_REDIRECTS: usize = 10;

impl Request {
    /// What a probe or a hook asks for.
    pub(crate) fn new(get: &HttpGet, port: u16, pod: IpAddr) -> Self {
        let host = if get.host.is_empty() { pod.to_string() } else { get.host.clone() };
        let scheme = if get.scheme.eq_ignore_ascii_case("https") { "https" } else { "http" };
        Self {
            scheme: scheme.to_owned(),
            host,
            port,
            path: with_slash(&get.path),
            headers: get.http_headers.iter().map(|h| (h.name.clone(), h.value.clone())).collect(),
            redirects: 0,
        }
    }

    /// The whole address.
    pub(crate) fn url(&self) -> String {
        format!("{}://{}:{}{}", self.scheme, self.host, self.port, self.path)
    }

    /// A failure as Go's client tells it.
    pub(crate) fn failure(&self, what: &str) -> String {
        format!("Get {:?}: {what}", self.url())
    }

    /// As it goes over the wire; headers of the pod win over the kubelet's.
    ///
    /// Source: `pkg/probe/http/request.go`.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let given = |name: &str| {
            self.headers.iter().rev().find(|(known, _)| known.eq_ignore_ascii_case(name))
        };
        let host = format!("{}:{}", self.host, self.port);
        let mut text = format!("GET {} HTTP/1.1\r\n", self.path);
        for (name, usual) in [("Host", &*host), ("User-Agent", "kube-probe/1.36")] {
            let value = given(name).map_or(usual, |(_, value)| value);
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        if given("Accept").is_none() {
            text.push_str("Accept: */*\r\n");
        }
        for (name, value) in &self.headers {
            if !["Host", "User-Agent"].iter().any(|done| done.eq_ignore_ascii_case(name)) {
                text.push_str(&format!("{name}: {value}\r\n"));
            }
        }
        text.push_str("Connection: close\r\n\r\n");
        text.into_bytes()
    }

    /// What to do about an answer.
    ///
    /// Source: `pkg/probe/http/http.go`, `DoHTTPProbe`.
    pub(crate) fn judge(&self, response: &Response) -> Judgement {
        match response.status {
            300..400 => self.follow(response),
            200..300 => Judgement::Success,
            status => Judgement::Failure(format!("HTTP probe failed with statuscode: {status}")),
        }
    }

    fn follow(&self, response: &Response) -> Judgement {
        let Some(location) = response.location.as_deref().filter(|_| response.is_redirect()) else {
            return Judgement::Success;
        };
        let Some(next) = self.towards(location) else {
            return Judgement::Elsewhere;
        };
        if next.redirects > MOST_REDIRECTS {
            return Judgement::Failure(next.failure("stopped after 10 redirects"));
        }
        Judgement::Follow(next)
    }

    /// The request to a location on the same host; none for another host.
    fn towards(&self, location: &str) -> Option<Self> {
        let mut next = Self { redirects: self.redirects + 1, ..self.clone() };
        let (scheme, rest) = match location.split_once("://") {
            Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest),
            None if location.starts_with("//") => (self.scheme.clone(), &location[2..]),
            None => {
                next.path = if location.starts_with('/') {
                    location.to_owned()
                } else {
                    let folder = self.path.rfind('/').map_or("", |at| &self.path[..at]);
                    format!("{folder}/{location}")
                };
                return Some(next);
            }
        };
        let (authority, path) = match rest.find('/') {
            Some(at) => rest.split_at(at),
            None => (rest, "/"),
        };
        let usual = if scheme == "https" { 443 } else { 80 };
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) => (host, port.parse().ok()?),
            None => (authority, usual),
        };
        (host == self.host).then(|| Self { scheme, port, path: path.to_owned(), ..next })
    }
}

fn with_slash(path: &str) -> String {
    if path.starts_with('/') { path.to_owned() } else { format!("/{path}") }
}

/// What an answer means.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Judgement {
    Success,
    Failure(String),
    /// It sends the asker to another host, who does not go there.
    Elsewhere,
    /// It sends the asker somewhere on the same host.
    Follow(Request),
}

/// The head of an answer, and what is there of the rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) location: Option<String>,
    pub(crate) body: String,
}

impl Response {
    fn is_redirect(&self) -> bool {
        matches!(self.status, 301 | 302 | 303 | 307 | 308)
    }

    /// Reads an answer as far as it has come; none where its head is not complete.
    ///
    /// # Errors
    /// Go's words for what is no answer.
    pub(crate) fn read(bytes: &[u8], is_closed: bool) -> Result<Option<Self>, String> {
        let text = String::from_utf8_lossy(bytes);
        if text.is_empty() {
            return if is_closed { Err("EOF".to_owned()) } else { Ok(None) };
        }
        let first = text.lines().next().unwrap_or_default();
        let is_http =
            "HTTP/1.".starts_with(&first[..first.len().min(7)]) || first.starts_with("HTTP/1.");
        if !is_http {
            return Err(format!(
                "net/http: HTTP/1.x transport connection broken: malformed HTTP response {first:?}"
            ));
        }
        let Some((head, body)) = text.split_once("\r\n\r\n").or_else(|| text.split_once("\n\n"))
        else {
            return if is_closed { Err("unexpected EOF".to_owned()) } else { Ok(None) };
        };
        let code = first.split_whitespace().nth(1).and_then(|code| code.parse().ok());
        let status = code.ok_or_else(|| {
            format!("net/http: HTTP/1.x transport connection broken: malformed HTTP status code {first:?}")
        })?;
        let location = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("location").then(|| value.trim().to_owned())
        });
        Ok(Some(Self { status, location, body: body.to_owned() }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(get: serde_json::Value) -> Request {
        let get: HttpGet = serde_json::from_value(get).unwrap();
        Request::new(&get, 8080, "10.20.1.4".parse().unwrap())
    }

    #[test]
    fn the_request_is_the_kubelets() {
        let get = request(serde_json::json!({
            "path": "healthz",
            "httpHeaders": [{ "name": "X-Custom-Header", "value": "Awesome" }],
        }));
        assert_eq!(get.url(), "http://10.20.1.4:8080/healthz");
        insta::assert_snapshot!(String::from_utf8(get.bytes()).unwrap().replace('\r', ""), @r"
        GET /healthz HTTP/1.1
        Host: 10.20.1.4:8080
        User-Agent: kube-probe/1.36
        Accept: */*
        X-Custom-Header: Awesome
        Connection: close
        ");
        let named = request(serde_json::json!({
            "httpHeaders": [
                { "name": "host", "value": "web.example" },
                { "name": "accept", "value": "text/plain" },
            ],
        }));
        insta::assert_snapshot!(String::from_utf8(named.bytes()).unwrap().replace('\r', ""), @r"
        GET / HTTP/1.1
        Host: web.example
        User-Agent: kube-probe/1.36
        accept: text/plain
        Connection: close
        ");
    }

    #[test]
    fn answers_are_judged_by_their_status() {
        let get = request(serde_json::json!({ "path": "/a/b" }));
        let judge =
            |text: &str| get.judge(&Response::read(text.as_bytes(), false).unwrap().unwrap());
        assert_eq!(judge("HTTP/1.1 200 OK\r\n\r\nok"), Judgement::Success);
        assert_eq!(judge("HTTP/1.0 304 Not Modified\r\n\r\n"), Judgement::Success);
        assert_eq!(
            judge("HTTP/1.0 500 Internal Server Error\r\n\r\n"),
            Judgement::Failure("HTTP probe failed with statuscode: 500".into())
        );
        let to = |location: &str| match judge(&format!(
            "HTTP/1.1 302 Found\r\nLocation: {location}\r\n\r\n"
        )) {
            Judgement::Follow(next) => next.url(),
            other => format!("{other:?}"),
        };
        assert_eq!(to("/c"), "http://10.20.1.4:8080/c");
        assert_eq!(to("c"), "http://10.20.1.4:8080/a/c");
        assert_eq!(to("https://10.20.1.4:8443/c"), "https://10.20.1.4:8443/c");
        assert_eq!(to("//10.20.1.4/c"), "http://10.20.1.4:80/c");
        assert_eq!(to("http://10.20.1.4"), "http://10.20.1.4:80/");
        assert_eq!(to("http://example.com/c"), "Elsewhere");
        assert_eq!(to("http://10.20.1.4:x/c"), "Elsewhere");
    }

    #[test]
    fn redirects_have_an_end() {
        let mut get = request(serde_json::json!({}));
        let round = Response { status: 301, location: Some("/".into()), body: String::new() };
        for _ in 0..10 {
            let Judgement::Follow(next) = get.judge(&round) else { panic!("it stops too early") };
            get = next;
        }
        assert_eq!(
            get.judge(&round),
            Judgement::Failure("Get \"http://10.20.1.4:8080/\": stopped after 10 redirects".into())
        );
    }

    #[test]
    fn what_is_no_answer_is_told_in_gos_words() {
        assert_eq!(Response::read(b"", false), Ok(None));
        assert_eq!(Response::read(b"HTT", false), Ok(None));
        assert_eq!(Response::read(b"HTTP/1.1 200 OK\r\nA: b", false), Ok(None));
        let wrong = |bytes: &[u8]| Response::read(bytes, true).unwrap_err();
        assert_eq!(wrong(b""), "EOF");
        assert_eq!(wrong(b"HTTP/1.1 200 OK\r\n"), "unexpected EOF");
        let broken = "net/http: HTTP/1.x transport connection broken: malformed HTTP";
        assert_eq!(wrong(b"hello\n"), format!("{broken} response \"hello\""));
        assert_eq!(wrong(b"HTTP/1.1 x\r\n\r\n"), format!("{broken} status code \"HTTP/1.1 x\""));
        assert_eq!(wrong("ä\u{20ac}ö".as_bytes()), format!("{broken} response \"ä\u{20ac}ö\""));
    }
}
