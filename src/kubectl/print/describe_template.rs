//! The pod template of a described workload.

use k8s_openapi::api::core::v1::PodTemplateSpec;

use super::describe_container::{Owner, containers};
use super::describe_page::{Page, When};
use super::describe_pod::{given, spread, tolerations};
use super::describe_volumes::volumes;

/// A template by itself, as `rollout history` and `rollout undo` show it.
///
/// Source: `kubectl/pkg/polymorphichelpers/history.go`, `printTemplate`.
pub fn describe_template(template: &PodTemplateSpec, when: &When) -> String {
    let mut page = Page::default();
    pod_template(&mut page, template, when);
    page.tabbed()
}

/// Writes a template; its parts stand two spaces further right than a pod's.
///
/// Source: `kubectl/pkg/describe/describe.go`, `DescribePodTemplate` (1.36).
pub(super) fn pod_template(page: &mut Page, template: &PodTemplateSpec, when: &When) {
    page.line(0, "Pod Template:");
    let metadata = template.metadata.clone().unwrap_or_default();
    page.pairs("  Labels", metadata.labels.as_ref());
    if metadata.annotations.as_ref().is_some_and(|all| !all.is_empty()) {
        page.annotations("  Annotations", metadata.annotations.as_ref());
    }
    let Some(spec) = &template.spec else { return };
    page.field_if(1, "Service Account", given(spec.service_account_name.as_ref()));
    let mut section = |title: &str, of: &[_]| {
        page.line(1, format_args!("{title}:{}", if of.is_empty() { " <none>" } else { "" }));
        containers(page, (of, &[]), Owner::Template, when);
    };
    if let Some(init) = spec.init_containers.as_deref().filter(|init| !init.is_empty()) {
        section("Init Containers", init);
    }
    section("Containers", &spec.containers);
    volumes(page, 1, spec.volumes.as_deref().unwrap_or_default());
    spread(page, 1, spec.topology_spread_constraints.clone().unwrap_or_default());
    page.field_if(1, "Priority Class Name", given(spec.priority_class_name.as_ref()));
    page.pairs("  Node-Selectors", spec.node_selector.as_ref());
    tolerations(page, "  Tolerations", spec.tolerations.clone().unwrap_or_default());
}
