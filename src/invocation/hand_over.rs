//! What may be handed to a real kubectl from within a run: it has the person's own
//! rights, so a lab's limits have to be kept before it begins.

use super::flags::LOOSE_VALUES;
use super::kind_alias::kind_name;
use super::parse::Invocation;
use super::verb::Verb;

/// Flags that lead a real kubectl away from the run's cluster, or past what is checked.
const LEADING_AWAY: &[&str] =
    &["kubeconfig", "server", "cluster", "user", "context", "raw", "kuberc"];

/// Kinds without a namespace.
const CLUSTER_KINDS: &[&str] = &[
    "node",
    "namespace",
    "persistentvolume",
    "clusterrole",
    "clusterrolebinding",
    "priorityclass",
    "storageclass",
    "ingressclass",
    "customresourcedefinition",
];

/// Why a real kubectl does not get an invocation of a run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("podlab does not hand `{what}` to another kubectl: {why}")]
pub struct KeptBack {
    /// The verb, with what is wrong about it.
    what: String,
    why: String,
}

/// The arguments that a real kubectl gets for `argv`, so that it writes in `namespace`
/// only: `default` becomes that namespace, and a verb that may write is told it.
///
/// # Errors
/// [`KeptBack`], with a way out.
pub fn hand_over(
    argv: &[String],
    invocation: &Invocation,
    namespace: &str,
) -> Result<Vec<String>, KeptBack> {
    let mut guard = Guard {
        invocation,
        namespace,
        power: power(invocation),
        handed: Vec::new(),
        has_namespace: false,
    };
    guard.kinds()?;
    guard.words(argv)?;
    if guard.power == Power::Writes && !guard.has_namespace {
        guard.handed.insert(0, format!("--namespace={namespace}"));
    }
    Ok(guard.handed)
}

/// What a verb can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Power {
    /// It changes nothing in the cluster.
    Reads,
    /// It changes the kubeconfig.
    Configures,
    /// It may change objects of a namespace.
    Writes,
    /// It changes what belongs to the whole cluster.
    Rules,
}

fn power(invocation: &Invocation) -> Power {
    let sub_verb = invocation.sub_verb.as_deref().unwrap_or_default();
    match (invocation.verb, sub_verb) {
        (Verb::Config, _) => Power::Configures,
        (Verb::Cordon | Verb::Uncordon | Verb::Drain | Verb::Taint | Verb::Certificate, _)
        | (Verb::Auth, "reconcile") => Power::Rules,
        (Verb::Create, kind) if CLUSTER_KINDS.contains(&kind_name(kind).as_str()) => Power::Rules,
        (Verb::Rollout, "history" | "status") | (Verb::Apply, "view-last-applied") => Power::Reads,
        // A forwarded port and a proxy are open to other programs, which no one confines.
        (
            Verb::Get
            | Verb::Describe
            | Verb::Logs
            | Verb::Explain
            | Verb::Top
            | Verb::Events
            | Verb::Wait
            | Verb::Diff
            | Verb::Auth
            | Verb::ClusterInfo
            | Verb::Kustomize
            | Verb::Completion
            | Verb::ApiResources
            | Verb::ApiVersions
            | Verb::Plugin
            | Verb::Version
            | Verb::Options
            | Verb::PortForward
            | Verb::Proxy
            | Verb::Help,
            _,
        ) => Power::Reads,
        _ => Power::Writes,
    }
}

struct Guard<'a> {
    invocation: &'a Invocation,
    namespace: &'a str,
    power: Power,
    handed: Vec<String>,
    has_namespace: bool,
}

impl Guard<'_> {
    fn kinds(&self) -> Result<(), KeptBack> {
        let ruled = match self.power {
            Power::Rules => Some(String::new()),
            Power::Writes => self.named_kind().map(|kind| format!(" {kind}")),
            Power::Reads | Power::Configures => None,
        };
        match ruled {
            Some(kind) => Err(self.kept(&kind, "it changes what belongs to the whole cluster", "")),
            None => Ok(()),
        }
    }

    /// A kind without a namespace that is to be changed.
    fn named_kind(&self) -> Option<String> {
        let args = &self.invocation.args;
        let of_names = args.iter().filter_map(|arg| arg.split_once('/')).map(|(kind, _)| kind);
        let names_a_pod =
            matches!(self.invocation.verb, Verb::Exec | Verb::Attach | Verb::Debug | Verb::Cp);
        let first = args.first().filter(|_| !names_a_pod);
        let of_types = first.into_iter().flat_map(|kinds| kinds.split(','));
        of_names.chain(of_types).map(kind_name).find(|kind| CLUSTER_KINDS.contains(&kind.as_str()))
    }

    fn words(&mut self, argv: &[String]) -> Result<(), KeptBack> {
        let mut rest = argv;
        while let Some((word, after)) = rest.split_first() {
            if word == "--" {
                self.handed.extend_from_slice(rest);
                return Ok(());
            }
            let next = after.first().map(String::as_str);
            let took_the_next = if let Some(name) = word.strip_prefix("--") {
                self.long(word, name, next)?
            } else if word.len() > 1 && word.starts_with('-') {
                self.letters(word, next)?
            } else {
                let word = self.operand(word)?;
                self.handed.push(word);
                Took::Nothing
            };
            rest = match took_the_next {
                Took::Next => after.get(1..).unwrap_or_default(),
                Took::Nothing => after,
            };
        }
        Ok(())
    }

    fn long(&mut self, word: &str, name: &str, next: Option<&str>) -> Result<Took, KeptBack> {
        let (name, value) = match name.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (name, None),
        };
        let name = name.replace('_', "-");
        if name == "namespace" {
            return self.put_namespace(value, next);
        }
        // A switch takes no word after it.
        let value = if name == "all-namespaces" { value } else { value.or(next) };
        self.flag(&name, value.unwrap_or_default())?;
        self.handed.push(word.to_owned());
        Ok(Took::Nothing)
    }

    /// What follows a flag is looked at as well: it may be a flag after all.
    fn letters(&mut self, word: &str, next: Option<&str>) -> Result<Took, KeptBack> {
        for (at, letter) in word.char_indices().skip(1) {
            let rest = &word[at + letter.len_utf8()..];
            let value = Some(rest.strip_prefix('=').unwrap_or(rest)).filter(|_| !rest.is_empty());
            if letter == 'n' {
                if at > 1 {
                    self.handed.push(word[..at].to_owned());
                }
                return self.put_namespace(value, next);
            }
            let long = match letter {
                'A' => "all-namespaces",
                's' => "server",
                'f' => "filename",
                'k' => "kustomize",
                _ => "",
            };
            let long = if self.is_spelled(letter, long) { long } else { "" };
            let is_switch = !self.takes_a_value(letter);
            let value = if is_switch { None } else { value.or(next) };
            self.flag(long, value.unwrap_or_default())?;
            if !is_switch || rest.starts_with('=') {
                break;
            }
        }
        self.handed.push(word.to_owned());
        Ok(Took::Nothing)
    }

    /// Whether this verb means this flag by the letter, as far as its flags are known.
    fn is_spelled(&self, letter: char, long: &str) -> bool {
        let row = self.invocation.verb.row();
        match row.all_flags().find(|flag| flag.short == Some(letter)) {
            Some(flag) => flag.long == long,
            None => true,
        }
    }

    fn takes_a_value(&self, letter: char) -> bool {
        let row = self.invocation.verb.row();
        match row.all_flags().find(|flag| flag.short == Some(letter)) {
            Some(flag) => flag.alone().is_none(),
            None => LOOSE_VALUES.iter().any(|(_, short)| *short == Some(letter)),
        }
    }

    fn flag(&self, name: &str, value: &str) -> Result<(), KeptBack> {
        let flag = format!(" --{name}");
        let writes = self.power == Power::Writes;
        if self.power == Power::Configures && matches!(name, "kubeconfig" | "kuberc") {
            return Err(self.kept(&flag, "a lab changes its own kubeconfig only", &flag));
        }
        if writes && LEADING_AWAY.contains(&name) {
            return Err(self.kept(&flag, "that leads past the run", &flag));
        }
        if writes && name == "all-namespaces" && value != "false" {
            return Err(self.kept(&flag, "that is every namespace", &flag));
        }
        let from_files = matches!(name, "filename" | "kustomize");
        match value.split(',').find(|file| is_remote(file)) {
            Some(address) if writes && from_files => Err(KeptBack {
                what: format!("kubectl {} --{name}={address}", self.invocation.verb.name()),
                why: "nobody has seen what it would write; download it (curl -LO), look at it, \
                      and use the file"
                    .to_owned(),
            }),
            _ => Ok(()),
        }
    }

    fn put_namespace(&mut self, given: Option<&str>, next: Option<&str>) -> Result<Took, KeptBack> {
        let namespace = self.checked(given.or(next).unwrap_or_default())?;
        self.handed.push(format!("--namespace={namespace}"));
        self.has_namespace = true;
        Ok(if given.is_some() { Took::Nothing } else { Took::Next })
    }

    /// The namespace that is meant, where it is allowed.
    fn checked(&self, asked: &str) -> Result<String, KeptBack> {
        match asked {
            "" | "default" => Ok(self.namespace.to_owned()),
            other if self.power == Power::Writes && other != self.namespace => Err(self.kept(
                &format!(" --namespace={other}"),
                "that is another namespace",
                " the namespace",
            )),
            other => Ok(other.to_owned()),
        }
    }

    /// `cp` takes a namespace before the pod: `NAMESPACE/POD:PATH`.
    fn operand(&self, word: &str) -> Result<String, KeptBack> {
        let place = word.split_once(':').and_then(|(pod, path)| Some((pod.split_once('/')?, path)));
        match place {
            Some(((namespace, pod), path)) if self.invocation.verb == Verb::Cp => {
                Ok(format!("{}/{pod}:{path}", self.checked(namespace)?))
            }
            _ => Ok(word.to_owned()),
        }
    }

    fn kept(&self, what: &str, why: &str, leave_out: &str) -> KeptBack {
        let sub_verb = self.invocation.sub_verb.iter().map(|sub| format!(" {sub}"));
        let verb = self.invocation.verb.name();
        let way_out = match leave_out {
            "" => "do it outside of the lab if you mean it".to_owned(),
            name => format!("leave{name} out"),
        };
        KeptBack {
            what: format!("kubectl {verb}{}{what}", sub_verb.collect::<String>()),
            why: format!(
                "{why}, and a lab writes in its own namespace `{}` only; {way_out}",
                self.namespace
            ),
        }
    }
}

/// Whether a flag has used the word after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Took {
    Nothing,
    Next,
}

/// Whether `-f` or `-k` names something that would have to be fetched.
fn is_remote(file: &str) -> bool {
    let starts = ["git@", "git::", "github.com/"];
    file.contains("://") || starts.iter().any(|start| file.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn handed(line: &str) -> Result<String, String> {
        let argv: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        let invocation = super::super::parse(&argv).expect(line);
        hand_over(&argv, &invocation, "lab-x")
            .map(|words| words.join(" "))
            .map_err(|kept| kept.to_string())
    }

    #[test]
    fn writes_get_the_runs_namespace_and_reads_stay_as_they_are() {
        let rows = [
            ("scale deploy web --replicas=3", "--namespace=lab-x scale deploy web --replicas=3"),
            ("edit pod x -n default", "edit pod x --namespace=lab-x"),
            ("edit pod x -ndefault", "edit pod x --namespace=lab-x"),
            ("-n=default patch pod x -p {}", "--namespace=lab-x patch pod x -p {}"),
            ("patch pod x -p={name:n}", "--namespace=lab-x patch pod x -p={name:n}"),
            ("edit pod x --namespace lab-x", "edit pod x --namespace=lab-x"),
            ("debug x -itn default -- sh -n x", "debug x -it --namespace=lab-x -- sh -n x"),
            ("apply -k ./base", "--namespace=lab-x apply -k ./base"),
            ("cp default/web:/a ./b", "--namespace=lab-x cp lab-x/web:/a ./b"),
            ("cp ./b web:/a -c app", "--namespace=lab-x cp ./b web:/a -c app"),
            ("get pods -A --raw /api --context other", "get pods -A --raw /api --context other"),
            ("get pods -n default -o go-template=x", "get pods --namespace=lab-x -o go-template=x"),
            ("top pods -n kube-system", "top pods --namespace=kube-system"),
            ("rollout status deploy/web", "rollout status deploy/web"),
            ("config view", "config view"),
            (
                "config set-context --current --namespace=default",
                "config set-context --current --namespace=lab-x",
            ),
        ];
        for (line, wanted) in rows {
            assert_eq!(handed(line).as_deref(), Ok(wanted), "{line}");
        }
    }

    #[test]
    fn writes_elsewhere_are_kept_back_with_a_way_out() {
        let rows = [
            ("annotate pods --all -A a=b", "annotate --all-namespaces"),
            ("edit pod x -n kube-system", "edit --namespace=kube-system"),
            ("edit pod x -nkube-system", "edit --namespace=kube-system"),
            ("debug x -itn kube-system", "debug --namespace=kube-system"),
            ("patch pod x --namespace=kube-system", "patch --namespace=kube-system"),
            ("delete --raw /api/v1/nodes/x", "delete --raw"),
            ("replace -f https://x/y.yaml", "replace --filename=https://x/y.yaml"),
            ("apply -k github.com/a/b", "apply --kustomize=github.com/a/b"),
            ("edit pod x --kubeconfig /x", "edit --kubeconfig"),
            ("edit pod x --context=prod", "edit --context"),
            ("edit pod x -s https://prod", "edit --server"),
            ("config set-cluster x --kubeconfig=/x", "config set-cluster --kubeconfig"),
            ("drain node-1", "drain"),
            ("create ns web", "create namespace"),
            ("edit no/node-1", "edit node"),
            ("annotate nodes node-1 a/b=c", "annotate node"),
            ("cp kube-system/web:/a b", "cp --namespace=kube-system"),
            ("rollout restart deploy/web -n prod", "rollout restart --namespace=prod"),
        ];
        for (line, what) in rows {
            let said = handed(line).expect_err(line);
            let start = format!("podlab does not hand `kubectl {what}` to another kubectl: ");
            assert!(said.starts_with(&start), "{line}: {said}");
        }
        assert_eq!(
            handed("edit pod x -n kube-system"),
            Err("podlab does not hand `kubectl edit --namespace=kube-system` to another kubectl: \
                 that is another namespace, and a lab writes in its own namespace `lab-x` only; \
                 leave the namespace out"
                .to_owned())
        );
    }
}
