use jiff::Timestamp;
use jiff::fmt::strtime;
use jiff::tz::TimeZone;

/// `Fri, 02 Jan 2026 03:04:05 GMT`, as HTTP writes a time.
pub(super) fn http_date(time: Timestamp) -> String {
    format(time, "%a, %d %b %Y %H:%M:%S GMT")
}

/// A time in UTC, as `strftime` writes it.
pub(crate) fn format(time: Timestamp, pattern: &str) -> String {
    strtime::format(pattern, &time.to_zoned(TimeZone::UTC)).unwrap_or_default()
}
