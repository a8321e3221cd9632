//! Requests that want to stop being HTTP.

use hyper::body::Incoming;
use hyper::header::{self, HeaderMap, HeaderName};
use hyper::upgrade::OnUpgrade;
use hyper::{Request, Response};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use super::response::{self, Body};
use crate::sandbox::admit::Status;

/// A client that asks for a websocket.
#[derive(Debug)]
pub(super) struct Offer {
    key: String,
    /// The protocols that it speaks, the one it likes most first.
    protocols: Vec<String>,
    upgrade: OnUpgrade,
}

/// An offer that was taken up.
#[derive(Debug)]
pub(super) struct Accepted {
    /// One of those that were asked for.
    pub(super) protocol: &'static str,
    /// The connection, once the response is sent.
    pub(super) upgrade: OnUpgrade,
    /// What to answer.
    pub(super) response: Response<Body>,
}

/// What a request offers; where it is no websocket, the status for those that must be one.
///
/// # Errors
/// [`Status`], in words that name what works.
pub(super) fn asked(request: &mut Request<Incoming>) -> Result<Offer, Status> {
    let headers = request.headers();
    let wanted = text(headers, &header::UPGRADE).unwrap_or_default();
    if wanted.to_ascii_lowercase().starts_with("spdy/") {
        return Err(Status::bad_request(
            "the simulated cluster of podlab speaks websockets, and this client asks for SPDY: \
             use kubectl 1.30 or newer (1.31 for port-forward), or `podlab kubectl`",
        ));
    }
    let key = text(headers, &header::SEC_WEBSOCKET_KEY);
    match key {
        Some(key) if wanted.eq_ignore_ascii_case("websocket") => {
            let protocols = text(headers, &header::SEC_WEBSOCKET_PROTOCOL).unwrap_or_default();
            let protocols = protocols.split(',').map(|protocol| protocol.trim().to_owned());
            let protocols = protocols.filter(|protocol| !protocol.is_empty()).collect();
            Ok(Offer { key, protocols, upgrade: hyper::upgrade::on(request) })
        }
        _ => Err(Status::bad_request("Upgrade request required")),
    }
}

impl Offer {
    /// Takes the first of the client's protocols that is among ours.
    ///
    /// # Errors
    /// 400, where none is.
    pub(super) fn accept(self, ours: &[&'static str]) -> Result<Accepted, Status> {
        let protocol = self
            .protocols
            .iter()
            .find_map(|theirs| ours.iter().find(|ours| **ours == theirs.as_str()).copied());
        let Some(protocol) = protocol else {
            return Err(Status::bad_request(format!(
                "unable to upgrade: none of the protocols {:?} is served here, only {ours:?}",
                self.protocols
            )));
        };
        let response = response::switching(&[
            (header::UPGRADE, "websocket".to_owned()),
            (header::SEC_WEBSOCKET_ACCEPT, derive_accept_key(self.key.as_bytes())),
            (header::SEC_WEBSOCKET_PROTOCOL, protocol.to_owned()),
        ]);
        Ok(Accepted { protocol, upgrade: self.upgrade, response })
    }
}

fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    let joined = values.collect::<Vec<_>>().join(",");
    if joined.is_empty() { None } else { Some(joined) }
}
