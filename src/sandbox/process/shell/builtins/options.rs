use super::Builtin;
use crate::sandbox::process::shell::simple::quote;
use crate::sandbox::process::shell::state::{Flow, Shell};

pub(super) async fn run(shell: &mut Shell, name: &str, arguments: &[String]) -> Builtin {
    if name == "shopt" {
        return Builtin::Status(0);
    }
    if arguments.is_empty() {
        let text: String = shell
            .variables
            .all()
            .map(|(name, value)| match shell.is_bash() {
                true => format!("{name}={}\n", quote(value)),
                false => format!("{name}='{}'\n", value.replace('\'', r#"'"'"'"#)),
            })
            .collect();
        return Builtin::Status(shell.print(&text).await);
    }
    match shell.set(arguments) {
        Ok(text) => {
            let status = if text.is_empty() { 0 } else { shell.print(&text).await };
            Builtin::Status(status)
        }
        Err(message) => {
            shell.complain(&format!("set: {message}")).await;
            shell.status = 2;
            let ends = !shell.is_bash() && !shell.options.interactive;
            if ends { Builtin::Flow(Flow::Exit) } else { Builtin::Status(2) }
        }
    }
}

impl Shell {
    /// What `set` is told; a text to print.
    fn set(&mut self, arguments: &[String]) -> Result<String, String> {
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            let on = match argument.chars().next() {
                _ if argument == "--" => {
                    self.arguments = rest.cloned().collect();
                    return Ok(String::new());
                }
                Some('-') if argument.len() > 1 => true,
                Some('+') if argument.len() > 1 => false,
                _ => {
                    self.arguments = std::iter::once(argument).chain(rest).cloned().collect();
                    return Ok(String::new());
                }
            };
            for letter in argument[1..].chars() {
                if letter != 'o' {
                    self.set_option(letter, on)?;
                    continue;
                }
                match rest.next() {
                    Some(name) => self.set_long_option(&name.clone(), on)?,
                    None => return Ok(self.long_options()),
                }
            }
        }
        Ok(String::new())
    }

    /// One letter of `set`.
    pub(in crate::sandbox::process::shell) fn set_option(
        &mut self,
        letter: char,
        on: bool,
    ) -> Result<(), String> {
        let options = &mut self.options;
        let option = match letter {
            'e' => &mut options.exit_on_error,
            'u' => &mut options.no_unset,
            'x' => &mut options.trace,
            'f' => &mut options.no_glob,
            'C' => &mut options.no_clobber,
            'a' => &mut options.export_all,
            'n' => &mut options.no_execution,
            'v' => &mut options.verbose,
            'm' | 'b' | 'h' | 'B' | 'E' | 'H' | 'k' | 'p' | 't' => return Ok(()),
            other => return Err(format!("illegal option -{other}")),
        };
        *option = on;
        Ok(())
    }

    /// An option by its name, as `set -o` takes it.
    pub(in crate::sandbox::process::shell) fn set_long_option(
        &mut self,
        name: &str,
        on: bool,
    ) -> Result<(), String> {
        if name == "pipefail" {
            self.options.pipe_fail = on;
            return Ok(());
        }
        let letter = NAMES.iter().find(|(known, _)| *known == name);
        match letter {
            Some((_, letter)) => self.set_option(*letter, on),
            None => Err(format!("illegal option -o {name}")),
        }
    }

    fn long_options(&self) -> String {
        let options = &self.options;
        let is_on = |letter: char| match letter {
            'e' => options.exit_on_error,
            'u' => options.no_unset,
            'x' => options.trace,
            'f' => options.no_glob,
            'C' => options.no_clobber,
            'a' => options.export_all,
            'n' => options.no_execution,
            'v' => options.verbose,
            _ => false,
        };
        let line = |name: &str, on: bool| format!("{name:<16}{}\n", if on { "on" } else { "off" });
        let mut text: String = NAMES.iter().map(|(name, it)| line(name, is_on(*it))).collect();
        text.push_str(&line("pipefail", options.pipe_fail));
        text
    }
}

const NAMES: &[(&str, char)] = &[
    ("errexit", 'e'),
    ("noglob", 'f'),
    ("monitor", 'm'),
    ("noexec", 'n'),
    ("xtrace", 'x'),
    ("verbose", 'v'),
    ("noclobber", 'C'),
    ("allexport", 'a'),
    ("notify", 'b'),
    ("nounset", 'u'),
    ("histexpand", 'H'),
    ("emacs", 'h'),
    ("vi", 'h'),
    ("posix", 'h'),
    ("history", 'h'),
];
