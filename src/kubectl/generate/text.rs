use serde_json::{Map, Value, json};

use crate::kubectl::failure::Failure;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// As Go's JSON writes bytes.
pub(in crate::kubectl) fn to_base64(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |index: usize| u32::from(chunk.get(index).copied().unwrap_or_default());
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for index in 0..4 {
            if index > chunk.len() {
                out.push('=');
            } else {
                let at = (bits >> (18 - 6 * index)) as usize & 63;
                out.push(char::from(ALPHABET[at]));
            }
        }
    }
    out
}

/// `a=b,c=d` as labels.
///
/// Source: `apimachinery/pkg/apis/meta/v1/helpers.go`, `ParseToLabelSelector`, as far as
/// it only has equalities.
pub(in crate::kubectl) fn labels(text: &str) -> Result<Map<String, Value>, Failure> {
    let pair = |pair: &str| match pair.replace("==", "=").split_once('=') {
        Some((key, value)) if !key.trim().is_empty() => {
            Ok((key.trim().to_owned(), json!(value.trim())))
        }
        _ => Err(Failure::message(format!(
            "podlab reads only equalities here, as in app=web; {pair:?} is none"
        ))),
    };
    text.split(',').map(pair).collect()
}

/// A number where it is one, else the text (Kubernetes' `IntOrString`).
pub(super) fn int_or_text(text: &str) -> Value {
    text.parse::<i32>().map_or_else(|_| json!(text), |number| json!(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_padded() {
        for (text, wanted) in
            [("", ""), ("2", "Mg=="), ("x\n", "eAo="), ("abc", "YWJj"), ("\u{7f}~?", "f34/")]
        {
            assert_eq!(to_base64(text.as_bytes()), wanted, "{text:?}");
        }
    }
}
