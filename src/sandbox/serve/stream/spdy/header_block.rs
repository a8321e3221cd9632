use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress};

use super::dictionary::dictionary;
use super::frame::SpdyError;

/// The largest block of headers that is taken; those of a port-forward have a hundred bytes.
const LARGEST: usize = 64 * 1024;

/// Names in lower case, and their values.
pub(in crate::sandbox::serve::stream) type Headers = Vec<(String, String)>;

/// Reads the blocks of one connection, each of which builds on those before.
#[derive(Debug)]
pub(super) struct Reader(Decompress);

impl Default for Reader {
    fn default() -> Self {
        Self(Decompress::new(true))
    }
}

impl Reader {
    /// # Errors
    /// It is no block of headers, or too large a one.
    pub(super) fn read(&mut self, block: &[u8]) -> Result<Headers, SpdyError> {
        parsed(&self.inflated(block)?).ok_or(SpdyError::Headers)
    }

    fn inflated(&mut self, block: &[u8]) -> Result<Vec<u8>, SpdyError> {
        let mut out = Vec::new();
        let begun = self.0.total_in();
        loop {
            let used =
                usize::try_from(self.0.total_in() - begun).map_err(|_| SpdyError::Headers)?;
            let rest = block.get(used..).unwrap_or_default();
            if rest.is_empty() && out.len() < out.capacity() {
                return Ok(out);
            }
            if out.len() >= LARGEST {
                return Err(SpdyError::Headers);
            }
            out.reserve(4096);
            match self.0.decompress_vec(rest, &mut out, FlushDecompress::Sync) {
                Ok(_) => {
                    let now = usize::try_from(self.0.total_in() - begun);
                    // Neither input taken nor output made: the block is cut off.
                    if now.is_ok_and(|now| now == used) && out.len() < out.capacity() {
                        return Ok(out);
                    }
                }
                Err(error) if error.needs_dictionary().is_some() => {
                    self.0.set_dictionary(&dictionary()).map_err(|_| SpdyError::Headers)?;
                }
                Err(_) => return Err(SpdyError::Headers),
            }
        }
    }
}

/// A block without headers, which needs no dictionary.
pub(in crate::sandbox::serve::stream) struct Writer(Compress);

impl Default for Writer {
    fn default() -> Self {
        Self(Compress::new(Compression::fast(), true))
    }
}

impl Writer {
    /// # Errors
    /// The compressor does not take it.
    pub(super) fn empty(&mut self) -> Result<Vec<u8>, SpdyError> {
        let mut out = Vec::with_capacity(64);
        let compressed = self.0.compress_vec(&[0; 4], &mut out, FlushCompress::Sync);
        compressed.map(|_| out).map_err(|_| SpdyError::Headers)
    }
}

/// Count, then length and bytes of each name and value.
fn parsed(mut bytes: &[u8]) -> Option<Headers> {
    let mut headers = Headers::new();
    for _ in 0..number(&mut bytes)? {
        let name = text(&mut bytes)?;
        headers.push((name, text(&mut bytes)?));
    }
    Some(headers)
}

fn number(bytes: &mut &[u8]) -> Option<u32> {
    let (number, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(u32::from_be_bytes(*number))
}

fn text(bytes: &mut &[u8]) -> Option<String> {
    let length = usize::try_from(number(bytes)?).ok()?;
    let (text, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    Some(String::from_utf8_lossy(text).into_owned())
}

#[cfg(test)]
pub(super) fn compressed_as_kubectl_does(
    compressor: &mut Compress,
    headers: &[(&str, &str)],
) -> Vec<u8> {
    let mut plain = u32::try_from(headers.len()).unwrap().to_be_bytes().to_vec();
    for text in headers.iter().flat_map(|(name, value)| [name, value]) {
        plain.extend(u32::try_from(text.len()).unwrap().to_be_bytes());
        plain.extend(text.bytes());
    }
    let mut out = Vec::with_capacity(4096);
    compressor.compress_vec(&plain, &mut out, FlushCompress::Sync).unwrap();
    out
}

#[cfg(test)]
pub(super) fn compressor_with_dictionary() -> Compress {
    let mut compressor = Compress::new(Compression::best(), true);
    compressor.set_dictionary(&dictionary()).unwrap();
    compressor
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_build_on_those_before() {
        let mut compressor = compressor_with_dictionary();
        let mut reader = Reader::default();
        for request in ["0", "1", "2"] {
            let sent = [("port", "80"), ("requestid", request), ("streamtype", "data")];
            let block = compressed_as_kubectl_does(&mut compressor, &sent);
            let read = reader.read(&block).unwrap();
            assert_eq!(read.len(), 3);
            assert_eq!(read[1], ("requestid".to_owned(), request.to_owned()));
        }
    }

    #[test]
    fn a_bomb_is_not_unpacked() {
        let mut compressor = compressor_with_dictionary();
        let zeros = "0".repeat(10 * 1024 * 1024);
        let mut plain = Vec::with_capacity(1024 * 1024);
        compressor.compress_vec(zeros.as_bytes(), &mut plain, FlushCompress::Sync).unwrap();
        assert!(Reader::default().read(&plain).is_err());
    }

    #[test]
    fn what_we_write_can_be_read() {
        let mut writer = Writer::default();
        let mut reader = Reader::default();
        for _ in 0..3 {
            assert_eq!(reader.read(&writer.empty().unwrap()).unwrap(), Headers::new());
        }
    }

    proptest::proptest! {
        #[test]
        fn noise_does_no_harm(blocks: Vec<Vec<u8>>) {
            let mut reader = Reader::default();
            for block in blocks {
                let _ = reader.read(&block);
            }
        }
    }
}
