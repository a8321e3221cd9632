use serde_json::Value;

use super::super::{Cause, Status};

/// What is wrong with an object, in the words of the real server.
///
/// Source: `apimachinery/pkg/util/validation/field/errors.go`.
#[derive(Debug, Default)]
pub(super) struct Findings {
    causes: Vec<Cause>,
}

impl Findings {
    fn add(&mut self, reason: &'static str, field: &str, message: String) {
        self.causes.push(Cause { reason, message, field: field.to_owned() });
    }

    /// Something has to be there.
    pub(super) fn required(&mut self, field: &str, detail: &str) {
        self.add("FieldValueRequired", field, with_detail("Required value", detail));
    }

    /// Something is not what it should be.
    pub(super) fn invalid(&mut self, field: &str, value: &Value, detail: &str) {
        self.add(
            "FieldValueInvalid",
            field,
            with_detail(&format!("Invalid value: {}", shown(value)), detail),
        );
    }

    /// Something is none of a few words.
    pub(super) fn unsupported(&mut self, field: &str, value: &str, supported: &[&str]) {
        let all: Vec<String> = supported.iter().map(|one| format!("{one:?}")).collect();
        let message = format!("Unsupported value: {value:?}: supported values: {}", all.join(", "));
        self.add("FieldValueNotSupported", field, message);
    }

    /// Something is there twice.
    pub(super) fn duplicate(&mut self, field: &str, value: &Value) {
        self.add("FieldValueDuplicate", field, format!("Duplicate value: {}", shown(value)));
    }

    /// Something may not be there.
    pub(super) fn forbidden(&mut self, field: &str, detail: &str) {
        self.add("FieldValueForbidden", field, with_detail("Forbidden", detail));
    }

    /// Something refers to what is not there.
    pub(super) fn not_found(&mut self, field: &str, value: &str) {
        self.add("FieldValueNotFound", field, format!("Not found: {value:?}"));
    }

    /// Something is too big.
    pub(super) fn too_long(&mut self, field: &str, most: usize) {
        self.add(
            "FieldValueTooLong",
            field,
            format!("Too long: may not be more than {most} bytes"),
        );
    }

    /// A word must be one of a few.
    pub(super) fn word(&mut self, field: &str, value: &str, supported: &[&str]) {
        if value.is_empty() {
            let all: Vec<String> = supported.iter().map(|one| format!("{one:?}")).collect();
            self.required(field, &format!("supported values: {}", all.join(", ")));
        } else if !supported.contains(&value) {
            self.unsupported(field, value, supported);
        }
    }

    /// A number may not be less than nothing.
    pub(super) fn not_negative(&mut self, field: &str, value: &Value) {
        if value.as_i64().is_some_and(|number| number < 0) {
            self.invalid(field, value, "must be greater than or equal to 0");
        }
    }

    /// All of it as a status; none where nothing is wrong.
    pub(super) fn status(self, group: &str, kind: &str, name: &str) -> Result<(), Status> {
        if self.causes.is_empty() {
            return Ok(());
        }
        Err(Status::invalid(group, kind, name, self.causes))
    }
}

fn with_detail(words: &str, detail: &str) -> String {
    if detail.is_empty() { words.to_owned() } else { format!("{words}: {detail}") }
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => format!("{text:?}"),
        other => other.to_string(),
    }
}
