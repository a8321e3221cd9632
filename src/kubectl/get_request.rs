//! What `get` asks of the server, and how it reads the answers.

use serde_json::{Value, json};

use super::failure::Failure;
use super::format::Format;
use super::list_error::list_error;
use super::print::{Row, Table, bare_columns};
use super::resources::Wanted;
use super::{Io, Session, manifest, resources};
use crate::base::human_duration;
use crate::cluster::{
    ApiRequest, Cluster, RequestError, ResourceKind, WATCH_SPAN, percent_encoded,
};
use crate::invocation::Invocation;

/// Where and by what objects are looked for.
#[derive(Debug, Clone)]
pub(super) struct Search {
    /// The namespace; none means all of them.
    pub(super) namespace: Option<String>,
    selector: String,
    field_selector: String,
    chunk_size: i64,
    /// A part of the object, such as its status.
    subresource: String,
    form: Form,
}

/// In which form the server shall answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// A table whose rows carry metadata.
    Table,
    /// A table whose rows carry whole objects, to sort by them.
    TableWithObjects,
    /// The objects.
    Objects,
}

/// One thing that was asked for, with a namespace of its own where a file says so.
#[derive(Debug, Clone)]
pub(super) struct Lookup {
    /// Kind, and name where one is named.
    pub(super) wanted: Wanted,
    /// The namespace of an object in a file.
    namespace: Option<String>,
}

/// What the server answered to one [`Lookup`].
#[derive(Debug, Clone)]
pub(super) struct Found<A> {
    /// The kind that was asked for.
    pub(super) kind: ResourceKind,
    /// The answer.
    pub(super) answer: A,
    /// What the server warned of.
    pub(super) warnings: Vec<String>,
}

impl Search {
    /// As the flags ask.
    pub(super) fn asked(invocation: &Invocation, session: &Session, format: &Format) -> Self {
        let flags = &invocation.flags;
        let everywhere = flags.switch("all-namespaces");
        let text = |name: &str| flags.text(name).unwrap_or_default().to_owned();
        let form = match (format.is_table(), flags.is_set("sort-by")) {
            (false, _) => Form::Objects,
            // What makes a table of objects makes it here then.
            _ if !flags.switch("server-print") => Form::Objects,
            (true, true) => Form::TableWithObjects,
            (true, false) => Form::Table,
        };
        Self {
            namespace: (!everywhere).then(|| session.policy.namespace(flags.text("namespace"))),
            selector: text("selector"),
            field_selector: text("field-selector"),
            chunk_size: if flags.is_set("sort-by") {
                0
            } else {
                flags.number("chunk-size").unwrap_or(0)
            },
            subresource: text("subresource"),
            form,
        }
    }

    /// Whether only some objects of a kind are asked for.
    fn is_selective(&self) -> bool {
        !(self.selector.is_empty() && self.field_selector.is_empty())
    }

    /// The request for one thing, from where a part of a list ended.
    fn request(&self, lookup: &Lookup, proceed: &str) -> ApiRequest {
        let namespace = lookup.namespace.as_deref().or(self.namespace.as_deref());
        let request = match &lookup.wanted.name {
            Some(name) => {
                let mut path = lookup.wanted.kind.object_path(namespace, name);
                if !self.subresource.is_empty() {
                    path = format!("{path}/{}", percent_encoded(&self.subresource));
                }
                ApiRequest::get(path)
            }
            None => {
                let limit =
                    if self.chunk_size > 0 { self.chunk_size.to_string() } else { String::new() };
                ApiRequest::get(lookup.wanted.kind.path(namespace))
                    .with("labelSelector", self.selector.as_str())
                    .with("fieldSelector", self.field_selector.as_str())
                    .with("limit", limit)
                    .with("continue", proceed)
            }
        };
        self.formed(request)
    }

    /// What went wrong, with what was looked for where that was a list.
    fn told(&self, lookup: &Lookup, error: RequestError) -> RequestError {
        match lookup.wanted.name {
            Some(_) => error,
            None => list_error(error, &lookup.wanted.kind, [&self.selector, &self.field_selector]),
        }
    }

    fn formed(&self, request: ApiRequest) -> ApiRequest {
        match self.form {
            Form::Objects => request,
            Form::Table => request.as_table(),
            Form::TableWithObjects => request.as_table().with("includeObject", "Object"),
        }
    }

    /// The request that watches what `lookup` names, from a version on.
    pub(super) fn watch(&self, lookup: &Lookup, version: &str) -> ApiRequest {
        let namespace = lookup.namespace.as_deref().or(self.namespace.as_deref());
        let fields = match &lookup.wanted.name {
            Some(name) => format!("metadata.name={name}"),
            None => self.field_selector.clone(),
        };
        let request = ApiRequest::get(lookup.wanted.kind.path(namespace))
            .with("labelSelector", self.selector.as_str())
            .with("fieldSelector", fields)
            .with("watch", "true")
            .with("resourceVersion", version)
            .with("timeoutSeconds", WATCH_SPAN.as_secs().to_string());
        self.formed(request)
    }

    /// What is asked for, as a table.
    pub(super) async fn table(
        &self,
        lookup: &Lookup,
        cluster: &Cluster,
    ) -> Result<Found<Table>, RequestError> {
        let mut warnings = Vec::new();
        let mut whole: Option<Table> = None;
        let mut proceed = String::new();
        loop {
            let reply = cluster.send(&self.request(lookup, &proceed)).await;
            let reply = reply.map_err(|error| self.told(lookup, error))?;
            warnings.extend(reply.warnings);
            let mut part = table_of(serde_json::from_slice(&reply.body)?, cluster)?;
            proceed = std::mem::take(&mut part.metadata.r#continue);
            match &mut whole {
                None => whole = Some(part),
                Some(whole) => whole.rows.append(&mut part.rows),
            }
            if proceed.is_empty() {
                break;
            }
        }
        let kind = lookup.wanted.kind.clone();
        Ok(Found { kind, answer: whole.unwrap_or_default(), warnings })
    }

    /// What is asked for, as objects.
    pub(super) async fn objects(
        &self,
        lookup: &Lookup,
        cluster: &Cluster,
    ) -> Result<Found<Objects>, RequestError> {
        let mut warnings = Vec::new();
        let mut found = Objects::default();
        let mut proceed = String::new();
        loop {
            let reply = cluster.send(&self.request(lookup, &proceed)).await;
            let reply = reply.map_err(|error| self.told(lookup, error))?;
            warnings.extend(reply.warnings);
            let part: Value = serde_json::from_slice(&reply.body)?;
            let text = |key: &str| part["metadata"][key].as_str().unwrap_or_default().to_owned();
            found.version = text("resourceVersion");
            proceed = text("continue");
            found.items.extend(items_of(part));
            if proceed.is_empty() {
                break;
            }
        }
        Ok(Found { kind: lookup.wanted.kind.clone(), answer: found, warnings })
    }
}

/// Objects, and the version of the list that they came from.
#[derive(Debug, Clone, Default)]
pub(super) struct Objects {
    /// The objects.
    pub(super) items: Vec<Value>,
    /// Where a watch goes on.
    pub(super) version: String,
}

/// What the operands or `-f` name.
pub(super) async fn lookups(
    invocation: &Invocation,
    session: &Session,
    io: &mut Io,
    search: &Search,
) -> Result<Vec<Lookup>, Failure> {
    if manifest::is_asked(invocation) {
        let manifests = manifest::manifests(invocation, session, io).await?;
        return Ok(manifests
            .into_iter()
            .map(|manifest| Lookup {
                namespace: manifest.namespace().map(str::to_owned),
                wanted: Wanted { name: Some(manifest.name().to_owned()), kind: manifest.kind },
            })
            .collect());
    }
    let wanted = resources::wanted(&invocation.args, session).await?;
    io.err(resources::ambiguous(&invocation.args)).await?;
    let named = wanted.iter().any(|wanted| wanted.name.is_some());
    if !named && !search.subresource.is_empty() {
        return Err(Failure::message(
            "subresource cannot be used when bulk resources are specified",
        ));
    }
    if named && search.is_selective() {
        return Err(Failure::message("name cannot be provided when a selector is specified"));
    }
    if named && search.namespace.is_none() {
        return Err(Failure::message(
            "a resource cannot be retrieved by name across all namespaces",
        ));
    }
    Ok(wanted.into_iter().map(|wanted| Lookup { wanted, namespace: None }).collect())
}

/// An answer as a table; a server that makes none for a kind sends the objects.
pub(super) fn table_of(answer: Value, cluster: &Cluster) -> Result<Table, serde_json::Error> {
    if answer["kind"] == "Table" {
        return serde_json::from_value(answer);
    }
    let metadata = serde_json::from_value(answer["metadata"].clone()).unwrap_or_default();
    let rows = items_of(answer)
        .into_iter()
        .map(|object| Row {
            cells: vec![object["metadata"]["name"].clone(), json!(age(&object, cluster))],
            object,
        })
        .collect();
    Ok(Table { column_definitions: bare_columns(), rows, metadata })
}

fn age(object: &Value, cluster: &Cluster) -> String {
    let made = object["metadata"]["creationTimestamp"].as_str();
    match made.and_then(|made| made.parse::<jiff::Timestamp>().ok()) {
        Some(made) => human_duration(cluster.now().duration_since(made)),
        None => "<unknown>".to_owned(),
    }
}

/// The members of a list, each with its kind; or the one object.
pub(super) fn items_of(mut answer: Value) -> Vec<Value> {
    let kind = answer["kind"].as_str().unwrap_or_default();
    let Some(kind) = kind.strip_suffix("List").map(str::to_owned) else { return vec![answer] };
    let api_version = answer["apiVersion"].clone();
    let items = answer.get_mut("items").and_then(Value::as_array_mut).map(std::mem::take);
    let mut items = items.unwrap_or_default();
    for item in items.iter_mut().filter_map(Value::as_object_mut) {
        item.entry("apiVersion").or_insert_with(|| api_version.clone());
        item.entry("kind").or_insert_with(|| json!(kind));
    }
    items
}
