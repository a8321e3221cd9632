use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde::Deserialize;
use tokio::sync::watch;

/// Something that goes wrong on demand, so that it can be tested what a client makes of it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Fault {
    /// Every open watch loses its connection, now.
    DropWatches,
    /// Every open watch is told that its version is too old (410), now.
    ExpireWatches,
    /// From now on every answer takes this many milliseconds longer.
    AnswerSlowly(u64),
    /// From now on connections to the API server are refused, and open ones are gone.
    RefuseConnections,
    /// From now on requests for paths that begin like this are forbidden (403).
    Forbid(String),
    /// Nothing goes wrong any more.
    None,
}

/// What happens to every open watch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WatchFault {
    /// Its connection is gone.
    Dropped,
    /// Its version is too old.
    Expired,
}

/// The faults that are in force.
#[derive(Debug)]
pub(super) struct Faults {
    now: Mutex<InForce>,
    refusing: watch::Sender<bool>,
    watches: watch::Sender<Option<WatchFault>>,
}

#[derive(Debug, Default)]
struct InForce {
    delay: Duration,
    forbidden: Vec<String>,
}

impl Default for Faults {
    fn default() -> Self {
        Self {
            now: Mutex::default(),
            refusing: watch::Sender::new(false),
            watches: watch::Sender::new(None),
        }
    }
}

impl Faults {
    /// Lets it go wrong.
    pub(super) fn set(&self, fault: Fault) {
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        match fault {
            Fault::DropWatches => {
                self.watches.send_replace(Some(WatchFault::Dropped));
            }
            Fault::ExpireWatches => {
                self.watches.send_replace(Some(WatchFault::Expired));
            }
            Fault::AnswerSlowly(milliseconds) => now.delay = Duration::from_millis(milliseconds),
            Fault::RefuseConnections => {
                self.refusing.send_replace(true);
            }
            Fault::Forbid(path) => now.forbidden.push(path),
            Fault::None => {
                *now = InForce::default();
                self.refusing.send_replace(false);
            }
        }
    }

    /// How much longer an answer takes.
    pub(super) fn delay(&self) -> Duration {
        self.now.lock().unwrap_or_else(PoisonError::into_inner).delay
    }

    /// Whether requests for this path are forbidden.
    pub(super) fn forbids(&self, path: &str) -> bool {
        let now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        now.forbidden.iter().any(|prefix| path.starts_with(prefix.as_str()))
    }

    /// Whether connections are refused.
    pub(super) fn refusing(&self) -> watch::Receiver<bool> {
        self.refusing.subscribe()
    }

    /// Changes when something happens to open watches.
    pub(super) fn of_watches(&self) -> watch::Receiver<Option<WatchFault>> {
        self.watches.subscribe()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_said_in_json() {
        let fault = |text: &str| serde_json::from_str::<Fault>(text).ok();
        assert_eq!(fault(r#""drop-watches""#), Some(Fault::DropWatches));
        assert_eq!(fault(r#"{"answer-slowly": 200}"#), Some(Fault::AnswerSlowly(200)));
        assert_eq!(
            fault(r#"{"forbid": "/api/v1/secrets"}"#),
            Some(Fault::Forbid("/api/v1/secrets".into()))
        );
        assert_eq!(fault(r#""explode""#), None);
    }

    #[test]
    fn none_ends_all_of_them() {
        let faults = Faults::default();
        for fault in
            [Fault::AnswerSlowly(5), Fault::Forbid("/api".into()), Fault::RefuseConnections]
        {
            faults.set(fault);
        }
        assert!(faults.forbids("/api/v1/pods") && !faults.forbids("/version"));
        assert_eq!(faults.delay(), Duration::from_millis(5));
        assert!(*faults.refusing().borrow());
        faults.set(Fault::None);
        assert!(!faults.forbids("/api/v1/pods") && !*faults.refusing().borrow());
        assert_eq!(faults.delay(), Duration::ZERO);
    }
}
