//! Text as the explanations of kubectl break and indent it.

/// Lines of at most so many characters, broken where a word would not fit.
///
/// Source: `github.com/mitchellh/go-wordwrap`, `WrapString`.
pub(super) fn wrapped(limit: usize, text: &str) -> String {
    let mut wrap = Wrap { limit, ..Wrap::default() };
    for letter in text.chars() {
        wrap.push(letter);
    }
    wrap.finish()
}

/// Every line moved to the right by so many spaces.
pub(super) fn indented(spaces: usize, text: &str) -> String {
    let pad = " ".repeat(spaces);
    format!("{pad}{}", text.replace('\n', &format!("\n{pad}")))
}

#[derive(Default)]
struct Wrap {
    limit: usize,
    out: String,
    /// How long the present line is.
    length: usize,
    space: String,
    word: String,
}

impl Wrap {
    fn push(&mut self, letter: char) {
        if letter == '\n' {
            if self.word.is_empty() {
                if self.length + count(&self.space) <= self.limit {
                    self.out += &self.space;
                }
                self.space.clear();
            } else {
                self.flush();
            }
            self.out.push('\n');
            self.length = 0;
        } else if letter.is_whitespace() && letter != '\u{a0}' {
            if self.space.is_empty() || !self.word.is_empty() {
                self.flush();
            }
            self.space.push(letter);
        } else {
            self.word.push(letter);
            let word = count(&self.word);
            if self.length + word + count(&self.space) > self.limit && word < self.limit {
                self.out.push('\n');
                self.length = 0;
                self.space.clear();
            }
        }
    }

    fn flush(&mut self) {
        self.length += count(&self.space) + count(&self.word);
        self.out += &self.space;
        self.out += &self.word;
        self.space.clear();
        self.word.clear();
    }

    fn finish(mut self) -> String {
        if !self.word.is_empty() || self.length + count(&self.space) <= self.limit {
            self.flush();
        }
        self.out
    }
}

fn count(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_words() {
        assert_eq!(wrapped(10, "one two three four"), "one two\nthree four");
        assert_eq!(wrapped(4, "toolongword a"), "toolongword\na");
        assert_eq!(wrapped(10, "a\n\nb\n"), "a\n\nb\n");
        assert_eq!(indented(2, "a\n\nb"), "  a\n  \n  b");
    }
}
