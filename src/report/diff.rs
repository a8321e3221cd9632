//! What a change to a text would do, line by line.

use similar::TextDiff;

use crate::base::safe_text;

/// Lines around a change that are shown as well.
const CONTEXT: usize = 3;

/// The change from `old` to `new` as a unified diff of the file; empty where there is none.
pub fn unified_diff(file: &str, old: &str, new: &str) -> String {
    if old == new {
        return String::new();
    }
    let diff = TextDiff::from_lines(old, new);
    let shown = diff.unified_diff().context_radius(CONTEXT).header(file, file).to_string();
    safe_text(&shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_shown_with_the_lines_around_it() {
        insta::assert_snapshot!(unified_diff("lab.md", "a\nb\nc\n", "a\nx\u{1b}\nc\n"), @r"
        --- lab.md
        +++ lab.md
        @@ -1,3 +1,3 @@
         a
        -b
        +x^[
         c
        ");
        assert_eq!(unified_diff("lab.md", "a\n", "a\n"), "");
    }
}
