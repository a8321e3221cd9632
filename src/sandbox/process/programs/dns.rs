//! `nslookup`, `dig`, `host`, `getent`.

use std::net::IpAddr;

use super::Run;
use super::options::Known;
use crate::sandbox::process::kernel::Resolved;
use crate::sandbox::process::server::format_time;

/// The cluster's name server.
const SERVER: &str = "10.96.0.10";

/// How long a name server is waited for, with its repetitions.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(15);

async fn ask(run: &Run, name: &str) -> Option<Option<Resolved>> {
    if let Ok(ip) = name.parse::<IpAddr>() {
        return Some(Some(Resolved { name: name.to_owned(), addresses: vec![ip] }));
    }
    let until = run.system.after(PATIENCE);
    run.system.or_time(Some(until), run.system.ask_name_server(name)).await
}

fn reverse(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(ip) => {
            let [a, b, c, d] = ip.octets();
            format!("{d}.{c}.{b}.{a}.in-addr.arpa")
        }
        IpAddr::V6(_) => "ip6.arpa".to_owned(),
    }
}

pub(super) async fn nslookup(run: Run) -> i32 {
    let words: Vec<&String> = run.rest().iter().filter(|it| !it.starts_with('-')).collect();
    let Some(name) = words.first().map(|it| (*it).clone()) else {
        return run.usage("missing host").await;
    };
    let server = words.get(1).map_or(SERVER, |it| it.as_str()).to_owned();
    let Some(found) = ask(&run, &name).await else {
        run.print(";; connection timed out; no servers could be reached\n\n").await;
        return 1;
    };
    let version = run.system.machine().image.version().to_owned();
    let is_old = !run.is_gnu()
        && version.starts_with("1.")
        && version
            .split('.')
            .nth(1)
            .and_then(|it| it.parse::<u32>().ok())
            .is_some_and(|it| it < 29);
    let is_address = name.parse::<IpAddr>().is_ok();
    match (is_old, found) {
        (true, found) => old(&run, &name, &server, found.as_ref()).await,
        (false, found) => {
            let port = if run.is_gnu() { format!("{server}#53") } else { format!("{server}:53") };
            let head = format!("Server:\t\t{server}\nAddress:\t{port}\n\n");
            let (body, code) = match found {
                Some(found) if !is_address => {
                    let lines: String = found
                        .addresses
                        .iter()
                        .map(|ip| format!("Name:\t{}\nAddress: {ip}\n", found.name))
                        .collect();
                    (format!("{lines}\n"), 0)
                }
                Some(found) => {
                    let name = found.addresses.first().map(|ip| reverse(*ip)).unwrap_or_default();
                    (format!("** server can't find {name}: NXDOMAIN\n\n"), 1)
                }
                None if run.is_gnu() => (format!("** server can't find {name}: NXDOMAIN\n\n"), 1),
                None => {
                    // busybox tells each name of the search list that it has asked for.
                    let namespace = run.system.machine().namespace.clone();
                    let full = match name.matches('.').count() {
                        0..5 => format!("{name}.{namespace}.svc.cluster.local"),
                        _ => name.clone(),
                    };
                    (
                        format!(
                            "** server can't find {full}: NXDOMAIN\n\n** server can't find {full}: NXDOMAIN\n\n"
                        ),
                        1,
                    )
                }
            };
            run.print(&format!("{head}{body}")).await;
            code
        }
    }
}

/// As busybox printed it until 1.28, which many labs show.
async fn old(run: &Run, name: &str, server: &str, found: Option<&Resolved>) -> i32 {
    let known = if server == SERVER { " kube-dns.kube-system.svc.cluster.local" } else { "" };
    run.print(&format!("Server:    {server}\nAddress 1: {server}{known}\n\n")).await;
    match found {
        Some(found) => {
            let lines: String = found
                .addresses
                .iter()
                .enumerate()
                .map(|(number, ip)| format!("Address {}: {ip} {}\n", number + 1, found.name))
                .collect();
            run.print(&format!("Name:      {name}\n{lines}")).await;
            0
        }
        None => run.fail(format!("can't resolve '{name}'")).await,
    }
}

/// What `dig` is asked.
struct Question {
    name: Option<String>,
    kind: String,
    short: bool,
    searches: bool,
    server: String,
}

fn question(words: &[String]) -> Question {
    let (mut name, mut kind, mut short, mut searches) = (None, "A".to_owned(), false, false);
    let mut server = SERVER.to_owned();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "+short" => short = true,
            "+search" => searches = true,
            "-x" => name = words.next().and_then(|it| it.parse().ok()).map(reverse),
            "-t" | "-q" | "-p" => {
                let value = words.next().cloned().unwrap_or_default();
                match word.as_str() {
                    "-t" => kind = value.to_ascii_uppercase(),
                    "-q" => name = Some(value),
                    _ => {}
                }
            }
            word if word.starts_with('@') => word[1..].clone_into(&mut server),
            word if word.starts_with(['+', '-']) => {}
            word if is_record(word) => kind = word.to_ascii_uppercase(),
            word => name = Some(word.to_owned()),
        }
    }
    Question { name, kind, short, searches, server }
}

pub(super) async fn dig(run: Run) -> i32 {
    let Question { name, kind, short, searches, server } = question(run.rest());
    let name = name.unwrap_or_else(|| ".".to_owned());
    let asked = if searches || name.ends_with('.') { name.clone() } else { format!("{name}.") };
    let Some(found) = ask(&run, &asked).await else {
        run.print(";; communications error to 10.96.0.10#53: timed out\n\n;; no servers could be reached\n").await;
        return 9;
    };
    let addresses: Vec<IpAddr> = found
        .iter()
        .flat_map(|it| it.addresses.clone())
        .filter(|ip| {
            (kind == "A" && ip.is_ipv4()) || (kind == "AAAA" && ip.is_ipv6()) || kind == "ANY"
        })
        .collect();
    let full = found.as_ref().map_or_else(|| name.clone(), |it| it.name.clone());
    let full = format!("{}.", full.trim_end_matches('.'));
    if short {
        let lines: String = addresses.iter().map(|ip| format!("{ip}\n")).collect();
        run.print(&lines).await;
        return 0;
    }
    let status = if found.is_some() { "NOERROR" } else { "NXDOMAIN" };
    let answers: String =
        addresses.iter().map(|ip| format!("{full}\t5\tIN\t{kind}\t{ip}\n")).collect();
    let answers =
        if answers.is_empty() { answers } else { format!(";; ANSWER SECTION:\n{answers}\n") };
    let when = format_time(run.system.now(), "%a %b %d %H:%M:%S UTC %Y");
    run.print(&format!(
        "\n; <<>> DiG 9.18.33 <<>> {}\n;; global options: +cmd\n;; Got answer:\n\
         ;; ->>HEADER<<- opcode: QUERY, status: {status}, id: 31337\n\
         ;; flags: qr aa rd; QUERY: 1, ANSWER: {}, AUTHORITY: 0, ADDITIONAL: 1\n\
         ;; WARNING: recursion requested but not available\n\n;; QUESTION SECTION:\n;{full}\t\tIN\t{kind}\n\n{answers}\
         ;; Query time: 0 msec\n;; SERVER: {server}#53({server}) (UDP)\n;; WHEN: {when}\n;; MSG SIZE  rcvd: 117\n\n",
        run.rest().join(" "),
        addresses.len(),
    ))
    .await;
    0
}

fn is_record(word: &str) -> bool {
    ["A", "AAAA", "SRV", "CNAME", "MX", "TXT", "NS", "ANY", "PTR", "SOA", "IN"]
        .iter()
        .any(|kind| word.eq_ignore_ascii_case(kind))
}

pub(super) async fn host(run: Run) -> i32 {
    let Some(name) = run.rest().iter().find(|it| !it.starts_with('-')).cloned() else {
        run.print_error("Usage: host [-aCdilrTvVw] [-c class] [-N ndots] [-t type] [-W time]\n")
            .await;
        return 1;
    };
    match ask(&run, &name).await.flatten() {
        Some(found) => {
            let lines: String = found
                .addresses
                .iter()
                .map(|ip| format!("{} has address {ip}\n", found.name))
                .collect();
            run.print(&lines).await;
            0
        }
        None => {
            run.print(&format!("Host {name} not found: 3(NXDOMAIN)\n")).await;
            1
        }
    }
}

pub(super) async fn getent(run: Run) -> i32 {
    let options = match run.options(Known::letters("is:")).await {
        Ok(options) => options,
        Err(code) => return code,
    };
    match options.operands.as_slice() {
        [table, name] if matches!(table.as_str(), "hosts" | "ahosts" | "ahostsv4") => {
            match run.system.resolve(name).await {
                Some(found) => {
                    let lines: String = found
                        .addresses
                        .iter()
                        .map(|ip| format!("{:<15} {}\n", ip.to_string(), found.name))
                        .collect();
                    run.print(&lines).await;
                    0
                }
                None => 2,
            }
        }
        [table, rest @ ..] if matches!(table.as_str(), "passwd" | "group" | "hosts") => {
            let text = run.system.read_file(&format!("/etc/{table}")).unwrap_or_default();
            let text = String::from_utf8_lossy(&text).into_owned();
            let lines: String = text
                .lines()
                .filter(|line| {
                    rest.is_empty() || rest.iter().any(|name| line.split(':').any(|it| it == name))
                })
                .map(|line| format!("{line}\n"))
                .collect();
            run.print(&lines).await;
            if lines.is_empty() { 2 } else { 0 }
        }
        _ => {
            run.print_error("Usage: getent [option]... database [key ...]\n").await;
            1
        }
    }
}
