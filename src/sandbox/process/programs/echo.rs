use super::Run;
use super::escapes::{Octal, unescape_bytes};

pub(super) async fn echo(run: Run) -> i32 {
    let text = echo_text(run.rest(), false);
    run.print_bytes(&text).await;
    0
}

/// What `echo` prints; `always` reads backslashes without `-e`, as dash does.
pub(crate) fn echo_text(arguments: &[String], always: bool) -> Vec<u8> {
    let (mut newline, mut escapes, mut rest) = (true, always, arguments);
    while let Some((first, after)) = rest.split_first() {
        let letters = first.strip_prefix('-').unwrap_or_default();
        let known = if always { "n" } else { "neE" };
        if letters.is_empty() || !letters.chars().all(|letter| known.contains(letter)) {
            break;
        }
        for letter in letters.chars() {
            match letter {
                'n' => newline = false,
                'e' => escapes = true,
                _ => escapes = false,
            }
        }
        rest = after;
    }
    let text = rest.join(" ");
    let (mut bytes, ended) = match escapes {
        true => unescape_bytes(&text, Octal::AfterZero),
        false => (text.into_bytes(), false),
    };
    if newline && !ended {
        bytes.push(b'\n');
    }
    bytes
}

pub(super) async fn printf(run: Run) -> i32 {
    let Some((format, values)) = run.rest().split_first() else {
        return run.fail("missing operand").await;
    };
    let (text, problems) = printf_text(format, values);
    run.print_bytes(&text).await;
    for problem in &problems {
        run.fail(problem).await;
    }
    i32::from(!problems.is_empty())
}

/// So much a `printf` prints at most.
const MOST: usize = 1 << 20;

/// What `printf` prints, and what it complains about.
pub(crate) fn printf_text(format: &str, values: &[String]) -> (Vec<u8>, Vec<String>) {
    let mut printer =
        Printer { values: values.iter(), used: false, out: Vec::new(), problems: Vec::new() };
    loop {
        printer.used = false;
        let ended = printer.round(format);
        let more = !printer.values.as_slice().is_empty() && printer.used;
        if ended || !more || printer.out.len() > MOST {
            return (printer.out, printer.problems);
        }
    }
}

struct Printer<'a> {
    values: std::slice::Iter<'a, String>,
    used: bool,
    out: Vec<u8>,
    problems: Vec<String>,
}

/// `%-5.2f` taken apart.
#[derive(Default)]
struct Spec {
    left: bool,
    zero: bool,
    plus: bool,
    space: bool,
    alternate: bool,
    width: usize,
    precision: Option<usize>,
}

impl Printer<'_> {
    /// Once through the format; whether `\c` has ended everything.
    fn round(&mut self, format: &str) -> bool {
        let mut rest = format;
        while let Some(at) = rest.find('%') {
            if self.text(&rest[..at]) {
                return true;
            }
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix('%') {
                self.out.push(b'%');
                rest = after;
                continue;
            }
            let (spec, letter, after) = self.spec(rest);
            rest = after;
            match letter {
                Some(letter) => {
                    if self.convert(&spec, letter) {
                        return true;
                    }
                }
                None => {
                    self.problems.push("invalid format".to_owned());
                    return true;
                }
            }
        }
        self.text(rest)
    }

    fn text(&mut self, text: &str) -> bool {
        let (bytes, ended) = unescape_bytes(text, Octal::Plain);
        self.out.extend(bytes);
        ended
    }

    fn value(&mut self) -> Option<&str> {
        self.used = true;
        self.values.next().map(String::as_str)
    }

    fn number(&mut self) -> i64 {
        let Some(text) = self.value().map(str::to_owned) else { return 0 };
        let text = text.trim();
        if let Some(character) = text.strip_prefix(['"', '\'']) {
            return character.chars().next().map_or(0, |it| i64::from(u32::from(it)));
        }
        let (sign, digits) = match text.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, text.strip_prefix('+').unwrap_or(text)),
        };
        let parsed = if let Some(hex) = digits.strip_prefix("0x") {
            i64::from_str_radix(hex, 16)
        } else if digits.len() > 1 && digits.starts_with('0') {
            i64::from_str_radix(&digits[1..], 8)
        } else {
            digits.parse()
        };
        parsed.map(|it| it.wrapping_mul(sign)).unwrap_or_else(|_| {
            if !text.is_empty() {
                self.problems.push(format!("invalid number '{text}'"));
            }
            let digits: String = digits.chars().take_while(char::is_ascii_digit).collect();
            digits.parse::<i64>().unwrap_or(0).wrapping_mul(sign)
        })
    }

    fn spec<'t>(&mut self, text: &'t str) -> (Spec, Option<char>, &'t str) {
        let mut spec = Spec::default();
        let mut rest = text;
        while let Some(flag) = rest.chars().next().filter(|it| "-0+ #".contains(*it)) {
            match flag {
                '-' => spec.left = true,
                '0' => spec.zero = true,
                '+' => spec.plus = true,
                ' ' => spec.space = true,
                _ => spec.alternate = true,
            }
            rest = &rest[1..];
        }
        let (width, after) = self.count(rest);
        spec.left |= width < 0;
        spec.width = width.unsigned_abs().min(10_000) as usize;
        rest = after;
        if let Some(after) = rest.strip_prefix('.') {
            let (precision, after) = self.count(after);
            spec.precision = Some(precision.clamp(0, 10_000) as usize);
            rest = after;
        }
        rest = rest.trim_start_matches(['l', 'h', 'z', 'j']);
        let letter = rest.chars().next();
        (spec, letter, &rest[letter.map_or(0, char::len_utf8)..])
    }

    fn count<'t>(&mut self, text: &'t str) -> (i64, &'t str) {
        if let Some(rest) = text.strip_prefix('*') {
            return (self.number(), rest);
        }
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        (text[..digits].parse().unwrap_or(0), &text[digits..])
    }

    fn convert(&mut self, spec: &Spec, letter: char) -> bool {
        match letter {
            's' => {
                let text = self.value().unwrap_or_default().to_owned();
                let text: String = match spec.precision {
                    Some(most) => text.chars().take(most).collect(),
                    None => text,
                };
                self.pad(spec, &text, false);
            }
            'b' => {
                let text = self.value().unwrap_or_default().to_owned();
                let (bytes, ended) = unescape_bytes(&text, Octal::AfterZero);
                self.out.extend(bytes);
                return ended;
            }
            'q' => {
                let text = self.value().unwrap_or_default().to_owned();
                self.pad(spec, &crate::sandbox::process::shell::quote_by_backslashes(&text), false);
            }
            'c' => {
                let text: String = self.value().unwrap_or_default().chars().take(1).collect();
                self.pad(spec, &text, false);
            }
            'd' | 'i' => {
                let number = self.number();
                let digits = number.unsigned_abs().to_string();
                self.signed(spec, number < 0, &digits);
            }
            'u' => {
                let text = (self.number() as u64).to_string();
                self.pad(spec, &text, true);
            }
            'o' | 'x' | 'X' => {
                let number = self.number();
                let text = match letter {
                    'o' => format!("{number:o}"),
                    'x' => format!("{number:x}"),
                    _ => format!("{number:X}"),
                };
                let prefix = match (spec.alternate, letter) {
                    (true, 'o') => "0",
                    (true, 'x') => "0x",
                    (true, _) => "0X",
                    _ => "",
                };
                self.pad(spec, &format!("{prefix}{text}"), true);
            }
            'f' | 'F' | 'e' | 'E' | 'g' | 'G' => self.float(spec, letter),
            other => {
                self.problems.push(format!("%{other}: invalid directive"));
                return true;
            }
        }
        false
    }

    fn float(&mut self, spec: &Spec, letter: char) {
        let text = self.value().unwrap_or_default().trim().to_owned();
        let number: f64 = text.parse().unwrap_or(0.0);
        let precision = spec.precision.unwrap_or(6);
        let digits = match letter {
            'e' | 'E' => {
                let text = format!("{:.precision$e}", number.abs());
                match text.split_once('e') {
                    Some((mantissa, exponent)) => {
                        let exponent: i32 = exponent.parse().unwrap_or(0);
                        let sign = if exponent < 0 { '-' } else { '+' };
                        format!("{mantissa}e{sign}{:02}", exponent.abs())
                    }
                    None => text,
                }
            }
            'g' | 'G' => number.abs().to_string(),
            _ => format!("{:.precision$}", number.abs()),
        };
        self.signed(spec, number < 0.0, &digits);
    }

    fn signed(&mut self, spec: &Spec, negative: bool, digits: &str) {
        let sign = match (negative, spec.plus, spec.space) {
            (true, ..) => "-",
            (false, true, _) => "+",
            (false, false, true) => " ",
            _ => "",
        };
        let fill = spec.width.saturating_sub(sign.len() + digits.len());
        match spec.zero && !spec.left {
            true => self.out.extend(format!("{sign}{}{digits}", "0".repeat(fill)).bytes()),
            false => self.pad(spec, &format!("{sign}{digits}"), true),
        }
    }

    fn pad(&mut self, spec: &Spec, text: &str, is_number: bool) {
        let fill = spec.width.saturating_sub(text.chars().count());
        let padded = match (spec.left, spec.zero && is_number) {
            (true, _) => format!("{text}{}", " ".repeat(fill)),
            (false, true) => format!("{}{text}", "0".repeat(fill)),
            (false, false) => format!("{}{text}", " ".repeat(fill)),
        };
        self.out.extend(padded.bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printf_prints_as_real_ones_do() {
        let check = |format: &str, values: &[&str], wanted: &str| {
            let values: Vec<String> = values.iter().map(|it| (*it).to_owned()).collect();
            let (text, _) = printf_text(format, &values);
            assert_eq!(String::from_utf8_lossy(&text), wanted, "{format}");
        };
        check("%s-%d\\n", &["a", "5", "b", "6"], "a-5\nb-6\n");
        check("%5s|%-5s|%05d", &["a", "b", "-42"], "    a|b    |-0042");
        check("%x %o %c %%", &["255", "8", "xyz"], "ff 10 x %");
        check("%.2f %e", &["3.14159", "1500"], "3.14 1.500000e+03");
        check("%b", &["a\\tb\\c"], "a\tb");
        check("none", &["x"], "none");
        check("%s", &[], "");
        check("\\033]133;D;$?\\007", &[], "\u{1b}]133;D;$?\u{7}");
        check("%*d", &["4", "7"], "   7");
        check("%d", &["0x1f"], "31");
        check("%d", &["'A"], "65");
    }

    #[test]
    fn echo_knows_its_options() {
        let check = |words: &[&str], always: bool, wanted: &str| {
            let words: Vec<String> = words.iter().map(|it| (*it).to_owned()).collect();
            assert_eq!(String::from_utf8_lossy(&echo_text(&words, always)), wanted);
        };
        check(&["-n", "a", "b"], false, "a b");
        check(&["-ne", "a\\tb"], false, "a\tb");
        check(&["a\\tb"], false, "a\\tb\n");
        check(&["a\\tb"], true, "a\tb\n");
        check(&["-x"], false, "-x\n");
        check(&["-e", "x\\cy"], false, "x");
    }
}
