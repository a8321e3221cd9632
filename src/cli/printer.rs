//! The program's own standard output and error.

use std::io::Write;

use crate::base::safe_text;

/// Prints to standard output. A reader that is gone (`| head`) is no error.
pub(super) fn out(text: &str) {
    let mut stdout = std::io::stdout().lock();
    let _ = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
}

/// Prints to standard error.
pub(super) fn err(text: &str) {
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}

/// Tells an error, with its causes, as `error: …`.
pub(super) fn error(error: &anyhow::Error) {
    let mut words = error.to_string();
    for cause in error.chain().skip(1) {
        let cause = cause.to_string();
        // Many errors quote their cause already.
        if !words.contains(&cause) {
            words.push_str(": ");
            words.push_str(&cause);
        }
    }
    err(&format!("error: {}\n", safe_text(&words)));
}
