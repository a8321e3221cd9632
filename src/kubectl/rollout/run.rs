use super::{history, status, switch, undo};
use crate::invocation::Invocation;
use crate::kubectl::failure::{Failure, Outcome};
use crate::kubectl::found::{Found, found};
use crate::kubectl::{Io, Session};

/// Runs `rollout SUB_VERB`.
pub(in crate::kubectl) async fn run(
    invocation: &Invocation,
    session: &Session,
    io: &mut Io,
) -> Outcome {
    let sub_verb = invocation.sub_verb.as_deref().unwrap_or_default();
    let flags = &invocation.flags;
    let files = flags.is_set("filename") || flags.is_set("kustomize");
    if invocation.args.is_empty() && !files {
        return Err(Failure::message("required resource not specified"));
    }
    if invocation.args.len() == 1
        && !invocation.args[0].contains('/')
        && !flags.is_set("selector")
        && sub_verb != "status"
    {
        let kind = session.cluster.kind_called(&invocation.args[0]).await?;
        return all_of(&kind, sub_verb, invocation, session, io).await;
    }
    let (found, mut failures) = found(invocation, &invocation.args, session, io).await?;
    each(found, &mut failures, sub_verb, (invocation, session), io).await?;
    Failure::collect(failures)
}

/// A kind alone means all its objects here.
async fn all_of(
    kind: &crate::cluster::ResourceKind,
    sub_verb: &str,
    invocation: &Invocation,
    session: &Session,
    io: &mut Io,
) -> Outcome {
    let namespace = session.policy.namespace(invocation.flags.text("namespace"));
    let request = crate::cluster::ApiRequest::get(kind.path(Some(&namespace)));
    let objects = crate::kubectl::get_request::items_of(session.cluster.json(&request).await?);
    let found = objects.into_iter().map(|object| Found { kind: kind.clone(), object }).collect();
    let mut failures = Vec::new();
    each(found, &mut failures, sub_verb, (invocation, session), io).await?;
    Failure::collect(failures)
}

async fn each(
    found: Vec<Found>,
    failures: &mut Vec<Failure>,
    sub_verb: &str,
    (invocation, session): (&Invocation, &Session),
    io: &mut Io,
) -> Outcome {
    for one in found {
        let outcome = match sub_verb {
            "status" => status::run(&one, invocation, session, io).await,
            "history" => history::run(&one, invocation, session, io).await,
            "undo" => undo::run(&one, invocation, session, io).await,
            "pause" | "resume" | "restart" => {
                switch::run(&one, sub_verb, invocation, session, io).await
            }
            other => {
                return Err(Failure::message(format!(
                    "podlab does not do `kubectl rollout {other}`"
                )));
            }
        };
        match outcome {
            Ok(()) => {}
            Err(failure @ (Failure::Interrupted | Failure::Closed | Failure::Exit(_))) => {
                return Err(failure);
            }
            Err(failure) => failures.push(failure),
        }
    }
    Ok(())
}
