//! What the server tells of itself: version, health, groups, resources, schemas.

mod aggregated;
mod groups;
mod legacy;

use serde_json::{Value, json};

use super::accept::aggregated_discovery;
use super::route::{Root, Route};
use super::{Answer, Request, openapi};
use crate::sandbox::admit::Status;
use crate::sandbox::store::Store;

pub(super) use groups::groups;

/// The version that the sandbox imitates.
pub(super) const VERSION: &str = "v1.36.2";

/// Answers whatever is not about objects.
///
/// # Errors
/// 404, and 405 for anything but reading.
pub(super) fn answer(store: &Store, request: &Request, route: &Route) -> Result<Answer, Status> {
    if *route == Route::Nowhere {
        return Err(Status::no_such_path());
    }
    if !matches!(request.method.as_str(), "GET" | "HEAD") {
        return Err(Status::method_not_allowed());
    }
    let found = |value: Option<Value>| {
        value.map(|one| Answer::of_value(&one)).ok_or_else(Status::no_such_path)
    };
    match route {
        Route::Index => Ok(Answer::of_value(&index(store))),
        Route::Version => Ok(Answer::of_value(&version())),
        Route::Health(path) => Ok(Answer::of_text(&health(path, request.says("verbose")))),
        Route::Roots(root) => Ok(root_answer(store, request, *root)),
        Route::Group(group) => found(legacy::group(store, group)),
        Route::GroupVersion(group, version) => found(legacy::resource_list(store, group, version)),
        Route::OpenApiIndex => Ok(Answer::of_value(&openapi::index(store))),
        Route::OpenApi(path) => found(openapi::document(store, path)),
        Route::OpenApiV2 => openapi::second_version(store, request),
        Route::Objects(_) | Route::Nowhere => Err(Status::no_such_path()),
    }
}

fn root_answer(store: &Store, request: &Request, root: Root) -> Answer {
    if let Some(version) = aggregated_discovery(request) {
        let mut answer = Answer::of_value(&aggregated::aggregated(store, root, version));
        answer.content_type =
            format!("application/json;g=apidiscovery.k8s.io;v={version};as=APIGroupDiscoveryList");
        return answer;
    }
    Answer::of_value(&match root {
        Root::Core => legacy::core_versions(),
        Root::Groups => legacy::group_list(store),
    })
}

fn version() -> Value {
    json!({
        "major": "1", "minor": "36", "emulationMajor": "1", "emulationMinor": "36",
        "minCompatibilityMajor": "1", "minCompatibilityMinor": "35",
        "gitVersion": VERSION, "gitCommit": "", "gitTreeState": "clean",
        "buildDate": "2026-06-09T00:00:00Z", "goVersion": "podlab sandbox",
        "compiler": "rustc", "platform": PLATFORM,
    })
}

/// As Go names the machine.
const PLATFORM: &str = match (cfg!(target_os = "macos"), cfg!(target_arch = "aarch64")) {
    (true, true) => "darwin/arm64",
    (true, false) => "darwin/amd64",
    (false, true) => "linux/arm64",
    (false, false) => "linux/amd64",
};

/// Source: `apiserver/pkg/server/healthz/healthz.go`.
fn health(path: &str, verbose: bool) -> String {
    let name = path.split('/').next().unwrap_or_default();
    if !verbose {
        return "ok".to_owned();
    }
    format!("[+]ping ok\n[+]log ok\n[+]etcd ok\n{name} check passed\n")
}

fn index(store: &Store) -> Value {
    let mut paths = vec!["/api".to_owned(), "/api/v1".to_owned(), "/apis".to_owned()];
    for group in groups(store).into_iter().filter(|group| !group.name.is_empty()) {
        paths.push(format!("/apis/{}", group.name));
        paths.extend(group.versions.iter().map(|(one, _)| format!("/apis/{}/{one}", group.name)));
    }
    for path in ["/healthz", "/livez", "/openapi/v2", "/openapi/v3", "/readyz", "/version"] {
        paths.push(path.to_owned());
    }
    json!({"paths": paths})
}
