//! Whether the cluster answers, before anything is asked of it.

use std::time::Duration;

use serde::Deserialize;

use super::client_certificate::expiry_of;
use super::{ApiRequest, Cluster, RequestError};

const LIMIT: Duration = Duration::from_secs(5);

/// What `/version` says.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServerVersion {
    /// `v1.36.2`.
    pub git_version: String,
    /// `1`.
    pub major: String,
    /// `36`; some vendors write `36+`.
    pub minor: String,
}

impl ServerVersion {
    /// The minor version as a number; 0 where it is none.
    pub fn minor_number(&self) -> u32 {
        let digits: String = self.minor.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().unwrap_or_default()
    }
}

/// Why a cluster does not answer, and what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum Unreachable {
    /// Nothing listens.
    #[error(
        "the cluster `{title}` does not answer: the connection to {server} was refused; \
         start the cluster, choose another with --context, or use --cluster sandbox"
    )]
    Refused {
        /// The context.
        title: String,
        /// Host and port.
        server: String,
    },
    /// No answer in time.
    #[error(
        "the cluster `{title}` does not answer: {server} was silent for {} s; \
         check the network (a VPN?), choose another with --context, or use --cluster sandbox",
        LIMIT.as_secs()
    )]
    Silent {
        /// The context.
        title: String,
        /// Host and port.
        server: String,
    },
    /// The two sides do not trust each other.
    #[error(
        "the cluster `{title}` at {server} is not trusted: {reason}; the kubeconfig belongs to \
         another or an older cluster: write it anew with the tool that made the cluster"
    )]
    Tls {
        /// The context.
        title: String,
        /// Host and port.
        server: String,
        /// What TLS says.
        reason: String,
    },
    /// No such host, no route.
    #[error(
        "the cluster `{title}` cannot be reached at {server}: {reason}; check the network and \
         the server's address in the kubeconfig, or choose another with --context"
    )]
    NoRoute {
        /// The context.
        title: String,
        /// Host and port.
        server: String,
        /// What the system says.
        reason: String,
    },
    /// The server does not believe who we are.
    #[error(
        "the cluster `{title}` does not accept the credentials of the kubeconfig: {why}; log in \
         again, or write the kubeconfig anew with the tool that made the cluster"
    )]
    Unauthorized {
        /// The context.
        title: String,
        /// `the client certificate expired on 2026-01-01`.
        why: String,
    },
    /// It answers, but not with a version.
    #[error("the server {server} does not answer as Kubernetes does: {reason}")]
    Strange {
        /// Host and port.
        server: String,
        /// What it answered.
        reason: String,
    },
}

/// Asks for the server's version: one request, five seconds at most.
///
/// # Errors
/// [`Unreachable`], in words that say what to do.
pub async fn check(cluster: &Cluster) -> Result<ServerVersion, Unreachable> {
    let request = ApiRequest::get("/version").within(LIMIT);
    let answer = cluster.json(&request).await;
    let strange = |reason: String| Unreachable::Strange { server: cluster.host(), reason };
    match answer {
        Ok(value) => serde_json::from_value(value).map_err(|error| strange(error.to_string())),
        Err(RequestError::Answer(error)) => Err(strange(error.to_string())),
        // A server may keep its version from strangers; that it answers is enough.
        Err(RequestError::Status(status)) if status.code == 403 => Ok(ServerVersion {
            git_version: "unknown".to_owned(),
            major: "1".to_owned(),
            minor: String::new(),
        }),
        Err(RequestError::Status(status)) if status.code == 401 => {
            Err(Unreachable::Unauthorized { title: cluster.title().to_owned(), why: why(cluster) })
        }
        Err(RequestError::Status(status)) => Err(strange(status.message.clone())),
        Err(error) => Err(unreachable(cluster.title().to_owned(), error)),
    }
}

fn unreachable(title: String, error: RequestError) -> Unreachable {
    match error {
        RequestError::Refused { server } => Unreachable::Refused { title, server },
        RequestError::TimedOut { server, .. } => Unreachable::Silent { title, server },
        RequestError::Unreachable { server, reason } if is_about_trust(&reason) => {
            Unreachable::Tls { title, server, reason }
        }
        RequestError::Unreachable { server, reason } if reason.contains("timed out") => {
            Unreachable::Silent { title, server }
        }
        RequestError::Unreachable { server, reason } => {
            Unreachable::NoRoute { title, server, reason }
        }
        other => Unreachable::Strange { server: title, reason: other.to_string() },
    }
}

fn is_about_trust(reason: &str) -> bool {
    let reason = reason.to_lowercase();
    ["certificate", "tls", "alert", "handshake"].iter().any(|word| reason.contains(word))
}

fn why(cluster: &Cluster) -> String {
    let now = cluster.now();
    match expiry_of(cluster) {
        Some(expiry) if expiry < now => {
            format!("the client certificate expired on {}", expiry.strftime("%Y-%m-%d %H:%M UTC"))
        }
        Some(_) => "it answered 401 although the client certificate is still valid".to_owned(),
        None => "it answered 401, so the token or certificate is wrong or has expired".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_gives_its_minor_number() {
        let of = |minor: &str| ServerVersion {
            git_version: String::new(),
            major: "1".into(),
            minor: minor.into(),
        };
        assert_eq!(of("36").minor_number(), 36);
        assert_eq!(of("27+").minor_number(), 27);
        assert_eq!(of("").minor_number(), 0);
    }

    #[test]
    fn each_failure_says_what_to_do() {
        let server = || "10.0.0.1:6443".to_owned();
        let refused = unreachable("dev".into(), RequestError::Refused { server: server() });
        insta::assert_snapshot!(refused, @"the cluster `dev` does not answer: the connection to 10.0.0.1:6443 was refused; start the cluster, choose another with --context, or use --cluster sandbox");
        let reason = "invalid peer certificate: UnknownIssuer".to_owned();
        let tls = unreachable("dev".into(), RequestError::Unreachable { server: server(), reason });
        insta::assert_snapshot!(tls, @"the cluster `dev` at 10.0.0.1:6443 is not trusted: invalid peer certificate: UnknownIssuer; the kubeconfig belongs to another or an older cluster: write it anew with the tool that made the cluster");
        let silent = RequestError::TimedOut { server: server(), limit: LIMIT };
        insta::assert_snapshot!(unreachable("dev".into(), silent), @"the cluster `dev` does not answer: 10.0.0.1:6443 was silent for 5 s; check the network (a VPN?), choose another with --context, or use --cluster sandbox");
    }
}
