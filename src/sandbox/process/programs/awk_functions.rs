use super::awk_parse::Expression;
use super::awk_run::{LONGEST, Machine};
use super::awk_value::{Value, leading_number, split};
use super::printf_text;

impl Machine<'_> {
    pub(super) fn call(&mut self, name: &str, arguments: &[Expression]) -> Result<Value, String> {
        if matches!(name, "sub" | "gsub") {
            return self.replace(name == "gsub", arguments);
        }
        if name == "split" {
            return self.split_call(arguments);
        }
        if let ("length", [Expression::Variable(array)]) = (name, arguments)
            && let Some(array) = self.arrays.get(array)
        {
            return Ok(Value::Number(array.len() as f64));
        }
        if let ("match", [text, pattern]) = (name, arguments) {
            return self.match_call(text, pattern);
        }
        let texts = self.texts(arguments)?;
        self.text_call(name, &texts)
    }

    fn match_call(&mut self, text: &Expression, pattern: &Expression) -> Result<Value, String> {
        let text = self.value(text)?.text();
        let found = self.regex(pattern)?.find(text.as_bytes()).map(|it| (it.start() + 1, it.len()));
        let (start, length) = found.unwrap_or((0, 0));
        let length = found.map_or(-1.0, |_| length as f64);
        self.variables.insert("RSTART".to_owned(), Value::Number(start as f64));
        self.variables.insert("RLENGTH".to_owned(), Value::Number(length));
        Ok(Value::Number(start as f64))
    }

    /// Functions whose arguments are values only.
    fn text_call(&mut self, name: &str, texts: &[String]) -> Result<Value, String> {
        let text = |at: usize| texts.get(at).map(String::as_str).unwrap_or_default();
        let number = |at: usize| leading_number(text(at));
        Ok(match name {
            "length" if texts.is_empty() => Value::Number(self.record.chars().count() as f64),
            "length" => Value::Number(text(0).chars().count() as f64),
            "tolower" => Value::Text(text(0).to_lowercase()),
            "toupper" => Value::Text(text(0).to_uppercase()),
            "index" => {
                let at = text(0).find(text(1)).map_or(0, |at| text(0)[..at].chars().count() + 1);
                Value::Number(at as f64)
            }
            "substr" => {
                let from = number(1).round();
                let end = if texts.len() > 2 { from + number(2).round() } else { f64::INFINITY };
                let skipped = (from - 1.0).max(0.0) as usize;
                let count = (end - from.max(1.0)).clamp(0.0, LONGEST as f64) as usize;
                Value::Text(text(0).chars().skip(skipped).take(count).collect())
            }
            "sprintf" => match texts.split_first() {
                Some((format, values)) => {
                    let (text, _) = printf_text(&once(format), values);
                    Value::Text(String::from_utf8_lossy(&text).into_owned())
                }
                None => Value::None,
            },
            "int" => Value::Number(number(0).trunc()),
            "sqrt" => Value::Number(number(0).sqrt()),
            "exp" => Value::Number(number(0).exp()),
            "log" => Value::Number(number(0).ln()),
            "sin" => Value::Number(number(0).sin()),
            "cos" => Value::Number(number(0).cos()),
            "rand" => {
                self.steps += 1;
                Value::Number((self.steps as f64 * 0.618_033_988_749).fract())
            }
            "srand" => Value::Number(0.0),
            "system" | "close" | "fflush" => Value::Number(0.0),
            other => return Err(format!("function {other} is not known to podlab's sandbox")),
        })
    }

    fn split_call(&mut self, arguments: &[Expression]) -> Result<Value, String> {
        let [text, Expression::Variable(array), rest @ ..] = arguments else {
            return Err("split needs a text and an array".to_owned());
        };
        let text = self.value(text)?.text();
        let parts = match rest.first() {
            Some(Expression::Regex(regex)) => regex
                .split(text.as_bytes())
                .map(|it| String::from_utf8_lossy(it).into_owned())
                .collect(),
            Some(other) => {
                let separator = self.value(other)?.text();
                split(&text, &separator)
            }
            None => split(&text, &self.text_of("FS")),
        };
        let count = parts.len();
        let filled =
            parts.into_iter().enumerate().map(|(at, it)| ((at + 1).to_string(), Value::Input(it)));
        self.arrays.insert(array.clone(), filled.collect());
        Ok(Value::Number(count as f64))
    }

    fn replace(&mut self, all: bool, arguments: &[Expression]) -> Result<Value, String> {
        let [pattern, by, rest @ ..] = arguments else {
            return Err("sub needs two arguments".to_owned());
        };
        let regex = self.regex(pattern)?;
        let by = self.value(by)?.text().replace("\\\\&", "\\&");
        let record = Expression::Field(Box::new(Expression::Number(0.0)));
        let target = rest.first().unwrap_or(&record);
        let text = self.value(target)?.text();
        let mut count = 0;
        let mut replaced = |found: &regex::bytes::Captures<'_>| -> Vec<u8> {
            count += 1;
            let whole = String::from_utf8_lossy(&found[0]).into_owned();
            by.replace("\\&", "\u{1}").replace('&', &whole).replace('\u{1}', "&").into_bytes()
        };
        let limit = usize::from(!all);
        let new = regex.replacen(text.as_bytes(), limit, &mut replaced).into_owned();
        if count > 0 {
            let new = String::from_utf8_lossy(&new).into_owned();
            self.assign(target, Value::Text(new))?;
        }
        Ok(Value::Number(f64::from(count)))
    }
}

/// `printf` of awk reads its format once; the shell's begins again.
pub(super) fn once(format: &str) -> String {
    format!("{}\\c", format.replace('\\', "\\\\"))
}
