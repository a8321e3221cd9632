//! `kubectl api-resources` and `kubectl api-versions`.

use super::failure::{Failure, Outcome};
use super::print::TabWriter;
use super::{Io, Session};
use crate::base::safe_text;
use crate::cluster::{ApiRequest, ResourceKind};
use crate::invocation::{Flags, Invocation};

/// Runs `api-resources`.
///
/// Source: `kubectl/pkg/cmd/apiresources/apiresources.go`, `RunAPIResources`.
pub(super) async fn resources(invocation: &Invocation, session: &Session, io: &mut Io) -> Outcome {
    no_operands(invocation)?;
    let flags = &invocation.flags;
    let order = flags.text("sort-by").unwrap_or_default();
    if !matches!(order, "" | "name" | "kind") {
        return Err(Failure::message("--sort-by accepts only name or kind"));
    }
    let catalogue = session.cluster.catalogue().await?;
    let mut kinds: Vec<&ResourceKind> =
        catalogue.kinds().iter().filter(|kind| fits(kind, flags)).collect();
    kinds.sort_by_key(|kind| {
        let first = match order {
            "name" => &kind.plural,
            "kind" => &kind.kind,
            _ => &kind.group,
        };
        (first.clone(), kind.plural.clone())
    });
    let text = match flags.text("output").unwrap_or_default() {
        "name" => kinds.iter().map(|kind| kind.group_resource() + "\n").collect(),
        output => TabWriter::TABLE.layout(&table(&kinds, output == "wide", flags)),
    };
    Ok(io.out(&safe_text(&text)).await?)
}

fn fits(kind: &ResourceKind, flags: &Flags) -> bool {
    let has_all = |of: &[String], wanted: &str| {
        flags.all(wanted).iter().all(|one| of.iter().any(|other| other == one))
    };
    !kind.verbs.is_empty()
        && flags.text("api-group").is_none_or(|group| group == kind.group)
        && (!flags.is_set("namespaced") || flags.switch("namespaced") == kind.namespaced)
        && has_all(&kind.verbs, "verbs")
        && has_all(&kind.categories, "categories")
}

fn table(kinds: &[&ResourceKind], wide: bool, flags: &Flags) -> String {
    let mut text = String::new();
    if !flags.switch("no-headers") {
        text += "NAME\tSHORTNAMES\tAPIVERSION\tNAMESPACED\tKIND";
        text += if wide { "\tVERBS\tCATEGORIES\n" } else { "\n" };
    }
    for kind in kinds {
        let short = kind.short_names.join(",");
        let (version, namespaced) = (kind.api_version(), kind.namespaced);
        text += &format!("{}\t{short}\t{version}\t{namespaced}\t{}", kind.plural, kind.kind);
        if wide {
            text += &format!("\t{}\t{}", kind.verbs.join(","), kind.categories.join(","));
        }
        text.push('\n');
    }
    text
}

/// Runs `api-versions`.
///
/// Source: `kubectl/pkg/cmd/apiresources/apiversions.go`, `RunAPIVersions`.
pub(super) async fn versions(invocation: &Invocation, session: &Session, io: &mut Io) -> Outcome {
    no_operands(invocation)?;
    let (core, groups) = (ApiRequest::get("/api"), ApiRequest::get("/apis"));
    let cluster = &session.cluster;
    let (core, groups) = futures::join!(cluster.json(&core), cluster.json(&groups));
    let (core, groups) = (core?, groups?);
    let core = core["versions"].as_array().into_iter().flatten();
    let groups = groups["groups"].as_array().into_iter().flatten();
    let versions = groups.filter_map(|group| group["versions"].as_array()).flatten();
    let versions = versions.map(|version| &version["groupVersion"]);
    let mut all: Vec<&str> = core.chain(versions).filter_map(|text| text.as_str()).collect();
    all.sort_unstable();
    let text: String = all.into_iter().map(|version| format!("{version}\n")).collect();
    Ok(io.out(&safe_text(&text)).await?)
}

fn no_operands(invocation: &Invocation) -> Outcome {
    if invocation.args.is_empty() {
        return Ok(());
    }
    let verb = invocation.verb.name();
    Err(Failure::message(format!(
        "unexpected arguments: [{}]\nSee 'kubectl {verb} -h' for help and examples",
        invocation.args.join(" ")
    )))
}
