//! `diff` and `cmp`.

use super::Run;
use super::options::Known;

/// Files with more lines are only told to differ.
const MOST_LINES: usize = 2000;

pub(super) async fn cmp(run: Run) -> i32 {
    let options = match run.options(Known::letters("sln:b")).await {
        Ok(options) => options,
        Err(code) => return code,
    };
    let [one, other] = options.operands.as_slice() else {
        run.fail("missing operand").await;
        return 2;
    };
    let (left, right) = match (run.read_input(one).await, run.read_input(other).await) {
        (Ok(left), Ok(right)) => (left, right),
        (Err(error), _) => {
            run.fail_open(one, error).await;
            return 2;
        }
        (_, Err(error)) => {
            run.fail_open(other, error).await;
            return 2;
        }
    };
    if left == right {
        return 0;
    }
    let at = left.iter().zip(&right).position(|(one, other)| one != other);
    let text = match at {
        Some(at) => {
            let line = left[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
            format!("{one} {other} differ: char {}, line {line}\n", at + 1)
        }
        None => format!("cmp: EOF on {}\n", if left.len() < right.len() { one } else { other }),
    };
    if !options.has("s") {
        run.print(&text).await;
    }
    1
}

/// Unified, with three lines around each change, as busybox and `diff -u` show it.
pub(super) async fn diff(run: Run) -> i32 {
    let options = match run.options(Known::letters("uqrNabiwBU:y")).await {
        Ok(options) => options,
        Err(code) => return code,
    };
    let [one, other] = options.operands.as_slice() else {
        run.fail("missing operand").await;
        return 2;
    };
    let mut texts = Vec::new();
    for path in [one, other] {
        match run.read_input(path).await {
            Ok(content) => texts.push(String::from_utf8_lossy(&content).into_owned()),
            Err(error) => {
                run.fail(format!("{path}: {error}")).await;
                return 2;
            }
        }
    }
    if texts[0] == texts[1] {
        return 0;
    }
    let (left, right): (Vec<&str>, Vec<&str>) =
        (texts[0].lines().collect(), texts[1].lines().collect());
    if options.has("q") || left.len() > MOST_LINES || right.len() > MOST_LINES {
        run.print(&format!("Files {one} and {other} differ\n")).await;
        return 1;
    }
    run.system.steps(2000).await;
    let changes = changes(&left, &right);
    let text = match options.has("u") || !run.is_gnu() {
        true => format!("--- {one}\n+++ {other}\n{}", unified(&changes)),
        false => normal(&changes),
    };
    run.print(&text).await;
    1
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change<'a> {
    Same(&'a str),
    Gone(&'a str),
    New(&'a str),
}

/// By the longest common subsequence.
fn changes<'a>(left: &[&'a str], right: &[&'a str]) -> Vec<Change<'a>> {
    let width = right.len() + 1;
    let mut lengths = vec![0_u32; (left.len() + 1) * width];
    for i in (0..left.len()).rev() {
        for j in (0..right.len()).rev() {
            lengths[i * width + j] = match left[i] == right[j] {
                true => lengths[(i + 1) * width + j + 1] + 1,
                false => lengths[(i + 1) * width + j].max(lengths[i * width + j + 1]),
            };
        }
    }
    let (mut i, mut j, mut all) = (0, 0, Vec::new());
    while i < left.len() || j < right.len() {
        let same = i < left.len() && j < right.len() && left[i] == right[j];
        if same {
            all.push(Change::Same(left[i]));
            (i, j) = (i + 1, j + 1);
        } else if i < left.len()
            && (j >= right.len() || lengths[(i + 1) * width + j] >= lengths[i * width + j + 1])
        {
            all.push(Change::Gone(left[i]));
            i += 1;
        } else {
            all.push(Change::New(right[j]));
            j += 1;
        }
    }
    all
}

fn unified(changes: &[Change<'_>]) -> String {
    let is_change = |at: usize| !matches!(changes[at], Change::Same(_));
    let near = |at: usize| (at.saturating_sub(3)..(at + 4).min(changes.len())).any(is_change);
    let (mut text, mut left, mut right, mut at) = (String::new(), 1, 1, 0);
    while at < changes.len() {
        if !near(at) {
            (left, right, at) = (left + 1, right + 1, at + 1);
            continue;
        }
        let mut end = at;
        while end < changes.len() && near(end) {
            end += 1;
        }
        let hunk = &changes[at..end];
        let gone = hunk.iter().filter(|it| !matches!(it, Change::New(_))).count();
        let new = hunk.iter().filter(|it| !matches!(it, Change::Gone(_))).count();
        text.push_str(&format!("@@ -{} +{} @@\n", range(left, gone), range(right, new)));
        for change in hunk {
            text.push_str(&match change {
                Change::Same(line) => format!(" {line}\n"),
                Change::Gone(line) => format!("-{line}\n"),
                Change::New(line) => format!("+{line}\n"),
            });
        }
        (left, right, at) = (left + gone, right + new, end);
    }
    text
}

fn range(start: usize, count: usize) -> String {
    match count {
        1 => start.to_string(),
        0 => format!("{},0", start - 1),
        count => format!("{start},{count}"),
    }
}

fn normal(changes: &[Change<'_>]) -> String {
    let (mut text, mut left, mut right, mut at) = (String::new(), 0, 0, 0);
    while at < changes.len() {
        if matches!(changes[at], Change::Same(_)) {
            (left, right, at) = (left + 1, right + 1, at + 1);
            continue;
        }
        let run: Vec<&Change<'_>> =
            changes[at..].iter().take_while(|it| !matches!(it, Change::Same(_))).collect();
        let gone: Vec<&str> = run
            .iter()
            .filter_map(|it| if let Change::Gone(line) = it { Some(*line) } else { None })
            .collect();
        let new: Vec<&str> = run
            .iter()
            .filter_map(|it| if let Change::New(line) = it { Some(*line) } else { None })
            .collect();
        let span = |start: usize, count: usize| match count {
            0 => start.to_string(),
            1 => (start + 1).to_string(),
            count => format!("{},{}", start + 1, start + count),
        };
        let kind = match (gone.is_empty(), new.is_empty()) {
            (true, _) => 'a',
            (_, true) => 'd',
            _ => 'c',
        };
        text.push_str(&format!("{}{kind}{}\n", span(left, gone.len()), span(right, new.len())));
        text.extend(gone.iter().map(|line| format!("< {line}\n")));
        if kind == 'c' {
            text.push_str("---\n");
        }
        text.extend(new.iter().map(|line| format!("> {line}\n")));
        (left, right, at) = (left + gone.len(), right + new.len(), at + run.len());
    }
    text
}
