use std::time::Duration;

use super::Run;
use super::sleep::seconds;
use super::usage::binary_size;

/// `stress` and `stress-ng`: memory is held and can be too much, everything else idles.
pub(super) async fn stress(run: Run) -> i32 {
    let value = |names: &[&str]| {
        let mut words = run.rest().iter();
        while let Some(word) = words.next() {
            for name in names {
                if word == name {
                    return words.next().cloned();
                }
                if let Some(value) = word.strip_prefix(&format!("{name}=")) {
                    return Some(value.to_owned());
                }
            }
        }
        None
    };
    let count = |names: &[&str]| value(names).and_then(|it| it.parse::<u64>().ok()).unwrap_or(0);
    let workers = count(&["--vm", "-m"]);
    let (cpu, io, disk) =
        (count(&["--cpu", "-c"]), count(&["--io", "-i"]), count(&["--hdd", "-d"]));
    let bytes = value(&["--vm-bytes"]).and_then(|it| binary_size(&it)).unwrap_or(256 << 20);
    let limit = value(&["--timeout", "-t"]).and_then(|it| seconds(&it));
    let pid = run.system.pid().0;
    if workers + cpu + io + disk == 0 {
        run.print("`stress' imposes certain types of compute stress on your system\n\nUsage: stress [OPTION [ARG]] ...\n").await;
        return 0;
    }
    let head = match run.name() {
        "stress-ng" => {
            format!("stress-ng: info:  [{pid}] dispatching hogs: {workers} vm, {cpu} cpu\n")
        }
        _ => format!(
            "stress: info: [{pid}] dispatching hogs: {cpu} cpu, {io} io, {workers} vm, {disk} hdd\n"
        ),
    };
    run.print(&head).await;
    if workers > 0 {
        // Memory is taken page by page, which takes its time.
        run.system.sleep(Duration::from_millis(300)).await;
        run.system.use_memory(bytes.saturating_mul(workers));
    }
    match limit {
        Some(limit) => {
            run.system.sleep(Duration::try_from_secs_f64(limit).unwrap_or_default()).await;
            run.system.use_memory(0);
            let text = match run.name() {
                "stress-ng" => {
                    format!("stress-ng: info:  [{pid}] successful run completed in {limit:.2}s\n")
                }
                _ => format!("stress: info: [{pid}] successful run completed in {limit:.0}s\n"),
            };
            run.print(&text).await;
            0
        }
        None => {
            run.system.wait_for_ever().await;
            0
        }
    }
}
