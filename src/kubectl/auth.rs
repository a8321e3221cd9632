//! `kubectl auth can-i` and `kubectl auth whoami`.

use serde_json::{Value, json};

use super::failure::{Failure, Outcome};
use super::print::{TabWriter, go_value};
use super::{Io, Session};
use crate::base::{safe_line, safe_text};
use crate::cluster::{ApiRequest, KindError};
use crate::invocation::Invocation;

/// What can be done with objects.
const VERBS: [&str; 16] = [
    "get",
    "list",
    "watch",
    "create",
    "update",
    "patch",
    "delete",
    "deletecollection",
    "use",
    "bind",
    "impersonate",
    "*",
    "approve",
    "sign",
    "escalate",
    "attest",
];

/// What can be done with paths.
const PATH_VERBS: [&str; 8] = ["get", "put", "post", "head", "options", "delete", "patch", "*"];

/// Runs the verb below `auth`.
pub(super) async fn run(invocation: &Invocation, session: &Session, io: &mut Io) -> Outcome {
    match invocation.sub_verb.as_deref() {
        Some("whoami") => whoami(session, io).await,
        _ => can_i(invocation, session, io).await,
    }
}

/// Source: `kubectl/pkg/cmd/auth/cani.go`, `RunAccessCheck`.
async fn can_i(invocation: &Invocation, session: &Session, io: &mut Io) -> Outcome {
    let flags = &invocation.flags;
    let [verb, what] = invocation.args.as_slice() else {
        return Err(Failure::message(
            "you must specify two arguments: verb resource or verb resource/resourceName.\nSee \
             'kubectl auth can-i -h' for help and examples.",
        ));
    };
    let part = flags.text("subresource").unwrap_or_default();
    let spec = if what.starts_with('/') {
        if !part.is_empty() {
            return Err(Failure::message("--subresource can not be used with NonResourceURL"));
        }
        warn_of_verb(verb, &PATH_VERBS, io).await?;
        json!({"nonResourceAttributes": {"verb": verb, "path": what}})
    } else {
        let everywhere = flags.switch("all-namespaces");
        let [group, resource, name] = resource(what, everywhere, session, io).await?;
        if !everywhere {
            warn_of_verb(verb, &VERBS, io).await?;
        }
        let namespace = session.policy.namespace(flags.text("namespace"));
        let namespace = if everywhere { "" } else { &namespace };
        json!({"resourceAttributes": {"namespace": namespace, "verb": verb, "group": group,
            "resource": resource, "subresource": part, "name": name}})
    };
    if flags.switch("no-headers") {
        return Err(Failure::message("--no-headers cannot be set without --list specified"));
    }
    let review = json!({"apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectAccessReview", "spec": spec});
    let path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
    let answer = session.cluster.json(&ApiRequest::post(path, &review)).await?;
    let allowed = answer["status"]["allowed"] == true;
    if !flags.switch("quiet") {
        io.out(&answer_text(&answer["status"], allowed)).await?;
    }
    if allowed { Ok(()) } else { Err(Failure::Exit(1)) }
}

fn answer_text(status: &Value, allowed: bool) -> String {
    if allowed {
        return "yes\n".to_owned();
    }
    let mut text = "no".to_owned();
    for key in ["reason", "evaluationError"] {
        if let Some(why) = status[key].as_str().filter(|why| !why.is_empty()) {
            text += &format!(" - {}", safe_line(why));
        }
    }
    text + "\n"
}

/// Group, resource and name; what is unusual about them is warned of.
///
/// Source: `cani.go`, `resourceFor`, `Validate`.
async fn resource(
    what: &str,
    everywhere: bool,
    session: &Session,
    io: &mut Io,
) -> Result<[String; 3], Failure> {
    let (typed, name) = what.split_once('/').unwrap_or((what, ""));
    let name = name.to_owned();
    if typed == "*" {
        return Ok([String::new(), typed.to_owned(), name]);
    }
    let typed = typed.to_lowercase();
    match session.cluster.kind_called(&typed).await {
        Ok(kind) => {
            if !kind.namespaced && !everywhere {
                let group = match kind.group.as_str() {
                    "" => String::new(),
                    group => format!(" in group '{group}'"),
                };
                let words = format!("resource '{}' is not namespace scoped{group}", kind.plural);
                warn(&words, io).await?;
            }
            Ok([kind.group, kind.plural, name])
        }
        Err(KindError::UnknownName(_)) => {
            let (resource, group) = typed.split_once('.').unwrap_or((&typed, ""));
            if !matches!(typed.as_str(), "users" | "groups") {
                let group = match group {
                    "" => String::new(),
                    group => format!(" in group '{group}'"),
                };
                let words = format!("the server doesn't have a resource type '{resource}'{group}");
                warn(&words, io).await?;
            }
            Ok([group.to_owned(), resource.to_owned(), name])
        }
        Err(error) => Err(error.into()),
    }
}

async fn warn_of_verb(verb: &str, known: &[&str], io: &mut Io) -> Outcome {
    if known.contains(&verb) {
        return Ok(());
    }
    warn(&format!("verb '{verb}' is not a known verb"), io).await
}

/// kubectl ends its warnings here with an empty line.
async fn warn(words: &str, io: &mut Io) -> Outcome {
    Ok(io.err(&format!("Warning: {}\n\n", safe_line(words))).await?)
}

/// Source: `kubectl/pkg/cmd/auth/whoami.go`, `Run`.
async fn whoami(session: &Session, io: &mut Io) -> Outcome {
    let path = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
    let review = json!({"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"});
    let answer = session.cluster.json(&ApiRequest::post(path, &review)).await;
    let answer = answer.map_err(|error| match error.status().map(|status| status.code) {
        Some(404) => Failure::message("the selfsubjectreviews API is not enabled in the cluster"),
        Some(403) => Failure::message(
            "the selfsubjectreviews API is not enabled in the cluster or you do not have permission \
             to call it",
        ),
        _ => error.into(),
    })?;
    Ok(io.out(&who(&answer["status"]["userInfo"])).await?)
}

fn who(user: &Value) -> String {
    let mut lines = "ATTRIBUTE\tVALUE\n".to_owned();
    for (title, key) in [("Username", "username"), ("UID", "uid"), ("Groups", "groups")] {
        let value = &user[key];
        if !value.is_null() && value != "" {
            lines += &format!("{title}\t{}\n", go_value(value));
        }
    }
    for (key, value) in user["extra"].as_object().into_iter().flatten() {
        lines += &format!("Extra: {key}\t{}\n", go_value(value));
    }
    TabWriter::TABLE.layout(&safe_text(&lines))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_one_is_is_a_table() {
        let user = json!({"username": "me", "groups": ["a", "b"], "extra": {"k": ["v"]}});
        insta::assert_snapshot!(who(&user), @r"
        ATTRIBUTE   VALUE
        Username    me
        Groups      [a b]
        Extra: k    [v]
        ");
    }

    #[test]
    fn a_no_says_why() {
        assert_eq!(answer_text(&json!({"reason": "not you"}), false), "no - not you\n");
        assert_eq!(answer_text(&json!({}), true), "yes\n");
    }
}
