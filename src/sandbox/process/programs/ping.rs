use std::net::IpAddr;
use std::time::Duration;

use super::Run;
use super::options::Known;
use super::sleep::seconds;
use crate::sandbox::process::kernel::{Disposition, Signal};

pub(super) async fn ping(run: Run) -> i32 {
    let options = match run.options(Known::letters("c:i:W:w:s:qnvt:I:46fA")).await {
        Ok(options) => options,
        Err(code) => return code,
    };
    let Some(name) = options.operands.first().cloned() else {
        return run.usage("usage error: Destination address required").await;
    };
    let count: Option<u64> = options.value("c").and_then(|it| it.parse().ok());
    let pause = options.value("i").and_then(seconds).unwrap_or(1.0).max(0.01);
    let patience = options.value("W").and_then(seconds).unwrap_or(10.0).max(0.01);
    let deadline = options.value("w").and_then(seconds);
    let until = |time: f64| run.system.after(Duration::try_from_secs_f64(time).unwrap_or_default());
    let deadline = deadline.map(until);
    let Some(ip) = run.system.resolve(&name).await.and_then(|it| it.addresses.first().copied())
    else {
        return match run.is_gnu() {
            true => {
                run.fail(format!("{name}: Name or service not known")).await;
                2
            }
            false => run.fail(format!("bad address '{name}'")).await,
        };
    };
    let head = match run.is_gnu() {
        true => format!("PING {name} ({ip}) 56(84) bytes of data.\n"),
        false => format!("PING {name} ({ip}): 56 data bytes\n"),
    };
    run.print(&head).await;
    run.system.on_signal(Signal::INT, Disposition::Catch);
    let started = run.system.now();
    let (mut sent, mut received) = (0_u64, 0_u64);
    while count.is_none_or(|count| sent < count) {
        let next = until(pause);
        let answer = run.system.or_time(Some(until(patience)), run.system.ping(ip));
        let answer = run.system.or_time(deadline, run.system.or_signal(answer)).await;
        let Some(Some(answer)) = answer else { break };
        if matches!(answer, Some(Ok(()))) {
            received += 1;
            if !options.has("q") {
                run.print(&line(&run, ip, sent)).await;
            }
        }
        sent += 1;
        if count.is_some_and(|count| sent >= count) {
            break;
        }
        let pause = run.system.or_signal(run.system.sleep_until(next));
        if run.system.or_time(deadline, pause).await.flatten().is_none() {
            break;
        }
    }
    let time = run.system.now().duration_since(started).as_millis();
    run.print(&summary(&run, &name, (sent, received), time)).await;
    i32::from(received == 0)
}

fn line(run: &Run, ip: IpAddr, number: u64) -> String {
    let time = 0.1 + (number % 7) as f64 / 100.0;
    match run.is_gnu() {
        true => format!("64 bytes from {ip}: icmp_seq={} ttl=62 time={time:.3} ms\n", number + 1),
        false => format!("64 bytes from {ip}: seq={number} ttl=62 time={time:.3} ms\n"),
    }
}

fn summary(run: &Run, name: &str, (sent, received): (u64, u64), milliseconds: i128) -> String {
    let lost = ((sent - received) * 100).checked_div(sent).unwrap_or(0);
    let head = format!("\n--- {name} ping statistics ---\n{sent} packets transmitted, ");
    let (counts, times) = match run.is_gnu() {
        true => (
            format!("{received} received, {lost}% packet loss, time {milliseconds}ms\n"),
            "rtt min/avg/max/mdev = 0.100/0.130/0.160/0.020 ms\n",
        ),
        false => (
            format!("{received} packets received, {lost}% packet loss\n"),
            "round-trip min/avg/max = 0.100/0.130/0.160 ms\n",
        ),
    };
    let times = if received > 0 { times } else { "" };
    format!("{head}{counts}{times}")
}
