use super::http_connection::Progress;
use super::service::State;

/// So many keys are kept.
const MOST_KEYS: usize = 1000;

/// Answers the commands that have arrived.
///
/// Source: the Redis serialization protocol; both arrays and plain lines are taken.
pub(super) fn go_on(received: &mut Vec<u8>, state: &mut State, progress: &mut Progress) {
    while !progress.close {
        match command(received) {
            None => return,
            Some((words, length)) => {
                received.drain(..length);
                if !words.is_empty() {
                    state.count += 1;
                    progress.send.extend(answer(&words, state, &mut progress.close).into_bytes());
                }
            }
        }
    }
}

/// The first command, and how many bytes it took.
fn command(bytes: &[u8]) -> Option<(Vec<String>, usize)> {
    let (line, mut at) = line(bytes, 0)?;
    let Some(count) = line.strip_prefix('*') else {
        return Some((line.split_whitespace().map(str::to_owned).collect(), at));
    };
    let count: usize = count.trim().parse().ok().filter(|count| *count <= 1024).unwrap_or(0);
    let mut words = Vec::new();
    for _ in 0..count {
        let (head, after) = self::line(bytes, at)?;
        let length: usize = head.strip_prefix('$')?.trim().parse().ok()?;
        let end = after.checked_add(length)?;
        let word = bytes.get(after..end)?;
        bytes.get(end..end + 2)?;
        words.push(String::from_utf8_lossy(word).into_owned());
        at = end + 2;
    }
    Some((words, at))
}

fn line(bytes: &[u8], from: usize) -> Option<(String, usize)> {
    let rest = bytes.get(from..)?;
    let end = rest.iter().position(|byte| *byte == b'\n')?;
    let line = String::from_utf8_lossy(&rest[..end]).trim_end_matches('\r').to_owned();
    Some((line, from + end + 1))
}

fn bulk(text: &str) -> String {
    format!("${}\r\n{text}\r\n", text.len())
}

fn answer(words: &[String], state: &mut State, close: &mut bool) -> String {
    let name = words[0].to_ascii_lowercase();
    let arguments = &words[1..];
    match (name.as_str(), arguments) {
        ("ping", []) => "+PONG\r\n".to_owned(),
        ("ping" | "echo", [text]) => bulk(text),
        ("quit", _) => {
            *close = true;
            "+OK\r\n".to_owned()
        }
        ("set", [key, value, ..]) => {
            if state.values.len() < MOST_KEYS || state.values.contains_key(key) {
                state.values.insert(key.clone(), value.clone());
            }
            "+OK\r\n".to_owned()
        }
        ("get", [key]) => match state.values.get(key) {
            Some(value) => bulk(value),
            None => "$-1\r\n".to_owned(),
        },
        ("del", keys) => {
            let gone = keys.iter().filter(|key| state.values.remove(*key).is_some()).count();
            format!(":{gone}\r\n")
        }
        ("exists", keys) => {
            let found = keys.iter().filter(|key| state.values.contains_key(*key)).count();
            format!(":{found}\r\n")
        }
        ("incr" | "decr", [key]) => {
            let value: i64 = state.values.get(key).and_then(|it| it.parse().ok()).unwrap_or(0);
            let value = value.wrapping_add(if name == "incr" { 1 } else { -1 });
            state.values.insert(key.clone(), value.to_string());
            format!(":{value}\r\n")
        }
        ("keys", _) => {
            let keys: String = state.values.keys().map(|key| bulk(key)).collect();
            format!("*{}\r\n{keys}", state.values.len())
        }
        ("dbsize", _) => format!(":{}\r\n", state.values.len()),
        ("flushall" | "flushdb", _) => {
            state.values.clear();
            "+OK\r\n".to_owned()
        }
        ("info", _) => bulk(&format!(
            "# Server\r\nredis_version:{}\r\nredis_mode:standalone\r\n\r\n# Replication\r\nrole:master\r\n\
             connected_slaves:0\r\n",
            state.facts.version
        )),
        ("config", [get, key]) if get.eq_ignore_ascii_case("get") => {
            let value = state.facts.options.get(key).cloned().unwrap_or_default();
            format!("*2\r\n{}{}", bulk(key), bulk(&value))
        }
        ("select" | "auth" | "client" | "config" | "command", _) => "+OK\r\n".to_owned(),
        ("get" | "set" | "echo" | "incr" | "decr", _) => {
            format!("-ERR wrong number of arguments for '{name}' command\r\n")
        }
        _ => {
            let shown: String = arguments.iter().map(|it| format!("'{it}' ")).collect();
            format!("-ERR unknown command '{}', with args beginning with: {shown}\r\n", words[0])
        }
    }
}
