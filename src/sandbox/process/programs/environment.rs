//! `env`, `printenv`, `date`, `nohup`, `timeout`, `time`, `nice`.

use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::Run;
use super::sleep::seconds;
use crate::sandbox::process::kernel::{Signal, Woken};
use crate::sandbox::process::server::format_time;

pub(super) async fn env(mut run: Run) -> i32 {
    let mut words = run.rest().to_vec().into_iter().peekable();
    while let Some(word) = words.peek().cloned() {
        match word.as_str() {
            "-i" | "-" | "--ignore-environment" => run.env.clear(),
            "-u" => {
                words.next();
                if let Some(name) = words.peek() {
                    run.env.retain(|(known, _)| known != name);
                }
            }
            "--" | "-0" => {}
            word => match word.split_once('=') {
                Some((name, value)) => {
                    run.env.retain(|(known, _)| known != name);
                    run.env.push((name.to_owned(), value.to_owned()));
                }
                None => break,
            },
        }
        words.next();
    }
    let command: Vec<String> = words.collect();
    if command.is_empty() {
        let text: String =
            run.env.iter().map(|(name, value)| format!("{name}={value}\n")).collect();
        run.print(&text).await;
        return 0;
    }
    run.child(&command).await
}

pub(super) async fn printenv(run: Run) -> i32 {
    if run.rest().is_empty() {
        let text: String =
            run.env.iter().map(|(name, value)| format!("{name}={value}\n")).collect();
        run.print(&text).await;
        return 0;
    }
    let mut code = 0;
    for name in run.rest() {
        match run.variable(name) {
            Some(value) => run.print(&format!("{value}\n")).await,
            None => code = 1,
        }
    }
    code
}

pub(super) async fn date(run: Run) -> i32 {
    let mut time = run.system.now();
    let mut format = None;
    let mut words = run.rest().iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "-u" | "--utc" => {}
            "-d" | "--date" => {
                let text = words.next().map(String::as_str).unwrap_or_default();
                match read_date(text, time) {
                    Some(read) => time = read,
                    None => return run.fail(format!("invalid date '{text}'")).await,
                }
            }
            "-R" | "--rfc-email" => format = Some("%a, %d %b %Y %H:%M:%S +0000".to_owned()),
            "-I" | "-Idate" => format = Some("%Y-%m-%d".to_owned()),
            "-Iseconds" => format = Some("%Y-%m-%dT%H:%M:%S+00:00".to_owned()),
            "-s" | "--set" => return run.fail("can't set date: Operation not permitted").await,
            word if word.starts_with("--date=") => match read_date(&word[7..], time) {
                Some(read) => time = read,
                None => return run.fail(format!("invalid date '{}'", &word[7..])).await,
            },
            word => match word.strip_prefix('+') {
                Some(text) => format = Some(text.to_owned()),
                None if word.starts_with('-') => return run.bad_option(word).await,
                None => return run.fail(format!("invalid date '{word}'")).await,
            },
        }
    }
    let format = format.unwrap_or_else(|| "%a %b %e %H:%M:%S UTC %Y".to_owned());
    // `%N` is GNU's own; busybox prints it as it stands.
    let format = match run.is_gnu() {
        true => format.replace("%N", &format!("{:09}", time.subsec_nanosecond())),
        false => format.replace("%N", "%%N"),
    };
    let text = format_time(time, &format);
    run.print(&format!("{}\n", if text.is_empty() { format } else { text })).await;
    0
}

fn read_date(text: &str, now: Timestamp) -> Option<Timestamp> {
    if let Some(seconds) = text.strip_prefix('@') {
        return Timestamp::from_second(seconds.parse().ok()?).ok();
    }
    if matches!(text, "now" | "") {
        return Some(now);
    }
    let civil: Option<jiff::civil::DateTime> = text.trim_end_matches('Z').parse().ok();
    civil.and_then(|it| it.to_zoned(TimeZone::UTC).ok()).map(|zoned| zoned.timestamp())
}

/// `timeout 5 command`
pub(super) async fn timeout(run: Run) -> i32 {
    let mut signal = Signal::TERM;
    let mut words = run.rest().to_vec();
    while words.first().is_some_and(|word| word.starts_with('-')) {
        let option = words.remove(0);
        if matches!(option.as_str(), "-s" | "-k" | "-t") && !words.is_empty() {
            let value = words.remove(0);
            match option.as_str() {
                "-s" => signal = Signal::parse(&value).unwrap_or(signal),
                "-t" => words.insert(0, value),
                _ => {}
            }
        }
    }
    let Some(limit) = words.first().and_then(|word| seconds(word)) else {
        return match words.first() {
            Some(word) => run.fail(format!("invalid time interval '{word}'")).await,
            None => run.usage("missing operand").await,
        };
    };
    let command = words[1..].to_vec();
    let path = run.variable("PATH").unwrap_or_default().to_owned();
    let Ok(loaded) = super::load(&run.system, &command, &path) else {
        let name = command.first().map(String::as_str).unwrap_or_default();
        run.fail(format!("can't execute '{name}': No such file or directory")).await;
        return 127;
    };
    let env = run.env.clone();
    let new = crate::sandbox::process::kernel::NewProcess {
        arguments: loaded.arguments.clone(),
        env: env.clone(),
        ..Default::default()
    };
    let Ok(pid) = run.system.spawn(new, |system| loaded.start(system, env)) else { return 126 };
    let until = run.system.after(Duration::try_from_secs_f64(limit).unwrap_or(Duration::MAX));
    match run.system.or_time(Some(until), run.system.wait(Some(pid), false)).await {
        Some(Woken::Child(_, status)) => status.code(),
        Some(_) => 127,
        None => {
            let _ = run.system.kill(pid, signal);
            run.system.wait(Some(pid), false).await;
            // GNU's tells 124; busybox' has become the program, so the signal has ended it.
            if run.is_gnu() {
                return 124;
            }
            run.system.die_by(signal).await
        }
    }
}

/// `nohup`, `nice`, `setsid`, `stdbuf`, `time`: programs that run another one.
pub(super) async fn wrapper(run: Run) -> i32 {
    let mut words = run.rest().to_vec();
    while words.first().is_some_and(|word| word.starts_with('-')) {
        let option = words.remove(0);
        if matches!(option.as_str(), "-n" | "-f" | "-o" | "-i" | "-e")
            && run.name() != "setsid"
            && !words.is_empty()
        {
            words.remove(0);
        }
    }
    if words.is_empty() {
        return run.fail("missing operand").await;
    }
    let started = run.system.now();
    let code = run.child(&words).await;
    if run.name() == "time" {
        let real = run.system.now().duration_since(started).as_secs_f64();
        let minutes = (real / 60.0) as u64;
        run.print_error(&format!(
            "real\t{minutes}m {:.2}s\nuser\t0m 0.00s\nsys\t0m 0.00s\n",
            real - minutes as f64 * 60.0
        ))
        .await;
    }
    code
}

/// `watch`: shows the same again and again.
pub(super) async fn watch(run: Run) -> i32 {
    let options = match run
        .options(super::options::Known {
            letters: "n:tdbec",
            long: &[("interval=", "n")],
            mixed: false,
        })
        .await
    {
        Ok(options) => options,
        Err(code) => return code,
    };
    let pause = options.value("n").and_then(seconds).unwrap_or(2.0).max(0.1);
    let text = options.operands.join(" ");
    loop {
        let now = format_time(run.system.now(), "%Y-%m-%d %H:%M:%S");
        run.print(&format!("\u{1b}[H\u{1b}[JEvery {pause:.1}s: {text}    {now}\n\n")).await;
        run.child(&["sh".to_owned(), "-c".to_owned(), text.clone()]).await;
        run.system.sleep(Duration::try_from_secs_f64(pause).unwrap_or_default()).await;
    }
}
