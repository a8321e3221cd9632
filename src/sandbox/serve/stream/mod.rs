//! Streams to containers: exec, attach and port-forward over websockets.

mod channel;
mod port_forward;
mod remote_command;
mod spdy;
mod tunnel;
mod websocket;

use std::sync::Arc;

use hyper::Response;

use super::response::Body;
use super::service::Served;
use super::upgrade::Offer;
use crate::sandbox::admit::Status;
use crate::sandbox::api::{Connect, ConnectKind};

/// Accepts the websocket, and serves it until one side ends it.
///
/// # Errors
/// A status instead of the websocket.
pub(super) fn open(
    served: &Arc<Served>,
    connect: Connect,
    offer: Offer,
) -> Result<Response<Body>, Status> {
    let ours: &[&'static str] = match connect.kind {
        ConnectKind::Exec | ConnectKind::Attach => &channel::PROTOCOLS,
        ConnectKind::PortForward => &[tunnel::PROTOCOL, channel::V4],
    };
    let accepted = offer.accept(ours)?;
    let (upgrade, protocol) = (accepted.upgrade, accepted.protocol);
    let task_of = Arc::clone(served);
    served.tasks.spawn(async move {
        // A client that is gone before its websocket stands is no loss.
        let Ok(socket) = websocket::open(upgrade).await else { return };
        let simulation = &task_of.simulation;
        match connect.kind {
            ConnectKind::Exec | ConnectKind::Attach => {
                remote_command::serve(socket, &connect, simulation).await;
            }
            ConnectKind::PortForward if protocol == tunnel::PROTOCOL => {
                tunnel::serve(socket, &connect, &task_of).await;
            }
            ConnectKind::PortForward => port_forward::serve(socket, &connect, &task_of).await,
        }
    });
    Ok(accepted.response)
}
