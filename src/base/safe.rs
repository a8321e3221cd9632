//! Foreign text, made harmless before it reaches a terminal.

use std::fmt::Write;

/// `text` with every control character but newline and tab made visible, as
/// kubectl does it: ESC becomes `^[`, others their caret form.
///
/// Source: `kubectl/pkg/util/term/term_writer.go` and
/// `cli-runtime/pkg/printers/terminal.go`, `WriteEscaped`.
pub fn safe_text(text: &str) -> String {
    neutralised(text, |c| c == '\n' || c == '\t')
}

/// [`safe_text`] for one line: newlines and tabs become a space.
pub fn safe_line(text: &str) -> String {
    let one_line: String =
        text.chars().map(|c| if matches!(c, '\n' | '\t' | '\r') { ' ' } else { c }).collect();
    neutralised(&one_line, |_| false)
}

fn neutralised(text: &str, keep: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if keep(c) => out.push(c),
            '\u{7f}' => out.push_str("^?"),
            c if (c as u32) < 0x20 => {
                out.push('^');
                out.push((c as u8 + b'@') as char);
            }
            c if is_unsafe(c) => {
                let _ = write!(out, "\\u{{{:x}}}", c as u32);
            }
            c => out.push(c),
        }
    }
    out
}

/// C1 controls, and the characters that turn the direction of text.
fn is_unsafe(c: char) -> bool {
    matches!(c, '\u{80}'..='\u{9f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// What a terminal would show of `bytes`: escape sequences dropped, a line that
/// was overwritten after a carriage return shown as it ended, backspaces done.
pub fn plain_text(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let mut line: Vec<char> = Vec::new();
    let mut column: usize = 0;
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\u{1b}' => skip_escape(&mut rest),
            '\n' => {
                out.extend(line.drain(..));
                out.push('\n');
                column = 0;
            }
            '\r' => column = 0,
            '\u{8}' => column = column.saturating_sub(1),
            c if c.is_control() && c != '\t' => {}
            c => {
                if column < line.len() {
                    line[column] = c;
                } else {
                    line.push(c);
                }
                column += 1;
            }
        }
    }
    out.extend(line);
    out
}

fn skip_escape(rest: &mut std::iter::Peekable<std::str::Chars<'_>>) {
    match rest.next() {
        Some('[') => {
            // CSI: parameters and intermediates up to a final byte.
            for c in rest.by_ref() {
                if ('\u{40}'..='\u{7e}').contains(&c) {
                    return;
                }
            }
        }
        Some(']' | 'P' | '_' | '^' | 'X') => {
            // A string sequence ends with BEL or ESC \.
            while let Some(c) = rest.next() {
                if c == '\u{7}' || (c == '\u{1b}' && rest.next_if_eq(&'\\').is_some()) {
                    return;
                }
            }
        }
        Some('(' | ')' | '*' | '+' | '#' | '%' | ' ') => {
            rest.next();
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_become_visible() {
        assert_eq!(safe_text("a\u{1b}[31mred\u{7}\nnext\t."), "a^[[31mred^G\nnext\t.");
        assert_eq!(safe_text("x\u{9b}31m\u{202e}y"), "x\\u{9b}31m\\u{202e}y");
        assert_eq!(safe_line("two\nlines\r\u{0}"), "two lines ^@");
    }

    #[test]
    fn output_reads_as_the_terminal_showed_it() {
        let check = |bytes: &str, wanted: &str| assert_eq!(plain_text(bytes.as_bytes()), wanted);
        check("\u{1b}[1;32mok\u{1b}[0m\r\n", "ok\n");
        check("10%\r100%\r\n", "100%\n");
        check("ab\u{8}c", "ac");
        check("\u{1b}]0;title\u{7}text\u{1b}]133;A\u{1b}\\.", "text.");
        check("\u{1b}(Bplain\u{1b}=", "plain");
    }
}
