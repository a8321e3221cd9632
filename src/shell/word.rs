use crate::base::Span;

use super::placeholder::placeholder_end;

/// A word of a simple command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// What the program gets, quotes removed; expansions as they are written.
    pub text: String,
    /// Whether `text` is what the program gets in any case: no `$`, no back quotes.
    pub constant: bool,
    /// As it is written, in bytes of the text.
    pub span: Span,
}

/// Something that was opened and is not closed: a quote, a parenthesis, a here-document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unfinished;

/// A word and what was met in it.
#[derive(Debug)]
pub(super) struct Scanned {
    pub word: Word,
    /// The insides of `$(…)`, back quotes and `<(…)`, in order.
    pub inner: Vec<Span>,
    /// Whether a part of it was quoted (a quoted here-document delimiter, a quoted keyword).
    pub quoted: bool,
}

/// Reads the word that begins at byte `start`, up to a blank or an operator.
pub(super) fn scan(text: &str, start: usize) -> Result<Scanned, Unfinished> {
    let mut scanner = Scanner {
        text,
        bytes: text.as_bytes(),
        at: start,
        out: String::new(),
        constant: true,
        inner: Vec::new(),
        quoted: false,
    };
    scanner.run()?;
    let span = Span::new(start, scanner.at);
    let word = Word { text: scanner.out, constant: scanner.constant, span };
    Ok(Scanned { word, inner: scanner.inner, quoted: scanner.quoted })
}

/// Bytes that end a word outside of quotes.
fn ends_word(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b';' | b'&' | b'|' | b'<' | b'>' | b'(' | b')')
}

struct Scanner<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    out: String,
    constant: bool,
    inner: Vec<Span>,
    quoted: bool,
}

impl Scanner<'_> {
    fn run(&mut self) -> Result<(), Unfinished> {
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b'\\' => self.backslash(),
                b'\'' => self.single()?,
                b'"' => self.double()?,
                b'$' | b'`' => self.expansion()?,
                b'<' | b'>'
                    if self.bytes.get(self.at + 1) == Some(&b'(') && self.out.is_empty() =>
                {
                    self.parenthesised(2)?;
                }
                b'<' => match placeholder_end(self.text, self.at) {
                    Some(end) => self.copy_to(end),
                    None => return Ok(()),
                },
                byte if ends_word(byte) => return Ok(()),
                _ => self.plain(),
            }
        }
        Ok(())
    }

    /// Copies up to the next byte that may mean something.
    fn plain(&mut self) {
        let special =
            |byte: &u8| ends_word(*byte) || matches!(byte, b'\\' | b'\'' | b'"' | b'$' | b'`');
        let length = self.bytes[self.at..].iter().position(special);
        self.copy_to(length.map_or(self.bytes.len(), |length| self.at + length));
    }

    fn copy_to(&mut self, end: usize) {
        self.out.push_str(&self.text[self.at..end]);
        self.at = end;
    }

    fn backslash(&mut self) {
        let Some(next) = self.text[self.at + 1..].chars().next() else {
            self.at += 1;
            return;
        };
        if next != '\n' {
            self.out.push(next);
            self.quoted = true;
        }
        self.at += 1 + next.len_utf8();
    }

    fn single(&mut self) -> Result<(), Unfinished> {
        let close = self.text[self.at + 1..].find('\'').ok_or(Unfinished)? + self.at + 1;
        self.at += 1;
        self.copy_to(close);
        self.at += 1;
        self.quoted = true;
        Ok(())
    }

    fn double(&mut self) -> Result<(), Unfinished> {
        self.at += 1;
        self.quoted = true;
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b'"' => {
                    self.at += 1;
                    return Ok(());
                }
                b'\\' => {
                    let next = self.text[self.at + 1..].chars().next().ok_or(Unfinished)?;
                    if !matches!(next, '"' | '\\' | '$' | '`' | '\n') {
                        self.out.push('\\');
                    }
                    if next != '\n' {
                        self.out.push(next);
                    }
                    self.at += 1 + next.len_utf8();
                }
                b'$' | b'`' => self.expansion()?,
                _ => {
                    let special = |byte: &u8| matches!(byte, b'"' | b'\\' | b'$' | b'`');
                    let length = self.bytes[self.at..].iter().position(special);
                    self.copy_to(self.at + length.ok_or(Unfinished)?);
                }
            }
        }
        Err(Unfinished)
    }

    fn expansion(&mut self) -> Result<(), Unfinished> {
        let next = self.bytes.get(self.at + 1).copied();
        match (self.bytes[self.at], next) {
            (b'`', _) => {
                let close = back_quote_end(self.bytes, self.at + 1).ok_or(Unfinished)?;
                self.constant = false;
                self.inner.push(Span::new(self.at + 1, close));
                self.copy_to(close + 1);
            }
            (_, Some(b'(')) => self.parenthesised(2)?,
            (_, Some(b'{')) => {
                let close = closing(self.text, self.at + 2, b'}').ok_or(Unfinished)?;
                self.constant = false;
                self.copy_to(close + 1);
            }
            (_, Some(b'\'')) => {
                let close = ansi_quote_end(self.bytes, self.at + 2).ok_or(Unfinished)?;
                self.at += 2;
                self.copy_to(close);
                self.at += 1;
                self.quoted = true;
            }
            (_, Some(next)) if next.is_ascii_alphanumeric() || b"_@*#?!-".contains(&next) => {
                self.constant = false;
                self.copy_to(self.at + 1);
            }
            _ => self.copy_to(self.at + 1),
        }
        Ok(())
    }

    /// `$(…)` and `<(…)`, whose opening takes `opening` bytes.
    fn parenthesised(&mut self, opening: usize) -> Result<(), Unfinished> {
        let close = closing(self.text, self.at + opening, b')').ok_or(Unfinished)?;
        self.constant = false;
        self.inner.push(Span::new(self.at + opening, close));
        self.copy_to(close + 1);
        Ok(())
    }
}

/// Where the bracket closes whose inside begins at `at`; quotes and nested ones are skipped.
fn closing(text: &str, mut at: usize, close: u8) -> Option<usize> {
    let bytes = text.as_bytes();
    let open = if close == b')' { b'(' } else { b'{' };
    let mut depth = 0_usize;
    while let Some(&byte) = bytes.get(at) {
        at = match byte {
            b'\\' => at + 2,
            b'\'' if close == b')' => at + 2 + text.get(at + 1..)?.find('\'')?,
            b'"' => double_quote_end(text, at + 1)? + 1,
            b'`' => back_quote_end(bytes, at + 1)? + 1,
            byte if byte == close && depth == 0 => return Some(at),
            byte if byte == close => {
                depth -= 1;
                at + 1
            }
            byte if byte == open => {
                depth += 1;
                at + 1
            }
            _ => at + 1,
        };
    }
    None
}

fn double_quote_end(text: &str, mut at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    while let Some(&byte) = bytes.get(at) {
        at = match byte {
            b'"' => return Some(at),
            b'\\' => at + 2,
            b'$' if bytes.get(at + 1) == Some(&b'(') => closing(text, at + 2, b')')? + 1,
            _ => at + 1,
        };
    }
    None
}

fn back_quote_end(bytes: &[u8], at: usize) -> Option<usize> {
    unescaped(bytes, at, b'`')
}

fn ansi_quote_end(bytes: &[u8], at: usize) -> Option<usize> {
    unescaped(bytes, at, b'\'')
}

fn unescaped(bytes: &[u8], mut at: usize, wanted: u8) -> Option<usize> {
    while let Some(&byte) = bytes.get(at) {
        if byte == wanted {
            return Some(at);
        }
        at += if byte == b'\\' { 2 } else { 1 };
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_lose_their_quotes() {
        let check = |text: &str, wanted: &str, constant: bool| {
            let scanned = scan(text, 0).expect(text);
            assert_eq!(
                (scanned.word.text.as_str(), scanned.word.constant),
                (wanted, constant),
                "{text}"
            );
        };
        check("plain rest", "plain", true);
        check("'a b'c\"d e\"", "a bcd e", true);
        check("\"a \\\"b\\\" \\n\"", "a \"b\" \\n", true);
    }

    #[test]
    fn expansions_are_kept_and_make_a_word_variable() {
        let check = |text: &str, wanted: &str, constant: bool| {
            let scanned = scan(text, 0).expect(text);
            assert_eq!(
                (scanned.word.text.as_str(), scanned.word.constant),
                (wanted, constant),
                "{text}"
            );
        };
        check("$HOME/x", "$HOME/x", false);
        check(
            "\"$(kubectl get po -o name | head -1)\"",
            "$(kubectl get po -o name | head -1)",
            false,
        );
        check("${A:-b c}", "${A:-b c}", false);
        check("`date +%s`", "`date +%s`", false);
        check("'$HOME'", "$HOME", true);
        check("cost$", "cost$", true);
        check("http://<IP>:80/x", "http://<IP>:80/x", true);
        check("$'a\\'b'c", "a\\'bc", true);
        check("a\\ b", "a b", true);
        check("a\\\nb", "ab", true);
        check("<(ls a)", "<(ls a)", false);
    }

    #[test]
    fn what_is_not_closed_is_told() {
        for text in ["'a", "\"a", "$(a", "`a", "${a", "\"$(a\"", "$'a", "\"a\\"] {
            assert_eq!(scan(text, 0).err(), Some(Unfinished), "{text}");
        }
    }
}
