use super::{Builtin, options_of};
use crate::sandbox::process::kernel::Signal;
use crate::sandbox::process::shell::simple::quote;
use crate::sandbox::process::shell::state::{Dialect, Flow, Shell, Trap};

pub(super) async fn run(shell: &mut Shell, name: &str, arguments: &[String]) -> Builtin {
    match name {
        "break" | "continue" => leave_loop(shell, name, arguments).await,
        "exit" | "logout" => exit(shell, arguments).await,
        "return" => give_back(shell, arguments).await,
        "shift" => shift(shell, arguments).await,
        "eval" => evaluate(shell, arguments).await,
        "trap" => trap(shell, arguments).await,
        "command" | "builtin" => command(shell, name, arguments).await,
        _ => dot(shell, name, arguments).await,
    }
}

async fn number(shell: &mut Shell, name: &str, text: &str) -> Result<i32, Builtin> {
    match text.parse::<i32>() {
        Ok(number) if number >= 0 => Ok(number),
        _ => {
            let message = match shell.is_bash() {
                true => format!("{text}: numeric argument required"),
                false => format!("Illegal number: {text}"),
            };
            shell.complain_as(name, &message).await;
            shell.status = 2;
            let flow = if shell.options.interactive { Flow::Next } else { Flow::Exit };
            Err(Builtin::Flow(flow))
        }
    }
}

async fn leave_loop(shell: &mut Shell, name: &str, arguments: &[String]) -> Builtin {
    let count = match arguments.first() {
        None => 1,
        Some(text) => match number(shell, name, text).await {
            Ok(count) => count.max(1) as usize,
            Err(failed) => return failed,
        },
    };
    shell.status = 0;
    match (shell.loops, name) {
        (0, _) => Builtin::Status(0),
        (loops, "break") => Builtin::Flow(Flow::Break(count.min(loops))),
        (loops, _) => Builtin::Flow(Flow::Continue(count.min(loops))),
    }
}

async fn exit(shell: &mut Shell, arguments: &[String]) -> Builtin {
    if let Some(text) = arguments.first() {
        match number(shell, "exit", text).await {
            Ok(code) => shell.status = code & 0xff,
            Err(failed) => return failed,
        }
    }
    if shell.options.interactive && !shell.is_subshell && shell.is_bash() {
        let _ = shell.system.write(2, b"exit\n").await;
    }
    Builtin::Flow(Flow::Exit)
}

async fn give_back(shell: &mut Shell, arguments: &[String]) -> Builtin {
    if let Some(text) = arguments.first() {
        match number(shell, "return", text).await {
            Ok(code) => shell.status = code & 0xff,
            Err(failed) => return failed,
        }
    }
    Builtin::Flow(Flow::Return)
}

async fn shift(shell: &mut Shell, arguments: &[String]) -> Builtin {
    let count = match arguments.first() {
        None => 1,
        Some(text) => match number(shell, "shift", text).await {
            Ok(count) => count as usize,
            Err(failed) => return failed,
        },
    };
    if count > shell.arguments.len() {
        if shell.dialect == Dialect::Dash {
            return Builtin::Flow(shell.fatal("shift: can't shift that many").await);
        }
        return Builtin::Status(1);
    }
    shell.arguments.drain(..count);
    Builtin::Status(0)
}

async fn evaluate(shell: &mut Shell, arguments: &[String]) -> Builtin {
    let text = arguments.join(" ");
    let flow = shell.run_text(&text).await;
    if flow == Flow::Next { Builtin::Status(shell.status) } else { Builtin::Flow(flow) }
}

async fn dot(shell: &mut Shell, name: &str, arguments: &[String]) -> Builtin {
    let Some((path, rest)) = arguments.split_first() else {
        shell.complain(&format!("{name}: filename argument required")).await;
        return Builtin::Status(2);
    };
    let Some(text) = read_script(shell, path) else {
        let message = match shell.dialect {
            Dialect::Bash => format!("{path}: No such file or directory"),
            Dialect::Ash => format!("can't open '{path}': No such file or directory"),
            Dialect::Dash => format!("cannot open {path}: No such file"),
        };
        match shell.is_bash() {
            true => shell.complain(&message).await,
            false => shell.complain_as(name, &message).await,
        }
        shell.status = if shell.is_bash() { 1 } else { 2 };
        let goes_on = shell.options.interactive || shell.is_bash();
        return if goes_on { Builtin::Status(shell.status) } else { Builtin::Flow(Flow::Exit) };
    };
    let outer = (!rest.is_empty()).then(|| std::mem::replace(&mut shell.arguments, rest.to_vec()));
    let flow = shell.run_text(&text).await;
    if let Some(outer) = outer {
        shell.arguments = outer;
    }
    match flow {
        Flow::Next | Flow::Return => Builtin::Status(shell.status),
        flow => Builtin::Flow(flow),
    }
}

fn read_script(shell: &Shell, path: &str) -> Option<String> {
    let folders = shell.variables.get("PATH").unwrap_or_default();
    let in_path = folders.split(':').map(|folder| format!("{folder}/{path}"));
    let mut paths: Vec<String> = match path.contains('/') {
        true => Vec::new(),
        false => in_path.collect(),
    };
    paths.push(path.to_owned());
    let text = paths.iter().find_map(|path| shell.system.read_file(path).ok())?;
    Some(String::from_utf8_lossy(&text).into_owned())
}

async fn trap(shell: &mut Shell, arguments: &[String]) -> Builtin {
    let (letters, rest) = options_of(arguments);
    if letters.contains('l') {
        let names: Vec<&str> = Signal::all().map(|(name, _)| name).collect();
        return Builtin::Status(shell.print(&format!("{}\n", names.join(" "))).await);
    }
    let Some((action, names)) = rest.split_first() else {
        let prefix = if shell.is_bash() { "SIG" } else { "" };
        let text: String = shell.traps.iter().map(|trap| line_of(trap, prefix)).collect();
        return Builtin::Status(shell.print(&text).await);
    };
    let is_reset = names.is_empty() || action == "-" || action.parse::<u8>().is_ok();
    let names = match is_reset && action != "-" {
        true => rest,
        false => names,
    };
    let mut status = 0;
    for name in names {
        match trap_named(name) {
            Some(trap) => shell.set_trap(trap, (!is_reset).then_some(action.as_str())),
            None => {
                shell.complain(&format!("trap: {name}: invalid signal specification")).await;
                status = 1;
            }
        }
    }
    Builtin::Status(status)
}

fn trap_named(name: &str) -> Option<Trap> {
    match name {
        "0" | "EXIT" | "exit" => Some(Trap::Exit),
        "ERR" | "DEBUG" | "RETURN" => None,
        name => Signal::parse(name).map(Trap::Signal),
    }
}

fn line_of((trap, action): (&Trap, &String), prefix: &str) -> String {
    let name = match trap {
        Trap::Exit => "EXIT".to_owned(),
        Trap::Signal(signal) => format!("{prefix}{}", signal.name()),
    };
    format!("trap -- {} {name}\n", quote_always(action))
}

fn quote_always(text: &str) -> String {
    let quoted = quote(text);
    if quoted == *text { format!("'{text}'") } else { quoted }
}

async fn command(shell: &mut Shell, name: &str, arguments: &[String]) -> Builtin {
    let (letters, rest) = options_of(arguments);
    if letters.contains(['v', 'V']) {
        return super::jobs::describe(shell, rest, letters.contains('v')).await;
    }
    let Some(first) = rest.first() else { return Builtin::Status(0) };
    if super::exists(first, shell.dialect) && first != "exec" {
        return Box::pin(super::run(shell, first, &rest[1..])).await;
    }
    if name == "builtin" {
        shell.complain(&format!("builtin: {first}: not a shell builtin")).await;
        return Builtin::Status(1);
    }
    let env = shell.variables.exported();
    let handles = shell.handles();
    let flow = shell.run_program(rest.to_vec(), env, handles, false).await;
    if flow == Flow::Next { Builtin::Status(shell.status) } else { Builtin::Flow(flow) }
}
