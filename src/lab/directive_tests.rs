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

#[test]
fn every_key_is_understood() {
    type Check = fn(&Said) -> bool;
    let rows: &[(&str, Check)] = &[
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
        (r#"{expect: {matches: "a +\\d"}}"#, |said| {
            said.expect.matches.as_deref() == Some("a +\\d")
        }),
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
    for (yaml, check) in rows {
        assert!(check(&said(yaml)), "{yaml}: {:?}", said(yaml));
    }
    for (key, _) in KEYS {
        assert!(rows.iter().any(|(yaml, _)| yaml.contains(&format!("{key}:"))) || *key == "wait");
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

#[test]
fn what_is_wrong_is_told_with_its_place_and_the_nearest_name() {
    let wrong = [
        "<!-- podlab: {exepct: {exit: 1}} -->",
        "<!-- podlab: {kind: comand} -->",
        "<!-- podlab: {wait: {pod/x: Redy}} -->",
        "<!-- podlab: {wait: {pot/x: Ready}} -->",
        "<!-- podlab:\nid: ok\nwait:\n- {probe-faild: {pod: x}}\n-->",
        "<!-- podlab: {wait: {restarts: {pod: x, atleast: 2}}} -->",
        "<!-- podlab: {wait: {probe-failed: {probe: liveness}}} -->",
        "<!-- podlab: {wait: {service/x: external}} -->",
        "<!-- podlab: {expect: {exit: soon}} -->",
        "<!-- podlab: {expect: {exit: 256}} -->",
        "<!-- podlab: {expect: {mathces: x}} -->",
        "<!-- podlab: {expect: {matches: '('}} -->",
        "<!-- podlab: {expect: {sample: alike}} -->",
        "<!-- podlab: {timeout: soon} -->",
        "<!-- podlab: {file: ../../etc/passwd} -->",
        "<!-- podlab: {id: two words} -->",
        "<!-- podlab: {needs: [loadbalancr]} -->",
        "<!-- podlab: {needs: [nodes: many]} -->",
        "<!-- podlab: {capture: {IP: podIP}} -->",
        "<!-- podlab: {retry: maybe} -->",
        "<!-- podlab: {until: {pod/x: Ready, pod/y: Ready}} -->",
        "<!-- podlab: {check: {comand: x}} -->",
        "<!-- podlab: [in, host] -->",
        "<!-- podlab: {in: host -->",
        "<!-- podlab {in: host} -->",
    ];
    let all: Vec<String> = wrong.iter().map(|comment| complaints(comment)).collect();
    assert!(all.iter().all(|text| !text.is_empty()), "{all:#?}");
    insta::assert_snapshot!(all.join("\n\n"), @"
    error[unknown-directive]: unknown directive `exepct`
     --> lab.md:3:15
      |
    3 | <!-- podlab: {exepct: {exit: 1}} -->
      |               ^^^^^^
      |
      = help: did you mean `expect`?

    error[unknown-kind]: unknown kind of block `comand`
     --> lab.md:3:21
      |
    3 | <!-- podlab: {kind: comand} -->
      |                     ^^^^^^
      |
      = help: did you mean `command`?

    error[unknown-condition]: unknown state `Redy`
     --> lab.md:3:29
      |
    3 | <!-- podlab: {wait: {pod/x: Redy}} -->
      |                             ^^^^
      |
      = help: did you mean `Ready`?

    error[unknown-condition]: unknown kind in a condition `pot`
     --> lab.md:3:22
      |
    3 | <!-- podlab: {wait: {pot/x: Ready}} -->
      |                      ^^^
      |
      = help: did you mean `pod`?

    error[unknown-condition]: unknown condition `probe-faild`
     --> lab.md:6:4
      |
    6 | - {probe-faild: {pod: x}}
      |    ^^^^^^^^^^^
      |
      = help: did you mean `probe-failed`?

    error[unknown-condition]: unknown field of `restarts` `atleast`
     --> lab.md:3:41
      |
    3 | <!-- podlab: {wait: {restarts: {pod: x, atleast: 2}}} -->
      |                                         ^^^^^^^
      |
      = help: did you mean `at_least`?

    error[unknown-condition]: `probe-failed` does not say which pod
     --> lab.md:3:22
      |
    3 | <!-- podlab: {wait: {probe-failed: {probe: liveness}}} -->
      |                      ^^^^^^^^^^^^

    error[unknown-condition]: unknown state `external`
     --> lab.md:3:33
      |
    3 | <!-- podlab: {wait: {service/x: external}} -->
      |                                 ^^^^^^^^
      |
      = help: did you mean `external-ip`?

    error[bad-value]: unknown exit code `soon`
     --> lab.md:3:30
      |
    3 | <!-- podlab: {expect: {exit: soon}} -->
      |                              ^^^^
      |
      = help: known are `nonzero`, `any`

    error[bad-value]: an exit code is between 0 and 255
     --> lab.md:3:24
      |
    3 | <!-- podlab: {expect: {exit: 256}} -->
      |                        ^^^^

    error[unknown-key]: unknown key of `expect` `mathces`
     --> lab.md:3:24
      |
    3 | <!-- podlab: {expect: {mathces: x}} -->
      |                        ^^^^^^^
      |
      = help: did you mean `matches`?

    error[bad-value]: not a regular expression: unclosed group
     --> lab.md:3:24
      |
    3 | <!-- podlab: {expect: {matches: '('}} -->
      |                        ^^^^^^^

    error[bad-value]: unknown rule for samples `alike`
     --> lab.md:3:32
      |
    3 | <!-- podlab: {expect: {sample: alike}} -->
      |                                ^^^^^
      |
      = help: did you mean `like`?

    error[bad-value]: not a duration: `soon` (write it like 500ms, 30s, 2m or 1h30m)
     --> lab.md:3:24
      |
    3 | <!-- podlab: {timeout: soon} -->
      |                        ^^^^

    error[bad-value]: `../../etc/passwd` is not a path below the lab's folder
     --> lab.md:3:15
      |
    3 | <!-- podlab: {file: ../../etc/passwd} -->
      |               ^^^^

    error[bad-value]: `two words` is not a name
     --> lab.md:3:15
      |
    3 | <!-- podlab: {id: two words} -->
      |               ^^
      |
      = help: letters, digits, `-`, `_` and `.`

    error[bad-value]: unknown need `loadbalancr`
     --> lab.md:3:23
      |
    3 | <!-- podlab: {needs: [loadbalancr]} -->
      |                       ^^^^^^^^^^^
      |
      = help: did you mean `loadbalancer`?

    error[bad-value]: `nodes` needs a number, as in `nodes: 2`
     --> lab.md:3:23
      |
    3 | <!-- podlab: {needs: [nodes: many]} -->
      |                       ^^^^^

    error[bad-value]: `podIP` is not an object and a path in it
     --> lab.md:3:29
      |
    3 | <!-- podlab: {capture: {IP: podIP}} -->
      |                             ^^^^^
      |
      = help: write it like `pod/simple-api.status.podIP`, `column: IP` or `regex: …`

    error[bad-value]: `retry` needs true or false, not a text
     --> lab.md:3:15
      |
    3 | <!-- podlab: {retry: maybe} -->
      |               ^^^^^

    error[bad-value]: `until` needs one condition, or a duration, not a mapping
     --> lab.md:3:15
      |
    3 | <!-- podlab: {until: {pod/x: Ready, pod/y: Ready}} -->
      |               ^^^^^

    error[unknown-key]: unknown key of `check` `comand`
     --> lab.md:3:23
      |
    3 | <!-- podlab: {check: {comand: x}} -->
      |                       ^^^^^^
      |
      = help: did you mean `command`?

    error[bad-directive]: not a mapping
     --> lab.md:3:14
      |
    3 | <!-- podlab: [in, host] -->
      |              ^^^^^^^^^^
      |
      = help: write `key: value`, as in `{in: jumpserver}`

    error[bad-directive]: not valid YAML: did not find expected ',' or '}'
     --> lab.md:3:24
      |
    3 | <!-- podlab: {in: host -->
      |                        ^
      |
      = help: values with a colon, braces or a leading quote need quotes around them

    error[bad-directive]: `podlab` without a colon
     --> lab.md:3:1
      |
    3 | <!-- podlab {in: host} -->
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: write `<!-- podlab: {…} -->`
    ");
}

#[test]
fn other_comments_are_left_alone() {
    for comment in ["<!-- a note -->", "<!-- podlabs are fun -->", "<!-- podlab is fun -->"] {
        assert_eq!(read(comment, Span::new(0, comment.len())), None, "{comment}");
    }
}
