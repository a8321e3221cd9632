use jiff::Timestamp;

use super::access::{Attributes, User, allows};
use super::call::Call;
use super::route::{Route, Target, route};
use super::{Answer, Reply, Request, delete, discovery, patch, read, reviews, subresource, write};
use crate::kinds::Verbs;
use crate::sandbox::admit::Status;
use crate::sandbox::store::Store;

/// The longest body that is read.
///
/// Source: `apiserver/pkg/server/config.go`, `MaxRequestBodyBytes`.
const LONGEST_BODY: usize = 3 << 20;

/// Carries a request out on the store.
pub(crate) fn handle(store: &mut Store, request: &Request, now: Timestamp) -> Reply {
    let done = match route(store, &request.path) {
        _ if request.body.len() > LONGEST_BODY => Err(too_large()),
        Route::Objects(target) => objects(store, request, *target, now),
        other => discovery::answer(store, request, &other).map(Reply::Answer),
    };
    done.unwrap_or_else(|status| Reply::Answer(Answer::of_status(&status)))
}

fn too_large() -> Status {
    let words = format!("Request entity too large: limit is {LONGEST_BODY}");
    Status::new(413, "RequestEntityTooLarge", words)
}

fn objects(
    store: &mut Store,
    request: &Request,
    target: Target,
    now: Timestamp,
) -> Result<Reply, Status> {
    let mut call = Call { store, request, target, now, warnings: Vec::new() };
    authorize(&call)?;
    warn_of_age(&mut call);
    if !call.target.subresource.is_empty() {
        return subresource::handle(&mut call);
    }
    let named = call.target.name.is_some();
    let watched = request.method == "GET" && request.says("watch");
    match (call.resource().verbs, request.method.as_str(), named) {
        (Verbs::Create, "POST", false) if call.resource().kind != "Binding" => {
            reviews::answer(&mut call)
        }
        (Verbs::Create, ..) => Err(Status::method_not_allowed()),
        (_, "GET", _) if watched => read::watch(&call),
        (_, "GET", true) => read::get(&call),
        (_, "GET", false) => read::list(&call),
        (Verbs::Read, ..) => Err(Status::method_not_allowed()),
        (_, "POST", false) if has_place(&call) => write::create(&mut call),
        (_, "PUT", true) => write::update(&mut call),
        (_, "PATCH", true) => patch::patch(&mut call),
        (_, "DELETE", true) => delete::delete(&mut call),
        (_, "DELETE", false) => delete::delete_collection(&mut call),
        _ => Err(Status::method_not_allowed()),
    }
    .map(|reply| with_warnings(reply, &call))
}

/// An object of a namespaced kind is created in a namespace.
fn has_place(call: &Call<'_>) -> bool {
    !call.resource().namespaced || call.target.namespace.is_some()
}

/// Reading answers tell warnings too; those that write have told theirs.
fn with_warnings(reply: Reply, call: &Call<'_>) -> Reply {
    match reply {
        Reply::Answer(answer) if answer.headers.is_empty() => {
            Reply::Answer(answer.with_warnings(&call.warnings))
        }
        other => other,
    }
}

/// Source: `APILifecycleDeprecated` of the types in `k8s.io/api`.
fn warn_of_age(call: &mut Call<'_>) {
    let warning = match call.resource().qualified().as_str() {
        "endpoints" => {
            "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"
        }
        "componentstatuses" => "v1 ComponentStatus is deprecated in v1.19+",
        _ => return,
    };
    call.warnings.push(warning.to_owned());
}

/// Whoever a client wants to be taken for may do what roles and bindings give them; the
/// sandbox's own user may do everything.
fn authorize(call: &Call<'_>) -> Result<(), Status> {
    if call.request.impersonate.is_none() || call.resource().verbs == Verbs::Create {
        return Ok(());
    }
    let user = User::of(call.request);
    let attributes = attributes(call);
    if allows(call.store, &user, &attributes).is_some() {
        return Ok(());
    }
    let place = match &call.target.namespace {
        Some(namespace) => format!(" in the namespace {namespace:?}"),
        None => " at the cluster scope".to_owned(),
    };
    let why = format!(
        "User {:?} cannot {} resource {:?} in API group {:?}{place}",
        user.name(),
        attributes.verb,
        attributes.resource,
        attributes.group
    );
    Err(Status::forbidden(&call.resource().qualified(), call.target.name(), &why))
}

/// Source: `apiserver/pkg/endpoints/request/requestinfo.go`.
fn attributes(call: &Call<'_>) -> Attributes {
    let named = call.target.name.is_some();
    let verb = match (call.request.method.as_str(), named) {
        ("GET", _) if call.request.says("watch") => "watch",
        ("GET", true) => "get",
        ("GET", false) => "list",
        ("POST", _) => "create",
        ("PUT", _) => "update",
        ("PATCH", _) => "patch",
        (_, true) => "delete",
        _ => "deletecollection",
    };
    let plural = &call.resource().plural;
    let resource = match call.target.subresource.as_str() {
        "" => plural.to_string(),
        sub => format!("{plural}/{sub}"),
    };
    Attributes {
        verb: verb.to_owned(),
        namespace: call.target.namespace().to_owned(),
        group: call.resource().group.to_string(),
        resource,
        name: call.target.name().to_owned(),
        url: String::new(),
    }
}
