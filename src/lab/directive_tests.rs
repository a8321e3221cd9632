use super::*;
use crate::base::SourceText;
use crate::kinds::Probe;
use crate::lab::{CaptureSource, ExpectExit, PodState, SampleRule};

fn said(yaml: &str) -> Said {
    let source = format!("<!-- podlab:{yaml}-->");
    let (said, diagnostics) = read(&source, Span::new(0, source.len())).expect(yaml);
    assert_eq!(diagnostics, [], "{yaml}");
    said
}

fn complaints(comment: &str) -> String {
    let text = format!("Text.\n\n{comment}\n");
    let (_, diagnostics) = read(&text, Span::new(7, 7 + comment.len())).expect(comment);
    let source = SourceText { name: "lab.md".into(), text: text.into() };
    diagnostics.iter().map(|one| one.render(&source)).collect::<Vec<_>>().join("\n")
}

type Check = fn(&Said) -> bool;

/// Every key with what it must become.
const KEYS_AND_CHECKS: &[(&str, Check)] = &[
    ("{kind: output}", |said| said.kind == Some(BlockKind::Output)),
    ("{id: create-pod}", |said| said.id.as_deref() == Some("create-pod")),
    ("{file: ./a/b.yaml}", |said| said.file.as_deref() == Some("a/b.yaml")),
    ("{in: host}", |said| said.shell == Some(ShellName::Host)),
    ("{in: jump}", |said| said.shell == Some(ShellName::Pod("jump".into()))),
    ("{opens: jump}", |said| said.opens.as_deref() == Some("jump")),
    ("{expect: {exit: 28}}", |said| said.expect.exit == Some(ExpectExit::Code(28))),
    ("{expect: {exit: 0}}", |said| said.expect.exit == Some(ExpectExit::Success)),
    ("{expect: {exit: nonzero}}", |said| said.expect.exit == Some(ExpectExit::Nonzero)),
    ("{expect: {exit: any}}", |said| said.expect.exit == Some(ExpectExit::Any)),
    ("{expect: {contains: a}}", |said| said.expect.contains == ["a"]),
    ("{expect: {contains: [a, 1]}}", |said| said.expect.contains == ["a", "1"]),
    (r#"{expect: {matches: "a +\\d"}}"#, |said| said.expect.matches.as_deref() == Some("a +\\d")),
    ("{expect: {sample: like}}", |said| said.expect.sample == Some(SampleRule::Like)),
    ("{expect: {sample: exact}}", |said| said.expect.sample == Some(SampleRule::Exact)),
    ("{expect: {sample: ignore}}", |said| said.expect.sample == Some(SampleRule::Ignore)),
    ("{until: 30s}", |said| said.until == Some(Until::Elapsed(Duration::from_secs(30)))),
    ("{until: {pod/x: Ready}}", |said| {
        matches!(&said.until, Some(Until::Condition(Condition::Pod { .. })))
    }),
    ("{until: 'pod/x: Ready'}", |said| {
        matches!(&said.until, Some(Until::Condition(Condition::Pod { .. })))
    }),
    ("{capture: {IP: pod/a.b.status.podIP}}", |said| {
        said.capture[0].source
            == CaptureSource::Field {
                kind: "pod".into(),
                name: "a.b".into(),
                path: "status.podIP".into(),
            }
    }),
    ("{capture: {IP: 'service/x.status.loadBalancer.ingress[0].ip'}}", |said| {
        matches!(&said.capture[0].source, CaptureSource::Field { path, .. }
                if path == "status.loadBalancer.ingress[0].ip")
    }),
    ("{capture: {IP: {column: CLUSTER-IP}}}", |said| {
        said.capture[0].source == CaptureSource::Column("CLUSTER-IP".into())
    }),
    ("{capture: {IP: 'column: CLUSTER-IP'}}", |said| {
        said.capture[0].source == CaptureSource::Column("CLUSTER-IP".into())
    }),
    ("{capture: {IP: {regex: 'ip=(.*)'}}}", |said| {
        said.capture[0].source == CaptureSource::Regex("ip=(.*)".into())
    }),
    ("{needs: [loadbalancer, nodes: 2, kubernetes: '>=1.29']}", |said| {
        said.needs == [Need::LoadBalancer, Need::Nodes(2), Need::Kubernetes(">=1.29".into())]
    }),
    ("{needs: loadbalancer}", |said| said.needs == [Need::LoadBalancer]),
    ("{timeout: 2m}", |said| said.timeout == Some(Duration::from_secs(120))),
    ("{retry: false}", |said| said.retry == Some(false)),
    ("{skip: needs a cloud}", |said| said.skip.as_deref() == Some("needs a cloud")),
    ("{manual: true}", |said| said.manual),
    ("{hint: h}", |said| said.hint.as_deref() == Some("h")),
    ("{explain: e}", |said| said.explain.as_deref() == Some("e")),
    ("{check: kubectl get po}", |said| {
        said.check.as_ref().is_some_and(|check| check.command == "kubectl get po")
    }),
    ("{check: {command: c, expect: {exit: 1}}}", |said| {
        said.check.as_ref().is_some_and(|check| check.expect.exit == ExpectExit::Code(1))
    }),
    ("\n  hint: two lines\n  id: x\n", |said| said.keys == ["hint", "id"]),
    ("", |said| said.keys.is_empty()),
];

#[test]
fn every_key_is_understood() {
    for (yaml, check) in KEYS_AND_CHECKS {
        assert!(check(&said(yaml)), "{yaml}: {:?}", said(yaml));
    }
    for (key, _) in KEYS {
        assert!(
            KEYS_AND_CHECKS.iter().any(|(yaml, _)| yaml.contains(&format!("{key}:")))
                || *key == "wait"
        );
    }
}

#[test]
fn every_condition_is_understood() {
    let pod = |state| Condition::Pod { name: "x".into(), state };
    let name = || "x".to_owned();
    let rows = [
        ("{pod/x: Ready}", vec![pod(PodState::Ready)]),
        ("{pod/x: NotReady}", vec![pod(PodState::NotReady)]),
        ("{po/x: Running}", vec![pod(PodState::Running)]),
        ("{pod/x: Succeeded}", vec![pod(PodState::Succeeded)]),
        ("{pod/x: Failed}", vec![pod(PodState::Failed)]),
        ("'pod/x: Deleted'", vec![pod(PodState::Deleted)]),
        ("{deployment/x: Available}", vec![Condition::DeploymentAvailable { name: name() }]),
        ("{service/x: external-ip}", vec![Condition::ServiceExternalIp { name: name() }]),
        ("{svc/x: endpoints}", vec![Condition::ServiceEndpoints { name: name() }]),
        ("{service/x: no-endpoints}", vec![Condition::ServiceNoEndpoints { name: name() }]),
        (
            "{restarts: {pod: x, at_least: 2}}",
            vec![Condition::Restarts { pod: name(), at_least: 2 }],
        ),
        ("{restarts: {pod: x}}", vec![Condition::Restarts { pod: name(), at_least: 1 }]),
        (
            "{event: {pod: x, reason: Unhealthy, contains: c}}",
            vec![Condition::Event {
                pod: name(),
                reason: Some("Unhealthy".into()),
                contains: Some("c".into()),
            }],
        ),
        (
            "{probe-failed: {pod: x, probe: readiness, at_least: 3}}",
            vec![Condition::ProbeFailed { pod: name(), probe: Probe::Readiness, at_least: 3 }],
        ),
        (
            "[{pod/x: Ready}, {restarts: {pod: x}}]",
            vec![pod(PodState::Ready), Condition::Restarts { pod: name(), at_least: 1 }],
        ),
        (
            "{pod/x: Ready, service/x: endpoints}",
            vec![pod(PodState::Ready), Condition::ServiceEndpoints { name: name() }],
        ),
    ];
    for (yaml, wanted) in rows {
        assert_eq!(said(&format!("{{wait: {yaml}}}")).wait, Some(wanted), "{yaml}");
    }
}

/// A comment, what is said about it, what is underlined, the way out.
const WRONG: &[(&str, &str, &str, &str)] = &[
    (
        "<!-- podlab: {exepct: {exit: 1}} -->",
        "unknown directive `exepct`",
        "exepct",
        "did you mean `expect`?",
    ),
    (
        "<!-- podlab: {kind: comand} -->",
        "unknown kind of block `comand`",
        "comand",
        "did you mean `command`?",
    ),
    (
        "<!-- podlab: {wait: {pod/x: Redy}} -->",
        "unknown state `Redy`",
        "Redy",
        "did you mean `Ready`?",
    ),
    (
        "<!-- podlab: {wait: {pot/x: Ready}} -->",
        "unknown kind in a condition `pot`",
        "pot",
        "did you mean `pod`?",
    ),
    (
        "<!-- podlab:\nid: ok\nwait:\n- {probe-faild: {pod: x}}\n-->",
        "unknown condition `probe-faild`",
        "probe-faild",
        "did you mean `probe-failed`?",
    ),
    (
        "<!-- podlab: {wait: {restarts: {pod: x, atleast: 2}}} -->",
        "unknown field of `restarts` `atleast`",
        "atleast",
        "did you mean `at_least`?",
    ),
    (
        "<!-- podlab: {wait: {probe-failed: {probe: liveness}}} -->",
        "`probe-failed` does not say which pod",
        "probe-failed",
        "",
    ),
    (
        "<!-- podlab: {wait: {service/x: external}} -->",
        "unknown state `external`",
        "external",
        "did you mean `external-ip`?",
    ),
    (
        "<!-- podlab: {expect: {exit: soon}} -->",
        "unknown exit code `soon`",
        "soon",
        "known are `nonzero`, `any`",
    ),
    ("<!-- podlab: {expect: {exit: 256}} -->", "an exit code is between 0 and 255", "exit", ""),
    (
        "<!-- podlab: {expect: {mathces: x}} -->",
        "unknown key of `expect` `mathces`",
        "mathces",
        "did you mean `matches`?",
    ),
    (
        "<!-- podlab: {expect: {matches: '('}} -->",
        "not a regular expression: unclosed group",
        "matches",
        "",
    ),
    (
        "<!-- podlab: {expect: {sample: alike}} -->",
        "unknown rule for samples `alike`",
        "alike",
        "did you mean `like`?",
    ),
    (
        "<!-- podlab: {timeout: soon} -->",
        "not a duration: `soon` (write it like 500ms, 30s, 2m or 1h30m)",
        "soon",
        "",
    ),
    (
        "<!-- podlab: {file: ../../etc/passwd} -->",
        "`../../etc/passwd` is not a path below the lab's folder",
        "file",
        "",
    ),
    (
        "<!-- podlab: {id: two words} -->",
        "`two words` is not a name",
        "id",
        "letters, digits, `-`, `_` and `.`",
    ),
    (
        "<!-- podlab: {needs: [loadbalancr]} -->",
        "unknown need `loadbalancr`",
        "loadbalancr",
        "did you mean `loadbalancer`?",
    ),
    (
        "<!-- podlab: {needs: [nodes: many]} -->",
        "`nodes` needs a number, as in `nodes: 2`",
        "nodes",
        "",
    ),
    (
        "<!-- podlab: {capture: {IP: podIP}} -->",
        "`podIP` is not an object and a path in it",
        "podIP",
        "write it like `pod/simple-api.status.podIP`, `column: IP` or `regex: …`",
    ),
    ("<!-- podlab: {retry: maybe} -->", "`retry` needs true or false, not a text", "retry", ""),
    (
        "<!-- podlab: {until: {pod/x: Ready, pod/y: Ready}} -->",
        "`until` needs one condition, or a duration, not a mapping",
        "until",
        "",
    ),
    (
        "<!-- podlab: {check: {comand: x}} -->",
        "unknown key of `check` `comand`",
        "comand",
        "did you mean `command`?",
    ),
    (
        "<!-- podlab: [in, host] -->",
        "not a mapping",
        "[in, host]",
        "write `key: value`, as in `{in: jumpserver}`",
    ),
    (
        "<!-- podlab: {in: host -->",
        "not valid YAML: did not find expected ',' or '}'",
        "",
        "values with a colon, braces or a leading quote need quotes around them",
    ),
    (
        "<!-- podlab {in: host} -->",
        "`podlab` without a colon",
        "podlab",
        "write `<!-- podlab: {…} -->`",
    ),
];

#[test]
fn what_is_wrong_is_told_with_its_place_and_the_nearest_name() {
    for (comment, message, underlined, hint) in WRONG {
        let (said, diagnostics) = read(comment, Span::new(0, comment.len())).expect(comment);
        assert_eq!(diagnostics.len(), 1, "{comment}");
        let diagnostic = &diagnostics[0];
        assert_eq!(diagnostic.message, *message, "{comment}");
        assert_eq!(diagnostic.span.of(comment), *underlined, "{comment}");
        assert_eq!(diagnostic.hint.as_deref().unwrap_or_default(), *hint, "{comment}");
        assert_eq!(said.errors, [*message], "{comment}");
    }
}

#[test]
fn an_error_is_drawn_at_its_place_in_the_lab() {
    insta::assert_snapshot!(
        complaints("<!-- podlab:\nid: ok\nwait:\n- {probe-faild: {pod: x}}\n-->"),
        @"
    error[unknown-condition]: unknown condition `probe-faild`
     --> lab.md:6:4
      |
    6 | - {probe-faild: {pod: x}}
      |    ^^^^^^^^^^^
      |
      = help: did you mean `probe-failed`?
    "
    );
}

#[test]
fn other_comments_are_left_alone() {
    for comment in ["<!-- a note -->", "<!-- podlabs are fun -->", "<!-- podlab is fun -->"] {
        assert_eq!(read(comment, Span::new(0, comment.len())), None, "{comment}");
    }
}
