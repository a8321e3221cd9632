//! One request to the API server, with a time limit and its errors in words.

use std::io;
use std::time::Duration;

use futures::AsyncBufRead;
use http::{Method, Request, header};
use kube::client::Body;
use kube::core::Status;
use serde_json::Value;

use super::Cluster;
use super::connect::CONNECT_LIMIT;

/// How long a request that is no stream may take, unless it says otherwise.
pub const REQUEST_LIMIT: Duration = Duration::from_secs(10);

/// What an answer shall look like; `kubectl/pkg/cmd/get/get.go`, `transformRequests`.
const TABLE: &str = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";

/// A request, before it is sent.
#[derive(Debug, Clone, PartialEq)]
pub struct ApiRequest {
    method: Method,
    path: String,
    query: Vec<(String, String)>,
    accept: &'static str,
    body: Option<(&'static str, Vec<u8>)>,
    limit: Duration,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// Its body.
    pub body: Vec<u8>,
    /// What the server warned of, one text each.
    pub warnings: Vec<String>,
}

/// Why a request has no answer that could be used.
#[derive(Debug, thiserror::Error)]
pub enum RequestError {
    /// The server says no, and why.
    #[error("the server answered: {}", .0.message)]
    Status(Box<Status>),
    /// Nothing listens there.
    #[error("the connection to {server} was refused")]
    Refused {
        /// Host and port.
        server: String,
    },
    /// No name, no route, no trust.
    #[error("{server} could not be reached: {reason}")]
    Unreachable {
        /// Host and port.
        server: String,
        /// The innermost cause.
        reason: String,
    },
    /// No answer in time.
    #[error("{server} did not answer within {} s", .limit.as_secs())]
    TimedOut {
        /// Host and port.
        server: String,
        /// How long was waited.
        limit: Duration,
    },
    /// An answer that is no JSON.
    #[error("the answer could not be read: {0}")]
    Answer(#[from] serde_json::Error),
}

impl RequestError {
    /// The server's status, where it answered with one.
    pub fn status(&self) -> Option<&Status> {
        match self {
            Self::Status(status) => Some(status),
            _ => None,
        }
    }

    /// There is no such object.
    pub fn is_not_found(&self) -> bool {
        self.status().is_some_and(|status| status.code == 404)
    }

    /// The server is away, which may pass.
    pub fn is_away(&self) -> bool {
        matches!(self, Self::Refused { .. } | Self::Unreachable { .. } | Self::TimedOut { .. })
    }
}

impl ApiRequest {
    fn new(method: Method, path: impl Into<String>) -> Self {
        Self {
            method,
            path: path.into(),
            query: Vec::new(),
            accept: "application/json",
            body: None,
            limit: REQUEST_LIMIT,
        }
    }

    /// `GET path`.
    pub fn get(path: impl Into<String>) -> Self {
        Self::new(Method::GET, path)
    }

    /// `POST path` with a JSON body.
    pub fn post(path: impl Into<String>, object: &Value) -> Self {
        Self::new(Method::POST, path).with_body("application/json", object)
    }

    /// `PUT path` with a JSON body.
    pub fn put(path: impl Into<String>, object: &Value) -> Self {
        Self::new(Method::PUT, path).with_body("application/json", object)
    }

    /// `PATCH path` with a body of this media type.
    pub fn patch(path: impl Into<String>, media_type: &'static str, patch: &Value) -> Self {
        Self::new(Method::PATCH, path).with_body(media_type, patch)
    }

    /// `DELETE path` with its options.
    pub fn delete(path: impl Into<String>, options: &Value) -> Self {
        Self::new(Method::DELETE, path).with_body("application/json", options)
    }

    fn with_body(mut self, media_type: &'static str, value: &Value) -> Self {
        self.body = Some((media_type, value.to_string().into_bytes()));
        self
    }

    /// With a query parameter; an empty value is left out.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<String>) -> Self {
        let value = value.into();
        if !value.is_empty() {
            self.query.push((key.to_owned(), value));
        }
        self
    }

    /// Asks for a table made by the server.
    #[must_use]
    pub fn as_table(mut self) -> Self {
        self.accept = TABLE;
        self
    }

    /// Asks for this media type.
    #[must_use]
    pub fn accepting(mut self, media_type: &'static str) -> Self {
        self.accept = media_type;
        self
    }

    /// With another time limit.
    #[must_use]
    pub fn within(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// Path and query, as it is sent.
    pub fn uri(&self) -> String {
        let mut uri = self.path.clone();
        for (index, (key, value)) in self.query.iter().enumerate() {
            uri.push(if index == 0 { '?' } else { '&' });
            uri.push_str(&percent_encoded(key));
            uri.push('=');
            uri.push_str(&percent_encoded(value));
        }
        uri
    }

    fn to_http(&self) -> Result<Request<Vec<u8>>, http::Error> {
        let mut builder = Request::builder()
            .method(&self.method)
            .uri(self.uri())
            .header(header::ACCEPT, self.accept);
        if let Some((media_type, _)) = &self.body {
            builder = builder.header(header::CONTENT_TYPE, *media_type);
        }
        builder.body(self.body.as_ref().map(|(_, bytes)| bytes.clone()).unwrap_or_default())
    }
}

impl Cluster {
    /// Sends a request and reads the whole answer.
    ///
    /// # Errors
    /// [`RequestError`]; every status but 2xx is one.
    pub async fn send(&self, request: &ApiRequest) -> Result<Reply, RequestError> {
        let limit = request.limit.min(self.request_limit());
        match tokio::time::timeout(limit, self.exchange(request)).await {
            Ok(answer) => answer,
            Err(_) => Err(RequestError::TimedOut { server: self.host(), limit }),
        }
    }

    /// Sends a request and reads the answer as JSON.
    ///
    /// # Errors
    /// [`RequestError`].
    pub async fn json(&self, request: &ApiRequest) -> Result<Value, RequestError> {
        Ok(serde_json::from_slice(&self.send(request).await?.body)?)
    }

    /// Sends a request whose answer is read as it comes. Only its beginning has a limit.
    ///
    /// # Errors
    /// [`RequestError`].
    pub async fn open(
        &self,
        request: &ApiRequest,
    ) -> Result<impl AsyncBufRead + Send + use<>, RequestError> {
        let http = request.to_http().map_err(|error| self.unreachable(error.to_string()))?;
        let client = self.client();
        let limit = request.limit;
        match tokio::time::timeout(limit, client.request_stream(http)).await {
            Ok(answer) => answer.map_err(|error| self.explain(&error)),
            Err(_) => Err(RequestError::TimedOut { server: self.host(), limit }),
        }
    }

    async fn exchange(&self, request: &ApiRequest) -> Result<Reply, RequestError> {
        let http = request.to_http().map_err(|error| self.unreachable(error.to_string()))?;
        let answer =
            self.client().send(http.map(Body::from)).await.map_err(|error| self.explain(&error))?;
        let (head, body) = answer.into_parts();
        let body = body.collect_bytes().await.map_err(|error| self.explain(&error))?.to_vec();
        if !head.status.is_success() {
            return Err(RequestError::Status(Box::new(status_of(head.status.as_u16(), &body))));
        }
        let warnings = head
            .headers
            .get_all(header::WARNING)
            .iter()
            .filter_map(|value| value.to_str().ok().and_then(warning_text))
            .collect();
        Ok(Reply { body, warnings })
    }

    /// The words for what kube reports.
    pub fn explain(&self, error: &kube::Error) -> RequestError {
        if let kube::Error::Api(status) = error {
            // kube's own reason for an answer that is plain text.
            return RequestError::Status(if status.reason == "Failed to parse error data" {
                Box::new(status_of(status.code, status.message.as_bytes()))
            } else {
                status.clone()
            });
        }
        let mut cause: &(dyn std::error::Error + 'static) = error;
        loop {
            match cause.downcast_ref::<io::Error>().map(io::Error::kind) {
                Some(io::ErrorKind::ConnectionRefused) => {
                    return RequestError::Refused { server: self.host() };
                }
                // The limit of a connection, which is ours or, later, the system's.
                Some(io::ErrorKind::TimedOut) => {
                    return RequestError::TimedOut { server: self.host(), limit: CONNECT_LIMIT };
                }
                _ => {}
            }
            match inner_cause(cause) {
                Some(inner) => cause = inner,
                None => break,
            }
        }
        self.unreachable(cause.to_string())
    }

    fn unreachable(&self, reason: String) -> RequestError {
        RequestError::Unreachable { server: self.host(), reason }
    }
}

/// The source of an error; an `io::Error` hides what it wraps behind one more door.
fn inner_cause<'a>(
    error: &'a (dyn std::error::Error + 'static),
) -> Option<&'a (dyn std::error::Error + 'static)> {
    if let Some(wrapped) = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        return Some(wrapped);
    }
    match error.downcast_ref::<kube::Error>() {
        Some(kube::Error::Service(inner)) => Some(inner.as_ref()),
        _ => error.source(),
    }
}

fn status_of(code: u16, body: &[u8]) -> Status {
    if let Ok(mut status) = serde_json::from_slice::<Status>(body)
        && !(status.message.is_empty() && status.reason.is_empty())
    {
        status.code = code;
        return status;
    }
    let text = String::from_utf8_lossy(body).trim().to_owned();
    match code {
        // client-go, rest/request.go and apimachinery's NewGenericServerResponse.
        404 => Status::failure("the server could not find the requested resource", "NotFound"),
        401 => Status::failure("Unauthorized", "Unauthorized"),
        403 => Status::failure(&text, "Forbidden"),
        _ => Status::failure(&text, ""),
    }
    .with_code(code)
}

/// The text of `299 - "…"`.
fn warning_text(header: &str) -> Option<String> {
    let quoted = header.strip_prefix("299 ")?.split_once('"')?.1;
    let end = quoted.rfind('"')?;
    Some(quoted[..end].replace("\\\"", "\"").replace("\\\\", "\\"))
}

/// As in a query: everything but unreserved characters is written as `%XX`.
pub fn percent_encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(byte as char);
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_encoded_and_empty_ones_left_out() {
        let request = ApiRequest::get("/api/v1/pods")
            .with("labelSelector", "app in (a,b)")
            .with("fieldSelector", "")
            .with("limit", "500");
        assert_eq!(request.uri(), "/api/v1/pods?labelSelector=app%20in%20%28a%2Cb%29&limit=500");
    }

    #[test]
    fn a_warning_is_what_stands_in_quotes() {
        assert_eq!(
            warning_text(r#"299 - "v1 Endpoints is \"old\"""#).as_deref(),
            Some(r#"v1 Endpoints is "old""#)
        );
        assert_eq!(warning_text("199 x"), None);
    }

    #[test]
    fn an_answer_without_a_status_gets_one() {
        assert_eq!(status_of(404, b"404 page not found\n").reason, "NotFound");
        assert_eq!(status_of(500, b"boom\n").message, "boom");
        let body = br#"{"kind":"Status","message":"pods \"x\" not found","reason":"NotFound"}"#;
        assert_eq!(status_of(404, body).message, "pods \"x\" not found");
    }
}
