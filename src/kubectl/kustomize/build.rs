use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::hash::content_hash;
use super::made::{generated, read, texts};
use super::patches::{json_patch, strategic};
use super::references::follow;
use super::resource::Resource;
use super::transform::{self, Reach};
use crate::invocation::Invocation;
use crate::kubectl::Io;
use crate::kubectl::failure::{Failure, Outcome};
use crate::kubectl::manifest::objects;
use crate::kubectl::print::yaml;

const NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];
/// The fields that are done.
const KNOWN: &[&str] = &[
    "apiVersion",
    "kind",
    "metadata",
    "resources",
    "bases",
    "namespace",
    "namePrefix",
    "nameSuffix",
    "commonLabels",
    "labels",
    "commonAnnotations",
    "images",
    "replicas",
    "configMapGenerator",
    "secretGenerator",
    "generatorOptions",
    "patches",
    "patchesStrategicMerge",
    "patchesJson6902",
];
/// Fields that kustomize would have written otherwise, and how.
const DEPRECATED: &[(&str, &str)] = &[
    ("commonLabels", "labels"),
    ("bases", "resources"),
    ("patchesJson6902", "patches"),
    ("patchesStrategicMerge", "patches"),
];

/// Runs `kubectl kustomize`.
pub(in crate::kubectl) async fn run(
    invocation: &Invocation,
    directory: &Path,
    io: &mut Io,
) -> Outcome {
    let folder = match invocation.args.as_slice() {
        [] => ".",
        [folder] => folder,
        _ => return Err(Failure::message("specify one path to kustomization.yaml")),
    };
    let built = build(directory, folder, io).await?;
    let text: Vec<String> = built.iter().map(yaml).collect();
    Ok(io.out(&text.join("---\n")).await?)
}

/// The objects that the kustomization in `folder` describes, in order.
///
/// Source: `kustomize/api/krusty/kustomizer.go`, `Run`.
pub(in crate::kubectl) async fn build(
    directory: &Path,
    folder: &str,
    io: &mut Io,
) -> Result<Vec<Value>, Failure> {
    if folder.contains("://") || folder.starts_with("github.com/") {
        return Err(not_done("a kustomization that has to be fetched"));
    }
    let mut warnings = Vec::new();
    let place = directory.join(folder);
    if !place.is_dir() {
        let absolute = std::path::absolute(&place).unwrap_or(place);
        return Err(Failure::message(format!(
            "must build at directory: not a valid directory: evalsymlink failure on '{folder}' : lstat {}: no such file or directory",
            absolute.display()
        )));
    }
    let mut resources = target(&place, &mut warnings, 0)?;
    for warning in warnings {
        io.err(&warning).await?;
    }
    for resource in resources.iter_mut().filter(|resource| resource.hashed) {
        let name = format!("{}-{}", resource.name(), content_hash(&resource.object));
        resource.rename(&name);
    }
    follow(&mut resources);
    resources.sort_by_key(Resource::order);
    Ok(resources.into_iter().map(|resource| resource.object).collect())
}

/// What podlab leaves to a real kubectl.
pub(super) fn not_done(what: &str) -> Failure {
    Failure::message(format!("podlab does not build {what} itself: a real kubectl does"))
}

/// The objects of one kustomization and of those below it.
fn target(
    folder: &Path,
    warnings: &mut Vec<String>,
    depth: usize,
) -> Result<Vec<Resource>, Failure> {
    if depth > 32 {
        return Err(Failure::message(format!("{}: kustomizations in a circle", folder.display())));
    }
    let (path, wanted) = kustomization(folder)?;
    let unknown = wanted.keys().find(|field| !KNOWN.contains(&field.as_str()));
    if let Some(field) = unknown {
        return Err(not_done(&format!("the field {field} of {}", path.display())));
    }
    for (old, new) in DEPRECATED.iter().filter(|(old, _)| wanted.contains_key(*old)) {
        let warning = format!(
            "# Warning: '{old}' is deprecated. Please use '{new}' instead. Run 'kustomize edit fix' to update your Kustomization automatically.\n"
        );
        if !warnings.contains(&warning) {
            warnings.push(warning);
        }
    }
    let wanted = Value::Object(wanted);
    let mut resources = Vec::new();
    for name in texts(&wanted["resources"]).chain(texts(&wanted["bases"])) {
        resources.extend(accumulated(folder, name, warnings, depth)?);
    }
    for (field, kind) in [("configMapGenerator", "ConfigMap"), ("secretGenerator", "Secret")] {
        for one in list(&wanted, field) {
            resources.push(generated(kind, one, &wanted["generatorOptions"], folder)?);
        }
    }
    patch(&mut resources, &wanted, folder)?;
    transformed(&mut resources, &wanted);
    follow(&mut resources);
    Ok(resources)
}

fn list<'a>(wanted: &'a Value, field: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    wanted[field].as_array().into_iter().flatten()
}

fn kustomization(folder: &Path) -> Result<(PathBuf, Map<String, Value>), Failure> {
    let mut paths = NAMES.iter().map(|name| folder.join(name));
    let Some(path) = paths.find(|path| path.is_file()) else {
        let absolute = std::fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
        return Err(Failure::message(format!(
            "unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '{}'",
            absolute.display()
        )));
    };
    let text = read(folder, &path.file_name().unwrap_or_default().to_string_lossy())?;
    let read = objects(&path.display().to_string(), &String::from_utf8_lossy(&text))?;
    let first = read.into_iter().next().and_then(|value| value.as_object().cloned());
    match first {
        Some(wanted) if !wanted.is_empty() => Ok((path, wanted)),
        _ => Err(Failure::message("kustomization.yaml is empty")),
    }
}

/// A file with objects, or a folder with a kustomization.
fn accumulated(
    folder: &Path,
    name: &str,
    warnings: &mut Vec<String>,
    depth: usize,
) -> Result<Vec<Resource>, Failure> {
    if name.contains("://") || name.starts_with("github.com/") || name.starts_with("git@") {
        return Err(not_done(&format!("{name}, which has to be fetched,")));
    }
    let path = folder.join(name);
    if path.is_dir() {
        return target(&path, warnings, depth + 1);
    }
    let text = std::fs::read(&path).map_err(|_| {
        Failure::message(format!(
            "accumulating resources: accumulation err='accumulating resources from '{name}': open {}: no such file or directory'",
            path.display()
        ))
    })?;
    let found = objects(&path.display().to_string(), &String::from_utf8_lossy(&text))?;
    let members = found.into_iter().flat_map(|object| match object["items"].as_array() {
        Some(items) if object["kind"].as_str().is_some_and(|kind| kind.ends_with("List")) => {
            items.clone()
        }
        _ => vec![object],
    });
    Ok(members.map(Resource::new).collect())
}

/// Source: `kustomize/api/internal/target/kusttarget_configplugin.go`: in this order.
fn transformed(resources: &mut [Resource], wanted: &Value) {
    let text = |field: &str| wanted[field].as_str().unwrap_or_default();
    if !text("namespace").is_empty() {
        transform::namespace(resources, text("namespace"));
    }
    if !text("namePrefix").is_empty() || !text("nameSuffix").is_empty() {
        transform::names(resources, text("namePrefix"), text("nameSuffix"));
    }
    if let Some(pairs) = wanted["commonLabels"].as_object() {
        transform::labels(resources, pairs, Reach { templates: true, selectors: true });
    }
    for labels in list(wanted, "labels") {
        let reach = Reach {
            templates: labels["includeTemplates"] == true,
            selectors: labels["includeSelectors"] == true,
        };
        if let Some(pairs) = labels["pairs"].as_object() {
            transform::labels(resources, pairs, reach);
        }
    }
    if let Some(pairs) = wanted["commonAnnotations"].as_object() {
        transform::annotations(resources, pairs);
    }
    for replicas in list(wanted, "replicas") {
        let name = replicas["name"].as_str().unwrap_or_default();
        transform::replicas(resources, name, &replicas["count"]);
    }
    for image in list(wanted, "images") {
        transform::image(resources, image);
    }
}

fn patch(resources: &mut Vec<Resource>, wanted: &Value, folder: &Path) -> Outcome {
    for text in texts(&wanted["patchesStrategicMerge"]) {
        apply(resources, &patch_text(folder, text, None)?, &Value::Null)?;
    }
    for one in list(wanted, "patches").chain(list(wanted, "patchesJson6902")) {
        let inline = one["patch"].as_str();
        let text = match (inline, one["path"].as_str()) {
            (Some(inline), _) => inline.to_owned(),
            (None, Some(path)) => patch_text(folder, "", Some(path))?,
            (None, None) => {
                return Err(Failure::message("must specify one of patch and path in a patch"));
            }
        };
        apply(resources, &text, &one["target"])?;
    }
    Ok(())
}

/// A patch that stands in the kustomization itself, or in a file.
fn patch_text(folder: &Path, text: &str, path: Option<&str>) -> Result<String, Failure> {
    let path = match path {
        None if text.contains('\n') => return Ok(text.to_owned()),
        None => text,
        Some(path) => path,
    };
    Ok(String::from_utf8_lossy(&read(folder, path)?).into_owned())
}

fn apply(resources: &mut Vec<Resource>, text: &str, target: &Value) -> Outcome {
    let trimmed = text.trim_start();
    if trimmed.starts_with('-') && !trimmed.starts_with("---") || trimmed.starts_with('[') {
        let below: String = text.lines().map(|line| format!("  {line}\n")).collect();
        let read = objects("patch", &format!("patch:\n{below}"))?;
        let operations = read.first().and_then(|read| read["patch"].as_array().cloned());
        for resource in resources.iter_mut().filter(|one| is_target(one, target)) {
            let done = json_patch(&mut resource.object, operations.as_deref().unwrap_or_default());
            done.map_err(Failure::message)?;
        }
        return Ok(());
    }
    for patch in objects("patch", text)? {
        let meant = |one: &Resource| match target {
            Value::Null => {
                one.object["kind"] == patch["kind"]
                    && one.is_called(patch["metadata"]["name"].as_str().unwrap_or_default())
            }
            target => is_target(one, target),
        };
        if target.is_null() && !resources.iter().any(meant) {
            return Err(Failure::message(format!(
                "no resource matches strategic merge patch \"{}.{}/{}\"",
                patch["kind"].as_str().unwrap_or_default(),
                patch["apiVersion"].as_str().unwrap_or_default().replace('/', "."),
                patch["metadata"]["name"].as_str().unwrap_or_default()
            )));
        }
        let mut kept = Vec::new();
        for mut resource in resources.drain(..) {
            if !meant(&resource) {
                kept.push(resource);
                continue;
            }
            let Some(mut object) = strategic(&resource.object, &patch) else { continue };
            // A patch finds an object by its name and kind; it does not change them.
            for field in ["kind", "apiVersion"] {
                object[field] = resource.object[field].clone();
            }
            object["metadata"]["name"] = resource.object["metadata"]["name"].clone();
            resource.object = object;
            kept.push(resource);
        }
        *resources = kept;
    }
    Ok(())
}

/// Whether a patch with this target is for the resource; names are patterns.
fn is_target(resource: &Resource, target: &Value) -> bool {
    let fits = |field: &str, value: &str| match target[field].as_str() {
        None | Some("") => true,
        Some(wanted) => regex::Regex::new(&format!("^(?:{wanted})$"))
            .is_ok_and(|pattern| pattern.is_match(value)),
    };
    let version = resource.object["apiVersion"].as_str().unwrap_or_default();
    let (group, version) = version.split_once('/').unwrap_or(("", version));
    let mut names = resource.names.iter().map(String::as_str).chain([resource.name()]);
    let of =
        |part: &str| resource.object["metadata"][part].as_object().cloned().unwrap_or_default();
    let selected = |field: &str, pairs: Map<String, Value>| {
        target[field].as_str().unwrap_or_default().split(',').filter(|pair| !pair.is_empty()).all(
            |pair| match pair.split_once('=') {
                Some((key, value)) => pairs.get(key.trim()).is_some_and(|v| v == value.trim()),
                None => pairs.contains_key(pair.trim()),
            },
        )
    };
    fits("kind", resource.kind())
        && fits("group", group)
        && fits("version", version)
        && fits("namespace", resource.object["metadata"]["namespace"].as_str().unwrap_or_default())
        && names.any(|name| fits("name", name))
        && selected("labelSelector", of("labels"))
        && selected("annotationSelector", of("annotations"))
}
