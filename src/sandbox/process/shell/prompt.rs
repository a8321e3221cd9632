use super::expand::Context;
use super::lexer::Parser;
use super::state::{Dialect, Shell};
use crate::sandbox::process::files::base_name;
use crate::sandbox::process::server::format_time;

/// Around what takes no place on the screen.
pub(super) const HIDDEN_START: char = '\u{1}';
/// See [`HIDDEN_START`].
pub(super) const HIDDEN_END: char = '\u{2}';

impl Shell {
    /// A prompt as it is shown; what takes no place is between two marks.
    ///
    /// Source: bash's manual, «Controlling the Prompt»; busybox' `lineedit.c`,
    /// `parse_and_put_prompt`: bash reads backslashes first, ash puts values in first.
    pub(super) async fn prompt_text(&mut self, prompt: &str) -> String {
        match self.dialect {
            Dialect::Bash => {
                let decoded = self.decoded(prompt);
                self.with_values(&decoded).await
            }
            Dialect::Ash => {
                let text = self.with_values(&prompt.replace('\\', "\\\\")).await;
                self.decoded(&text)
            }
            Dialect::Dash => self.with_values(prompt).await,
        }
    }

    /// Values are put in; the status is not changed by that.
    async fn with_values(&mut self, text: &str) -> String {
        let mut parser = Parser::new("", self.is_extended());
        let Ok(word) = parser.arithmetic_word(text) else { return text.to_owned() };
        let (status, substituted) = (self.status, self.substituted);
        let shown = self.quoted_text(&word, Context::Quoted).await;
        (self.status, self.substituted) = (status, substituted);
        shown.unwrap_or_default()
    }

    fn decoded(&self, text: &str) -> String {
        let mut shown = String::new();
        let mut characters = text.chars().peekable();
        while let Some(character) = characters.next() {
            if character != '\\' {
                shown.push(character);
                continue;
            }
            let Some(letter) = characters.next() else {
                shown.push('\\');
                break;
            };
            if let Some(first) = letter.to_digit(8) {
                let mut value = first;
                for _ in 0..2 {
                    match characters.peek().and_then(|it| it.to_digit(8)) {
                        Some(digit) => {
                            value = value * 8 + digit;
                            characters.next();
                        }
                        None => break,
                    }
                }
                shown.extend(char::from_u32(value));
                continue;
            }
            self.decode_one(letter, &mut shown);
        }
        shown
    }

    fn decode_one(&self, letter: char, shown: &mut String) {
        let now = self.system.now();
        let time = |pattern: &str| format_time(now, pattern);
        let user = self.system.caller().user;
        match letter {
            '[' => shown.push(HIDDEN_START),
            ']' => shown.push(HIDDEN_END),
            'a' => shown.push('\u{7}'),
            'e' => shown.push('\u{1b}'),
            'n' => shown.push('\n'),
            'r' => shown.push('\r'),
            '$' => shown.push(if user == 0 { '#' } else { '$' }),
            'u' => shown.push_str(&self.user_name(user)),
            'h' => shown.push_str(self.system.machine().hostname.split('.').next().unwrap_or("")),
            'H' => shown.push_str(&self.system.machine().hostname),
            'w' => shown.push_str(&self.short_folder()),
            'W' => {
                let folder = self.short_folder();
                shown.push_str(base_name(&folder));
            }
            't' => shown.push_str(&time("%H:%M:%S")),
            'T' => shown.push_str(&time("%I:%M:%S")),
            '@' => shown.push_str(&time("%I:%M %p")),
            'A' => shown.push_str(&time("%H:%M")),
            'd' => shown.push_str(&time("%a %b %d")),
            's' => shown.push_str(base_name(&self.title)),
            'v' => shown.push_str("5.2"),
            'V' => shown.push_str("5.2.37"),
            'j' => shown.push_str(&self.jobs.len().to_string()),
            'l' => shown.push('0'),
            '!' | '#' => shown.push_str(&(self.history.len() + 1).to_string()),
            other => shown.extend(['\\', other].iter().skip(usize::from(other == '\\'))),
        }
    }

    fn user_name(&self, user: u32) -> String {
        let passwd = self.system.read_file("/etc/passwd").unwrap_or_default();
        let passwd = String::from_utf8_lossy(&passwd).into_owned();
        let name = passwd.lines().find_map(|line| {
            let mut fields = line.split(':');
            let name = fields.next()?;
            (fields.nth(1)?.parse::<u32>().ok()? == user).then(|| name.to_owned())
        });
        name.unwrap_or_else(|| "I have no name!".to_owned())
    }

    /// The directory, with `~` for the home directory.
    fn short_folder(&self) -> String {
        let folder = self.system.folder();
        let home = self.variables.get("HOME").filter(|home| home.len() > 1);
        match home.and_then(|home| folder.strip_prefix(home)) {
            Some(rest) if rest.is_empty() || rest.starts_with('/') => format!("~{rest}"),
            _ => folder,
        }
    }
}

/// How many columns the last line of a prompt takes.
pub(super) fn width(prompt: &str) -> usize {
    let last = prompt.rsplit('\n').next().unwrap_or_default();
    let mut width = 0;
    let mut hidden = false;
    let mut characters = last.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            HIDDEN_START => hidden = true,
            HIDDEN_END => hidden = false,
            _ if hidden => {}
            '\u{1b}' => skip_sequence(&mut characters),
            '\r' => width = 0,
            other if other.is_control() => {}
            _ => width += 1,
        }
    }
    width
}

/// An escape sequence after its first character.
fn skip_sequence(characters: &mut std::iter::Peekable<std::str::Chars<'_>>) {
    match characters.next() {
        Some(']') => {
            while let Some(character) = characters.next() {
                if character == '\u{7}' {
                    return;
                }
                if character == '\u{1b}' {
                    characters.next();
                    return;
                }
            }
        }
        Some('[') => {
            for character in characters.by_ref() {
                if ('@'..='~').contains(&character) {
                    return;
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::width;

    #[test]
    fn what_is_hidden_takes_no_place() {
        assert_eq!(width("/ # "), 4);
        assert_eq!(width("\u{1}\u{1b}[1m\u{2}ab\n$ "), 2);
        assert_eq!(width("\u{1b}]133;A\u{7}x\u{1b}]133;B\u{1b}\\y"), 2);
        assert_eq!(width("\u{1b}[1;31mred"), 3);
    }
}
