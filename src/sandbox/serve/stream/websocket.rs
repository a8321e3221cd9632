use futures::{SinkExt, StreamExt};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Bytes, Error, Message, Utf8Bytes};

/// The longest message that is taken; Kubernetes' clients send 32 KiB at most.
const LONGEST: usize = 1024 * 1024;

/// A websocket whose client has been believed.
pub(super) type Socket = WebSocketStream<TokioIo<Upgraded>>;

/// Takes the connection over from HTTP.
///
/// # Errors
/// The client is gone.
pub(super) async fn open(upgrade: OnUpgrade) -> Result<Socket, hyper::Error> {
    let connection = TokioIo::new(upgrade.await?);
    let config =
        WebSocketConfig::default().max_message_size(Some(LONGEST)).max_frame_size(Some(LONGEST));
    Ok(WebSocketStream::from_raw_socket(connection, Role::Server, Some(config)).await)
}

/// The next message with content; none when the client has gone or broken the protocol.
/// Pings are answered on the way.
pub(super) async fn next(socket: &mut Socket) -> Option<Bytes> {
    loop {
        match socket.next().await? {
            Ok(Message::Binary(bytes)) => return Some(bytes),
            Ok(Message::Text(text)) => return Some(text.into()),
            Ok(Message::Close(_)) | Err(_) => return None,
            Ok(_) => {}
        }
    }
}

/// Sends bytes on a channel: its number goes first.
///
/// # Errors
/// The client is gone.
pub(super) async fn send(socket: &mut Socket, channel: u8, bytes: &[u8]) -> Result<(), Error> {
    let mut message = Vec::with_capacity(bytes.len() + 1);
    message.push(channel);
    message.extend_from_slice(bytes);
    socket.send(Message::binary(message)).await
}

/// Says goodbye. Without a code, kubectl would take it for an error.
pub(super) async fn close(mut socket: Socket) {
    let normal = CloseFrame { code: CloseCode::Normal, reason: Utf8Bytes::default() };
    let _ = socket.close(Some(normal)).await;
    // The client's own goodbye, so that nothing of ours is lost on the way.
    while next(&mut socket).await.is_some() {}
}
