//! `head`, `tail`, `wc`, `sort`, `uniq`, `tac`, `rev`, `nl`: programs on lines.

use super::Run;
use super::options::{Known, OptionError, Options};
use crate::sandbox::process::kernel::OpenMode;

/// `-5` is `-n 5`, as `head` and `tail` have always taken it.
fn with_old_count(arguments: &[String]) -> Vec<String> {
    arguments
        .iter()
        .map(|argument| match argument.strip_prefix('-') {
            Some(digits) if !digits.is_empty() && digits.bytes().all(|it| it.is_ascii_digit()) => {
                format!("-n{digits}")
            }
            _ => argument.clone(),
        })
        .collect()
}

const HEAD_OPTIONS: Known<'_> = Known {
    letters: "n:c:qvfFs:",
    long: &[
        ("lines=", "n"),
        ("bytes=", "c"),
        ("follow", "f"),
        ("quiet", "q"),
        ("retry", "F"),
        ("pid=", ""),
    ],
    mixed: true,
};

async fn head_options(run: &Run) -> Result<Options, i32> {
    match HEAD_OPTIONS.parse(&with_old_count(run.rest())) {
        Ok(options) => Ok(options),
        Err(OptionError::Unknown(option) | OptionError::NoValue(option)) => {
            Err(run.bad_option(&option).await)
        }
    }
}

fn inputs(options: &Options) -> Vec<String> {
    match options.operands.is_empty() {
        true => vec!["-".to_owned()],
        false => options.operands.clone(),
    }
}

/// A number with its suffix: `10`, `2k`.
fn count(text: &str) -> Option<usize> {
    let (digits, factor) = match text.char_indices().last()? {
        (at, 'k' | 'K') => (&text[..at], 1024),
        (at, 'b') => (&text[..at], 512),
        (at, 'm' | 'M') => (&text[..at], 1 << 20),
        _ => (text, 1),
    };
    digits.parse::<usize>().ok()?.checked_mul(factor)
}

pub(super) async fn head(run: Run) -> i32 {
    let options = match head_options(&run).await {
        Ok(options) => options,
        Err(code) => return code,
    };
    let bytes = options.value("c").and_then(count);
    let lines = options.value("n").unwrap_or("10");
    let (from_end, lines) = match lines.strip_prefix('-') {
        Some(lines) => (true, count(lines)),
        None => (false, count(lines)),
    };
    let Some(lines) = lines else {
        return run
            .fail(format!("invalid number '{}'", options.value("n").unwrap_or_default()))
            .await;
    };
    let paths = inputs(&options);
    let mut code = 0;
    for (number, path) in paths.iter().enumerate() {
        title(&run, &options, &paths, number).await;
        let done = match (bytes, from_end) {
            (None, false) => first_lines(&run, path, lines).await,
            _ => run.read_input(path).await.map(|content| match bytes {
                Some(bytes) => content[..bytes.min(content.len())].to_vec(),
                None => {
                    let all: Vec<&[u8]> = content.split_inclusive(|it| *it == b'\n').collect();
                    all[..all.len().saturating_sub(lines)].concat()
                }
            }),
        };
        match done {
            Ok(part) => run.print_bytes(&part).await,
            Err(error) => {
                code = match run.is_gnu() {
                    true => run.fail(format!("cannot open '{path}' for reading: {error}")).await,
                    false => run.fail(format!("{path}: {error}")).await,
                }
            }
        }
    }
    code
}

/// Reads no more than it needs: the writer before it in a pipe gets to know.
async fn first_lines(
    run: &Run,
    path: &str,
    lines: usize,
) -> Result<Vec<u8>, crate::sandbox::process::errno::Errno> {
    let number = if path == "-" { 0 } else { run.system.open(path, OpenMode::Read)? };
    let mut content = Vec::new();
    let mut seen = 0;
    while seen < lines && content.len() < super::run::MOST_INPUT {
        let piece = run.system.read(number, 4096).await?;
        if piece.is_empty() {
            break;
        }
        seen += piece.iter().filter(|byte| **byte == b'\n').count();
        content.extend(piece);
    }
    if number != 0 {
        run.system.close(number);
    }
    Ok(content.split_inclusive(|byte| *byte == b'\n').take(lines).collect::<Vec<_>>().concat())
}

async fn title(run: &Run, options: &Options, paths: &[String], number: usize) {
    if (paths.len() > 1 && !options.has("q")) || options.has("v") {
        let gap = if number > 0 { "\n" } else { "" };
        let name = match paths[number].as_str() {
            "-" => "standard input",
            path => path,
        };
        run.print(&format!("{gap}==> {name} <==\n")).await;
    }
}

pub(super) async fn tail(run: Run) -> i32 {
    let options = match head_options(&run).await {
        Ok(options) => options,
        Err(code) => return code,
    };
    let follow = options.has("f") || options.has("F");
    let paths = inputs(&options);
    let mut code = 0;
    let mut open = Vec::new();
    for (number, path) in paths.iter().enumerate() {
        let opened = if path == "-" { Ok(0) } else { run.system.open(path, OpenMode::Read) };
        let content = match opened {
            Ok(handle) => {
                open.push(handle);
                run.system.read_to_end(handle, super::run::MOST_INPUT).await
            }
            Err(error) => Err(error),
        };
        match content {
            Ok(content) => {
                title(&run, &options, &paths, number).await;
                run.print_bytes(last_part(&content, &options)).await;
            }
            Err(error) => {
                code = match run.is_gnu() {
                    true => run.fail(format!("cannot open '{path}' for reading: {error}")).await,
                    false => run.fail(format!("can't open '{path}': {error}")).await,
                }
            }
        }
    }
    if open.is_empty() && (follow || !run.is_gnu()) {
        return run.fail("no files").await;
    }
    if !follow {
        return code;
    }
    loop {
        run.system.sleep(std::time::Duration::from_secs(1)).await;
        for handle in &open {
            match run.system.read_to_end(*handle, super::run::MOST_INPUT).await {
                Ok(more) => run.print_bytes(&more).await,
                Err(_) => return 1,
            }
        }
    }
}

fn last_part<'a>(content: &'a [u8], options: &Options) -> &'a [u8] {
    let is_bytes = options.has("c");
    let text = options.value(if is_bytes { "c" } else { "n" }).unwrap_or("10");
    let (from_start, number) = match text.strip_prefix('+') {
        Some(rest) => (true, count(rest).unwrap_or(1).saturating_sub(1)),
        None => (false, count(text.trim_start_matches('-')).unwrap_or(10)),
    };
    if is_bytes {
        let start = if from_start { number } else { content.len().saturating_sub(number) };
        return content.get(start..).unwrap_or_default();
    }
    let lines: Vec<&[u8]> = content.split_inclusive(|byte| *byte == b'\n').collect();
    let skipped = if from_start { number } else { lines.len().saturating_sub(number) };
    let bytes: usize = lines.iter().take(skipped).map(|line| line.len()).sum();
    content.get(bytes..).unwrap_or_default()
}

pub(super) async fn wc(run: Run) -> i32 {
    let known = Known {
        letters: "lwcmL",
        long: &[("lines", "l"), ("words", "w"), ("bytes", "c")],
        mixed: true,
    };
    let options = match run.options(known).await {
        Ok(options) => options,
        Err(code) => return code,
    };
    let wanted: Vec<&str> =
        ["l", "w", "c", "m"].into_iter().filter(|letter| options.has(letter)).collect();
    let wanted = if wanted.is_empty() { vec!["l", "w", "c"] } else { wanted };
    let mut total = vec![0; wanted.len()];
    let (mut code, paths) = (0, inputs(&options));
    let from_input = options.operands.is_empty();
    for path in &paths {
        let content = match run.read_input(path).await {
            Ok(content) => content,
            Err(error) => {
                code = run.fail(format!("{path}: {error}")).await;
                continue;
            }
        };
        let text = String::from_utf8_lossy(&content).into_owned();
        let counts: Vec<usize> = wanted
            .iter()
            .map(|letter| match *letter {
                "l" => content.iter().filter(|byte| **byte == b'\n').count(),
                "w" => text.split_whitespace().count(),
                "m" => text.chars().count(),
                _ => content.len(),
            })
            .collect();
        for (sum, count) in total.iter_mut().zip(&counts) {
            *sum += count;
        }
        let name = if from_input { "" } else { path };
        run.print(&counts_line(&run, &counts, name, from_input)).await;
    }
    if paths.len() > 1 {
        run.print(&counts_line(&run, &total, "total", false)).await;
    }
    code
}

fn counts_line(run: &Run, counts: &[usize], name: &str, from_input: bool) -> String {
    let width = match (counts.len(), run.is_gnu(), from_input) {
        (1, ..) => 0,
        (_, true, true) => 7,
        (_, true, false) => counts.iter().max().map_or(1, |it| it.to_string().len()),
        _ => 9,
    };
    let numbers: Vec<String> = counts.iter().map(|count| format!("{count:>width$}")).collect();
    let line = format!("{} {name}", numbers.join(" "));
    format!("{}\n", line.trim_end())
}

pub(super) async fn sort(run: Run) -> i32 {
    let known = Known {
        letters: "nrufbdk:t:o:hVcsz",
        long: &[("reverse", "r"), ("unique", "u")],
        mixed: true,
    };
    let options = match run.options(known).await {
        Ok(options) => options,
        Err(code) => return code,
    };
    let mut lines: Vec<String> = Vec::new();
    for path in inputs(&options) {
        match run.read_input(&path).await {
            Ok(content) => {
                lines.extend(String::from_utf8_lossy(&content).lines().map(str::to_owned));
            }
            Err(error) => {
                let message = match run.is_gnu() {
                    true => format!("cannot read: {path}: {error}"),
                    false => format!("{path}: {error}"),
                };
                run.fail(message).await;
                return 2;
            }
        }
    }
    let order = Order {
        field: options
            .value("k")
            .and_then(|key| key.split([',', '.', 'n', 'r']).next()?.parse().ok()),
        numeric: options.has("n")
            || options.has("h")
            || options.value("k").is_some_and(|it| it.contains('n')),
        fold: options.has("f"),
        separator: options.value("t").and_then(|text| text.chars().next()),
    };
    lines.sort_by(|one, other| order.compare(one, other));
    if options.has("u") {
        lines.dedup_by(|one, other| order.compare(one, other).is_eq());
    }
    if options.has("r") || options.value("k").is_some_and(|it| it.contains('r')) {
        lines.reverse();
    }
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    match options.value("o") {
        Some(path) => match run.system.write_file(path, text.as_bytes()) {
            Ok(()) => 0,
            Err(error) => run.fail_open(path, error).await,
        },
        None => {
            run.print(&text).await;
            0
        }
    }
}

struct Order {
    field: Option<usize>,
    numeric: bool,
    fold: bool,
    separator: Option<char>,
}

impl Order {
    fn key<'a>(&self, line: &'a str) -> &'a str {
        let Some(number) = self.field.and_then(|field| field.checked_sub(1)) else { return line };
        match self.separator {
            Some(separator) => line.split(separator).nth(number).unwrap_or_default(),
            None => line.split_whitespace().nth(number).unwrap_or_default(),
        }
    }

    fn compare(&self, one: &str, other: &str) -> std::cmp::Ordering {
        let (left, right) = (self.key(one), self.key(other));
        let by_key = match (self.numeric, self.fold) {
            (true, _) => leading_number(left).total_cmp(&leading_number(right)),
            (_, true) => left.to_lowercase().cmp(&right.to_lowercase()),
            _ => left.cmp(right),
        };
        by_key.then_with(|| one.cmp(other))
    }
}

fn leading_number(text: &str) -> f64 {
    let text = text.trim_start();
    let end = text
        .char_indices()
        .find(|(at, it)| !(it.is_ascii_digit() || *it == '.' || (*at == 0 && *it == '-')))
        .map_or(text.len(), |(at, _)| at);
    text[..end].parse().unwrap_or(0.0)
}

pub(super) async fn uniq(run: Run) -> i32 {
    let options = match run.options(Known::letters("cduif:s:w:")).await {
        Ok(options) => options,
        Err(code) => return code,
    };
    let path = options.operands.first().map_or("-", String::as_str);
    let content = match run.read_input(path).await {
        Ok(content) => content,
        Err(error) => return run.fail_open(path, error).await,
    };
    let text = String::from_utf8_lossy(&content).into_owned();
    let mut groups: Vec<(&str, usize)> = Vec::new();
    for line in text.lines() {
        let same = |last: &str| match options.has("i") {
            true => last.eq_ignore_ascii_case(line),
            false => last == line,
        };
        match groups.last_mut() {
            Some((last, count)) if same(last) => *count += 1,
            _ => groups.push((line, 1)),
        }
    }
    let shown = groups.iter().filter(|(_, count)| {
        let left_out = if *count == 1 { options.has("d") } else { options.has("u") };
        !left_out
    });
    let lines: String = shown
        .map(|(line, count)| match options.has("c") {
            true => format!("{count:>7} {line}\n"),
            false => format!("{line}\n"),
        })
        .collect();
    run.print(&lines).await;
    0
}

/// `tac`, `rev` and `nl`.
pub(super) async fn rearrange(run: Run) -> i32 {
    let options = match run.options(Known::letters("b:w:s:")).await {
        Ok(options) => options,
        Err(code) => return code,
    };
    let mut code = 0;
    for path in inputs(&options) {
        let content = match run.read_input(&path).await {
            Ok(content) => content,
            Err(error) => {
                code = run.fail_open(&path, error).await;
                continue;
            }
        };
        let text = String::from_utf8_lossy(&content).into_owned();
        let changed: String = match run.name() {
            "tac" => text.lines().rev().map(|line| format!("{line}\n")).collect(),
            "rev" => text
                .lines()
                .map(|it| format!("{}\n", it.chars().rev().collect::<String>()))
                .collect(),
            _ => text
                .lines()
                .scan(0, |number, line| {
                    if line.is_empty() {
                        return Some("       \n".to_owned());
                    }
                    *number += 1;
                    Some(format!("{number:>6}\t{line}\n"))
                })
                .collect(),
        };
        run.print(&changed).await;
    }
    code
}
