//! What was understood, for people.

use std::fmt::Write;

use crate::base::{safe_line, safe_text};
use crate::lab::{
    Block, BlockKind, Capture, CaptureSource, Expect, ExpectExit, Lab, Need, Runs, SampleRule,
    Step, Until,
};

/// The steps: where each stands, where it runs, what it runs, and what it promises.
pub fn show_text(lab: &Lab) -> String {
    let mut out = format!("{}\n", safe_line(&lab.title));
    if let Some(summary) = &lab.front_matter.summary {
        let _ = writeln!(out, "{}", safe_line(summary));
    }
    let mut section = None;
    for (number, step) in lab.steps.iter().enumerate() {
        if step.section != section {
            section = step.section;
            let heading = section.and_then(|at| lab.sections.get(at));
            let title = heading.map_or("", |heading| heading.title.as_str());
            let _ = write!(out, "\n{}\n", safe_line(title));
        }
        out.push_str(&show_step(number + 1, step, &lab.blocks[step.block]));
    }
    let _ = write!(out, "\n{}\n", totals(lab));
    out
}

/// Every block with its kind and the reason for it.
pub fn show_blocks(lab: &Lab) -> String {
    let mut out = String::new();
    for block in &lab.blocks {
        let kind = kind_name(block.kind);
        let _ = writeln!(out, "line {:<5} {kind:<9} {}", block.line, safe_line(&block.reason));
        let is_guessed = block.guesses.iter().any(|guess| guess.starts_with("file "));
        if let Some(file) = block.file.as_deref().filter(|_| !is_guessed) {
            let _ = writeln!(out, "{:21} file {}: its directive says so", "", safe_line(file));
        }
        for guess in &block.guesses {
            let _ = writeln!(out, "{:21} {}", "", safe_line(guess));
        }
        for command in &block.commands {
            let runs = runs_name(command.runs);
            let _ = writeln!(out, "{:21} {runs}: {}", "", first_line(&command.text));
        }
    }
    out
}

fn show_step(number: usize, step: &Step, block: &Block) -> String {
    let mut out =
        format!("{number:>3}. {}  (line {}, {})\n", safe_line(&step.id), block.line, step.shell);
    for command in &block.commands {
        let mark = match command.runs {
            Runs::Native | Runs::Host | Runs::Pod => "$",
            Runs::Kubectl => "$ (needs a real kubectl)",
            Runs::Shown => "(not run)",
        };
        let text = safe_text(&command.text).replace('\n', "\n       ");
        let _ = writeln!(out, "     {mark} {text}");
    }
    let facts = facts(step);
    for (name, value) in facts {
        let _ = writeln!(out, "     {name}: {}", safe_line(&value));
    }
    out
}

fn facts(step: &Step) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    facts.extend(step.opens.iter().map(|name| ("opens a shell", name.clone())));
    facts.extend(expectations(&step.expect).into_iter().map(|text| ("expects", text)));
    facts.extend(step.wait.iter().map(|condition| ("waits until", condition.to_string())));
    facts.extend(step.until.iter().map(|until| ("runs until", until_words(until))));
    facts.extend(step.capture.iter().map(|capture| ("takes", capture_words(capture))));
    facts.extend(step.fills.iter().map(|fill| ("fills", capture_words(fill))));
    facts.extend(step.needs.iter().map(|need| ("needs", need_words(need))));
    if step.timeout.as_secs() != 60 {
        facts.push(("within", crate::base::short_elapsed(step.timeout)));
    }
    facts.extend(step.skip.iter().map(|reason| ("never run", reason.clone())));
    if step.manual {
        facts.push(("run", "by hand only".to_owned()));
    }
    facts.extend(step.check.iter().map(|check| ("checks with", check.command.clone())));
    facts.extend(step.broken.iter().map(|reason| ("does not run", reason.clone())));
    facts
}

fn expectations(expect: &Expect) -> Vec<String> {
    let mut words = Vec::new();
    if expect.exit != ExpectExit::Success {
        words.push(expect.exit.to_string());
    }
    words.extend(expect.contains.iter().map(|text| format!("output that contains \"{text}\"")));
    words.extend(expect.matches.iter().map(|pattern| format!("output that matches /{pattern}/")));
    match expect.sample {
        SampleRule::Like => words.push("output like the sample".to_owned()),
        SampleRule::Exact => words.push("exactly the sample".to_owned()),
        SampleRule::Drift | SampleRule::Ignore => {}
    }
    words
}

fn until_words(until: &Until) -> String {
    match until {
        Until::Condition(condition) => condition.to_string(),
        Until::Elapsed(duration) => {
            format!("{} have passed", crate::base::short_elapsed(*duration))
        }
    }
}

fn capture_words(capture: &Capture) -> String {
    let name = &capture.name;
    match &capture.source {
        CaptureSource::Field { kind, name: object, path } => {
            format!("<{name}> from {path} of {kind}/{object}")
        }
        CaptureSource::Column(column) => format!("<{name}> from the column {column}"),
        CaptureSource::Regex(pattern) => format!("<{name}> from what matches /{pattern}/"),
    }
}

fn need_words(need: &Need) -> String {
    match need {
        Need::LoadBalancer => "load balancers".to_owned(),
        Need::Nodes(count) => format!("{count} nodes"),
        Need::Kubernetes(range) => format!("Kubernetes {range}"),
    }
}

fn totals(lab: &Lab) -> String {
    let commands = lab.blocks.iter().flat_map(|block| &block.commands);
    let count = |runs: Runs| commands.clone().filter(|command| command.runs == runs).count();
    format!(
        "{} steps in {} blocks; commands: {} native kubectl, {} real kubectl, {} host, {} pod, {} shown",
        lab.steps.len(),
        lab.blocks.len(),
        count(Runs::Native),
        count(Runs::Kubectl),
        count(Runs::Host),
        count(Runs::Pod),
        count(Runs::Shown),
    )
}

fn first_line(text: &str) -> String {
    safe_line(text.lines().next().unwrap_or_default())
}

fn kind_name(kind: BlockKind) -> &'static str {
    match kind {
        BlockKind::Command => "command",
        BlockKind::Mixed => "mixed",
        BlockKind::Output => "output",
        BlockKind::Manifest => "manifest",
        BlockKind::Fragment => "fragment",
        BlockKind::Code => "code",
        BlockKind::Other => "other",
    }
}

fn runs_name(runs: Runs) -> &'static str {
    match runs {
        Runs::Native => "native",
        Runs::Kubectl => "kubectl",
        Runs::Host => "host",
        Runs::Pod => "pod",
        Runs::Shown => "shown",
    }
}
