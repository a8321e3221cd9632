use super::kind_alias::kind_name;
use super::parse::Invocation;
use super::sub_verb::SubVerbRow;
use super::verb::Native;
use super::verbs::NATIVE_GLOBAL;

/// What podlab does not do itself; a real kubectl is needed for it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("podlab does not do `{what}` itself")]
pub struct NotNative {
    /// The verb, or the verb with the flag (and the value) that is missing.
    pub what: String,
}

/// Whether podlab does this itself, with these flags and values.
///
/// # Errors
/// [`NotNative`] names the first thing that needs a real kubectl.
pub fn native(invocation: &Invocation) -> Result<(), NotNative> {
    let verb = invocation.verb.name();
    let refuse = |what: String| Err(NotNative { what });
    if let Some(sub_verb) = &invocation.sub_verb {
        let row = SubVerbRow::find(invocation.verb, sub_verb);
        return match row.map(|row| missing(row, invocation)) {
            Some(None) => Ok(()),
            Some(Some(flag)) => refuse(format!("kubectl {verb} {sub_verb} {flag}")),
            None => refuse(format!("kubectl {verb} {sub_verb}")),
        };
    }
    let Native::Flags { done, values, kinds } = invocation.verb.row().native else {
        return refuse(format!("kubectl {verb}"));
    };
    if invocation.flags.switch("help") {
        return Ok(());
    }
    for (name, value) in invocation.flags.iter() {
        if !done.contains(&name) && !NATIVE_GLOBAL.contains(&name) {
            return refuse(format!("kubectl {verb} --{name}"));
        }
        let restricted = values.iter().find(|(flag, _)| *flag == name);
        if restricted.is_some_and(|(_, allowed)| !fits(value, allowed)) {
            return refuse(format!("kubectl {verb} --{name}={value}"));
        }
    }
    if let Some(address) =
        invocation.flags.all("filename").into_iter().find(|file| is_address(file))
    {
        return refuse(format!("kubectl {verb} --filename={address}"));
    }
    if let Some(kind) = named_kinds(&invocation.args)
        .into_iter()
        .find(|kind| !kinds.is_empty() && !kinds.contains(&kind.as_str()))
    {
        return refuse(format!("kubectl {verb} {kind}"));
    }
    Ok(())
}

/// The first flag that a verb below another one does not do.
fn missing(row: &SubVerbRow, invocation: &Invocation) -> Option<String> {
    if invocation.flags.switch("help") {
        return None;
    }
    let own = |name: &str| row.flags.iter().copied().flatten().any(|flag| flag.long == name);
    for (name, value) in invocation.flags.iter() {
        let global = NATIVE_GLOBAL.contains(&name) || row.globals.contains(&name);
        if row.missing.contains(&name) || !(own(name) || global) {
            return Some(format!("--{name}"));
        }
        let restricted = row.values.iter().find(|(flag, _)| *flag == name);
        if restricted.is_some_and(|(_, allowed)| !fits(value, allowed)) {
            return Some(format!("--{name}={value}"));
        }
    }
    let file = invocation.flags.all("filename").into_iter().find(|file| is_address(file));
    file.map(|address| format!("--filename={address}"))
}

/// Whether `-f` names something that would have to be fetched.
fn is_address(file: &str) -> bool {
    file.starts_with("http://") || file.starts_with("https://")
}

/// The kinds that `TYPE NAME…`, `TYPE,TYPE` or `TYPE/NAME…` speak of.
fn named_kinds(args: &[String]) -> Vec<String> {
    if args.iter().any(|arg| arg.contains('/')) {
        let kinds = args.iter().filter_map(|arg| arg.split_once('/'));
        return kinds.map(|(kind, _)| kind_name(kind)).collect();
    }
    args.first().map_or_else(Vec::new, |kinds| kinds.split(',').map(kind_name).collect())
}

fn fits(value: &str, allowed: &[&str]) -> bool {
    allowed.iter().any(|one| match one.strip_suffix('=') {
        Some(_) => value.starts_with(one),
        None => value == *one,
    })
}

#[cfg(test)]
mod tests {
    use super::super::verbs::VERBS;
    use super::*;

    fn check(line: &str) -> Result<(), String> {
        let argv: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        let invocation = super::super::parse(&argv).expect(line);
        native(&invocation).map_err(|not| not.what)
    }

    #[test]
    fn what_podlab_does_itself_is_told_by_verb_flag_and_value() {
        let native = [
            "get pods",
            "get po -o wide --watch -n x",
            "get pod x -o jsonpath={.status.podIP}",
            "get pods -o go-template={{.kind}}",
            "get --raw /api",
            "apply -f simple_pod.yaml",
            "create -f http-liveness.yaml",
            "run -i -t --rm jumpserver --image=a/b:v1 --restart=Never",
            "expose pod simple-api --port=80 --target-port=9876 --name=a --type=LoadBalancer",
            "delete pod --all",
            "delete svc simple-api",
            "describe pod liveness-exec",
            "describe po,svc",
            "describe ep/x no/y",
            "describe deploy x",
            "describe -f x.yaml",
            "events --for pod/x --types=Warning",
            "api-resources --namespaced=false -o name",
            "explain pod.spec --recursive",
            "cluster-info",
            "auth can-i create pods -A",
            "top pods -l a=b",
            "exec -it jump -- sh",
            "logs -f x -c y",
            "attach -it x",
            "wait pod/x --for=condition=Ready --timeout=60s",
            "label pod x a=b --overwrite",
            "version",
            "create deployment web --image=nginx --dry-run=client -o yaml",
            "create secret tls x --cert=a --key=b",
            "config set-cluster x --server=https://y",
            "rollout undo deploy/x --to-revision=2",
            "edit --help",
        ];
        for line in native {
            let wanted = if line.starts_with("edit") { Err("kubectl edit".into()) } else { Ok(()) };
            assert_eq!(check(line), wanted, "{line}");
        }
        let not = [
            ("edit pod x", "kubectl edit"),
            ("create -f x -o wide", "kubectl create --output=wide"),
            ("create configmap x --append-hash", "kubectl create configmap --append-hash"),
            ("create secret", "kubectl create secret"),
            ("describe -k .", "kubectl describe --kustomize"),
            ("apply -f https://x/y.yaml", "kubectl apply --filename=https://x/y.yaml"),
            ("config view -o wide", "kubectl config view --output=wide"),
            ("get pods --as someone", "kubectl get --as"),
        ];
        for (line, what) in not {
            assert_eq!(check(line), Err(what.to_owned()), "{line}");
        }
    }

    #[test]
    fn every_flag_that_is_called_native_exists() {
        for row in VERBS {
            let Native::Flags { done, values, .. } = row.native else { continue };
            let exists = |name: &str| row.all_flags().any(|flag| flag.long == name);
            for name in done.iter().chain(NATIVE_GLOBAL) {
                assert!(exists(name), "{}: --{name}", row.name);
            }
            for (name, _) in values {
                assert!(done.contains(name), "{}: --{name} has values and is not done", row.name);
            }
        }
    }

    #[test]
    fn no_verb_has_two_flags_of_one_name_or_letter() {
        for row in VERBS {
            // debug's own `--profile` hides the one that all verbs have.
            let hidden = usize::from(row.name == "debug");
            let names: Vec<String> = row.all_flags().map(|flag| flag.long.to_owned()).collect();
            let letters: Vec<String> =
                row.all_flags().filter_map(|flag| flag.short).map(String::from).collect();
            for (mut spelled, hidden) in [(names, hidden), (letters, 0)] {
                let all: Vec<String> = spelled.clone();
                spelled.sort();
                spelled.dedup();
                assert_eq!(spelled.len() + hidden, all.len(), "{}: {all:?}", row.name);
            }
        }
    }
}
