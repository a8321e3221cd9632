//! `kubectl create KIND`.

use serde_json::{Value, json};

use super::{data, ingress, rules, service, small, workload};
use crate::cluster::{ApiRequest, RequestError, Write};
use crate::invocation::Invocation;
use crate::kubectl::apply::with_last_applied;
use crate::kubectl::create::{Sending, send, validation};
use crate::kubectl::failure::{Failure, Outcome};
use crate::kubectl::manifest::Manifest;
use crate::kubectl::written::{DryRun, Written};
use crate::kubectl::{Io, Session};

/// Runs `create SUB_VERB`.
///
/// Source: `kubectl/pkg/cmd/create/create_*.go`.
pub(in crate::kubectl) async fn run(
    invocation: &Invocation,
    sub_verb: &str,
    session: &Session,
    io: &mut Io,
) -> Outcome {
    required(invocation, sub_verb)?;
    let name = name(invocation, sub_verb)?;
    if sub_verb == "token" {
        return token(invocation, name, session, io).await;
    }
    let mut written = Written::asked(invocation)?;
    let mut object = object(invocation, (sub_verb, name), session, io).await?;
    let kind = {
        let text = |key: &str| object[key].as_str().unwrap_or_default().to_owned();
        session.cluster.kind_of(&text("apiVersion"), &text("kind")).await?
    };
    let asked = invocation.flags.text("namespace").filter(|asked| !asked.is_empty());
    let namespace = session.policy.namespace(asked);
    let shown = kind.namespaced && asked.is_some();
    if shown {
        object["metadata"]["namespace"] = json!(namespace);
    }
    if invocation.flags.switch("save-config") {
        object = with_last_applied(&object);
    }
    let mut manifest = Manifest { object, kind, source: String::new() };
    let dry_run = written.dry_run();
    let sending = Sending {
        manager: invocation.flags.text("field-manager").unwrap_or("kubectl-create"),
        validate: validation(invocation)?,
        dry_run,
    };
    if manifest.kind.namespaced {
        manifest.object["metadata"]["namespace"] = json!(namespace);
    }
    let sent = send(&mut manifest, session, io, &sending).await;
    let mut made = sent.map_err(|failure| told(failure, sub_verb))?;
    if dry_run == DryRun::Client
        && !shown
        && let Some(metadata) = made["metadata"].as_object_mut()
    {
        metadata.remove("namespace");
    }
    written.object(io, &made, "created").await
}

/// Most of them only keep the server's message.
///
/// Source: `create_*.go`, each `Run`.
fn told(failure: Failure, sub_verb: &str) -> Failure {
    let what = match sub_verb {
        "secret generic" | "secret docker-registry" | "secret tls" => "secret",
        "service clusterip" => "ClusterIP service:",
        "service nodeport" => "NodePort service:",
        "service loadbalancer" => "LoadBalancer service:",
        "service externalname" => "ExternalName service:",
        "poddisruptionbudget" => "poddisruptionbudgets:",
        "namespace" | "role" | "clusterrole" => return failure,
        other => &format!("{other}:"),
    };
    match failure {
        Failure::Request { error: RequestError::Status(status), .. } => {
            Failure::message(format!("failed to create {what} {}", status.message))
        }
        other => other,
    }
}

async fn object(
    invocation: &Invocation,
    (sub_verb, name): (&str, &str),
    session: &Session,
    io: &mut Io,
) -> Result<Value, Failure> {
    match sub_verb {
        "deployment" => workload::deployment(invocation, name),
        "job" => workload::job(invocation, name, session).await,
        "cronjob" => workload::cron_job(invocation, name),
        "configmap" => data::config_map(invocation, name, &session.directory),
        "secret generic" => data::secret(invocation, name, &session.directory),
        "secret docker-registry" => data::registry(invocation, name, &session.directory),
        "secret tls" => data::certificate(invocation, name, &session.directory),
        "service clusterip" => service::cluster_ip(invocation, name),
        "service nodeport" => service::node_port(invocation, name),
        "service loadbalancer" => service::load_balancer(invocation, name),
        "service externalname" => service::external_name(invocation, name),
        "role" => rules::role(invocation, name, session, io).await,
        "clusterrole" => rules::cluster_role(invocation, name, session, io).await,
        "rolebinding" => rules::role_binding(invocation, name),
        "clusterrolebinding" => rules::cluster_role_binding(invocation, name),
        "ingress" => ingress::ingress(invocation, name),
        "namespace" => Ok(small::namespace(name)),
        "serviceaccount" => Ok(small::service_account(name)),
        "quota" => small::quota(invocation, name),
        "priorityclass" => Ok(small::priority_class(invocation, name)),
        "poddisruptionbudget" => small::disruption_budget(invocation, name),
        other => Err(Failure::message(format!("podlab does not do `kubectl create {other}`"))),
    }
}

/// Flags without which kubectl does not begin.
fn required(invocation: &Invocation, sub_verb: &str) -> Outcome {
    let needed: &[&str] = match sub_verb {
        "deployment" => &["image"],
        "cronjob" => &["image", "schedule"],
        "service externalname" => &["external-name"],
        "clusterrolebinding" => &["clusterrole"],
        _ => return Ok(()),
    };
    let missing = needed.iter().filter(|flag| !invocation.flags.is_set(flag));
    let missing: Vec<String> = missing.map(|flag| format!("{flag:?}")).collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(Failure::message(format!("required flag(s) {} not set", missing.join(", "))))
}

/// Source: `kubectl/pkg/cmd/create/create.go`, `NameFromCommandArgs`.
fn name<'a>(invocation: &'a Invocation, sub_verb: &str) -> Result<&'a str, Failure> {
    match invocation.args.as_slice() {
        [name] => Ok(name),
        args => Err(Failure::message(format!(
            "exactly one NAME is required, got {}\nSee 'kubectl create {sub_verb} -h' for help and examples",
            args.len()
        ))),
    }
}

/// Source: `create_token.go`, `Run`: without `-o` the token itself is printed.
async fn token(invocation: &Invocation, name: &str, session: &Session, io: &mut Io) -> Outcome {
    let flags = &invocation.flags;
    let written = Written::asked(invocation)?;
    let namespace = session.policy.namespace(flags.text("namespace"));
    session.policy.allow(&Write {
        action: "create a token for",
        object: format!("serviceaccount/{name}"),
        namespace: Some(&namespace),
        uid: None,
    })?;
    let mut spec = json!({"audiences": flags.all("audience")});
    if let Some(duration) = flags.duration("duration").filter(|duration| !duration.is_zero()) {
        spec["expirationSeconds"] = json!(duration.as_secs());
    }
    if let Some(kind) = flags.text("bound-object-kind") {
        spec["boundObjectRef"] = json!({
            "kind": kind, "apiVersion": "v1",
            "name": flags.text("bound-object-name").unwrap_or_default(),
            "uid": flags.text("bound-object-uid").unwrap_or_default(),
        });
    }
    let request =
        json!({"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": spec});
    let path = format!(
        "/api/v1/namespaces/{}/serviceaccounts/{}/token",
        crate::cluster::percent_encoded(&namespace),
        crate::cluster::percent_encoded(name)
    );
    let answer = session.cluster.json(&ApiRequest::post(path, &request)).await;
    let answer = answer.map_err(|error| told(error.into(), "token"))?;
    if written.is_sentence() {
        let token = answer["status"]["token"].as_str().unwrap_or_default();
        return Ok(io.out(&format!("{}\n", crate::base::safe_line(token))).await?);
    }
    written.objects(io, vec![answer]).await
}
