use serde_json::{Value, json};

use super::super::call::Call;
use super::super::decode::{Expected, body};
use super::super::output::bytes;
use super::super::patch::patched;
use super::super::registry::definition_version;
use super::super::table::{find_path, labels_text, selector_text as table_selector};
use super::super::write::{change_object, existing};
use super::super::{Answer, Reply};
use crate::kinds::ApiResource;
use crate::sandbox::admit::Status;
use crate::sandbox::admit::edit::{at, set, text};

/// Where a resource keeps its number of replicas.
struct Paths {
    wanted: String,
    actual: String,
    /// The selector, as text or as an object.
    selector: Option<String>,
}

/// The number of replicas, read or changed.
///
/// Source: `pkg/registry/apps/deployment/storage/storage.go`, `ScaleREST`.
///
/// # Errors
/// 404, 405, 409 and whatever makes the number invalid.
pub(super) fn scale(call: &mut Call<'_>) -> Result<Reply, Status> {
    let object = existing(call)?;
    let paths = paths(call);
    let current = scale_of(&object, &paths);
    let wanted = match call.request.method.as_str() {
        "GET" => return Ok(sent(&current)),
        "PUT" => body(call, &Expected::kind("autoscaling/v1", "Scale"))?,
        "PATCH" => patched(call, &scale_resource(call), current)?.0,
        _ => return Err(Status::method_not_allowed()),
    };
    let replicas = at(&wanted, &["spec", "replicas"]).and_then(Value::as_i64).unwrap_or(0);
    let mut changed = Value::clone(&object);
    let version = text(&wanted, &["metadata", "resourceVersion"]);
    set(&mut changed, &["metadata"], "resourceVersion", version);
    put(&mut changed, &paths.wanted, replicas);
    let stored = change_object(call, &object, changed, true)?;
    Ok(sent(&scale_of(&stored, &paths)))
}

/// How a scale's own type is named, for patches of it.
fn scale_resource(call: &Call<'_>) -> ApiResource {
    let of = call.resource().clone();
    let (group, version, kind) = ("autoscaling".into(), "v1".into(), "Scale".into());
    ApiResource { group, version, kind, custom: false, ..of }
}

fn sent(scale: &Value) -> Reply {
    Reply::Answer(Answer::of_json(200, bytes(scale)))
}

fn paths(call: &Call<'_>) -> Paths {
    let of_definition = definition_version(call.store, call.resource())
        .and_then(|version| at(version, &["subresources", "scale"]));
    match of_definition {
        Some(scale) => Paths {
            wanted: text(scale, &["specReplicasPath"]).to_owned(),
            actual: text(scale, &["statusReplicasPath"]).to_owned(),
            selector: at(scale, &["labelSelectorPath"]).and_then(Value::as_str).map(str::to_owned),
        },
        None => Paths {
            wanted: ".spec.replicas".to_owned(),
            actual: ".status.replicas".to_owned(),
            selector: Some(".spec.selector".to_owned()),
        },
    }
}

fn scale_of(object: &Value, paths: &Paths) -> Value {
    let number =
        |path: &str| find_path(object, path).first().and_then(|one| one.as_i64()).unwrap_or(0);
    let meta = &object["metadata"];
    let mut scale = json!({"kind": "Scale", "apiVersion": "autoscaling/v1",
        "metadata": {"name": meta["name"], "namespace": meta["namespace"], "uid": meta["uid"],
            "resourceVersion": meta["resourceVersion"], "creationTimestamp": meta["creationTimestamp"]},
        "spec": {}, "status": {"replicas": number(&paths.actual)}});
    let wanted = number(&paths.wanted);
    if wanted != 0 {
        scale["spec"]["replicas"] = json!(wanted);
    }
    let selector =
        paths.selector.as_deref().and_then(|path| find_path(object, path).into_iter().next());
    if let Some(selector) = selector {
        scale["status"]["selector"] = json!(selector_text(selector));
    }
    scale
}

fn selector_text(selector: &Value) -> String {
    match selector {
        Value::String(text) => text.clone(),
        // A replication controller's is a map of labels.
        Value::Object(map)
            if !map.contains_key("matchLabels") && !map.contains_key("matchExpressions") =>
        {
            labels_text(selector)
        }
        other => table_selector(other),
    }
}

/// Sets a number at a path of plain fields.
fn put(object: &mut Value, path: &str, number: i64) {
    let fields: Vec<&str> = path.split('.').filter(|field| !field.is_empty()).collect();
    if let [parents @ .., last] = fields.as_slice() {
        set(object, parents, last, number);
    }
}
