# Deleting in its ways.
= for n in a b c d; do kubectl create configmap $n; done
$ kubectl delete configmap a
$ kubectl delete configmap a
$ kubectl delete configmap a --ignore-not-found
$ kubectl delete cm/b cm/c
$ kubectl delete cm d -o name
$ kubectl delete cm
$ kubectl delete nothing a
$ kubectl delete pvc --all
$ kubectl delete pods --all
= kubectl create deployment web --image=busybox --replicas=1 -- sleep 3600
? test -n "$(kubectl get rs -o name)"
$ kubectl delete deployment web --cascade=orphan
$ kubectl get deploy
$ kubectl get rs --no-headers | wc -l
$ kubectl delete rs --all --now | sed 's/-[^-]*" / /'
? test -z "$(kubectl get rs -o name)"
= kubectl create configmap kept && kubectl patch cm kept -p '{"metadata":{"finalizers":["example.com/keep"]}}'
$ kubectl delete cm kept --wait=false
$ kubectl get cm kept -o jsonpath='{.metadata.finalizers}'
$ kubectl patch cm kept -p '{"metadata":{"finalizers":null}}'
$ kubectl get cm kept
= kubectl run slow --image=busybox --restart=Never --command -- sleep 3600
= kubectl wait --for=condition=Ready pod/slow --timeout=60s
$ kubectl delete pod slow --wait=false
$ kubectl get pod slow
$ kubectl delete pod slow --grace-period=0 --force
$ kubectl delete pod slow --dry-run=client
$ kubectl delete all --all
