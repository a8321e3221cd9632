//! Every flag of the verbs that podlab knows, once. Names, letters, defaults and
//! value types are those of kubectl 1.36 (`kubectl/pkg/cmd/*`,
//! `cli-runtime/pkg/genericclioptions`); the words are ours.

use super::flag::{Flag, Takes};

use Takes::{Duration, List, Number, Optional, Repeated, Switch, Text};

const fn switch(long: &'static str, about: &'static str) -> Flag {
    Flag::new(long, Switch, about)
}

const fn text(long: &'static str, about: &'static str) -> Flag {
    Flag::new(long, Text, about)
}

const fn flag(long: &'static str, takes: Takes, about: &'static str) -> Flag {
    Flag::new(long, takes, about)
}

/// Accepted by every verb, before or after it.
pub const GLOBAL: &[Flag] = &[
    text("as", "act as this user"),
    flag("as-group", Repeated, "act as a member of this group"),
    text("as-uid", "act as the user with this uid"),
    flag("as-user-extra", Repeated, "act with this extra of the user, as key=value"),
    text("cache-dir", "where discovery is cached"),
    text("certificate-authority", "file with the certificate authority of the server"),
    text("client-certificate", "file with the client certificate"),
    text("client-key", "file with the client key"),
    text("cluster", "the cluster of the kubeconfig to use"),
    text("context", "the context of the kubeconfig to use"),
    switch("disable-compression", "ask the server for uncompressed answers"),
    switch("insecure-skip-tls-verify", "do not verify the server's certificate"),
    text("kubeconfig", "the kubeconfig file to use"),
    text("kuberc", "the file with preferences to use"),
    flag("log-flush-frequency", Duration, "how often logs are flushed").default("5s"),
    switch("match-server-version", "insist on a server of the client's version"),
    text("namespace", "the namespace to work in").short('n'),
    text("password", "password for basic authentication"),
    text("profile", "what to profile").default("none"),
    text("profile-output", "where the profile is written").default("profile.pprof"),
    text("request-timeout", "give up on one request after this time").default("0"),
    text("server", "address of the API server").short('s'),
    text("tls-server-name", "name that the server's certificate must have"),
    text("token", "bearer token"),
    text("user", "the user of the kubeconfig to use"),
    text("username", "name for basic authentication"),
    flag("v", Number, "how much to log").short('v').default("0"),
    flag("vmodule", List, "log levels by file"),
    switch("warnings-as-errors", "fail when the server warns"),
    switch("help", "show the help of this verb").short('h'),
];

/// Naming objects by file.
pub(super) const FILENAME: &[Flag] = &[
    flag("filename", List, "file, folder or URL that holds the objects; - is stdin").short('f'),
    text("kustomize", "folder with a kustomization").short('k'),
    switch("recursive", "go into the folders below as well").short('R'),
];

/// `--filename` of `exec`, which takes one object.
pub(super) const FILENAME_ONLY: &[Flag] =
    &[flag("filename", List, "file that names the object").short('f')];

/// How objects are printed by verbs that change them.
pub(super) const PRINT: &[Flag] = &[
    text("output", "name, json, yaml, jsonpath=…, go-template=…").short('o'),
    text("template", "template text or file for go-template outputs"),
    switch("allow-missing-template-keys", "ignore what a template does not find").default("true"),
    switch("show-managed-fields", "keep managedFields in json and yaml"),
];

/// `--selector` as a filter of labels.
pub(super) const SELECTOR: &[Flag] =
    &[text("selector", "only objects with these labels (a=b, a!=b, a in (b,c), a)").short('l')];

/// `--all-namespaces`.
pub(super) const ALL_NAMESPACES: &[Flag] =
    &[switch("all-namespaces", "in every namespace").short('A')];

/// `--field-selector`.
pub(super) const FIELD_SELECTOR: &[Flag] =
    &[text("field-selector", "only objects with these field values (a=b, a!=b)")];

/// `--chunk-size`.
pub(super) const CHUNK_SIZE: &[Flag] =
    &[flag("chunk-size", Number, "how many objects to ask for at once").default("500")];

/// `--dry-run`.
pub(super) const DRY_RUN: &[Flag] =
    &[flag("dry-run", Optional("unchanged"), "none, client or server: show, do not do")
        .default("none")];

/// `--validate`.
pub(super) const VALIDATE: &[Flag] =
    &[flag("validate", Optional("strict"), "strict, warn or ignore unknown fields")
        .default("strict")];

/// `--field-manager`.
pub(super) const FIELD_MANAGER: &[Flag] =
    &[text("field-manager", "name of the manager that owns the fields")];

/// `--record`, long deprecated and still accepted.
pub(super) const RECORD: &[Flag] =
    &[switch("record", "note the command in an annotation (deprecated)")];

/// `--save-config`.
pub(super) const SAVE_CONFIG: &[Flag] =
    &[switch("save-config", "note the configuration, for a later apply")];

/// `--subresource`.
pub(super) const SUBRESOURCE: &[Flag] = &[text("subresource", "work on this part, such as status")];

/// `--overrides` and how it is merged.
pub(super) const OVERRIDES: &[Flag] = &[
    text("overrides", "JSON that is laid over the generated object"),
    text("override-type", "json, merge or strategic").default("merge"),
];

/// Into one container, perhaps with a terminal.
pub(super) const CONTAINER: &[Flag] = &[text("container", "the container's name").short('c')];

/// `--pod-running-timeout`.
pub(super) const POD_RUNNING: &[Flag] =
    &[flag("pod-running-timeout", Duration, "how long to wait for the pod to run")];

/// Standard input and terminal.
pub(super) const TERMINAL: &[Flag] = &[
    switch("stdin", "pass standard input on").short('i'),
    switch("tty", "standard input is a terminal").short('t'),
    switch("quiet", "print what the container prints, nothing else").short('q'),
];

/// `--detach-keys` of `run` and `attach`.
pub(super) const DETACH: &[Flag] = &[text("detach-keys", "keys that leave the container running")];

/// How deletions are done.
pub(super) const DELETION: &[Flag] = &[
    flag("cascade", Optional("background"), "background, foreground or orphan")
        .default("background"),
    switch("force", "remove at once, without waiting for the kubelet"),
    flag("grace-period", Number, "seconds until processes are killed; -1 is the object's own")
        .default("-1"),
    flag("timeout", Duration, "how long to wait; 0 is as long as it takes").default("0s"),
];

/// `get` alone.
pub(super) const GET: &[Flag] = &[
    text("output", "wide, name, json, yaml, jsonpath=…, custom-columns=…, go-template=…")
        .short('o'),
    text("template", "template text or file for go-template outputs"),
    switch("allow-missing-template-keys", "ignore what a template does not find").default("true"),
    switch("show-managed-fields", "keep managedFields in json and yaml"),
    switch("no-headers", "leave the header line out"),
    switch("show-labels", "add a column with all labels"),
    flag("label-columns", List, "add a column for each of these labels").short('L'),
    switch("show-kind", "put the kind before each name"),
    text("sort-by", "order by this JSONPath"),
    text("raw", "get this path of the API server"),
    switch("watch", "list, then show every change").short('w'),
    switch("watch-only", "show every change, without the list"),
    switch("output-watch-events", "say which kind of change it was"),
    switch("ignore-not-found", "finding nothing is fine"),
    switch("server-print", "let the server make the columns").default("true"),
];

/// `describe` alone.
pub(super) const DESCRIBE: &[Flag] =
    &[switch("show-events", "show events as well").default("true")];

/// `apply` alone.
pub(super) const APPLY: &[Flag] = &[
    switch("server-side", "let the server merge"),
    switch("force-conflicts", "take fields from other managers"),
    switch("overwrite", "resolve conflicts in favour of the file").default("true"),
    switch("openapi-patch", "let the server's schema guide the patch").default("true"),
    switch("prune", "delete what the files no longer hold"),
    flag("prune-allowlist", Repeated, "kinds that --prune may delete"),
    switch("all", "let --prune look at all objects"),
    text("applyset", "the ApplySet that --prune uses"),
    switch("wait", "wait for deletions to end"),
];

/// `create` alone.
pub(super) const CREATE: &[Flag] = &[
    switch("edit", "open an editor before creating"),
    text("raw", "POST to this path of the API server"),
    switch("windows-line-endings", "edit with Windows line endings"),
];

/// `delete` alone.
pub(super) const DELETE: &[Flag] = &[
    switch("all", "all objects of the kinds that are named"),
    switch("ignore-not-found", "finding nothing is fine"),
    switch("interactive", "ask before each deletion").short('i'),
    switch("now", "the same as --grace-period=1"),
    text("output", "name: shorter messages").short('o'),
    text("raw", "DELETE this path of the API server"),
    switch("wait", "wait until the objects are gone").default("true"),
];

/// `run` alone.
pub(super) const RUN: &[Flag] = &[
    flag("annotations", Repeated, "annotation of the pod, as key=value"),
    switch("attach", "attach to the pod when it runs"),
    switch("command", "what follows -- is the command, not its arguments"),
    flag("env", Repeated, "environment variable, as NAME=value"),
    switch("expose", "make a service for the pod; needs --port"),
    text("image", "the container's image"),
    text("image-pull-policy", "Always, IfNotPresent or Never"),
    text("labels", "labels of the pod, as a=b,c=d").short('l'),
    switch("leave-stdin-open", "keep stdin open after the first attach ended"),
    text("port", "the port that the container listens on"),
    switch("privileged", "run a privileged container"),
    text("restart", "Always, OnFailure or Never").default("Always"),
    switch("rm", "delete the pod when it ends; only when attached"),
    switch("wait", "wait for deletions to end"),
];

/// `expose` alone.
pub(super) const EXPOSE: &[Flag] = &[
    text("cluster-ip", "address inside of the cluster, or None"),
    text("external-ip", "one more address that leads to the service"),
    text("labels", "labels of the service").short('l'),
    text("load-balancer-ip", "address of the load balancer"),
    text("name", "name of the service"),
    text("port", "port of the service"),
    text("protocol", "TCP, UDP or SCTP"),
    text("selector", "labels of the pods that the service leads to"),
    text("session-affinity", "None or ClientIP"),
    text("target-port", "port of the container, by number or name"),
    text("type", "ClusterIP, NodePort, LoadBalancer or ExternalName"),
];

/// `logs` alone.
pub(super) const LOGS: &[Flag] = &[
    switch("all-containers", "of every container"),
    switch("all-pods", "of every pod of the object"),
    switch("follow", "go on as more is written").short('f'),
    switch("ignore-errors", "go on with other pods when one fails"),
    switch("insecure-skip-tls-verify-backend", "do not verify the kubelet's certificate"),
    flag("limit-bytes", Number, "at most so many bytes").default("0"),
    flag("max-log-requests", Number, "at most so many pods at once").default("5"),
    switch("prefix", "put pod and container before each line"),
    switch("previous", "of the container before its last restart").short('p'),
    flag("since", Duration, "only lines younger than this").default("0s"),
    text("since-time", "only lines after this time (RFC 3339)"),
    flag("tail", Number, "only so many lines from the end").default("-1"),
    switch("timestamps", "put the time before each line"),
];

/// `wait` alone.
pub(super) const WAIT: &[Flag] = &[
    switch("all", "all objects of the kinds that are named"),
    flag("for", Repeated, "condition=NAME[=VALUE], jsonpath=…=VALUE, create or delete"),
    switch("local", "do not ask the server"),
    flag("filename", List, "file, folder or URL that holds the objects").short('f'),
    switch("recursive", "go into the folders below as well").short('R').default("true"),
    flag("timeout", Duration, "how long to wait").default("30s"),
];

/// `label` alone.
pub(super) const LABEL: &[Flag] = &[
    switch("all", "all objects of the kinds that are named"),
    switch("list", "show the labels"),
    switch("local", "change the file's object, not the server's"),
    switch("overwrite", "replace a value that is there"),
    text("resource-version", "only if the object still has this version"),
];

/// `version` alone.
pub(super) const VERSION: &[Flag] =
    &[switch("client", "of the client only"), text("output", "json or yaml").short('o')];

/// `port-forward` alone.
pub(super) const PORT_FORWARD: &[Flag] =
    &[flag("address", List, "addresses to listen on").default("localhost")];

/// `scale` alone.
pub(super) const SCALE: &[Flag] = &[
    switch("all", "all objects of the kinds that are named"),
    flag("current-replicas", Number, "only if there are so many now").default("-1"),
    flag("replicas", Number, "how many there shall be"),
    text("resource-version", "only if the object still has this version"),
    flag("timeout", Duration, "how long to wait").default("0s"),
];

/// Flags with a value, of verbs that podlab only recognises. What is missing here
/// and is not written with `=` counts as a switch.
pub(super) const LOOSE_VALUES: &[(&str, Option<char>)] = &[
    ("address", None),
    ("api-group", None),
    ("categories", None),
    ("clusterrole", None),
    ("container", Some('c')),
    ("copy-to", None),
    ("cpu-percent", None),
    ("containers", None),
    ("current", None),
    ("docker-password", None),
    ("docker-server", None),
    ("docker-username", None),
    ("env", Some('e')),
    ("field-selector", None),
    ("filename", Some('f')),
    ("for", None),
    ("from", None),
    ("from-env-file", None),
    ("from-file", None),
    ("from-literal", None),
    ("grace-period", None),
    ("hard", None),
    ("image", None),
    ("kustomize", Some('k')),
    ("limits", None),
    ("max", None),
    ("min", None),
    ("output", Some('o')),
    ("patch", Some('p')),
    ("patch-file", None),
    ("pod-selector", None),
    ("port", None),
    ("replicas", None),
    ("requests", None),
    ("resource", None),
    ("revision", None),
    ("role", None),
    ("schedule", None),
    ("selector", Some('l')),
    ("serviceaccount", None),
    ("sort-by", None),
    ("target", None),
    ("tcp", None),
    ("timeout", None),
    ("to-revision", None),
    ("type", None),
    ("verb", None),
];
