use std::sync::OnceLock;

use serde_json::{Map, Value, json};

use super::super::decode::schema_of;
use super::super::discovery::{VERSION, groups};
use super::super::output::bytes;
use super::super::registry::definition_version;
use super::super::{Answer, Request};
use super::gnostic;
use super::schemas::{Dialect, definition_name, schemas};
use crate::kinds::{ApiResource, Schema, TypeId, Verbs};
use crate::sandbox::admit::Status;
use crate::sandbox::store::{Store, mixed};

const GVK: &str = "x-kubernetes-group-version-kind";

/// `/openapi/v3`: where each group's document is.
pub(in crate::sandbox::api) fn index(store: &Store) -> Value {
    let mut paths = Map::new();
    for group in groups(store) {
        for (version, resources) in &group.versions {
            let path = match group.name.as_str() {
                "" => format!("api/{version}"),
                name => format!("apis/{name}/{version}"),
            };
            // Custom ones change with their definitions.
            let custom = resources.iter().any(|one| one.custom);
            let hash = mixed(if custom { store.revision() } else { path.len() as u64 });
            let url = format!("/openapi/v3/{path}?hash={hash:016X}");
            paths.insert(path, json!({"serverRelativeURL": url}));
        }
    }
    json!({"paths": paths})
}

/// `/openapi/v3/apis/apps/v1`: the document of a group's version.
pub(in crate::sandbox::api) fn document(store: &Store, path: &str) -> Option<Value> {
    let parts: Vec<&str> = path.split('/').collect();
    let (group, version) = match parts.as_slice() {
        ["api", version] => ("", *version),
        ["apis", group, version] => (*group, *version),
        _ => return None,
    };
    let groups = groups(store);
    let found = groups.iter().find(|one| one.name == group)?;
    let (_, resources) = found.versions.iter().find(|(one, _)| one == version)?;
    let resources: Vec<&ApiResource> = resources.iter().map(AsRef::as_ref).collect();
    let mut components = schemas(&type_ids(&resources), Dialect::Three);
    for resource in &resources {
        let (name, schema) = resource_schema(store, resource, &mut components, Dialect::Three);
        components.insert(name, schema);
    }
    Some(json!({"openapi": "3.0.0", "info": {"title": "Kubernetes", "version": VERSION},
        "paths": paths(&resources, Dialect::Three), "components": {"schemas": components}}))
}

fn type_ids(resources: &[&ApiResource]) -> Vec<TypeId> {
    let of = |one: &&ApiResource| Schema::shipped().kind(&one.api_version(), &one.kind);
    let mut ids: Vec<TypeId> = resources.iter().filter_map(of).collect();
    let scale = Schema::shipped().kind("autoscaling/v1", "Scale");
    let options = Schema::shipped().kind("meta/v1", "DeleteOptions");
    ids.extend(scale.into_iter().chain(options));
    ids
}

fn gvk(resource: &ApiResource) -> Value {
    json!({"group": resource.group, "version": resource.version, "kind": resource.kind})
}

/// A resource's own schema, which says of which kind it is.
fn resource_schema(
    store: &Store,
    resource: &ApiResource,
    known: &mut Map<String, Value>,
    dialect: Dialect,
) -> (String, Value) {
    let type_id = Schema::shipped().kind(&resource.api_version(), &resource.kind);
    if let Some(id) = type_id {
        let name = definition_name(Schema::shipped().get(id));
        let mut schema = known.remove(&name).unwrap_or_else(|| json!({"type": "object"}));
        schema[GVK] = json!([gvk(resource)]);
        return (name, schema);
    }
    let mut reversed: Vec<&str> = resource.group.split('.').collect();
    reversed.reverse();
    let name = format!("{}.{}.{}", reversed.join("."), resource.version, resource.kind);
    let version = definition_version(store, resource);
    let mut schema =
        version.and_then(schema_of).cloned().unwrap_or_else(|| json!({"type": "object"}));
    let metadata = Schema::shipped().kind("meta/v1", "ObjectMeta");
    if let (Some(id), true) = (metadata, schema.is_object()) {
        known.extend(schemas(&[id], dialect));
        let meta = definition_name(Schema::shipped().get(id));
        if !schema["properties"].is_object() {
            schema["properties"] = json!({});
        }
        schema["properties"]["metadata"] = match dialect {
            Dialect::Two => json!({"$ref": format!("#/definitions/{meta}")}),
            Dialect::Three => json!({"allOf": [{"$ref": format!("#/components/schemas/{meta}")}]}),
        };
        for key in ["apiVersion", "kind"] {
            if schema["properties"][key].is_null() {
                schema["properties"][key] = json!({"type": "string"});
            }
        }
    }
    schema[GVK] = json!([gvk(resource)]);
    (name, schema)
}

fn paths(resources: &[&ApiResource], dialect: Dialect) -> Map<String, Value> {
    let mut paths = Map::new();
    for resource in resources {
        let root = if resource.group.is_empty() { "/api" } else { "/apis" };
        let root = format!("{root}/{}", resource.api_version());
        let scope = if resource.namespaced { "/namespaces/{namespace}" } else { "" };
        let collection = format!("{root}{scope}/{}", resource.plural);
        let mut of_collection = json!({"post": operation(resource, "post", dialect)});
        if resource.verbs == Verbs::All {
            of_collection["get"] = operation(resource, "list", dialect);
            let one = json!({
                "get": operation(resource, "get", dialect),
                "put": operation(resource, "put", dialect),
                "patch": operation(resource, "patch", dialect),
                "delete": operation(resource, "delete", dialect),
            });
            paths.insert(format!("{collection}/{{name}}"), one);
        }
        paths.insert(collection, of_collection);
    }
    paths
}

fn operation(resource: &ApiResource, action: &str, dialect: Dialect) -> Value {
    let names: &[&str] = match action {
        "post" | "put" => &["dryRun", "fieldManager", "fieldValidation"],
        "patch" => &["dryRun", "fieldManager", "fieldValidation", "force"],
        "delete" => &["dryRun", "gracePeriodSeconds", "propagationPolicy"],
        _ => &["pretty"],
    };
    let parameter = |name: &&str| match dialect {
        Dialect::Three => {
            json!({"name": name, "in": "query", "schema": {"type": "string", "uniqueItems": true}})
        }
        Dialect::Two => json!({"name": name, "in": "query", "type": "string"}),
    };
    let parameters: Vec<Value> = names.iter().map(parameter).collect();
    json!({"x-kubernetes-action": action, GVK: gvk(resource), "parameters": parameters,
        "responses": {"200": {"description": "OK"}}})
}

/// `/openapi/v2`: all built-in kinds in one document, which older clients ask for.
///
/// # Errors
/// 406 where the client takes neither of its forms.
pub(in crate::sandbox::api) fn second_version(
    _store: &Store,
    request: &Request,
) -> Result<Answer, Status> {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    static ENCODED: OnceLock<Vec<u8>> = OnceLock::new();
    let document = || DOCUMENT.get_or_init(swagger);
    const PROTOBUF: &str = "application/com.github.proto-openapi.spec.v2";
    if request.accept.contains(PROTOBUF) {
        let body = ENCODED.get_or_init(|| gnostic::encode(document())).clone();
        let mut answer = Answer::of_json(200, body);
        // What clients ask for is no valid media type; servers answer with one that is.
        answer.content_type = format!("{PROTOBUF}.v1.0+protobuf");
        return Ok(answer);
    }
    Ok(Answer::of_json(200, bytes(document())))
}

fn swagger() -> Value {
    let resources: Vec<&ApiResource> = ApiResource::built_in().iter().collect();
    let mut definitions = schemas(&type_ids(&resources), Dialect::Two);
    let nothing = Store::default();
    for resource in &resources {
        let (name, mut schema) =
            resource_schema(&nothing, resource, &mut definitions, Dialect::Two);
        let before = definitions.get(&name).and_then(|one| one[GVK].as_array()).cloned();
        let mut kinds = before.unwrap_or_default();
        kinds.extend(schema[GVK].as_array().into_iter().flatten().cloned());
        schema[GVK] = json!(kinds);
        definitions.insert(name, schema);
    }
    json!({"swagger": "2.0", "info": {"title": "Kubernetes", "version": VERSION},
        "paths": paths(&resources, Dialect::Two), "definitions": definitions})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_group_of_the_index_has_its_document() {
        let store = Store::default();
        let index = index(&store);
        for (path, _) in index["paths"].as_object().unwrap() {
            let document = document(&store, path).unwrap();
            assert!(!document["paths"].as_object().unwrap().is_empty(), "{path}");
        }
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let store = Store::default();
        let text = document(&store, "apis/apps/v1").unwrap();
        let known = text["components"]["schemas"].as_object().unwrap();
        let written = text.to_string();
        for part in written.split("#/components/schemas/").skip(1) {
            let name = part.split('"').next().unwrap();
            assert!(known.contains_key(name), "{name}");
        }
        let patch =
            &text["paths"]["/apis/apps/v1/namespaces/{namespace}/deployments/{name}"]["patch"];
        assert_eq!(patch[GVK]["kind"], "Deployment");
        assert!(
            patch["parameters"]
                .as_array()
                .unwrap()
                .iter()
                .any(|one| one["name"] == "fieldValidation")
        );
    }
}
