use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

/// What time it is in the simulated cluster. It never goes back, whatever the clock of
/// the machine does: objects would be made before their causes.
#[derive(Debug)]
pub(super) struct Clock {
    factor: u32,
    shown: Mutex<Shown>,
}

/// What was shown last, and when.
#[derive(Debug, Clone, Copy)]
struct Shown {
    at: Timestamp,
    when: Instant,
}

impl Clock {
    /// A clock that runs `factor` times as fast as real time, from now on; 1 is real time.
    pub(super) fn running(factor: u32) -> Self {
        let shown = Shown { at: Timestamp::now(), when: Instant::now() };
        Self { factor: factor.max(1), shown: Mutex::new(shown) }
    }

    /// What time it is.
    pub(super) fn now(&self) -> Timestamp {
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        let when = Instant::now();
        let passed = when.saturating_duration_since(shown.when).saturating_mul(self.factor);
        // In real time, the person's own clock counts, also after their machine was asleep.
        let wall = (self.factor == 1).then(Timestamp::now);
        *shown = Shown { at: later(shown.at, passed, wall), when };
        shown.at
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

fn later(shown: Timestamp, passed: Duration, wall: Option<Timestamp>) -> Timestamp {
    let passed = SignedDuration::try_from(passed).unwrap_or(SignedDuration::MAX);
    let counted = shown.checked_add(passed).unwrap_or(Timestamp::MAX);
    wall.map_or(counted, |wall| counted.max(wall))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_goes_on_when_the_machine_s_clock_is_put_back_and_follows_it_forward() {
        let start: Timestamp = "2026-01-01T12:00:00Z".parse().unwrap();
        let [back, ahead] = [-600, 600].map(|by| start + SignedDuration::from_secs(by));
        let second = Duration::from_secs(1);
        let next = start + SignedDuration::from_secs(1);
        assert_eq!(later(start, second, Some(back)), next);
        assert_eq!(later(start, second, Some(ahead)), ahead);
        assert_eq!(later(start, second, None), next);
    }

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
