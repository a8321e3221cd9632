//! Stands in for mhausenblas/simpleservice: says who asked, and shows its environment.

#[allow(dead_code, reason = "each server uses its part of it")]
mod http;

use http::{Request, Response};

const VERSION: &str = "0.5.0";

fn main() -> std::io::Result<()> {
    http::exit_on_signal(0);
    http::serve(9876, answer)
}

fn answer(request: &Request) -> Response {
    let version = json(VERSION);
    match request.path.as_str() {
        "/info" => {
            let host = json(&request.host);
            let from = json(&request.from.ip().to_string());
            Response::json(format!(r#"{{"host": {host}, "version": {version}, "from": {from}}}"#))
        }
        "/env" => {
            let env = json(&environment());
            Response::json(format!(r#"{{"version": {version}, "env": {env}}}"#))
        }
        "/health" => Response::json(r#"{"healthy": true}"#.into()),
        _ => Response::not_found(),
    }
}

/// The environment as Python prints a dictionary.
fn environment() -> String {
    let pairs: Vec<String> = std::env::vars_os()
        .map(|(name, value)| (name.to_string_lossy().into(), value.to_string_lossy().into()))
        .map(|(name, value): (String, String)| format!("{}: {}", repr(&name), repr(&value)))
        .collect();
    format!("{{{}}}", pairs.join(", "))
}

/// Python's `repr` of a string: double quotes only where there is a single one to spare.
fn repr(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('\n', "\\n").replace('\t', "\\t");
    match (escaped.contains('\''), escaped.contains('"')) {
        (true, false) => format!("\"{escaped}\""),
        _ => format!("'{}'", escaped.replace('\'', "\\'")),
    }
}

fn json(text: &str) -> String {
    let mut out = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => out.push_str(&format!("\\u{:04x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
