//! `kubectl apply -f`.

use serde_json::{Value, json};

use super::create::{Sending, send, validation, warn};
use super::failure::{Failure, Outcome};
use super::manifest::{Manifest, manifests};
use super::merge_keys::is_built_in;
use super::print::compact_json;
use super::three_way::{Lists, merge_patch, merged};
use super::written::{DryRun, Written};
use super::{Io, Session, last_applied};
use crate::cluster::{ApiRequest, RequestError, Write};
use crate::invocation::Invocation;

pub(super) const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";
/// How often a change of somebody else is given way to.
///
/// Source: `kubectl/pkg/cmd/apply/patcher.go`, `maxPatchRetry`.
const ATTEMPTS: usize = 5;

/// Runs the verb.
///
/// Source: `kubectl/pkg/cmd/apply/apply.go`, `Run`, `applyOneObject`.
pub(super) async fn run(invocation: &Invocation, session: &Session, io: &mut Io) -> Outcome {
    match invocation.sub_verb.as_deref() {
        None => {}
        Some("view-last-applied") => return last_applied::view(invocation, session, io).await,
        Some(_) => return last_applied::set(invocation, session, io).await,
    }
    if !invocation.flags.is_set("filename") && !invocation.flags.is_set("kustomize") {
        return Err(Failure::message("must specify one of -f and -k"));
    }
    let mut written = Written::asked(invocation)?;
    let apply = Apply { invocation, session, dry_run: written.dry_run() };
    let manifests = manifests(invocation, session, io).await?;
    if manifests.is_empty() {
        return Err(Failure::message("no objects passed to apply"));
    }
    let (mut failures, mut objects) = (Vec::new(), Vec::new());
    for manifest in manifests {
        match apply.one(manifest, io).await {
            Ok((object, verb)) if written.is_sentence() => {
                written.object(io, &object, verb).await?;
            }
            Ok((object, _)) => objects.push(object),
            Err(failure) if failure.is_away() => return Err(failure),
            Err(failure) => failures.push(failure),
        }
    }
    if !objects.is_empty() {
        written.objects(io, objects).await?;
    }
    Failure::collect(failures)
}

/// The object with the annotation that the next `apply` compares with.
///
/// Source: `kubectl/pkg/util/apply.go`, `GetModifiedConfiguration`: it holds the object
/// without itself, and ends with a newline.
pub(super) fn with_last_applied(object: &Value) -> Value {
    let mut bare = object.clone();
    if !bare["metadata"]["annotations"].is_object() {
        bare["metadata"]["annotations"] = json!({});
    }
    if let Some(annotations) = bare["metadata"]["annotations"].as_object_mut() {
        annotations.remove(LAST_APPLIED);
    }
    let text = compact_json(&bare) + "\n";
    bare["metadata"]["annotations"][LAST_APPLIED] = Value::String(text);
    bare
}

struct Apply<'a> {
    invocation: &'a Invocation,
    session: &'a Session,
    dry_run: DryRun,
}

impl Apply<'_> {
    /// Makes the cluster as the manifest says: what it is now, and the verb for it.
    async fn one(
        &self,
        mut manifest: Manifest,
        io: &mut Io,
    ) -> Result<(Value, &'static str), Failure> {
        let source = manifest.source.clone();
        if manifest.name().is_empty() {
            return Err(Failure::message(format!(
                "error when retrieving current configuration of:\n{}\nfrom server for: {source:?}: resource name may not be empty",
                described(&manifest)
            )));
        }
        if self.invocation.flags.switch("server-side") {
            return self.server_side(manifest, io).await;
        }
        manifest.object = with_last_applied(&manifest.object);
        for attempt in 1.. {
            let current = match self.session.cluster.json(&ApiRequest::get(manifest.path())).await {
                Ok(current) => current,
                Err(error) if error.is_not_found() => {
                    return self.create(manifest, io).await;
                }
                Err(error) => {
                    return Err(Failure::from(error).at(format!(
                        "error when retrieving current configuration of:\n{}\nfrom server for: {source:?}",
                        described(&manifest)
                    )));
                }
            };
            match self.change(&mut manifest, current, io).await {
                Err(Failure::Request { error: RequestError::Status(status), .. })
                    if status.is_conflict() && attempt < ATTEMPTS => {}
                outcome => return outcome,
            }
        }
        Err(Failure::message("the object changes faster than it can be applied"))
    }

    async fn create(
        &self,
        mut manifest: Manifest,
        io: &mut Io,
    ) -> Result<(Value, &'static str), Failure> {
        let sending = Sending {
            manager: self.manager("kubectl-client-side-apply"),
            validate: validation(self.invocation)?,
            dry_run: self.dry_run,
        };
        let made = send(&mut manifest, self.session, io, &sending).await;
        let made = made
            .map_err(|failure| failure.at(format!("error when creating {:?}", manifest.source)))?;
        Ok((made, "created"))
    }

    fn manager<'b>(&'b self, default: &'b str) -> &'b str {
        self.invocation.flags.text("field-manager").unwrap_or(default)
    }

    /// Changes an object that exists to what the manifest says.
    async fn change(
        &self,
        manifest: &mut Manifest,
        current: Value,
        io: &mut Io,
    ) -> Result<(Value, &'static str), Failure> {
        let mut modified = manifest.object.clone();
        self.session.policy.prepare(&mut modified);
        let original = self.last_applied(manifest, &current, io).await?;
        let lists =
            if is_built_in(&manifest.kind.group) { Lists::Strategic } else { Lists::Atomic };
        let wanted = merged(&original, &modified, &current, lists);
        let Some(mut patch) = merge_patch(&current, &wanted) else {
            return Ok((current, "unchanged"));
        };
        self.allow(manifest, current["metadata"]["uid"].as_str())?;
        if self.dry_run == DryRun::Client {
            return Ok((wanted, "configured"));
        }
        let shown = compact_json(&patch);
        // Lists are sent whole, so nobody else may have changed the object meanwhile.
        patch["metadata"]["resourceVersion"] = current["metadata"]["resourceVersion"].clone();
        let request = ApiRequest::patch(manifest.path(), "application/merge-patch+json", &patch)
            .with("dryRun", self.dry_run.parameter())
            .with("fieldManager", self.manager("kubectl-client-side-apply"))
            .with("fieldValidation", validation(self.invocation)?);
        let reply = self.session.cluster.send(&request).await.map_err(|error| {
            let source = &manifest.source;
            Failure::from(error).at(format!(
                "error when applying patch:\n{shown}\nto:\n{}\nfor: {source:?}: error when patching {source:?}",
                described(manifest)
            ))
        })?;
        warn(io, &reply.warnings).await?;
        if current["metadata"]["deletionTimestamp"].is_string() {
            io.err(&format!(
                "Warning: Detected changes to resource {} which is currently being deleted.\n",
                object_name(manifest)
            ))
            .await?;
        }
        let changed = serde_json::from_slice(&reply.body).map_err(RequestError::from)?;
        Ok((changed, "configured"))
    }

    fn allow(&self, manifest: &Manifest, uid: Option<&str>) -> Outcome {
        Ok(self.session.policy.allow(&Write {
            action: "patch",
            object: manifest.title(),
            namespace: manifest.namespace(),
            uid,
        })?)
    }

    /// What was applied last; an object that was made otherwise gets a warning.
    async fn last_applied(
        &self,
        manifest: &Manifest,
        current: &Value,
        io: &mut Io,
    ) -> Result<Value, Failure> {
        let Some(text) = current["metadata"]["annotations"][LAST_APPLIED].as_str() else {
            io.err(&format!(
                "Warning: resource {} is missing the {LAST_APPLIED} annotation which is required by \
                 kubectl apply. kubectl apply should only be used on resources created declaratively \
                 by either kubectl create --save-config or kubectl apply. The missing annotation will \
                 be patched automatically.\n",
                object_name(manifest)
            ))
            .await?;
            return Ok(Value::Null);
        };
        serde_json::from_str(text).map_err(|error| {
            Failure::message(format!(
                "error when creating patch with:\nfor: {:?}: the annotation {LAST_APPLIED} is no JSON: {error}",
                manifest.source
            ))
        })
    }

    /// Source: `apply.go`, `applyOneObject`, its first branch.
    async fn server_side(
        &self,
        mut manifest: Manifest,
        io: &mut Io,
    ) -> Result<(Value, &'static str), Failure> {
        let current = match self.session.cluster.json(&ApiRequest::get(manifest.path())).await {
            Ok(current) => Some(current),
            Err(error) if error.is_not_found() => None,
            Err(error) => return Err(error.into()),
        };
        let uid = current.as_ref().and_then(|current| current["metadata"]["uid"].as_str());
        self.allow(&manifest, uid)?;
        self.session.policy.prepare(&mut manifest.object);
        if self.dry_run == DryRun::Client {
            return Err(Failure::message(
                "--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)",
            ));
        }
        let force = self.invocation.flags.switch("force-conflicts");
        let request =
            ApiRequest::patch(manifest.path(), "application/apply-patch+yaml", &manifest.object)
                .with("dryRun", self.dry_run.parameter())
                .with("fieldManager", self.manager("kubectl"))
                .with("fieldValidation", validation(self.invocation)?)
                .with("force", force.to_string());
        let reply = match self.session.cluster.send(&request).await {
            Err(RequestError::Status(status)) if status.is_conflict() => {
                return Err(conflict(&status.message));
            }
            reply => reply?,
        };
        warn(io, &reply.warnings).await?;
        let object: Value = serde_json::from_slice(&reply.body).map_err(RequestError::from)?;
        if current.is_none() && self.dry_run == DryRun::No {
            self.session.policy.made(super::create::object_ref(&manifest, &object));
        }
        Ok((object, "serverside-applied"))
    }
}

/// Source: `apply.go`, `applyOneObject`, its answer to a conflict.
fn conflict(message: &str) -> Failure {
    Failure::message(format!(
        "{message}\nPlease review the fields above--they currently have other managers. Here\n\
         are the ways you can resolve this warning:\n\
         * If you intend to manage all of these fields, please re-run the apply\n  \
         command with the `--force-conflicts` flag.\n\
         * If you do not intend to manage all of the fields, please edit your\n  \
         manifest to remove references to the fields that should keep their\n  \
         current managers.\n\
         * You may co-own fields by updating your manifest to match the existing\n  \
         value; in this case, you'll become the manager if the other manager(s)\n  \
         stop managing the field (remove it from their configuration).\n\
         See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts"
    ))
}

/// `pods/web`.
fn object_name(manifest: &Manifest) -> String {
    format!("{}/{}", manifest.kind.plural, manifest.name())
}

/// Source: `cli-runtime/pkg/resource/visitor.go`, `Info.String`.
fn described(manifest: &Manifest) -> String {
    let kind = &manifest.kind;
    format!(
        "Resource: \"{}/{}, Resource={}\", GroupVersionKind: \"{}/{}, Kind={}\"\nName: {:?}, Namespace: {:?}",
        kind.group,
        kind.version,
        kind.plural,
        kind.group,
        kind.version,
        kind.kind,
        manifest.name(),
        manifest.namespace().unwrap_or_default()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_annotation_holds_the_object_without_itself() {
        let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}});
        let once = with_last_applied(&pod);
        assert_eq!(
            once["metadata"]["annotations"][LAST_APPLIED],
            json!(
                "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"annotations\":{},\"name\":\"web\"}}\n"
            )
        );
        assert_eq!(with_last_applied(&once), once);
    }
}
