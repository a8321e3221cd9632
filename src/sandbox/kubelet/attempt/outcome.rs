/// How an attempt ended.
///
/// Source: `pkg/probe/probe.go`, `Result`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// As it should.
    Success,
    /// As it should, but something is odd.
    Warning(String),
    /// Not as it should.
    Failure(String),
    /// It could not even be made.
    Error(String),
}
