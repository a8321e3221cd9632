//! `-o custom-columns=NAME:.metadata.name,…`.

use serde_json::Value;

use super::jsonpath::{JsonPath, JsonPathError, MissingKeys};
use crate::base::safe_text;

/// Headers and the paths of their cells.
#[derive(Debug, Clone, PartialEq)]
pub struct CustomColumns {
    columns: Vec<(String, JsonPath)>,
}

impl CustomColumns {
    /// Reads `HEADER:path,…`.
    ///
    /// # Errors
    /// No column at all, a column without a path, or a path that cannot be read.
    ///
    /// Source: `kubectl/pkg/cmd/get/customcolumn.go`, `NewCustomColumnsPrinterFromSpec`.
    pub fn parse(spec: &str) -> Result<Self, JsonPathError> {
        if spec.is_empty() {
            return Err(JsonPathError(
                "custom-columns format specified but no custom columns given".to_owned(),
            ));
        }
        let columns = spec
            .split(',')
            .map(|column| {
                let (header, path) = column.split_once(':').ok_or_else(|| {
                    JsonPathError(format!(
                        "unexpected custom-columns spec: {column}, expected <header>:<json-path-expr>"
                    ))
                })?;
                Ok((header.to_owned(), JsonPath::relaxed(path)?))
            })
            .collect::<Result<_, JsonPathError>>()?;
        Ok(Self { columns })
    }

    /// The header line, cells separated by tabs.
    pub fn header_line(&self) -> String {
        let headers: Vec<&str> = self.columns.iter().map(|(header, _)| header.as_str()).collect();
        headers.join("\t") + "\n"
    }

    /// The line of an object, cells separated by tabs.
    ///
    /// # Errors
    /// An index out of range.
    pub fn row_line(&self, object: &Value) -> Result<String, JsonPathError> {
        let mut cells = Vec::new();
        for (_, path) in &self.columns {
            let found = path.values(object, MissingKeys::Allowed)?;
            let texts: Vec<String> =
                found.iter().filter(|value| !value.is_null()).map(|value| go_text(value)).collect();
            cells.push(if texts.is_empty() {
                "<none>".to_owned()
            } else {
                safe_text(&texts.join(","))
            });
        }
        Ok(cells.join("\t") + "\n")
    }
}

/// A value as Go's `%v` prints it: `map[a:b]`, `[1 2]`.
pub(super) fn go_text(value: &Value) -> String {
    match value {
        Value::Null => "<nil>".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            let texts: Vec<String> = items.iter().map(go_text).collect();
            format!("[{}]", texts.join(" "))
        }
        Value::Object(map) => {
            let texts: Vec<String> =
                map.iter().map(|(key, value)| format!("{key}:{}", go_text(value))).collect();
            format!("map[{}]", texts.join(" "))
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn columns_are_what_their_paths_find() {
        let columns = CustomColumns::parse("N:.metadata.name,IMG:spec.c[*].i,L:{.l},X:.x").unwrap();
        assert_eq!(columns.header_line(), "N\tIMG\tL\tX\n");
        let object = json!({"metadata": {"name": "web"}, "spec": {"c": [{"i": "a"}, {"i": "b"}]},
            "l": {"k": [1, true]}});
        assert_eq!(columns.row_line(&object).unwrap(), "web\ta,b\tmap[k:[1 true]]\t<none>\n");
        assert!(CustomColumns::parse("N").is_err());
        assert!(CustomColumns::parse("").is_err());
    }
}
