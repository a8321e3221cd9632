use super::Builtin;
use crate::sandbox::process::programs::{echo_text, printf_text};
use crate::sandbox::process::shell::lexer::is_name;
use crate::sandbox::process::shell::state::{Dialect, Shell};
use crate::sandbox::process::shell::test_command::{Flavor, evaluate};

pub(super) async fn run(shell: &mut Shell, name: &str, arguments: &[String]) -> Builtin {
    match name {
        "echo" => {
            // dash's echo knows no -e: it always reads backslashes.
            let text = match shell.dialect {
                Dialect::Dash => echo_text(arguments, true),
                _ => echo_text(arguments, false),
            };
            Builtin::Status(shell.print_bytes(&text).await)
        }
        "printf" => printf(shell, arguments).await,
        "read" => read(shell, arguments).await,
        "mapfile" => Builtin::Status(0),
        _ => test(shell, name, arguments).await,
    }
}

impl Shell {
    async fn print_bytes(&self, bytes: &[u8]) -> i32 {
        match self.system.write(1, bytes).await {
            Ok(()) => 0,
            Err(error) => {
                let message = match self.dialect {
                    Dialect::Bash => format!("echo: write error: {error}"),
                    _ => format!("write error: {error}"),
                };
                self.complain(&message).await;
                1
            }
        }
    }
}

async fn printf(shell: &mut Shell, arguments: &[String]) -> Builtin {
    let (target, arguments) = match arguments {
        [option, name, rest @ ..] if option == "-v" && shell.is_bash() => (Some(name), rest),
        [option, rest @ ..] if option == "--" => (None, rest),
        all => (None, all),
    };
    let Some((format, values)) = arguments.split_first() else {
        shell.complain("printf: usage: printf format [arguments]").await;
        return Builtin::Status(2);
    };
    let (text, problems) = printf_text(format, values);
    let status = match target {
        Some(name) => {
            let _ = shell.variables.set(name, &String::from_utf8_lossy(&text));
            0
        }
        None => shell.print_bytes(&text).await,
    };
    for problem in &problems {
        let prefix = if shell.dialect == Dialect::Ash { "" } else { "printf: " };
        shell.complain(&format!("{prefix}{problem}")).await;
    }
    Builtin::Status(if problems.is_empty() { status } else { 1 })
}

async fn test(shell: &mut Shell, name: &str, arguments: &[String]) -> Builtin {
    let words = match (name, arguments.split_last()) {
        ("test", _) => arguments,
        ("[", Some((last, rest))) if last == "]" => rest,
        ("[[", Some((last, rest))) if last == "]]" => rest,
        _ => {
            let end = if name == "[[" { "]]" } else { "]" };
            let message = match shell.dialect {
                Dialect::Bash => format!("{name}: missing `{end}'"),
                Dialect::Dash => format!("{name}: missing {end}"),
                Dialect::Ash => format!("missing {end}"),
            };
            shell.complain(&message).await;
            return Builtin::Status(2);
        }
    };
    let flavor = if name == "[[" { Flavor::Double } else { Flavor::Plain };
    match evaluate(&shell.system, words, flavor) {
        Ok(value) => Builtin::Status(i32::from(!value)),
        Err(message) => {
            let message = match shell.dialect {
                Dialect::Bash => message.replace(": bad number", ": integer expression expected"),
                Dialect::Ash => message,
                Dialect::Dash => message
                    .strip_suffix(": bad number")
                    .map_or_else(|| message.clone(), |word| format!("Illegal number: {word}")),
            };
            // ash names `test` whatever it was called by, without the shell's own name.
            match shell.dialect {
                Dialect::Ash => {
                    let shown = match message.strip_suffix(": bad number") {
                        Some(word) => format!("sh: {word}: bad number\n"),
                        None => format!("sh: {message}\n"),
                    };
                    let _ = shell.system.write(2, shown.as_bytes()).await;
                }
                _ => shell.complain(&format!("{name}: {message}")).await,
            }
            Builtin::Status(2)
        }
    }
}

/// What `read` is asked for.
#[derive(Default)]
struct ReadOptions {
    raw: bool,
    silent: bool,
    prompt: Option<String>,
    count: Option<usize>,
    seconds: Option<f64>,
    delimiter: Option<u8>,
    names: Vec<String>,
}

fn read_options(arguments: &[String]) -> Result<ReadOptions, String> {
    let mut options = ReadOptions::default();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        if !argument.starts_with('-') || argument.len() < 2 {
            options.names = std::iter::once(argument).chain(rest).cloned().collect();
            break;
        }
        let mut letters = argument[1..].chars();
        while let Some(letter) = letters.next() {
            if matches!(letter, 'r' | 's' | '-' | 'e') {
                options.raw |= letter == 'r';
                options.silent |= letter == 's';
                continue;
            }
            let inline: String = letters.by_ref().collect();
            let value = if inline.is_empty() { rest.next().cloned() } else { Some(inline) };
            let value = value.ok_or_else(|| format!("-{letter}: option requires an argument"))?;
            match letter {
                'p' => options.prompt = Some(value),
                't' => options.seconds = value.parse().ok(),
                'n' | 'N' => options.count = value.parse().ok(),
                'd' => options.delimiter = Some(value.bytes().next().unwrap_or(0)),
                'u' | 'a' => {}
                other => return Err(format!("illegal option -{other}")),
            }
        }
    }
    Ok(options)
}

async fn read(shell: &mut Shell, arguments: &[String]) -> Builtin {
    let options = match read_options(arguments) {
        Ok(options) => options,
        Err(message) => {
            shell.complain(&format!("read: {message}")).await;
            return Builtin::Status(2);
        }
    };
    if let Some(name) = options.names.iter().find(|name| !is_name(name)) {
        let message = format!("read: {name}: bad variable name");
        shell.complain(&message).await;
        return Builtin::Status(2);
    }
    if let Some(prompt) = &options.prompt
        && shell.system.terminal_at(0).is_some()
    {
        let _ = shell.system.write(2, prompt.as_bytes()).await;
    }
    let terminal = shell.system.terminal_at(0).filter(|_| options.silent);
    if let Some(terminal) = &terminal {
        crate::sandbox::process::kernel::lock(terminal).set_lines(false);
    }
    let until = options.seconds.map(|seconds| {
        let seconds = std::time::Duration::try_from_secs_f64(seconds).unwrap_or_default();
        shell.system.after(seconds)
    });
    let line = shell.system.or_time(until, read_line(shell, &options)).await;
    if let Some(terminal) = &terminal {
        crate::sandbox::process::kernel::lock(terminal).set_lines(true);
    }
    let Some((line, complete)) = line else { return Builtin::Status(142) };
    let values = split_line(shell, &line, options.names.len());
    let names = match options.names.is_empty() {
        true => vec!["REPLY".to_owned()],
        false => options.names,
    };
    for (number, name) in names.iter().enumerate() {
        let value = values.get(number).map(String::as_str).unwrap_or_default();
        let _ = shell.variables.set(name, value);
    }
    Builtin::Status(i32::from(!complete))
}

/// Characters of a line, with whether a backslash stood before each; and whether the
/// line has come to its end.
async fn read_line(shell: &Shell, options: &ReadOptions) -> (Vec<(char, bool)>, bool) {
    let end = options.delimiter.unwrap_or(b'\n');
    let mut bytes: Vec<u8> = Vec::new();
    let mut escaped: Vec<usize> = Vec::new();
    let mut backslash = false;
    let complete = loop {
        if options.count.is_some_and(|count| bytes.len() >= count) {
            break true;
        }
        let byte = match shell.system.read(0, 1).await {
            Ok(piece) => match piece.first() {
                Some(byte) => *byte,
                None => break false,
            },
            Err(_) => break false,
        };
        match byte {
            _ if backslash => {
                backslash = false;
                if byte != b'\n' {
                    escaped.push(bytes.len());
                    bytes.push(byte);
                }
            }
            b'\\' if !options.raw => backslash = true,
            _ if byte == end => break true,
            0 => {}
            _ => bytes.push(byte),
        }
        if bytes.len() > 1 << 20 {
            break true;
        }
    };
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let line = text.char_indices().map(|(at, character)| (character, escaped.contains(&at)));
    (line.collect(), complete)
}

/// Source: POSIX, `read`: the last name gets all that is left.
fn split_line(shell: &Shell, line: &[(char, bool)], names: usize) -> Vec<String> {
    let text = |part: &[(char, bool)]| part.iter().map(|(character, _)| *character).collect();
    if names == 0 {
        return vec![text(line)];
    }
    let separators = shell.variables.get("IFS").unwrap_or(" \t\n").to_owned();
    let separates = |item: &(char, bool)| !item.1 && separators.contains(item.0);
    let is_blank = |item: &(char, bool)| separates(item) && item.0.is_whitespace();
    let mut rest = line;
    let mut values = Vec::new();
    rest = trim_start(rest, is_blank);
    while values.len() + 1 < names {
        let end = rest.iter().position(separates).unwrap_or(rest.len());
        values.push(text(&rest[..end]));
        rest = trim_start(&rest[end..], is_blank);
        if rest.first().is_some_and(separates) {
            let hard = !is_blank(&rest[0]);
            rest = trim_start(&rest[usize::from(hard)..], is_blank);
        }
    }
    while rest.last().is_some_and(is_blank) {
        rest = &rest[..rest.len() - 1];
    }
    // One separator behind the last field belongs to it.
    if let [before @ .., last] = rest
        && separates(last)
        && !before.iter().any(separates)
    {
        rest = before;
    }
    values.push(text(rest));
    values
}

fn trim_start(
    mut line: &[(char, bool)],
    is_blank: impl Fn(&(char, bool)) -> bool,
) -> &[(char, bool)] {
    while line.first().is_some_and(&is_blank) {
        line = &line[1..];
    }
    line
}

impl Shell {
    /// `[[ … ]]`: words that are not split; what is quoted at the right is no pattern.
    pub(in crate::sandbox::process::shell) async fn run_double_bracket(
        &mut self,
        words: &[crate::sandbox::process::shell::tree::Word],
    ) -> crate::sandbox::process::shell::state::Flow {
        use crate::sandbox::process::shell::state::Flow;
        let mut texts: Vec<String> = Vec::new();
        for word in words {
            let last = texts.last().map(String::as_str);
            let text = match last {
                Some("=" | "==" | "!=") => self.pattern(word).await,
                _ => self.text(word).await,
            };
            match text {
                Ok(text) => texts.push(text),
                Err(flow) => return flow,
            }
        }
        self.status = match evaluate(&self.system, &texts, Flavor::Double) {
            Ok(value) => i32::from(!value),
            Err(message) => {
                self.complain(&format!("[[: {message}")).await;
                2
            }
        };
        Flow::Next
    }
}
