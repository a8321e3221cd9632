//! `netstat`, `ss`, `ip`, `ifconfig`, `route`, `arp`.

use std::net::IpAddr;

use super::Run;
use crate::sandbox::process::kernel::Pid;

/// The node's end of the pod network.
fn gateway(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(ip) => {
            let [a, b, c, _] = ip.octets();
            format!("{a}.{b}.{c}.1")
        }
        IpAddr::V6(_) => "::1".to_owned(),
    }
}

fn network(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(ip) => {
            let [a, b, c, _] = ip.octets();
            format!("{a}.{b}.{c}.0")
        }
        IpAddr::V6(_) => "::".to_owned(),
    }
}

/// `02:42:…`, made of the address.
fn hardware(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(ip) => {
            let [a, b, c, d] = ip.octets();
            format!("02:42:{a:02x}:{b:02x}:{c:02x}:{d:02x}")
        }
        IpAddr::V6(_) => "02:42:00:00:00:01".to_owned(),
    }
}

fn open_ports(run: &Run) -> Vec<(u16, Pid, String)> {
    let kernel = run.system.kernel();
    kernel
        .open_ports()
        .map(|(port, pid)| {
            let process = kernel.processes.get(&pid);
            let name =
                process.and_then(|it| it.arguments.first()).map(String::as_str).unwrap_or("-");
            (port, pid, crate::sandbox::process::files::base_name(name).to_owned())
        })
        .collect()
}

pub(super) async fn netstat(run: Run) -> i32 {
    let with_programs = run.rest().iter().any(|word| word.starts_with('-') && word.contains('p'));
    let mut text = match with_programs {
        true => "Active Internet connections (only servers)\nProto Recv-Q Send-Q Local Address           Foreign Address         State       PID/Program name\n",
        false => "Active Internet connections (only servers)\nProto Recv-Q Send-Q Local Address           Foreign Address         State\n",
    }
    .to_owned();
    for (port, pid, name) in open_ports(&run) {
        let program = if with_programs { format!("      {}/{name}", pid.0) } else { String::new() };
        text.push_str(&format!(
            "tcp        0      0 {:<23} {:<23} LISTEN{program}\n",
            format!("0.0.0.0:{port}"),
            "0.0.0.0:*"
        ));
    }
    run.print(&text).await;
    0
}

pub(super) async fn ss(run: Run) -> i32 {
    let mut text =
        "State  Recv-Q Send-Q Local Address:Port  Peer Address:Port Process\n".to_owned();
    for (port, pid, name) in open_ports(&run) {
        text.push_str(&format!(
            "LISTEN 0      128    {:>13}:{port:<5} {:>13}:*     users:((\"{name}\",pid={},fd=3))\n",
            "0.0.0.0", "0.0.0.0", pid.0
        ));
    }
    run.print(&text).await;
    0
}

pub(super) async fn ip(run: Run) -> i32 {
    let words: Vec<&str> =
        run.rest().iter().map(String::as_str).filter(|it| !it.starts_with('-')).collect();
    let machine = run.system.machine();
    let address = machine.pod_ip;
    let text = match words.first() {
        Some(word) if "address".starts_with(word) => addresses(address),
        Some(word) if "route".starts_with(word) => routes(address),
        Some(word) if "link".starts_with(word) => addresses(address)
            .lines()
            .filter(|line| !line.trim_start().starts_with("inet") && !line.contains("valid_lft"))
            .map(|line| format!("{line}\n"))
            .collect(),
        Some(word) if "neighbour".starts_with(word) => {
            format!("{} dev eth0 lladdr {} REACHABLE\n", gateway(address), hardware(address))
        }
        Some(word) => {
            return run.fail(format!("Object \"{word}\" is unknown, try \"ip help\".")).await;
        }
        None => {
            run.print_error("Usage: ip [OPTIONS] address|route|link|neigh [ARGS]\n").await;
            return 1;
        }
    };
    let changes =
        words.iter().any(|word| matches!(*word, "add" | "del" | "set" | "change" | "replace"));
    if changes {
        run.print_error("ip: RTNETLINK answers: Operation not permitted\n").await;
        return 2;
    }
    run.print(&text).await;
    0
}

fn addresses(ip: IpAddr) -> String {
    format!(
        "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue qlen 1000\n\
         \x20   link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n\
         \x20   inet 127.0.0.1/8 scope host lo\n       valid_lft forever preferred_lft forever\n\
         2: eth0@if7: <BROADCAST,MULTICAST,UP,LOWER_UP,M-DOWN> mtu 1500 qdisc noqueue qlen 1000\n\
         \x20   link/ether {} brd ff:ff:ff:ff:ff:ff\n\
         \x20   inet {ip}/24 brd {} scope global eth0\n       valid_lft forever preferred_lft forever\n",
        hardware(ip),
        network(ip).trim_end_matches('0').to_owned() + "255",
    )
}

fn routes(ip: IpAddr) -> String {
    format!(
        "default via {} dev eth0\n{}/24 dev eth0 scope link  src {ip}\n",
        gateway(ip),
        network(ip)
    )
}

pub(super) async fn ifconfig(run: Run) -> i32 {
    let ip = run.system.machine().pod_ip;
    run.print(&format!(
        "eth0      Link encap:Ethernet  HWaddr {}\n          inet addr:{ip}  Bcast:{}255  Mask:255.255.255.0\n\
         \x20         UP BROADCAST RUNNING MULTICAST  MTU:1500  Metric:1\n\n\
         lo        Link encap:Local Loopback\n          inet addr:127.0.0.1  Mask:255.0.0.0\n\
         \x20         UP LOOPBACK RUNNING  MTU:65536  Metric:1\n\n",
        hardware(ip).to_uppercase(),
        network(ip).trim_end_matches('0'),
    ))
    .await;
    0
}

pub(super) async fn route(run: Run) -> i32 {
    let ip = run.system.machine().pod_ip;
    run.print(&format!(
        "Kernel IP routing table\nDestination     Gateway         Genmask         Flags Metric Ref    Use Iface\n\
         {:<15} {:<15} 0.0.0.0         UG    0      0        0 eth0\n\
         {:<15} {:<15} 255.255.255.0   U     0      0        0 eth0\n",
        if run.rest().iter().any(|it| it == "-n") { "0.0.0.0" } else { "default" },
        gateway(ip),
        network(ip),
        if run.rest().iter().any(|it| it == "-n") { "0.0.0.0" } else { "*" },
    ))
    .await;
    0
}
