//! A small editor of one text, which may have several lines.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// A text and where its cursor stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Editor {
    text: String,
    /// In bytes, always between two characters.
    cursor: usize,
}

impl Editor {
    /// `text` with the cursor at its end.
    pub fn new(text: String) -> Self {
        Self { cursor: text.len(), text }
    }

    /// What it holds.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Line and column of the cursor, in characters, from 0.
    pub fn position(&self) -> (usize, usize) {
        let before = &self.text[..self.cursor];
        let line = before.matches('\n').count();
        (line, before.chars().rev().take_while(|c| *c != '\n').count())
    }

    /// The text of the cursor's line that stands before it.
    pub fn before_cursor(&self) -> &str {
        &self.text[self.line_start()..self.cursor]
    }

    /// Puts text where the cursor is; what is no text is left out.
    pub fn insert(&mut self, text: &str) {
        let text = text.replace("\r\n", "\n").replace('\r', "\n").replace('\t', "    ");
        let text: String = text.chars().filter(|c| *c == '\n' || !c.is_control()).collect();
        self.text.insert_str(self.cursor, &text);
        self.cursor += text.len();
    }

    /// Takes a key in as line editors do.
    pub fn key(&mut self, key: KeyEvent) {
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Char('a') if control => self.cursor = self.line_start(),
            KeyCode::Char('e') if control => self.cursor = self.line_end(),
            KeyCode::Char('u') if control => self.remove(self.line_start(), self.cursor),
            KeyCode::Char('k') if control => self.remove(self.cursor, self.line_end()),
            KeyCode::Char('w') if control => self.remove(self.word_start(), self.cursor),
            KeyCode::Char(c) if !control => self.insert(&c.to_string()),
            KeyCode::Home => self.cursor = self.line_start(),
            KeyCode::End => self.cursor = self.line_end(),
            KeyCode::Left if control => self.cursor = self.word_start(),
            KeyCode::Left => self.cursor = self.before(),
            KeyCode::Right => self.cursor = self.after(),
            KeyCode::Up => self.move_to_line(|line| line.checked_sub(1)),
            KeyCode::Down => self.move_to_line(|line| line.checked_add(1)),
            KeyCode::Backspace => self.remove(self.before(), self.cursor),
            KeyCode::Delete => self.remove(self.cursor, self.after()),
            _ => {}
        }
    }

    fn remove(&mut self, from: usize, to: usize) {
        self.text.replace_range(from..to, "");
        self.cursor = from;
    }

    fn before(&self) -> usize {
        let last = self.text[..self.cursor].chars().next_back();
        self.cursor - last.map_or(0, char::len_utf8)
    }

    fn after(&self) -> usize {
        let next = self.text[self.cursor..].chars().next();
        self.cursor + next.map_or(0, char::len_utf8)
    }

    fn line_start(&self) -> usize {
        self.text[..self.cursor].rfind('\n').map_or(0, |at| at + 1)
    }

    fn line_end(&self) -> usize {
        self.text[self.cursor..].find('\n').map_or(self.text.len(), |at| self.cursor + at)
    }

    fn word_start(&self) -> usize {
        let line = self.before_cursor();
        let trimmed = line.trim_end();
        let word = trimmed.rfind(' ').map_or(0, |at| at + 1);
        self.line_start() + word
    }

    fn move_to_line(&mut self, to: impl Fn(usize) -> Option<usize>) {
        let (line, column) = self.position();
        let Some(wanted) = to(line) else { return };
        let mut start = 0;
        for (at, text) in self.text.split('\n').enumerate() {
            if at == wanted {
                let within: usize = text.chars().take(column).map(char::len_utf8).sum();
                self.cursor = start + within;
                return;
            }
            start += text.len() + 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn typed(text: &str, keys: &[(KeyCode, KeyModifiers)]) -> Editor {
        let mut editor = Editor::new(text.into());
        for (code, modifiers) in keys {
            editor.key(KeyEvent::new(*code, *modifiers));
        }
        editor
    }

    #[test]
    fn it_edits_as_line_editors_do() {
        const NONE: KeyModifiers = KeyModifiers::NONE;
        const CTRL: KeyModifiers = KeyModifiers::CONTROL;
        type Row = (&'static str, &'static [(KeyCode, KeyModifiers)], &'static str);
        let rows: [Row; 9] = [
            ("get po", &[(KeyCode::Char('d'), NONE)], "get pod"),
            ("get po", &[(KeyCode::Backspace, NONE)], "get p"),
            ("get po", &[(KeyCode::Home, NONE), (KeyCode::Delete, NONE)], "et po"),
            ("get po", &[(KeyCode::Char('w'), CTRL)], "get "),
            ("a\nget po", &[(KeyCode::Char('u'), CTRL)], "a\n"),
            ("ab", &[(KeyCode::Char('a'), CTRL), (KeyCode::Char('k'), CTRL)], ""),
            ("ab\ncd", &[(KeyCode::Up, NONE), (KeyCode::Char('x'), NONE)], "abx\ncd"),
            ("é日", &[(KeyCode::Left, NONE), (KeyCode::Backspace, NONE)], "日"),
            (
                "ab",
                &[(KeyCode::Up, NONE), (KeyCode::Down, NONE), (KeyCode::Char('c'), NONE)],
                "abc",
            ),
        ];
        for (text, keys, wanted) in rows {
            assert_eq!(typed(text, keys).text(), wanted, "{text:?} {keys:?}");
        }
    }

    #[test]
    fn what_is_pasted_has_no_controls() {
        let mut editor = Editor::default();
        editor.insert("a\r\nb\u{1b}[31m\tc");
        assert_eq!(editor.text(), "a\nb[31m    c");
        assert_eq!(editor.position(), (1, 10));
    }

    proptest! {
        #[test]
        fn no_keys_break_it(text in "[a日\n é]{0,20}", keys in prop::collection::vec(0_usize..12, 0..40)) {
            let codes = [
                KeyCode::Left, KeyCode::Right, KeyCode::Up, KeyCode::Down, KeyCode::Home, KeyCode::End,
                KeyCode::Backspace, KeyCode::Delete, KeyCode::Char('w'), KeyCode::Char('u'),
                KeyCode::Char('é'), KeyCode::Char('k'),
            ];
            let mut editor = Editor::new(text);
            for key in keys {
                let modifiers = if key > 7 && key != 10 { KeyModifiers::CONTROL } else { KeyModifiers::NONE };
                editor.key(KeyEvent::new(codes[key], modifiers));
                prop_assert!(editor.text().is_char_boundary(editor.cursor));
            }
        }
    }
}
