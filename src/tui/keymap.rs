//! The keys as data: what drives them, the footer, the help, and the tests.

use std::fmt;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// A key with its modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key(pub KeyCode, pub KeyModifiers);

/// What keys mean depends on where the person is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Reading the instructions.
    Instructions,
    /// Reading them, with matches of a search marked.
    Matches,
    /// Looking at the watcher.
    Watcher,
    /// Typing in a terminal.
    Terminal,
    /// Changing a command before it runs.
    Edit,
    /// Typing what to look for.
    Search,
    /// Reading the help.
    Help,
    /// Answering a question of a step.
    Ask,
    /// Looking at values and bindings.
    Values,
    /// Changing one of them.
    ValueEdit,
    /// Looking at a sample beside the output.
    Drift,
    /// Asked whether to leave.
    QuitDialog,
    /// Asked how to run a step again.
    RunAgainDialog,
    /// The run is being cleaned up.
    Leaving,
    /// The run is over.
    Ended,
}

/// What a key does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the table below says of each what it does")]
pub enum Action {
    Run,
    Edit,
    Skip,
    NextStep,
    PreviousStep,
    Hint,
    RunAgain,
    Undo,
    Stop,
    Copy,
    Values,
    Drift,
    Watcher,
    Terminal,
    Zoom,
    NextPane,
    PreviousPane,
    Instructions,
    ShowTerminal,
    OpenTerminal,
    TerminalUp,
    TerminalDown,
    Search,
    NextMatch,
    PreviousMatch,
    EndSearch,
    Up,
    Down,
    PageUp,
    PageDown,
    Top,
    Bottom,
    Help,
    Quit,
    Interrupt,
    LeaveTerminal,
    Accept,
    NewLine,
    Change,
    Forget,
    Cancel,
    CleanUp,
    Keep,
    UndoFirst,
    AsItIs,
    LeaveNow,
}

/// Which keys a binding is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keys {
    /// Each of these; the first one is shown.
    These(&'static [Key]),
    /// 1 to 9.
    Digits,
    /// The one that leaves a terminal; configurable.
    Reserved,
}

/// A row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Binding {
    /// Where it holds.
    pub modes: &'static [Mode],
    /// Which keys.
    pub keys: Keys,
    /// What they do.
    pub action: Action,
    /// The word in the footer; empty for keys that only the help shows.
    pub word: &'static str,
    /// What the help says.
    pub help: &'static str,
}

const NONE: KeyModifiers = KeyModifiers::NONE;
const CTRL: KeyModifiers = KeyModifiers::CONTROL;
const ALT: KeyModifiers = KeyModifiers::ALT;

const fn char(c: char) -> Key {
    Key(KeyCode::Char(c), NONE)
}

const fn code(code: KeyCode) -> Key {
    Key(code, NONE)
}

const fn ctrl(c: char) -> Key {
    Key(KeyCode::Char(c), CTRL)
}

const fn row(
    modes: &'static [Mode],
    keys: &'static [Key],
    action: Action,
    word: &'static str,
    help: &'static str,
) -> Binding {
    Binding { modes, keys: Keys::These(keys), action, word, help }
}

const READING: &[Mode] = &[Mode::Instructions, Mode::Matches];
const BROWSING: &[Mode] = &[Mode::Instructions, Mode::Matches, Mode::Watcher];
const SCROLLING: &[Mode] =
    &[Mode::Instructions, Mode::Matches, Mode::Watcher, Mode::Help, Mode::Drift, Mode::Ended];
const EDITING: &[Mode] = &[Mode::Edit, Mode::Search, Mode::ValueEdit];
const PLAIN: &[Mode] = &[Mode::Instructions, Mode::Watcher];

/// All keys. The first row that fits a key in a mode is what it does; the order is
/// that of the footer and of the help.
pub const KEYMAP: &[Binding] = &[
    row(&[Mode::Matches], &[char('n')], Action::NextMatch, "next match", "go to the next match"),
    row(
        &[Mode::Matches],
        &[char('N')],
        Action::PreviousMatch,
        "previous",
        "go to the match before",
    ),
    row(
        &[Mode::Matches],
        &[code(KeyCode::Esc)],
        Action::EndSearch,
        "end search",
        "forget the search",
    ),
    row(BROWSING, &[code(KeyCode::Enter)], Action::Run, "run", "run the current step"),
    row(BROWSING, &[char('e')], Action::Edit, "edit", "change the command, then run it"),
    row(BROWSING, &[char('s')], Action::Skip, "skip", "skip the current step"),
    row(PLAIN, &[char('n')], Action::NextStep, "next", "go to the next step"),
    row(READING, &[code(KeyCode::Down)], Action::NextStep, "", "go to the next step"),
    row(BROWSING, &[char('p')], Action::PreviousStep, "previous", "go to the step before"),
    row(READING, &[code(KeyCode::Up)], Action::PreviousStep, "", "go to the step before"),
    row(BROWSING, &[char('h')], Action::Hint, "hint", "show or hide the step's hint"),
    row(BROWSING, &[char('t')], Action::Terminal, "terminal", "type in the terminal"),
    row(
        BROWSING,
        &[char('w')],
        Action::Watcher,
        "watcher",
        "go to the watcher; there: zoom, then back",
    ),
    row(BROWSING, &[char('r')], Action::RunAgain, "again", "run the current step once more"),
    row(BROWSING, &[char('u')], Action::Undo, "undo", "remove what the current step had made"),
    row(BROWSING, &[char('v')], Action::Values, "", "show and change what the text's values mean"),
    row(BROWSING, &[char('d')], Action::Drift, "", "show the text's output beside the real one"),
    row(BROWSING, &[char('x')], Action::Stop, "", "stop what runs in the shown terminal"),
    row(BROWSING, &[char('/')], Action::Search, "search", "search in the instructions"),
    row(BROWSING, &[char('?')], Action::Help, "help", "show all keys"),
    row(BROWSING, &[char('q')], Action::Quit, "quit", "leave: keep or clean up"),
    row(BROWSING, &[ctrl('c')], Action::Interrupt, "", "leave; twice: clean up and leave"),
    row(BROWSING, &[code(KeyCode::Tab)], Action::NextPane, "", "go to the next pane"),
    row(BROWSING, &[code(KeyCode::BackTab)], Action::PreviousPane, "", "go to the pane before"),
    row(BROWSING, &[char('i')], Action::Instructions, "", "go to the instructions"),
    row(
        BROWSING,
        &[char('z')],
        Action::Zoom,
        "",
        "give the pane the whole screen, or take it back",
    ),
    row(BROWSING, &[char('y')], Action::Copy, "", "copy the step's command"),
    Binding {
        modes: BROWSING,
        keys: Keys::Digits,
        action: Action::ShowTerminal,
        word: "",
        help: "show a terminal by its number",
    },
    row(BROWSING, &[char('c')], Action::OpenTerminal, "", "open another terminal"),
    row(BROWSING, &[char('[')], Action::TerminalUp, "", "scroll the terminal back"),
    row(BROWSING, &[char(']')], Action::TerminalDown, "", "scroll the terminal forward"),
    row(SCROLLING, &[char('j'), code(KeyCode::Down)], Action::Down, "", "scroll down by a line"),
    row(SCROLLING, &[char('k'), code(KeyCode::Up)], Action::Up, "", "scroll up by a line"),
    row(
        SCROLLING,
        &[code(KeyCode::PageDown), char(' '), ctrl('f')],
        Action::PageDown,
        "",
        "scroll down by a page",
    ),
    row(
        SCROLLING,
        &[code(KeyCode::PageUp), char('b'), ctrl('b')],
        Action::PageUp,
        "",
        "scroll up by a page",
    ),
    row(SCROLLING, &[char('g'), code(KeyCode::Home)], Action::Top, "", "go to the beginning"),
    row(SCROLLING, &[char('G'), code(KeyCode::End)], Action::Bottom, "", "go to the end"),
    Binding {
        modes: &[Mode::Terminal],
        keys: Keys::Reserved,
        action: Action::LeaveTerminal,
        word: "leaves the terminal, which has all other keys",
        help: "leave the terminal; all other keys are for it",
    },
    row(&[Mode::Edit], &[code(KeyCode::Enter)], Action::Accept, "run", "run the changed command"),
    row(
        &[Mode::Edit],
        &[Key(KeyCode::Enter, ALT), ctrl('j')],
        Action::NewLine,
        "new line",
        "begin a new line",
    ),
    row(
        &[Mode::Search],
        &[code(KeyCode::Enter)],
        Action::Accept,
        "search",
        "go to the first match",
    ),
    row(&[Mode::Ask], &[code(KeyCode::Enter)], Action::Accept, "answer", "answer with this"),
    row(&[Mode::Ask], &[code(KeyCode::Down)], Action::Down, "", "take the next candidate"),
    row(&[Mode::Ask], &[code(KeyCode::Up)], Action::Up, "candidates", "take the candidate before"),
    row(
        &[Mode::Ask],
        &[code(KeyCode::Esc), ctrl('c')],
        Action::Cancel,
        "later",
        "answer later: ⏎ on the step asks again",
    ),
    row(
        &[Mode::Values],
        &[char('j'), code(KeyCode::Down)],
        Action::Down,
        "",
        "mark the next value",
    ),
    row(&[Mode::Values], &[char('k'), code(KeyCode::Up)], Action::Up, "", "mark the value before"),
    row(&[Mode::Values], &[code(KeyCode::Enter)], Action::Change, "change", "change the value"),
    row(
        &[Mode::Values],
        &[char('x'), code(KeyCode::Delete)],
        Action::Forget,
        "forget",
        "forget what the literal means",
    ),
    row(&[Mode::ValueEdit], &[code(KeyCode::Enter)], Action::Accept, "keep", "keep the value"),
    row(
        &[Mode::Values, Mode::Drift],
        &[code(KeyCode::Esc), char('q'), char('v'), char('d'), ctrl('c')],
        Action::Cancel,
        "close",
        "go back",
    ),
    row(EDITING, &[code(KeyCode::Esc), ctrl('c')], Action::Cancel, "cancel", "go back"),
    row(
        &[Mode::Help],
        &[code(KeyCode::Esc), char('?'), char('q'), code(KeyCode::Enter), ctrl('c')],
        Action::Cancel,
        "close",
        "close the help",
    ),
    row(
        &[Mode::QuitDialog],
        &[char('c'), code(KeyCode::Enter)],
        Action::CleanUp,
        "clean up and leave",
        "remove what the lab made, then leave",
    ),
    row(
        &[Mode::QuitDialog],
        &[char('k')],
        Action::Keep,
        "keep and leave",
        "leave everything where it is",
    ),
    row(
        &[Mode::QuitDialog],
        &[ctrl('c')],
        Action::CleanUp,
        "",
        "remove what the lab made, then leave",
    ),
    row(
        &[Mode::RunAgainDialog],
        &[char('u'), code(KeyCode::Enter)],
        Action::UndoFirst,
        "undo and run",
        "remove what the step had made, then run it",
    ),
    row(&[Mode::RunAgainDialog], &[char('r')], Action::AsItIs, "run as it is", "run it once more"),
    row(
        &[Mode::QuitDialog, Mode::RunAgainDialog],
        &[code(KeyCode::Esc), char('q'), char('n')],
        Action::Cancel,
        "stay",
        "do nothing",
    ),
    row(&[Mode::RunAgainDialog], &[ctrl('c')], Action::Cancel, "", "do nothing"),
    row(
        &[Mode::Leaving],
        &[ctrl('c')],
        Action::LeaveNow,
        "leave now, whatever is left",
        "do not wait for the clean-up",
    ),
    row(
        &[Mode::Ended],
        &[char('q'), code(KeyCode::Enter), code(KeyCode::Esc), ctrl('c')],
        Action::LeaveNow,
        "leave",
        "leave the screen",
    ),
];

/// What a key does in a mode; none where it does nothing, or is text.
pub(super) fn action(mode: Mode, event: KeyEvent, reserved: Key) -> Option<Action> {
    let key = Key::from(event);
    let fits = |binding: &&Binding| {
        binding.modes.contains(&mode)
            && match binding.keys {
                Keys::These(keys) => keys.contains(&key),
                Keys::Digits => matches!(key, Key(KeyCode::Char('1'..='9'), NONE)),
                Keys::Reserved => key == reserved.normal(),
            }
    };
    KEYMAP.iter().find(fits).map(|binding| binding.action)
}

/// The rows of a mode, in order.
pub(super) fn bindings(mode: Mode) -> impl Iterator<Item = &'static Binding> {
    KEYMAP.iter().filter(move |binding| binding.modes.contains(&mode))
}

impl Binding {
    /// The key as people read it; of several the first one.
    pub fn shown(&self, reserved: Key) -> String {
        match self.keys {
            Keys::These(keys) => keys.first().map(Key::to_string).unwrap_or_default(),
            Keys::Digits => "1-9".to_owned(),
            Keys::Reserved => reserved.to_string(),
        }
    }

    /// All its keys.
    pub fn all_shown(&self, reserved: Key) -> String {
        match self.keys {
            Keys::These(keys) => keys.iter().map(Key::to_string).collect::<Vec<_>>().join(" "),
            _ => self.shown(reserved),
        }
    }
}

impl Key {
    /// The key that leaves a terminal, if nobody says otherwise. Telnet made it known, no
    /// shell or editor needs it, every terminal and tmux send it.
    pub const DEFAULT_RESERVED: Self = Self(KeyCode::Char(']'), CTRL);

    /// One spelling for keys that terminals send in several.
    fn normal(self) -> Self {
        let Self(code, modifiers) = self;
        let modifiers = modifiers & (CTRL | ALT | KeyModifiers::SHIFT);
        match code {
            // Without the newer keyboard protocol Ctrl-] arrives as the byte 0x1d, which
            // crossterm reads as Ctrl-5; and so on for its neighbours.
            KeyCode::Char('4') if modifiers == CTRL => ctrl('\\'),
            KeyCode::Char('5') if modifiers == CTRL => ctrl(']'),
            KeyCode::Char('6') if modifiers == CTRL => ctrl('^'),
            KeyCode::Char('7') if modifiers == CTRL => ctrl('_'),
            // The character says it already.
            KeyCode::Char(_) | KeyCode::BackTab => {
                Self(code, modifiers.difference(KeyModifiers::SHIFT))
            }
            KeyCode::Tab if modifiers.contains(KeyModifiers::SHIFT) => {
                Self(KeyCode::BackTab, modifiers.difference(KeyModifiers::SHIFT))
            }
            _ => Self(code, modifiers),
        }
    }
}

impl From<KeyEvent> for Key {
    fn from(event: KeyEvent) -> Self {
        Self(event.code, event.modifiers).normal()
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(code, modifiers) = self;
        if modifiers.contains(CTRL) {
            f.write_str("Ctrl-")?;
        }
        if modifiers.contains(ALT) {
            f.write_str("Alt-")?;
        }
        match code {
            KeyCode::Char(' ') => f.write_str("Space"),
            KeyCode::Char(c) if modifiers.contains(CTRL) => write!(f, "{}", c.to_ascii_uppercase()),
            KeyCode::Char(c) => write!(f, "{c}"),
            KeyCode::Enter => f.write_str("⏎"),
            KeyCode::Esc => f.write_str("Esc"),
            KeyCode::Tab => f.write_str("Tab"),
            KeyCode::BackTab => f.write_str("Shift-Tab"),
            KeyCode::Up => f.write_str("↑"),
            KeyCode::Down => f.write_str("↓"),
            KeyCode::PageUp => f.write_str("PgUp"),
            KeyCode::PageDown => f.write_str("PgDn"),
            other => write!(f, "{other}"),
        }
    }
}

/// A key that podlab cannot reserve.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` cannot be the key that leaves a terminal (write it like ctrl-] or f12)")]
pub struct KeyError(String);

impl Key {
    /// Reads `ctrl-]`, `ctrl-g` or `f12`.
    ///
    /// # Errors
    /// Anything else: it would be missed in a terminal, or is no key.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let wrong = || KeyError(text.to_owned());
        let lower = text.trim().to_lowercase();
        if let Some(rest) = lower.strip_prefix("ctrl-").or_else(|| lower.strip_prefix('^')) {
            let mut letters = rest.chars();
            return match (letters.next(), letters.next()) {
                (Some(c), None) if c.is_ascii_alphabetic() || "]\\^_".contains(c) => Ok(ctrl(c)),
                _ => Err(wrong()),
            };
        }
        let number = lower.strip_prefix('f').and_then(|number| number.parse().ok());
        number.filter(|n| (1..=12).contains(n)).map(|n| code(KeyCode::F(n))).ok_or_else(wrong)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_means_two_things_in_one_mode_unless_the_first_is_meant() {
        // A row that can never be reached by any of its keys would lie in the help.
        for (at, binding) in KEYMAP.iter().enumerate() {
            for mode in binding.modes {
                let Keys::These(keys) = binding.keys else { continue };
                let reached = keys.iter().any(|Key(code, modifiers)| {
                    let event = KeyEvent::new(*code, *modifiers);
                    action(*mode, event, Key::DEFAULT_RESERVED) == Some(binding.action)
                });
                assert!(reached, "row {at}: {binding:?} in {mode:?}");
            }
        }
    }

    #[test]
    fn the_reserved_key_is_found_however_the_terminal_sends_it() {
        let reserved = Key::DEFAULT_RESERVED;
        let check = |code, modifiers, wanted| {
            let event = KeyEvent::new(code, modifiers);
            assert_eq!(action(Mode::Terminal, event, reserved), wanted, "{event:?}");
        };
        check(KeyCode::Char(']'), CTRL, Some(Action::LeaveTerminal));
        check(KeyCode::Char('5'), CTRL, Some(Action::LeaveTerminal));
        check(KeyCode::Char('c'), CTRL, None);
        check(KeyCode::Esc, NONE, None);
        let f12 = Key::parse("F12").unwrap();
        let event = KeyEvent::new(KeyCode::F(12), NONE);
        assert_eq!(action(Mode::Terminal, event, f12), Some(Action::LeaveTerminal));
    }

    #[test]
    fn a_reserved_key_is_read_or_the_way_out_is_said() {
        assert_eq!(Key::parse("ctrl-]"), Ok(Key::DEFAULT_RESERVED));
        assert_eq!(Key::parse("Ctrl-G"), Ok(ctrl('g')));
        assert_eq!(Key::parse("f12"), Ok(code(KeyCode::F(12))));
        for wrong in ["", "q", "ctrl-", "ctrl-gg", "f13"] {
            let error = Key::parse(wrong).unwrap_err().to_string();
            assert!(error.contains("write it like ctrl-] or f12"), "{error}");
        }
    }

    #[test]
    fn shift_does_not_hide_a_character_and_shift_tab_has_two_names() {
        let check = |mode, code, modifiers, wanted| {
            let event = KeyEvent::new(code, modifiers);
            assert_eq!(action(mode, event, Key::DEFAULT_RESERVED), Some(wanted));
        };
        check(Mode::Instructions, KeyCode::Char('?'), KeyModifiers::SHIFT, Action::Help);
        check(Mode::Matches, KeyCode::Char('N'), KeyModifiers::SHIFT, Action::PreviousMatch);
        check(Mode::Watcher, KeyCode::BackTab, KeyModifiers::SHIFT, Action::PreviousPane);
        check(Mode::Watcher, KeyCode::Tab, KeyModifiers::SHIFT, Action::PreviousPane);
    }
}
