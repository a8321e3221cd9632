use std::net::SocketAddr;
use std::time::Duration;

use super::Run;
use super::options::{Known, Options};

/// So long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

pub(super) async fn redis_cli(run: Run) -> i32 {
    let known = Known {
        letters: "h:p:a:n:r:i:ecx",
        long: &[("raw", "raw"), ("no-auth-warning", ""), ("user=", "u")],
        mixed: false,
    };
    let options = match run.options(known).await {
        Ok(options) => options,
        Err(code) => return code,
    };
    if !options.operands.is_empty() {
        return one(&run, &options, &options.operands).await;
    }
    let (host, port) = address(&options);
    let prompt = run.system.terminal_at(0).is_some();
    loop {
        if prompt {
            run.print(&format!("{host}:{port}> ")).await;
        }
        let mut line = Vec::new();
        loop {
            match run.system.read(0, 1).await {
                Ok(byte) if !byte.is_empty() && byte != b"\n" => line.extend(byte),
                Ok(byte) if byte.is_empty() && line.is_empty() => return 0,
                _ => break,
            }
        }
        let line = String::from_utf8_lossy(&line).into_owned();
        let words: Vec<String> =
            line.split_whitespace().map(|it| it.trim_matches('"').to_owned()).collect();
        match words.first().map(|it| it.to_ascii_lowercase()).as_deref() {
            None => {}
            Some("exit" | "quit") => return 0,
            Some(_) => drop(one(&run, &options, &words).await),
        }
    }
}

fn address(options: &Options) -> (String, u16) {
    let host = options.value("h").unwrap_or("127.0.0.1").to_owned();
    (host, options.value("p").and_then(|it| it.parse().ok()).unwrap_or(6379))
}

async fn one(run: &Run, options: &Options, words: &[String]) -> i32 {
    let (host, port) = address(options);
    let found = run.system.resolve(&host).await.and_then(|it| it.addresses.first().copied());
    let Some(ip) = found else {
        let text =
            format!("Could not connect to Redis at {host}:{port}: Name or service not known\n");
        run.print_error(&text).await;
        return 1;
    };
    let until = run.system.after(PATIENCE);
    let connected =
        run.system.or_time(Some(until), run.system.connect(SocketAddr::new(ip, port))).await;
    let Some(Ok(number)) = connected else {
        let words = if connected.is_none() { "Connection timed out" } else { "Connection refused" };
        run.print_error(&format!("Could not connect to Redis at {host}:{port}: {words}\n")).await;
        return 1;
    };
    let mut request = format!("*{}\r\n", words.len());
    for word in words {
        request.push_str(&format!("${}\r\n{word}\r\n", word.len()));
    }
    let mut received = Vec::new();
    let exchange = async {
        if run.system.write(number, request.as_bytes()).await.is_err() {
            return None;
        }
        loop {
            let piece = run.system.read(number, 64 << 10).await.unwrap_or_default();
            if piece.is_empty() {
                return None;
            }
            received.extend(piece);
            if let Some((value, _)) = value(&received, 0, 0) {
                return Some(value);
            }
        }
    };
    let value = run.system.or_time(Some(until), exchange).await.flatten();
    run.system.close(number);
    match value {
        Some(value) => {
            let plain = run.system.terminal_at(1).is_none() || options.has("raw");
            run.print(&format!("{}\n", shown(&value, plain))).await;
            0
        }
        None => {
            run.print_error("Error: Server closed the connection\n").await;
            1
        }
    }
}

enum Value {
    Simple(String),
    Error(String),
    Number(String),
    Text(String),
    Nil,
    List(Vec<Value>),
}

/// The value that begins at a place, and where it ends.
fn value(bytes: &[u8], at: usize, depth: usize) -> Option<(Value, usize)> {
    let rest = bytes.get(at..)?;
    let end = rest.windows(2).position(|pair| pair == b"\r\n")?;
    let line = String::from_utf8_lossy(rest.get(1..end).unwrap_or_default()).into_owned();
    let after = at + end + 2;
    Some(match rest.first()? {
        b'+' => (Value::Simple(line), after),
        b'-' => (Value::Error(line), after),
        b':' => (Value::Number(line), after),
        b'$' => match line.parse::<usize>() {
            Ok(length) => {
                let text = bytes.get(after..after.checked_add(length)?)?;
                bytes.get(after + length..after + length + 2)?;
                (Value::Text(String::from_utf8_lossy(text).into_owned()), after + length + 2)
            }
            Err(_) => (Value::Nil, after),
        },
        b'*' if depth < 8 => {
            let (mut values, mut at) = (Vec::new(), after);
            for _ in 0..line.parse::<usize>().unwrap_or(0).min(10_000) {
                let (one, next) = value(bytes, at, depth + 1)?;
                values.push(one);
                at = next;
            }
            (Value::List(values), at)
        }
        _ => (Value::Simple(line), after),
    })
}

fn shown(value: &Value, plain: bool) -> String {
    match value {
        Value::Simple(text) => text.clone(),
        Value::Error(text) if plain => text.clone(),
        Value::Error(text) => format!("(error) {text}"),
        Value::Number(text) if plain => text.clone(),
        Value::Number(text) => format!("(integer) {text}"),
        Value::Text(text) if plain => text.clone(),
        Value::Text(text) => format!("{text:?}"),
        Value::Nil if plain => String::new(),
        Value::Nil => "(nil)".to_owned(),
        Value::List(values) if values.is_empty() && !plain => "(empty array)".to_owned(),
        Value::List(values) => {
            let lines: Vec<String> = values
                .iter()
                .enumerate()
                .map(|(number, value)| match plain {
                    true => shown(value, plain),
                    false => format!("{}) {}", number + 1, shown(value, plain)),
                })
                .collect();
            lines.join("\n")
        }
    }
}
