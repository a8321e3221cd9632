use super::{Builtin, options_of};
use crate::sandbox::process::shell::lexer::is_name;
use crate::sandbox::process::shell::state::{Flow, Shell};

pub(super) async fn run(shell: &mut Shell, name: &str, arguments: &[String]) -> Builtin {
    match name {
        "export" => declare(shell, name, arguments).await,
        "readonly" => declare(shell, name, arguments).await,
        "local" | "declare" | "typeset" => declare(shell, name, arguments).await,
        "unset" => unset(shell, arguments).await,
        "alias" => alias(shell, arguments).await,
        "unalias" => {
            let (letters, rest) = options_of(arguments);
            if letters.contains('a') {
                shell.aliases.clear();
            }
            let known = rest.iter().filter(|name| shell.aliases.remove(*name).is_some()).count();
            Builtin::Status(i32::from(known < rest.len()))
        }
        "let" => calculate(shell, arguments).await,
        _ => super::getopts::getopts(shell, arguments).await,
    }
}

async fn declare(shell: &mut Shell, name: &str, arguments: &[String]) -> Builtin {
    let (letters, rest) = options_of(arguments);
    if name == "local" && !shell.variables.in_function() {
        let message = match shell.is_bash() {
            true => "can only be used in a function",
            false => "not in a function",
        };
        shell.complain_as("local", message).await;
        shell.status = if shell.is_bash() { 1 } else { 2 };
        let goes_on = shell.is_bash() || shell.options.interactive;
        return if goes_on { Builtin::Status(shell.status) } else { Builtin::Flow(Flow::Exit) };
    }
    if rest.is_empty() {
        return show(shell, name, &letters).await;
    }
    let is_local = name != "export"
        && name != "readonly"
        && shell.variables.in_function()
        && !letters.contains('g');
    for argument in rest {
        let (variable, value) = match argument.split_once('=') {
            Some((variable, value)) => (variable, Some(value)),
            None => (argument.as_str(), None),
        };
        if !is_name(variable) {
            let message = match shell.is_bash() {
                true => format!("{name}: `{argument}': not a valid identifier"),
                false => format!("{name}: {variable}: bad variable name"),
            };
            shell.complain(&message).await;
            shell.status = if shell.is_bash() { 1 } else { 2 };
            let ends = !shell.is_bash() && !shell.options.interactive;
            return if ends { Builtin::Flow(Flow::Exit) } else { Builtin::Status(1) };
        }
        if is_local {
            shell.variables.make_local(variable, !shell.is_bash() && value.is_none());
        }
        if let Some(value) = value
            && let Err(flow) = shell.assign(variable, value).await
        {
            return Builtin::Flow(flow);
        }
        if name == "export" || letters.contains('x') {
            shell.variables.export(variable, !letters.contains('n'));
        }
        if name == "readonly" || letters.contains('r') {
            shell.variables.make_read_only(variable);
        }
    }
    Builtin::Status(0)
}

async fn show(shell: &mut Shell, name: &str, letters: &str) -> Builtin {
    let line = |word: &str, name: &str, value: &str| match shell.is_bash() {
        true => format!("{word} {name}=\"{}\"\n", value.replace(['"', '\\', '$', '`'], "\\$0")),
        false => format!("{word} {name}='{value}'\n"),
    };
    let text: String = match name {
        "readonly" => shell
            .variables
            .read_only()
            .map(|(name, value)| line("readonly", name, value.unwrap_or_default()))
            .collect(),
        "export" => {
            let word = if shell.is_bash() { "declare -x" } else { "export" };
            shell.variables.exported().iter().map(|(name, value)| line(word, name, value)).collect()
        }
        _ if letters.contains('x') => shell
            .variables
            .exported()
            .iter()
            .map(|(name, value)| line("declare -x", name, value))
            .collect(),
        _ => shell.variables.all().map(|(name, value)| format!("{name}='{value}'\n")).collect(),
    };
    Builtin::Status(shell.print(&text).await)
}

async fn unset(shell: &mut Shell, arguments: &[String]) -> Builtin {
    let (letters, rest) = options_of(arguments);
    for name in rest {
        let is_function = letters.contains('f')
            || (!letters.contains('v') && shell.variables.get(name).is_none());
        if is_function && shell.functions.remove(name).is_some() {
            continue;
        }
        if shell.variables.unset(name).is_err() {
            let message = match shell.is_bash() {
                true => format!("unset: {name}: cannot unset: readonly variable"),
                false => format!("unset: {name}: is read only"),
            };
            shell.complain(&message).await;
            return Builtin::Status(if shell.is_bash() { 1 } else { 2 });
        }
    }
    Builtin::Status(0)
}

async fn alias(shell: &mut Shell, arguments: &[String]) -> Builtin {
    if arguments.is_empty() {
        let prefix = if shell.is_bash() { "alias " } else { "" };
        let text: String = shell
            .aliases
            .iter()
            .map(|(name, value)| format!("{prefix}{name}='{value}'\n"))
            .collect();
        return Builtin::Status(shell.print(&text).await);
    }
    let mut status = 0;
    for argument in arguments {
        match argument.split_once('=') {
            Some((name, value)) => {
                if shell.aliases.len() < 200 {
                    shell.aliases.insert(name.to_owned(), value.to_owned());
                }
            }
            None => match shell.aliases.get(argument) {
                Some(value) => {
                    let text = format!("{argument}='{value}'\n");
                    shell.print(&text).await;
                }
                None => {
                    shell.complain(&format!("alias: {argument}: not found")).await;
                    status = 1;
                }
            },
        }
    }
    Builtin::Status(status)
}

async fn calculate(shell: &mut Shell, arguments: &[String]) -> Builtin {
    let mut last = 0;
    for argument in arguments {
        match crate::sandbox::process::shell::evaluate_arithmetic(argument, shell) {
            Ok(value) => last = value,
            Err(message) => {
                shell.complain(&format!("let: {message}")).await;
                return Builtin::Status(1);
            }
        }
    }
    Builtin::Status(i32::from(last == 0))
}
