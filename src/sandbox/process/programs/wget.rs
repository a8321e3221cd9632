use std::time::Duration;

use super::Run;
use super::http_client::{
    HttpError, Limits, Response, connect, exchange, request_text, set_header,
};
use super::options::{Known, OptionError, Options};
use super::url::Url;
use crate::sandbox::process::server::{format_time, reason};

/// So often a redirect is followed.
const MOST_REDIRECTS: usize = 5;
/// How long Linux tries to connect: `tcp_syn_retries`.
const CONNECT_SECONDS: u64 = 127;

const KNOWN: Known<'_> = Known {
    letters: "qO:T:cSY:P:U:t:n:o:bd:",
    long: &[
        ("quiet", "q"),
        ("output-document=", "O"),
        ("timeout=", "T"),
        ("spider", "spider"),
        ("tries=", "t"),
        ("header=", "header"),
        ("post-data=", "post"),
        ("no-check-certificate", "k"),
        ("server-response", "S"),
        ("user-agent=", "U"),
        ("no-verbose", "q"),
        ("connect-timeout=", "T"),
        ("waitretry=", ""),
        ("retry-connrefused", ""),
        ("content-on-error", ""),
    ],
    mixed: true,
};

pub(super) async fn wget(run: Run) -> i32 {
    let options = match KNOWN.parse(run.rest()) {
        Ok(options) => options,
        Err(OptionError::Unknown(option) | OptionError::NoValue(option)) => {
            return run.bad_option(&option).await;
        }
    };
    let Some(address) = options.operands.first().cloned() else {
        return run.usage("missing URL\nUsage: wget [OPTION]... [URL]...\n").await;
    };
    let Some(url) = Url::parse(&address) else {
        return run.fail(format!("bad address '{address}'")).await;
    };
    if url.scheme == "https" {
        return run
            .fail(format!(
                "podlab's sandbox has no TLS between pods; ask http://{} instead",
                url.host
            ))
            .await;
    }
    let mut download = Download { run: &run, options: &options, url };
    match run.is_gnu() {
        true => download.gnu().await,
        false => download.busybox().await,
    }
}

struct Download<'a> {
    run: &'a Run,
    options: &'a Options,
    url: Url,
}

impl Download<'_> {
    fn quiet(&self) -> bool {
        self.options.has("q")
    }

    fn limits(&self) -> Limits {
        let seconds = self.options.value("T").and_then(super::sleep::seconds);
        let after = |seconds: f64| {
            self.run.system.after(Duration::try_from_secs_f64(seconds).unwrap_or_default())
        };
        Limits {
            connect: Some(after(seconds.unwrap_or(CONNECT_SECONDS as f64))),
            all: Some(after(seconds.unwrap_or(900.0))),
        }
    }

    fn request(&self) -> Vec<u8> {
        let agent = self.options.value("U").unwrap_or(if self.run.is_gnu() {
            "Wget/1.25.0"
        } else {
            "Wget"
        });
        let mut headers = vec![
            ("Host".to_owned(), self.url.authority()),
            ("User-Agent".to_owned(), agent.to_owned()),
        ];
        if self.run.is_gnu() {
            headers.insert(0, ("Accept".to_owned(), "*/*".to_owned()));
            headers.push(("Accept-Encoding".to_owned(), "identity".to_owned()));
            headers.push(("Connection".to_owned(), "Keep-Alive".to_owned()));
        } else {
            headers.push(("Connection".to_owned(), "close".to_owned()));
        }
        for header in self.options.values("header") {
            if let Some((name, value)) = header.split_once(':') {
                set_header(&mut headers, name.trim(), value.trim());
            }
        }
        let body = self.options.value("post").unwrap_or_default();
        let method = if self.options.has("post") { "POST" } else { "GET" };
        if self.options.has("post") {
            set_header(&mut headers, "Content-Type", "application/x-www-form-urlencoded");
            set_header(&mut headers, "Content-Length", &body.len().to_string());
        }
        request_text(method, &self.url.path, &headers, body.as_bytes())
    }

    /// One request; the connection is closed after it.
    async fn fetch(&self) -> Result<Response, HttpError> {
        let limits = self.limits();
        let (number, _) = connect(&self.run.system, &self.url.host, self.url.port, limits).await?;
        let response = exchange(&self.run.system, number, &self.request(), false, limits).await;
        self.run.system.close(number);
        response
    }

    fn file_name(&self) -> String {
        if let Some(name) = self.options.value("O") {
            return name.to_owned();
        }
        let path = self.url.path.split('?').next().unwrap_or_default();
        let name = path.rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or("index.html");
        match self.options.value("P") {
            Some(folder) => format!("{folder}/{name}"),
            None => name.to_owned(),
        }
    }

    async fn save(&self, name: &str, body: &[u8]) -> Result<(), i32> {
        if name == "-" {
            self.run.print_bytes(body).await;
            return Ok(());
        }
        if let Err(error) = self.run.system.write_file(name, body) {
            return Err(match self.run.is_gnu() {
                true => {
                    self.run.print_error(&format!("{name}: {error}\n")).await;
                    3
                }
                false => self.run.fail(format!("can't open '{name}': {error}")).await,
            });
        }
        Ok(())
    }

    /// Source: busybox' `networking/wget.c`.
    async fn busybox(&mut self) -> i32 {
        for _ in 0..=MOST_REDIRECTS {
            let resolved = self.run.system.resolve(&self.url.host).await;
            let Some(ip) = resolved.and_then(|it| it.addresses.first().copied()) else {
                let shown = match self.url.has_port {
                    true => format!("{}:{}", self.url.host, self.url.port),
                    false => self.url.host.clone(),
                };
                return self.run.fail(format!("bad address '{shown}'")).await;
            };
            if !self.quiet() {
                let line =
                    format!("Connecting to {} ({ip}:{})\n", self.url.authority(), self.url.port);
                self.run.print_error(&line).await;
            }
            let response = match self.fetch().await {
                Ok(response) => response,
                Err(error) => return self.busybox_failed(&error).await,
            };
            if self.options.has("S") {
                let lines: String =
                    response.head.lines().map(|line| format!("  {line}\n")).collect();
                self.run.print_error(&lines).await;
            }
            match (response.status, response.header("location").map(str::to_owned)) {
                (301 | 302 | 303 | 307 | 308, Some(location)) => match self.url.join(&location) {
                    Some(url) => self.url = url,
                    None => return self.run.fail(format!("bad redirect: {location}")).await,
                },
                (200..=299, _) => return self.busybox_done(&response).await,
                _ => {
                    let line = &response.status_line;
                    return self.run.fail(format!("server returned error: {line}")).await;
                }
            }
        }
        self.run.fail("too many redirections").await
    }

    async fn busybox_failed(&self, error: &HttpError) -> i32 {
        let message = match error {
            HttpError::NoSuchHost => format!("bad address '{}'", self.url.host),
            HttpError::Refused(ip) => {
                format!("can't connect to remote host ({ip}): Connection refused")
            }
            HttpError::Unreachable(ip) => {
                format!("can't connect to remote host ({ip}): Host is unreachable")
            }
            HttpError::ConnectTimeOut(ip) if !self.options.has("T") => {
                format!("can't connect to remote host ({ip}): Connection timed out")
            }
            HttpError::ConnectTimeOut(_) | HttpError::TimeOut(_) => "download timed out".to_owned(),
            HttpError::Empty => "error getting response".to_owned(),
            HttpError::NotHttp => "error getting response".to_owned(),
            HttpError::Truncated(_) => "connection closed prematurely".to_owned(),
        };
        self.run.fail(message).await
    }

    async fn busybox_done(&self, response: &Response) -> i32 {
        if self.options.has("spider") {
            if !self.quiet() {
                self.run.print_error("remote file exists\n").await;
            }
            return 0;
        }
        let name = self.file_name();
        let exists = name != "-" && !self.options.has("O") && self.run.system.stat(&name).is_ok();
        if exists {
            return self.run.fail(format!("can't open '{name}': File exists")).await;
        }
        let place = if name == "-" { "stdout".to_owned() } else { format!("'{name}'") };
        if !self.quiet() {
            let line = if name == "-" {
                "writing to stdout\n".to_owned()
            } else {
                format!("saving to {place}\n")
            };
            self.run.print_error(&line).await;
        }
        if let Err(code) = self.save(&name, &response.body).await {
            return code;
        }
        if !self.quiet() {
            let bar = "*".repeat(32);
            let size = response.body.len();
            let done =
                if name == "-" { "written to stdout".to_owned() } else { format!("{place} saved") };
            self.run
                .print_error(&format!(
                    "{:<20} 100% |{bar}| {size:>5}  0:00:00 ETA\n{done}\n",
                    short(&name)
                ))
                .await;
        }
        0
    }

    /// Source: GNU Wget's `src/connect.c`, `src/http.c`.
    async fn gnu(&mut self) -> i32 {
        let tries: u32 = self.options.value("t").and_then(|it| it.parse().ok()).unwrap_or(20);
        for _ in 0..=20 {
            let time = format_time(self.run.system.now(), "%Y-%m-%d %H:%M:%S");
            let url = format!("{}://{}{}", self.url.scheme, self.url.authority(), self.url.path);
            self.say(&format!("--{time}--  {url}\n")).await;
            if let Some(code) = self.gnu_resolve().await {
                return code;
            }
            let response = match self.fetch().await {
                Ok(response) => response,
                Err(HttpError::ConnectTimeOut(_) | HttpError::TimeOut(_)) if tries != 1 => {
                    self.say("failed: Connection timed out.\nRetrying.\n\n").await;
                    self.run.system.sleep(Duration::from_secs(1)).await;
                    continue;
                }
                Err(error) => return self.gnu_failed(&error).await,
            };
            let status = response.status;
            let words =
                response.status_line.splitn(3, ' ').nth(2).unwrap_or(reason(status)).to_owned();
            self.say(&format!(
                "connected.\nHTTP request sent, awaiting response... {status} {words}\n"
            ))
            .await;
            match (status, response.header("location").map(str::to_owned)) {
                (301 | 302 | 303 | 307 | 308, Some(location)) => {
                    self.say(&format!("Location: {location} [following]\n")).await;
                    match self.url.join(&location) {
                        Some(url) => self.url = url,
                        None => return 1,
                    }
                }
                (200..=299, _) => return self.gnu_done(&response).await,
                _ => {
                    let time = format_time(self.run.system.now(), "%Y-%m-%d %H:%M:%S");
                    self.say(&format!("{time} ERROR {status}: {words}.\n\n")).await;
                    return 8;
                }
            }
        }
        self.say("20 redirections exceeded.\n").await;
        8
    }

    /// Tells the address; the exit code where there is none.
    async fn gnu_resolve(&self) -> Option<i32> {
        let (host, port) = (&self.url.host, self.url.port);
        if host.parse::<std::net::IpAddr>().is_ok() {
            self.say(&format!("Connecting to {host}:{port}... ")).await;
            return None;
        }
        let found = self.run.system.resolve(host).await;
        self.say(&format!("Resolving {host} ({host})... ")).await;
        let Some(ip) = found.and_then(|it| it.addresses.first().copied()) else {
            self.say("failed: Name or service not known.\n").await;
            let text = format!("wget: unable to resolve host address '{host}'\n");
            self.run.print_error(&text).await;
            return Some(4);
        };
        self.say(&format!("{ip}\nConnecting to {host} ({host})|{ip}|:{port}... ")).await;
        None
    }

    async fn say(&self, text: &str) {
        if !self.quiet() {
            self.run.print_error(text).await;
        }
    }

    async fn gnu_failed(&self, error: &HttpError) -> i32 {
        let text = match error {
            HttpError::Refused(_) => "failed: Connection refused.\n",
            HttpError::Unreachable(_) => "failed: No route to host.\n",
            HttpError::ConnectTimeOut(_) => "failed: Connection timed out.\nGiving up.\n\n",
            HttpError::TimeOut(_) => {
                "connected.\nHTTP request sent, awaiting response... Read error (Connection timed out) in headers.\nGiving up.\n\n"
            }
            _ => {
                "connected.\nHTTP request sent, awaiting response... No data received.\nGiving up.\n\n"
            }
        };
        self.say(text).await;
        4
    }

    async fn gnu_done(&self, response: &Response) -> i32 {
        let size = response.body.len();
        let kind = response.header("content-type").map(|it| it.split(';').next().unwrap_or(it));
        let kind = kind.map(|kind| format!(" [{kind}]")).unwrap_or_default();
        self.say(&format!("Length: {size}{kind}\n")).await;
        if self.options.has("spider") {
            self.say("Remote file exists.\n\n").await;
            return 0;
        }
        let name = self.file_name();
        let shown = if name == "-" { "STDOUT".to_owned() } else { name.clone() };
        self.say(&format!("Saving to: '{shown}'\n\n")).await;
        if let Err(code) = self.save(&name, &response.body).await {
            return code;
        }
        let time = format_time(self.run.system.now(), "%Y-%m-%d %H:%M:%S");
        let done = match name.as_str() {
            "-" => format!("written to stdout [{size}/{size}]"),
            _ => format!("'{shown}' saved [{size}/{size}]"),
        };
        self.say(&format!("     0K                                                       100% 1.00M=0s\n\n{time} (1.00 MB/s) - {done}\n\n")).await;
        0
    }
}

fn short(name: &str) -> String {
    let name = crate::sandbox::process::files::base_name(name);
    name.chars().take(20).collect()
}
