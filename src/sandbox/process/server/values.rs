use std::net::SocketAddr;

use jiff::Timestamp;

use super::date;
use super::http_reply::Reply;
use super::http_request::Request;
use super::service::Facts;

/// What a template's names stand for.
#[derive(Clone, Copy)]
pub(super) struct Values<'a> {
    pub(super) facts: &'a Facts,
    pub(super) now: Timestamp,
    /// Requests so far, this one included.
    pub(super) count: u64,
    pub(super) exchange: Option<(&'a Request, SocketAddr)>,
    pub(super) reply: Option<&'a Reply>,
    pub(super) port: u16,
}

impl Values<'_> {
    /// The value of a name; the empty text where there is none.
    pub(super) fn get(&self, name: &str) -> String {
        let facts = self.facts;
        match name {
            "args" => facts.arguments.join(" "),
            "count" => self.count.to_string(),
            "hostname" => facts.hostname.clone(),
            "ip" => facts.ip.to_string(),
            "namespace" => facts.namespace.clone(),
            "port" => self.port.to_string(),
            "version" => facts.version.clone(),
            "uptime" => uptime(self.now, facts.started),
            "date" => date::http_date(self.now),
            "time" => date::format(self.now, "%Y-%m-%dT%H:%M:%SZ"),
            "time.clf" => date::format(self.now, "%d/%b/%Y:%H:%M:%S +0000"),
            "time.go" => date::format(self.now, "%Y/%m/%d %H:%M:%S"),
            "time.python" => date::format(self.now, "%d/%b/%Y %H:%M:%S"),
            "env" | "env.lines" => {
                facts.env.iter().map(|(name, value)| format!("{name}={value}\n")).collect()
            }
            "env.python" => python_dictionary(&facts.env),
            "env.json" => json_object(&facts.env),
            _ => self.prefixed(name).unwrap_or_default(),
        }
    }

    fn prefixed(&self, name: &str) -> Option<String> {
        if let Some(name) = name.strip_prefix("env.") {
            let found = self.facts.env.iter().find(|(known, _)| known == name);
            return found.map(|(_, value)| value.clone());
        }
        if let Some(name) = name.strip_prefix("option.") {
            return self.facts.options.get(name).cloned();
        }
        if let Some(reply) = self.reply {
            match name {
                "status" => return Some(reply.status.to_string()),
                "bytes" => return Some(reply.body.len().to_string()),
                _ => {}
            }
        }
        let (request, from) = self.exchange?;
        of_request(name, request, from)
    }
}

fn of_request(name: &str, request: &Request, from: SocketAddr) -> Option<String> {
    Some(match name {
        "body" => String::from_utf8_lossy(&request.body).into_owned(),
        "from" => from.ip().to_string(),
        "from.port" => from.port().to_string(),
        "host" => request.header("host").unwrap_or_default().to_owned(),
        "method" => request.method.clone(),
        "path" => request.path(),
        "query" => request.query().to_owned(),
        "uri" => request.target.clone(),
        "request" => format!("{} {} {}", request.method, request.target, request.version),
        "headers" | "headers.lines" => {
            request.headers.iter().map(|(name, value)| format!("{name}: {value}\n")).collect()
        }
        "headers.json" => {
            let headers: Vec<(String, String)> = request
                .headers
                .iter()
                .map(|(name, value)| (name.to_ascii_lowercase(), value.clone()))
                .collect();
            json_object(&headers)
        }
        _ => {
            if let Some(name) = name.strip_prefix("header.") {
                return request.header(name).map(str::to_owned);
            }
            if let Some(name) = name.strip_prefix("query.") {
                return request.query_value(name);
            }
            let part: usize = name.strip_prefix("path.")?.parse().ok()?;
            return request.path().split('/').nth(part).map(str::to_owned);
        }
    })
}

/// Seconds as Go prints a `float64`: `10.024005971`.
fn uptime(now: Timestamp, started: Timestamp) -> String {
    let nanoseconds = now.as_nanosecond() - started.as_nanosecond();
    let (seconds, rest) = (nanoseconds / 1_000_000_000, nanoseconds % 1_000_000_000);
    let text = format!("{seconds}.{rest:09}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// What `str(dict(os.environ))` is in Python.
fn python_dictionary(pairs: &[(String, String)]) -> String {
    let repr = |text: &str| {
        let escaped = text.replace('\\', "\\\\").replace('\n', "\\n").replace('\t', "\\t");
        match text.contains('\'') && !text.contains('"') {
            true => format!("\"{escaped}\""),
            false => format!("'{}'", escaped.replace('\'', "\\'")),
        }
    };
    let pairs: Vec<String> =
        pairs.iter().map(|(name, value)| format!("{}: {}", repr(name), repr(value))).collect();
    format!("{{{}}}", pairs.join(", "))
}

fn json_object(pairs: &[(String, String)]) -> String {
    let map: serde_json::Map<String, serde_json::Value> = pairs
        .iter()
        .map(|(name, value)| (name.clone(), serde_json::Value::String(value.clone())))
        .collect();
    serde_json::Value::Object(map).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_look_as_the_languages_print_them() {
        let at = |nanoseconds: i128| Timestamp::from_nanosecond(nanoseconds).unwrap();
        assert_eq!(uptime(at(10_024_005_971), at(0)), "10.024005971");
        assert_eq!(uptime(at(15_000_000_000), at(0)), "15");
        let pairs = [("A", "b'c"), ("D", "\"'\\")].map(|(a, b)| (a.to_owned(), b.to_owned()));
        assert_eq!(python_dictionary(&pairs), r#"{'A': "b'c", 'D': '"\'\\'}"#);
    }
}
