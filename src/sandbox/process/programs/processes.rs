//! `ps`, `top`, `kill`, `killall`, `pkill`, `pgrep`, `pidof`.

use super::Run;
use super::options::{Known, Options};
use super::owners::user_name;
use crate::sandbox::process::files::base_name;
use crate::sandbox::process::kernel::{Pid, Signal};
use crate::sandbox::process::proc;
use crate::sandbox::process::server::format_time;

/// A process, as it is listed.
struct Row {
    pid: Pid,
    parent: Pid,
    user: u32,
    command: String,
    name: String,
    started: jiff::Timestamp,
    memory: u64,
    on_terminal: bool,
}

fn rows(run: &Run) -> Vec<Row> {
    let kernel = run.system.kernel();
    let running = kernel.processes.iter().filter(|(_, process)| process.ended.is_none());
    running
        .map(|(pid, process)| {
            let first = process.arguments.first().map(String::as_str).unwrap_or_default();
            Row {
                pid: *pid,
                parent: process.parent,
                user: process.user,
                command: process.arguments.join(" "),
                name: base_name(first).to_owned(),
                started: process.started,
                memory: 1500 * 1024 + process.memory,
                on_terminal: process
                    .handles
                    .values()
                    .any(|it| matches!(it, crate::sandbox::process::kernel::Handle::Terminal(_))),
            }
        })
        .collect()
}

fn user(run: &Run, row: &Row) -> String {
    user_name(run, row.user).unwrap_or_else(|| row.user.to_string())
}

pub(super) async fn ps(run: Run) -> i32 {
    let words = run.rest().join(" ");
    let letters: String = words.chars().filter(char::is_ascii_alphabetic).collect();
    let now = run.system.now();
    let mut text = String::new();
    if !run.is_gnu() {
        // Source: busybox' procps/ps.c, without desktop additions.
        text.push_str("PID   USER     TIME  COMMAND\n");
        for row in rows(&run) {
            text.push_str(&format!(
                "{:>5} {:<8}  0:00 {}\n",
                row.pid.0,
                user(&run, &row),
                row.command
            ));
        }
        run.print(&text).await;
        return 0;
    }
    let own = run.system.pid();
    let (full, bsd) = (
        letters.contains('f') && words.contains('-'),
        letters.contains('u') && letters.contains('a'),
    );
    text.push_str(match (bsd, full) {
        (true, _) => "USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\n",
        (_, true) => "UID          PID    PPID  C STIME TTY          TIME CMD\n",
        _ => "    PID TTY          TIME CMD\n",
    });
    let everything = bsd || letters.contains('e') || letters.contains('A') || letters.contains('x');
    for row in rows(&run) {
        let tty = if row.on_terminal { "pts/0" } else { "?" };
        let is_near = row.on_terminal || row.pid == own;
        if !(everything || is_near) {
            continue;
        }
        let start = format_time(row.started, "%H:%M");
        let _ = now;
        text.push_str(&match (bsd, full) {
            (true, _) => format!(
                "{:<8} {:>7}  0.0  0.0 {:>6} {:>5} {tty:<8} Ss   {start}   0:00 {}\n",
                user(&run, &row),
                row.pid.0,
                row.memory / 512,
                row.memory / 1024,
                row.command
            ),
            (_, true) => format!(
                "{:<8} {:>7} {:>7}  0 {start} {tty:<8} 00:00:00 {}\n",
                user(&run, &row),
                row.pid.0,
                row.parent.0,
                row.command
            ),
            _ => format!("{:>7} {tty:<8} 00:00:00 {}\n", row.pid.0, row.name),
        });
    }
    run.print(&text).await;
    0
}

pub(super) async fn top(run: Run) -> i32 {
    let options = match run.options(Known::letters("bn:d:Hmop:u:")).await {
        Ok(options) => options,
        Err(code) => return code,
    };
    let rounds: Option<u64> = options.value("n").and_then(|it| it.parse().ok());
    let seconds: f64 = options.value("d").and_then(|it| it.parse().ok()).unwrap_or(5.0);
    let mut round = 0;
    loop {
        if !options.has("b") {
            run.print("\u{1b}[H\u{1b}[J").await;
        }
        run.print(&screen(&run)).await;
        round += 1;
        if rounds.is_some_and(|rounds| round >= rounds) {
            return 0;
        }
        let next = run
            .system
            .after(std::time::Duration::try_from_secs_f64(seconds.max(0.1)).unwrap_or_default());
        // On a terminal, q ends it.
        match run.system.or_time(Some(next), run.system.read(0, 16)).await {
            Some(Ok(keys)) if keys.contains(&b'q') => return 0,
            Some(Ok(keys)) if !keys.is_empty() => {}
            Some(_) => run.system.sleep_until(next).await,
            None => {}
        }
    }
}

fn screen(run: &Run) -> String {
    let used = run.system.kernel().memory_used() / 1024 + (512 << 10);
    let free = proc::MEMORY.saturating_sub(used);
    let mut text = format!(
        "Mem: {used}K used, {free}K free, 0K shrd, 0K buff, 0K cached\n\
         CPU:   0% usr   0% sys   0% nic 100% idle   0% io   0% irq   0% sirq\n\
         Load average: 0.00 0.01 0.05 1/{} {}\n  PID  PPID USER     STAT   VSZ %VSZ CPU %CPU COMMAND\n",
        rows(run).len(),
        run.system.pid().0,
    );
    for row in rows(run) {
        let kibibytes = row.memory / 1024;
        text.push_str(&format!(
            "{:>5} {:>5} {:<8} S    {kibibytes:>5} {:>3}%   0   0% {}\n",
            row.pid.0,
            row.parent.0,
            user(run, &row),
            kibibytes * 100 / proc::MEMORY,
            row.command
        ));
    }
    text
}

/// The signal that a command line begins with, and the words behind it.
fn signal_and_words(run: &Run) -> Result<(Signal, Vec<String>), String> {
    let mut signal = Signal::TERM;
    let mut words = Vec::new();
    let mut rest = run.rest().iter();
    while let Some(word) = rest.next() {
        let name = match word.strip_prefix('-') {
            Some("s") => rest.next().cloned().unwrap_or_default(),
            Some("q" | "v" | "e" | "f" | "x" | "l" | "a" | "o" | "w" | "n" | "") | None => {
                words.push(word.clone());
                continue;
            }
            Some(name) => name.to_owned(),
        };
        signal = Signal::parse(&name).ok_or_else(|| format!("bad signal name '{name}'"))?;
    }
    Ok((signal, words))
}

pub(super) async fn kill(run: Run) -> i32 {
    if run.rest().first().is_some_and(|it| it == "-l") {
        let names: String =
            Signal::all().map(|(name, it)| format!("{:>2}) {name}\n", it.0)).collect();
        run.print(&names).await;
        return 0;
    }
    let (signal, words) = match signal_and_words(&run) {
        Ok(found) => found,
        Err(message) => return run.fail(message).await,
    };
    if words.is_empty() {
        return run.fail("you need to specify whom to kill").await;
    }
    let mut code = 0;
    for word in &words {
        let Ok(pid) = word.parse() else {
            code = run.fail(format!("invalid number '{word}'")).await;
            continue;
        };
        if let Err(error) = run.system.kill(Pid(pid), signal) {
            code = match run.is_gnu() {
                true => run.fail(format!("({word}) - {error}")).await,
                false => run.fail(format!("can't kill pid {word}: {error}")).await,
            };
        }
    }
    code
}

/// `killall`, `pkill`, `pgrep`, `pidof`: processes by name.
pub(super) async fn by_name(run: Run) -> i32 {
    let (signal, words) = match signal_and_words(&run) {
        Ok(found) => found,
        Err(message) => return run.fail(message).await,
    };
    let options = Options { given: Vec::new(), operands: words };
    let flag = |name: &str| options.operands.iter().any(|word| word == name);
    let names: Vec<&String> = options.operands.iter().filter(|it| !it.starts_with('-')).collect();
    let exact = matches!(run.name(), "killall" | "pidof");
    let own = run.system.pid();
    let mut code = i32::from(names.is_empty());
    let mut found_any = false;
    let mut pids = Vec::new();
    for name in &names {
        let found: Vec<Row> = rows(&run)
            .into_iter()
            .filter(|row| row.pid != own)
            .filter(|row| match exact {
                true => row.name == **name,
                false if flag("-f") => row.command.contains(name.as_str()),
                false => row.name.contains(name.as_str()),
            })
            .collect();
        found_any |= !found.is_empty();
        if found.is_empty() && run.name() == "killall" {
            code = run.fail(format!("{name}: no process killed")).await;
        }
        pids.extend(found.iter().map(|row| (row.pid, row.command.clone())));
    }
    match run.name() {
        "pidof" if found_any => {
            let list: Vec<String> = pids.iter().rev().map(|(pid, _)| pid.0.to_string()).collect();
            run.print(&format!("{}\n", list.join(" "))).await;
        }
        "pgrep" => {
            for (pid, command) in &pids {
                let more =
                    if flag("-a") || flag("-l") { format!(" {command}") } else { String::new() };
                run.print(&format!("{}{more}\n", pid.0)).await;
            }
        }
        "pidof" => {}
        _ => {
            for (pid, _) in &pids {
                let _ = run.system.kill(*pid, signal);
            }
        }
    }
    if found_any { code } else { 1 }
}
