use std::convert::Infallible;
use std::io;

use futures::Stream;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Bytes, Frame};
use hyper::header::{self, HeaderName, HeaderValue};
use hyper::{Response, StatusCode};

use crate::sandbox::admit::Status;
use crate::sandbox::api::Answer;

/// What is sent; an error in it breaks the connection off.
pub(super) type Body = UnsyncBoxBody<Bytes, io::Error>;

/// A whole answer.
pub(super) fn whole(answer: Answer) -> Response<Body> {
    let mut response = Response::new(full(answer.body));
    *response.status_mut() =
        StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    insert(headers, "content-type", &answer.content_type);
    insert(headers, "cache-control", "no-cache, private");
    for (name, value) in &answer.headers {
        if let (Ok(name), Ok(value)) =
            (HeaderName::try_from(name.as_str()), HeaderValue::try_from(value.as_str()))
        {
            headers.append(name, value);
        }
    }
    response
}

/// An error.
pub(super) fn error(status: &Status) -> Response<Body> {
    whole(Answer::of_status(status))
}

/// 200, then what comes.
pub(super) fn stream(
    content_type: &str,
    chunks: impl Stream<Item = io::Result<Bytes>> + Send + 'static,
) -> Response<Body> {
    use futures::StreamExt;
    let frames = chunks.map(|chunk| chunk.map(Frame::data));
    let mut response = Response::new(BodyExt::boxed_unsync(StreamBody::new(frames)));
    let headers = response.headers_mut();
    insert(headers, "content-type", content_type);
    insert(headers, "cache-control", "no-cache, private");
    response
}

/// 101: what follows on this connection is no longer HTTP.
pub(super) fn switching(headers: &[(HeaderName, String)]) -> Response<Body> {
    let mut response = Response::new(full(Vec::new()));
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    insert(response.headers_mut(), header::CONNECTION.as_str(), "Upgrade");
    for (name, value) in headers {
        insert(response.headers_mut(), name.as_str(), value);
    }
    response
}

fn full(body: Vec<u8>) -> Body {
    Full::new(Bytes::from(body)).map_err(|never: Infallible| match never {}).boxed_unsync()
}

fn insert(headers: &mut header::HeaderMap, name: &str, value: &str) {
    if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
        headers.insert(name, value);
    }
}
