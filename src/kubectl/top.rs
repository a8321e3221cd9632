//! `kubectl top`.

use serde_json::Value;

use super::failure::{Failure, Outcome};
use super::get_request::items_of;
use super::print::TabWriter;
use super::{Io, Session};
use crate::base::safe_text;
use crate::cluster::ApiRequest;
use crate::invocation::Invocation;
use crate::kinds::Quantity;

const METRICS: &str = "/apis/metrics.k8s.io/v1beta1";

/// Runs the verb below `top`.
///
/// Source: `kubectl/pkg/cmd/top/top_pod.go`, `top_node.go`.
pub(super) async fn run(invocation: &Invocation, session: &Session, io: &mut Io) -> Outcome {
    let flags = &invocation.flags;
    let order = flags.text("sort-by").unwrap_or_default();
    if !matches!(order, "" | "cpu" | "memory") {
        return Err(Failure::message("--sort-by accepts only cpu or memory"));
    }
    let is_node = invocation.sub_verb.as_deref() == Some("node");
    let selected = flags.is_set("selector") || flags.is_set("field-selector");
    if selected && !invocation.args.is_empty() {
        let selector = if is_node { "--selector" } else { "selector" };
        return Err(Failure::message(format!("only one of NAME or {selector} can be provided")));
    }
    let groups = session.cluster.json(&ApiRequest::get("/apis")).await?;
    let mut groups = groups["groups"].as_array().into_iter().flatten();
    if !groups.any(|group| group["name"] == "metrics.k8s.io") {
        return Err(Failure::message("Metrics API not available"));
    }
    let everywhere = flags.switch("all-namespaces") && !is_node;
    let namespace = session.policy.namespace(flags.text("namespace"));
    let place = match (is_node, everywhere) {
        (true, _) => format!("{METRICS}/nodes"),
        (false, true) => format!("{METRICS}/pods"),
        (false, false) => format!("{METRICS}/namespaces/{namespace}/pods"),
    };
    let request = match invocation.args.first() {
        Some(name) => ApiRequest::get(format!("{place}/{name}")),
        None => ApiRequest::get(place)
            .with("labelSelector", flags.text("selector").unwrap_or_default())
            .with("fieldSelector", flags.text("field-selector").unwrap_or_default()),
    };
    let mut used: Vec<Used> =
        items_of(session.cluster.json(&request).await?).iter().map(Used::of).collect();
    if used.is_empty() && is_node {
        return Err(Failure::message("metrics not available yet"));
    }
    if used.is_empty() {
        return Ok(io
            .err(&if everywhere {
                "No resources found\n".to_owned()
            } else {
                format!("No resources found in {namespace} namespace.\n")
            })
            .await?);
    }
    used.sort_by(|a, b| match order {
        "cpu" => b.cpu.cmp(&a.cpu),
        "memory" => b.memory.cmp(&a.memory),
        _ => (&a.namespace, &a.name).cmp(&(&b.namespace, &b.name)),
    });
    let header = !flags.switch("no-headers");
    let text = if is_node {
        let nodes = items_of(session.cluster.json(&ApiRequest::get("/api/v1/nodes")).await?);
        let key = if flags.switch("show-capacity") { "capacity" } else { "allocatable" };
        node_lines(&used, (&nodes, key), header)
    } else {
        pod_lines(&used, everywhere, header)
    };
    Ok(io.out(&TabWriter::TABLE.layout(&safe_text(&text))).await?)
}

/// What a pod or a node uses: thousandths of a processor, and bytes.
struct Used {
    namespace: String,
    name: String,
    cpu: i128,
    memory: i128,
}

impl Used {
    fn of(metrics: &Value) -> Self {
        let text = |key: &str| metrics["metadata"][key].as_str().unwrap_or_default().to_owned();
        let containers = metrics["containers"].as_array().into_iter().flatten();
        let usages: Vec<&Value> =
            containers.map(|one| &one["usage"]).chain([&metrics["usage"]]).collect();
        let sum = |key: &str| {
            let amounts = usages.iter().filter_map(|usage| usage[key].as_str());
            let amounts = amounts.filter_map(|text| Quantity::parse(text).ok());
            amounts.fold(Quantity::ZERO, Quantity::plus)
        };
        Self {
            namespace: text("namespace"),
            name: text("name"),
            cpu: sum("cpu").milli(),
            memory: sum("memory").value(),
        }
    }

    fn mebibytes(&self) -> i128 {
        self.memory / (1024 * 1024)
    }
}

fn pod_lines(used: &[Used], everywhere: bool, header: bool) -> String {
    let mut text = String::new();
    if header {
        text += if everywhere { "NAMESPACE\t" } else { "" };
        text += "NAME\tCPU(cores)\tMEMORY(bytes)\n";
    }
    for one in used {
        let namespace = if everywhere { format!("{}\t", one.namespace) } else { String::new() };
        text += &format!("{namespace}{}\t{}m\t{}Mi\n", one.name, one.cpu, one.mebibytes());
    }
    text
}

fn node_lines(used: &[Used], (nodes, key): (&[Value], &str), header: bool) -> String {
    let mut text = String::new();
    if header {
        text += "NAME\tCPU(cores)\tCPU(%)\tMEMORY(bytes)\tMEMORY(%)\n";
    }
    for one in used {
        let node = nodes.iter().find(|node| node["metadata"]["name"] == one.name.as_str());
        let share = |name: &str, used: i128, whole: fn(Quantity) -> i128| {
            let all = node.and_then(|node| node["status"][key][name].as_str());
            let all = all.and_then(|text| Quantity::parse(text).ok()).map(whole);
            let percent = all.and_then(|all| (used * 100).checked_div(all));
            percent.map_or_else(|| "<unknown>".to_owned(), |percent| format!("{percent}%"))
        };
        let cpu = share("cpu", one.cpu, Quantity::milli);
        let memory = share("memory", one.memory, Quantity::value);
        text += &format!("{}\t{}m\t{cpu}\t{}Mi\t{memory}\n", one.name, one.cpu, one.mebibytes());
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn pods_use_what_their_containers_use_and_nodes_have_shares() {
        let usage = |cpu: &str, memory: &str| json!({"usage": {"cpu": cpu, "memory": memory}});
        let pod = json!({"metadata": {"name": "web", "namespace": "lab"},
            "containers": [usage("250m", "1Mi"), usage("1500000n", "3072Ki")]});
        let used = Used::of(&pod);
        assert_eq!(pod_lines(&[used], true, false), "lab\tweb\t252m\t4Mi\n");
        let mut node = usage("500m", "512Mi");
        node["metadata"] = json!({"name": "n"});
        let nodes = [json!({"metadata": {"name": "n"},
            "status": {"allocatable": {"cpu": "2", "memory": "1Gi"}}})];
        let text = node_lines(&[Used::of(&node)], (&nodes, "allocatable"), false);
        assert_eq!(text, "n\t500m\t25%\t512Mi\t50%\n");
    }
}
