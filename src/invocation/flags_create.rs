//! The flags of `create KIND`. Names, letters, defaults and value types are those of
//! kubectl 1.36 (`kubectl/pkg/cmd/create/create_*.go`); the words are ours.

use super::flag::{Flag, Takes};

use Takes::{Duration, List, Number, Repeated, Switch, Text};

const fn text(long: &'static str, about: &'static str) -> Flag {
    Flag::new(long, Text, about)
}

const fn list(long: &'static str, about: &'static str) -> Flag {
    Flag::new(long, List, about)
}

const fn repeated(long: &'static str, about: &'static str) -> Flag {
    Flag::new(long, Repeated, about)
}

const fn switch(long: &'static str, about: &'static str) -> Flag {
    Flag::new(long, Switch, about)
}

pub(super) const DEPLOYMENT: &[Flag] = &[
    list("image", "image of a container; several make several"),
    Flag::new("port", Number, "the port that the container listens on").default("-1"),
    Flag::new("replicas", Number, "how many pods").short('r').default("1"),
];

pub(super) const SOURCES: &[Flag] = &[
    list("from-file", "file or folder, perhaps as key=file"),
    repeated("from-literal", "key=value"),
    list("from-env-file", "file with lines of key=value"),
    switch("append-hash", "put a hash of the content behind the name"),
];

pub(super) const TYPE: &[Flag] = &[text("type", "the secret's type")];

pub(super) const REGISTRY: &[Flag] = &[
    text("docker-username", "user of the registry"),
    text("docker-password", "password of the registry"),
    text("docker-email", "e-mail address for the registry"),
    text("docker-server", "address of the registry").default("https://index.docker.io/v1/"),
    list("from-file", "a .dockerconfigjson"),
    switch("append-hash", "put a hash of the content behind the name"),
];

pub(super) const TLS: &[Flag] = &[
    text("cert", "file with the certificate, in PEM"),
    text("key", "file with the private key, in PEM"),
    switch("append-hash", "put a hash of the content behind the name"),
];

pub(super) const TCP: &[Flag] = &[list("tcp", "port, or port:targetPort")];
pub(super) const CLUSTER_IP: &[Flag] = &[text("clusterip", "address, or None")];
pub(super) const NODE_PORT: &[Flag] =
    &[Flag::new("node-port", Number, "port of the nodes").default("0")];
pub(super) const EXTERNAL_NAME: &[Flag] = &[text("external-name", "name that it leads to")];

pub(super) const JOB: &[Flag] =
    &[text("image", "the container's image"), text("from", "cronjob/NAME that it is a run of")];

pub(super) const CRON_JOB: &[Flag] = &[
    text("image", "the container's image"),
    text("schedule", "when, as cron writes it"),
    text("restart", "OnFailure or Never"),
];

pub(super) const RULES: &[Flag] = &[
    list("verb", "what is allowed"),
    list("resource", "on which kinds, perhaps as kind.group/subresource"),
    repeated("resource-name", "only on objects of this name"),
];

pub(super) const CLUSTER_RULES: &[Flag] = &[
    list("non-resource-url", "path of the server that is no resource"),
    list("aggregation-rule", "labels of the cluster roles to join, as key=value"),
];

pub(super) const ROLE_REF: &[Flag] = &[text("role", "the role")];

pub(super) const SUBJECTS: &[Flag] = &[
    text("clusterrole", "the cluster role"),
    repeated("user", "user who gets it"),
    repeated("group", "group that gets it"),
    repeated("serviceaccount", "service account that gets it, as namespace:name"),
];

pub(super) const INGRESS: &[Flag] = &[
    text("class", "the ingress class"),
    repeated("rule", "host/path=service:port[,tls[=secret]]"),
    repeated("annotation", "annotation, as key=value"),
    text("default-backend", "service:port for everything else"),
];

pub(super) const QUOTA: &[Flag] =
    &[text("hard", "limits, as resource=quantity,…"), text("scopes", "what the quota counts")];

pub(super) const PRIORITY_CLASS: &[Flag] = &[
    Flag::new("value", Number, "the priority").default("0"),
    switch("global-default", "for pods that name no class"),
    text("description", "when to use it"),
    text("preemption-policy", "PreemptLowerPriority or Never").default("PreemptLowerPriority"),
];

pub(super) const DISRUPTION_BUDGET: &[Flag] = &[
    text("selector", "labels of the pods"),
    text("min-available", "number or percentage that must stay"),
    text("max-unavailable", "number or percentage that may be away"),
];

pub(super) const TOKEN: &[Flag] = &[
    list("audience", "who shall accept the token"),
    Flag::new("duration", Duration, "how long it is valid").default("0s"),
    text("bound-object-kind", "kind of the object that the token ends with"),
    text("bound-object-name", "name of that object"),
    text("bound-object-uid", "uid of that object"),
];
