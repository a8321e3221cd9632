use std::io;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use futures::{Stream, stream};
use hyper::body::Bytes;
use tokio::sync::watch;

use super::faults::WatchFault;
use super::service::Served;
use super::watchers::Watcher;
use crate::sandbox::admit::Status;
use crate::sandbox::api::WatchPlan;

/// A watch on its way to a client. It is asked for more only when the client has taken
/// what was there, so a slow one costs nothing but the place it has reached.
struct Watching {
    served: Arc<Served>,
    watcher: Arc<Watcher>,
    faults: watch::Receiver<Option<WatchFault>>,
    ended: bool,
}

/// The events of a watch, in lines, as they happen.
pub(super) fn watch_stream(
    served: &Arc<Served>,
    plan: WatchPlan,
) -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
    let watching = Watching {
        watcher: served.simulation.watchers().enter(plan),
        faults: served.faults.of_watches(),
        served: Arc::clone(served),
        ended: false,
    };
    stream::unfold(watching, |mut watching| async move {
        let lines = watching.next().await?;
        Some((lines, watching))
    })
}

impl Watching {
    /// What is to be sent next; none at the end.
    async fn next(&mut self) -> Option<io::Result<Bytes>> {
        while !self.ended {
            let (lines, due) = self.served.simulation.look(|world, now| {
                let mut plan = self.watcher.plan.lock().unwrap_or_else(PoisonError::into_inner);
                (plan.next(world.store(), now), plan.next_due())
            });
            self.ended = lines.ended;
            if !lines.lines.is_empty() {
                return Some(Ok(lines.lines.concat().into()));
            }
            if self.ended {
                break;
            }
            let clock = self.served.simulation.clock();
            tokio::select! {
                () = self.watcher.wake.notified() => {}
                () = clock.sleep_until(due, Duration::from_millis(1)) => {}
                Ok(()) = self.faults.changed() => return self.fail(),
            }
        }
        None
    }

    fn fail(&mut self) -> Option<io::Result<Bytes>> {
        self.ended = true;
        let fault = *self.faults.borrow_and_update();
        match fault? {
            WatchFault::Dropped => Some(Err(io::ErrorKind::ConnectionReset.into())),
            WatchFault::Expired => {
                let status = Status::new(410, "Expired", "too old resource version: 1 (2)");
                let event = serde_json::json!({"type": "ERROR", "object": status.to_json()});
                Some(Ok(format!("{event}\n").into()))
            }
        }
    }
}
