//! The three-way merge of `kubectl apply`: what was applied last, what the file says
//! now, what the server has. Pure.

use serde_json::{Map, Value};

use super::merge_keys::{Merging, merging};

/// Whether lists have the merge keys of Kubernetes' own kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lists {
    /// Kubernetes' own kinds.
    Strategic,
    /// Other kinds: a list is one value.
    Atomic,
}

/// What the object shall become: the file's fields win, fields that the file no longer
/// has go, everything else stays as the server has it.
///
/// Source: `apimachinery/pkg/util/strategicpatch/patch.go`, `CreateThreeWayMergePatch`;
/// `apimachinery/pkg/util/jsonmergepatch/patch.go` for other kinds.
pub(super) fn merged(original: &Value, modified: &Value, current: &Value, lists: Lists) -> Value {
    Merge { lists }.value(original, modified, current, &Place { field: "", parent: "" })
}

/// A JSON merge patch that turns `from` into `to`; none where they are equal.
pub(super) fn merge_patch(from: &Value, to: &Value) -> Option<Value> {
    if from == to {
        return None;
    }
    let (Value::Object(from), Value::Object(to)) = (from, to) else { return Some(to.clone()) };
    let mut patch = Map::new();
    for key in from.keys().filter(|key| !to.contains_key(*key)) {
        patch.insert(key.clone(), Value::Null);
    }
    for (key, value) in to {
        let change = match from.get(key) {
            Some(before) => merge_patch(before, value),
            None => Some(value.clone()),
        };
        if let Some(change) = change {
            patch.insert(key.clone(), change);
        }
    }
    Some(Value::Object(patch))
}

/// Where a value stands: its field, and the field that holds the object around it.
struct Place<'a> {
    field: &'a str,
    parent: &'a str,
}

struct Merge {
    lists: Lists,
}

impl Merge {
    fn value(&self, original: &Value, modified: &Value, current: &Value, at: &Place<'_>) -> Value {
        match (modified, current) {
            (Value::Object(modified), Value::Object(current)) => {
                Value::Object(self.map(original.as_object(), modified, current, at))
            }
            (Value::Array(modified), Value::Array(current)) if self.lists == Lists::Strategic => {
                let empty = Vec::new();
                let original = original.as_array().unwrap_or(&empty);
                match merging(at.field, at.parent) {
                    Merging::ByKey(key) => {
                        Value::Array(self.list_by_key(key, [original, modified, current], at))
                    }
                    Merging::AsSet => Value::Array(set(original, modified, current)),
                    Merging::Atomic => Value::Array(modified.clone()),
                }
            }
            _ => without_nulls(modified),
        }
    }

    fn map(
        &self,
        original: Option<&Map<String, Value>>,
        modified: &Map<String, Value>,
        current: &Map<String, Value>,
        at: &Place<'_>,
    ) -> Map<String, Value> {
        let mut result = current.clone();
        for key in original.into_iter().flat_map(Map::keys) {
            if !modified.contains_key(key) {
                result.remove(key);
            }
        }
        for (key, value) in modified {
            if value.is_null() {
                result.remove(key);
                continue;
            }
            let before = original.and_then(|original| original.get(key)).unwrap_or(&Value::Null);
            let now = current.get(key).unwrap_or(&Value::Null);
            let inside = Place { field: key, parent: at.field };
            result.insert(key.clone(), self.value(before, value, now, &inside));
        }
        // Only one member of a union may stay: a volume has one source.
        if self.lists == Lists::Strategic && retains_keys(at) && result != *current {
            result.retain(|key, _| modified.contains_key(key));
        }
        result
    }

    /// The file's elements in its order; those that only the server has stay behind the
    /// element that they stood behind.
    fn list_by_key(
        &self,
        key: &str,
        [original, modified, current]: [&Vec<Value>; 3],
        at: &Place<'_>,
    ) -> Vec<Value> {
        let find = |list: &'_ [Value], wanted: &Value| -> Value {
            list.iter().find(|item| item[key] == wanted[key]).cloned().unwrap_or_default()
        };
        let mut result: Vec<Value> = modified
            .iter()
            .map(|item| self.value(&find(original, item), item, &find(current, item), at))
            .collect();
        for (index, item) in current.iter().enumerate() {
            let is_in = |list: &[Value]| list.iter().any(|other| other[key] == item[key]);
            if is_in(modified) || is_in(original) {
                continue;
            }
            let before = current[..index]
                .iter()
                .rev()
                .find_map(|previous| result.iter().position(|other| other[key] == previous[key]));
            result.insert(before.map_or(0, |at| at + 1), item.clone());
        }
        result
    }
}

/// Source: `patchStrategy:"retainKeys"` in `api/core/v1/types.go` and `api/apps/v1/types.go`.
fn retains_keys(at: &Place<'_>) -> bool {
    matches!(at.field, "volumes" | "resourceClaims")
        || (at.field == "strategy" && at.parent == "spec")
}

/// A list that is a set: what the file no longer has goes, what the server added stays.
fn set(original: &[Value], modified: &[Value], current: &[Value]) -> Vec<Value> {
    let stays = |item: &&Value| !original.contains(item) || modified.contains(item);
    let mut result: Vec<Value> = current.iter().filter(stays).cloned().collect();
    result.extend(modified.iter().filter(|item| !current.contains(item)).cloned());
    result
}

/// A null in a file means that there is nothing.
fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(map) => Value::Object(
            map.iter()
                .filter(|(_, value)| !value.is_null())
                .map(|(key, value)| (key.clone(), without_nulls(value)))
                .collect(),
        ),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_file_wins_what_it_dropped_goes_and_the_rest_stays() {
        let original = json!({"metadata": {"labels": {"a": "1", "old": "x"}}, "spec": {"n": 1}});
        let modified = json!({"metadata": {"labels": {"a": "2"}}, "spec": {"n": 1, "gone": null}});
        let current = json!({"metadata": {"labels": {"a": "1", "old": "x", "server": "y"}},
            "spec": {"n": 1, "gone": 7, "default": true}, "status": {"phase": "Running"}});
        assert_eq!(
            merged(&original, &modified, &current, Lists::Strategic),
            json!({"metadata": {"labels": {"a": "2", "server": "y"}},
                "spec": {"n": 1, "default": true}, "status": {"phase": "Running"}})
        );
    }

    #[test]
    fn containers_merge_by_name_and_keep_their_defaults() {
        let spec = |containers: Value| json!({"spec": {"containers": containers}});
        let original = spec(json!([{"name": "a", "image": "x:1"}, {"name": "dropped"}]));
        let modified = spec(
            json!([{"name": "new", "image": "n"}, {"name": "a", "image": "x:2", "env": [{"name": "E", "value": "1"}]}]),
        );
        let current = spec(json!([
            {"name": "a", "image": "x:1", "imagePullPolicy": "Always"},
            {"name": "injected", "image": "mesh"},
            {"name": "dropped"}]));
        assert_eq!(
            merged(&original, &modified, &current, Lists::Strategic),
            spec(json!([
                {"name": "new", "image": "n"},
                {"name": "a", "image": "x:2", "imagePullPolicy": "Always", "env": [{"name": "E", "value": "1"}]},
                {"name": "injected", "image": "mesh"}]))
        );
        let atomic = merged(&original, &modified, &current, Lists::Atomic);
        assert_eq!(atomic, modified);
    }

    #[test]
    fn ports_are_told_apart_by_where_they_stand() {
        let service = |ports: Value| json!({"spec": {"ports": ports}});
        let result = merged(
            &service(json!([{"port": 80}])),
            &service(json!([{"port": 80, "targetPort": 9876}])),
            &service(json!([{"port": 80, "protocol": "TCP", "nodePort": 30000}])),
            Lists::Strategic,
        );
        assert_eq!(
            result,
            service(
                json!([{"port": 80, "protocol": "TCP", "nodePort": 30000, "targetPort": 9876}])
            )
        );
    }

    #[test]
    fn a_volume_keeps_one_source_only() {
        let spec = |volume: Value| json!({"spec": {"volumes": [volume]}});
        let result = merged(
            &spec(json!({"name": "v", "emptyDir": {}})),
            &spec(json!({"name": "v", "configMap": {"name": "c"}})),
            &spec(json!({"name": "v", "emptyDir": {}})),
            Lists::Strategic,
        );
        assert_eq!(result, spec(json!({"name": "v", "configMap": {"name": "c"}})));
    }

    #[test]
    fn atomic_lists_are_replaced_and_sets_are_united() {
        let result = merged(
            &json!({"metadata": {"finalizers": ["mine"]}}),
            &json!({"spec": {"tolerations": [{"key": "a"}]}, "metadata": {"finalizers": ["new"]}}),
            &json!({"spec": {"tolerations": [{"key": "b"}]}, "metadata": {"finalizers": ["theirs", "mine"]}}),
            Lists::Strategic,
        );
        assert_eq!(
            result,
            json!({"spec": {"tolerations": [{"key": "a"}]}, "metadata": {"finalizers": ["theirs", "new"]}})
        );
    }

    #[test]
    fn a_merge_patch_says_only_what_differs() {
        let from = json!({"a": 1, "b": {"c": [1], "d": 2}, "e": 3});
        let to = json!({"a": 1, "b": {"c": [1, 2], "d": 2}, "f": 4});
        assert_eq!(merge_patch(&from, &to), Some(json!({"b": {"c": [1, 2]}, "e": null, "f": 4})));
        assert_eq!(merge_patch(&from, &from), None);
    }

    proptest::proptest! {
        #[test]
        fn applying_the_same_file_again_changes_nothing(
            labels in proptest::collection::btree_map("[a-c]", "[x-z]", 0..3),
            server in proptest::collection::btree_map("[a-e]", "[x-z]", 0..4),
            names in proptest::collection::btree_set("[a-d]", 0..4),
        ) {
            let containers: Vec<Value> =
                names.iter().map(|name| json!({"name": name, "image": "i"})).collect();
            let file = json!({"metadata": {"labels": labels}, "spec": {"containers": containers}});
            let current = json!({"metadata": {"labels": server}, "spec": {"containers": [{"name": "a", "x": 1}]}});
            let once = merged(&Value::Null, &file, &current, Lists::Strategic);
            let twice = merged(&file, &file, &once, Lists::Strategic);
            proptest::prop_assert_eq!(once, twice);
        }
    }
}
