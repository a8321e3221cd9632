//! Laws: whatever is run, typed or sent, nothing panics and everything stays bounded.

use proptest::prelude::*;

use super::testing::{at, start};

/// Pieces of which scripts are made that nobody would write.
#[expect(clippy::too_many_lines, reason = "it lists what a script may hold")]
fn script() -> impl Strategy<Value = String> {
    let words = vec![
        "echo",
        "a",
        "$x",
        "${x:-",
        "}",
        "$(",
        ")",
        "`",
        "'",
        "\"",
        "|",
        "||",
        "&&",
        ";",
        "&",
        "\n",
        "if",
        "then",
        "fi",
        "while",
        "do",
        "done",
        "for",
        "i",
        "in",
        "case",
        "esac",
        ";;",
        "{",
        "(",
        "[[",
        "]]",
        "[",
        "]",
        "<<E",
        "E",
        "> f",
        "< f",
        "2>&1",
        "$((",
        "))",
        "1",
        "+",
        "/",
        "0",
        "f()",
        "f",
        "f; f",
        "*",
        "?",
        "x=$x$x",
        "x=1",
        "eval",
        "exec",
        "trap",
        "exit",
        "set -e",
        "read x",
        "yes",
        "cat",
        "sed s/a/b/",
        "grep -r .",
        "awk '{print $1}'",
        "printf %s",
        "seq 9999999",
        "tr a b",
        "sort",
        "xargs",
        "head -n 1",
        "kill -9 1",
        "kill $$",
        "wait",
        "\\",
        "é",
    ];
    proptest::collection::vec(proptest::sample::select(words), 0..25)
        .prop_map(|words| words.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn any_script_runs_without_panic(text in script(), shell in proptest::sample::select(vec!["sh", "bash", "dash"])) {
        let mut container = start("debian", &[shell, "-c", &text]);
        let mut bytes = 0;
        for second in 1..5 {
            container.advance(at(f64::from(second)));
            bytes += container.take_log().iter().map(|chunk| chunk.bytes.len()).sum::<usize>();
        }
        prop_assert!(bytes < 64 << 20);
        container.kill(at(6.0));
        prop_assert!(container.ended().is_some());
    }

    #[test]
    fn any_keys_are_typed_without_panic(keys in proptest::collection::vec(any::<u8>(), 0..120), bash in any::<bool>()) {
        let mut container = start("debian", &["sleep", "1000000"]);
        let shell = if bash { "bash" } else { "sh" };
        let session = container.exec(vec![shell.to_owned()], true, true, at(1.0)).unwrap();
        container.input(session, &keys, at(1.0));
        container.resize(session, 3, 1);
        container.input(session, &keys, at(2.0));
        container.advance(at(3.0));
        container.take_output(session);
        container.leave(session, at(4.0));
    }

    #[test]
    fn any_bytes_are_sent_without_panic(
        bytes in proptest::collection::vec(any::<u8>(), 0..200),
        (image, port) in proptest::sample::select(vec![("nginx", 80_u16), ("redis", 6379), ("memcached", 11211)]),
    ) {
        let mut container = start(image, &[]);
        container.advance(at(5.0));
        if let Some(socket) = container.accept(port, "10.0.0.1:5".parse().unwrap(), at(5.0)) {
            container.deliver(socket, &bytes, at(5.0));
            container.take_traffic();
            container.hang_up(socket, at(6.0));
        }
        prop_assert_eq!(container.ended(), None);
    }
}

#[test]
fn what_grows_without_end_is_stopped() {
    for text in [
        "x=a; while :; do x=$x$x; done",
        "f() { f; }; f",
        "f() { f | f & }; f; wait",
        "yes > /f",
        "while :; do echo a >> /f; done",
        "cat /dev/zero | cat > /f",
        "eval eval eval \"$(seq 100000)\"",
        "mkdir d; while cd d && mkdir d; do :; done",
    ] {
        let mut container = start("busybox", &["sh", "-c", text]);
        for second in 1..10 {
            container.advance(at(f64::from(second)));
            container.take_log();
        }
        container.kill(at(11.0));
        assert!(container.ended().is_some(), "{text}");
    }
}
