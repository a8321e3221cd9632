//! `/proc` and the control group's files: texts that are made when they are read.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::files::{Inode, Node, NodeKind, Tree};
use super::kernel::{Entry, Kernel, Pid, Process};

/// The text of a file in `/proc`, where there is one.
pub(crate) fn read(kernel: &Kernel, reader: Pid, path: &str) -> Option<Vec<u8>> {
    if let Some(name) = path.strip_prefix("/sys/fs/cgroup/") {
        return control_group(kernel, name).map(String::into_bytes);
    }
    let rest = path.strip_prefix("/proc/")?;
    if let Some(text) = of_system(kernel, rest) {
        return Some(text.into_bytes());
    }
    let (who, what) = rest.split_once('/')?;
    let (pid, process) = process_named(kernel, reader, who)?;
    of_process(pid, process, what)
}

/// What stands at a path in `/proc`, where something does.
pub(crate) fn node(kernel: &Kernel, reader: Pid, path: &str) -> Option<Node> {
    let in_proc = path.strip_prefix("/proc/");
    if let Some(text) = read(kernel, reader, path) {
        return Some(plain(NodeKind::File(Arc::new(text)), 0o444));
    }
    let is_process = in_proc.is_some_and(|who| process_named(kernel, reader, who).is_some());
    is_process.then(|| plain(NodeKind::Folder(BTreeMap::new()), 0o555))
}

/// The names of a folder in `/proc`.
pub(crate) fn list(kernel: &Kernel, path: &str) -> Option<Vec<Entry>> {
    let files = |names: &[&str]| -> Vec<Entry> {
        names.iter().map(|name| entry(name, NodeKind::File(Arc::default()))).collect()
    };
    if path == "/proc" {
        let mut entries: Vec<Entry> = kernel
            .processes
            .keys()
            .map(|pid| entry(&pid.0.to_string(), NodeKind::Folder(BTreeMap::new())))
            .collect();
        entries.extend(files(SYSTEM));
        entries.push(entry("self", NodeKind::Link("1".to_owned())));
        return Some(entries);
    }
    let pid = path.strip_prefix("/proc/")?.parse().ok()?;
    kernel
        .processes
        .contains_key(&Pid(pid))
        .then(|| files(&["cmdline", "comm", "environ", "status"]))
}

const SYSTEM: &[&str] = &["cpuinfo", "loadavg", "meminfo", "mounts", "stat", "uptime", "version"];

fn entry(name: &str, kind: NodeKind) -> Entry {
    let mode = if matches!(kind, NodeKind::Folder(_)) { 0o555 } else { 0o444 };
    Entry { name: name.to_owned(), node: plain(kind, mode), inode: 1 }
}

fn plain(kind: NodeKind, mode: u32) -> Node {
    let mut tree = Tree::default();
    let made = tree.insert(Tree::ROOT, "it", kind, mode);
    let inode: Inode = made.unwrap_or(Tree::ROOT);
    tree.node(inode).cloned().unwrap_or_else(|| Node {
        kind: NodeKind::File(Arc::default()),
        mode,
        owner: 0,
        group: 0,
        modified: jiff::Timestamp::UNIX_EPOCH,
        links: 1,
        opened: 0,
    })
}

fn process_named<'a>(kernel: &'a Kernel, reader: Pid, who: &str) -> Option<(Pid, &'a Process)> {
    let pid = match who {
        "self" | "thread-self" => reader,
        number => Pid(number.parse().ok()?),
    };
    kernel.processes.get(&pid).map(|process| (pid, process))
}

fn of_process(pid: Pid, process: &Process, what: &str) -> Option<Vec<u8>> {
    let name = process.arguments.first().map(String::as_str).unwrap_or_default();
    let name = super::files::base_name(name);
    let zero_ended = |texts: &mut dyn Iterator<Item = String>| -> Vec<u8> {
        texts.flat_map(|text| text.into_bytes().into_iter().chain([0])).collect()
    };
    Some(match what {
        "cmdline" => zero_ended(&mut process.arguments.iter().cloned()),
        "environ" => {
            zero_ended(&mut process.env.iter().map(|(name, value)| format!("{name}={value}")))
        }
        "comm" => format!("{name}\n").into_bytes(),
        "status" => format!(
            "Name:\t{name}\nUmask:\t{:04o}\nState:\tS (sleeping)\nTgid:\t{pid}\nNgid:\t0\nPid:\t{pid}\n\
             PPid:\t{parent}\nUid:\t{user}\t{user}\t{user}\t{user}\n\
             Gid:\t{group}\t{group}\t{group}\t{group}\nVmRSS:\t    1024 kB\nThreads:\t1\n",
            process.mask,
            pid = pid.0,
            parent = process.parent.0,
            user = process.user,
            group = process.user_group,
        )
        .into_bytes(),
        _ => return None,
    })
}

/// The node's memory in KiB: 4 GiB.
pub(crate) const MEMORY: u64 = 4 << 20;
/// The node's processors.
pub(crate) const PROCESSORS: usize = 2;

fn of_system(kernel: &Kernel, name: &str) -> Option<String> {
    let up = kernel.now.duration_since(kernel.machine.started).as_secs_f64() + 86_400.0;
    Some(match name {
        "cpuinfo" => (0..PROCESSORS)
            .map(|number| {
                format!(
                    "processor\t: {number}\nmodel name\t: podlab sandbox\ncpu MHz\t\t: 2000.000\n\n"
                )
            })
            .collect(),
        "meminfo" => format!(
            "MemTotal:       {MEMORY:>8} kB\nMemFree:        {free:>8} kB\n\
             MemAvailable:   {free:>8} kB\nBuffers:               0 kB\nCached:                0 kB\n\
             SwapTotal:             0 kB\nSwapFree:              0 kB\n",
            free = MEMORY.saturating_sub(kernel.memory_used() / 1024 + (512 << 10)),
        ),
        "uptime" => format!("{up:.2} {:.2}\n", up * 1.9),
        "loadavg" => format!("0.00 0.01 0.05 1/{} 42\n", kernel.processes.len()),
        "version" => "Linux version 6.12.0-podlab (podlab@sandbox) #1 SMP\n".to_owned(),
        "stat" => "cpu  0 0 0 0 0 0 0 0 0 0\n".to_owned(),
        "sys/kernel/hostname" => format!("{}\n", kernel.machine.hostname),
        "mounts" | "self/mounts" => mounts(kernel),
        _ => return None,
    })
}

/// What `mount` and `/proc/mounts` show.
pub(crate) fn mounts(kernel: &Kernel) -> String {
    let mut text =
        "overlay / overlay rw,relatime 0 0\nproc /proc proc rw,nosuid,nodev,noexec,relatime 0 0\n\
                    tmpfs /dev tmpfs rw,nosuid,size=65536k,mode=755 0 0\n"
            .to_owned();
    for (path, read_only) in kernel.files.mounted() {
        let access = if read_only { "ro" } else { "rw" };
        text.push_str(&format!("/dev/vda1 {path} ext4 {access},relatime 0 0\n"));
    }
    text
}

fn control_group(kernel: &Kernel, name: &str) -> Option<String> {
    let limit = kernel.machine.memory_limit;
    Some(match name {
        "memory.max" => limit.map_or_else(|| "max\n".to_owned(), |limit| format!("{limit}\n")),
        "memory.current" => format!("{}\n", kernel.memory_used() + (1 << 20)),
        "memory/memory.limit_in_bytes" => {
            format!("{}\n", limit.unwrap_or(9_223_372_036_854_771_712))
        }
        "cgroup.controllers" => "cpuset cpu io memory hugetlb pids rdma\n".to_owned(),
        _ => return None,
    })
}
