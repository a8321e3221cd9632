//! Which row of a real table is which row of the sample's.

use std::collections::BTreeMap;

use super::context::Context;
use super::layout::{Row, Table};
use super::lines::Shape;
use super::recognise::stem;

/// The rows of two tables that go together: index there, index here.
pub(super) fn matching_rows(
    sample: &Table<'_>,
    actual: &Table<'_>,
    context: &Context<'_>,
) -> Vec<(usize, usize)> {
    let mut matcher = Matcher {
        sample,
        actual,
        keys: (key_column(sample, actual), key_column(actual, actual)),
        taken: vec![false; actual.rows.len()],
        pairs: Vec::new(),
    };
    if actual.has_events() {
        matcher.events();
    } else {
        let itself = |name: &str| Some(name.to_owned());
        matcher.by(itself, itself);
        matcher.by(|name| Some(context.bindings.apply(name).0), itself);
        matcher.by(kind_and_stem, kind_and_stem);
        if lists_nodes(actual, context) {
            matcher.in_order();
        }
    }
    matcher.pairs.sort_unstable();
    matcher.pairs
}

/// Whether the table's rows are the cluster's nodes, each with a name of its own.
pub(super) fn lists_nodes(table: &Table<'_>, context: &Context<'_>) -> bool {
    context.kind == Some("node") && table.column("NAME") == Some(0)
}

/// Where the name of a row stands; events go by their reason.
fn key_column(table: &Table<'_>, actual: &Table<'_>) -> usize {
    if actual.has_events() {
        // A row without a header begins as those under one do.
        let reason = |table: &Table<'_>| {
            table.columns.iter().position(|column| column.text.eq_ignore_ascii_case("reason"))
        };
        return reason(table).or_else(|| reason(actual)).unwrap_or(0);
    }
    let named = if table.columns.is_empty() { actual } else { table };
    named.column("NAME").unwrap_or(0)
}

struct Matcher<'t> {
    sample: &'t Table<'t>,
    actual: &'t Table<'t>,
    keys: (usize, usize),
    taken: Vec<bool>,
    pairs: Vec<(usize, usize)>,
}

impl Matcher<'_> {
    /// Pairs rows that are still alone and have the same key: of several the one whose
    /// cells agree most, of equals the first.
    fn by(
        &mut self,
        key_there: impl Fn(&str) -> Option<String>,
        key_here: impl Fn(&str) -> Option<String>,
    ) {
        let mut free: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (there, row) in self.actual.rows.iter().enumerate() {
            if let Some(key) = key_here(name(row, self.keys.1)).filter(|_| !self.taken[there]) {
                free.entry(key).or_default().push(there);
            }
        }
        for at in 0..self.sample.rows.len() {
            let row = &self.sample.rows[at];
            let key = key_there(name(row, self.keys.0)).filter(|_| self.is_alone(at));
            let Some(rows) = key.and_then(|key| free.get_mut(&key)) else { continue };
            let best = rows.iter().enumerate().max_by_key(|(place, there)| {
                (agreeing(row, &self.actual.rows[**there]), std::cmp::Reverse(*place))
            });
            if let Some(place) = best.map(|(place, _)| place) {
                let there = rows.remove(place);
                self.take(at, there);
            }
        }
    }

    fn is_alone(&self, at: usize) -> bool {
        !self.pairs.iter().any(|(one, _)| *one == at)
    }

    /// Pairs what is left as it stands.
    fn in_order(&mut self) {
        for at in 0..self.sample.rows.len() {
            let free = self.taken.iter().position(|taken| !taken);
            if let Some(there) = free.filter(|_| self.is_alone(at)) {
                self.take(at, there);
            }
        }
    }

    /// Events of one reason are told apart by their message.
    fn events(&mut self) {
        for at in 0..self.sample.rows.len() {
            let row = &self.sample.rows[at];
            let reason = name(row, self.keys.0);
            let free = (0..self.actual.rows.len()).filter(|there| !self.taken[*there]);
            let same = free.filter(|there| name(&self.actual.rows[*there], self.keys.1) == reason);
            let best = same.max_by_key(|there| {
                let (one, other) = (message(row), message(&self.actual.rows[*there]));
                let begins_alike = one.split(' ').next() == other.split(' ').next();
                let likeness = Shape::of(one).likeness(&Shape::of(other));
                (begins_alike, likeness, std::cmp::Reverse(*there))
            });
            if let Some(there) = best {
                self.take(at, there);
            }
        }
    }

    fn take(&mut self, at: usize, there: usize) {
        self.taken[there] = true;
        self.pairs.push((at, there));
    }
}

fn name<'a>(row: &Row<'a>, column: usize) -> &'a str {
    row.cells.get(column).copied().unwrap_or_default()
}

fn message<'a>(row: &Row<'a>) -> &'a str {
    row.cells.last().copied().unwrap_or_default()
}

fn agreeing(one: &Row<'_>, other: &Row<'_>) -> usize {
    one.cells.iter().zip(&other.cells).filter(|(one, other)| one == other).count()
}

/// What names that Kubernetes made up from the same one have in common.
fn kind_and_stem(name: &str) -> Option<String> {
    let (kind, name) = split_kind(name);
    Some(format!("{kind}/{}", stem(name)?))
}

/// `pod` and `web` of `pod/web`.
pub(super) fn split_kind(name: &str) -> (&str, &str) {
    name.split_once('/').unwrap_or(("", name))
}

#[cfg(test)]
mod tests {
    use super::super::binding::{Binding, Identity, Place};
    use super::super::bindings::Bindings;
    use super::super::layout::Layout;
    use super::*;

    fn pairs(sample: &str, actual: &str, context: &Context<'_>) -> Vec<(usize, usize)> {
        let (one, other) = (Layout::of(sample), Layout::of(actual));
        matching_rows(&one.tables[0], &other.tables[0], context)
    }

    #[test]
    fn rows_are_found_by_their_names() {
        let bindings = Bindings::default();
        let context = Context::unknown(&bindings);
        let check = |sample: &str, actual: &str, wanted: &[(usize, usize)]| {
            assert_eq!(pairs(sample, actual, &context), wanted, "{sample}");
        };
        check(
            "NAME  READY\na  1/1\nb  1/1",
            "NAME  READY\nb  1/1\nc  1/1\na  1/1",
            &[(0, 2), (1, 0)],
        );
        check(
            "NAME  READY\nweb-6d4cf56db6-x7k2p  1/1\nweb-6d4cf56db6-zzzzz  0/1",
            "NAME  READY\nweb-58b9f7d-bbbbb  0/1\nweb-58b9f7d-ccccc  1/1",
            &[(0, 1), (1, 0)],
        );
        check(
            "web  1/1  Running  0",
            "NAME  READY  STATUS  RESTARTS\napi  1/1  Running  0\nweb  1/1  Running  0",
            &[(0, 1)],
        );
        check(
            "NAME  READY\na  1/1\na  0/1",
            "NAME  READY\na  0/1\na  1/1\na  0/1",
            &[(0, 1), (1, 0)],
        );
    }

    #[test]
    fn a_row_keeps_the_name_that_it_was_bound_to() {
        let mut bindings = Bindings::default();
        let place = Place { what: "NAME".into(), of: "pod".into() };
        bindings.learn(&Binding {
            literal: "web-6d4cf56db6-x7k2p".into(),
            value: "web-58b9f7d-ccccc".into(),
            identity: Identity::Name,
            place,
        });
        let context = Context::unknown(&bindings);
        let sample = "NAME  READY\nweb-6d4cf56db6-x7k2p  1/1";
        let actual = "NAME  READY\nweb-58b9f7d-bbbbb  1/1\nweb-58b9f7d-ccccc  0/1";
        assert_eq!(pairs(sample, actual, &context), [(0, 1)]);
    }

    #[test]
    fn nodes_go_in_their_order_and_events_by_what_they_say() {
        let bindings = Bindings::default();
        let context = Context { kind: Some("node"), ..Context::unknown(&bindings) };
        let sample = "NAME  STATUS\ngke-a  Ready\ngke-b  Ready";
        assert_eq!(pairs(sample, "NAME  STATUS\nnode-1  Ready", &context), [(0, 0)]);
        let head = "Type  Reason  Age  From  Message\n";
        let sample = format!(
            "{head}Normal  Killing  1s  kubelet  Stopping web\nWarning  Unhealthy  1s  kubelet  Liveness probe failed: x"
        );
        let actual = format!(
            "{head}Warning  Unhealthy  1s  kubelet  Readiness probe failed: x\nWarning  Unhealthy  1s  kubelet  Liveness probe failed: y"
        );
        assert_eq!(pairs(&sample, &actual, &Context::unknown(&bindings)), [(1, 1)]);
    }
}
