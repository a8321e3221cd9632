//! What a word of output is: address, age, hash, a name that Kubernetes made up.

use core::net::{Ipv4Addr, Ipv6Addr};

/// The letters and digits of names that Kubernetes makes up: no vowels, so no bad words.
///
/// Source: `apimachinery/pkg/util/rand/rand.go`, `alphanums`.
const SAFE: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";

/// What is left of them in the hash of a pod template: each stands for a digit.
///
/// Source: `rand.go`, `SafeEncodeString`; the hash is a decimal number.
const SAFE_DIGITS: &[u8] = b"456789bcdf";

/// How many characters `generateName` appends.
///
/// Source: `apiserver/pkg/storage/names/generate.go`, `randomLength`.
const SUFFIX: usize = 5;

/// The length of the IPv4 address that `text` begins with.
pub(super) fn ipv4_length(text: &str) -> Option<usize> {
    let digits = |c: char| c.is_ascii_digit() || c == '.';
    let run = &text[..text.find(|c| !digits(c)).unwrap_or(text.len())];
    // `10.1.2.3.` is the end of a sentence, `10.1.2.3.nip.io` a name that holds one.
    let address = run.trim_end_matches('.');
    let next = text[address.len()..].chars().next();
    let ends = next.is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != '-');
    (ends && address.parse::<Ipv4Addr>().is_ok()).then_some(address.len())
}

/// The length of the IPv6 address that `text` begins with.
pub(super) fn ipv6_length(text: &str) -> Option<usize> {
    let part = |c: char| c.is_ascii_hexdigit() || c == ':' || c == '.';
    let run = &text[..text.find(|c| !part(c)).unwrap_or(text.len())];
    let run = run.trim_end_matches('.');
    let run = if run.ends_with("::") { run } else { run.trim_end_matches(':') };
    let next = text[run.len()..].chars().next();
    let ends = next.is_none_or(|c| !c.is_alphanumeric() && c != '_');
    (run.len() > 2 && ends && run.parse::<Ipv6Addr>().is_ok()).then_some(run.len())
}

/// Whether an address means the same on every machine: loopback, "any", a mask.
pub(super) fn is_same_everywhere(address: &str) -> bool {
    match (address.parse::<Ipv4Addr>(), address.parse::<Ipv6Addr>()) {
        (Ok(ip), _) => {
            ip.is_loopback() || ip.is_unspecified() || ip.is_broadcast() || ip.octets()[0] == 255
        }
        (_, Ok(ip)) => ip.is_loopback() || ip.is_unspecified(),
        _ => true,
    }
}

/// An age or a duration as Kubernetes and Go print them: `5m`, `2d3h`, `180ms`, `1.5s`.
pub(super) fn is_age(word: &str) -> bool {
    let mut rest = word;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        if digits == 0 || rest.starts_with('.') {
            return false;
        }
        rest = &rest[digits..];
        let unit = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
        if !matches!(&rest[..unit], "ns" | "us" | "µs" | "ms" | "s" | "m" | "h" | "d" | "w" | "y")
        {
            return false;
        }
        rest = &rest[unit..];
    }
    !word.is_empty()
}

/// A number in hexadecimal that nobody would choose: a digest, a commit, a uid.
pub(super) fn is_hash(word: &str) -> bool {
    if is_uuid(word) {
        return true;
    }
    let hex = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f');
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    word.len() >= 7 && word.bytes().all(hex) && digits > 0 && digits < word.len()
}

fn is_uuid(word: &str) -> bool {
    let groups: Vec<&str> = word.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && word.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

/// What of a made-up name its author chose: `web` of `web-6d4cf56db6-x7k2p`.
pub(super) fn stem(word: &str) -> Option<&str> {
    let (before, last) = word.rsplit_once('-')?;
    if before.is_empty() || word.contains('.') {
        return None;
    }
    let owner = before.rsplit_once('-').filter(|(stem, hash)| !stem.is_empty() && is_hashed(hash));
    match owner {
        Some((stem, _)) if is_random(last) => Some(stem),
        _ if is_suffix(last) || is_template_hash(last) || is_moment(last) => Some(before),
        _ => None,
    }
}

/// The hash of a pod template, as it stands between a deployment's name and a pod's suffix;
/// before Kubernetes 1.9 it was a number.
fn is_hashed(part: &str) -> bool {
    is_template_hash(part) || is_number_of(part, 5..=10)
}

fn is_template_hash(part: &str) -> bool {
    (6..=10).contains(&part.len())
        && part.bytes().all(|byte| SAFE_DIGITS.contains(&byte))
        && part.bytes().any(|byte| byte.is_ascii_digit())
}

/// A job of a cron job: the moment it was due, in minutes or seconds.
fn is_moment(part: &str) -> bool {
    is_number_of(part, 8..=10)
}

fn is_number_of(part: &str, length: std::ops::RangeInclusive<usize>) -> bool {
    length.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_suffix(part: &str) -> bool {
    part.len() == SUFFIX && part.bytes().all(|byte| SAFE.contains(&byte))
}

/// A suffix after a hash: older ones had vowels.
fn is_random(part: &str) -> bool {
    part.len() == SUFFIX
        && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_end_where_they_end() {
        let check = |text: &str, wanted: Option<usize>| {
            assert_eq!(ipv4_length(text).or_else(|| ipv6_length(text)), wanted, "{text}");
        };
        check("10.20.1.25", Some(10));
        check("10.20.1.25:80", Some(10));
        check("10.20.1.25.", Some(10));
        check("10.20.1.25.nip.io", Some(10));
        check("10.20.1.0/24", Some(9));
        check("10.20.1.250.7", None);
        check("10.20.1.256", None);
        check("1.2.3.4-alpine", None);
        check("1.20.2", None);
        check("::1", Some(3));
        check("fe80::1%eth0", Some(7));
        check("2001:db8::8a2e:370:7334]:80", Some(23));
        check("std::net", None);
        check("12:30:45", None);
        check("::", None);
    }

    #[test]
    fn ages_are_numbers_with_units() {
        for age in ["5m", "21h", "2d3h", "0s", "180ms", "1.5s", "1h2m3.5s", "3y120d"] {
            assert!(is_age(age), "{age}");
        }
        for other in ["", "5", "m", "5x", "5mm", ".5s", "v1", "10.20.1.25", "5m-", "64Mi"] {
            assert!(!is_age(other), "{other}");
        }
    }

    #[test]
    fn hashes_are_what_nobody_would_choose() {
        for hash in
            ["9e771e91", "4f6dbb92c", "7c5ddbdf54f0", "0a1b2c3d-1111-2222-3333-444455556666"]
        {
            assert!(is_hash(hash), "{hash}");
        }
        for other in ["default", "12345678", "deadbeef", "abc123", "1.20.2-abc1234"] {
            assert!(!is_hash(other), "{other}");
        }
    }

    #[test]
    fn made_up_names_keep_their_stem() {
        let check = |name: &str, wanted: Option<&str>| assert_eq!(stem(name), wanted, "{name}");
        check("web-6d4cf56db6-x7k2p", Some("web"));
        check("my-web-7f9c8b5d-abcde", Some("my-web"));
        check("web-6d4cf56db6", Some("web"));
        check("nginx-1564180365-khku8", Some("nginx"));
        check("default-token-4x6jb", Some("default-token"));
        check("hello-27823456", Some("hello"));
        check("hello-27823456-7xkzq", Some("hello"));
        check("kube-proxy-x7k2p", Some("kube-proxy"));
        check("web-0", None);
        check("my-nginx", None);
        check("simple-api", None);
        check("node-1", None);
        check("liveness-exec", None);
        check("-x7k2p", None);
        check("x7k2p", None);
    }
}
