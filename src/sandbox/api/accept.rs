use super::Request;
use crate::sandbox::admit::Status;

/// The form in which objects are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// As they are.
    Object,
    /// As rows with cells.
    Table(&'static str),
    /// Their metadata alone.
    Metadata(&'static str),
}

/// Which part of an object a row of a table carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum IncludeObject {
    /// Nothing.
    None,
    /// Its metadata.
    Metadata,
    /// All of it.
    Object,
}

/// One media type that a client takes, with its parameters.
struct MediaType<'a> {
    name: &'a str,
    parameters: Vec<(&'a str, &'a str)>,
}

impl<'a> MediaType<'a> {
    fn parameter(&self, name: &str) -> &'a str {
        self.parameters.iter().find(|(key, _)| *key == name).map_or("", |(_, value)| value)
    }

    fn is_json(&self) -> bool {
        matches!(self.name, "application/json" | "application/*" | "*/*" | "application/yaml")
    }
}

fn media_types(accept: &str) -> impl Iterator<Item = MediaType<'_>> {
    accept.split(',').map(|one| {
        let mut parts = one.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default();
        let parameters = parts.filter_map(|part| part.split_once('='));
        MediaType { name, parameters: parameters.map(|(k, v)| (k.trim(), v.trim())).collect() }
    })
}

/// The first form that a client takes and that we can send.
///
/// Source: `apiserver/pkg/endpoints/handlers/negotiation/negotiate.go`.
///
/// # Errors
/// 406 where it takes none of ours.
pub(super) fn form(request: &Request) -> Result<Form, Status> {
    if request.accept.trim().is_empty() {
        return Ok(Form::Object);
    }
    let version = |one: &MediaType<'_>| match (one.parameter("g"), one.parameter("v")) {
        ("meta.k8s.io", "v1") => Some("meta.k8s.io/v1"),
        ("meta.k8s.io", "v1beta1") => Some("meta.k8s.io/v1beta1"),
        _ => None,
    };
    for one in media_types(&request.accept).filter(MediaType::is_json) {
        match (one.parameter("as"), version(&one)) {
            ("", _) => return Ok(Form::Object),
            ("Table", Some(version)) => return Ok(Form::Table(version)),
            ("PartialObjectMetadata" | "PartialObjectMetadataList", Some(version)) => {
                return Ok(Form::Metadata(version));
            }
            _ => {}
        }
    }
    Err(not_acceptable())
}

/// Whether a client takes aggregated discovery, and in which version.
pub(super) fn aggregated_discovery(request: &Request) -> Option<&'static str> {
    media_types(&request.accept)
        .filter(|one| one.is_json())
        .map(|one| match (one.parameter("as"), one.parameter("g"), one.parameter("v")) {
            ("APIGroupDiscoveryList", "apidiscovery.k8s.io", "v2") => Some("v2"),
            ("APIGroupDiscoveryList", "apidiscovery.k8s.io", "v2beta1") => Some("v2beta1"),
            _ => None,
        })
        .find(Option::is_some)?
}

/// Which part of an object each row of a table carries: `includeObject`.
///
/// # Errors
/// 400 for a word that is none of them.
pub(super) fn include_object(request: &Request) -> Result<IncludeObject, Status> {
    match request.parameter("includeObject") {
        None | Some("" | "Metadata") => Ok(IncludeObject::Metadata),
        Some("None") => Ok(IncludeObject::None),
        Some("Object") => Ok(IncludeObject::Object),
        Some(other) => Err(Status::bad_request(format!(
            "unrecognized includeObject value: {other:?}, must be one of: \"None\", \"Metadata\", \"Object\""
        ))),
    }
}

fn not_acceptable() -> Status {
    let message = "only the following media types are accepted: application/json, application/json;as=Table;v=v1;g=meta.k8s.io, application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io";
    Status::new(406, "NotAcceptable", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form_of(accept: &str) -> Option<Form> {
        let request = Request { accept: accept.to_owned(), ..Request::default() };
        form(&request).ok()
    }

    #[test]
    fn the_first_form_that_can_be_sent_is_taken() {
        let rows = [
            ("", Some(Form::Object)),
            ("*/*", Some(Form::Object)),
            ("application/vnd.kubernetes.protobuf,application/json", Some(Form::Object)),
            (
                "application/json;as=Table;v=v1;g=meta.k8s.io,application/json",
                Some(Form::Table("meta.k8s.io/v1")),
            ),
            (
                "application/json;as=Nothing;v=v1;g=meta.k8s.io, application/json",
                Some(Form::Object),
            ),
            (
                "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1",
                Some(Form::Metadata("meta.k8s.io/v1")),
            ),
            ("application/vnd.kubernetes.protobuf", None),
            ("text/html", None),
        ];
        for (accept, wanted) in rows {
            assert_eq!(form_of(accept), wanted, "{accept}");
        }
    }
}
