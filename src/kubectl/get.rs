//! `kubectl get`.

use std::cmp::Ordering;

use futures::future::join_all;
use serde_json::Value;
use tokio::io::AsyncWriteExt;

use super::failure::{Failure, Outcome};
use super::format::{Format, Headers, list_of};
use super::get_request::{Found, Lookup, Search, lookups};
use super::print::{
    JsonPath, MissingKeys, TabWriter, Table, TableStyle, Width, header_line, row_line,
};
use super::{Io, Session, get_watch};
use crate::base::safe_line;
use crate::cluster::{ApiRequest, RequestError};
use crate::invocation::Invocation;

/// Runs the verb.
///
/// Source: `kubectl/pkg/cmd/get/get.go`, `Run`.
pub(super) async fn run(invocation: &Invocation, session: &Session, io: &mut Io) -> Outcome {
    if let Some(path) = invocation.flags.text("raw").filter(|path| !path.is_empty()) {
        return raw(invocation, path, session, io).await;
    }
    if invocation.args.is_empty() && !super::manifest::is_asked(invocation) {
        return Err(nothing_named());
    }
    fits(invocation)?;
    let format = Format::asked(invocation)?;
    let search = Search::asked(invocation, session, &format);
    let cancelled = io.cancelled.clone();
    let work = async {
        let lookups = lookups(invocation, session, io, &search).await?;
        let get = Get { invocation, session, search, lookups, format };
        if invocation.flags.switch("watch") || invocation.flags.switch("watch-only") {
            get_watch::run(&get, io).await
        } else if get.format.is_table() {
            get.tables(io).await
        } else {
            get.objects(io).await
        }
    };
    tokio::select! {
        outcome = work => outcome,
        () = Io::until_cancelled(cancelled) => Err(Failure::Interrupted),
    }
}

/// Source: `get.go`, `Validate`; `kubectl/pkg/rawhttp/raw.go`.
async fn raw(invocation: &Invocation, path: &str, session: &Session, io: &mut Io) -> Outcome {
    let flags = &invocation.flags;
    if !invocation.args.is_empty() {
        return Err(Failure::message("arguments may not be passed when --raw is specified"));
    }
    if flags.switch("watch") || flags.switch("watch-only") || flags.is_set("selector") {
        return Err(Failure::message(
            "--raw may not be specified with other flags that filter the server request or alter \
             the output",
        ));
    }
    if flags.text("output").is_some_and(|output| !output.is_empty()) {
        return Err(Failure::message("--raw and --output are mutually exclusive"));
    }
    if !path.starts_with('/') {
        return Err(Failure::message(format!(
            "--raw must be a valid URL path: parse {path:?}: invalid URI for request"
        )));
    }
    let reply = session.cluster.send(&ApiRequest::get(path)).await?;
    io.stdout.write_all(&reply.body).await?;
    Ok(io.stdout.flush().await?)
}

/// Source: `get.go`, `Validate`.
fn fits(invocation: &Invocation) -> Outcome {
    let flags = &invocation.flags;
    let output = flags.text("output").unwrap_or_default();
    if flags.switch("show-labels") && !matches!(output, "" | "wide") {
        return Err(Failure::message(format!(
            "--show-labels option cannot be used with {output} printer"
        )));
    }
    let watches = flags.switch("watch") || flags.switch("watch-only");
    if flags.switch("output-watch-events") && !watches {
        return Err(Failure::message(
            "--output-watch-events option can only be used with --watch or --watch-only",
        ));
    }
    Ok(())
}

fn nothing_named() -> Failure {
    Failure::Plain(
        "You must specify the type of resource to get. Use \"kubectl api-resources\" for a \
         complete list of supported resources.\n\nerror: Required resource not specified.\nUse \
         \"kubectl explain <resource>\" for a detailed description of that resource (e.g. kubectl \
         explain pods).\nSee 'kubectl get -h' for help and examples"
            .to_owned(),
        1,
    )
}

/// An invocation of `get`, understood.
pub(super) struct Get<'a> {
    pub(super) invocation: &'a Invocation,
    pub(super) session: &'a Session,
    pub(super) search: Search,
    pub(super) lookups: Vec<Lookup>,
    pub(super) format: Format,
}

impl Get<'_> {
    /// What kubectl adds to the tables of a kind.
    pub(super) fn style(&self, namespaced: bool) -> TableStyle {
        let flags = &self.invocation.flags;
        TableStyle {
            width: if self.format == Format::Wide { Width::Wide } else { Width::Normal },
            with_namespace: self.search.namespace.is_none() && namespaced,
            kind: None,
            label_columns: flags.all("label-columns").into_iter().map(str::to_owned).collect(),
            show_labels: flags.switch("show-labels"),
            no_headers: flags.switch("no-headers"),
            with_event: flags.switch("output-watch-events"),
        }
    }

    pub(super) fn headers(&self) -> Headers {
        if self.invocation.flags.switch("no-headers") { Headers::Hidden } else { Headers::Shown }
    }

    /// Splits answers into what was found and what failed, and tells the warnings.
    async fn sorted<A>(
        &self,
        io: &mut Io,
        answers: Vec<Result<Found<A>, RequestError>>,
    ) -> Result<(Vec<Found<A>>, Vec<Failure>), Failure> {
        let ignored = self.invocation.flags.switch("ignore-not-found");
        let (mut found, mut failures) = (Vec::new(), Vec::new());
        let mut told: Vec<String> = Vec::new();
        for answer in answers {
            match answer {
                Ok(answer) => {
                    for warning in &answer.warnings {
                        if !told.contains(warning) {
                            io.err(&format!("Warning: {}\n", safe_line(warning))).await?;
                            told.push(warning.clone());
                        }
                    }
                    found.push(answer);
                }
                Err(error) if ignored && error.is_not_found() => {}
                Err(error) => failures.push(Failure::from(error)),
            }
        }
        Ok((found, failures))
    }

    async fn tables(&self, io: &mut Io) -> Outcome {
        let cluster = &self.session.cluster;
        let answers = join_all(self.lookups.iter().map(|l| self.search.table(l, cluster))).await;
        let (mut found, failures) = self.sorted(io, answers).await?;
        if let Some(path) = self.invocation.flags.text("sort-by") {
            let path = sort_path(path)?;
            for one in &mut found {
                sort(&mut one.answer.rows, &path, |row| &row.object)?;
            }
        }
        let text = self.laid_out(&found);
        io.out(&text).await?;
        if text.is_empty()
            && failures.is_empty()
            && !self.invocation.flags.switch("ignore-not-found")
        {
            io.err(&self.nothing_found()).await?;
        }
        Failure::collect(failures)
    }

    /// Tables of one kind after the other, an empty line between kinds.
    fn laid_out(&self, found: &[Found<Table>]) -> String {
        let several = found.iter().any(|one| one.kind != found[0].kind);
        let show_kind = several || self.invocation.flags.switch("show-kind");
        let mut text = String::new();
        for group in found.chunk_by(|a, b| a.kind == b.kind) {
            let kind = &group[0].kind;
            let mut style = self.style(kind.namespaced);
            style.kind = show_kind.then(|| kind.group_kind());
            style.with_event = false;
            let lines = lines(group, &style);
            if lines.is_empty() {
                continue;
            }
            if !text.is_empty() && !style.no_headers {
                text.push('\n');
            }
            text += &TabWriter::TABLE.layout(&lines);
        }
        text
    }

    /// Source: `get.go`, `Run`, its last lines.
    fn nothing_found(&self) -> String {
        let namespaced = self.lookups.iter().all(|lookup| lookup.wanted.kind.namespaced);
        match &self.search.namespace {
            Some(namespace) if namespaced => {
                format!("No resources found in {namespace} namespace.\n")
            }
            _ => "No resources found\n".to_owned(),
        }
    }

    async fn objects(&self, io: &mut Io) -> Outcome {
        let cluster = &self.session.cluster;
        let answers = join_all(self.lookups.iter().map(|l| self.search.objects(l, cluster))).await;
        let (found, mut failures) = self.sorted(io, answers).await?;
        let one = matches!(self.lookups.as_slice(), [only] if only.wanted.name.is_some());
        if one && !failures.is_empty() {
            return Err(failures.remove(0));
        }
        let mut items: Vec<Value> = found.into_iter().flat_map(|one| one.answer.items).collect();
        if items.is_empty() && self.invocation.flags.switch("ignore-not-found") {
            return Failure::collect(failures);
        }
        if let Some(path) = self.invocation.flags.text("sort-by") {
            sort(&mut items, &sort_path(path)?, |item| item)?;
        }
        let object = if one && items.len() == 1 { items.remove(0) } else { list_of(&items) };
        io.out(&self.format.print(&object, self.headers())?).await?;
        Failure::collect(failures)
    }
}

fn lines(group: &[Found<Table>], style: &TableStyle) -> String {
    let Some(first) = group.iter().find(|one| !one.answer.rows.is_empty()) else {
        return String::new();
    };
    let columns = &first.answer.column_definitions;
    let mut text = if style.no_headers { String::new() } else { header_line(columns, style) };
    for row in group.iter().flat_map(|one| &one.answer.rows) {
        text += &row_line(columns, row, style, "");
    }
    text
}

fn sort_path(path: &str) -> Result<JsonPath, Failure> {
    JsonPath::relaxed(path).map_err(|error| Failure::message(error.to_string()))
}

/// Source: `kubectl/pkg/cmd/get/sorter.go`, `RuntimeSort.Less`.
fn sort<T>(items: &mut [T], path: &JsonPath, object: impl Fn(&T) -> &Value) -> Outcome {
    let key = |item: &T| -> Option<Value> {
        let found = path.values(object(item), MissingKeys::Allowed).ok()?;
        found.first().map(|value| (*value).clone())
    };
    if !items.is_empty() && items.iter().all(|item| key(item).is_none()) {
        return Err(Failure::message("couldn't find any field with path in the list of objects"));
    }
    items.sort_by(|a, b| match (key(a), key(b)) {
        (Some(a), Some(b)) => order(&a, &b),
        (a, b) => a.is_some().cmp(&b.is_some()),
    });
    Ok(())
}

fn order(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => {
            a.as_f64().partial_cmp(&b.as_f64()).unwrap_or(Ordering::Equal)
        }
        (Value::String(a), Value::String(b)) => natural(a, b),
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        _ => Ordering::Equal,
    }
}

/// Digits compare as numbers: `web-2` comes before `web-10`.
fn natural(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a, b);
    loop {
        let (digits_a, digits_b) = (leading_digits(a), leading_digits(b));
        if digits_a > 0 && digits_b > 0 {
            let (x, y) =
                (a[..digits_a].trim_start_matches('0'), b[..digits_b].trim_start_matches('0'));
            let by_number = x.len().cmp(&y.len()).then_with(|| x.cmp(y));
            if by_number != Ordering::Equal {
                return by_number;
            }
            (a, b) = (&a[digits_a..], &b[digits_b..]);
            continue;
        }
        let (Some(x), Some(y)) = (a.chars().next(), b.chars().next()) else {
            return a.len().cmp(&b.len());
        };
        if x != y {
            return x.cmp(&y);
        }
        (a, b) = (&a[x.len_utf8()..], &b[y.len_utf8()..]);
    }
}

fn leading_digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn names_sort_as_people_count() {
        let mut names = ["web-10", "web-2", "db", "web-2a", "web-002"];
        names.sort_by(|a, b| natural(a, b));
        assert_eq!(names, ["db", "web-2", "web-002", "web-2a", "web-10"]);
    }

    #[test]
    fn objects_sort_by_a_path_and_those_without_come_first() {
        let mut items = vec![json!({"a": 10}), json!({"a": 9}), json!({})];
        let path = sort_path(".a").unwrap();
        sort(&mut items, &path, |item| item).unwrap();
        assert_eq!(items, [json!({}), json!({"a": 9}), json!({"a": 10})]);
        let path = sort_path(".nope").unwrap();
        assert!(sort(&mut items, &path, |item| item).is_err());
    }
}
