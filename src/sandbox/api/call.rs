use jiff::Timestamp;

use super::Request;
use super::route::Target;
use crate::kinds::ApiResource;
use crate::sandbox::admit::Status;
use crate::sandbox::store::Store;

/// A request for objects that is being carried out.
pub(super) struct Call<'a> {
    pub(super) store: &'a mut Store,
    pub(super) request: &'a Request,
    pub(super) target: Target,
    pub(super) now: Timestamp,
    /// What the client is told beside the answer.
    pub(super) warnings: Vec<String>,
}

impl Call<'_> {
    /// What the objects are.
    pub(super) fn resource(&self) -> &ApiResource {
        &self.target.resource
    }

    /// The store's name of the resource.
    pub(super) fn key(&self) -> String {
        self.target.resource.key().into_owned()
    }

    /// Whether nothing is to be changed: `dryRun=All`.
    ///
    /// # Errors
    /// 422 for another word.
    pub(super) fn is_dry_run(&self) -> Result<bool, Status> {
        let words = self.request.parameters("dryRun");
        match words.iter().find(|word| *word != "All") {
            None => Ok(!words.is_empty()),
            Some(other) => {
                let kind = "CreateOptions.meta.k8s.io";
                let why =
                    format!("dryRun: Unsupported value: {other:?}: supported values: \"All\"");
                Err(Status::new(422, "Invalid", format!("{kind} \"\" is invalid: {why}")))
            }
        }
    }

    /// Who the change is attributed to: `fieldManager`, else the first word of the client's name.
    ///
    /// Source: `apiserver/pkg/endpoints/handlers/create.go`, `managerOrUserAgent`.
    pub(super) fn manager(&self) -> String {
        if let Some(manager) = self.request.parameter("fieldManager").filter(|one| !one.is_empty())
        {
            return manager.to_owned();
        }
        let agent = self.request.user_agent.split('/').next().unwrap_or_default();
        let shown = agent.chars().filter(|c| !c.is_control()).take(128).collect::<String>();
        if shown.is_empty() { "unknown".to_owned() } else { shown }
    }

    /// 404 for the object that is named.
    pub(super) fn not_found(&self) -> Status {
        Status::not_found(&self.resource().qualified(), self.target.name())
    }
}
