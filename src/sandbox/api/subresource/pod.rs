use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::super::call::Call;
use super::super::decode::{Expected, body};
use super::super::write::existing;
use super::super::{Answer, Connect, ConnectKind, LogRequest, Reply};
use crate::sandbox::admit::edit::{at, is_blank, items, push, set, text};
use crate::sandbox::admit::{Cause, Status, store_status};
use crate::sandbox::store::{Object, seconds};

/// Puts a pod on a node.
///
/// Source: `pkg/registry/core/pod/storage/storage.go`, `assignPod`.
pub(super) fn bind(call: &mut Call<'_>) -> Result<Reply, Status> {
    let binding = body(call, &Expected::kind("v1", "Binding"))?;
    let pod = existing(call)?;
    let node = text(&binding, &["target", "name"]).to_owned();
    if !is_blank(&pod, &["spec", "nodeName"]) {
        let now = text(&pod, &["spec", "nodeName"]);
        let why = format!("pod {} is already assigned to node {now:?}", call.target.name());
        return Err(Status::conflict("pods/binding", call.target.name(), &why));
    }
    if !call.is_dry_run()? {
        let mut bound = Value::clone(&pod);
        set(&mut bound, &["spec"], "nodeName", node);
        let condition = json!({"type": "PodScheduled", "status": "True", "lastProbeTime": null,
            "lastTransitionTime": seconds(call.now)});
        push(&mut bound, &["status"], "conditions", condition);
        call.store.replace("pods", bound).map_err(|error| store_status(&error))?;
    }
    Ok(success())
}

/// What is said of something that was done and has nothing to show.
pub(super) fn success() -> Reply {
    let status = json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201});
    let mut answer = Answer::of_value(&status);
    answer.status = 201;
    Reply::Answer(answer)
}

/// What a container wrote.
///
/// Source: `pkg/registry/core/pod/rest/log.go`; `pkg/apis/core/validation`, `ValidatePodLogOptions`.
pub(super) fn log(call: &Call<'_>) -> Result<Reply, Status> {
    let pod = existing(call)?;
    let given = |name: &str| call.request.parameter(name).filter(|value| !value.is_empty());
    let number = |name: &'static str| match given(name) {
        None => Ok(None),
        Some(text) => {
            text.parse::<u64>().map(Some).map_err(|_| invalid_log_option(call, name, text))
        }
    };
    let ago = |seconds: u64| {
        let seconds = SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX / 2));
        call.now.checked_sub(seconds).unwrap_or(Timestamp::MIN)
    };
    let since_time = match given("sinceTime") {
        Some(text) => Some(text.parse().map_err(|_| invalid_log_option(call, "sinceTime", text))?),
        None => None,
    };
    Ok(Reply::Log(LogRequest {
        namespace: call.target.namespace().to_owned(),
        pod: call.target.name().to_owned(),
        container: container(&pod, given("container"))?,
        follow: call.request.says("follow"),
        previous: call.request.says("previous"),
        since: number("sinceSeconds")?.map(ago).or(since_time),
        timestamps: call.request.says("timestamps"),
        tail_lines: number("tailLines")?,
        limit_bytes: number("limitBytes")?,
        stream: given("stream").unwrap_or("All").to_owned(),
    }))
}

fn invalid_log_option(call: &Call<'_>, option: &str, given: &str) -> Status {
    let cause = Cause {
        reason: "FieldValueInvalid",
        message: format!("Invalid value: {given}: must be greater than or equal to 0"),
        field: option.to_owned(),
    };
    Status::invalid("", "PodLogOptions", call.target.name(), vec![cause])
}

/// The container that is meant.
///
/// Source: `pkg/registry/core/pod/strategy.go`, `validateContainer`.
fn container(pod: &Object, wanted: Option<&str>) -> Result<String, Status> {
    let names = |list: &str| -> Vec<String> {
        items(pod, &["spec", list]).map(|one| text(one, &["name"]).to_owned()).collect()
    };
    let (containers, init) = (names("containers"), names("initContainers"));
    let pod_name = text(pod, &["metadata", "name"]);
    let Some(wanted) = wanted else {
        return match containers.as_slice() {
            [only] => Ok(only.clone()),
            [] => Err(Status::bad_request(format!(
                "a container name must be specified for pod {pod_name}"
            ))),
            many => {
                let mut words = format!(
                    "a container name must be specified for pod {pod_name}, choose one of: [{}]",
                    many.join(" ")
                );
                if !init.is_empty() {
                    words
                        .push_str(&format!(" or one of the init containers: [{}]", init.join(" ")));
                }
                Err(Status::bad_request(words))
            }
        };
    };
    let ephemeral = names("ephemeralContainers");
    let known = [containers, init, ephemeral].iter().flatten().any(|one| one == wanted);
    if known {
        Ok(wanted.to_owned())
    } else {
        Err(Status::bad_request(format!("container {wanted} is not valid for pod {pod_name}")))
    }
}

/// Streams to a container.
///
/// Source: `pkg/registry/core/pod/strategy.go`, `streamLocation`.
pub(super) fn connect(call: &Call<'_>, kind: ConnectKind) -> Result<Reply, Status> {
    if !matches!(call.request.method.as_str(), "GET" | "POST") {
        return Err(Status::method_not_allowed());
    }
    let pod = existing(call)?;
    let request = call.request;
    let wanted = request.parameter("container").filter(|name| !name.is_empty());
    let container = match kind {
        ConnectKind::PortForward => String::new(),
        _ => container(&pod, wanted)?,
    };
    if at(&pod, &["spec", "nodeName"]).is_none() {
        let words = format!("pod {} does not have a host assigned", call.target.name());
        return Err(Status::bad_request(words));
    }
    let command = request.parameters("command");
    if kind == ConnectKind::Exec && command.is_empty() {
        return Err(Status::bad_request("you must specify at least one command for the container"));
    }
    let mut ports = Vec::new();
    for port in request.parameters("ports").iter().flat_map(|list| list.split(',')) {
        let number = port.parse().ok().filter(|number| *number > 0);
        ports.push(number.ok_or_else(|| {
            Status::bad_request(format!("port {port:?} must be a number between 1 and 65535"))
        })?);
    }
    let tty = request.says("tty");
    let stdout = request.says("stdout");
    Ok(Reply::Connect(Connect {
        kind,
        namespace: call.target.namespace().to_owned(),
        pod: call.target.name().to_owned(),
        container,
        command,
        stdin: request.says("stdin"),
        stdout,
        stderr: request.says("stderr") && !tty,
        tty,
        ports,
    }))
}
