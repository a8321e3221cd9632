//! `kubectl patch`.

use serde_json::Value;

use super::failure::{Failure, Outcome};
use super::found::{Change, found};
use super::manifest::objects;
use super::written::{DryRun, Written};
use super::{Io, Session};
use crate::cluster::ApiRequest;
use crate::invocation::Invocation;

/// Runs the verb.
///
/// Source: `kubectl/pkg/cmd/patch/patch.go`, `RunPatch`.
pub(super) async fn run(invocation: &Invocation, session: &Session, io: &mut Io) -> Outcome {
    let flags = &invocation.flags;
    let media_type = match flags.text_or_default("type") {
        "json" => "application/json-patch+json",
        "merge" => "application/merge-patch+json",
        "strategic" => "application/strategic-merge-patch+json",
        other => {
            return Err(Failure::message(format!(
                "--type must be one of [json merge strategic], not {other:?}"
            )));
        }
    };
    let patch = patch(invocation, session)?;
    let mut written = Written::asked(invocation)?;
    let (found, mut failures) = found(invocation, &invocation.args, session, io).await?;
    for one in found {
        // What the server would make of it is what would be made here.
        let dry_run = match written.dry_run() {
            DryRun::Client => DryRun::Server,
            other => other,
        };
        let change = Change {
            action: "patch",
            media_type,
            patch: &patch,
            manager: flags.text("field-manager").unwrap_or("kubectl-patch"),
            part: flags.text("subresource").unwrap_or_default(),
            dry_run,
        };
        let before = if change.part.is_empty() {
            one.object.clone()
        } else {
            let part = format!("{}/{}", one.path(), change.part);
            session.cluster.json(&ApiRequest::get(part)).await.unwrap_or_default()
        };
        match one.change(&change, session).await {
            // kubectl does not say of a patch that it was only tried by the client.
            Ok(object) if written.dry_run() == DryRun::Client && written.is_sentence() => {
                let text = super::print::object_name(&object);
                io.out(&format!("{text} patched\n")).await?;
            }
            Ok(object) => {
                let verb = if object == before { "patched (no change)" } else { "patched" };
                written.object(io, &object, verb).await?;
            }
            Err(failure) => failures.push(failure),
        }
    }
    Failure::collect(failures)
}

/// The patch, in JSON or YAML.
fn patch(invocation: &Invocation, session: &Session) -> Result<Value, Failure> {
    let text = |flag: &str| invocation.flags.text(flag).filter(|text| !text.is_empty());
    let text = match (text("patch"), text("patch-file")) {
        (Some(_), Some(_)) => {
            return Err(Failure::message("cannot specify --patch and --patch-file together"));
        }
        (None, None) => {
            return Err(Failure::message(
                "must specify --patch or --patch-file containing the contents of the patch",
            ));
        }
        (Some(text), None) => text.to_owned(),
        (None, Some(file)) => {
            let bytes = std::fs::read(session.directory.join(file)).map_err(|error| {
                let why = match error.kind() {
                    std::io::ErrorKind::NotFound => "no such file or directory".to_owned(),
                    _ => error.to_string(),
                };
                Failure::message(format!("unable to read patch file: open {file}: {why}"))
            })?;
            String::from_utf8_lossy(&bytes).into_owned()
        }
    };
    if let Ok(patch) = serde_json::from_str(&text) {
        return Ok(patch);
    }
    let read = objects("patch", &format!("patch: \n{}", indented(&text)));
    let read = read.map_err(|_| {
        Failure::message(format!("unable to parse {text:?}: it is neither JSON nor YAML"))
    })?;
    Ok(read.into_iter().next().map(|read| read["patch"].clone()).unwrap_or_default())
}

/// Below a key any YAML is an object's field, so that a list or a word is read as well.
fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yaml_below_a_key_is_what_it_was() {
        let read = |text: &str| {
            objects("x", &format!("patch: \n{}", indented(text))).unwrap()[0]["patch"].clone()
        };
        assert_eq!(read("data: {q: \"1\"}"), serde_json::json!({"data": {"q": "1"}}));
        assert_eq!(read("- op: add\n  path: /x"), serde_json::json!([{"op": "add", "path": "/x"}]));
        assert_eq!(read("nonsense"), serde_json::json!("nonsense"));
    }
}
