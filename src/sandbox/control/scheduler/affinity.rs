use serde_json::Value;

use super::super::super::fields;
use super::super::selector::Selector;

/// Whether a taint does not matter to a pod with these tolerations.
///
/// Source: `component-helpers/scheduling/corev1/helpers.go`, `ToleratesTaint`.
pub(in super::super) fn tolerates(tolerations: &[Value], taint: &Value) -> bool {
    tolerations.iter().any(|toleration| one_tolerates(toleration, taint))
}

/// Source: `api/core/v1/toleration.go`, `ToleratesTaint`.
fn one_tolerates(toleration: &Value, taint: &Value) -> bool {
    let [effect, key, operator, value] =
        ["effect", "key", "operator", "value"].map(|field| fields::text(toleration, field));
    if !effect.is_empty() && effect != fields::text(taint, "effect") {
        return false;
    }
    if !key.is_empty() && key != fields::text(taint, "key") {
        return false;
    }
    match operator {
        "" | "Equal" => !key.is_empty() && value == fields::text(taint, "value"),
        "Exists" => true,
        _ => false,
    }
}

/// Whether a node has the labels that a pod asks for.
///
/// Source: `component-helpers/scheduling/corev1/nodeaffinity/nodeaffinity.go`,
/// `GetRequiredNodeAffinity`.
pub(in super::super) fn node_fits(pod: &Value, node: &Value) -> bool {
    let labels = &node["metadata"]["labels"];
    let selected = fields::texts(pod, "spec.nodeSelector")
        .all(|(key, value)| labels[key].as_str() == Some(value));
    let required = fields::at(
        pod,
        "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution",
    );
    let terms = fields::items(required, "nodeSelectorTerms");
    selected && (required.is_null() || terms.iter().any(|term| term_fits(term, node)))
}

/// A term without conditions fits no node.
fn term_fits(term: &Value, node: &Value) -> bool {
    let expressions = fields::items(term, "matchExpressions");
    let names = fields::items(term, "matchFields");
    if expressions.is_empty() && names.is_empty() {
        return false;
    }
    let by_name = serde_json::json!({ "metadata.name": fields::name(node) });
    Selector::of_expressions(expressions).fits(node)
        && Selector::of_expressions(names).fits_labels(&by_name)
}

/// The weight of the preferences that a node fulfils.
pub(super) fn node_preference(pod: &Value, node: &Value) -> i64 {
    let preferred = fields::items(
        pod,
        "spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution",
    );
    let weights = preferred
        .iter()
        .filter(|one| term_fits(&one["preference"], node))
        .map(|one| fields::count(one, "weight").min(100));
    weights.sum()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_toleration_bears_what_it_names() {
        let taint = json!({ "key": "gpu", "value": "yes", "effect": "NoSchedule" });
        let cases = [
            (json!({ "operator": "Exists" }), true),
            (json!({ "key": "gpu", "operator": "Exists" }), true),
            (json!({ "key": "gpu", "value": "yes" }), true),
            (json!({ "key": "gpu", "value": "no" }), false),
            (json!({ "key": "gpu", "operator": "Exists", "effect": "NoExecute" }), false),
            (json!({ "key": "disk", "operator": "Exists" }), false),
            (json!({}), false),
        ];
        for (toleration, wanted) in cases {
            assert_eq!(tolerates(&[toleration.clone()], &taint), wanted, "{toleration}");
        }
    }

    #[test]
    fn a_node_fits_selector_and_one_of_the_terms() {
        let node = json!({ "metadata": { "name": "node-1", "labels": { "disk": "ssd" } } });
        let required = |terms: Value| {
            json!({ "spec": { "affinity": { "nodeAffinity": {
                "requiredDuringSchedulingIgnoredDuringExecution": { "nodeSelectorTerms": terms },
            } } } })
        };
        let disk = |value: &str| {
            json!({ "matchExpressions": [
            { "key": "disk", "operator": "In", "values": [value] },
        ] })
        };
        let cases = [
            (json!({}), true),
            (json!({ "spec": { "nodeSelector": { "disk": "ssd" } } }), true),
            (json!({ "spec": { "nodeSelector": { "disk": "hdd" } } }), false),
            (required(json!([disk("hdd"), disk("ssd")])), true),
            (required(json!([disk("hdd")])), false),
            (required(json!([{}])), false),
            (
                required(json!([{ "matchFields": [
                    { "key": "metadata.name", "operator": "In", "values": ["node-1"] },
                ] }])),
                true,
            ),
        ];
        for (pod, wanted) in cases {
            assert_eq!(node_fits(&pod, &node), wanted, "{pod}");
        }
    }
}
