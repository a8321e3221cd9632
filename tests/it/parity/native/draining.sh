# Taints, and nodes that are emptied.
$ kubectl taint node node-1 a=b:NoSchedule
$ kubectl taint node node-1 a=b:NoSchedule
$ kubectl taint node node-1 a=c:NoSchedule --overwrite
$ kubectl taint node node-1 q-
$ kubectl taint node node-1 a- b=c:NoExecute
$ kubectl taint node node-1 b:NoExecute-
$ kubectl taint node node-1 a=b:Foo
$ kubectl taint node node-1 a=b
$ kubectl taint node node-1
$ kubectl taint nodes --all x=y:PreferNoSchedule
$ kubectl get node node-1 -o jsonpath='{.spec.taints}'
$ kubectl taint nodes --all x-
$ kubectl taint pod x a=b:NoSchedule
$ kubectl taint node zzz a=b:NoSchedule
$ kubectl taint node node-1 a=b:NoSchedule --dry-run=client
$ kubectl cordon node-1
$ kubectl cordon node-1
$ kubectl cordon node-1 node-2 --dry-run=client
$ kubectl uncordon node-1
$ kubectl uncordon node-1
$ kubectl cordon nope
$ kubectl cordon
$ kubectl drain
= kubectl cordon node-2
= kubectl run bare --image=nginx && kubectl wait --for=condition=Ready pod/bare
= printf 'apiVersion: v1\nkind: Pod\nmetadata: {name: ed}\nspec:\n  containers: [{name: a, image: nginx}]\n  volumes: [{name: v, emptyDir: {}}]\n' > ed.yaml
= kubectl apply -f ed.yaml; kubectl wait --for=condition=Ready pod/ed
$ kubectl uncordon node-2
$ kubectl drain node-2
$ kubectl uncordon node-2
$ kubectl drain node-1 2>&1 | grep ^cannot | sort
$ kubectl drain node-1 --force --ignore-daemonsets
$ kubectl drain node-1 --force --ignore-daemonsets --delete-emptydir-data --dry-run=client
$ kubectl drain node-1 --force --ignore-daemonsets --delete-emptydir-data | sort
$ kubectl uncordon node-1 node-2
