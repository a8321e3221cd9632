//! Which first words are commands.

use crate::invocation::is_verb;
use crate::shell::simple_commands;

/// Programs that walkthroughs use.
const KNOWN: &[&str] = &[
    "alias",
    "ansible",
    "apk",
    "apt",
    "apt-get",
    "argocd",
    "awk",
    "aws",
    "az",
    "base64",
    "bash",
    "brew",
    "calicoctl",
    "cat",
    "cd",
    "cfssl",
    "chmod",
    "chown",
    "cilium",
    "clear",
    "cp",
    "crictl",
    "ctr",
    "curl",
    "df",
    "diff",
    "dig",
    "docker",
    "docker-compose",
    "du",
    "echo",
    "eksctl",
    "env",
    "etcdctl",
    "eval",
    "exit",
    "export",
    "flux",
    "free",
    "gcloud",
    "git",
    "grep",
    "gunzip",
    "head",
    "helm",
    "hostname",
    "hostnamectl",
    "ifconfig",
    "ip",
    "iptables",
    "istioctl",
    "java",
    "journalctl",
    "jq",
    "k",
    "k3d",
    "k3s",
    "k9s",
    "kill",
    "krew",
    "kubeadm",
    "kubectl",
    "kubectx",
    "kubens",
    "kustomize",
    "linkerd",
    "logout",
    "ls",
    "lsmod",
    "man",
    "md5sum",
    "minikube",
    "mkdir",
    "modprobe",
    "mount",
    "mv",
    "mvn",
    "mysql",
    "nano",
    "nc",
    "netstat",
    "npm",
    "nslookup",
    "oc",
    "openssl",
    "ping",
    "pip",
    "pip3",
    "pkill",
    "podman",
    "printenv",
    "printf",
    "ps",
    "psql",
    "pwd",
    "python",
    "python3",
    "redis-cli",
    "rm",
    "rmdir",
    "scp",
    "sed",
    "sh",
    "sha256sum",
    "skaffold",
    "sleep",
    "ssh",
    "ssh-keygen",
    "stern",
    "su",
    "sudo",
    "swapoff",
    "sysctl",
    "systemctl",
    "tail",
    "tar",
    "tee",
    "telnet",
    "terraform",
    "tkn",
    "touch",
    "traceroute",
    "unalias",
    "uname",
    "unset",
    "unzip",
    "velero",
    "vi",
    "vim",
    "watch",
    "wc",
    "wget",
    "which",
    "whoami",
    "xargs",
    "yq",
    "yum",
    "zsh",
    "ss",
    "code",
    "gsutil",
    "doctl",
    "kind",
    "cfssljson",
    "dnf",
    "snap",
    "ab",
    "hey",
];

/// Programs whose name is a word as well; they need something that no sentence has.
const WORDS: &[&str] = &[
    "case", "date", "exec", "file", "find", "for", "go", "host", "id", "if", "install", "less",
    "make", "more", "node", "read", "route", "run", "screen", "service", "set", "sort", "source",
    "stress", "test", "time", "top", "type", "until", "wait", "while", "ln", ".",
];

/// How sure it is that a piece of text is something to type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Typed {
    /// Its first word is a known program, a path or an assignment.
    Known,
    /// It may be.
    Perhaps,
    /// It is a sentence, or data.
    No,
}

/// Whether a person types this.
pub(super) fn typed(text: &str) -> Typed {
    let commands = simple_commands(text);
    let Some(command) = commands.last().filter(|_| commands.len() == 1).or(commands.first()) else {
        return Typed::No;
    };
    let Some(word) = command.words.first() else { return Typed::Known };
    let first = text.split_whitespace().next().unwrap_or_default();
    let program = word.text.as_str();
    if matches!(program, "kubectl" | "k" | "kubectl.exe") {
        return kubectl(command.words.get(1).map_or("", |word| word.text.as_str()));
    }
    if KNOWN.contains(&program) {
        return if is_sentence(text) { Typed::No } else { Typed::Known };
    }
    if WORDS.contains(&program) || WORDS.contains(&first) {
        return if has_shell_marks(text) { Typed::Known } else { Typed::Perhaps };
    }
    let is_path = first.starts_with("./")
        || first.starts_with("~/")
        || first.starts_with("/bin/")
        || first.starts_with("/usr/");
    if is_path || (first.ends_with("()") && text.contains('{')) {
        return Typed::Known;
    }
    let is_name = program.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
        && program.starts_with(|c: char| c.is_ascii_lowercase());
    if is_name && !is_sentence(text) { Typed::Perhaps } else { Typed::No }
}

fn kubectl(second: &str) -> Typed {
    match second {
        "" => Typed::Known,
        second if second.starts_with(['-', '$', '<']) || is_verb(second) => Typed::Known,
        _ => Typed::Perhaps,
    }
}

/// Whether the line has something that shells know and sentences do not.
fn has_shell_marks(text: &str) -> bool {
    text.split_whitespace().skip(1).any(|word| {
        word.starts_with(['-', '$', '.', '/', '"', '\'', '~', '<'])
            || word.contains(['=', '/', ';'])
            || matches!(word, "|" | "&&" | ">" | "in" | "do")
    }) || !text.trim().contains(' ')
}

/// Whether the line reads like one: it ends like one, or its words do.
fn is_sentence(text: &str) -> bool {
    let line = text.trim();
    if line.contains('\n') || line.contains(['|', '$', '"', '\'', '=', '<', '>']) {
        return false;
    }
    let words: Vec<&str> = line.split_whitespace().collect();
    let small = ["is", "are", "the", "a", "an", "to", "of", "and", "was", "has", "your", "this"];
    let count = words.iter().filter(|word| small.contains(word)).count();
    words.len() >= 4 && (count >= 2 || (count >= 1 && line.ends_with(['.', '!', '?'])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_told_from_sentences_and_data() {
        let check = |text: &str, wanted: Typed| assert_eq!(typed(text), wanted, "{text}");
        check("kubectl get po", Typed::Known);
        check("kubectl -n x get po", Typed::Known);
        check("kubectl is a program", Typed::Perhaps);
        check("sudo systemctl restart kubelet", Typed::Known);
        check("X=$(kubectl get po)", Typed::Known);
        check("for i in 1 2; do ls; done", Typed::Known);
        check("while true; do curl x; done", Typed::Known);
        check("time for a break", Typed::No);
        check("host names matter", Typed::Perhaps);
        check("date", Typed::Known);
        check("./run.sh", Typed::Known);
        check("/bin/sh -c 'x'", Typed::Known);
        check("mytool --flag", Typed::Perhaps);
        check("cat is the name of the pod.", Typed::No);
        check("Hello from the other side", Typed::No);
        check("{\"host\": 1}", Typed::No);
        check("simple-api   1/1   Running", Typed::Perhaps);
    }
}
