# Namespaces.
= kubectl delete namespace parity-made parity-second --ignore-not-found
$ kubectl create namespace parity-made
$ kubectl create ns parity-made
$ kubectl create namespace bad_name
$ kubectl create namespace dry --dry-run=client -o yaml
$ kubectl get namespace parity-made
$ kubectl get ns parity-made -o jsonpath='{.spec.finalizers}{.status.phase}'
$ kubectl describe namespace parity-made | grep -v ^Labels
$ kubectl -n parity-made create configmap inside --from-literal=a=b
$ kubectl -n parity-made get cm inside
$ kubectl get cm inside --namespace=parity-made -o name
$ kubectl get cm -A --field-selector metadata.name=inside
$ kubectl get cm --all-namespaces --field-selector metadata.name=inside --no-headers
$ kubectl -n nothing get pods
$ kubectl -n nothing create configmap a
= printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x, namespace: elsewhere}\n' > elsewhere.yaml
$ kubectl -n parity-made apply -f elsewhere.yaml
$ kubectl config set-context --current --namespace=parity-made | wc -l
$ kubectl get cm inside
$ kubectl config view --minify -o jsonpath='{..namespace}'
$ kubectl config set-context --current --namespace=$NS | wc -l
$ kubectl delete namespace parity-made
$ kubectl get namespace parity-made
$ kubectl delete namespace parity-made
