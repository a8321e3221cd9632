# The kubeconfig: looked at and changed.
= echo x > x.txt
$ kubectl config view | grep -v 'server\|proxy'
$ kubectl config get-contexts
$ kubectl config get-contexts -o name
$ kubectl config get-contexts nope
$ kubectl config get-contexts --no-headers
$ kubectl config current-context
$ kubectl config use-context nope
$ kubectl config use-context podlab-sandbox
$ kubectl config set-context --current --namespace=foo
$ kubectl config set-context new --cluster=c --user=u --namespace=n
$ kubectl config set-context new --cluster=d
$ kubectl config set-context
$ kubectl config set-context new --current
$ kubectl config set-cluster c1 --server=https://x:1 --certificate-authority=x.txt
$ kubectl config set-cluster c2 --server=https://x:1 --certificate-authority=x.txt --embed-certs
$ kubectl config view | grep -v 'server\|proxy' | sed 's#/.*/##'
$ kubectl config set-cluster c1 --server=https://y --insecure-skip-tls-verify
$ kubectl config set-credentials u1 --token=abc
$ kubectl config set-credentials u1 --username=a --password=b
$ kubectl config set-credentials u2 --client-certificate=x.txt --client-key=x.txt
$ kubectl config set-credentials u3 --client-certificate=x.txt --client-key=x.txt --embed-certs=true
$ kubectl config set-credentials u4 --token=a --username=x
$ kubectl config get-clusters
$ kubectl config get-users
$ kubectl config view | grep -v '127\|proxy' | sed 's#/.*/##'
$ kubectl config rename-context new newer
$ kubectl config delete-context newer | sed 's#/.*##'
$ kubectl config delete-cluster c1 | sed 's#/.*##'
$ kubectl config delete-user u1 | sed 's#/.*##'
$ kubectl config set contexts.foo.namespace bar
$ kubectl config set current-context foo
$ kubectl config set nope x
$ kubectl config set users.u9.token abc
$ kubectl config set clusters.c9.insecure-skip-tls-verify true
$ kubectl config unset users.u9.token
$ kubectl config unset contexts.foo
$ kubectl config unset current-context
$ kubectl config current-context
$ kubectl config view --minify
$ kubectl config foo
$ kubectl config view --minify --context=foo
$ kubectl config view --minify --context=podlab-sandbox -o jsonpath='{.users[0].name}'
$ kubectl config use podlab-sandbox
$ kubectl config view -o jsonpath='{.clusters[0].name}'
$ kubectl config delete-context podlab-sandbox | sed 's#/.*##'
$ kubectl config get-contexts
$ kubectl --kubeconfig=nofile config view
$ kubectl --kubeconfig=nofile config set-context a --namespace=b
$ kubectl --kubeconfig=nofile config get-contexts
$ cat nofile
