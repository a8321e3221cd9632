/// The options of a command line, as getopt takes it apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Options {
    /// Letters and long names, in the order of the command line, with their values.
    pub(super) given: Vec<(String, Option<String>)>,
    /// What is no option.
    pub(super) operands: Vec<String>,
}

/// Which options a program has.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known<'a> {
    /// Letters, those with a value followed by a colon: `f:iv`.
    pub(super) letters: &'a str,
    /// Long names, those with a value followed by `=`; ` x` behind stands for the letter.
    pub(super) long: &'a [(&'a str, &'a str)],
    /// Whether options may stand behind operands.
    pub(super) mixed: bool,
}

/// An option that is not known, or lacks its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum OptionError {
    /// Not known.
    Unknown(String),
    /// It needs a value.
    NoValue(String),
}

impl<'a> Known<'a> {
    /// Letters only.
    pub(super) fn letters(letters: &'a str) -> Self {
        Self { letters, long: &[], mixed: true }
    }

    fn takes_value(&self, letter: char) -> Option<bool> {
        let mut letters = self.letters.chars().peekable();
        while let Some(known) = letters.next() {
            let with_value = letters.next_if_eq(&':').is_some();
            if known == letter {
                return Some(with_value);
            }
        }
        None
    }

    /// Takes a command line apart.
    pub(super) fn parse(&self, arguments: &[String]) -> Result<Options, OptionError> {
        let mut options = Options::default();
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            if argument == "--" {
                options.operands.extend(rest.cloned());
                break;
            }
            if let Some(long) = argument.strip_prefix("--") {
                self.long(long, &mut rest, &mut options)?;
            } else if argument.len() > 1 && argument.starts_with('-') {
                self.short(&argument[1..], &mut rest, &mut options)?;
            } else {
                options.operands.push(argument.clone());
                if !self.mixed {
                    options.operands.extend(rest.cloned());
                    break;
                }
            }
        }
        Ok(options)
    }

    fn long(
        &self,
        text: &str,
        rest: &mut std::slice::Iter<'_, String>,
        options: &mut Options,
    ) -> Result<(), OptionError> {
        let (name, inline) = match text.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (text, None),
        };
        let known = self.long.iter().find(|(known, _)| known.trim_end_matches('=') == name);
        let Some((known, letter)) = known else {
            return Err(OptionError::Unknown(format!("--{name}")));
        };
        let value = match (known.ends_with('='), inline) {
            (true, Some(value)) => Some(value),
            (true, None) => {
                let value = rest.next().cloned();
                Some(value.ok_or_else(|| OptionError::NoValue(format!("--{name}")))?)
            }
            (false, inline) => inline,
        };
        let stands_for = if letter.is_empty() { name } else { letter };
        options.given.push((stands_for.to_owned(), value));
        Ok(())
    }

    fn short(
        &self,
        letters: &str,
        rest: &mut std::slice::Iter<'_, String>,
        options: &mut Options,
    ) -> Result<(), OptionError> {
        let mut characters = letters.chars();
        while let Some(letter) = characters.next() {
            let value = match self.takes_value(letter) {
                None => return Err(OptionError::Unknown(format!("-{letter}"))),
                Some(false) => None,
                Some(true) => {
                    let inline: String = characters.by_ref().collect();
                    let value = if inline.is_empty() { rest.next().cloned() } else { Some(inline) };
                    Some(value.ok_or_else(|| OptionError::NoValue(format!("-{letter}")))?)
                }
            };
            options.given.push((letter.to_string(), value));
        }
        Ok(())
    }
}

impl Options {
    /// Whether an option was given.
    pub(super) fn has(&self, name: &str) -> bool {
        self.given.iter().any(|(given, _)| given == name)
    }

    /// The last value of an option.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.given.iter().rfind(|(given, _)| given == name)?.1.as_deref()
    }

    /// All values of an option.
    pub(super) fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.given
            .iter()
            .filter(move |(given, _)| given == name)
            .filter_map(|(_, it)| it.as_deref())
    }

    /// How often each option was given.
    #[cfg(test)]
    pub(super) fn counts(&self) -> std::collections::BTreeMap<&str, usize> {
        let mut counts = std::collections::BTreeMap::new();
        for (name, _) in &self.given {
            *counts.entry(name.as_str()).or_default() += 1;
        }
        counts
    }
}

impl std::fmt::Display for OptionError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unknown(option) | Self::NoValue(option) => f.write_str(option),
        }
    }
}

impl super::Run {
    /// Takes the command line apart; where it is wrong, that is told.
    pub(super) async fn options(&self, known: Known<'_>) -> Result<Options, i32> {
        match known.parse(self.rest()) {
            Ok(options) => Ok(options),
            Err(OptionError::Unknown(option)) => Err(self.bad_option(&option).await),
            Err(OptionError::NoValue(option)) => {
                let letter = option.trim_start_matches('-');
                Err(match (self.is_gnu(), option.starts_with("--")) {
                    (true, false) => {
                        self.fail(format!("option requires an argument -- '{letter}'")).await
                    }
                    (true, true) => {
                        self.fail(format!("option '{option}' requires an argument")).await
                    }
                    _ => self.fail(format!("option requires an argument: {letter}")).await,
                })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_line_is_taken_apart() {
        let known = Known { letters: "ivn:", long: &[("lines=", "n"), ("quiet", "")], mixed: true };
        let parse = |line: &str| {
            let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
            known.parse(&words)
        };
        let options = parse("-iv a -n 3 --quiet b -- -i").unwrap();
        assert_eq!(options.operands, ["a", "b", "-i"]);
        assert_eq!(options.value("n"), Some("3"));
        assert_eq!(options.counts()["i"], 1);
        assert!(options.has("quiet") && !options.has("q"));
        assert_eq!(parse("-n5").unwrap().value("n"), Some("5"));
        assert_eq!(parse("--lines=5 --lines 6").unwrap().values("n").count(), 2);
        assert_eq!(parse("-x"), Err(OptionError::Unknown("-x".into())));
        assert_eq!(parse("-n"), Err(OptionError::NoValue("-n".into())));
    }
}
