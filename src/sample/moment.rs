//! Dates and times in the spellings that programs print.

const DAYS: &[&str] = &["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: &[&str] =
    &["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The length of the date or time that `text` begins with.
pub(super) fn moment_length(text: &str) -> Option<usize> {
    // Everything below begins with a digit or a day's name.
    let first = text.chars().next()?;
    if first.is_ascii_digit() {
        return numeric_date(text).or_else(|| log_date(text)).or_else(|| clock(text));
    }
    DAYS.iter().any(|day| text.starts_with(day)).then(|| spelled_date(text)).flatten()
}

/// `2026-01-31`, with `T12:00:00Z` or ` 12:00:00.5 +0100` where that follows.
fn numeric_date(text: &str) -> Option<usize> {
    let date = matching(text, "dddd-dd-dd").or_else(|| matching(text, "dddd/dd/dd"))?;
    let rest = &text[date..];
    let joined = rest.starts_with(['T', ' ']).then(|| clock(&rest[1..])).flatten();
    let end = joined.map_or(date, |length| date + 1 + length);
    whole(text, end)
}

/// `31/Jan/2026:12:00:00 +0000`, as web servers log it.
fn log_date(text: &str) -> Option<usize> {
    let day = matching(text, "dd/aaa/dddd:")?;
    Some(day + clock(&text[day..])?)
}

/// `12:00:00`, with a fraction and a zone where they follow.
fn clock(text: &str) -> Option<usize> {
    let mut end = matching(text, "dd:dd:dd")?;
    if text[end..].starts_with(['.', ',']) {
        let digits = text[end + 1..].bytes().take_while(u8::is_ascii_digit).count();
        end += if digits > 0 { digits + 1 } else { 0 };
    }
    let rest = &text[end..];
    let zone = rest.strip_prefix('Z').map(|_| 1).or_else(|| {
        let space = usize::from(rest.starts_with(' '));
        let rest = &rest[space..];
        let offset = rest.strip_prefix(['+', '-'])?;
        let length = matching(offset, "dd:dd").or_else(|| matching(offset, "dddd"))?;
        Some(space + 1 + length)
    });
    whole(text, end + zone.unwrap_or(0))
}

/// `Mon, 02 Jan 2006 15:04:05 -0700`, `Mon Jan  2 15:04:05 UTC 2006`.
fn spelled_date(text: &str) -> Option<usize> {
    let mut end = 3;
    let mut has_month = false;
    loop {
        let rest = &text[end..];
        let gap = rest.len() - rest.trim_start_matches([',', ' ']).len();
        let word = &rest[gap..];
        let length = date_word(word);
        if gap == 0 || length == 0 {
            break;
        }
        has_month |= MONTHS.contains(&&word[..length]);
        end += gap + length;
    }
    if has_month { whole(text, end) } else { None }
}

/// The length of a word that dates are made of.
fn date_word(text: &str) -> usize {
    if let Some(length) = clock(text) {
        return length;
    }
    let run = text.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(text.len());
    let word = &text[..run];
    let is_number = !word.is_empty() && word.len() <= 4 && word.bytes().all(|b| b.is_ascii_digit());
    let is_zone = matches!(word, "UTC" | "GMT" | "CET" | "CEST" | "EST" | "PST" | "AM" | "PM");
    if is_number || is_zone || MONTHS.contains(&word) {
        return run;
    }
    let sign = text.strip_prefix(['+', '-']).and_then(|rest| matching(rest, "dddd"));
    sign.map_or(0, |length| length + 1)
}

/// `end`, where a word may end there.
fn whole(text: &str, end: usize) -> Option<usize> {
    let next = text[end..].chars().next();
    next.is_none_or(|c| !c.is_alphanumeric() && c != '_').then_some(end)
}

/// The length of `pattern` where `text` begins like it: `d` is a digit, `a` a letter.
fn matching(text: &str, pattern: &str) -> Option<usize> {
    let text = text.as_bytes();
    let fits = pattern.bytes().enumerate().all(|(at, wanted)| {
        text.get(at).is_some_and(|byte| match wanted {
            b'd' => byte.is_ascii_digit(),
            b'a' => byte.is_ascii_alphabetic(),
            wanted => *byte == wanted,
        })
    });
    fits.then_some(pattern.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_found_whole() {
        let check = |text: &str, wanted: &str| {
            let length = moment_length(text).unwrap_or(0);
            assert_eq!(&text[..length], wanted, "{text}");
        };
        check("2026-01-31T12:00:00Z rest", "2026-01-31T12:00:00Z");
        check("2026-01-31T12:00:00.123456789+01:00", "2026-01-31T12:00:00.123456789+01:00");
        check("2026-01-31 12:00:00,5 x", "2026-01-31 12:00:00,5");
        check("2026-01-31 web", "2026-01-31");
        check("2026/01/31 12:00:00 [notice]", "2026/01/31 12:00:00");
        check("31/Jan/2026:12:00:00 +0000] \"GET", "31/Jan/2026:12:00:00 +0000");
        check("Mon, 02 Jan 2006 15:04:05 -0700", "Mon, 02 Jan 2006 15:04:05 -0700");
        check("Mon Jan  2 15:04:05 UTC 2006 x", "Mon Jan  2 15:04:05 UTC 2006");
        check("Tue, 13 Jun 2017 08:00:00 GMT", "Tue, 13 Jun 2017 08:00:00 GMT");
        check("12:00:00 up", "12:00:00");
        check("Monitor", "");
        check("Sun is up", "");
        check("12:00", "");
        check("2026-01-3", "");
        check("2026-01-311", "");
    }
}
