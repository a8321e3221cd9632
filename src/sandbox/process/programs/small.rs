//! `seq`, `expr`, `test`, `yes`, `clear`, `stty`, `sync`, `dd`.

use super::Run;
use super::options::Known;
use super::pattern_text::{Grammar, Reading, compile};
use crate::sandbox::process::errno::Errno;
use crate::sandbox::process::kernel::{OpenMode, lock};
use crate::sandbox::process::shell::{Flavor, evaluate_test};

pub(super) async fn seq(run: Run) -> i32 {
    let mut words: Vec<String> = Vec::new();
    let (mut separator, mut padded) = ("\n".to_owned(), false);
    let mut rest = run.rest().iter();
    while let Some(word) = rest.next() {
        match word.as_str() {
            "-w" => padded = true,
            "-s" => {
                let text = rest.next().map(String::as_str).unwrap_or("\n");
                separator = super::escapes::unescape(text);
            }
            "-f" => drop(rest.next()),
            word if word.starts_with("-s") => separator = super::escapes::unescape(&word[2..]),
            word => words.push(word.to_owned()),
        }
    }
    let numbers: Option<Vec<f64>> = words.iter().map(|word| word.parse().ok()).collect();
    let (first, step, last) = match numbers.as_deref() {
        Some([last]) => (1.0, 1.0, *last),
        Some([first, last]) => (*first, 1.0, *last),
        Some([first, step, last]) => (*first, *step, *last),
        Some(_) => return run.usage("missing operand").await,
        None => {
            let bad =
                words.iter().find(|it| it.parse::<f64>().is_err()).cloned().unwrap_or_default();
            return match run.is_gnu() {
                true => run.fail(format!("invalid floating point argument: '{bad}'")).await,
                false => run.usage("").await,
            };
        }
    };
    let digits = words.iter().map(|it| it.split_once('.').map_or(0, |(_, part)| part.len()));
    let width = words.iter().map(String::len).max().filter(|_| padded).unwrap_or(0);
    let (digits, count) = (digits.max().unwrap_or(0), count_of(first, step, last));
    let mut text = String::new();
    for number in 0..count {
        if number > 0 {
            text.push_str(&separator);
        }
        text.push_str(&format!("{:0width$.digits$}", first + step * number as f64));
        if text.len() > 32 << 10 {
            run.print(&std::mem::take(&mut text)).await;
        }
    }
    if count > 0 {
        text.push('\n');
    }
    run.print(&text).await;
    0
}

/// How many numbers there are from the first to the last.
fn count_of(first: f64, step: f64, last: f64) -> u64 {
    let steps = (last - first) / step + 1e-9;
    if steps.is_finite() && steps >= 0.0 { steps as u64 + 1 } else { 0 }
}

pub(super) async fn test(run: Run) -> i32 {
    let words = match (run.name(), run.rest().split_last()) {
        ("[" | "[[", Some((last, words))) if last.starts_with(']') => words,
        ("[" | "[[", _) => {
            run.fail("missing ]").await;
            return 2;
        }
        _ => run.rest(),
    };
    match evaluate_test(&run.system, words, Flavor::Plain) {
        Ok(value) => i32::from(!value),
        Err(message) => {
            run.fail(message).await;
            2
        }
    }
}

pub(super) async fn yes(run: Run) -> i32 {
    let line = if run.rest().is_empty() { "y".to_owned() } else { run.rest().join(" ") };
    let many = format!("{line}\n").repeat((4096 / (line.len() + 1)).max(1));
    loop {
        if run.system.write(1, many.as_bytes()).await.is_err() {
            return 1;
        }
    }
}

pub(super) async fn clear(run: Run) -> i32 {
    run.print("\u{1b}[H\u{1b}[J").await;
    0
}

pub(super) async fn stty(run: Run) -> i32 {
    let Some(terminal) = run.system.terminal_at(0) else {
        return match run.is_gnu() {
            true => run.fail("'standard input': Inappropriate ioctl for device").await,
            false => run.fail("standard input: Inappropriate ioctl for device").await,
        };
    };
    let (columns, rows, echo) = {
        let terminal = lock(&terminal);
        (terminal.columns, terminal.rows, terminal.shows_typing())
    };
    let mut words = run.rest().iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "size" => run.print(&format!("{rows} {columns}\n")).await,
            "-echo" | "echo" => lock(&terminal).set_lines(word == "echo"),
            "sane" => lock(&terminal).set_lines(true),
            "cols" | "columns" | "rows" => {
                if let Some(value) = words.next().and_then(|it| it.parse().ok()) {
                    let mut terminal = lock(&terminal);
                    let place =
                        if word == "rows" { &mut terminal.rows } else { &mut terminal.columns };
                    *place = value;
                }
            }
            _ => {}
        }
    }
    if run.rest().is_empty() || run.rest() == ["-a"] {
        let sign = if echo { "" } else { "-" };
        run.print(&format!("speed 38400 baud; rows {rows}; columns {columns};\nintr = ^C; erase = ^?; eof = ^D; {sign}echo icanon isig\n")).await;
    }
    0
}

pub(super) async fn dd(run: Run) -> i32 {
    let value =
        |name: &str| run.rest().iter().find_map(|word| word.strip_prefix(name)?.strip_prefix('='));
    let size = |name: &str, usual: u64| match value(name) {
        None => Some(usual),
        Some(text) => super::usage::binary_size(text),
    };
    let (Some(block), Some(skip)) = (size("bs", 512), size("skip", 0)) else {
        return run.fail("invalid number").await;
    };
    let block = block.clamp(1, 64 << 20) as usize;
    let count = value("count").and_then(|it| it.parse::<u64>().ok());
    let input = match value("if") {
        Some(path) => run.system.open(path, OpenMode::Read).map_err(|error| (path, error)),
        None => Ok(0),
    };
    let output = match value("of") {
        Some(path) => run.system.open(path, OpenMode::Write).map_err(|error| (path, error)),
        None => Ok(1),
    };
    let (input, output) = match (input, output) {
        (Ok(input), Ok(output)) => (input, output),
        (Err((path, error)), _) | (_, Err((path, error))) => {
            return run.fail_open(path, error).await;
        }
    };
    for _ in 0..skip {
        let _ = run.system.read(input, block).await;
    }
    let (bytes, failure) = copy_blocks(&run, (input, output), block, count).await;
    let code = match (failure, value("of")) {
        (None, _) => 0,
        (Some(error), Some(path)) if run.is_gnu() => {
            run.fail(format!("error writing '{path}': {error}")).await
        }
        (Some(error), _) => run.fail(format!("error writing: {error}")).await,
    };
    let (whole, part) = (bytes / block as u64, u64::from(bytes % block as u64 != 0));
    run.print_error(&format!(
        "{whole}+{part} records in\n{whole}+{part} records out\n{bytes} bytes ({}) copied, 0.001 seconds, {}/s\n",
        super::owners::human_size(bytes),
        super::owners::human_size(bytes.saturating_mul(1000))
    ))
    .await;
    code
}

/// How many bytes were copied, and what ended that.
async fn copy_blocks(
    run: &Run,
    (input, output): (i32, i32),
    block: usize,
    count: Option<u64>,
) -> (u64, Option<Errno>) {
    let (mut bytes, mut blocks) = (0_u64, 0_u64);
    while count.is_none_or(|count| blocks < count) {
        let mut left = block;
        while left > 0 {
            match run.system.read(input, left).await {
                Ok(piece) if !piece.is_empty() => {
                    if let Err(error) = run.system.write(output, &piece).await {
                        return (bytes, Some(error));
                    }
                    bytes += piece.len() as u64;
                    left -= piece.len();
                }
                _ => return (bytes, None),
            }
        }
        blocks += 1;
    }
    (bytes, None)
}

/// Source: POSIX, `expr`.
pub(super) async fn expr(run: Run) -> i32 {
    let mut expression = Expression { words: run.rest(), at: 0, depth: 0 };
    let value = expression.or();
    match value {
        Ok(value) if expression.at == expression.words.len() => {
            run.print(&format!("{value}\n")).await;
            i32::from(value.is_empty() || value == "0")
        }
        Ok(_) => {
            run.fail("syntax error").await;
            2
        }
        Err(message) => {
            run.fail(message).await;
            2
        }
    }
}

struct Expression<'a> {
    words: &'a [String],
    at: usize,
    depth: usize,
}

impl Expression<'_> {
    fn peek(&self) -> &str {
        self.words.get(self.at).map(String::as_str).unwrap_or_default()
    }

    fn or(&mut self) -> Result<String, String> {
        self.depth += 1;
        if self.depth > 50 {
            return Err("nested too deeply".to_owned());
        }
        let mut left = self.and()?;
        while self.peek() == "|" {
            self.at += 1;
            let right = self.and()?;
            if is_null(&left) {
                left = right;
            }
        }
        self.depth -= 1;
        Ok(left)
    }

    fn and(&mut self) -> Result<String, String> {
        let mut left = self.comparison()?;
        while self.peek() == "&" {
            self.at += 1;
            let right = self.comparison()?;
            if is_null(&left) || is_null(&right) {
                left = "0".to_owned();
            }
        }
        Ok(left)
    }

    fn comparison(&mut self) -> Result<String, String> {
        let mut left = self.sum()?;
        while let operator @ ("=" | "==" | "!=" | "<" | "<=" | ">" | ">=") = self.peek() {
            let operator = operator.to_owned();
            self.at += 1;
            let right = self.sum()?;
            let order = match (left.parse::<i64>(), right.parse::<i64>()) {
                (Ok(left), Ok(right)) => left.cmp(&right),
                _ => left.cmp(&right),
            };
            let is_true = match operator.as_str() {
                "=" | "==" => order.is_eq(),
                "!=" => order.is_ne(),
                "<" => order.is_lt(),
                "<=" => order.is_le(),
                ">" => order.is_gt(),
                _ => order.is_ge(),
            };
            left = i32::from(is_true).to_string();
        }
        Ok(left)
    }

    fn sum(&mut self) -> Result<String, String> {
        let mut left = self.product()?;
        while let operator @ ("+" | "-") = self.peek() {
            let plus = operator == "+";
            self.at += 1;
            let right = number(&self.product()?)?;
            let value = number(&left)?;
            left = if plus { value.wrapping_add(right) } else { value.wrapping_sub(right) }
                .to_string();
        }
        Ok(left)
    }

    fn product(&mut self) -> Result<String, String> {
        let mut left = self.matched()?;
        while let operator @ ("*" | "/" | "%") = self.peek() {
            let operator = operator.to_owned();
            self.at += 1;
            let right = number(&self.matched()?)?;
            let value = number(&left)?;
            if right == 0 && operator != "*" {
                return Err("division by zero".to_owned());
            }
            left = match operator.as_str() {
                "*" => value.wrapping_mul(right),
                "/" => value.wrapping_div(right),
                _ => value.wrapping_rem(right),
            }
            .to_string();
        }
        Ok(left)
    }

    fn matched(&mut self) -> Result<String, String> {
        let mut left = self.primary()?;
        while self.peek() == ":" {
            self.at += 1;
            let pattern = self.primary()?;
            let regex = compile(&format!("^{pattern}"), Reading::new(Grammar::Basic))?;
            left = match regex.captures(left.as_bytes()) {
                Some(found) => match found.get(1) {
                    Some(group) => String::from_utf8_lossy(group.as_bytes()).into_owned(),
                    None if regex.captures_len() > 1 => String::new(),
                    None => String::from_utf8_lossy(&found[0]).chars().count().to_string(),
                },
                None if regex.captures_len() > 1 => String::new(),
                None => "0".to_owned(),
            };
        }
        Ok(left)
    }

    fn primary(&mut self) -> Result<String, String> {
        let word = self.words.get(self.at).cloned().ok_or("syntax error")?;
        self.at += 1;
        match word.as_str() {
            "(" => {
                let value = self.or()?;
                if self.peek() != ")" {
                    return Err("syntax error".to_owned());
                }
                self.at += 1;
                Ok(value)
            }
            "length" if self.at < self.words.len() => {
                Ok(self.primary()?.chars().count().to_string())
            }
            "substr" if self.at + 2 < self.words.len() => {
                let text = self.primary()?;
                let (from, length) = (number(&self.primary()?)?, number(&self.primary()?)?);
                let skipped = (from - 1).max(0) as usize;
                Ok(text.chars().skip(skipped).take(length.max(0) as usize).collect())
            }
            _ => Ok(word),
        }
    }
}

fn is_null(text: &str) -> bool {
    text.is_empty() || text == "0"
}

fn number(text: &str) -> Result<i64, String> {
    text.parse().map_err(|_| "non-integer argument".to_owned())
}

/// `sync`, `fsync`: everything is where it belongs already.
pub(super) async fn sync(_run: Run) -> i32 {
    0
}

/// `base64`
pub(super) async fn base64(run: Run) -> i32 {
    let known = Known { letters: "dw:i", long: &[("decode", "d"), ("wrap=", "w")], mixed: true };
    let options = match run.options(known).await {
        Ok(options) => options,
        Err(code) => return code,
    };
    let path = options.operands.first().map_or("-", String::as_str);
    let content = match run.read_input(path).await {
        Ok(content) => content,
        Err(error) => return run.fail(format!("{path}: {error}")).await,
    };
    if options.has("d") {
        return match decode(&content) {
            Some(bytes) => {
                run.print_bytes(&bytes).await;
                0
            }
            None => match run.is_gnu() {
                true => run.fail("invalid input").await,
                false => run.fail("truncated input").await,
            },
        };
    }
    let width = options.value("w").and_then(|it| it.parse().ok()).unwrap_or(76_usize);
    let text = encode(&content);
    let lines: Vec<&str> = match width {
        0 => vec![text.as_str()],
        width => (0..text.len())
            .step_by(width)
            .map(|at| &text[at..(at + width).min(text.len())])
            .collect(),
    };
    run.print(&lines.join("\n")).await;
    if width > 0 {
        run.print("\n").await;
    }
    0
}

const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

pub(super) fn encode(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let value = chunk
            .iter()
            .enumerate()
            .fold(0_u32, |value, (at, byte)| value | u32::from(*byte) << (16 - 8 * at));
        for at in 0..4 {
            match at <= chunk.len() {
                true => text.push(char::from(LETTERS[(value >> (18 - 6 * at)) as usize & 63])),
                false => text.push('='),
            }
        }
    }
    text
}

fn decode(text: &[u8]) -> Option<Vec<u8>> {
    let (mut bytes, mut value, mut bits) = (Vec::new(), 0_u32, 0);
    for byte in text.iter().filter(|byte| !byte.is_ascii_whitespace() && **byte != b'=') {
        let digit = LETTERS.iter().position(|letter| letter == byte)?;
        value = value << 6 | digit as u32;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((value >> bits) as u8);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_goes_both_ways() {
        for (plain, coded) in
            [("", ""), ("a", "YQ=="), ("ab", "YWI="), ("abc", "YWJj"), ("admin\n", "YWRtaW4K")]
        {
            assert_eq!(encode(plain.as_bytes()), coded);
            assert_eq!(decode(coded.as_bytes()), Some(plain.as_bytes().to_vec()));
        }
        assert_eq!(decode(b"a*b"), None);
    }
}
