//! Sizes and times as image data writes them: `72.3MB`, `64Mi`, `1.5s`, `2m`.

use std::time::Duration;

use serde::{Deserialize, Deserializer, de};

/// A number of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Bytes(pub(crate) u64);

const UNITS: &[(&str, u64)] = &[
    ("Gi", 1 << 30),
    ("Mi", 1 << 20),
    ("Ki", 1 << 10),
    ("GB", 1_000_000_000),
    ("MB", 1_000_000),
    ("kB", 1_000),
    ("G", 1_000_000_000),
    ("M", 1_000_000),
    ("k", 1_000),
    ("", 1),
];

impl Bytes {
    /// Reads `64Mi` or `72.3MB`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (number, factor) = UNITS
            .iter()
            .find_map(|(unit, factor)| text.strip_suffix(unit).map(|number| (number, *factor)))?;
        let number: f64 = number.trim().parse().ok()?;
        let bytes = number * factor as f64;
        (bytes.is_finite() && (0.0..1e15).contains(&bytes)).then_some(Self(bytes as u64))
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text)
            .ok_or_else(|| de::Error::custom(format!("{text:?} is no size; write 64Mi or 72.3MB")))
    }
}

/// Reads a time such as `300ms`, `1.5s`, `2m`.
pub(crate) fn parse_time(text: &str) -> Option<Duration> {
    let (number, seconds) = [("ms", 0.001), ("s", 1.0), ("m", 60.0), ("h", 3600.0)]
        .iter()
        .find_map(|(unit, seconds)| text.strip_suffix(unit).map(|number| (number, *seconds)))?;
    let number: f64 = number.trim().parse().ok()?;
    let total = number * seconds;
    (total.is_finite() && (0.0..1e9).contains(&total)).then(|| Duration::from_secs_f64(total))
}

/// For `#[serde(deserialize_with)]`.
pub(super) fn time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let text = String::deserialize(deserializer)?;
    parse_time(&text)
        .ok_or_else(|| de::Error::custom(format!("{text:?} is no time; write 300ms, 1.5s or 2m")))
}

/// For `#[serde(deserialize_with)]` where it may be absent.
pub(super) fn some_time<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Duration>, D::Error> {
    time(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_times_are_read() {
        let sizes = [
            ("64Mi", Some(64 << 20)),
            ("72.5MB", Some(72_500_000)),
            ("10", Some(10)),
            ("", None),
            ("-1Mi", None),
            ("1e300G", None),
            ("x", None),
        ];
        for (text, wanted) in sizes {
            assert_eq!(Bytes::parse(text), wanted.map(Bytes), "{text}");
        }
        let times = [
            ("300ms", Some(300)),
            ("1.5s", Some(1500)),
            ("2m", Some(120_000)),
            ("2", None),
            ("s", None),
        ];
        for (text, wanted) in times {
            assert_eq!(parse_time(text), wanted.map(Duration::from_millis), "{text}");
        }
    }
}
