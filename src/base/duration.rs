use std::time::Duration;

/// A duration that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a duration: `{0}` (write it like 500ms, 30s, 2m or 1h30m)")]
pub struct DurationError(String);

/// How Kubernetes prints an age: `seconds` since then, as `119s`, `2m1s`, `7d23h`.
///
/// Source: `apimachinery/pkg/util/duration/duration.go`, `HumanDuration`.
pub fn human_duration(age: jiff::SignedDuration) -> String {
    let seconds = age.as_secs();
    if seconds < -1 {
        return "<invalid>".to_owned();
    }
    if seconds < 0 {
        return "0s".to_owned();
    }
    let (minutes, hours) = (seconds / 60, seconds / 3600);
    let days = hours / 24;
    match () {
        () if seconds < 120 => format!("{seconds}s"),
        () if minutes < 10 => two(minutes, "m", seconds % 60, "s"),
        () if minutes < 180 => format!("{minutes}m"),
        () if hours < 8 => two(hours, "h", minutes % 60, "m"),
        () if hours < 48 => format!("{hours}h"),
        () if hours < 192 => two(days, "d", hours % 24, "h"),
        () if hours < 24 * 365 * 2 => format!("{days}d"),
        () if hours < 24 * 365 * 8 => two(days / 365, "y", days % 365, "d"),
        () => format!("{}y", days / 365),
    }
}

fn two(large: i64, large_unit: &str, small: i64, small_unit: &str) -> String {
    if small == 0 {
        format!("{large}{large_unit}")
    } else {
        format!("{large}{large_unit}{small}{small_unit}")
    }
}

/// Reads `500ms`, `30s`, `2m`, `1h30m`; a bare number is seconds.
///
/// # Errors
/// Anything else, a negative number, or one too large for a year of seconds.
pub fn parse_duration(text: &str) -> Result<Duration, DurationError> {
    let wrong = || DurationError(text.to_owned());
    let mut rest = text.trim();
    if let Ok(seconds) = rest.parse::<u32>() {
        return Ok(Duration::from_secs(seconds.into()));
    }
    let mut total = Duration::ZERO;
    if rest.is_empty() {
        return Err(wrong());
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
        let number: u32 = rest[..digits].parse().map_err(|_| wrong())?;
        let unit_end =
            rest[digits..].find(|c: char| c.is_ascii_digit()).map_or(rest.len(), |at| digits + at);
        let unit = match rest[digits..unit_end].trim() {
            "ms" => Duration::from_millis(1),
            "s" => Duration::from_secs(1),
            "m" => Duration::from_secs(60),
            "h" => Duration::from_secs(3600),
            _ => return Err(wrong()),
        };
        total += unit * number;
        rest = &rest[unit_end..];
    }
    Ok(total)
}

/// How long something took, for a report: `0.4s`, `12.3s`, `2m05s`.
pub fn short_elapsed(elapsed: Duration) -> String {
    if elapsed < Duration::from_secs(60) {
        return format!("{:.1}s", elapsed.as_secs_f64());
    }
    format!("{}m{:02}s", elapsed.as_secs() / 60, elapsed.as_secs() % 60)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::SignedDuration;

    #[test]
    fn ages_read_as_kubernetes_prints_them() {
        const M: i64 = 60;
        const H: i64 = 60 * M;
        const D: i64 = 24 * H;
        let rows = [
            (-2, "<invalid>"),
            (-1, "0s"),
            (0, "0s"),
            (119, "119s"),
            (2 * M, "2m"),
            (2 * M + 1, "2m1s"),
            (9 * M + 59, "9m59s"),
            (10 * M, "10m"),
            (179 * M, "179m"),
            (3 * H, "3h"),
            (3 * H + M, "3h1m"),
            (7 * H + 59 * M, "7h59m"),
            (8 * H, "8h"),
            (47 * H, "47h"),
            (48 * H, "2d"),
            (49 * H, "2d1h"),
            (7 * D + 23 * H, "7d23h"),
            (8 * D, "8d"),
            (729 * D, "729d"),
            (730 * D, "2y"),
            (731 * D, "2y1d"),
            (7 * 365 * D + 364 * D, "7y364d"),
            (8 * 365 * D, "8y"),
        ];
        for (seconds, wanted) in rows {
            assert_eq!(human_duration(SignedDuration::from_secs(seconds)), wanted);
        }
    }

    #[test]
    fn durations_are_read_with_their_units() {
        let check = |text: &str, millis: u64| {
            assert_eq!(parse_duration(text), Ok(Duration::from_millis(millis)), "{text}");
        };
        check("30", 30_000);
        check("30s", 30_000);
        check("500ms", 500);
        check("1h30m", 5_400_000);
        for wrong in ["", "s", "-3s", "3 parsecs", "1.5s"] {
            assert!(parse_duration(wrong).is_err(), "{wrong}");
        }
    }
}
