use crate::sandbox::process::files::base_name;

/// The type of a file by its name; `None` where a server guesses.
pub(super) fn of(path: &str) -> Option<&'static str> {
    let (_, ending) = base_name(path).rsplit_once('.')?;
    Some(match ending {
        "html" | "htm" => "text/html",
        "txt" | "log" => "text/plain",
        "css" => "text/css",
        "js" => "application/javascript",
        "json" => "application/json",
        "xml" => "text/xml",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "ico" => "image/x-icon",
        "php" => "text/html; charset=UTF-8",
        _ => return None,
    })
}
