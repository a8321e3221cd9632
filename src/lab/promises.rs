//! What the text promises to be seen after a step: from samples, and from prose that
//! tells to wait. `lab-format` § Blocks: not a blind sleep, where that can be told.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::base::parse_duration;
use crate::kinds::Probe;
use crate::lab::{Block, Condition, Need, PodState, Step};
use crate::sample::{TableRow, table_rows};

use super::manifests::objects_in;

/// Adds to every step that states nothing itself what the text around it promises.
pub(super) fn add_promises(steps: &mut [Step], blocks: &[Block], files: &BTreeMap<String, String>) {
    promise_running_pods(steps, blocks, files);
    for at in 0..steps.len() {
        promise_told(at, steps, blocks);
        promise_addresses(at, steps, blocks);
    }
}

fn states(block: &Block, key: &str) -> bool {
    block.directive.keys.iter().any(|stated| stated == key)
}

/// A step that makes a pod waits until it runs, where a later sample shows it running.
fn promise_running_pods(steps: &mut [Step], blocks: &[Block], files: &BTreeMap<String, String>) {
    for at in 0..steps.len() {
        let block = &blocks[steps[at].block];
        if states(block, "wait") {
            continue;
        }
        let pods = made_pods(block, files);
        let later = steps[at..].iter().take(LOOKAHEAD).filter_map(|step| step.sample.as_deref());
        let samples: Vec<&str> = later.collect();
        let promised = pods.into_iter().filter(|pod| {
            samples.iter().any(|sample| sample.lines().any(|line| shows_running(line, pod)))
        });
        let waits: Vec<Condition> =
            promised.map(|name| Condition::Pod { name, state: PodState::Running }).collect();
        steps[at].wait.extend(waits);
    }
}

/// How many steps may lie between making a pod and seeing it run.
const LOOKAHEAD: usize = 4;

fn shows_running(line: &str, pod: &str) -> bool {
    let mut words = line.split_whitespace();
    words.next().is_some_and(|name| name == pod || name.strip_prefix("pod/") == Some(pod))
        && words.any(|word| word == "Running")
}

fn made_pods(block: &Block, files: &BTreeMap<String, String>) -> BTreeSet<String> {
    let mut pods = BTreeSet::new();
    for known in block.commands.iter().flat_map(|command| &command.meaning.invocations) {
        match known.verb.as_str() {
            "run" => {
                let names = known.objects.iter().filter_map(|one| one.strip_prefix("pod/"));
                pods.extend(names.map(str::to_owned));
            }
            "apply" | "create" => {
                let texts =
                    known.files.iter().filter_map(|file| files.get(file.trim_start_matches("./")));
                let objects = texts.flat_map(|text| objects_in(text));
                pods.extend(objects.filter(|(kind, _)| kind == "pod").map(|(_, name)| name));
            }
            _ => {}
        }
    }
    pods
}

/// "After 35 seconds, look again: the probe has failed": the failure is waited for.
fn promise_told(at: usize, steps: &mut [Step], blocks: &[Block]) {
    let block = &blocks[steps[at].block];
    let prose = steps[at].lead.last().map(|text| text.to_lowercase()).unwrap_or_default();
    let told = told_time(&prose);
    if told.is_none() && !words(&prose).any(|word| word == "wait") {
        return;
    }
    let sample = steps[at].sample.as_deref().unwrap_or_default();
    let pods = looked_at(block, sample);
    let mut found: Vec<Condition> = pods.iter().flat_map(|pod| shown(pod, sample)).collect();
    if found.is_empty() {
        found = pods.iter().flat_map(|pod| said(pod, &prose)).collect();
    }
    let step = &mut steps[at];
    if !states(block, "wait") {
        found.retain(|condition| !step.wait.contains(condition));
        step.wait.extend(found);
    }
    if !states(block, "timeout") {
        step.timeout += told.unwrap_or_default() * 2;
    }
}

/// The pods that a block's commands name, else those of its sample.
fn looked_at(block: &Block, sample: &str) -> Vec<String> {
    let known = block.commands.iter().flat_map(|command| &command.meaning.invocations);
    let objects: Vec<&String> = known.flat_map(|known| &known.objects).collect();
    let named = objects.iter().filter_map(|object| object.strip_prefix("pod/"));
    let mut pods: Vec<String> = named.filter(|name| *name != "*").map(str::to_owned).collect();
    if pods.is_empty() && objects.iter().any(|object| object.as_str() == "pod/*") {
        pods.extend(table_rows(sample).iter().filter_map(TableRow::name).map(str::to_owned));
    }
    pods.dedup();
    pods
}

/// What a sample shows of a pod that was not so from the start.
fn shown(pod: &str, sample: &str) -> Vec<Condition> {
    let name = || pod.to_owned();
    let mut found = Vec::new();
    for (word, probe) in PROBES {
        let fails = format!("{word} probe failed").to_lowercase();
        if sample.lines().any(|line| line.to_lowercase().contains(&fails)) {
            found.push(Condition::ProbeFailed { pod: name(), probe: *probe, at_least: 1 });
        }
    }
    let rows = table_rows(sample);
    let Some(row) = rows.iter().find(|row| row.name() == Some(pod)) else { return found };
    let restarts =
        row.cell("RESTARTS").and_then(|cell| cell.split_whitespace().next()?.parse().ok());
    if restarts.is_some_and(|count: u32| count > 0) {
        found.push(Condition::Restarts { pod: name(), at_least: 1 });
    }
    let ready = row.cell("READY").and_then(|cell| cell.split_once('/'));
    let state = match (row.cell("STATUS"), ready) {
        (Some("Completed"), _) => Some(PodState::Succeeded),
        (Some("Running"), Some((ready, all))) if ready == all => Some(PodState::Ready),
        (Some("Running"), _) => Some(PodState::Running),
        _ => None,
    };
    found.extend(state.map(|state| Condition::Pod { name: name(), state }));
    found
}

const PROBES: &[(&str, Probe)] =
    &[("liveness", Probe::Liveness), ("readiness", Probe::Readiness), ("startup", Probe::Startup)];

/// What prose says of a pod, where no sample shows it.
fn said(pod: &str, prose: &str) -> Vec<Condition> {
    let name = || pod.to_owned();
    let has = |some: &[&str]| some.iter().any(|words| prose.contains(words));
    let mut found = Vec::new();
    if prose.contains("probe") && has(&["fail"]) {
        let named = PROBES.iter().find(|(word, _)| prose.contains(word));
        let probe = named.map_or(Probe::Liveness, |(_, probe)| *probe);
        found.push(Condition::ProbeFailed { pod: name(), probe, at_least: 1 });
    }
    if has(&["been restarted", "was restarted", "has restarted", "is restarted", "are restarted"]) {
        found.push(Condition::Restarts { pod: name(), at_least: 1 });
    }
    let state = match () {
        () if has(&["is gone", "been deleted", "is deleted", "been terminated"]) => {
            Some(PodState::Deleted)
        }
        () if has(&["completed", "succeeded"]) => Some(PodState::Succeeded),
        () if has(&["not ready", "unready"]) => Some(PodState::NotReady),
        () if has(&["is ready", "become ready", "becomes ready", "be ready"]) => {
            Some(PodState::Ready)
        }
        () if has(&["is running", "be running", "are running"]) => Some(PodState::Running),
        () => None,
    };
    if found.is_empty() {
        found.extend(state.map(|state| Condition::Pod { name: name(), state }));
    }
    found
}

/// "If `EXTERNAL-IP` reads `<pending>`, wait a minute": the address is waited for, in the
/// step that looked for it.
fn promise_addresses(at: usize, steps: &mut [Step], blocks: &[Block]) {
    let is_about = |text: &String| text.contains("<pending>") || text.contains("`pending`");
    if !steps[at].lead.iter().any(is_about) {
        return;
    }
    let from = at.saturating_sub(1);
    for step in &mut steps[from..=at] {
        let block = &blocks[step.block];
        let services = balanced(block, step.sample.as_deref().unwrap_or_default());
        if states(block, "wait") || services.is_empty() {
            continue;
        }
        let waits = services.into_iter().map(|name| Condition::ServiceExternalIp { name });
        let waits: Vec<Condition> = waits.filter(|wait| !step.wait.contains(wait)).collect();
        step.wait.extend(waits);
        if !step.needs.contains(&Need::LoadBalancer) {
            step.needs.push(Need::LoadBalancer);
        }
    }
}

/// The services that a block looks at and whose sample shows an address.
fn balanced(block: &Block, sample: &str) -> Vec<String> {
    let known = block.commands.iter().flat_map(|command| &command.meaning.invocations);
    let looks = known
        .filter(|known| known.verb == "get")
        .any(|known| known.objects.iter().any(|object| object.starts_with("service/")));
    let rows = table_rows(sample);
    let with_address = rows.iter().filter(|row| {
        row.cell("TYPE") == Some("LoadBalancer")
            && row.cell("EXTERNAL-IP").is_some_and(|cell| !cell.starts_with('<'))
    });
    let names = with_address.filter_map(TableRow::name).map(str::to_owned);
    if looks { names.collect() } else { Vec::new() }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// How long prose (in lower case) tells to wait: "wait another 30 seconds", "after a minute".
/// "Within 30 seconds" tells to hurry.
fn told_time(prose: &str) -> Option<Duration> {
    let all: Vec<&str> = words(prose).collect();
    for (at, word) in all.iter().enumerate() {
        let before = &all[at.saturating_sub(REACH)..at];
        let told =
            before.iter().any(|one| matches!(*one, "wait" | "waiting" | "after" | "another"));
        if !told || before.contains(&"within") {
            continue;
        }
        if let Ok(time) = parse_duration(word)
            && word.ends_with(['s', 'm'])
        {
            return Some(time.min(LONGEST));
        }
        let unit: u32 = match *word {
            "second" | "seconds" | "sec" | "secs" | "s" => 1,
            "minute" | "minutes" | "min" | "mins" => 60,
            "moment" | "moments" => 10,
            "while" => 30,
            _ => continue,
        };
        let number = at.checked_sub(1).map_or("", |before| all[before]);
        let count = match number {
            "a" | "one" | "another" => 1,
            "few" | "some" | "couple" | "several" => 3,
            "two" => 2,
            number => match number.parse::<u32>() {
                Ok(number) => number,
                Err(_) => continue,
            },
        };
        let time = Duration::from_secs(u64::from(unit).saturating_mul(u64::from(count)));
        return Some(time.min(LONGEST));
    }
    None
}

/// Who says more means something else.
const LONGEST: Duration = Duration::from_secs(3600);

/// How many words may stand between "wait" and its unit.
const REACH: usize = 5;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_tells_how_long() {
        let check = |prose: &str, wanted: Option<u64>| {
            assert_eq!(
                told_time(&prose.to_lowercase()).map(|time| time.as_secs()),
                wanted,
                "{prose}"
            );
        };
        check("Wait another 30 seconds, and verify:", Some(30));
        check("After 35 seconds, view the events again.", Some(35));
        check("then wait a minute and try again", Some(60));
        check("Wait for about 2 minutes.", Some(120));
        check("After a few seconds you see it:", Some(3));
        check("Wait a moment.", Some(10));
        check("After 30s the probe fails:", Some(30));
        check("Within 30 seconds, view the events:", None);
        check("It runs every 5 seconds.", None);
        check("The probe waits.", None);
        check("Wait until it runs.", None);
        check("", None);
    }

    #[test]
    fn a_sample_says_what_was_not_so_from_the_start() {
        let check = |sample: &str, wanted: &[&str]| {
            let found: Vec<String> = shown("web", sample).iter().map(ToString::to_string).collect();
            assert_eq!(found, wanted, "{sample}");
        };
        check(
            "NAME   READY   STATUS    RESTARTS   AGE\nweb    1/1     Running   3          4m\n",
            &["pod/web has restarted at least 1 time", "pod/web is Ready"],
        );
        check(
            "NAME   READY   STATUS      RESTARTS   AGE\nweb    0/1     Completed   0          4m\n",
            &["pod/web has Succeeded"],
        );
        check(
            "Warning  Unhealthy  21s  kubelet  Liveness probe failed: no such file\n",
            &["the liveness probe of pod/web has failed at least once"],
        );
        check("NAME   READY   STATUS\nother  1/1     Running\n", &[]);
    }

    #[test]
    fn prose_says_what_will_be_seen() {
        let check = |prose: &str, wanted: &[&str]| {
            let found: Vec<String> =
                said("web", &prose.to_lowercase()).iter().map(ToString::to_string).collect();
            assert_eq!(found, wanted, "{prose}");
        };
        check(
            "After 10 seconds, verify that liveness probes have failed and the Container has been restarted:",
            &[
                "the liveness probe of pod/web has failed at least once",
                "pod/web has restarted at least 1 time",
            ],
        );
        check("Wait until the pod is running:", &["pod/web is Running"]);
        check("Wait for it to become ready.", &["pod/web is Ready"]);
        check("Wait until the pod is gone.", &["pod/web is gone"]);
        check("Wait 5 seconds.", &[]);
    }
}
