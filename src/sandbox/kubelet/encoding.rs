//! Base64, for secrets and for tokens.

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Reads base64 of either alphabet, padded or not; what does not belong into it is left out.
pub(crate) fn from_base64(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut held) = (0_u32, 0_u32);
    for byte in text.bytes() {
        let six = match byte {
            b'+' => 62,
            b'/' => 63,
            _ => match ALPHABET.iter().position(|known| *known == byte) {
                Some(six) => u32::try_from(six).unwrap_or(0),
                None => continue,
            },
        };
        bits = (bits << 6) | six;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held & 0xff) as u8);
        }
    }
    bytes
}

/// Base64 as it stands in tokens: without padding, safe in an address.
pub(crate) fn to_base64_url(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let mut bits = 0_u32;
        for index in 0..3 {
            bits = (bits << 8) | u32::from(group.get(index).copied().unwrap_or(0));
        }
        for index in 0..=group.len() {
            let six = bits >> (18 - 6 * index) & 0x3f;
            text.push(char::from(ALPHABET[six as usize]));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_read_and_written() {
        let rows = [("", ""), ("YQ", "a"), ("YWI", "ab"), ("YWJj", "abc"), ("Pz8_", "???")];
        for (encoded, plain) in rows {
            assert_eq!(to_base64_url(plain.as_bytes()), encoded);
            assert_eq!(from_base64(encoded), plain.as_bytes());
        }
        assert_eq!(from_base64("cGFz\nc3dvcmQ="), b"password");
        assert_eq!(from_base64("Pz8/"), b"???");
    }
}
