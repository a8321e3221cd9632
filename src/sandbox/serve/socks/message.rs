//! What is said before bytes flow: RFC 1928, as far as a proxy without passwords needs it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// Where a client wants to be connected to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    /// An address.
    Address(SocketAddr),
    /// A name that the client left to us.
    Name(String, u16),
}

/// The outcome, as its byte on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Bytes flow from now on.
    Connected = 0,
    /// There is no way out of the simulated cluster.
    NetworkUnreachable = 3,
    /// There is no such name.
    HostUnreachable = 4,
    /// Nothing listens there.
    Refused = 5,
    /// Anything but CONNECT.
    CommandNotSupported = 7,
    /// An address of no known kind.
    AddressNotSupported = 8,
}

/// What a beginning of bytes is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Read<T> {
    /// More is needed.
    More,
    /// It is complete, and this long.
    Done(T, usize),
    /// It cannot be helped.
    Bad(Outcome),
}

/// The answer to a greeting that offers to go without a password.
pub(super) const NO_PASSWORD: [u8; 2] = [5, 0];
/// The answer to one that does not.
pub(super) const NO_WAY_IN: [u8; 2] = [5, 0xff];
/// The longest request: a name of 255 bytes.
pub(super) const LONGEST: usize = 4 + 1 + 255 + 2;

/// Reads the greeting; true where a client can do without a password.
pub(super) fn greeting(bytes: &[u8]) -> Read<bool> {
    match bytes {
        [] | [5] => Read::More,
        [5, count, methods @ ..] => {
            let count = usize::from(*count);
            match methods.get(..count) {
                Some(methods) => Read::Done(methods.contains(&0), 2 + count),
                None => Read::More,
            }
        }
        // SOCKS4, HTTP, or noise.
        _ => Read::Bad(Outcome::CommandNotSupported),
    }
}

/// Reads the request that follows.
pub(super) fn request(bytes: &[u8]) -> Read<Target> {
    match bytes {
        [5, 1, _, 1, rest @ ..] => address::<4>(rest, |octets| Ipv4Addr::from(octets).into()),
        [5, 1, _, 4, rest @ ..] => address::<16>(rest, |octets| Ipv6Addr::from(octets).into()),
        [5, 1, _, 3, length, rest @ ..] => {
            let length = usize::from(*length);
            let (Some(name), Some([high, low])) =
                (rest.get(..length), rest.get(length..length + 2))
            else {
                return Read::More;
            };
            let name = String::from_utf8_lossy(name).into_owned();
            let port = u16::from_be_bytes([*high, *low]);
            // An address in words is an address.
            let target = match name.parse() {
                Ok(ip) => Target::Address(SocketAddr::new(ip, port)),
                Err(_) => Target::Name(name, port),
            };
            Read::Done(target, 5 + length + 2)
        }
        [5, 1, _, 3] | [5, 1, _] | [5, 1] | [5] | [] => Read::More,
        [5, 1, ..] => Read::Bad(Outcome::AddressNotSupported),
        _ => Read::Bad(Outcome::CommandNotSupported),
    }
}

fn address<const N: usize>(rest: &[u8], ip: impl Fn([u8; N]) -> IpAddr) -> Read<Target> {
    let (Some(octets), Some([high, low])) = (rest.first_chunk::<N>(), rest.get(N..N + 2)) else {
        return Read::More;
    };
    let port = u16::from_be_bytes([*high, *low]);
    Read::Done(Target::Address(SocketAddr::new(ip(*octets), port)), 4 + N + 2)
}

/// The reply. The address in it is never looked at by clients.
pub(super) fn reply(outcome: Outcome) -> [u8; 10] {
    [5, outcome as u8, 0, 1, 0, 0, 0, 0, 0, 0]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_greeting_offers_ways_in() {
        assert_eq!(greeting(&[5, 2, 0, 2]), Read::Done(true, 4));
        assert_eq!(greeting(&[5, 1, 2]), Read::Done(false, 3));
        assert_eq!(greeting(&[5, 2, 0]), Read::More);
        assert_eq!(greeting(b"GET / HTTP/1.1\r\n"), Read::Bad(Outcome::CommandNotSupported));
    }

    #[test]
    fn a_request_names_an_address_or_a_name() {
        let four = [5, 1, 0, 1, 10, 30, 0, 10, 0, 80];
        let address = Target::Address("10.30.0.10:80".parse().unwrap());
        assert_eq!(request(&four), Read::Done(address.clone(), 10));
        let in_words = [&[5, 1, 0, 3, 10][..], b"10.30.0.10", &[0, 80]].concat();
        assert_eq!(request(&in_words), Read::Done(address, 17));
        let name = [&[5, 1, 0, 3, 3][..], b"web", &[0x1f, 0x90], b"more"].concat();
        assert_eq!(request(&name), Read::Done(Target::Name("web".into(), 8080), 10));
        let mut six = vec![5, 1, 0, 4];
        six.extend(Ipv6Addr::LOCALHOST.octets());
        six.extend([1, 187]);
        assert_eq!(request(&six), Read::Done(Target::Address("[::1]:443".parse().unwrap()), 22));
        assert_eq!(request(&[5, 2, 0, 1]), Read::Bad(Outcome::CommandNotSupported));
        assert_eq!(request(&[5, 1, 0, 9, 1]), Read::Bad(Outcome::AddressNotSupported));
    }

    proptest::proptest! {
        #[test]
        fn every_beginning_of_a_request_asks_for_more(name in "[a-z.]{1,255}", port: u16) {
            let mut bytes = vec![5, 1, 0, 3, u8::try_from(name.len()).unwrap()];
            bytes.extend(name.bytes());
            bytes.extend(port.to_be_bytes());
            for end in 0..bytes.len() {
                assert_eq!(request(&bytes[..end]), Read::More);
            }
            assert!(matches!(request(&bytes), Read::Done(_, length) if length == bytes.len()));
        }

        #[test]
        fn noise_does_no_harm(bytes: Vec<u8>) {
            let _ = (greeting(&bytes), request(&bytes));
        }
    }
}
