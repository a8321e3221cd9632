use std::collections::HashMap;
use std::sync::OnceLock;

/// One column of a kind's table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// `Nominated Node`.
    pub name: &'static str,
    /// Whether its cells are numbers.
    pub is_number: bool,
    /// Whether it is shown with `-o wide` only.
    pub is_wide: bool,
}

/// The columns of a built-in resource (`pods`, `deployments.apps`); of an unknown one
/// its name and age.
///
/// Source: `pkg/printers/internalversion/printers.go`, `AddHandlers`.
pub fn columns(resource: &str) -> &'static [Column] {
    const PLAIN: &[Column] = &[
        Column { name: "Name", is_number: false, is_wide: false },
        Column { name: "Age", is_number: false, is_wide: false },
    ];
    static TABLE: OnceLock<HashMap<&'static str, Vec<Column>>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        let lines = include_str!("columns.txt").lines().filter(|line| !line.starts_with('#'));
        let rows = lines.filter_map(|line| line.split_once('='));
        rows.map(|(resource, names)| (resource, names.split('|').map(column).collect())).collect()
    });
    table.get(resource).map_or(PLAIN, Vec::as_slice)
}

fn column(text: &'static str) -> Column {
    let (name, is_wide) = text.strip_suffix('*').map_or((text, false), |name| (name, true));
    let (name, is_number) = name.strip_suffix('#').map_or((name, false), |name| (name, true));
    Column { name, is_number, is_wide }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::{ApiResource, Verbs};

    #[test]
    fn every_resource_that_can_be_listed_has_its_columns() {
        for one in ApiResource::built_in().iter().filter(|one| one.verbs != Verbs::Create) {
            let line = format!("\n{}=", one.key());
            assert!(include_str!("columns.txt").contains(&line), "{}", one.key());
        }
    }

    #[test]
    fn marks_tell_numbers_and_wide_columns() {
        let count = columns("events")[8];
        assert_eq!(count, Column { name: "Count", is_number: true, is_wide: true });
        assert_eq!(columns("crontabs.example").len(), 2);
    }
}
