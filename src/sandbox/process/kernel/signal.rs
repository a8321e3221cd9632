/// A signal by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Signal(pub(crate) u8);

/// What a process does about a signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Disposition {
    /// What the system does.
    #[default]
    Default,
    /// Nothing.
    Ignore,
    /// The program asks for it.
    Catch,
}

const NAMES: &[(&str, u8)] = &[
    ("HUP", 1),
    ("INT", 2),
    ("QUIT", 3),
    ("ILL", 4),
    ("TRAP", 5),
    ("ABRT", 6),
    ("BUS", 7),
    ("FPE", 8),
    ("KILL", 9),
    ("USR1", 10),
    ("SEGV", 11),
    ("USR2", 12),
    ("PIPE", 13),
    ("ALRM", 14),
    ("TERM", 15),
    ("STKFLT", 16),
    ("CHLD", 17),
    ("CONT", 18),
    ("STOP", 19),
    ("TSTP", 20),
    ("TTIN", 21),
    ("TTOU", 22),
    ("URG", 23),
    ("XCPU", 24),
    ("XFSZ", 25),
    ("VTALRM", 26),
    ("PROF", 27),
    ("WINCH", 28),
    ("POLL", 29),
    ("PWR", 30),
    ("SYS", 31),
];

impl Signal {
    /// The terminal is gone.
    pub(crate) const HUP: Self = Self(1);
    /// Ctrl-C.
    pub(crate) const INT: Self = Self(2);
    /// Ctrl-\.
    pub(crate) const QUIT: Self = Self(3);
    /// Ends a process whatever it thinks.
    pub(crate) const KILL: Self = Self(9);
    /// Nobody reads.
    pub(crate) const PIPE: Self = Self(13);
    /// The polite end.
    pub(crate) const TERM: Self = Self(15);
    /// A child has ended.
    pub(crate) const CHLD: Self = Self(17);
    /// The terminal has another size.
    pub(crate) const WINCH: Self = Self(28);

    /// All names, in the order of their numbers.
    pub(crate) fn all() -> impl Iterator<Item = (&'static str, Self)> {
        NAMES.iter().map(|(name, number)| (*name, Self(*number)))
    }

    /// Reads `TERM`, `SIGTERM`, `term` or `15`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if let Ok(number) = text.parse::<u8>() {
            return (number <= 64).then_some(Self(number));
        }
        let upper = text.to_ascii_uppercase();
        let name = upper.strip_prefix("SIG").unwrap_or(&upper);
        Self::all().find(|(known, _)| *known == name).map(|(_, signal)| signal)
    }

    /// `TERM`.
    pub(crate) fn name(self) -> &'static str {
        Self::all().find(|(_, signal)| *signal == self).map_or("RTMIN", |(name, _)| name)
    }

    /// Whether nothing happens where a process says nothing about it.
    pub(crate) fn is_ignored_by_default(self) -> bool {
        matches!(self.0, 0 | 17 | 18 | 20..=23 | 28)
    }
}
