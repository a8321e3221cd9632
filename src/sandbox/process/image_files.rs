//! From an image and a pod's wishes to a file system, an environment, a command.

use jiff::Timestamp;

use super::ContainerSetup;
use super::files::{Device, Files, NodeKind, Tree};
use super::kernel::Machine;
use super::programs::{applets, tool};
use crate::sandbox::images::{FileEntry, Image, Style};

/// Where programs are looked for where neither image nor pod says it.
const USUAL_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// Everything that a container begins with.
pub(super) fn assemble(setup: &ContainerSetup, now: Timestamp) -> (Machine, Files, Vec<String>) {
    let image = &setup.image;
    let mut tree = image.tree.get_or_init(|| tree_of(image)).clone();
    tree.set_time(now);
    write_network_files(&mut tree, setup);
    let folder = setup.working_dir.clone().filter(|folder| !folder.is_empty());
    let folder = folder.unwrap_or_else(|| image.working_dir().to_owned());
    tree.make_folders(&folder);
    let user = number(setup.user.unwrap_or_else(|| image.user()));
    let group = setup.group.map_or_else(|| group_of(&tree, user), number);
    let env = env_of(setup, &home_of(&tree, user));
    let files = Files::new(tree, setup.read_only_root, &setup.mounts);
    let machine = Machine {
        image: image.clone(),
        hostname: setup.hostname.clone(),
        pod_ip: setup.pod_ip,
        namespace: setup.namespace.clone(),
        memory_limit: setup.memory_limit,
        env,
        folder,
        user: (user, group),
        started: now,
    };
    (machine, files, command_of(setup))
}

fn number(id: i64) -> u32 {
    u32::try_from(id).unwrap_or(0)
}

/// Source: the table of `kubectl explain pod.spec.containers.args`.
fn command_of(setup: &ContainerSetup) -> Vec<String> {
    let (entrypoint, arguments) = setup.image.command_line();
    match (setup.command.is_empty(), setup.args.is_empty()) {
        (false, _) => [&setup.command[..], &setup.args[..]].concat(),
        (true, false) => [entrypoint, &setup.args[..]].concat(),
        (true, true) => [entrypoint, arguments].concat(),
    }
}

/// In the order in which a container runtime puts them: path, host name, image, pod, home.
fn env_of(setup: &ContainerSetup, home: &str) -> Vec<(String, String)> {
    let mut env: Vec<(String, String)> = vec![
        ("PATH".to_owned(), USUAL_PATH.to_owned()),
        ("HOSTNAME".to_owned(), setup.hostname.clone()),
    ];
    let mut set = |name: &str, value: String| match env.iter_mut().find(|it| it.0 == name) {
        Some(found) => found.1 = value,
        None => env.push((name.to_owned(), value)),
    };
    for (name, value) in setup.image.env() {
        set(name, value);
    }
    for (name, value) in &setup.env {
        set(name, value.clone());
    }
    if !env.iter().any(|(name, _)| name == "HOME") {
        env.push(("HOME".to_owned(), home.to_owned()));
    }
    env
}

fn passwd_field(tree: &Tree, user: u32, field: usize) -> Option<String> {
    let passwd = tree.read("/etc/passwd")?;
    let passwd = String::from_utf8_lossy(&passwd).into_owned();
    passwd.lines().find_map(|line| {
        let fields: Vec<&str> = line.split(':').collect();
        (fields.get(2)?.parse::<u32>().ok()? == user)
            .then(|| fields.get(field))?
            .map(|it| (*it).to_owned())
    })
}

fn home_of(tree: &Tree, user: u32) -> String {
    passwd_field(tree, user, 5).unwrap_or_else(|| "/".to_owned())
}

fn group_of(tree: &Tree, user: u32) -> u32 {
    passwd_field(tree, user, 3).and_then(|group| group.parse().ok()).unwrap_or(0)
}

/// What the kubelet writes into every container.
///
/// Source: `pkg/kubelet/kubelet_pods.go`, `nodeHostsFileContent`, `hostsEntriesFromHostAliases`.
fn write_network_files(tree: &mut Tree, setup: &ContainerSetup) {
    let mut hosts = format!(
        "# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost \
         ip6-loopback\nfe00::0\tip6-localnet\nfe00::0\tip6-mcastprefix\nfe00::1\tip6-allnodes\n\
         fe00::2\tip6-allrouters\n{}\t{}\n",
        setup.pod_ip, setup.hostname
    );
    if !setup.host_aliases.is_empty() {
        hosts.push_str("\n# Entries added by HostAliases.\n");
        for (address, names) in &setup.host_aliases {
            hosts.push_str(&format!("{address}\t{}\n", names.join("\t")));
        }
    }
    tree.write("/etc/hosts", hosts.into_bytes());
    tree.write("/etc/hostname", format!("{}\n", setup.hostname).into_bytes());
    let namespace = &setup.namespace;
    let resolv = format!(
        "search {namespace}.svc.cluster.local svc.cluster.local cluster.local\n\
         nameserver 10.96.0.10\noptions ndots:5\n"
    );
    tree.write("/etc/resolv.conf", resolv.into_bytes());
    tree.write_with_mode("/dev/termination-log", Vec::new(), 0o666);
}

/// What an image brings.
fn tree_of(image: &Image) -> Tree {
    let mut tree = Tree::default();
    for folder in FOLDERS {
        tree.make_folders(folder);
    }
    let _ = tree.replace("/tmp", NodeKind::Folder(std::collections::BTreeMap::new()), 0o1777);
    for (name, device) in DEVICES {
        let _ = tree.replace(name, NodeKind::Device(*device), 0o666);
    }
    install(&mut tree, image);
    for (path, entry) in image.files() {
        write_entry(&mut tree, image, path, entry);
    }
    tree
}

const FOLDERS: &[&str] = &[
    "/bin",
    "/dev",
    "/dev/shm",
    "/etc",
    "/home",
    "/proc",
    "/root",
    "/sys",
    "/usr/bin",
    "/usr/local/bin",
    "/usr/sbin",
    "/var/log",
    "/var/run",
    "/mnt",
    "/opt",
    "/run",
    "/sbin",
];

const DEVICES: &[(&str, Device)] = &[
    ("/dev/null", Device::Null),
    ("/dev/zero", Device::Zero),
    ("/dev/full", Device::Full),
    ("/dev/random", Device::Random),
    ("/dev/urandom", Device::Random),
    ("/dev/tty", Device::Terminal),
    ("/dev/console", Device::Terminal),
    ("/dev/stdin", Device::Handle(0)),
    ("/dev/stdout", Device::Handle(1)),
    ("/dev/stderr", Device::Handle(2)),
];

/// Programs: those of the table, then the image's own, which win.
fn install(tree: &mut Tree, image: &Image) {
    let folder = if image.style() == Style::Gnu { "/usr/bin" } else { "/bin" };
    let mut names: Vec<&str> = Vec::new();
    for name in image.tools() {
        if name == "busybox" {
            names.extend(applets());
        }
        if tool(name).is_some() {
            names.push(name);
        }
    }
    names.retain(|name| !image.lacks(name));
    for name in names {
        put_program(tree, &format!("{folder}/{name}"), name);
        if folder == "/usr/bin" && (name == "sh" || name == "bash" || SMALL.contains(&name)) {
            put_program(tree, &format!("/bin/{name}"), name);
        }
    }
    for name in image.programs().keys() {
        match name.starts_with('/') {
            true => put_program(tree, name, name),
            false => put_program(tree, &format!("/usr/local/bin/{name}"), name),
        }
    }
}

/// What scripts call by the path that it had before `/bin` became a link.
const SMALL: &[&str] = &[
    "cat", "cp", "date", "df", "echo", "false", "grep", "hostname", "kill", "ln", "ls", "mkdir",
    "mv", "ping", "ps", "pwd", "rm", "rmdir", "sed", "sleep", "touch", "true", "uname", "dash",
    "chmod", "chown",
];

fn put_program(tree: &mut Tree, path: &str, name: &str) {
    let _ = tree.replace(path, NodeKind::Program(name.into()), 0o755);
}

fn write_entry(tree: &mut Tree, image: &Image, path: &str, entry: &FileEntry) {
    let mode = |text: &str| u32::from_str_radix(text, 8).unwrap_or(0o644);
    match entry {
        FileEntry::Text(text) => tree.write(path, image.with_version(text).into_bytes()),
        FileEntry::File { text, mode: bits } => {
            tree.write_with_mode(path, image.with_version(text).into_bytes(), mode(bits));
        }
        FileEntry::Link { link } => tree.link(path, link),
        FileEntry::Folder { folder } => {
            tree.make_folders(path);
            if let Some(inode) = tree.find(path) {
                tree.change(inode, |node| node.mode = mode(folder));
            }
        }
    }
}
