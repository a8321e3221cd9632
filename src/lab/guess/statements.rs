//! What is typed into a program that reads commands of its own, such as `mysql` or
//! `redis-cli`, once it was opened.

use crate::base::Span;
use crate::shell::simple_commands;

use super::printed::is_printed;
use super::prompts::Machine;
use super::session::{Found, Session};

/// Programs that talk with a person, and the flags with which they do not.
const PROGRAMS: &[(&str, &[&str])] = &[
    ("mysql", &["-e", "--execute", "--version", "-V"]),
    ("mariadb", &["-e", "--execute", "--version"]),
    ("psql", &["-c", "--command", "-f", "-l", "--version"]),
    ("mongo", &["--eval", "--version"]),
    ("mongosh", &["--eval", "--version"]),
    ("redis-cli", &["--version", "-v", "--cluster", "--scan"]),
    ("sqlite3", &["-version"]),
    ("cqlsh", &["-e", "--execute", "-f"]),
];

/// Flags of `redis-cli` that take a value; any other word is a command for it.
const REDIS_VALUES: &[&str] = &["-h", "-p", "-a", "-n", "--user", "--pass", "-u"];

/// Words that statements of these programs begin with.
const BEGINNINGS: &[&str] = &[
    "alter",
    "auth",
    "begin",
    "bgsave",
    "commit",
    "config",
    "connect",
    "create",
    "db",
    "dbsize",
    "del",
    "delete",
    "desc",
    "describe",
    "drop",
    "exists",
    "exit",
    "explain",
    "expire",
    "flushall",
    "flushdb",
    "get",
    "grant",
    "hget",
    "hgetall",
    "hset",
    "incr",
    "info",
    "insert",
    "keys",
    "lpush",
    "lrange",
    "mget",
    "mset",
    "ping",
    "quit",
    "replicaof",
    "rollback",
    "rpush",
    "rs",
    "sadd",
    "select",
    "set",
    "show",
    "smembers",
    "status",
    "ttl",
    "truncate",
    "type",
    "update",
    "use",
    "with",
    "zadd",
];

/// Whether the command leaves a person at the prompt of such a program.
pub(in crate::lab) fn opens_program(command: &str) -> bool {
    let is_named = PROGRAMS.iter().any(|(name, _)| command.contains(name));
    if !is_named || command.contains(['|', '<', '>']) {
        return false;
    }
    let commands = simple_commands(command);
    let Some(last) = commands.last() else { return false };
    let words: Vec<&str> = last.words.iter().map(|word| word.text.as_str()).collect();
    let found = words.iter().enumerate().find_map(|(at, word)| {
        PROGRAMS.iter().find(|(name, _)| name == word).map(|program| (at, *program))
    });
    let Some((at, (name, silent))) = found else { return false };
    let arguments = &words[at + 1..];
    let is_silent = arguments.iter().any(|argument| silent.contains(argument));
    let is_asked = name == "redis-cli" && has_operand(arguments);
    let is_name = at > 0
        && !words[..at].iter().any(|word| matches!(*word, "--" | "sh" | "exec" | "sudo" | "run"));
    !is_silent && !is_asked && !is_name
}

fn has_operand(arguments: &[&str]) -> bool {
    let mut takes_value = false;
    arguments.iter().any(|argument| {
        let is_operand = !argument.starts_with('-') && !takes_value;
        takes_value = REDIS_VALUES.contains(argument);
        is_operand
    })
}

/// Whether the line is typed into such a program.
pub(super) fn is_statement(line: &str) -> bool {
    let line = line.trim();
    let first: String = line.chars().take_while(char::is_ascii_alphabetic).collect();
    let is_known = BEGINNINGS.contains(&first.to_ascii_lowercase().as_str())
        && (first.chars().all(|c| c.is_ascii_lowercase())
            || first.chars().all(|c| c.is_ascii_uppercase()));
    let is_backslash = line.starts_with('\\') && line.len() < 20;
    (is_known || is_backslash) && !line.ends_with([':', '.']) && !is_printed(line)
}

/// The block as typed into the program that was opened before it; nothing where it
/// does not begin like that.
pub(super) fn statements(text: &str) -> Session {
    let mut session = Session { in_program: true, ..Session::default() };
    let mut at = 0;
    while let Some(line) = text[at..].split_inclusive('\n').next() {
        let content = line.trim();
        if content.is_empty() || content.starts_with("--") {
            at += line.len();
            continue;
        }
        if !is_statement(content) {
            break;
        }
        let span = statement(text, at);
        let text = span.of(text).to_owned();
        let machine = Machine::Elsewhere;
        session.commands.push(Found { text, span, machine, alternative: false });
        at = span.end;
    }
    let rest = text.get(at..).unwrap_or_default().trim_start_matches('\n');
    session.sample = (!rest.trim().is_empty()).then(|| rest.to_owned());
    if session.commands.is_empty() { Session::default() } else { session }
}

/// From the first character at or after `at` to the line that ends the statement: the
/// first one, unless a later one before a blank line ends with `;`.
fn statement(text: &str, at: usize) -> Span {
    let start = at + (text[at..].len() - text[at..].trim_start().len());
    let paragraph = text[start..].find("\n\n").map_or(text.len(), |end| start + end);
    let first = text[start..paragraph].find('\n').map_or(paragraph, |end| start + end);
    let closes = |end: usize| text[start..end].trim_end().ends_with([';', 'G']);
    let is_sql = text[start..paragraph].contains(';') && !closes(first);
    let end = if is_sql {
        text[start..paragraph].find(';').map_or(first, |end| start + end + 1)
    } else {
        first
    };
    Span::new(start, start + text[start..end].trim_end().len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_opened_where_it_is_not_told_what_to_do() {
        let check =
            |command: &str, wanted: bool| assert_eq!(opens_program(command), wanted, "{command}");
        check("kubectl exec -it redis -- redis-cli", true);
        check("kubectl exec -it redis redis-cli", true);
        check("redis-cli -h redis -p 6379", true);
        check("redis-cli -h redis ping", false);
        check("mysql -u root -p", true);
        check("kubectl exec db -- mysql -e 'show tables'", false);
        check("mysql < dump.sql", false);
        check("kubectl get pod mysql", false);
        check("helm install mysql", false);
    }

    #[test]
    fn statements_end_with_their_line_or_their_semicolon() {
        let check = |text: &str, wanted: &[&str], sample: Option<&str>| {
            let session = statements(text);
            let found: Vec<_> = session.commands.iter().map(|found| found.text.as_str()).collect();
            assert_eq!((found.as_slice(), session.sample.as_deref()), (wanted, sample), "{text}");
        };
        check("CONFIG GET maxmemory\n", &["CONFIG GET maxmemory"], None);
        check("set a 1\nget a\n\"1\"\n", &["set a 1", "get a"], Some("\"1\"\n"));
        check(
            "CREATE TABLE t (\n  id INT\n);\nSHOW TABLES;\n",
            &["CREATE TABLE t (\n  id INT\n);", "SHOW TABLES;"],
            None,
        );
        check("SELECT * FROM user LIMIT 1\\G\n", &["SELECT * FROM user LIMIT 1\\G"], None);
        check("1) \"maxmemory\"\n", &[], None);
        check("quit\n", &["quit"], None);
    }
}
