use std::collections::BTreeMap;

use regex::bytes::Regex;

use super::awk_functions::once;
use super::awk_parse::{Expression, Pattern, Program, Rule, Statement};
use super::awk_value::{Value, calculate, split, truth};
use super::pattern_text::{Grammar, Reading, compile};
use super::printf_text;

/// A program that does more for one record is stopped.
const MOST_STEPS: usize = 500_000;
/// A text is no longer.
pub(super) const LONGEST: usize = 1 << 20;

/// How actions ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Done,
    Next,
    Break,
    Continue,
    Exit(i32),
}

pub(super) struct Machine<'a> {
    program: &'a Program,
    pub(super) variables: BTreeMap<String, Value>,
    pub(super) arrays: BTreeMap<String, BTreeMap<String, Value>>,
    pub(super) record: String,
    fields: Vec<String>,
    in_range: Vec<bool>,
    pub(super) steps: usize,
    /// What was printed.
    pub(super) out: String,
}

impl<'a> Machine<'a> {
    pub(super) fn new(program: &'a Program, env: &[(String, String)]) -> Self {
        let environ = env.iter().map(|(name, value)| (name.clone(), Value::Input(value.clone())));
        let mut machine = Self {
            program,
            variables: BTreeMap::new(),
            arrays: [("ENVIRON".to_owned(), environ.collect())].into(),
            record: String::new(),
            fields: Vec::new(),
            in_range: vec![false; program.rules.len()],
            steps: 0,
            out: String::new(),
        };
        for (name, value) in
            [("OFS", " "), ("ORS", "\n"), ("NR", "0"), ("NF", "0"), ("SUBSEP", "\u{1c}")]
        {
            machine.set(name, value);
        }
        machine
    }

    pub(super) fn set(&mut self, name: &str, value: &str) {
        self.variables.insert(name.to_owned(), Value::Input(value.to_owned()));
    }

    pub(super) fn text_of(&self, name: &str) -> String {
        self.variables.get(name).map(Value::text).unwrap_or_default()
    }

    pub(super) fn begin_record(&mut self, record: &str) {
        for name in ["NR", "FNR"] {
            let count = self.variables.get(name).map_or(0.0, Value::number) + 1.0;
            self.variables.insert(name.to_owned(), Value::Number(count));
        }
        self.steps = 0;
        self.set_record(record);
    }

    fn set_record(&mut self, record: &str) {
        record.clone_into(&mut self.record);
        self.fields = split(record, &self.text_of("FS"));
        self.note_count();
    }

    fn note_count(&mut self) {
        self.variables.insert("NF".to_owned(), Value::Number(self.fields.len() as f64));
    }

    /// Runs the rules of a kind.
    pub(super) fn run_rules(&mut self, wanted: impl Fn(&Pattern) -> bool) -> Result<End, String> {
        let program = self.program;
        for (number, rule) in program.rules.iter().enumerate().filter(|(_, it)| wanted(&it.pattern))
        {
            if !self.applies(rule, number)? {
                continue;
            }
            let end = match &rule.action {
                Some(action) => self.run(action)?,
                None => {
                    let record = self.record.clone();
                    self.print(&record);
                    End::Done
                }
            };
            match end {
                End::Next => return Ok(End::Done),
                End::Exit(code) => return Ok(End::Exit(code)),
                _ => {}
            }
        }
        Ok(End::Done)
    }

    fn applies(&mut self, rule: &Rule, number: usize) -> Result<bool, String> {
        match &rule.pattern {
            Pattern::Begin | Pattern::End | Pattern::Always => Ok(true),
            Pattern::When(condition) => self.value(condition).map(|it| it.is_true()),
            Pattern::Range(first, last) => {
                let begins = self.in_range[number] || self.value(first)?.is_true();
                if begins {
                    self.in_range[number] = !self.value(last)?.is_true();
                }
                Ok(begins)
            }
        }
    }

    fn print(&mut self, text: &str) {
        if self.out.len() < 8 * LONGEST {
            self.out.push_str(text);
            let end = self.text_of("ORS");
            self.out.push_str(&end);
        }
    }

    fn run(&mut self, statements: &[Statement]) -> Result<End, String> {
        for statement in statements {
            let end = self.statement(statement)?;
            if end != End::Done {
                return Ok(end);
            }
        }
        Ok(End::Done)
    }

    fn step(&mut self) -> Result<(), String> {
        self.steps += 1;
        match self.steps > MOST_STEPS {
            true => Err("podlab's sandbox stopped a loop without end".to_owned()),
            false => Ok(()),
        }
    }

    fn statement(&mut self, statement: &Statement) -> Result<End, String> {
        self.step()?;
        match statement {
            Statement::Print(values) if values.is_empty() => {
                let record = self.record.clone();
                self.print(&record);
            }
            Statement::Print(values) => {
                let texts = self.texts(values)?;
                let between = self.text_of("OFS");
                self.print(&texts.join(&between));
            }
            Statement::Printf(values) => {
                let texts = self.texts(values)?;
                if let Some((format, values)) = texts.split_first() {
                    let (text, _) = printf_text(&once(format), values);
                    self.out.push_str(&String::from_utf8_lossy(&text));
                }
            }
            Statement::Do(expression) => drop(self.value(expression)?),
            Statement::If(condition, yes, no) => {
                let branch = if self.value(condition)?.is_true() { yes } else { no };
                return self.run(branch);
            }
            Statement::While(condition, body) => {
                while self.value(condition)?.is_true() {
                    self.step()?;
                    match self.run(body)? {
                        End::Break => break,
                        End::Done | End::Continue => {}
                        end => return Ok(end),
                    }
                }
            }
            Statement::For(first, condition, step, body) => {
                return self.run_for(first.as_deref(), condition.as_ref(), step.as_deref(), body);
            }
            Statement::Each(name, array, body) => return self.run_each(name, array, body),
            Statement::Delete(array, None) => drop(self.arrays.remove(array)),
            Statement::Delete(array, Some(keys)) => {
                let key = self.key(keys)?;
                if let Some(array) = self.arrays.get_mut(array) {
                    array.remove(&key);
                }
            }
            Statement::Next => return Ok(End::Next),
            Statement::Exit(code) => {
                let code = match code {
                    Some(code) => self.value(code)?.number() as i32,
                    None => 0,
                };
                return Ok(End::Exit(code));
            }
            Statement::Break => return Ok(End::Break),
            Statement::Continue => return Ok(End::Continue),
        }
        Ok(End::Done)
    }

    fn run_for(
        &mut self,
        first: Option<&Statement>,
        condition: Option<&Expression>,
        step: Option<&Statement>,
        body: &[Statement],
    ) -> Result<End, String> {
        if let Some(first) = first {
            self.statement(first)?;
        }
        loop {
            self.step()?;
            if let Some(condition) = condition
                && !self.value(condition)?.is_true()
            {
                return Ok(End::Done);
            }
            match self.run(body)? {
                End::Break => return Ok(End::Done),
                End::Done | End::Continue => {}
                end => return Ok(end),
            }
            if let Some(step) = step {
                self.statement(step)?;
            }
        }
    }

    fn run_each(&mut self, name: &str, array: &str, body: &[Statement]) -> Result<End, String> {
        let keys: Vec<String> =
            self.arrays.get(array).map(|it| it.keys().cloned().collect()).unwrap_or_default();
        for key in keys {
            self.variables.insert(name.to_owned(), Value::Input(key));
            match self.run(body)? {
                End::Break => break,
                End::Done | End::Continue => {}
                end => return Ok(end),
            }
        }
        Ok(End::Done)
    }

    pub(super) fn texts(&mut self, values: &[Expression]) -> Result<Vec<String>, String> {
        values.iter().map(|value| self.value(value).map(|it| it.text())).collect()
    }

    fn key(&mut self, keys: &[Expression]) -> Result<String, String> {
        let texts = self.texts(keys)?;
        Ok(texts.join(&self.text_of("SUBSEP")))
    }

    fn field(&self, number: usize) -> Value {
        match number {
            0 => Value::Input(self.record.clone()),
            number => {
                self.fields.get(number - 1).map_or(Value::None, |it| Value::Input(it.clone()))
            }
        }
    }

    pub(super) fn value(&mut self, expression: &Expression) -> Result<Value, String> {
        self.step()?;
        Ok(match expression {
            Expression::Number(number) => Value::Number(*number),
            Expression::Text(text) => Value::Text(text.clone()),
            Expression::Regex(regex) => truth(regex.is_match(self.record.as_bytes())),
            Expression::Field(number) => {
                let number = self.value(number)?.number();
                if number < 0.0 {
                    return Err("access to negative field".to_owned());
                }
                self.field(number as usize)
            }
            Expression::Variable(name) => self.variables.get(name).cloned().unwrap_or(Value::None),
            Expression::Element(array, keys) => {
                let key = self.key(keys)?;
                let array = self.arrays.entry(array.clone()).or_default();
                if array.len() > 50_000 {
                    return Err("an array is too large for podlab's sandbox".to_owned());
                }
                array.entry(key).or_insert(Value::None).clone()
            }
            Expression::Assign(target, operator, value) => {
                let right = self.value(value)?;
                let new = match operator.strip_suffix('=') {
                    Some("") | None => right,
                    Some(operator) => {
                        let left = self.value(target)?.number();
                        Value::Number(calculate(operator, left, right.number())?)
                    }
                };
                self.assign(target, new.clone())?;
                new
            }
            Expression::Change { target, by, before } => {
                let old = self.value(target)?.number();
                self.assign(target, Value::Number(old + by))?;
                Value::Number(if *before { old + by } else { old })
            }
            Expression::Not(value) => truth(!self.value(value)?.is_true()),
            Expression::Negative(value) => Value::Number(-self.value(value)?.number()),
            Expression::Binary(operator, left, right) => self.binary(operator, left, right)?,
            Expression::Match(wanted, left, right) => {
                let text = self.value(left)?.text();
                let regex = self.regex(right)?;
                truth(regex.is_match(text.as_bytes()) == *wanted)
            }
            Expression::In(keys, array) => {
                let key = self.key(keys)?;
                truth(self.arrays.get(array).is_some_and(|array| array.contains_key(&key)))
            }
            Expression::Choice(condition, yes, no) => {
                let branch = if self.value(condition)?.is_true() { yes } else { no };
                self.value(branch)?
            }
            Expression::Call(name, arguments) => self.call(name, arguments)?,
        })
    }

    pub(super) fn regex(&mut self, expression: &Expression) -> Result<Regex, String> {
        match expression {
            Expression::Regex(regex) => Ok(regex.clone()),
            other => {
                let text = self.value(other)?.text();
                compile(&text, Reading::new(Grammar::Extended))
            }
        }
    }

    fn binary(
        &mut self,
        operator: &str,
        left: &Expression,
        right: &Expression,
    ) -> Result<Value, String> {
        let first = self.value(left)?;
        match operator {
            "&&" => return Ok(truth(first.is_true() && self.value(right)?.is_true())),
            "||" => return Ok(truth(first.is_true() || self.value(right)?.is_true())),
            _ => {}
        }
        let second = self.value(right)?;
        match operator {
            " " => {
                let text = first.text() + &second.text();
                if text.len() > LONGEST {
                    return Err("a text is too long for podlab's sandbox".to_owned());
                }
                Ok(Value::Text(text))
            }
            "+" | "-" | "*" | "/" | "%" | "^" => {
                calculate(operator, first.number(), second.number()).map(Value::Number)
            }
            _ => {
                let order = match first.is_numeric() && second.is_numeric() {
                    true => first.number().total_cmp(&second.number()),
                    false => first.text().cmp(&second.text()),
                };
                Ok(truth(match operator {
                    "==" => order.is_eq(),
                    "!=" => order.is_ne(),
                    "<" => order.is_lt(),
                    "<=" => order.is_le(),
                    ">" => order.is_gt(),
                    _ => order.is_ge(),
                }))
            }
        }
    }

    pub(super) fn assign(&mut self, target: &Expression, value: Value) -> Result<(), String> {
        match target {
            Expression::Variable(name) if name == "NF" => {
                self.fields.resize((value.number().max(0.0) as usize).min(10_000), String::new());
                self.record = self.fields.join(&self.text_of("OFS"));
                self.note_count();
            }
            Expression::Variable(name) => drop(self.variables.insert(name.clone(), value)),
            Expression::Element(array, keys) => {
                let key = self.key(keys)?;
                self.arrays.entry(array.clone()).or_default().insert(key, value);
            }
            Expression::Field(number) => {
                let number = self.value(number)?.number();
                if !(0.0..10_000.0).contains(&number) {
                    return Err("access to a field that cannot be".to_owned());
                }
                if number < 1.0 {
                    self.set_record(&value.text());
                    return Ok(());
                }
                let at = number as usize - 1;
                if self.fields.len() <= at {
                    self.fields.resize(at + 1, String::new());
                }
                self.fields[at] = value.text();
                self.record = self.fields.join(&self.text_of("OFS"));
                self.note_count();
            }
            _ => return Err("syntax error at =".to_owned()),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(text: &str, input: &str) -> Result<String, String> {
        let program = Program::parse(text)?;
        let mut machine = Machine::new(&program, &[]);
        machine.set("FS", " ");
        machine.run_rules(|it| matches!(it, Pattern::Begin))?;
        for record in input.lines() {
            machine.begin_record(record);
            machine.run_rules(|it| !matches!(it, Pattern::Begin | Pattern::End))?;
        }
        machine.run_rules(|it| matches!(it, Pattern::End))?;
        Ok(machine.out)
    }

    #[test]
    fn one_liners_of_labs() {
        let input = "NAME READY\nweb-1 1/1\nweb-2 0/1\n";
        let rows = [
            ("{print $1}", "NAME\nweb-1\nweb-2\n"),
            ("NR>1 {print $2, $1}", "1/1 web-1\n0/1 web-2\n"),
            ("/web/ && $2 ~ /^1/ {print $1\":\"NF}", "web-1:2\n"),
            ("END {print NR}", "3\n"),
            ("{n += length($1)} END {printf \"%d %.1f\\n\", n, n / NR}", "14 4.7\n"),
            ("BEGIN {for (i = 0; i < 3; i++) s = s i; print s}", "012\n"),
            ("{c[$2]++} END {for (k in c) print k, c[k]}", "0/1 1\n1/1 1\nREADY 1\n"),
            ("{gsub(/web/, \"[&]\"); print}", "NAME READY\n[web]-1 1/1\n[web]-2 0/1\n"),
            (
                "NR==2 {split($2, p, \"/\"); print p[1] + p[2], substr($1, 1, 3), toupper($1)}",
                "2 web WEB-1\n",
            ),
            ("NR==1, NR==2", "NAME READY\nweb-1 1/1\n"),
            ("$2 == \"READY\" {next} {$2 = \"x\"; print}", "web-1 x\nweb-2 x\n"),
            ("BEGIN {print 1 == 1.0, \"a\" < \"b\", !0, -3 % 2, 2 ^ 10}", "1 1 1 -1 1024\n"),
            ("NR > 1 { if ($1 == \"web-1\") print \"one\"; else print \"other\" }", "one\nother\n"),
        ];
        for (text, wanted) in rows {
            assert_eq!(run(text, input), Ok(wanted.to_owned()), "{text}");
        }
        assert!(run("BEGIN {while (1) i++}", "").is_err());
        assert!(run("{print", "").is_err());
        assert!(run(&"(".repeat(1000), "").is_err());
    }
}
