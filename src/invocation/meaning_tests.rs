use super::*;

fn canonical(text: &str) -> Vec<String> {
    let mut invocations = meaning(text).invocations;
    assert_eq!(invocations.len(), 1, "{text}");
    invocations.remove(0).canonical
}

#[test]
fn spellings_of_one_request_are_equal() {
    let check = |spellings: &[&str]| {
        for other in &spellings[1..] {
            assert_eq!(canonical(other), canonical(spellings[0]), "{other}");
        }
    };
    check(&[
        "kubectl get po simple-api -o=wide",
        "kubectl get pods/simple-api -o wide",
        "k get pod simple-api --output=wide",
        "kubectl -n default get -owide pod/simple-api",
        "sudo /usr/local/bin/kubectl get Pods simple-api -o wide",
        "time kubectl get pods simple-api -o wide",
        "env KUBECONFIG=x kubectl get pods simple-api -o wide",
        "KUBECONFIG=x kubectl get pods simple-api -o wide",
    ]);
    check(&["kubectl get po", "kubectl get pods", "kubectl get pod --watch=false"]);
    check(&["kubectl get po,svc", "kubectl get services,pods"]);
    check(&["kubectl get deploy web", "kubectl get deployments.apps web"]);
    check(&["kubectl apply -f x.yaml", "kubectl create -f ./x.yaml", "k apply --filename=x.yaml"]);
    check(&[
        "kubectl run -i -t --rm jump --image=a/b:v1 --restart=Never",
        "kubectl run jump -it --rm --image a/b:v1 --restart Never",
        "kubectl run --stdin --tty --rm=true --restart=Never --image=a/b:v1 jump",
    ]);
    check(&["kubectl logs x y", "kubectl logs pod/x -c y", "kubectl logs pods/x --container=y"]);
    check(&["kubectl exec -it x -- sh", "kubectl exec -t -i pod/x -- sh"]);
    check(&["kubectl delete svc a", "kubectl delete service/a", "kubectl delete services a"]);
    check(&["kubectl label pod x a=b", "kubectl label po/x a=b"]);
    check(&["kubectl expose pod x --port=80", "kubectl expose po/x --port 80"]);
}

#[test]
fn different_requests_differ() {
    let check = |one: &str, other: &str| assert_ne!(canonical(one), canonical(other));
    check("kubectl get po", "kubectl get svc");
    check("kubectl get po x", "kubectl get po y");
    check("kubectl get po", "kubectl get po -w");
    check("kubectl get po", "kubectl get po -n kube-system");
    check("kubectl apply -f x", "kubectl delete -f x");
    check("kubectl exec x -- ls a", "kubectl exec x -- ls b");
    check("kubectl delete pod x", "kubectl delete pod --all");
    check("kubectl apply -f x", "kubectl apply -f x --dry-run=client");
}

#[test]
fn objects_and_files_are_named() {
    let check = |text: &str, verb: &str, objects: &[&str], files: &[&str]| {
        let known = meaning(text).invocations.remove(0);
        assert_eq!(known.verb, verb, "{text}");
        assert_eq!(known.objects, objects, "{text}");
        assert_eq!(known.files, files, "{text}");
    };
    check("kubectl get po", "get", &["pod/*"], &[]);
    check("kubectl delete po a b", "delete", &["pod/a", "pod/b"], &[]);
    check("kubectl delete pod --all", "delete", &["pod/*"], &[]);
    check("kubectl apply -f a -f b,c", "apply", &[], &["a", "b", "c"]);
    check("kubectl run x --image=y", "run", &["pod/x"], &[]);
    check("kubectl create deployment web --image=y", "create deployment", &["deployment/web"], &[]);
    check("kubectl create svc clusterip web", "create service clusterip", &["service/web"], &[]);
    check("kubectl logs -f deploy/web", "logs", &["deployment/web"], &[]);
    check("kubectl rollout status deploy web", "rollout status", &["deployment/web"], &[]);
    check("kubectl frobnicate x", "", &[], &[]);
    check("cat x | kubectl apply -f -", "apply", &[], &["-"]);
}

#[test]
fn streams_shells_and_readers_are_told() {
    let check = |text: &str, streams: bool, opens: Option<&str>, reads_only: bool| {
        let got = meaning(text);
        assert_eq!(got.streams, streams, "streams: {text}");
        assert_eq!(got.opens.as_deref(), opens, "opens: {text}");
        assert_eq!(got.reads_only, reads_only, "reads only: {text}");
    };
    check("kubectl get po --watch", true, None, true);
    check("kubectl get po -w -o wide", true, None, true);
    check("kubectl get po --watch-only", true, None, true);
    check("timeout 5 kubectl get po -w", false, None, true);
    check("kubectl logs -f x", true, None, true);
    check("kubectl logs x", false, None, true);
    check("kubectl port-forward svc/x 80", true, None, false);
    check("kubectl port-forward svc/x 80 &", false, None, false);
    check("kubectl proxy", true, None, false);
    check("watch kubectl get po", true, None, true);
    check("watch -n 1 kubectl get po", true, None, true);
    check("tail -f log", true, None, true);
    check("ping 10.0.0.1", true, None, true);
    check("ping -c 3 10.0.0.1", false, None, true);
    check("while true; do curl x; sleep 1; done", true, None, false);
    check("kubectl run -i -t --rm jump --image=x --restart=Never", false, Some("jump"), false);
    check("kubectl run -it jump --image=x -- sh", false, Some("jump"), false);
    check("kubectl run -it jump --image=x -- sh -c 'ls'", false, None, false);
    check("kubectl run -it jump --image=x -- wget -qO- http://y", false, None, false);
    check("kubectl run jump --image=x", false, None, false);
    check("kubectl exec -it x -c y -- /bin/bash", false, Some("x"), false);
    check("kubectl exec -ti deploy/x -- bash --login", false, Some("x"), false);
    check("kubectl exec -it x -- mysql", false, None, false);
    check("kubectl exec x -- sh", false, None, false);
    check("kubectl exec -it x -- tail -f /log", true, None, false);
    check("kubectl attach x -i -t", false, Some("x"), false);
    check("kubectl get po -o yaml > pod.yaml", false, None, false);
    check("kubectl get po | grep x", false, None, true);
    check("kubectl delete po x", false, None, false);
    check("kubectl get po x && kubectl delete po x", false, None, false);
    check("curl http://x", false, None, true);
    check("curl --connect-timeout 2 -s http://x", false, None, true);
    check("curl -X POST http://x", false, None, false);
    check("curl -d a=b http://x", false, None, false);
    check("curl -o file http://x", false, None, false);
    check("export A=$(kubectl get po -o name)", false, None, false);
    check("A=$(kubectl get po -o name)", false, None, false);
    check("rm -rf x", false, None, false);
    check("", false, None, false);
}
