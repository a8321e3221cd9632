use std::collections::BTreeMap;

use super::lexer::{Missing, ParseError, Parser};
use super::state::{Dialect, Flow, Options, Shell};
use super::variables::Variables;
use crate::sandbox::process::programs::Run;

/// Texts are read by further ones (`.`, `eval`, traps) no deeper.
const DEEPEST_TEXT: usize = 20;

/// What a shell is told to run.
enum Source {
    Argument(String),
    File(String),
    Input,
}

/// `sh`: ash in busybox images, dash in others.
pub(crate) async fn sh(run: Run) -> i32 {
    let dialect = if run.is_gnu() { Dialect::Dash } else { Dialect::Ash };
    main(run, dialect).await
}

/// The shell as a program: `sh`, `ash`, `dash`, `bash`.
pub(crate) async fn main(run: Run, dialect: Dialect) -> i32 {
    let mut shell = Shell::new(&run, dialect);
    let source = match shell.read_arguments(&run.arguments) {
        Ok(source) => source,
        Err(message) => {
            shell.complain(&message).await;
            return 2;
        }
    };
    match source {
        Source::Argument(text) => {
            shell.options.from_argument = true;
            shell.run_program_text(&text, true).await;
        }
        Source::File(path) => {
            if !shell.run_script(&path).await {
                return shell.status;
            }
        }
        Source::Input => {
            let on_terminal = [0, 2].iter().all(|it| shell.system.terminal_at(*it).is_some());
            shell.options.interactive |= on_terminal;
            shell.options.from_input = true;
            match shell.options.interactive {
                true => shell.interact().await,
                false => shell.run_input().await,
            }
        }
    }
    shell.run_exit_trap().await;
    shell.status
}

impl Shell {
    fn new(run: &Run, dialect: Dialect) -> Self {
        let mut variables = Variables::from_env(&run.env);
        let usual = |variables: &mut Variables, name: &str, value: &str| {
            if variables.get(name).is_none() {
                let _ = variables.set(name, value);
            }
        };
        usual(&mut variables, "IFS", " \t\n");
        usual(&mut variables, "PS4", "+ ");
        usual(&mut variables, "OPTIND", "1");
        usual(
            &mut variables,
            "PATH",
            "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        );
        let folder = run.system.folder();
        let _ = variables.set("PWD", &folder);
        variables.export("PWD", true);
        if dialect == Dialect::Bash {
            for (name, value) in [
                ("BASH", "/bin/bash"),
                ("BASH_VERSION", "5.2.37(1)-release"),
                ("HOSTNAME", &run.system.machine().hostname),
                ("HOSTTYPE", "x86_64"),
                ("OSTYPE", "linux-gnu"),
            ] {
                usual(&mut variables, name, value);
            }
            let level = variables.get("SHLVL").and_then(|it| it.parse::<i64>().ok()).unwrap_or(0);
            let _ = variables.set("SHLVL", &(level + 1).to_string());
            variables.export("SHLVL", true);
        }
        let name = run.arguments.first().cloned().unwrap_or_else(|| "sh".to_owned());
        Self {
            pid: run.system.pid(),
            started: run.system.now(),
            system: run.system.clone(),
            dialect,
            title: name.trim_start_matches('-').to_owned(),
            name,
            variables,
            functions: BTreeMap::new(),
            aliases: BTreeMap::new(),
            arguments: Vec::new(),
            status: 0,
            last_background: None,
            jobs: Vec::new(),
            options: Options::default(),
            traps: BTreeMap::new(),
            history: std::sync::Arc::default(),
            line: 1,
            loops: 0,
            calls: 0,
            depth: 0,
            conditions: 0,
            substituted: None,
            is_subshell: false,
            getopts_at: 0,
        }
    }

    fn read_arguments(&mut self, arguments: &[String]) -> Result<Source, String> {
        let mut rest = arguments.get(1..).unwrap_or_default().iter();
        let (mut from_argument, mut from_input) = (false, false);
        let mut operands: Vec<String> = Vec::new();
        while let Some(argument) = rest.next() {
            match argument.as_str() {
                "--" | "-" => break,
                "-o" | "+o" => {
                    let name = rest.next().cloned().unwrap_or_default();
                    self.set_long_option(&name, argument == "-o")?;
                }
                "--login" | "--norc" | "--noprofile" | "--posix" | "--rcfile" => {}
                long if long.starts_with("--") => return Err(format!("{long}: invalid option")),
                flags if flags.starts_with(['-', '+']) && flags.len() > 1 => {
                    for letter in flags[1..].chars() {
                        match letter {
                            'c' => from_argument = true,
                            's' => from_input = true,
                            'l' => {}
                            'i' => self.options.interactive = true,
                            'o' => {
                                let name = rest.next().cloned().unwrap_or_default();
                                self.set_long_option(&name, flags.starts_with('-'))?;
                            }
                            letter => self.set_option(letter, flags.starts_with('-'))?,
                        }
                    }
                }
                _ => {
                    operands.push(argument.clone());
                    break;
                }
            }
        }
        operands.extend(rest.cloned());
        let mut operands = operands.into_iter();
        let source = match (from_argument, from_input) {
            (true, _) => match operands.next() {
                Some(text) => {
                    self.name = operands.next().unwrap_or_else(|| self.name.clone());
                    self.title.clone_from(&self.name);
                    Source::Argument(text)
                }
                None => return Err("-c requires an argument".to_owned()),
            },
            (false, true) => Source::Input,
            (false, false) => match operands.next() {
                Some(path) => Source::File(path),
                None => Source::Input,
            },
        };
        self.arguments = operands.collect();
        Ok(source)
    }

    /// Whether the script could be read.
    async fn run_script(&mut self, path: &str) -> bool {
        let text = match self.system.read_file(path) {
            Ok(text) => text,
            Err(error) => {
                self.status = if self.is_bash() { 127 } else { 2 };
                let message = match self.dialect {
                    Dialect::Bash => format!("{}: {path}: {error}\n", self.title),
                    Dialect::Dash => {
                        format!("{}: 0: cannot open {path}: No such file\n", self.title)
                    }
                    Dialect::Ash => format!("{}: can't open '{path}': {error}\n", self.title),
                };
                let _ = self.system.write(2, message.as_bytes()).await;
                return false;
            }
        };
        path.clone_into(&mut self.name);
        path.clone_into(&mut self.title);
        self.run_program_text(&String::from_utf8_lossy(&text), false).await;
        true
    }

    /// All commands of a text, as what the shell is there for.
    async fn run_program_text(&mut self, text: &str, tail: bool) {
        let mut parser = Parser::new(text, self.is_extended());
        loop {
            match parser.next_command() {
                Ok(None) => return,
                Ok(Some(_)) if self.options.no_execution => {}
                Ok(Some(list)) => {
                    let tail = tail && parser.is_at_end() && self.traps.is_empty();
                    if self.run_list(&list, tail).await != Flow::Next {
                        return;
                    }
                }
                Err(error) => {
                    self.syntax_error(&error, &parser).await;
                    return;
                }
            }
        }
    }

    /// Commands from standard input, each as soon as it is complete.
    pub(super) async fn run_input(&mut self) {
        let mut text = String::new();
        let mut line = 1;
        loop {
            let more = self.read_line_of_input().await;
            let at_end = more.is_none();
            text.push_str(&more.unwrap_or_default());
            let mut parser = Parser::new(&text, self.is_extended());
            parser.set_line(line);
            match parser.next_command() {
                Err(ParseError::Incomplete(_)) if !at_end => continue,
                Err(error) => {
                    self.syntax_error(&error, &parser).await;
                    return;
                }
                Ok(Some(list)) => {
                    line = parser.line();
                    text.clear();
                    if self.run_list(&list, false).await != Flow::Next {
                        return;
                    }
                }
                Ok(None) => {
                    line = parser.line();
                    text.clear();
                }
            }
            if at_end {
                return;
            }
        }
    }

    async fn read_line_of_input(&mut self) -> Option<String> {
        let mut line = Vec::new();
        loop {
            match self.system.read(0, 1).await {
                Ok(byte) if !byte.is_empty() => {
                    line.extend(&byte);
                    if byte == b"\n" || line.len() > 1 << 20 {
                        break;
                    }
                }
                _ => break,
            }
        }
        (!line.is_empty()).then(|| String::from_utf8_lossy(&line).into_owned())
    }

    /// Commands of a text within the shell: `eval`, `.`, traps.
    pub(super) fn run_text<'a>(&'a mut self, text: &'a str) -> super::expand::Boxed<'a, Flow> {
        Box::pin(async move {
            if self.calls >= DEEPEST_TEXT {
                return self.fatal("too many nested texts").await;
            }
            self.calls += 1;
            let mut parser = Parser::new(text, self.is_extended());
            parser.set_line(self.line);
            self.status = 0;
            let flow = loop {
                match parser.next_command() {
                    Ok(None) => break Flow::Next,
                    Ok(Some(list)) => {
                        let flow = self.run_list(&list, false).await;
                        if flow != Flow::Next {
                            break flow;
                        }
                    }
                    Err(error) => {
                        self.syntax_error(&error, &parser).await;
                        break if self.options.interactive { Flow::Next } else { Flow::Exit };
                    }
                }
            };
            self.calls -= 1;
            flow
        })
    }

    /// Tells what is wrong with a text; the status is 2.
    pub(super) async fn syntax_error(&mut self, error: &ParseError, parser: &Parser) {
        self.status = 2;
        self.line = parser.line();
        if self.dialect == Dialect::Bash {
            return self.bash_syntax_error(error, &parser.current_line()).await;
        }
        let ash = self.dialect == Dialect::Ash;
        let expecting = |word: &Option<&str>| match word {
            Some(word) => format!(" (expecting \"{word}\")"),
            None => String::new(),
        };
        let message = match error {
            ParseError::Unexpected(token, word) => match ash {
                true => format!("syntax error: unexpected {}{}", in_words(token), expecting(word)),
                false => format!("Syntax error: {} unexpected{}", in_words(token), expecting(word)),
            },
            ParseError::Incomplete(Missing::Command(word)) => match ash {
                true => format!("syntax error: unexpected end of file{}", expecting(word)),
                false => format!("Syntax error: end of file unexpected{}", expecting(word)),
            },
            ParseError::Incomplete(missing) => incomplete(missing, ash),
            ParseError::Other(message) if ash => format!("syntax error: {message}"),
            ParseError::Other(message) => format!("Syntax error: {message}"),
        };
        self.complain(&message).await;
    }

    async fn bash_syntax_error(&mut self, error: &ParseError, line: &str) {
        let message = match error {
            ParseError::Unexpected(token, _) => {
                format!("syntax error near unexpected token `{token}'")
            }
            ParseError::Incomplete(Missing::Quote(quote)) => {
                format!("unexpected EOF while looking for matching `{quote}'")
            }
            ParseError::Incomplete(_) => "syntax error: unexpected end of file".to_owned(),
            ParseError::Other(message) => message.clone(),
        };
        if !self.options.from_argument || self.options.interactive {
            return self.complain(&message).await;
        }
        let start = format!("{}: -c: line {}", self.title, self.line);
        let shown = match error {
            ParseError::Unexpected(..) => format!("{start}: `{line}'\n"),
            _ => String::new(),
        };
        let text = format!("{start}: {message}\n{shown}");
        let _ = self.system.write(2, text.as_bytes()).await;
    }
}

/// Source: dash's `parser.c`, `synexpect`: words in quotes, the rest by name.
fn in_words(token: &str) -> String {
    match token {
        "" => "end of file".to_owned(),
        "newline" => "newline".to_owned(),
        token => format!("\"{token}\""),
    }
}

fn incomplete(missing: &Missing, ash: bool) -> String {
    let words = match missing {
        Missing::Quote('}') if ash => "missing '}'",
        Missing::Quote('}') => "Missing '}'",
        Missing::Quote('`') => "EOF in backquote substitution",
        Missing::Quote(_) if ash => "unterminated quoted string",
        Missing::Quote(_) => "Unterminated quoted string",
        _ if ash => "unexpected end of file",
        _ => "end of file unexpected",
    };
    match ash {
        true => format!("syntax error: {words}"),
        false => format!("Syntax error: {words}"),
    }
}
