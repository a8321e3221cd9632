/// A URL, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Url {
    pub(super) scheme: String,
    pub(super) user: Option<String>,
    pub(super) host: String,
    pub(super) port: u16,
    /// Whether the port was written.
    pub(super) has_port: bool,
    /// Path and query; begins with a slash.
    pub(super) path: String,
}

impl Url {
    /// Reads `http://user@host:port/path?query`; without a scheme it is http.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = match text.split_once("://") {
            Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest),
            None => ("http".to_owned(), text),
        };
        let rest = rest.split('#').next().unwrap_or_default();
        let at = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(at);
        let (user, address) = match authority.rsplit_once('@') {
            Some((user, address)) => (Some(user.to_owned()), address),
            None => (None, authority),
        };
        let (host, port) = split_port(address)?;
        if host.is_empty() || host.contains(char::is_whitespace) {
            return None;
        }
        let usual = if scheme == "https" { 443 } else { 80 };
        Some(Self {
            scheme,
            user,
            host: host.to_owned(),
            port: port.unwrap_or(usual),
            has_port: port.is_some(),
            path: if path.starts_with('/') { path.to_owned() } else { format!("/{path}") },
        })
    }

    /// Host and port, as the `Host` header has them.
    pub(super) fn authority(&self) -> String {
        let usual = if self.scheme == "https" { 443 } else { 80 };
        match self.port == usual {
            true => self.host.clone(),
            false => format!("{}:{}", self.host, self.port),
        }
    }

    /// Where a redirect leads.
    pub(super) fn join(&self, location: &str) -> Option<Self> {
        if location.contains("://") {
            return Self::parse(location);
        }
        let path = match location.starts_with('/') {
            true => location.to_owned(),
            false => {
                let before = self.path.split('?').next().unwrap_or_default();
                let folder = before.rsplit_once('/').map_or("", |(folder, _)| folder);
                format!("{folder}/{location}")
            }
        };
        Some(Self { path, ..self.clone() })
    }
}

fn split_port(address: &str) -> Option<(&str, Option<u16>)> {
    if let Some(rest) = address.strip_prefix('[') {
        let (host, rest) = rest.split_once(']')?;
        let port = match rest.strip_prefix(':') {
            Some(port) => Some(port.parse().ok()?),
            None => None,
        };
        return Some((host, port));
    }
    match address.split_once(':') {
        Some((host, "")) => Some((host, None)),
        Some((host, port)) => Some((host, Some(port.parse().ok()?))),
        None => Some((address, None)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_taken_apart() {
        let url = Url::parse("http://u:p@svc.ns:8080/a?b=c#d").unwrap();
        assert_eq!((url.host.as_str(), url.port, url.path.as_str()), ("svc.ns", 8080, "/a?b=c"));
        assert_eq!(url.user.as_deref(), Some("u:p"));
        assert_eq!(url.authority(), "svc.ns:8080");
        assert_eq!(Url::parse("web").unwrap().path, "/");
        assert_eq!(Url::parse("web?x").unwrap().path, "/?x");
        assert_eq!(Url::parse("https://web").unwrap().port, 443);
        assert_eq!(Url::parse("http://[::1]:80/").unwrap().host, "::1");
        assert_eq!(url.join("x").unwrap().path, "/x");
        assert_eq!(url.join("/y").unwrap().port, 8080);
        assert_eq!(url.join("http://z/").unwrap().host, "z");
        for bad in ["http://", "http://a:b", "http:// a", "a:99999"] {
            assert_eq!(Url::parse(bad), None, "{bad}");
        }
    }
}
