//! The flags of verbs that change objects, as far as each has some of its own. Names,
//! letters, defaults and value types are those of kubectl 1.36 (`kubectl/pkg/cmd/*`);
//! the words are ours.

use super::flag::{Flag, Takes};

use Takes::{Duration, List, Number, Repeated, Switch, Text};

const fn text(long: &'static str, about: &'static str) -> Flag {
    Flag::new(long, Text, about)
}

const fn switch(long: &'static str, about: &'static str) -> Flag {
    Flag::new(long, Switch, about)
}

const fn number(long: &'static str, default: &'static str, about: &'static str) -> Flag {
    Flag::new(long, Number, about).default(default)
}

pub(super) const ALL: &[Flag] = &[switch("all", "all objects of the kinds that are named")];
pub(super) const LOCAL: &[Flag] = &[switch("local", "change the file's object, not the server's")];

pub(super) const REVISION: &[Flag] = &[number("revision", "0", "the revision; 0 is the latest")];
pub(super) const TO_REVISION: &[Flag] =
    &[number("to-revision", "0", "the revision; 0 is the one before")];
pub(super) const STATUS: &[Flag] = &[
    number("revision", "0", "the revision to wait for; 0 is the latest"),
    Flag::new("timeout", Duration, "how long to wait").default("0s"),
    Flag::new("watch", Switch, "wait until it is done").short('w').default("true"),
];

pub(super) const SET_ENV: &[Flag] = &[
    Flag::new("env", Repeated, "variable, as NAME=value or NAME-").short('e'),
    Flag::new("from", Text, "take the variables of configmap/NAME or secret/NAME"),
    text("prefix", "put this before each name of --from"),
    Flag::new("keys", List, "only these keys of --from"),
    text("containers", "the containers, by name or pattern").short('c').default("*"),
    Flag::new("list", Switch, "show the variables"),
    Flag::new("resolve", Switch, "look up values that are taken from elsewhere"),
    Flag::new("overwrite", Switch, "replace a value that is there").default("true"),
];

pub(super) const SET_RESOURCES: &[Flag] = &[
    text("containers", "the containers, by name or pattern").short('c').default("*"),
    text("limits", "limits, as cpu=200m,memory=512Mi"),
    text("requests", "requests, as cpu=100m,memory=256Mi"),
];

pub(super) const SET_SELECTOR: &[Flag] =
    &[text("resource-version", "only if the object still has this version")];

pub(super) const SET_SUBJECT: &[Flag] = &[
    Flag::new("user", Repeated, "user who gets the role"),
    Flag::new("group", Repeated, "group that gets the role"),
    Flag::new("serviceaccount", Repeated, "service account that gets the role, as namespace:name"),
];

pub(super) const PATCH: &[Flag] = &[
    text("patch", "the patch, in JSON or YAML").short('p'),
    text("patch-file", "file with the patch"),
    text("type", "json, merge or strategic").default("strategic"),
];

pub(super) const EDIT: &[Flag] = &[
    text("output", "yaml or json").short('o'),
    switch("output-patch", "print the patch"),
    switch("show-managed-fields", "keep managedFields"),
    switch("windows-line-endings", "edit with Windows line endings"),
];

pub(super) const TAINT: &[Flag] = &[switch("overwrite", "replace a taint that is there")];

pub(super) const DRAIN: &[Flag] = &[
    switch("force", "also pods that no controller looks after"),
    switch("ignore-daemonsets", "leave pods of daemon sets alone"),
    switch("delete-emptydir-data", "also pods whose local data is lost then"),
    switch("disable-eviction", "delete pods, whatever disruption budgets say"),
    number("grace-period", "-1", "seconds until processes are killed; -1 is the pod's own"),
    number("chunk-size", "500", "how many objects to ask for at once"),
    number("skip-wait-for-delete-timeout", "0", "do not wait for pods older in deletion than this"),
    text("pod-selector", "only pods with these labels"),
    Flag::new("timeout", Duration, "how long to wait; 0 is for ever").default("0s"),
];

pub(super) const AUTOSCALE: &[Flag] = &[
    number("min", "-1", "fewest pods"),
    number("max", "-1", "most pods"),
    number("cpu-percent", "-1", "CPU use to aim at (deprecated)"),
    text("cpu", "CPU to aim at, as 80% or 500m"),
    text("memory", "memory to aim at, as 80% or 500Mi"),
    text("name", "name of the autoscaler"),
];

pub(super) const PROXY: &[Flag] = &[
    text("accept-hosts", "hosts that are accepted")
        .default(r"^localhost$,^127\.0\.0\.1$,^\[::1\]$"),
    text("accept-paths", "paths that are accepted").default("^.*"),
    text("address", "address to listen on").default("127.0.0.1"),
    text("api-prefix", "path that the API is served under").default("/"),
    switch("append-server-path", "keep the path of the server's address"),
    switch("disable-filter", "accept every request"),
    Flag::new("keepalive", Duration, "how long idle connections are kept").default("0s"),
    number("port", "8001", "port to listen on; 0 is any").short('p'),
    text("reject-methods", "methods that are refused").default("^$"),
    text("reject-paths", "paths that are refused")
        .default("^/api/.*/pods/.*/exec,^/api/.*/pods/.*/attach"),
    text("unix-socket", "socket to listen on").short('u'),
    text("www", "folder to serve").short('w'),
    text("www-prefix", "path that the folder is served under").short('P').default("/static/"),
];

pub(super) const CP: &[Flag] = &[
    switch("no-preserve", "do not keep owner and permissions"),
    number("retries", "0", "how often to try again"),
];

pub(super) const DEBUG: &[Flag] = &[
    Flag::new("arguments-only", Switch, "what follows -- are arguments, not the command"),
    switch("attach", "attach to the new container"),
    text("copy-to", "debug a copy of the pod, of this name"),
    text("custom", "file with parts of the container"),
    Flag::new("env", Repeated, "environment variable, as NAME=value"),
    text("image", "the container's image"),
    text("image-pull-policy", "Always, IfNotPresent or Never"),
    switch("keep-annotations", "keep the pod's annotations"),
    Flag::new("keep-init-containers", Switch, "keep the init containers").default("true"),
    switch("keep-labels", "keep the pod's labels"),
    switch("keep-liveness", "keep the liveness probes"),
    switch("keep-readiness", "keep the readiness probes"),
    switch("keep-startup", "keep the startup probes"),
    text("profile", "general, baseline, restricted, netadmin, sysadmin or legacy")
        .default("general"),
    switch("replace", "delete the original pod"),
    switch("same-node", "run the copy on the same node"),
    text("set-image", "change images of the copy, as name=image"),
    switch("share-processes", "let the containers of the copy see each other's processes"),
    text("target", "container whose processes are seen"),
];

pub(super) const DIFF: &[Flag] = &[
    number("concurrency", "1", "how many objects at once"),
    switch("force-conflicts", "take fields from other managers"),
    switch("prune", "show what --prune would delete as well"),
    Flag::new("prune-allowlist", Repeated, "kinds that --prune may delete"),
    switch("server-side", "let the server merge"),
    switch("show-managed-fields", "show managedFields as well"),
    switch("show-secrets", "show the values of secrets"),
];

pub(super) const SET_LAST_APPLIED: &[Flag] =
    &[switch("create-annotation", "also where there is none yet")];

pub(super) const KUSTOMIZE: &[Flag] = &[text("output", "file to write to").short('o')];

pub(super) const VIEW_LAST_APPLIED: &[Flag] =
    &[text("output", "yaml or json").short('o').default("yaml")];

pub(super) const REPLACE: &[Flag] = &[
    text("raw", "PUT to this path of the API server"),
    switch("wait", "wait for deletions to end"),
];
