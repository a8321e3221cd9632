# Accounts and their rights. The sandbox warns that nothing acts on roles; that warning is left out.
$ kubectl create serviceaccount robot
$ kubectl create sa robot
$ kubectl get serviceaccounts robot -o name
$ kubectl create role reader --verb=get,list --resource=pods 2>/dev/null
$ kubectl create rolebinding readers --role=reader --serviceaccount=$NS:robot 2>/dev/null
$ kubectl create clusterrole parity-watcher --verb=watch --resource=pods --dry-run=client -o yaml
$ kubectl create clusterrolebinding parity-admins --clusterrole=cluster-admin --user=someone --dry-run=client -o yaml
$ kubectl get role reader -o jsonpath='{.rules}'
$ kubectl describe role reader
$ kubectl describe rolebinding readers
$ kubectl get rolebindings readers -o wide
$ kubectl auth can-i create pods
$ kubectl auth can-i '*' '*'
+ kubectl auth whoami
+ kubectl create token robot
$ kubectl create role bad --verb=get --resource=nothings
$ kubectl delete rolebinding readers
$ kubectl delete role reader
$ kubectl delete sa robot
