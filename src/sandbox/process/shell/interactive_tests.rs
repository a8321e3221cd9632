//! What a person sees who types into a shell of a container.

use crate::sandbox::process::testing::{at, setup, start};
use crate::sandbox::process::{Container, SessionId};

struct Terminal {
    container: Container,
    session: SessionId,
    now: f64,
}

impl Terminal {
    fn open(image: &str, shell: &str) -> Self {
        let mut container = start(image, &["sleep", "1000000"]);
        let session = container.exec(vec![shell.to_owned()], true, true, at(1.0)).unwrap();
        Self { container, session, now: 1.0 }
    }

    fn shown(&mut self) -> String {
        let chunks = self.container.take_output(self.session);
        chunks.iter().map(|chunk| String::from_utf8_lossy(&chunk.bytes).into_owned()).collect()
    }

    fn type_keys(&mut self, keys: &str) -> String {
        self.container.input(self.session, keys.as_bytes(), at(self.now));
        self.shown()
    }

    fn wait(&mut self, seconds: f64) -> String {
        self.now += seconds;
        self.container.advance(at(self.now));
        self.shown()
    }
}

/// The line that the engine types into shells of pods.
fn pod_line() -> String {
    let source = include_str!("../../../engine/shell_setup.rs");
    let (_, after) = source.split_once("const POD: &str = r#\"").unwrap();
    let (text, _) = after.split_once("\"#;").unwrap();
    text.replace('\n', "").replace("@AID@", "x7")
}

#[test]
fn a_session_with_ash() {
    let mut terminal = Terminal::open("busybox", "sh");
    assert_eq!(terminal.shown(), "/ # ");
    assert_eq!(terminal.type_keys("echo hi\r"), "echo hi\r\nhi\r\n/ # ");
    assert_eq!(terminal.type_keys("cd /tmp\r"), "cd /tmp\r\n/tmp # ");
    assert_eq!(terminal.type_keys("if true\r"), "if true\r\n> ");
    assert_eq!(terminal.type_keys("then echo y; fi\r"), "then echo y; fi\r\ny\r\n/tmp # ");
    assert_eq!(terminal.type_keys("nosuch\r"), "nosuch\r\nsh: nosuch: not found\r\n/tmp # ");
    assert_eq!(terminal.type_keys("echo $?\r"), "echo $?\r\n127\r\n/tmp # ");
    // Corrections: a character, a word, a line.
    assert_eq!(terminal.type_keys("echx\u{7f}o\r"), "echx\u{8} \u{8}o\r\n\r\n/tmp # ");
    assert_eq!(terminal.type_keys("ab\u{15}\r"), "ab\u{8} \u{8}\u{8} \u{8}\r\n/tmp # ");
    assert_eq!(terminal.type_keys("ab\u{3}"), "ab^C\r\n/tmp # ");
    assert_eq!(terminal.type_keys("echo $?\r"), "echo $?\r\n130\r\n/tmp # ");
    // The line before.
    assert_eq!(terminal.type_keys("\u{1b}[A"), "\u{1b}[Jecho $?");
    assert_eq!(terminal.type_keys("\r"), "\r\n0\r\n/tmp # ");
    assert_eq!(terminal.type_keys("exit 3\r"), "exit 3\r\n");
    assert_eq!(terminal.container.exit_code(terminal.session), Some(3));
}

#[test]
fn a_session_with_bash() {
    let mut terminal = Terminal::open("debian", "bash");
    assert_eq!(terminal.shown(), "root@pod:/# ");
    assert_eq!(terminal.type_keys("cd; pwd\r"), "cd; pwd\r\n/root\r\nroot@pod:~# ");
    assert_eq!(
        terminal.type_keys("nosuch\r"),
        "nosuch\r\nbash: nosuch: command not found\r\nroot@pod:~# "
    );
    assert_eq!(terminal.type_keys("\u{4}"), "exit\r\n");
    assert_eq!(terminal.container.exit_code(terminal.session), Some(127));
}

#[test]
fn an_interrupt_ends_the_command_not_the_shell() {
    let mut terminal = Terminal::open("busybox", "sh");
    terminal.shown();
    assert_eq!(terminal.type_keys("sleep 100\r"), "sleep 100\r\n");
    assert_eq!(terminal.wait(2.0), "");
    assert_eq!(terminal.type_keys("\u{3}"), "^C\r\n/ # ");
    assert_eq!(terminal.type_keys("echo $?\r"), "echo $?\r\n130\r\n/ # ");
    assert_eq!(
        terminal.type_keys("while true; do sleep 1; done\r"),
        "while true; do sleep 1; done\r\n"
    );
    terminal.wait(5.5);
    assert_eq!(terminal.type_keys("\u{3}"), "^C\r\n/ # ");
    assert_eq!(terminal.type_keys("while :; do :; done\r"), "while :; do :; done\r\n");
    terminal.wait(1.0);
    let after = terminal.type_keys("\u{3}") + &terminal.wait(2.0);
    assert!(after.ends_with("/ # "), "{after:?}");
}

#[test]
fn a_program_reads_lines_from_the_terminal() {
    let mut terminal = Terminal::open("busybox", "sh");
    terminal.shown();
    assert_eq!(terminal.type_keys("cat > /f\r"), "cat > /f\r\n");
    assert_eq!(terminal.type_keys("one\r"), "one\r\n");
    assert_eq!(terminal.type_keys("\u{4}"), "/ # ");
    assert_eq!(
        terminal.type_keys("cat /f; stty size\r"),
        "cat /f; stty size\r\none\r\n24 80\r\n/ # "
    );
    terminal.container.resize(terminal.session, 120, 40);
    assert_eq!(terminal.shown(), "\r\u{1b}[J/ # ");
    assert_eq!(terminal.type_keys("echo $COLUMNS\r"), "echo $COLUMNS\r\n120\r\n/ # ");
}

#[test]
fn the_engine_can_mark_the_prompts_of_ash() {
    let mut terminal = Terminal::open("busybox", "sh");
    terminal.shown();
    let typed = terminal.type_keys(&format!("{}\r", pod_line()));
    let marked =
        "\u{1b}]133;D;0;aid=x7p\u{7}\u{1b}]133;A;aid=x7p\u{7}/ # \u{1b}]133;B;aid=x7p\u{7}";
    assert!(typed.ends_with(&format!("\r\n{marked}")), "{typed:?}");
    assert_eq!(terminal.type_keys("false\r"), format!("false\r\n{}", marked.replace("D;0", "D;1")));
    let more = terminal.type_keys("echo 'a\r");
    assert_eq!(more, "echo 'a\r\n\u{1b}]133;A;aid=x7p;k=s\u{7}> \u{1b}]133;B;aid=x7p\u{7}");
    assert_eq!(terminal.type_keys("b'\r"), format!("b'\r\na\r\nb\r\n{marked}"));
    assert_eq!(
        terminal.type_keys("(exit 42)\r"),
        format!("(exit 42)\r\n{}", marked.replace("D;0", "D;42"))
    );
}

#[test]
fn the_engine_can_mark_the_commands_of_bash() {
    for image in ["debian", "satoms/jumpserver:v1"] {
        let mut terminal = Terminal::open(image, "bash");
        let prompt = terminal.shown();
        let typed = terminal.type_keys(&format!("{}\r", pod_line()));
        let marked = format!(
            "\u{1b}]133;D;0;aid=x7p\u{7}\u{1b}]133;A;aid=x7p\u{7}{prompt}\u{1b}]133;B;aid=x7p\u{7}"
        );
        assert!(typed.ends_with(&format!("\r\n{marked}")), "{typed:?}");
        let ran = terminal.type_keys("echo a; false\r");
        assert_eq!(
            ran,
            format!(
                "echo a; false\r\n\u{1b}]133;C;aid=x7p;history=    2  echo a; false\u{7}a\r\n{}",
                marked.replace("D;0", "D;1")
            ),
            "{image}"
        );
    }
}

#[test]
fn the_main_process_can_be_a_shell_that_is_attached_to() {
    let mut wanted = setup("satoms/jumpserver:v1", &[]);
    (wanted.stdin, wanted.tty) = (true, true);
    let mut container = Container::start(wanted, at(0.0)).unwrap();
    let session = container.attach();
    container.resize(session, 81, 25);
    container.resize(session, 80, 24);
    container.input(session, b"\rexit 4\r", at(1.0));
    let shown: String = container
        .take_output(session)
        .iter()
        .map(|chunk| String::from_utf8_lossy(&chunk.bytes).into_owned())
        .collect();
    assert!(shown.contains("# ") && shown.ends_with("exit 4\r\nexit\r\n"), "{shown:?}");
    assert_eq!(container.ended().map(|ended| ended.code), Some(4));
    assert_eq!(container.exit_code(session), Some(4));
}

#[test]
fn what_is_typed_ahead_is_for_whoever_reads_next() {
    for (image, shell, prompt) in [("busybox", "sh", "/ # "), ("debian", "bash", "root@pod:/# ")] {
        let mut terminal = Terminal::open(image, shell);
        assert_eq!(terminal.shown(), prompt);
        let typed = terminal.type_keys("read a; read b\rone\rtwo\recho $a-$b\rech");
        assert!(typed.contains("read a; read b\r\n"), "{typed:?}");
        assert!(typed.ends_with(&format!("\r\none-two\r\n{prompt}ech")), "{shell}: {typed:?}");
        assert_eq!(terminal.type_keys("o hi\r"), format!("o hi\r\nhi\r\n{prompt}"));
        let typed = terminal.type_keys("cat\rline\r\u{4}echo after\r");
        assert!(
            typed.ends_with(&format!("line\r\n{prompt}echo after\r\nafter\r\n{prompt}")),
            "{typed:?}"
        );
    }
}

#[test]
fn a_shell_that_comes_later_reads_what_was_typed_before() {
    let mut wanted = setup("busybox", &["sh", "-c", "sleep 5; exec sh"]);
    (wanted.stdin, wanted.tty) = (true, true);
    let mut container = Container::start(wanted, at(0.0)).unwrap();
    let session = container.attach();
    let mut terminal = Terminal { container, session, now: 1.0 };
    assert_eq!(terminal.type_keys("echo $((6*7))\rech"), "echo $((6*7))\r\nech");
    terminal.container.resize(session, 101, 33);
    assert_eq!(terminal.wait(1.0), "");
    assert_eq!(terminal.wait(5.0), "/ # echo $((6*7))\r\n42\r\n/ # ech");
    assert_eq!(terminal.type_keys("o $COLUMNS\r"), "o $COLUMNS\r\n101\r\n/ # ");
}
