//! `chmod`, `chown`, `chgrp`.

use super::Run;
use super::options::Known;
use super::owners::{group_id, user_id};
use crate::sandbox::process::files::join;

pub(super) async fn chmod(run: Run) -> i32 {
    // `-x` is a mode, not an option, so only the ones that are known are taken off.
    let (flags, words): (Vec<&String>, Vec<&String>) = run
        .rest()
        .iter()
        .partition(|it| matches!(it.as_str(), "-R" | "-v" | "-f" | "-c" | "--recursive"));
    let recursive = flags.iter().any(|flag| matches!(flag.as_str(), "-R" | "--recursive"));
    let Some((mode, paths)) = words.split_first().filter(|(_, paths)| !paths.is_empty()) else {
        return run.usage("missing operand").await;
    };
    let mut code = 0;
    for path in paths {
        for path in tree(&run, path, recursive).await {
            let node = match run.system.stat(&path) {
                Ok(node) => node,
                Err(error) => {
                    code = match run.is_gnu() {
                        true => run.fail(format!("cannot access '{path}': {error}")).await,
                        false => run.fail(format!("{path}: {error}")).await,
                    };
                    continue;
                }
            };
            let Some(new) = changed(mode, node.mode, node.is_folder()) else {
                return run.fail(format!("invalid mode '{mode}'")).await;
            };
            if let Err(error) = run.system.change_node(&path, |node| node.mode = new) {
                code = match run.is_gnu() {
                    true => run.fail(format!("changing permissions of '{path}': {error}")).await,
                    false => run.fail(format!("{path}: {error}")).await,
                };
            }
        }
    }
    code
}

/// The new mode, after `755`, `u+x`, `go-w`, `a=r`.
fn changed(text: &str, old: u32, is_folder: bool) -> Option<u32> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return u32::from_str_radix(text, 8).ok().filter(|mode| *mode <= 0o7777);
    }
    let mut mode = old;
    for clause in text.split(',') {
        let at = clause.find(['+', '-', '='])?;
        let (who, rest) = clause.split_at(at);
        let sign = rest.chars().next()?;
        let mut who_mask = 0;
        for letter in who.chars() {
            who_mask |= match letter {
                'u' => 0o700,
                'g' => 0o070,
                'o' => 0o007,
                'a' => 0o777,
                _ => return None,
            };
        }
        let who_mask = if who.is_empty() { 0o777 } else { who_mask };
        let (mut bits, mut sticky) = (0, 0);
        for letter in rest[1..].chars() {
            bits |= match letter {
                'r' => 0o444,
                'w' => 0o222,
                'x' => 0o111,
                'X' if is_folder || old & 0o111 != 0 => 0o111,
                'X' | 's' => 0,
                't' => {
                    sticky = 0o1000;
                    0
                }
                _ => return None,
            };
        }
        let bits = (bits & who_mask) | sticky;
        mode = match sign {
            '+' => mode | bits,
            '-' => mode & !bits,
            _ => (mode & !who_mask) | bits,
        };
    }
    Some(mode)
}

/// A path, and everything below where that is meant.
async fn tree(run: &Run, path: &str, recursive: bool) -> Vec<String> {
    let mut all = vec![path.to_owned()];
    let mut at = 0;
    while let Some(path) = all.get(at).cloned().filter(|_| recursive) {
        at += 1;
        run.system.step().await;
        let is_folder = run.system.stat_link(&path).is_ok_and(|entry| entry.node.is_folder());
        if is_folder && all.len() < 20_000 {
            let below = run.system.list(&path).unwrap_or_default();
            all.extend(below.iter().map(|entry| join(&path, &entry.name)));
        }
    }
    all
}

pub(super) async fn chown(run: Run) -> i32 {
    let known = Known { letters: "RvfhcLHP", long: &[("recursive", "R")], mixed: true };
    let options = match run.options(known).await {
        Ok(options) => options,
        Err(code) => return code,
    };
    let Some((who, paths)) = options.operands.split_first().filter(|(_, it)| !it.is_empty()) else {
        return run.usage("missing operand").await;
    };
    let (user, group) = match (run.name(), who.split_once([':', '.'])) {
        ("chgrp", _) => ("", who.as_str()),
        (_, Some((user, group))) => (user, group),
        (_, None) => (who.as_str(), ""),
    };
    let (user_number, group_number) = (user_id(&run, user), group_id(&run, group));
    if !user.is_empty() && user_number.is_none() {
        return match run.is_gnu() {
            true => run.fail(format!("invalid user: '{who}'")).await,
            false => run.fail(format!("unknown user {user}")).await,
        };
    }
    if !group.is_empty() && group_number.is_none() {
        return match run.is_gnu() {
            true => run.fail(format!("invalid group: '{who}'")).await,
            false => run.fail(format!("unknown group {group}")).await,
        };
    }
    let mut code = 0;
    for path in paths {
        for path in tree(&run, path, options.has("R")).await {
            let changed = run.system.change_node(&path, |node| {
                node.owner = user_number.filter(|_| !user.is_empty()).unwrap_or(node.owner);
                node.group = group_number.filter(|_| !group.is_empty()).unwrap_or(node.group);
            });
            if let Err(error) = changed {
                code = match run.is_gnu() {
                    true => run.fail(format!("cannot access '{path}': {error}")).await,
                    false => run.fail(format!("{path}: {error}")).await,
                };
            }
        }
    }
    code
}

#[cfg(test)]
mod tests {
    use super::changed;

    #[test]
    fn modes_are_changed() {
        let rows = [
            ("755", 0o644, Some(0o755)),
            ("+x", 0o644, Some(0o755)),
            ("u+x,go-r", 0o644, Some(0o700)),
            ("a=r", 0o755, Some(0o444)),
            ("o+t", 0o777, Some(0o1777)),
            ("99", 0o644, None),
            ("z+x", 0o644, None),
        ];
        for (text, old, wanted) in rows {
            assert_eq!(changed(text, old, false), wanted, "{text}");
        }
    }
}
