/// One request, as far as the API looks at it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Request {
    /// `GET`, in capitals.
    pub method: String,
    /// Without the query; percent-encoding undone.
    pub path: String,
    /// In order; percent-encoding undone.
    pub query: Vec<(String, String)>,
    /// The header `Accept`.
    pub accept: String,
    /// The header `Content-Type`.
    pub content_type: String,
    /// The header `User-Agent`; its first word is who a change is attributed to.
    pub user_agent: String,
    /// Who asks, by the token; empty: the sandbox's one administrator.
    pub user: String,
    /// `Impersonate-User`, `Impersonate-Group`: who they want to be taken for.
    pub impersonate: Option<Impersonation>,
    /// The whole body.
    pub body: Vec<u8>,
}

/// Who a request wants to be taken for (`kubectl --as`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Impersonation {
    /// `system:serviceaccount:lab:reader`.
    pub user: String,
    /// Its groups.
    pub groups: Vec<String>,
}

impl Request {
    /// A request of this method for a path with its query, as a URL has them.
    pub(crate) fn new(method: &str, target: &str) -> Self {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let pairs = query.split('&').filter(|pair| !pair.is_empty());
        let query = pairs.map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(name, true), decoded(value, true))
        });
        Self {
            method: method.to_owned(),
            path: decoded(path, false),
            query: query.collect(),
            ..Self::default()
        }
    }

    /// The first value of a query parameter.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// All values of a query parameter.
    pub(crate) fn parameters(&self, name: &str) -> Vec<String> {
        self.query.iter().filter(|(key, _)| key == name).map(|(_, value)| value.clone()).collect()
    }

    /// Whether a query parameter says yes.
    ///
    /// Source: `apimachinery/pkg/runtime/conversion.go`,
    /// `Convert_Slice_string_To_bool`: anything but `0` and `false` is yes, so is the name alone.
    pub(crate) fn says(&self, name: &str) -> bool {
        self.parameter(name)
            .is_some_and(|value| value != "0" && !value.eq_ignore_ascii_case("false"))
    }
}

/// Undoes percent-encoding; what is not valid stays as it is.
fn decoded(text: &str, plus_is_space: bool) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let hex = text.get(at + 1..at + 3).and_then(|two| u8::from_str_radix(two, 16).ok());
        match (byte, hex) {
            (b'%', Some(value)) => {
                out.push(value);
                at += 2;
            }
            (b'+', _) if plus_is_space => out.push(b' '),
            _ => out.push(byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_taken_apart() {
        let request = Request::new(
            "GET",
            "/api/v1/pods?labelSelector=app%3Dweb%2Cx+in+%28a%29&watch&container=a&container=b&bad=%zz",
        );
        assert_eq!(request.path, "/api/v1/pods");
        assert_eq!(request.parameter("labelSelector"), Some("app=web,x in (a)"));
        assert_eq!(request.parameters("container"), ["a", "b"]);
        assert_eq!(request.parameter("bad"), Some("%zz"));
        assert!(request.says("watch"));
        assert!(!Request::new("GET", "/?watch=false").says("watch"));
        assert!(!request.says("stdin"));
    }
}
