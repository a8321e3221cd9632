use serde_json::Value;

use crate::kinds::Quantity;

/// An amount in thousandths: `100m` is 100, `1Ki` is 1,024,000; what is none is 0.
pub(super) fn thousandths(amount: &Value) -> i128 {
    let parsed = match amount {
        Value::String(text) => Quantity::parse(text),
        Value::Number(number) => Quantity::parse(&number.to_string()),
        _ => return 0,
    };
    parsed.map_or(0, Quantity::milli).clamp(-MOST, MOST)
}

/// No node has more, and sums of it stay within bounds.
const MOST: i128 = 1 << 100;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn amounts_are_read_in_thousandths() {
        let cases = [
            (json!("100m"), 100),
            (json!(2), 2000),
            (json!("0.5"), 500),
            (json!("1.5Gi"), 1_610_612_736_000),
            (json!("much"), 0),
            (json!(null), 0),
        ];
        for (text, wanted) in cases {
            assert_eq!(thousandths(&text), wanted, "{text}");
        }
        assert!(thousandths(&json!("99999999999999999999999999999999999Ei")) <= MOST);
    }
}
