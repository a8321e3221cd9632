//! Times as the kubelet reckons with them.

use jiff::{SignedDuration, Timestamp};

pub(in crate::sandbox) use crate::sandbox::store::seconds;

/// A time later by so much; at most the last there is.
pub(crate) fn after(time: Timestamp, by: SignedDuration) -> Timestamp {
    let latest = if by.is_negative() { Timestamp::MIN } else { Timestamp::MAX };
    time.checked_add(by).unwrap_or(latest)
}

/// A time later by seconds.
pub(crate) fn after_seconds(time: Timestamp, seconds: i64) -> Timestamp {
    after(time, SignedDuration::from_secs(seconds))
}

/// A time later by thousandths of a second.
pub(crate) fn after_millis(time: Timestamp, millis: i64) -> Timestamp {
    after(time, SignedDuration::from_millis(millis))
}

/// Without the part of a second, as the API keeps it.
pub(crate) fn whole_seconds(time: Timestamp) -> Timestamp {
    Timestamp::from_second(time.as_millisecond().div_euclid(1000)).unwrap_or(time)
}

/// Something that the kubelet does every second, always at the same part of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tick {
    millis: i64,
}

/// When it looks which containers have ended: the parts of a second are those of the
/// recorded kubelet, so that a replay sees what it saw.
///
/// Source: `pkg/kubelet/kubelet.go`, `genericPlegRelistPeriod`.
pub(crate) const RELIST: Tick = Tick { millis: 270 };

/// When it takes up pods whose time has come.
///
/// Source: `pkg/kubelet/kubelet.go`, `syncLoop`, its ticker.
pub(crate) const TAKE_UP: Tick = Tick { millis: 230 };

impl Tick {
    /// The first of its times that is not before `time`.
    pub(crate) fn at_or_after(self, time: Timestamp) -> Timestamp {
        let millis = time.as_millisecond();
        // A part of a millisecond counts as one begun.
        let begun = i64::from(time.as_nanosecond().rem_euclid(1_000_000) != 0);
        let wait = (self.millis - millis - begun).rem_euclid(1000);
        Timestamp::from_millisecond(millis + begun + wait).unwrap_or(Timestamp::MAX)
    }
}

/// A duration as Go prints it: `209ms`, `10s`, `1m20s`, `5m0s`, `1.5s`.
///
/// Source: Go's `time.Duration.String`.
pub(crate) fn go_duration(millis: i64) -> String {
    let (seconds, rest) = (millis / 1000, millis % 1000);
    if seconds == 0 && rest == 0 {
        return "0s".to_owned();
    }
    if seconds == 0 {
        return format!("{rest}ms");
    }
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    let mut text = String::new();
    if hours > 0 {
        text.push_str(&format!("{hours}h"));
    }
    if hours > 0 || minutes > 0 {
        text.push_str(&format!("{minutes}m"));
    }
    text.push_str(&(seconds % 60).to_string());
    if rest > 0 {
        text.push_str(format!(".{rest:03}").trim_end_matches('0'));
    }
    text.push('s');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_tick_is_always_at_the_same_part_of_a_second() {
        let rows = [
            ("2026-11-22T20:46:14.408Z", "2026-11-22T20:46:15.270Z"),
            ("2026-11-22T20:46:14.100Z", "2026-11-22T20:46:14.270Z"),
            ("2026-11-22T20:46:14.270Z", "2026-11-22T20:46:14.270Z"),
            ("2026-11-22T20:46:14.270000001Z", "2026-11-22T20:46:15.270Z"),
            ("1969-12-31T23:59:59.9Z", "1970-01-01T00:00:00.270Z"),
        ];
        for (from, to) in rows {
            assert_eq!(RELIST.at_or_after(time(from)), time(to), "{from}");
        }
    }

    #[test]
    fn durations_are_gos() {
        let rows = [
            (0, "0s"),
            (209, "209ms"),
            (1_000, "1s"),
            (1_500, "1.5s"),
            (1_234, "1.234s"),
            (80_000, "1m20s"),
            (300_000, "5m0s"),
            (3_600_000, "1h0m0s"),
        ];
        for (millis, wanted) in rows {
            assert_eq!(go_duration(millis), wanted);
        }
    }

    #[test]
    fn seconds_lose_their_part() {
        assert_eq!(seconds(time("2026-11-22T20:46:14.9Z")), "2026-11-22T20:46:14Z");
        assert_eq!(whole_seconds(time("2026-11-22T20:46:14.9Z")), time("2026-11-22T20:46:14Z"));
        assert_eq!(after_seconds(Timestamp::MAX, 1), Timestamp::MAX);
    }
}
