/// Nothing is nested deeper.
const DEEPEST: usize = 50;

/// Where an expression's variables are.
pub(crate) trait Values {
    /// The text of a variable.
    fn get(&self, name: &str) -> Option<String>;
    /// Gives a variable a value.
    fn set(&mut self, name: &str, value: i64) -> Result<(), String>;
}

/// The value of an arithmetic expression, or what is wrong with it.
///
/// Source of the grammar: POSIX, Shell Command Language, 2.6.4; C's precedences.
pub(crate) fn evaluate(text: &str, values: &mut dyn Values) -> Result<i64, String> {
    let mut expression =
        Expression { text: text.chars().collect(), at: 0, depth: 0, values, skips: 0 };
    expression.blanks();
    if expression.peek().is_none() {
        return Ok(0);
    }
    let value = expression.comma()?;
    match expression.peek() {
        None => Ok(value),
        Some(_) => Err("arithmetic syntax error".to_owned()),
    }
}

/// The value of an expression without variables.
pub(crate) fn evaluate_plain(text: &str) -> Option<i64> {
    struct Nowhere;
    impl Values for Nowhere {
        fn get(&self, _name: &str) -> Option<String> {
            Some("no number".to_owned())
        }
        fn set(&mut self, name: &str, _value: i64) -> Result<(), String> {
            Err(format!("{name}: no variable"))
        }
    }
    evaluate(text, &mut Nowhere).ok().filter(|_| text.contains(|it: char| it.is_ascii_digit()))
}

struct Expression<'a> {
    text: Vec<char>,
    at: usize,
    depth: usize,
    values: &'a mut dyn Values,
    /// Inside of what is not evaluated: `0 && (x = 1)`.
    skips: usize,
}

/// Binary operators by how loosely they bind.
const LEVELS: &[&[&str]] = &[
    &["||"],
    &["&&"],
    &["|"],
    &["^"],
    &["&"],
    &["==", "!="],
    &["<=", ">=", "<", ">"],
    &["<<", ">>"],
    &["+", "-"],
    &["*", "/", "%"],
    &["**"],
];

const ASSIGNMENTS: &[&str] = &["<<=", ">>=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "="];

const OPERATORS: &[&str] = &[
    "<<=", ">>=", "**", "&&", "||", "==", "!=", "<=", ">=", "<<", ">>", "++", "--", "+=", "-=",
    "*=", "/=", "%=", "&=", "|=", "^=", "+", "-", "*", "/", "%", "<", ">", "=", "!", "~", "&", "|",
    "^", "?", ":", ",", "(", ")",
];

impl Expression<'_> {
    fn peek(&self) -> Option<char> {
        self.text.get(self.at).copied()
    }

    fn blanks(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.at += 1;
        }
    }

    fn operator(&self) -> Option<&'static str> {
        OPERATORS.iter().copied().find(|operator| {
            operator
                .chars()
                .enumerate()
                .all(|(ahead, character)| self.text.get(self.at + ahead) == Some(&character))
        })
    }

    fn take(&mut self, wanted: &str) -> bool {
        let found = self.operator() == Some(wanted);
        if found {
            self.at += wanted.len();
            self.blanks();
        }
        found
    }

    fn comma(&mut self) -> Result<i64, String> {
        let mut value = self.assignment()?;
        while self.take(",") {
            value = self.assignment()?;
        }
        Ok(value)
    }

    fn assignment(&mut self) -> Result<i64, String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err("expression is nested too deeply".to_owned());
        }
        let start = self.at;
        let value = match self.name() {
            Some(name) => match self.operator().filter(|it| ASSIGNMENTS.contains(it)) {
                Some(operator) => {
                    self.take(operator);
                    let right = self.assignment()?;
                    let value = match operator.strip_suffix('=') {
                        Some("") | None => right,
                        Some(operator) => self.apply(operator, self.value_of(&name)?, right)?,
                    };
                    self.store(&name, value)?;
                    Ok(value)
                }
                None => {
                    self.at = start;
                    self.conditional()
                }
            },
            None => self.conditional(),
        };
        self.depth -= 1;
        value
    }

    fn conditional(&mut self) -> Result<i64, String> {
        let condition = self.binary(0)?;
        if !self.take("?") {
            return Ok(condition);
        }
        let yes = self.skipped(condition == 0, Self::assignment)?;
        if !self.take(":") {
            return Err("malformed ?: operator".to_owned());
        }
        let no = self.skipped(condition != 0, Self::assignment)?;
        Ok(if condition != 0 { yes } else { no })
    }

    fn skipped(
        &mut self,
        skip: bool,
        part: impl FnOnce(&mut Self) -> Result<i64, String>,
    ) -> Result<i64, String> {
        self.skips += usize::from(skip);
        let value = part(self);
        self.skips -= usize::from(skip);
        value
    }

    fn binary(&mut self, level: usize) -> Result<i64, String> {
        let Some(operators) = LEVELS.get(level) else { return self.unary() };
        let mut left = self.binary(level + 1)?;
        while let Some(operator) = self.operator().filter(|it| operators.contains(it)) {
            self.take(operator);
            left = match operator {
                "&&" => {
                    let right = self.skipped(left == 0, |it| it.binary(level + 1))?;
                    i64::from(left != 0 && right != 0)
                }
                "||" => {
                    let right = self.skipped(left != 0, |it| it.binary(level + 1))?;
                    i64::from(left != 0 || right != 0)
                }
                "**" => {
                    let right = self.binary(level)?;
                    self.apply("**", left, right)?
                }
                operator => {
                    let right = self.binary(level + 1)?;
                    self.apply(operator, left, right)?
                }
            };
        }
        Ok(left)
    }

    fn apply(&self, operator: &str, left: i64, right: i64) -> Result<i64, String> {
        Ok(match operator {
            "+" => left.wrapping_add(right),
            "-" => left.wrapping_sub(right),
            "*" => left.wrapping_mul(right),
            "/" | "%" if right == 0 => {
                return if self.skips > 0 { Ok(0) } else { Err("divide by zero".to_owned()) };
            }
            "/" => left.wrapping_div(right),
            "%" => left.wrapping_rem(right),
            "**" => power(left, right),
            "<<" => left.wrapping_shl(right as u32),
            ">>" => left.wrapping_shr(right as u32),
            "<" => i64::from(left < right),
            ">" => i64::from(left > right),
            "<=" => i64::from(left <= right),
            ">=" => i64::from(left >= right),
            "==" => i64::from(left == right),
            "!=" => i64::from(left != right),
            "&" => left & right,
            "^" => left ^ right,
            _ => left | right,
        })
    }

    fn unary(&mut self) -> Result<i64, String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err("expression is nested too deeply".to_owned());
        }
        let value = match self.operator() {
            Some("!") if self.take("!") => Ok(i64::from(self.unary()? == 0)),
            Some("~") if self.take("~") => Ok(!self.unary()?),
            Some("-") if self.take("-") => Ok(self.unary()?.wrapping_neg()),
            Some("+") if self.take("+") => self.unary(),
            Some(sign @ ("++" | "--")) => {
                self.take(sign);
                match self.name() {
                    Some(name) => {
                        let change = if sign == "++" { 1 } else { -1 };
                        let value = self.value_of(&name)?.wrapping_add(change);
                        self.store(&name, value).map(|()| value)
                    }
                    // Two signs: `--5`.
                    None => self.unary(),
                }
            }
            _ => self.primary(),
        };
        self.depth -= 1;
        value
    }

    fn primary(&mut self) -> Result<i64, String> {
        if self.take("(") {
            let value = self.comma()?;
            return match self.take(")") {
                true => Ok(value),
                false => Err("arithmetic syntax error".to_owned()),
            };
        }
        if let Some(name) = self.name() {
            let value = self.value_of(&name)?;
            for (sign, change) in [("++", 1), ("--", -1)] {
                if self.take(sign) {
                    self.store(&name, value.wrapping_add(change))?;
                }
            }
            return Ok(value);
        }
        self.number()
    }

    fn name(&mut self) -> Option<String> {
        let is_part = |character: char| character.is_ascii_alphanumeric() || character == '_';
        let first = self.peek().filter(|first| is_part(*first) && !first.is_ascii_digit())?;
        let mut name = first.to_string();
        self.at += 1;
        while let Some(next) = self.peek().filter(|next| is_part(*next)) {
            name.push(next);
            self.at += 1;
        }
        self.blanks();
        Some(name)
    }

    fn number(&mut self) -> Result<i64, String> {
        let mut digits = String::new();
        while let Some(next) =
            self.peek().filter(|next| next.is_ascii_alphanumeric() || *next == '#')
        {
            digits.push(next);
            self.at += 1;
        }
        self.blanks();
        parse_number(&digits).ok_or_else(|| "arithmetic syntax error".to_owned())
    }

    /// A variable's value is an expression itself; only numbers and names of further
    /// variables are followed.
    fn value_of(&self, name: &str) -> Result<i64, String> {
        let mut name = name.to_owned();
        for _ in 0..16 {
            let text = self.values.get(&name).unwrap_or_default();
            let text = text.trim();
            let (negative, digits) = match text.strip_prefix('-') {
                Some(rest) => (true, rest.trim_start()),
                None => (false, text.strip_prefix('+').unwrap_or(text)),
            };
            if digits.is_empty() && !negative {
                return Ok(0);
            }
            if let Some(value) = parse_number(digits) {
                return Ok(if negative { value.wrapping_neg() } else { value });
            }
            if !super::lexer::is_name(text) {
                return Err("arithmetic syntax error".to_owned());
            }
            text.clone_into(&mut name);
        }
        Err("expression recursion loop detected".to_owned())
    }

    fn store(&mut self, name: &str, value: i64) -> Result<(), String> {
        match self.skips {
            0 => self.values.set(name, value),
            _ => Ok(()),
        }
    }
}

/// `10`, `010`, `0x10`, `2#10`.
fn parse_number(digits: &str) -> Option<i64> {
    let parse = |digits: &str, base: u32| i64::from_str_radix(digits, base).ok();
    if let Some((base, digits)) = digits.split_once('#') {
        let base: u32 = base.parse().ok().filter(|base| (2..=36).contains(base))?;
        return parse(digits, base);
    }
    if let Some(hex) = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        return parse(hex, 16);
    }
    match digits.strip_prefix('0') {
        Some(octal) if !octal.is_empty() => parse(octal, 8),
        _ => parse(digits, 10),
    }
}

fn power(base: i64, exponent: i64) -> i64 {
    let mut value = 1_i64;
    for _ in 0..exponent.clamp(0, 64) {
        value = value.wrapping_mul(base);
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    impl Values for BTreeMap<String, String> {
        fn get(&self, name: &str) -> Option<String> {
            BTreeMap::get(self, name).cloned()
        }
        fn set(&mut self, name: &str, value: i64) -> Result<(), String> {
            self.insert(name.to_owned(), value.to_string());
            Ok(())
        }
    }

    #[test]
    fn expressions_have_values() {
        let rows = [
            ("1 + 2 * 3", Ok(7)),
            ("(1+2)*3", Ok(9)),
            ("7 / 2", Ok(3)),
            ("-7 % 3", Ok(-1)),
            ("1 << 4 | 1", Ok(17)),
            ("a = 5, a * 2", Ok(10)),
            ("b += 2", Ok(9)),
            ("b++ + ++b", Ok(16)),
            ("0 && (c = 9)", Ok(0)),
            ("c", Ok(0)),
            ("1 ? 2 : 3", Ok(2)),
            ("0x10 + 010", Ok(24)),
            ("!0 + ~0", Ok(0)),
            ("2 ** 3 ** 2", Ok(512)),
            ("d", Ok(7)),
            ("", Ok(0)),
            ("1 / 0", Err("divide by zero".to_owned())),
            ("1 +", Err("arithmetic syntax error".to_owned())),
            ("08", Err("arithmetic syntax error".to_owned())),
            ("5 5", Err("arithmetic syntax error".to_owned())),
            ("loop", Err("expression recursion loop detected".to_owned())),
        ];
        for (text, wanted) in rows {
            let mut values: BTreeMap<String, String> = [("b", "7"), ("d", "b"), ("loop", "loop")]
                .map(|(k, v)| (k.into(), v.into()))
                .into();
            assert_eq!(evaluate(text, &mut values), wanted, "{text}");
        }
        let deep = format!("{}1{}", "(".repeat(5000), ")".repeat(5000));
        assert!(evaluate(&deep, &mut BTreeMap::new()).is_err());
    }
}
