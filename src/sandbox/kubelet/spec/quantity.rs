use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// An amount of a resource: `100m`, `0.5`, `128Mi`.
///
/// Source: `apimachinery/pkg/api/resource/quantity.go`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Quantity {
    text: String,
    milli: i128,
}

/// The suffixes and what they stand for, in thousandths.
const SUFFIXES: &[(&str, i128)] = &[
    ("Ki", 1 << 10),
    ("Mi", 1 << 20),
    ("Gi", 1 << 30),
    ("Ti", 1 << 40),
    ("Pi", 1 << 50),
    ("Ei", 1 << 60),
    ("k", 1_000),
    ("M", 1_000_000),
    ("G", 1_000_000_000),
    ("T", 1_000_000_000_000),
    ("P", 1_000_000_000_000_000),
    ("E", 1_000_000_000_000_000_000),
];

impl Quantity {
    /// Reads one; none where the text is none.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        milli(text).map(|milli| Self { text: text.to_owned(), milli })
    }

    /// As it was written.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// In thousandths.
    pub(crate) fn milli(&self) -> i128 {
        self.milli
    }

    /// In whole units, rounded up.
    pub(crate) fn whole(&self) -> i128 {
        ceil(self.milli, 1000)
    }
}

impl<'de> Deserialize<'de> for Quantity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = match Value::deserialize(deserializer)? {
            Value::String(text) => text,
            other => other.to_string(),
        };
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom(format!("no quantity: {text}")))
    }
}

/// How many of `divisor` make up `amount`, rounded up; `is_cpu` counts in thousandths.
///
/// Source: `pkg/api/v1/resource/helpers.go`, `convertResourceCPUToString`.
pub(crate) fn divided(amount: &Quantity, divisor: Option<&Quantity>, is_cpu: bool) -> i128 {
    let divisor = divisor.filter(|divisor| divisor.milli != 0);
    if is_cpu {
        return ceil(amount.milli, divisor.map_or(1000, |divisor| divisor.milli));
    }
    ceil(amount.whole(), divisor.map_or(1, Quantity::whole))
}

fn ceil(amount: i128, by: i128) -> i128 {
    let by = by.max(1);
    amount.div_euclid(by) + i128::from(amount.rem_euclid(by) != 0)
}

fn milli(text: &str) -> Option<i128> {
    if let Some(number) = text.strip_suffix('m') {
        return scaled(number, 1);
    }
    for (suffix, factor) in SUFFIXES {
        if let Some(number) = text.strip_suffix(suffix) {
            return scaled(number, factor.checked_mul(1000)?);
        }
    }
    match text.split_once(['e', 'E']) {
        Some((number, exponent)) => {
            let exponent: u32 = exponent.strip_prefix('+').unwrap_or(exponent).parse().ok()?;
            scaled(number, 10_i128.checked_pow(exponent)?.checked_mul(1000)?)
        }
        None => scaled(text, 1000),
    }
}

/// A decimal number times a factor; what is smaller than a thousandth is rounded up.
fn scaled(number: &str, factor: i128) -> Option<i128> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let (negative, whole) = match whole.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, whole.strip_prefix('+').unwrap_or(whole)),
    };
    let digits = format!("{whole}{fraction}");
    if digits.is_empty() || fraction.len() > 12 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let amount = digits.parse::<i128>().ok()?.checked_mul(factor)?;
    let amount = ceil(amount, 10_i128.pow(u32::try_from(fraction.len()).ok()?));
    Some(if negative { -amount } else { amount })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_read_as_kubernetes_reads_them() {
        let rows = [
            ("1", Some(1000)),
            ("100m", Some(100)),
            ("0.5", Some(500)),
            ("1.5", Some(1500)),
            ("128Mi", Some(134_217_728_000)),
            ("1Gi", Some(1_073_741_824_000)),
            ("1k", Some(1_000_000)),
            ("1e3", Some(1_000_000)),
            ("2E", Some(2_000_000_000_000_000_000_000)),
            ("-1", Some(-1000)),
            ("", None),
            ("m", None),
            ("1 Gi", None),
            ("1.2.3", None),
            ("99999999999999999999999999999999Ei", None),
        ];
        for (text, wanted) in rows {
            assert_eq!(Quantity::parse(text).map(|q| q.milli()), wanted, "{text:?}");
        }
    }

    #[test]
    fn an_amount_is_divided_and_rounded_up() {
        let rows = [
            ("250m", None, true, 1),
            ("250m", Some("1m"), true, 250),
            ("1500m", Some("1"), true, 2),
            ("64Mi", None, false, 67_108_864),
            ("64Mi", Some("1Mi"), false, 64),
            ("65Mi", Some("1Gi"), false, 1),
            ("64Mi", Some("0"), false, 67_108_864),
        ];
        for (amount, divisor, is_cpu, wanted) in rows {
            let amount = Quantity::parse(amount).unwrap();
            let divisor = divisor.and_then(Quantity::parse);
            assert_eq!(
                divided(&amount, divisor.as_ref(), is_cpu),
                wanted,
                "{amount:?} {divisor:?}"
            );
        }
    }
}
