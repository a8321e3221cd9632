//! `kubectl run`: a pod from an image, and a person in it where `-it` asks for that.

use std::time::Duration;

use k8s_openapi::api::core::v1::Pod;
use kube::Api;
use kube::runtime::wait::await_condition;
use serde_json::{Map, Value, json};

use super::attach::{self, Joined};
use super::failure::{Failure, Outcome};
use super::remote::{Ended, Streams};
use super::written::{DryRun, Written};
use super::{Io, Session, logs};
use crate::cluster::{ApiRequest, ObjectRef, Write};
use crate::invocation::Invocation;

/// Runs the verb.
///
/// Source: `kubectl/pkg/cmd/run/run.go`, `Run`.
pub(super) async fn run(invocation: &Invocation, session: &Session, io: &mut Io) -> Outcome {
    let asked = invocation.flags.text("namespace");
    let namespace = session.policy.namespace(asked);
    let mut written = Written::asked(invocation)?;
    let mut manifest = pod_manifest(invocation)?;
    let attached = attached(invocation)?;
    if asked.is_some() {
        manifest["metadata"]["namespace"] = json!(namespace);
    }
    let dry_run = written.dry_run();
    if dry_run == DryRun::Client {
        return written.object(io, &manifest, "created").await;
    }
    let made = create(session, &namespace, manifest, dry_run).await?;
    if attached == Attached::No || dry_run == DryRun::Server {
        return written.object(io, &made, "created").await;
    }
    let pod: Pod = serde_json::from_value(made)
        .map_err(|error| Failure::message(format!("read the new pod: {error}")))?;
    let ended = with_person(invocation, session, io, &pod).await;
    if invocation.flags.switch("rm") {
        remove(session, io, &pod, invocation).await?;
    }
    ended
}

/// Whether a person's input and output are joined to the new pod.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Attached {
    Yes,
    No,
}

/// Source: `run.go`, `Run`: `-i` and `-t` attach unless `--attach=false`.
fn attached(invocation: &Invocation) -> Result<Attached, Failure> {
    let flags = &invocation.flags;
    let interactive = flags.switch("stdin") || flags.switch("tty");
    if flags.switch("tty") && !flags.switch("stdin") {
        return Err(Failure::message("-i/--stdin is required for containers with -t/--tty=true"));
    }
    let attach = if flags.is_set("attach") { flags.switch("attach") } else { interactive };
    if flags.switch("rm") && !attach {
        return Err(Failure::message(
            "--rm should only be used for attached containers\nSee 'kubectl run -h' for help and examples",
        ));
    }
    let dry = flags.text("dry-run").is_some_and(|dry| dry != "none");
    if dry && attach {
        return Err(Failure::message(
            "--dry-run=[server|client] can't be used with attached containers options (--attach, --stdin, or --tty)",
        ));
    }
    Ok(if attach { Attached::Yes } else { Attached::No })
}

async fn create(
    session: &Session,
    namespace: &str,
    mut manifest: Value,
    dry_run: DryRun,
) -> Result<Value, Failure> {
    let name = manifest["metadata"]["name"].as_str().unwrap_or_default().to_owned();
    session.policy.allow(&Write {
        action: "create",
        object: format!("pod/{name}"),
        namespace: Some(namespace),
        uid: None,
    })?;
    session.policy.prepare(&mut manifest);
    let request = ApiRequest::post(format!("/api/v1/namespaces/{namespace}/pods"), &manifest)
        .with("dryRun", dry_run.parameter())
        .with("fieldManager", "kubectl-run");
    let made = session.cluster.json(&request).await?;
    if dry_run == DryRun::No {
        session.policy.made(object_ref(namespace, &name, made["metadata"]["uid"].as_str()));
    }
    Ok(made)
}

fn object_ref(namespace: &str, name: &str, uid: Option<&str>) -> ObjectRef {
    ObjectRef {
        api_version: "v1".to_owned(),
        kind: "Pod".to_owned(),
        plural: "pods".to_owned(),
        namespace: Some(namespace.to_owned()),
        name: name.to_owned(),
        uid: uid.unwrap_or_default().to_owned(),
    }
}

/// Waits for the pod to run, joins the person to it, and tells how it ended.
///
/// Source: `run.go`, `handleAttachPod` and the end of `Run`.
async fn with_person(
    invocation: &Invocation,
    session: &Session,
    io: &mut Io,
    pod: &Pod,
) -> Outcome {
    let limit = invocation
        .flags
        .duration("pod-running-timeout")
        .and_then(|limit| Duration::try_from(limit).ok())
        .unwrap_or(Duration::from_secs(60));
    let pod = tokio::select! {
        pod = in_phase(session, pod, &["Running", "Succeeded", "Failed"], limit) => pod?,
        () = Io::until_cancelled(io.cancelled.clone()) => return Err(Failure::Interrupted),
    };
    let container = pod
        .spec
        .as_ref()
        .and_then(|spec| spec.containers.first())
        .map(|container| container.name.clone())
        .unwrap_or_default();
    if phase(&pod) != "Running" {
        logs::all_of(session, io, &pod, &container).await?;
        return exit_code(&pod);
    }
    let streams = Streams::asked(invocation, io).await?;
    let greet = attach::greeting(invocation);
    let joined = Joined { container: &container, streams, greet };
    let ended = match attach::to(session, io, &pod, joined).await {
        Err(failure @ Failure::Request { .. }) => {
            // Source: `run.go`, `handleAttachPod`.
            let (name, why) = (pod.metadata.name.as_deref().unwrap_or_default(), failure.text());
            let why = why.trim_end();
            io.err(&format!(
                "warning: couldn't attach to pod/{name}, falling back to streaming logs: {why}\n"
            ))
            .await?;
            logs::all_of(session, io, &pod, &container).await?;
            Ended::Unknown
        }
        ended => ended?,
    };
    if ended == Ended::Interrupted {
        return Err(Failure::Interrupted);
    }
    if streams == Streams::Terminal && !invocation.flags.switch("quiet") {
        let namespace = pod.metadata.namespace.clone().unwrap_or_default();
        let name = pod.metadata.name.clone().unwrap_or_default();
        io.out(&attach::session_ended(&name, &container, &namespace)).await?;
    }
    if let Ended::Failed(message) = ended {
        return Err(Failure::message(message));
    }
    let restart = pod.spec.as_ref().and_then(|spec| spec.restart_policy.clone());
    let ends = match restart.as_deref() {
        _ if invocation.flags.switch("leave-stdin-open") => return Ok(()),
        Some("Never") => &["Succeeded", "Failed"][..],
        Some("OnFailure") => &["Succeeded"][..],
        _ => return Ok(()),
    };
    let pod = tokio::select! {
        pod = in_phase(session, &pod, ends, limit) => pod?,
        () = Io::until_cancelled(io.cancelled.clone()) => return Err(Failure::Interrupted),
    };
    exit_code(&pod)
}

/// Watches the pod until it is in one of these phases.
async fn in_phase(
    session: &Session,
    pod: &Pod,
    phases: &'static [&'static str],
    limit: Duration,
) -> Result<Pod, Failure> {
    let namespace = pod.metadata.namespace.as_deref().unwrap_or_default();
    let name = pod.metadata.name.as_deref().unwrap_or_default();
    let api: Api<Pod> = Api::namespaced(session.cluster.client(), namespace);
    let there = |pod: Option<&Pod>| pod.is_none_or(|pod| phases.contains(&phase(pod)));
    let Ok(found) = tokio::time::timeout(limit, await_condition(api, name, there)).await else {
        return Err(Failure::message("timed out waiting for the condition"));
    };
    match found {
        Ok(Some(pod)) => Ok(pod),
        Ok(None) => {
            Err(Failure::message(format!("pod \"{name}\" was deleted while podlab waited for it")))
        }
        Err(error) => Err(Failure::message(format!("watch pod/{name}: {error}"))),
    }
}

fn phase(pod: &Pod) -> &str {
    pod.status.as_ref().and_then(|status| status.phase.as_deref()).unwrap_or_default()
}

/// The exit code of the first container, told where it is not 0.
fn exit_code(pod: &Pod) -> Outcome {
    if phase(pod) != "Failed" {
        return Ok(());
    }
    let metadata = &pod.metadata;
    let place = format!(
        "{}/{}",
        metadata.namespace.as_deref().unwrap_or_default(),
        metadata.name.as_deref().unwrap_or_default()
    );
    let terminated = pod
        .status
        .as_ref()
        .and_then(|status| status.container_statuses.as_ref()?.first())
        .and_then(|container| container.state.as_ref()?.terminated.as_ref());
    let Some(terminated) = terminated.filter(|terminated| terminated.exit_code != 0) else {
        return Err(Failure::message(format!("pod {place} failed with unknown exit code")));
    };
    let reason = terminated.reason.as_deref().unwrap_or_default();
    let message = terminated.message.as_deref().unwrap_or_default();
    Err(Failure::Plain(
        format!("pod {place} terminated ({reason})\n{message}"),
        u8::try_from(terminated.exit_code).unwrap_or(1),
    ))
}

/// `--rm`: the pod goes, whatever happened.
async fn remove(
    session: &Session,
    io: &mut Io,
    pod: &Pod,
    invocation: &Invocation,
) -> Result<(), Failure> {
    let namespace = pod.metadata.namespace.clone().unwrap_or_default();
    let name = pod.metadata.name.clone().unwrap_or_default();
    let path = format!("/api/v1/namespaces/{namespace}/pods/{name}");
    let options = json!({"propagationPolicy": "Background"});
    match session.cluster.json(&ApiRequest::delete(path, &options)).await {
        Ok(_) => {}
        // Somebody was faster; the wish is fulfilled.
        Err(error) if error.is_not_found() => return Ok(()),
        Err(error) => return Err(error.into()),
    }
    session.policy.removed(&object_ref(&namespace, &name, pod.metadata.uid.as_deref()));
    if !invocation.flags.switch("quiet") {
        io.out(&format!("pod \"{name}\" deleted from {namespace} namespace\n")).await?;
    }
    Ok(())
}

/// The pod that the flags describe.
///
/// Source: `kubectl/pkg/generate/versioned/run.go`, `BasicPod.Generate`.
fn pod_manifest(invocation: &Invocation) -> Result<Value, Failure> {
    let flags = &invocation.flags;
    let Some(image) = flags.text("image").filter(|image| !image.is_empty()) else {
        return Err(Failure::message("required flag(s) \"image\" not set"));
    };
    let Some(name) = invocation.args.first() else {
        return Err(Failure::message("NAME is required for run"));
    };
    let mut container = Map::new();
    container.insert("name".into(), json!(name));
    container.insert("image".into(), json!(image));
    container.insert("resources".into(), json!({}));
    let words = [&invocation.args[1..], invocation.command.as_deref().unwrap_or_default()].concat();
    if !words.is_empty() {
        let key = if flags.switch("command") { "command" } else { "args" };
        container.insert(key.into(), json!(words));
    }
    if let Some(policy) = flags.text("image-pull-policy") {
        container.insert("imagePullPolicy".into(), json!(policy));
    }
    let env = flags.all("env").into_iter().map(environment_variable);
    let env = env.collect::<Result<Vec<_>, _>>()?;
    if !env.is_empty() {
        container.insert("env".into(), json!(env));
    }
    if let Some(port) = flags.text("port") {
        let port: u16 = port.parse().map_err(|_| {
            Failure::message(format!("strconv.Atoi: parsing \"{port}\": invalid syntax"))
        })?;
        container.insert("ports".into(), json!([{"containerPort": port}]));
    }
    if flags.switch("privileged") {
        container.insert("securityContext".into(), json!({"privileged": true}));
    }
    if flags.switch("stdin") {
        container.insert("stdin".into(), json!(true));
        if !flags.switch("leave-stdin-open") {
            container.insert("stdinOnce".into(), json!(true));
        }
    }
    if flags.switch("tty") {
        container.insert("tty".into(), json!(true));
    }
    let mut metadata = json!({"name": name, "labels": labels(invocation, name)?});
    let annotations = pairs(&flags.all("annotations"), "annotation")?;
    if !annotations.is_empty() {
        metadata["annotations"] = Value::Object(annotations);
    }
    Ok(json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": metadata,
        "spec": {
            "containers": [container],
            "dnsPolicy": "ClusterFirst",
            "restartPolicy": restart_policy(invocation)?,
        },
        "status": {},
    }))
}

fn restart_policy(invocation: &Invocation) -> Result<&str, Failure> {
    match invocation.flags.text_or_default("restart") {
        policy @ ("Always" | "OnFailure" | "Never") => Ok(policy),
        policy => Err(Failure::message(format!(
            "invalid restart policy: {policy}\nSee 'kubectl run -h' for help and examples"
        ))),
    }
}

fn labels(invocation: &Invocation, name: &str) -> Result<Value, Failure> {
    let Some(text) = invocation.flags.text("labels").filter(|text| !text.is_empty()) else {
        return Ok(json!({"run": name}));
    };
    let all: Vec<&str> = text.split(',').collect();
    Ok(Value::Object(pairs(&all, "label")?))
}

fn pairs(texts: &[&str], what: &str) -> Result<Map<String, Value>, Failure> {
    let pair = |text: &&str| match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), json!(value))),
        _ => Err(Failure::message(format!("unexpected {what} spec: {text}"))),
    };
    texts.iter().map(pair).collect()
}

fn environment_variable(text: &str) -> Result<Value, Failure> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok(json!({"name": name, "value": value})),
        _ => Err(Failure::message(format!("invalid env: {text}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invocation::parse;

    fn manifest(line: &str) -> Result<Value, String> {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        pod_manifest(&parse(&words).unwrap()).map_err(|error| error.text().trim_end().to_owned())
    }

    #[test]
    fn the_jump_pod_is_as_kubectl_makes_it() {
        let pod =
            manifest("run -i -t --rm jump --image=satoms/jumpserver:v1 --restart=Never").unwrap();
        assert_eq!(
            pod,
            json!({
                "apiVersion": "v1", "kind": "Pod",
                "metadata": {"name": "jump", "labels": {"run": "jump"}},
                "spec": {
                    "containers": [{
                        "name": "jump", "image": "satoms/jumpserver:v1", "resources": {},
                        "stdin": true, "stdinOnce": true, "tty": true,
                    }],
                    "dnsPolicy": "ClusterFirst", "restartPolicy": "Never",
                },
                "status": {},
            })
        );
    }

    #[test]
    fn words_labels_environment_and_port_have_their_places() {
        let pod =
            manifest("run web --image=x --port=80 --env=A=b=c -l app=web,tier=one -- sleep 5")
                .unwrap();
        assert_eq!(pod["metadata"]["labels"], json!({"app": "web", "tier": "one"}));
        let container = &pod["spec"]["containers"][0];
        assert_eq!(container["args"], json!(["sleep", "5"]));
        assert_eq!(container["env"], json!([{"name": "A", "value": "b=c"}]));
        assert_eq!(container["ports"], json!([{"containerPort": 80}]));
        let command = manifest("run web --image=x --command -- sleep 5").unwrap();
        assert_eq!(command["spec"]["containers"][0]["command"], json!(["sleep", "5"]));
        assert_eq!(command["spec"]["restartPolicy"], json!("Always"));
    }

    #[test]
    fn what_is_missing_is_told_in_kubectls_words() {
        assert_eq!(manifest("run --image=x").unwrap_err(), "error: NAME is required for run");
        assert_eq!(manifest("run").unwrap_err(), "error: required flag(s) \"image\" not set");
        assert_eq!(
            manifest("run web --image=x --restart=Sometimes").unwrap_err(),
            "error: invalid restart policy: Sometimes\nSee 'kubectl run -h' for help and examples"
        );
    }

    #[test]
    fn rm_needs_an_attached_person() {
        let words = ["run", "x", "--image=x", "--rm"].map(str::to_owned);
        assert_eq!(
            attached(&parse(&words).unwrap()).unwrap_err().text(),
            "error: --rm should only be used for attached containers\nSee 'kubectl run -h' for help and examples\n"
        );
    }
}
