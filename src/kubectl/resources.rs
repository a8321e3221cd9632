//! What the operands of a verb name: `pods`, `pod web`, `pod/web svc/web`, `svc,pods`.

use super::Session;
use super::failure::Failure;
use crate::cluster::{KindError, ResourceKind};

/// A kind, and one of its objects where one is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wanted {
    /// The kind.
    pub(super) kind: ResourceKind,
    /// The object; none means all that fit.
    pub(super) name: Option<String>,
}

/// What the operands name, in their order; kinds like `all` become their members.
///
/// Source: `cli-runtime/pkg/resource/builder.go`, `ResourceTypeOrNameArgs`.
pub(super) async fn wanted(operands: &[String], session: &Session) -> Result<Vec<Wanted>, Failure> {
    let mut found = Vec::new();
    for (kinds, names) in pairs(operands)? {
        for kind in kinds_of(&kinds, session).await? {
            if names.is_empty() {
                found.push(Wanted { kind: kind.clone(), name: None });
            }
            for name in &names {
                found.push(Wanted { kind: kind.clone(), name: Some(name.clone()) });
            }
        }
    }
    Ok(found)
}

/// What kubectl warns of where a short name has two meanings; the first one is taken.
///
/// Source: `client-go/restmapper/shortcut.go`, `expandResourceShortcut`.
pub(super) fn ambiguous(operands: &[String]) -> &'static str {
    let kinds = operands.iter().map(|operand| operand.split('/').next().unwrap_or_default());
    let mut kinds =
        kinds.take(if operands.iter().any(|o| o.contains('/')) { usize::MAX } else { 1 });
    if kinds.any(|kinds| kinds.split(',').any(|kind| kind == "ev")) {
        "Warning: short name \"ev\" could also match lower priority resource events.events.k8s.io\n"
    } else {
        ""
    }
}

/// Nothing says what the verb is about.
///
/// Source: `cli-runtime/pkg/resource/builder.go`, `missingResourceError`.
pub(super) fn nothing_named() -> Failure {
    Failure::message(
        "You must provide one or more resources by argument or filename.\nExample resource \
         specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'\n   '<resource> \
         <name>'\n   '<resource>'",
    )
}

async fn kinds_of(text: &str, session: &Session) -> Result<Vec<ResourceKind>, Failure> {
    let mut kinds = Vec::new();
    for name in text.split(',') {
        if name.is_empty() {
            return Err(Failure::message(
                "arguments in resource/name form must have a single resource and name",
            ));
        }
        match session.cluster.kind_called(name).await {
            Ok(kind) => kinds.push(kind),
            Err(unknown @ KindError::UnknownName(_)) => {
                // Discovery was asked just now and is remembered.
                let members = session.cluster.category(name).await?;
                if members.is_empty() {
                    return Err(unknown.into());
                }
                kinds.extend(members);
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(kinds)
}

/// Kinds and the names that belong to them.
fn pairs(operands: &[String]) -> Result<Vec<(String, Vec<String>)>, Failure> {
    if operands.iter().any(|operand| operand.contains('/')) {
        return operands.iter().map(|operand| kind_and_name(operand)).collect();
    }
    match operands {
        [] => Ok(Vec::new()),
        [kinds, names @ ..] => Ok(vec![(kinds.clone(), names.to_vec())]),
    }
}

fn kind_and_name(operand: &str) -> Result<(String, Vec<String>), Failure> {
    match operand.split('/').collect::<Vec<_>>().as_slice() {
        [_] => Err(Failure::message(
            "there is no need to specify a resource type as a separate argument when passing \
             arguments in resource/name form (e.g. 'kubectl get resource/<resource_name>' instead \
             of 'kubectl get resource resource/<resource_name>'",
        )),
        [kind, name] if !kind.is_empty() && !name.is_empty() => {
            Ok(((*kind).to_owned(), vec![(*name).to_owned()]))
        }
        [_, _] => Err(Failure::message(
            "arguments in resource/name form must have a single resource and name",
        )),
        _ => Err(Failure::message(
            "arguments in resource/name form may not have more than one slash",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operands_are_kinds_and_names() {
        let check = |line: &str, wanted: &[(&str, &[&str])]| {
            let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
            let wanted: Vec<(String, Vec<String>)> = wanted
                .iter()
                .map(|(kind, names)| {
                    ((*kind).to_owned(), names.iter().map(|n| (*n).to_owned()).collect())
                })
                .collect();
            assert_eq!(pairs(&words).unwrap(), wanted, "{line}");
        };
        check("", &[]);
        check("pods", &[("pods", &[])]);
        check("svc,pods", &[("svc,pods", &[])]);
        check("pod a b", &[("pod", &["a", "b"])]);
        check("pod/a svc/b", &[("pod", &["a"]), ("svc", &["b"])]);
    }

    #[test]
    fn mixed_forms_are_told_in_kubectls_words() {
        let words = ["pod".to_owned(), "pod/a".to_owned()];
        let text = pairs(&words).unwrap_err().text();
        assert!(text.starts_with("error: there is no need to specify a resource type"), "{text}");
        let text = pairs(&["a/b/c".to_owned()]).unwrap_err().text();
        assert_eq!(
            text,
            "error: arguments in resource/name form may not have more than one slash\n"
        );
    }
}
