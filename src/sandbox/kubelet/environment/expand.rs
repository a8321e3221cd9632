/// Replaces `$(NAME)` by what `value` says for it; `$$` is a dollar, and what has no value
/// stays as it is.
///
/// Source: `third_party/forked/golang/expansion/expand.go`, `Expand`.
pub(crate) fn expand<'v>(text: &str, value: impl Fn(&str) -> Option<&'v str>) -> String {
    let mut expanded = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        expanded.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        rest = match after.chars().next() {
            None => {
                expanded.push('$');
                after
            }
            Some('$') => {
                expanded.push('$');
                &after[1..]
            }
            Some('(') => match after.split_once(')') {
                Some((name, behind)) => {
                    match value(&name[1..]) {
                        Some(value) => expanded.push_str(value),
                        None => expanded.push_str(&format!("${name})")),
                    }
                    behind
                }
                None => {
                    expanded.push_str("$(");
                    &after[1..]
                }
            },
            Some(other) => {
                expanded.push('$');
                expanded.push(other);
                &after[other.len_utf8()..]
            }
        };
    }
    expanded.push_str(rest);
    expanded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_expanded_as_kubernetes_does() {
        let value = |name: &str| match name {
            "A" => Some("one"),
            "EMPTY" => Some(""),
            "B C" => Some("two"),
            _ => None,
        };
        let rows = [
            ("plain", "plain"),
            ("$(A)", "one"),
            ("<$(A)$(B C)>", "<onetwo>"),
            ("$(EMPTY)x", "x"),
            ("$(MISSING)", "$(MISSING)"),
            ("$$(A)", "$(A)"),
            ("$$$(A)", "$one"),
            ("$A", "$A"),
            ("$(A", "$(A"),
            ("$", "$"),
            ("$é(A)", "$é(A)"),
            ("$()", "$()"),
            ("", ""),
        ];
        for (text, wanted) in rows {
            assert_eq!(expand(text, value), wanted, "{text}");
        }
    }
}
