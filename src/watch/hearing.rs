//! Why a watch stopped, what to say of it, and when to try again.

use std::error::Error;
use std::time::Duration;

use jiff::Timestamp;

use super::change::Health;
use crate::base::safe_line;

/// The first pause; it doubles.
const FIRST: Duration = Duration::from_millis(200);
/// A server that is back is noticed within this time.
const LONGEST: Duration = Duration::from_secs(5);
/// Rights do not change by the second.
const FORBIDDEN: Duration = Duration::from_secs(60);

/// Why a list or a watch ended before its time.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    /// The server said no, or did not answer.
    #[error(transparent)]
    Server(#[from] kube::Error),
    /// The stream of a watch broke.
    #[error("the watch broke: {0}")]
    Broken(#[source] kube::Error),
    /// Nothing was heard for longer than a watch lasts.
    #[error("the server has fallen silent")]
    Silence,
    /// A list or the beginning of a watch was not answered.
    #[error("the server does not answer")]
    NoAnswer,
    /// The server ended the watch at once.
    #[error("the server ends the watch at once")]
    Short,
    /// The receiver is gone.
    #[error("nobody listens")]
    NobodyListens,
}

impl Trouble {
    /// Whether what is known is of no use for going on.
    pub(super) fn needs_list(&self) -> bool {
        match self {
            Self::Server(kube::Error::Api(status)) => status.code == 410,
            Self::Server(kube::Error::SerdeError(_)) | Self::Broken(kube::Error::SerdeError(_)) => {
                true
            }
            _ => false,
        }
    }

    /// What to say of it; none where it is part of a watch's ordinary life.
    pub(super) fn health(&self, now: Timestamp) -> Option<Health> {
        match self {
            Self::Short | Self::NobodyListens => None,
            Self::Server(kube::Error::Api(status)) if status.code == 410 => None,
            Self::Server(kube::Error::Api(status)) if status.code == 403 => {
                Some(Health::Forbidden(safe_line(&status.message)))
            }
            other => Some(Health::Stale { since: now, error: other.words() }),
        }
    }

    /// The innermost cause, in one line: `connection refused`.
    fn words(&self) -> String {
        if let Self::Server(kube::Error::Api(status)) = self {
            return safe_line(&status.message);
        }
        let mut cause: &dyn Error = self;
        while let Some(next) = cause.source() {
            cause = next;
        }
        if cause.is::<tokio::time::error::Elapsed>() {
            // The limit of a connection; the system's words for it are not for people.
            return "no answer in time".to_owned();
        }
        let text = cause.to_string();
        let text = text.split(" (os error").next().unwrap_or_default();
        let mut characters = text.chars();
        let first = characters.next().map(|c| c.to_ascii_lowercase());
        safe_line(&first.into_iter().chain(characters).collect::<String>())
    }
}

/// How long to wait before the next try.
#[derive(Debug, Default)]
pub(super) struct Pause {
    tries: u32,
}

impl Pause {
    /// The pause after this trouble; it grows with every call.
    pub(super) fn after(&mut self, trouble: &Trouble) -> Duration {
        let forbidden =
            matches!(trouble, Trouble::Server(kube::Error::Api(status)) if status.code == 403);
        if forbidden {
            return FORBIDDEN;
        }
        let broke = matches!(trouble, Trouble::Broken(_) | Trouble::Silence);
        if broke && self.tries == 0 {
            return Duration::ZERO;
        }
        if matches!(trouble, Trouble::Short) {
            return LONGEST.min(FIRST * 5);
        }
        self.tries += 1;
        LONGEST.min(FIRST * 2_u32.saturating_pow(self.tries - 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn api(code: u16, message: &str) -> Trouble {
        let status = serde_json::json!({"status": "Failure", "code": code, "message": message, "reason": ""});
        Trouble::Server(kube::Error::Api(serde_json::from_value(status).unwrap()))
    }

    #[test]
    fn pauses_are_short_at_first_and_never_long() {
        let mut pause = Pause::default();
        let mut after = |trouble: &Trouble| pause.after(trouble).as_millis();
        let unavailable = api(503, "down");
        let pauses: Vec<u128> = (0..7).map(|_| after(&unavailable)).collect();
        assert_eq!(pauses, [200, 400, 800, 1600, 3200, 5000, 5000]);
        assert_eq!(after(&api(403, "no")), 60_000);
    }

    #[test]
    fn troubles_say_what_a_person_can_use() {
        let now = Timestamp::UNIX_EPOCH;
        let words = |trouble: Trouble| trouble.health(now).map(|health| health.words(now));
        let refused = std::io::Error::from_raw_os_error(111);
        let service = kube::Error::Service(Box::new(refused));
        assert_eq!(
            words(Trouble::Server(service)).as_deref(),
            Some("stale since 0s: connection refused")
        );
        assert_eq!(
            words(api(403, "pods is forbidden")).as_deref(),
            Some("forbidden: pods is forbidden")
        );
        assert_eq!(
            words(api(401, "Unauthorized")).as_deref(),
            Some("stale since 0s: Unauthorized")
        );
        assert_eq!(words(api(410, "too old")), None);
        assert!(api(410, "too old").needs_list() && !api(500, "x").needs_list());
    }
}
