//! A cell of a table: what its column makes of it.

use super::binding::Identity;
use super::context::Context;
use super::judgement::Judgement;
use super::pair::Pairing;
use super::status::{Progress, progress, ready_progress};
use super::token::{TokenKind, tokens};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    /// What is another each time, or each cluster's own.
    Volatile,
    /// How often something happened: whether it did counts.
    Count,
    /// `1/1`.
    Ready,
    /// A word of status.
    Status,
    /// Addresses.
    Address,
    /// The name of a node.
    Node,
    /// How many there are of how many.
    Replicas,
    /// Who told an event, and on which node.
    Source,
    /// Anything else.
    Text,
}

/// Columns by their headers.
///
/// Source: `pkg/printers/internalversion/printers.go`, `AddHandlers`; `kubectl top`.
const COLUMNS: &[(&[&str], Column)] = &[
    (
        &[
            "AGE",
            "Age",
            "LAST SEEN",
            "FIRST SEEN",
            "LASTSEEN",
            "FIRSTSEEN",
            "LastSeen",
            "FirstSeen",
            "DURATION",
            "UPDATED",
            "CREATED",
            "CREATED AT",
            "LAST SCHEDULE",
            "CPU(cores)",
            "MEMORY(bytes)",
            "CPU%",
            "MEMORY%",
            "CPU(%)",
            "MEMORY(%)",
        ],
        Column::Volatile,
    ),
    (&["RESTARTS", "COUNT", "Count"], Column::Count),
    (&["READY"], Column::Ready),
    (&["STATUS", "PHASE"], Column::Status),
    (
        &[
            "IP",
            "CLUSTER-IP",
            "EXTERNAL-IP",
            "INTERNAL-IP",
            "ADDRESS",
            "ADDRESSES",
            "HOST-IP",
            "HOSTIP",
            "HOST IP",
            "POD-IP",
            "PODIP",
            "POD IP",
            "ENDPOINTS",
        ],
        Column::Address,
    ),
    (&["NODE"], Column::Node),
    (
        &["DESIRED", "CURRENT", "UP-TO-DATE", "AVAILABLE", "REPLICAS", "COMPLETIONS"],
        Column::Replicas,
    ),
    (&["From", "FROM", "SOURCE"], Column::Source),
];

/// Columns of nodes that say which cluster it is.
const OF_THE_CLUSTER: &[&str] =
    &["ROLES", "VERSION", "OS-IMAGE", "KERNEL-VERSION", "CONTAINER-RUNTIME"];

/// What the comparison of two cells found.
#[derive(Debug)]
pub(super) struct Compared<'s, 'a> {
    pub(super) judgement: Judgement,
    /// Literal, value, and what they name.
    pub(super) named: Vec<(&'s str, &'a str, Identity)>,
    /// What is named the same on both sides.
    pub(super) confirmed: Vec<&'s str>,
}

/// Compares the cells of two rows under the same header.
pub(super) fn compare<'s, 'a>(
    header: &str,
    (sample, actual): (&'s str, &'a str),
    context: &Context<'_>,
) -> Compared<'s, 'a> {
    let column = column(header, context);
    let pairing = Pairing::of(sample, actual, context.nodes);
    let judgement = judge((header, column), (sample, actual), &pairing);
    let named = match column {
        Column::Address => addresses(sample, actual),
        Column::Node => node(sample, actual),
        Column::Volatile | Column::Count | Column::Ready => Vec::new(),
        _ => pairing.named().iter().map(|one| (one.literal, one.value, one.identity)).collect(),
    };
    Compared { judgement, named, confirmed: pairing.confirmed().collect() }
}

fn column(header: &str, context: &Context<'_>) -> Column {
    if context.kind == Some("node") && OF_THE_CLUSTER.contains(&header) {
        return Column::Volatile;
    }
    let row = COLUMNS.iter().find(|(headers, _)| headers.contains(&header));
    row.map_or(Column::Text, |(_, column)| *column)
}

fn judge(
    (header, column): (&str, Column),
    (sample, actual): (&str, &str),
    pairing: &Pairing<'_, '_>,
) -> Judgement {
    let differs = || Judgement::differs(header, sample, actual);
    let not_yet = || Judgement::not_yet(header, sample, actual);
    let by = |progress: Progress| match progress {
        Progress::Like => Judgement::Like,
        Progress::NotYet => not_yet(),
        Progress::Other => differs(),
    };
    let waits = actual == "<pending>" || (actual == "<none>" && is_waited_for(column));
    match column {
        _ if sample == actual => Judgement::Like,
        _ if waits && !sample.starts_with('<') => not_yet(),
        Column::Volatile => Judgement::Like,
        Column::Count => count(sample, actual).map_or_else(differs, |same| match same {
            true => Judgement::Like,
            false => differs(),
        }),
        Column::Ready => ready_progress(sample, actual).map_or_else(differs, by),
        Column::Status => by(progress(sample, actual)),
        Column::Address if sample == "<pending>" && has_address(actual) => Judgement::Like,
        Column::Address if is_host(sample) && is_host(actual) => Judgement::Like,
        Column::Node if is_name(sample) && is_name(actual) => Judgement::Like,
        Column::Replicas => replicas(sample, actual).map_or_else(differs, by),
        Column::Source if source(sample) == source(actual) => Judgement::Like,
        _ if pairing.is_like() => Judgement::Like,
        _ => differs(),
    }
}

/// `<none>` there means that it is not known yet.
fn is_waited_for(column: Column) -> bool {
    matches!(column, Column::Address | Column::Node)
}

/// Whether both happened, or neither: `3` and `1 (4s ago)`.
fn count(sample: &str, actual: &str) -> Option<bool> {
    let number = |text: &str| text.split_whitespace().next()?.parse::<u64>().ok();
    Some((number(sample)? == 0) == (number(actual)? == 0))
}

fn replicas(sample: &str, actual: &str) -> Option<Progress> {
    if let Some(progress) = ready_progress(sample, actual) {
        return Some(progress);
    }
    let (wanted, seen) = (sample.parse::<u64>().ok()?, actual.parse::<u64>().ok()?);
    Some(if seen < wanted { Progress::NotYet } else { Progress::Other })
}

/// The program of `kubelet, node-1`.
fn source(text: &str) -> &str {
    text.split([',', ' ']).next().unwrap_or_default()
}

fn has_address(cell: &str) -> bool {
    is_host(cell) || tokens(cell).iter().any(|token| token.kind == TokenKind::Ip)
}

/// An address, or a host name such as a cloud's load balancer has.
pub(super) fn is_host(cell: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    match tokens(cell).as_slice() {
        [only] if only.kind == TokenKind::Ip => true,
        _ => {
            cell.contains('.')
                && cell.chars().all(is_part)
                && cell.chars().any(|c| c.is_ascii_alphabetic())
                && !cell.ends_with('.')
        }
    }
}

/// Where each side has one address; of lists nobody knows which is which.
fn addresses<'s, 'a>(sample: &'s str, actual: &'a str) -> Vec<(&'s str, &'a str, Identity)> {
    let only = |cell| -> Option<(usize, usize)> {
        let found = tokens(cell);
        let mut ips = found.iter().filter(|token| token.kind == TokenKind::Ip);
        match (ips.next(), ips.next()) {
            (Some(ip), None) => Some((ip.start, ip.end())),
            (None, _) if is_host(cell) => Some((0, cell.len())),
            _ => None,
        }
    };
    let pair = only(sample).zip(only(actual));
    let named = pair
        .map(|(one, other)| (&sample[one.0..one.1], &actual[other.0..other.1], Identity::Address));
    named.filter(|(literal, value, _)| literal != value).into_iter().collect()
}

fn node<'s, 'a>(sample: &'s str, actual: &'a str) -> Vec<(&'s str, &'a str, Identity)> {
    let both = is_name(sample) && is_name(actual) && sample != actual;
    both.then_some((sample, actual, Identity::Node)).into_iter().collect()
}

fn is_name(cell: &str) -> bool {
    !cell.is_empty() && cell.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'))
}

#[cfg(test)]
mod tests {
    use super::super::bindings::Bindings;
    use super::*;

    #[test]
    fn a_cell_is_compared_as_its_column_asks() {
        let bindings = Bindings::default();
        let context = Context::unknown(&bindings);
        let like = Judgement::Like;
        let differs = |text: &str| Judgement::Differs(text.to_owned());
        let not_yet = |text: &str| Judgement::NotYet(text.to_owned());
        let check = |header: &str, sample: &str, actual: &str, wanted: &Judgement| {
            let found = compare(header, (sample, actual), &context);
            assert_eq!(found.judgement, *wanted, "{header} {sample} {actual}");
        };
        check("AGE", "5m", "12s", &like);
        check("AGE", "5m", "<unknown>", &like);
        check("RESTARTS", "3", "1 (4s ago)", &like);
        check("RESTARTS", "0", "2", &differs("RESTARTS is 2, not 0"));
        check("RESTARTS", "3", "0", &differs("RESTARTS is 0, not 3"));
        check("READY", "1/1", "0/1", &not_yet("READY is 0/1, not 1/1"));
        check("STATUS", "Running", "Pending", &not_yet("STATUS is Pending, not Running"));
        check("STATUS", "Running", "Error", &differs("STATUS is Error, not Running"));
        check("EXTERNAL-IP", "35.2.3.4", "10.30.0.10", &like);
        check(
            "EXTERNAL-IP",
            "35.2.3.4",
            "<pending>",
            &not_yet("EXTERNAL-IP is <pending>, not 35.2.3.4"),
        );
        check("EXTERNAL-IP", "<pending>", "10.30.0.10", &like);
        check(
            "EXTERNAL-IP",
            "<none>",
            "10.30.0.10",
            &differs("EXTERNAL-IP is 10.30.0.10, not <none>"),
        );
        check("EXTERNAL-IP", "a1b2.elb.example.com", "10.30.0.10", &like);
        check("IP", "10.20.1.25", "<none>", &not_yet("IP is <none>, not 10.20.1.25"));
        check("NODE", "gke-a-b", "node-1", &like);
        check("PORT(S)", "80:32758/TCP", "80:30001/TCP", &like);
        check("PORT(S)", "80/TCP", "81/TCP", &differs("PORT(S) is 81/TCP, not 80/TCP"));
        check("AVAILABLE", "3", "1", &not_yet("AVAILABLE is 1, not 3"));
        check("AVAILABLE", "3", "4", &differs("AVAILABLE is 4, not 3"));
        check("From", "kubelet, gke-a-b", "kubelet", &like);
        check("TYPE", "ClusterIP", "NodePort", &differs("TYPE is NodePort, not ClusterIP"));
        check("NODE", "gke-a-b", "<none>", &not_yet("NODE is <none>, not gke-a-b"));
        check("CLAIM", "", "web", &differs("CLAIM is web, not nothing"));
        check("VERSION", "v1.9.2", "v1.36.2", &differs("VERSION is v1.36.2, not v1.9.2"));
        let nodes = Context { kind: Some("node"), ..context };
        let found = compare("VERSION", ("v1.9.2", "v1.36.2"), &nodes);
        assert_eq!(found.judgement, like);
    }

    #[test]
    fn what_a_cell_names_is_bound_where_it_is_one() {
        let bindings = Bindings::default();
        let context = Context::unknown(&bindings);
        let check = |header: &str, sample: &str, actual: &str, wanted: &[(&str, &str)]| {
            let found = compare(header, (sample, actual), &context);
            let named: Vec<_> = found.named.iter().map(|one| (one.0, one.1)).collect();
            assert_eq!(named, wanted, "{header} {sample} {actual}");
        };
        check("CLUSTER-IP", "10.1.1.1", "10.96.0.7", &[("10.1.1.1", "10.96.0.7")]);
        check("CLUSTER-IP", "10.1.1.1", "10.1.1.1", &[]);
        check("CLUSTER-IP", "10.1.1.1", "None", &[]);
        check("EXTERNAL-IP", "a.elb.io", "10.30.0.1", &[("a.elb.io", "10.30.0.1")]);
        check("ENDPOINTS", "10.1.1.1:80", "10.2.2.2:80", &[("10.1.1.1", "10.2.2.2")]);
        check("ENDPOINTS", "10.1.1.1:80,10.1.1.2:80", "10.2.2.2:80,10.2.2.3:80", &[]);
        check("NODE", "minikube", "node-1", &[("minikube", "node-1")]);
        check("PORT(S)", "80:32758/TCP", "80:30001/TCP", &[("32758", "30001")]);
        check("AGE", "5m", "6m", &[]);
    }
}
