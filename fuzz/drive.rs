//! `drive TARGET SECONDS FOLDER`: gives a target texts that begin as the files of the folder
//! and are cut, mixed and damaged. It knows nothing of coverage, so it finds less than
//! libFuzzer in the same time; it needs no nightly compiler. What a target fails at is
//! written to the temporary folder.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use std::{env, fs, panic, process};

/// Pieces that break what stands around them.
const DAMAGE: &[&str] = &[
    "```",
    "~~~",
    "````",
    "   ```sh\n",
    "> ```\n",
    "\t",
    "---\n",
    "<!--",
    "-->",
    "<!-- podlab: {",
    "<details>\n",
    "$ ",
    "# ",
    "> ",
    "EOF\n",
    "cat <<EOF\n",
    "\\",
    "'",
    "\"",
    "$(",
    "{{",
    "}}",
    "apiVersion: v1\n",
    "kind: Pod\n",
    "\u{feff}",
    "é\u{301}日\u{200d}",
    "\r\n",
    "\n\n",
    "| a | b |\n",
    "1. x\n",
    "- ",
    "====\n",
    "NAME   READY   AGE\n",
    "10.1.2.3",
    "<IP>",
    "...\n",
    "{\"a\": [1, ",
    "web-6d4cf56db6-x7k2p",
    "<pending>",
    "5m",
    "0",
    "\u{1b}[31m",
];
/// The longest text, in bytes.
const LONGEST: usize = 20_000;
/// A target that takes longer for one text has failed.
const SLOW: Duration = Duration::from_secs(20);

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [target, seconds, folder] = arguments.as_slice() else {
        eprintln!("usage: drive walkthrough|align|lint_fix SECONDS FOLDER");
        process::exit(2);
    };
    let hold: fn(&str) = match target.as_str() {
        "walkthrough" => podlab_fuzz::walkthrough,
        "align" => podlab_fuzz::align,
        "lint_fix" => podlab_fuzz::lint_fix,
        other => panic!("there is no target `{other}`"),
    };
    let mut texts = Vec::new();
    collect(Path::new(folder), &mut texts);
    assert!(!texts.is_empty(), "{folder} has no text");
    let end = Instant::now() + Duration::from_secs(seconds.parse().expect("a number of seconds"));
    let mut chance = Chance(u64::from(process::id()) << 32 | 0x9e37_79b9);
    let (mut runs, mut found) = (0_u64, 0_u64);
    while Instant::now() < end {
        let text = text(&texts, &mut chance);
        let began = Instant::now();
        let is_well = panic::catch_unwind(|| hold(&text)).is_ok() && began.elapsed() < SLOW;
        runs += 1;
        if !is_well {
            found += 1;
            let path = env::temp_dir().join(format!("{target}-{found}.txt"));
            fs::write(&path, &text).expect("the text can be written");
            eprintln!("finding: {} after {:?}", path.display(), began.elapsed());
        }
    }
    println!("{target}: {runs} texts, {found} findings");
    process::exit(i32::from(found > 0));
}

fn collect(folder: &Path, texts: &mut Vec<String>) {
    let entries = fs::read_dir(folder).expect("the folder can be read");
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            collect(&path, texts);
        } else {
            texts.extend(fs::read_to_string(path));
        }
    }
}

/// Numbers without a pattern that matters here (xorshift).
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(limit.max(1)).unwrap_or(1)).unwrap_or(0)
    }

    /// A place between two characters.
    fn place(&mut self, text: &str) -> usize {
        let at = self.below(text.len() + 1);
        (at..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len())
    }
}

fn text(texts: &[String], chance: &mut Chance) -> String {
    let mut text = part(&texts[chance.below(texts.len())], chance);
    for _ in 0..chance.below(8) {
        let at = chance.place(&text);
        match chance.below(6) {
            0 => text.insert_str(at, DAMAGE[chance.below(DAMAGE.len())]),
            1 => text.insert_str(at, &part(&texts[chance.below(texts.len())], chance)),
            2 => text.truncate(at),
            3 => drop(text.drain(..at)),
            4 => {
                let to = (at + chance.below(40)).min(text.len());
                let end = (to..=text.len()).find(|end| text.is_char_boundary(*end));
                text.drain(at..end.unwrap_or(at));
            }
            _ => {
                let again = part(&text, chance);
                text.insert_str(at, &again);
            }
        }
        if text.len() > LONGEST {
            let end = (0..=LONGEST).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
            text.truncate(end);
        }
    }
    text
}

/// Some lines of a text, rarely all.
fn part(text: &str, chance: &mut Chance) -> String {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let from = chance.below(lines.len());
    let count = 1 + chance.below(60);
    lines.iter().skip(from).take(count).copied().collect()
}
