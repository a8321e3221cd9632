//! The verbs below `create`.

use super::flag::Flag;
use super::flags::{DRY_RUN, FIELD_MANAGER, PRINT, SAVE_CONFIG, VALIDATE};
use super::flags_create as own;
use super::sub_verb::SubVerbRow;
use super::verb::Verb;
use super::verbs::{DRY_RUNS, PLAIN_OUTPUTS, PRINT_MISSING};

const fn row(
    names: (&'static str, &'static [&'static str]),
    about: &'static str,
    usage: &'static str,
    flags: &'static [&'static [Flag]],
) -> SubVerbRow {
    SubVerbRow {
        verb: Verb::Create,
        name: names.0,
        aliases: names.1,
        about,
        usage,
        flags,
        missing: PRINT_MISSING,
        values: &[("output", PLAIN_OUTPUTS), ("dry-run", DRY_RUNS)],
        globals: &[],
    }
}

/// A row's flags: its own, and those of everything that is created.
macro_rules! made_with {
    ($($own:expr),* $(,)?) => {
        &[PRINT, DRY_RUN, VALIDATE, FIELD_MANAGER, SAVE_CONFIG, $($own),*]
    };
}

pub(super) const CREATE_VERBS: &[SubVerbRow] = &[
    row(
        ("clusterrole", &[]),
        "Create a cluster role",
        "NAME --verb=verb --resource=resource.group",
        made_with![own::RULES, own::CLUSTER_RULES],
    ),
    row(
        ("clusterrolebinding", &[]),
        "Create a cluster role binding",
        "NAME --clusterrole=NAME [--user=username] [--group=groupname]",
        made_with![own::SUBJECTS],
    ),
    row(
        ("configmap", &["cm"]),
        "Create a config map",
        "NAME [--from-file=[key=]source] [--from-literal=key1=value1]",
        made_with![own::SOURCES],
    ),
    row(
        ("cronjob", &["cj"]),
        "Create a cron job",
        "NAME --image=image --schedule='0/5 * * * ?' -- [COMMAND] [args…]",
        made_with![own::CRON_JOB],
    ),
    row(
        ("deployment", &["deploy"]),
        "Create a deployment",
        "NAME --image=image -- [COMMAND] [args…]",
        made_with![own::DEPLOYMENT],
    ),
    row(
        ("ingress", &["ing"]),
        "Create an ingress",
        "NAME --rule=host/path=service:port[,tls[=secret]]",
        made_with![own::INGRESS],
    ),
    row(
        ("job", &[]),
        "Create a job",
        "NAME (--image=image | --from=cronjob/name) -- [COMMAND] [args…]",
        made_with![own::JOB],
    ),
    row(("namespace", &["ns"]), "Create a namespace", "NAME", made_with![]),
    row(
        ("poddisruptionbudget", &["pdb"]),
        "Create a pod disruption budget",
        "NAME --selector=SELECTOR --min-available=N",
        made_with![own::DISRUPTION_BUDGET],
    ),
    row(
        ("priorityclass", &["pc"]),
        "Create a priority class",
        "NAME --value=VALUE",
        made_with![own::PRIORITY_CLASS],
    ),
    row(
        ("quota", &["resourcequota"]),
        "Create a quota",
        "NAME [--hard=key1=value1,key2=value2] [--scopes=Scope1,Scope2]",
        made_with![own::QUOTA],
    ),
    row(
        ("role", &[]),
        "Create a role",
        "NAME --verb=verb --resource=resource.group/subresource",
        made_with![own::RULES],
    ),
    row(
        ("rolebinding", &[]),
        "Create a role binding",
        "NAME (--clusterrole=NAME | --role=NAME) [--user=username]",
        made_with![own::ROLE_REF, own::SUBJECTS],
    ),
    row(
        ("secret generic", &[]),
        "Create a secret",
        "NAME [--type=string] [--from-file=[key=]source] [--from-literal=key1=value1]",
        made_with![own::SOURCES, own::TYPE],
    ),
    row(
        ("secret docker-registry", &[]),
        "Create a secret for an image registry",
        "NAME --docker-username=user --docker-password=password --docker-email=email",
        made_with![own::REGISTRY],
    ),
    row(
        ("secret tls", &[]),
        "Create a secret with a certificate and its key",
        "NAME --cert=path/to/cert/file --key=path/to/key/file",
        made_with![own::TLS],
    ),
    row(
        ("service clusterip", &[]),
        "Create a service inside of the cluster",
        "NAME [--tcp=<port>:<targetPort>]",
        made_with![own::TCP, own::CLUSTER_IP],
    ),
    row(
        ("service externalname", &[]),
        "Create a service that is another name",
        "NAME --external-name external.name",
        made_with![own::TCP, own::EXTERNAL_NAME],
    ),
    row(
        ("service loadbalancer", &[]),
        "Create a service behind a load balancer",
        "NAME [--tcp=port:targetPort]",
        made_with![own::TCP],
    ),
    row(
        ("service nodeport", &[]),
        "Create a service on a port of every node",
        "NAME [--tcp=port:targetPort]",
        made_with![own::TCP, own::NODE_PORT],
    ),
    row(("serviceaccount", &["sa"]), "Create a service account", "NAME", made_with![]),
    SubVerbRow {
        verb: Verb::Create,
        name: "token",
        aliases: &[],
        about: "Ask for a token of a service account",
        usage: "SERVICE_ACCOUNT_NAME",
        flags: &[PRINT, own::TOKEN],
        missing: PRINT_MISSING,
        values: &[("output", PLAIN_OUTPUTS)],
        globals: &[],
    },
];
