//! What names, labels and keys may look like.
//!
//! Source: `apimachinery/pkg/util/validation/validation.go`.

const LABEL: &str = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const SUBDOMAIN: &str = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const LABEL_1035: &str = "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
const QUALIFIED: &str = "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const LABEL_VALUE: &str = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
const CONFIG_KEY: &str = "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

fn too_long(most: usize) -> String {
    format!("must be no more than {most} bytes")
}

fn is_lower(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit()
}

fn is_label(text: &str) -> bool {
    text.starts_with(is_lower)
        && text.ends_with(is_lower)
        && text.chars().all(|c| is_lower(c) || c == '-')
}

/// What is wrong with a label of a domain name.
pub(super) fn dns_label(text: &str) -> Vec<String> {
    let long = (text.len() > 63).then(|| too_long(63));
    let wrong = (!is_label(text)).then(|| LABEL.to_owned());
    long.into_iter().chain(wrong).collect()
}

/// What is wrong with a domain name.
pub(super) fn dns_subdomain(text: &str) -> Vec<String> {
    let long = (text.len() > 253).then(|| too_long(253));
    let wrong = (!text.split('.').all(is_label)).then(|| SUBDOMAIN.to_owned());
    long.into_iter().chain(wrong).collect()
}

/// What is wrong with a label that begins with a letter.
pub(super) fn dns_1035_label(text: &str) -> Vec<String> {
    let long = (text.len() > 63).then(|| too_long(63));
    let fits = is_label(text) && text.starts_with(|c: char| c.is_ascii_lowercase());
    let wrong = (!fits).then(|| LABEL_1035.to_owned());
    long.into_iter().chain(wrong).collect()
}

/// What is wrong with a name that only has to fit in a path.
pub(super) fn path_segment(text: &str) -> Vec<String> {
    let whole = matches!(text, "." | "..").then(|| format!("may not be '{text}'"));
    let parts = ["/", "%"].iter().filter(|one| text.contains(**one));
    whole.into_iter().chain(parts.map(|one| format!("may not contain '{one}'"))).collect()
}

fn is_name(text: &str) -> bool {
    let alphanumeric = |c: char| c.is_ascii_alphanumeric();
    text.starts_with(alphanumeric)
        && text.ends_with(alphanumeric)
        && text.chars().all(|c| alphanumeric(c) || "-_.".contains(c))
}

/// What is wrong with the key of a label or annotation.
pub(super) fn qualified_name(text: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let name = match text.split_once('/') {
        None => text,
        Some((_, name)) if name.contains('/') => {
            wrong.push(format!("a qualified name {}", QUALIFIED.trim_start_matches("name part ")));
            return wrong;
        }
        Some(("", name)) => {
            wrong.push("prefix part must be non-empty".to_owned());
            name
        }
        Some((prefix, name)) => {
            wrong.extend(dns_subdomain(prefix).into_iter().map(|one| format!("prefix part {one}")));
            name
        }
    };
    if name.is_empty() {
        wrong.push("name part must be non-empty".to_owned());
    } else if name.len() > 63 {
        wrong.push(format!("name part {}", too_long(63)));
    }
    if !is_name(name) {
        wrong.push(QUALIFIED.to_owned());
    }
    wrong
}

/// What is wrong with the value of a label.
pub(super) fn label_value(text: &str) -> Vec<String> {
    let long = (text.len() > 63).then(|| too_long(63));
    let wrong = (!text.is_empty() && !is_name(text)).then(|| LABEL_VALUE.to_owned());
    long.into_iter().chain(wrong).collect()
}

/// What is wrong with a key of a config map or secret.
pub(super) fn config_key(text: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    if text.len() > 253 {
        wrong.push(too_long(253));
    }
    let fits = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if text.is_empty() || !text.chars().all(fits) {
        wrong.push(CONFIG_KEY.to_owned());
    }
    if text == "." {
        wrong.push("must not be '.'".to_owned());
    } else if text == ".." {
        wrong.push("must not be '..'".to_owned());
    } else if text.starts_with("..") {
        wrong.push("must not start with '..'".to_owned());
    }
    wrong
}

/// What is wrong with the name of a port.
pub(super) fn port_name(text: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    if text.len() > 15 {
        wrong.push(too_long(15));
    }
    if !text.chars().all(|c| is_lower(c) || c == '-') {
        wrong.push(
            "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)".to_owned(),
        );
    }
    if !text.contains(|c: char| c.is_ascii_lowercase()) {
        wrong.push("must contain at least one letter (a-z)".to_owned());
    }
    if text.contains("--") {
        wrong.push("must not contain consecutive hyphens".to_owned());
    }
    if text.starts_with('-') || text.ends_with('-') {
        wrong.push("must not begin or end with a hyphen".to_owned());
    }
    wrong
}

/// What is wrong with the name of a variable of the environment.
pub(super) fn variable_name(text: &str) -> Vec<String> {
    let fits = text.chars().all(|c| (' '..='~').contains(&c) && c != '=');
    let words = "a valid environment variable name must consist only of printable ASCII characters other than '='";
    (!fits).then(|| words.to_owned()).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_held_to_their_rules() {
        assert!(dns_subdomain("a.b-c").is_empty() && dns_label("1a").is_empty());
        assert_eq!(dns_subdomain("Web_1"), [SUBDOMAIN]);
        assert_eq!(dns_1035_label("1a"), [LABEL_1035]);
        assert_eq!(dns_label(&"a".repeat(64)), ["must be no more than 63 bytes"]);
        assert!(qualified_name("app.kubernetes.io/name").is_empty());
        assert_eq!(qualified_name("/x"), ["prefix part must be non-empty"]);
        assert_eq!(qualified_name("a b"), [QUALIFIED]);
        assert_eq!(label_value("a b"), [LABEL_VALUE]);
        assert!(config_key("a.b_c").is_empty() && !config_key("a b").is_empty());
        assert!(port_name("http").is_empty());
        assert_eq!(port_name("80"), ["must contain at least one letter (a-z)"]);
        assert_eq!(path_segment("a/b"), ["may not contain '/'"]);
    }
}
