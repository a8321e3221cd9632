//! Where each block's commands run: on the host, or in a shell that a step before opened.

use crate::base::{Diagnostic, nearest};
use crate::lab::{Block, BlockKind, Runs, ShellName};

use super::directive::Said;
use super::markdown::Fence;

/// Words that lead back to the reader's own machine.
const HOST_WORDS: &[&str] = &[
    "lab vm",
    "your vm",
    "your own machine",
    "your machine",
    "local machine",
    "your laptop",
    "your workstation",
    "from the host",
    "on the host",
    "back on your",
    "outside the cluster",
    "outside of the cluster",
    "leave the shell",
    "exit the shell",
    "exit the pod",
];

/// Words that lead into a shell that was opened before.
const POD_WORDS: &[&str] = &[
    "jump shell",
    "jump pod",
    "jump container",
    "jump host",
    "jumpserver",
    "jump server",
    "inside the pod",
    "inside the container",
    "in the container",
    "in the pod's shell",
    "from within the pod",
    "from within the container",
    "from the pod",
    "from inside the cluster",
    "in the shell of the pod",
    "at the shell prompt",
];

/// Programs that are never meant for a container in a walkthrough.
const HOST_PROGRAMS: &[&str] = &[
    "minikube",
    "docker",
    "podman",
    "helm",
    "git",
    "gcloud",
    "aws",
    "az",
    "kind",
    "k3d",
    "brew",
    "terraform",
    "code",
    "vim",
    "vi",
    "nano",
    "open",
    "istioctl",
    "linkerd",
    "kubeadm",
];

/// Which shells are open while the blocks are walked through.
#[derive(Debug, Default)]
pub(super) struct Shells {
    opened: Vec<String>,
    current: Option<String>,
}

impl Shells {
    /// The shell of a block that runs, and the name of the one that it opens. What the
    /// author states in `said` wins.
    pub(super) fn enter(
        &mut self,
        block: &mut Block,
        fence: &Fence,
        said: &Said,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> (ShellName, Option<String>) {
        self.follow(&fence.lead);
        let shell = match &said.shell {
            Some(stated) => self.stated(stated, said, diagnostics),
            None => self.guessed(block),
        };
        if let ShellName::Pod(_) = &shell {
            for command in &mut block.commands {
                if command.runs == Runs::Host {
                    command.runs = Runs::Pod;
                }
            }
        }
        let opens = self.opens(block, said);
        self.after(block, &shell, opens.as_deref());
        (shell, opens)
    }

    /// Prose moves between shells; the last words that say where decide.
    fn follow(&mut self, lead: &[String]) {
        let Some(newest) = self.opened.last().cloned() else { return };
        for paragraph in lead {
            for sentence in paragraph.to_lowercase().split_inclusive(['.', '?', '!', ':']) {
                let host = first_of(sentence, HOST_WORDS.iter().copied());
                let names = self.opened.iter().map(String::as_str);
                let pod = first_of(sentence, POD_WORDS.iter().copied().chain(names));
                match (host, pod) {
                    // `back on your VM, … without using a jump container`: what comes
                    // first is where one is, the rest is talk.
                    (Some(host), pod) if pod.is_none_or(|pod| host < pod) => self.current = None,
                    (_, Some(_)) => self.current = Some(newest.clone()),
                    _ => {}
                }
            }
        }
    }

    fn stated(
        &self,
        stated: &ShellName,
        said: &Said,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> ShellName {
        if let ShellName::Pod(name) = stated
            && !self.opened.contains(name)
        {
            let names = self.opened.iter().map(String::as_str);
            let hint = match nearest(name, names) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "open it with an earlier step: `opens: NAME`, or `kubectl run -it NAME …`"
                    .to_owned(),
            };
            let span = said.span.unwrap_or_default();
            let message = format!("no step before opens a shell called `{name}`");
            diagnostics.push(Diagnostic::error("unknown-shell", span, message).with_hint(hint));
        }
        stated.clone()
    }

    fn guessed(&self, block: &Block) -> ShellName {
        let is_for_host = block.commands.iter().any(|command| {
            let first = command.text.split_whitespace().find(|word| *word != "sudo");
            !command.meaning.invocations.is_empty()
                || first.is_some_and(|program| HOST_PROGRAMS.contains(&program))
        });
        match &self.current {
            Some(name) if !is_for_host => ShellName::Pod(name.clone()),
            _ => ShellName::Host,
        }
    }

    fn opens(&self, block: &Block, said: &Said) -> Option<String> {
        if let Some(name) = &said.opens {
            return Some(name.clone());
        }
        let is_run = |command: &&crate::lab::Command| command.runs != Runs::Shown;
        let last = block.commands.iter().filter(is_run).find_map(|one| one.meaning.opens.clone());
        last.filter(|_| matches!(block.kind, BlockKind::Command | BlockKind::Mixed))
    }

    /// kubectl is typed on the host, so whoever types it has left the pod's shell;
    /// `exit` leaves it as well.
    fn after(&mut self, block: &Block, shell: &ShellName, opens: Option<&str>) {
        if let Some(name) = opens {
            self.opened.retain(|opened| opened != name);
            self.opened.push(name.to_owned());
            self.current = Some(name.to_owned());
            return;
        }
        let leaves = block.commands.iter().any(|command| command.text.trim() == "exit");
        match shell {
            ShellName::Host => self.current = None,
            ShellName::Pod(name) if leaves => {
                self.opened.retain(|opened| opened != name);
                self.current = None;
            }
            ShellName::Pod(name) => self.current = Some(name.clone()),
        }
    }
}

/// Where the first of these words stands in the text.
fn first_of<'a>(text: &str, words: impl Iterator<Item = &'a str>) -> Option<usize> {
    words.filter_map(|word| text.find(word)).min()
}
