//! `md5sum`, `sha256sum`, `cksum`-like programs.

use super::Run;
use super::options::Known;

pub(super) async fn digest(run: Run) -> i32 {
    let options = match run.options(Known::letters("cswbt")).await {
        Ok(options) => options,
        Err(code) => return code,
    };
    let digest: fn(&[u8]) -> String = match run.name() {
        "md5sum" => md5,
        _ => sha256,
    };
    let paths =
        if options.operands.is_empty() { vec!["-".to_owned()] } else { options.operands.clone() };
    let mut code = 0;
    for path in &paths {
        let content = match run.read_input(path).await {
            Ok(content) => content,
            Err(error) => {
                code = run.fail_open(path, error).await;
                continue;
            }
        };
        run.system.steps(u32::try_from(content.len() / 64).unwrap_or(2000).clamp(1, 2000)).await;
        if !options.has("c") {
            run.print(&format!("{}  {path}\n", digest(&content))).await;
            continue;
        }
        for line in String::from_utf8_lossy(&content).lines() {
            let Some((wanted, file)) = line.split_once("  ") else { continue };
            let same = run.system.read_file(file).is_ok_and(|content| digest(&content) == wanted);
            run.print(&format!("{file}: {}\n", if same { "OK" } else { "FAILED" })).await;
            code |= i32::from(!same);
        }
    }
    code
}

/// Appends the padding that both digests share but for the order of the length's bytes.
fn padded(bytes: &[u8], length: [u8; 8]) -> Vec<u8> {
    let mut all = bytes.to_vec();
    all.push(0x80);
    while all.len() % 64 != 56 {
        all.push(0);
    }
    all.extend(length);
    all
}

/// Source: FIPS 180-4; the constants are the first bits of roots of primes.
fn sha256(bytes: &[u8]) -> String {
    let primes: Vec<u64> = primes(64);
    let constants: Vec<u32> = primes.iter().map(|it| root_bits(*it, 3)).collect();
    let mut state: Vec<u32> = primes.iter().take(8).map(|it| root_bits(*it, 2)).collect();
    let length = (bytes.len() as u64).wrapping_mul(8).to_be_bytes();
    for block in padded(bytes, length).chunks_exact(64) {
        let mut w: Vec<u32> = block
            .chunks_exact(4)
            .map(|it| u32::from_be_bytes([it[0], it[1], it[2], it[3]]))
            .collect();
        for at in 16..64 {
            let (x, y) = (w[at - 15], w[at - 2]);
            let s0 = x.rotate_right(7) ^ x.rotate_right(18) ^ (x >> 3);
            let s1 = y.rotate_right(17) ^ y.rotate_right(19) ^ (y >> 10);
            w.push(w[at - 16].wrapping_add(s0).wrapping_add(w[at - 7]).wrapping_add(s1));
        }
        let mut v = state.clone();
        for at in 0..64 {
            let s1 = v[4].rotate_right(6) ^ v[4].rotate_right(11) ^ v[4].rotate_right(25);
            let choice = (v[4] & v[5]) ^ (!v[4] & v[6]);
            let t1 = v[7]
                .wrapping_add(s1)
                .wrapping_add(choice)
                .wrapping_add(constants[at])
                .wrapping_add(w[at]);
            let s0 = v[0].rotate_right(2) ^ v[0].rotate_right(13) ^ v[0].rotate_right(22);
            let majority = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]);
            v.rotate_right(1);
            v[4] = v[4].wrapping_add(t1);
            v[0] = t1.wrapping_add(s0).wrapping_add(majority);
        }
        for (old, new) in state.iter_mut().zip(v) {
            *old = old.wrapping_add(new);
        }
    }
    state.iter().map(|word| format!("{word:08x}")).collect()
}

/// Source: RFC 1321.
fn md5(bytes: &[u8]) -> String {
    const SHIFTS: [[u32; 4]; 4] =
        [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];
    let mut state: [u32; 4] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];
    let length = (bytes.len() as u64).wrapping_mul(8).to_le_bytes();
    for block in padded(bytes, length).chunks_exact(64) {
        let words: Vec<u32> = block
            .chunks_exact(4)
            .map(|it| u32::from_le_bytes([it[0], it[1], it[2], it[3]]))
            .collect();
        let [mut a, mut b, mut c, mut d] = state;
        for at in 0..64_usize {
            let (mixed, word) = match at / 16 {
                0 => ((b & c) | (!b & d), at),
                1 => ((d & b) | (!d & c), (5 * at + 1) % 16),
                2 => (b ^ c ^ d, (3 * at + 5) % 16),
                _ => (c ^ (b | !d), (7 * at) % 16),
            };
            let constant = (((at + 1) as f64).sin().abs() * 4_294_967_296.0) as u32;
            let sum = a.wrapping_add(mixed).wrapping_add(constant).wrapping_add(words[word]);
            (a, d, c) = (d, c, b);
            b = b.wrapping_add(sum.rotate_left(SHIFTS[at / 16][at % 4]));
        }
        for (old, new) in state.iter_mut().zip([a, b, c, d]) {
            *old = old.wrapping_add(new);
        }
    }
    state.iter().flat_map(|word| word.to_le_bytes()).map(|byte| format!("{byte:02x}")).collect()
}

fn primes(count: usize) -> Vec<u64> {
    (2_u64..)
        .filter(|n| (2..*n).take_while(|d| d * d <= *n).all(|d| n % d != 0))
        .take(count)
        .collect()
}

/// The first 32 bits behind the point of a number's square or cube root.
fn root_bits(number: u64, power: u32) -> u32 {
    let target = u128::from(number) << (32 * power);
    let (mut low, mut high) = (0_u128, 1_u128 << 40);
    while high - low > 1 {
        let middle = (low + high) / 2;
        if middle.pow(power) <= target { low = middle } else { high = middle }
    }
    (low & 0xffff_ffff) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_digests() {
        assert_eq!(md5(b""), "d41d8cd98f00b204e9800998ecf8427e");
        assert_eq!(md5(b"abc"), "900150983cd24fb0d6963f7d28e17f72");
        assert_eq!(sha256(b""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert_eq!(
            sha256(b"abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!(sha256(&[b'a'; 200]).len(), 64);
    }
}
