//! A panic anywhere: the terminal comes back, the message can be read, nothing is left.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use crate::lab_on_cluster::nothing_is_left;
use crate::support::{Harness, Program, Running, Screen};

/// The variable that has [`this_process_panics_when_it_is_told_to`] do so.
const TOLD: &str = "PODLAB_TEST_PANICS";

/// A step that is under way when the panic comes.
const LAB: &str = "# Short\n\n```sh\ntouch $HOME/panic; sleep 1000\n```\n";

/// Podlab in this very process, with a thread that panics as soon as the lab's step runs.
#[test]
fn this_process_panics_when_it_is_told_to() {
    let Some(words) = std::env::var_os(TOLD) else { return };
    let words = words.into_string().unwrap();
    let step_runs = PathBuf::from(std::env::var_os("HOME").unwrap()).join("panic");
    std::thread::spawn(move || {
        while !step_runs.exists() {
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("on purpose");
    });
    let exit = podlab::cli::main(words.split(' ').map(OsString::from).collect());
    #[expect(clippy::exit, reason = "this test is the program")]
    std::process::exit(exit.code().into());
}

/// A command line that is `podlab` with these arguments, and panics.
fn panicking(program: &Program, arguments: &str) -> Vec<String> {
    program.write("home/lab/lab.md", LAB);
    let test = std::env::current_exe().unwrap().display().to_string();
    let told = format!("{TOLD}=podlab {arguments}");
    let name = "panics::this_process_panics_when_it_is_told_to";
    program.words_for(&[&told, &test, "--exact", name, "--nocapture"])
}

#[test]
fn a_panic_in_the_middle_of_a_test_leaves_nothing() {
    let Some(harness) = Harness::find("a panic during a test") else { return };
    let program = harness.here();
    let words = panicking(&program, "test lab --yes");
    let mut command = std::process::Command::new(&words[0]);
    command.args(&words[1..]).current_dir(program.at("home"));
    let finished = Running::start(command).finish();
    finished.assert_code(101);
    assert!(finished.stderr.contains("on purpose"), "{}", finished.stderr);
    let namespace = finished.stdout.split_once("namespace ").unwrap().1;
    nothing_is_left(&harness, &program, namespace.split_whitespace().next().unwrap());
}

#[test]
fn a_panic_behind_the_screen_gives_the_terminal_back_and_leaves_nothing() {
    let Some(harness) = Harness::find("a panic behind the screen") else { return };
    let program = harness.here();
    let words = panicking(&program, "start lab --yes");
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let mut screen = Screen::run(&program, &words, 120, 40);
    screen.wait_for("terminal", "$");
    let namespace = screen.namespace();
    screen.send("\r");
    assert_eq!(screen.exit_code(), Some(101));
    screen.wait_until("the message", |screen| screen.text().contains("on purpose"));
    screen.wait_until("the terminal is whole again", Screen::is_restored);
    nothing_is_left(&harness, &program, &namespace);
}
