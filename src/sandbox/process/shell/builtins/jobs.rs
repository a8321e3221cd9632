use super::{Builtin, exists, options_of};
use crate::sandbox::process::kernel::{Pid, Signal, Woken};
use crate::sandbox::process::programs::find_in_path;
use crate::sandbox::process::shell::jobs::job_line;
use crate::sandbox::process::shell::state::{Dialect, Flow, Shell};

pub(super) async fn run(shell: &mut Shell, name: &str, arguments: &[String]) -> Builtin {
    match name {
        "wait" => wait(shell, arguments).await,
        "kill" => kill(shell, arguments).await,
        "jobs" => {
            shell.update_jobs();
            let (letters, _) = options_of(arguments);
            let long = letters.contains('l');
            let text: String = shell
                .jobs
                .iter()
                .map(|job| match letters.contains('p') {
                    true => format!("{}\n", job.pid.0),
                    false => job_line(job, shell.dialect, job.status, long),
                })
                .collect();
            shell.jobs.retain(|job| job.status.is_none());
            Builtin::Status(shell.print(&text).await)
        }
        "fg" => foreground(shell, arguments).await,
        "type" => describe(shell, arguments, false).await,
        "history" => history(shell, arguments).await,
        "help" => {
            let text = "Built-in commands:\n------------------\n\t. : [ alias break cd command continue echo eval exec exit export\n\tfalse getopts jobs kill local printf pwd read readonly return set\n\tshift test trap true type umask unset wait\n";
            Builtin::Status(shell.print(text).await)
        }
        _ => Builtin::Status(0),
    }
}

fn job_pid(shell: &Shell, text: &str) -> Option<Pid> {
    match text.strip_prefix('%') {
        None => text.parse().ok().map(Pid),
        Some("" | "%" | "+") => shell.jobs.last().map(|job| job.pid),
        Some(number) => {
            let number: usize = number.parse().ok()?;
            shell.jobs.iter().find(|job| job.number == number).map(|job| job.pid)
        }
    }
}

async fn wait(shell: &mut Shell, arguments: &[String]) -> Builtin {
    let (_, rest) = options_of(arguments);
    if rest.is_empty() {
        let pids: Vec<Pid> = shell.jobs.iter().map(|job| job.pid).collect();
        for pid in pids {
            if let Some(interrupted) = wait_for(shell, pid).await.1 {
                return interrupted;
            }
        }
        shell.jobs.clear();
        return Builtin::Status(0);
    }
    let mut status = 0;
    for text in rest {
        let Some(pid) = job_pid(shell, text) else {
            status = 127;
            continue;
        };
        let (code, interrupted) = wait_for(shell, pid).await;
        if let Some(interrupted) = interrupted {
            return interrupted;
        }
        status = code;
        shell.jobs.retain(|job| job.pid != pid);
    }
    Builtin::Status(status)
}

/// The status, or what a trap has made of the wait.
async fn wait_for(shell: &mut Shell, pid: Pid) -> (i32, Option<Builtin>) {
    if let Some(status) = shell.jobs.iter().find(|job| job.pid == pid).and_then(|job| job.status) {
        return (status.code(), None);
    }
    match shell.system.wait(Some(pid), true).await {
        Woken::Child(_, status) => {
            if let Some(job) = shell.jobs.iter_mut().find(|job| job.pid == pid) {
                job.status = Some(status);
            }
            (status.code(), None)
        }
        Woken::NoChild => (127, None),
        Woken::Signal => {
            let signal = shell.system.take_signal();
            if let Some(signal) = signal {
                shell.system.put_back_signal(signal);
            }
            let code = 128 + i32::from(signal.unwrap_or(Signal::INT).0);
            shell.status = code;
            match shell.spring_traps().await {
                Flow::Next => (code, Some(Builtin::Status(code))),
                flow => (code, Some(Builtin::Flow(flow))),
            }
        }
    }
}

async fn foreground(shell: &mut Shell, arguments: &[String]) -> Builtin {
    let text = arguments.first().map_or("%%", String::as_str);
    let Some(pid) = job_pid(shell, text) else {
        shell.complain(&format!("fg: {text}: no such job")).await;
        return Builtin::Status(1);
    };
    if let Some(job) = shell.jobs.iter().find(|job| job.pid == pid) {
        let text = format!("{}\n", job.text);
        shell.print(&text).await;
    }
    shell.jobs.retain(|job| job.pid != pid);
    match shell.wait_in_foreground(&[pid]).await {
        Flow::Next => Builtin::Status(shell.status),
        flow => Builtin::Flow(flow),
    }
}

async fn kill(shell: &mut Shell, arguments: &[String]) -> Builtin {
    let (mut signal, mut rest) = (Signal::TERM, arguments);
    match arguments {
        [list, ..] if list == "-l" || list == "-L" => {
            let names: String =
                Signal::all().map(|(name, it)| format!("{:>2}) {name}\n", it.0)).collect();
            return Builtin::Status(shell.print(&names).await);
        }
        [option, name, others @ ..] if option == "-s" || option == "-n" => {
            match Signal::parse(name) {
                Some(found) => (signal, rest) = (found, others),
                None => return bad_signal(shell, name).await,
            }
        }
        [option, others @ ..] if option.len() > 1 && option.starts_with('-') && option != "--" => {
            match Signal::parse(&option[1..]) {
                Some(found) => (signal, rest) = (found, others),
                None => return bad_signal(shell, &option[1..]).await,
            }
        }
        _ => {}
    }
    if let [first, others @ ..] = rest
        && first == "--"
    {
        rest = others;
    }
    if rest.is_empty() {
        shell.complain("kill: usage: kill [-s sigspec | -signum | -sigspec] [pid | job]...").await;
        return Builtin::Status(1);
    }
    let mut status = 0;
    for text in rest {
        status |= kill_one(shell, text, signal).await;
    }
    Builtin::Status(status)
}

async fn kill_one(shell: &Shell, text: &str, signal: Signal) -> i32 {
    let group = text.strip_prefix('-').and_then(|it| it.parse().ok());
    let sent = match (group, job_pid(shell, text)) {
        (Some(group), _) => shell.system.kill_group(Pid(group), signal),
        (None, Some(pid)) => shell.system.kill(pid, signal),
        (None, None) => {
            let message = match shell.dialect {
                Dialect::Bash => format!("kill: {text}: arguments must be process or job IDs"),
                _ => format!("kill: invalid number '{text}'"),
            };
            shell.complain(&message).await;
            return 1;
        }
    };
    let Err(error) = sent else { return 0 };
    let message = match shell.dialect {
        Dialect::Bash => format!("kill: ({text}) - {error}"),
        Dialect::Ash => format!("can't kill pid {text}: {error}"),
        Dialect::Dash => format!("kill: {error}\n"),
    };
    shell.complain(&message).await;
    1
}

async fn bad_signal(shell: &Shell, name: &str) -> Builtin {
    let message = match shell.is_bash() {
        true => format!("kill: {name}: invalid signal specification"),
        false => format!("kill: bad signal name '{name}'"),
    };
    shell.complain(&message).await;
    Builtin::Status(1)
}

/// `type` and `command -v`.
pub(super) async fn describe(shell: &mut Shell, names: &[String], short: bool) -> Builtin {
    let mut status = 0;
    let names = names.iter().filter(|name| *name != "-p" && *name != "-a" && *name != "-t");
    for name in names {
        let path = shell.variables.get("PATH").unwrap_or_default().to_owned();
        let line = if let Some(value) = shell.aliases.get(name) {
            if short {
                format!("alias {name}='{value}'")
            } else {
                format!("{name} is an alias for {value}")
            }
        } else if super::super::lexer::is_reserved(name) {
            if short { name.clone() } else { format!("{name} is a shell keyword") }
        } else if shell.functions.contains_key(name) {
            if short { name.clone() } else { format!("{name} is a function") }
        } else if exists(name, shell.dialect) {
            if short { name.clone() } else { format!("{name} is a shell builtin") }
        } else if let Some(found) = find_in_path(&shell.system, name, &path) {
            if short { found } else { format!("{name} is {found}") }
        } else {
            status = if shell.is_bash() { 1 } else { 127 };
            if !short {
                match shell.dialect {
                    Dialect::Bash => shell.complain(&format!("type: {name}: not found")).await,
                    _ => {
                        shell.print(&format!("{name}: not found\n")).await;
                    }
                }
            }
            continue;
        };
        shell.print(&format!("{line}\n")).await;
    }
    Builtin::Status(status)
}

async fn history(shell: &mut Shell, arguments: &[String]) -> Builtin {
    match arguments.first().map(String::as_str) {
        Some("-c") => {
            std::sync::Arc::make_mut(&mut shell.history).clear();
            return Builtin::Status(0);
        }
        Some(option) if option.starts_with('-') => return Builtin::Status(0),
        _ => {}
    }
    let count = arguments.first().and_then(|it| it.parse().ok()).unwrap_or(usize::MAX);
    let first = shell.history.len().saturating_sub(count);
    let width = if shell.is_bash() { 5 } else { 4 };
    let from = if shell.is_bash() { 1 } else { 0 };
    let text: String = shell
        .history
        .iter()
        .enumerate()
        .skip(first)
        .map(|(number, line)| match shell.is_bash() {
            true => format!("{:>width$}  {line}\n", number + from),
            false => format!("{:>width$} {line}\n", number + from),
        })
        .collect();
    Builtin::Status(shell.print(&text).await)
}
