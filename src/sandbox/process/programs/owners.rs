use super::Run;

/// A user's name by its number, from `/etc/passwd`.
pub(super) fn user_name(run: &Run, id: u32) -> Option<String> {
    named(run, "/etc/passwd", id)
}

/// A group's name by its number, from `/etc/group`.
pub(super) fn group_name(run: &Run, id: u32) -> Option<String> {
    named(run, "/etc/group", id)
}

/// A number by a name, or the number itself.
pub(super) fn user_id(run: &Run, name: &str) -> Option<u32> {
    numbered(run, "/etc/passwd", name)
}

/// A number by a name, or the number itself.
pub(super) fn group_id(run: &Run, name: &str) -> Option<u32> {
    numbered(run, "/etc/group", name)
}

fn rows(run: &Run, file: &str) -> Vec<Vec<String>> {
    let text = run.system.read_file(file).unwrap_or_default();
    let text = String::from_utf8_lossy(&text).into_owned();
    text.lines().map(|line| line.split(':').map(str::to_owned).collect()).collect()
}

fn named(run: &Run, file: &str, id: u32) -> Option<String> {
    let id = id.to_string();
    let row = rows(run, file).into_iter().find(|row| row.get(2) == Some(&id))?;
    row.into_iter().next()
}

fn numbered(run: &Run, file: &str, name: &str) -> Option<u32> {
    let row = rows(run, file).into_iter().find(|row| row.first().is_some_and(|it| it == name));
    match row {
        Some(row) => row.get(2)?.parse().ok(),
        None => name.parse().ok(),
    }
}

/// `drwxr-xr-x` and its like.
pub(super) fn mode_text(node: &crate::sandbox::process::files::Node) -> String {
    use crate::sandbox::process::files::NodeKind;
    let kind = match node.kind {
        NodeKind::Folder(_) => 'd',
        NodeKind::Link(_) => 'l',
        NodeKind::Device(_) => 'c',
        NodeKind::File(_) | NodeKind::Program(_) => '-',
    };
    let mut text = String::from(kind);
    for shift in [6, 3, 0] {
        let bits = node.mode >> shift;
        text.push(if bits & 4 != 0 { 'r' } else { '-' });
        text.push(if bits & 2 != 0 { 'w' } else { '-' });
        let runs = bits & 1 != 0;
        let sticky = shift == 0 && node.mode & 0o1000 != 0;
        text.push(match (sticky, runs) {
            (true, true) => 't',
            (true, false) => 'T',
            (false, true) => 'x',
            (false, false) => '-',
        });
    }
    text
}

/// `1.2K` and its like.
pub(super) fn human_size(bytes: u64) -> String {
    let mut value = bytes as f64;
    for unit in ["", "K", "M", "G", "T"] {
        if value < 1024.0 || unit == "T" {
            return match unit {
                "" => format!("{bytes}"),
                unit if value < 10.0 => format!("{value:.1}{unit}"),
                unit => format!("{value:.0}{unit}"),
            };
        }
        value /= 1024.0;
    }
    bytes.to_string()
}
