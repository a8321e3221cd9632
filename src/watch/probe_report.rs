//! What a kubelet says of a probe, and how many failures in a row that makes.

use jiff::{SignedDuration, Timestamp};

use crate::kinds::Probe;

/// What an event with the reason `Unhealthy` or `ProbeWarning` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ProbeReport<'a> {
    pub(super) probe: Probe,
    pub(super) result: ProbeResult,
    /// What the probe said; its text differs between versions and runtimes.
    pub(super) output: &'a str,
}

/// How a probe ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ProbeResult {
    /// It failed, and that counts against its threshold.
    Failed,
    /// It could not be run; the kubelet throws such a result away.
    Errored,
    /// It succeeded with a warning.
    Warned,
}

/// Reads the message of an event; only its beginning is the same in all versions.
///
/// Source: `pkg/kubelet/prober/prober.go`, `probe`; `worker.go`, `doProbe` (an error is
/// thrown away); `client-go/tools/record/events_cache.go` (combined events).
pub(super) fn probe_report(message: &str) -> Option<ProbeReport<'_>> {
    let message = message.strip_prefix("(combined from similar events): ").unwrap_or(message);
    let kinds = [
        ("Liveness", Probe::Liveness),
        ("Readiness", Probe::Readiness),
        ("Startup", Probe::Startup),
    ];
    let (probe, rest) =
        kinds.into_iter().find_map(|(word, probe)| Some((probe, message.strip_prefix(word)?)))?;
    let rest = rest.strip_prefix(" probe ")?;
    let (result, rest) = [
        ("failed:", ProbeResult::Failed),
        ("errored", ProbeResult::Errored),
        ("warning:", ProbeResult::Warned),
    ]
    .into_iter()
    .find_map(|(word, result)| Some((result, rest.strip_prefix(word)?)))?;
    let output = rest.split_once(": ").map_or(rest, |(_, output)| output);
    let output = if result == ProbeResult::Errored { output } else { rest };
    Some(ProbeReport { probe, result, output: output.trim() })
}

/// What a pod's spec says of a probe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProbeSpec {
    /// Which probe.
    pub probe: Probe,
    /// Seconds between two runs.
    pub period: i32,
    /// Seconds after which a run counts as failed.
    pub timeout: i32,
    /// Failures in a row that have a consequence.
    pub threshold: u32,
}

impl ProbeSpec {
    /// The longest pause between two failures of one row: after a success in between
    /// it would be twice the period.
    fn longest_pause(&self) -> SignedDuration {
        let period = self.period.max(self.timeout).max(1);
        SignedDuration::from_millis(i64::from(period) * 1500 + 500)
    }
}

/// Failures that an event told at once: `n` of them, the last at `to`, none before `from`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Failures {
    pub(super) to: Timestamp,
    pub(super) from: Timestamp,
    pub(super) n: u32,
}

/// How many failures in a row these are, up to the last; those before `since` do not count.
///
/// Events are dropped under load and counted together, so this is a lower bound.
pub(super) fn in_a_row(
    failures: &mut [Failures],
    spec: &ProbeSpec,
    since: Option<Timestamp>,
) -> u32 {
    failures.sort_unstable();
    let pause = spec.longest_pause();
    let mut total = 0;
    let mut next: Option<Timestamp> = None;
    for step in failures.iter().rev() {
        let too_early = since.is_some_and(|since| step.to < since);
        if too_early || next.is_some_and(|next| next.duration_since(step.to) > pause) {
            break;
        }
        let dense = step.to.duration_since(step.from) <= pause * i32::try_from(step.n).unwrap_or(1);
        let whole = step.n == 1 || (dense && since.is_none_or(|since| step.from >= since));
        total += if whole { step.n } else { 1 };
        if !whole {
            break;
        }
        next = Some(step.from);
    }
    total
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_beginning_of_a_message_is_read() {
        use ProbeResult::{Errored, Failed, Warned};
        let rows = [
            ("Liveness probe failed: cat: x\n", Some((Probe::Liveness, Failed, "cat: x"))),
            (
                "Readiness probe failed: HTTP probe failed with statuscode: 500",
                Some((Probe::Readiness, Failed, "HTTP probe failed with statuscode: 500")),
            ),
            ("Startup probe failed: ", Some((Probe::Startup, Failed, ""))),
            (
                "Liveness probe errored and resulted in unknown state: rpc error: gone",
                Some((Probe::Liveness, Errored, "rpc error: gone")),
            ),
            ("Liveness probe errored: rpc error", Some((Probe::Liveness, Errored, "rpc error"))),
            ("Readiness probe warning: moved", Some((Probe::Readiness, Warned, "moved"))),
            (
                "(combined from similar events): Liveness probe failed: x",
                Some((Probe::Liveness, Failed, "x")),
            ),
            ("Back-off restarting failed container", None),
            ("Liveness probe", None),
        ];
        for (message, wanted) in rows {
            let read = probe_report(message).map(|one| (one.probe, one.result, one.output));
            assert_eq!(read, wanted, "{message}");
        }
    }

    fn row(steps: &[(i64, i64, u32)], since: Option<i64>) -> u32 {
        let at = |second| Timestamp::from_second(second).unwrap();
        let spec = ProbeSpec { probe: Probe::Liveness, period: 5, timeout: 1, threshold: 3 };
        let mut failures: Vec<Failures> = steps
            .iter()
            .map(|(from, to, n)| Failures { from: at(*from), to: at(*to), n: *n })
            .collect();
        in_a_row(&mut failures, &spec, since.map(at))
    }

    #[test]
    fn failures_in_a_row_end_at_a_pause_or_a_restart() {
        assert_eq!(row(&[(10, 10, 1), (15, 15, 1), (20, 20, 1)], None), 3, "a row");
        assert_eq!(row(&[(20, 20, 1), (10, 10, 1), (15, 15, 1)], None), 3, "any order");
        assert_eq!(row(&[(10, 10, 1), (20, 20, 1)], None), 1, "a success in between");
        assert_eq!(row(&[(10, 10, 1), (15, 15, 1)], Some(12)), 1, "a restart in between");
        assert_eq!(row(&[(10, 10, 1)], Some(12)), 0, "all before the restart");
        assert_eq!(row(&[(10, 10, 1), (10, 20, 2)], None), 3, "two were counted together");
        assert_eq!(row(&[(10, 60, 2)], None), 1, "two counted together, far apart");
        assert_eq!(row(&[(10, 20, 3)], Some(15)), 1, "counted across a restart");
    }
}
