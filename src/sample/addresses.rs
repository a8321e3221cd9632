//! Addresses in a text: what a command would contact, what a sample shows.

use std::collections::BTreeSet;

use super::binding::Identity;
use super::bindings::is_whole;
use super::cell::is_host;
use super::layout::Layout;
use super::recognise::is_same_everywhere;
use super::token::{TokenKind, tokens};

/// Every address in a text that belongs to one cluster: IP addresses other than loopback
/// and masks, and the host names of load balancers in tables.
pub fn addresses(text: &str) -> BTreeSet<String> {
    let mut found: BTreeSet<String> = BTreeSet::new();
    for line in text.lines() {
        let ips = tokens(line).into_iter().filter(|token| token.kind == TokenKind::Ip);
        found.extend(ips.map(|token| token.text.to_owned()));
    }
    found.retain(|address| !is_same_everywhere(address));
    for table in Layout::of(text).tables {
        let Some(column) = table.column("EXTERNAL-IP") else { continue };
        let cells = table.rows.iter().filter_map(|row| row.cells.get(column));
        let hosts = cells.filter(|cell| cell.contains('.') && is_host(cell));
        found.extend(hosts.map(|cell| (*cell).to_owned()));
    }
    found
}

/// Whether a text has this address as a whole token.
pub fn mentions(text: &str, address: &str) -> bool {
    text.match_indices(address)
        .any(|(at, _)| is_whole(text, at, at + address.len(), Identity::Address))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_a_cluster_are_found() {
        let text = "host: 10.20.1.25:80 127.0.0.1 0.0.0.0 255.255.0.0 nginx/1.25.3\n\
                    NAME   EXTERNAL-IP          PORT(S)\n\
                    web    a1b2.elb.example.io  80/TCP\n\
                    api    <none>               80/TCP\n";
        let found: Vec<String> = addresses(text).into_iter().collect();
        assert_eq!(found, ["10.20.1.25", "a1b2.elb.example.io"]);
    }

    #[test]
    fn an_address_is_mentioned_whole() {
        let check = |text: &str, address: &str, wanted: bool| {
            assert_eq!(mentions(text, address), wanted, "{text}");
        };
        check("curl http://10.1.2.3:80/", "10.1.2.3", true);
        check("curl http://10.1.2.30:80/", "10.1.2.3", false);
        check("curl x.10.1.2.3.nip.io", "10.1.2.3", true);
        check("curl http://a.elb.io/", "a.elb.io", true);
        check("curl http://b-a.elb.io/", "a.elb.io", false);
    }
}
