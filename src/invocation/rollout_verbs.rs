//! The verbs below `rollout`, `set` and `apply`.

use super::flag::Flag;
use super::flags::{DRY_RUN, FIELD_MANAGER, FILENAME, PRINT, RECORD, SELECTOR};
use super::flags_changing as own;
use super::sub_verb::SubVerbRow;
use super::verb::Verb;
use super::verbs::{DRY_RUNS, PLAIN_OUTPUTS, PRINT_MISSING};

const fn row(
    of: (Verb, &'static str),
    about: &'static str,
    usage: &'static str,
    flags: &'static [&'static [Flag]],
) -> SubVerbRow {
    SubVerbRow {
        verb: of.0,
        name: of.1,
        aliases: &[],
        about,
        usage,
        flags,
        missing: PRINT_MISSING,
        values: &[("output", PLAIN_OUTPUTS), ("dry-run", DRY_RUNS)],
        globals: &[],
    }
}

const ONE: &str = "(TYPE NAME | TYPE/NAME)";

pub(super) const ROLLOUT_VERBS: &[SubVerbRow] = &[
    SubVerbRow {
        missing: &["template", "allow-missing-template-keys", "output"],
        ..row(
            (Verb::Rollout, "history"),
            "List the revisions of a workload",
            ONE,
            &[FILENAME, SELECTOR, PRINT, own::REVISION],
        )
    },
    row(
        (Verb::Rollout, "pause"),
        "Pause a deployment",
        ONE,
        &[FILENAME, SELECTOR, PRINT, FIELD_MANAGER],
    ),
    row(
        (Verb::Rollout, "restart"),
        "Restart the pods of a workload",
        ONE,
        &[FILENAME, SELECTOR, PRINT, FIELD_MANAGER],
    ),
    row(
        (Verb::Rollout, "resume"),
        "Resume a deployment",
        ONE,
        &[FILENAME, SELECTOR, PRINT, FIELD_MANAGER],
    ),
    row(
        (Verb::Rollout, "status"),
        "Follow a rollout to its end",
        ONE,
        &[FILENAME, SELECTOR, own::STATUS],
    ),
    SubVerbRow {
        ..row(
            (Verb::Rollout, "undo"),
            "Go back to an earlier revision",
            ONE,
            &[FILENAME, SELECTOR, PRINT, DRY_RUN, own::TO_REVISION],
        )
    },
];

pub(super) const SET_VERBS: &[SubVerbRow] = &[
    SubVerbRow {
        missing: &["template", "allow-missing-template-keys", "record", "local"],
        ..row(
            (Verb::Set, "env"),
            "Set environment variables",
            "(TYPE NAME | TYPE/NAME) KEY_1=VAL_1 … KEY_N-",
            &[
                FILENAME,
                SELECTOR,
                PRINT,
                DRY_RUN,
                FIELD_MANAGER,
                own::ALL,
                own::LOCAL,
                own::SET_ENV,
            ],
        )
    },
    row(
        (Verb::Set, "image"),
        "Set the images of containers",
        "(TYPE NAME | TYPE/NAME) CONTAINER_NAME=IMAGE …",
        SET_FLAGS,
    ),
    row(
        (Verb::Set, "resources"),
        "Set requests and limits",
        "(TYPE NAME | TYPE/NAME) [--limits=LIMITS] [--requests=REQUESTS]",
        &[
            FILENAME,
            SELECTOR,
            PRINT,
            DRY_RUN,
            FIELD_MANAGER,
            RECORD,
            own::ALL,
            own::LOCAL,
            own::SET_RESOURCES,
        ],
    ),
    row(
        (Verb::Set, "selector"),
        "Set the selector of a service",
        "(TYPE NAME | TYPE/NAME) EXPRESSIONS",
        &[FILENAME, PRINT, DRY_RUN, FIELD_MANAGER, RECORD, own::ALL, own::LOCAL, own::SET_SELECTOR],
    ),
    SubVerbRow {
        aliases: &["sa"],
        ..row(
            (Verb::Set, "serviceaccount"),
            "Set the service account of a workload",
            "(TYPE NAME | TYPE/NAME) SERVICE_ACCOUNT",
            &[FILENAME, PRINT, DRY_RUN, FIELD_MANAGER, RECORD, own::ALL, own::LOCAL],
        )
    },
    row(
        (Verb::Set, "subject"),
        "Set the users, groups and service accounts of a role binding",
        "(TYPE NAME | TYPE/NAME) [--user=username] [--group=groupname]",
        &[
            FILENAME,
            SELECTOR,
            PRINT,
            DRY_RUN,
            FIELD_MANAGER,
            own::ALL,
            own::LOCAL,
            own::SET_SUBJECT,
        ],
    ),
];

const SET_FLAGS: &[&[Flag]] =
    &[FILENAME, SELECTOR, PRINT, DRY_RUN, FIELD_MANAGER, RECORD, own::ALL, own::LOCAL];

pub(super) const APPLY_VERBS: &[SubVerbRow] = &[
    row(
        (Verb::Apply, "set-last-applied"),
        "Note a file's configuration as the one that was applied last",
        "-f FILENAME",
        &[FILENAME, PRINT, DRY_RUN, own::SET_LAST_APPLIED],
    ),
    SubVerbRow {
        missing: &[],
        values: &[("output", &["", "yaml", "json"])],
        ..row(
            (Verb::Apply, "view-last-applied"),
            "Show the configuration that was applied last",
            "(TYPE [NAME | -l label] | TYPE/NAME | -f FILENAME)",
            &[FILENAME, SELECTOR, own::ALL, own::VIEW_LAST_APPLIED],
        )
    },
];
