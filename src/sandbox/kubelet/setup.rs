//! What a container is started with.

use std::net::IpAddr;
use std::sync::Arc;

use super::environment::{Asking, environment, expand};
use super::runtime::User;
use super::spec::{Container, Pod};
use super::volumes::{Volumes, mounts};
use crate::sandbox::Store;
use crate::sandbox::images::Image;
use crate::sandbox::process::{ContainerSetup, Folder};

/// For whom a container is made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Making<'a> {
    pub(crate) pod: &'a Pod,
    pub(crate) container: &'a Container,
    pub(crate) image: &'a Arc<Image>,
    pub(crate) volumes: &'a Volumes,
    /// The pod's address, and its node's.
    pub(crate) address: IpAddr,
    pub(crate) host: IpAddr,
    pub(crate) store: &'a Store,
}

/// A container that can be started.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) setup: ContainerSetup,
    /// Where it may leave a message when it ends.
    pub(crate) message: Folder,
}

/// Puts together what a container needs.
///
/// # Errors
/// The kubelet's words for what is missing or not allowed; they follow `Error: `.
///
/// Source: `pkg/kubelet/kuberuntime/kuberuntime_container.go`, `generateContainerConfig`.
pub(crate) fn prepare(making: Making<'_>) -> Result<Prepared, String> {
    let Making { pod, container, image, .. } = making;
    check_user(pod, container, image)?;
    let (address, host) = (making.address.to_string(), making.host.to_string());
    let asking = Asking { pod, container, addresses: [&address, &host], store: making.store };
    let env = environment(asking)?;
    let message = Folder::default();
    let mounts = mounts(container, making.volumes, &env, &message)?;
    let expanded = |texts: &[String]| texts.iter().map(|text| expanded(text, &env)).collect();
    let user = user(pod, container, image);
    let setup = ContainerSetup {
        image: Arc::clone(image),
        command: expanded(&container.command),
        args: expanded(&container.args),
        working_dir: (!container.working_dir.is_empty()).then(|| container.working_dir.clone()),
        hostname: pod.hostname(),
        pod_ip: making.address,
        namespace: pod.namespace.clone(),
        mounts,
        stdin: container.stdin,
        tty: container.tty,
        memory_limit: container
            .resources
            .limits
            .get("memory")
            .and_then(|limit| u64::try_from(limit.whole()).ok()),
        user: Some(user.user),
        group: Some(user.group),
        read_only_root: container.security_context.read_only_root_filesystem,
        host_aliases: pod
            .spec
            .host_aliases
            .iter()
            .map(|alias| (alias.ip.clone(), alias.hostnames.clone()))
            .collect(),
        env,
    };
    Ok(Prepared { setup, message })
}

fn expanded(text: &str, env: &[(String, String)]) -> String {
    expand(text, |name| {
        env.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    })
}

/// Who a container's programs are: what the container says, the pod, the image.
pub(crate) fn user(pod: &Pod, container: &Container, image: &Image) -> User {
    let (own, of_pod) = (&container.security_context, &pod.spec.security_context);
    let group = own.run_as_group.or(of_pod.run_as_group).unwrap_or(0);
    let mut groups = vec![group];
    for more in of_pod.fs_group.iter().chain(&of_pod.supplemental_groups) {
        if !groups.contains(more) {
            groups.push(*more);
        }
    }
    let user = own.run_as_user.or(of_pod.run_as_user).unwrap_or_else(|| image.user());
    User { user, group, groups }
}

/// Source: `pkg/kubelet/kuberuntime/security_context.go`, `verifyRunAsNonRoot`.
fn check_user(pod: &Pod, container: &Container, image: &Image) -> Result<(), String> {
    let (own, of_pod) = (&container.security_context, &pod.spec.security_context);
    if own.run_as_non_root.or(of_pod.run_as_non_root) != Some(true) {
        return Ok(());
    }
    let who = format!("(pod: {:?}, container: {})", pod.formatted(), container.name);
    match own.run_as_user.or(of_pod.run_as_user) {
        Some(0) => Err(format!("container's runAsUser breaks non-root policy {who}")),
        None if image.user() == 0 => {
            Err(format!("container has runAsNonRoot and image will run as root {who}"))
        }
        _ => Ok(()),
    }
}
