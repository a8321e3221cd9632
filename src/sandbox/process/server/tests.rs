use crate::sandbox::process::testing::{at, get, log, setup, start, talk};
use crate::sandbox::process::{Container, Ended};

#[test]
fn the_simple_service_of_the_lab() {
    let mut setup = setup("mhausenblas/simpleservice:0.5.0", &[]);
    setup.env.push(("DEMO_GREETING".into(), "Hello from the environment!!".into()));
    let mut container = Container::start(setup, at(0.0)).unwrap();
    assert!(container.listens(9876) && !container.listens(80));
    assert_eq!(
        get(&mut container, 9876, "/info", 1.0),
        r#"200 {"host": "10.20.1.5:9876", "version": "0.5.0", "from": "10.20.1.9"}"#
    );
    let env = get(&mut container, 9876, "/env", 2.0);
    assert!(env.starts_with(r#"200 {"version": "0.5.0", "env": "{'"#), "{env}");
    assert!(env.contains("'DEMO_GREETING': 'Hello from the environment!!'"), "{env}");
    assert_eq!(get(&mut container, 9876, "/health", 2.0), r#"200 {"healthy": true}"#);
    assert!(get(&mut container, 9876, "/nothing", 2.0).starts_with("404 "));
    assert!(
        log(&mut container)
            .contains("/info serving from 10.20.1.5:9876 has been invoked from 10.20.1.9")
    );
    container.terminate(at(3.0));
    assert_eq!(container.ended(), Some(&Ended { code: 143, out_of_memory: false, at: at(3.0) }));
}

#[test]
fn the_liveness_server_falls_ill_after_ten_seconds() {
    let mut container = start("k8s.gcr.io/liveness", &[]);
    for (time, wanted) in [(3.0, "200 ok"), (10.0, "200 ok"), (10.5, "500 error: 10.5")] {
        assert_eq!(get(&mut container, 8080, "/healthz", time), wanted);
    }
    container.terminate(at(11.0));
    assert_eq!(container.ended().map(|ended| ended.code), Some(2));
}

#[test]
fn one_connection_takes_several_requests() {
    let mut container = start("k8s.gcr.io/liveness", &[]);
    let one = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n";
    let (both, closed) = talk(&mut container, 8080, &one.repeat(2), 1.0);
    assert_eq!(both.matches("HTTP/1.1 200 OK\r\n").count(), 2);
    assert!(!closed);
    let last = "GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n";
    assert!(talk(&mut container, 8080, last, 1.0).1);
    let (bad, closed) = talk(&mut container, 8080, "\x16\x03\x01\r\n\r\n", 1.0);
    assert!(bad.starts_with("HTTP/1.1 400 Bad Request\r\n") && closed);
    let (head, _) = talk(&mut container, 8080, "HEAD /healthz HTTP/1.1\r\n\r\n", 1.0);
    assert!(head.ends_with("Content-Length: 2\r\n\r\n"), "{head}");
}
