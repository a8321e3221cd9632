//! What a real kubelet leaves to chance, as numbers that are always the same.

use jiff::SignedDuration;

/// Where the numbers come from.
#[derive(Debug, Default)]
pub(crate) enum Chance {
    /// From what they are for.
    #[default]
    Hashed,
    /// As a test says, for what they are for.
    #[cfg(test)]
    Told(std::collections::BTreeMap<String, f64>),
}

impl Chance {
    /// A number from 0 to below 1 for `what`.
    pub(crate) fn number(&self, what: &str) -> f64 {
        match self {
            Self::Hashed => {
                let top = hash(what) >> 11;
                // 53 bits are a float's own.
                top as f64 / (1_u64 << 53) as f64
            }
            #[cfg(test)]
            Self::Told(numbers) => numbers.get(what).copied().unwrap_or(0.0),
        }
    }

    /// A duration, longer by up to half.
    ///
    /// Source: `apimachinery/pkg/util/wait/backoff.go`, `Jitter`;
    /// `pkg/kubelet/pod_workers.go`, the jitter factors.
    pub(crate) fn up_to_half_longer(&self, duration: SignedDuration, what: &str) -> SignedDuration {
        let more = duration.as_secs_f64() * 0.5 * self.number(what);
        duration
            .checked_add(SignedDuration::from_millis((more * 1000.0) as i64))
            .unwrap_or(duration)
    }
}

/// FNV-1a, with its bits mixed once more.
pub(crate) fn hash(text: &str) -> u64 {
    let mut state = 0xcbf2_9ce4_8422_2325_u64;
    for byte in text.bytes() {
        state = (state ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    state ^ (state >> 31)
}

/// So many hexadecimal digits that are always the same for the same text.
pub(crate) fn hexadecimal(text: &str, digits: usize) -> String {
    let mut out = String::new();
    let mut round = 0;
    while out.len() < digits {
        out.push_str(&format!("{:016x}", hash(&format!("{text}/{round}"))));
        round += 1;
    }
    out.truncate(digits);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_and_spread() {
        let chance = Chance::default();
        assert_eq!(chance.number("a").to_bits(), chance.number("a").to_bits());
        let numbers: Vec<f64> = (0..1000).map(|n| chance.number(&n.to_string())).collect();
        assert!(numbers.iter().all(|number| (0.0..1.0).contains(number)));
        let mean = numbers.iter().sum::<f64>() / 1000.0;
        assert!((0.45..0.55).contains(&mean), "{mean}");
        assert_eq!(hexadecimal("a", 64).len(), 64);
    }

    #[test]
    fn jitter_is_at_most_half() {
        let ten = SignedDuration::from_secs(10);
        for n in 0..100 {
            let longer = Chance::default().up_to_half_longer(ten, &n.to_string());
            assert!(longer >= ten && longer <= SignedDuration::from_secs(15));
        }
    }
}
