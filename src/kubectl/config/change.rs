//! The verbs that change contexts, clusters and users as a whole.

use std::path::Path;

use serde_json::{Value, json};

use super::files::Files;
use crate::base::safe_line;
use crate::invocation::Invocation;
use crate::kubectl::failure::Failure;
use crate::kubectl::generate::to_base64;

/// What is said about a change.
pub(super) struct Changed {
    /// On standard output.
    pub(super) text: String,
    /// On standard error.
    pub(super) warning: Option<&'static str>,
}

impl From<String> for Changed {
    fn from(text: String) -> Self {
        Self { text, warning: None }
    }
}

/// Carries `sub_verb` out on the files as they were read.
pub(super) fn change(
    sub_verb: &str,
    invocation: &Invocation,
    files: &mut Files,
) -> Result<Changed, Failure> {
    match sub_verb {
        "use-context" => use_context(invocation, files),
        "set-context" => set_context(invocation, files),
        "set-cluster" => set_cluster(invocation, files),
        "set-credentials" => set_credentials(invocation, files),
        "rename-context" => rename(invocation, files),
        "delete-context" => delete(invocation, files, ("contexts", "context")),
        "delete-cluster" => delete(invocation, files, ("clusters", "cluster")),
        "delete-user" => delete(invocation, files, ("users", "user")),
        other => Err(Failure::message(format!("podlab does not do `kubectl config {other}`"))),
    }
}

/// The only operand.
///
/// Source: `kubectl/pkg/cmd/util/helpers.go`; each verb says it by itself.
fn only(invocation: &Invocation) -> Result<&str, Failure> {
    match invocation.args.as_slice() {
        [name] => Ok(name),
        args => Err(Failure::message(format!("Unexpected args: [{}]", args.join(" ")))),
    }
}

/// Source: `use_context.go`.
fn use_context(invocation: &Invocation, files: &mut Files) -> Result<Changed, Failure> {
    let name = only(invocation)?;
    if files.entry("contexts", name).is_none() {
        return Err(Failure::message(format!("no context exists with the name: {name:?}")));
    }
    files.set_current(name);
    Ok(format!("Switched to context \"{}\".\n", safe_line(name)).into())
}

/// Source: `create_context.go` (`set-context`).
fn set_context(invocation: &Invocation, files: &mut Files) -> Result<Changed, Failure> {
    let name = match (invocation.args.as_slice(), invocation.flags.switch("current")) {
        ([], true) if files.current().is_empty() => {
            return Err(Failure::message("no current context is set"));
        }
        ([], true) => files.current().to_owned(),
        ([name], false) if !name.is_empty() => name.clone(),
        ([_], true) => {
            return Err(Failure::message("you cannot specify both a context name and --current"));
        }
        ([], false) => {
            return Err(Failure::message("you must specify a non-empty context name or --current"));
        }
        (args, _) => {
            return Err(Failure::message(format!("Unexpected args: [{}]", args.join(" "))));
        }
    };
    let before = files.entry("contexts", &name).cloned();
    let verb = if before.is_some() { "modified" } else { "created" };
    let mut context = object(before);
    for flag in ["cluster", "user", "namespace"] {
        set_text(&mut context, invocation, flag, flag);
    }
    files.put("contexts", &name, context);
    Ok(format!("Context \"{}\" {verb}.\n", safe_line(&name)).into())
}

fn object(value: Option<Value>) -> Value {
    value.filter(Value::is_object).unwrap_or_else(|| json!({}))
}

/// Takes a flag over; an empty one removes the field.
fn set_text(entry: &mut Value, invocation: &Invocation, flag: &str, field: &str) {
    match invocation.flags.text(flag) {
        Some("") => remove(entry, field),
        Some(text) => entry[field] = json!(text),
        None => {}
    }
}

fn remove(entry: &mut Value, field: &str) {
    if let Some(fields) = entry.as_object_mut() {
        fields.remove(field);
    }
}

/// A file by its path, or its content.
fn set_file(entry: &mut Value, invocation: &Invocation, flag: &str) -> Result<(), Failure> {
    let Some(path) = invocation.flags.text(flag) else { return Ok(()) };
    let data = format!("{flag}-data");
    if !invocation.flags.switch("embed-certs") {
        // A file counts from where the person stands, not from where the kubeconfig is.
        let absolute = std::path::absolute(path).ok().filter(|_| !path.is_empty());
        let path = absolute.map_or_else(|| path.to_owned(), |path| path.display().to_string());
        set_or_remove(entry, flag, &path);
        remove(entry, &data);
        return Ok(());
    }
    let bytes = std::fs::read(Path::new(path)).map_err(|error| {
        Failure::message(format!("could not read {flag} data from {path}: open {path}: {error}"))
    })?;
    entry[&data] = json!(to_base64(&bytes));
    remove(entry, flag);
    Ok(())
}

fn set_or_remove(entry: &mut Value, field: &str, text: &str) {
    if text.is_empty() {
        remove(entry, field);
    } else {
        entry[field] = json!(text);
    }
}

/// Source: `create_cluster.go` (`set-cluster`).
fn set_cluster(invocation: &Invocation, files: &mut Files) -> Result<Changed, Failure> {
    let name = only(invocation)?;
    let flags = &invocation.flags;
    if flags.switch("embed-certs") && flags.text("certificate-authority").is_none_or(str::is_empty)
    {
        return Err(Failure::message("you must specify a --certificate-authority to embed"));
    }
    let insecure = flags.switch("insecure-skip-tls-verify");
    if insecure && flags.text("certificate-authority").is_some_and(|path| !path.is_empty()) {
        return Err(Failure::message(
            "you cannot specify a certificate authority and insecure mode at the same time",
        ));
    }
    let mut cluster = object(files.entry("clusters", name).cloned());
    for flag in ["server", "tls-server-name", "proxy-url"] {
        set_text(&mut cluster, invocation, flag, flag);
    }
    if flags.is_set("insecure-skip-tls-verify") {
        remove(&mut cluster, "insecure-skip-tls-verify");
        if insecure {
            cluster["insecure-skip-tls-verify"] = json!(true);
            remove(&mut cluster, "certificate-authority");
            remove(&mut cluster, "certificate-authority-data");
        }
    }
    if flags.is_set("certificate-authority") {
        set_file(&mut cluster, invocation, "certificate-authority")?;
        remove(&mut cluster, "insecure-skip-tls-verify");
    }
    files.put("clusters", name, cluster);
    Ok(format!("Cluster \"{}\" set.\n", safe_line(name)).into())
}

/// Source: `set_credentials.go`: a token and a name with its password exclude each other.
fn set_credentials(invocation: &Invocation, files: &mut Files) -> Result<Changed, Failure> {
    let name = only(invocation)?;
    let flags = &invocation.flags;
    let given = |flag: &str| flags.text(flag).is_some_and(|text| !text.is_empty());
    if given("token") && (given("username") || given("password")) {
        return Err(Failure::message(
            "you cannot specify more than one authentication method at the same time: --token, --username/--password",
        ));
    }
    let mut user = object(files.entry("users", name).cloned());
    for flag in ["client-certificate", "client-key"] {
        set_file(&mut user, invocation, flag)?;
    }
    if given("token") {
        remove(&mut user, "username");
        remove(&mut user, "password");
        remove(&mut user, "tokenFile");
    }
    if given("username") || given("password") {
        remove(&mut user, "token");
        remove(&mut user, "tokenFile");
    }
    for flag in ["token", "username", "password"] {
        set_text(&mut user, invocation, flag, flag);
    }
    files.put("users", name, user);
    Ok(format!("User \"{}\" set.\n", safe_line(name)).into())
}

/// Source: `rename_context.go`.
fn rename(invocation: &Invocation, files: &mut Files) -> Result<Changed, Failure> {
    let [from, to] = invocation.args.as_slice() else {
        return Err(Failure::message(format!("Unexpected args: [{}]", invocation.args.join(" "))));
    };
    let place = files.default_path();
    let Some(context) = files.entry("contexts", from).cloned() else {
        return Err(Failure::message(format!(
            "cannot rename the context {from:?}, it's not in {place}"
        )));
    };
    if files.entry("contexts", to).is_some() {
        return Err(Failure::message(format!(
            "cannot rename the context {from:?}, the context {to:?} already exists in {place}"
        )));
    }
    let was_current = files.current() == from;
    files.put("contexts", to, context);
    files.remove("contexts", from);
    if was_current {
        files.set_current(to);
    }
    Ok(format!("Context \"{}\" renamed to \"{}\".\n", safe_line(from), safe_line(to)).into())
}

/// Source: `delete_context.go`, `delete_cluster.go`, `delete_user.go`.
fn delete(
    invocation: &Invocation,
    files: &mut Files,
    (list, what): (&str, &str),
) -> Result<Changed, Failure> {
    let name = only(invocation)?;
    let place = files.default_path();
    if files.entry(list, name).is_none() {
        return Err(Failure::message(format!("cannot delete {what} {name}, not in {place}")));
    }
    let was_current = list == "contexts" && files.current() == name;
    files.remove(list, name);
    let warning = was_current.then_some(
        "warning: this removed your active context, use \"kubectl config use-context\" to select a different one\n",
    );
    let text = format!("deleted {what} {} from {}\n", safe_line(name), safe_line(&place));
    Ok(Changed { text, warning })
}
