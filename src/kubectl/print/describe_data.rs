//! `kubectl describe` of config maps, secrets and service accounts.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use k8s_openapi::api::core::v1::Event;
use serde_json::Value;

use super::describe_events::events;
use super::describe_page::{Page, When};
use super::describe_value::{items, metadata, pairs, text};

/// The page of a config map.
///
/// Source: `kubectl/pkg/describe/describe.go`, `ConfigMapDescriber.Describe` (1.36).
pub fn describe_config_map(map: &Value, about: Option<&[Event]>, when: &When) -> String {
    let mut page = head(map);
    page.line(0, "\nData\n====");
    for (key, value) in pairs(&map["data"]) {
        page.line(0, format_args!("{key}:\n----\n{value}\n"));
    }
    page.line(0, "\nBinaryData\n====");
    for (key, value) in pairs(&map["binaryData"]) {
        page.line(0, format_args!("{key}: {} bytes", bytes(&value).len()));
    }
    page.line(0, "");
    events(&mut page, about, when);
    page.finish()
}

/// The page of a secret, without what it keeps secret.
///
/// Source: `kubectl/pkg/describe/describe.go`, `describeSecret` (1.36).
pub fn describe_secret(secret: &Value) -> String {
    let mut page = head(secret);
    let type_ = text(&secret["type"]);
    page.line(0, format_args!("\nType:\t{type_}"));
    page.line(0, "\nData\n====");
    for (key, value) in pairs(&secret["data"]) {
        let value = bytes(&value);
        if key == "token" && type_ == "kubernetes.io/service-account-token" {
            page.field(0, &key, String::from_utf8_lossy(&value));
        } else {
            page.field(0, &key, format_args!("{} bytes", value.len()));
        }
    }
    page.finish()
}

/// The page of a service account.
///
/// Source: `kubectl/pkg/describe/describe.go`, `describeServiceAccount` (1.36).
pub fn describe_service_account(account: &Value, about: Option<&[Event]>, when: &When) -> String {
    let mut page = head(account);
    let names = items(&account["imagePullSecrets"]);
    if names.is_empty() {
        page.field(0, "Image pull secrets", "<none>");
    }
    for (index, secret) in names.iter().enumerate() {
        let title = if index == 0 { "Image pull secrets:" } else { "                   " };
        page.line(0, format_args!("{title}\t{}", text(&secret["name"])));
    }
    events(&mut page, about, when);
    page.finish()
}

fn head(object: &Value) -> Page {
    let mut page = Page::default();
    let metadata = metadata(object);
    page.names(&metadata);
    page.labels_and_annotations(&metadata);
    page
}

fn bytes(value: &str) -> Vec<u8> {
    STANDARD.decode(value).unwrap_or_default()
}
