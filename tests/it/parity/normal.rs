//! What two clusters cannot agree in: times, addresses, uids, generated suffixes, node
//! names, versions of objects, and the messages that drifted between 1.20 and 1.36.

use std::sync::LazyLock;

use regex::Regex;

/// Pattern and replacement, applied in this order.
const RULES: &[(&str, &str)] = &[
    // Times.
    (r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z| [+-]\d{4} \w+)", "TIME"),
    // kubectl's own log lines begin with time and process.
    (r"(?m)^([EWI])\d{4} [\d:.]{15} +\d+ ", "$1 "),
    (r"\w{3}, \d\d \w{3} \d{4} [\d:]{8} [+-]\d{4}", "TIME"),
    (r#"resourceVersion"?: "\d+""#, "resourceVersion: VERSION"),
    (r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}", "UID"),
    (r"containerd://[0-9a-f]{64}", "CONTAINER"),
    (r"(\S+@)?sha256:[0-9a-f]{64}", "DIGEST"),
    // Addresses of pods, services, nodes, load balancers; node ports.
    (r"\b(10|127)(\.\d{1,3}){3}\b", "ADDRESS"),
    (r"(:| )3[0-2]\d{3}/TCP", "${1}NODEPORT/TCP"),
    (r"\bnode-?\d\b", "NODE"),
    // Generated names, of replica sets and their pods first.
    (r"-[bcdfghjklmnpqrstvwxz2456789]{8,10}(-[bcdfghjklmnpqrstvwxz2456789]{5})?\b", "-SUFFIX"),
    (r"-[bcdfghjklmnpqrstvwxz2456789]{5}\b", "-SUFFIX"),
    (r"pod-template-hash=\w+", "pod-template-hash=HASH"),
    // The drift table.
    (
        r"(spec\.(init)?[cC]ontainers\{[\w-]+\}: )?(Created container \S+|Container created)",
        "CREATED",
    ),
    (
        r"(spec\.(init)?[cC]ontainers\{[\w-]+\}: )?(Started container \S+|Container started)",
        "STARTED",
    ),
    (r"already present on machine( and can be accessed by the pod)?", "already present"),
    (r"Successfully pulled image (\S+) in .*", "Successfully pulled image $1"),
    (r"(Scaled (up|down) replica set \S+) from \d+ to", "$1 to"),
    (r#"(Invalid value: )(map\[string\]string|v1\.\w+)?\{.*?\}: "#, "${1}OBJECT: "),
    (r"(less than or equal to \w+ limit) of \S+", "$1"),
    (r"(?m)^error: Internal error occurred: (unable to upgrade connection)", "error: $1"),
    (r"(?m)^Warning: v1 Endpoints is deprecated in v1\.33\+.*\n", ""),
    (r#"failed to start exec "[0-9a-f]{64}""#, "failed to start exec ID"),
    // Ages, but not the durations of fields such as `delay=5s`.
    (r"(\d+) \(\d+[smhd](\d+[smh])? ago\)", "$1"),
    (r"(^|[^=\w.-])\d+(d|h|m|s)(\d+(h|m|s))?\b", "${1}AGE"),
    (r"\(x\d+ over AGE\)", "(xN over AGE)"),
    // What columns are aligned with depends on all of these.
    (r"-{3,}", "---"),
    (r"[ \t]+", " "),
    (r"(?m) +$", ""),
];

static COMPILED: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
    RULES.iter().map(|(pattern, to)| (Regex::new(pattern).unwrap(), *to)).collect()
});

/// The text without what differs between any two clusters.
pub(super) fn normalised(text: &str) -> String {
    COMPILED
        .iter()
        .fold(text.to_owned(), |text, (pattern, to)| pattern.replace_all(&text, *to).into_owned())
}

#[test]
fn what_any_two_clusters_differ_in_is_made_equal() {
    for (one, other) in [
        ("Created: 2026-01-31T12:00:00Z", "Created: 2026-02-01T09:10:11Z"),
        ("on: 2026-12-01 09:22:29 +0000 UTC", "on: 2026-12-01 09:22:27 +0000 UTC"),
        ("Thu, 01 Jan 2026 10:00:00 +0000", "Fri, 02 Jan 2026 11:00:00 +0100"),
        ("web-7d9c8b5f6d-x2x4z  1/1", "web-5b6c7d8f9-bbbbb    1/1"),
        ("counter-g7x5z  1/1", "counter-bcdfg  1/1"),
        ("10.20.1.25:9876", "10.20.2.3:9876"),
        ("80:31234/TCP", "80:30001/TCP"),
        ("NodePort:  <unset>  31234/TCP", "NodePort: <unset> 30001/TCP"),
        ("on node1", "on node-2"),
        ("Running   1 (7s ago)   3m", "Running 1 10s"),
        ("7m32s (x3 over 8m)", "10s (x2 over 30s)"),
        (
            "Scaled up replica set web-5b6c7d8f9 to 2",
            "Scaled up replica set web-7d9c8b5f6d from 0 to 2",
        ),
        (
            "E1201 09:11:22.944126   13402 memcache.go:265] no",
            "E1202 10:12:23.000001 7 memcache.go:265] no",
        ),
        (
            "labels: Invalid value: map[string]string{\"c\":\"d\"}: `selector` does not match",
            "labels: Invalid value: {\"c\":\"d\"}: `selector` does not match",
        ),
        (
            "selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string{\"a\":\"b\"}, MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: field is immutable",
            "selector: Invalid value: {\"matchLabels\":{\"a\":\"b\"}}: field is immutable",
        ),
        ("must be less than or equal to cpu limit", "must be less than or equal to cpu limit of 1"),
        (
            "error: unable to upgrade connection: container not found",
            "error: Internal error occurred: unable to upgrade connection: container not found",
        ),
        ("kubelet  spec.containers{a}: Container created", "kubelet  Created container a"),
        (
            "Container image \"b\" already present on machine and can be accessed by the pod",
            "Container image \"b\" already present on machine",
        ),
    ] {
        assert_eq!(normalised(one), normalised(other));
    }
}

#[test]
fn what_a_lab_looks_at_stays() {
    for text in [
        "web 0/1 Running 0",
        "http-get http://:8080/healthz delay=3s timeout=1s period=3s #success=1 #failure=3",
        "pod/web created",
        "Error from server (NotFound): pods \"nope\" not found",
        "Exit Code: 137",
        "metadata.name: Invalid value: \"Bad\": a lowercase RFC 1123 label must",
        "error: unable to upgrade connection: container not found",
    ] {
        assert_eq!(normalised(text), text);
    }
    assert_ne!(normalised("web 1/1 Running 1"), normalised("web 1/1 Running 2"));
    assert_ne!(normalised("4000/TCP"), normalised("4001/TCP"));
}
