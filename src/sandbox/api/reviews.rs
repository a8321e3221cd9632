use serde_json::{Value, json};

use super::access::{Attributes, User, allows, rules_of};
use super::call::Call;
use super::decode::{Expected, body};
use super::output::bytes;
use super::{Answer, Reply};
use crate::sandbox::admit::Status;
use crate::sandbox::admit::edit::{at, is_blank, items, text};

/// Answers a question that is posted: nothing is stored.
///
/// # Errors
/// 400 for a body that is no question.
pub(super) fn answer(call: &mut Call<'_>) -> Result<Reply, Status> {
    let expected = Expected::of(call, call.resource());
    let mut review = body(call, &expected)?;
    let asking = User::of(call.request);
    let status = match call.resource().kind.as_ref() {
        "SelfSubjectReview" => json!({"userInfo": asking.to_json()}),
        "TokenReview" => json!({"authenticated": false, "user": {},
            "error": "the podlab sandbox knows one token, the one of its kubeconfig"}),
        "SelfSubjectRulesReview" => {
            let namespace = text(&review, &["spec", "namespace"]).to_owned();
            rules_of(call.store, &asking, &namespace)
        }
        "SelfSubjectAccessReview" => verdict(call, &asking, &review),
        "SubjectAccessReview" | "LocalSubjectAccessReview" => {
            let groups = items(&review, &["spec", "groups"]).filter_map(Value::as_str);
            let user = text(&review, &["spec", "user"]);
            let user = User::named(user, groups.map(str::to_owned).collect());
            verdict(call, &user, &review)
        }
        _ => return Err(Status::method_not_allowed()),
    };
    review["status"] = status;
    Ok(Reply::Answer(Answer::of_json(201, bytes(&review)).with_warnings(&call.warnings)))
}

fn verdict(call: &Call<'_>, user: &User, review: &Value) -> Value {
    let path = ["spec", "resourceAttributes"];
    let attributes = if at(review, &path).is_some() {
        let of = |key: &str| text(review, &[path[0], path[1], key]).to_owned();
        Attributes {
            verb: of("verb"),
            namespace: of("namespace"),
            group: of("group"),
            resource: match of("subresource") {
                sub if sub.is_empty() => of("resource"),
                sub => format!("{}/{sub}", of("resource")),
            },
            name: of("name"),
            url: String::new(),
        }
    } else {
        let of = |key: &str| text(review, &["spec", "nonResourceAttributes", key]).to_owned();
        Attributes { verb: of("verb"), url: of("path"), ..Attributes::default() }
    };
    match allows(call.store, user, &attributes) {
        Some(reason) => json!({"allowed": true, "reason": reason}),
        None if is_blank(review, &["spec"]) => json!({"allowed": false}),
        None => json!({"allowed": false}),
    }
}
