use super::Run;
use super::options::Known;
use crate::sandbox::process::errno::Errno;
use crate::sandbox::process::files::{absolute, folder_of, join};

pub(super) async fn touch(run: Run) -> i32 {
    let options = match run.options(Known::letters("acmhd:r:t:")).await {
        Ok(options) => options,
        Err(code) => return code,
    };
    if options.operands.is_empty() {
        return run.usage("missing file operand").await;
    }
    let mut code = 0;
    for path in &options.operands {
        if options.has("c") && run.system.stat(path).is_err() {
            continue;
        }
        if let Err(error) = run.system.touch(path) {
            code = match (run.is_gnu(), error) {
                (true, _) => run.fail(format!("cannot touch '{path}': {error}")).await,
                (false, _) => run.fail(format!("{path}: {error}")).await,
            };
        }
    }
    code
}

pub(super) async fn make_folder(run: Run) -> i32 {
    let known = Known { letters: "pm:v", long: &[("parents", "p"), ("mode=", "m")], mixed: true };
    let options = match run.options(known).await {
        Ok(options) => options,
        Err(code) => return code,
    };
    if options.operands.is_empty() {
        return run.usage("missing operand").await;
    }
    let mode = options.value("m").and_then(|it| u32::from_str_radix(it, 8).ok());
    let mut code = 0;
    for path in &options.operands {
        let made = match options.has("p") {
            true => make_folders(&run, path),
            false => run.system.make_folder(path, 0o777),
        };
        if let Err(error) = made {
            code = match run.is_gnu() {
                true => run.fail(format!("cannot create directory '{path}': {error}")).await,
                false => run.fail(format!("can't create directory '{path}': {error}")).await,
            };
        } else if let Some(mode) = mode {
            let _ = run.system.change_node(path, |node| node.mode = mode);
        }
    }
    code
}

fn make_folders(run: &Run, path: &str) -> Result<(), Errno> {
    match run.system.stat(path) {
        Ok(node) if node.is_folder() => return Ok(()),
        Ok(_) => return Err(Errno::Exists),
        Err(_) => {}
    }
    let whole = absolute(&run.system.folder(), path);
    let mut missing = vec![whole.clone()];
    let mut above = folder_of(&whole).to_owned();
    while above != "/" && run.system.stat(&above).is_err() {
        missing.push(above.clone());
        above = folder_of(&above).to_owned();
    }
    missing.iter().rev().try_for_each(|path| run.system.make_folder(path, 0o777))
}

pub(super) async fn remove_folder(run: Run) -> i32 {
    let options = match run.options(Known::letters("pv")).await {
        Ok(options) => options,
        Err(code) => return code,
    };
    let mut code = 0;
    for path in &options.operands {
        if let Err(error) = run.system.remove_folder(path) {
            code = match run.is_gnu() {
                true => run.fail(format!("failed to remove '{path}': {error}")).await,
                false => run.fail(format!("'{path}': {error}")).await,
            };
        }
    }
    code
}

pub(super) async fn remove(run: Run) -> i32 {
    let known = Known {
        letters: "rRfivd",
        long: &[("recursive", "r"), ("force", "f"), ("verbose", "v")],
        mixed: true,
    };
    let options = match run.options(known).await {
        Ok(options) => options,
        Err(code) => return code,
    };
    let (recursive, force) = (options.has("r") || options.has("R"), options.has("f"));
    if options.operands.is_empty() && !force {
        return run.usage("missing operand").await;
    }
    let mut removal = Removal { run: &run, force, verbose: options.has("v"), code: 0 };
    for path in &options.operands {
        removal.one(path, recursive).await;
    }
    removal.code
}

struct Removal<'a> {
    run: &'a Run,
    force: bool,
    verbose: bool,
    code: i32,
}

impl Removal<'_> {
    async fn one(&mut self, path: &str, recursive: bool) {
        let run = self.run;
        if matches!(crate::sandbox::process::files::base_name(path), "." | "..") {
            let message = match run.is_gnu() {
                true => format!("refusing to remove '.' or '..' directory: skipping '{path}'"),
                false => "'.' or '..' can't be removed".to_owned(),
            };
            self.code = run.fail(message).await;
            return;
        }
        let entry = match run.system.stat_link(path) {
            Ok(entry) => entry,
            Err(Errno::NotFound | Errno::NotFolder) if self.force => return,
            Err(error) => return self.failed(path, error).await,
        };
        if !entry.node.is_folder() {
            return self.file(path).await;
        }
        if !recursive {
            return self.failed(path, Errno::IsFolder).await;
        }
        // Files first, then the folders, deepest first.
        let mut folders = vec![path.to_owned()];
        let mut at = 0;
        while let Some(folder) = folders.get(at).cloned() {
            at += 1;
            run.system.step().await;
            for entry in run.system.list(&folder).unwrap_or_default() {
                let below = join(&folder, &entry.name);
                match entry.node.is_folder() {
                    true => folders.push(below),
                    false => self.file(&below).await,
                }
            }
        }
        for folder in folders.iter().rev() {
            run.system.step().await;
            if let Err(error) = run.system.remove_folder(folder) {
                self.failed(folder, error).await;
            }
        }
    }

    async fn file(&mut self, path: &str) {
        self.run.system.step().await;
        match self.run.system.remove_file(path) {
            Ok(()) if self.verbose => self.run.print(&format!("removed '{path}'\n")).await,
            Ok(()) => {}
            Err(error) => self.failed(path, error).await,
        }
    }

    async fn failed(&mut self, path: &str, error: Errno) {
        self.code = match (self.run.is_gnu(), error) {
            (true, error) => self.run.fail(format!("cannot remove '{path}': {error}")).await,
            (false, Errno::IsFolder) => self.run.fail(format!("'{path}' is a directory")).await,
            (false, error) => self.run.fail(format!("can't remove '{path}': {error}")).await,
        };
    }
}
