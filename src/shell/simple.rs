use crate::base::Span;

use super::lexer::{Lexer, Token, redirects};
use super::split::is_assignment;
use super::word::{Scanned, Unfinished, Word};

/// A program with its arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimpleCommand {
    /// `NAME=value` before the program.
    pub assignments: Vec<Word>,
    /// The program and its arguments; empty where there are assignments only.
    pub words: Vec<Word>,
    /// From the first to the last word, in bytes of the text.
    pub span: Span,
    /// A `&` follows: the shell does not wait for it.
    pub background: bool,
    /// Its output goes to a file.
    pub writes_file: bool,
}

/// Every simple command of a piece in order of appearance: in pipes, lists, loops
/// and substitutions. What is not closed is read as far as it goes.
pub fn simple_commands(text: &str) -> Vec<SimpleCommand> {
    let mut found = Vec::new();
    collect(text, 0, &mut found);
    found
}

/// The first of them that begins; for `NAME=$(…)` the assignment, not what is in it.
pub fn first_command(text: &str) -> Option<SimpleCommand> {
    let mut found = Vec::new();
    let mut reader = Reader::new(text, 0, Inner::Left, &mut found);
    reader.read_until(|reader| !reader.found.is_empty());
    found.into_iter().next()
}

fn collect(text: &str, base: usize, found: &mut Vec<SimpleCommand>) {
    Reader::new(text, base, Inner::Read, found).read_until(|_| false);
}

/// Whether what stands in substitutions is read as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Inner {
    Read,
    Left,
}

/// What the next word is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// A program, a keyword or an argument.
    Command,
    /// The target of a redirection.
    Target,
    /// A part of a `for` or `case` head, or a function's name.
    Head,
}

struct Reader<'a> {
    text: &'a str,
    base: usize,
    found: &'a mut Vec<SimpleCommand>,
    current: Option<SimpleCommand>,
    mode: Mode,
    inner: Inner,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str, base: usize, inner: Inner, found: &'a mut Vec<SimpleCommand>) -> Self {
        Self { text, base, found, current: None, mode: Mode::Command, inner }
    }

    /// Reads to the end, to what is not closed, or until it is enough.
    fn read_until(&mut self, enough: impl Fn(&Self) -> bool) {
        let mut lexer = Lexer::new(self.text, 0);
        let mut last_end = 0;
        while !enough(self) {
            match lexer.next() {
                Ok(Some(Token::Word(scanned))) => {
                    last_end = scanned.word.span.end;
                    self.word(&scanned);
                }
                Ok(Some(Token::Operator(span))) => {
                    self.operator(span, last_end);
                    last_end = span.end;
                }
                Ok(Some(Token::Newline(_))) => self.end(),
                Ok(None) | Err(Unfinished) => break,
            }
        }
        self.end();
    }

    fn word(&mut self, scanned: &Scanned) {
        if self.inner == Inner::Read {
            for inner in &scanned.inner {
                collect(inner.of(self.text), self.base + inner.start, self.found);
            }
        }
        match self.mode {
            Mode::Target => {
                self.mode = Mode::Command;
                return;
            }
            Mode::Head => {
                if scanned.word.text == "in" || scanned.word.text == "{" {
                    self.mode = if scanned.word.text == "{" { Mode::Command } else { Mode::Head };
                }
                return;
            }
            Mode::Command => {}
        }
        let fresh = self.current.as_ref().is_none_or(|command| command.words.is_empty());
        if fresh && !scanned.quoted {
            match scanned.word.text.as_str() {
                "if" | "then" | "else" | "elif" | "fi" | "while" | "until" | "do" | "done"
                | "esac" | "{" | "}" | "!" | "time" => return,
                "for" | "case" | "select" | "function" => {
                    self.mode = Mode::Head;
                    return;
                }
                _ => {}
            }
        }
        self.add(scanned.word.clone(), fresh && is_assignment(&scanned.word.text));
    }

    fn add(&mut self, mut word: Word, is_assignment: bool) {
        word.span = word.span.shifted(self.base);
        let command = self.current.get_or_insert_with(|| SimpleCommand {
            assignments: Vec::new(),
            words: Vec::new(),
            span: word.span,
            background: false,
            writes_file: false,
        });
        command.span.end = word.span.end;
        if is_assignment {
            command.assignments.push(word);
        } else {
            command.words.push(word);
        }
    }

    fn operator(&mut self, span: Span, last_end: usize) {
        let operator = span.of(self.text);
        if redirects(operator) {
            self.redirection(span, last_end);
            return;
        }
        if let Some(command) = &mut self.current {
            command.background |= operator == "&";
        }
        self.end();
    }

    fn redirection(&mut self, span: Span, last_end: usize) {
        let target = self.text[span.end..].trim_start();
        let harmless = target.starts_with("/dev/null") || target.starts_with('&');
        let operator = span.of(self.text);
        if let Some(command) = &mut self.current {
            // `2>file`: the number before it belongs to the redirection.
            let adjacent = last_end == span.start;
            if adjacent
                && command.words.len() > 1
                && command
                    .words
                    .last()
                    .is_some_and(|word| word.text.bytes().all(|byte| byte.is_ascii_digit()))
            {
                command.words.pop();
            }
            command.writes_file |= operator.contains('>') && operator != ">&" && !harmless;
        }
        self.mode = Mode::Target;
    }

    fn end(&mut self) {
        self.mode = Mode::Command;
        if let Some(command) = self.current.take() {
            self.found.push(command);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        simple_commands(text)
            .into_iter()
            .map(|command| {
                let words = command.assignments.iter().chain(&command.words);
                words.map(|word| word.text.clone()).collect::<Vec<_>>().join("|")
            })
            .collect()
    }

    #[test]
    fn every_simple_command_is_found() {
        let check = |text: &str, wanted: &[&str]| assert_eq!(shown(text), wanted, "{text}");
        check("kubectl get pods", &["kubectl|get|pods"]);
        check("a 'b c' | d && e; f", &["a|b c", "d", "e", "f"]);
        check("X=1 Y=2 cmd z=3", &["X=1|Y=2|cmd|z=3"]);
        check(
            "P=$(kubectl get po -o name | head -1)",
            &["kubectl|get|po|-o|name", "head|-1", "P=$(kubectl get po -o name | head -1)"],
        );
        check(
            "kubectl logs `kubectl get po -o name`",
            &["kubectl|get|po|-o|name", "kubectl|logs|`kubectl get po -o name`"],
        );
        check("cat > f 2>/dev/null <<EOF\nkubectl x\nEOF", &["cat"]);
        check("for p in a b; do kubectl logs $p; done", &["kubectl|logs|$p"]);
        check("while true; do curl x; done", &["true", "curl|x"]);
        check("if kubectl get ns x; then ls; fi", &["kubectl|get|ns|x", "ls"]);
        check("f() { ls; }", &["f", "ls"]);
        check("curl http://<IP>:80", &["curl|http://<IP>:80"]);
        check("sleep 5 2>&1", &["sleep|5"]);
        check("echo a >b c", &["echo|a|c"]);
        check("A=1", &["A=1"]);
        check("time ls", &["ls"]);
        check("echo 'open", &["echo"]);
    }

    #[test]
    fn background_and_files_are_noted() {
        let check = |text: &str, background: bool, writes_file: bool| {
            let command = &simple_commands(text)[0];
            assert_eq!(
                (command.background, command.writes_file),
                (background, writes_file),
                "{text}"
            );
        };
        check("kubectl proxy &", true, false);
        check("kubectl proxy &> log &", true, true);
        check("kubectl get po -o yaml > pod.yaml", false, true);
        check("kubectl get po > /dev/null 2>&1", false, false);
        check("kubectl get po", false, false);
    }

    #[test]
    fn spans_point_into_the_whole_text() {
        let text = "a $(kubectl get po) b";
        let commands = simple_commands(text);
        assert_eq!(commands[0].span.of(text), "kubectl get po");
        assert_eq!(commands[1].span.of(text), text);
    }

    proptest::proptest! {
        #[test]
        fn nothing_makes_it_panic(text in "[a-z \n\\\\'\"$(){}<>|&;#`é=0-9]{0,80}") {
            for command in simple_commands(&text) {
                assert!(command.span.end <= text.len());
            }
        }
    }
}
