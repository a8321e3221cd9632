use std::collections::BTreeMap;

use super::*;
use crate::lab::parse;

fn lab(text: &str, files: &[(&str, &str)]) -> (Lab, Vec<Finding>) {
    let source = SourceText { name: "labs/x/lab.md".into(), text: text.into() };
    let files = files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
    parse("x", source, files.collect::<BTreeMap<_, _>>())
}

fn told(text: &str, files: &[(&str, &str)]) -> String {
    let (lab, found) = lab(text, files);
    let exists = |path: &str| files.iter().any(|(name, _)| *name == path);
    let findings = lint(&lab, found, &exists);
    findings.iter().map(Finding::render).collect::<Vec<_>>().join("\n")
}

fn codes(rules: &[Rule], text: &str) -> Vec<&'static str> {
    let (lab, _) = lab(text, &[]);
    let linted = Linted { lab: &lab, exists: &|_| false };
    checked(rules, &linted).iter().map(|finding| finding.diagnostic.code).collect()
}

#[test]
fn each_rule_is_needed_for_its_example() {
    for (at, rule) in RULES.iter().enumerate() {
        assert_eq!(
            codes(RULES, rule.example).len(),
            1,
            "{}: {:?}",
            rule.example,
            codes(RULES, rule.example)
        );
        let others = [&RULES[..at], &RULES[at + 1..]].concat();
        assert_eq!(codes(&others, rule.example), Vec::<&str>::new(), "{}", rule.example);
    }
}

#[test]
fn a_lab_with_everything_wrong_is_told_where_and_how() {
    insta::assert_snapshot!(
        told(
            "# A\n\nSee [the pod](pod.yml), [more](#b) and [all](#a).\n\n`pod.yaml`:\n\n\
             - ```yaml\n  apiVersion: v1\n  kind: Pod\n  metadata:\n    name: web\n  spec:\n    containers:\n    \
             - name: web\n      image: k8s.gcr.io/echoserver:1.4\n      port: 80\n  ```\n\n\
             ```\nkubectl apply -f pod.yaml -f more.yaml\nkubectl get po -w\n```\n",
            &[("more.yaml", "apiVersion: apps/v1beta1\nkind: Deployment\n")],
        ),
        @"
        warning[dead-link]: there is no file `pod.yml`, seen from this lab
         --> labs/x/lab.md:3:15
          |
        3 | See [the pod](pod.yml), [more](#b) and [all](#a).
          |               ^^^^^^^
        warning[dead-anchor]: there is no heading `b` in this lab
         --> labs/x/lab.md:3:32
          |
        3 | See [the pod](pod.yml), [more](#b) and [all](#a).
          |                                ^^
        warning[closed-registry]: `k8s.gcr.io` has closed: `k8s.gcr.io/echoserver:1.4` may be gone or stay old for ever
          --> labs/x/lab.md:15:14
           |
        15 |       image: k8s.gcr.io/echoserver:1.4
           |              ^^^^^^^^^^^^^^^^^^^^^^^^^
           |
           = help: try `registry.k8s.io/echoserver:1.4`, or replace it in the front matter: `images: {k8s.gcr.io/echoserver:1.4: {image: …}}`
        error[unknown-field]: Pod has no field `spec.containers[0].port`
          --> labs/x/lab.md:16:7
           |
        16 |       port: 80
           |       ^^^^
           |
           = help: did you mean `ports`?
        warning[endless-stream]: nothing ends this stream before the run ends
          --> labs/x/lab.md:21:1
           |
        21 | kubectl get po -w
           | ^^^^^^^^^^^^^^^^^
           |
           = help: say `until: 30s`, or a condition such as `until: {pod/NAME: Ready}`
        error[removed-api]: Kubernetes has no Deployment in apps/v1beta1 since 1.16
         --> labs/x/more.yaml:1:13
          |
        1 | apiVersion: apps/v1beta1
          |             ^^^^^^^^^^^^
          |
          = help: it is in `apps/v1` now; some of its fields may have changed
        "
    );
}

#[test]
fn what_the_front_matter_replaces_is_not_told() {
    let text = "---\nimages: {k8s.gcr.io/echoserver: {image: a/b:1}}\n---\n\
                ```\nkubectl run web --image=k8s.gcr.io/echoserver:1.4\n```\n";
    assert_eq!(codes(RULES, text), Vec::<&str>::new());
}

#[test]
fn a_stream_that_the_next_section_or_a_directive_ends_is_fine() {
    let stream = "```\nkubectl get po -w\n```\n";
    let next = "\n# B\n\n```\nkubectl get po\n```\n";
    assert_eq!(codes(RULES, &format!("# A\n\n{stream}")), ["endless-stream"]);
    assert_eq!(codes(RULES, &format!("# A\n\n{stream}{next}")), Vec::<&str>::new());
    let ended = format!("# A\n\n<!-- podlab: {{until: 5s}} -->\n{stream}");
    assert_eq!(codes(RULES, &ended), Vec::<&str>::new());
}

#[test]
fn the_shipped_labs_are_clean() {
    for raw in crate::lab::catalogue() {
        let (lab, found) = parse(&raw.name, raw.source, raw.files);
        let findings = lint(&lab, found, &|path| lab.files.contains_key(path));
        let told: Vec<String> = findings.iter().map(Finding::render).collect();
        assert_eq!(told.join("\n"), "", "{}", raw.name);
    }
}
