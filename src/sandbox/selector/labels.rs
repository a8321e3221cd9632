use serde_json::Value;

/// A label selector; empty, it selects everything.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct LabelSelector {
    requirements: Vec<Requirement>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Requirement {
    key: String,
    test: Test,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Test {
    Exists,
    Absent,
    In(Vec<String>),
    NotIn(Vec<String>),
    Above(i64),
    Below(i64),
}

impl LabelSelector {
    /// Reads `app=web,tier in (a, b),!old`.
    ///
    /// Source: `apimachinery/pkg/labels/selector.go`, `Parse`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut requirements = Vec::new();
        let mut rest = text.trim_start();
        while !rest.is_empty() {
            let (requirement, after) = requirement(rest)?;
            requirements.push(requirement);
            rest = after.trim_start();
            if let Some(after) = rest.strip_prefix(',') {
                rest = after.trim_start();
                if rest.is_empty() {
                    return Err(unexpected("", "identifier after ','"));
                }
            } else if !rest.is_empty() {
                return Err(unexpected(token(rest), "',' or 'end of string'"));
            }
        }
        Ok(Self { requirements })
    }

    /// A `LabelSelector` object: `matchLabels` and `matchExpressions`. None selects nothing.
    pub(crate) fn of_object(selector: &Value) -> Option<Self> {
        let labels = selector["matchLabels"].as_object();
        let equal = labels.into_iter().flatten().map(|(key, value)| Requirement {
            key: key.clone(),
            test: Test::In(vec![value.as_str().unwrap_or_default().to_owned()]),
        });
        let expressions = selector["matchExpressions"].as_array();
        let expressions = expressions.into_iter().flatten().filter_map(|one| {
            let values = one["values"].as_array().into_iter().flatten();
            let values = values.filter_map(Value::as_str).map(str::to_owned).collect();
            let test = match one["operator"].as_str()? {
                "In" => Test::In(values),
                "NotIn" => Test::NotIn(values),
                "Exists" => Test::Exists,
                "DoesNotExist" => Test::Absent,
                _ => return None,
            };
            Some(Requirement { key: one["key"].as_str()?.to_owned(), test })
        });
        selector.is_object().then(|| Self { requirements: equal.chain(expressions).collect() })
    }

    /// Whether it selects everything.
    pub(crate) fn is_empty(&self) -> bool {
        self.requirements.is_empty()
    }

    /// Whether it selects an object.
    pub(crate) fn selects(&self, object: &Value) -> bool {
        self.requirements.is_empty() || self.selects_labels(&object["metadata"]["labels"])
    }

    /// Whether it selects these labels.
    pub(crate) fn selects_labels(&self, labels: &Value) -> bool {
        self.requirements.iter().all(|one| one.holds(labels[one.key.as_str()].as_str()))
    }
}

impl Requirement {
    fn holds(&self, value: Option<&str>) -> bool {
        let number = || value.and_then(|value| value.parse::<i64>().ok());
        let among =
            |values: &[String]| value.is_some_and(|value| values.iter().any(|one| one == value));
        match &self.test {
            Test::Exists => value.is_some(),
            Test::Absent => value.is_none(),
            Test::In(values) => among(values),
            Test::NotIn(values) => !among(values),
            Test::Above(bound) => number().is_some_and(|number| number > *bound),
            Test::Below(bound) => number().is_some_and(|number| number < *bound),
        }
    }
}

fn requirement(text: &str) -> Result<(Requirement, &str), String> {
    let (negated, text) = match text.strip_prefix('!') {
        Some(rest) if !rest.starts_with('=') => (true, rest.trim_start()),
        _ => (false, text),
    };
    let (key, rest) = word(text);
    if key.is_empty() {
        return Err(unexpected(
            rest.get(..1).unwrap_or_default(),
            "'!', identifier, or 'end of string'",
        ));
    }
    check_key(key)?;
    let rest = rest.trim_start();
    let (test, rest) = if negated { (Test::Absent, rest) } else { test(rest)? };
    Ok((Requirement { key: key.to_owned(), test }, rest))
}

fn test(text: &str) -> Result<(Test, &str), String> {
    if text.is_empty() || text.starts_with(',') {
        return Ok((Test::Exists, text));
    }
    for (operator, equal) in [("==", true), ("!=", false), ("=", true)] {
        if let Some(rest) = text.strip_prefix(operator) {
            let (value, rest) = exact_value(rest)?;
            check_value(value)?;
            let values = vec![value.to_owned()];
            return Ok((if equal { Test::In(values) } else { Test::NotIn(values) }, rest));
        }
    }
    if let Some(operator @ ('>' | '<')) = text.chars().next() {
        let (value, rest) = exact_value(text.get(1..).unwrap_or_default())?;
        let bound: i64 = value.parse().map_err(|_| {
            format!("for 'Gt', 'Lt' operators, the value must be an integer, found {value:?}")
        })?;
        return Ok((if operator == '>' { Test::Above(bound) } else { Test::Below(bound) }, rest));
    }
    match word(text) {
        ("in", rest) => list(rest).map(|(values, rest)| (Test::In(values), rest)),
        ("notin", rest) => list(rest).map(|(values, rest)| (Test::NotIn(values), rest)),
        (found, _) => Err(unexpected(found, "in, notin, =, ==, !=, gt, lt")),
    }
}

fn list(text: &str) -> Result<(Vec<String>, &str), String> {
    let text = text.trim_start();
    let inner = text.strip_prefix('(').ok_or_else(|| unexpected(word(text).0, "'('"))?;
    let (inner, rest) = inner.split_once(')').ok_or_else(|| unexpected("", "',' or ')'"))?;
    let values: Vec<String> = inner.split(',').map(|one| one.trim().to_owned()).collect();
    values.iter().try_for_each(|value| check_value(value))?;
    Ok((values, rest))
}

/// The one value after an operator; it may be missing.
fn exact_value(text: &str) -> Result<(&str, &str), String> {
    let text = text.trim_start();
    let (value, rest) = word(text);
    if value.is_empty() && !text.is_empty() && !text.starts_with(',') {
        return Err(unexpected(token(text), "identifier"));
    }
    Ok((value, rest))
}

/// What comes next: a word, or as many signs as together have a meaning.
fn token(text: &str) -> &str {
    let (word, _) = word(text);
    if !word.is_empty() {
        return word;
    }
    let two = text.get(..2).filter(|two| matches!(*two, "==" | "!="));
    two.or(text.get(..1)).unwrap_or_default()
}

/// The letters until one that has a meaning.
fn word(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| c.is_whitespace() || "=!(),<>".contains(c));
    text.split_at(end.unwrap_or(text.len()))
}

fn unexpected(found: &str, wanted: &str) -> String {
    format!("unable to parse requirement: found '{found}', expected: {wanted}")
}

fn check_key(key: &str) -> Result<(), String> {
    let name = key.rsplit('/').next().unwrap_or_default();
    let wrong =
        name.is_empty() || name.len() > 63 || !qualified(name) || key.matches('/').count() > 1;
    if wrong {
        return Err(format!(
            "unable to parse requirement: <nil>: Invalid value: {key:?}: name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
        ));
    }
    Ok(())
}

fn check_value(value: &str) -> Result<(), String> {
    if value.len() > 63 || !(value.is_empty() || qualified(value)) {
        return Err(format!(
            "unable to parse requirement: values[0][]: Invalid value: {value:?}: a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
        ));
    }
    Ok(())
}

fn qualified(text: &str) -> bool {
    let inner = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    text.chars().all(inner)
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.ends_with(|c: char| c.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn selects(selector: &str) -> bool {
        let object =
            json!({"metadata": {"labels": {"app": "web", "tier": "front", "n": "7", "a.b/c": ""}}});
        LabelSelector::parse(selector).unwrap().selects(&object)
    }

    #[test]
    fn every_operator_works() {
        for text in [
            "",
            "app=web",
            "app==web",
            "app = web, tier=front",
            "app in (web, api)",
            "app notin (api)",
            "app",
            "!old",
            "old!=x",
            "app!=api",
            "n>6",
            "n<8",
            "a.b/c=",
            "a.b/c in ()",
            "app,tier,!x",
        ] {
            assert!(selects(text), "{text}");
        }
        for text in [
            "app=api",
            "app!=web",
            "!app",
            "old",
            "app in (api)",
            "n>7",
            "old in (a)",
            "app notin (web)",
        ] {
            assert!(!selects(text), "{text}");
        }
    }

    #[test]
    fn what_is_no_selector_is_told() {
        for text in [
            "=a",
            "app=web,",
            "app in web",
            "app in (web",
            "app web",
            "a=b=c d",
            "n>x",
            "a b c",
            "-a=b",
            "a=-",
        ] {
            assert!(LabelSelector::parse(text).is_err(), "{text}");
        }
        for (text, found, wanted) in [
            ("app in web", "web", "'('"),
            ("app=(", "(", "identifier"),
            ("app==(web)", "(", "identifier"),
            ("app>!=1", "!=", "identifier"),
            ("a=b=c d", "=", "',' or 'end of string'"),
        ] {
            assert_eq!(
                LabelSelector::parse(text).unwrap_err(),
                format!("unable to parse requirement: found '{found}', expected: {wanted}"),
                "{text}"
            );
        }
    }
}
