//! `basename`, `dirname`, `realpath`, `readlink`, `pwd`, `which`, `mktemp`, `truncate`.

use super::Run;
use super::options::Known;
use crate::sandbox::process::files::{NodeKind, base_name, folder_of};

pub(super) async fn base(run: Run) -> i32 {
    let words: Vec<&String> = run.rest().iter().filter(|it| *it != "--").collect();
    let (Some(path), suffix) = (words.first(), words.get(1)) else {
        return run.usage("missing operand").await;
    };
    let name = base_name(path);
    let name = match suffix {
        Some(suffix) => {
            name.strip_suffix(suffix.as_str()).filter(|it| !it.is_empty()).unwrap_or(name)
        }
        None => name,
    };
    run.print(&format!("{name}\n")).await;
    0
}

pub(super) async fn dir(run: Run) -> i32 {
    if run.rest().is_empty() {
        return run.usage("missing operand").await;
    }
    for path in run.rest() {
        run.print(&format!("{}\n", folder_of(path))).await;
    }
    0
}

pub(super) async fn real(run: Run) -> i32 {
    let options = match run.options(Known::letters("fnemqsz")).await {
        Ok(options) => options,
        Err(code) => return code,
    };
    let mut code = 0;
    for path in &options.operands {
        let found =
            match run.name() == "readlink" && !options.has("f") && !options.has("e") {
                true => match run.system.stat_link(path).map(|entry| entry.node.kind) {
                    Ok(NodeKind::Link(target)) => Some(target),
                    _ => None,
                },
                false => run.system.real_path(path).ok().filter(|_| {
                    options.has("f") || run.system.stat(path).is_ok() || options.has("m")
                }),
            };
        match found {
            Some(found) => run.print(&format!("{found}\n")).await,
            None if run.name() == "readlink" => code = 1,
            None => code = run.fail(format!("{path}: No such file or directory")).await,
        }
    }
    code
}

pub(super) async fn pwd(run: Run) -> i32 {
    let folder = run.system.folder();
    run.print(&format!("{folder}\n")).await;
    0
}

pub(super) async fn which(run: Run) -> i32 {
    let path = run.variable("PATH").unwrap_or_default().to_owned();
    let mut code = 0;
    for name in run.rest().iter().filter(|it| !it.starts_with('-')) {
        match super::find_in_path(&run.system, name, &path) {
            Some(found) => run.print(&format!("{found}\n")).await,
            None => code = 1,
        }
    }
    code
}

pub(super) async fn make_temporary(run: Run) -> i32 {
    let options = match run.options(Known::letters("dtqup:")).await {
        Ok(options) => options,
        Err(code) => return code,
    };
    let template = options.operands.first().cloned().unwrap_or_else(|| {
        format!("{}/tmp.XXXXXX", options.value("p").or(run.variable("TMPDIR")).unwrap_or("/tmp"))
    });
    let width = template.len() - template.trim_end_matches('X').len();
    if width < 3 {
        return run.fail(format!("(null): Invalid argument: {template}")).await;
    }
    for try_number in 0..100_u64 {
        let seed = run.system.now().as_nanosecond() as u64
            ^ (u64::from(run.system.pid().0) << 32)
            ^ try_number;
        let mut state = seed;
        let name: String = (0..width)
            .map(|_| {
                state =
                    state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
                let letters = b"abcdefghijklmnopABCDEFGHIJKLMNOP";
                char::from(letters[(state >> 59) as usize % letters.len()])
            })
            .collect();
        let path = format!("{}{name}", template.trim_end_matches('X'));
        if run.system.stat(&path).is_ok() {
            continue;
        }
        let made = match options.has("d") {
            true => run.system.make_folder(&path, 0o700),
            false => run.system.write_file(&path, b""),
        };
        return match made {
            Ok(()) => {
                run.print(&format!("{path}\n")).await;
                0
            }
            Err(error) => run.fail(format!("{template}: {error}")).await,
        };
    }
    run.fail(format!("{template}: File exists")).await
}

pub(super) async fn truncate(run: Run) -> i32 {
    let options = match run.options(Known::letters("cs:")).await {
        Ok(options) => options,
        Err(code) => return code,
    };
    let size = options.value("s").and_then(super::usage::binary_size);
    let Some(size) = size else { return run.fail("you must specify -s").await };
    let mut code = 0;
    for path in &options.operands {
        let mut content = run.system.read_file(path).unwrap_or_default();
        if size > 64 << 20 {
            code = run.fail(format!("{path}: No space left on device")).await;
            continue;
        }
        content.resize(size as usize, 0);
        if let Err(error) = run.system.write_file(path, &content) {
            code = run.fail_open(path, error).await;
        }
    }
    code
}
