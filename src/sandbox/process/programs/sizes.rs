//! `df`, `du`, `stat`, `mount`, `free`.

use super::Run;
use super::options::Known;
use super::owners::{group_name, human_size, mode_text, user_name};
use crate::sandbox::process::files::{Node, NodeKind, join};
use crate::sandbox::process::kernel::Entry;
use crate::sandbox::process::proc;
use crate::sandbox::process::server::format_time;

pub(super) async fn df(run: Run) -> i32 {
    let options = match run.options(Known::letters("hkmPTai")).await {
        Ok(options) => options,
        Err(code) => return code,
    };
    let (total, used, mounts): (u64, u64, Vec<String>) = {
        let kernel = run.system.kernel();
        let root = kernel.files.root().lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let mounts = kernel.files.mounted().map(|(path, _)| path.to_owned()).collect();
        (root.capacity() as u64, root.bytes() as u64, mounts)
    };
    // A node's disk; what the container has written is added.
    let (total, used) = (total + (20 << 30), used + (4 << 30));
    let shown = |bytes: u64| match (options.has("h"), options.has("m")) {
        (true, _) => human_size(bytes),
        (_, true) => (bytes >> 20).to_string(),
        _ => (bytes >> 10).to_string(),
    };
    let head = if options.has("h") { "Size" } else { "1K-blocks" };
    let percent = if options.has("P") { "Capacity" } else { "Use%" };
    let mut text = format!(
        "{:<20} {head:>9} {:>9} {:>9} {percent} Mounted on\n",
        "Filesystem", "Used", "Available"
    );
    let mut row = |device: &str, total: u64, used: u64, path: &str| {
        let percent = used * 100 / total.max(1);
        text.push_str(&format!(
            "{device:<20} {:>9} {:>9} {:>9} {percent:>3}% {path}\n",
            shown(total),
            shown(used),
            shown(total - used),
        ));
    };
    row("overlay", total, used, "/");
    row("tmpfs", 64 << 20, 0, "/dev");
    for path in &mounts {
        row("/dev/vda1", total, used, path);
    }
    run.print(&text).await;
    0
}

pub(super) async fn du(run: Run) -> i32 {
    let options = match run.options(Known::letters("shkmacd:x")).await {
        Ok(options) => options,
        Err(code) => return code,
    };
    let paths =
        if options.operands.is_empty() { vec![".".to_owned()] } else { options.operands.clone() };
    let mut code = 0;
    for path in &paths {
        if let Err(error) = run.system.stat_link(path) {
            code = run.fail(format!("{path}: {error}")).await;
            continue;
        }
        // All paths below, each before what is in it.
        let mut all = vec![(path.clone(), 0_u64, false)];
        let mut at = 0;
        while let Some((path, ..)) = all.get(at).cloned() {
            run.system.step().await;
            if let Ok(entry) = run.system.stat_link(&path) {
                all[at].1 = entry.node.size().div_ceil(4096) * 4096;
                all[at].2 = entry.node.is_folder();
                if entry.node.is_folder() && all.len() < 20_000 {
                    let below = run.system.list(&path).unwrap_or_default();
                    all.extend(below.iter().map(|it| (join(&path, &it.name), 0, false)));
                }
            }
            at += 1;
        }
        let sum = |path: &str| -> u64 {
            let inside = format!("{}/", path.trim_end_matches('/'));
            all.iter().filter(|(it, ..)| it == path || it.starts_with(&inside)).map(|it| it.1).sum()
        };
        let mut folders: Vec<&str> =
            all.iter().filter(|it| it.2 || options.has("a")).map(|it| it.0.as_str()).collect();
        folders.reverse();
        if options.has("s") || folders.is_empty() {
            folders = vec![path];
        }
        for folder in folders {
            let bytes = sum(folder);
            let shown = match (options.has("h"), options.has("m")) {
                (true, _) => human_size(bytes),
                (_, true) => bytes.div_ceil(1 << 20).to_string(),
                _ => (bytes / 1024).to_string(),
            };
            run.print(&format!("{shown}\t{folder}\n")).await;
        }
    }
    code
}

pub(super) async fn stat(run: Run) -> i32 {
    let known =
        Known { letters: "c:Lft", long: &[("format=", "c"), ("printf=", "c")], mixed: true };
    let options = match run.options(known).await {
        Ok(options) => options,
        Err(code) => return code,
    };
    let mut code = 0;
    for path in &options.operands {
        let entry = match run.system.stat_link(path) {
            Ok(entry) => entry,
            Err(error) => {
                code = match run.is_gnu() {
                    true => run.fail(format!("cannot statx '{path}': {error}")).await,
                    false => run.fail(format!("can't stat '{path}': {error}")).await,
                };
                continue;
            }
        };
        run.print(&stat_text(&run, path, &entry, options.value("c"))).await;
    }
    code
}

fn stat_text(run: &Run, path: &str, entry: &Entry, format: Option<&str>) -> String {
    let node = &entry.node;
    let kind = kind_of(node);
    let user = user_name(run, node.owner).unwrap_or_else(|| "UNKNOWN".to_owned());
    let group = group_name(run, node.group).unwrap_or_else(|| "UNKNOWN".to_owned());
    let time = format_time(node.modified, "%Y-%m-%d %H:%M:%S.000000000 +0000");
    let mode = mode_text(node);
    let Some(format) = format else {
        return format!(
            "  File: {path}\n  Size: {:<10}\tBlocks: {:<10} IO Block: 4096   {kind}\n\
             Device: 100h/256d\tInode: {:<11} Links: {}\n\
             Access: ({:04o}/{mode})  Uid: ({:>5}/{user:>8})   Gid: ({:>5}/{group:>8})\n\
             Access: {time}\nModify: {time}\nChange: {time}\n",
            node.size(),
            node.size().div_ceil(512),
            entry.inode,
            node.links,
            node.mode,
            node.owner,
            node.group,
        );
    };
    let values = [
        ("%n", path.to_owned()),
        ("%s", node.size().to_string()),
        ("%a", format!("{:o}", node.mode)),
        ("%A", mode),
        ("%U", user),
        ("%u", node.owner.to_string()),
        ("%G", group),
        ("%g", node.group.to_string()),
        ("%F", kind.to_owned()),
        ("%Y", node.modified.as_second().to_string()),
        ("%y", time),
        ("%i", entry.inode.to_string()),
    ];
    let filled = values.iter().fold(format.to_owned(), |text, (it, by)| text.replace(it, by));
    format!("{filled}\n")
}

fn kind_of(node: &Node) -> &'static str {
    match &node.kind {
        NodeKind::Folder(_) => "directory",
        NodeKind::Link(_) => "symbolic link",
        NodeKind::Device(_) => "character special file",
        NodeKind::File(_) | NodeKind::Program(_) if node.size() == 0 => "regular empty file",
        NodeKind::File(_) | NodeKind::Program(_) => "regular file",
    }
}

pub(super) async fn mount(run: Run) -> i32 {
    if !run.rest().is_empty() {
        return run.fail("permission denied (are you root?)").await;
    }
    let mounts = proc::mounts(&run.system.kernel());
    let text: String = mounts
        .lines()
        .filter_map(|line| {
            let words: Vec<&str> = line.split(' ').collect();
            let [device, path, kind, options, ..] = words.as_slice() else { return None };
            Some(format!("{device} on {path} type {kind} ({options})\n"))
        })
        .collect();
    run.print(&text).await;
    0
}

pub(super) async fn free(run: Run) -> i32 {
    let options = match run.options(Known::letters("hmgkbtws:c:")).await {
        Ok(options) => options,
        Err(code) => return code,
    };
    let used = run.system.kernel().memory_used() / 1024 + (512 << 10);
    let shown = |kibibytes: u64| match (options.has("h"), options.has("m"), options.has("g")) {
        (true, ..) => human_size(kibibytes * 1024),
        (_, true, _) => (kibibytes >> 10).to_string(),
        (_, _, true) => (kibibytes >> 20).to_string(),
        _ => kibibytes.to_string(),
    };
    let free = proc::MEMORY.saturating_sub(used);
    let text = format!(
        "              total        used        free      shared  buff/cache   available\n\
         Mem:    {:>11} {:>11} {:>11} {:>11} {:>11} {:>11}\nSwap:   {:>11} {:>11} {:>11}\n",
        shown(proc::MEMORY),
        shown(used),
        shown(free),
        shown(0),
        shown(0),
        shown(free),
        shown(0),
        shown(0),
        shown(0),
    );
    run.print(&text).await;
    0
}
