use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use super::glob;
use super::parameter::braces;
use super::pattern;
use super::state::{Flow, LONGEST_VALUE, Shell};
use super::tree::{List, Operation, Parameter, Part, Word};
use crate::sandbox::process::kernel::{Task, Woken};

/// A command has no more fields.
const MOST_FIELDS: usize = 20_000;

/// A future that may hold another of its own kind.
pub(super) type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A field while it is made: pieces with whether patterns mean something in them.
#[derive(Debug, Clone, Default)]
struct Field(Vec<(String, Meaning)>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meaning {
    /// Quoted: nothing.
    None,
    /// `*`, `?` and `[` are patterns.
    Pattern,
}

/// Where a part stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Context {
    /// In a word.
    Word,
    /// In the word of `${x:-…}`: its text is split as a value is.
    Operand,
    /// In double quotes.
    Quoted,
}

/// Collects fields.
#[derive(Debug)]
pub(super) struct Fields {
    done: Vec<Field>,
    current: Option<Field>,
    separators: Vec<char>,
    splits: bool,
    after_blank: bool,
    size: usize,
}

impl Field {
    fn push(&mut self, text: &str, meaning: Meaning) {
        match self.0.last_mut() {
            Some((last, same)) if *same == meaning => last.push_str(text),
            _ => self.0.push((text.to_owned(), meaning)),
        }
    }

    fn text(&self) -> String {
        self.0.iter().map(|(text, _)| text.as_str()).collect()
    }

    fn pattern(&self) -> String {
        let piece = |(text, meaning): &(String, Meaning)| match meaning {
            Meaning::None => pattern::escape(text),
            Meaning::Pattern => text.clone(),
        };
        self.0.iter().map(piece).collect()
    }

    fn has_pattern(&self) -> bool {
        self.0
            .iter()
            .any(|(text, meaning)| *meaning == Meaning::Pattern && text.contains(['*', '?', '[']))
    }
}

impl Fields {
    fn new(separators: &str, splits: bool) -> Self {
        let separators = separators.chars().collect();
        Self { done: Vec::new(), current: None, separators, splits, after_blank: false, size: 0 }
    }

    /// Text that is one with what stands before.
    pub(super) fn quoted(&mut self, text: &str) {
        self.add(text, Meaning::None);
    }

    fn add(&mut self, text: &str, meaning: Meaning) {
        self.after_blank = false;
        self.size += text.len();
        self.current.get_or_insert_default().push(text, meaning);
    }

    /// The field is complete; another one begins when something is added.
    pub(super) fn end_field(&mut self) {
        self.done.extend(self.current.take());
    }

    /// A value outside of quotes: what separates fields in it does so.
    pub(super) fn value(&mut self, value: &str) {
        if !self.splits {
            if !value.is_empty() {
                self.add(value, Meaning::Pattern);
            }
            return;
        }
        let mut piece = String::new();
        for character in value.chars() {
            if !self.separators.contains(&character) {
                piece.push(character);
                continue;
            }
            if !piece.is_empty() {
                self.add(&std::mem::take(&mut piece), Meaning::Pattern);
            }
            self.separate(character.is_whitespace());
        }
        if !piece.is_empty() {
            self.add(&piece, Meaning::Pattern);
        }
    }

    /// Source: POSIX, Shell Command Language, 2.6.5.
    fn separate(&mut self, is_blank: bool) {
        match (is_blank, self.current.is_some()) {
            (true, true) => {
                self.end_field();
                self.after_blank = true;
            }
            (true, false) => {}
            (false, true) => self.end_field(),
            (false, false) if self.after_blank => self.after_blank = false,
            (false, false) => self.done.push(Field::default()),
        }
    }

    fn finish(mut self) -> Vec<Field> {
        self.end_field();
        self.done
    }

    fn is_too_much(&self) -> bool {
        self.size > 4 * LONGEST_VALUE || self.done.len() > MOST_FIELDS
    }
}

impl Shell {
    fn separators(&self) -> String {
        self.variables.get("IFS").unwrap_or(" \t\n").to_owned()
    }

    /// The fields of words: values put in, split, and paths for patterns.
    pub(super) async fn fields(&mut self, words: &[Word]) -> Result<Vec<String>, Flow> {
        let mut all = Vec::new();
        for word in words {
            let spread = if self.is_bash() { braces(word) } else { vec![word.clone()] };
            for word in &spread {
                let mut fields = Fields::new(&self.separators(), true);
                self.word_into(word, &mut fields).await?;
                for field in fields.finish() {
                    all.extend(self.paths(&field));
                }
            }
            if all.len() > MOST_FIELDS {
                return Err(self.fatal("argument list too long").await);
            }
        }
        Ok(all)
    }

    fn paths(&self, field: &Field) -> Vec<String> {
        if field.has_pattern() && !self.options.no_glob {
            let paths = glob::expand(&self.system, &field.pattern());
            if !paths.is_empty() {
                return paths;
            }
        }
        vec![field.text()]
    }

    /// The text of a word, in one piece.
    pub(super) async fn text(&mut self, word: &Word) -> Result<String, Flow> {
        let mut fields = Fields::new("", false);
        self.word_into(word, &mut fields).await?;
        Ok(joined(&fields.finish(), Field::text))
    }

    /// A word as a pattern: what is quoted in it fits only itself.
    pub(super) async fn pattern(&mut self, word: &Word) -> Result<String, Flow> {
        let mut fields = Fields::new("", false);
        self.word_into(word, &mut fields).await?;
        Ok(joined(&fields.finish(), Field::pattern))
    }

    async fn word_into(&mut self, word: &Word, fields: &mut Fields) -> Result<(), Flow> {
        let (home, rest) = self.home(word);
        if let Some(home) = home {
            fields.quoted(&home);
        }
        self.parts_into(&rest, Context::Word, fields).await
    }

    /// `~` and `~/…`: the home directory, and the word without it.
    fn home(&self, word: &Word) -> (Option<String>, Word) {
        let Some(Part::Text(first)) = word.first() else { return (None, word.clone()) };
        let is_home = first == "~" && word.len() == 1 || first.starts_with("~/");
        match self.variables.get("HOME").filter(|_| is_home) {
            Some(home) => {
                let mut rest = word.clone();
                rest[0] = Part::Text(first[1..].to_owned());
                (Some(home.to_owned()), rest)
            }
            None => (None, word.clone()),
        }
    }

    /// The values of parts, one after the other.
    pub(super) fn parts_into<'a>(
        &'a mut self,
        parts: &'a [Part],
        context: Context,
        fields: &'a mut Fields,
    ) -> Boxed<'a, Result<(), Flow>> {
        Box::pin(async move {
            for part in parts {
                self.part_into(part, context, fields).await?;
                if fields.is_too_much() {
                    return Err(self.fatal("out of memory").await);
                }
            }
            Ok(())
        })
    }

    async fn part_into(
        &mut self,
        part: &Part,
        context: Context,
        fields: &mut Fields,
    ) -> Result<(), Flow> {
        match part {
            Part::Text(text) => match context {
                Context::Word if text.is_empty() => {}
                Context::Word => fields.add(text, Meaning::Pattern),
                Context::Operand => fields.value(text),
                Context::Quoted => fields.quoted(text),
            },
            Part::Quoted(text) => fields.quoted(text),
            Part::Double(parts) => {
                if !self.is_only_no_arguments(parts) {
                    fields.quoted("");
                    self.parts_into(parts, Context::Quoted, fields).await?;
                }
            }
            Part::Parameter(parameter) => self.parameter(parameter, context, fields).await?,
            Part::Command(list) => {
                let value = self.substitute(list).await?;
                self.put(&value, context, fields);
            }
            Part::Arithmetic(word) => {
                let value = self.arithmetic(word).await?;
                self.put(&value.to_string(), context, fields);
            }
        }
        Ok(())
    }

    /// `"$@"` without arguments is no field at all.
    fn is_only_no_arguments(&self, parts: &[Part]) -> bool {
        let is_all = |part: &Part| matches!(part, Part::Parameter(Parameter { name, operation: Operation::Value }) if name == "@");
        self.arguments.is_empty() && !parts.is_empty() && parts.iter().all(is_all)
    }

    /// A value, as its place wants it.
    pub(super) fn put(&self, value: &str, context: Context, fields: &mut Fields) {
        match context {
            Context::Quoted => fields.quoted(value),
            Context::Word | Context::Operand => fields.value(value),
        }
    }

    /// The text of parts as if they stood in double quotes.
    pub(super) async fn quoted_text(
        &mut self,
        parts: &[Part],
        context: Context,
    ) -> Result<String, Flow> {
        let mut fields = Fields::new("", false);
        self.parts_into(parts, context, &mut fields).await?;
        Ok(joined(&fields.finish(), Field::text))
    }

    /// The value of an arithmetic expression.
    pub(super) async fn arithmetic(&mut self, word: &Word) -> Result<i64, Flow> {
        let text = self.quoted_text(word, Context::Quoted).await?;
        match super::arithmetic::evaluate(&text, self) {
            Ok(value) => Ok(value),
            Err(message) => Err(self.fatal(&message).await),
        }
    }

    /// What commands print, without the line ends behind it.
    pub(super) async fn substitute(&mut self, list: &Arc<List>) -> Result<String, Flow> {
        let (reader, writer) = self.system.pipe();
        let mut shell = self.for_subshell();
        let list = Arc::clone(list);
        let mut handles = self.handles();
        handles.insert(1, writer);
        let new = self.new_process(self.process_arguments(), handles);
        let spawned = self.system.spawn(new, |system| {
            shell.system = system;
            Task::new(async move { shell.run_to_end(&list).await })
        });
        let Ok(pid) = spawned else {
            return Err(self.fatal("can't fork: Resource temporarily unavailable").await);
        };
        let Ok(number) = self.system.add_handle(reader) else { return Err(Flow::Exit) };
        let output = self.system.read_to_end(number, LONGEST_VALUE).await.unwrap_or_default();
        self.system.close(number);
        if let Woken::Child(_, status) = self.system.wait(Some(pid), false).await {
            self.status = status.code();
            self.substituted = Some(self.status);
        }
        let text = String::from_utf8_lossy(&output).replace('\0', "");
        Ok(text.trim_end_matches('\n').to_owned())
    }
}

fn joined(fields: &[Field], piece: impl Fn(&Field) -> String) -> String {
    fields.iter().map(piece).collect::<Vec<_>>().join(" ")
}

impl super::arithmetic::Values for Shell {
    fn get(&self, name: &str) -> Option<String> {
        match self.special(name) {
            Some(value) => value,
            None => self.variables.get(name).map(str::to_owned),
        }
    }

    fn set(&mut self, name: &str, value: i64) -> Result<(), String> {
        self.variables
            .set(name, &value.to_string())
            .map_err(|read_only| format!("{}: is read only", read_only.0))
    }
}
