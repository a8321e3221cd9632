//! Whether a line is something that a program prints and nobody types: a table, of
//! which one row is enough.

use super::programs::is_program;

/// One way to tell.
#[derive(Clone, Copy)]
struct Row {
    /// A line that no other row knows.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "for the tests, and for who reads the table")
    )]
    example: &'static str,
    test: fn(&str) -> bool,
}

const fn row(example: &'static str, test: fn(&str) -> bool) -> Row {
    Row { example, test }
}

/// The table. Each row gets the line without the blanks around it.
const ROWS: &[Row] = &[
    row("NAME       READY", is_table_head),
    row("web   1/1   Running", is_table_row),
    row("curl: (7) Failed to connect", begins_as_printed),
    row("service \"web\" deleted", tells_what_was_done),
    row("deployment.apps/web", is_object_name),
    row("Subsets:", is_described_field),
    row("{\"host\": 1}", |line| line.starts_with('{') && line.contains('"')),
    row("}", |line| matches!(line, "}" | "}," | "]" | "],")),
    row(". . .", is_elision),
    row("<h1>Welcome</h1>", is_markup),
    row("time=\"2024-01-02T03:04:05Z\" level=info", is_log_line),
    row("└── values.yaml", |line| line.starts_with(['├', '└', '│', '┌', '┐', '╭', '╰', '─'])),
    row("drwxr-xr-x 2 root root 4096 Jan 1 10:00 data", is_listed_file),
    row("+-------+------+", |line| line.len() > 3 && line.starts_with("+-") && line.ends_with('+')),
    row("LAST DEPLOYED: today", is_shouted_field),
    row("* Trying 10.0.0.1...", |line| line.starts_with("* ") || line.starts_with("< ")),
    row("64 bytes from 10.0.0.1: seq=0", |line| line.contains(" bytes from ")),
];

/// Whether the line, blanks around it or not, is something that a program prints.
pub(super) fn is_printed(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty() && ROWS.iter().any(|row| (row.test)(line))
}

/// How lines begin that programs print and nobody types.
const BEGINNINGS: &[&str] = &[
    "Error",
    "error:",
    "ERROR",
    "Warning",
    "warning:",
    "WARNING",
    "curl: (",
    "Events:",
    "Name:",
    "Namespace:",
    "Labels:",
    "Default",
    "If you don't see a command prompt",
    "HTTP/1",
    "HTTP/2",
    "Forwarding from",
    "Handling connection",
    "Waiting for",
    "No resources found",
    "Server:",
    "Address:",
    "Address 1:",
    "Hit enter",
    "Connecting to",
    "Usage:",
    "Unable to",
    "Switched to",
    "Session ended",
    "The connection to the server",
    "Kubernetes control plane",
    "Client Version:",
    "command terminated with exit code",
    "Flag --",
    "PING ",
    "wget: ",
    "sh: ",
    "bash: ",
    "/bin/sh: ",
    "cat: ",
    "ls: ",
    "zsh: ",
    "nslookup: ",
    "deployment \"",
    "total ",
    "% Total",
    "Starting to serve",
    "Cloning into",
    "Unpacking objects",
    "Sending build context",
    "Successfully ",
    "Pulling from",
    "latest: Pulling",
    "Status: ",
    "Digest: ",
    "Trying ",
    "Connected to",
    "fatal: ",
    "unable to",
    "panic: ",
];

fn begins_as_printed(line: &str) -> bool {
    let first = line.as_bytes().first();
    BEGINNINGS.iter().any(|known| known.as_bytes().first() == first && line.starts_with(known))
}

/// What kubectl says that it did to an object.
const DONE: &[&str] = &[
    "created",
    "configured",
    "unchanged",
    "deleted",
    "exposed",
    "scaled",
    "patched",
    "labeled",
    "unlabeled",
    "annotated",
    "edited",
    "replaced",
    "restarted",
    "autoscaled",
    "cordoned",
    "uncordoned",
    "drained",
    "tainted",
    "untainted",
    "evicted",
    "paused",
    "resumed",
    "updated",
    "condition",
    "serverside-applied",
    "image",
    "rolled",
    "successfully",
    "already",
    "env",
];

/// `pod/web created`, `service "web" deleted`, `deployment.apps "web" deleted from x namespace`.
fn tells_what_was_done(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let (Some(first), Some(second)) = (words.next(), words.next()) else { return false };
    let done = |word: &str| DONE.contains(&word.trim_end_matches(['.', ',']));
    let names_object =
        first.contains('/') && !first.starts_with(['.', '/', '~', '-']) && done(second);
    names_object || second.starts_with('"') && words.next().is_some_and(done)
}

/// The kinds that `-o name` puts before a slash, where no group says that it is one.
const KINDS: &[&str] = &[
    "configmap",
    "endpoints",
    "event",
    "namespace",
    "node",
    "persistentvolume",
    "persistentvolumeclaim",
    "pod",
    "replicationcontroller",
    "secret",
    "service",
    "serviceaccount",
];

/// `pod/web`, `deployment.apps/web`: a line of `kubectl get -o name`.
fn is_object_name(line: &str) -> bool {
    line.split_once('/').is_some_and(|(kind, name)| {
        let is_name = |text: &str| {
            !text.is_empty()
                && text
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-.".contains(&b))
        };
        let plain = kind.split('.').next().unwrap_or(kind);
        is_name(name)
            && (KINDS.contains(&kind)
                || kind.contains('.')
                    && !kind.starts_with('.')
                    && plain.bytes().all(|b| b.is_ascii_lowercase()))
    })
}

/// Whether the line heads a table as kubectl and its like print it.
pub(super) fn is_table_head(line: &str) -> bool {
    let upper = |cell: &str| {
        cell.chars().any(|c| c.is_ascii_uppercase())
            && cell
                .chars()
                .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || "-_()/%+#".contains(c))
    };
    (line.contains("  ") || line.contains('\t'))
        && line.split_whitespace().all(upper)
        && line.split_whitespace().count() >= 2
}

/// Three cells or more, apart by two blanks or more, without a flag among them; where
/// the first is a program's name, another has to be a count or an age.
fn is_table_row(line: &str) -> bool {
    if !line.as_bytes().windows(2).any(|pair| pair == b"  ") {
        return false;
    }
    let mut cells = line.split("  ").map(str::trim).filter(|cell| !cell.is_empty());
    let Some(first) = cells.next().filter(|first| !first.contains(' ')) else { return false };
    let is_count = |cell: &str| {
        cell.starts_with(|c: char| c.is_ascii_digit())
            && cell.bytes().all(|byte| byte.is_ascii_digit() || b"/smhd".contains(&byte))
    };
    let is_name = matches!(first, "kubectl" | "k") || is_program(first);
    cells.clone().nth(1).is_some()
        && (!is_name || cells.any(is_count))
        && !line.contains(" -")
        && !line.contains(['|', '\\', '$', '#'])
}

/// `Name:   web` or `Subsets:`, as `describe` prints it.
fn is_described_field(line: &str) -> bool {
    line.split_once(':').is_some_and(|(key, value)| {
        let is_alone = value.is_empty() && !key.contains(' ');
        key.starts_with(|c: char| c.is_ascii_uppercase())
            && key.len() < 30
            && (value.starts_with("  ") || value.starts_with('\t') || is_alone)
    })
}

/// `NAME: web`, `LAST DEPLOYED: …`, as helm prints it.
fn is_shouted_field(line: &str) -> bool {
    line.split_once(": ").is_some_and(|(key, _)| {
        key.len() > 2 && key.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b' ')
    })
}

/// `...` and what else stands for lines that were left out.
pub(super) fn is_elision(line: &str) -> bool {
    const AROUND: [char; 9] = ['[', ']', '<', '>', '(', ')', '#', '-', '*'];
    let line = line.trim();
    if !line.starts_with(AROUND) && !line.starts_with(['.', '…', 's']) {
        return false;
    }
    let line = line.trim_matches(AROUND).trim();
    let is_dots = !line.is_empty() && line.chars().all(|c| matches!(c, '.' | '…' | ' '));
    let is_word = ["snip", "snipped", "truncated", "omitted", "output omitted", "output truncated"]
        .iter()
        .any(|word| line.eq_ignore_ascii_case(word));
    let is_snip = line.trim_matches('.') == "snip";
    (is_dots && line.chars().count() != 1) || line == "…" || is_word || is_snip
}

/// A line of `ls -l`: the mode first.
fn is_listed_file(line: &str) -> bool {
    line.get(..10).is_some_and(|mode| {
        mode.starts_with(['-', 'd', 'l', 'b', 'c', 'p', 's'])
            && mode[1..].bytes().all(|byte| b"rwxsStT-".contains(&byte))
            && mode.contains('r')
    })
}

/// A tag of HTML or XML, not a placeholder.
fn is_markup(line: &str) -> bool {
    let Some(tag) = line.strip_prefix('<') else { return false };
    let is_known = |name: &str| {
        [
            "!doctype", "html", "head", "title", "body", "style", "h1", "p>", "p ", "em", "center",
            "a href", "?xml",
        ]
        .iter()
        .any(|known| name.get(..known.len()).is_some_and(|start| start.eq_ignore_ascii_case(known)))
    };
    is_known(tag) || tag.strip_prefix('/').is_some_and(|tag| tag.ends_with('>'))
}

/// A line of a log: a time, a level or an address first.
fn is_log_line(line: &str) -> bool {
    let bytes = line.as_bytes();
    let digits = |from: usize, count: usize| {
        bytes.get(from..from + count).is_some_and(|part| part.iter().all(u8::is_ascii_digit))
    };
    let is_date = digits(0, 4) && matches!(bytes.get(4), Some(b'-' | b'/')) && digits(5, 2);
    // klog: I0102 03:04:05.678901
    let is_klog = matches!(bytes.first(), Some(b'I' | b'W' | b'E' | b'F'))
        && digits(1, 4)
        && bytes.get(5) == Some(&b' ');
    let is_time =
        digits(0, 2) && bytes.get(2) == Some(&b':') && digits(3, 2) && bytes.get(5) == Some(&b':');
    let is_request = line.contains(" - - [");
    let has_level = ["[INFO", "[WARN", "[ERROR", "[DEBUG", "time=\"", "level="]
        .iter()
        .any(|start| line.starts_with(start));
    let is_stage = line.starts_with('[')
        && line.split_once("] ").is_some_and(|(stage, _)| {
            stage[1..].bytes().all(|b| b.is_ascii_alphanumeric() || b"-_/".contains(&b))
        })
        && !line.contains(['$', '#']);
    is_date || is_time || is_klog || is_request || has_level || is_stage
}

/// Whether the line is a tag of the site's publisher, such as `{% raw %}`: nobody sees it.
pub(super) fn is_publishers_tag(line: &str) -> bool {
    let line = line.trim();
    line.starts_with("{%") && line.ends_with("%}") && !line[2..].contains("{%")
}

/// Whether the line separates two commands of which one is chosen.
pub(super) fn is_alternative_mark(line: &str) -> bool {
    let word = line.trim().trim_matches(['<', '>', '-', '=', '#', '*', '(', ')', ':', ' ', '/']);
    ["or", "and", "oder", "ou", "o", "then"].iter().any(|known| word.eq_ignore_ascii_case(known))
        && !is_program(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_row_is_needed_for_its_example() {
        for (at, row) in ROWS.iter().enumerate() {
            assert!(is_printed(row.example), "{}", row.example);
            let others = ROWS.iter().enumerate().filter(|(other, _)| *other != at);
            for (_, other) in others {
                assert!(!(other.test)(row.example), "{}: also as {}", row.example, other.example);
            }
        }
    }

    #[test]
    fn what_people_type_is_not_printed() {
        for line in [
            "kubectl get pods -o wide",
            "kubectl  get  pods",
            "cat <<EOF | kubectl apply -f -",
            "export A=1   # one   two",
            "docker run -it  --rm  x",
            "{ kubectl get po; }",
            "<IP>",
            "~/bin/x up",
            "NAME=web",
            "[ -f x ] && ls",
            "echo   one   'two'  -n",
            "source ./env",
            "docs/run.sh",
            "helm install a b",
        ] {
            assert!(!is_printed(line), "{line}");
        }
    }

    #[test]
    fn what_programs_print_is_known() {
        for line in [
            "pod/web created",
            "deployment.apps \"web\" deleted from x namespace",
            "Name:         web",
            "I0102 03:04:05.678901   1 main.go:12] up",
            "2024/01/02 03:04:05 up",
            "10.0.0.1 - - [01/Jan/2024:00:00:00 +0000] \"GET / HTTP/1.1\" 200",
            "[init] Using Kubernetes version: v1.36.0",
            "STATUS: deployed",
            "<snip>",
            "</html>",
            "service/web",
            "Error from server (NotFound): pods \"x\" not found",
            "NAME       READY\tSTATUS",
        ] {
            assert!(is_printed(line), "{line}");
        }
        assert!(is_alternative_mark("  < or >"));
        assert!(is_alternative_mark("OR"));
        assert!(!is_alternative_mark("origin"));
    }
}
