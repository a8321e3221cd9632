//! `mysql`, `psql`, `mongo` and their like: they say what is simulated and what is not.

use std::net::SocketAddr;
use std::time::Duration;

use super::Run;
use crate::sandbox::process::kernel::ConnectError;

/// The port that a client uses, and the flag that names a host.
fn usual_port(program: &str) -> u16 {
    match program {
        "psql" | "pg_isready" => 5432,
        "mongo" | "mongosh" => 27017,
        _ => 3306,
    }
}

/// The value of a flag such as `-h db`, `-hdb`, `--host=db`.
fn flag(run: &Run, short: &str, long: &str) -> Option<String> {
    let mut words = run.rest().iter();
    while let Some(word) = words.next() {
        if word == short || word == long {
            return words.next().cloned();
        }
        if let Some(value) = word.strip_prefix(&format!("{long}=")) {
            return Some(value.to_owned());
        }
        if let Some(value) =
            word.strip_prefix(short).filter(|it| !it.is_empty() && !word.starts_with("--"))
        {
            return Some(value.to_owned());
        }
    }
    None
}

pub(super) async fn client(run: Run) -> i32 {
    if run.rest().iter().any(|word| matches!(word.as_str(), "--version" | "-V")) {
        let version = run.system.machine().image.version().to_owned();
        run.print(&format!("{}  Ver {version} (podlab's sandbox)\n", run.name())).await;
        return 0;
    }
    let host = flag(&run, "-h", "--host").unwrap_or_else(|| "127.0.0.1".to_owned());
    let (port_flag, port_long) = if run.name().starts_with("my") || run.name() == "mariadb" {
        ("-P", "--port")
    } else {
        ("-p", "--port")
    };
    let port = flag(&run, port_flag, port_long).and_then(|it| it.parse().ok());
    let port = port.unwrap_or_else(|| usual_port(run.name()));
    let words = reach(&run, &host, port).await.err();
    match (run.name(), words) {
        ("mysqladmin", None) if run.rest().iter().any(|word| word == "ping") => {
            run.print("mysqld is alive\n").await;
            0
        }
        ("pg_isready", None) => {
            run.print(&format!("{host}:{port} - accepting connections\n")).await;
            0
        }
        ("pg_isready", Some(_)) => {
            run.print(&format!("{host}:{port} - no response\n")).await;
            2
        }
        (name, None) => {
            run.print_error(&format!(
                "{name}: connected to {host}:{port}, but podlab's sandbox simulates no database: \
                 queries are not answered. Use a real cluster for this step.\n"
            ))
            .await;
            1
        }
        ("psql", Some(words)) => {
            run.print_error(&format!("psql: error: connection to server at \"{host}\", port {port} failed: {words}\n\tIs the server running on that host and accepting TCP/IP connections?\n")).await;
            2
        }
        ("mongo" | "mongosh", Some(words)) => {
            run.print_error(&format!("Error: couldn't connect to server {host}:{port}, connection attempt failed: SocketException: {words}\n")).await;
            1
        }
        (_, Some(words)) => {
            run.print_error(&format!(
                "ERROR 2003 (HY000): Can't connect to MySQL server on '{host}:{port}' ({words})\n"
            ))
            .await;
            1
        }
    }
}

async fn reach(run: &Run, host: &str, port: u16) -> Result<(), &'static str> {
    let found = run.system.resolve(host).await.and_then(|it| it.addresses.first().copied());
    let Some(ip) = found else { return Err("Unknown host") };
    let until = run.system.after(Duration::from_secs(10));
    match run.system.or_time(Some(until), run.system.connect(SocketAddr::new(ip, port))).await {
        Some(Ok(number)) => {
            run.system.close(number);
            Ok(())
        }
        Some(Err(ConnectError::Refused)) => Err("Connection refused"),
        Some(Err(ConnectError::Unreachable)) => Err("No route to host"),
        None => Err("Connection timed out"),
    }
}
