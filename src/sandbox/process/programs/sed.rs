use regex::bytes::Regex;

use super::Run;
use super::options::{Known, Options};
use super::sed_script::{Address, Command, Line, Script, Substitution};
use crate::sandbox::process::errno::Errno;

/// A line that is changed again and again is no longer.
const LONGEST_LINE: usize = 1 << 20;
/// So often a line goes back in its script.
const MOST_ROUNDS: usize = 10_000;

const KNOWN: Known<'_> = Known {
    letters: "ne:f:irEsuz",
    long: &[
        ("expression=", "e"),
        ("quiet", "n"),
        ("silent", "n"),
        ("in-place", "i"),
        ("regexp-extended", "E"),
    ],
    mixed: true,
};

pub(super) async fn sed(run: Run) -> i32 {
    // `-i.bak` is a value only where it stands right behind the letter.
    let has_suffix = |it: &str| it.starts_with("-i") && it.len() > 2 && !it.starts_with("-in");
    let plain = |it: &String| if has_suffix(it) { "-i".to_owned() } else { it.clone() };
    let arguments: Vec<String> = run.rest().iter().map(plain).collect();
    let mut options = match KNOWN.parse(&arguments) {
        Ok(options) => options,
        Err(error) => return run.bad_option(&error.to_string()).await,
    };
    let script = match script(&run, &mut options).await {
        Ok(script) => script,
        Err(code) => return code,
    };
    let quiet = options.has("n") || script.quiet;
    let paths =
        if options.operands.is_empty() { vec!["-".to_owned()] } else { options.operands.clone() };
    let mut code = 0;
    let mut whole = Vec::new();
    for path in &paths {
        let content = match run.read_input(path).await {
            Ok(content) => content,
            Err(error) => {
                code = cannot_read(&run, path, error).await;
                continue;
            }
        };
        if !options.has("i") {
            whole.extend(content);
            continue;
        }
        let (text, _) = edit(&run, &script, &content, quiet).await;
        if let Err(error) = run.system.write_file(path, &text) {
            code = run.fail(format!("couldn't open file {path}: {error}")).await;
        }
    }
    if options.has("i") {
        return code;
    }
    let (text, quit) = edit(&run, &script, &whole, quiet).await;
    run.print_bytes(&text).await;
    quit.unwrap_or(code)
}

async fn cannot_read(run: &Run, path: &str, error: Errno) -> i32 {
    if run.is_gnu() {
        run.fail(format!("can't read {path}: {error}")).await;
        return 2;
    }
    run.fail(format!("{path}: {error}")).await
}

/// The script of `-e`, of `-f`, or the first operand.
async fn script(run: &Run, options: &mut Options) -> Result<Script, i32> {
    let mut texts: Vec<String> = options.values("e").map(str::to_owned).collect();
    for path in options.values("f") {
        match run.read_input(path).await {
            Ok(text) => texts.push(String::from_utf8_lossy(&text).into_owned()),
            Err(error) => return Err(run.fail_open(path, error).await),
        }
    }
    if texts.is_empty() {
        if options.operands.is_empty() {
            return Err(run.usage("no script").await);
        }
        texts.push(options.operands.remove(0));
    }
    let extended = options.has("E") || options.has("r");
    match Script::parse(&texts.join("\n"), extended) {
        Ok(script) => Ok(script),
        Err(message) => Err(run.fail(message).await),
    }
}

/// The edited text, and the exit code that the script asks for.
async fn edit(run: &Run, script: &Script, content: &[u8], quiet: bool) -> (Vec<u8>, Option<i32>) {
    let lines: Vec<&[u8]> = content.split_inclusive(|byte| *byte == b'\n').collect();
    let mut editor = Editor {
        lines,
        next: 0,
        space: Vec::new(),
        hold: Vec::new(),
        out: Vec::new(),
        active: vec![None; script.commands.len()],
        appended: Vec::new(),
        ends_open: content.last().is_some_and(|byte| *byte != b'\n'),
    };
    while editor.next < editor.lines.len() && editor.out.len() < super::run::MOST_INPUT {
        run.system.step().await;
        editor.read_line();
        let end = editor.cycle(script, quiet);
        if let End::Quit(code, prints) = end {
            editor.finish_cycle(quiet || !prints);
            return (editor.out, Some(code));
        }
        editor.finish_cycle(quiet || matches!(end, End::Deleted));
    }
    (editor.out, None)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Done,
    Deleted,
    Quit(i32, bool),
}

struct Editor<'a> {
    lines: Vec<&'a [u8]>,
    next: usize,
    space: Vec<u8>,
    hold: Vec<u8>,
    out: Vec<u8>,
    /// For each command with a range whether it is inside, and since which line.
    active: Vec<Option<usize>>,
    appended: Vec<u8>,
    ends_open: bool,
}

impl Editor<'_> {
    fn read_line(&mut self) {
        let line = self.lines.get(self.next).copied().unwrap_or_default();
        self.space = line.strip_suffix(b"\n").unwrap_or(line).to_vec();
        self.next += 1;
    }

    fn is_last(&self) -> bool {
        self.next >= self.lines.len()
    }

    fn print(&mut self) {
        self.out.extend_from_slice(&self.space);
        self.out.push(b'\n');
    }

    fn finish_cycle(&mut self, quiet: bool) {
        if !quiet {
            self.print();
            if self.is_last() && self.ends_open {
                self.out.pop();
            }
        }
        self.out.append(&mut self.appended);
    }

    fn cycle(&mut self, script: &Script, quiet: bool) -> End {
        let (mut at, mut rounds, mut replaced) = (0, 0, false);
        while let Some(line) = script.commands.get(at) {
            rounds += 1;
            if rounds > MOST_ROUNDS {
                return End::Done;
            }
            if self.applies(line, at) == line.negated {
                at = if let Command::Open(end) = line.command { end + 1 } else { at + 1 };
                continue;
            }
            at += 1;
            match &line.command {
                Command::Substitute(substitution) => replaced |= self.substitute(substitution),
                Command::Delete => return End::Deleted,
                Command::Quit(code) => return End::Quit(*code, true),
                Command::QuitSilently(code) => return End::Quit(*code, false),
                Command::Change(text) => {
                    self.out.extend(format!("{text}\n").into_bytes());
                    return End::Deleted;
                }
                Command::Next | Command::Join if self.is_last() => return End::Done,
                Command::Jump(target) => at = *target,
                Command::JumpIfReplaced(target) if replaced => (replaced, at) = (false, *target),
                other => self.simple(other, quiet),
            }
        }
        End::Done
    }

    /// Commands after which the next one follows.
    fn simple(&mut self, command: &Command, quiet: bool) {
        match command {
            Command::Print => self.print(),
            Command::Append(text) => self.appended.extend(format!("{text}\n").into_bytes()),
            Command::Insert(text) => self.out.extend(format!("{text}\n").into_bytes()),
            Command::Number => self.out.extend(format!("{}\n", self.next).into_bytes()),
            Command::Translate(pairs) => self.translate(pairs),
            Command::Next => {
                if !quiet {
                    self.print();
                }
                self.read_line();
            }
            Command::Join => {
                let before = std::mem::take(&mut self.space);
                self.read_line();
                self.space = [before, vec![b'\n'], std::mem::take(&mut self.space)].concat();
                self.space.truncate(LONGEST_LINE);
            }
            Command::Hold => self.hold.clone_from(&self.space),
            Command::HoldMore => {
                self.hold.push(b'\n');
                self.hold.extend_from_slice(&self.space);
                self.hold.truncate(LONGEST_LINE);
            }
            Command::Get => self.space.clone_from(&self.hold),
            Command::GetMore => {
                self.space.push(b'\n');
                self.space.extend_from_slice(&self.hold);
                self.space.truncate(LONGEST_LINE);
            }
            Command::Exchange => std::mem::swap(&mut self.space, &mut self.hold),
            _ => {}
        }
    }

    fn fits(&self, address: &Address) -> bool {
        match address {
            Address::Line(number) => self.next == *number,
            Address::Last => self.is_last(),
            Address::Pattern(regex) => regex.is_match(&self.space),
            Address::Step(first, step) => {
                self.next >= *first && (*step == 0 || (self.next - first).is_multiple_of(*step))
            }
            Address::More(_) => false,
        }
    }

    fn applies(&mut self, line: &Line, at: usize) -> bool {
        match (&line.from, &line.to) {
            (None, _) => true,
            (Some(from), None) => self.fits(from),
            (Some(from), Some(to)) => {
                if let Some(since) = self.active[at] {
                    let ends = match to {
                        Address::Line(number) => self.next >= *number,
                        Address::More(count) => self.next >= since + count,
                        other => self.fits(other),
                    };
                    if ends {
                        self.active[at] = None;
                    }
                    return true;
                }
                let begins = self.fits(from);
                let is_over = match to {
                    Address::Line(number) => *number <= self.next,
                    Address::More(count) => *count == 0,
                    _ => false,
                };
                if begins && !is_over {
                    self.active[at] = Some(self.next);
                }
                begins
            }
        }
    }

    fn translate(&mut self, pairs: &[(char, char)]) {
        let text = String::from_utf8_lossy(&self.space).into_owned();
        let changed: String = text
            .chars()
            .map(|it| pairs.iter().find(|(from, _)| *from == it).map_or(it, |(_, to)| *to))
            .collect();
        self.space = changed.into_bytes();
    }

    fn substitute(&mut self, substitution: &Substitution) -> bool {
        let (space, count) = replace(&substitution.pattern, &self.space, substitution);
        if count == 0 {
            return false;
        }
        self.space = space;
        self.space.truncate(LONGEST_LINE);
        if substitution.prints {
            self.print();
        }
        true
    }
}

fn replace(pattern: &Regex, text: &[u8], substitution: &Substitution) -> (Vec<u8>, usize) {
    let mut out = Vec::new();
    let (mut copied, mut seen, mut done) = (0, 0, 0);
    for captures in pattern.captures_iter(text) {
        seen += 1;
        let Some(whole) = captures.get(0) else { continue };
        if seen < substitution.nth || (done > 0 && !substitution.all) {
            continue;
        }
        out.extend_from_slice(&text[copied..whole.start()]);
        for piece in &substitution.by {
            match piece {
                Ok(text) => out.extend_from_slice(text.as_bytes()),
                Err(group) => {
                    out.extend_from_slice(captures.get(*group).map_or(&[][..], |it| it.as_bytes()));
                }
            }
        }
        copied = whole.end();
        done += 1;
        if out.len() > LONGEST_LINE {
            break;
        }
    }
    out.extend_from_slice(&text[copied..]);
    (out, done)
}
