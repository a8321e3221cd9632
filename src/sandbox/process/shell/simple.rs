use super::builtins::{self, Builtin};
use super::redirect::{Handles, NotRedirected};
use super::state::{Dialect, Flow, Shell};
use super::tree::{Assignment, Part, Redirection, Word};
use crate::sandbox::process::kernel::{Disposition, Task};
use crate::sandbox::process::programs::{LoadError, Loaded, load};

/// A command whose words are known.
struct Call<'a> {
    fields: Vec<String>,
    values: &'a [(&'a Assignment, String)],
    handles: Handles,
    tail: bool,
}

impl Shell {
    /// Runs a command that is words, perhaps after assignments.
    pub(super) async fn run_simple(
        &mut self,
        assignments: &[Assignment],
        words: &[Word],
        redirections: &[Redirection],
        tail: bool,
    ) -> Flow {
        self.substituted = None;
        let fields = match self.command_fields(words).await {
            Ok(fields) => fields,
            Err(flow) => return flow,
        };
        let mut values = Vec::new();
        for assignment in assignments {
            match self.text(&assignment.value).await {
                Ok(value) => values.push((assignment, value)),
                Err(flow) => return flow,
            }
        }
        if let Some(flow) = self.trace(&values, &fields).await {
            return flow;
        }
        let mut handles = self.handles();
        match self.redirect(redirections, &mut handles).await {
            Ok(()) => {}
            Err(NotRedirected::Flow(flow)) => return flow,
            Err(NotRedirected::Told) => return self.redirection_failed(fields.first()),
        }
        let Some(name) = fields.first().cloned() else {
            return self.only_assignments(&values).await;
        };
        let call = Call { fields, values: &values, handles, tail };
        self.dispatch(&name, call).await
    }

    /// The fields of a command, with an alias at its beginning replaced.
    async fn command_fields(&mut self, words: &[Word]) -> Result<Vec<String>, Flow> {
        let alias = match words.first().map(Vec::as_slice) {
            Some([Part::Text(name)]) => self.aliases.get(name).cloned(),
            _ => None,
        };
        let Some(alias) = alias else { return self.fields(words).await };
        let mut fields: Vec<String> = alias.split_whitespace().map(str::to_owned).collect();
        fields.extend(self.fields(&words[1..]).await?);
        Ok(fields)
    }

    fn redirection_failed(&mut self, name: Option<&String>) -> Flow {
        self.status = if self.dialect == Dialect::Dash { 2 } else { 1 };
        let is_special = name.is_some_and(|name| builtins::is_special(name));
        match is_special && !self.is_bash() && !self.options.interactive {
            true => {
                self.status = 2;
                Flow::Exit
            }
            false => Flow::Next,
        }
    }

    async fn trace(&mut self, values: &[(&Assignment, String)], fields: &[String]) -> Option<Flow> {
        if !self.options.trace || (values.is_empty() && fields.is_empty()) {
            return None;
        }
        let prefix = self.variables.get("PS4").unwrap_or("+ ").to_owned();
        let shown = |word: &str| match self.dialect {
            Dialect::Dash => word.to_owned(),
            Dialect::Ash if word == "]" => word.to_owned(),
            _ => quote(word),
        };
        let assignments = values.iter().map(|(it, value)| format!("{}={}", it.name, shown(value)));
        let words = assignments.chain(fields.iter().map(|field| shown(field)));
        let line = format!("{prefix}{}\n", words.collect::<Vec<_>>().join(" "));
        let _ = self.system.write(2, line.as_bytes()).await;
        None
    }

    async fn only_assignments(&mut self, values: &[(&Assignment, String)]) -> Flow {
        self.status = self.substituted.unwrap_or(0);
        self.assign_all(values).await.err().unwrap_or(Flow::Next)
    }

    async fn assign_all(&mut self, values: &[(&Assignment, String)]) -> Result<(), Flow> {
        for (assignment, value) in values {
            let value = match assignment.append {
                true => self.variables.get(&assignment.name).unwrap_or_default().to_owned() + value,
                false => value.clone(),
            };
            self.assign(&assignment.name, &value).await?;
        }
        Ok(())
    }

    async fn dispatch(&mut self, name: &str, call: Call<'_>) -> Flow {
        let Call { fields, values, handles, tail } = call;
        if builtins::is_special(name) {
            if let Err(flow) = self.assign_all(values).await {
                return flow;
            }
            return self.run_builtin(name, &fields, handles).await;
        }
        let function = self.functions.get(name).cloned();
        let builtin = function.is_none() && builtins::exists(name, self.dialect);
        if function.is_none() && !builtin {
            let mut env = self.variables.exported();
            for (assignment, value) in values {
                env.retain(|(name, _)| *name != assignment.name);
                env.push((assignment.name.clone(), value.clone()));
            }
            return self.run_program(fields, env, handles, tail).await;
        }
        if values.is_empty() && builtin {
            return self.run_builtin(name, &fields, handles).await;
        }
        // Assignments before a function or a builtin hold for it only.
        self.variables.enter();
        for (assignment, _) in values {
            self.variables.make_local(&assignment.name, true);
            self.variables.export(&assignment.name, true);
        }
        let flow = match self.assign_all(values).await {
            Err(flow) => flow,
            Ok(()) => match function {
                Some(body) => {
                    let old = self.swap_handles(handles);
                    let flow = self.call(&body, fields[1..].to_vec()).await;
                    drop(self.swap_handles(old));
                    flow
                }
                None => self.run_builtin(name, &fields, handles).await,
            },
        };
        self.variables.leave();
        flow
    }

    async fn run_builtin(&mut self, name: &str, fields: &[String], handles: Handles) -> Flow {
        // `exec` without a command keeps what its redirections say.
        if name == "exec" {
            let old = self.swap_handles(handles);
            drop(old);
            return self.exec(&fields[1..]).await;
        }
        let old = self.swap_handles(handles);
        let flow = builtins::run(self, name, &fields[1..]).await;
        drop(self.swap_handles(old));
        match flow {
            Builtin::Status(status) => {
                self.status = status;
                Flow::Next
            }
            Builtin::Flow(flow) => flow,
        }
    }

    /// Finds a program in the `PATH` and runs it.
    pub(super) async fn run_program(
        &mut self,
        fields: Vec<String>,
        env: Vec<(String, String)>,
        handles: Handles,
        tail: bool,
    ) -> Flow {
        let loaded = match self.load(&fields).await {
            Ok(loaded) => loaded,
            Err((status, message)) => {
                // The message goes where the command's own would have gone.
                let old = self.swap_handles(handles);
                self.complain(&message).await;
                drop(self.swap_handles(old));
                self.status = status;
                return Flow::Next;
            }
        };
        if tail && self.traps.is_empty() && !self.options.interactive {
            let old = self.swap_handles(handles);
            drop(old);
            return self.replace_by(loaded, env).await;
        }
        let mut new = self.new_process(loaded.arguments.clone(), handles);
        new.env.clone_from(&env);
        let spawned = self.system.spawn(new, |system| loaded.start(system, env));
        match spawned {
            Ok(pid) => self.wait_in_foreground(&[pid]).await,
            Err(error) => self.fatal(&format!("can't fork: {error}")).await,
        }
    }

    async fn load(&self, fields: &[String]) -> Result<Loaded, (i32, String)> {
        let path = self.variables.get("PATH").unwrap_or("/sbin:/usr/sbin:/bin:/usr/bin").to_owned();
        self.system.steps(5).await;
        load(&self.system, fields, &path).map_err(|error| self.load_failed(&fields[0], error))
    }

    fn load_failed(&self, name: &str, error: LoadError) -> (i32, String) {
        let has_slash = name.contains('/');
        match (error, self.dialect) {
            (LoadError::NotFound, Dialect::Bash) if has_slash => {
                (127, format!("{name}: No such file or directory"))
            }
            (LoadError::NotFound, Dialect::Bash) => (127, format!("{name}: command not found")),
            (LoadError::NotFound, _) => (127, format!("{name}: not found")),
            (LoadError::Denied, _) => (126, format!("{name}: Permission denied")),
            (LoadError::IsFolder, Dialect::Bash) => (126, format!("{name}: Is a directory")),
            (LoadError::IsFolder, _) => (126, format!("{name}: Permission denied")),
            (LoadError::NoInterpreter(it), Dialect::Bash) => {
                (126, format!("{name}: {it}: bad interpreter: No such file or directory"))
            }
            (LoadError::NoInterpreter(_), _) => (127, format!("{name}: not found")),
        }
    }

    /// Another program takes the shell's place.
    pub(super) async fn replace_by(&mut self, loaded: Loaded, env: Vec<(String, String)>) -> Flow {
        self.system.with(|process| {
            process.arguments.clone_from(&loaded.arguments);
            process.env.clone_from(&env);
            process.dispositions.retain(|_, it| *it == Disposition::Ignore);
        });
        let Task(program) = loaded.start(self.system.clone(), env);
        self.status = program.await;
        self.traps.clear();
        Flow::Exit
    }

    /// `exec`
    async fn exec(&mut self, words: &[String]) -> Flow {
        if words.is_empty() {
            self.status = 0;
            return Flow::Next;
        }
        match self.load(words).await {
            Ok(loaded) => {
                let env = self.variables.exported();
                self.replace_by(loaded, env).await
            }
            Err((status, message)) => {
                self.complain(&format!("exec: {message}")).await;
                self.status = status;
                if self.options.interactive { Flow::Next } else { Flow::Exit }
            }
        }
    }
}

/// A word as bash's `%q` writes it.
pub(crate) fn quote_by_backslashes(word: &str) -> String {
    if word.is_empty() {
        return "''".to_owned();
    }
    let is_plain = |it: char| it.is_alphanumeric() || "_-./:=@%+".contains(it);
    word.chars().map(|it| if is_plain(it) { it.to_string() } else { format!("\\{it}") }).collect()
}

/// A word as it can be typed again.
pub(crate) fn quote(word: &str) -> String {
    let is_plain =
        |character: char| character.is_ascii_alphanumeric() || "_-./:=,@%+".contains(character);
    match !word.is_empty() && word.chars().all(is_plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', r"'\''")),
    }
}
