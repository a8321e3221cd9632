//! `kubectl describe`.

use serde_json::Value;

use super::describe_subject::{Describer, Events, Subject};
use super::failure::{Failure, Outcome};
use super::list_error::list_error;
use super::resources::{Wanted, ambiguous, wanted};
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
    let describer = Describer::new(session, invocation.flags.number("chunk-size").unwrap_or(0));
    let search = Search { invocation, describer: &describer, namespace: namespace.as_deref() };
    let (subjects, mut failures) = search.subjects(session, io).await?;
    let mut described = 0;
    for subject in &subjects {
        match describer.page(subject, events(invocation, &subjects)).await {
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

/// How an object was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    /// By its name, or as one of its kind.
    Name,
    /// Because its name begins with what was asked for.
    Prefix,
}

/// Where and by what is looked for.
struct Search<'a> {
    invocation: &'a Invocation,
    describer: &'a Describer<'a>,
    namespace: Option<&'a str>,
}

impl Search<'_> {
    /// What is described, and what could not be found.
    async fn subjects(
        &self,
        session: &Session,
        io: &mut Io,
    ) -> Result<(Vec<Subject>, Vec<Failure>), Failure> {
        let (mut found, mut failures) = (Vec::new(), Vec::new());
        if self.invocation.flags.is_set("filename") {
            for manifest in manifest::manifests(self.invocation, session, io).await? {
                match session.cluster.json(&ApiRequest::get(manifest.path())).await {
                    Ok(object) => {
                        found.push(Subject { kind: manifest.kind, object, found: By::Name });
                    }
                    Err(error) => failures.push(error.into()),
                }
            }
            return Ok((found, failures));
        }
        let wanted = wanted(&self.invocation.args, session).await?;
        io.err(ambiguous(&self.invocation.args)).await?;
        for Wanted { kind, name } in wanted {
            let answer = match &name {
                Some(name) => self.named(session, &kind, name).await,
                None => {
                    let selector = self.invocation.flags.text("selector").unwrap_or_default();
                    let list = self.describer.list(kind.path(self.namespace), selector, "").await;
                    list.map(|objects| (objects, By::Name))
                        .map_err(|error| list_error(error, &kind, [selector, ""]))
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

    /// The object of that name; of `TYPE NAME`, else all whose names begin with it.
    ///
    /// Source: `describe.go`, `DescribeMatchingResources`.
    async fn named(
        &self,
        session: &Session,
        kind: &ResourceKind,
        name: &str,
    ) -> Result<(Vec<Value>, By), RequestError> {
        let request = ApiRequest::get(kind.object_path(self.namespace, name));
        let missing = match session.cluster.json(&request).await {
            Err(error) if error.is_not_found() && self.invocation.args.len() == 2 => error,
            answer => return Ok((vec![answer?], By::Name)),
        };
        let all = self.describer.list(kind.path(self.namespace), "", "").await?;
        let begins = |object: &Value| {
            object["metadata"]["name"].as_str().is_some_and(|other| other.starts_with(name))
        };
        let matching: Vec<Value> = all.into_iter().filter(begins).collect();
        if matching.is_empty() { Err(missing) } else { Ok((matching, By::Prefix)) }
    }
}
