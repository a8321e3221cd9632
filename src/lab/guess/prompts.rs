//! Prompts before what a person typed: a table of what may stand before the mark.

use super::programs::is_program;

/// Whose prompt it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::lab) enum Machine {
    /// The reader's own.
    Host,
    /// A container: `/ #`, `root@web:/#`.
    Pod,
    /// Another one, such as a node, or the prompt of a program such as `mysql>`.
    Elsewhere,
}

/// Whether a shell in a container was opened before in the same block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum InPod {
    /// It was.
    Yes,
    /// It was not.
    No,
}

/// How far into a line a prompt may reach, in bytes.
const LONGEST: usize = 64;

/// What the rows look at.
struct Before<'a> {
    /// What stands before the mark, without the blanks around it.
    text: &'a str,
    /// The mark itself: `$`, `#`, `>`, `%` or a shell theme's arrow.
    mark: char,
    in_pod: InPod,
}

/// Whether what follows a prompt has to be a known program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rest {
    Any,
    Known,
}

/// A form of prompt.
#[derive(Clone, Copy)]
struct Row {
    /// A line that only this row takes for what it is.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "for the tests, and for who reads the table")
    )]
    example: &'static str,
    machine: Machine,
    rest: Rest,
    test: fn(&Before<'_>) -> bool,
}

const fn row(
    example: &'static str,
    machine: Machine,
    rest: Rest,
    test: fn(&Before<'_>) -> bool,
) -> Row {
    Row { example, machine, rest, test }
}

/// The table. The first row that holds decides.
const ROWS: &[Row] = &[
    row("$ mytool", Machine::Host, Rest::Any, |it| it.text.is_empty() && it.mark == '$'),
    // `#` alone is a comment, unless a shell in a container was opened.
    row("# ls (in a pod)", Machine::Pod, Rest::Known, |it| {
        it.text.is_empty() && it.mark == '#' && it.in_pod == InPod::Yes
    }),
    row("> ls", Machine::Host, Rest::Known, |it| it.text.is_empty() && it.mark != '#'),
    row("PS C:\\lab> mytool", Machine::Host, Rest::Any, |it| is_windows(it.text, it.mark)),
    row("/app $ mytool", Machine::Pod, Rest::Any, |it| {
        it.text.starts_with('/') && !it.text.contains(' ') && it.mark != '>'
    }),
    row("root@web:/# mytool", Machine::Pod, Rest::Any, |it| {
        is_user_at_host(it.text) && (it.in_pod == InPod::Yes || is_root_in_root(it.text))
    }),
    row("user@vm:~$ mytool", Machine::Host, Rest::Any, |it| is_user_at_host(it.text)),
    row("[dir]$ mytool", Machine::Host, Rest::Any, |it| it.mark != '#' && is_bracketed(it.text)),
    row("~/lab $ mytool", Machine::Host, Rest::Any, |it| {
        let place = it.text.trim_start_matches(':');
        place.starts_with('~') && !place.contains(' ') && !matches!(it.mark, '#' | '>')
    }),
    row("sh-5.1# mytool", Machine::Pod, Rest::Any, |it| is_bare_shell(it.text)),
    row("mysql> show tables;", Machine::Elsewhere, Rest::Any, |it| {
        is_program_prompt(it.text, it.mark)
    }),
    row("Jo-Laptop:lab jo$ ls", Machine::Host, Rest::Known, |it| {
        let words = it.text.split_once(' ');
        it.mark == '$' && words.is_some_and(|(host, jo)| host.contains(':') && is_word(jo))
    }),
    row("node-1 $ ls", Machine::Elsewhere, Rest::Known, |it| {
        is_host_name(it.text) && matches!(it.mark, '$' | '#') && !is_program(it.text)
    }),
    row("master $ ls", Machine::Host, Rest::Known, |it| {
        is_word(it.text) && matches!(it.mark, '$' | '%') && !is_program(it.text)
    }),
];

/// The prompt that the line begins with: whose it is, and how many bytes it takes.
/// `in_pod` says that a shell in a container was opened before in the same block.
pub(super) fn prompt(
    line: &str,
    is_known: impl Fn(&str) -> bool,
    in_pod: InPod,
) -> Option<(Machine, usize)> {
    decided(ROWS, line, &is_known, in_pod)
}

fn decided(
    rows: &[Row],
    line: &str,
    is_known: &dyn Fn(&str) -> bool,
    in_pod: InPod,
) -> Option<(Machine, usize)> {
    let (at, mark, end) = first_mark(line)?;
    let before = Before { text: line[..at].trim(), mark, in_pod };
    let rest = &line[end..];
    let typed = if is_arrow(mark) { after_place(rest, is_known) } else { rest.trim_start() };
    let length = line.len() - typed.len();
    let glued = !rest.is_empty() && !rest.starts_with(char::is_whitespace);
    let row = rows.iter().find(|row| (row.test)(&before))?;
    let is_right = match row.rest {
        _ if glued => {
            before.text.is_empty() && mark == '$' && names_program(rest) && is_known(rest)
                || is_windows(before.text, mark)
        }
        Rest::Any => true,
        Rest::Known => is_known(typed.trim_end()),
    };
    is_right.then_some((row.machine, length))
}

/// The mark that may end a prompt, and where it ends: one with a blank or nothing after
/// it, a `$` that begins the line, or the `>` of a Windows path.
fn first_mark(line: &str) -> Option<(usize, char, usize)> {
    let content = line.len() - line.trim_start().len();
    for (at, c) in line.char_indices().take_while(|(at, _)| *at < LONGEST) {
        let end = at + c.len_utf8();
        let after = &line[end..];
        let is_mark = match c {
            '$' | '#' if after.starts_with("> ") => return Some((at, '>', end + 1)),
            '$' if at == content => true,
            '$' | '#' | '%' => ends_here(after),
            '>' if is_windows(&line[content..at], '>') => true,
            '>' => ends_here(after) && !line[..at].ends_with(['-', '=']),
            c => is_arrow(c) && ends_here(after),
        };
        if is_mark {
            return Some((at, c, end));
        }
    }
    None
}

fn ends_here(after: &str) -> bool {
    after.chars().next().is_none_or(char::is_whitespace)
}

fn is_arrow(mark: char) -> bool {
    matches!(mark, '❯' | '➜' | 'λ' | '»')
}

/// After an arrow may stand where the person is: `➜  lab git:(main) ✗ kubectl get po`.
fn after_place<'a>(rest: &'a str, is_known: &dyn Fn(&str) -> bool) -> &'a str {
    let mut typed = rest.trim_start();
    for _ in 0..4 {
        if is_known(typed.trim_end()) {
            return typed;
        }
        let Some((_, after)) = typed.split_once(char::is_whitespace) else { break };
        typed = after.trim_start();
    }
    rest.trim_start()
}

/// `$kubectl get po`: the program's name is glued to the mark, and is no variable.
fn names_program(rest: &str) -> bool {
    let name = rest.split_whitespace().next().unwrap_or_default();
    rest.len() > name.len() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
}

/// `PS C:\lab`, `C:\lab`.
fn is_windows(text: &str, mark: char) -> bool {
    let path = text.strip_prefix("PS").map_or(text, str::trim_start);
    let bytes = path.as_bytes();
    let has_drive = matches!(bytes, [drive, b':', b'\\', ..] if drive.is_ascii_alphabetic());
    mark == '>' && (has_drive || text == "PS")
}

/// `user@host:~/lab`, `[user@host lab]`, `[node] (local) root@host ~`.
fn is_user_at_host(text: &str) -> bool {
    let first = text.split_whitespace().next().unwrap_or_default();
    let user = text.split_once('@').map_or("", |(user, _)| user);
    let is_begun = first.contains('@') || first.starts_with(['[', '(']);
    is_begun
        && user.ends_with(|c: char| c.is_ascii_alphanumeric())
        && !user.contains(['/', ':', '"', '='])
        && text.split_whitespace().count() <= 5
}

/// `[lab]`, `[lab]🚩`: hardly anything after the bracket, and no test of a shell in it.
fn is_bracketed(text: &str) -> bool {
    text.strip_prefix('[').and_then(|rest| rest.rsplit_once(']')).is_some_and(|(inside, after)| {
        !after.trim().contains(' ') && !inside.starts_with(['[', ' ']) || inside.contains('@')
    })
}

/// `root@web:/`, where nobody's home is.
fn is_root_in_root(text: &str) -> bool {
    let place = text.rsplit([':', ' ']).next().unwrap_or_default();
    text.contains("root@") && place.starts_with('/')
}

/// `bash-4.4`, `sh-5.1`: a shell without a name for its machine.
fn is_bare_shell(text: &str) -> bool {
    text.strip_prefix("bash-").or_else(|| text.strip_prefix("sh-")).is_some_and(|version| {
        !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
    })
}

/// The prompts of programs that read commands of their own.
fn is_program_prompt(text: &str, mark: char) -> bool {
    const PROGRAMS: &[&str] = &[
        "mysql",
        "mariadb",
        "redis-cli",
        "sqlite",
        "mongo",
        "mongos",
        "test",
        "rs0",
        "cqlsh",
        "ksql",
        "psql",
        "postgres",
        "postgres=",
        "etcd",
        ">>",
        "nslookup",
        "ftp",
        "sftp",
    ];
    let bare = text.trim_end_matches(['=', '-']);
    let is_address = text.rsplit_once(':').is_some_and(|(host, port)| {
        !port.is_empty()
            && port.bytes().all(|byte| byte.is_ascii_digit())
            && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte))
    });
    let is_lower = bare.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    let is_postgres = text.ends_with('=') && is_word(bare) && is_lower;
    match mark {
        '>' => PROGRAMS.contains(&text) || is_address || text.starts_with("MariaDB ["),
        '#' => is_postgres,
        _ => false,
    }
}

/// A single word with a dash or a digit in it, as machines are called.
fn is_host_name(text: &str) -> bool {
    is_word(text) && text.contains(|c: char| c == '-' || c.is_ascii_digit())
}

fn is_word(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:~".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(text: &str) -> bool {
        let first = text.split_whitespace().next().unwrap_or_default();
        ["ls", "curl", "kubectl"].contains(&first)
    }

    #[test]
    fn each_row_decides_its_example_and_is_needed_for_it() {
        for (at, row) in ROWS.iter().enumerate() {
            let (line, in_pod) = match row.example.strip_suffix(" (in a pod)") {
                Some(line) => (line, InPod::Yes),
                None => (row.example, InPod::No),
            };
            let machine = |rows| decided(rows, line, &known, in_pod).map(|(machine, _)| machine);
            assert_eq!(machine(ROWS), Some(row.machine), "{line}");
            let others = [&ROWS[..at], &ROWS[at + 1..]].concat();
            assert_ne!(machine(&others), Some(row.machine), "{line}");
        }
    }

    #[test]
    fn prompts_are_told_from_comments_and_output() {
        let check = |line: &str, in_pod: InPod, wanted: Option<(Machine, usize)>| {
            assert_eq!(prompt(line, known, in_pod), wanted, "{line}");
        };
        check("$ ls", InPod::No, Some((Machine::Host, 2)));
        check("  $ ls", InPod::No, Some((Machine::Host, 4)));
        check("$", InPod::No, Some((Machine::Host, 1)));
        check("$ls -l", InPod::No, Some((Machine::Host, 1)));
        check("$HOME/bin", InPod::No, None);
        check("$kubectl", InPod::No, None);
        check("$> ls", InPod::No, Some((Machine::Host, 3)));
        check("user@vm:~$ ls", InPod::No, Some((Machine::Host, 11)));
        check("user@vm ~ % ls", InPod::No, Some((Machine::Host, 12)));
        check("[Bay]🚩 >  ls", InPod::No, Some((Machine::Host, 13)));
        check("[root@vm lab]# ls", InPod::No, Some((Machine::Host, 15)));
        check("root@node-1:~# ls", InPod::No, Some((Machine::Host, 15)));
        check("> ls", InPod::No, Some((Machine::Host, 2)));
        check("> GET / HTTP/1.1", InPod::No, None);
        check("# a comment", InPod::No, None);
        check("# ls is a command", InPod::No, None);
        check("# ls", InPod::Yes, Some((Machine::Pod, 2)));
        check("/ # ls", InPod::No, Some((Machine::Pod, 4)));
        check("root@web:/# ls", InPod::No, Some((Machine::Pod, 12)));
        check("user@web:/$ ls", InPod::Yes, Some((Machine::Pod, 12)));
        check("node-1 $ curl x", InPod::No, Some((Machine::Elsewhere, 9)));
        check("node-1 $ costs", InPod::No, None);
        check("controlplane $ kubectl get po", InPod::No, Some((Machine::Host, 15)));
        check("➜  ~ ls", InPod::No, Some((Machine::Host, 7)));
        check("➜ lab git:(main) ✗ ls", InPod::No, Some((Machine::Host, 23)));
        check("PS C:\\Users\\jo> ls", InPod::No, Some((Machine::Host, 16)));
        check("C:\\>ls", InPod::No, Some((Machine::Host, 4)));
        check("127.0.0.1:6379> keys *", InPod::No, Some((Machine::Elsewhere, 16)));
        check(">>> import os", InPod::No, Some((Machine::Elsewhere, 4)));
        check("shop=# select 1;", InPod::No, Some((Machine::Elsewhere, 7)));
        check("[node1] (local) root@10.0.0.1 ~ $ ls", InPod::No, Some((Machine::Host, 34)));
        check("[ root@web:/ ]$ ls", InPod::No, Some((Machine::Host, 16)));
        check("ssh user@vm > out", InPod::No, None);
        check("cat > ./ls", InPod::No, None);
        check("[ -f x ] > ls", InPod::No, None);
        check("/bin/ls > ls", InPod::No, None);
        check("curl # ls", InPod::No, None);
        check("echo $ x", InPod::No, None);
        check("a -> b", InPod::No, None);
        check("<none> ls", InPod::No, None);
        check("kubectl get po", InPod::No, None);
        check("", InPod::No, None);
    }
}
