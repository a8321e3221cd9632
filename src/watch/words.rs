//! How well the source hears, for a pane's title.

use jiff::Timestamp;

use super::change::Health;
use crate::base::{human_duration, safe_line};

impl Health {
    /// In a few words, safe to draw: `stale since 12s: connection refused`.
    pub fn words(&self, now: Timestamp) -> String {
        match self {
            Self::Connecting => "connecting".to_owned(),
            Self::Live => "live".to_owned(),
            Self::Stale { since, error } => {
                let since = human_duration(now.duration_since(*since));
                format!("stale since {since}: {}", safe_line(error))
            }
            Self::Forbidden(message) => format!("forbidden: {}", safe_line(message)),
        }
    }

    /// How bad it is, to show the worst of several.
    pub(super) fn rank(&self) -> u8 {
        match self {
            Self::Live => 0,
            Self::Connecting => 1,
            Self::Forbidden(_) => 2,
            Self::Stale { .. } => 3,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn health_reads_as_words() {
        let now = Timestamp::from_second(100).unwrap();
        let stale = Health::Stale {
            since: Timestamp::from_second(88).unwrap(),
            error: "connection\nrefused".into(),
        };
        assert_eq!(stale.words(now), "stale since 12s: connection refused");
        assert_eq!(
            Health::Forbidden("events is forbidden".into()).words(now),
            "forbidden: events is forbidden"
        );
        assert_eq!(Health::Live.words(now), "live");
        assert_eq!(Health::Connecting.words(now), "connecting");
    }
}
