//! `kubectl autoscale`.

use serde_json::{Value, json};

use super::create::{Sending, send};
use super::failure::{Failure, Outcome};
use super::found::{Found, found};
use super::manifest::Manifest;
use super::written::{DryRun, Written};
use super::{Io, Session};
use crate::invocation::Invocation;

/// Kinds that have a size of their own to set.
const SCALABLE: &[&str] = &["Deployment", "ReplicaSet", "StatefulSet", "ReplicationController"];

/// Runs the verb.
///
/// Source: `kubectl/pkg/cmd/autoscale/autoscale.go`, `Run`.
pub(super) async fn run(invocation: &Invocation, session: &Session, io: &mut Io) -> Outcome {
    let flags = &invocation.flags;
    if flags.is_set("cpu-percent") {
        io.err(
            "Flag --cpu-percent has been deprecated, Use --cpu with percentage or resource quantity \
             format (e.g., '70%' for utilization or '500m' for milliCPU).\n",
        )
        .await?;
    }
    limits(invocation)?;
    let mut written = Written::asked(invocation)?;
    let kind = session.cluster.kind_of("autoscaling/v2", "HorizontalPodAutoscaler").await?;
    let (found, mut failures) = found(invocation, &invocation.args, session, io).await?;
    for one in found {
        let mut object = autoscaler(invocation, &one)?;
        if flags.switch("save-config") {
            object = super::apply::with_last_applied(&object);
        }
        let shown = object.clone();
        object["metadata"]["namespace"] = json!(one.namespace());
        let mut manifest = Manifest { object, kind: kind.clone(), source: String::new() };
        let sending = Sending {
            manager: flags.text("field-manager").unwrap_or("kubectl-autoscale"),
            validate: "",
            dry_run: written.dry_run(),
        };
        match send(&mut manifest, session, io, &sending).await {
            Ok(made) => {
                let client = written.dry_run() == DryRun::Client && !flags.is_set("namespace");
                let made = if client { shown } else { made };
                // Of what the client only tries kubectl says that it was created.
                let dry = written.dry_run() == DryRun::Client;
                let verb = if dry { "created" } else { "autoscaled" };
                written.object(io, &made, verb).await?;
            }
            // kubectl tries an older version then, which cannot say what has no CPU in it.
            Err(Failure::Request { .. }) if one_has_no_cpu(invocation) => {
                failures.push(Failure::message(
                    "failed to create autoscaling/v2 HPA and the configuration is incompatible with autoscaling/v1: empty input",
                ));
            }
            Err(failure) => failures.push(failure),
        }
    }
    Failure::collect(failures)
}

fn one_has_no_cpu(invocation: &Invocation) -> bool {
    let flags = &invocation.flags;
    !flags.is_set("cpu") && !flags.is_set("cpu-percent")
}

/// Source: `autoscale.go`, `Validate`.
fn limits(invocation: &Invocation) -> Outcome {
    let flags = &invocation.flags;
    if !flags.is_set("max") {
        return Err(Failure::message("required flag(s) \"max\" not set"));
    }
    let max = flags.number("max").unwrap_or_default();
    if max < 1 {
        return Err(Failure::message(format!(
            "--max=MAXPODS is required and must be at least 1, max: {max}"
        )));
    }
    let min = flags.number("min").unwrap_or_default();
    if max < min {
        return Err(Failure::message(format!(
            "--max=MAXPODS must be larger or equal to --min=MINPODS, max: {max}, min: {min}"
        )));
    }
    if flags.is_set("cpu") && flags.is_set("cpu-percent") {
        return Err(Failure::message("--cpu and --cpu-percent are mutually exclusive"));
    }
    Ok(())
}

fn autoscaler(invocation: &Invocation, one: &Found) -> Result<Value, Failure> {
    let flags = &invocation.flags;
    let kind = &one.kind;
    // Whether a kind of one's own can be scaled is for the server to say.
    if super::merge_keys::is_built_in(&kind.group) && !SCALABLE.contains(&kind.kind.as_str()) {
        return Err(Failure::message(format!(
            "cannot autoscale a {}: could not find scale subresource for {}/{}, Resource={} in discovery information",
            kind.kind, kind.group, kind.version, kind.plural
        )));
    }
    let name = flags.text("name").filter(|name| !name.is_empty()).unwrap_or(one.name());
    let mut spec = json!({
        "maxReplicas": flags.number("max"),
        "scaleTargetRef": {
            "apiVersion": kind.api_version(), "kind": kind.kind, "name": one.name(),
        },
    });
    if let Some(min) = flags.number("min").filter(|min| *min > 0) {
        spec["minReplicas"] = json!(min);
    }
    let mut metrics = Vec::new();
    if let Some(percent) = flags.number("cpu-percent").filter(|percent| *percent >= 0) {
        metrics.push(metric("cpu", &format!("{percent}%"))?);
    }
    for name in ["cpu", "memory"] {
        if let Some(text) = flags.text(name).filter(|text| !text.is_empty()) {
            metrics.push(metric(name, text)?);
        }
    }
    if !metrics.is_empty() {
        spec["metrics"] = json!(metrics);
    }
    Ok(json!({
        "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": name}, "spec": spec,
        "status": {"currentMetrics": null, "desiredReplicas": 0},
    }))
}

/// `80%` of what is requested, or an amount a pod.
fn metric(name: &str, text: &str) -> Result<Value, Failure> {
    let target = match text.strip_suffix('%') {
        Some(percent) => {
            let percent: u32 = percent.parse().map_err(|_| {
                Failure::message(format!(
                    "failed to parse {name} percentage: {text:?} is no number"
                ))
            })?;
            json!({"averageUtilization": percent, "type": "Utilization"})
        }
        None => json!({"averageValue": text, "type": "AverageValue"}),
    };
    Ok(json!({"resource": {"name": name, "target": target}, "type": "Resource"}))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_a_share_or_an_amount() {
        assert_eq!(
            metric("cpu", "80%").unwrap()["resource"]["target"],
            json!({"averageUtilization": 80, "type": "Utilization"})
        );
        assert_eq!(
            metric("memory", "1Gi").unwrap()["resource"]["target"],
            json!({"averageValue": "1Gi", "type": "AverageValue"})
        );
        assert!(metric("cpu", "x%").is_err());
    }
}
