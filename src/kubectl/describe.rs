//! `kubectl describe`.

use jiff::tz::TimeZone;
use k8s_openapi::api::core::v1::{Endpoints, Event, Pod, Service};
use k8s_openapi::api::discovery::v1::EndpointSlice;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::failure::{Failure, Outcome};
use super::get_request::items_of;
use super::print::{When, describe_endpoints, describe_pod, describe_service};
use super::resources::{Wanted, wanted};
use super::{Io, Session, manifest};
use crate::cluster::{ApiRequest, RequestError, ResourceKind};
use crate::invocation::Invocation;

/// Runs the verb.
///
/// Source: `kubectl/pkg/cmd/describe/describe.go`, `Run`.
pub(super) async fn run(invocation: &Invocation, session: &Session, io: &mut Io) -> Outcome {
    let cancelled = io.cancelled.clone();
    tokio::select! {
        outcome = describe(invocation, session, io) => outcome,
        () = Io::until_cancelled(cancelled) => Err(Failure::Interrupted),
    }
}

async fn describe(invocation: &Invocation, session: &Session, io: &mut Io) -> Outcome {
    if invocation.args.is_empty() && !invocation.flags.is_set("filename") {
        return Err(Failure::Plain(
            "error: You must specify the type of resource to describe. Use \"kubectl \
             api-resources\" for a complete list of supported resources.\n"
                .to_owned(),
            1,
        ));
    }
    let everywhere = invocation.flags.switch("all-namespaces");
    let namespace = session.policy.namespace(invocation.flags.text("namespace"));
    let namespace = (!everywhere).then_some(namespace);
    let (subjects, mut failures) = subjects(invocation, session, io, namespace.as_deref()).await?;
    let mut described = 0;
    for subject in &subjects {
        match subject.text(session, events(invocation, &subjects)).await {
            Ok(text) if subject.found == By::Prefix => io.out(&format!("{text}\n")).await?,
            Ok(text) => {
                let gap = if described > 0 { "\n\n" } else { "" };
                io.out(&format!("{gap}{text}")).await?;
            }
            Err(failure) => {
                failures.push(failure);
                continue;
            }
        }
        described += 1;
    }
    if described == 0 && failures.is_empty() {
        io.err(&match namespace {
            Some(namespace) => format!("No resources found in {namespace} namespace.\n"),
            None => "No resources found\n".to_owned(),
        })
        .await?;
    }
    Failure::collect(failures)
}

/// Only one object, named in full, is described with its events, unless they are asked for.
///
/// Source: `describe.go`, `Run`, since 1.36.
fn events(invocation: &Invocation, subjects: &[Subject]) -> Events {
    let exact = matches!(subjects, [Subject { found: By::Name, .. }]);
    let shown = invocation.flags.switch("show-events");
    if shown && (exact || invocation.flags.is_set("show-events")) {
        Events::Shown
    } else {
        Events::Hidden
    }
}

/// Whether events are described as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Events {
    Shown,
    Hidden,
}

/// An object that is described.
struct Subject {
    kind: ResourceKind,
    object: Value,
    found: By,
}

/// How an object was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    /// By its name, or as one of its kind.
    Name,
    /// Because its name begins with what was asked for.
    Prefix,
}

/// What is described, and what could not be found.
async fn subjects(
    invocation: &Invocation,
    session: &Session,
    io: &mut Io,
    namespace: Option<&str>,
) -> Result<(Vec<Subject>, Vec<Failure>), Failure> {
    let (mut found, mut failures) = (Vec::new(), Vec::new());
    if invocation.flags.is_set("filename") {
        for manifest in manifest::manifests(invocation, session, io).await? {
            let request = ApiRequest::get(manifest.path());
            match session.cluster.json(&request).await {
                Ok(object) => found.push(Subject { kind: manifest.kind, object, found: By::Name }),
                Err(error) => failures.push(error.into()),
            }
        }
        return Ok((found, failures));
    }
    for Wanted { kind, name } in wanted(&invocation.args, session).await? {
        can_describe(&kind)?;
        let answer = match &name {
            Some(name) => named(session, &kind, namespace, name).await,
            None => {
                let selector = invocation.flags.text("selector").unwrap_or_default();
                let request = ApiRequest::get(kind.path(namespace)).with("labelSelector", selector);
                session.cluster.json(&request).await.map(|list| (items_of(list), By::Name))
            }
        };
        match answer {
            Ok((objects, by)) => found.extend(objects.into_iter().map(|object| Subject {
                kind: kind.clone(),
                object,
                found: by,
            })),
            Err(error) => failures.push(error.into()),
        }
    }
    Ok((found, failures))
}

fn can_describe(kind: &ResourceKind) -> Outcome {
    match (kind.group.as_str(), kind.kind.as_str()) {
        ("", "Pod" | "Service" | "Endpoints") => Ok(()),
        _ => Err(Failure::message(format!(
            "podlab describes pods, services and endpoints, not {}; `kubectl get {} -o yaml` shows everything",
            kind.group_resource(),
            kind.plural
        ))),
    }
}

/// The object of that name, else all whose names begin with it.
///
/// Source: `describe.go`, `DescribeMatchingResources`.
async fn named(
    session: &Session,
    kind: &ResourceKind,
    namespace: Option<&str>,
    name: &str,
) -> Result<(Vec<Value>, By), RequestError> {
    let request = ApiRequest::get(kind.object_path(namespace, name));
    let missing = match session.cluster.json(&request).await {
        Err(error) if error.is_not_found() => error,
        answer => return Ok((vec![answer?], By::Name)),
    };
    let all = items_of(session.cluster.json(&ApiRequest::get(kind.path(namespace))).await?);
    let begins = |object: &Value| {
        object["metadata"]["name"].as_str().is_some_and(|other| other.starts_with(name))
    };
    let matching: Vec<Value> = all.into_iter().filter(begins).collect();
    if matching.is_empty() { Err(missing) } else { Ok((matching, By::Prefix)) }
}

impl Subject {
    async fn text(&self, session: &Session, events: Events) -> Result<String, Failure> {
        can_describe(&self.kind)?;
        let (events, slices) = futures::join!(self.events(session, events), self.slices(session));
        let (events, slices) = (events?, slices?);
        let (events, when) =
            (events.as_deref(), When { now: session.cluster.now(), zone: TimeZone::system() });
        Ok(match self.kind.kind.as_str() {
            "Pod" => describe_pod(&read::<Pod>(&self.object)?, events, &when),
            "Service" => describe_service(&read::<Service>(&self.object)?, &slices, events, &when),
            _ => describe_endpoints(&read::<Endpoints>(&self.object)?, events, &when),
        })
    }

    fn field(&self, name: &str) -> &str {
        self.object["metadata"][name].as_str().unwrap_or_default()
    }

    /// The events about the object; none where they are not asked for.
    ///
    /// Source: `describe.go`, `searchEvents`; a mirror pod's events carry the uid of the
    /// pod that the kubelet read from its file.
    async fn events(
        &self,
        session: &Session,
        events: Events,
    ) -> Result<Option<Vec<Event>>, Failure> {
        if events == Events::Hidden {
            return Ok(None);
        }
        let mirrored = &self.object["metadata"]["annotations"]["kubernetes.io/config.mirror"];
        let uid = mirrored.as_str().unwrap_or_else(|| self.field("uid"));
        let namespace = self.field("namespace");
        let fields = format!(
            "involvedObject.name={},involvedObject.namespace={namespace},involvedObject.uid={uid}",
            self.field("name")
        );
        let request = ApiRequest::get(format!("/api/v1/namespaces/{namespace}/events"))
            .with("fieldSelector", fields)
            .with("limit", "500");
        match session.cluster.json(&request).await {
            Ok(list) => items_of(list).iter().map(read).collect::<Result<_, _>>().map(Some),
            // Who may see a pod need not be allowed to see events; kubectl shows none.
            Err(RequestError::Status(_)) => Ok(Some(Vec::new())),
            Err(error) => Err(error.into()),
        }
    }

    /// The endpoints of a service; none for other kinds, and on servers without slices.
    async fn slices(&self, session: &Session) -> Result<Vec<EndpointSlice>, Failure> {
        if self.kind.kind != "Service" {
            return Ok(Vec::new());
        }
        let namespace = self.field("namespace");
        let path = format!("/apis/discovery.k8s.io/v1/namespaces/{namespace}/endpointslices");
        let selector = format!("kubernetes.io/service-name={}", self.field("name"));
        let request = ApiRequest::get(path).with("labelSelector", selector);
        match session.cluster.json(&request).await {
            Ok(list) => items_of(list).iter().map(read).collect(),
            Err(RequestError::Status(_)) => Ok(Vec::new()),
            Err(error) => Err(error.into()),
        }
    }
}

fn read<T: DeserializeOwned>(object: &Value) -> Result<T, Failure> {
    T::deserialize(object).map_err(|error| {
        Failure::message(format!("the server's answer could not be read: {error}"))
    })
}
