use regex::bytes::Regex;

use super::Run;
use super::options::{Known, Options};
use super::pattern_text::{Grammar, Reading, compile};
use crate::sandbox::process::files::join;

const KNOWN: Known<'_> = Known {
    letters: "ivcEFGqnrRlLwxohHse:f:A:B:C:m:Pazby",
    long: &[
        ("ignore-case", "i"),
        ("invert-match", "v"),
        ("count", "c"),
        ("extended-regexp", "E"),
        ("fixed-strings", "F"),
        ("quiet", "q"),
        ("silent", "q"),
        ("line-number", "n"),
        ("recursive", "r"),
        ("files-with-matches", "l"),
        ("word-regexp", "w"),
        ("line-regexp", "x"),
        ("only-matching", "o"),
        ("no-filename", "h"),
        ("with-filename", "H"),
        ("no-messages", "s"),
        ("regexp=", "e"),
        ("after-context=", "A"),
        ("before-context=", "B"),
        ("context=", "C"),
        ("max-count=", "m"),
        ("color", "color"),
        ("colour", "color"),
        ("line-buffered", "z"),
    ],
    mixed: true,
};

pub(super) async fn grep(run: Run) -> i32 {
    let mut options = match run.options(KNOWN).await {
        Ok(options) => options,
        Err(_) => return 2,
    };
    let patterns = match patterns(&run, &mut options).await {
        Ok(patterns) => patterns,
        Err(code) => return code,
    };
    let recursive = options.has("r") || options.has("R");
    let mut paths = std::mem::take(&mut options.operands);
    if paths.is_empty() {
        paths.push(if recursive { "." } else { "-" }.to_owned());
    }
    let named = (paths.len() > 1 || recursive || options.has("H")) && !options.has("h");
    let mut search =
        Search { run: &run, options: &options, patterns, named, found: false, failed: false };
    let mut waiting: Vec<String> = paths.into_iter().rev().collect();
    while let Some(path) = waiting.pop() {
        let is_folder = path != "-" && run.system.stat(&path).is_ok_and(|node| node.is_folder());
        match (is_folder, recursive) {
            (true, true) => {
                run.system.step().await;
                let entries = run.system.list(&path).unwrap_or_default();
                waiting.extend(entries.iter().rev().map(|entry| join(&path, &entry.name)));
            }
            (true, false) if run.is_gnu() => {
                search.failed = true;
                run.fail(format!("{path}: Is a directory")).await;
            }
            _ => search.file(&path).await,
        }
        if search.found && options.has("q") {
            return 0;
        }
    }
    match (search.found, search.failed) {
        (_, true) => 2,
        (true, _) => 0,
        (false, _) => 1,
    }
}

async fn patterns(run: &Run, options: &mut Options) -> Result<Vec<Regex>, i32> {
    let mut texts: Vec<String> = options.values("e").map(str::to_owned).collect();
    for path in options.values("f") {
        match run.read_input(path).await {
            Ok(content) => {
                texts.extend(String::from_utf8_lossy(&content).lines().map(str::to_owned));
            }
            Err(error) => {
                run.fail(format!("{path}: {error}")).await;
                return Err(2);
            }
        }
    }
    if texts.is_empty() && !options.has("f") {
        if options.operands.is_empty() {
            run.usage("no pattern").await;
            return Err(2);
        }
        texts.extend(options.operands.remove(0).lines().map(str::to_owned));
        if texts.is_empty() {
            texts.push(String::new());
        }
    }
    let grammar = match (run.name(), options.has("F"), options.has("E") || options.has("P")) {
        ("fgrep", ..) | (_, true, _) => Grammar::Fixed,
        ("egrep", ..) | (_, _, true) => Grammar::Extended,
        _ => Grammar::Basic,
    };
    let reading = Reading {
        grammar,
        ignore_case: options.has("i") || options.has("y"),
        whole_words: options.has("w"),
        whole_lines: options.has("x"),
    };
    let mut patterns = Vec::new();
    for text in &texts {
        match compile(text, reading) {
            Ok(pattern) => patterns.push(pattern),
            Err(message) => {
                run.fail(message).await;
                return Err(2);
            }
        }
    }
    Ok(patterns)
}

struct Search<'a> {
    run: &'a Run,
    options: &'a Options,
    patterns: Vec<Regex>,
    named: bool,
    found: bool,
    failed: bool,
}

impl Search<'_> {
    async fn file(&mut self, path: &str) {
        let content = match self.run.read_input(path).await {
            Ok(content) => content,
            Err(error) => {
                self.failed = true;
                if !self.options.has("s") {
                    self.run.fail(format!("{path}: {error}")).await;
                }
                return;
            }
        };
        let lines: Vec<&[u8]> = content.split_inclusive(|byte| *byte == b'\n').map(chomp).collect();
        let most = self.options.value("m").and_then(|it| it.parse().ok()).unwrap_or(usize::MAX);
        let hits: Vec<usize> = (0..lines.len())
            .filter(|number| {
                let fits = self.patterns.iter().any(|pattern| pattern.is_match(lines[*number]));
                fits != self.options.has("v")
            })
            .take(most)
            .collect();
        self.found |= !hits.is_empty();
        let steps = u32::try_from(lines.len() / 4).unwrap_or(u32::MAX);
        self.run.system.steps(steps.clamp(1, 2000)).await;
        let shown = if path == "-" { "(standard input)" } else { path };
        let prefix = if self.named { format!("{shown}:") } else { String::new() };
        let text = match () {
            () if self.options.has("q") => String::new(),
            () if self.options.has("c") => format!("{prefix}{}\n", hits.len()),
            () if self.options.has("l") && hits.is_empty() => String::new(),
            () if self.options.has("L") && !hits.is_empty() => String::new(),
            () if self.options.has("l") || self.options.has("L") => format!("{shown}\n"),
            () => self.lines(&lines, &hits, shown),
        };
        self.run.print(&text).await;
    }

    fn lines(&self, lines: &[&[u8]], hits: &[usize], name: &str) -> String {
        let context = |letter: &str| -> usize {
            let value = self.options.value(letter).or_else(|| self.options.value("C"));
            value.and_then(|it| it.parse().ok()).unwrap_or(0)
        };
        let (before, after) = (context("B"), context("A"));
        let mut text = String::new();
        let mut next = 0;
        for (order, hit) in hits.iter().enumerate() {
            let first = hit.saturating_sub(before).max(next);
            if (before > 0 || after > 0) && order > 0 && first > next {
                text.push_str("--\n");
            }
            for (number, line) in lines.iter().enumerate().take(*hit).skip(first) {
                text.push_str(&self.line(line, number, name, '-'));
            }
            if *hit >= next {
                text.push_str(&self.line(lines[*hit], *hit, name, ':'));
            }
            next = next.max(hit + 1);
            let until = hits.get(order + 1).copied().unwrap_or(lines.len());
            while next <= hit + after && next < until.min(lines.len()) {
                text.push_str(&self.line(lines[next], next, name, '-'));
                next += 1;
            }
        }
        text
    }

    fn line(&self, line: &[u8], number: usize, name: &str, separator: char) -> String {
        let mut prefix = String::new();
        if self.named {
            prefix.push_str(&format!("{name}{separator}"));
        }
        if self.options.has("n") {
            prefix.push_str(&format!("{}{separator}", number + 1));
        }
        if self.options.has("o") && !self.options.has("v") {
            return self
                .patterns
                .iter()
                .flat_map(|pattern| pattern.find_iter(line))
                .filter(|found| !found.is_empty())
                .map(|found| format!("{prefix}{}\n", String::from_utf8_lossy(found.as_bytes())))
                .collect();
        }
        format!("{prefix}{}\n", String::from_utf8_lossy(line))
    }
}

fn chomp(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\n").unwrap_or(line)
}
