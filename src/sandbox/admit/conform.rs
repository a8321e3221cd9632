use serde_json::{Map, Value};

use super::field_types::{self, TypeMismatch};
use crate::kinds::{Field, FieldType, Schema, TypeId};

/// An object as its type has it, and what the type does not know.
#[derive(Debug)]
pub(crate) struct Conformed {
    /// Only known fields; empty ones as the API server's own types send them.
    pub object: Value,
    /// `unknown field "spec.foo"`, in order.
    pub unknown: Vec<String>,
}

/// Brings an object into the form in which the API server stores and sends it: unknown
/// fields are gone, empty ones are there or not as the types of `k8s.io/api` say,
/// amounts are written in their one way.
///
/// # Errors
/// [`TypeMismatch`] for a value that its field cannot hold.
pub(crate) fn conform(object: Value, type_id: TypeId) -> Result<Conformed, TypeMismatch> {
    let mut walk = Walk { schema: Schema::shipped(), path: Vec::new(), unknown: Vec::new() };
    let object = walk.fields(object, type_id)?;
    Ok(Conformed { object, unknown: walk.unknown })
}

/// Where in the object a walk is.
enum Step {
    Field(String),
    Index(usize),
}

struct Walk {
    schema: &'static Schema,
    path: Vec<Step>,
    unknown: Vec<String>,
}

impl Walk {
    fn fields(&mut self, value: Value, type_id: TypeId) -> Result<Value, TypeMismatch> {
        let type_ = self.schema.get(type_id);
        let mut given = match value {
            Value::Object(map) => map,
            _ => Map::new(),
        };
        let mut known = Map::new();
        for field in &type_.fields {
            let value = given.remove(field.name).unwrap_or(Value::Null);
            self.path.push(Step::Field(field.name.to_owned()));
            if let Some(value) = self.field(value, field, type_.name)? {
                known.insert(field.name.to_owned(), value);
            }
            self.path.pop();
        }
        for (name, _) in given {
            self.path.push(Step::Field(name));
            self.unknown.push(format!("unknown field {:?}", written(&self.path, true)));
            self.path.pop();
        }
        Ok(Value::Object(known))
    }

    /// A field's value; none where it is not sent.
    fn field(
        &mut self,
        value: Value,
        field: &Field,
        owner: &str,
    ) -> Result<Option<Value>, TypeMismatch> {
        if value.is_null() {
            return if field.always_sent { self.zero(field).map(Some) } else { Ok(None) };
        }
        let value = self.value(value, &field.kind, owner)?;
        let is_struct = matches!(field.kind, FieldType::Struct(_) | FieldType::Empty);
        let dropped = !field.always_sent && !field.keeps_empty && !is_struct && is_empty(&value);
        Ok((!dropped).then_some(value))
    }

    fn zero(&mut self, field: &Field) -> Result<Value, TypeMismatch> {
        match field.kind {
            FieldType::Struct(id) if !field.keeps_empty => self.fields(Value::Null, id),
            _ if field.keeps_empty => Ok(Value::Null),
            _ => Ok(field_types::zero(&field.kind)),
        }
    }

    fn value(
        &mut self,
        value: Value,
        kind: &FieldType,
        owner: &str,
    ) -> Result<Value, TypeMismatch> {
        match (kind, value) {
            (FieldType::Struct(id), value @ (Value::Object(_) | Value::Null)) => {
                self.fields(value, *id)
            }
            (FieldType::List(item), Value::Array(list)) => {
                let mut kept = Vec::with_capacity(list.len());
                for (index, value) in list.into_iter().enumerate() {
                    self.path.push(Step::Index(index));
                    kept.push(self.item(value, item, owner)?);
                    self.path.pop();
                }
                Ok(Value::Array(kept))
            }
            (FieldType::Map(item), Value::Object(map)) => {
                let mut kept = Map::new();
                for (name, value) in map {
                    self.path.push(Step::Field(name.clone()));
                    kept.insert(name, self.item(value, item, owner)?);
                    self.path.pop();
                }
                Ok(Value::Object(kept))
            }
            (_, value) => {
                let at = || (owner.to_owned(), written(&self.path, false));
                field_types::plain(value, kind).map_err(|error| error.at(at))
            }
        }
    }

    /// An element: one that is null is an empty one.
    fn item(&mut self, value: Value, kind: &FieldType, owner: &str) -> Result<Value, TypeMismatch> {
        match (value, kind) {
            (Value::Null, FieldType::Struct(id)) => self.fields(Value::Null, *id),
            (Value::Null, _) => Ok(field_types::zero(kind)),
            (value, _) => self.value(value, kind, owner),
        }
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
        Value::Bool(true) => false,
    }
}

/// `spec.containers[0].name`, or without the indices.
fn written(path: &[Step], with_indices: bool) -> String {
    let mut text = String::new();
    for step in path {
        match step {
            Step::Field(name) => {
                if !text.is_empty() {
                    text.push('.');
                }
                text.push_str(name);
            }
            Step::Index(index) if with_indices => text.push_str(&format!("[{index}]")),
            Step::Index(_) => {}
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn pod(object: Value) -> Result<Conformed, TypeMismatch> {
        conform(object, Schema::shipped().kind("v1", "Pod").unwrap())
    }

    #[test]
    fn what_is_unknown_goes_and_is_named() {
        let found = pod(json!({"kind": "Pod", "apiVersion": "v1", "metadata": {"name": "a", "labels": {}, "x": 1},
            "spec": {"containers": [{"name": "c", "image": "i", "foo": true}], "hostNetwork": false}}))
        .unwrap();
        assert_eq!(
            found.object,
            json!({"kind": "Pod", "apiVersion": "v1", "metadata": {"name": "a"},
                "spec": {"containers": [{"name": "c", "image": "i", "resources": {}}]}, "status": {}})
        );
        assert_eq!(
            found.unknown,
            [r#"unknown field "metadata.x""#, r#"unknown field "spec.containers[0].foo""#]
        );
    }

    #[test]
    fn what_a_field_cannot_hold_is_said_as_go_says_it() {
        let say = |object: Value| pod(object).unwrap_err().to_string();
        let rows = [
            (
                json!({"spec": {"containers": [{"env": [{"name": "a", "value": 1}]}]}}),
                "json: cannot unmarshal number into Go struct field EnvVar.spec.containers.env.value of type string",
            ),
            (
                json!({"spec": {"containers": {}}}),
                "json: cannot unmarshal object into Go struct field PodSpec.spec.containers of type []v1.Container",
            ),
            (
                json!({"spec": {"terminationGracePeriodSeconds": "30"}}),
                "json: cannot unmarshal string into Go struct field PodSpec.spec.terminationGracePeriodSeconds of type int64",
            ),
            (
                json!({"metadata": {"labels": ["a"]}}),
                "json: cannot unmarshal array into Go struct field ObjectMeta.metadata.labels of type map[string]string",
            ),
            (
                json!({"spec": {"containers": [{"resources": {"limits": {"memory": "64MB"}}}]}}),
                "unable to parse quantity's suffix",
            ),
        ];
        for (object, wanted) in rows {
            assert_eq!(say(object), wanted);
        }
    }

    #[test]
    fn amounts_are_written_in_their_one_way() {
        let resources = json!({"limits": {"cpu": 0.5, "memory": "1024Mi"}});
        let found = pod(json!({"spec": {"containers": [{"resources": resources}]}})).unwrap();
        let limits = &found.object["spec"]["containers"][0]["resources"]["limits"];
        assert_eq!(limits, &json!({"cpu": "500m", "memory": "1Gi"}));
    }
}
