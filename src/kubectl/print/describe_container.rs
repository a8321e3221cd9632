//! The containers of a described pod.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{
    Container, ContainerPort, ContainerState, ContainerStatus, EnvFromSource, EnvVar, Pod,
    ResourceRequirements, VolumeMount,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

use super::describe_page::{Page, When};
use super::describe_pod::{given, seccomp};
use super::describe_probe::probe;
use super::quantity::container_resource;

/// Whose containers are described.
#[derive(Debug, Clone, Copy)]
pub(super) enum Owner<'a> {
    /// A pod's, which variables may refer to.
    Pod(&'a Pod),
    /// A pod template's, which stand further right.
    Template,
}

/// Writes containers with what their statuses say of them.
///
/// Source: `kubectl/pkg/describe/describe.go`, `describeContainers` (1.36).
pub(super) fn containers(
    page: &mut Page,
    (containers, statuses): (&[Container], &[ContainerStatus]),
    owner: Owner<'_>,
    when: &When,
) {
    for container in containers {
        let status = statuses.iter().rev().find(|status| status.name == container.name);
        let indent = if matches!(owner, Owner::Template) { " " } else { "" };
        page.line(1, format_args!("{indent}{}:", container.name));
        basics(page, container, status);
        lines(page, "Command", container.command.as_deref());
        lines(page, "Args", container.args.as_deref());
        if let Some(status) = status {
            state(page, "State", status.state.as_ref(), when);
            let last = status.last_state.as_ref().filter(|last| last.terminated.is_some());
            if last.is_some() {
                state(page, "Last State", last, when);
            }
            page.field(2, "Ready", if status.ready { "True" } else { "False" });
            page.field(2, "Restart Count", status.restart_count);
        }
        if let Some(of) = &container.resources {
            resources(page, 2, of);
        }
        page.field_if(2, "Liveness", container.liveness_probe.as_ref().map(probe));
        page.field_if(2, "Readiness", container.readiness_probe.as_ref().map(probe));
        page.field_if(2, "Startup", container.startup_probe.as_ref().map(probe));
        environment_from(page, container.env_from.as_deref().unwrap_or_default());
        environment(page, container, owner);
        mounts(page, container);
    }
}

fn basics(page: &mut Page, container: &Container, status: Option<&ContainerStatus>) {
    page.field_if(
        2,
        "Container ID",
        status.map(|one| one.container_id.clone().unwrap_or_default()),
    );
    page.field(2, "Image", container.image.as_deref().unwrap_or_default());
    page.field_if(2, "Image ID", status.map(|one| &one.image_id));
    let all = container.ports.as_deref().unwrap_or_default();
    ports(page, "Port", all, |port| port.container_port);
    ports(page, "Host Port", all, |port| port.host_port.unwrap_or(0));
    let security = container.security_context.as_ref();
    seccomp(page, (2, 3), security.and_then(|context| context.seccomp_profile.as_ref()));
}

fn ports(page: &mut Page, title: &str, ports: &[ContainerPort], number: fn(&ContainerPort) -> i32) {
    let text = |port: &ContainerPort| {
        let protocol = port.protocol.as_deref().unwrap_or_default();
        let name = given(port.name.as_ref()).map(|name| format!(" ({name})")).unwrap_or_default();
        format!("{}/{protocol}{name}", number(port))
    };
    let all: Vec<String> = ports.iter().map(text).collect();
    match all.as_slice() {
        [] => page.field(2, title, "<none>"),
        [one] => page.field(2, title, one),
        all => page.field(2, &format!("{title}s"), all.join(", ")),
    }
}

fn lines(page: &mut Page, title: &str, words: Option<&[String]>) {
    let Some(words) = words.filter(|words| !words.is_empty()) else { return };
    page.line(2, format_args!("{title}:"));
    for line in words.iter().flat_map(|word| word.split('\n')) {
        page.line(3, line);
    }
}

/// Source: `describe.go`, `describeStatus`.
fn state(page: &mut Page, title: &str, state: Option<&ContainerState>, when: &When) {
    let state = state.cloned().unwrap_or_default();
    if let Some(running) = &state.running {
        page.field(2, title, "Running");
        let started = running.started_at.as_ref().map(|time| when.date(time.0));
        page.field(3, "Started", started.unwrap_or_default());
    } else if let Some(end) = &state.terminated {
        page.field(2, title, "Terminated");
        page.field_if(3, "Reason", given(end.reason.as_ref()));
        page.field_if(3, "Message", given(end.message.as_ref()));
        page.field(3, "Exit Code", end.exit_code);
        page.field_if(3, "Signal", end.signal.filter(|signal| *signal > 0));
        let date = |time: &Option<k8s_openapi::apimachinery::pkg::apis::meta::v1::Time>| {
            // An absent time is Go's year 1.
            let none = || "Mon, 01 Jan 0001 00:00:00 +0000".to_owned();
            time.as_ref().map_or_else(none, |time| when.date(time.0))
        };
        page.field(3, "Started", date(&end.started_at));
        page.field(3, "Finished", date(&end.finished_at));
    } else {
        page.field(2, title, "Waiting");
        let reason = state.waiting.as_ref().and_then(|waiting| given(waiting.reason.as_ref()));
        page.field_if(3, "Reason", reason);
    }
}

/// Limits and requests, sorted by name.
pub(super) fn resources(page: &mut Page, level: usize, resources: &ResourceRequirements) {
    let mut section = |title: &str, of: &Option<BTreeMap<String, Quantity>>| {
        let Some(of) = of.as_ref().filter(|of| !of.is_empty()) else { return };
        page.line(level, format_args!("{title}:"));
        for (name, quantity) in of {
            page.field(level + 1, name, &quantity.0);
        }
    };
    section("Limits", &resources.limits);
    section("Requests", &resources.requests);
}

fn environment_from(page: &mut Page, sources: &[EnvFromSource]) {
    if sources.is_empty() {
        return;
    }
    page.line(2, "Environment Variables from:");
    for source in sources {
        let (from, name, optional) = match (&source.config_map_ref, &source.secret_ref) {
            (Some(map), _) => ("ConfigMap", map.name.as_str(), map.optional),
            (None, Some(secret)) => ("Secret", secret.name.as_str(), secret.optional),
            (None, None) => ("", "", None),
        };
        let prefix = given(source.prefix.as_ref());
        let prefix = prefix.map(|prefix| format!(" with prefix '{prefix}'")).unwrap_or_default();
        let optional = optional.unwrap_or(false);
        page.line(3, format_args!("{name}\t{from}{prefix}\tOptional: {optional}"));
    }
}

fn environment(page: &mut Page, container: &Container, owner: Owner<'_>) {
    let variables = container.env.as_deref().unwrap_or_default();
    page.line(2, if variables.is_empty() { "Environment:\t<none>" } else { "Environment:" });
    for variable in variables {
        match reference(variable, container, owner) {
            Some(text) => page.field(3, &variable.name, text),
            None if variable.value_from.is_some() => {}
            None => {
                let value = variable.value.as_deref().unwrap_or_default();
                page.list(3, &variable.name, value.split('\n').map(str::to_owned));
            }
        }
    }
}

/// What stands for a variable whose value comes from elsewhere.
fn reference(variable: &EnvVar, container: &Container, owner: Owner<'_>) -> Option<String> {
    let from = variable.value_from.as_ref()?;
    if let Some(field) = &from.field_ref {
        let version = field.api_version.as_deref().unwrap_or("v1");
        // kubectl itself only resolves these two.
        let value = match (owner, field.field_path.as_str()) {
            (Owner::Pod(pod), "metadata.name") => pod.metadata.name.as_deref(),
            (Owner::Pod(pod), "metadata.namespace") => pod.metadata.namespace.as_deref(),
            _ => None,
        };
        return Some(format!("{} ({version}:{})", value.unwrap_or_default(), field.field_path));
    }
    if let Some(field) = &from.resource_field_ref {
        let mut value = container_resource(field, container.resources.as_ref()).unwrap_or_default();
        let limit = matches!(field.resource.as_str(), "limits.cpu" | "limits.memory");
        if value == "0" && limit {
            "node allocatable".clone_into(&mut value);
        }
        return Some(format!("{value} ({})", field.resource));
    }
    let set = |key: &str, place: String, optional: Option<bool>| {
        format!("<set to the key '{key}' {place}>\tOptional: {}", optional.unwrap_or(false))
    };
    if let Some(secret) = &from.secret_key_ref {
        let place = format!("in secret '{}'", secret.name);
        return Some(set(&secret.key, place, secret.optional));
    }
    let map = from.config_map_key_ref.as_ref()?;
    Some(set(&map.key, format!("of config map '{}'", map.name), map.optional))
}

fn mounts(page: &mut Page, container: &Container) {
    let mut mounts = container.volume_mounts.clone().unwrap_or_default();
    let none = if mounts.is_empty() { "\t<none>" } else { "" };
    page.line(2, format_args!("Mounts:{none}"));
    mounts.sort_by(|a, b| a.mount_path.cmp(&b.mount_path));
    for mount in &mounts {
        page.line(3, mounted(mount));
    }
    let mut devices = container.volume_devices.clone().unwrap_or_default();
    if devices.is_empty() {
        return;
    }
    page.line(2, format_args!("Devices:{none}"));
    devices.sort_by(|a, b| a.device_path.cmp(&b.device_path));
    for device in devices {
        page.line(3, format_args!("{} from {}", device.device_path, device.name));
    }
}

fn mounted(mount: &VolumeMount) -> String {
    let mode = if mount.read_only == Some(true) { "ro" } else { "rw" };
    let path = given(mount.sub_path.as_ref());
    let path = path.map(|path| format!(",path={path:?}")).unwrap_or_default();
    format!("{} from {} ({mode}{path})", mount.mount_path, mount.name)
}
