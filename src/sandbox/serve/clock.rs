use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

/// What time it is in the simulated cluster.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock {
    started: Instant,
    at: Timestamp,
    factor: u32,
}

impl Clock {
    /// A clock that runs `factor` times as fast as real time, from now on; 1 is real time.
    pub(super) fn running(factor: u32) -> Self {
        Self { started: Instant::now(), at: Timestamp::now(), factor: factor.max(1) }
    }

    /// What time it is.
    pub(super) fn now(&self) -> Timestamp {
        if self.factor == 1 {
            // The person's own clock, also after their machine was asleep.
            return Timestamp::now();
        }
        let passed = self.started.elapsed().saturating_mul(self.factor);
        SignedDuration::try_from(passed)
            .ok()
            .and_then(|passed| self.at.checked_add(passed).ok())
            .unwrap_or(Timestamp::MAX)
    }

    /// How long it really takes until this clock shows `due`.
    pub(super) fn until(&self, due: Timestamp) -> Duration {
        let simulated = Duration::try_from(due.duration_since(self.now())).unwrap_or_default();
        simulated / self.factor
    }

    /// Sleeps until this clock shows `due`, and at least `shortest`; without a due time, for ever.
    pub(super) async fn sleep_until(&self, due: Option<Timestamp>, shortest: Duration) {
        match due {
            Some(due) => tokio::time::sleep(self.until(due).max(shortest)).await,
            None => std::future::pending().await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_faster_clock_shows_more_time_and_waits_less() {
        let clock = Clock::running(1000);
        let due = clock.now() + SignedDuration::from_secs(1000);
        assert!(clock.until(due) <= Duration::from_secs(1));
        assert!(clock.until(due) > Duration::from_millis(500));
        assert!(clock.now() <= Timestamp::now() + SignedDuration::from_secs(500));
    }

    #[test]
    fn what_is_past_is_not_waited_for() {
        let clock = Clock::running(1);
        assert_eq!(clock.until(clock.now() - SignedDuration::from_secs(5)), Duration::ZERO);
    }
}
