use std::net::IpAddr;

use serde_json::Value;

use super::super::{Store, fields};
use super::route::Network;

/// The domain of the cluster.
const DOMAIN: &str = "cluster.local";

/// How often an alias may lead to another.
const MOST_ALIASES: usize = 8;

impl Network {
    /// The full name and the addresses of a name, as asked in a pod of a namespace; none
    /// where it does not exist. Names outside of the cluster do not.
    ///
    /// The search list and `ndots:5` are those of a pod's `resolv.conf`; see
    /// `pkg/kubelet/network/dns/dns.go`.
    pub fn resolve(
        &self,
        store: &Store,
        namespace: &str,
        name: &str,
    ) -> Option<(String, Vec<IpAddr>)> {
        if let Ok(ip) = name.parse() {
            return Some((name.to_owned(), vec![ip]));
        }
        if let Some(absolute) = name.strip_suffix('.') {
            return lookup(store, &absolute.to_lowercase(), MOST_ALIASES);
        }
        let name = name.to_lowercase();
        let searched = [
            format!("{name}.{namespace}.svc.{DOMAIN}"),
            format!("{name}.svc.{DOMAIN}"),
            format!("{name}.{DOMAIN}"),
        ];
        let is_full = name.matches('.').count() >= 5;
        let as_it_is = || lookup(store, &name, MOST_ALIASES);
        let by_search = || searched.iter().find_map(|full| lookup(store, full, MOST_ALIASES));
        if is_full { as_it_is().or_else(by_search) } else { by_search().or_else(as_it_is) }
    }
}

/// Source: the specification `dns/docs/specification.md` of Kubernetes.
fn lookup(store: &Store, full: &str, aliases: usize) -> Option<(String, Vec<IpAddr>)> {
    let within = full.strip_suffix(DOMAIN)?.strip_suffix('.')?;
    let parts: Vec<&str> = within.split('.').collect();
    let (kind, rest) = parts.split_last()?;
    let (namespace, rest) = rest.split_last()?;
    let found = match (*kind, rest) {
        ("svc", [service]) => return of_service(store, full, (namespace, service), aliases),
        ("svc", [pod, service]) => of_member(store, namespace, service, pod),
        ("pod", [dashed]) => dashed.replace('-', ".").parse().ok().map(|ip| vec![ip]),
        _ => None,
    };
    found.map(|addresses| (full.to_owned(), addresses))
}

fn of_service(
    store: &Store,
    full: &str,
    (namespace, name): (&str, &str),
    aliases: usize,
) -> Option<(String, Vec<IpAddr>)> {
    let service = store.get("services", namespace, name)?;
    if fields::text(service, "spec.type") == "ExternalName" {
        let target = fields::text(service, "spec.externalName").trim_end_matches('.');
        return lookup(store, &target.to_lowercase(), aliases.checked_sub(1)?);
    }
    let addresses = match fields::text(service, "spec.clusterIP") {
        "None" => ready_addresses(store, service, None),
        ip => vec![ip.parse().ok()?],
    };
    (!addresses.is_empty()).then(|| (full.to_owned(), addresses))
}

/// A pod under its headless service: by its host name, or by its address with dashes.
fn of_member(store: &Store, namespace: &str, service: &str, pod: &str) -> Option<Vec<IpAddr>> {
    let service = store.get("services", namespace, service)?;
    let addresses = ready_addresses(store, service, Some(pod));
    (!addresses.is_empty()).then_some(addresses)
}

fn ready_addresses(store: &Store, service: &Value, member: Option<&str>) -> Vec<IpAddr> {
    let name = fields::name(service);
    let slices = store.list("endpointslices.discovery.k8s.io", Some(fields::namespace(service)));
    let slices = slices.filter(|s| fields::label(s, "kubernetes.io/service-name") == Some(name));
    let endpoints = slices.flat_map(|slice| fields::items(slice, "endpoints"));
    let ready = endpoints.filter(|endpoint| endpoint["conditions"]["ready"] != false);
    let mut addresses: Vec<IpAddr> = ready
        .flat_map(|endpoint| {
            let hostname = fields::text(endpoint, "hostname");
            let listed = fields::items(endpoint, "addresses").iter().filter_map(Value::as_str);
            let is_meant = move |ip: &&str| match member {
                None => true,
                Some(member) if hostname.is_empty() => ip.replace('.', "-") == member,
                Some(member) => hostname == member,
            };
            listed.filter(is_meant).filter_map(|ip| ip.parse().ok())
        })
        .collect();
    addresses.sort_unstable();
    addresses.dedup();
    addresses
}
