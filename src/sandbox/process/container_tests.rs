use super::testing::{at, exec, failure, log, script, start};
use super::*;

#[test]
fn the_liveness_lab_of_the_recordings() {
    let mut container = start(
        "k8s.gcr.io/busybox",
        &["/bin/sh", "-c", "touch /tmp/healthy; sleep 30; rm -rf /tmp/healthy; sleep 600"],
    );
    let probe = ["cat", "/tmp/healthy"];
    let session = container.exec(probe.map(str::to_owned).to_vec(), false, false, at(5.0)).unwrap();
    assert_eq!(container.exit_code(session), Some(0));
    assert_eq!(container.next_due(), Some(at(30.0)));
    container.advance(at(30.0));
    let gone = exec(&mut container, &probe, 31.0);
    assert_eq!(
        gone,
        (
            String::new(),
            "cat: can't open '/tmp/healthy': No such file or directory\n".to_owned(),
            1
        )
    );
    // The polite signal is not heard, as by every first process that does not ask for it.
    container.terminate(at(200.0));
    assert_eq!(container.ended(), None);
    container.kill(at(230.0));
    assert_eq!(container.ended(), Some(&Ended { code: 137, out_of_memory: false, at: at(230.0) }));
    assert_eq!(container.next_due(), None);
}

#[test]
fn a_container_ends_with_its_main_process() {
    let mut container = start("busybox", &["sh", "-c", "echo out; echo err >&2; sleep 3; exit 7"]);
    let chunks = container.take_log();
    assert_eq!(chunks.len(), 2);
    assert_eq!((chunks[0].stream, chunks[0].bytes.as_slice()), (Stream::Stdout, &b"out\n"[..]));
    assert_eq!((chunks[1].stream, chunks[1].bytes.as_slice()), (Stream::Stderr, &b"err\n"[..]));
    assert_eq!(container.next_due(), Some(at(3.0)));
    container.advance(at(10.0));
    assert_eq!(container.ended(), Some(&Ended { code: 7, out_of_memory: false, at: at(3.0) }));
}

#[test]
fn programs_that_are_not_there() {
    assert_eq!(
        failure("busybox", &["nosuch"]),
        StartFailure {
            message: "failed to create containerd task: failed to create shim task: OCI runtime \
                      create failed: runc create failed: unable to start container process: error \
                      during container init: exec: \"nosuch\": executable file not found in $PATH"
                .to_owned(),
            exit_code: 128,
        }
    );
    let mut container = start("busybox", &["sleep", "1000"]);
    let failed = container.exec(vec!["/no/such".into()], false, false, at(1.0)).unwrap_err();
    assert_eq!(failed.exit_code, 127);
    assert!(
        failed.message.ends_with(
            "OCI runtime exec failed: exec failed: unable to start container process: exec: \
             \"/no/such\": stat /no/such: no such file or directory"
        ),
        "{}",
        failed.message
    );
    assert!(failed.message.starts_with("failed to exec in container: failed to start exec \""));
}

#[test]
fn a_loop_without_rest_does_not_hang_the_world() {
    let mut container = start("busybox", &["sh", "-c", "while :; do :; done"]);
    container.advance(at(100.0));
    assert_eq!(container.ended(), None);
    assert!(container.next_due().is_some());
    // Others get their turn.
    assert_eq!(exec(&mut container, &["echo", "hi"], 101.0), ("hi\n".into(), String::new(), 0));
    container.kill(at(200.0));
    assert_eq!(container.ended().map(|ended| ended.code), Some(137));
}

#[test]
fn a_trap_hears_the_polite_signal() {
    let mut container = start(
        "busybox",
        &["sh", "-c", "trap 'echo bye; exit 3' TERM; echo up; while true; do sleep 1; done"],
    );
    assert_eq!(log(&mut container), "up\n");
    container.terminate(at(1.5));
    assert_eq!(container.ended(), None);
    container.advance(at(2.5));
    assert_eq!(log(&mut container), "bye\n");
    assert_eq!(container.ended(), Some(&Ended { code: 3, out_of_memory: false, at: at(2.0) }));
}

#[test]
fn scripts_run() {
    let (text, ended) =
        script("busybox", "sh", "echo a > /tmp/x; cat /tmp/x; rm /tmp/x; cat /tmp/x");
    assert_eq!(text, "a\ncat: can't open '/tmp/x': No such file or directory\n");
    assert_eq!(ended.map(|ended| ended.code), Some(1));
    assert_eq!(script("busybox", "sh", "foo").0, "sh: foo: not found\n");
}
