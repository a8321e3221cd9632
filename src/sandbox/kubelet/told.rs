//! What the kubelet says about pods, and why a container does not start.

use jiff::Timestamp;

use crate::sandbox::record::Kind;

/// An event without its object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) kind: Kind,
    pub(crate) reason: &'static str,
    pub(crate) message: String,
}

impl Told {
    /// An expected one.
    pub(crate) fn normal(reason: &'static str, message: impl Into<String>) -> Self {
        Self { kind: Kind::Normal, reason, message: message.into() }
    }

    /// One that is not expected.
    pub(crate) fn warning(reason: &'static str, message: impl Into<String>) -> Self {
        Self { kind: Kind::Warning, reason, message: message.into() }
    }
}

/// Why a container does not start, as its status says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StartError {
    /// `ErrImagePull`, `CrashLoopBackOff`, …
    pub(crate) reason: &'static str,
    pub(crate) message: String,
    /// When it may be tried again, where that is known.
    pub(crate) until: Option<Timestamp>,
}

impl StartError {
    /// One that may be tried again at any time.
    pub(crate) fn new(reason: &'static str, message: impl Into<String>) -> Self {
        Self { reason, message: message.into(), until: None }
    }
}
