//! The rows of a text's tables, for who asks what a sample shows.

use super::layout::Layout;

/// A row under a header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableRow<'a> {
    cells: Vec<(&'a str, &'a str)>,
}

impl<'a> TableRow<'a> {
    /// The cell under a header; none where the table has no such column.
    pub fn cell(&self, header: &str) -> Option<&'a str> {
        self.cells.iter().find(|(column, _)| *column == header).map(|(_, cell)| *cell)
    }

    /// The cell under `NAME`, without the kind that `get all` puts before it.
    pub fn name(&self) -> Option<&'a str> {
        let cell = self.cell("NAME")?;
        Some(cell.split_once('/').map_or(cell, |(_, name)| name))
    }
}

/// Every row of every table with a header, in order.
pub fn table_rows(text: &str) -> Vec<TableRow<'_>> {
    let mut found = Vec::new();
    for table in Layout::of(text).tables {
        let columns = || table.columns.iter().map(|column| column.text);
        if table.columns.is_empty() {
            continue;
        }
        for row in &table.rows {
            found.push(TableRow { cells: columns().zip(row.cells.iter().copied()).collect() });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_found_by_name() {
        let text = "NAME       READY   STATUS\npod/web    1/1     Running\n\nweb 1 2 3\n";
        let rows = table_rows(text);
        assert_eq!(rows.len(), 1);
        assert_eq!((rows[0].name(), rows[0].cell("STATUS")), (Some("web"), Some("Running")));
        assert_eq!(rows[0].cell("AGE"), None);
    }
}
