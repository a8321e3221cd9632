//! What a person answers to a question.

use std::io::{self, BufRead};

/// The next line of standard input, read on a thread of its own: whoever waits for it
/// can hear a signal meanwhile.
///
/// # Errors
/// Standard input cannot be read.
pub(super) async fn line() -> io::Result<String> {
    let read = tokio::task::spawn_blocking(|| {
        let mut line = String::new();
        io::stdin().lock().read_line(&mut line).map(|_| line)
    });
    read.await.map_err(io::Error::other)?
}
