use std::sync::Arc;

use super::expand::Boxed;
use super::pattern::Pattern;
use super::redirect::NotRedirected;
use super::state::{DEEPEST_CALL, DEEPEST_COMMAND, Flow, Shell};
use super::tree::{AndOr, CaseArm, Command, CommandKind, Joint, List, Pipeline, Word};
use crate::sandbox::process::kernel::{Group, Pid, Signal, Status, Task, Woken};

impl Shell {
    /// Runs all commands of a list. The last one may take the shell's place where
    /// nothing is left to do after it (`tail`).
    pub(super) async fn run_list(&mut self, list: &List, tail: bool) -> Flow {
        let count = list.items.len();
        for (number, item) in list.items.iter().enumerate() {
            self.system.step().await;
            let flow = self.run_and_or(item, tail && number + 1 == count).await;
            let flow = self.after_command(flow).await;
            if flow != Flow::Next {
                return flow;
            }
        }
        Flow::Next
    }

    /// Springs traps, and sees whether Ctrl-C was pressed.
    async fn after_command(&mut self, flow: Flow) -> Flow {
        if flow != Flow::Next || !self.system.has_signal() {
            return flow;
        }
        self.spring_traps().await
    }

    async fn run_and_or(&mut self, item: &Arc<AndOr>, tail: bool) -> Flow {
        if item.background {
            return self.run_in_background(item).await;
        }
        let count = item.rest.len();
        let mut flow = self.run_conditional(&item.first, count > 0, tail && count == 0).await;
        for (number, (joint, pipeline)) in item.rest.iter().enumerate() {
            let wanted = match joint {
                Joint::And => self.status == 0,
                Joint::Or => self.status != 0,
            };
            if flow != Flow::Next {
                return flow;
            }
            if wanted {
                let is_last = number + 1 == count;
                flow = self.run_conditional(pipeline, !is_last, tail && is_last).await;
            }
        }
        flow
    }

    /// A pipeline whose failure may be what is asked for; otherwise `-e` ends the shell.
    async fn run_conditional(&mut self, pipeline: &Pipeline, condition: bool, tail: bool) -> Flow {
        let is_condition = condition || pipeline.negated;
        self.conditions += usize::from(is_condition);
        let flow = self.run_pipeline(pipeline, tail && !is_condition).await;
        self.conditions -= usize::from(is_condition);
        if pipeline.negated && flow == Flow::Next {
            self.status = i32::from(self.status == 0);
        }
        let fails = self.status != 0 && !is_condition && flow == Flow::Next;
        match fails && self.options.exit_on_error && self.conditions == 0 {
            true => Flow::Exit,
            false => flow,
        }
    }

    async fn run_pipeline(&mut self, pipeline: &Pipeline, tail: bool) -> Flow {
        let started = self.system.now();
        let flow = match pipeline.commands.as_slice() {
            [only] => self.run_command(only, tail).await,
            commands => self.run_piped(commands).await,
        };
        if pipeline.timed {
            let real = self.system.now().duration_since(started).as_secs_f64();
            let minutes = (real / 60.0) as u64;
            let seconds = real - minutes as f64 * 60.0;
            let text = format!("\nreal\t{minutes}m{seconds:.3}s\nuser\t0m0.000s\nsys\t0m0.000s\n");
            let _ = self.system.write(2, text.as_bytes()).await;
        }
        flow
    }

    async fn run_piped(&mut self, commands: &[Arc<Command>]) -> Flow {
        let mut pids: Vec<Pid> = Vec::new();
        let mut input = None;
        let own = self.handles();
        for (number, command) in commands.iter().enumerate() {
            let mut handles = own.clone();
            if let Some(reader) = input.take() {
                handles.insert(0, reader);
            }
            if number + 1 < commands.len() {
                let (reader, writer) = self.system.pipe();
                handles.insert(1, writer);
                input = Some(reader);
            }
            match self.spawn_subshell(Arc::clone(command), handles, pids.first().copied()) {
                Some(pid) => pids.push(pid),
                None => return self.fatal("can't fork: Resource temporarily unavailable").await,
            }
        }
        drop(own);
        self.wait_in_foreground(&pids).await
    }

    /// Starts a command in a process of its own, in the group of another one if told.
    pub(super) fn spawn_subshell(
        &mut self,
        command: Arc<Command>,
        handles: super::redirect::Handles,
        group: Option<Pid>,
    ) -> Option<Pid> {
        let list = List {
            items: vec![Arc::new(AndOr {
                first: Pipeline { negated: false, timed: false, commands: vec![command] },
                rest: Vec::new(),
                background: false,
                text: String::new(),
            })],
        };
        self.spawn_list(Arc::new(list), handles, group)
    }

    /// Starts commands in a process of its own.
    pub(super) fn spawn_list(
        &mut self,
        list: Arc<List>,
        handles: super::redirect::Handles,
        group: Option<Pid>,
    ) -> Option<Pid> {
        let mut shell = self.for_subshell();
        let mut new = self.new_process(self.process_arguments(), handles);
        if let (Some(group), Group::Own) = (group, new.group) {
            new.group = Group::Join(group);
        }
        let spawned = self.system.spawn(new, |system| {
            shell.system = system;
            Task::new(async move { shell.run_to_end(&list).await })
        });
        spawned.ok()
    }

    /// Waits for processes that have the terminal; the status is the last one's.
    pub(super) async fn wait_in_foreground(&mut self, pids: &[Pid]) -> Flow {
        let Some(first) = pids.first() else { return Flow::Next };
        self.give_terminal(*first);
        let mut statuses = Vec::new();
        for pid in pids {
            if let Woken::Child(_, status) = self.system.wait(Some(*pid), false).await {
                statuses.push(status);
            }
        }
        self.take_terminal();
        let Some(last) = statuses.last() else { return Flow::Next };
        self.status = match self.options.pipe_fail {
            true => statuses.iter().map(|it| it.code()).rfind(|code| *code != 0).unwrap_or(0),
            false => last.code(),
        };
        self.tell_signal(*last).await
    }

    /// What a shell says about a command that a signal ended.
    async fn tell_signal(&mut self, status: Status) -> Flow {
        let Status::Signaled(signal) = status else { return Flow::Next };
        if signal == Signal::INT && self.options.interactive && !self.is_subshell {
            let _ = self.system.write(2, b"\n").await;
            return Flow::Interrupt;
        }
        let words = super::jobs::signal_words(signal);
        if !words.is_empty() && !self.is_subshell && !self.is_bash() {
            let _ = self.system.write(2, format!("{words}\n").as_bytes()).await;
        }
        Flow::Next
    }

    /// Runs one command.
    pub(super) fn run_command<'a>(
        &'a mut self,
        command: &'a Command,
        tail: bool,
    ) -> Boxed<'a, Flow> {
        Box::pin(async move {
            self.line = command.line;
            if self.depth >= DEEPEST_COMMAND {
                return self.fatal("commands are nested too deeply").await;
            }
            self.depth += 1;
            let flow = self.run_one(command, tail).await;
            self.depth -= 1;
            flow
        })
    }

    async fn run_one(&mut self, command: &Command, tail: bool) -> Flow {
        if let CommandKind::Simple { assignments, words } = &command.kind {
            return self.run_simple(assignments, words, &command.redirections, tail).await;
        }
        if command.redirections.is_empty() {
            return self.run_compound(&command.kind, tail).await;
        }
        let mut handles = self.handles();
        match self.redirect(&command.redirections, &mut handles).await {
            Ok(()) => {}
            Err(NotRedirected::Flow(flow)) => return flow,
            Err(NotRedirected::Told) => {
                self.status = 1;
                return Flow::Next;
            }
        }
        let old = self.swap_handles(handles);
        let flow = self.run_compound(&command.kind, false).await;
        drop(self.swap_handles(old));
        flow
    }

    async fn run_compound(&mut self, kind: &CommandKind, tail: bool) -> Flow {
        match kind {
            CommandKind::Group(list) => self.run_list(list, tail).await,
            CommandKind::Subshell(list) => self.run_in_subshell(list, tail).await,
            CommandKind::If { arms, otherwise } => {
                self.run_if(arms, otherwise.as_ref(), tail).await
            }
            CommandKind::Loop { until, condition, body } => {
                self.run_loop(*until, condition, body).await
            }
            CommandKind::For { name, words, body } => {
                self.run_for(name, words.as_deref(), body).await
            }
            CommandKind::ForArithmetic { parts, body } => {
                self.run_for_arithmetic(parts, body).await
            }
            CommandKind::Case { word, arms } => self.run_case(word, arms, tail).await,
            CommandKind::Function { name, body } => {
                self.functions.insert(name.clone(), Arc::clone(body));
                self.status = 0;
                Flow::Next
            }
            CommandKind::Test(words) => self.run_double_bracket(words).await,
            CommandKind::Arithmetic(word) => match self.arithmetic(word).await {
                Ok(value) => {
                    self.status = i32::from(value == 0);
                    Flow::Next
                }
                Err(flow) => flow,
            },
            CommandKind::Simple { .. } => Flow::Next,
        }
    }

    async fn run_in_subshell(&mut self, list: &Arc<List>, tail: bool) -> Flow {
        if tail && self.traps.is_empty() {
            self.is_subshell = true;
            return match self.run_list(list, true).await {
                Flow::Next => Flow::Exit,
                other => other,
            };
        }
        match self.spawn_list(Arc::clone(list), self.handles(), None) {
            Some(pid) => self.wait_in_foreground(&[pid]).await,
            None => self.fatal("can't fork: Resource temporarily unavailable").await,
        }
    }

    async fn run_condition(&mut self, list: &List) -> Flow {
        self.conditions += 1;
        let flow = self.run_list(list, false).await;
        self.conditions -= 1;
        flow
    }

    async fn run_if(
        &mut self,
        arms: &[(List, List)],
        otherwise: Option<&List>,
        tail: bool,
    ) -> Flow {
        for (condition, body) in arms {
            let flow = self.run_condition(condition).await;
            if flow != Flow::Next {
                return flow;
            }
            if self.status == 0 {
                return self.run_list(body, tail).await;
            }
        }
        self.status = 0;
        match otherwise {
            Some(list) => self.run_list(list, tail).await,
            None => Flow::Next,
        }
    }

    async fn run_loop(&mut self, until: bool, condition: &List, body: &List) -> Flow {
        let mut status = 0;
        self.loops += 1;
        let flow = loop {
            self.system.step().await;
            let mut flow = self.run_condition(condition).await;
            if flow == Flow::Next {
                if (self.status == 0) == until {
                    self.status = status;
                    break Flow::Next;
                }
                flow = self.run_list(body, false).await;
                status = self.status;
            }
            if let Some(flow) = after_round(flow) {
                break flow;
            }
        };
        self.loops -= 1;
        flow
    }

    async fn run_for(&mut self, name: &str, words: Option<&[Word]>, body: &List) -> Flow {
        let values = match words {
            Some(words) => match self.fields(words).await {
                Ok(values) => values,
                Err(flow) => return flow,
            },
            None => self.arguments.clone(),
        };
        self.status = 0;
        self.loops += 1;
        let mut end = Flow::Next;
        for value in values {
            if let Err(flow) = self.assign(name, &value).await {
                end = flow;
                break;
            }
            if let Some(flow) = after_round(self.run_list(body, false).await) {
                end = flow;
                break;
            }
        }
        self.loops -= 1;
        end
    }

    async fn run_for_arithmetic(&mut self, parts: &[Word; 3], body: &List) -> Flow {
        if let Err(flow) = self.arithmetic(&parts[0]).await {
            return flow;
        }
        self.loops += 1;
        let flow = loop {
            self.system.step().await;
            match self.arithmetic(&parts[1]).await {
                Ok(0) if !parts[1].is_empty() => break Flow::Next,
                Ok(_) => {}
                Err(flow) => break flow,
            }
            if let Some(flow) = after_round(self.run_list(body, false).await) {
                break flow;
            }
            if let Err(flow) = self.arithmetic(&parts[2]).await {
                break flow;
            }
        };
        self.loops -= 1;
        flow
    }

    async fn run_case(&mut self, word: &Word, arms: &[CaseArm], tail: bool) -> Flow {
        let text = match self.text(word).await {
            Ok(text) => text,
            Err(flow) => return flow,
        };
        self.status = 0;
        let mut falls = false;
        for arm in arms {
            let mut fits = falls;
            for pattern in &arm.patterns {
                if fits {
                    break;
                }
                match self.pattern(pattern).await {
                    Ok(pattern) => fits = Pattern::new(&pattern).matches(&text),
                    Err(flow) => return flow,
                }
            }
            if fits {
                let flow = self.run_list(&arm.body, tail && !arm.falls_through).await;
                if flow != Flow::Next || !arm.falls_through {
                    return flow;
                }
                falls = true;
            }
        }
        Flow::Next
    }

    /// Runs a function.
    pub(super) async fn call(&mut self, body: &Arc<Command>, arguments: Vec<String>) -> Flow {
        if self.calls >= DEEPEST_CALL {
            return self.fatal("maximum function nesting level exceeded").await;
        }
        let outer = std::mem::replace(&mut self.arguments, arguments);
        let loops = std::mem::take(&mut self.loops);
        self.calls += 1;
        self.variables.enter();
        let flow = self.run_command(body, false).await;
        self.variables.leave();
        self.calls -= 1;
        self.loops = loops;
        self.arguments = outer;
        match flow {
            Flow::Return => Flow::Next,
            other => other,
        }
    }

    /// Runs commands as all that a process does; its exit code.
    pub(super) async fn run_to_end(&mut self, list: &List) -> i32 {
        let tail = self.traps.is_empty();
        self.run_list(list, tail).await;
        self.run_exit_trap().await;
        self.status
    }
}

/// Whether a loop ends after a round, and how.
fn after_round(flow: Flow) -> Option<Flow> {
    match flow {
        Flow::Next | Flow::Continue(0 | 1) => None,
        Flow::Break(0 | 1) => Some(Flow::Next),
        Flow::Break(count) => Some(Flow::Break(count - 1)),
        Flow::Continue(count) => Some(Flow::Continue(count - 1)),
        other => Some(other),
    }
}
