use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

/// When a cron job runs: five sets of numbers, or an interval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Schedule {
    /// At these times of a calendar.
    Calendar(Box<Calendar>),
    /// `@every 90s`.
    Every(SignedDuration),
}

/// The numbers of minutes, hours, days, months and days of the week, as bits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Calendar {
    minutes: u64,
    hours: u64,
    days: u64,
    months: u64,
    weekdays: u64,
    /// Whether both kinds of days are restricted: then either of them will do.
    either_day: bool,
    zone: TimeZone,
}

/// A field: its lowest and highest number, and the names of its numbers.
struct Field {
    lowest: u32,
    highest: u32,
    names: &'static [&'static str],
}

const MONTHS: &[&str] =
    &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const WEEKDAYS: &[&str] = &["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const FIELDS: [Field; 5] = [
    Field { lowest: 0, highest: 59, names: &[] },
    Field { lowest: 0, highest: 23, names: &[] },
    Field { lowest: 1, highest: 31, names: &[] },
    Field { lowest: 1, highest: 12, names: MONTHS },
    Field { lowest: 0, highest: 6, names: WEEKDAYS },
];

/// Nothing is looked for beyond so many days: a 30th of February never comes.
///
/// Source: `robfig/cron/v3`, `spec.go`, `Next`.
const DAYS_AHEAD: u32 = 5 * 366;

impl Schedule {
    /// Reads a schedule; the error says what is wrong with it.
    ///
    /// Source: `robfig/cron/v3`, `parser.go`, `ParseStandard`.
    pub(super) fn parse(text: &str, zone: &str) -> Result<Self, String> {
        let zone = match zone {
            "" => TimeZone::UTC,
            zone => TimeZone::get(zone).map_err(|_| format!("unknown time zone {zone}"))?,
        };
        if let Some(interval) = text.strip_prefix("@every ") {
            let every: SignedDuration =
                interval.trim().parse().map_err(|_| format!("failed to parse duration {text}"))?;
            return Ok(Self::Every(every.max(SignedDuration::from_secs(1))));
        }
        let text = match text {
            "@yearly" | "@annually" => "0 0 1 1 *",
            "@monthly" => "0 0 1 * *",
            "@weekly" => "0 0 * * 0",
            "@daily" | "@midnight" => "0 0 * * *",
            "@hourly" => "0 * * * *",
            text => text,
        };
        let parts: Vec<&str> = text.split_whitespace().collect();
        let [minute, hour, day, month, weekday] = parts.as_slice() else {
            let number = parts.len();
            return Err(format!(
                "expected exactly 5 fields, found {number}: [{}]",
                parts.join(" ")
            ));
        };
        let [minutes, hours, days, months, weekdays] = {
            let texts = [minute, hour, day, month, weekday];
            let mut bits = [0; 5];
            for ((bits, field), text) in bits.iter_mut().zip(&FIELDS).zip(texts) {
                *bits = field.bits(text)?;
            }
            bits
        };
        let is_star = |text: &str| text.starts_with(['*', '?']);
        let either_day = !is_star(day) && !is_star(weekday);
        Ok(Self::Calendar(Box::new(Calendar {
            minutes,
            hours,
            days,
            months,
            weekdays,
            either_day,
            zone,
        })))
    }

    /// The first time after a time; none where there is none for years.
    pub(super) fn next(&self, after: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Every(interval) => after.checked_add(*interval).ok(),
            Self::Calendar(calendar) => calendar.next(after),
        }
    }
}

impl Calendar {
    fn next(&self, after: Timestamp) -> Option<Timestamp> {
        let start = after.to_zoned(self.zone.clone()).datetime();
        let mut date = start.date();
        let mut from = Some((start.hour(), start.minute()));
        for _ in 0..DAYS_AHEAD {
            if self.has_day(date) {
                for (hour, minute) in self.times(from) {
                    let at: DateTime = date.at(hour, minute, 0, 0);
                    let at = self.zone.to_timestamp(at).ok()?;
                    if at > after {
                        return Some(at);
                    }
                }
            }
            date = date.checked_add(1.day()).ok()?;
            from = None;
        }
        None
    }

    /// The times of a day, from one on.
    fn times(&self, from: Option<(i8, i8)>) -> impl Iterator<Item = (i8, i8)> + '_ {
        let hours = (0..24_i8).filter(|hour| has(self.hours, *hour));
        let all = hours.flat_map(|hour| {
            (0..60_i8).filter(|minute| has(self.minutes, *minute)).map(move |minute| (hour, minute))
        });
        all.filter(move |time| from.is_none_or(|from| *time >= from))
    }

    fn has_day(&self, date: Date) -> bool {
        let day = has(self.days, date.day());
        let weekday = has(self.weekdays, date.weekday().to_sunday_zero_offset());
        let fits = if self.either_day { day || weekday } else { day && weekday };
        has(self.months, date.month()) && fits
    }
}

fn has(bits: u64, number: i8) -> bool {
    u32::try_from(number).is_ok_and(|number| bits & (1 << number) != 0)
}

impl Field {
    /// `*/15`, `1-5`, `mon,wed`, `10-40/10`.
    fn bits(&self, text: &str) -> Result<u64, String> {
        let mut bits = 0;
        for part in text.split(',') {
            let (range, step) = match part.split_once('/') {
                Some((range, step)) => (range, Some(self.step(step, part)?)),
                None => (part, None),
            };
            let (first, last) = match range {
                "*" | "?" => (self.lowest, self.highest),
                range => match range.split_once('-') {
                    Some((first, last)) => (self.number(first)?, self.number(last)?),
                    None if step.is_some() => (self.number(range)?, self.highest),
                    None => (self.number(range)?, self.number(range)?),
                },
            };
            self.check(first, last, part)?;
            for number in (first..=last).step_by(step.unwrap_or(1)) {
                bits |= 1 << number;
            }
        }
        Ok(bits)
    }

    fn step(&self, text: &str, part: &str) -> Result<usize, String> {
        match text.parse() {
            Ok(0) => Err(format!("step of range should be a positive number: {part}")),
            Ok(step) => Ok(step),
            Err(_) => Err(format!("failed to parse int from {text}: invalid syntax")),
        }
    }

    fn number(&self, text: &str) -> Result<u32, String> {
        let lower = text.to_lowercase();
        if let Some(at) = self.names.iter().position(|name| *name == lower) {
            return Ok(self.lowest + u32::try_from(at).unwrap_or(0));
        }
        text.parse().map_err(|_| format!("failed to parse int from {text}: invalid syntax"))
    }

    fn check(&self, first: u32, last: u32, part: &str) -> Result<(), String> {
        let (lowest, highest) = (self.lowest, self.highest);
        if first < lowest {
            return Err(format!("beginning of range ({first}) below minimum ({lowest}): {part}"));
        }
        if last > highest {
            return Err(format!("end of range ({last}) above maximum ({highest}): {part}"));
        }
        if first > last {
            return Err(format!(
                "beginning of range ({first}) beyond end of range ({last}): {part}"
            ));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_time_is_as_a_calendar_has_it() {
        let cases = [
            ("*/1 * * * *", "", "2026-11-22T20:46:11Z", "2026-11-22T20:47:00Z"),
            ("*/15 * * * *", "", "2026-11-22T20:45:00Z", "2026-11-22T21:00:00Z"),
            ("0 3 * * *", "", "2026-11-22T20:46:11Z", "2026-11-23T03:00:00Z"),
            ("30 9 * * mon-fri", "", "2026-11-20T10:00:00Z", "2026-11-23T09:30:00Z"),
            ("0 0 1 jan,jul *", "", "2026-11-22T20:46:11Z", "2027-01-01T00:00:00Z"),
            ("0 0 13 * 5", "", "2026-11-22T20:46:11Z", "2026-11-27T00:00:00Z"),
            ("0 0 29 2 *", "", "2026-11-22T20:46:11Z", "2028-02-29T00:00:00Z"),
            ("5/20 * * * *", "", "2026-11-22T20:46:11Z", "2026-11-22T21:05:00Z"),
            ("@hourly", "", "2026-11-22T20:46:11Z", "2026-11-22T21:00:00Z"),
            ("@weekly", "", "2026-11-22T20:46:11Z", "2026-11-29T00:00:00Z"),
            ("@every 90s", "", "2026-11-22T20:46:11Z", "2026-11-22T20:47:41Z"),
        ];
        for (text, zone, after, wanted) in cases {
            let next = Schedule::parse(text, zone).unwrap().next(after.parse().unwrap());
            assert_eq!(next, Some(wanted.parse().unwrap()), "{text}");
        }
        let never = Schedule::parse("0 0 30 2 *", "").unwrap();
        assert_eq!(never.next("2026-11-22T20:46:11Z".parse().unwrap()), None);
    }

    #[test]
    fn what_cannot_be_read_is_explained() {
        let cases = [
            ("* * * *", "expected exactly 5 fields, found 4: [* * * *]"),
            ("60 * * * *", "end of range (60) above maximum (59): 60"),
            ("* * 0 * *", "beginning of range (0) below minimum (1): 0"),
            ("5-1 * * * *", "beginning of range (5) beyond end of range (1): 5-1"),
            ("*/0 * * * *", "step of range should be a positive number: */0"),
            ("x * * * *", "failed to parse int from x: invalid syntax"),
        ];
        for (text, wanted) in cases {
            assert_eq!(Schedule::parse(text, "").unwrap_err(), wanted);
        }
        assert_eq!(
            Schedule::parse("* * * * *", "Mars/Base").unwrap_err(),
            "unknown time zone Mars/Base"
        );
    }
}
