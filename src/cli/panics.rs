//! A panic in any task is fatal: the run ends, and what it made is removed.

use std::sync::Once;

use tokio::sync::Notify;

use crate::base::Exit;

/// What a Rust program that panics ends with.
pub(super) const PANICKED: Exit = Exit::Code(101);

static TOLD: Notify = Notify::const_new();
static HOOK: Once = Once::new();

/// From now on [`happened`] is told of every panic, after its message was printed.
pub(super) fn listen() {
    HOOK.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            before(panic);
            TOLD.notify_one();
        }));
    });
}

/// Waits for a panic in any thread.
pub(super) async fn happened() {
    TOLD.notified().await;
}
