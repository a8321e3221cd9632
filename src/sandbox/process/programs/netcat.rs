//! `nc` and `telnet`.

use std::net::SocketAddr;
use std::task::Poll;
use std::time::Duration;

use super::Run;
use super::options::{Known, Options};
use super::sleep::seconds;
use crate::sandbox::process::kernel::{ConnectError, Disposition, Handle, Signal, until};

pub(super) async fn nc(run: Run) -> i32 {
    let options = match run.options(Known::letters("lp:zvw:unke:q:s:N46i:cd")).await {
        Ok(options) => options,
        Err(code) => return code,
    };
    match options.has("l") {
        true => listen(&run, &options).await,
        false => call(&run, &options).await,
    }
}

/// Both ways until one of them ends: what comes in goes to the other end.
async fn join(run: &Run, number: i32, ends_with_input: bool) {
    let mut heard_all = false;
    loop {
        let event = until(|| {
            if let Poll::Ready(read) = run.system.try_read(number, 64 << 10) {
                return Poll::Ready((true, read.unwrap_or_default()));
            }
            if !heard_all && let Poll::Ready(read) = run.system.try_read(0, 64 << 10) {
                return Poll::Ready((false, read.unwrap_or_default()));
            }
            Poll::Pending
        })
        .await;
        run.system.step().await;
        match event {
            (true, bytes) if bytes.is_empty() => return,
            (true, bytes) => run.print_bytes(&bytes).await,
            (false, bytes) if bytes.is_empty() => {
                heard_all = true;
                run.system.shut_down(number);
                if ends_with_input {
                    return;
                }
            }
            (false, bytes) => {
                run.system.on_signal(Signal::PIPE, Disposition::Ignore);
                if run.system.write(number, &bytes).await.is_err() {
                    return;
                }
            }
        }
    }
}

async fn listen(run: &Run, options: &Options) -> i32 {
    let text =
        options.value("p").or(options.operands.last().map(String::as_str)).unwrap_or_default();
    let Ok(port) = text.parse::<u16>() else {
        return run.fail(format!("bad port '{text}'")).await;
    };
    if let Err(error) = run.system.listen(port) {
        return run.fail(format!("bind: {error}")).await;
    }
    if options.has("v") {
        run.print_error(&format!("listening on [::]:{port} ...\n")).await;
    }
    loop {
        let Ok(number) = run.system.accept(port).await else { return 1 };
        if options.has("v")
            && let Some((_, peer)) = run.system.socket_addresses(number)
        {
            run.print_error(&format!(
                "connect to [::ffff:{}]:{port} from [::ffff:{}]:{}\n",
                peer.ip(),
                peer.ip(),
                peer.port()
            ))
            .await;
        }
        match options.value("e") {
            Some(program) => serve_by(run, number, program).await,
            None => join(run, number, false).await,
        }
        run.system.close(number);
        if !options.has("k") {
            run.system.stop_listening(port);
            return 0;
        }
    }
}

/// `-e program`: it talks to the client.
async fn serve_by(run: &Run, number: i32, program: &str) {
    let Ok(handle @ Handle::Socket(_)) = run.system.handle(number) else { return };
    let (old_in, old_out) = (run.system.handle(0), run.system.handle(1));
    run.system.set_handle(0, handle.clone());
    run.system.set_handle(1, handle);
    run.child(&["sh".to_owned(), "-c".to_owned(), program.to_owned()]).await;
    for (number, old) in [(0, old_in), (1, old_out)] {
        match old {
            Ok(old) => run.system.set_handle(number, old),
            Err(_) => run.system.close(number),
        }
    }
}

async fn call(run: &Run, options: &Options) -> i32 {
    let [host, ports, ..] = options.operands.as_slice() else {
        return run.usage("missing hostname and port arguments").await;
    };
    let Some(ip) = run.system.resolve(host).await.and_then(|it| it.addresses.first().copied())
    else {
        return match run.is_gnu() {
            true => {
                run.fail(format!(
                    "getaddrinfo for host \"{host}\" port {ports}: Name or service not known"
                ))
                .await
            }
            false => run.fail(format!("bad address '{host}'")).await,
        };
    };
    let (first, last) = ports.split_once('-').unwrap_or((ports, ports));
    let (Ok(first), Ok(last)) = (first.parse::<u16>(), last.parse::<u16>()) else {
        return run.fail(format!("bad port '{ports}'")).await;
    };
    let mut code = 1;
    for port in (first..=last).take(1000) {
        let wait = options.value("w").and_then(seconds);
        let deadline =
            wait.map(|it| run.system.after(Duration::try_from_secs_f64(it).unwrap_or_default()));
        let deadline = deadline.or_else(|| Some(run.system.after(Duration::from_secs(127))));
        let address = SocketAddr::new(ip, port);
        match run.system.or_time(deadline, run.system.connect(address)).await {
            Some(Ok(number)) => {
                code = 0;
                if options.has("v") {
                    let text = match run.is_gnu() {
                        true => {
                            format!("Connection to {host} ({ip}) {port} port [tcp/*] succeeded!\n")
                        }
                        false => format!("{host} ({ip}:{port}) open\n"),
                    };
                    run.print_error(&text).await;
                }
                if !options.has("z") {
                    let until_idle = wait.map(|it| {
                        run.system.after(Duration::try_from_secs_f64(it).unwrap_or_default())
                    });
                    run.system.or_time(until_idle, join(run, number, false)).await;
                }
                run.system.close(number);
            }
            failed => {
                let words = match failed {
                    Some(Err(ConnectError::Refused)) => "Connection refused",
                    Some(_) => "Host is unreachable",
                    None => "Connection timed out",
                };
                if options.has("v") || !run.is_gnu() {
                    let text = match run.is_gnu() {
                        true => format!(
                            "nc: connect to {host} ({ip}) port {port} (tcp) failed: {words}\n"
                        ),
                        false if words.ends_with("timed out") && wait.is_some() => {
                            "nc: timed out\n".to_owned()
                        }
                        false => format!("nc: {host} ({ip}:{port}): {words}\n"),
                    };
                    if !options.has("z") || options.has("v") {
                        run.print_error(&text).await;
                    }
                }
            }
        }
    }
    code
}

pub(super) async fn telnet(run: Run) -> i32 {
    let words: Vec<&String> = run.rest().iter().filter(|it| !it.starts_with('-')).collect();
    let Some(host) = words.first() else {
        return run.usage("missing host").await;
    };
    let port = words.get(1).and_then(|it| it.parse().ok()).unwrap_or(23_u16);
    let Some(ip) = run.system.resolve(host).await.and_then(|it| it.addresses.first().copied())
    else {
        return run.fail(format!("bad address '{host}'")).await;
    };
    if run.is_gnu() {
        run.print(&format!("Trying {ip}...\n")).await;
    }
    let deadline = run.system.after(Duration::from_secs(127));
    match run.system.or_time(Some(deadline), run.system.connect(SocketAddr::new(ip, port))).await {
        Some(Ok(number)) => {
            let text = match run.is_gnu() {
                true => format!("Connected to {host}.\nEscape character is '^]'.\n"),
                false => format!("Connected to {host}\n"),
            };
            run.print(&text).await;
            join(&run, number, true).await;
            run.print_error("Connection closed by foreign host\n").await;
            1
        }
        failed => {
            let words = match failed {
                Some(Err(ConnectError::Refused)) => "Connection refused",
                Some(_) => "No route to host",
                None => "Connection timed out",
            };
            match run.is_gnu() {
                true => {
                    run.print_error(&format!(
                        "telnet: Unable to connect to remote host: {words}\n"
                    ))
                    .await;
                    1
                }
                false => run.fail(format!("can't connect to remote host ({ip}): {words}")).await,
            }
        }
    }
}
