//! Values that are taken from a step's output.

use crate::lab::CaptureSource;

/// The value that `source` finds in `output`; none for fields, which the cluster answers.
pub(super) fn from_output(source: &CaptureSource, output: &str) -> Option<String> {
    match source {
        CaptureSource::Field { .. } => None,
        CaptureSource::Column(header) => cell(header, output),
        CaptureSource::Regex(pattern) => {
            let regex = regex::RegexBuilder::new(pattern).multi_line(true).build().ok()?;
            let captures = regex.captures(output)?;
            let found = captures.get(1).or_else(|| captures.get(0))?;
            Some(found.as_str().to_owned()).filter(|value| !value.is_empty())
        }
    }
}

/// The source in words, for the screen.
pub(super) fn words(source: &CaptureSource) -> String {
    match source {
        CaptureSource::Field { kind, name, path } => format!("{kind}/{name}.{path}"),
        CaptureSource::Column(header) => format!("column {header}"),
        CaptureSource::Regex(pattern) => format!("output that matches {pattern}"),
    }
}

/// The first row's cell under `header`: tables are laid out with two spaces or more.
fn cell(header: &str, output: &str) -> Option<String> {
    let mut lines = output.lines();
    let (head, at) = lines.by_ref().find_map(|line| Some((line, column_of(header, line)?)))?;
    let row = lines.next()?;
    let end = head[at + header.len()..]
        .find(|c: char| !c.is_whitespace())
        .map_or(row.len(), |offset| at + header.len() + offset);
    let cell = row.get(at..end.min(row.len()))?.trim();
    (!cell.is_empty()).then(|| cell.to_owned())
}

fn column_of(header: &str, line: &str) -> Option<usize> {
    line.match_indices(header).map(|(at, _)| at).find(|at| {
        let before = line[..*at].chars().next_back().is_none_or(char::is_whitespace);
        let after = line[at + header.len()..].chars().next().is_none_or(char::is_whitespace);
        before && after
    })
}

/// The value at a path such as `status.loadBalancer.ingress[0].ip`; empty where
/// there is none (yet).
pub(super) fn field_of(object: &serde_json::Value, path: &str) -> String {
    let pointer: String = path
        .replace('[', ".")
        .replace(['"', '\'', ']'], "")
        .split('.')
        .filter(|part| !part.is_empty())
        .map(|part| format!("/{}", part.replace('~', "~0").replace('/', "~1")))
        .collect();
    match object.pointer(&pointer) {
        None | Some(serde_json::Value::Null) => String::new(),
        Some(serde_json::Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_in_tables_and_text() {
        let table =
            "NAME   READY  IP      NODE\nweb-1  1/1    10.0.1  n1\nweb-2  1/1    10.0.2  n1\n";
        let column = |name: &str| from_output(&CaptureSource::Column(name.into()), table);
        assert_eq!(column("NAME").as_deref(), Some("web-1"));
        assert_eq!(column("IP").as_deref(), Some("10.0.1"));
        assert_eq!(column("NODE").as_deref(), Some("n1"));
        assert_eq!(column("AGE"), None);
        let regex = |pattern: &str| from_output(&CaptureSource::Regex(pattern.into()), table);
        assert_eq!(regex(r"^(\S+-2)").as_deref(), Some("web-2"));
        assert_eq!(regex("web-.").as_deref(), Some("web-1"));
        assert_eq!(regex("(").as_deref(), None);
    }

    #[test]
    fn fields_are_found_by_path() {
        let object = serde_json::json!({"status": {"podIP": "10.0.0.1", "count": 3,
            "loadBalancer": {"ingress": [{"ip": "10.30.0.1"}]}}});
        let check =
            |path: &str, wanted: &str| assert_eq!(field_of(&object, path), wanted, "{path}");
        check("status.podIP", "10.0.0.1");
        check(".status.count", "3");
        check("status.loadBalancer.ingress[0].ip", "10.30.0.1");
        check("status.loadBalancer.ingress[1].ip", "");
        check("spec", "");
    }
}
