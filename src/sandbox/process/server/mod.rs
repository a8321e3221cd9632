//! Programs of images, as data describes them: scripts and servers.

mod content_type;
mod date;
mod document;
mod exchange;
mod http_connection;
mod http_reply;
mod http_request;
mod memcached;
mod options;
mod redis;
mod service;
mod tcp_connection;
mod values;

pub(crate) use date::format as format_time;
pub(crate) use http_reply::reason;
pub(crate) use service::serve;

use std::sync::Arc;

use super::programs::Run;
use super::shell;
use crate::sandbox::images::{Case, Image, Style};

/// Runs a program of an image.
pub(crate) async fn run_image_program(run: Run, image: Arc<Image>, name: String) -> i32 {
    let case = image
        .programs()
        .get(&name)
        .and_then(|cases| cases.iter().find(|case| case.fits(run.rest())).cloned());
    match case {
        Some(Case { serve: Some(serve), .. }) => service::serve(run, serve).await,
        Some(Case { script: Some(text), .. }) => script(run, text).await,
        _ => {
            // What the data does not describe says so, and does nothing.
            let words = run.rest().join(" ");
            run.fail(format!("podlab's sandbox does not simulate `{} {words}`", run.name())).await
        }
    }
}

/// A script of the data; the program's arguments are its own.
async fn script(run: Run, text: String) -> i32 {
    let dialect = match run.style {
        Style::Gnu => shell::Dialect::Bash,
        Style::Busybox => shell::Dialect::Ash,
    };
    let mut arguments = vec!["sh".to_owned(), "-c".to_owned(), text];
    arguments.extend(run.arguments.iter().cloned());
    shell::main(Run { arguments, ..run }, dialect).await
}

#[cfg(test)]
mod tests;
