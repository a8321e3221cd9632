//! A line as typed tokens.

use super::moment::moment_length;
use super::recognise::{ipv4_length, ipv6_length, is_age, is_hash, stem};

/// What a token is. The order is that of `lab-format` § Bindings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TokenKind {
    /// An IPv4 or IPv6 address.
    Ip,
    /// A name that Kubernetes made up from another one: `web-6d4cf56db6-x7k2p`.
    GeneratedName,
    /// A port that a service has on every node.
    NodePort,
    /// A digest, a commit, a uid.
    Hash,
    /// An age or a duration.
    Age,
    /// A date or a time.
    Time,
    /// A number that says how much it was this time: bytes, milliseconds, a client's port.
    Measure,
    /// How often something happened: `x3`.
    Count,
    /// Any other number.
    Number,
    /// Any other word.
    Word,
    /// What stands between words.
    Sign,
}

/// A piece of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token<'a> {
    /// What it is.
    pub kind: TokenKind,
    /// As it stands.
    pub text: &'a str,
    /// Its first byte in the line.
    pub start: usize,
}

impl Token<'_> {
    /// One past its last byte in the line.
    pub fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

/// What follows a number that is a measurement.
const UNITS: &[&str] = &[
    "bytes",
    "byte",
    "B",
    "kB",
    "KB",
    "MB",
    "GB",
    "KiB",
    "MiB",
    "GiB",
    "ms",
    "milliseconds",
    "seconds",
    "second",
    "secs",
    "sec",
    "s",
    "minutes",
    "minute",
    "hours",
    "hour",
    "days",
    "day",
];

/// Fields whose number nobody chose.
const VOLATILE_FIELDS: &[&str] = &["resourceVersion", "observedGeneration", "pid", "PID"];

/// The first port that Linux gives to clients.
///
/// Source: `net.ipv4.ip_local_port_range`.
const FIRST_CLIENT_PORT: u32 = 32_768;

/// The ports that services get on nodes.
///
/// Source: `kube-apiserver --service-node-port-range`, its default.
const NODE_PORTS: std::ops::RangeInclusive<u32> = 30_000..=32_767;

/// The tokens of a line, from left to right; white space is none.
pub fn tokens(line: &str) -> Vec<Token<'_>> {
    let mut found: Vec<Token<'_>> = Vec::new();
    let mut at = 0;
    while let Some(c) = line[at..].chars().next() {
        if c.is_whitespace() {
            at += c.len_utf8();
            continue;
        }
        let (kind, length) = next(&line[at..], &found);
        found.push(Token { kind, text: &line[at..at + length], start: at });
        at += length;
    }
    found
}

/// Kind and length of the token that `rest` begins with.
fn next(rest: &str, before: &[Token<'_>]) -> (TokenKind, usize) {
    if let Some(length) = moment_length(rest) {
        return (TokenKind::Time, length);
    }
    if let Some(length) = ipv4_length(rest).or_else(|| ipv6_length(rest)) {
        return (TokenKind::Ip, length);
    }
    let length = word_length(rest);
    if length == 0 {
        let sign = rest.chars().next().unwrap_or_default();
        let run = rest.len() - rest.trim_start_matches(sign).len();
        return (TokenKind::Sign, if run >= 3 { run } else { sign.len_utf8() });
    }
    let (word, after) = rest.split_at(length);
    (kind_of(word, before, after), length)
}

/// Letters, digits and `_`, and `-` or `.` between them.
fn word_length(text: &str) -> usize {
    let inside = |c: char| c.is_alphanumeric() || c == '_';
    let mut length = 0;
    let mut rest = text;
    loop {
        let run = rest.find(|c| !inside(c)).unwrap_or(rest.len());
        length += run;
        rest = &rest[run..];
        // `app.10.1.2.3.nip.io` holds an address, which is a token of its own.
        let joins = rest.strip_prefix(['-', '.']).is_some_and(|more| {
            more.starts_with(inside) && (rest.starts_with('-') || ipv4_length(more).is_none())
        });
        if run == 0 || !joins {
            return length;
        }
        length += 1;
        rest = &rest[1..];
    }
}

fn kind_of(word: &str, before: &[Token<'_>], after: &str) -> TokenKind {
    if word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return number_kind(word, before, after);
    }
    let counts = word.strip_prefix('x').is_some_and(|rest| rest.parse::<u32>().is_ok());
    match () {
        () if counts => TokenKind::Count,
        () if is_age(word) => TokenKind::Age,
        () if is_hash(word) => TokenKind::Hash,
        () if stem(word).is_some() => TokenKind::GeneratedName,
        () => TokenKind::Word,
    }
}

fn number_kind(word: &str, before: &[Token<'_>], after: &str) -> TokenKind {
    let unit = after.trim_start_matches(' ');
    if UNITS.contains(&&unit[..word_length(unit)]) || is_of_volatile_field(before) {
        return TokenKind::Measure;
    }
    let Ok(number) = word.parse::<u32>() else { return TokenKind::Number };
    let protocol = after.strip_prefix('/').map(|rest| &rest[..word_length(rest)]);
    let is_mapped = matches!(protocol, Some("TCP" | "UDP" | "SCTP"));
    if NODE_PORTS.contains(&number) && (is_mapped || says_node_port(before)) {
        return TokenKind::NodePort;
    }
    if number >= FIRST_CLIENT_PORT && is_port_of_address(before) {
        return TokenKind::Measure;
    }
    TokenKind::Number
}

fn is_of_volatile_field(before: &[Token<'_>]) -> bool {
    let word = before.iter().rev().find(|token| token.kind != TokenKind::Sign);
    word.is_some_and(|token| VOLATILE_FIELDS.contains(&token.text))
}

/// `nodePort: 32758`, `NodePort:  <unset>  32758/TCP`.
fn says_node_port(before: &[Token<'_>]) -> bool {
    let near = before.iter().rev().take(6);
    near.filter(|token| token.kind == TokenKind::Word)
        .any(|token| token.text.eq_ignore_ascii_case("nodeport"))
}

fn is_port_of_address(before: &[Token<'_>]) -> bool {
    matches!(before, [.., address, colon] if colon.text == ":" && address.kind == TokenKind::Ip)
}

/// The name that a made-up name begins with; other tokens for themselves.
pub(super) fn stem_of<'a>(token: &Token<'a>) -> &'a str {
    stem(token.text).unwrap_or(token.text)
}

#[cfg(test)]
mod tests {
    use super::TokenKind::*;
    use super::*;

    #[test]
    #[expect(clippy::too_many_lines, reason = "a table by row")]
    fn lines_become_typed_tokens() {
        let check = |line: &str, wanted: &[(TokenKind, &str)]| {
            let found: Vec<_> = tokens(line).iter().map(|token| (token.kind, token.text)).collect();
            assert_eq!(found, wanted, "{line}");
        };
        check(
            "http://10.20.1.25:9876/info",
            &[
                (Word, "http"),
                (Sign, ":"),
                (Sign, "/"),
                (Sign, "/"),
                (Ip, "10.20.1.25"),
                (Sign, ":"),
                (Number, "9876"),
                (Sign, "/"),
                (Word, "info"),
            ],
        );
        check(
            "80:32758/TCP",
            &[(Number, "80"), (Sign, ":"), (NodePort, "32758"), (Sign, "/"), (Word, "TCP")],
        );
        check("nodePort: 30007", &[(Word, "nodePort"), (Sign, ":"), (NodePort, "30007")]);
        check("port: 30007", &[(Word, "port"), (Sign, ":"), (Number, "30007")]);
        check(
            "from 10.0.0.1:40312",
            &[(Word, "from"), (Ip, "10.0.0.1"), (Sign, ":"), (Measure, "40312")],
        );
        check(
            "pod/web-6d4cf56db6-x7k2p 5m",
            &[(Word, "pod"), (Sign, "/"), (GeneratedName, "web-6d4cf56db6-x7k2p"), (Age, "5m")],
        );
        check(
            "after 2001 milliseconds (x3 over 12s)",
            &[
                (Word, "after"),
                (Measure, "2001"),
                (Word, "milliseconds"),
                (Sign, "("),
                (Count, "x3"),
                (Word, "over"),
                (Age, "12s"),
                (Sign, ")"),
            ],
        );
        check(
            "sha256:0a1b2c3d4e5f done.",
            &[(Word, "sha256"), (Sign, ":"), (Hash, "0a1b2c3d4e5f"), (Word, "done"), (Sign, ".")],
        );
        check("---- -- é日", &[(Sign, "----"), (Sign, "-"), (Sign, "-"), (Word, "é日")]);
        check(
            "resourceVersion: \"1234\"",
            &[
                (Word, "resourceVersion"),
                (Sign, ":"),
                (Sign, "\""),
                (Measure, "1234"),
                (Sign, "\""),
            ],
        );
        check(
            "nginx/1.25.3 v1.36.2",
            &[(Word, "nginx"), (Sign, "/"), (Number, "1.25.3"), (Word, "v1.36.2")],
        );
        check(
            "app.10.1.2.3.nip.io",
            &[(Word, "app"), (Sign, "."), (Ip, "10.1.2.3"), (Sign, "."), (Word, "nip.io")],
        );
        check("", &[]);
    }

    proptest::proptest! {
        #[test]
        fn tokens_cover_all_but_white_space(line in "\\PC{0,80}") {
            let mut rebuilt = String::new();
            let mut end = 0;
            for token in tokens(&line) {
                assert!(token.start >= end && !token.text.is_empty());
                assert_eq!(&line[token.start..token.end()], token.text);
                end = token.end();
                rebuilt.push_str(token.text);
            }
            let packed = |text: &str| text.split_whitespace().collect::<String>();
            assert_eq!(packed(&rebuilt), packed(&line));
        }
    }
}
