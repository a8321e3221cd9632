//! `hostname`, `id`, `whoami`, `groups`, `uname`, `uptime`, `nproc`, `tty`.

use super::Run;
use super::options::Known;
use super::owners::{group_name, user_id, user_name};
use crate::sandbox::process::proc::PROCESSORS;
use crate::sandbox::process::server::format_time;

/// What `uname -r` says of a node.
const KERNEL: &str = "6.12.0-podlab";

pub(super) async fn hostname(run: Run) -> i32 {
    let options = match run.options(Known::letters("fisdIA")).await {
        Ok(options) => options,
        Err(code) => return code,
    };
    if !options.operands.is_empty() {
        return run.fail("sethostname: Operation not permitted").await;
    }
    let machine = run.system.machine();
    let text = match (options.has("i") || options.has("I"), options.has("d")) {
        (true, _) => format!("{}\n", machine.pod_ip),
        (_, true) => "\n".to_owned(),
        _ => format!("{}\n", machine.hostname),
    };
    run.print(&text).await;
    0
}

pub(super) async fn id(run: Run) -> i32 {
    let options = match run.options(Known::letters("ugGnr")).await {
        Ok(options) => options,
        Err(code) => return code,
    };
    let (mut user, group) =
        run.system.with(|process| (process.user, process.user_group)).unwrap_or((0, 0));
    if let Some(name) = options.operands.first() {
        match user_id(&run, name) {
            Some(id) => user = id,
            None => {
                let message = match run.is_gnu() {
                    true => format!("'{name}': no such user"),
                    false => format!("unknown user {name}"),
                };
                return run.fail(message).await;
            }
        }
    }
    let (user_text, group_text) = (user_name(&run, user), group_name(&run, group));
    let named = |id: u32, name: &Option<String>| match name {
        Some(name) => format!("{id}({name})"),
        None => id.to_string(),
    };
    let short = |id: u32, name: &Option<String>| match (options.has("n"), name) {
        (true, Some(name)) => name.clone(),
        _ => id.to_string(),
    };
    let text = match () {
        () if options.has("u") => short(user, &user_text),
        () if options.has("g") || options.has("G") => short(group, &group_text),
        () => {
            let group = named(group, &group_text);
            format!("uid={} gid={group} groups={group}", named(user, &user_text))
        }
    };
    run.print(&format!("{text}\n")).await;
    0
}

/// `whoami`, `logname`, `groups`.
pub(super) async fn who_am_i(run: Run) -> i32 {
    let (user, group) =
        run.system.with(|process| (process.user, process.user_group)).unwrap_or((0, 0));
    if run.name() == "groups" {
        let name = group_name(&run, group).unwrap_or_else(|| group.to_string());
        run.print(&format!("{name}\n")).await;
        return 0;
    }
    match (user_name(&run, user), run.is_gnu()) {
        (Some(name), _) => {
            run.print(&format!("{name}\n")).await;
            0
        }
        (None, true) => run.fail(format!("cannot find name for user ID {user}")).await,
        (None, false) => run.fail(format!("unknown uid {user}")).await,
    }
}

pub(super) async fn uname(run: Run) -> i32 {
    let known = Known { letters: "amnrspvio", long: &[("all", "a")], mixed: true };
    let options = match run.options(known).await {
        Ok(options) => options,
        Err(code) => return code,
    };
    let machine = run.system.machine();
    let parts = [
        ("s", "Linux"),
        ("n", machine.hostname.as_str()),
        ("r", KERNEL),
        ("v", "#1 SMP podlab sandbox"),
        ("m", "x86_64"),
        ("o", if run.is_gnu() { "GNU/Linux" } else { "Linux" }),
    ];
    let all = options.has("a");
    let wanted: Vec<&str> = parts
        .iter()
        .filter(|(letter, _)| all || options.has(letter))
        .map(|(_, text)| *text)
        .collect();
    let text = if wanted.is_empty() { "Linux".to_owned() } else { wanted.join(" ") };
    let text = if run.name() == "arch" { "x86_64".to_owned() } else { text };
    run.print(&format!("{text}\n")).await;
    0
}

pub(super) async fn uptime(run: Run) -> i32 {
    let now = run.system.now();
    let up = now.duration_since(run.system.machine().started).as_secs() + 86_400;
    let (days, hours, minutes) = (up / 86_400, up / 3600 % 24, up / 60 % 60);
    let plural = if days == 1 { "" } else { "s" };
    let clock = format_time(now, "%H:%M:%S");
    run.print(&format!(
        " {clock} up {days} day{plural}, {hours:>2}:{minutes:02},  0 users,  load average: 0.00, 0.01, 0.05\n"
    ))
    .await;
    0
}

pub(super) async fn nproc(run: Run) -> i32 {
    run.print(&format!("{PROCESSORS}\n")).await;
    0
}

pub(super) async fn tty(run: Run) -> i32 {
    match run.system.terminal_at(0) {
        Some(_) => {
            run.print("/dev/pts/0\n").await;
            0
        }
        None => {
            run.print("not a tty\n").await;
            1
        }
    }
}
