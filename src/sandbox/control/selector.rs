use serde_json::Value;

use super::super::fields;

/// Which labels are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Selector {
    wanted: Vec<Requirement>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Requirement {
    key: String,
    operator: Operator,
    values: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    In,
    NotIn,
    Exists,
    DoesNotExist,
    Greater,
    Less,
    /// Not known, so that nothing fits.
    Unknown,
}

impl Selector {
    /// A `LabelSelector`; none where it is missing, which selects nothing.
    ///
    /// Source: `apimachinery/pkg/apis/meta/v1/helpers.go`, `LabelSelectorAsSelector`.
    pub(super) fn of_labels(selector: &Value) -> Option<Self> {
        let entries = selector.as_object()?;
        let mut wanted = equal(entries.get("matchLabels").unwrap_or(&Value::Null));
        wanted.extend(expressions(fields::items(selector, "matchExpressions")));
        Some(Self { wanted })
    }

    /// A service's or a replication controller's map of labels; none where it is empty.
    pub(super) fn of_map(map: &Value) -> Option<Self> {
        let wanted = equal(map);
        (!wanted.is_empty()).then_some(Self { wanted })
    }

    /// A list of expressions, as in a node selector's term.
    pub(super) fn of_expressions(list: &[Value]) -> Self {
        Self { wanted: expressions(list).collect() }
    }

    /// Whether nothing is asked, so that all fit.
    pub(super) fn is_empty(&self) -> bool {
        self.wanted.is_empty()
    }

    /// Whether an object's labels fit.
    pub(super) fn fits(&self, object: &Value) -> bool {
        self.fits_labels(&object["metadata"]["labels"])
    }

    /// Whether labels fit.
    pub(super) fn fits_labels(&self, labels: &Value) -> bool {
        self.wanted.iter().all(|one| one.fits(labels[&one.key].as_str()))
    }
}

impl Requirement {
    /// Source: `apimachinery/pkg/labels/selector.go`, `Requirement.Matches`.
    fn fits(&self, value: Option<&str>) -> bool {
        let listed = value.is_some_and(|value| self.values.iter().any(|one| one == value));
        let numbers = || Some((value?.parse::<i64>().ok()?, self.values.first()?.parse().ok()?));
        match self.operator {
            Operator::In => listed,
            Operator::NotIn => !listed,
            Operator::Exists => value.is_some(),
            Operator::DoesNotExist => value.is_none(),
            Operator::Greater => numbers().is_some_and(|(is, than): (i64, i64)| is > than),
            Operator::Less => numbers().is_some_and(|(is, than): (i64, i64)| is < than),
            Operator::Unknown => false,
        }
    }
}

fn equal(map: &Value) -> Vec<Requirement> {
    let one = |(key, value): (&str, &str)| Requirement {
        key: key.to_owned(),
        operator: Operator::In,
        values: vec![value.to_owned()],
    };
    map.as_object().map_or_else(Vec::new, |entries| {
        entries
            .iter()
            .filter_map(|(key, value)| Some((key.as_str(), value.as_str()?)))
            .map(one)
            .collect()
    })
}

fn expressions(list: &[Value]) -> impl Iterator<Item = Requirement> {
    list.iter().map(|expression| Requirement {
        key: fields::text(expression, "key").to_owned(),
        operator: match fields::text(expression, "operator") {
            "In" => Operator::In,
            "NotIn" => Operator::NotIn,
            "Exists" => Operator::Exists,
            "DoesNotExist" => Operator::DoesNotExist,
            "Gt" => Operator::Greater,
            "Lt" => Operator::Less,
            _ => Operator::Unknown,
        },
        values: fields::items(expression, "values")
            .iter()
            .filter_map(|value| value.as_str().map(str::to_owned))
            .collect(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn labels_fit_as_their_operators_say() {
        let labels = json!({ "metadata": { "labels": { "app": "web", "cores": "8" } } });
        let cases = [
            (json!({}), true),
            (json!({ "matchLabels": { "app": "web" } }), true),
            (json!({ "matchLabels": { "app": "api" } }), false),
            (json!({ "matchLabels": { "app": "web", "tier": "x" } }), false),
            (expression("app", "In", &["api", "web"]), true),
            (expression("app", "NotIn", &["web"]), false),
            (expression("tier", "NotIn", &["web"]), true),
            (expression("app", "Exists", &[]), true),
            (expression("app", "DoesNotExist", &[]), false),
            (expression("cores", "Gt", &["4"]), true),
            (expression("cores", "Lt", &["4"]), false),
            (expression("app", "Gt", &["4"]), false),
            (expression("app", "Is", &["web"]), false),
        ];
        for (selector, wanted) in cases {
            let parsed = Selector::of_labels(&selector).unwrap();
            assert_eq!(parsed.fits(&labels), wanted, "{selector}");
        }
        assert_eq!(Selector::of_labels(&Value::Null), None);
        assert_eq!(Selector::of_map(&json!({})), None);
    }

    fn expression(key: &str, operator: &str, values: &[&str]) -> Value {
        json!({ "matchExpressions": [{ "key": key, "operator": operator, "values": values }] })
    }
}
