use serde_json::Value;

use super::{env, image, resources, selector};
use crate::invocation::Invocation;
use crate::kubectl::failure::{Failure, Outcome};
use crate::kubectl::found::{Change, Found, found};
use crate::kubectl::three_way::merge_patch;
use crate::kubectl::written::{DryRun, Written};
use crate::kubectl::{Io, Session};

/// Runs `set SUB_VERB`.
///
/// Source: `kubectl/pkg/cmd/set`.
pub(in crate::kubectl) async fn run(
    invocation: &Invocation,
    session: &Session,
    io: &mut Io,
) -> Outcome {
    let sub_verb = invocation.sub_verb.as_deref().unwrap_or_default();
    let (operands, changes) = operands(sub_verb, &invocation.args)?;
    let edit = match sub_verb {
        "image" => Edit::Image(image::Images::asked(changes)?),
        "env" => Edit::Env(env::Variables::asked(invocation, changes, session).await?),
        "resources" => Edit::Resources(resources::Amounts::asked(invocation)?),
        "selector" => Edit::Selector(selector::selector(changes)?),
        "serviceaccount" => Edit::ServiceAccount(selector::account(changes)?),
        "subject" => Edit::Subjects(selector::subjects(invocation)?),
        other => return Err(Failure::message(format!("podlab does not do `kubectl set {other}`"))),
    };
    let mut written = Written::asked(invocation)?;
    let (found, mut failures) = found(invocation, operands, session, io).await?;
    for one in found {
        let outcome = edit.one(&one, (invocation, session), &mut written, io).await;
        if let Err(failure) = outcome {
            if matches!(failure, Failure::Closed | Failure::Interrupted) {
                return Err(failure);
            }
            failures.push(failure);
        }
    }
    Failure::collect(failures)
}

/// What names objects, and what says how they change.
fn operands<'a>(
    sub_verb: &str,
    args: &'a [String],
) -> Result<(&'a [String], &'a [String]), Failure> {
    let at = match sub_verb {
        "image" => args.iter().position(|arg| arg.contains('=')).unwrap_or(args.len()),
        "env" => {
            let is_pair = |arg: &String| arg.contains('=') || (arg.ends_with('-') && arg.len() > 1);
            args.iter().position(is_pair).unwrap_or(args.len())
        }
        "selector" | "serviceaccount" => args.len().saturating_sub(1),
        _ => args.len(),
    };
    let (operands, changes) = args.split_at(at);
    match changes.iter().find(|arg| sub_verb == "image" && !arg.contains('=')) {
        Some(arg) => Err(Failure::message(format!(
            "all resources must be specified before image changes: {arg}"
        ))),
        None => Ok((operands, changes)),
    }
}

/// Only if the object still has the version that is asked for.
fn versioned(object: &mut Value, invocation: &Invocation) {
    if let Some(version) = invocation.flags.text("resource-version") {
        object["metadata"]["resourceVersion"] = Value::from(version);
    }
}

/// What is to become of the objects.
enum Edit {
    Image(image::Images),
    Env(env::Variables),
    Resources(resources::Amounts),
    Selector(Value),
    ServiceAccount(String),
    Subjects(Vec<Value>),
}

impl Edit {
    async fn one(
        &self,
        one: &Found,
        (invocation, session): (&Invocation, &Session),
        written: &mut Written,
        io: &mut Io,
    ) -> Outcome {
        let mut wanted = one.object.clone();
        let (verb, speaks_anyway) = match self {
            Self::Image(images) => {
                images.of(one, &mut wanted)?;
                ("image updated", false)
            }
            Self::Env(variables) => {
                if invocation.flags.switch("list") {
                    let text = env::listed(one, invocation, session).await?;
                    return Ok(io.out(&text).await?);
                }
                for warning in variables.of(one, &mut wanted)? {
                    io.err(&warning).await?;
                }
                ("env updated", false)
            }
            Self::Resources(amounts) => {
                amounts.of(one, &mut wanted, invocation.flags.text_or_default("containers"))?;
                ("resource requirements updated", false)
            }
            Self::Selector(wanted_selector) => {
                selector::select(one, &mut wanted, wanted_selector)?;
                versioned(&mut wanted, invocation);
                ("selector updated", true)
            }
            Self::ServiceAccount(name) => {
                selector::run_as(one, &mut wanted, name)?;
                ("serviceaccount updated", true)
            }
            Self::Subjects(subjects) => {
                selector::bind(one, &mut wanted, subjects)?;
                ("subjects updated", false)
            }
        };
        // A lab's images are replaced before anybody compares.
        session.policy.prepare(&mut wanted);
        let Some(patch) = merge_patch(&one.object, &wanted) else {
            // A change that changes nothing is passed over by most of them.
            return if speaks_anyway {
                written.object(io, &one.object, verb).await
            } else {
                Ok(())
            };
        };
        if written.dry_run() == DryRun::Client {
            one.allow("set", session)?;
            return written.object(io, &wanted, verb).await;
        }
        let manager = invocation.flags.text("field-manager").unwrap_or("kubectl-set");
        let change = Change::merge("set", &patch, manager, written.dry_run());
        let object = one.change(&change, session).await?;
        written.object(io, &object, verb).await
    }
}
