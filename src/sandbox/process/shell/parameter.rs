use super::expand::{Context, Fields};
use super::lexer::is_name;
use super::pattern::Pattern;
use super::state::{Flow, LONGEST_VALUE, Shell};
use super::tree::{IfEmpty, Operation, Parameter, Part, Word};

impl Shell {
    /// The value of `$name` or of one of `@*#?-$!`.
    pub(super) fn value_of(&self, name: &str) -> Option<String> {
        match self.special(name) {
            Some(value) => value,
            None => self.variables.get(name).map(str::to_owned),
        }
    }

    /// Puts in what `${…}` stands for.
    pub(super) async fn parameter(
        &mut self,
        parameter: &Parameter,
        context: Context,
        fields: &mut Fields,
    ) -> Result<(), Flow> {
        let name = parameter.name.as_str();
        let value = self.value_of(name);
        let is_missing = |empty: IfEmpty| match empty {
            IfEmpty::Too => value.as_deref().is_none_or(str::is_empty),
            IfEmpty::Not => value.is_none(),
        };
        match &parameter.operation {
            Operation::Default(word, empty) if is_missing(*empty) => {
                return self.operand(word, context, fields).await;
            }
            Operation::Assign(word, empty) if is_missing(*empty) => {
                let text = self.text(word).await?;
                self.assign(name, &text).await?;
                self.put(&text, context, fields);
                return Ok(());
            }
            Operation::Alternative(_, empty) if is_missing(*empty) => return Ok(()),
            Operation::Alternative(word, _) => return self.operand(word, context, fields).await,
            Operation::Error(word, empty) if is_missing(*empty) => {
                return Err(self.missing(name, word, *empty).await);
            }
            _ => {}
        }
        if matches!(name, "@" | "*") && parameter.operation != Operation::Length {
            return self.all_arguments(name, &parameter.operation, context, fields).await;
        }
        let Some(value) = value else {
            if self.options.no_unset {
                let message = match self.is_bash() {
                    true => format!("{name}: unbound variable"),
                    false => format!("{name}: parameter not set"),
                };
                return Err(self.fatal_expansion(&message).await);
            }
            if parameter.operation == Operation::Length {
                self.put("0", context, fields);
            }
            return Ok(());
        };
        let value = match (&parameter.operation, name) {
            (Operation::Length, "@" | "*") => self.arguments.len().to_string(),
            (operation, _) => self.transformed(&value, operation).await?,
        };
        self.put(&value, context, fields);
        Ok(())
    }

    async fn operand(
        &mut self,
        word: &Word,
        context: Context,
        fields: &mut Fields,
    ) -> Result<(), Flow> {
        let context = if context == Context::Quoted { context } else { Context::Operand };
        self.parts_into(word, context, fields).await
    }

    async fn missing(&mut self, name: &str, word: &Word, empty: IfEmpty) -> Flow {
        let text = match self.text(word).await {
            Ok(text) => text,
            Err(flow) => return flow,
        };
        let usual = match (self.is_bash(), empty) {
            (true, IfEmpty::Too) => "parameter null or not set",
            (true, IfEmpty::Not) => "parameter not set",
            (false, IfEmpty::Too) => "parameter not set or null",
            (false, IfEmpty::Not) => "parameter not set",
        };
        let text = if text.is_empty() { usual } else { &text };
        self.fatal_expansion(&format!("{name}: {text}")).await
    }

    /// Gives a variable a value; an error ends the shell.
    pub(super) async fn assign(&mut self, name: &str, value: &str) -> Result<(), Flow> {
        if !is_name(name) {
            return Err(self.fatal(&format!("{name}: bad variable name")).await);
        }
        if value.len() > LONGEST_VALUE {
            return Err(self.fatal("out of memory").await);
        }
        if self.variables.set(name, value).is_err() {
            let message = match self.is_bash() {
                true => format!("{name}: readonly variable"),
                false => format!("{name}: is read only"),
            };
            return Err(self.fatal(&message).await);
        }
        if self.options.export_all {
            self.variables.export(name, true);
        }
        Ok(())
    }

    /// `$@` and `$*`, each argument for itself where that is meant.
    async fn all_arguments(
        &mut self,
        name: &str,
        operation: &Operation,
        context: Context,
        fields: &mut Fields,
    ) -> Result<(), Flow> {
        let mut values = Vec::new();
        match operation {
            Operation::Slice { from, length } => {
                let from = self.arithmetic(from).await?.max(0) as usize;
                let length = match length {
                    Some(length) => self.arithmetic(length).await?.max(0) as usize,
                    None => usize::MAX,
                };
                let all = std::iter::once(self.name.clone()).chain(self.arguments.iter().cloned());
                values.extend(all.skip(from).take(length));
            }
            operation => {
                for argument in self.arguments.clone() {
                    values.push(self.transformed(&argument, operation).await?);
                }
            }
        }
        if name == "*" && context == Context::Quoted {
            let separator = match self.variables.get("IFS") {
                Some(separators) => separators.chars().next().map(String::from),
                None => Some(" ".to_owned()),
            };
            fields.quoted(&values.join(&separator.unwrap_or_default()));
            return Ok(());
        }
        for (number, value) in values.iter().enumerate() {
            if number > 0 {
                fields.end_field();
            }
            self.put(value, context, fields);
        }
        Ok(())
    }

    async fn transformed(&mut self, value: &str, operation: &Operation) -> Result<String, Flow> {
        Ok(match operation {
            Operation::Length => value.chars().count().to_string(),
            Operation::Indirect => self.value_of(value).unwrap_or_default(),
            Operation::Trim { pattern, suffix, longest } => {
                let pattern = Pattern::new(&self.pattern(pattern).await?);
                match suffix {
                    true => trim_end(value, &pattern, *longest),
                    false => trim_start(value, &pattern, *longest),
                }
            }
            Operation::Replace { pattern, by, all } => {
                let pattern = self.pattern(pattern).await?;
                let by = self.text(by).await?;
                replace(value, &pattern, &by, *all)
            }
            Operation::Slice { from, length } => {
                let from = self.arithmetic(from).await?;
                let length = match length {
                    Some(length) => Some(self.arithmetic(length).await?),
                    None => None,
                };
                slice(value, from, length)
            }
            Operation::Case { upper, all } => change_case(value, *upper, *all),
            _ => value.to_owned(),
        })
    }
}

fn trim_start(value: &str, pattern: &Pattern, longest: bool) -> String {
    let characters: Vec<char> = value.chars().collect();
    let fits = |end: &usize| pattern.matches_all(&characters[..*end]);
    let mut ends = 0..=characters.len();
    let end = if longest { ends.rfind(fits) } else { ends.find(fits) };
    characters[end.unwrap_or(0)..].iter().collect()
}

fn trim_end(value: &str, pattern: &Pattern, longest: bool) -> String {
    let characters: Vec<char> = value.chars().collect();
    let fits = |start: &usize| pattern.matches_all(&characters[*start..]);
    let mut starts = 0..=characters.len();
    let start = if longest { starts.find(fits) } else { starts.rfind(fits) };
    characters[..start.unwrap_or(characters.len())].iter().collect()
}

/// Replaces the longest pieces that fit; `#` and `%` tie the pattern to an end.
fn replace(value: &str, pattern: &str, by: &str, all: bool) -> String {
    let characters: Vec<char> = value.chars().collect();
    let (pattern, at_start, at_end) = match (pattern.strip_prefix('#'), pattern.strip_prefix('%')) {
        (Some(rest), _) => (rest, true, false),
        (None, Some(rest)) => (rest, false, true),
        (None, None) => (pattern, false, false),
    };
    if pattern.is_empty() || characters.len() > 20_000 {
        return value.to_owned();
    }
    let pattern = Pattern::new(pattern);
    let mut text = String::new();
    let mut at = 0;
    let mut goes_on = true;
    while at < characters.len() {
        let may_begin = goes_on && (!at_start || at == 0);
        let end = (at + 1..=characters.len()).rev().find(|end| {
            may_begin
                && (!at_end || *end == characters.len())
                && pattern.matches_all(&characters[at..*end])
        });
        match end {
            Some(end) => {
                text.push_str(by);
                at = end;
                goes_on = all;
            }
            None => {
                text.push(characters[at]);
                at += 1;
            }
        }
    }
    text
}

/// Source: bash's manual, Shell Parameter Expansion: negative numbers count from the end.
fn slice(value: &str, from: i64, length: Option<i64>) -> String {
    let characters: Vec<char> = value.chars().collect();
    let count = characters.len() as i64;
    let start = if from < 0 { count.saturating_add(from) } else { from.min(count) };
    if start < 0 {
        return String::new();
    }
    let end = match length {
        None => count,
        Some(length) if length < 0 => count.saturating_add(length),
        Some(length) => start.saturating_add(length).min(count),
    };
    characters.get(start as usize..end.max(start) as usize).unwrap_or_default().iter().collect()
}

fn change_case(value: &str, upper: bool, all: bool) -> String {
    let change = |text: &str| if upper { text.to_uppercase() } else { text.to_lowercase() };
    match value.chars().next() {
        Some(first) if !all => change(&first.to_string()) + &value[first.len_utf8()..],
        _ => change(value),
    }
}

/// bash's `{a,b}` and `{1..5}`: the words that one word stands for.
pub(super) fn braces(word: &Word) -> Vec<Word> {
    for (number, part) in word.iter().enumerate() {
        let Part::Text(text) = part else { continue };
        let Some((before, choices, after)) = first_brace(text) else { continue };
        let spread = choices.iter().take(10_000).flat_map(|choice| {
            let mut one = word[..number].to_vec();
            one.push(Part::Text(format!("{before}{choice}{after}")));
            one.extend_from_slice(&word[number + 1..]);
            braces(&one)
        });
        return spread.take(20_000).collect();
    }
    vec![word.clone()]
}

fn first_brace(text: &str) -> Option<(&str, Vec<String>, &str)> {
    let mut from = 0;
    while let Some(open) = text[from..].find('{').map(|at| from + at) {
        if let Some(close) = closing(&text[open..]) {
            let inner = &text[open + 1..open + close];
            if let Some(choices) = range(inner).or_else(|| alternatives(inner)) {
                return Some((&text[..open], choices, &text[open + close + 1..]));
            }
        }
        from = open + 1;
    }
    None
}

fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, character) in text.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth <= 1 => return Some(at),
            '}' => depth -= 1,
            _ => {}
        }
    }
    None
}

fn alternatives(inner: &str) -> Option<Vec<String>> {
    let mut parts = vec![String::new()];
    let mut depth = 0_usize;
    for character in inner.chars() {
        match character {
            ',' if depth == 0 => parts.push(String::new()),
            other => {
                match other {
                    '{' => depth += 1,
                    '}' => depth = depth.saturating_sub(1),
                    _ => {}
                }
                parts.last_mut()?.push(other);
            }
        }
    }
    (parts.len() > 1).then_some(parts)
}

fn range(inner: &str) -> Option<Vec<String>> {
    let (first, rest) = inner.split_once("..")?;
    let (last, step) = rest.split_once("..").unwrap_or((rest, "1"));
    let step = step.parse::<i64>().ok()?.unsigned_abs().max(1) as usize;
    if let (Ok(first_number), Ok(last_number)) = (first.parse::<i64>(), last.parse::<i64>()) {
        if first_number.abs_diff(last_number) > 100_000 {
            return None;
        }
        let padded = [first, last].iter().any(|it| it.len() > 1 && it.starts_with('0'));
        let width = if padded { first.len().max(last.len()) } else { 0 };
        let mut numbers: Vec<i64> =
            (first_number.min(last_number)..=first_number.max(last_number)).collect();
        if first_number > last_number {
            numbers.reverse();
        }
        return Some(numbers.iter().step_by(step).map(|n| format!("{n:0width$}")).collect());
    }
    let one = |text: &str| {
        let mut characters = text.chars();
        characters.next().filter(|c| c.is_ascii_alphabetic() && characters.next().is_none())
    };
    let (first, last) = (one(first)?, one(last)?);
    let mut letters: Vec<char> = (first.min(last)..=first.max(last)).collect();
    if first > last {
        letters.reverse();
    }
    Some(letters.iter().step_by(step).map(char::to_string).collect())
}
