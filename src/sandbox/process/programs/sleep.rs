use std::time::Duration;

use super::Run;

/// Nothing sleeps longer.
const LONGEST: f64 = 1e9;

pub(super) async fn sleep(run: Run) -> i32 {
    let mut total = 0.0;
    if run.rest().is_empty() {
        return run.usage("missing operand").await;
    }
    for text in run.rest() {
        match seconds(text) {
            Some(seconds) => total += seconds,
            None if run.is_gnu() => {
                return run
                    .fail(format!(
                        "invalid time interval '{text}'\nTry 'sleep --help' for more information."
                    ))
                    .await;
            }
            None => return run.fail(format!("invalid number '{text}'")).await,
        }
    }
    if total >= LONGEST {
        run.system.wait_for_ever().await;
    }
    run.system.sleep(Duration::from_secs_f64(total)).await;
    0
}

/// `1`, `0.5`, `2m`, `infinity`.
pub(super) fn seconds(text: &str) -> Option<f64> {
    if matches!(text, "infinity" | "inf") {
        return Some(LONGEST);
    }
    let (number, factor) = match text.char_indices().last()? {
        (at, 's') => (&text[..at], 1.0),
        (at, 'm') => (&text[..at], 60.0),
        (at, 'h') => (&text[..at], 3600.0),
        (at, 'd') => (&text[..at], 86_400.0),
        _ => (text, 1.0),
    };
    let is_number = number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let number: f64 = number.parse().ok().filter(|_| is_number)?;
    Some((number * factor).min(LONGEST))
}

/// `true`.
pub(super) async fn succeed(_run: Run) -> i32 {
    0
}

/// `false`.
pub(super) async fn fail(_run: Run) -> i32 {
    1
}
