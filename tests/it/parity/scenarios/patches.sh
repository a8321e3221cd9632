# The three patches, server-side apply, and conflicts.
= kubectl create configmap map --from-literal=a=1
= kubectl create deployment web --image=busybox --replicas=0
$ kubectl patch configmap map -p '{"data":{"b":"2"}}'
$ kubectl patch cm map --type=merge -p '{"data":{"a":null}}'
$ kubectl patch cm map --type=json -p '[{"op":"add","path":"/data/c","value":"3"}]'
$ kubectl patch cm map --type=json -p '[{"op":"test","path":"/data/c","value":"4"}]'
$ kubectl patch cm map --type=json -p '[{"op":"remove","path":"/data/zzz"}]'
$ kubectl get cm map -o jsonpath='{.data}'
$ kubectl patch cm map -p '{"data":{"b":"2"}}'
$ kubectl patch cm nothing -p '{}'
$ kubectl patch cm map -p 'nonsense'
$ kubectl patch deployment web -p '{"spec":{"template":{"spec":{"containers":[{"name":"second","image":"busybox"}]}}}}'
$ kubectl get deploy web -o jsonpath='{.spec.template.spec.containers[*].name}'
$ kubectl patch deployment web --type=merge -p '{"spec":{"template":{"spec":{"containers":[{"name":"only","image":"busybox"}]}}}}'
$ kubectl get deploy web -o jsonpath='{.spec.template.spec.containers[*].name}'
$ kubectl patch deployment web -p '{"spec":{"template":{"spec":{"containers":[{"name":"only","$patch":"delete"},{"name":"new","image":"busybox"}]}}}}'
$ kubectl get deploy web -o jsonpath='{.spec.template.spec.containers[*].name}'
$ kubectl patch deploy web -p '{"spec":{"selector":{"matchLabels":{"app":"other"}}}}'
$ kubectl patch deploy web --subresource=scale --type=merge -p '{"spec":{"replicas":0}}'
$ kubectl get deploy web -o jsonpath='{.metadata.generation}'
= printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: owned}\ndata: {k: v}\n' > owned.yaml
$ kubectl apply --server-side -f owned.yaml
$ kubectl apply --server-side -f owned.yaml --field-manager=other
= sed -i 's/k: v/k: w/' owned.yaml
$ kubectl apply --server-side -f owned.yaml --field-manager=third
$ kubectl apply --server-side -f owned.yaml --field-manager=third --force-conflicts
$ kubectl get cm owned -o jsonpath='{.data}'
$ kubectl delete deploy web
$ kubectl delete cm map owned
