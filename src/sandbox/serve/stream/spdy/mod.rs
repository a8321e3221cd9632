//! SPDY/3.1, as much of it as a port-forward of kubectl says inside of a websocket.
//!
//! Source: the SPDY Protocol, Draft 3.1, 2.2 and 2.6. There is no flow control: neither
//! kubectl nor a kubelet does it.

mod dictionary;
mod frame;
mod header_block;

pub(super) use frame::{Decoder, Frame, SpdyError, encode_data, encode_ping, encode_reply};
pub(super) use header_block::Writer;
