//! The person's terminal, taken over and given back whatever happens.

use std::io::{self, Write};
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::cursor::{SetCursorStyle, Show};
use crossterm::event::{DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste};
use crossterm::execute;
use crossterm::style::Print;
use crossterm::terminal::{
    DisableLineWrap, EnableLineWrap, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode,
    enable_raw_mode,
};
use tokio::sync::Notify;

use super::state::panic_is_contained;

/// Whether the terminal is ours, so that it is given back once.
static TAKEN: AtomicBool = AtomicBool::new(false);
/// Buttons, wheel and dragging, in SGR form. Crossterm's own command asks for every
/// movement as well, and an idle screen would wake up for each of them.
const MOUSE: &str = "\x1b[?1000h\x1b[?1002h\x1b[?1006h";
static HOOK: Once = Once::new();
/// Told when anything panics: the loop must not go on over the message.
pub(super) static PANICKED: Notify = Notify::const_new();

/// While it lives the terminal is in raw mode on the alternate screen, with mouse and
/// bracketed paste; when it is dropped, or anything panics, it is as before.
#[derive(Debug)]
pub(super) struct TerminalGuard(());

impl TerminalGuard {
    /// Takes the terminal over.
    ///
    /// # Errors
    /// There is no terminal, or it cannot be switched.
    pub(super) fn take() -> io::Result<Self> {
        install_hook();
        enable_raw_mode()?;
        TAKEN.store(true, Ordering::SeqCst);
        // From here on dropping it gives back whatever was taken.
        let guard = Self(());
        execute!(
            io::stdout(),
            EnterAlternateScreen,
            Print(MOUSE),
            EnableBracketedPaste,
            DisableLineWrap,
        )?;
        Ok(guard)
    }
}

impl Drop for TerminalGuard {
    fn drop(&mut self) {
        give_back();
    }
}

/// A panic anywhere gives the terminal back before its message is printed, so that the
/// message can be read; the loop ends when it notices that the terminal is gone.
fn install_hook() {
    HOOK.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if panic_is_contained() {
                return;
            }
            give_back();
            before(panic);
            PANICKED.notify_one();
        }));
    });
}

/// Whether a panic took the terminal from its guard.
pub(super) fn is_taken() -> bool {
    TAKEN.load(Ordering::SeqCst)
}

/// Every mode is undone even if undoing another one failed.
fn give_back() {
    if !TAKEN.swap(false, Ordering::SeqCst) {
        return;
    }
    let mut out = io::stdout();
    let _ = execute!(out, DisableBracketedPaste);
    let _ = execute!(out, DisableMouseCapture);
    let _ = execute!(out, EnableLineWrap);
    let _ = execute!(out, SetCursorStyle::DefaultUserShape, Show);
    let _ = execute!(out, LeaveAlternateScreen);
    let _ = disable_raw_mode();
    let _ = out.flush();
}
