use jiff::Timestamp;

/// `2026-01-31T12:00:00Z`, as metadata has it.
pub(crate) fn seconds(now: Timestamp) -> String {
    now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Letters and digits that make no words, as Kubernetes' own suffixes.
///
/// Source: `apimachinery/pkg/util/rand/rand.go`, `alphanums`.
pub(crate) fn suffix(serial: u64, length: usize) -> String {
    const ALPHABET: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";
    let mut state = mixed(serial);
    let mut suffix = String::new();
    for _ in 0..length {
        suffix.push(char::from(ALPHABET[(state % ALPHABET.len() as u64) as usize]));
        state /= ALPHABET.len() as u64;
    }
    suffix
}

/// An identity that no other serial has.
pub(super) fn uid(serial: u64) -> String {
    let (a, b) = (mixed(serial), mixed(serial ^ u64::MAX));
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        a >> 32,
        (a >> 16) & 0xffff,
        a & 0xfff,
        0x8000 | (b >> 48) & 0x3fff,
        b & 0xffff_ffff_ffff
    )
}

/// A number that looks drawn by chance (splitmix64).
pub(crate) fn mixed(serial: u64) -> u64 {
    let mut z = serial.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
