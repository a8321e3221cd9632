use super::*;

fn argv(line: &str) -> Vec<String> {
    line.split_whitespace().map(str::to_owned).collect()
}

fn ok(line: &str) -> Invocation {
    parse(&argv(line)).expect(line)
}

#[test]
fn flags_are_read_as_pflag_reads_them() {
    let check = |line: &str, verb: Verb, args: &[&str], flags: &[(&str, &str)]| {
        let invocation = ok(line);
        assert_eq!(invocation.verb, verb, "{line}");
        assert_eq!(invocation.args, args, "{line}");
        assert_eq!(invocation.flags.iter().collect::<Vec<_>>(), flags, "{line}");
    };
    check("get pods", Verb::Get, &["pods"], &[]);
    check("get po x -o wide", Verb::Get, &["po", "x"], &[("output", "wide")]);
    check("get -owide po x", Verb::Get, &["po", "x"], &[("output", "wide")]);
    check("get po -o=wide x", Verb::Get, &["po", "x"], &[("output", "wide")]);
    check("get po --output=wide x", Verb::Get, &["po", "x"], &[("output", "wide")]);
    check("get po --output wide", Verb::Get, &["po"], &[("output", "wide")]);
    check("-n ns get po", Verb::Get, &["po"], &[("namespace", "ns")]);
    check("-nns get po", Verb::Get, &["po"], &[("namespace", "ns")]);
    check("--namespace=ns get po", Verb::Get, &["po"], &[("namespace", "ns")]);
    check("get po -n=ns", Verb::Get, &["po"], &[("namespace", "ns")]);
    check("get po -wowide", Verb::Get, &["po"], &[("watch", "true"), ("output", "wide")]);
    check("get po -w=false", Verb::Get, &["po"], &[("watch", "false")]);
    check("get po --all_namespaces", Verb::Get, &["po"], &[("all-namespaces", "true")]);
    check("get po -l a=b", Verb::Get, &["po"], &[("selector", "a=b")]);
    check("get -- po -o", Verb::Get, &["po", "-o"], &[]);
    check("apply -f a -f b,c", Verb::Apply, &[], &[("filename", "a"), ("filename", "b,c")]);
    check("apply -f -", Verb::Apply, &[], &[("filename", "-")]);
    check("apply --dry-run -f a", Verb::Apply, &[], &[("dry-run", "unchanged"), ("filename", "a")]);
    check("apply --dry-run=server", Verb::Apply, &[], &[("dry-run", "server")]);
    check("logs -f x", Verb::Logs, &["x"], &[("follow", "true")]);
    check("--v=6 version", Verb::Version, &[], &[("v", "6")]);
    check("get", Verb::Get, &[], &[]);
    check("", Verb::Help, &[], &[]);
    check("--help", Verb::Help, &[], &[("help", "true")]);
    check("scale deploy x --replicas 3", Verb::Scale, &["deploy", "x"], &[("replicas", "3")]);
    check("rollout status deploy/x", Verb::Rollout, &["deploy/x"], &[]);
    check("edit svc x --save-config", Verb::Edit, &["svc", "x"], &[("save-config", "true")]);
}

#[test]
fn a_command_follows_two_dashes() {
    let check = |line: &str, args: &[&str], command: Option<&[&str]>| {
        let invocation = ok(line);
        assert_eq!(invocation.args, args, "{line}");
        let command: Option<Vec<String>> =
            command.map(|words| words.iter().map(|word| (*word).to_owned()).collect());
        assert_eq!(invocation.command, command, "{line}");
    };
    check("exec -it x -c y -- sh -c ls", &["x"], Some(&["sh", "-c", "ls"]));
    check("run x --image=i -- sleep -5", &["x"], Some(&["sleep", "-5"]));
    check("run x --image=i --command -- sh", &["x"], Some(&["sh"]));
    check("exec x ls", &["x", "ls"], None);
    check("exec x --", &["x"], Some(&[]));
}

#[test]
fn sub_verbs_are_kept_apart() {
    let check = |line: &str, verb: Verb, sub: &str, args: &[&str]| {
        let invocation = ok(line);
        assert_eq!((invocation.verb, invocation.sub_verb.as_deref()), (verb, Some(sub)), "{line}");
        assert_eq!(invocation.args, args, "{line}");
    };
    check("config get-contexts", Verb::Config, "get-contexts", &[]);
    check("create deployment web --image=x", Verb::Create, "deployment", &["web"]);
    check("create --namespace x ns y", Verb::Create, "namespace", &["y"]);
    check("rollout restart deploy web", Verb::Rollout, "restart", &["deploy", "web"]);
    assert_eq!(ok("create -f x").sub_verb, None);
}

#[test]
fn typed_values_fall_back_to_defaults() {
    let delete = ok("delete pod x --grace-period=5");
    assert!(delete.flags.switch("wait"));
    assert!(!delete.flags.switch("all"));
    assert_eq!(delete.flags.number("grace-period"), Some(5));
    let wait = ok("wait pod/x --for=condition=Ready --for delete");
    assert_eq!(wait.flags.duration("timeout"), Some(jiff::SignedDuration::from_secs(30)));
    assert_eq!(wait.flags.all("for"), ["condition=Ready", "delete"]);
    let apply = ok("apply -f a -f b,c");
    assert_eq!(apply.flags.all("filename"), ["a", "b", "c"]);
    assert_eq!(apply.flags.text("output"), None);
    assert_eq!(ok("run x --env=A=1,2 --image=i").flags.all("env"), ["A=1,2"]);
    assert!(!ok("delete pod x --wait=false").flags.switch("wait"));
}

#[test]
fn what_kubectl_refuses_is_refused_in_its_words() {
    let check = |line: &str, wanted: &str| {
        let error = parse(&argv(line)).expect_err(line);
        assert_eq!(error.to_string(), wanted, "{line}");
    };
    let see = "\nSee 'kubectl get --help' for usage.";
    check("get --foo", &format!("error: unknown flag: --foo{see}"));
    check("get -Z", &format!("error: unknown shorthand flag: 'Z' in -Z{see}"));
    check("get -wZ", &format!("error: unknown shorthand flag: 'Z' in -Z{see}"));
    check("get -o", &format!("error: flag needs an argument: 'o' in -o{see}"));
    check("get --output", &format!("error: flag needs an argument: --output{see}"));
    check("get ---x", &format!("error: bad flag syntax: ---x{see}"));
    check(
        "get --watch=maybe",
        &format!(
            "error: invalid argument \"maybe\" for \"-w, --watch\" flag: \
             strconv.ParseBool: parsing \"maybe\": invalid syntax{see}"
        ),
    );
    check(
        "delete --timeout=60 pod x",
        "error: invalid argument \"60\" for \"--timeout\" flag: \
         time: missing unit in duration \"60\"\nSee 'kubectl delete --help' for usage.",
    );
    check("--foo get", "error: unknown flag: --foo\nSee 'kubectl --help' for usage.");
    check(
        "gett",
        "error: unknown command \"gett\" for \"kubectl\"\n\nDid you mean this?\n\tset\n\tget\n",
    );
    check("frobnicate", "error: unknown command \"frobnicate\" for \"kubectl\"");
    check(
        "config foo",
        "error: unknown command \"foo\"\nSee 'kubectl config -h' for help and examples",
    );
}

proptest::proptest! {
    #[test]
    fn no_command_line_makes_it_panic(words in proptest::collection::vec("[-a-z=,/ é]{0,8}", 0..6)) {
        let _ = parse(&words);
    }
}
