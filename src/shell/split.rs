use crate::base::Span;

use super::lexer::{Lexer, Token, line_end, redirects};
use super::word::Unfinished;

/// One complete thing that a person types: a line, or several that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Exactly as typed, without a comment at its end.
    pub text: String,
    /// In bytes of the text.
    pub span: Span,
}

/// How far a piece may reach, in bytes.
const LONGEST: usize = 64 * 1024;

/// How many bytes may be read in vain for pieces that nothing closes, in one text;
/// then every line stands for itself. A text full of lost quotes costs no more.
const PATIENCE: usize = 1024 * 1024;

/// Takes shell text apart. Continuations, here-documents, quotes over several lines,
/// loops and functions stay whole; comments and blank lines are dropped. What a shell
/// would refuse is taken line by line.
pub fn split(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut at = 0;
    let mut patience = PATIENCE;
    while let Some(piece) = next_piece(text, at, &mut patience) {
        // A comment or a newline is left after the piece; nothing but those.
        at = piece.span.end;
        pieces.push(piece);
    }
    pieces
}

/// The first of the pieces that [`split`] would find.
pub fn first_piece(text: &str) -> Option<Piece> {
    next_piece(text, 0, &mut PATIENCE.clone())
}

fn next_piece(text: &str, at: usize, patience: &mut usize) -> Option<Piece> {
    let start = next_start(text, at)?;
    let line = physical_line(text, start);
    let end = if *patience == 0 {
        line
    } else {
        piece_end(text, start).unwrap_or_else(|Unfinished| {
            *patience = patience.saturating_sub(LONGEST.min(text.len() - start));
            line
        })
    };
    let length = text[start..end].trim_end().len();
    // A lone character that no token begins with still has to be stepped over.
    let first = text[start..].chars().next().map_or(1, char::len_utf8);
    let span = Span::new(start, start + length.max(first));
    Some(Piece { text: span.of(text).to_owned(), span })
}

/// Whether a shell would run this as it stands, rather than wait for more lines:
/// nothing is open, no operator and no backslash at the end asks for the next line.
pub fn is_complete(text: &str) -> bool {
    let mut backslashes = text.trim_end_matches('\n').bytes().rev();
    let at_end = backslashes.by_ref().take_while(|byte| *byte == b'\\').count();
    at_end % 2 == 0 && next_start(text, 0).is_none_or(|start| piece_end(text, start).is_ok())
}

/// Where the next thing begins that is neither blank nor a comment.
fn next_start(text: &str, mut at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    loop {
        match bytes.get(at)? {
            b' ' | b'\t' | b'\r' | b'\n' => at += 1,
            b'#' => at = line_end(text, at),
            _ => return Some(at),
        }
    }
}

/// The line at `start`, with those that a backslash joins to it.
fn physical_line(text: &str, start: usize) -> usize {
    let mut end = line_end(text, start);
    while text[start..end].ends_with('\\') && end < text.len() {
        end = line_end(text, end + 1);
    }
    end
}

fn piece_end(text: &str, start: usize) -> Result<usize, Unfinished> {
    let mut limit = text.len().min(start + LONGEST);
    while !text.is_char_boundary(limit) {
        limit -= 1;
    }
    let mut lexer = Lexer::new(&text[..limit], start);
    let mut nesting = Nesting::default();
    let mut end = start;
    while let Some(token) = lexer.next()? {
        match token {
            Token::Word(scanned) => {
                end = scanned.word.span.end;
                let keyword = if scanned.quoted { "" } else { scanned.word.text.as_str() };
                nesting.word(keyword);
            }
            Token::Operator(span) => {
                end = span.end;
                nesting.operator(span.of(text));
            }
            Token::Newline(span) => {
                if span.end > span.start + 1 {
                    end = span.end;
                }
                if nesting.is_complete() {
                    return Ok(end);
                }
                nesting.newline();
            }
        }
    }
    if nesting.is_complete() { Ok(end) } else { Err(Unfinished) }
}

/// What closes something that is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Closer {
    Fi,
    Done,
    Esac,
    Brace,
    Parenthesis,
}

/// What is open, and whether the next word is a command's name (only there is `if` a keyword).
#[derive(Debug)]
struct Nesting {
    open: Vec<Closer>,
    at_command: bool,
    after_redirection: bool,
    joins_the_next: bool,
    in_function_header: bool,
}

impl Default for Nesting {
    fn default() -> Self {
        Self {
            open: Vec::new(),
            at_command: true,
            after_redirection: false,
            joins_the_next: false,
            in_function_header: false,
        }
    }
}

impl Nesting {
    fn is_complete(&self) -> bool {
        self.open.is_empty() && !self.joins_the_next
    }

    fn word(&mut self, word: &str) {
        self.joins_the_next = false;
        if std::mem::take(&mut self.after_redirection) {
            return;
        }
        if self.in_function_header && word == "{" {
            self.at_command = true;
        }
        if !self.at_command {
            return;
        }
        self.in_function_header = false;
        self.at_command = match word {
            "if" => self.push(Closer::Fi),
            "while" | "until" => self.push(Closer::Done),
            "{" => self.push(Closer::Brace),
            "then" | "do" | "else" | "elif" | "!" | "time" => true,
            "for" | "select" => !self.push(Closer::Done),
            "case" => !self.push(Closer::Esac),
            "function" => {
                self.in_function_header = true;
                false
            }
            "fi" => self.close(Closer::Fi),
            "done" => self.close(Closer::Done),
            "esac" => self.close(Closer::Esac),
            "}" => self.close(Closer::Brace),
            word => is_assignment(word),
        };
    }

    fn push(&mut self, closer: Closer) -> bool {
        self.open.push(closer);
        true
    }

    fn close(&mut self, closer: Closer) -> bool {
        if self.open.last() == Some(&closer) {
            self.open.pop();
        }
        false
    }

    fn operator(&mut self, operator: &str) {
        self.joins_the_next = matches!(operator, "&&" | "||" | "|" | "|&");
        self.after_redirection = redirects(operator);
        if self.after_redirection {
            return;
        }
        match operator {
            "(" => self.open.push(Closer::Parenthesis),
            ")" => {
                self.close(Closer::Parenthesis);
            }
            _ => {}
        }
        self.at_command = true;
    }

    fn newline(&mut self) {
        self.at_command = true;
        self.after_redirection = false;
    }
}

/// Whether the word is `NAME=…`.
pub(super) fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        let name = name.strip_suffix('+').unwrap_or(name);
        !name.is_empty()
            && !name.starts_with(|c: char| c.is_ascii_digit())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        split(text).into_iter().map(|piece| piece.text).collect()
    }

    #[test]
    fn one_piece_for_each_complete_thing() {
        let check = |text: &str, wanted: &[&str]| assert_eq!(texts(text), wanted, "{text}");
        check("kubectl get pods\nkubectl get svc\n", &["kubectl get pods", "kubectl get svc"]);
        check("# note\n\nls  # all of them\n", &["ls"]);
        check("a && b; c | d\n", &["a && b; c | d"]);
        check("kubectl run x \\\n  --image=y\nls", &["kubectl run x \\\n  --image=y", "ls"]);
        check("a |\n  b\nc", &["a |\n  b", "c"]);
        check("a &&\nb", &["a &&\nb"]);
        check(
            "cat <<EOF | kubectl apply -f -\na: 'b\nEOF\nls",
            &["cat <<EOF | kubectl apply -f -\na: 'b\nEOF", "ls"],
        );
        check("cat <<-'EOF' > f\n\tx\n\tEOF\nls", &["cat <<-'EOF' > f\n\tx\n\tEOF", "ls"]);
        check("cat <<A <<B\n1\nA\n2\nB\nls", &["cat <<A <<B\n1\nA\n2\nB", "ls"]);
        check("echo 'one\ntwo'\nls", &["echo 'one\ntwo'", "ls"]);
        check(
            "for i in 1 2; do\n  echo $i\ndone\nls",
            &["for i in 1 2; do\n  echo $i\ndone", "ls"],
        );
        check("while true; do date; sleep 1; done", &["while true; do date; sleep 1; done"]);
        check("if a; then\nb\nelse\nc\nfi\nls", &["if a; then\nb\nelse\nc\nfi", "ls"]);
        check("f() {\n  ls\n}\nf", &["f() {\n  ls\n}", "f"]);
        check("function f {\n  ls\n}\nf", &["function f {\n  ls\n}", "f"]);
        check(
            "case $x in\n a) b;;\n *) c;;\nesac\nls",
            &["case $x in\n a) b;;\n *) c;;\nesac", "ls"],
        );
        check("(cd x\n ls)\nls", &["(cd x\n ls)", "ls"]);
        check("X=$(kubectl get po \\\n -o name)\nls", &["X=$(kubectl get po \\\n -o name)", "ls"]);
        check("echo if then\nls", &["echo if then", "ls"]);
        check("echo done\nls > done\nls", &["echo done", "ls > done", "ls"]);
        check("curl http://<IP>:80/\nls", &["curl http://<IP>:80/", "ls"]);
        check("kubectl exec x -- sh -c '\nls\n'\nls", &["kubectl exec x -- sh -c '\nls\n'", "ls"]);
    }

    #[test]
    fn what_a_shell_would_refuse_is_taken_line_by_line() {
        let check = |text: &str, wanted: &[&str]| assert_eq!(texts(text), wanted, "{text}");
        check("it's here\nls", &["it's here", "ls"]);
        check("cat <<EOF\nnever closed", &["cat <<EOF", "never closed"]);
        check("for x in\nls", &["for x in", "ls"]);
        check("a \\\n'b\nls", &["a \\\n'b", "ls"]);
        check(")\ndone\n}", &[")", "done", "}"]);
        check("ls &&", &["ls &&"]);
    }

    #[test]
    fn what_asks_for_more_lines_is_incomplete() {
        for text in ["ls", "ls\n", "", "# note", "cat <<E\nx\nE", "echo 'a\nb'", "a\\\\"] {
            assert!(is_complete(text), "{text}");
        }
        for text in ["ls \\", "ls |", "a &&", "cat <<E", "echo 'a", "for i in 1; do", "f() {"] {
            assert!(!is_complete(text), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn pieces_are_in_order_within_the_text_and_never_blank(
            text in "[a-z \n\t\\\\'\"$(){}<>|&;#`éE]{0,80}",
        ) {
            let mut last = 0;
            for piece in split(&text) {
                assert!(piece.span.start >= last && piece.span.end <= text.len());
                assert_eq!(piece.span.of(&text), piece.text);
                assert!(!piece.text.trim().is_empty());
                last = piece.span.end;
            }
        }

        #[test]
        fn nothing_that_is_typed_is_lost(lines in proptest::collection::vec("[a-z'\"(){}<>|&;é ]{1,12}", 0..8)) {
            let text = lines.join("\n");
            let kept: String = split(&text).into_iter().map(|piece| piece.text).collect();
            let squeeze = |text: &str| text.split_whitespace().collect::<String>();
            assert_eq!(squeeze(&kept), squeeze(&text));
        }
    }
}
