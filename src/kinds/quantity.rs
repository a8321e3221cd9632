//! Amounts: `500m`, `1Gi`.

/// Why a text is no amount, in the API's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum QuantityError {
    /// It does not begin with a number.
    #[error(
        "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
    )]
    Format,
    /// What follows the number is no unit.
    #[error("unable to parse quantity's suffix")]
    Suffix,
}

/// A parsed amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quantity {
    nanos: i128,
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Decimal,
    Binary,
    Exponent,
}

const NANOS: i128 = 1_000_000_000;

/// Binary units and their powers of 1024.
const BINARY: [&str; 7] = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

/// Decimal units and their powers of ten.
const DECIMAL: [(&str, i32); 10] = [
    ("E", 18),
    ("P", 15),
    ("T", 12),
    ("G", 9),
    ("M", 6),
    ("k", 3),
    ("", 0),
    ("m", -3),
    ("u", -6),
    ("n", -9),
];

impl Quantity {
    /// Reads an amount; what is finer than a billionth is rounded up.
    ///
    /// Source: `apimachinery/pkg/api/resource/quantity.go`, `ParseQuantity`.
    ///
    /// # Errors
    /// [`QuantityError`].
    pub fn parse(text: &str) -> Result<Self, QuantityError> {
        let (negative, rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let (number, suffix) = rest.split_at(end);
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if (whole.is_empty() && fraction.is_empty()) || fraction.contains('.') {
            return Err(QuantityError::Format);
        }
        let (format, multiplier, power) = unit(suffix).ok_or(QuantityError::Suffix)?;
        let nanos = scaled(whole, fraction, multiplier, power);
        Ok(Self { nanos: if negative { -nanos } else { nanos }, format })
    }

    /// The amount in thousandths, rounded up.
    pub fn milli(self) -> i128 {
        (self.nanos + 999_999).div_euclid(1_000_000)
    }

    /// The whole amount, rounded up.
    pub fn value(self) -> i128 {
        (self.nanos + NANOS - 1).div_euclid(NANOS)
    }

    /// Nothing, which takes the units of the first amount that is added.
    pub const ZERO: Self = Self { nanos: 0, format: Format::Decimal };

    /// Both together, in the units of this one.
    ///
    /// Source: `apimachinery/pkg/api/resource/quantity.go`, `Add`.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        let format = if self.nanos == 0 { other.format } else { self.format };
        Self { nanos: self.nanos.saturating_add(other.nanos), format }
    }

    /// The greater of both.
    #[must_use]
    pub fn or_more(self, other: Self) -> Self {
        if other.nanos > self.nanos { other } else { self }
    }

    /// The same amount, written in the units of another one.
    #[must_use]
    pub fn in_units_of(self, other: Self) -> Self {
        Self { format: other.format, ..self }
    }

    /// Whether it is less than nothing.
    pub fn is_negative(self) -> bool {
        self.nanos < 0
    }
}

impl PartialOrd for Quantity {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.nanos.cmp(&other.nanos))
    }
}

impl std::fmt::Display for Quantity {
    /// The one way to write it: a whole number with the largest unit that fits.
    ///
    /// Source: `quantity.go`, `CanonicalizeBytes`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.nanos == 0 {
            return f.write_str("0");
        }
        let whole = self.nanos % NANOS == 0;
        // Small or fractional amounts of bytes are written in decimal.
        if self.format == Format::Binary && whole && (self.nanos / NANOS).abs() >= 1024 {
            let mut value = self.nanos / NANOS;
            let mut power = 0;
            while value % 1024 == 0 && power + 1 < BINARY.len() {
                value /= 1024;
                power += 1;
            }
            return write!(f, "{value}{}", BINARY.get(power).unwrap_or(&""));
        }
        let fits = |power: i32| self.nanos % 10_i128.pow((power + 9).unsigned_abs()) == 0;
        let (unit, power) =
            DECIMAL.into_iter().find(|(_, power)| fits(*power)).unwrap_or(("n", -9));
        let value = self.nanos / 10_i128.pow((power + 9).unsigned_abs());
        match self.format {
            Format::Exponent if power != 0 => write!(f, "{value}e{power}"),
            _ => write!(f, "{value}{unit}"),
        }
    }
}

/// A unit as its way of writing, a factor and a power of ten.
fn unit(suffix: &str) -> Option<(Format, i128, i32)> {
    if let Some(power) = BINARY.iter().skip(1).position(|one| *one == suffix) {
        let shift = u32::try_from(power + 1).ok()? * 10;
        return Some((Format::Binary, 1_i128 << shift, 0));
    }
    if let Some((_, power)) = DECIMAL.iter().find(|(one, _)| *one == suffix) {
        return Some((Format::Decimal, 1, *power));
    }
    let exponent = suffix.strip_prefix(['e', 'E'])?;
    let power: i32 = exponent.strip_prefix('+').unwrap_or(exponent).parse().ok()?;
    (-18..=18).contains(&power).then_some((Format::Exponent, 1, power))
}

/// Digits with a factor and a power of ten, in billionths; saturates far above what
/// the API can hold.
fn scaled(whole: &str, fraction: &str, multiplier: i128, power: i32) -> i128 {
    /// More than 2^63 billionths of 10^18.
    const MOST: i128 = 10_i128.pow(34);
    let mut digits: i128 = 0;
    let kept_fraction = fraction.get(..fraction.len().min(18)).unwrap_or_default();
    for digit in whole.bytes().chain(kept_fraction.bytes()) {
        digits = (digits * 10 + i128::from(digit - b'0')).min(MOST);
    }
    let shift = 9 + power - i32::try_from(kept_fraction.len()).unwrap_or(0);
    let ten = 10_i128.pow(shift.unsigned_abs().min(36));
    let product = digits.saturating_mul(multiplier);
    let nanos = if shift >= 0 {
        product.saturating_mul(ten)
    } else {
        product.saturating_add(ten - 1) / ten
    };
    nanos.min(MOST)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn amounts_have_one_way_to_write_them() {
        let rows = [
            ("1000m", "1"),
            ("0.5", "500m"),
            (".5", "500m"),
            ("1.5Gi", "1536Mi"),
            ("1024Mi", "1Gi"),
            ("128Mi", "128Mi"),
            ("0", "0"),
            ("0Mi", "0"),
            ("1500M", "1500M"),
            ("2000M", "2G"),
            ("100m", "100m"),
            ("1e3", "1e3"),
            ("1E", "1E"),
            ("512", "512"),
            ("0.5Ki", "512"),
            ("-1", "-1"),
            ("0.0000000001", "1n"),
        ];
        for (text, wanted) in rows {
            assert_eq!(Quantity::parse(text).unwrap().to_string(), wanted, "{text}");
        }
        assert_eq!(Quantity::parse("abc"), Err(QuantityError::Format));
        assert_eq!(Quantity::parse(""), Err(QuantityError::Format));
        assert_eq!(Quantity::parse("1 Gi"), Err(QuantityError::Suffix));
        assert_eq!(Quantity::parse("64MB"), Err(QuantityError::Suffix));
    }

    proptest! {
        #[test]
        fn reading_never_panics_and_writing_is_stable(text in "[-+]?[0-9.]{0,30}[eEinumkKMGTP]{0,2}[-+]?[0-9]{0,4}") {
            if let Ok(quantity) = Quantity::parse(&text) {
                let written = quantity.to_string();
                let again = Quantity::parse(&written).unwrap();
                prop_assert_eq!(again.to_string(), written);
            }
        }
    }
}
