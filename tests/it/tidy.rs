//! The house of `src/lib.rs`, held: who imports whom, what is pure, which crate
//! lives where, how long a file may be. Each rule has a fixture that breaks it.

use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// Folder, and the folders that it may import besides itself.
const IMPORTS: &[(&str, &[&str])] = &[
    ("base", &[]),
    ("kinds", &["base"]),
    ("shell", &["base"]),
    ("invocation", &["base", "shell"]),
    ("sample", &["base"]),
    ("lab", &["base", "kinds", "shell", "invocation", "sample"]),
    ("sandbox", &["base", "kinds", "shell"]),
    ("cluster", &["base", "kinds", "sandbox"]),
    ("kubectl", &["base", "kinds", "invocation", "cluster"]),
    ("watch", &["base", "kinds", "cluster"]),
    (
        "engine",
        &["base", "kinds", "shell", "invocation", "sample", "lab", "cluster", "kubectl", "watch"],
    ),
    ("report", &["base", "lab", "sample", "watch", "engine"]),
    ("tui", &["base", "kinds", "lab", "sample", "watch", "engine"]),
    (
        "cli",
        &[
            "base",
            "kinds",
            "shell",
            "invocation",
            "sample",
            "lab",
            "sandbox",
            "cluster",
            "kubectl",
            "watch",
            "engine",
            "report",
            "tui",
        ],
    ),
];

/// An outside crate, and the paths below `src` that may name it.
const HOMES: &[(&str, &[&str])] = &[
    ("annotate_snippets", &["base/"]),
    ("strsim", &["base/"]),
    ("signal_hook", &["cli/"]),
    ("pulldown_cmark", &["lab/"]),
    ("include_dir", &["lab/", "sandbox/images/"]),
    ("kube", &["cluster/", "kubectl/", "watch/"]),
    ("k8s_openapi", &["cluster/", "kubectl/", "watch/", "kinds/", "sandbox/", "engine/"]),
    ("pty_process", &["engine/"]),
    ("similar", &["report/", "kubectl/print/"]),
    ("ratatui", &["tui/"]),
    ("crossterm", &["tui/"]),
    ("tui_term", &["tui/"]),
    ("syntect", &["tui/"]),
    ("clap", &["cli/"]),
    ("anyhow", &["cli/"]),
    ("tokio", &["sandbox/serve/", "cluster/", "kubectl/", "watch/", "engine/", "tui/", "cli/"]),
    ("hyper", &["sandbox/serve/"]),
    ("hyper_util", &["sandbox/serve/"]),
    ("http_body_util", &["sandbox/serve/"]),
    ("tokio_rustls", &["sandbox/serve/"]),
    ("tokio_tungstenite", &["sandbox/serve/"]),
    ("rcgen", &["sandbox/serve/"]),
    ("base64", &["kubectl/", "sandbox/"]),
    ("flate2", &["sandbox/serve/"]),
];

/// Paths below `src` that are functions of their arguments, and exceptions to that.
const PURE: &[&str] = &[
    "base/",
    "kinds/",
    "shell/",
    "invocation/",
    "sample/",
    "lab/",
    "watch/model",
    "watch/observation",
    "watch/change.rs",
    "kubectl/print/",
    "engine/event.rs",
    "engine/outcome.rs",
    "engine/waits.rs",
    "engine/marks",
    "engine/expect",
    "report/",
    "sandbox/",
    "tui/",
];
const NOT_PURE: &[&str] =
    &["lab/read.rs", "sandbox/serve/", "tui/run.rs", "tui/guard.rs", "tui/run/"];

/// What pure code does not say.
const IMPURE: &[&[&str]] = &[
    &["tokio"],
    &["std", "fs"],
    &["std", "env"],
    &["std", "process"],
    // Addresses are values; what follows does IO.
    &["net", "TcpListener"],
    &["net", "TcpStream"],
    &["net", "UdpSocket"],
    &["net", "ToSocketAddrs"],
    &["Instant", "now"],
    &["SystemTime", "now"],
    &["Timestamp", "now"],
    &["Zoned", "now"],
];

/// The terminal itself, and who may touch it.
const TERMINAL_WORDS: &[&str] =
    &["enable_raw_mode", "disable_raw_mode", "tcsetattr", "EnterAlternateScreen", "EventStream"];
const TERMINAL_HOMES: &[&str] =
    &["tui/run.rs", "tui/run/", "tui/guard.rs", "cli/shim.rs", "cli/raw_mode.rs"];

/// The longest file, in lines before its test module.
const LONGEST: usize = 500;

#[test]
fn the_source_keeps_to_the_house() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let files = rust_files(&source);
    assert!(files.len() > 20, "the walk found only {} files", files.len());
    for file in files {
        let path = file.strip_prefix(&source).unwrap().to_string_lossy().replace('\\', "/");
        found.extend(violations(&path, &fs::read_to_string(&file).unwrap()));
    }
    assert!(found.is_empty(), "{} violations:\n{}", found.len(), found.join("\n"));
}

#[test]
fn every_folder_of_the_source_has_a_row() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for entry in fs::read_dir(source).unwrap() {
        let entry = entry.unwrap();
        if entry.path().is_dir() {
            let name = entry.file_name().to_string_lossy().into_owned();
            assert!(IMPORTS.iter().any(|(folder, _)| *folder == name), "no row for src/{name}");
        }
    }
}

#[test]
fn each_rule_catches_its_fixture() {
    let long = "fn f() {}\n".repeat(LONGEST + 1);
    let fixtures: &[(&str, &str, &str)] = &[
        ("base/a.rs", "use crate::kinds::Probe;", "base may not import kinds"),
        (
            "lab/a.rs",
            "use crate::{base::Span, engine::{Event, Request}};",
            "lab may not import engine",
        ),
        ("kinds/a/b.rs", "use super::super::super::watch;", "kinds may not import watch"),
        ("watch/mod.rs", "use super::tui::run;", "watch may not import tui"),
        (
            "shell/a.rs",
            "fn f() { let _ = format!(\"{}\", crate::lab::x()); }",
            "shell may not import lab",
        ),
        (
            "tui/a.rs",
            "mod inner { use super::super::super::cluster; }",
            "tui may not import cluster",
        ),
        ("watch/source.rs", "use pulldown_cmark::Parser;", "pulldown_cmark belongs in lab/"),
        ("engine/a.rs", "fn f() -> ratatui::Frame { todo() }", "ratatui belongs in tui/"),
        ("base/a.rs", "use std::fs;", "pure code says std::fs"),
        ("base/a.rs", "use std::{env, fmt};", "pure code says std::env"),
        ("report/a.rs", "async fn f() { tokio::task::yield_now().await }", "pure code says tokio"),
        (
            "kinds/a.rs",
            "fn f() { let _ = jiff::Timestamp::now(); }",
            "pure code says Timestamp::now",
        ),
        ("tui/view/a.rs", "fn f() { std::time::Instant::now(); }", "pure code says Instant::now"),
        ("sandbox/control/a.rs", "use std::net::TcpStream;", "pure code says net::TcpStream"),
        ("sandbox/world/a.rs", "use tokio::sync::Mutex;", "tokio belongs in sandbox/serve/"),
        ("sandbox/a.rs", "use crate::lab::Lab;", "sandbox may not import lab"),
        ("kubectl/a.rs", "use crate::sandbox::Sandbox;", "kubectl may not import sandbox"),
        (
            "engine/a.rs",
            "fn f() { crossterm::terminal::enable_raw_mode(); }",
            "touches the terminal",
        ),
        ("cli/a.rs", &long, "has 501 lines"),
    ];
    for (path, source, wanted) in fixtures {
        let found = violations(path, source);
        assert!(
            found.iter().any(|line| line.contains(wanted)),
            "{path}: {found:?} lacks `{wanted}`"
        );
    }
}

#[test]
fn what_is_allowed_is_not_reported() {
    let fixtures: &[(&str, &str)] = &[
        (
            "lab/a.rs",
            "use crate::{base::Span, kinds}; use super::model::Lab; use pulldown_cmark::Event;",
        ),
        ("kinds/a.rs", "fn f() {}\n#[cfg(test)]\nmod tests { use super::*; use std::fs; }"),
        ("base/a.rs", "//! crate::tui and std::fs in words.\nconst A: &str = \"std::fs\";"),
        ("lab/read.rs", "use std::fs;"),
        ("sandbox/control/a.rs", "use std::net::{IpAddr, SocketAddr};"),
        ("sandbox/serve/a.rs", "use tokio::net::TcpListener; use std::fs;"),
        ("watch/source.rs", "use kube::Client; use crate::cluster::Cluster;"),
        ("lib.rs", "pub mod base;"),
    ];
    for (path, source) in fixtures {
        assert_eq!(violations(path, source), Vec::<String>::new(), "{path}");
    }
}

/// What breaks a rule in `source`, which stands at `path` below `src`.
fn violations(path: &str, source: &str) -> Vec<String> {
    let mut found = Vec::new();
    let lines = source.lines().take_while(|line| !line.starts_with("#[cfg(test)]")).count();
    // A test module may stand in a file of its own.
    if lines > LONGEST && !path.ends_with("tests.rs") {
        found.push(format!("{path} has {lines} lines before its tests; {LONGEST} is the most"));
    }
    let tokens: TokenStream = source.parse().expect("the file is Rust");
    let mut paths = Vec::new();
    named_paths(tokens, &module_of(path), &mut paths);
    for named in paths {
        found.extend(broken_rules(path, &named).into_iter().map(|rule| {
            format!("{path}:{}: {rule} (`{}`)", named.line, named.segments.join("::"))
        }));
    }
    found
}

fn broken_rules(path: &str, named: &Named) -> Vec<String> {
    let mut broken = Vec::new();
    let folder = path.split('/').next().unwrap_or_default();
    let first = named.segments[0].as_str();
    if first == "crate" {
        let target = named.segments.get(1).map_or("", String::as_str);
        let row = IMPORTS.iter().find(|(name, _)| *name == folder);
        let known = IMPORTS.iter().any(|(name, _)| *name == target);
        if let Some((_, allowed)) = row
            && known
            && target != folder
            && !allowed.contains(&target)
        {
            broken.push(format!("{folder} may not import {target}"));
        }
    }
    if let Some((name, homes)) = HOMES.iter().find(|(name, _)| *name == first)
        && path.contains('/')
        && !starts(path, homes)
    {
        broken.push(format!("{name} belongs in {}", homes.join(", ")));
    }
    // What is simulated is compared with the real programs of the machine.
    let compares = path.ends_with("differential_tests.rs");
    let pure = starts(path, PURE) && !starts(path, NOT_PURE) && !compares;
    for words in IMPURE {
        let says = if words.len() == 1 {
            first == words[0]
        } else {
            named.segments.windows(words.len()).any(|window| window == *words)
        };
        if pure && says && !named.in_tests {
            broken.push(format!("pure code says {}", words.join("::")));
        }
    }
    let touches = named.segments.iter().any(|segment| TERMINAL_WORDS.contains(&segment.as_str()));
    if touches && !starts(path, TERMINAL_HOMES) {
        broken.push("touches the terminal".to_owned());
    }
    broken
}

fn starts(path: &str, prefixes: &[&str]) -> bool {
    prefixes.iter().any(|prefix| path.starts_with(prefix))
}

/// A path as the source names it, made absolute where it begins with `super`.
struct Named {
    segments: Vec<String>,
    line: usize,
    in_tests: bool,
}

/// Where we are while walking the tokens of a file.
#[derive(Clone)]
struct Module {
    path: Vec<String>,
    in_tests: bool,
}

fn module_of(path: &str) -> Module {
    let stem = path.trim_end_matches(".rs");
    let path = stem
        .split('/')
        .filter(|part| !matches!(*part, "mod" | "lib" | "main"))
        .map(str::to_owned)
        .collect();
    Module { path, in_tests: false }
}

/// Collects every `a::b::{c, d::e}` of the tokens, groups expanded.
fn named_paths(tokens: TokenStream, module: &Module, out: &mut Vec<Named>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut at = 0;
    let mut tests_next = false;
    while at < tokens.len() {
        match &tokens[at] {
            TokenTree::Ident(ident) if ident == "mod" => {
                if let (Some(TokenTree::Ident(name)), Some(TokenTree::Group(body))) =
                    (tokens.get(at + 1), tokens.get(at + 2))
                {
                    let mut inner = module.clone();
                    inner.path.push(name.to_string());
                    inner.in_tests |= tests_next;
                    named_paths(body.stream(), &inner, out);
                    at += 3;
                    tests_next = false;
                    continue;
                }
                at += 1;
            }
            TokenTree::Ident(_) => at = path_at(&tokens, at, &[], module, out),
            TokenTree::Group(group) => {
                tests_next |= group.to_string().replace(' ', "") == "[cfg(test)]";
                named_paths(group.stream(), module, out);
                at += 1;
            }
            _ => at += 1,
        }
    }
}

/// Reads the path that begins at `tokens[at]`; returns where it ends.
fn path_at(
    tokens: &[TokenTree],
    mut at: usize,
    prefix: &[String],
    module: &Module,
    out: &mut Vec<Named>,
) -> usize {
    let line = tokens[at].span().start().line;
    let mut segments = prefix.to_vec();
    while let Some(TokenTree::Ident(ident)) = tokens.get(at) {
        segments.push(ident.to_string());
        at += 1;
        if !is_colon(tokens.get(at)) || !is_colon(tokens.get(at + 1)) {
            break;
        }
        at += 2;
        if let Some(TokenTree::Group(group)) = tokens.get(at)
            && group.delimiter() == Delimiter::Brace
        {
            use_group(group.stream(), &segments, module, out);
            return at + 1;
        }
    }
    out.push(Named { segments: absolute(&segments, module), line, in_tests: module.in_tests });
    at
}

fn use_group(tokens: TokenStream, prefix: &[String], module: &Module, out: &mut Vec<Named>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut at = 0;
    while at < tokens.len() {
        at = match &tokens[at] {
            TokenTree::Ident(_) => path_at(&tokens, at, prefix, module, out),
            _ => at + 1,
        };
    }
}

fn absolute(segments: &[String], module: &Module) -> Vec<String> {
    let up = segments.iter().take_while(|segment| *segment == "super").count();
    if up == 0 || up > module.path.len() {
        return segments.to_vec();
    }
    let mut path = vec!["crate".to_owned()];
    path.extend(module.path[..module.path.len() - up].iter().cloned());
    path.extend(segments[up..].iter().cloned());
    path
}

fn is_colon(token: Option<&TokenTree>) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == ':')
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}
