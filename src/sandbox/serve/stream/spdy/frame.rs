use super::header_block::{Headers, Reader, Writer};

/// The longest frame that is taken; kubectl's data come in 32 KiB.
const LONGEST: usize = 1024 * 1024;
/// The flag that says that a stream's sender has said all.
const FIN: u8 = 1;

/// What a client says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sandbox::serve::stream) enum Frame {
    /// A new stream.
    Open { stream: u32, headers: Headers, fin: bool },
    /// Bytes on a stream.
    Data { stream: u32, bytes: Vec<u8>, fin: bool },
    /// The end of a stream in both directions.
    Reset { stream: u32 },
    /// A sign of life, to be sent back.
    Ping { id: u32 },
    /// No new streams will come.
    GoAway,
    /// What changes nothing here.
    Other,
}

/// What is not SPDY.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(in crate::sandbox::serve::stream) enum SpdyError {
    /// A frame that is too long or of another version.
    #[error("a frame that is not SPDY/3.1")]
    Frame,
    /// Headers that cannot be read.
    #[error("a block of headers that cannot be read")]
    Headers,
}

/// Takes bytes apart into frames, however they arrive.
#[derive(Debug, Default)]
pub(in crate::sandbox::serve::stream) struct Decoder {
    bytes: Vec<u8>,
    headers: Reader,
}

impl Decoder {
    /// More bytes have come.
    pub(in crate::sandbox::serve::stream) fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// The next frame that is complete.
    ///
    /// # Errors
    /// What came is not SPDY; nothing after it can be read.
    pub(in crate::sandbox::serve::stream) fn next(&mut self) -> Result<Option<Frame>, SpdyError> {
        let Some(head) = self.bytes.first_chunk::<8>().copied() else { return Ok(None) };
        let [_, _, _, _, flags, a, b, c] = head;
        let length = usize::try_from(u32::from_be_bytes([0, a, b, c])).unwrap_or(usize::MAX);
        if length > LONGEST {
            return Err(SpdyError::Frame);
        }
        if self.bytes.len() < 8 + length {
            return Ok(None);
        }
        let mut frame: Vec<u8> = self.bytes.drain(..8 + length).collect();
        let body = frame.split_off(8);
        let [first, second, third, fourth, ..] = head;
        if first & 0x80 == 0 {
            let stream = u32::from_be_bytes([first, second, third, fourth]);
            return Ok(Some(Frame::Data { stream, bytes: body, fin: flags & FIN != 0 }));
        }
        if (first & 0x7f, second) != (0, 3) {
            return Err(SpdyError::Frame);
        }
        self.control(u16::from_be_bytes([third, fourth]), flags, &body).map(Some)
    }

    fn control(&mut self, kind: u16, flags: u8, body: &[u8]) -> Result<Frame, SpdyError> {
        const SYN_STREAM: u16 = 1;
        const RST_STREAM: u16 = 3;
        const PING: u16 = 6;
        const GO_AWAY: u16 = 7;
        Ok(match kind {
            SYN_STREAM => {
                // The stream, an associated one, a priority and a slot.
                let block = body.get(10..).ok_or(SpdyError::Frame)?;
                let headers = self.headers.read(block)?;
                Frame::Open { stream: number(body)?, headers, fin: flags & FIN != 0 }
            }
            RST_STREAM => Frame::Reset { stream: number(body)? },
            PING => Frame::Ping { id: number(body)? },
            GO_AWAY => Frame::GoAway,
            _ => Frame::Other,
        })
    }
}

fn number(body: &[u8]) -> Result<u32, SpdyError> {
    body.first_chunk().map(|four| u32::from_be_bytes(*four)).ok_or(SpdyError::Frame)
}

/// The answer to a new stream.
///
/// # Errors
/// The compressor fails.
pub(in crate::sandbox::serve::stream) fn encode_reply(
    writer: &mut Writer,
    stream: u32,
) -> Result<Vec<u8>, SpdyError> {
    const SYN_REPLY: u8 = 2;
    let block = writer.empty()?;
    let mut frame = vec![0x80, 3, 0, SYN_REPLY];
    frame.extend(head(0, 4 + block.len()));
    frame.extend(stream.to_be_bytes());
    frame.extend(block);
    Ok(frame)
}

/// Bytes on a stream.
pub(in crate::sandbox::serve::stream) fn encode_data(
    stream: u32,
    bytes: &[u8],
    fin: bool,
) -> Vec<u8> {
    let mut frame = (stream & 0x7fff_ffff).to_be_bytes().to_vec();
    frame.extend(head(if fin { FIN } else { 0 }, bytes.len()));
    frame.extend(bytes);
    frame
}

/// A sign of life.
pub(in crate::sandbox::serve::stream) fn encode_ping(id: u32) -> Vec<u8> {
    let mut frame = vec![0x80, 3, 0, 6];
    frame.extend(head(0, 4));
    frame.extend(id.to_be_bytes());
    frame
}

/// Flags and length.
fn head(flags: u8, length: usize) -> [u8; 4] {
    let [_, a, b, c] = u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes();
    [flags, a, b, c]
}

#[cfg(test)]
mod tests {
    use super::super::header_block::{compressed_as_kubectl_does, compressor_with_dictionary};
    use super::*;

    fn frames(bytes: &[u8]) -> Vec<Frame> {
        let mut decoder = Decoder::default();
        decoder.push(bytes);
        std::iter::from_fn(|| decoder.next().unwrap()).collect()
    }

    #[test]
    fn a_stream_is_opened_written_and_ended() {
        let block =
            compressed_as_kubectl_does(&mut compressor_with_dictionary(), &[("port", "80")]);
        let mut bytes = vec![0x80, 3, 0, 1];
        bytes.extend(head(0, 10 + block.len()));
        bytes.extend([0, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
        bytes.extend(block);
        bytes.extend(encode_data(1, b"GET", true));
        bytes.extend(encode_ping(7));
        let headers = vec![("port".to_owned(), "80".to_owned())];
        let wanted = [
            Frame::Open { stream: 1, headers, fin: false },
            Frame::Data { stream: 1, bytes: b"GET".to_vec(), fin: true },
            Frame::Ping { id: 7 },
        ];
        assert_eq!(frames(&bytes), wanted);
        let mut slowly = Decoder::default();
        let mut seen = Vec::new();
        for byte in bytes {
            slowly.push(&[byte]);
            seen.extend(slowly.next().unwrap());
        }
        assert_eq!(seen, wanted);
    }

    #[test]
    fn a_frame_of_another_protocol_is_refused() {
        let next = |bytes: &[u8]| {
            let mut decoder = Decoder::default();
            decoder.push(bytes);
            decoder.next()
        };
        assert_eq!(next(b"\x80\x02\x00\x01\x00\x00\x00\x00"), Err(SpdyError::Frame));
        assert_eq!(next(b"\x00\x00\x00\x01\x00\xff\xff\xff"), Err(SpdyError::Frame));
        assert_eq!(next(b"\x80\x03\x00\x01\x00\x00\x00\x00"), Err(SpdyError::Frame));
        assert_eq!(next(b"GET / "), Ok(None));
    }

    proptest::proptest! {
        #[test]
        fn noise_does_no_harm(bytes: Vec<u8>) {
            let mut decoder = Decoder::default();
            decoder.push(&bytes);
            while let Ok(Some(_)) = decoder.next() {}
        }
    }
}
