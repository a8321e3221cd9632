//! Objects of custom resources against the schema of their definition.

mod check;
mod prune;

pub(super) use check::check;
pub(super) use prune::{prune, set_defaults};

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn schema() -> Value {
        json!({"type": "object", "properties": {"spec": {"type": "object", "required": ["cron"], "properties": {
            "cron": {"type": "string", "pattern": "^[0-9* ]+$"},
            "replicas": {"type": "integer", "minimum": 1, "maximum": 5, "default": 2},
            "mode": {"type": "string", "enum": ["a", "b"]},
            "free": {"type": "object", "x-kubernetes-preserve-unknown-fields": true},
            "list": {"type": "array", "items": {"type": "object", "properties": {"x": {"type": "string"}}}}}}}})
    }

    #[test]
    fn unknown_fields_go_and_are_named() {
        let mut object = json!({"apiVersion": "a/v1", "kind": "A", "metadata": {"name": "x", "foo": 1},
            "spec": {"cron": "*", "bad": 1, "free": {"any": 1}, "list": [{"x": "1", "y": 2}], "mode": null}, "more": 1});
        let unknown = prune(&mut object, Some(&schema()));
        assert_eq!(
            unknown,
            [
                "unknown field \"metadata.foo\"",
                "unknown field \"more\"",
                "unknown field \"spec.bad\"",
                "unknown field \"spec.list[0].y\"",
            ]
        );
        set_defaults(&mut object, &schema());
        assert_eq!(
            object["spec"],
            json!({"cron": "*", "free": {"any": 1}, "list": [{"x": "1"}], "replicas": 2})
        );
    }

    #[test]
    fn what_does_not_fit_is_told_in_the_servers_words() {
        let told = |spec: Value| {
            let causes = check(&json!({"spec": spec}), &schema());
            causes
                .into_iter()
                .map(|one| format!("{}: {}", one.field, one.message))
                .collect::<Vec<_>>()
        };
        assert_eq!(told(json!({})), ["spec.cron: Required value"]);
        assert_eq!(
            told(json!({"cron": "x", "replicas": "two", "mode": "c"})),
            [
                "spec.cron: Invalid value: \"x\": spec.cron in body should match '^[0-9* ]+$'",
                "spec.mode: Unsupported value: \"c\": supported values: \"a\", \"b\"",
                "spec.replicas: Invalid value: \"string\": spec.replicas in body must be of type integer: \"string\"",
            ]
        );
        assert_eq!(
            told(json!({"cron": "*", "replicas": 9})),
            [
                "spec.replicas: Invalid value: 9: spec.replicas in body should be less than or equal to 5"
            ]
        );
    }
}
