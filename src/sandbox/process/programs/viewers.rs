//! `less`, `more`, `vi`, `nano`: programs that take the whole screen.

use super::Run;

/// `less` and `more` show the text as it is.
pub(super) async fn pager(run: Run) -> i32 {
    let paths: Vec<String> = run.rest().iter().filter(|it| !it.starts_with('-')).cloned().collect();
    let paths = if paths.is_empty() { vec!["-".to_owned()] } else { paths };
    let mut code = 0;
    for path in &paths {
        match run.read_input(path).await {
            Ok(content) => run.print_bytes(&content).await,
            Err(error) => code = run.fail_open(path, error).await,
        }
    }
    code
}

/// Editors are not simulated; a file can be written with `cat` or `echo`.
pub(super) async fn editor(run: Run) -> i32 {
    run.fail(
        "podlab's sandbox has no editors; write the file with `cat > FILE` and end with Ctrl-D",
    )
    .await
}

/// What needs more than a sandbox has.
pub(super) async fn not_simulated(run: Run) -> i32 {
    run.fail("not simulated by podlab's sandbox; use a real cluster for this step").await
}
