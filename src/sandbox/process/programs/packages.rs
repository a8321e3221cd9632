//! `apk`, `apt-get`, `yum`: the sandbox has no network, but knows some packages.

use super::Run;
use super::table::tool;
use crate::sandbox::process::files::NodeKind;

/// Packages by name, with the programs that they bring.
const PACKAGES: &[(&str, &[&str])] = &[
    ("bash", &["bash"]),
    ("bind-tools", &["dig", "nslookup", "host"]),
    ("bind-utils", &["dig", "nslookup", "host"]),
    ("bind9-dnsutils", &["dig", "nslookup", "host"]),
    ("bind9-host", &["host"]),
    ("busybox-extras", &["telnet", "httpd"]),
    ("ca-certificates", &[]),
    ("coreutils", &[]),
    ("curl", &["curl"]),
    ("dnsutils", &["dig", "nslookup", "host"]),
    ("iproute", &["ip", "ss"]),
    ("iproute2", &["ip", "ss"]),
    ("iputils", &["ping"]),
    ("iputils-ping", &["ping"]),
    ("jq", &[]),
    ("less", &["less"]),
    ("nano", &["nano"]),
    ("nc", &["nc"]),
    ("ncat", &["nc"]),
    ("net-tools", &["netstat", "ifconfig", "route"]),
    ("netcat", &["nc"]),
    ("netcat-openbsd", &["nc"]),
    ("netcat-traditional", &["nc"]),
    ("nmap-ncat", &["nc"]),
    ("openssl", &[]),
    ("procps", &["ps", "top", "free", "pgrep", "pkill", "uptime", "watch"]),
    ("procps-ng", &["ps", "top", "free", "pgrep", "pkill", "uptime", "watch"]),
    ("psmisc", &["killall"]),
    ("redis", &["redis-cli"]),
    ("redis-tools", &["redis-cli"]),
    ("stress", &["stress"]),
    ("stress-ng", &["stress-ng"]),
    ("telnet", &["telnet"]),
    ("vim", &["vi", "vim"]),
    ("vim-tiny", &["vi"]),
    ("wget", &["wget"]),
];

pub(super) async fn manage(run: Run) -> i32 {
    let user = run.system.with(|process| process.user).unwrap_or(0);
    let words: Vec<&str> =
        run.rest().iter().map(String::as_str).filter(|it| !it.starts_with('-')).collect();
    let Some((verb, names)) = words.split_first() else {
        run.print(&format!(
            "{}: podlab's sandbox knows `install`, and a few packages\n",
            run.name()
        ))
        .await;
        return 0;
    };
    if user != 0 {
        let text = match run.name() {
            "apk" => {
                "ERROR: Unable to lock database: Permission denied\nERROR: Failed to open apk database: Permission denied\n"
            }
            _ => {
                "E: Could not open lock file /var/lib/dpkg/lock-frontend - open (13: Permission denied)\nE: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), are you root?\n"
            }
        };
        run.print_error(text).await;
        return if run.name() == "apk" { 99 } else { 100 };
    }
    match *verb {
        "update" | "upgrade" | "makecache" | "clean" | "autoremove" | "dist-upgrade" => {
            run.print(&format!(
                "{}: podlab's sandbox has no network; the packages that it knows can be installed without\n",
                run.name()
            ))
            .await;
            0
        }
        "add" | "install" => install(&run, names).await,
        "del" | "remove" | "purge" => 0,
        "search" | "list" | "info" | "show" => {
            let known: String = PACKAGES.iter().map(|(name, _)| format!("{name}\n")).collect();
            run.print(&known).await;
            0
        }
        other => run.fail(format!("podlab's sandbox does not know `{other}`")).await,
    }
}

async fn install(run: &Run, names: &[&str]) -> i32 {
    let known = |name: &str| {
        let bare = name.split(['=', '~', '>']).next().unwrap_or(name);
        PACKAGES.iter().find(|(known, _)| *known == bare)
    };
    let unknown: Vec<&str> = names.iter().copied().filter(|name| known(name).is_none()).collect();
    if let Some(first) = unknown.first() {
        let list: Vec<&str> = PACKAGES.iter().map(|(name, _)| *name).collect();
        let text = match run.name() {
            "apk" => format!(
                "ERROR: unable to select packages:\n  {first} (no such package):\n    required by: world[{first}]\n"
            ),
            "yum" | "dnf" | "microdnf" => {
                format!("No match for argument: {first}\nError: Unable to find a match: {first}\n")
            }
            _ => format!("E: Unable to locate package {first}\n"),
        };
        run.print_error(&text).await;
        run.print_error(&format!(
            "podlab's sandbox has no network; it knows {}\n",
            list.join(", ")
        ))
        .await;
        return if run.name().starts_with("apt") { 100 } else { 1 };
    }
    for (number, name) in names.iter().enumerate() {
        let Some((package, programs)) = known(name) else { continue };
        for program in *programs {
            put(run, program);
        }
        let line = match run.name() {
            "apk" => format!("({}/{}) Installing {package} (podlab)\n", number + 1, names.len()),
            "yum" | "dnf" | "microdnf" => format!("Installed: {package} (podlab)\n"),
            _ => format!("Setting up {package} (podlab) ...\n"),
        };
        run.print(&line).await;
    }
    if run.name() == "apk" {
        run.print("OK: 12 MiB in 20 packages\n").await;
    }
    0
}

fn put(run: &Run, program: &str) {
    let path = format!("/usr/bin/{program}");
    if tool(program).is_none() || run.system.stat(&path).is_ok() {
        return;
    }
    if run.system.write_file(&path, b"").is_ok() {
        let _ = run.system.change_node(&path, |node| {
            node.kind = NodeKind::Program(program.into());
            node.mode = 0o755;
        });
    }
}
