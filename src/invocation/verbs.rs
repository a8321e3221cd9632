//! kubectl's verbs, one row each: its flags, and which of them podlab does itself.

use super::changing_verbs as changing;
use super::flag::Flag;
use super::flags::{
    ALL_NAMESPACES, APPLY, CHUNK_SIZE, CONTAINER, CREATE, DELETE, DELETION, DESCRIBE, DETACH,
    DRY_RUN, FIELD_MANAGER, FIELD_SELECTOR, FILENAME, FILENAME_ONLY, GET, LOGS, OVERRIDES,
    POD_RUNNING, PRINT, RECORD, RUN, SAVE_CONFIG, SELECTOR, SUBRESOURCE, TERMINAL, VALIDATE,
    VERSION, WAIT,
};
use super::reading_verbs as reading;
use super::verb::{Native, Verb, VerbRow};

/// Global flags that podlab does itself, with any native verb.
pub const NATIVE_GLOBAL: &[&str] = &["context", "kubeconfig", "namespace", "help"];

pub(super) const PLAIN_OUTPUTS: &[&str] = &[
    "",
    "name",
    "json",
    "yaml",
    "kyaml",
    "jsonpath=",
    "jsonpath-as-json=",
    "jsonpath-file=",
    "go-template=",
    "go-template-file=",
    "template=",
    "templatefile=",
];
/// Flags of `PRINT` and others that are not done yet.
pub(super) const PRINT_MISSING: &[&str] =
    &["template", "allow-missing-template-keys", "record", "append-hash"];
pub(super) const DRY_RUNS: &[&str] = &["none", "client", "server"];

const fn listed(verb: Verb, name: &'static str, about: &'static str) -> VerbRow {
    VerbRow { verb, name, about, usage: "", sub_verbs: &[], flags: None, native: Native::No }
}

/// A row whose verb needs a real kubectl for now.
const fn not_yet(row: VerbRow) -> VerbRow {
    VerbRow { native: Native::No, ..row }
}

const fn with_sub_verbs(row: VerbRow, sub_verbs: &'static [&'static str]) -> VerbRow {
    VerbRow { sub_verbs, ..row }
}

const fn known(
    row: VerbRow,
    usage: &'static str,
    flags: &'static [&'static [Flag]],
    native: Native,
) -> VerbRow {
    VerbRow { usage, flags: Some(flags), native, ..row }
}

/// All verbs, in the order in which `kubectl` lists them (its suggestions use it).
pub const VERBS: &[VerbRow] = &[
    with_sub_verbs(
        known(
            listed(Verb::Create, "create", "Create objects from files"),
            "-f FILENAME",
            &[
                FILENAME,
                PRINT,
                SELECTOR,
                DRY_RUN,
                VALIDATE,
                FIELD_MANAGER,
                SAVE_CONFIG,
                RECORD,
                CREATE,
            ],
            Native::Flags {
                done: &[
                    "filename",
                    "kustomize",
                    "recursive",
                    "output",
                    "dry-run",
                    "validate",
                    "field-manager",
                    "save-config",
                ],
                values: &[("output", PLAIN_OUTPUTS), ("dry-run", DRY_RUNS)],
                kinds: &[],
            },
        ),
        &[
            "clusterrole",
            "clusterrolebinding",
            "configmap",
            "cm",
            "cronjob",
            "cj",
            "deployment",
            "deploy",
            "ingress",
            "ing",
            "job",
            "namespace",
            "ns",
            "poddisruptionbudget",
            "pdb",
            "priorityclass",
            "pc",
            "quota",
            "resourcequota",
            "role",
            "rolebinding",
            "secret",
            "service",
            "svc",
            "serviceaccount",
            "sa",
            "token",
        ],
    ),
    changing::EXPOSE_ROW,
    known(
        listed(Verb::Run, "run", "Run an image in a pod"),
        "NAME --image=IMAGE [--env=NAME=VALUE] [--port=PORT] [-- COMMAND [ARGS…]]",
        &[
            FILENAME,
            PRINT,
            DRY_RUN,
            FIELD_MANAGER,
            SAVE_CONFIG,
            RECORD,
            OVERRIDES,
            POD_RUNNING,
            TERMINAL,
            DETACH,
            DELETION,
            RUN,
        ],
        Native::Flags {
            done: &[
                "output",
                "dry-run",
                "field-manager",
                "pod-running-timeout",
                "stdin",
                "tty",
                "quiet",
                "annotations",
                "attach",
                "command",
                "env",
                "image",
                "image-pull-policy",
                "labels",
                "port",
                "privileged",
                "restart",
                "rm",
            ],
            values: &[("output", PLAIN_OUTPUTS), ("dry-run", DRY_RUNS)],
            kinds: &[],
        },
    ),
    with_sub_verbs(
        listed(Verb::Set, "set", "Set features of objects"),
        &["env", "image", "resources", "selector", "serviceaccount", "sa", "subject"],
    ),
    reading::EXPLAIN_ROW,
    known(
        listed(Verb::Get, "get", "Show objects in a table, or as data"),
        "TYPE [NAME…] | TYPE/NAME… | -f FILENAME",
        &[FILENAME, SELECTOR, ALL_NAMESPACES, FIELD_SELECTOR, CHUNK_SIZE, SUBRESOURCE, GET],
        Native::Flags {
            done: &[
                "filename",
                "kustomize",
                "recursive",
                "selector",
                "all-namespaces",
                "field-selector",
                "chunk-size",
                "subresource",
                "output",
                "template",
                "allow-missing-template-keys",
                "show-managed-fields",
                "no-headers",
                "show-labels",
                "label-columns",
                "show-kind",
                "sort-by",
                "raw",
                "server-print",
                "watch",
                "watch-only",
                "output-watch-events",
                "ignore-not-found",
            ],
            values: &[],
            kinds: &[],
        },
    ),
    not_yet(changing::EDIT_ROW),
    known(
        listed(Verb::Delete, "delete", "Delete objects"),
        "TYPE NAME… | TYPE/NAME… | TYPE (--all | -l LABELS) | -f FILENAME",
        &[FILENAME, SELECTOR, ALL_NAMESPACES, FIELD_SELECTOR, DRY_RUN, DELETION, DELETE],
        Native::Flags {
            done: &[
                "filename",
                "kustomize",
                "recursive",
                "selector",
                "field-selector",
                "dry-run",
                "cascade",
                "force",
                "grace-period",
                "timeout",
                "all",
                "ignore-not-found",
                "now",
                "output",
                "wait",
            ],
            values: &[("output", &["", "name"]), ("dry-run", DRY_RUNS)],
            kinds: &[],
        },
    ),
    with_sub_verbs(
        listed(Verb::Rollout, "rollout", "Look after the rollout of a workload"),
        &["history", "pause", "restart", "resume", "status", "undo"],
    ),
    changing::SCALE_ROW,
    changing::AUTOSCALE_ROW,
    with_sub_verbs(
        listed(Verb::Certificate, "certificate", "Decide about certificate requests"),
        &["approve", "deny"],
    ),
    reading::CLUSTER_INFO_ROW,
    with_sub_verbs(
        listed(Verb::Top, "top", "Show what nodes or pods use"),
        &["node", "nodes", "no", "pod", "pods", "po"],
    ),
    changing::CORDON_ROW,
    changing::UNCORDON_ROW,
    changing::DRAIN_ROW,
    changing::TAINT_ROW,
    known(
        listed(Verb::Describe, "describe", "Show objects in detail, with their events"),
        "TYPE [NAME_PREFIX] | TYPE/NAME… | TYPE -l LABELS | -f FILENAME",
        &[FILENAME, SELECTOR, ALL_NAMESPACES, CHUNK_SIZE, DESCRIBE],
        Native::Flags {
            done: &[
                "filename",
                "recursive",
                "selector",
                "all-namespaces",
                "chunk-size",
                "show-events",
            ],
            values: &[],
            kinds: &[],
        },
    ),
    known(
        listed(Verb::Logs, "logs", "Print what a container wrote"),
        "POD | TYPE/NAME [-c CONTAINER] [-f] [-p]",
        &[CONTAINER, SELECTOR, POD_RUNNING, LOGS],
        Native::Flags {
            done: &[
                "container",
                "selector",
                "pod-running-timeout",
                "all-containers",
                "follow",
                "ignore-errors",
                "limit-bytes",
                "max-log-requests",
                "prefix",
                "previous",
                "since",
                "since-time",
                "tail",
                "timestamps",
            ],
            values: &[],
            kinds: &[],
        },
    ),
    known(
        listed(Verb::Attach, "attach", "Attach to a process that runs in a container"),
        "POD | TYPE/NAME [-c CONTAINER] [-it]",
        &[CONTAINER, POD_RUNNING, TERMINAL, DETACH],
        Native::Flags {
            done: &["container", "pod-running-timeout", "stdin", "tty", "quiet"],
            values: &[],
            kinds: &[],
        },
    ),
    known(
        listed(Verb::Exec, "exec", "Run a command in a container"),
        "POD | TYPE/NAME [-c CONTAINER] [-it] -- COMMAND [ARGS…]",
        &[FILENAME_ONLY, CONTAINER, POD_RUNNING, TERMINAL],
        Native::Flags {
            done: &["container", "pod-running-timeout", "stdin", "tty", "quiet"],
            values: &[],
            kinds: &[],
        },
    ),
    changing::PORT_FORWARD_ROW,
    not_yet(changing::PROXY_ROW),
    not_yet(changing::CP_ROW),
    with_sub_verbs(
        listed(Verb::Auth, "auth", "Ask what is allowed"),
        &["can-i", "reconcile", "whoami"],
    ),
    not_yet(changing::DEBUG_ROW),
    reading::EVENTS_ROW,
    not_yet(changing::DIFF_ROW),
    with_sub_verbs(
        known(
            listed(Verb::Apply, "apply", "Make the cluster as files say"),
            "(-f FILENAME | -k FOLDER)",
            &[
                FILENAME,
                PRINT,
                SELECTOR,
                DRY_RUN,
                VALIDATE,
                FIELD_MANAGER,
                RECORD,
                SUBRESOURCE,
                DELETION,
                APPLY,
            ],
            Native::Flags {
                done: &[
                    "filename",
                    "kustomize",
                    "recursive",
                    "output",
                    "dry-run",
                    "validate",
                    "field-manager",
                    "server-side",
                    "force-conflicts",
                    "overwrite",
                    "openapi-patch",
                ],
                values: &[("output", PLAIN_OUTPUTS), ("dry-run", DRY_RUNS)],
                kinds: &[],
            },
        ),
        &["edit-last-applied", "set-last-applied", "view-last-applied"],
    ),
    changing::PATCH_ROW,
    changing::REPLACE_ROW,
    known(
        listed(Verb::Wait, "wait", "Wait until objects are as asked"),
        "(TYPE/NAME… | TYPE --all | TYPE -l LABELS) --for=condition=Ready [--timeout=30s]",
        &[PRINT, SELECTOR, ALL_NAMESPACES, FIELD_SELECTOR, WAIT],
        Native::Flags {
            done: &[
                "output",
                "selector",
                "all-namespaces",
                "field-selector",
                "all",
                "for",
                "filename",
                "recursive",
                "timeout",
            ],
            values: &[("output", PLAIN_OUTPUTS)],
            kinds: &[],
        },
    ),
    changing::KUSTOMIZE_ROW,
    changing::LABEL_ROW,
    changing::ANNOTATE_ROW,
    listed(Verb::Completion, "completion", "Print completion code for a shell"),
    reading::API_RESOURCES_ROW,
    reading::API_VERSIONS_ROW,
    with_sub_verbs(
        listed(Verb::Config, "config", "Look at and change the kubeconfig"),
        &[
            "current-context",
            "delete-cluster",
            "delete-context",
            "delete-user",
            "get-clusters",
            "get-contexts",
            "get-users",
            "rename-context",
            "set",
            "set-cluster",
            "set-context",
            "set-credentials",
            "unset",
            "use-context",
            "use",
            "view",
        ],
    ),
    with_sub_verbs(listed(Verb::Plugin, "plugin", "Look for plugins"), &["list"]),
    known(
        listed(Verb::Version, "version", "Show the versions of client and server"),
        "[--client] [-o json|yaml]",
        &[VERSION],
        Native::Flags {
            done: &["client", "output"],
            values: &[("output", &["", "json", "yaml"])],
            kinds: &[],
        },
    ),
    reading::OPTIONS_ROW,
    VerbRow {
        native: Native::Flags { done: &[], values: &[], kinds: &[] },
        ..listed(Verb::Help, "help", "Show help")
    },
];
