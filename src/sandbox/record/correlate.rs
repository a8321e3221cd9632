use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::event::{Event, Stamps};
use super::recent::Recent;

/// Source: `client-go/tools/record/events_cache.go`, the constants at its top.
const ENTRIES: usize = 4096;
const SIMILAR: usize = 10;
const SIMILAR_FOR: SignedDuration = SignedDuration::from_mins(10);
const BURST: f64 = 25.0;
const SECONDS_PER_EVENT: f64 = 300.0;

/// What is remembered of events, to count and to combine them and to hold them back.
///
/// Source: `events_cache.go`, `EventCorrelator`.
#[derive(Debug)]
pub(super) struct Correlator {
    alike: Recent<Similar>,
    seen: Recent<Option<Seen>>,
    budgets: Recent<Option<Budget>>,
}

/// Messages of one reason within a time.
#[derive(Debug, Default)]
struct Similar {
    messages: BTreeSet<String>,
    last: Option<Timestamp>,
}

/// An event that was written before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Seen {
    /// Its name.
    pub(super) name: String,
    /// How often and when.
    pub(super) stamps: Stamps,
}

/// How many more events of one teller about one object are let through.
#[derive(Debug)]
struct Budget {
    left: f64,
    at: Timestamp,
}

/// What is to be written.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    /// The event's name and counts.
    pub(super) seen: Seen,
    /// Its message.
    pub(super) message: String,
}

impl Default for Correlator {
    fn default() -> Self {
        Self {
            alike: Recent::with_room_for(ENTRIES),
            seen: Recent::with_room_for(ENTRIES),
            budgets: Recent::with_room_for(ENTRIES),
        }
    }
}

impl Correlator {
    /// How an event is to be written, under `name` where it is new; none when there were
    /// too many of its teller about its object.
    ///
    /// Source: `events_cache.go`, `EventCorrelate`.
    pub(super) fn correlate(
        &mut self,
        event: &Event<'_>,
        name: String,
        now: Timestamp,
    ) -> Option<Verdict> {
        let (key, message) = if self.is_one_of_many(event, now) {
            let message = format!("(combined from similar events): {}", event.message);
            (event.reason_key(), message)
        } else {
            (event.whole_key(), event.message.to_owned())
        };
        let seen = self.count(&key, name, now);
        self.has_budget(event, now).then_some(Verdict { seen, message })
    }

    /// Source: `events_cache.go`, `EventAggregate`.
    fn is_one_of_many(&mut self, event: &Event<'_>, now: Timestamp) -> bool {
        let alike = self.alike.entry(&event.reason_key(), Similar::default);
        if alike.last.is_none_or(|last| now.duration_since(last) > SIMILAR_FOR) {
            alike.messages.clear();
        }
        alike.messages.insert(event.message.to_owned());
        alike.last = Some(now);
        let many = alike.messages.len() >= SIMILAR;
        if many {
            // Any one will do; the set must not grow.
            alike.messages.pop_first();
        }
        many
    }

    /// Source: `events_cache.go`, `eventObserve`.
    fn count(&mut self, key: &str, name: String, now: Timestamp) -> Seen {
        let entry = self.seen.entry(key, || None);
        let seen = match entry.take() {
            Some(Seen { name, stamps }) => {
                Seen { name, stamps: Stamps { count: stamps.count + 1, last: now, ..stamps } }
            }
            None => Seen { name, stamps: Stamps { count: 1, first: now, last: now } },
        };
        *entry = Some(seen.clone());
        seen
    }

    /// Source: `events_cache.go`, `EventSourceObjectSpamFilter.Filter`.
    fn has_budget(&mut self, event: &Event<'_>, now: Timestamp) -> bool {
        let budget = self.budgets.entry(&event.teller_key(), || None);
        let budget = budget.get_or_insert(Budget { left: BURST, at: now });
        let passed = now.duration_since(budget.at).as_secs_f64().max(0.0);
        budget.left = BURST.min(budget.left + passed / SECONDS_PER_EVENT);
        budget.at = now;
        let enough = budget.left >= 1.0;
        if enough {
            budget.left -= 1.0;
        }
        enough
    }
}
