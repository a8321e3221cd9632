use std::collections::BTreeMap;

use super::placeholder::placeholders;

/// `text` with every `<NAME>` that `values` knows replaced by its value, quoted as
/// the place needs it. Other placeholders stay.
pub fn substitute(text: &str, values: &BTreeMap<String, String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut context = Context::default();
    let mut copied = 0;
    for placeholder in placeholders(text) {
        let Some(value) = values.get(&placeholder.name) else { continue };
        let before = &text[copied..placeholder.span.start];
        context.advance(before);
        out.push_str(before);
        out.push_str(&context.quoted(value));
        copied = placeholder.span.end;
    }
    out.push_str(&text[copied..]);
    out
}

/// `text` with every `$NAME` and `${NAME}` that `values` knows replaced by its value, where
/// a shell would expand it; for shells that do not have these variables.
pub fn expand(text: &str, values: &BTreeMap<String, String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut context = Context::default();
    let mut copied = 0;
    for (at, _) in text.match_indices('$') {
        let Some((name, end)) = variable(text, at) else { continue };
        let Some(value) = values.get(name).filter(|_| at >= copied) else { continue };
        context.advance(&text[copied..at]);
        out.push_str(&text[copied..at]);
        copied = at;
        if context.expands() {
            out.push_str(&context.quoted(value));
            copied = end;
        }
    }
    out.push_str(&text[copied..]);
    out
}

/// The variable whose `$` stands at `at`, and one past its last byte.
fn variable(text: &str, at: usize) -> Option<(&str, usize)> {
    let rest = &text[at + 1..];
    let (open, name) = match rest.strip_prefix('{') {
        Some(inside) => (1, inside),
        None => (0, rest),
    };
    let part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let name = &name[..name.find(|c| !part(c)).unwrap_or(name.len())];
    let end = at + 1 + open + name.len();
    let closes = open == 0 || text[end..].starts_with('}');
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    (is_name && closes).then_some((name, end + open))
}

/// Which quotes a place is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quote {
    Single,
    Double,
    /// `$(` or a parenthesis: as bare as outside of all quotes.
    Parenthesis,
}

#[derive(Debug, Default)]
struct Context {
    open: Vec<Quote>,
    escaped: bool,
    dollar: bool,
    here: HereDocument,
}

/// Here-documents, as far as quoting goes: in their bodies quotes mean nothing.
#[derive(Debug, Default)]
struct HereDocument {
    delimiter: Option<String>,
    /// Its delimiter is quoted: nothing in it is expanded.
    literal: bool,
    in_body: bool,
    line: String,
}

impl Context {
    fn advance(&mut self, text: &str) {
        for c in text.chars() {
            self.here.line.push(c);
            if c == '\n' {
                self.line_ended();
            } else if !self.here.in_body {
                self.step(c);
            }
        }
    }

    fn line_ended(&mut self) {
        let line = std::mem::take(&mut self.here.line);
        let line = line.trim_end_matches(['\n', '\r']);
        if self.here.in_body {
            let ended = self.here.delimiter.as_deref() == Some(line.trim_start_matches('\t'));
            self.here.in_body = !ended;
            if ended {
                self.here.delimiter = None;
            }
        } else if self.open.is_empty() {
            self.here.delimiter = delimiter(line);
            self.here.literal = line.split_once("<<").is_some_and(|(_, rest)| {
                rest.trim_start_matches(['-', ' ']).starts_with(['\'', '"', '\\'])
            });
            self.here.in_body = self.here.delimiter.is_some();
        }
        self.escaped = false;
    }

    fn step(&mut self, c: char) {
        let after_dollar = std::mem::take(&mut self.dollar);
        if std::mem::take(&mut self.escaped) {
            return;
        }
        match (self.open.last(), c) {
            (Some(Quote::Single), '\'') => drop(self.open.pop()),
            (Some(Quote::Single), _) => {}
            (_, '\\') => self.escaped = true,
            (_, '$') => self.dollar = true,
            (Some(Quote::Double), '"') => drop(self.open.pop()),
            (Some(Quote::Double), '(') if after_dollar => self.open.push(Quote::Parenthesis),
            (Some(Quote::Double), _) => {}
            (_, '\'') => self.open.push(Quote::Single),
            (_, '"') => self.open.push(Quote::Double),
            (_, '(') => self.open.push(Quote::Parenthesis),
            (Some(Quote::Parenthesis), ')') => drop(self.open.pop()),
            _ => {}
        }
    }

    /// Whether a shell expands variables here.
    fn expands(&self) -> bool {
        match self.here.in_body {
            true => !self.here.literal,
            // `$$` is a variable of its own.
            false => self.open.last() != Some(&Quote::Single) && !self.escaped && !self.dollar,
        }
    }

    fn quoted(&self, value: &str) -> String {
        if self.here.in_body {
            return value.to_owned();
        }
        match self.open.last() {
            Some(Quote::Single) => value.replace('\'', r"'\''"),
            Some(Quote::Double) => value.chars().fold(String::new(), |mut out, c| {
                if matches!(c, '"' | '\\' | '$' | '`') {
                    out.push('\\');
                }
                out.push(c);
                out
            }),
            Some(Quote::Parenthesis) | None if value.chars().all(is_plain) => value.to_owned(),
            Some(Quote::Parenthesis) | None => format!("'{}'", value.replace('\'', r"'\''")),
        }
    }
}

fn is_plain(c: char) -> bool {
    c.is_alphanumeric() || "_-./:@%+=,".contains(c)
}

/// The delimiter of the here-document that the line begins.
fn delimiter(line: &str) -> Option<String> {
    let at = line.find("<<")?;
    let rest = &line[at + 2..];
    if rest.starts_with('<') {
        return None;
    }
    let word = rest.trim_start_matches('-').trim_start();
    let end = word.find([' ', '\t', ';', '|', '>', '&', ')']).unwrap_or(word.len());
    let name: String = word[..end].chars().filter(|c| !"'\"\\".contains(*c)).collect();
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_quoted_as_the_place_needs() {
        let check = |text: &str, value: &str, wanted: &str| {
            let values = BTreeMap::from([("X".to_owned(), value.to_owned())]);
            assert_eq!(substitute(text, &values), wanted, "{text}");
        };
        check("curl http://<X>:80/<X>", "10.0.0.1", "curl http://10.0.0.1:80/10.0.0.1");
        check("echo <X>", "a b", "echo 'a b'");
        check("echo <X>", "it's", r"echo 'it'\''s'");
        check("echo <X>", "a;rm -rf b", "echo 'a;rm -rf b'");
        check("echo '<X>'", "it's", r"echo 'it'\''s'");
        check("echo \"<X>\"", "a \"b\" $c", "echo \"a \\\"b\\\" \\$c\"");
        check("echo \"$(cat <X>)\"", "a b", "echo \"$(cat 'a b')\"");
        check("echo \\'<X>", "a b", "echo \\''a b'");
        check("cat <<EOF\nit's <X>\nEOF\necho <X>", "a b", "cat <<EOF\nit's a b\nEOF\necho 'a b'");
        check("echo <Y>", "a", "echo <Y>");
        check("none", "a", "none");
    }

    #[test]
    fn variables_that_a_shell_does_not_have_are_expanded_for_it() {
        let check = |text: &str, wanted: &str| {
            let values = BTreeMap::from([("X".to_owned(), "a b".to_owned())]);
            assert_eq!(expand(text, &values), wanted, "{text}");
        };
        check("echo $X ${X}", "echo 'a b' 'a b'");
        check("echo \"$X\"", "echo \"a b\"");
        check("echo '$X' \\$X", "echo '$X' \\$X");
        check("echo $XY $Y ${X:-c} $$X", "echo $XY $Y ${X:-c} $$X");
        check("cat <<EOF\n$X\nEOF", "cat <<EOF\na b\nEOF");
        check("cat <<'EOF'\n$X\nEOF", "cat <<'EOF'\n$X\nEOF");
        check("echo '$X' $X", "echo '$X' 'a b'");
    }

    proptest::proptest! {
        #[test]
        fn a_bare_value_is_one_word_whatever_it_holds(value in "\\PC{0,20}") {
            let values = BTreeMap::from([("X".to_owned(), value.clone())]);
            let line = substitute("echo <X>end", &values);
            let commands = super::super::simple_commands(&line);
            assert_eq!(commands.len(), 1, "{line}");
            let words: Vec<_> = commands[0].words.iter().map(|word| word.text.as_str()).collect();
            assert_eq!(words, ["echo", &format!("{value}end")], "{line}");
        }
    }
}
