use super::http_connection::Progress;
use super::service::State;

/// Answers the commands that have arrived: memcached's text protocol.
pub(super) fn go_on(received: &mut Vec<u8>, state: &mut State, progress: &mut Progress) {
    while !progress.close {
        let Some(end) = received.iter().position(|byte| *byte == b'\n') else { return };
        let line = String::from_utf8_lossy(&received[..end]).trim_end().to_owned();
        let words: Vec<&str> = line.split_whitespace().collect();
        let length = match words.as_slice() {
            ["set" | "add" | "replace", _, _, _, length, ..] => length.parse::<usize>().ok(),
            _ => None,
        };
        let Some(length) = length else {
            received.drain(..=end);
            answer(&words, state, progress);
            continue;
        };
        let Some(data) = received.get(end + 1..end + 1 + length.min(1 << 20)) else { return };
        if data.len() < length || received.len() < end + 1 + length + 2 {
            progress.close |= length > 1 << 20;
            return;
        }
        if state.values.len() < 1000 {
            let value = String::from_utf8_lossy(data).into_owned();
            state.values.insert(words[1].to_owned(), value);
        }
        received.drain(..end + 1 + length + 2);
        progress.send.extend(b"STORED\r\n");
    }
}

fn answer(words: &[&str], state: &mut State, progress: &mut Progress) {
    let text = match words {
        ["get" | "gets", keys @ ..] => {
            let found = keys.iter().filter_map(|key| {
                let value = state.values.get(*key)?;
                Some(format!("VALUE {key} 0 {}\r\n{value}\r\n", value.len()))
            });
            format!("{}END\r\n", found.collect::<String>())
        }
        ["delete", key] => match state.values.remove(*key) {
            Some(_) => "DELETED\r\n".to_owned(),
            None => "NOT_FOUND\r\n".to_owned(),
        },
        ["stats", ..] => format!("STAT version {}\r\nEND\r\n", state.facts.version),
        ["version"] => format!("VERSION {}\r\n", state.facts.version),
        ["flush_all", ..] => {
            state.values.clear();
            "OK\r\n".to_owned()
        }
        ["quit"] => {
            progress.close = true;
            String::new()
        }
        _ => "ERROR\r\n".to_owned(),
    };
    progress.send.extend(text.into_bytes());
}
