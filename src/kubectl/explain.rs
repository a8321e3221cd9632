//! `kubectl explain`.

use super::failure::{Failure, Outcome};
use super::print::{Depth, Explained, explain};
use super::{Io, Session};
use crate::base::safe_text;
use crate::cluster::{ApiRequest, KindError, ResourceKind};
use crate::invocation::Invocation;

/// Runs the verb.
///
/// Source: `kubectl/pkg/cmd/explain/explain.go`, `Run`.
pub(super) async fn run(invocation: &Invocation, session: &Session, io: &mut Io) -> Outcome {
    let typed = match invocation.args.as_slice() {
        [] => {
            return Err(Failure::message(
                "You must specify the type of resource to explain. Use \"kubectl api-resources\" for \
                 a complete list of supported resources.\n",
            ));
        }
        [typed] => typed,
        _ => return Err(Failure::message("We accept only this format: explain RESOURCE\n")),
    };
    let words: Vec<&str> = typed.split('.').filter(|word| !word.is_empty()).collect();
    let (kind, path) = meant(&words, session).await?;
    let version = invocation.flags.text("api-version").filter(|version| !version.is_empty());
    let version = version.map_or_else(|| kind.api_version(), str::to_owned);
    let (group, number) = version.split_once('/').unwrap_or(("", &version));
    let place = match group {
        "" => format!("/openapi/v3/api/{number}"),
        group => format!("/openapi/v3/apis/{group}/{number}"),
    };
    let document = session.cluster.json(&ApiRequest::get(place)).await.map_err(|error| {
        if error.is_not_found() {
            let (resource, version) = (&kind.plural, number);
            return Failure::message(format!(
                "couldn't find resource for \"{group}/{version}, Resource={resource}\""
            ));
        }
        error.into()
    })?;
    let recursive = invocation.flags.switch("recursive");
    let explained = Explained {
        document: &document,
        kind: [group, number, &kind.kind],
        path,
        depth: if recursive { Depth::All } else { Depth::Own },
    };
    let text = explain(&explained).map_err(Failure::message)?;
    Ok(io.out(&safe_text(&text)).await?)
}

/// The kind that the first words name, its group with it where that stands there, and
/// the field that the others name.
///
/// Source: `kubectl/pkg/explain/explain.go`, `SplitAndParseResourceRequestWithMatchingPrefix`.
async fn meant<'a>(
    words: &'a [&'a str],
    session: &Session,
) -> Result<(ResourceKind, &'a [&'a str]), Failure> {
    let catalogue = session.cluster.catalogue().await?;
    for count in (1..=words.len()).rev() {
        let name = words[..count].join(".");
        if let Some(kind) = catalogue.kinds().iter().find(|kind| kind.is_called(&name)) {
            return Ok((kind.clone(), &words[count..]));
        }
    }
    let first = words.first().copied().unwrap_or_default().to_owned();
    Err(Failure::Plain(KindError::UnknownName(first).to_string(), 1))
}
