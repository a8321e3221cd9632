use super::content_type;
use super::date::http_date;
use super::http_reply::Reply;
use crate::sandbox::images::HttpServer;
use crate::sandbox::process::errno::Errno;
use crate::sandbox::process::files::{Node, NodeKind, absolute, join};
use crate::sandbox::process::kernel::System;

/// What a document root has for a path.
pub(super) enum Document {
    /// This.
    Reply(Reply),
    /// Nothing.
    NotFound,
    /// Something that may not be looked at.
    Forbidden,
}

/// The file that a path means below a server's document root.
pub(super) fn find(system: &System, server: &HttpServer, root: &str, path: &str) -> Document {
    let file = join(root, absolute("/", path).trim_start_matches('/'));
    let file = file.trim_end_matches('/');
    let node = match system.stat(file) {
        Ok(node) => node,
        Err(Errno::Denied) => return Document::Forbidden,
        Err(_) => return Document::NotFound,
    };
    if !node.is_folder() {
        return if path.ends_with('/') { Document::NotFound } else { content(system, file, &node) };
    }
    if !path.ends_with('/') {
        let location = format!("{path}/");
        let headers = vec![("Location".to_owned(), location)];
        return Document::Reply(Reply { status: 301, headers, body: Vec::new() });
    }
    for name in &server.index {
        let index = join(file, name);
        if let Ok(node) = system.stat(&index) {
            return content(system, &index, &node);
        }
    }
    match server.listing {
        true => listing(system, file, path),
        false => Document::Forbidden,
    }
}

fn content(system: &System, file: &str, node: &Node) -> Document {
    if !matches!(node.kind, NodeKind::File(_)) {
        return Document::Forbidden;
    }
    let Ok(body) = system.read_file(file) else { return Document::Forbidden };
    let mut reply = Reply { status: 200, headers: Vec::new(), body };
    reply.set_header("Content-Type", content_type::of(file).unwrap_or("application/octet-stream"));
    reply.set_header("Content-Length", &reply.body.len().to_string());
    reply.set_header("Last-Modified", &http_date(node.modified));
    let seconds = node.modified.as_second();
    reply.set_header("ETag", &format!("\"{seconds:x}-{:x}\"", reply.body.len()));
    reply.set_header("Accept-Ranges", "bytes");
    Document::Reply(reply)
}

fn listing(system: &System, folder: &str, path: &str) -> Document {
    let Ok(entries) = system.list(folder) else { return Document::Forbidden };
    let lines: String = entries
        .iter()
        .map(|entry| {
            let slash = if entry.node.is_folder() { "/" } else { "" };
            let name = format!("{}{slash}", entry.name);
            format!("<li><a href=\"{name}\">{name}</a></li>\n")
        })
        .collect();
    let title = format!("Directory listing for {path}");
    let body = format!(
        "<!DOCTYPE HTML>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n\
         </head>\n<body>\n<h1>{title}</h1>\n<hr>\n<ul>\n{lines}</ul>\n<hr>\n</body>\n</html>\n"
    );
    let headers = vec![("Content-type".to_owned(), "text/html; charset=utf-8".to_owned())];
    Document::Reply(Reply { status: 200, headers, body: body.into_bytes() })
}
