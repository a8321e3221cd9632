use jiff::Timestamp;

use super::Run;
use super::options::{Known, Options};
use super::owners::{group_name, human_size, mode_text, user_name};
use crate::sandbox::process::files::{NodeKind, join};
use crate::sandbox::process::kernel::Entry;
use crate::sandbox::process::server::format_time;

/// A file's time is shown with its year when it is older.
const HALF_A_YEAR: i64 = 182 * 24 * 3600;

pub(super) async fn ls(run: Run) -> i32 {
    let known = Known {
        letters: "1aAlhRdFtrSnskipqcuLHgoxCT",
        long: &[("all", "a"), ("color=", "color"), ("full-time", "l"), ("color", "color")],
        mixed: true,
    };
    let options = match run.options(known).await {
        Ok(options) => options,
        Err(code) => return code,
    };
    let paths = match options.operands.is_empty() {
        true => vec![".".to_owned()],
        false => options.operands.clone(),
    };
    let mut listing = Listing { run: &run, options: &options, code: 0, is_first: true };
    listing.all(&paths).await;
    listing.code
}

struct Listing<'a> {
    run: &'a Run,
    options: &'a Options,
    code: i32,
    is_first: bool,
}

impl Listing<'_> {
    async fn all(&mut self, paths: &[String]) {
        let (mut files, mut folders) = (Vec::new(), Vec::new());
        for path in paths {
            let follows = !self.options.has("l") && !self.options.has("d");
            let node = match follows {
                true => self
                    .run
                    .system
                    .stat(path)
                    .or_else(|_| self.run.system.stat_link(path).map(|entry| entry.node)),
                false => self.run.system.stat_link(path).map(|entry| entry.node),
            };
            match node {
                Ok(node) if node.is_folder() && !self.options.has("d") => {
                    folders.push(path.clone());
                }
                Ok(node) => files.push(Entry { name: path.clone(), node, inode: 1 }),
                Err(error) => {
                    self.code = match self.run.is_gnu() {
                        true => {
                            self.run.fail(format!("cannot access '{path}': {error}")).await;
                            2
                        }
                        false => self.run.fail(format!("{path}: {error}")).await,
                    };
                }
            }
        }
        if !files.is_empty() {
            self.show(files, false).await;
            self.is_first = false;
        }
        let titled = paths.len() > 1 || self.options.has("R");
        while !folders.is_empty() {
            let folder = folders.remove(0);
            let below = self.folder(&folder, titled).await;
            if self.options.has("R") {
                folders.splice(0..0, below);
            }
        }
    }

    /// Shows a folder; the folders in it.
    async fn folder(&mut self, path: &str, titled: bool) -> Vec<String> {
        self.run.system.step().await;
        let mut entries = match self.run.system.list(path) {
            Ok(entries) => entries,
            Err(error) => {
                self.code = match self.run.is_gnu() {
                    true => {
                        self.run.fail(format!("cannot open directory '{path}': {error}")).await;
                        2
                    }
                    false => self.run.fail(format!("can't open '{path}': {error}")).await,
                };
                return Vec::new();
            }
        };
        if titled {
            let gap = if self.is_first { "" } else { "\n" };
            self.run.print(&format!("{gap}{path}:\n")).await;
        }
        self.is_first = false;
        let (all, almost) = (self.options.has("a"), self.options.has("A"));
        entries.retain(|entry| all || almost || !entry.name.starts_with('.'));
        let below = entries
            .iter()
            .filter(|entry| entry.node.is_folder())
            .map(|entry| join(path, &entry.name))
            .collect();
        if all {
            for name in ["..", "."] {
                if let Ok(node) = self.run.system.stat(&join(path, name)) {
                    entries.insert(0, Entry { name: name.to_owned(), node, inode: 1 });
                }
            }
        }
        self.show(entries, true).await;
        below
    }

    async fn show(&mut self, mut entries: Vec<Entry>, is_folder: bool) {
        if self.options.has("t") {
            entries.sort_by_key(|entry| std::cmp::Reverse(entry.node.modified));
        }
        if self.options.has("S") {
            entries.sort_by_key(|entry| std::cmp::Reverse(entry.node.size()));
        }
        if self.options.has("r") {
            entries.reverse();
        }
        let text = match self.options.has("l") || self.options.has("n") {
            true => self.long(&entries, is_folder),
            false => self.short(&entries),
        };
        self.run.print(&text).await;
    }

    fn short(&self, entries: &[Entry]) -> String {
        let names: Vec<String> = entries.iter().map(|entry| self.shown(entry)).collect();
        let width = self.run.system.terminal_at(1).and_then(|_| self.run.system.terminal_size());
        match width {
            Some((columns, _)) if !self.options.has("1") => {
                in_columns(&names, usize::from(columns))
            }
            _ => names.iter().map(|name| format!("{name}\n")).collect(),
        }
    }

    fn shown(&self, entry: &Entry) -> String {
        let mark = match (&entry.node.kind, self.options.has("F"), self.options.has("p")) {
            (NodeKind::Folder(_), true, _) | (NodeKind::Folder(_), _, true) => "/",
            (NodeKind::Link(_), true, _) => "@",
            (_, true, _) if entry.node.mode & 0o111 != 0 => "*",
            _ => "",
        };
        let inode =
            if self.options.has("i") { format!("{:>7} ", entry.inode) } else { String::new() };
        format!("{inode}{}{mark}", entry.name)
    }

    fn long(&self, entries: &[Entry], is_folder: bool) -> String {
        let run = self.run;
        let rows: Vec<[String; 4]> = entries
            .iter()
            .map(|Entry { node, .. }| {
                let numeric = self.options.has("n");
                let owner = user_name(run, node.owner).filter(|_| !numeric);
                let group = group_name(run, node.group).filter(|_| !numeric);
                let size = match self.options.has("h") {
                    true => human_size(node.size()),
                    false => node.size().to_string(),
                };
                [
                    node.links.max(if node.is_folder() { 2 } else { 1 }).to_string(),
                    owner.unwrap_or_else(|| node.owner.to_string()),
                    group.unwrap_or_else(|| node.group.to_string()),
                    size,
                ]
            })
            .collect();
        let widest = |column: usize| rows.iter().map(|row| row[column].len()).max().unwrap_or(0);
        let (links, owner, group, size) = (widest(0), widest(1), widest(2), widest(3));
        let mut text = String::new();
        if is_folder {
            let blocks: u64 = entries.iter().map(|it| it.node.size().div_ceil(4096) * 4).sum();
            text.push_str(&format!("total {blocks}\n"));
        }
        for (entry, row) in entries.iter().zip(&rows) {
            let target = match &entry.node.kind {
                NodeKind::Link(target) => format!(" -> {target}"),
                _ => String::new(),
            };
            let time = self.time(entry.node.modified);
            let [link_count, owner_name, group_name, bytes] = row;
            let mode = mode_text(&entry.node);
            let name = self.shown(entry);
            // Source: busybox' coreutils/ls.c and GNU's ls: the one pads to fixed widths.
            text.push_str(&match run.is_gnu() {
                true => format!(
                    "{mode} {link_count:>links$} {owner_name:<owner$} {group_name:<group$} {bytes:>size$} {time} {name}{target}\n"
                ),
                false => format!(
                    "{mode}    {link_count:>links$} {owner_name:<8} {group_name:<8} {bytes:>9} {time} {name}{target}\n"
                ),
            });
        }
        text
    }

    fn time(&self, time: Timestamp) -> String {
        let age = self.run.system.now().as_second() - time.as_second();
        match age.abs() > HALF_A_YEAR {
            true => format_time(time, "%b %e  %Y"),
            false => format_time(time, "%b %e %H:%M"),
        }
    }
}

/// Down, then to the right, as wide as it fits.
fn in_columns(names: &[String], width: usize) -> String {
    let lengths: Vec<usize> = names.iter().map(|name| name.chars().count()).collect();
    let count = names.len();
    let layout = (1..=count).find_map(|rows| {
        let widths: Vec<usize> =
            lengths.chunks(rows).map(|chunk| chunk.iter().max().map_or(0, |it| it + 2)).collect();
        let total: usize = widths.iter().sum();
        (total.saturating_sub(2) <= width).then_some((rows, widths))
    });
    let Some((rows, widths)) = layout else {
        return names.iter().map(|name| format!("{name}\n")).collect();
    };
    let mut text = String::new();
    for row in 0..rows {
        let mut line = String::new();
        for (column, width) in widths.iter().enumerate() {
            if let Some(name) = names.get(column * rows + row) {
                line.push_str(&format!("{name:<width$}"));
            }
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}
