//! The rows of verbs that change objects, and of those that lead into the cluster.

use super::flag::Flag;
use super::flags::{
    ALL_NAMESPACES, CONTAINER, DELETION, DRY_RUN, EXPOSE, FIELD_MANAGER, FIELD_SELECTOR, FILENAME,
    LABEL, OVERRIDES, POD_RUNNING, PORT_FORWARD, PRINT, RECORD, SAVE_CONFIG, SCALE, SELECTOR,
    SUBRESOURCE, TERMINAL, VALIDATE,
};
use super::flags_changing as own;
use super::verb::{Native, Verb, VerbRow};
use super::verbs::{DRY_RUNS, PLAIN_OUTPUTS};

const fn row(
    of: (Verb, &'static str),
    about: &'static str,
    usage: &'static str,
    flags: &'static [&'static [Flag]],
    done: &'static [&'static str],
) -> VerbRow {
    let native = Native::Flags {
        done,
        values: &[("output", PLAIN_OUTPUTS), ("dry-run", DRY_RUNS)],
        kinds: &[],
    };
    VerbRow { verb: of.0, name: of.1, about, usage, sub_verbs: &[], flags: Some(flags), native }
}

/// A verb whose outputs are its own.
const fn plain(
    of: (Verb, &'static str),
    about: &'static str,
    usage: &'static str,
    flags: &'static [&'static [Flag]],
    done: &'static [&'static str],
) -> VerbRow {
    VerbRow {
        native: Native::Flags { done, values: &[], kinds: &[] },
        ..row(of, about, usage, flags, done)
    }
}

pub(super) const SCALE_ROW: VerbRow = row(
    (Verb::Scale, "scale"),
    "Set the size of a workload",
    "TYPE NAME --replicas=COUNT",
    &[FILENAME, SELECTOR, PRINT, DRY_RUN, RECORD, SCALE],
    &[
        "filename",
        "kustomize",
        "recursive",
        "selector",
        "output",
        "dry-run",
        "all",
        "current-replicas",
        "replicas",
        "resource-version",
        "timeout",
    ],
);

pub(super) const PATCH_ROW: VerbRow = row(
    (Verb::Patch, "patch"),
    "Change fields of an object",
    "(-f FILENAME | TYPE NAME) [-p PATCH | --patch-file FILE]",
    &[FILENAME, PRINT, DRY_RUN, FIELD_MANAGER, RECORD, SUBRESOURCE, own::LOCAL, own::PATCH],
    &[
        "filename",
        "kustomize",
        "recursive",
        "output",
        "dry-run",
        "field-manager",
        "subresource",
        "patch",
        "patch-file",
        "type",
    ],
);

pub(super) const ANNOTATE_ROW: VerbRow = row(
    (Verb::Annotate, "annotate"),
    "Change the annotations of objects",
    "(-f FILENAME | TYPE NAME) KEY_1=VAL_1 … KEY_N-",
    &[
        FILENAME,
        PRINT,
        SELECTOR,
        ALL_NAMESPACES,
        FIELD_SELECTOR,
        DRY_RUN,
        FIELD_MANAGER,
        RECORD,
        LABEL,
    ],
    &[
        "filename",
        "kustomize",
        "recursive",
        "output",
        "selector",
        "field-selector",
        "dry-run",
        "field-manager",
        "all",
        "list",
        "overwrite",
        "resource-version",
    ],
);

pub(super) const EDIT_ROW: VerbRow = VerbRow {
    native: Native::Flags {
        done: EDIT_DONE,
        values: &[("output", &["", "yaml", "json"])],
        kinds: &[],
    },
    ..row(
        (Verb::Edit, "edit"),
        "Edit an object in an editor",
        "(TYPE NAME | -f FILENAME)",
        &[FILENAME, VALIDATE, FIELD_MANAGER, SAVE_CONFIG, RECORD, SUBRESOURCE, own::EDIT],
        &[],
    )
};

const EDIT_DONE: &[&str] = &[
    "filename",
    "kustomize",
    "recursive",
    "validate",
    "field-manager",
    "output",
    "show-managed-fields",
];

pub(super) const TAINT_ROW: VerbRow = row(
    (Verb::Taint, "taint"),
    "Change the taints of nodes",
    "NODE NAME KEY_1=VAL_1:TAINT_EFFECT_1 …",
    &[PRINT, SELECTOR, DRY_RUN, VALIDATE, FIELD_MANAGER, own::ALL, own::TAINT],
    &["output", "selector", "dry-run", "validate", "field-manager", "all", "overwrite"],
);

pub(super) const CORDON_ROW: VerbRow = plain(
    (Verb::Cordon, "cordon"),
    "Keep new pods off a node",
    "NODE",
    &[SELECTOR, DRY_RUN],
    &["selector", "dry-run"],
);

pub(super) const UNCORDON_ROW: VerbRow = plain(
    (Verb::Uncordon, "uncordon"),
    "Let new pods onto a node again",
    "NODE",
    &[SELECTOR, DRY_RUN],
    &["selector", "dry-run"],
);

pub(super) const DRAIN_ROW: VerbRow = plain(
    (Verb::Drain, "drain"),
    "Move all pods off a node",
    "NODE",
    &[SELECTOR, DRY_RUN, own::DRAIN],
    &[
        "selector",
        "dry-run",
        "force",
        "ignore-daemonsets",
        "delete-emptydir-data",
        "disable-eviction",
        "grace-period",
        "chunk-size",
        "pod-selector",
        "timeout",
    ],
);

pub(super) const AUTOSCALE_ROW: VerbRow = row(
    (Verb::Autoscale, "autoscale"),
    "Let the size of a workload follow its load",
    "(-f FILENAME | TYPE NAME | TYPE/NAME) [--min=MINPODS] --max=MAXPODS [--cpu=CPU]",
    &[FILENAME, PRINT, DRY_RUN, FIELD_MANAGER, SAVE_CONFIG, RECORD, own::AUTOSCALE],
    &[
        "filename",
        "kustomize",
        "recursive",
        "output",
        "dry-run",
        "field-manager",
        "save-config",
        "min",
        "max",
        "cpu-percent",
        "cpu",
        "memory",
        "name",
    ],
);

pub(super) const REPLACE_ROW: VerbRow = row(
    (Verb::Replace, "replace"),
    "Replace objects by those of files",
    "-f FILENAME",
    &[
        FILENAME,
        PRINT,
        DRY_RUN,
        VALIDATE,
        FIELD_MANAGER,
        SAVE_CONFIG,
        SUBRESOURCE,
        DELETION,
        own::REPLACE,
    ],
    &[
        "filename",
        "kustomize",
        "recursive",
        "output",
        "dry-run",
        "validate",
        "field-manager",
        "save-config",
        "subresource",
        "cascade",
        "force",
        "grace-period",
        "timeout",
        "wait",
    ],
);

pub(super) const PORT_FORWARD_ROW: VerbRow = plain(
    (Verb::PortForward, "port-forward"),
    "Lead local ports into a pod",
    "TYPE/NAME [LOCAL:]REMOTE…",
    &[POD_RUNNING, PORT_FORWARD],
    &["pod-running-timeout", "address"],
);

pub(super) const PROXY_ROW: VerbRow = plain(
    (Verb::Proxy, "proxy"),
    "Serve the API server on a local port",
    "[--port=PORT] [--address=ADDRESS] [--api-prefix=PREFIX]",
    &[own::PROXY],
    &["port", "address", "disable-filter"],
);

pub(super) const CP_ROW: VerbRow = plain(
    (Verb::Cp, "cp"),
    "Copy files to and from containers",
    "SOURCE DESTINATION, one of them as [NAMESPACE/]POD:PATH",
    &[CONTAINER, own::CP],
    &["container", "no-preserve"],
);

pub(super) const DEBUG_ROW: VerbRow = plain(
    (Verb::Debug, "debug"),
    "Look into pods and nodes with a container beside them",
    "(POD | TYPE/NAME) --image=IMAGE [-c NAME] [-it] [-- COMMAND [args…]]",
    &[FILENAME, CONTAINER, TERMINAL, own::DEBUG],
    &[],
);

pub(super) const DIFF_ROW: VerbRow = plain(
    (Verb::Diff, "diff"),
    "Show what apply would change",
    "-f FILENAME",
    &[FILENAME, SELECTOR, FIELD_MANAGER, own::DIFF],
    &["filename", "kustomize", "recursive"],
);

pub(super) const KUSTOMIZE_ROW: VerbRow = plain(
    (Verb::Kustomize, "kustomize"),
    "Build a kustomization",
    "FOLDER",
    &[own::KUSTOMIZE],
    &[],
);

pub(super) const LABEL_ROW: VerbRow = row(
    (Verb::Label, "label"),
    "Change the labels of objects",
    "(TYPE NAME… | TYPE/NAME… | TYPE --all) KEY=VALUE… KEY-…",
    &[
        FILENAME,
        PRINT,
        SELECTOR,
        ALL_NAMESPACES,
        FIELD_SELECTOR,
        DRY_RUN,
        FIELD_MANAGER,
        RECORD,
        LABEL,
    ],
    &[
        "filename",
        "kustomize",
        "recursive",
        "output",
        "selector",
        "field-selector",
        "dry-run",
        "field-manager",
        "all",
        "list",
        "overwrite",
        "resource-version",
    ],
);

pub(super) const EXPOSE_ROW: VerbRow = row(
    (Verb::Expose, "expose"),
    "Make a service for a pod, service or workload",
    "(-f FILENAME | TYPE NAME) [--port=PORT] [--target-port=PORT] [--name=NAME] [--type=TYPE]",
    &[FILENAME, PRINT, DRY_RUN, FIELD_MANAGER, SAVE_CONFIG, RECORD, OVERRIDES, EXPOSE],
    &[
        "filename",
        "output",
        "dry-run",
        "field-manager",
        "cluster-ip",
        "external-ip",
        "labels",
        "load-balancer-ip",
        "name",
        "port",
        "protocol",
        "selector",
        "session-affinity",
        "target-port",
        "type",
    ],
);
