/// A flag as data: how it is spelled and what it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flag {
    /// Without the dashes.
    pub long: &'static str,
    /// The one-letter form.
    pub short: Option<char>,
    /// What may follow it.
    pub takes: Takes,
    /// What it is when it is not given; empty where that says nothing.
    pub default: &'static str,
    /// One line for `--help`.
    pub about: &'static str,
}

/// What may follow a flag (pflag's types, as far as they differ in what they accept).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// Nothing, or `=true` and `=false`.
    Switch,
    /// Any text.
    Text,
    /// Text after `=`; without it, this value (pflag's `NoOptDefVal`).
    Optional(&'static str),
    /// A whole number.
    Number,
    /// A duration as Go writes it: `30s`, `1h15m`, `0`.
    Duration,
    /// Texts, comma-separated or by repeating the flag (pflag's `StringSlice`).
    List,
    /// Texts by repeating the flag; commas belong to them (pflag's `StringArray`).
    Repeated,
}

impl Flag {
    /// A flag without a short form and without a default worth saying.
    pub const fn new(long: &'static str, takes: Takes, about: &'static str) -> Self {
        let default = match takes {
            Takes::Switch => "false",
            _ => "",
        };
        Self { long, short: None, takes, default, about }
    }

    /// With a one-letter form.
    #[must_use]
    pub const fn short(self, letter: char) -> Self {
        Self { short: Some(letter), ..self }
    }

    /// With another default.
    #[must_use]
    pub const fn default(self, default: &'static str) -> Self {
        Self { default, ..self }
    }

    /// The value that the flag has when nothing follows it; none if it needs one.
    pub fn alone(&self) -> Option<&'static str> {
        match self.takes {
            Takes::Switch => Some("true"),
            Takes::Optional(value) => Some(value),
            _ => None,
        }
    }
}
