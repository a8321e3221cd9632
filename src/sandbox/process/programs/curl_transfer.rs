use std::net::SocketAddr;
use std::time::Duration;

use jiff::Timestamp;

use super::Run;
use super::curl_options::Asked;
use super::http_client::{
    HttpError, Limits, Response, connect, exchange, request_text, set_header,
};
use super::url::Url;

/// How long Linux tries to connect: `tcp_syn_retries`.
const CONNECT_SECONDS: f64 = 132.0;

/// One address that is asked for, with its redirects.
pub(super) struct Transfer<'a> {
    run: &'a Run,
    asked: &'a Asked,
    started: Timestamp,
    connected_at: Option<Timestamp>,
    answered_at: Option<Timestamp>,
    response: Response,
    redirects: usize,
    redirect_to: String,
    url: String,
    remote: Option<SocketAddr>,
    local: Option<SocketAddr>,
    message: String,
}

impl<'a> Transfer<'a> {
    pub(super) fn new(run: &'a Run, asked: &'a Asked) -> Self {
        Self {
            run,
            asked,
            started: run.system.now(),
            connected_at: None,
            answered_at: None,
            response: Response::default(),
            redirects: 0,
            redirect_to: String::new(),
            url: String::new(),
            remote: None,
            local: None,
            message: String::new(),
        }
    }

    /// The status of the last answer; 0 without one.
    pub(super) fn status(&self) -> u16 {
        self.response.status
    }

    /// Asks, shows what is to be shown; the exit code.
    pub(super) async fn run(&mut self, address: &str) -> i32 {
        let code = self.follow(address).await;
        self.show_meter(code).await;
        if code != 0 && (!self.asked.silent || self.asked.shows_errors) {
            self.run.print_error(&format!("curl: ({code}) {}\n", self.message)).await;
        }
        if let Some(format) = &self.asked.write_out {
            let text = self.written_out(format, code);
            self.run.print(&text).await;
        }
        code
    }

    async fn follow(&mut self, address: &str) -> i32 {
        let Some(mut url) = Url::parse(address) else {
            return self.failed(3, "URL rejected: Malformed input to a URL function");
        };
        if let Some(query) = self.query_data() {
            let sign = if url.path.contains('?') { '&' } else { '?' };
            url.path = format!("{}{sign}{query}", url.path);
        }
        loop {
            self.url = format!("{}://{}{}", url.scheme, url.authority(), url.path);
            if url.scheme == "https" {
                let words = format!(
                    "podlab's sandbox has no TLS between pods; ask http://{} instead",
                    url.host
                );
                return self.failed(35, &words);
            }
            if url.scheme != "http" {
                let words = format!("Protocol \"{}\" not supported", url.scheme);
                return self.failed(1, &words);
            }
            let code = self.one(&url).await;
            if code != 0 {
                return code;
            }
            let location = self.response.header("location").unwrap_or_default().to_owned();
            let redirects = matches!(self.response.status, 301 | 302 | 303 | 307 | 308);
            let next = url.join(&location).filter(|_| redirects && !location.is_empty());
            self.redirect_to = next
                .as_ref()
                .map(|it| format!("{}://{}{}", it.scheme, it.authority(), it.path))
                .unwrap_or_default();
            let Some(next) = next.filter(|_| self.asked.follow) else {
                return self.show_body().await;
            };
            if self.redirects >= self.asked.most_redirects {
                let words = format!("Maximum ({}) redirects followed", self.asked.most_redirects);
                return self.failed(47, &words);
            }
            if self.asked.include || self.asked.head {
                let head = format!("{}\r\n", self.response.head);
                self.run.print(&head).await;
            }
            self.redirects += 1;
            url = next;
        }
    }

    fn failed(&mut self, code: i32, message: &str) -> i32 {
        message.clone_into(&mut self.message);
        code
    }

    fn data(&self) -> Option<String> {
        self.asked.data.as_ref().map(|parts| {
            let parts: Vec<String> = parts.iter().map(|part| self.data_part(part)).collect();
            parts.join("&")
        })
    }

    fn data_part(&self, part: &str) -> String {
        match part.strip_prefix('@') {
            Some(path) => {
                let content = self.run.system.read_file(path).unwrap_or_default();
                String::from_utf8_lossy(&content).into_owned()
            }
            None => part.to_owned(),
        }
    }

    fn query_data(&self) -> Option<String> {
        self.data().filter(|_| self.asked.as_query)
    }

    fn limits(&self) -> Limits {
        let after = |seconds: f64| {
            let time = Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX);
            let time = jiff::SignedDuration::try_from(time).unwrap_or(jiff::SignedDuration::MAX);
            self.started.checked_add(time).unwrap_or(Timestamp::MAX)
        };
        Limits {
            connect: Some(after(self.asked.connect_timeout.unwrap_or(CONNECT_SECONDS))),
            all: self.asked.max_time.map(after),
        }
    }

    fn milliseconds(&self) -> i64 {
        let passed = self.run.system.now().duration_since(self.started).as_millis();
        i64::try_from(passed).unwrap_or(i64::MAX)
    }

    async fn say(&self, text: &str) {
        if self.asked.verbose {
            self.run.print_error(text).await;
        }
    }

    /// `--resolve host:port:address` goes before all name servers.
    fn pinned(&self, url: &Url) -> Option<String> {
        let wanted = format!("{}:{}:", url.host, url.port);
        self.asked.resolve.iter().find_map(|it| it.strip_prefix(&wanted).map(str::to_owned))
    }

    async fn one(&mut self, url: &Url) -> i32 {
        let limits = self.limits();
        let host = self.pinned(url).unwrap_or_else(|| url.host.clone());
        if self.asked.verbose {
            self.tell_addresses(url, &host).await;
        }
        let system = self.run.system.clone();
        let (number, remote) = match connect(&system, &host, url.port, limits).await {
            Ok(connected) => connected,
            Err(error) => return self.connect_failed(url, &error).await,
        };
        self.remote = Some(remote);
        self.local = system.socket_addresses(number).map(|(local, _)| local);
        self.connected_at = Some(system.now());
        self.say(&format!("* Connected to {} ({}) port {}\n", url.host, remote.ip(), url.port))
            .await;
        let (method, request) = self.request(url);
        if self.asked.verbose {
            let text = String::from_utf8_lossy(&request).into_owned();
            let head = text.split("\r\n\r\n").next().unwrap_or_default().to_owned();
            let shown: String = head.lines().map(|line| format!("> {line}\n")).collect();
            self.say(&format!("{shown}> \n* Request completely sent off\n")).await;
        }
        let answer = exchange(&system, number, &request, method == "HEAD", limits).await;
        self.answered_at = Some(system.now());
        system.close(number);
        match answer {
            Ok(response) => {
                self.response = response;
                self.after_answer(url).await
            }
            Err(error) => self.exchange_failed(&error),
        }
    }

    async fn tell_addresses(&self, url: &Url, host: &str) {
        if let Some(resolved) = self.run.system.resolve(host).await {
            let list: Vec<String> = resolved.addresses.iter().map(ToString::to_string).collect();
            if host.parse::<std::net::IpAddr>().is_err() {
                let text = format!(
                    "* Host {}:{} was resolved.\n* IPv6: (none)\n* IPv4: {}\n",
                    url.host,
                    url.port,
                    list.join(", ")
                );
                self.say(&text).await;
            }
            if let Some(ip) = resolved.addresses.first() {
                self.say(&format!("*   Trying {ip}:{}...\n", url.port)).await;
            }
        }
    }

    async fn connect_failed(&mut self, url: &Url, error: &HttpError) -> i32 {
        let milliseconds = self.milliseconds();
        let (code, message) = match error {
            HttpError::NoSuchHost => (6, format!("Could not resolve host: {}", url.host)),
            HttpError::TimeOut(_) => {
                (28, format!("Resolving timed out after {} milliseconds", milliseconds + 1))
            }
            HttpError::ConnectTimeOut(_)
                if self.asked.connect_timeout.is_none() && self.asked.max_time.is_none() =>
            {
                (
                    28,
                    format!(
                        "Failed to connect to {} port {} after {milliseconds} ms: Could not connect to server",
                        url.host, url.port
                    ),
                )
            }
            HttpError::ConnectTimeOut(_) => {
                (28, format!("Connection timed out after {} milliseconds", milliseconds + 1))
            }
            _ => (
                7,
                format!(
                    "Failed to connect to {} port {} after {milliseconds} ms: Could not connect to server",
                    url.host, url.port
                ),
            ),
        };
        let verbose = match error {
            HttpError::Refused(ip) => {
                format!("* connect to {ip} port {} failed: Connection refused\n", url.port)
            }
            HttpError::Unreachable(ip) => {
                format!("* connect to {ip} port {} failed: No route to host\n", url.port)
            }
            _ => String::new(),
        };
        self.say(&format!("{verbose}* {message}\n* closing connection #0\n")).await;
        self.failed(code, &message)
    }

    fn exchange_failed(&mut self, error: &HttpError) -> i32 {
        match error {
            HttpError::TimeOut(bytes) => {
                let milliseconds = self.milliseconds() + 1;
                let words = format!(
                    "Operation timed out after {milliseconds} milliseconds with {bytes} bytes received"
                );
                self.failed(28, &words)
            }
            HttpError::NotHttp => self.failed(1, "Received HTTP/0.9 when not allowed"),
            HttpError::Truncated(response) => {
                let wanted = response.header("content-length").unwrap_or("?").to_owned();
                let missing =
                    wanted.parse::<usize>().unwrap_or(0).saturating_sub(response.body.len());
                self.failed(18, &format!("end of response with {missing} bytes missing"))
            }
            _ => self.failed(52, "Empty reply from server"),
        }
    }

    fn request(&self, url: &Url) -> (String, Vec<u8>) {
        let data = self.data().filter(|_| !self.asked.as_query);
        let usual = match (self.asked.head, &data) {
            (true, _) => "HEAD",
            (_, Some(_)) => "POST",
            _ => "GET",
        };
        let method = match &self.asked.method {
            Some(method) if self.redirects == 0 || method != "POST" => method.clone(),
            _ => usual.to_owned(),
        };
        let agent = self.asked.agent.clone().unwrap_or_else(|| "curl/8.14.1".to_owned());
        let mut headers = vec![("Host".to_owned(), url.authority())];
        let user = self.asked.user.clone().or_else(|| url.user.clone());
        if let Some(user) = user {
            headers.push((
                "Authorization".to_owned(),
                format!("Basic {}", super::small::encode(user.as_bytes())),
            ));
        }
        headers.push(("User-Agent".to_owned(), agent));
        headers.push((
            "Accept".to_owned(),
            if self.asked.json { "application/json" } else { "*/*" }.to_owned(),
        ));
        for (name, value) in [("Referer", &self.asked.referer), ("Cookie", &self.asked.cookie)] {
            if let Some(value) = value {
                headers.push((name.to_owned(), value.clone()));
            }
        }
        let body = data.unwrap_or_default();
        if !body.is_empty() || self.asked.data.is_some() && !self.asked.as_query {
            headers.push(("Content-Length".to_owned(), body.len().to_string()));
            let kind = if self.asked.json {
                "application/json"
            } else {
                "application/x-www-form-urlencoded"
            };
            headers.push(("Content-Type".to_owned(), kind.to_owned()));
        }
        for header in &self.asked.headers {
            if let Some((name, value)) = header.split_once(':') {
                set_header(&mut headers, name.trim(), value.trim());
            }
        }
        let bytes = request_text(&method, &url.path, &headers, body.as_bytes());
        (method, bytes)
    }

    async fn after_answer(&mut self, url: &Url) -> i32 {
        if self.asked.verbose {
            let shown: String =
                self.response.head.lines().map(|line| format!("< {line}\n")).collect();
            let size = self.response.body.len();
            let data = if size > 0 { format!("{{ [{size} bytes data]\n") } else { String::new() };
            let data = if self.run.system.terminal_at(1).is_some() { String::new() } else { data };
            self.say(&format!(
                "{shown}< \n{data}* Connection #0 to host {} left intact\n",
                url.host
            ))
            .await;
        }
        if let Some(path) = &self.asked.dump_header {
            let head = format!("{}\r\n", self.response.head);
            match path.as_str() {
                "-" => self.run.print(&head).await,
                path => drop(self.run.system.write_file(path, head.as_bytes())),
            }
        }
        if self.asked.fail && self.response.status >= 400 {
            if self.asked.fail_with_body {
                self.show_body().await;
            }
            let words = format!("The requested URL returned error: {}", self.response.status);
            return self.failed(22, &words);
        }
        0
    }

    async fn show_body(&mut self) -> i32 {
        let mut out = Vec::new();
        if self.asked.include || self.asked.head {
            out.extend(format!("{}\r\n", self.response.head).into_bytes());
        }
        if !self.asked.head {
            out.extend(&self.response.body);
        }
        let remote_name =
            self.url.rsplit('/').next().unwrap_or_default().split('?').next().unwrap_or_default();
        let output = match self.asked.remote_name {
            true if remote_name.is_empty() => {
                return self.failed(23, "Remote filename has no length");
            }
            true => Some(remote_name.to_owned()),
            false => self.asked.output.clone(),
        };
        match output.as_deref() {
            None | Some("-") => self.run.print_bytes(&out).await,
            Some("/dev/null") => {}
            Some(path) => {
                if let Err(error) = self.run.system.write_file(path, &out) {
                    self.run
                        .print_error(&format!("Warning: Failed to open the file {path}: {error}\n"))
                        .await;
                    return self
                        .failed(23, "client returned ERROR on write, 0 bytes were not written");
                }
            }
        }
        0
    }

    /// The table of numbers that is shown while the answer goes elsewhere than to a terminal.
    async fn show_meter(&self, code: i32) {
        let to_terminal = self.run.system.terminal_at(1).is_some() && self.asked.output.is_none();
        if self.asked.silent || self.asked.verbose || to_terminal || code == 3 || code == 35 {
            return;
        }
        let size = self.response.body.len();
        let zero = "  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0";
        let last = match (code, size) {
            (0, 1..) => {
                let speed = size * 1000 / usize::try_from(self.milliseconds().max(1)).unwrap_or(1);
                format!(
                    "100 {size:>5}  100 {size:>5}    0     0 {speed:>6}      0 --:--:-- --:--:-- --:--:-- {speed:>5}"
                )
            }
            _ => zero.to_owned(),
        };
        self.run
            .print_error(&format!(
                "  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n\
                 \x20                                Dload  Upload   Total   Spent    Left  Speed\n\r{zero}\r{last}\n"
            ))
            .await;
    }

    fn written_out(&self, format: &str, code: i32) -> String {
        let text = match format.strip_prefix('@') {
            Some(path) => {
                let content = self.run.system.read_file(path).unwrap_or_default();
                String::from_utf8_lossy(&content).into_owned()
            }
            None => format.to_owned(),
        };
        let text = text.replace("\\n", "\n").replace("\\t", "\t").replace("\\r", "\r");
        let mut out = String::new();
        let mut rest = text.as_str();
        while let Some((before, after)) = rest.split_once("%{") {
            out.push_str(before);
            let Some((name, after)) = after.split_once('}') else {
                rest = after;
                continue;
            };
            out.push_str(&self.variable(name, code));
            rest = after;
        }
        out.push_str(rest);
        out.replace("%%", "%")
    }

    fn variable(&self, name: &str, code: i32) -> String {
        let since = |at: Option<Timestamp>| {
            let seconds = at.map_or(0.0, |at| at.duration_since(self.started).as_secs_f64());
            format!("{seconds:.6}")
        };
        match name {
            "http_code" | "response_code" => format!("{:03}", self.response.status),
            "time_total" => since(Some(self.run.system.now())),
            "time_namelookup" | "time_connect" | "time_pretransfer" => since(self.connected_at),
            "time_starttransfer" => since(self.answered_at),
            "time_appconnect" | "time_redirect" => "0.000000".to_owned(),
            "size_download" => self.response.body.len().to_string(),
            "size_header" => (self.response.head.len() + 2).to_string(),
            "size_upload" => self.data().unwrap_or_default().len().to_string(),
            "speed_download" => self.response.body.len().to_string(),
            "url" | "url_effective" => self.url.clone(),
            "remote_ip" => self.remote.map(|it| it.ip().to_string()).unwrap_or_default(),
            "remote_port" => self.remote.map_or(0, |it| it.port()).to_string(),
            "local_ip" => self.local.map(|it| it.ip().to_string()).unwrap_or_default(),
            "local_port" => self.local.map_or(0, |it| it.port()).to_string(),
            "num_redirects" => self.redirects.to_string(),
            "num_connects" => (self.redirects + 1).to_string(),
            "redirect_url" => self.redirect_to.clone(),
            "content_type" => self.response.header("content-type").unwrap_or_default().to_owned(),
            "method" => self.asked.method.clone().unwrap_or_else(|| "GET".to_owned()),
            "http_version" => "1.1".to_owned(),
            "scheme" => "http".to_owned(),
            "exitcode" => code.to_string(),
            "errormsg" => self.message.clone(),
            _ => String::new(),
        }
    }
}
