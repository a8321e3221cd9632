use super::Run;
use crate::sandbox::process::files::{Node, NodeKind, base_name, join};
use crate::sandbox::process::kernel::{NewProcess, Woken};
use crate::sandbox::process::shell::Pattern;

/// Folders in folders are searched no deeper.
const DEEPEST: usize = 64;

#[derive(Debug)]
enum Test {
    Name(Pattern, bool),
    Path(Pattern),
    Kind(char),
    Newer(String),
    Size(char, u64),
    Empty,
    Mode(u32),
    Not(Box<Test>),
    Or(Vec<Vec<Test>>),
    Print(char),
    Delete,
    Exec(Vec<String>, bool),
    Prune,
    True,
}

/// What `find` is asked.
struct Query {
    tests: Vec<Vec<Test>>,
    deepest: usize,
    shallowest: usize,
    depth_first: bool,
    acts: bool,
}

pub(super) async fn find(run: Run) -> i32 {
    let split = run.rest().iter().position(|it| it.starts_with('-') || it == "!" || it == "(");
    let (paths, words) = run.rest().split_at(split.unwrap_or(run.rest().len()));
    let mut query = Query {
        tests: Vec::new(),
        deepest: DEEPEST,
        shallowest: 0,
        depth_first: false,
        acts: false,
    };
    let mut at = 0;
    match parse(words, &mut at, &mut query, 0) {
        Ok(tests) if at == words.len() => query.tests = tests,
        Ok(_) => return run.fail("unexpected )").await,
        Err(message) => return run.fail(message).await,
    }
    let paths = if paths.is_empty() { vec![".".to_owned()] } else { paths.to_vec() };
    let mut search = Search { run: &run, query: &query, code: 0, batched: Vec::new() };
    for path in &paths {
        search.tree(path).await;
    }
    search.run_batch().await;
    search.code
}

/// Reads tests joined by `-o` up to a closing parenthesis.
fn parse(
    words: &[String],
    at: &mut usize,
    query: &mut Query,
    depth: usize,
) -> Result<Vec<Vec<Test>>, String> {
    if depth > 20 {
        return Err("nested too deeply".to_owned());
    }
    let mut alternatives = vec![Vec::new()];
    while let Some(word) = words.get(*at) {
        if word == ")" && depth > 0 {
            break;
        }
        *at += 1;
        match word.as_str() {
            "-o" | "-or" => alternatives.push(Vec::new()),
            "-a" | "-and" => {}
            _ => {
                *at -= 1;
                if let Some(test) = one(words, at, query, depth)?
                    && let Some(last) = alternatives.last_mut()
                {
                    last.push(test);
                }
            }
        }
    }
    Ok(alternatives)
}

fn one(
    words: &[String],
    at: &mut usize,
    query: &mut Query,
    depth: usize,
) -> Result<Option<Test>, String> {
    let word = words[*at].clone();
    *at += 1;
    let mut value = || {
        let value = words.get(*at).cloned();
        *at += 1;
        value.ok_or_else(|| format!("{word}: requires an argument"))
    };
    if let Some(acts) = action(&word, &mut value)? {
        query.acts = true;
        query.depth_first |= matches!(acts, Test::Delete);
        return Ok(Some(acts));
    }
    Ok(Some(match word.as_str() {
        "!" | "-not" => match words.get(*at) {
            Some(_) => Test::Not(Box::new(one(words, at, query, depth + 1)?.unwrap_or(Test::True))),
            None => return Err("! requires an argument".to_owned()),
        },
        "(" => {
            let inner = parse(words, at, query, depth + 1)?;
            if words.get(*at).is_none_or(|it| it != ")") {
                return Err("missing )".to_owned());
            }
            *at += 1;
            Test::Or(inner)
        }
        "-name" => Test::Name(Pattern::new(&value()?), false),
        "-iname" => Test::Name(Pattern::new(&value()?.to_lowercase()), true),
        "-path" | "-wholename" => Test::Path(Pattern::new(&value()?)),
        "-type" => Test::Kind(value()?.chars().next().unwrap_or('f')),
        "-newer" => Test::Newer(value()?),
        "-size" => size(&value()?),
        "-perm" => {
            Test::Mode(u32::from_str_radix(value()?.trim_start_matches(['-', '/']), 8).unwrap_or(0))
        }
        "-mtime" | "-mmin" | "-atime" | "-ctime" | "-user" | "-group" => {
            value()?;
            Test::True
        }
        "-empty" => Test::Empty,
        "-prune" => Test::Prune,
        "-maxdepth" => {
            query.deepest = value()?.parse().unwrap_or(DEEPEST).min(DEEPEST);
            return Ok(None);
        }
        "-mindepth" => {
            query.shallowest = value()?.parse().unwrap_or(0);
            return Ok(None);
        }
        "-depth" | "-xdev" | "-mount" | "-follow" | "-L" | "-H" => {
            query.depth_first |= word == "-depth";
            return Ok(None);
        }
        other => return Err(format!("unrecognized: {other}")),
    }))
}

/// A test that does something, where the word is one.
fn action(
    word: &str,
    value: &mut dyn FnMut() -> Result<String, String>,
) -> Result<Option<Test>, String> {
    Ok(Some(match word {
        "-print" => Test::Print('\n'),
        "-print0" => Test::Print('\0'),
        "-delete" => Test::Delete,
        "-exec" | "-ok" => {
            let mut command = Vec::new();
            loop {
                match value()?.as_str() {
                    ";" => break Test::Exec(command, false),
                    "+" => break Test::Exec(command, true),
                    word => command.push(word.to_owned()),
                }
            }
        }
        _ => return Ok(None),
    }))
}

fn size(text: &str) -> Test {
    let sign = text.chars().next().filter(|it| matches!(it, '+' | '-')).unwrap_or('=');
    let number = text.trim_start_matches(['+', '-']);
    let digits: String = number.chars().take_while(char::is_ascii_digit).collect();
    let factor = match number.chars().last() {
        Some('c') => 1,
        Some('k') => 1024,
        Some('M') => 1 << 20,
        Some('G') => 1 << 30,
        _ => 512,
    };
    Test::Size(sign, digits.parse::<u64>().unwrap_or(0).saturating_mul(factor))
}

struct Search<'a> {
    run: &'a Run,
    query: &'a Query,
    code: i32,
    batched: Vec<(Vec<String>, Vec<String>)>,
}

impl Search<'_> {
    async fn tree(&mut self, root: &str) {
        if let Err(error) = self.run.system.stat_link(root) {
            self.code = match self.run.is_gnu() {
                true => self.run.fail(format!("'{root}': {error}")).await,
                false => self.run.fail(format!("{root}: {error}")).await,
            };
            return;
        }
        let mut waiting = vec![(root.to_owned(), 0, false)];
        while let Some((path, depth, visited)) = waiting.pop() {
            self.run.system.step().await;
            let Ok(entry) = self.run.system.stat_link(&path) else { continue };
            let goes_down = entry.node.is_folder() && depth < self.query.deepest;
            if self.query.depth_first && goes_down && !visited {
                waiting.push((path.clone(), depth, true));
                self.push_below(&path, depth, &mut waiting);
                continue;
            }
            let mut pruned = false;
            if depth >= self.query.shallowest {
                pruned = self.visit(&path, &entry.node).await;
            }
            if goes_down && !self.query.depth_first && !pruned {
                self.push_below(&path, depth, &mut waiting);
            }
        }
    }

    fn push_below(&self, path: &str, depth: usize, waiting: &mut Vec<(String, usize, bool)>) {
        let entries = self.run.system.list(path).unwrap_or_default();
        waiting.extend(entries.iter().rev().map(|it| (join(path, &it.name), depth + 1, false)));
    }

    /// Applies the tests; whether what is below is left out.
    async fn visit(&mut self, path: &str, node: &Node) -> bool {
        let mut pruned = false;
        let fits = Box::pin(self.any(&self.query.tests, path, node, &mut pruned)).await;
        if fits && !self.query.acts {
            self.run.print(&format!("{path}\n")).await;
        }
        pruned
    }

    async fn any(
        &mut self,
        tests: &[Vec<Test>],
        path: &str,
        node: &Node,
        pruned: &mut bool,
    ) -> bool {
        for alternative in tests {
            let mut all = true;
            for test in alternative {
                if !Box::pin(self.fits(test, path, node, pruned)).await {
                    all = false;
                    break;
                }
            }
            if all {
                return true;
            }
        }
        false
    }

    async fn fits(&mut self, test: &Test, path: &str, node: &Node, pruned: &mut bool) -> bool {
        match test {
            Test::Name(pattern, false) => pattern.matches(base_name(path)),
            Test::Name(pattern, true) => pattern.matches(&base_name(path).to_lowercase()),
            Test::Path(pattern) => pattern.matches(path),
            Test::Kind(kind) => match node.kind {
                NodeKind::Folder(_) => *kind == 'd',
                NodeKind::Link(_) => *kind == 'l',
                NodeKind::Device(_) => *kind == 'c',
                NodeKind::File(_) | NodeKind::Program(_) => *kind == 'f',
            },
            Test::Newer(other) => {
                self.run.system.stat(other).is_ok_and(|other| node.modified > other.modified)
            }
            Test::Size('+', size) => node.size() > *size,
            Test::Size('-', size) => node.size() < *size,
            Test::Size(_, size) => node.size().div_ceil(512) == size.div_ceil(512),
            Test::Empty => match node.names() {
                Some(names) => names.is_empty(),
                None => node.size() == 0,
            },
            Test::Mode(mode) => node.mode & mode == *mode,
            Test::Not(test) => !Box::pin(self.fits(test, path, node, pruned)).await,
            Test::Or(tests) => Box::pin(self.any(tests, path, node, pruned)).await,
            Test::Print(end) => {
                self.run.print(&format!("{path}{end}")).await;
                true
            }
            Test::Delete => {
                let removed = match node.is_folder() {
                    true => self.run.system.remove_folder(path),
                    false => self.run.system.remove_file(path),
                };
                if let Err(error) = removed {
                    self.code = self.run.fail(format!("{path}: {error}")).await;
                }
                true
            }
            Test::Exec(command, false) => {
                let words: Vec<String> = command.iter().map(|it| it.replace("{}", path)).collect();
                self.run.child(&words).await == 0
            }
            Test::Exec(command, true) => {
                match self.batched.iter_mut().find(|(known, _)| known == command) {
                    Some((_, paths)) => paths.push(path.to_owned()),
                    None => self.batched.push((command.clone(), vec![path.to_owned()])),
                }
                true
            }
            Test::Prune => {
                *pruned = true;
                true
            }
            Test::True => true,
        }
    }

    async fn run_batch(&mut self) {
        for (command, paths) in std::mem::take(&mut self.batched) {
            let words: Vec<String> = command
                .iter()
                .flat_map(|word| if word == "{}" { paths.clone() } else { vec![word.clone()] })
                .collect();
            if self.run.child(&words).await != 0 {
                self.code = 1;
            }
        }
    }
}

impl Run {
    /// Runs another program and waits for it: its exit code.
    pub(super) async fn child(&self, words: &[String]) -> i32 {
        let path = self.variable("PATH").unwrap_or("/usr/bin:/bin").to_owned();
        let loaded = match super::load(&self.system, words, &path) {
            Ok(loaded) => loaded,
            Err(_) => {
                let name = words.first().map(String::as_str).unwrap_or_default();
                let message = match self.is_gnu() {
                    true => format!("{name}: No such file or directory"),
                    false => format!("can't execute '{name}': No such file or directory"),
                };
                self.fail(message).await;
                return 127;
            }
        };
        let env = self.env.clone();
        let new = NewProcess {
            arguments: loaded.arguments.clone(),
            env: env.clone(),
            ..NewProcess::default()
        };
        match self.system.spawn(new, |system| loaded.start(system, env)) {
            Ok(pid) => match self.system.wait(Some(pid), false).await {
                Woken::Child(_, status) => status.code(),
                _ => 127,
            },
            Err(error) => {
                self.fail(format!("can't fork: {error}")).await;
                126
            }
        }
    }
}

pub(super) async fn xargs(run: Run) -> i32 {
    let known = super::options::Known {
        letters: "0n:I:rtL:P:d:p",
        long: &[("null", "0"), ("no-run-if-empty", "r"), ("max-args=", "n")],
        mixed: false,
    };
    let options = match run.options(known).await {
        Ok(options) => options,
        Err(code) => return code,
    };
    let input = run.system.read_to_end(0, super::run::MOST_INPUT).await.unwrap_or_default();
    let input = String::from_utf8_lossy(&input).into_owned();
    let words: Vec<String> = match (options.has("0"), options.value("I")) {
        (true, _) => input.split('\0').filter(|it| !it.is_empty()).map(str::to_owned).collect(),
        (_, Some(_)) => {
            input.lines().map(|it| it.trim().to_owned()).filter(|it| !it.is_empty()).collect()
        }
        _ => quoted_words(&input),
    };
    let command = match options.operands.is_empty() {
        true => vec!["echo".to_owned()],
        false => options.operands.clone(),
    };
    let commands: Vec<Vec<String>> = match options.value("I") {
        Some(mark) => words
            .iter()
            .map(|word| command.iter().map(|part| part.replace(mark, word)).collect())
            .collect(),
        None => {
            let size = options.value("n").or(options.value("L")).and_then(|it| it.parse().ok());
            let size = size.unwrap_or(words.len()).max(1);
            match words.is_empty() {
                true if options.has("r") || run.is_gnu() && options.has("r") => Vec::new(),
                true => vec![command.clone()],
                false => words.chunks(size).map(|part| [&command[..], part].concat()).collect(),
            }
        }
    };
    let mut code = 0;
    for words in &commands {
        if options.has("t") {
            run.print_error(&format!("{}\n", words.join(" "))).await;
        }
        match run.child(words).await {
            0 => {}
            failed @ (126 | 127) => return failed,
            _ => code = 123,
        }
    }
    code
}

/// Words with quotes taken off, as `xargs` reads them.
fn quoted_words(input: &str) -> Vec<String> {
    let (mut words, mut word, mut quote, mut began) = (Vec::new(), String::new(), None, false);
    let mut characters = input.chars();
    while let Some(character) = characters.next() {
        match (quote, character) {
            (Some(open), character) if open == character => quote = None,
            (Some(_), character) => word.push(character),
            (None, '\'' | '"') => {
                (quote, began) = (Some(character), true);
            }
            (None, '\\') => {
                word.extend(characters.next());
                began = true;
            }
            (None, character) if character.is_whitespace() => {
                if began || !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                began = false;
            }
            (None, character) => word.push(character),
        }
    }
    if began || !word.is_empty() {
        words.push(word);
    }
    words
}
