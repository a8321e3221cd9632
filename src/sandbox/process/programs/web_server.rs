//! `httpd` of busybox and `python3 -m http.server`: a folder over HTTP.

use super::Run;
use super::options::Known;
use crate::sandbox::images::{HttpServer, Serve, Template};
use crate::sandbox::process::server::serve;

fn template(text: &str) -> Template {
    text.parse().unwrap_or_default()
}

/// busybox' `httpd`, in the foreground or not.
pub(super) async fn httpd(run: Run) -> i32 {
    let options = match run.options(Known::letters("fp:h:vc:u:r:i")).await {
        Ok(options) => options,
        Err(code) => return code,
    };
    let port = options.value("p").unwrap_or("80");
    let port = port.rsplit(':').next().unwrap_or("80").to_owned();
    let folder = run.system.path(options.value("h").unwrap_or("."));
    let server = HttpServer {
        port: template(&port),
        root: Some(template(&folder)),
        index: vec!["index.html".to_owned()],
        not_found: Some(template(
            "<HTML><HEAD><TITLE>404 Not Found</TITLE></HEAD>\n<BODY><H1>404 Not Found</H1>\nThe requested URL was not found\n</BODY></HTML>\n",
        )),
        ..HttpServer::default()
    };
    let serve_it = Serve { http: vec![server], ..Serve::default() };
    if options.has("f") {
        return serve(run, serve_it).await;
    }
    // A daemon: it goes on in a process of its own.
    let new = crate::sandbox::process::kernel::NewProcess {
        arguments: run.arguments.clone(),
        env: run.env.clone(),
        ..Default::default()
    };
    let child = run.clone();
    let spawned = run.system.spawn(new, |system| {
        crate::sandbox::process::kernel::Task::new(serve(Run { system, ..child }, serve_it))
    });
    i32::from(spawned.is_err())
}

/// `python3`: its web server, and what needs no language.
pub(super) async fn python(run: Run) -> i32 {
    let words: Vec<&str> = run.rest().iter().map(String::as_str).collect();
    match words.as_slice() {
        ["-m", "http.server" | "SimpleHTTPServer", rest @ ..] => python_server(&run, rest).await,
        ["--version" | "-V", ..] => {
            let version = run.system.machine().image.version().to_owned();
            let version =
                if version.starts_with(['2', '3']) { version } else { "3.13.5".to_owned() };
            run.print(&format!("Python {version}\n")).await;
            0
        }
        ["-c", text, ..] => python_line(&run, text).await,
        _ => {
            run.fail(
                "podlab's sandbox runs no Python but `-m http.server` and simple `-c print(…)`",
            )
            .await
        }
    }
}

async fn python_server(run: &Run, rest: &[&str]) -> i32 {
    let (mut port, mut folder) = ("8000".to_owned(), run.system.folder());
    let mut rest = rest.iter();
    while let Some(word) = rest.next() {
        match *word {
            "--directory" | "-d" => folder = run.system.path(rest.next().copied().unwrap_or(".")),
            "--bind" | "-b" => drop(rest.next()),
            word if !word.starts_with('-') => word.clone_into(&mut port),
            _ => {}
        }
    }
    let text = r#"<!DOCTYPE HTML>
<html lang="en">
    <head>
        <meta charset="utf-8">
        <title>Error response</title>
    </head>
    <body>
        <h1>Error response</h1>
        <p>Error code: ${status}</p>
        <p>Message: File not found.</p>
    </body>
</html>
"#;
    let server = HttpServer {
        port: template(&port),
        root: Some(template(&folder)),
        index: vec!["index.html".to_owned(), "index.htm".to_owned()],
        listing: true,
        not_found: Some(template(text)),
        access_log: None,
        error_log: None,
        log_requests_to_errors: Some(template(
            r#"${from} - - [${time.python}] "${request}" ${status} -"#,
        )),
        ..HttpServer::default()
    };
    let log =
        template(&format!("Serving HTTP on 0.0.0.0 port {port} (http://0.0.0.0:{port}/) ..."));
    serve(run.clone(), Serve { http: vec![server], log: vec![log], ..Serve::default() }).await
}

/// `print("…")` and `import time; time.sleep(…)` in a row: all that a sleeper needs.
async fn python_line(run: &Run, text: &str) -> i32 {
    for statement in text.split([';', '\n']).map(str::trim).filter(|it| !it.is_empty()) {
        let argument = |name: &str| {
            statement.strip_prefix(name)?.strip_prefix('(')?.strip_suffix(')').map(str::to_owned)
        };
        if statement.starts_with("import ") || statement.starts_with("from ") {
            continue;
        }
        if let Some(inner) = argument("print") {
            let trimmed = inner.trim_matches(['"', '\'']);
            let value = match crate::sandbox::process::shell::evaluate_plain(&inner) {
                Some(value) => value.to_string(),
                None => trimmed.to_owned(),
            };
            run.print(&format!("{value}\n")).await;
        } else if let Some(seconds) = argument("time.sleep").and_then(|it| it.parse::<f64>().ok()) {
            let time = std::time::Duration::try_from_secs_f64(seconds).unwrap_or_default();
            run.system.sleep(time).await;
        } else {
            return run
                .fail(format!("podlab's sandbox runs no Python but print and time.sleep; it cannot do `{statement}`"))
                .await;
        }
    }
    0
}
