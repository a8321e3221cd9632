//! From what hyper read to what the API looks at, and what is refused before it.

use std::time::Duration;

use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::Request as HttpRequest;
use hyper::body::{Body, Incoming};
use hyper::header::{self, HeaderMap};

use crate::sandbox::admit::Status;
use crate::sandbox::api::{Impersonation, Request};

/// The longest body; `apiserver/pkg/server/config.go`, `MaxRequestBodyBytes`.
const LONGEST_BODY: usize = 3 * 1024 * 1024;
/// How long a body may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// Whether a request carries this bearer token. How long the comparison takes tells nothing.
pub(super) fn is_authorized(headers: &HeaderMap, token: &str) -> bool {
    let sent = headers.get(header::AUTHORIZATION).map(|value| value.as_bytes());
    let Some((scheme, sent)) = sent.and_then(|sent| sent.split_at_checked("Bearer ".len())) else {
        return false;
    };
    let differing = sent.iter().zip(token.as_bytes()).fold(0, |all, (a, b)| all | (a ^ b));
    scheme.eq_ignore_ascii_case(b"Bearer ") && sent.len() == token.len() && differing == 0
}

/// 401.
///
/// Source: `apimachinery/pkg/api/errors/errors.go`, `NewUnauthorized`.
pub(super) fn unauthorized() -> Status {
    Status::new(401, "Unauthorized", "Unauthorized")
}

/// Reads the body and takes the rest apart.
///
/// # Errors
/// A status for a body that is too long or does not come.
pub(super) async fn read(request: HttpRequest<Incoming>) -> Result<Request, Status> {
    let (head, body) = request.into_parts();
    if body.size_hint().lower() > LONGEST_BODY as u64 {
        return Err(too_large());
    }
    let body = tokio::time::timeout(PATIENCE, Limited::new(body, LONGEST_BODY).collect());
    let body = match body.await {
        Ok(Ok(body)) => body.to_bytes().to_vec(),
        Ok(Err(error)) if error.is::<LengthLimitError>() => return Err(too_large()),
        Ok(Err(error)) => return Err(Status::bad_request(format!("read the body: {error}"))),
        Err(_) => {
            let words = "the request's body did not come in time";
            return Err(Status::new(408, "Timeout", words));
        }
    };
    let target = head.uri.path_and_query().map_or("/", |target| target.as_str());
    let text = |name: header::HeaderName| text(&head.headers, &name).unwrap_or_default();
    Ok(Request {
        accept: text(header::ACCEPT),
        content_type: text(header::CONTENT_TYPE),
        user_agent: text(header::USER_AGENT),
        impersonate: impersonation(&head.headers),
        body,
        ..Request::new(head.method.as_str(), target)
    })
}

/// A header that may be given several times is one list.
fn text(headers: &HeaderMap, name: &header::HeaderName) -> Option<String> {
    let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    let joined = values.collect::<Vec<_>>().join(",");
    if joined.is_empty() { None } else { Some(joined) }
}

fn impersonation(headers: &HeaderMap) -> Option<Impersonation> {
    let user = headers.get("impersonate-user")?.to_str().ok()?.to_owned();
    let groups = headers.get_all("impersonate-group").iter();
    let groups = groups.filter_map(|group| group.to_str().ok()).map(str::to_owned).collect();
    Some(Impersonation { user, groups })
}

/// Source: `apimachinery/pkg/api/errors/errors.go`, `NewRequestEntityTooLargeError`.
fn too_large() -> Status {
    let message = format!("Request entity too large: limit is {LONGEST_BODY}");
    Status::new(413, "RequestEntityTooLarge", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_token_opens() {
        let sends = |value: &str| {
            let headers = HeaderMap::from_iter([(header::AUTHORIZATION, value.parse().unwrap())]);
            is_authorized(&headers, "abc")
        };
        assert!(sends("Bearer abc") && sends("bearer abc"));
        for wrong in ["Bearer ab", "Bearer abcd", "Bearer abd", "Bearer ", "abc", "Basic abc", ""] {
            assert!(!sends(wrong), "{wrong}");
        }
        assert!(!is_authorized(&HeaderMap::new(), "abc"));
    }
}
