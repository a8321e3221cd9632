use serde_json::Value;

/// A quantity in thousandths: `100m` is 100, `1Ki` is 1,024,000; what is none is 0.
/// Parts of a thousandth are rounded up.
///
/// Source: `apimachinery/pkg/api/resource/quantity.go`, `ParseQuantity`.
pub(super) fn thousandths(quantity: &Value) -> i128 {
    match quantity {
        Value::String(text) => parse(text).unwrap_or(0),
        Value::Number(number) => parse(&number.to_string()).unwrap_or(0),
        _ => 0,
    }
}

fn parse(text: &str) -> Option<i128> {
    let end = text.find(|c: char| !(c.is_ascii_digit() || "+-.".contains(c))).unwrap_or(text.len());
    let (number, suffix) = text.split_at(end);
    let (multiple, divisor) = scale(suffix)?;
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let fraction = fraction.get(..fraction.len().min(9))?;
    let digits: i128 = format!("{whole}{fraction}").parse().ok()?;
    let divisor = divisor.checked_mul(10_i128.pow(u32::try_from(fraction.len()).ok()?))?;
    let product = digits.checked_mul(multiple)?.checked_mul(1000)?;
    Some(product.checked_add(divisor - 1)?.div_euclid(divisor))
}

/// What a suffix multiplies by, and divides by.
fn scale(suffix: &str) -> Option<(i128, i128)> {
    const STEPS: [&str; 7] = ["", "k", "M", "G", "T", "P", "E"];
    const BINARY: [&str; 7] = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
    let step = |steps: [&str; 7]| steps.iter().position(|step| *step == suffix);
    if let Some(step) = step(STEPS) {
        return Some((1000_i128.pow(u32::try_from(step).ok()?), 1));
    }
    if let Some(step) = step(BINARY) {
        return Some((1024_i128.pow(u32::try_from(step).ok()?), 1));
    }
    match suffix {
        "m" => Some((1, 1000)),
        "u" => Some((1, 1_000_000)),
        "n" => Some((1, 1_000_000_000)),
        _ => exponent(suffix.strip_prefix(['e', 'E'])?),
    }
}

fn exponent(digits: &str) -> Option<(i128, i128)> {
    let exponent: i32 = digits.parse().ok()?;
    let power = 10_i128.checked_pow(exponent.unsigned_abs())?;
    Some(if exponent < 0 { (1, power) } else { (power, 1) })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn quantities_are_read_as_kubernetes_writes_them() {
        let cases = [
            (json!("100m"), 100),
            (json!("1"), 1000),
            (json!(2), 2000),
            (json!("0.5"), 500),
            (json!("1.5Gi"), 1_610_612_736_000),
            (json!("64Mi"), 67_108_864_000),
            (json!("1e3"), 1_000_000),
            (json!("1E"), 1_000_000_000_000_000_000_000),
            (json!("1u"), 1),
            (json!("-1"), -1000),
            (json!("much"), 0),
            (json!("1e99999999999"), 0),
            (json!("99999999999999999999999999999999999999999Ei"), 0),
            (json!(null), 0),
        ];
        for (text, wanted) in cases {
            assert_eq!(thousandths(&text), wanted, "{text}");
        }
    }
}
