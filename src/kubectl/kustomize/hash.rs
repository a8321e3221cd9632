//! The hash behind the name of what a generator makes.

use serde_json::{Value, json};

use crate::kubectl::print::compact_json;

/// The hash of a config map's or secret's content.
///
/// Source: `kustomize/api/internal/hasher/hasher.go`.
pub(super) fn content_hash(object: &Value) -> String {
    let of = |field: &str| object.get(field).cloned().unwrap_or_else(|| json!(""));
    let mut content = json!({"kind": object["kind"], "name": "", "data": of("data")});
    if object["kind"] == "Secret" {
        content["type"] = of("type");
    }
    if object["binaryData"].is_object() {
        content["binaryData"] = object["binaryData"].clone();
    }
    let digest = sha256(compact_json(&content).as_bytes());
    // Letters that could spell words are put for some digits.
    digest
        .chars()
        .take(10)
        .map(|c| match c {
            '0' => 'g',
            '1' => 'h',
            '3' => 'k',
            'a' => 'm',
            'e' => 't',
            other => other,
        })
        .collect()
}

/// Source: FIPS 180-4; the constants are the roots of the first primes.
fn sha256(message: &[u8]) -> String {
    let primes: Vec<u32> =
        (2u32..).filter(|n| (2..*n).all(|d| n.checked_rem(d) != Some(0))).take(64).collect();
    let fraction = |root: f64| ((root - root.floor()) * 4_294_967_296.0) as u32;
    let keys: Vec<u32> = primes.iter().map(|prime| fraction(f64::from(*prime).cbrt())).collect();
    let mut state: Vec<u32> =
        primes.iter().take(8).map(|prime| fraction(f64::from(*prime).sqrt())).collect();
    let mut bytes = message.to_vec();
    bytes.push(0x80);
    while bytes.len() % 64 != 56 {
        bytes.push(0);
    }
    bytes.extend((message.len() as u64 * 8).to_be_bytes());
    for block in bytes.chunks(64) {
        let mut words: Vec<u32> = block
            .chunks(4)
            .map(|word| word.iter().fold(0, |all, byte| all << 8 | u32::from(*byte)))
            .collect();
        for i in 16..64 {
            let (a, b) = (words[i - 15], words[i - 2]);
            let s0 = a.rotate_right(7) ^ a.rotate_right(18) ^ (a >> 3);
            let s1 = b.rotate_right(17) ^ b.rotate_right(19) ^ (b >> 10);
            words.push(words[i - 16].wrapping_add(s0).wrapping_add(words[i - 7]).wrapping_add(s1));
        }
        let mut v = state.clone();
        for (key, word) in keys.iter().zip(&words) {
            let s1 = v[4].rotate_right(6) ^ v[4].rotate_right(11) ^ v[4].rotate_right(25);
            let choice = (v[4] & v[5]) ^ (!v[4] & v[6]);
            let one =
                v[7].wrapping_add(s1).wrapping_add(choice).wrapping_add(*key).wrapping_add(*word);
            let s0 = v[0].rotate_right(2) ^ v[0].rotate_right(13) ^ v[0].rotate_right(22);
            let two = s0.wrapping_add((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));
            v.rotate_right(1);
            v[4] = v[4].wrapping_add(one);
            v[0] = one.wrapping_add(two);
        }
        for (whole, part) in state.iter_mut().zip(&v) {
            *whole = whole.wrapping_add(*part);
        }
    }
    state.iter().map(|word| format!("{word:08x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_those_of_the_standard() {
        assert_eq!(sha256(b""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert_eq!(
            sha256(&[b'a'; 200]),
            "c2a908d98f5df987ade41b5fce213067efbcc21ef2240212a41e54b5e7c28ae5"
        );
    }

    #[test]
    fn names_end_as_kustomize_ends_them() {
        let map = json!({"kind": "ConfigMap", "data": {"a": "1", "b": "two", "x.txt": "hi\n"}});
        assert_eq!(content_hash(&map), "2t22728f7g");
        let secret = json!({"kind": "Secret", "type": "Opaque", "data": {"p": "cQ=="}});
        assert_eq!(content_hash(&secret), "hb2dth72f6");
    }
}
