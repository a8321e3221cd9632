use super::*;

fn check(text: &str, manner: Manner, commands: &[&str], sample: Option<&str>) {
    let session = read(text, manner);
    let found: Vec<_> = session.commands.iter().map(|found| found.text.as_str()).collect();
    assert_eq!(found, commands, "{text}");
    assert_eq!(session.sample.as_deref(), sample, "{text}");
    for found in &session.commands {
        assert!(found.span.end <= text.len());
    }
}

#[test]
fn without_prompts_output_begins_where_nobody_would_type() {
    let careful = Manner::Careful;
    check("kubectl get po\n", careful, &["kubectl get po"], None);
    check(
        "# note\nkubectl get po -o wide\n\n# more\nkubectl get svc\n",
        careful,
        &["kubectl get po -o wide", "kubectl get svc"],
        None,
    );
    check(
        "curl --connect-timeout 2 http://10.0.0.1\ncurl: (28) Connection timed out\n",
        Manner::Eager,
        &["curl --connect-timeout 2 http://10.0.0.1"],
        Some("curl: (28) Connection timed out\n"),
    );
    check(
        "kubectl describe pod x\n\n...\nNormal  Scheduled  23s  ok\n",
        careful,
        &["kubectl describe pod x"],
        Some("...\nNormal  Scheduled  23s  ok\n"),
    );
    check(
        "kubectl delete svc a\n\nkubectl expose pod a --port=80\nservice \"a\" exposed\n",
        careful,
        &["kubectl delete svc a", "kubectl expose pod a --port=80"],
        Some("service \"a\" exposed\n"),
    );
    check("A_HOST=10.0.0.1\nA_PORT=80\n", careful, &[], None);
    check("A_HOST=10.0.0.1\ncurl $A_HOST\n", careful, &["A_HOST=10.0.0.1", "curl $A_HOST"], None);
    check("pod/a created\n", careful, &[], None);
    check("Just a note.\nkubectl get po\n", careful, &[], None);
    check("mytool --x\n", Manner::Eager, &["mytool --x"], None);
    check("mytool --x\n", careful, &[], None);
}

#[test]
fn output_that_holds_a_command_is_not_run() {
    check(
        "helm install x y\nNAME: x\nGet the address by running:\nkubectl get svc x\n",
        Manner::Careful,
        &["helm install x y"],
        Some("NAME: x\nGet the address by running:\nkubectl get svc x\n"),
    );
    check(
        "kubeadm init\nYour cluster is up. Now type\n  kubectl apply -f net.yaml\n",
        Manner::Eager,
        &["kubeadm init"],
        Some("Your cluster is up. Now type\n  kubectl apply -f net.yaml\n"),
    );
    check(
        "kubectl get svc\nNAME   TYPE\nweb    ClusterIP   10.0.0.1   80\nkubectl get po\n",
        Manner::Careful,
        &["kubectl get svc", "kubectl get po"],
        Some("NAME   TYPE\nweb    ClusterIP   10.0.0.1   80\n"),
    );
}

#[test]
fn prompts_tell_what_is_typed() {
    check(
        "$ kubectl get po\nNAME  READY\nkubectl get svc\n$ ls \\\n> -l\n",
        Manner::Eager,
        &["kubectl get po", "ls \\\n-l"],
        Some("NAME  READY\nkubectl get svc\n"),
    );
    check(
        "$ cat <<EOF | kubectl apply -f -\na: b\nEOF\n$ ls\n",
        Manner::Careful,
        &["cat <<EOF | kubectl apply -f -\na: b\nEOF", "ls"],
        None,
    );
    check("$ echo it's\nno\n", Manner::Careful, &["echo it's"], Some("no\n"));
    let session =
        read("$ kubectl run b -it --image=b -- /bin/sh\n/ # wget x\nok\n/ # \n", Manner::Eager);
    let machines: Vec<_> = session.commands.iter().map(|found| found.machine).collect();
    assert_eq!(machines, [Machine::Host, Machine::Pod]);
}
