use serde_json::{Value, json};

use super::call::Call;
use super::list_options::{ListOptions, Page};
use super::output::Output;
use super::watch_plan::WatchPlan;
use super::{Answer, Reply};
use crate::sandbox::admit::Status;
use crate::sandbox::admit::edit::items;
use crate::sandbox::store::{Object, StoreError};

/// One object.
///
/// # Errors
/// 404.
pub(super) fn get(call: &Call<'_>) -> Result<Reply, Status> {
    let output = Output::of(call.store, call.request, call.resource())?;
    let key = call.key();
    let found = call.store.get(&key, call.target.namespace(), call.target.name());
    let object = found.ok_or_else(|| call.not_found())?;
    Ok(Reply::Answer(output.answer(200, object, call.now)))
}

/// Objects, in pages where the client wants that.
///
/// # Errors
/// 400 for selectors and tokens that are none, 410 for a version that is no longer known.
pub(super) fn list(call: &Call<'_>) -> Result<Reply, Status> {
    let options = ListOptions::read(call)?;
    let output = Output::of(call.store, call.request, call.resource())?;
    let page = page(call, &options)?;
    let body = output.list(&page.objects, &page.metadata(), call.now);
    Ok(Reply::Answer(Answer::of_json(200, body)))
}

/// What happens to objects from now on, or from a version on.
///
/// # Errors
/// 400 for selectors that are none.
pub(super) fn watch(call: &Call<'_>) -> Result<Reply, Status> {
    let mut options = ListOptions::read(call)?;
    if let Some(name) = &call.target.name {
        options.fields = options.fields.and_name(name);
    }
    let output = Output::of(call.store, call.request, call.resource())?;
    let plan = WatchPlan::new(call, options, output)?;
    Ok(Reply::Watch(Box::new(plan)))
}

/// The objects that options select.
pub(super) fn selected(call: &Call<'_>, options: &ListOptions) -> Vec<Object> {
    let key = call.key();
    if let (Some(name), Some(namespace)) = (options.fields.only_name(), &call.target.namespace) {
        let found = call.store.get(&key, namespace, name).cloned();
        return found.into_iter().filter(|one| options.selects(one)).collect();
    }
    let all = call.store.list(&key, call.target.namespace.as_deref());
    all.filter(|one| options.selects(one)).cloned().collect()
}

fn page(call: &Call<'_>, options: &ListOptions) -> Result<Page, Status> {
    let current = call.store.revision();
    let version = options.version(current)?;
    let mut objects = if version == current {
        selected(call, options)
    } else {
        let key = call.key();
        let all = call.store.list_at(&key, call.target.namespace.as_deref(), version);
        let all = all.map_err(|error| expired(&error, options))?;
        all.into_iter().filter(|one| options.selects(one)).collect()
    };
    if let Some(token) = &options.continue_from {
        objects.retain(|one| token.is_before(one));
    }
    let mut page = Page { objects, version, next: None, remaining: None };
    page.cut(options);
    Ok(page)
}

/// Source: `apiserver/pkg/storage/etcd3/errors.go`.
fn expired(error: &StoreError, options: &ListOptions) -> Status {
    let message = if options.continue_from.is_some() {
        "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.".to_owned()
    } else {
        error.to_string()
    };
    Status::new(410, "Expired", message)
}

/// Fields that a definition lets its objects be selected by.
pub(super) fn selectable_fields(version: Option<&Value>) -> Vec<String> {
    let fields = version.into_iter().flat_map(|one| items(one, &["selectableFields"]));
    let paths = fields.filter_map(|one| one["jsonPath"].as_str());
    paths.map(|path| path.trim_start_matches('.').to_owned()).collect()
}

impl Page {
    fn metadata(&self) -> Value {
        let mut metadata = json!({"resourceVersion": self.version.to_string()});
        if let Some(token) = &self.next {
            metadata["continue"] = json!(token);
        }
        if let Some(remaining) = self.remaining {
            metadata["remainingItemCount"] = json!(remaining);
        }
        metadata
    }
}
