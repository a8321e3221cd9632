//! Words of a pod's status, and what becomes of them.

/// How far along a thing is that says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// It will pass by itself.
    OnTheWay,
    /// It fails, and is tried again and again.
    Failing,
    /// It stays so.
    Settled,
}

/// The stage of a pod's STATUS column.
///
/// Source: `pkg/printers/internalversion/printers.go`, `printPod`, and the reasons in
/// `pkg/kubelet/images/types.go` and `pkg/kubelet/container/sync_result.go`.
pub(super) fn stage(word: &str) -> Stage {
    match word {
        "Pending" | "Waiting" | "ContainerCreating" | "PodInitializing" | "Terminating"
        | "ContainersReady" | "SchedulingGated" | "NotReady" | "Unknown" => Stage::OnTheWay,
        "CrashLoopBackOff"
        | "Error"
        | "RunContainerError"
        | "OOMKilled"
        | "ErrImagePull"
        | "ImagePullBackOff"
        | "CreateContainerError"
        | "CreateContainerConfigError" => Stage::Failing,
        word if word.starts_with("Init:") || word.starts_with("PodInitializing") => Stage::OnTheWay,
        _ => Stage::Settled,
    }
}

/// A status that is seen where another one is promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Progress {
    /// It says the same, sooner or later.
    Like,
    /// What is promised may still come.
    NotYet,
    /// It is something else.
    Other,
}

/// Compares two status words.
pub(super) fn progress(sample: &str, actual: &str) -> Progress {
    if sample == actual {
        return Progress::Like;
    }
    match (stage(sample), stage(actual)) {
        // A pod that goes is not one that came.
        (Stage::OnTheWay, _) if sample == "Terminating" => Progress::Other,
        // The author looked a moment earlier.
        (Stage::OnTheWay, Stage::OnTheWay | Stage::Settled) => Progress::Like,
        (Stage::Failing, Stage::Failing) => Progress::Like,
        (Stage::Settled | Stage::Failing, Stage::OnTheWay) => Progress::NotYet,
        // A container that fails runs in between.
        (Stage::Failing, Stage::Settled) if actual == "Running" => Progress::NotYet,
        (Stage::Settled, Stage::Settled) if (sample, actual) == ("Completed", "Running") => {
            Progress::NotYet
        }
        _ => Progress::Other,
    }
}

/// Compares `1/1` with `0/1`: the second may become the first.
pub(super) fn ready_progress(sample: &str, actual: &str) -> Option<Progress> {
    let parts = |text: &str| -> Option<(u32, u32)> {
        let (ready, all) = text.split_once('/')?;
        Some((ready.parse().ok()?, all.parse().ok()?))
    };
    let ((wanted, of), (ready, all)) = (parts(sample)?, parts(actual)?);
    Some(match () {
        () if of != all => Progress::Other,
        () if wanted == ready => Progress::Like,
        () if ready < wanted => Progress::NotYet,
        () => Progress::Other,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_compared_with_where_it_leads() {
        let check = |sample: &str, actual: &str, wanted: Progress| {
            assert_eq!(progress(sample, actual), wanted, "{sample} {actual}");
        };
        check("Running", "Running", Progress::Like);
        check("Running", "ContainerCreating", Progress::NotYet);
        check("Running", "Init:0/1", Progress::NotYet);
        check("ContainerCreating", "Running", Progress::Like);
        check("Pending", "ContainerCreating", Progress::Like);
        check("CrashLoopBackOff", "Error", Progress::Like);
        check("CrashLoopBackOff", "Running", Progress::NotYet);
        check("Running", "CrashLoopBackOff", Progress::Other);
        check("Completed", "Running", Progress::NotYet);
        check("Running", "Completed", Progress::Other);
        check("Running", "Terminating", Progress::NotYet);
        check("Terminating", "Running", Progress::Other);
    }

    #[test]
    fn ready_counts_are_compared_as_counts() {
        assert_eq!(ready_progress("1/1", "0/1"), Some(Progress::NotYet));
        assert_eq!(ready_progress("0/1", "1/1"), Some(Progress::Other));
        assert_eq!(ready_progress("2/2", "2/2"), Some(Progress::Like));
        assert_eq!(ready_progress("1/1", "1/2"), Some(Progress::Other));
        assert_eq!(ready_progress("yes", "1/2"), None);
    }
}
