//! `tar`, as far as `kubectl cp` needs it: plain archives, packed and unpacked.

use super::Run;
use crate::sandbox::process::files::{Node, NodeKind, folder_of, join};

const BLOCK: usize = 512;

/// What `tar` is asked.
#[derive(Default)]
struct Asked {
    action: char,
    verbose: bool,
    file: Option<String>,
    folder: Option<String>,
    stripped: usize,
    paths: Vec<String>,
}

pub(super) async fn tar(run: Run) -> i32 {
    let asked = match read(run.rest()) {
        Ok(asked) => asked,
        Err(message) => return run.fail(message).await,
    };
    if let Some(folder) = &asked.folder
        && let Err(error) = run.system.change_folder(folder)
    {
        run.fail(format!("can't change directory to '{folder}': {error}")).await;
        return 2;
    }
    match asked.action {
        'c' => create(&run, &asked).await,
        'x' | 't' => extract(&run, &asked).await,
        _ => run.usage("You must specify one of the '-Acdtrux' options").await,
    }
}

fn read(words: &[String]) -> Result<Asked, String> {
    let mut asked = Asked::default();
    let mut rest = words.iter().enumerate();
    while let Some((number, word)) = rest.next() {
        if let Some(count) = word.strip_prefix("--strip-components=") {
            asked.stripped = count.parse().map_err(|_| format!("invalid number '{count}'"))?;
            continue;
        }
        if word.starts_with("--") {
            continue;
        }
        let letters = match word.strip_prefix('-') {
            Some(letters) if !letters.is_empty() => letters,
            None if number == 0 => word,
            _ => {
                asked.paths.push(word.clone());
                continue;
            }
        };
        for letter in letters.chars() {
            match letter {
                'c' | 'x' | 't' => asked.action = letter,
                'v' => asked.verbose = true,
                'f' => asked.file = rest.next().map(|(_, it)| it.clone()),
                'C' => asked.folder = rest.next().map(|(_, it)| it.clone()),
                'z' | 'j' | 'J' => {
                    return Err(
                        "compressed archives are not simulated by podlab's sandbox".to_owned()
                    );
                }
                'm' | 'p' | 'o' | 'k' | 'h' | 'P' | 'O' => {}
                other => return Err(format!("unrecognized option: {other}")),
            }
        }
    }
    asked.file = asked.file.filter(|file| file != "-");
    Ok(asked)
}

/// Source: POSIX, `pax`, ustar interchange format.
fn header(name: &str, node: &Node) -> Vec<u8> {
    let mut block = vec![0; BLOCK];
    let mut put = |at: usize, text: &[u8], most: usize| {
        for (place, byte) in block[at..].iter_mut().zip(text.iter().take(most)) {
            *place = *byte;
        }
    };
    let (kind, size, link) = match &node.kind {
        NodeKind::Folder(_) => (b'5', 0, ""),
        NodeKind::Link(target) => (b'2', 0, target.as_str()),
        NodeKind::File(content) => (b'0', content.len(), ""),
        NodeKind::Program(_) | NodeKind::Device(_) => (b'0', 0, ""),
    };
    put(0, name.as_bytes(), 100);
    put(100, format!("{:07o}\0", node.mode & 0o7777).as_bytes(), 8);
    put(108, format!("{:07o}\0", node.owner).as_bytes(), 8);
    put(116, format!("{:07o}\0", node.group).as_bytes(), 8);
    put(124, format!("{size:011o}\0").as_bytes(), 12);
    put(136, format!("{:011o}\0", node.modified.as_second().max(0)).as_bytes(), 12);
    put(148, b"        ", 8);
    put(156, &[kind], 1);
    put(157, link.as_bytes(), 100);
    put(257, b"ustar\x0000", 8);
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    let sum = format!("{sum:06o}\0 ");
    for (place, byte) in block[148..].iter_mut().zip(sum.bytes()) {
        *place = byte;
    }
    block
}

async fn create(run: &Run, asked: &Asked) -> i32 {
    let mut archive = Vec::new();
    let mut code = 0;
    if asked.paths.iter().any(|path| path.starts_with('/')) {
        let words = match run.is_gnu() {
            true => "Removing leading `/' from member names",
            false => "removing leading '/' from member names",
        };
        run.fail(words).await;
    }
    let mut waiting: Vec<String> = asked.paths.iter().rev().cloned().collect();
    while let Some(path) = waiting.pop() {
        run.system.step().await;
        let entry = match run.system.stat_link(&path) {
            Ok(entry) => entry,
            Err(error) => {
                code = run.fail(format!("{path}: {error}")).await;
                continue;
            }
        };
        let name = path.trim_start_matches('/');
        let name = if entry.node.is_folder() {
            format!("{}/", name.trim_end_matches('/'))
        } else {
            name.to_owned()
        };
        if asked.verbose {
            run.print_error(&format!("{name}\n")).await;
        }
        archive.extend(header(&name, &entry.node));
        if let NodeKind::File(content) = &entry.node.kind {
            archive.extend_from_slice(content);
            archive.resize(archive.len().next_multiple_of(BLOCK), 0);
        }
        if entry.node.is_folder() {
            let below = run.system.list(&path).unwrap_or_default();
            waiting.extend(below.iter().rev().map(|it| join(&path, &it.name)));
        }
        if archive.len() > super::run::MOST_INPUT {
            return run.fail("the archive is too large for podlab's sandbox").await;
        }
    }
    archive.resize(archive.len() + 2 * BLOCK, 0);
    match &asked.file {
        Some(path) => {
            if let Err(error) = run.system.write_file(path, &archive) {
                code = run.fail_open(path, error).await;
            }
        }
        None => run.print_bytes(&archive).await,
    }
    if code != 0 {
        run.fail("error exit delayed from previous errors").await;
    }
    code
}

async fn extract(run: &Run, asked: &Asked) -> i32 {
    let archive = match run.read_input(asked.file.as_deref().unwrap_or("-")).await {
        Ok(archive) => archive,
        Err(error) => return run.fail_open(asked.file.as_deref().unwrap_or("-"), error).await,
    };
    if archive.starts_with(&[0x1f, 0x8b]) {
        return run.fail("compressed archives are not simulated by podlab's sandbox").await;
    }
    let (mut at, mut code) = (0, 0);
    while let Some(block) =
        archive.get(at..at + BLOCK).filter(|block| block.iter().any(|it| *it != 0))
    {
        run.system.step().await;
        let text = |from: usize, most: usize| {
            let field = &block[from..from + most];
            let end = field.iter().position(|byte| *byte == 0).unwrap_or(most);
            String::from_utf8_lossy(&field[..end]).into_owned()
        };
        let number = |from: usize, most: usize| {
            usize::from_str_radix(text(from, most).trim(), 8).unwrap_or(0)
        };
        let prefix = if text(257, 5) == "ustar" { text(345, 155) } else { String::new() };
        let name =
            if prefix.is_empty() { text(0, 100) } else { format!("{prefix}/{}", text(0, 100)) };
        let (size, mode, kind, link) =
            (number(124, 12), number(100, 8), block[156], text(157, 100));
        at += BLOCK;
        let Some(content) = archive.get(at..at.saturating_add(size)) else {
            return run.fail("short read").await;
        };
        at += size.next_multiple_of(BLOCK);
        let parts: Vec<&str> = name
            .split('/')
            .filter(|it| !matches!(*it, "" | "." | ".."))
            .skip(asked.stripped)
            .collect();
        let path = parts.join("/");
        if path.is_empty() || matches!(kind, b'x' | b'g' | b'L') {
            continue;
        }
        if asked.verbose || asked.action == 't' {
            run.print(&format!("{name}\n")).await;
        }
        if asked.action == 'x' && unpack(run, &path, kind, content, (mode, &link)).is_err() {
            code = run.fail(format!("can't create '{path}'")).await;
        }
    }
    code
}

fn unpack(
    run: &Run,
    path: &str,
    kind: u8,
    content: &[u8],
    (mode, link): (usize, &str),
) -> Result<(), crate::sandbox::process::errno::Errno> {
    let mut above = String::new();
    for part in folder_of(path).split('/').filter(|it| *it != ".") {
        above = if above.is_empty() { part.to_owned() } else { join(&above, part) };
        if run.system.stat(&above).is_err() {
            run.system.make_folder(&above, 0o755)?;
        }
    }
    match kind {
        b'5' => match run.system.stat(path) {
            Ok(_) => Ok(()),
            Err(_) => run.system.make_folder(path, 0o755),
        },
        b'2' => {
            let _ = run.system.remove_file(path);
            run.system.make_link(link, path)
        }
        _ => {
            run.system.write_file(path, content)?;
            run.system.change_node(path, |node| node.mode = mode as u32 & 0o7777)
        }
    }
}
