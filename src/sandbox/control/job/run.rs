use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::super::super::fields;
use super::super::context::Context;
use super::super::controllers::Controller;
use super::super::{pods, template};
use super::sync::{INDEX, Look, SOURCE};
use super::tally::Tally;

/// The most pods that are made at once.
///
/// Source: `pkg/controller/job/job_controller.go`, `MaxPodCreateDeletePerSync`.
const BURST: usize = 500;

/// Whether each completion has a number of its own.
pub(super) fn is_indexed(job: &Value) -> bool {
    fields::text(job, "spec.completionMode") == "Indexed"
}

/// How many pods have to succeed; none where any one of them says that the work is done.
pub(super) fn completions(job: &Value) -> Option<i64> {
    let said = fields::number(job, "spec.completions").map(|number| number.max(0));
    said.or_else(|| fields::number(job, "spec.parallelism").is_none().then_some(1))
}

/// How many pods should run now.
///
/// Source: `job_controller.go`, `manageJob`.
pub(super) fn wanted_active(look: &Look<'_>) -> usize {
    let parallel = fields::number(&look.job, "spec.parallelism").unwrap_or(1).max(0);
    let wanted = match completions(&look.job) {
        Some(completions) => parallel.min((completions - look.succeeded).max(0)),
        None if look.succeeded > 0 => return look.active.len(),
        None => parallel,
    };
    usize::try_from(wanted).unwrap_or(0).min(super::super::replica_set::MOST_PODS)
}

/// Makes pods; of an indexed job, those of the first indexes that are free.
pub(super) fn make(context: &mut Context<'_>, look: &mut Look<'_>, number: usize) {
    let number = number.min(BURST);
    let indexes: Vec<Option<i64>> = if is_indexed(&look.job) {
        let taken: BTreeSet<i64> = look.active.iter().filter_map(|pod| index_of(pod)).collect();
        let all = 0..completions(&look.job).unwrap_or(0);
        let free = all.filter(|index| !look.done.contains(index) && !taken.contains(index));
        free.take(number).map(Some).collect()
    } else {
        vec![None; number]
    };
    for index in indexes {
        match context.create("pods", pod(&look.job, index)) {
            Ok(pod) => {
                let message = format!("Created pod: {}", fields::name(&pod));
                context.normal(SOURCE, &look.job, "SuccessfulCreate", &message);
                look.active.push(pod);
            }
            Err(status) => {
                let message = format!("Error creating: {status}");
                context.warning(SOURCE, &look.job, "FailedCreate", &message);
                context.later(Controller::Job, look.key, fields::later(context.now, 10));
                return;
            }
        }
    }
}

/// Ends pods that are too many.
pub(super) fn end_surplus(
    context: &mut Context<'_>,
    tally: &mut Tally,
    look: &mut Look<'_>,
    number: usize,
) {
    let order = pods::in_order_of_dispensability(std::mem::take(&mut look.active));
    for (at, pod) in order.into_iter().enumerate() {
        if at >= number {
            look.active.push(pod);
            continue;
        }
        tally.give_up(&pod);
        context.delete("pods", fields::namespace(&pod), fields::name(&pod));
        let message = format!("Deleted pod: {}", fields::name(&pod));
        context.normal(SOURCE, &look.job, "SuccessfulDelete", &message);
        if let Some(pod) = context.get("pods", fields::namespace(&pod), fields::name(&pod)) {
            look.leaving.push(pod);
        }
    }
}

fn pod(job: &Value, index: Option<i64>) -> Value {
    let mut pod = template::pod_of(job, &job["spec"]["template"]);
    let (name, uid) = (fields::name(job), fields::uid(job));
    let labels = [
        ("batch.kubernetes.io/controller-uid", uid),
        ("batch.kubernetes.io/job-name", name),
        ("controller-uid", uid),
        ("job-name", name),
    ];
    for (key, value) in labels {
        fields::annotate(&mut pod, "labels", key, value);
    }
    if let Some(index) = index {
        number(&mut pod, name, index);
    }
    pod
}

/// Source: `pkg/controller/job/indexed_job_utils.go`, `addCompletionIndexEnvVariables`.
fn number(pod: &mut Value, name: &str, index: i64) {
    fields::annotate(pod, "labels", INDEX, &index.to_string());
    fields::annotate(pod, "annotations", INDEX, &index.to_string());
    fields::set(pod, "metadata.generateName", format!("{name}-{index}-"));
    fields::set(pod, "spec.hostname", format!("{name}-{index}"));
    let variable = json!({
        "name": "JOB_COMPLETION_INDEX",
        "valueFrom": { "fieldRef": {
            "apiVersion": "v1", "fieldPath": format!("metadata.labels['{INDEX}']"),
        } },
    });
    for list in ["initContainers", "containers"] {
        let mut containers = fields::items(pod, &format!("spec.{list}")).to_vec();
        for container in &mut containers {
            let mut env = fields::items(container, "env").to_vec();
            env.push(variable.clone());
            fields::set(container, "env", env);
        }
        if !containers.is_empty() {
            fields::set(pod, &format!("spec.{list}"), containers);
        }
    }
}

/// The number that a pod of an indexed job has.
pub(super) fn index_of(pod: &Value) -> Option<i64> {
    fields::annotation(pod, INDEX).parse().ok()
}

/// `1,3-5`.
pub(super) fn format_indexes(indexes: &BTreeSet<i64>) -> String {
    let mut runs: Vec<(i64, i64)> = Vec::new();
    for index in indexes {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == *index => *last = *index,
            _ => runs.push((*index, *index)),
        }
    }
    let one = |(first, last): &(i64, i64)| match last - first {
        0 => first.to_string(),
        1 => format!("{first},{last}"),
        _ => format!("{first}-{last}"),
    };
    runs.iter().map(one).collect::<Vec<_>>().join(",")
}

/// The reverse of [`format_indexes`].
pub(super) fn parse_indexes(text: &str) -> BTreeSet<i64> {
    let parts = text.split(',').filter_map(|part| {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        Some((first.parse::<i64>().ok()?, last.parse::<i64>().ok()?))
    });
    parts
        .filter(|(first, last)| last - first < 100_000)
        .flat_map(|(first, last)| first..=last)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indexes_are_written_as_runs() {
        for text in ["", "0", "0,1", "0-2", "1,3-5,7,8"] {
            assert_eq!(format_indexes(&parse_indexes(text)), text);
        }
        assert_eq!(parse_indexes("x,2-y,4"), BTreeSet::from([4]));
    }
}
