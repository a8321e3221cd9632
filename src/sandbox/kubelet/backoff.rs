//! How long to wait before something that failed is tried again.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::clock::after;

/// The first wait.
///
/// Source: `pkg/kubelet/kubelet.go`, `initialBackoff`, `MaxImageBackOff`.
const FIRST: SignedDuration = SignedDuration::from_secs(10);
/// The longest.
const LONGEST: SignedDuration = SignedDuration::from_mins(5);
/// After so long without a failure all is forgotten.
const FORGOTTEN: SignedDuration = SignedDuration::from_mins(10);

/// The waits of all things of a pod that failed: each failure doubles the wait.
///
/// Source: `client-go/util/flowcontrol/backoff.go`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Backoffs {
    entries: BTreeMap<String, Backoff>,
}

#[derive(Debug, Clone, Copy)]
struct Backoff {
    wait: SignedDuration,
    failed: Timestamp,
}

impl Backoff {
    fn is_forgotten(&self, since: Timestamp) -> bool {
        since.duration_since(self.failed) > FORGOTTEN
    }
}

impl Backoffs {
    /// The end of the wait that began with `since`, where `now` is still in it.
    ///
    /// Source: `backoff.go`, `IsInBackOffSince`.
    pub(crate) fn waits_until(
        &self,
        key: &str,
        since: Timestamp,
        now: Timestamp,
    ) -> Option<Timestamp> {
        let entry = self.entries.get(key).filter(|entry| !entry.is_forgotten(since))?;
        let until = after(since, entry.wait);
        (now < until).then_some(until)
    }

    /// The end of the wait that began with the last failure, where `now` is still in it.
    ///
    /// Source: `backoff.go`, `IsInBackOffSinceUpdate`.
    pub(crate) fn waits_since_failure(&self, key: &str, now: Timestamp) -> Option<Timestamp> {
        let entry = self.entries.get(key).filter(|entry| !entry.is_forgotten(now))?;
        let until = after(entry.failed, entry.wait);
        (now < until).then_some(until)
    }

    /// How long the wait is.
    pub(crate) fn wait(&self, key: &str) -> SignedDuration {
        self.entries.get(key).map_or(SignedDuration::ZERO, |entry| entry.wait)
    }

    /// Counts a failure: the next wait is twice as long, unless the last one is forgotten.
    ///
    /// Source: `backoff.go`, `Next`.
    pub(crate) fn fail(&mut self, key: &str, since: Timestamp, now: Timestamp) {
        let wait = match self.entries.get(key) {
            Some(entry) if !entry.is_forgotten(since) => {
                entry.wait.checked_mul(2).unwrap_or(LONGEST).min(LONGEST)
            }
            _ => FIRST,
        };
        self.entries.insert(key.to_owned(), Backoff { wait, failed: now });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::kubelet::clock::after_seconds;

    fn start() -> Timestamp {
        "2026-11-22T20:46:19Z".parse().unwrap()
    }

    #[test]
    fn each_failure_doubles_the_wait_up_to_five_minutes() {
        let mut backoffs = Backoffs::default();
        let mut now = start();
        assert_eq!(backoffs.waits_until("app", now, now), None, "the first restart is at once");
        let mut waits = Vec::new();
        for _ in 0..7 {
            backoffs.fail("app", now, now);
            let until = backoffs.waits_until("app", now, now).unwrap();
            assert_eq!(until.duration_since(now), backoffs.wait("app"));
            assert_eq!(backoffs.waits_until("app", now, until), None, "at its end it is over");
            waits.push(backoffs.wait("app").as_secs());
            now = until;
        }
        assert_eq!(waits, [10, 20, 40, 80, 160, 300, 300]);
        assert_eq!(backoffs.waits_until("other", now, now), None);
    }

    #[test]
    fn ten_minutes_without_a_failure_reset_it() {
        let mut backoffs = Backoffs::default();
        backoffs.fail("app", start(), start());
        backoffs.fail("app", start(), start());
        let long_after = after_seconds(start(), 601);
        assert_eq!(backoffs.waits_until("app", long_after, long_after), None);
        backoffs.fail("app", long_after, long_after);
        assert_eq!(backoffs.wait("app").as_secs(), 10);
    }

    #[test]
    fn pulls_wait_from_the_last_failure_on() {
        let mut backoffs = Backoffs::default();
        backoffs.fail("image", start(), start());
        assert_eq!(
            backoffs.waits_since_failure("image", after_seconds(start(), 9)),
            Some(after_seconds(start(), 10))
        );
        assert_eq!(backoffs.waits_since_failure("image", after_seconds(start(), 10)), None);
    }
}
