//! How long an answer is waited for, and how long a server that is away.

use std::time::Duration;

use tokio::time::Instant;

/// How long one watch lasts. The server ends it then, so that a watch that stays open for
/// longer is known to be dead; to ask for the next one is neither a list nor a get.
pub const WATCH_SPAN: Duration = Duration::from_secs(25);
/// A watch that is silent for longer than this has been cut off, or its server hangs.
pub const SILENCE: Duration = Duration::from_secs(30);
/// How long a server may be away before what waits for it gives up.
pub const AWAY_LIMIT: Duration = Duration::from_secs(60);

/// Since when a server has been away.
#[derive(Debug)]
pub struct Absence {
    limit: Duration,
    since: Option<Instant>,
}

impl Absence {
    /// An absence that may last for so long.
    pub fn of_at_most(limit: Duration) -> Self {
        Self { limit, since: None }
    }

    /// The server has answered.
    pub fn ends(&mut self) {
        self.since = None;
    }

    /// The server did not answer at `now`; whether it has been away for too long.
    pub fn is_too_long(&mut self, now: Instant) -> bool {
        now.duration_since(*self.since.get_or_insert(now)) >= self.limit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_absence_is_counted_from_the_last_answer() {
        let mut absence = Absence::of_at_most(Duration::from_secs(60));
        let began = Instant::now();
        let mut after = |seconds| absence.is_too_long(began + Duration::from_secs(seconds));
        assert!(!after(0) && !after(59) && after(60));
        absence.ends();
        let mut after = |seconds| absence.is_too_long(began + Duration::from_secs(seconds));
        assert!(!after(61) && !after(120) && after(121));
    }
}
