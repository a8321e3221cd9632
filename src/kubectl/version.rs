//! `kubectl version`.

use serde::Serialize;
use serde_json::{Value, json};

use super::failure::{Failure, Outcome};
use super::print::yaml;
use super::{Io, Session};
use crate::cluster::ApiRequest;
use crate::invocation::Invocation;

/// The minor version of Kubernetes that podlab imitates.
const MINOR: u32 = 36;

/// Runs the verb.
///
/// Source: `kubectl/pkg/cmd/version/version.go`, `Run`. There is no line for Kustomize,
/// which podlab does not have.
pub(super) async fn run(invocation: &Invocation, session: &Session, io: &mut Io) -> Outcome {
    let mut answer = Ok(None);
    if !invocation.flags.switch("client") {
        answer = session.cluster.json(&ApiRequest::get("/version")).await.map(Some);
    }
    let server = answer.as_ref().ok().and_then(Option::as_ref);
    io.out(&text(invocation.flags.text("output").unwrap_or_default(), server)?).await?;
    if let Some(warning) = server.and_then(skew) {
        io.err(&warning).await?;
    }
    answer.map(|_| ()).map_err(Failure::from)
}

/// What is printed without asking a server.
///
/// # Errors
/// A format that `version` does not have.
pub(super) fn text(output: &str, server: Option<&Value>) -> Result<String, Failure> {
    match output {
        "" => {
            let mut text = format!("Client Version: {}\n", client_version());
            if let Some(server) = server {
                let version = server["gitVersion"].as_str().unwrap_or_default();
                text += &format!("Server Version: {}\n", crate::base::safe_line(version));
            }
            Ok(text)
        }
        "json" => Ok(json_text(server)),
        "yaml" => {
            let mut all = json!({"clientVersion": Version::of_client()});
            if let Some(server) = server {
                all["serverVersion"] = server.clone();
            }
            // kubectl ends this with an empty line.
            Ok(yaml(&all) + "\n")
        }
        _ => Err(Failure::message("--output must be 'yaml' or 'json'")),
    }
}

/// Go has other names for the processors.
fn go_architecture() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    }
}

fn client_version() -> String {
    format!("v1.{MINOR}.0+podlab-{}", env!("CARGO_PKG_VERSION"))
}

/// In the order in which kubectl prints it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Version {
    major: String,
    minor: String,
    git_version: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    git_commit: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    git_tree_state: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    build_date: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    go_version: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    compiler: String,
    platform: String,
}

impl Version {
    fn of_client() -> Self {
        Self {
            major: "1".to_owned(),
            minor: MINOR.to_string(),
            git_version: client_version(),
            git_commit: String::new(),
            git_tree_state: String::new(),
            build_date: String::new(),
            go_version: String::new(),
            compiler: String::new(),
            platform: format!("{}/{}", std::env::consts::OS, go_architecture()),
        }
    }

    fn of_server(version: &Value) -> Self {
        let text = |key: &str| version[key].as_str().unwrap_or_default().to_owned();
        Self {
            major: text("major"),
            minor: text("minor"),
            git_version: text("gitVersion"),
            git_commit: text("gitCommit"),
            git_tree_state: text("gitTreeState"),
            build_date: text("buildDate"),
            go_version: text("goVersion"),
            compiler: text("compiler"),
            platform: text("platform"),
        }
    }
}

fn json_text(server: Option<&Value>) -> String {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Both {
        client_version: Version,
        #[serde(skip_serializing_if = "Option::is_none")]
        server_version: Option<Version>,
    }
    let both = Both {
        client_version: Version::of_client(),
        server_version: server.map(Version::of_server),
    };
    serde_json::to_string_pretty(&both).unwrap_or_default() + "\n"
}

/// Source: `kubectl/pkg/cmd/version/skew_warning.go`, `printVersionSkewWarning`.
fn skew(server: &Value) -> Option<String> {
    let digits = server["minor"].as_str()?.trim_end_matches(|c: char| !c.is_ascii_digit());
    let minor: u32 = digits.parse().ok()?;
    (minor.abs_diff(MINOR) > 1).then(|| {
        format!(
            "Warning: version difference between client (1.{MINOR}) and server (1.{minor}) exceeds \
             the supported minor version skew of +/-1\n"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_told_for_people_and_for_programs() {
        let server = json!({"major": "1", "minor": "20+", "gitVersion": "v1.20.2"});
        let printed = text("", Some(&server)).unwrap();
        assert!(printed.starts_with("Client Version: v1.36.0"), "{printed}");
        assert!(printed.ends_with("\nServer Version: v1.20.2\n"), "{printed}");
        assert_eq!(text("", None).unwrap().lines().count(), 1);
        let json: Value = serde_json::from_str(&text("json", Some(&server)).unwrap()).unwrap();
        assert_eq!(json["serverVersion"]["gitVersion"], "v1.20.2");
        assert!(text("yaml", None).unwrap().starts_with("clientVersion:\n"));
        assert!(text("xml", None).is_err());
    }

    #[test]
    fn versions_that_are_far_apart_are_warned_of() {
        assert!(skew(&json!({"minor": "20+"})).unwrap().contains("server (1.20)"));
        assert_eq!(skew(&json!({"minor": "35"})), None);
    }
}
