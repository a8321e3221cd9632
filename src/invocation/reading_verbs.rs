//! The rows of verbs that only read, and of those below them.

use super::flag::{Flag, Takes};
use super::flags::{ALL_NAMESPACES, CHUNK_SIZE, FIELD_SELECTOR, PRINT, SELECTOR};
use super::sub_verb::SubVerbRow;
use super::verb::{Native, Verb, VerbRow};

use Takes::{List, Switch, Text};

const EVENTS: &[Flag] = &[
    Flag::new("for", Text, "only events about this object, as TYPE/NAME"),
    Flag::new("types", List, "only events of these types: Normal, Warning"),
    Flag::new("no-headers", Switch, "leave the header line out"),
    Flag::new("watch", Switch, "show every event as it comes").short('w'),
];

const API_RESOURCES: &[Flag] = &[
    Flag::new("api-group", Text, "only kinds of this group"),
    Flag::new(
        "namespaced",
        Switch,
        "only kinds that live in namespaces, or with false only others",
    )
    .default("true"),
    Flag::new("verbs", List, "only kinds with which all of this can be done"),
    Flag::new("sort-by", Text, "order by name or by kind"),
    Flag::new("cached", Switch, "what was found before is new enough"),
    Flag::new("categories", List, "only kinds of all these categories"),
    Flag::new("no-headers", Switch, "leave the header line out"),
    Flag::new("output", Text, "wide, name, json or yaml").short('o'),
    Flag::new("show-managed-fields", Switch, "keep managedFields in json and yaml"),
];

const EXPLAIN: &[Flag] = &[
    Flag::new("recursive", Switch, "list the fields of fields as well").short('R'),
    Flag::new("api-version", Text, "explain the kind of this group and version"),
    Flag::new("output", Text, "plaintext or plaintext-openapiv2").short('o').default("plaintext"),
];

const CAN_I: &[Flag] = &[
    Flag::new("quiet", Switch, "only the exit code tells").short('q'),
    Flag::new("subresource", Text, "a part of the object, such as log or scale"),
    Flag::new("list", Switch, "list everything that is allowed"),
    Flag::new("no-headers", Switch, "leave the header line out"),
];

const TOP: &[Flag] = &[
    Flag::new("sort-by", Text, "order by cpu or by memory"),
    Flag::new("no-headers", Switch, "leave the header line out"),
    Flag::new("use-protocol-buffers", Switch, "ask in a terser language").default("true"),
    Flag::new("show-swap", Switch, "show swap as well"),
];

const TOP_PODS: &[Flag] = &[
    Flag::new("containers", Switch, "show every container"),
    Flag::new("sum", Switch, "show the sum as well"),
];

const TOP_NODES: &[Flag] =
    &[Flag::new("show-capacity", Switch, "compare with all that nodes have")];

const fn row(
    of: (Verb, &'static str),
    about: &'static str,
    usage: &'static str,
    flags: &'static [&'static [Flag]],
    done: &'static [&'static str],
) -> VerbRow {
    let native = Native::Flags { done, values: &[], kinds: &[] };
    VerbRow { verb: of.0, name: of.1, about, usage, sub_verbs: &[], flags: Some(flags), native }
}

const fn with_outputs(
    row: VerbRow,
    done: &'static [&'static str],
    values: &'static [(&'static str, &'static [&'static str])],
) -> VerbRow {
    VerbRow { native: Native::Flags { done, values, kinds: &[] }, ..row }
}

pub(super) const EVENTS_ROW: VerbRow = with_outputs(
    row(
        (Verb::Events, "events"),
        "List events",
        "[--for TYPE/NAME] [--types=Normal,Warning] [--watch]",
        &[ALL_NAMESPACES, CHUNK_SIZE, PRINT, EVENTS],
        &[],
    ),
    &["all-namespaces", "output", "show-managed-fields", "watch", "for", "types", "no-headers"],
    &[("output", &["", "name", "yaml", "jsonpath=", "go-template="])],
);

pub(super) const API_RESOURCES_ROW: VerbRow = with_outputs(
    row(
        (Verb::ApiResources, "api-resources"),
        "List the kinds that the server knows",
        "[--api-group=GROUP] [--namespaced=true|false] [-o wide|name]",
        &[API_RESOURCES],
        &[],
    ),
    &["api-group", "namespaced", "verbs", "sort-by", "categories", "no-headers", "output"],
    &[("output", &["", "wide", "name"])],
);

pub(super) const API_VERSIONS_ROW: VerbRow = row(
    (Verb::ApiVersions, "api-versions"),
    "List the API versions that the server knows",
    "",
    &[],
    &[],
);

pub(super) const EXPLAIN_ROW: VerbRow = with_outputs(
    row(
        (Verb::Explain, "explain"),
        "Explain the fields of a kind",
        "TYPE[.FIELD…] [--recursive] [--api-version=VERSION]",
        &[EXPLAIN],
        &[],
    ),
    &["recursive", "api-version", "output"],
    &[("output", &["plaintext"])],
);

pub(super) const CLUSTER_INFO_ROW: VerbRow = VerbRow {
    sub_verbs: &["dump"],
    ..row(
        (Verb::ClusterInfo, "cluster-info"),
        "Show where the cluster's services are",
        "",
        &[],
        &[],
    )
};

pub(super) const OPTIONS_ROW: VerbRow =
    row((Verb::Options, "options"), "List the flags that every verb accepts", "", &[], &[]);

const fn below(
    of: (Verb, &'static str),
    about: &'static str,
    usage: &'static str,
    flags: &'static [&'static [Flag]],
    missing: &'static [&'static str],
) -> SubVerbRow {
    SubVerbRow {
        verb: of.0,
        name: of.1,
        aliases: &[],
        about,
        usage,
        flags,
        missing,
        values: &[],
        globals: &[],
    }
}

pub(super) const READING_VERBS: &[SubVerbRow] = &[
    below(
        (Verb::Auth, "can-i"),
        "Ask whether something is allowed",
        "VERB (TYPE | TYPE/NAME | PATH)",
        &[ALL_NAMESPACES, CAN_I],
        &["list"],
    ),
    below(
        (Verb::Auth, "whoami"),
        "Ask who one is to the server",
        "",
        &[PRINT],
        &["output", "template", "allow-missing-template-keys", "show-managed-fields"],
    ),
    SubVerbRow {
        aliases: &["pods", "po"],
        ..below(
            (Verb::Top, "pod"),
            "Show what pods use",
            "[NAME | -l LABELS]",
            &[SELECTOR, ALL_NAMESPACES, FIELD_SELECTOR, TOP, TOP_PODS],
            &["containers", "sum", "show-swap", "use-protocol-buffers"],
        )
    },
    SubVerbRow {
        aliases: &["nodes", "no"],
        ..below(
            (Verb::Top, "node"),
            "Show what nodes use",
            "[NAME | -l LABELS]",
            &[SELECTOR, TOP, TOP_NODES],
            &["show-swap", "use-protocol-buffers"],
        )
    },
];
