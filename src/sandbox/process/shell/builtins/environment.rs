use super::{Builtin, options_of};
use crate::sandbox::process::shell::state::{Dialect, Shell};

pub(super) async fn run(shell: &mut Shell, name: &str, arguments: &[String]) -> Builtin {
    match name {
        "cd" | "chdir" => change_folder(shell, arguments).await,
        "pwd" => {
            let folder = shell.system.folder();
            let (letters, _) = options_of(arguments);
            let folder = match letters.contains('P') {
                true => shell.system.real_path(&folder).unwrap_or(folder),
                false => folder,
            };
            Builtin::Status(shell.print(&format!("{folder}\n")).await)
        }
        "umask" => mask(shell, arguments).await,
        "ulimit" => Builtin::Status(shell.print("unlimited\n").await),
        _ => Builtin::Status(shell.print("0m0.000s 0m0.000s\n0m0.000s 0m0.000s\n").await),
    }
}

async fn change_folder(shell: &mut Shell, arguments: &[String]) -> Builtin {
    let (_, rest) = options_of(arguments);
    if rest.len() > 1 && shell.is_bash() {
        shell.complain("cd: too many arguments").await;
        return Builtin::Status(1);
    }
    let (target, tells) = match rest.first().map(String::as_str) {
        None => (shell.variables.get("HOME").map(str::to_owned), false),
        Some("-") => (shell.variables.get("OLDPWD").map(str::to_owned), true),
        Some(path) => (Some(path.to_owned()), false),
    };
    let Some(target) = target else {
        let missing = if tells { "OLDPWD" } else { "HOME" };
        if shell.is_bash() {
            shell.complain(&format!("cd: {missing} not set")).await;
            return Builtin::Status(1);
        }
        return Builtin::Status(0);
    };
    let old = shell.system.folder();
    match shell.system.change_folder(&target) {
        Ok(folder) => {
            for (name, value) in [("OLDPWD", &old), ("PWD", &folder)] {
                let _ = shell.variables.set(name, value);
                shell.variables.export(name, true);
            }
            let shown = if tells { shell.print(&format!("{folder}\n")).await } else { 0 };
            Builtin::Status(shown)
        }
        Err(error) => {
            let message = match shell.dialect {
                Dialect::Bash => format!("{target}: {error}"),
                Dialect::Ash => format!("can't cd to {target}: {error}"),
                Dialect::Dash => format!("can't cd to {target}"),
            };
            shell.complain_as("cd", &message).await;
            Builtin::Status(if shell.is_bash() { 1 } else { 2 })
        }
    }
}

async fn mask(shell: &mut Shell, arguments: &[String]) -> Builtin {
    let (_, rest) = options_of(arguments);
    let Some(text) = rest.first() else {
        let mask = shell.system.with(|process| process.mask).unwrap_or(0);
        return Builtin::Status(shell.print(&format!("{mask:04o}\n")).await);
    };
    match u32::from_str_radix(text, 8) {
        Ok(mask) => {
            shell.system.with(|process| process.mask = mask & 0o777);
            Builtin::Status(0)
        }
        Err(_) => {
            shell.complain(&format!("umask: illegal mode: {text}")).await;
            Builtin::Status(1)
        }
    }
}
