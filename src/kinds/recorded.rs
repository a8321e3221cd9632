//! The rows of two real clusters: what their pods were, against what kubectl printed of them.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use k8s_openapi::api::core::v1::Pod;
use serde::Deserialize;

use super::{PodRow, pod_row};

#[derive(Deserialize)]
struct WatchLine {
    r#type: String,
    object: Pod,
}

/// The tables of `get pods` in a recording, as rows of cells.
fn tables(recording: &str) -> Vec<Vec<Vec<String>>> {
    let mut tables = Vec::new();
    for block in recording.split("$ ").filter(|block| block.contains("AGE")) {
        let command = block.lines().next().unwrap_or_default();
        if !command.starts_with(r#"["kubectl", "get", "po"#) || command.contains('-') {
            continue;
        }
        let rows = block.lines().skip(2).take_while(|line| !line.starts_with('['));
        let cells = |line: &str| {
            line.split("  ")
                .map(str::trim)
                .filter(|cell| !cell.is_empty())
                .map(str::to_owned)
                .collect()
        };
        tables.push(rows.map(cells).collect());
    }
    tables
}

fn history(recording: &str) -> Vec<BTreeMap<String, PodRow>> {
    let mut pods = BTreeMap::new();
    let mut history = Vec::new();
    for line in recording.lines() {
        let line: WatchLine = serde_json::from_str(line).unwrap();
        let row = pod_row(&line.object);
        if line.r#type == "DELETED" {
            pods.remove(&row.name);
        } else {
            pods.insert(row.name.clone(), row);
        }
        history.push(pods.clone());
    }
    history
}

fn seconds(age: &str) -> i64 {
    let mut total = 0;
    let mut number = 0;
    for c in age.chars() {
        match (c.to_digit(10), c) {
            (Some(digit), _) => number = number * 10 + i64::from(digit),
            (None, 'm') => total += std::mem::take(&mut number) * 60,
            (None, _) => total += std::mem::take(&mut number),
        }
    }
    total
}

/// The moment of a table: times of creation are whole seconds, so any row tells it.
fn moment(table: &[Vec<String>], pods: &BTreeMap<String, PodRow>) -> Option<Timestamp> {
    let row = table.first()?;
    let age = SignedDuration::from_secs(seconds(row.last()?));
    pods.get(&row[0])?.created?.checked_add(age).ok()
}

fn shown(pods: &BTreeMap<String, PodRow>, now: Timestamp) -> Vec<Vec<String>> {
    let cells = |row: &PodRow| {
        let (ready, restarts) = (row.ready_cell(), row.restarts_cell(now));
        vec![row.name.clone(), ready, row.status.clone(), restarts, row.age_cell(now)]
    };
    pods.values().map(cells).collect()
}

fn check(pods: &str, printed: &str, wanted_tables: usize, same: impl Fn(&str, &str) -> bool) {
    let history = history(pods);
    let tables = tables(printed);
    assert_eq!(tables.len(), wanted_tables);
    for table in tables {
        let seen = history.iter().any(|pods| {
            let rows = moment(&table, pods).map(|now| shown(pods, now)).unwrap_or_default();
            let equal = |(ours, theirs): (&Vec<String>, &Vec<String>)| {
                ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(a, b)| same(a, b))
            };
            rows.len() == table.len() && rows.iter().zip(&table).all(equal)
        });
        assert!(seen, "at no moment the pods were {table:#?}");
    }
}

#[test]
fn rows_are_those_of_a_1_36_cluster() {
    let pods = include_str!("../../tests/recordings/k8s-1.36.2/pods.watch.jsonl");
    let same = |ours: &str, theirs: &str| ours == theirs;
    check(pods, include_str!("../../tests/recordings/k8s-1.36.2/kubectl.txt"), 1, same);
    check(pods, include_str!("../../tests/recordings/k8s-1.36.2/kubectl-after-75s.txt"), 1, same);
    check(pods, include_str!("../../tests/recordings/k8s-1.36.2/kubectl-after-4m.txt"), 1, same);
}

#[test]
fn rows_are_those_of_a_1_20_cluster_but_for_the_time_of_the_last_restart() {
    let pods = include_str!("../../tests/recordings/k8s-1.20.2/pods.watch.jsonl");
    let same = |ours: &str, theirs: &str| ours.split(" (").next() == Some(theirs);
    check(pods, include_str!("../../tests/recordings/k8s-1.20.2/kubectl.txt"), 1, same);
    check(pods, include_str!("../../tests/recordings/k8s-1.20.2/kubectl-after-75s.txt"), 1, same);
    check(pods, include_str!("../../tests/recordings/k8s-1.20.2/kubectl-after-4m.txt"), 1, same);
}
