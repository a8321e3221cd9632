use super::Run;
use super::awk_parse::{Pattern, Program};
use super::awk_run::{End, Machine};

/// `awk`: enough for the one-liners of labs, without `getline` and output to files.
pub(super) async fn awk(run: Run) -> i32 {
    let (mut separator, mut values, mut text) = (" ".to_owned(), Vec::new(), None);
    let mut words = run.rest().iter();
    let mut operands = Vec::new();
    while let Some(word) = words.next() {
        let mut value = |inline: &str| match inline.is_empty() {
            true => words.next().cloned().unwrap_or_default(),
            false => inline.to_owned(),
        };
        match word.as_str() {
            "--" => break,
            word if word.starts_with("-F") => {
                separator = super::escapes::unescape(&value(&word[2..]));
            }
            word if word.starts_with("-v") => values.push(value(&word[2..])),
            word if word.starts_with("-f") => {
                let path = value(&word[2..]);
                match run.read_input(&path).await {
                    Ok(content) => text = Some(String::from_utf8_lossy(&content).into_owned()),
                    Err(error) => return run.fail_open(&path, error).await,
                }
            }
            word => {
                operands.push(word.to_owned());
                break;
            }
        }
    }
    operands.extend(words.cloned());
    let text = match text {
        Some(text) => text,
        None if operands.is_empty() => {
            run.print_error("Usage: awk [-v VAR=VAL]... [-F SEP] AWK_PROGRAM [FILE]...\n").await;
            return 1;
        }
        None => operands.remove(0),
    };
    let program = match Program::parse(&text) {
        Ok(program) => program,
        Err(message) => return run.fail(format!("cmd. line:1: {message}")).await,
    };
    let mut machine = Machine::new(&program, &run.env);
    machine.set("FS", &separator);
    for value in &values {
        if let Some((name, value)) = value.split_once('=') {
            machine.set(name, &super::escapes::unescape(value));
        }
    }
    let code = go_through(&run, &program, &mut machine, &operands).await;
    run.print(&std::mem::take(&mut machine.out)).await;
    code
}

async fn go_through(
    run: &Run,
    program: &Program,
    machine: &mut Machine<'_>,
    operands: &[String],
) -> i32 {
    let mut code = 0;
    let mut ended = match machine.run_rules(|pattern| matches!(pattern, Pattern::Begin)) {
        Ok(End::Exit(exit)) => Some(exit),
        Ok(_) => None,
        Err(message) => return run.fail(message).await,
    };
    let reads = program.rules.iter().any(|rule| !matches!(rule.pattern, Pattern::Begin));
    let paths: Vec<String> =
        operands.iter().filter(|it| !it.contains('=') || it.contains('/')).cloned().collect();
    let paths = if paths.is_empty() { vec!["-".to_owned()] } else { paths };
    for path in paths.iter().filter(|_| reads) {
        if ended.is_some() {
            break;
        }
        let content = match run.read_input(path).await {
            Ok(content) => String::from_utf8_lossy(&content).into_owned(),
            Err(error) => {
                code = run.fail(format!("{path}: {error}")).await;
                continue;
            }
        };
        machine.set("FNR", "0");
        for record in content.lines() {
            run.system.step().await;
            machine.begin_record(record);
            match machine.run_rules(|pattern| !matches!(pattern, Pattern::Begin | Pattern::End)) {
                Ok(End::Exit(exit)) => {
                    ended = Some(exit);
                    break;
                }
                Ok(_) => {}
                Err(message) => return run.fail(message).await,
            }
            if machine.out.len() > 16 << 10 {
                run.print(&std::mem::take(&mut machine.out)).await;
            }
        }
    }
    match machine.run_rules(|pattern| matches!(pattern, Pattern::End)) {
        Ok(End::Exit(exit)) => exit,
        Ok(_) => ended.unwrap_or(code),
        Err(message) => run.fail(message).await,
    }
}
