/// A path from the root, without `.`, `..` and double slashes; `..` is taken by name.
pub(crate) fn absolute(folder: &str, path: &str) -> String {
    let whole = if path.starts_with('/') { path.to_owned() } else { format!("{folder}/{path}") };
    let mut parts: Vec<&str> = Vec::new();
    for part in whole.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

/// A name in a folder.
pub(crate) fn join(folder: &str, name: &str) -> String {
    match folder.ends_with('/') {
        true => format!("{folder}{name}"),
        false => format!("{folder}/{name}"),
    }
}

/// The last part: `c` of `/a/b/c` and of `c/`; `/` of `/`.
pub(crate) fn base_name(path: &str) -> &str {
    let trimmed = path.trim_end_matches('/');
    match trimmed.rsplit_once('/') {
        Some((_, name)) => name,
        None if trimmed.is_empty() && !path.is_empty() => "/",
        None => trimmed,
    }
}

/// What stands before the last part, as `dirname` says it.
pub(crate) fn folder_of(path: &str) -> &str {
    let trimmed = path.trim_end_matches('/');
    match trimmed.rsplit_once('/') {
        Some((folder, _)) if folder.trim_end_matches('/').is_empty() => "/",
        Some((folder, _)) => folder.trim_end_matches('/'),
        None if trimmed.is_empty() && !path.is_empty() => "/",
        None => ".",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_taken_apart() {
        assert_eq!(absolute("/a/b", "../c/./d//e"), "/a/c/d/e");
        assert_eq!(absolute("/a", "/../.."), "/");
        for (path, base, folder) in [
            ("/a/b", "b", "/a"),
            ("/a", "a", "/"),
            ("a", "a", "."),
            ("/", "/", "/"),
            ("a/b/", "b", "a"),
            ("", "", "."),
        ] {
            assert_eq!((base_name(path), folder_of(path)), (base, folder), "{path}");
        }
    }
}
