//! What the text around a step makes of it.

use std::collections::BTreeMap;

use crate::base::SourceText;
use crate::lab::{Condition, Finding, Lab, Need, Sample, parse};

fn read(text: &str) -> (Lab, Vec<Finding>) {
    let source = SourceText { name: "labs/x/lab.md".into(), text: text.into() };
    parse("x", source, BTreeMap::new())
}

fn lab(text: &str) -> Lab {
    read(text).0
}

fn told(text: &str) -> String {
    read(text).1.iter().map(Finding::render).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_placeholder_that_nothing_answers_is_told() {
    let text = "# T\n\n```\nkubectl run web --image=x\ncurl http://<IP>/<token>\n```\n";
    insta::assert_snapshot!(told(text), @"
    warning[unanswered-placeholder]: nothing gives a value to `<token>`
     --> labs/x/lab.md:5:18
      |
    5 | curl http://<IP>/<token>
      |                  ^^^^^^^
      |
      = help: a step before `t-1` can: `capture: {token: pod/NAME.status.podIP}`
    ");
}

#[test]
fn a_sample_belongs_to_the_commands_before_it() {
    let samples = |text: &str| -> Vec<(std::ops::Range<usize>, String)> {
        let lab = lab(text);
        let check = |sample: &Sample| {
            let place = sample.span.of(&lab.source.text);
            assert_eq!(place.replace("  ", ""), sample.text.replace("  ", ""), "where it stands");
            (sample.commands.clone(), sample.text.clone())
        };
        lab.steps[0].samples.iter().map(check).collect()
    };
    assert_eq!(
        samples("```\nls\nkubectl get po\n```\n\n```\nNAME   READY\n```\n"),
        [(0..2, "NAME   READY\n".into())]
    );
    assert_eq!(
        samples("```\n$ ls\na\nb\n$ cat x\n$ cat y\nc\n```\n\n```\nNAME   READY\n```\n"),
        [(0..1, "a\nb\n".into()), (1..3, "c\n".into())],
    );
    assert_eq!(
        samples("- x\n  ```\n  kubectl get po\n  NAME   READY\n  web    1/1\n  ```\n"),
        [(0..1, "NAME   READY\nweb    1/1\n".into())],
    );
    assert_eq!(samples("```\nls\n```\n\n# Next\n\n```\nNAME   READY\n```\n"), []);
}

#[test]
fn what_the_text_tells_to_wait_for_is_a_condition() {
    let waits = |prose: &str, command: &str, sample: &str| -> (Vec<String>, u64) {
        let text = format!("{prose}\n\n```\n{command}\n```\n\n```\n{sample}\n```\n");
        let step = lab(&text).steps.remove(0);
        (step.wait.iter().map(ToString::to_string).collect(), step.timeout.as_secs())
    };
    let restarted =
        "NAME   READY   STATUS    RESTARTS   AGE\nweb    1/1     Running   3          4m";
    let both = ["pod/web has restarted at least 1 time", "pod/web is Ready"].map(str::to_owned);
    let waited = "Wait another 30 seconds, and see that it was restarted:";
    assert_eq!(waits(waited, "kubectl get pod web", restarted), (both.to_vec(), 120));
    assert_eq!(waits("Look at it:", "kubectl get pod web", restarted), (Vec::new(), 60));
    assert_eq!(
        waits("Within 30 seconds, look:", "kubectl get pod web", restarted),
        (Vec::new(), 60)
    );
    let failed = "Warning  Unhealthy  21s  kubelet  Readiness probe failed: x";
    let probe = ["the readiness probe of pod/web has failed at least once"].map(str::to_owned);
    assert_eq!(waits("After 5 seconds:", "kubectl describe pod web", failed), (probe.to_vec(), 70));
}

#[test]
fn a_pending_address_is_waited_for_where_it_was_looked_for() {
    let lab = lab(
        "```\nkubectl get svc\nNAME   TYPE           CLUSTER-IP   EXTERNAL-IP   PORT(S)   AGE\n\
         web    LoadBalancer   10.1.1.1     35.2.3.4      80/TCP    1m\n```\n\n\
         If it reads `<pending>`, wait a minute and try again.\n\n```\ncurl http://35.2.3.4/\n```\n",
    );
    let address = Condition::ServiceExternalIp { name: "web".into() };
    assert_eq!(lab.steps[0].wait, [address]);
    assert_eq!(lab.steps[0].needs, [Need::LoadBalancer]);
    assert_eq!(lab.steps[1].wait, []);
}
