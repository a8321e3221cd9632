# set, annotate, patch, rollout and scale, and what they refuse.
= kubectl create deployment web --image=nginx --replicas=2
= kubectl create cm m --from-literal=a=1
= kubectl create service clusterip s --tcp=80
= kubectl create rolebinding rb --role=x --user=a 2>/dev/null
$ kubectl set image deploy/web nginx=nginx:2
$ kubectl set image deploy/web nginx=nginx:2
$ kubectl set image deploy/web x=nginx:2
$ kubectl set image deploy/web
$ kubectl set image deploy/nope a=b
$ kubectl set image deploy web '*=nginx:3' -o yaml --dry-run=client | grep image
$ kubectl set env deploy/web A=1 B=2
$ kubectl set env deploy/web A=1
$ kubectl set env deploy/web --list
$ kubectl set env deploy web A-
$ kubectl set env deploy/web --from=configmap/m
$ kubectl set env deploy/web --list
$ kubectl set env deploy/web --list --resolve
$ kubectl set env deploy/web A
$ kubectl set env deploy --all Q=1
$ kubectl set env deploy/web -c nope Q=1
$ kubectl set resources deploy/web --requests=cpu=10m --limits=cpu=1,memory=1Gi
$ kubectl set resources deploy/web --requests=cpu=10m
$ kubectl set resources deploy/web
$ kubectl set serviceaccount deploy web default
$ kubectl set sa deploy web default
$ kubectl set selector svc s a=b
$ kubectl set selector svc s a=b
$ kubectl set subject rolebinding rb --user=b 2>/dev/null
$ kubectl set subject rolebinding rb --user=b
$ kubectl set foo
$ kubectl annotate cm m a=1
$ kubectl annotate cm m a=2
$ kubectl annotate cm m a=1
$ kubectl annotate cm m zz-
$ kubectl annotate cm m a-
$ kubectl annotate cm m
$ kubectl annotate cm m --list
$ kubectl annotate cm m x=y --dry-run=client
$ kubectl annotate cm --all x=y
$ kubectl annotate cm m --list
$ kubectl annotate cm m x=y z
$ kubectl annotate x=y
$ kubectl patch cm m -p nonsense
$ kubectl patch cm m
$ kubectl patch cm nope -p '{}'
$ kubectl patch cm m --type=foo -p '{}'
$ kubectl patch cm m --type=json -p '{}'
$ kubectl patch cm m --type=merge -p '{"data":{"z":"1"}}' --dry-run=client
$ kubectl patch cm m -p 'data: {q: "1"}'
$ kubectl patch cm m -p '{}'
$ kubectl patch cm m --patch-file=nofile
$ kubectl patch -p '{}'
$ kubectl patch cm -p '{}'
$ kubectl rollout history cm/m
$ kubectl rollout status cm/m
$ kubectl rollout undo cm/m
$ kubectl rollout pause cm/m
$ kubectl rollout restart cm/m
$ kubectl rollout undo deploy/web --to-revision=99
$ kubectl rollout status deploy/nope
$ kubectl rollout history
$ kubectl rollout foo
$ kubectl rollout history deploy
$ kubectl scale deploy/web --replicas=3 --current-replicas=5
$ kubectl scale deploy/web
$ kubectl scale cm/m --replicas=1
$ kubectl scale deploy --all --replicas=1
$ kubectl scale deploy web nope --replicas=1
$ kubectl scale deploy web --replicas=2 --dry-run=client
$ kubectl scale deploy web --replicas=-1
$ kubectl scale --replicas=1
