# What a kubeconfig says, and the cluster of it.
$ kubectl version --client -o json | grep -c gitVersion
$ kubectl version 2>&1 | grep -o "^[CS].* Version"
$ kubectl cluster-info | sed 's/\x1b\[[0-9;]*m//g' | sed 's/is running at.*/is running/' | head -n 1
$ kubectl config get-contexts -o name | wc -l
$ kubectl config current-context | wc -w
$ kubectl config use-context nothing
$ kubectl config set-cluster another --server=https://another.example
$ kubectl config set-credentials someone --token=abc
$ kubectl config set-context third --cluster=another --user=someone --namespace=here
$ kubectl config get-clusters | grep another
$ kubectl config view -o jsonpath='{.users[?(@.name=="someone")].user.token}'
$ kubectl config rename-context third fourth
$ kubectl config delete-context fourth | sed "s#from .*#from FILE#"
$ kubectl config delete-cluster another | sed "s#from .*#from FILE#"
$ kubectl get --raw /healthz
$ kubectl get --raw /nothing
$ kubectl get --raw /api/v1/namespaces/$NS | grep -c '"kind":"Namespace"'
$ kubectl top pods
$ kubectl api-versions | grep -cE '^(v1|apps/v1|batch/v1)$'
= (kubectl proxy --port=0 > proxy.log 2>&1 & echo $! > proxy.pid; for i in 1 2 3 4 5 6 7 8 9 10; do grep -q Starting proxy.log && break; sleep 0.3; done)
$ curl -s "http://$(sed 's/.* //' proxy.log)/api/v1/namespaces/$NS/configmaps/nothing" | grep -c NotFound
= kill "$(cat proxy.pid)"
$ kubectl --server=https://127.0.0.1:1 get pods
