//! A text as tables, plain lines, and marks that something was left out.

/// A text in its parts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Layout<'a> {
    /// All its lines, without white space at their ends.
    pub(super) lines: Vec<&'a str>,
    pub(super) tables: Vec<Table<'a>>,
    /// Lines that are in no table, by index; blank ones left out.
    pub(super) loose: Vec<usize>,
    /// Lines that stand for others that are not shown, by index.
    pub(super) elisions: Vec<usize>,
}

/// Rows under a header, or rows without one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Table<'a> {
    /// The line of the header.
    pub(super) header_line: Option<usize>,
    /// A line of dashes under it.
    pub(super) rule_line: Option<usize>,
    /// The header's cells; empty where there is no header.
    pub(super) columns: Vec<Cell<'a>>,
    pub(super) rows: Vec<Row<'a>>,
}

/// A line of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row<'a> {
    pub(super) line: usize,
    /// One for each column, empty where nothing stands there; without a header all there are.
    pub(super) cells: Vec<&'a str>,
}

/// A cell where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cell<'a> {
    pub(super) text: &'a str,
    /// Its first column on the screen, in characters.
    pub(super) start: usize,
}

/// The columns of the table of events at the end of what `describe` prints.
///
/// Source: `kubectl/pkg/describe/describe.go`, `DescribeEvents`.
const EVENT_COLUMNS: &[&str] = &[
    "Type",
    "Reason",
    "Age",
    "From",
    "Message",
    "FirstSeen",
    "LastSeen",
    "Count",
    "SubObjectPath",
    "SubobjectPath",
];

/// So many cells in a line without a header make it a row.
const CELLS_OF_A_BARE_ROW: usize = 4;

impl<'a> Layout<'a> {
    /// Reads a text.
    pub(super) fn of(text: &'a str) -> Self {
        let mut layout =
            Self { lines: text.lines().map(str::trim_end).collect(), ..Self::default() };
        let mut at = 0;
        while at < layout.lines.len() {
            at = layout.part(at);
        }
        layout
    }

    /// Reads the part that begins at this line; the line after it.
    fn part(&mut self, at: usize) -> usize {
        let line = self.lines[at];
        if line.trim().is_empty() {
            return at + 1;
        }
        if is_elision(line) {
            self.elisions.push(at);
            return at + 1;
        }
        let found = cells(line);
        if is_header(&found) {
            return self.table(at, found);
        }
        if found.len() >= CELLS_OF_A_BARE_ROW {
            return self.bare_rows(at);
        }
        self.loose.push(at);
        at + 1
    }

    fn table(&mut self, header_line: usize, columns: Vec<Cell<'a>>) -> usize {
        let mut table =
            Table { header_line: Some(header_line), rule_line: None, columns, rows: Vec::new() };
        let mut at = header_line + 1;
        while let Some(line) = self.lines.get(at) {
            let found = cells(line);
            let is_row = match table.columns.len() {
                1 => found.len() == 1,
                _ => found.len() > 1,
            };
            if !is_row || is_header(&found) || is_elision(line) {
                break;
            }
            if table.rows.is_empty() && is_rule(&found) {
                table.rule_line = Some(at);
            } else {
                table.rows.push(Row { line: at, cells: under(&table.columns, &found) });
            }
            at += 1;
        }
        self.tables.push(table);
        at
    }

    fn bare_rows(&mut self, first: usize) -> usize {
        let mut table =
            Table { header_line: None, rule_line: None, columns: Vec::new(), rows: Vec::new() };
        let mut at = first;
        while let Some(line) = self.lines.get(at) {
            let found = cells(line);
            if found.len() < CELLS_OF_A_BARE_ROW || is_header(&found) {
                break;
            }
            let texts = found.iter().map(|cell| cell.text).collect();
            table.rows.push(Row { line: at, cells: texts });
            at += 1;
        }
        self.tables.push(table);
        at
    }
}

impl<'a> Table<'a> {
    /// The index of a column, by its header.
    pub(super) fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.text == name)
    }

    /// Whether its rows are events, which have no names.
    pub(super) fn has_events(&self) -> bool {
        let has = |name: &str| self.columns.iter().any(|one| one.text.eq_ignore_ascii_case(name));
        has("reason") && has("message")
    }

    /// The indexes of all its lines.
    pub(super) fn lines(&self) -> impl Iterator<Item = usize> + '_ {
        let head = self.header_line.into_iter().chain(self.rule_line);
        head.chain(self.rows.iter().map(|row| row.line))
    }
}

/// `...`, `[...]`, `<snip>`, `(output omitted)`.
fn is_elision(line: &str) -> bool {
    let line = line.trim().trim_matches(['[', ']', '(', ')', '<', '>']).trim();
    let dots = !line.is_empty() && line.chars().all(|c| matches!(c, '.' | '…'));
    let is_long = line.chars().count() >= 2 || line == "…";
    let words = ["snip", "snipped", "output omitted", "omitted", "truncated", "output truncated"];
    (dots && is_long) || words.contains(&line.to_lowercase().as_str())
}

/// The cells of a line: two spaces or a tab part them.
pub(super) fn cells(line: &str) -> Vec<Cell<'_>> {
    let mut found = Vec::new();
    let mut start: Option<(usize, usize)> = None;
    let mut end = 0;
    let mut gap = 0;
    for (column, (at, c)) in line.char_indices().enumerate() {
        if c == ' ' || c == '\t' {
            gap += if c == '\t' { 2 } else { 1 };
            continue;
        }
        if gap >= 2
            && let Some((from, first)) = start.take()
        {
            found.push(Cell { text: &line[from..end], start: first });
        }
        start = start.or(Some((at, column)));
        end = at + c.len_utf8();
        gap = 0;
    }
    if let Some((from, first)) = start {
        found.push(Cell { text: &line[from..end], start: first });
    }
    found
}

/// Capitals in every cell, or the columns of `describe`'s events.
fn is_header(cells: &[Cell<'_>]) -> bool {
    let texts = || cells.iter().map(|cell| cell.text);
    match cells.len() {
        0 => false,
        1 => texts().all(|text| text == "NAME"),
        _ => {
            texts().all(is_capitals)
                || (cells.len() >= 4 && texts().all(|text| EVENT_COLUMNS.contains(&text)))
        }
    }
}

fn is_capitals(text: &str) -> bool {
    // `kubectl top`: `CPU(cores)`, `MEMORY(bytes)`.
    let text = text.trim_end_matches("(cores)").trim_end_matches("(bytes)");
    let fits = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || " ()/%_:-".contains(c);
    text.starts_with(|c: char| c.is_ascii_uppercase())
        && text.chars().all(fits)
        && text.chars().filter(char::is_ascii_uppercase).count() >= 2
}

fn is_rule(cells: &[Cell<'_>]) -> bool {
    cells.iter().all(|cell| cell.text.len() >= 2 && cell.text.bytes().all(|byte| byte == b'-'))
}

/// A row's cells under their columns: one by one where there are as many, else by place.
fn under<'a>(columns: &[Cell<'a>], found: &[Cell<'a>]) -> Vec<&'a str> {
    if columns.len() == found.len() {
        return found.iter().map(|cell| cell.text).collect();
    }
    let mut row = vec![""; columns.len()];
    let mut from = 0;
    for (at, cell) in found.iter().enumerate() {
        let left = found.len() - at - 1;
        let last = columns.len().saturating_sub(left + 1);
        let end = cell.start + cell.text.chars().count();
        // The latest column that begins before the cell ends, with room for the rest.
        let place = (from..columns.len())
            .filter(|column| *column <= last.max(from))
            .rev()
            .find(|column| columns[*column].start < end)
            .unwrap_or(from);
        if let Some(slot) = row.get_mut(place) {
            *slot = cell.text;
        }
        from = place + 1;
    }
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let layout = Layout::of(text);
        let mut out = String::new();
        for table in &layout.tables {
            let columns: Vec<_> = table.columns.iter().map(|column| column.text).collect();
            out.push_str(&format!("table {}\n", columns.join("|")));
            for row in &table.rows {
                out.push_str(&format!("  {}: {}\n", row.line, row.cells.join("|")));
            }
        }
        out + &format!("loose {:?} elided {:?}", layout.loose, layout.elisions)
    }

    #[test]
    fn tables_are_known_by_their_headers() {
        insta::assert_snapshot!(shown(
            "NAME   READY   STATUS    RESTARTS      AGE\n\
             web    1/1     Running   1 (4s ago)    79s\n\
             \n\
             NAME    TYPE       CLUSTER-IP   EXTERNAL-IP  PORT(S)   AGE\n\
             kubernetes  ClusterIP  10.23.240.1  <none>   443/TCP   21h\n\
             pod/x created\n"
        ), @"
        table NAME|READY|STATUS|RESTARTS|AGE
          1: web|1/1|Running|1 (4s ago)|79s
        table NAME|TYPE|CLUSTER-IP|EXTERNAL-IP|PORT(S)|AGE
          4: kubernetes|ClusterIP|10.23.240.1|<none>|443/TCP|21h
        loose [5] elided []
        ");
    }

    #[test]
    fn cells_that_are_missing_stay_empty() {
        insta::assert_snapshot!(shown(
            "CURRENT   NAME      CLUSTER   AUTHINFO   NAMESPACE\n\
             *         kind-a    kind-a    kind-a     \n\
             \u{20}         kind-b    kind-b    kind-b     web\n\
             NAME   CAPACITY  CLAIM      STORAGECLASS  REASON  AGE\n\
             pv-1   1Gi       default/a                        5m\n"
        ), @"
        table CURRENT|NAME|CLUSTER|AUTHINFO|NAMESPACE
          1: *|kind-a|kind-a|kind-a|
          2: |kind-b|kind-b|kind-b|web
        table NAME|CAPACITY|CLAIM|STORAGECLASS|REASON|AGE
          4: pv-1|1Gi|default/a|||5m
        loose [] elided []
        ");
    }

    #[test]
    fn events_and_bare_rows_are_tables_too() {
        insta::assert_snapshot!(shown(
            "Name:   web\n\
             ...\n\
             Events:\n  \
             Type    Reason     Age   From               Message\n  \
             ----    ------     ----  ----               -------\n  \
             Normal  Scheduled  14s   default-scheduler  Successfully assigned default/web to n1\n\
             \n\
             web   1/1   Running   0   5m   10.20.1.25   node-1\n"
        ), @"
        table Type|Reason|Age|From|Message
          5: Normal|Scheduled|14s|default-scheduler|Successfully assigned default/web to n1
        table 
          7: web|1/1|Running|0|5m|10.20.1.25|node-1
        loose [0, 2] elided [1]
        ");
    }

    #[test]
    fn what_is_left_out_is_told_from_text() {
        let check = |line: &str, wanted: bool| assert_eq!(is_elision(line), wanted, "{line}");
        for line in ["...", "  …", "[...]", "<snip>", "(output omitted)", "......"] {
            check(line, true);
        }
        for line in ["", ".", "<>", "snippet", "... and so on", "a"] {
            check(line, false);
        }
    }

    proptest::proptest! {
        #[test]
        fn every_line_has_one_place(text in "([A-Z]{2,4}  [A-Z]{2}\n|[a-z0-9]{1,3}  [a-z]{1,2}  1  2\n|\\.\\.\\.\n|\n|\\PC{0,12}\n){0,12}") {
            let layout = Layout::of(&text);
            let mut seen: Vec<usize> = layout.tables.iter().flat_map(Table::lines).collect();
            seen.extend(&layout.loose);
            seen.extend(&layout.elisions);
            seen.sort_unstable();
            let all: Vec<usize> =
                (0..layout.lines.len()).filter(|at| !layout.lines[*at].trim().is_empty()).collect();
            assert_eq!(seen, all);
            for table in layout.tables.iter().filter(|table| !table.columns.is_empty()) {
                assert!(table.rows.iter().all(|row| row.cells.len() == table.columns.len()));
            }
        }
    }
}
