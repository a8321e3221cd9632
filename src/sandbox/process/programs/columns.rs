//! `cut`, `tr`, `tee`, `paste`, `fold`: programs on characters and fields.

use super::Run;
use super::options::{Known, Options};
use crate::sandbox::process::kernel::OpenMode;

/// The ranges of `1,3-5,7-`.
fn ranges(text: &str) -> Option<Vec<(usize, usize)>> {
    text.split(',')
        .map(|part| {
            let (first, last) = match part.split_once('-') {
                None => (part, part),
                Some((first, last)) => (first, last),
            };
            let first = if first.is_empty() { 1 } else { first.parse().ok()? };
            let last = if last.is_empty() { usize::MAX } else { last.parse().ok()? };
            (first > 0 && first <= last).then_some((first, last))
        })
        .collect()
}

fn is_in(ranges: &[(usize, usize)], number: usize) -> bool {
    ranges.iter().any(|(first, last)| (*first..=*last).contains(&number))
}

pub(super) async fn cut(run: Run) -> i32 {
    let known = Known {
        letters: "d:f:c:b:sn",
        long: &[
            ("delimiter=", "d"),
            ("fields=", "f"),
            ("characters=", "c"),
            ("bytes=", "b"),
            ("output-delimiter=", "o"),
        ],
        mixed: true,
    };
    let options = match run.options(known).await {
        Ok(options) => options,
        Err(code) => return code,
    };
    let list = ["f", "c", "b"].iter().find_map(|name| options.value(name));
    let Some(list) = list else {
        let message = match run.is_gnu() {
            true => "you must specify a list of bytes, characters, or fields",
            false => "expected a list of bytes, characters, or fields",
        };
        return run.fail(message).await;
    };
    let Some(ranges) = ranges(list) else {
        return run.fail(format!("invalid list '{list}'")).await;
    };
    let paths =
        if options.operands.is_empty() { vec!["-".to_owned()] } else { options.operands.clone() };
    let mut code = 0;
    for path in paths {
        let content = match run.read_input(&path).await {
            Ok(content) => content,
            Err(error) => {
                code = run.fail(format!("{path}: {error}")).await;
                continue;
            }
        };
        let text = String::from_utf8_lossy(&content).into_owned();
        let out: String =
            text.lines().filter_map(|line| cut_line(line, &options, &ranges)).collect();
        run.print(&out).await;
    }
    code
}

/// What is left of a line; `None` where `-s` leaves it out.
fn cut_line(line: &str, options: &Options, ranges: &[(usize, usize)]) -> Option<String> {
    if !options.has("f") {
        let kept = line.chars().enumerate().filter(|(at, _)| is_in(ranges, at + 1));
        let kept: String = kept.map(|(_, character)| character).collect();
        return Some(format!("{kept}\n"));
    }
    let delimiter = options.value("d").unwrap_or("\t");
    if !line.contains(delimiter) {
        return (!options.has("s")).then(|| format!("{line}\n"));
    }
    let fields = line.split(delimiter).enumerate().filter(|(at, _)| is_in(ranges, at + 1));
    let kept: Vec<&str> = fields.map(|(_, field)| field).collect();
    Some(format!("{}\n", kept.join(options.value("o").unwrap_or(delimiter))))
}

/// The characters of `a-z`, `[:upper:]`, `\n`.
fn set(text: &str) -> Vec<char> {
    let text = super::escapes::unescape(text);
    let characters: Vec<char> = text.chars().collect();
    let mut set = Vec::new();
    let mut at = 0;
    while let Some(character) = characters.get(at) {
        let rest: String = characters[at..].iter().take(10).collect();
        if let Some((class, _)) = rest.strip_prefix("[:").and_then(|rest| rest.split_once(":]")) {
            set.extend((0..=127_u8).map(char::from).filter(|it| match class {
                "upper" => it.is_ascii_uppercase(),
                "lower" => it.is_ascii_lowercase(),
                "digit" => it.is_ascii_digit(),
                "alpha" => it.is_ascii_alphabetic(),
                "alnum" => it.is_ascii_alphanumeric(),
                "space" => it.is_ascii_whitespace(),
                "punct" => it.is_ascii_punctuation(),
                "blank" => matches!(it, ' ' | '\t'),
                "cntrl" => it.is_ascii_control(),
                "print" => !it.is_ascii_control(),
                _ => false,
            }));
            at += 4 + class.chars().count();
            continue;
        }
        match (characters.get(at + 1), characters.get(at + 2)) {
            (Some('-'), Some(last)) if *last >= *character && u32::from(*last) < 0x1000 => {
                set.extend(*character..=*last);
                at += 3;
            }
            _ => {
                set.push(*character);
                at += 1;
            }
        }
    }
    set
}

pub(super) async fn tr(run: Run) -> i32 {
    let known =
        Known { letters: "dscC", long: &[("delete", "d"), ("squeeze-repeats", "s")], mixed: false };
    let options = match run.options(known).await {
        Ok(options) => options,
        Err(code) => return code,
    };
    let Some(first) = options.operands.first() else { return run.usage("missing operand").await };
    let from = set(first);
    let to = options.operands.get(1).map(|text| set(text)).unwrap_or_default();
    let complement = options.has("c") || options.has("C");
    let is_in = |character: char| from.contains(&character) != complement;
    let replaced = |character: char| -> char {
        let at = match complement {
            true => Some(usize::MAX),
            false => from.iter().position(|known| *known == character),
        };
        match at {
            Some(at) => to.get(at).or(to.last()).copied().unwrap_or(character),
            None => character,
        }
    };
    let mut last = None;
    loop {
        let piece = match run.system.read(0, 64 << 10).await {
            Ok(piece) if !piece.is_empty() => piece,
            _ => return 0,
        };
        let mut out = String::new();
        for character in String::from_utf8_lossy(&piece).chars() {
            if options.has("d") && is_in(character) {
                continue;
            }
            let inside = is_in(character) && !options.has("d");
            let new = if inside && !to.is_empty() { replaced(character) } else { character };
            let squeezed = if to.is_empty() { is_in(character) } else { to.contains(&new) };
            if options.has("s") && squeezed && last == Some(new) {
                continue;
            }
            last = Some(new);
            out.push(new);
        }
        run.print(&out).await;
    }
}

pub(super) async fn tee(run: Run) -> i32 {
    let known = Known { letters: "ai", long: &[("append", "a")], mixed: true };
    let options = match run.options(known).await {
        Ok(options) => options,
        Err(code) => return code,
    };
    let mode = if options.has("a") { OpenMode::Append } else { OpenMode::Write };
    let (mut code, mut open) = (0, Vec::new());
    for path in &options.operands {
        match run.system.open(path, mode) {
            Ok(number) => open.push(number),
            Err(error) => code = run.fail(format!("{path}: {error}")).await,
        }
    }
    loop {
        match run.system.read(0, 64 << 10).await {
            Ok(piece) if !piece.is_empty() => {
                run.print_bytes(&piece).await;
                for number in &open {
                    if run.system.write(*number, &piece).await.is_err() {
                        code = 1;
                    }
                }
            }
            _ => return code,
        }
    }
}

pub(super) async fn paste(run: Run) -> i32 {
    let options = match run.options(Known::letters("d:s")).await {
        Ok(options) => options,
        Err(code) => return code,
    };
    let between = super::escapes::unescape(options.value("d").unwrap_or("\t"));
    let mut inputs = Vec::new();
    let paths =
        if options.operands.is_empty() { vec!["-".to_owned()] } else { options.operands.clone() };
    for path in paths {
        match run.read_input(&path).await {
            Ok(content) => {
                let text = String::from_utf8_lossy(&content).into_owned();
                inputs.push(text.lines().map(str::to_owned).collect::<Vec<_>>());
            }
            Err(error) => return run.fail_open(&path, error).await,
        }
    }
    if options.has("s") {
        let text: String =
            inputs.iter().map(|lines| format!("{}\n", lines.join(&between))).collect();
        run.print(&text).await;
        return 0;
    }
    let longest = inputs.iter().map(Vec::len).max().unwrap_or(0);
    let mut text = String::new();
    for number in 0..longest {
        let row: Vec<&str> = inputs
            .iter()
            .map(|lines| lines.get(number).map(String::as_str).unwrap_or_default())
            .collect();
        text.push_str(&row.join(&between));
        text.push('\n');
    }
    run.print(&text).await;
    0
}
