//! Where the value of a placeholder is found, as far as the text tells: `<IP>` after
//! "the `simple-api` pod" is that pod's address.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::lab::{Block, Capture, CaptureSource, Command, Runs, ShellName, Step};
use crate::shell::placeholders;

use super::manifests::objects_in;

/// What a placeholder's name asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Wanted {
    /// The address of a pod.
    PodAddress,
    /// The address of a service, within the cluster.
    ServiceAddress,
    /// The address of a service, from outside.
    ExternalAddress,
    /// The address of a node.
    NodeAddress,
    /// The port of a service on every node.
    NodePort,
    /// A pod.
    PodName,
    /// A service.
    ServiceName,
    /// A deployment.
    DeploymentName,
    /// A node.
    NodeName,
    /// Its name does not tell.
    Anything,
}

impl Wanted {
    /// What a name such as `CLUSTER-IP`, `your-pod-name` or `ip` asks for.
    pub fn by(name: &str) -> Self {
        let name: String =
            name.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
        let has = |some: &[&str]| some.iter().any(|part| name.contains(part));
        let is_address = name.ends_with("ip") || has(&["ipaddr", "address"]);
        match () {
            () if has(&["nodeport"]) => Self::NodePort,
            () if has(&["externalip", "publicip", "loadbalancer", "lbip", "ingressip"]) => {
                Self::ExternalAddress
            }
            () if is_address && has(&["cluster", "service", "svc"]) => Self::ServiceAddress,
            () if is_address && has(&["node", "host", "worker", "master", "minikube"]) => {
                Self::NodeAddress
            }
            () if is_address => Self::PodAddress,
            () if has(&["port", "namespace", "container", "image", "label"]) => Self::Anything,
            () if has(&["pod"]) => Self::PodName,
            () if has(&["deploy"]) => Self::DeploymentName,
            () if has(&["service", "svc"]) => Self::ServiceName,
            () if has(&["node"]) => Self::NodeName,
            () => Self::Anything,
        }
    }

    /// The kind and the field that hold it, where one object has it.
    fn field(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::PodAddress => Some(("pod", "status.podIP")),
            Self::ServiceAddress => Some(("service", "spec.clusterIP")),
            Self::ExternalAddress => Some(("service", "status.loadBalancer.ingress[0].ip")),
            Self::NodePort => Some(("service", "spec.ports[0].nodePort")),
            Self::PodName => Some(("pod", "metadata.name")),
            Self::ServiceName => Some(("service", "metadata.name")),
            Self::DeploymentName => Some(("deployment", "metadata.name")),
            Self::NodeAddress | Self::NodeName | Self::Anything => None,
        }
    }
}

/// Notes for every step where the values of its placeholders are found.
pub(super) fn fill(steps: &mut [Step], blocks: &[Block], files: &BTreeMap<String, String>) {
    let has_gap = |step: &Step| commands(&blocks[step.block]).any(|one| !gaps(one).is_empty());
    // Most labs have none, and reading every manifest takes its time.
    let Some(last) = steps.iter().rposition(has_gap) else { return };
    let mut made = Made::default();
    for step in steps.iter_mut().take(last + 1) {
        for command in commands(&blocks[step.block]) {
            for name in gaps(command) {
                let is_known = step.fills.iter().any(|fill| fill.name == name);
                let source = made.source(Wanted::by(&name), step).filter(|_| !is_known);
                step.fills.extend(source.map(|source| Capture { name, source }));
            }
            made.note(command, files);
        }
    }
}

fn commands(block: &Block) -> impl Iterator<Item = &Command> {
    block.commands.iter().filter(|command| command.runs != Runs::Shown)
}

fn gaps(command: &Command) -> BTreeSet<String> {
    placeholders(&command.text).into_iter().map(|gap| gap.name).collect()
}

/// The objects that the steps so far have made, by kind and name.
#[derive(Debug, Default)]
struct Made(BTreeSet<(String, String)>);

impl Made {
    fn source(&self, wanted: Wanted, step: &Step) -> Option<CaptureSource> {
        let (kind, path) = wanted.field()?;
        // "the IP of the service": the word before all decides.
        let service = (wanted == Wanted::PodAddress)
            .then(|| self.named("service", step).or_else(|| self.only("service", step)))
            .flatten()
            .filter(|_| speaks_of_service(step));
        let (kind, path, name) = match service {
            Some(name) => ("service", "spec.clusterIP", name),
            None => (kind, path, self.named(kind, step).or_else(|| self.only(kind, step))?),
        };
        Some(CaptureSource::Field { kind: kind.into(), name, path: path.into() })
    }

    /// The one object of a kind that the prose before the step names.
    fn named(&self, kind: &str, step: &Step) -> Option<String> {
        let names: Vec<&str> = self.of(kind, step).collect();
        let paragraphs = step.lead.iter().rev();
        let found = paragraphs.map(|text| mentioned(&names, text)).find(|found| !found.is_empty());
        match found?.as_slice() {
            [only] => Some((*only).to_owned()),
            _ => None,
        }
    }

    /// The one object of a kind that there is.
    fn only(&self, kind: &str, step: &Step) -> Option<String> {
        let mut all = self.of(kind, step);
        all.next().filter(|_| all.next().is_none()).map(str::to_owned)
    }

    /// The objects of a kind, without the pod in whose shell the step runs.
    fn of<'a>(&'a self, kind: &'a str, step: &'a Step) -> impl Iterator<Item = &'a str> {
        let own = match &step.shell {
            ShellName::Pod(name) => Some(name.as_str()),
            ShellName::Host => None,
        };
        let all = self.0.iter().filter(move |(one, _)| one == kind);
        all.map(|(_, name)| name.as_str()).filter(move |name| kind != "pod" || Some(*name) != own)
    }

    /// Notes what a command makes, and what it deletes.
    fn note(&mut self, command: &Command, files: &BTreeMap<String, String>) {
        for known in &command.meaning.invocations {
            let objects: Vec<(String, String)> = known
                .objects
                .iter()
                .filter_map(|object| object.split_once('/'))
                .map(|(kind, name)| (kind.to_owned(), name.to_owned()))
                .collect();
            match known.verb.as_str() {
                "delete" => objects.iter().for_each(|object| self.delete(object)),
                "expose" => self.0.extend(exposed(&objects, &known.canonical)),
                "run" => self.0.extend(objects),
                verb if verb.starts_with("create ") => self.0.extend(objects),
                "apply" | "create" => {
                    let names = known.files.iter().map(|file| file.trim_start_matches("./"));
                    let texts = names.filter_map(|name| files.get(name));
                    self.0.extend(texts.flat_map(|text| objects_in(text)));
                }
                _ => {}
            }
        }
    }

    fn delete(&mut self, (kind, name): &(String, String)) {
        self.0.retain(|(one, other)| one != kind || (name != "*" && other != name));
    }
}

/// The service that `expose` makes: called by `--name`, else like what it exposes.
fn exposed(objects: &[(String, String)], canonical: &[String]) -> Option<(String, String)> {
    let stated = canonical.iter().find_map(|word| word.strip_prefix("--name="));
    let name = stated.or(objects.first().map(|(_, name)| name.as_str()))?;
    Some(("service".to_owned(), name.to_owned()))
}

/// The names that stand in a text as code, else those that stand in it as words.
fn mentioned<'a>(names: &[&'a str], text: &str) -> Vec<&'a str> {
    let as_code = |name: &&str| text.contains(&format!("`{name}`"));
    let part = |c: char| c.is_alphanumeric() || c == '-';
    let as_word = |name: &&str| {
        text.match_indices(*name).any(|(at, word)| {
            !text[..at].ends_with(part) && !text[at + word.len()..].starts_with(part)
        })
    };
    let code: Vec<&str> = names.iter().copied().filter(as_code).collect();
    if code.is_empty() { names.iter().copied().filter(as_word).collect() } else { code }
}

fn speaks_of_service(step: &Step) -> bool {
    let prose = step.lead.last().map(|text| text.to_lowercase()).unwrap_or_default();
    (prose.contains("service") || prose.contains("svc") || prose.contains("clusterip"))
        && !prose.contains("pod")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::SourceText;
    use crate::lab::parse;

    #[test]
    fn names_say_what_they_ask_for() {
        let check = |name: &str, wanted: Wanted| assert_eq!(Wanted::by(name), wanted, "{name}");
        check("IP", Wanted::PodAddress);
        check("pod-ip", Wanted::PodAddress);
        check("YOUR_POD_IP", Wanted::PodAddress);
        check("CLUSTER-IP", Wanted::ServiceAddress);
        check("service ip", Wanted::ServiceAddress);
        check("EXTERNAL-IP", Wanted::ExternalAddress);
        check("public-IP", Wanted::ExternalAddress);
        check("worker-IP", Wanted::NodeAddress);
        check("NODE_IP", Wanted::NodeAddress);
        check("nodeport", Wanted::NodePort);
        check("NODE-PORT", Wanted::NodePort);
        check("pod-name", Wanted::PodName);
        check("svc", Wanted::ServiceName);
        check("node", Wanted::NodeName);
        check("deployment-name", Wanted::DeploymentName);
        check("pod port", Wanted::Anything);
        check("namespace", Wanted::Anything);
        check("your-bucket", Wanted::Anything);
    }

    fn fills(before: &str, prose: &str, command: &str) -> Vec<String> {
        let text = format!("```\n{before}\n```\n\n{prose}\n\n```\n{command}\n```\n");
        let source = SourceText { name: "lab.md".into(), text: text.into() };
        let (lab, _) = parse("x", source, BTreeMap::new());
        let step = lab.steps.last().unwrap();
        let source = |fill: &Capture| match &fill.source {
            CaptureSource::Field { kind, name, path } => {
                format!("{}={kind}/{name}.{path}", fill.name)
            }
            other => format!("{other:?}"),
        };
        step.fills.iter().map(source).collect()
    }

    #[test]
    fn prose_says_whose_value_it_is() {
        let check = |before: &str, prose: &str, command: &str, wanted: &[&str]| {
            assert_eq!(fills(before, prose, command), wanted, "{prose}");
        };
        let two = "kubectl run web --image=x\nkubectl run api --image=x";
        check(two, "Call the `api` pod:", "curl http://<IP>/", &["IP=pod/api.status.podIP"]);
        check(two, "Call the api:", "curl http://<IP>/", &["IP=pod/api.status.podIP"]);
        check(two, "Call `web` or `api`:", "curl http://<IP>/", &[]);
        check(two, "Call it:", "curl http://<IP>/", &[]);
        let one = "kubectl run web --image=x";
        check(one, "Call it:", "curl http://<IP>/", &["IP=pod/web.status.podIP"]);
        check(one, "Read:", "kubectl logs <pod-name>", &["pod-name=pod/web.metadata.name"]);
        check(one, "Go:", "curl http://<CLUSTER_IP>/", &[]);
        let exposed = "kubectl run web --image=x\nkubectl expose pod web --port=80";
        check(
            exposed,
            "Go:",
            "curl http://<CLUSTER_IP>/",
            &["CLUSTER_IP=service/web.spec.clusterIP"],
        );
        check(exposed, "The service's IP:", "curl <IP>", &["IP=service/web.spec.clusterIP"]);
        check(exposed, "The `web` pod's IP:", "curl <IP>", &["IP=pod/web.status.podIP"]);
        let gone = "kubectl run web --image=x\nkubectl run api --image=x\nkubectl delete pod web";
        check(gone, "Call it:", "curl http://<IP>/", &["IP=pod/api.status.podIP"]);
        let jump = "kubectl run web --image=x\nkubectl run -it jump --image=x";
        check(jump, "From the jump pod:", "curl http://<IP>/", &["IP=pod/web.status.podIP"]);
    }
}
