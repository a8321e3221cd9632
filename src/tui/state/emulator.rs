//! A terminal's screen: vt100 behind what it cannot be given (sizes of 0) and what it lacks.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use tui_term::vt100::{Callbacks, MouseProtocolEncoding, MouseProtocolMode, Parser, Screen};

use crate::engine::Size;

/// Lines that are kept above the screen.
const SCROLLBACK: usize = 5_000;
/// Below this the emulator's arithmetic of wide characters ends.
const SMALLEST: Size = Size { columns: 4, rows: 2 };
const LARGEST: u16 = 1_000;

/// What the programs of one terminal have drawn.
pub struct Emulator {
    parser: Parser<Answers>,
}

/// What a program asked its terminal, answered.
#[derive(Debug, Default)]
struct Answers(Vec<u8>);

thread_local! {
    static CONTAINED: Cell<bool> = const { Cell::new(false) };
}

/// Whether a panic of this thread is caught and dealt with, so that nobody has to hear of it.
pub(in crate::tui) fn panic_is_contained() -> bool {
    CONTAINED.get()
}

impl Emulator {
    /// An empty screen; sizes out of range are moved into it.
    pub fn new(size: Size) -> Self {
        let Size { columns, rows } = possible(size);
        Self { parser: Parser::new_with_callbacks(rows, columns, SCROLLBACK, Answers::default()) }
    }

    /// Takes in what programs wrote; returns what the terminal has to answer.
    pub fn process(&mut self, bytes: &[u8]) -> Vec<u8> {
        let scrolled = self.screen().scrollback();
        self.contained(|parser| parser.process(bytes));
        if scrolled == 0 {
            self.scroll_to_end();
        }
        std::mem::take(&mut self.parser.callbacks_mut().0)
    }

    /// Bytes of a pod must not bring podlab down, but vt100 panics where one half of a wide
    /// character is left alone (a narrower screen, cells that are deleted). Such a terminal
    /// begins again with an empty screen.
    fn contained(&mut self, work: impl FnOnce(&mut Parser<Answers>)) {
        let (rows, columns) = self.screen().size();
        CONTAINED.set(true);
        let outcome = catch_unwind(AssertUnwindSafe(|| work(&mut self.parser)));
        CONTAINED.set(false);
        if outcome.is_err() {
            *self = Self::new(Size { columns, rows });
            self.parser.process(b"[podlab could not draw this and cleared the terminal]\r\n");
        }
    }

    /// Another size. What a lower screen has no room for goes to the scrollback
    /// from the top, as terminals do it; the emulator alone would drop the bottom.
    pub fn resize(&mut self, size: Size) {
        let Size { columns, rows } = possible(size);
        let (old_rows, _) = self.screen().size();
        let (row, column) = self.screen().cursor_position();
        if !self.screen().alternate_screen() && row >= rows {
            let surplus = row - rows + 1;
            let lines = "\n".repeat(usize::from(surplus));
            let back = (rows, column + 1);
            let moves = format!("\x1b[{old_rows};1H{lines}\x1b[{};{}H", back.0, back.1);
            self.contained(|parser| parser.process(moves.as_bytes()));
        }
        self.contained(|parser| parser.screen_mut().set_size(rows, columns));
        if self.screen().size() != (rows, columns) {
            *self = Self::new(size);
        }
    }

    /// What is to be seen.
    pub fn screen(&self) -> &Screen {
        self.parser.screen()
    }

    /// Moves the view by lines; positive is towards the past.
    pub fn scroll_by(&mut self, lines: isize) {
        let to = self.screen().scrollback().saturating_add_signed(lines);
        self.parser.screen_mut().set_scrollback(to);
    }

    /// Back to what happens now.
    pub fn scroll_to_end(&mut self) {
        self.parser.screen_mut().set_scrollback(0);
    }

    /// Text between two cells (row, column) of what is to be seen, the last one included.
    pub fn text_between(&self, from: (u16, u16), to: (u16, u16)) -> String {
        let (from, to) = if from <= to { (from, to) } else { (to, from) };
        let (_, columns) = self.screen().size();
        let clamped = |column: u16| column.min(columns);
        let end = clamped(to.1.saturating_add(1));
        let text = self.screen().contents_between(from.0, clamped(from.1), to.0, end);
        text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
    }

    /// Whether the program wants the mouse, in the encoding that podlab can give it.
    pub fn wants_mouse(&self) -> bool {
        self.screen().mouse_protocol_mode() != MouseProtocolMode::None
            && self.screen().mouse_protocol_encoding() == MouseProtocolEncoding::Sgr
    }
}

impl std::fmt::Debug for Emulator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Emulator").field("size", &self.screen().size()).finish_non_exhaustive()
    }
}

fn possible(size: Size) -> Size {
    Size {
        columns: size.columns.clamp(SMALLEST.columns, LARGEST),
        rows: size.rows.clamp(SMALLEST.rows, LARGEST),
    }
}

impl Callbacks for Answers {
    /// Shells and editors ask where the cursor is (`6n`), whether anybody is there (`5n`)
    /// and what the terminal is (`c`); busybox' ash waits for the first of them.
    fn unhandled_csi(
        &mut self,
        screen: &mut Screen,
        first: Option<u8>,
        _: Option<u8>,
        parameters: &[&[u16]],
        command: char,
    ) {
        let parameter = parameters.first().and_then(|one| one.first()).copied().unwrap_or(0);
        match (first, command, parameter) {
            (None, 'n', 6) => {
                let (row, column) = screen.cursor_position();
                self.0.extend(format!("\x1b[{};{}R", row + 1, column + 1).bytes());
            }
            (None, 'n', 5) => self.0.extend(b"\x1b[0n"),
            (None, 'c', 0) => self.0.extend(b"\x1b[?62;22c"),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn size(columns: u16, rows: u16) -> Size {
        Size { columns, rows }
    }

    #[test]
    fn a_lower_screen_keeps_its_prompt_and_scrolls_the_top_away() {
        let mut emulator = Emulator::new(size(20, 6));
        let _ = emulator.process(b"one\r\ntwo\r\nthree\r\nfour\r\n$ ");
        emulator.resize(size(20, 3));
        assert_eq!(emulator.screen().contents(), "three\nfour\n$ ");
        assert_eq!(emulator.screen().cursor_position(), (2, 2));
        emulator.scroll_by(2);
        assert_eq!(emulator.screen().contents(), "one\ntwo\nthree");
    }

    #[test]
    fn the_past_stays_in_view_while_output_goes_on() {
        let mut emulator = Emulator::new(size(20, 2));
        let _ = emulator.process(b"one\r\ntwo\r\nthree");
        emulator.scroll_by(1);
        let _ = emulator.process(b"\r\nfour");
        assert_eq!(emulator.screen().contents(), "one\ntwo");
        emulator.scroll_to_end();
        assert_eq!(emulator.screen().contents(), "three\nfour");
    }

    #[test]
    fn questions_of_programs_are_answered() {
        let mut emulator = Emulator::new(size(20, 6));
        assert_eq!(emulator.process(b"ab\r\nc\x1b[6n"), b"\x1b[2;2R");
        assert_eq!(emulator.process(b"\x1b[5n\x1b[c"), b"\x1b[0n\x1b[?62;22c");
        assert_eq!(emulator.process(b"plain"), b"");
    }

    #[test]
    fn a_region_is_copied_as_it_reads() {
        let mut emulator = Emulator::new(size(10, 4));
        let _ = emulator.process(b"hello you\r\nand me");
        assert_eq!(emulator.text_between((0, 6), (1, 2)), "you\nand");
        assert_eq!(emulator.text_between((1, 2), (0, 6)), "you\nand");
        assert_eq!(emulator.text_between((0, 0), (0, 4)), "hello");
    }

    #[test]
    fn the_scrollback_ends() {
        let mut emulator = Emulator::new(size(10, 4));
        let _ = emulator.process("x\r\n".repeat(2 * SCROLLBACK).as_bytes());
        emulator.scroll_by(isize::MAX);
        assert_eq!(emulator.screen().scrollback(), SCROLLBACK);
    }

    proptest! {
        #[test]
        fn no_bytes_and_no_sizes_break_it(
            steps in prop::collection::vec(
                (prop::collection::vec(sequence(), 0..12), 0_u16..30, 0_u16..12, -9_isize..9), 1..8,
            ),
        ) {
            let mut emulator = Emulator::new(size(0, 0));
            for (pieces, columns, rows, scroll) in steps {
                let _ = emulator.process(&pieces.concat());
                emulator.scroll_by(scroll);
                emulator.resize(size(columns, rows));
                let _ = emulator.text_between((rows, columns), (0, 3));
                let _ = emulator.screen().contents();
            }
        }
    }

    fn sequence() -> impl Strategy<Value = Vec<u8>> {
        prop_oneof![
            prop::collection::vec(any::<u8>(), 0..20),
            "[a-z日本é🚀 ]{0,12}".prop_map(String::into_bytes),
            ("\x1b\\[[0-9;?]{0,6}[@-~]").prop_map(String::into_bytes),
            "(\r\n|\n|\x08|\t|\x1b7|\x1b8|\x1bM|\x1bc){1,4}".prop_map(String::into_bytes),
        ]
    }
}
