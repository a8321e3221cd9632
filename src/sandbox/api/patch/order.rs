use serde_json::Value;

use crate::kinds::Patching;

/// Brings a merged list into the order that a patch gives (`$setElementOrder`). What the
/// patch does not name keeps its place among those that were there before.
///
/// Source: `apimachinery/pkg/util/strategicpatch/patch.go`, `normalizeElementOrder`,
/// `mergeSortedSlice`.
pub(super) fn in_order(
    merged: Vec<Value>,
    order: &[Value],
    before: &[Value],
    patching: Patching,
) -> Vec<Value> {
    let place =
        |list: &[Value], item: &Value| list.iter().position(|one| same(one, item, patching));
    let (mut named, unnamed): (Vec<Value>, Vec<Value>) =
        merged.into_iter().partition(|item| place(order, item).is_some());
    named.sort_by_key(|item| place(order, item));
    let mut sorted = Vec::with_capacity(named.len() + unnamed.len());
    let mut others = unnamed.into_iter().peekable();
    for item in named {
        while let Some(other) = others.peek() {
            let goes_first = match (place(before, other), place(before, &item)) {
                (Some(other), Some(item)) => other < item,
                _ => false,
            };
            if !goes_first {
                break;
            }
            sorted.extend(others.next());
        }
        sorted.push(item);
    }
    sorted.extend(others);
    sorted
}

fn same(a: &Value, b: &Value, patching: Patching) -> bool {
    match patching {
        Patching::ByKey(key) => !a[key].is_null() && a[key] == b[key],
        _ => a == b,
    }
}
