# Folders with a kustomization.
= mkdir -p base && printf 'resources: [map.yaml]\nnamePrefix: pre-\ncommonLabels: {team: one}\n' > base/kustomization.yaml && printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: map}\ndata: {a: b}\n' > base/map.yaml
$ kubectl kustomize base 2>/dev/null
$ kubectl apply -k base 2>/dev/null
$ kubectl get cm pre-map --show-labels
$ kubectl get -k base -o name 2>/dev/null
$ kubectl delete -k base 2>/dev/null
$ kubectl apply -k nothing 2>&1 | sed "s#'[^']*'#PATH#g; s#lstat .*/#lstat #"
