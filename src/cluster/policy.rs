//! Where a run may write, as the verbs ask it.

use serde_json::Value;

/// An object of the cluster, as far as the ledger needs it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjectRef {
    /// `v1`, `apps/v1`, …
    pub api_version: String,
    /// `Pod`.
    pub kind: String,
    /// The plural that URLs use.
    pub plural: String,
    /// None for cluster-scoped kinds.
    pub namespace: Option<String>,
    /// Its name.
    pub name: String,
    /// Its uid.
    pub uid: String,
}

/// A write, before it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Write<'a> {
    /// `create`, `patch`, `delete`, `exec`, …
    pub action: &'a str,
    /// `pod/simple-api`, for people.
    pub object: String,
    /// Where; none for cluster-scoped kinds.
    pub namespace: Option<&'a str>,
    /// The uid of the object, where it exists and is known.
    pub uid: Option<&'a str>,
}

/// Why a write is refused, with a way out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refused(pub String);

/// Decides for the verbs: which namespace is meant, what may be written; and is
/// told what was made. `kubectl` outside of a run uses [`Unguarded`].
pub trait Policy: Send + Sync + std::fmt::Debug {
    /// The namespace that is meant by `asked` (a flag or a manifest), or by saying nothing.
    fn namespace(&self, asked: Option<&str>) -> String;

    /// Whether this may be written.
    ///
    /// # Errors
    /// [`Refused`], in words for the student.
    fn allow(&self, write: &Write<'_>) -> Result<(), Refused>;

    /// A last change to an object that is about to be sent: images that are replaced.
    fn prepare(&self, object: &mut Value);

    /// Whether [`Policy::allow`] has to be told the uid of an object that is changed by
    /// name, which costs a request.
    fn asks_uid(&self) -> bool {
        false
    }

    /// Whether `delete --all` may meet the object with this uid.
    fn owns(&self, uid: &str) -> bool;

    /// An object was made.
    fn made(&self, object: ObjectRef);

    /// An object was deleted.
    fn removed(&self, object: &ObjectRef);
}

/// Plain kubectl: everything is allowed, nothing is remembered.
#[derive(Debug, Clone)]
pub struct Unguarded {
    /// The namespace of the kubeconfig's context.
    pub namespace: String,
}

impl Policy for Unguarded {
    fn namespace(&self, asked: Option<&str>) -> String {
        asked.unwrap_or(&self.namespace).to_owned()
    }

    fn allow(&self, _: &Write<'_>) -> Result<(), Refused> {
        Ok(())
    }

    fn prepare(&self, _: &mut Value) {}

    fn owns(&self, _: &str) -> bool {
        true
    }

    fn made(&self, _: ObjectRef) {}

    fn removed(&self, _: &ObjectRef) {}
}
