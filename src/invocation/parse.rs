use super::flag::Flag;
use super::flags::{GLOBAL, LOOSE_VALUES};
use super::given::{Flags, complaint};
use super::sub_verb::{SubVerbRow, flags_of};
use super::usage_error::UsageError;
use super::verb::{Verb, VerbRow};
use super::verbs::VERBS;

/// A kubectl command line, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invocation {
    /// What to do.
    pub verb: Verb,
    /// The verb below it (`config view`, `create deployment`).
    pub sub_verb: Option<String>,
    /// What is neither verb nor flag, before a `--`; and after it, where the verb
    /// does not run a command.
    pub args: Vec<String>,
    /// The flags.
    pub flags: Flags,
    /// What stands after `--`, for `run`, `exec` and `debug`.
    pub command: Option<Vec<String>>,
}

/// Reads `argv`, without the program's name, as cobra and pflag would.
///
/// Of verbs that podlab only recognises every flag is taken as it stands.
///
/// # Errors
/// A verb or a flag that kubectl does not have, or a value that does not fit.
///
/// Source: `spf13/cobra/command.go` (`Find`, `stripFlags`), `spf13/pflag/flag.go`
/// (`parseArgs`, `parseLongArg`, `parseSingleShortArg`).
pub fn parse(argv: &[String]) -> Result<Invocation, UsageError> {
    let Some(at) = first_operand(argv, GLOBAL) else {
        return Reader::new(Verb::Help, None).read(argv);
    };
    let typed = argv[at].as_str();
    let verb = Verb::named(typed).ok_or_else(|| unknown_verb(argv, at))?;
    let mut rest = [&argv[..at], &argv[at + 1..]].concat();
    let sub_verb = take_sub_verb(verb.row(), &mut rest)?;
    Reader::new(verb, sub_verb).read(&rest)
}

/// A flag that the verb search stepped over may be what is really wrong.
fn unknown_verb(argv: &[String], at: usize) -> UsageError {
    match Reader::new(Verb::Help, None).read(&argv[..at]) {
        Err(flag) => flag,
        Ok(_) => UsageError::verb(&argv[at]),
    }
}

fn take_sub_verb(row: &VerbRow, rest: &mut Vec<String>) -> Result<Option<String>, UsageError> {
    if row.sub_verbs.is_empty() {
        return Ok(None);
    }
    let flags: Vec<Flag> = row.all_flags().copied().collect();
    let Some(at) = first_operand(rest, &flags) else { return Ok(None) };
    if row.sub_verbs.contains(&rest[at].as_str()) {
        let typed = rest.remove(at);
        return Ok(Some(whole_name(row.verb, typed, rest)));
    }
    if matches!(row.verb, Verb::Config | Verb::Rollout | Verb::Set) {
        return Err(UsageError::sub_verb(&rest[at], row.name));
    }
    Ok(None)
}

/// The name that the tables have for a verb below another one. `secret` and `service`
/// have verbs below themselves: that one is taken as well.
fn whole_name(verb: Verb, typed: String, rest: &mut Vec<String>) -> String {
    if let Some(row) = SubVerbRow::find(verb, &typed) {
        return row.name.to_owned();
    }
    let first = if typed == "svc" { "service" } else { typed.as_str() };
    let at = first_operand(rest, GLOBAL);
    let below = at.and_then(|at| SubVerbRow::find(verb, &format!("{first} {}", rest[at])));
    match (below, at) {
        (Some(row), Some(at)) => {
            rest.remove(at);
            row.name.to_owned()
        }
        _ => typed,
    }
}

/// Where the first argument stands that is no flag and no flag's value.
fn first_operand(argv: &[String], flags: &[Flag]) -> Option<usize> {
    let mut at = 0;
    while let Some(arg) = argv.get(at) {
        if arg == "--" {
            return None;
        }
        if !arg.starts_with('-') || arg == "-" {
            return Some(at);
        }
        at += if takes_the_next(arg, flags) { 2 } else { 1 };
    }
    None
}

fn takes_the_next(arg: &str, flags: &[Flag]) -> bool {
    let stands_alone = |flag: Option<&Flag>| flag.is_some_and(|flag| flag.alone().is_some());
    match arg.strip_prefix("--") {
        Some(name) => {
            !name.contains('=') && !stands_alone(flags.iter().find(|flag| flag.long == name))
        }
        None => {
            let mut letters = arg[1..].chars();
            let letter = letters.next();
            let one = letters.next().is_none();
            one && !stands_alone(flags.iter().find(|flag| flag.short == letter))
        }
    }
}

/// Reads the arguments of one verb.
struct Reader {
    row: &'static VerbRow,
    known_flags: Vec<&'static Flag>,
    command: String,
    strict: bool,
    invocation: Invocation,
}

impl Reader {
    fn new(verb: Verb, sub_verb: Option<String>) -> Self {
        let row = verb.row();
        let command = match (verb, &sub_verb) {
            (Verb::Help, _) => "kubectl".to_owned(),
            (_, None) => format!("kubectl {}", row.name),
            (_, Some(sub)) => format!("kubectl {} {sub}", row.name),
        };
        let known = sub_verb.as_deref().map(|sub| SubVerbRow::find(verb, sub).is_some());
        let strict = known.unwrap_or(row.flags.is_some()) || verb == Verb::Help;
        let known_flags = flags_of(verb, sub_verb.as_deref());
        let flags = Flags::new(known_flags.clone());
        let invocation = Invocation { verb, sub_verb, args: Vec::new(), flags, command: None };
        Self { row, known_flags, command, strict, invocation }
    }

    fn read(mut self, argv: &[String]) -> Result<Invocation, UsageError> {
        let mut rest = argv;
        while let Some((arg, after)) = rest.split_first() {
            rest = after;
            if arg == "--" {
                self.after_dashes(after);
                break;
            }
            if let Some(name) = arg.strip_prefix("--") {
                rest = self.long(arg, name, after)?;
            } else if arg.len() > 1 && arg.starts_with('-') {
                rest = self.letters(arg, after)?;
            } else {
                self.invocation.args.push(arg.clone());
            }
        }
        Ok(self.invocation)
    }

    fn known(&self, long: &str) -> Option<&'static Flag> {
        self.known_flags.iter().copied().find(|flag| flag.long == long)
    }

    fn after_dashes(&mut self, after: &[String]) {
        if matches!(self.row.verb, Verb::Run | Verb::Exec | Verb::Debug)
            || self.invocation.sub_verb.is_some()
        {
            self.invocation.command = Some(after.to_vec());
        } else {
            self.invocation.args.extend_from_slice(after);
        }
    }

    fn long<'a>(
        &mut self,
        arg: &str,
        name: &str,
        after: &'a [String],
    ) -> Result<&'a [String], UsageError> {
        if name.starts_with(['-', '=']) {
            return Err(self.wrong(format!("bad flag syntax: {arg}")));
        }
        let (name, value) = match name.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (name, None),
        };
        // kubectl takes `_` for `-` in flag names (`cliflag.WordSepNormalizeFunc`).
        let name = name.replace('_', "-");
        let Some(flag) = self.known(&name) else {
            return self.unknown_long(&name, value, after);
        };
        let (value, after) = match (value, flag.alone(), after.split_first()) {
            (Some(value), _, _) => (value, after),
            (None, Some(alone), _) => (alone, after),
            (None, None, Some((next, after))) => (next.as_str(), after),
            (None, None, None) => {
                return Err(self.wrong(format!("flag needs an argument: {arg}")));
            }
        };
        self.set(flag, value)?;
        Ok(after)
    }

    fn unknown_long<'a>(
        &mut self,
        name: &str,
        value: Option<&str>,
        after: &'a [String],
    ) -> Result<&'a [String], UsageError> {
        if self.strict {
            return Err(self.wrong(format!("unknown flag: --{name}")));
        }
        let takes_value = LOOSE_VALUES.iter().any(|(long, _)| *long == name);
        match (value, after.split_first()) {
            (Some(value), _) => self.invocation.flags.push(name, value),
            (None, Some((next, after))) if takes_value => {
                self.invocation.flags.push(name, next);
                return Ok(after);
            }
            (None, _) => self.invocation.flags.push(name, "true"),
        }
        Ok(after)
    }

    /// `-it`, `-n=ns`, `-nns`, `-o wide`.
    fn letters<'a>(&mut self, arg: &str, after: &'a [String]) -> Result<&'a [String], UsageError> {
        let mut letters = &arg[1..];
        while let Some(letter) = letters.chars().next() {
            let rest = &letters[letter.len_utf8()..];
            let Some((long, alone)) = self.letter(letter) else {
                return Err(self.wrong(format!("unknown shorthand flag: {letter:?} in -{letters}")));
            };
            if let Some(value) = rest.strip_prefix('=').filter(|value| !value.is_empty()) {
                self.set_named(&long, value)?;
                return Ok(after);
            }
            if let Some(alone) = alone {
                self.set_named(&long, alone)?;
                letters = rest;
                continue;
            }
            if !rest.is_empty() {
                self.set_named(&long, rest)?;
                return Ok(after);
            }
            let Some((next, after)) = after.split_first() else {
                let message = format!("flag needs an argument: {letter:?} in -{letters}");
                return Err(self.wrong(message));
            };
            self.set_named(&long, next)?;
            return Ok(after);
        }
        Ok(after)
    }

    /// The long name behind a letter, and its value when nothing follows.
    fn letter(&self, letter: char) -> Option<(String, Option<&'static str>)> {
        if let Some(flag) = self.known_flags.iter().find(|flag| flag.short == Some(letter)) {
            return Some((flag.long.to_owned(), flag.alone()));
        }
        if self.strict {
            return None;
        }
        match LOOSE_VALUES.iter().find(|(_, short)| *short == Some(letter)) {
            Some((long, _)) => Some(((*long).to_owned(), None)),
            None => Some((letter.to_string(), Some("true"))),
        }
    }

    fn set_named(&mut self, long: &str, value: &str) -> Result<(), UsageError> {
        match self.known(long) {
            Some(flag) => self.set(flag, value),
            None => {
                self.invocation.flags.push(long, value);
                Ok(())
            }
        }
    }

    fn set(&mut self, flag: &Flag, value: &str) -> Result<(), UsageError> {
        if let Some(complaint) = complaint(flag, value) {
            let name = match flag.short {
                Some(letter) => format!("-{letter}, --{}", flag.long),
                None => format!("--{}", flag.long),
            };
            let message = format!("invalid argument {value:?} for {name:?} flag: {complaint}");
            return Err(self.wrong(message));
        }
        self.invocation.flags.push(flag.long, value);
        Ok(())
    }

    fn wrong(&self, message: String) -> UsageError {
        UsageError::flag(message, &self.command)
    }
}

/// Whether kubectl has such a verb.
pub fn is_verb(name: &str) -> bool {
    VERBS.iter().any(|row| row.name == name)
}

#[cfg(test)]
#[path = "parse_tests.rs"]
mod tests;
