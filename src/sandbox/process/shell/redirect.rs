use std::collections::BTreeMap;

use super::state::{Flow, Shell};
use super::tree::{Redirection, RedirectionKind};
use crate::sandbox::process::errno::Errno;
use crate::sandbox::process::kernel::{Handle, OpenMode};

/// Open files by number.
pub(super) type Handles = BTreeMap<i32, Handle>;

/// Why a redirection was not made.
#[derive(Debug)]
pub(super) enum NotRedirected {
    /// It was told already; the command fails.
    Told,
    /// Words in it ended the command.
    Flow(Flow),
}

impl Shell {
    /// The open files of the shell.
    pub(super) fn handles(&self) -> Handles {
        self.system.with(|process| process.handles.clone()).unwrap_or_default()
    }

    /// Gives the shell other open files; the old ones.
    pub(super) fn swap_handles(&self, handles: Handles) -> Handles {
        let old = self.system.with(|process| std::mem::replace(&mut process.handles, handles));
        self.system.kernel().stir();
        old.unwrap_or_default()
    }

    /// Changes open files as redirections say, in their order.
    pub(super) async fn redirect(
        &mut self,
        redirections: &[Redirection],
        handles: &mut Handles,
    ) -> Result<(), NotRedirected> {
        for redirection in redirections {
            let target = match redirection.kind {
                RedirectionKind::Here => self.text(&redirection.target).await,
                _ => self.file_name(&redirection.target).await,
            };
            let target = target.map_err(NotRedirected::Flow)?;
            if let Err(message) = self.redirect_one(redirection, &target, handles) {
                self.complain(&message).await;
                return Err(NotRedirected::Told);
            }
        }
        Ok(())
    }

    async fn file_name(&mut self, word: &super::tree::Word) -> Result<String, Flow> {
        self.text(word).await
    }

    fn redirect_one(
        &self,
        redirection: &Redirection,
        target: &str,
        handles: &mut Handles,
    ) -> Result<(), String> {
        let number = redirection.number;
        let mode = match redirection.kind {
            RedirectionKind::Here => {
                handles.insert(number, Handle::text(target.as_bytes().to_vec()));
                return Ok(());
            }
            RedirectionKind::Duplicate => return self.duplicate(number, target, handles),
            RedirectionKind::Read => OpenMode::Read,
            RedirectionKind::Write if self.options.no_clobber && !self.is_device(target) => {
                OpenMode::New
            }
            RedirectionKind::Write | RedirectionKind::Clobber | RedirectionKind::WriteBoth => {
                OpenMode::Write
            }
            RedirectionKind::Append | RedirectionKind::AppendBoth => OpenMode::Append,
            RedirectionKind::ReadWrite => OpenMode::ReadWrite,
        };
        let handle = self.open_with(target, mode, handles)?;
        if matches!(redirection.kind, RedirectionKind::WriteBoth | RedirectionKind::AppendBoth) {
            handles.insert(2, handle.clone());
        }
        handles.insert(number, handle);
        Ok(())
    }

    fn is_device(&self, path: &str) -> bool {
        use crate::sandbox::process::files::NodeKind;
        self.system.stat(path).is_ok_and(|node| matches!(node.kind, NodeKind::Device(_)))
    }

    /// `/dev/stdout` and its like mean the files as they are by then.
    fn open_with(&self, path: &str, mode: OpenMode, handles: &Handles) -> Result<Handle, String> {
        let number = match self.system.path(path).as_str() {
            "/dev/stdin" | "/proc/self/fd/0" | "/dev/fd/0" => Some(0),
            "/dev/stdout" | "/proc/self/fd/1" | "/dev/fd/1" => Some(1),
            "/dev/stderr" | "/proc/self/fd/2" | "/dev/fd/2" => Some(2),
            "/proc/1/fd/1" => return self.of_main(1),
            "/proc/1/fd/2" => return self.of_main(2),
            _ => None,
        };
        let opened = match number {
            Some(number) => handles.get(&number).cloned().ok_or(Errno::NotFound),
            None => self.system.open_handle(path, mode),
        };
        opened.map_err(|error| self.cannot_open(path, mode, error))
    }

    /// What the main process writes to: the container's log.
    fn of_main(&self, number: i32) -> Result<Handle, String> {
        let kernel = self.system.kernel();
        let main = kernel.processes.get(&crate::sandbox::process::kernel::Pid::MAIN);
        let handle = main.and_then(|process| process.handles.get(&number).cloned());
        handle.ok_or_else(|| format!("can't create /proc/1/fd/{number}: nonexistent directory"))
    }

    /// Source: dash's and ash's `redir.c`, `openredirect`, and `errmsg` there.
    fn cannot_open(&self, path: &str, mode: OpenMode, error: Errno) -> String {
        if self.is_bash() {
            let error = match (mode, error) {
                (OpenMode::New, Errno::Exists) => "cannot overwrite existing file".to_owned(),
                (_, error) => error.to_string(),
            };
            return format!("{path}: {error}");
        }
        let cannot = if self.dialect == super::Dialect::Dash { "cannot" } else { "can't" };
        match (mode, error) {
            (OpenMode::Read, Errno::NotFound) if cannot == "cannot" => {
                format!("{cannot} open {path}: No such file")
            }
            (OpenMode::Read, Errno::NotFound) => format!("{cannot} open {path}: no such file"),
            (OpenMode::Read, error) => format!("{cannot} open {path}: {error}"),
            (_, Errno::NotFound) if cannot == "cannot" => {
                format!("{cannot} create {path}: Directory nonexistent")
            }
            (_, Errno::NotFound) => format!("{cannot} create {path}: nonexistent directory"),
            (_, error) => format!("{cannot} create {path}: {error}"),
        }
    }

    fn duplicate(&self, number: i32, target: &str, handles: &mut Handles) -> Result<(), String> {
        if target == "-" {
            handles.remove(&number);
            return Ok(());
        }
        let Ok(from) = target.parse::<i32>() else {
            if self.is_extended() && number == 1 {
                let handle = self.open_with(target, OpenMode::Write, handles)?;
                handles.insert(2, handle.clone());
                handles.insert(1, handle);
                return Ok(());
            }
            return Err("bad fd number".to_owned());
        };
        let Some(handle) = handles.get(&from).cloned() else {
            return Err(match self.dialect {
                super::Dialect::Ash => format!("{from}: Bad file descriptor"),
                _ => format!("{from}: {}", Errno::BadHandle),
            });
        };
        handles.insert(number, handle);
        Ok(())
    }
}
