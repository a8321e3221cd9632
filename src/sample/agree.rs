//! Whether two tokens say the same.

use super::binding::Identity;
use super::recognise::is_same_everywhere;
use super::token::{Token, TokenKind, stem_of};

/// How a token of the sample and one of the real output go together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Agreement {
    /// They are the same.
    Same,
    /// They are of the same type, and nobody expects them to be the same.
    Volatile,
    /// They name the same thing, the one there and the other here.
    Identity(Identity),
    /// They say different things.
    Differs,
}

/// Compares two tokens; `nodes` are the live cluster's.
pub(super) fn agree(sample: &Token<'_>, actual: &Token<'_>, nodes: &[String]) -> Agreement {
    if sample.text == actual.text {
        return Agreement::Same;
    }
    match (sample.kind, actual.kind) {
        (TokenKind::Ip, TokenKind::Ip) => {
            let fixed = is_same_everywhere(sample.text) || is_same_everywhere(actual.text);
            if fixed { Agreement::Differs } else { Agreement::Identity(Identity::Address) }
        }
        (TokenKind::GeneratedName, TokenKind::GeneratedName)
            if stem_of(sample) == stem_of(actual) =>
        {
            Agreement::Identity(Identity::Name)
        }
        (TokenKind::NodePort, TokenKind::NodePort) => Agreement::Identity(Identity::NodePort),
        (TokenKind::Hash, TokenKind::Hash) => Agreement::Identity(Identity::Hash),
        (TokenKind::Sign, TokenKind::Sign) if is_same_rule(sample.text, actual.text) => {
            Agreement::Same
        }
        (one, other) if one == other && is_volatile(one) => Agreement::Volatile,
        _ if is_node(actual, nodes) && may_be_node(sample) => Agreement::Identity(Identity::Node),
        _ => Agreement::Differs,
    }
}

fn is_volatile(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::Age | TokenKind::Time | TokenKind::Measure | TokenKind::Count)
}

/// `-----` and `---` draw the same line.
fn is_same_rule(one: &str, other: &str) -> bool {
    one.len() >= 3 && other.len() >= 3 && one.chars().next() == other.chars().next()
}

fn is_node(token: &Token<'_>, nodes: &[String]) -> bool {
    nodes.iter().any(|node| node == token.text)
}

/// Host names of clouds have a dash, a dot or a digit; these do not.
const PLAIN_NODES: &[&str] = &["minikube", "localhost", "ubuntu", "master", "node"];

fn may_be_node(token: &Token<'_>) -> bool {
    let is_word =
        matches!(token.kind, TokenKind::Word | TokenKind::GeneratedName | TokenKind::Hash);
    let is_host = token.text.contains(['-', '.']) || token.text.bytes().any(|b| b.is_ascii_digit());
    is_word && (is_host || PLAIN_NODES.contains(&token.text))
}

#[cfg(test)]
mod tests {
    use super::super::token::tokens;
    use super::*;

    #[test]
    fn tokens_agree_by_type() {
        let nodes = ["node-1".to_owned()];
        let check = |sample: &str, actual: &str, wanted: Agreement| {
            let (one, other) = (tokens(sample), tokens(actual));
            assert_eq!(agree(&one[0], &other[0], &nodes), wanted, "{sample} {actual}");
        };
        check("web", "web", Agreement::Same);
        check("web", "api", Agreement::Differs);
        check("10.0.0.1", "10.9.9.9", Agreement::Identity(Identity::Address));
        check("127.0.0.1", "10.9.9.9", Agreement::Differs);
        check("10.0.0.1", "0.0.0.0", Agreement::Differs);
        check("web-6d4cf56db6-x7k2p", "web-58b9f7d-zzzzz", Agreement::Identity(Identity::Name));
        check("web-6d4cf56db6-x7k2p", "api-58b9f7d-zzzzz", Agreement::Differs);
        check("30007/TCP", "31007/TCP", Agreement::Identity(Identity::NodePort));
        check("9e771e91", "0a1b2c3d4e5f", Agreement::Identity(Identity::Hash));
        check("5m", "2d3h", Agreement::Volatile);
        check("x3", "x7", Agreement::Volatile);
        check("80", "81", Agreement::Differs);
        check("5m", "5", Agreement::Differs);
        check("gke-pool-9e771e91-cbzt", "node-1", Agreement::Identity(Identity::Node));
        check("minikube", "node-1", Agreement::Identity(Identity::Node));
        check("to", "node-1", Agreement::Differs);
        check("-----", "---", Agreement::Same);
    }
}
