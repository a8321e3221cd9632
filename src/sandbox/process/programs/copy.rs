use super::Run;
use super::options::{Known, Options};
use crate::sandbox::process::errno::Errno;
use crate::sandbox::process::files::{NodeKind, base_name, join};

/// Folders in folders are copied no deeper.
const DEEPEST: usize = 64;

pub(super) async fn copy(run: Run) -> i32 {
    let known = Known {
        letters: "rRaLPpfivdHlsuT",
        long: &[("recursive", "r"), ("archive", "a"), ("verbose", "v"), ("force", "f")],
        mixed: true,
    };
    let options = match run.options(known).await {
        Ok(options) => options,
        Err(code) => return code,
    };
    transfer(&run, &options, Kind::Copy).await
}

pub(super) async fn rename(run: Run) -> i32 {
    let known = Known { letters: "finvTu", long: &[("force", "f"), ("verbose", "v")], mixed: true };
    let options = match run.options(known).await {
        Ok(options) => options,
        Err(code) => return code,
    };
    transfer(&run, &options, Kind::Move).await
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Copy,
    Move,
}

async fn transfer(run: &Run, options: &Options, kind: Kind) -> i32 {
    let Some((target, sources)) = options.operands.split_last().filter(|(_, it)| !it.is_empty())
    else {
        return match (run.is_gnu(), options.operands.first()) {
            (true, Some(only)) => {
                run.fail(format!("missing destination file operand after '{only}'")).await
            }
            _ => run.usage("missing file operand").await,
        };
    };
    let into_folder = run.system.stat(target).is_ok_and(|node| node.is_folder());
    if sources.len() > 1 && !into_folder {
        return match run.is_gnu() {
            true => run.fail(format!("target '{target}': Not a directory")).await,
            false => run.fail(format!("target '{target}' is not a directory")).await,
        };
    }
    let mut code = 0;
    for source in sources {
        let to = match into_folder {
            true => join(target, base_name(source)),
            false => target.clone(),
        };
        let done = match kind {
            Kind::Copy => copy_one(run, options, source, &to).await,
            Kind::Move => move_one(run, source, &to).await,
        };
        match done {
            Ok(()) if options.has("v") => {
                run.print(&format!("'{source}' -> '{to}'\n")).await;
            }
            Ok(()) => {}
            Err(message) => code = run.fail(message).await,
        }
    }
    code
}

async fn copy_one(run: &Run, options: &Options, from: &str, to: &str) -> Result<(), String> {
    let recursive = options.has("r") || options.has("R") || options.has("a");
    let node = run.system.stat(from).map_err(|error| cannot_stat(run, from, error))?;
    if !node.is_folder() {
        return copy_file(run, from, to);
    }
    if !recursive {
        return Err(match run.is_gnu() {
            true => format!("-r not specified; omitting directory '{from}'"),
            false => format!("omitting directory '{from}'"),
        });
    }
    copy_folder(run, from, to).await
}

async fn copy_folder(run: &Run, from: &str, to: &str) -> Result<(), String> {
    let mut waiting = vec![(from.to_owned(), to.to_owned(), 0)];
    while let Some((from, to, depth)) = waiting.pop() {
        run.system.step().await;
        if depth > DEEPEST {
            return Err(format!("'{from}': nested too deeply"));
        }
        // What is listed before anything is made cannot grow by what is copied.
        let entries = run.system.list(&from).map_err(|error| cannot_stat(run, &from, error))?;
        match run.system.make_folder(&to, 0o777) {
            Ok(()) | Err(Errno::Exists) => {}
            Err(error) => return Err(cannot_create(run, &to, error)),
        }
        for entry in entries {
            let (below, target) = (join(&from, &entry.name), join(&to, &entry.name));
            match &entry.node.kind {
                NodeKind::Folder(_) => waiting.push((below, target, depth + 1)),
                NodeKind::Link(link) => {
                    let _ = run.system.make_link(link, &target);
                }
                _ => copy_file(run, &below, &target)?,
            }
        }
    }
    Ok(())
}

fn copy_file(run: &Run, from: &str, to: &str) -> Result<(), String> {
    if run.system.real_path(from).is_ok() && run.system.real_path(from) == run.system.real_path(to)
    {
        return Err(format!("'{from}' and '{to}' are the same file"));
    }
    let node = run.system.stat(from).map_err(|error| cannot_stat(run, from, error))?;
    let content = run.system.read_file(from).map_err(|error| match run.is_gnu() {
        true => format!("cannot open '{from}' for reading: {error}"),
        false => format!("can't open '{from}': {error}"),
    })?;
    run.system.write_file(to, &content).map_err(|error| cannot_create(run, to, error))?;
    if let NodeKind::Program(name) = node.kind {
        let _ = run.system.change_node(to, |node| node.kind = NodeKind::Program(name));
    }
    let mode = node.mode;
    let _ = run.system.change_node(to, |node| node.mode = mode);
    Ok(())
}

async fn move_one(run: &Run, from: &str, to: &str) -> Result<(), String> {
    let entry = run.system.stat_link(from).map_err(|error| match run.is_gnu() {
        true => format!("cannot stat '{from}': {error}"),
        false => format!("can't rename '{from}': {error}"),
    })?;
    match run.system.rename(from, to) {
        Ok(()) => return Ok(()),
        // Another file system: a copy, then the original goes.
        Err(Errno::Invalid) if !run.system.same_tree(from, to) => {}
        Err(error) => {
            return Err(match run.is_gnu() {
                true => format!("cannot move '{from}' to '{to}': {error}"),
                false => format!("can't rename '{from}': {error}"),
            });
        }
    }
    match entry.node.is_folder() {
        false => {
            copy_file(run, from, to)?;
            run.system.remove_file(from).map_err(|error| format!("can't remove '{from}': {error}"))
        }
        true => {
            copy_folder(run, from, to).await?;
            remove_tree(run, from).await
        }
    }
}

async fn remove_tree(run: &Run, path: &str) -> Result<(), String> {
    let mut folders = vec![path.to_owned()];
    let mut at = 0;
    while let Some(folder) = folders.get(at).cloned() {
        at += 1;
        run.system.step().await;
        for entry in run.system.list(&folder).unwrap_or_default() {
            let below = join(&folder, &entry.name);
            match entry.node.is_folder() {
                true => folders.push(below),
                false => drop(run.system.remove_file(&below)),
            }
        }
    }
    for folder in folders.iter().rev() {
        run.system
            .remove_folder(folder)
            .map_err(|error| format!("can't remove '{path}': {error}"))?;
    }
    Ok(())
}

fn cannot_stat(run: &Run, path: &str, error: Errno) -> String {
    match run.is_gnu() {
        true => format!("cannot stat '{path}': {error}"),
        false => format!("can't stat '{path}': {error}"),
    }
}

fn cannot_create(run: &Run, path: &str, error: Errno) -> String {
    match run.is_gnu() {
        true => format!("cannot create regular file '{path}': {error}"),
        false => format!("can't create '{path}': {error}"),
    }
}

pub(super) async fn link(run: Run) -> i32 {
    let options = match run.options(Known::letters("sfnvTrbi")).await {
        Ok(options) => options,
        Err(code) => return code,
    };
    let (target, sources) = match options.operands.as_slice() {
        [] => return run.usage("missing file operand").await,
        [only] => (".".to_owned(), std::slice::from_ref(only)),
        [sources @ .., target] => (target.clone(), sources),
    };
    let into_folder = !options.has("n") && run.system.stat(&target).is_ok_and(|it| it.is_folder());
    let mut code = 0;
    for source in sources {
        let path = match into_folder {
            true => join(&target, base_name(source)),
            false => target.clone(),
        };
        if options.has("f") {
            let _ = run.system.remove_file(&path);
        }
        let made = match options.has("s") {
            true => run.system.make_link(source, &path),
            false => run.system.link(source, &path),
        };
        if let Err(error) = made {
            let kind = if options.has("s") { "symbolic " } else { "hard " };
            code = match run.is_gnu() {
                true => run.fail(format!("failed to create {kind}link '{path}': {error}")).await,
                false => run.fail(format!("{path}: {error}")).await,
            };
        }
    }
    code
}
