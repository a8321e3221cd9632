//! When the kubeconfig's client certificate ends, for an error that says so.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::Cluster;

/// When the client certificate of the cluster's context stops being valid; none
/// where there is no certificate or it cannot be read.
pub(super) fn expiry_of(cluster: &Cluster) -> Option<Timestamp> {
    let kubeconfig = cluster.kubeconfig();
    let context =
        kubeconfig.contexts.iter().find(|c| Some(c.name.as_str()) == cluster.context())?;
    let user = context.context.as_ref()?.user.as_deref()?;
    let info = kubeconfig.auth_infos.iter().find(|u| u.name == user)?.auth_info.as_ref()?;
    let pem = match (&info.client_certificate_data, &info.client_certificate) {
        (Some(data), _) => String::from_utf8(base64_decoded(data)?).ok()?,
        (None, Some(path)) => std::fs::read_to_string(path).ok()?,
        (None, None) => return None,
    };
    not_after(&first_certificate(&pem)?)
}

fn first_certificate(pem: &str) -> Option<Vec<u8>> {
    let body = pem.split_once("-----BEGIN CERTIFICATE-----")?.1;
    base64_decoded(body.split_once("-----END CERTIFICATE-----")?.0)
}

pub(super) fn base64_decoded(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() * 3 / 4);
    let (mut bits, mut count) = (0_u32, 0);
    for byte in text.bytes().filter(|b| !b.is_ascii_whitespace() && *b != b'=') {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count & 0xff) as u8);
        }
    }
    Some(out)
}

/// `Certificate → tbsCertificate → validity → notAfter`; RFC 5280, 4.1.
fn not_after(der: &[u8]) -> Option<Timestamp> {
    let (_, certificate, _) = element(der)?;
    let (_, body, _) = element(certificate)?;
    let mut rest = body;
    // An explicit version comes first where there is one: context tag 0.
    if let Some((0xa0, _, after)) = element(rest) {
        rest = after;
    }
    // Serial number, signature algorithm, issuer.
    for _ in 0..3 {
        rest = element(rest)?.2;
    }
    let (_, validity, _) = element(rest)?;
    let (_, _, after_start) = element(validity)?;
    let (tag, time, _) = element(after_start)?;
    time_of(tag, std::str::from_utf8(time).ok()?)
}

/// Tag, content, what follows.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = der.split_first()?;
    let (&first, mut rest) = rest.split_first()?;
    let mut length = usize::from(first);
    if first & 0x80 != 0 {
        let count = usize::from(first & 0x7f);
        if count > 4 {
            return None;
        }
        let bytes = rest.get(..count)?;
        rest = &rest[count..];
        length = bytes.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte));
    }
    Some((tag, rest.get(..length)?, &rest[length..]))
}

/// `UTCTime` (two digits for the year) or `GeneralizedTime`.
fn time_of(tag: u8, text: &str) -> Option<Timestamp> {
    const UTC_TIME: u8 = 0x17;
    let text = if tag == UTC_TIME {
        let year: u32 = text.get(..2)?.parse().ok()?;
        format!("{}{text}", if year < 50 { "20" } else { "19" })
    } else {
        text.to_owned()
    };
    let time = DateTime::strptime("%Y%m%d%H%M%SZ", &text).ok()?;
    time.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_read() {
        assert_eq!(base64_decoded("aGVsbG8=").unwrap(), b"hello");
        assert_eq!(base64_decoded("aGVs\nbG8").unwrap(), b"hello");
        assert_eq!(base64_decoded("*"), None);
    }

    #[test]
    fn the_end_of_a_certificate_is_found() {
        fn seq(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
            let body = parts.concat();
            [vec![tag, u8::try_from(body.len()).unwrap()], body].concat()
        }
        let time = |text: &str| seq(0x17, &[text.as_bytes()]);
        let validity = seq(0x30, &[&time("250101000000Z"), &time("260102030405Z")]);
        let version = seq(0xa0, &[&[2, 1, 2]]);
        let body = seq(0x30, &[&version, &[2, 1, 7], &seq(0x30, &[]), &seq(0x30, &[]), &validity]);
        let certificate = seq(0x30, &[&body]);
        assert_eq!(not_after(&certificate).unwrap().to_string(), "2026-01-02T03:04:05Z");
        for cut in 0..certificate.len() {
            assert_eq!(not_after(&certificate[..cut]), None, "cut at {cut}");
        }
    }
}
