use super::pattern_text::{Grammar, Reading, compile};

/// A value: text that may look like a number.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Number(f64),
    Text(String),
    /// From the input: a number where it looks like one.
    Input(String),
    None,
}

impl Value {
    pub(super) fn number(&self) -> f64 {
        match self {
            Self::Number(number) => *number,
            Self::Text(text) | Self::Input(text) => leading_number(text),
            Self::None => 0.0,
        }
    }

    pub(super) fn text(&self) -> String {
        match self {
            Self::Number(number) => shown(*number),
            Self::Text(text) | Self::Input(text) => text.clone(),
            Self::None => String::new(),
        }
    }

    pub(super) fn is_numeric(&self) -> bool {
        match self {
            Self::Number(_) | Self::None => true,
            Self::Input(text) => text.trim().parse::<f64>().is_ok(),
            Self::Text(_) => false,
        }
    }

    pub(super) fn is_true(&self) -> bool {
        match self {
            Self::Number(number) => *number != 0.0,
            Self::Input(text) if self.is_numeric() => leading_number(text) != 0.0,
            other => !other.text().is_empty(),
        }
    }
}

fn shown(number: f64) -> String {
    match number == number.trunc() && number.abs() < 1e16 {
        true => format!("{number:.0}"),
        false => {
            let text = format!("{number:.6}");
            let digits = number.abs().log10().floor().max(0.0) as usize + 1;
            let places = 6_usize.saturating_sub(digits);
            let text = if places < 6 { format!("{number:.places$}") } else { text };
            match text.contains('.') {
                true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
                false => text,
            }
        }
    }
}

pub(super) fn leading_number(text: &str) -> f64 {
    let text = text.trim_start();
    let mut end = 0;
    for (at, character) in text.char_indices() {
        let fits = character.is_ascii_digit()
            || character == '.'
            || (at == 0 && matches!(character, '-' | '+'));
        if !fits {
            break;
        }
        end = at + 1;
    }
    text[..end].parse().unwrap_or(0.0)
}

pub(super) fn truth(value: bool) -> Value {
    Value::Number(f64::from(value))
}

pub(super) fn calculate(operator: &str, left: f64, right: f64) -> Result<f64, String> {
    Ok(match operator {
        "+" => left + right,
        "-" => left - right,
        "*" => left * right,
        "/" | "%" if right == 0.0 => return Err("division by zero".to_owned()),
        "/" => left / right,
        "%" => left % right,
        _ => left.powf(right),
    })
}

pub(super) fn split(text: &str, separator: &str) -> Vec<String> {
    if separator == " " {
        return text.split_whitespace().map(str::to_owned).collect();
    }
    if text.is_empty() {
        return Vec::new();
    }
    if separator.chars().count() <= 1 {
        return match separator.chars().next() {
            None => text.chars().map(String::from).collect(),
            Some(character) => text.split(character).map(str::to_owned).collect(),
        };
    }
    match compile(separator, Reading::new(Grammar::Extended)) {
        Ok(regex) => regex
            .split(text.as_bytes())
            .map(|it| String::from_utf8_lossy(it).into_owned())
            .collect(),
        Err(_) => text.split(separator).map(str::to_owned).collect(),
    }
}
