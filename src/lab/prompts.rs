//! Prompts before what a person typed.

/// Where a prompt belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Machine {
    /// The reader's own.
    Host,
    /// A container: `/ #`, `root@web:/#`.
    Pod,
    /// Another one, such as a node.
    Elsewhere,
}

/// How far into a line a prompt may reach, in bytes.
const LONGEST: usize = 64;

/// The prompt that the line begins with: whose it is, and how many bytes it takes.
/// `in_pod` says that a shell in a container was opened before in the same block;
/// only then is a bare `#` a prompt and not a comment.
pub(super) fn prompt(
    line: &str,
    is_known: impl Fn(&str) -> bool,
    in_pod: InPod,
) -> Option<(Machine, usize)> {
    let blanks = line.len() - line.trim_start().len();
    let content = &line[blanks..];
    if content.trim_end() == "$" || content.starts_with("$ ") {
        return Some((Machine::Host, blanks + content.len().min(2)));
    }
    let (mark, at) = content
        .char_indices()
        .take_while(|(at, _)| *at < LONGEST)
        .find(|(at, c)| {
            matches!(c, '$' | '#' | '>' | '%' | '❯' | '➜')
                && content[at + c.len_utf8()..].chars().next().is_none_or(char::is_whitespace)
        })
        .map(|(at, c)| (c, at))?;
    let rest = &content[at + mark.len_utf8()..];
    let length = blanks + content.len() - rest.trim_start().len();
    let machine = machine(content[..at].trim_end(), mark, in_pod)?;
    let is_bare = content[..at].trim().is_empty() || machine == Machine::Elsewhere;
    (!is_bare || is_known(rest.trim())).then_some((machine, length))
}

/// Whether a shell in a container was opened before in the same block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum InPod {
    /// It was.
    Yes,
    /// It was not.
    No,
}

fn machine(before: &str, mark: char, in_pod: InPod) -> Option<Machine> {
    let in_container = in_pod == InPod::Yes || mark == '#';
    match before {
        "" if mark == '#' => (in_pod == InPod::Yes).then_some(Machine::Pod),
        "" => Some(Machine::Host),
        before if before.starts_with('/') && !before.contains(' ') => Some(Machine::Pod),
        before if before.contains('@') && before.split_whitespace().count() <= 4 => {
            Some(if in_container || before.contains("root@") {
                Machine::Pod
            } else {
                Machine::Host
            })
        }
        before if before.starts_with('[') && before.contains(']') => Some(Machine::Host),
        before if is_host_name(before) => Some(Machine::Elsewhere),
        _ => None,
    }
}

/// A single word with a dash or a digit in it, as machines are called.
fn is_host_name(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphanumeric() || "-.:~".contains(c))
        && text.contains(|c: char| c == '-' || c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prompts_are_told_from_comments_and_output() {
        let known = |text: &str| text.starts_with("ls") || text.starts_with("curl");
        let check = |line: &str, in_pod: InPod, wanted: Option<(Machine, usize)>| {
            assert_eq!(prompt(line, known, in_pod), wanted, "{line}");
        };
        check("$ ls", InPod::No, Some((Machine::Host, 2)));
        check("  $ ls", InPod::No, Some((Machine::Host, 4)));
        check("$", InPod::No, Some((Machine::Host, 1)));
        check("user@vm:~$ ls", InPod::No, Some((Machine::Host, 11)));
        check("[Bay]🚩 >  ls", InPod::No, Some((Machine::Host, 13)));
        check("> ls", InPod::No, Some((Machine::Host, 2)));
        check("> GET / HTTP/1.1", InPod::No, None);
        check("# a comment", InPod::No, None);
        check("# ls is a command", InPod::No, None);
        check("# ls", InPod::Yes, Some((Machine::Pod, 2)));
        check("/ # ls", InPod::No, Some((Machine::Pod, 4)));
        check("root@web:/# ls", InPod::No, Some((Machine::Pod, 12)));
        check("node-1 $ curl x", InPod::No, Some((Machine::Elsewhere, 9)));
        check("node-1 $ costs", InPod::No, None);
        check("echo $ x", InPod::No, None);
        check("a -> b", InPod::No, None);
        check("kubectl get po", InPod::No, None);
        check("", InPod::No, None);
    }
}
