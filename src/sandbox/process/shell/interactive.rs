use super::editor::{Editor, Typed};
use super::lexer::{ParseError, Parser};
use super::state::{Dialect, Flow, Shell};
use crate::sandbox::images::Style;
use crate::sandbox::process::kernel::{Disposition, Signal, lock};

/// So many lines are remembered.
const MOST_HISTORY: usize = 500;

impl Shell {
    /// Prompts, reads a line, runs it, until the end of input or `exit`.
    pub(super) async fn interact(&mut self) {
        if self.system.terminal_at(0).is_none() {
            // `-i` without a terminal: lines are read as from a file.
            self.options.interactive = false;
            return self.run_input().await;
        }
        self.begin_interaction();
        let mut text = String::new();
        loop {
            if text.is_empty() {
                self.before_prompt().await;
            }
            let typed = self.read_line(text.is_empty()).await;
            match typed {
                Typed::Interrupted => {
                    self.status = 130;
                    text.clear();
                    continue;
                }
                Typed::End if text.is_empty() => {
                    let farewell: &[u8] = if self.is_bash() { b"exit\n" } else { b"\n" };
                    let _ = self.system.write(2, farewell).await;
                    return;
                }
                // The end of input within a command leaves it unfinished.
                Typed::End => {
                    let mut parser = Parser::new(&text, self.is_extended());
                    if let Err(error) = parser.next_command() {
                        self.syntax_error(&error, &parser).await;
                    }
                    text.clear();
                    continue;
                }
                Typed::Line(line) => {
                    text.push_str(&line);
                    text.push('\n');
                }
            }
            if self.is_unfinished(&text) {
                continue;
            }
            let text = std::mem::take(&mut text);
            if self.run_typed(&text).await == Flow::Exit {
                return;
            }
        }
    }

    fn begin_interaction(&mut self) {
        self.options.interactive = true;
        self.system.on_signal(Signal::INT, Disposition::Catch);
        self.system.on_signal(Signal::TERM, Disposition::Ignore);
        self.system.on_signal(Signal::QUIT, Disposition::Ignore);
        let is_root = self.system.caller().user == 0;
        let gnu = self.system.machine().image.style() == Style::Gnu;
        let prompt = match (self.dialect, gnu) {
            (Dialect::Bash, true) => r"\u@\h:\w\$ ",
            (Dialect::Bash, false) => r"\s-\v\$ ",
            (Dialect::Ash, _) => r"\w \$ ",
            (Dialect::Dash, _) if is_root => "# ",
            (Dialect::Dash, _) => "$ ",
        };
        for (name, value) in [("PS1", prompt), ("PS2", "> ")] {
            if self.variables.get(name).is_none() {
                let _ = self.variables.set(name, value);
            }
        }
        self.take_terminal();
    }

    async fn before_prompt(&mut self) {
        self.tell_jobs().await;
        let _ = self.spring_traps().await;
        if self.is_bash()
            && let Some(command) = self.variables.get("PROMPT_COMMAND").map(str::to_owned)
        {
            let status = self.status;
            let _ = self.run_text(&command).await;
            self.status = status;
        }
    }

    async fn read_line(&mut self, is_first: bool) -> Typed {
        let name = if is_first { "PS1" } else { "PS2" };
        let prompt = self.variables.get(name).unwrap_or_default().to_owned();
        let prompt = self.prompt_text(&prompt).await;
        let Some(terminal) = self.system.terminal_at(0) else { return Typed::End };
        lock(&terminal).set_raw();
        let typed = Editor::new(&self.system, &prompt, &self.history).read().await;
        lock(&terminal).set_lines(true);
        typed
    }

    fn is_unfinished(&self, text: &str) -> bool {
        let mut parser = Parser::new(text, self.is_extended());
        loop {
            match parser.next_command() {
                Err(ParseError::Incomplete(_)) => return true,
                Ok(Some(_)) => {}
                Ok(None) | Err(_) => return false,
            }
        }
    }

    /// Runs a complete command that was typed.
    async fn run_typed(&mut self, text: &str) -> Flow {
        if text.trim().is_empty() {
            return Flow::Next;
        }
        self.remember(text.trim_end());
        if self.is_bash()
            && let Some(prompt) = self.variables.get("PS0").map(str::to_owned)
        {
            let shown = self.prompt_text(&prompt).await;
            let _ = self.system.write(2, shown.replace(['\u{1}', '\u{2}'], "").as_bytes()).await;
        }
        let mut parser = Parser::new(text, self.is_extended());
        loop {
            match parser.next_command() {
                Ok(None) => return Flow::Next,
                Ok(Some(list)) => match self.run_list(&list, false).await {
                    Flow::Exit => return Flow::Exit,
                    Flow::Interrupt => {
                        self.after_interrupt();
                        return Flow::Next;
                    }
                    _ => {}
                },
                Err(error) => {
                    self.syntax_error(&error, &parser).await;
                    return Flow::Next;
                }
            }
        }
    }

    /// Whatever was under way is no more.
    fn after_interrupt(&mut self) {
        (self.loops, self.calls, self.conditions, self.depth) = (0, 0, 0, 0);
        while self.variables.in_function() {
            self.variables.leave();
        }
        if self.status == 0 {
            self.status = 130;
        }
        while self.system.take_signal().is_some() {}
        self.take_terminal();
    }

    /// Source: bash's manual, `cmdhist`: a command over several lines becomes one.
    fn remember(&mut self, text: &str) {
        let controls = self.variables.get("HISTCONTROL").unwrap_or_default();
        let skips_blank = controls.contains("ignorespace") || controls.contains("ignoreboth");
        if skips_blank && text.starts_with(' ') {
            return;
        }
        let history = std::sync::Arc::make_mut(&mut self.history);
        history.push(in_one_line(text));
        if history.len() > MOST_HISTORY {
            history.remove(0);
        }
    }
}

fn in_one_line(text: &str) -> String {
    if text.contains("<<") {
        return text.to_owned();
    }
    let mut joined = String::new();
    for line in text.lines() {
        if !joined.is_empty() {
            let goes_on = ["do", "then", "else", "{", "(", "|", "&&", "||", ";", "in"];
            let last = joined.split_whitespace().last().unwrap_or_default();
            joined.push_str(if goes_on.contains(&last) { " " } else { "; " });
        }
        joined.push_str(line);
    }
    joined
}
