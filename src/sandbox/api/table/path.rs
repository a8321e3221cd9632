use serde_json::Value;

/// What a simple JSON path leads to: `.spec.a`, `.a['b.c']`, `.list[0]`, `.list[*].x`,
/// `.conditions[?(@.type=="Ready")].status`. A path that is not understood leads nowhere.
pub(crate) fn find<'a>(object: &'a Value, path: &str) -> Vec<&'a Value> {
    let mut found = vec![object];
    let mut rest = path.trim().trim_start_matches('$');
    while !rest.is_empty() {
        let (step, after) = match rest.strip_prefix('.') {
            Some(after) => field(after),
            None => match rest.strip_prefix('[') {
                Some(after) => bracket(after),
                None => field(rest),
            },
        };
        let Some(step) = step else { return Vec::new() };
        found = found.into_iter().flat_map(|value| step.from(value)).collect();
        rest = after;
    }
    found
}

enum Step {
    Field(String),
    Index(i64),
    All,
    Where(Vec<String>, String),
}

impl Step {
    fn from<'a>(&self, value: &'a Value) -> Vec<&'a Value> {
        let all = || match value {
            Value::Array(list) => list.iter().collect(),
            Value::Object(map) => map.values().collect(),
            _ => Vec::new(),
        };
        match self {
            Self::Field(name) => value.get(name).filter(|one| !one.is_null()).into_iter().collect(),
            Self::All => all(),
            Self::Index(index) => {
                let length = value.as_array().map_or(0, Vec::len);
                let index =
                    if *index < 0 { index + i64::try_from(length).unwrap_or(0) } else { *index };
                usize::try_from(index).ok().and_then(|index| value.get(index)).into_iter().collect()
            }
            Self::Where(fields, wanted) => {
                let fits = |one: &&Value| {
                    let found = fields.iter().try_fold(*one, |value, field| value.get(field));
                    found.is_some_and(|value| match value {
                        Value::String(text) => text == wanted,
                        other => other.to_string() == *wanted,
                    })
                };
                all().into_iter().filter(fits).collect()
            }
        }
    }
}

/// A field's name, in which a dot may be escaped.
fn field(text: &str) -> (Option<Step>, &str) {
    let mut name = String::new();
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            '\\' if !escaped => escaped = true,
            '.' | '[' if !escaped => {
                let rest = text.get(at..).unwrap_or_default();
                return (Some(named(name)), rest);
            }
            c => {
                escaped = false;
                name.push(c);
            }
        }
    }
    (Some(named(name)), "")
}

fn named(name: String) -> Step {
    if name == "*" { Step::All } else { Step::Field(name) }
}

fn bracket(text: &str) -> (Option<Step>, &str) {
    let Some((inner, rest)) = text.split_once(']') else { return (None, "") };
    let unquoted = |text: &str| {
        let quote = text.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
        Some(text.strip_prefix(quote)?.strip_suffix(quote)?.to_owned())
    };
    if inner == "*" {
        return (Some(Step::All), rest);
    }
    if let Some(name) = unquoted(inner) {
        return (Some(Step::Field(name)), rest);
    }
    if let Ok(index) = inner.parse() {
        return (Some(Step::Index(index)), rest);
    }
    let condition = inner.strip_prefix("?(").and_then(|text| text.strip_suffix(')'));
    let step = condition.and_then(|text| text.split_once("==")).and_then(|(path, wanted)| {
        let fields = path.trim().strip_prefix("@.")?.split('.').map(str::to_owned).collect();
        let wanted = wanted.trim();
        Some(Step::Where(fields, unquoted(wanted).unwrap_or_else(|| wanted.to_owned())))
    });
    (step, rest)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn paths_lead_to_values() {
        let object = json!({"a": {"b.c": 1, "d": [{"t": "x", "v": 2}, {"t": "y", "v": 3}]}});
        let rows = [
            (".a.d[0].v", json!([2])),
            (".a.d[-1].v", json!([3])),
            (".a['b.c']", json!([1])),
            (r".a.b\.c", json!([1])),
            (".a.d[*].v", json!([2, 3])),
            (r#".a.d[?(@.t=="y")].v"#, json!([3])),
            (".a.nothing", json!([])),
            (".a[", json!([])),
        ];
        for (path, wanted) in rows {
            assert_eq!(json!(find(&object, path)), wanted, "{path}");
        }
    }

    proptest! {
        #[test]
        fn no_path_panics(path in r#"[.a\[\]*'"?()@=\\0-9-]{0,20}"#) {
            find(&json!({"a": [{"a": 1}, []]}), &path);
        }
    }
}
