//! Columns as Go's `text/tabwriter` lays them out, which is what kubectl prints with.

/// How wide columns are.
///
/// A column is a block of consecutive lines that have a cell there which a tab ends; the
/// text after the last tab of a line belongs to no column.
/// Source: Go's `text/tabwriter`, `Writer.format`; widths are counted in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TabWriter {
    /// A column is never narrower (cells, padding included).
    pub minimum_width: usize,
    /// Spaces between the widest cell and the next column.
    pub padding: usize,
}

impl TabWriter {
    /// What `kubectl describe` uses: `tabwriter(0, 8, 2, ' ')`.
    pub const DESCRIBE: Self = Self { minimum_width: 0, padding: 2 };
    /// What `kubectl get` uses: `tabwriter(6, 4, 3, ' ')`.
    pub const TABLE: Self = Self { minimum_width: 6, padding: 3 };

    /// Lays `text` out: tabs end cells, newlines end lines.
    pub fn layout(self, text: &str) -> String {
        self.layout_with(text, None)
    }

    /// The same with the widths of earlier calls: a column that was wider stays so.
    ///
    /// Source: `github.com/liggitt/tabwriter`, flag `RememberWidths`, which makes the rows
    /// of `kubectl get --watch` line up.
    pub fn layout_remembering(self, text: &str, widths: &mut Vec<usize>) -> String {
        self.layout_with(text, Some(widths))
    }

    fn layout_with(self, text: &str, remembered: Option<&mut Vec<usize>>) -> String {
        let lines: Vec<Vec<&str>> =
            text.split('\n').map(|line| line.split('\t').collect()).collect();
        let mut layout = Layout { rules: self, remembered, out: String::new() };
        layout.block(&lines, &mut Vec::new());
        // What follows the last newline is a line only where it has text.
        layout.out.pop();
        layout.out
    }
}

struct Layout<'a> {
    rules: TabWriter,
    remembered: Option<&'a mut Vec<usize>>,
    out: String,
}

impl Layout<'_> {
    /// Writes lines whose columns so far have these widths.
    fn block(&mut self, lines: &[Vec<&str>], widths: &mut Vec<usize>) {
        let column = widths.len();
        let in_column = |line: &Vec<&str>| line.len() > column + 1;
        let mut rest = lines;
        while let Some(begin) = rest.iter().position(in_column) {
            let (before, block) = rest.split_at(begin);
            self.lines(before, widths);
            let end = block.iter().position(|line| !in_column(line)).unwrap_or(block.len());
            let (block, after) = block.split_at(end);
            widths.push(self.width(block, column));
            self.block(block, widths);
            widths.pop();
            rest = after;
        }
        self.lines(rest, widths);
    }

    fn width(&mut self, block: &[Vec<&str>], column: usize) -> usize {
        let widest = block.iter().map(|line| characters(line[column])).max().unwrap_or(0);
        let width = (widest + self.rules.padding).max(self.rules.minimum_width);
        let Some(remembered) = self.remembered.as_deref_mut() else { return width };
        if column == remembered.len() {
            remembered.push(width);
        }
        // A column is only looked at after those to its left: the index exists.
        remembered[column] = remembered[column].max(width);
        remembered[column]
    }

    fn lines(&mut self, lines: &[Vec<&str>], widths: &[usize]) {
        for line in lines {
            for (column, cell) in line.iter().enumerate() {
                self.out.push_str(cell);
                if let Some(width) = widths.get(column) {
                    let missing = width.saturating_sub(characters(cell));
                    self.out.extend(std::iter::repeat_n(' ', missing));
                }
            }
            self.out.push('\n');
        }
    }
}

fn characters(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_as_wide_as_its_block_needs() {
        let text = "Name:\tx\nStart Time:\tnow\nContainers:\n  a:\n    Image:\tbusybox\n";
        insta::assert_snapshot!(TabWriter::DESCRIBE.layout(text), @r"
        Name:        x
        Start Time:  now
        Containers:
          a:
            Image:  busybox
        ");
    }

    #[test]
    fn cells_after_the_last_tab_have_no_width_and_empty_cells_are_padded() {
        let layout = TabWriter::DESCRIBE.layout("a\tlong cell\nbb\t\tc\n\nd\te");
        assert_eq!(layout, "a   long cell\nbb    c\n\nd  e");
        assert_eq!(TabWriter::DESCRIBE.layout("ID:\t\nImage:\tx\n"), "ID:     \nImage:  x\n");
    }

    #[test]
    fn tables_have_a_least_width_and_characters_count() {
        let layout = TabWriter::TABLE.layout("NAME\tA\tB\nä\t1\t2\n");
        assert_eq!(layout, "NAME   A     B\nä      1     2\n");
    }

    #[test]
    fn remembered_columns_only_grow() {
        let mut widths = Vec::new();
        let first = TabWriter::TABLE.layout_remembering("simple-api\t1/1\tx\n", &mut widths);
        let second = TabWriter::TABLE.layout_remembering("a\t10/10\ty\n", &mut widths);
        assert_eq!(
            (first.as_str(), second.as_str()),
            ("simple-api   1/1   x\n", "a            10/10   y\n")
        );
    }
}
