//! Keys and mouse as the bytes that programs in a terminal expect: xterm's.
//!
//! Source: xterm's "Control Sequences", sections "PC-Style Function Keys" and "SGR mouse".

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use tui_term::vt100::Screen;

/// The bytes of a key; empty for keys that terminals do not have.
pub(super) fn key_bytes(key: KeyEvent, screen: &Screen) -> Vec<u8> {
    let modifiers = key.modifiers;
    let alt = modifiers.contains(KeyModifiers::ALT);
    let escaped = |bytes: Vec<u8>| {
        if alt && !bytes.is_empty() { [vec![0x1b], bytes].concat() } else { bytes }
    };
    match key.code {
        KeyCode::Char(c) => escaped(character(c, modifiers)),
        KeyCode::Enter => escaped(b"\r".to_vec()),
        KeyCode::Tab if modifiers.contains(KeyModifiers::SHIFT) => b"\x1b[Z".to_vec(),
        KeyCode::Tab => escaped(b"\t".to_vec()),
        KeyCode::BackTab => b"\x1b[Z".to_vec(),
        KeyCode::Backspace if modifiers.contains(KeyModifiers::CONTROL) => escaped(vec![0x08]),
        KeyCode::Backspace => escaped(vec![0x7f]),
        KeyCode::Esc => escaped(vec![0x1b]),
        KeyCode::Null => vec![0],
        code => special(code, modifiers, screen.application_cursor()),
    }
}

/// A pasted text; in brackets where the program asked for them. A text cannot close
/// its own bracket, and its line ends are those of a keyboard.
pub(super) fn paste_bytes(text: &str, screen: &Screen) -> Vec<u8> {
    let typed = text.replace("\r\n", "\r").replace('\n', "\r");
    if !screen.bracketed_paste() {
        return typed.into_bytes();
    }
    let inner = typed.replace('\x1b', "");
    format!("\x1b[200~{inner}\x1b[201~").into_bytes()
}

/// A mouse event as SGR bytes; column and row count from 0 in the terminal.
pub(super) fn mouse_bytes(event: MouseEvent, column: u16, row: u16) -> Vec<u8> {
    let button = |button| match button {
        MouseButton::Left => 0,
        MouseButton::Middle => 1,
        MouseButton::Right => 2,
    };
    let (code, end) = match event.kind {
        MouseEventKind::Down(pressed) => (button(pressed), 'M'),
        MouseEventKind::Up(released) => (button(released), 'm'),
        MouseEventKind::Drag(held) => (button(held) + 32, 'M'),
        MouseEventKind::ScrollUp => (64, 'M'),
        MouseEventKind::ScrollDown => (65, 'M'),
        MouseEventKind::Moved | MouseEventKind::ScrollLeft | MouseEventKind::ScrollRight => {
            return Vec::new();
        }
    };
    format!("\x1b[<{code};{};{}{end}", column.saturating_add(1), row.saturating_add(1)).into_bytes()
}

fn character(c: char, modifiers: KeyModifiers) -> Vec<u8> {
    let mut buffer = [0; 4];
    if modifiers.contains(KeyModifiers::CONTROL)
        && let Some(byte) = control(c)
    {
        return vec![byte];
    }
    c.encode_utf8(&mut buffer).as_bytes().to_vec()
}

/// Ctrl with a character, as terminals have done it since there were terminals.
fn control(c: char) -> Option<u8> {
    match c {
        'a'..='z' => Some(c as u8 - b'a' + 1),
        'A'..='Z' => Some(c as u8 - b'A' + 1),
        '@' | ' ' | '2' => Some(0),
        '[' | '3' => Some(0x1b),
        '\\' | '4' => Some(0x1c),
        ']' | '5' => Some(0x1d),
        '^' | '6' | '~' => Some(0x1e),
        '_' | '7' | '/' | '-' => Some(0x1f),
        '8' | '?' => Some(0x7f),
        _ => None,
    }
}

/// Keys that are sequences. With modifiers a parameter says which: 1 + shift 1, alt 2, ctrl 4.
fn special(code: KeyCode, modifiers: KeyModifiers, application: bool) -> Vec<u8> {
    let parameter = 1
        + u8::from(modifiers.contains(KeyModifiers::SHIFT))
        + 2 * u8::from(modifiers.contains(KeyModifiers::ALT))
        + 4 * u8::from(modifiers.contains(KeyModifiers::CONTROL));
    let letter = |letter: char| match (parameter, application) {
        (1, true) => format!("\x1bO{letter}"),
        (1, false) => format!("\x1b[{letter}"),
        _ => format!("\x1b[1;{parameter}{letter}"),
    };
    let function = |letter: char| match parameter {
        1 => format!("\x1bO{letter}"),
        _ => format!("\x1b[1;{parameter}{letter}"),
    };
    let number = |number: u8| match parameter {
        1 => format!("\x1b[{number}~"),
        _ => format!("\x1b[{number};{parameter}~"),
    };
    let text = match code {
        KeyCode::Up => letter('A'),
        KeyCode::Down => letter('B'),
        KeyCode::Right => letter('C'),
        KeyCode::Left => letter('D'),
        KeyCode::End => letter('F'),
        KeyCode::Home => letter('H'),
        KeyCode::F(n @ 1..=4) => function(['P', 'Q', 'R', 'S'][usize::from(n - 1)]),
        KeyCode::F(n @ 5..=12) => number([15, 17, 18, 19, 20, 21, 23, 24][usize::from(n - 5)]),
        KeyCode::Insert => number(2),
        KeyCode::Delete => number(3),
        KeyCode::PageUp => number(5),
        KeyCode::PageDown => number(6),
        _ => String::new(),
    };
    text.into_bytes()
}

#[cfg(test)]
mod tests {
    use tui_term::vt100::Parser;

    use super::*;

    const NONE: KeyModifiers = KeyModifiers::NONE;
    const CTRL: KeyModifiers = KeyModifiers::CONTROL;
    const ALT: KeyModifiers = KeyModifiers::ALT;
    const SHIFT: KeyModifiers = KeyModifiers::SHIFT;

    fn screen(modes: &str) -> Parser {
        let mut parser = Parser::new(24, 80, 0);
        parser.process(modes.as_bytes());
        parser
    }

    #[test]
    fn keys_become_the_bytes_of_xterm() {
        let rows: [(KeyCode, KeyModifiers, &str); 37] = [
            (KeyCode::Char('a'), NONE, "a"),
            (KeyCode::Char('é'), NONE, "é"),
            (KeyCode::Char('A'), SHIFT, "A"),
            (KeyCode::Char('c'), CTRL, "\x03"),
            (KeyCode::Char('d'), CTRL, "\x04"),
            (KeyCode::Char('z'), CTRL, "\x1a"),
            (KeyCode::Char('\\'), CTRL, "\x1c"),
            (KeyCode::Char('4'), CTRL, "\x1c"),
            (KeyCode::Char(' '), CTRL, "\0"),
            (KeyCode::Char('_'), CTRL, "\x1f"),
            (KeyCode::Char('b'), ALT, "\x1bb"),
            (KeyCode::Char('b'), ALT.union(CTRL), "\x1b\x02"),
            (KeyCode::Enter, NONE, "\r"),
            (KeyCode::Enter, ALT, "\x1b\r"),
            (KeyCode::Tab, NONE, "\t"),
            (KeyCode::BackTab, SHIFT, "\x1b[Z"),
            (KeyCode::Backspace, NONE, "\x7f"),
            (KeyCode::Backspace, CTRL, "\x08"),
            (KeyCode::Backspace, ALT, "\x1b\x7f"),
            (KeyCode::Esc, NONE, "\x1b"),
            (KeyCode::Up, NONE, "\x1b[A"),
            (KeyCode::Down, NONE, "\x1b[B"),
            (KeyCode::Right, CTRL, "\x1b[1;5C"),
            (KeyCode::Left, ALT, "\x1b[1;3D"),
            (KeyCode::Home, NONE, "\x1b[H"),
            (KeyCode::End, SHIFT, "\x1b[1;2F"),
            (KeyCode::Insert, NONE, "\x1b[2~"),
            (KeyCode::Delete, NONE, "\x1b[3~"),
            (KeyCode::Delete, CTRL, "\x1b[3;5~"),
            (KeyCode::PageUp, NONE, "\x1b[5~"),
            (KeyCode::PageDown, SHIFT, "\x1b[6;2~"),
            (KeyCode::F(1), NONE, "\x1bOP"),
            (KeyCode::F(4), SHIFT, "\x1b[1;2S"),
            (KeyCode::F(5), NONE, "\x1b[15~"),
            (KeyCode::F(12), NONE, "\x1b[24~"),
            (KeyCode::F(12), CTRL, "\x1b[24;5~"),
            (KeyCode::CapsLock, NONE, ""),
        ];
        let parser = screen("");
        for (code, modifiers, wanted) in rows {
            let bytes = key_bytes(KeyEvent::new(code, modifiers), parser.screen());
            assert_eq!(String::from_utf8(bytes).unwrap(), wanted, "{code:?} {modifiers:?}");
        }
    }

    #[test]
    fn application_cursor_keys_are_what_editors_asked_for() {
        let parser = screen("\x1b[?1h");
        let bytes = |code, modifiers| key_bytes(KeyEvent::new(code, modifiers), parser.screen());
        assert_eq!(bytes(KeyCode::Up, NONE), b"\x1bOA");
        assert_eq!(bytes(KeyCode::Home, NONE), b"\x1bOH");
        assert_eq!(bytes(KeyCode::Up, CTRL), b"\x1b[1;5A");
    }

    #[test]
    fn a_paste_is_bracketed_where_it_was_asked_for_and_cannot_break_out() {
        let text = "one\ntwo\x1b[201~rm";
        assert_eq!(paste_bytes("one\r\ntwo\n", screen("").screen()), b"one\rtwo\r");
        let bytes = paste_bytes(text, screen("\x1b[?2004h").screen());
        assert_eq!(bytes, b"\x1b[200~one\rtwo[201~rm\x1b[201~");
    }

    #[test]
    fn the_mouse_speaks_sgr() {
        let event = |kind| MouseEvent { kind, column: 9, row: 9, modifiers: NONE };
        let bytes = |kind| String::from_utf8(mouse_bytes(event(kind), 4, 2)).unwrap();
        assert_eq!(bytes(MouseEventKind::Down(MouseButton::Left)), "\x1b[<0;5;3M");
        assert_eq!(bytes(MouseEventKind::Up(MouseButton::Left)), "\x1b[<0;5;3m");
        assert_eq!(bytes(MouseEventKind::Drag(MouseButton::Right)), "\x1b[<34;5;3M");
        assert_eq!(bytes(MouseEventKind::ScrollDown), "\x1b[<65;5;3M");
    }
}
