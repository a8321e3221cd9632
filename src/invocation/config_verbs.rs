//! The verbs below `config`.

use super::flag::{Flag, Takes};
use super::flags::PRINT;
use super::sub_verb::SubVerbRow;
use super::verb::Verb;
use super::verbs::{PLAIN_OUTPUTS, PRINT_MISSING};

const fn text(long: &'static str, about: &'static str) -> Flag {
    Flag::new(long, Takes::Text, about)
}

const fn switch(long: &'static str, about: &'static str) -> Flag {
    Flag::new(long, Takes::Switch, about)
}

const fn row(
    name: &'static str,
    about: &'static str,
    usage: &'static str,
    flags: &'static [&'static [Flag]],
) -> SubVerbRow {
    SubVerbRow {
        verb: Verb::Config,
        name,
        aliases: &[],
        about,
        usage,
        flags,
        missing: PRINT_MISSING,
        values: &[("output", PLAIN_OUTPUTS)],
        globals: &["cluster", "user"],
    }
}

const VIEW: &[Flag] = &[
    switch("flatten", "write files that are named into the text"),
    switch("minify", "only what the current context needs"),
    switch("raw", "show secrets and data"),
    Flag::new("merge", Takes::Switch, "merge all files").default("true"),
];

const GET_CONTEXTS: &[Flag] =
    &[switch("no-headers", "leave the header line out"), text("output", "name").short('o')];

const SET_CONTEXT: &[Flag] = &[switch("current", "change the current context")];

const SET_CLUSTER: &[Flag] = &[
    switch("embed-certs", "write the certificate itself into the file"),
    text("proxy-url", "proxy on the way to the cluster"),
];

const SET_CREDENTIALS: &[Flag] =
    &[switch("embed-certs", "write the certificate and key themselves into the file")];

const SET: &[Flag] = &[switch("set-raw-bytes", "the value is not in base64")];

pub(super) const CONFIG_VERBS: &[SubVerbRow] = &[
    row("current-context", "Show the current context", "", &[]),
    row("delete-cluster", "Remove a cluster", "NAME", &[]),
    row("delete-context", "Remove a context", "NAME", &[]),
    row("delete-user", "Remove a user", "NAME", &[]),
    row("get-clusters", "List the clusters", "", &[]),
    SubVerbRow {
        values: &[("output", &["", "name"])],
        ..row("get-contexts", "List the contexts", "[-o=name]", &[GET_CONTEXTS])
    },
    row("get-users", "List the users", "", &[]),
    row("rename-context", "Rename a context", "CONTEXT_NAME NEW_NAME", &[]),
    row("set", "Set a value by its path", "PROPERTY_NAME PROPERTY_VALUE", &[SET]),
    SubVerbRow {
        globals: &[
            "server",
            "tls-server-name",
            "certificate-authority",
            "insecure-skip-tls-verify",
        ],
        ..row(
            "set-cluster",
            "Set a cluster",
            "NAME [--server=server] [--certificate-authority=path]",
            &[SET_CLUSTER],
        )
    },
    row(
        "set-context",
        "Set a context",
        "[NAME | --current] [--cluster=cluster] [--user=user] [--namespace=namespace]",
        &[SET_CONTEXT],
    ),
    SubVerbRow {
        globals: &["client-certificate", "client-key", "token", "username", "password"],
        ..row(
            "set-credentials",
            "Set a user",
            "NAME [--client-certificate=path] [--client-key=path] [--token=token]",
            &[SET_CREDENTIALS],
        )
    },
    row("unset", "Remove a value by its path", "PROPERTY_NAME", &[]),
    SubVerbRow {
        aliases: &["use"],
        ..row("use-context", "Make a context the current one", "CONTEXT_NAME", &[])
    },
    row(
        "view",
        "Show the kubeconfig",
        "[--minify] [--raw] [-o json|yaml|jsonpath=…]",
        &[PRINT, VIEW],
    ),
];
