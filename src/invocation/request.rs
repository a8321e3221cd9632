//! A kubectl invocation, reduced to what two spellings of the same request share.

use super::kind_alias::kind_name;
use super::meaning::Known;
use super::native::native;
use super::parse::Invocation;
use super::verb::Verb;

/// Flags that change how a request is carried out, not what is asked.
const INCIDENTAL: &[&str] =
    &["v", "request-timeout", "kubeconfig", "context", "record", "quiet", "pod-running-timeout"];

/// What a lab needs to know of an invocation.
pub(super) fn known(invocation: &Invocation) -> Known {
    let (objects, rest) = operands(invocation);
    let files = files(invocation);
    let canonical = canonical(invocation, &objects, &rest, &files);
    Known {
        verb: verb_name(invocation),
        objects,
        files,
        native: native(invocation).is_ok(),
        canonical,
    }
}

fn verb_name(invocation: &Invocation) -> String {
    match &invocation.sub_verb {
        Some(sub) => format!("{} {sub}", invocation.verb.name()),
        None => invocation.verb.name().to_owned(),
    }
}

fn files(invocation: &Invocation) -> Vec<String> {
    // `logs -f` follows; there the letter is another flag, so `filename` stays empty.
    let mut files: Vec<String> =
        invocation.flags.all("filename").into_iter().map(str::to_owned).collect();
    files.extend(invocation.flags.text("kustomize").map(str::to_owned));
    files
}

/// The objects that are named, and the words that name none.
fn operands(invocation: &Invocation) -> (Vec<String>, Vec<String>) {
    let args = invocation.args.as_slice();
    let is_by_file = invocation.flags.is_set("filename") || invocation.flags.is_set("kustomize");
    match invocation.verb {
        Verb::Run => (args.iter().take(1).map(|name| format!("pod/{name}")).collect(), tail(args)),
        Verb::Exec | Verb::Attach | Verb::PortForward | Verb::Debug => first_pod(args),
        Verb::Logs => {
            let (objects, rest) = first_pod(args);
            (objects, rest.iter().map(|container| format!("--container={container}")).collect())
        }
        Verb::Label | Verb::Annotate | Verb::Taint => {
            let is_change = |arg: &&String| arg.contains('=') || arg.ends_with('-');
            let named: Vec<String> = args.iter().filter(|arg| !is_change(arg)).cloned().collect();
            let changes = args.iter().filter(is_change).cloned().collect();
            (if is_by_file { Vec::new() } else { typed(&named) }, changes)
        }
        Verb::Create => created(invocation),
        Verb::Rollout | Verb::Set => {
            let (named, rest): (Vec<_>, Vec<_>) =
                args.iter().cloned().partition(|arg| !arg.contains('='));
            (typed(&named), rest)
        }
        Verb::Cordon | Verb::Uncordon | Verb::Drain => {
            (args.iter().map(|name| format!("node/{name}")).collect(), Vec::new())
        }
        Verb::Top => {
            let kind = invocation.sub_verb.as_deref().map_or_else(|| "pod".into(), kind_name);
            let mut named = vec![kind];
            named.extend_from_slice(args);
            (typed(&named), Vec::new())
        }
        Verb::Explain | Verb::Config | Verb::Auth | Verb::Cp | Verb::ClusterInfo => {
            (Vec::new(), args.to_vec())
        }
        _ => (typed(args), Vec::new()),
    }
}

fn tail(args: &[String]) -> Vec<String> {
    args.get(1..).unwrap_or_default().to_vec()
}

fn first_pod(args: &[String]) -> (Vec<String>, Vec<String>) {
    let object = args.first().map(|name| match name.split_once('/') {
        Some((kind, name)) => format!("{}/{name}", kind_name(kind)),
        None => format!("pod/{name}"),
    });
    (object.into_iter().collect(), tail(args))
}

/// `create deployment web`, `create service clusterip web`, `create secret generic x`.
fn created(invocation: &Invocation) -> (Vec<String>, Vec<String>) {
    let Some(kind) = &invocation.sub_verb else { return (Vec::new(), invocation.args.clone()) };
    let (kind, below) =
        kind.split_once(' ').map_or((kind.as_str(), None), |(kind, below)| (kind, Some(below)));
    let kind = kind_name(kind);
    let has_type = matches!(kind.as_str(), "service" | "secret") && below.is_none();
    let at = usize::from(has_type);
    let objects = invocation.args.get(at).map(|name| format!("{kind}/{name}"));
    let mut rest = invocation.args.clone();
    if at < rest.len() {
        rest.remove(at);
    }
    (objects.into_iter().collect(), rest)
}

/// `TYPE NAME…`, `TYPE/NAME…`, `TYPE,TYPE`.
fn typed(args: &[String]) -> Vec<String> {
    if args.iter().any(|arg| arg.contains('/')) {
        return args
            .iter()
            .filter_map(|arg| arg.split_once('/'))
            .map(|(kind, name)| format!("{}/{name}", kind_name(kind)))
            .collect();
    }
    let Some((kinds, names)) = args.split_first() else { return Vec::new() };
    let mut objects = Vec::new();
    for kind in kinds.split(',').map(kind_name) {
        if names.is_empty() {
            objects.push(format!("{kind}/*"));
        }
        objects.extend(names.iter().map(|name| format!("{kind}/{name}")));
    }
    objects
}

fn canonical(
    invocation: &Invocation,
    objects: &[String],
    rest: &[String],
    files: &[String],
) -> Vec<String> {
    let makes = matches!(invocation.verb, Verb::Apply | Verb::Create) && !files.is_empty();
    let verb = if makes { "make".to_owned() } else { verb_name(invocation) };
    let mut operands: Vec<String> = objects.to_vec();
    operands.extend(files.iter().map(|file| format!("file/{}", file.trim_start_matches("./"))));
    if invocation.verb != Verb::Exec {
        operands.sort();
    }
    let mut flags: Vec<String> = rest.to_vec();
    for (name, value) in invocation.flags.iter() {
        flags.extend(flag(invocation, name, value));
    }
    flags.sort();
    flags.dedup();
    let mut out = vec![verb];
    out.extend(operands);
    out.extend(flags);
    if let Some(command) = &invocation.command {
        out.push("--".to_owned());
        out.extend(command.iter().cloned());
    }
    out
}

/// A flag in its long form; none where it says nothing.
fn flag(invocation: &Invocation, name: &str, value: &str) -> Option<String> {
    let default = invocation.flags.flag(name);
    let says_nothing = INCIDENTAL.contains(&name)
        || matches!(name, "filename" | "kustomize")
        || (name == "namespace" && value == "default")
        || default.is_some_and(|flag| flag.default == value);
    if says_nothing {
        return None;
    }
    Some(if value == "true" { format!("--{name}") } else { format!("--{name}={value}") })
}
