use super::files::Files;
use super::{change, property, view};
use crate::base::safe_line;
use crate::invocation::Invocation;
use crate::kubectl::Io;
use crate::kubectl::failure::{Failure, Outcome};
use crate::kubectl::print::TabWriter;

/// Runs `config SUB_VERB`, which needs no cluster.
///
/// Source: `kubectl/pkg/cmd/config`.
pub(in crate::kubectl) async fn run(invocation: &Invocation, io: &mut Io) -> Outcome {
    let asked = invocation.flags.text("kubeconfig").filter(|path| !path.is_empty());
    let mut files = Files::read(asked)?;
    let text = match invocation.sub_verb.as_deref().unwrap_or_default() {
        "view" => view::text(invocation, &files)?,
        "current-context" => current(&files)?,
        "get-contexts" => return contexts(invocation, &files, io).await,
        "get-clusters" => names(&files, "clusters"),
        "get-users" => names(&files, "users"),
        "set" | "unset" => property::change(invocation, &mut files)?,
        other => {
            let changed = change::change(other, invocation, &mut files)?;
            if let Some(warning) = changed.warning {
                io.err(warning).await?;
            }
            changed.text
        }
    };
    files.write()?;
    Ok(io.out(&text).await?)
}

fn current(files: &Files) -> Result<String, Failure> {
    match files.current() {
        "" => Err(Failure::message("current-context is not set")),
        name => Ok(format!("{}\n", safe_line(name))),
    }
}

fn names(files: &Files, list: &str) -> String {
    let names = files.names(list);
    let lines = names.iter().map(|name| format!("{}\n", safe_line(name)));
    std::iter::once("NAME\n".to_owned()).chain(lines).collect()
}

/// Source: `get_contexts.go`, `RunGetContexts`.
async fn contexts(invocation: &Invocation, files: &Files, io: &mut Io) -> Outcome {
    let flags = &invocation.flags;
    let all = files.names("contexts");
    let (mut names, mut failures) = (Vec::new(), Vec::new());
    if invocation.args.is_empty() {
        names.clone_from(&all);
    }
    for asked in &invocation.args {
        if all.contains(asked) {
            names.push(asked.clone());
        } else {
            failures.push(Failure::message(format!("context {asked} not found")));
        }
    }
    let mut text = String::new();
    if flags.text("output") == Some("name") {
        text.extend(names.iter().map(|name| safe_line(name) + "\n"));
    } else {
        if !flags.switch("no-headers") {
            text.push_str("CURRENT\tNAME\tCLUSTER\tAUTHINFO\tNAMESPACE\n");
        }
        names.sort();
        for name in &names {
            let entry = files.entry("contexts", name).cloned().unwrap_or_default();
            let field = |key: &str| safe_line(entry[key].as_str().unwrap_or_default());
            let mark = if name == files.current() { "*" } else { "" };
            text += &format!(
                "{mark}\t{}\t{}\t{}\t{}\n",
                safe_line(name),
                field("cluster"),
                field("user"),
                field("namespace")
            );
        }
        text = TabWriter::TABLE.layout(&text);
    }
    io.out(&text).await?;
    Failure::collect(failures)
}
