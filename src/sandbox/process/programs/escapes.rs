/// What backslashes mean in `printf`, `echo -e` and `$'…'`: as text.
pub(crate) fn unescape(text: &str) -> String {
    let bytes = unescape_bytes(text, Octal::Plain).0;
    String::from_utf8_lossy(&bytes).into_owned()
}

/// How octal numbers are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Octal {
    /// `\033`, `\33`
    Plain,
    /// `\0033` as well: what `echo -e` and `%b` read.
    AfterZero,
}

/// What backslashes mean, and whether `\c` has ended the text.
pub(crate) fn unescape_bytes(text: &str, octal: Octal) -> (Vec<u8>, bool) {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        bytes.extend_from_slice(&rest.as_bytes()[..at]);
        rest = &rest[at + 1..];
        let Some(letter) = rest.chars().next() else {
            bytes.push(b'\\');
            return (bytes, false);
        };
        if letter == 'c' {
            return (bytes, true);
        }
        rest = one(letter, rest, octal, &mut bytes);
    }
    bytes.extend_from_slice(rest.as_bytes());
    (bytes, false)
}

/// One sequence, from its letter on; what is left.
fn one<'a>(letter: char, rest: &'a str, octal: Octal, bytes: &mut Vec<u8>) -> &'a str {
    let after = &rest[letter.len_utf8()..];
    let simple = match letter {
        'a' => Some(7),
        'b' => Some(8),
        'e' | 'E' => Some(0x1b),
        'f' => Some(12),
        'n' => Some(b'\n'),
        'r' => Some(b'\r'),
        't' => Some(b'\t'),
        'v' => Some(11),
        '\\' => Some(b'\\'),
        '\'' => Some(b'\''),
        '"' => Some(b'"'),
        _ => None,
    };
    if let Some(byte) = simple {
        bytes.push(byte);
        return after;
    }
    match letter {
        '0'..='7' => {
            let digits = match (letter, octal) {
                ('0', Octal::AfterZero) => after,
                _ => rest,
            };
            let (value, after) = number(digits, 8, 3);
            bytes.push(value as u8);
            after
        }
        'x' => {
            let (value, left) = number(after, 16, 2);
            if left.len() == after.len() {
                bytes.extend_from_slice(b"\\x");
            } else {
                bytes.push(value as u8);
            }
            left
        }
        'u' | 'U' => {
            let (value, left) = number(after, 16, if letter == 'u' { 4 } else { 8 });
            match char::from_u32(value).filter(|_| left.len() < after.len()) {
                Some(character) => {
                    bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                }
                None => bytes.extend([b'\\', letter as u8]),
            }
            left
        }
        other => {
            bytes.push(b'\\');
            bytes.extend_from_slice(other.encode_utf8(&mut [0; 4]).as_bytes());
            after
        }
    }
}

fn number(text: &str, base: u32, most: usize) -> (u32, &str) {
    let length = text.chars().take(most).take_while(|it| it.is_digit(base)).count();
    let value = u32::from_str_radix(&text[..length], base).unwrap_or(0);
    (value, &text[length..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backslashes_mean_something() {
        assert_eq!(unescape(r"a\tb\n\033[1m\x41\u00e9\q\\"), "a\tb\n\u{1b}[1mAé\\q\\");
        assert_eq!(unescape_bytes(r"\0101\c x", Octal::AfterZero), (b"A".to_vec(), true));
        assert_eq!(unescape_bytes(r"\377\", Octal::Plain), (vec![255, b'\\'], false));
    }
}
