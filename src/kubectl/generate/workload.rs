//! Deployments, jobs and cron jobs.

use serde_json::{Value, json};

use crate::cluster::ApiRequest;
use crate::invocation::Invocation;
use crate::kubectl::Session;
use crate::kubectl::failure::Failure;

/// Source: `create_deployment.go`.
pub(super) fn deployment(invocation: &Invocation, name: &str) -> Result<Value, Failure> {
    let flags = &invocation.flags;
    let images = flags.all("image");
    if images.len() > 1 && invocation.command.is_some() {
        return Err(Failure::message("cannot specify multiple --image options and command"));
    }
    let mut containers: Vec<Value> = images.iter().map(|image| container(image)).collect();
    distinct_names(&mut containers);
    if let Some(container) = containers.first_mut() {
        if let Some(command) = &invocation.command {
            container["command"] = json!(command);
        }
        if let Some(port) = flags.number("port").filter(|port| *port >= 0) {
            container["ports"] = json!([{"containerPort": port}]);
        }
    }
    Ok(json!({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"name": name, "labels": {"app": name}},
        "spec": {
            "replicas": flags.number("replicas").unwrap_or(1),
            "selector": {"matchLabels": {"app": name}},
            "strategy": {},
            "template": {
                "metadata": {"labels": {"app": name}},
                "spec": {"containers": containers},
            },
        },
        "status": {},
    }))
}

/// A container whose name is the last part of its image's.
///
/// Source: `create_deployment.go`, `buildPodSpec`.
fn container(image: &str) -> Value {
    let last = image.rsplit('/').next().unwrap_or(image);
    let name = last.split([':', '@']).next().unwrap_or(last);
    let name: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '-' }).collect();
    json!({"image": image, "name": name.to_lowercase(), "resources": {}})
}

/// Names that several images share get a number behind them.
fn distinct_names(containers: &mut [Value]) {
    for index in 1..containers.len() {
        let (before, rest) = containers.split_at_mut(index);
        let name = rest[0]["name"].as_str().unwrap_or_default().to_owned();
        if before.iter().any(|other| other["name"] == json!(name)) {
            rest[0]["name"] = json!(format!("{name}-{}", index + 1));
        }
    }
}

/// Source: `create_job.go`.
pub(super) async fn job(
    invocation: &Invocation,
    name: &str,
    session: &Session,
) -> Result<Value, Failure> {
    let flags = &invocation.flags;
    let text = |flag: &str| flags.text(flag).filter(|value| !value.is_empty());
    let (image, from) = match (text("image"), text("from")) {
        (Some(image), None) => (image, None),
        (None, Some(from)) => ("", Some(from)),
        _ => return Err(Failure::message("either --image or --from must be specified")),
    };
    let Some(from) = from else {
        return Ok(json!({
            "apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": name},
            "spec": {"template": {"metadata": {}, "spec": one_container(invocation, name, image)}},
            "status": {},
        }));
    };
    if invocation.command.is_some() {
        return Err(Failure::message("cannot specify --from and command"));
    }
    from_cron_job(invocation, name, from, session).await
}

/// Source: `create_job.go`, `createJobFromCronJob`.
async fn from_cron_job(
    invocation: &Invocation,
    name: &str,
    from: &str,
    session: &Session,
) -> Result<Value, Failure> {
    let (kind, of) = from.split_once('/').unwrap_or((from, ""));
    let kind = session.cluster.kind_called(kind).await?;
    if kind.kind != "CronJob" {
        return Err(Failure::message(format!(
            "unknown object type *{}.{}",
            kind.version, kind.kind
        )));
    }
    let namespace = session.policy.namespace(invocation.flags.text("namespace"));
    let path = kind.object_path(Some(&namespace), of);
    let cron_job = session.cluster.json(&ApiRequest::get(path)).await?;
    let template = &cron_job["spec"]["jobTemplate"];
    let mut annotations = json!({"cronjob.kubernetes.io/instantiate": "manual"});
    if let (Some(all), Some(more)) =
        (annotations.as_object_mut(), template["metadata"]["annotations"].as_object())
    {
        all.extend(more.clone());
    }
    let mut metadata = json!({
        "name": name,
        "annotations": annotations,
        "ownerReferences": [{
            "apiVersion": "batch/v1", "kind": "CronJob", "controller": true,
            "name": cron_job["metadata"]["name"], "uid": cron_job["metadata"]["uid"],
        }],
    });
    if template["metadata"]["labels"].is_object() {
        metadata["labels"] = template["metadata"]["labels"].clone();
    }
    Ok(json!({
        "apiVersion": "batch/v1", "kind": "Job", "metadata": metadata,
        "spec": template["spec"], "status": {},
    }))
}

fn one_container(invocation: &Invocation, name: &str, image: &str) -> Value {
    let mut container = json!({"image": image, "name": name, "resources": {}});
    if let Some(command) = &invocation.command {
        container["command"] = json!(command);
    }
    json!({"containers": [container], "restartPolicy": "Never"})
}

/// Source: `create_cronjob.go`.
pub(super) fn cron_job(invocation: &Invocation, name: &str) -> Result<Value, Failure> {
    let flags = &invocation.flags;
    let mut pod = one_container(invocation, name, flags.text("image").unwrap_or_default());
    let restart = flags.text("restart").filter(|restart| !restart.is_empty());
    pod["restartPolicy"] = json!(restart.unwrap_or("OnFailure"));
    Ok(json!({
        "apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": name},
        "spec": {
            "jobTemplate": {
                "metadata": {"name": name},
                "spec": {"template": {"metadata": {}, "spec": pod}},
            },
            "schedule": flags.text("schedule").unwrap_or_default(),
        },
        "status": {},
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invocation::parse;

    fn made(line: &str) -> Value {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        deployment(&parse(&words).unwrap(), "web").unwrap()
    }

    #[test]
    fn containers_are_named_after_their_images() {
        let names = |line: &str| {
            let made = made(line);
            let containers = made["spec"]["template"]["spec"]["containers"].as_array().cloned();
            containers.unwrap().iter().map(|c| c["name"].clone()).collect::<Vec<_>>()
        };
        assert_eq!(names("create deployment web --image=r.io:5000/a/nginx:1.2"), ["nginx"]);
        assert_eq!(names("create deploy web --image=a/b@sha256:0 --image=redis"), ["b", "redis"]);
    }

    #[test]
    fn port_replicas_and_command_are_in_the_deployment() {
        let made = made("create deployment web --image=nginx --port=80 -r 3 -- sleep 1");
        assert_eq!(made["spec"]["replicas"], 3);
        let container = &made["spec"]["template"]["spec"]["containers"][0];
        assert_eq!(container["ports"], json!([{"containerPort": 80}]));
        assert_eq!(container["command"], json!(["sleep", "1"]));
    }
}
