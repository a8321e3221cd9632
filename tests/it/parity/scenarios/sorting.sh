# Lists in other orders and shapes.
= for n in zulu alpha mike; do kubectl create configmap $n --from-literal=name=$n; kubectl label cm $n group=sorted; done
$ kubectl get cm -l group=sorted --sort-by=.metadata.name
$ kubectl get cm -l group=sorted --sort-by='{.metadata.name}' -o name
$ kubectl get cm -l group=sorted -o jsonpath='{range .items[*]}{.metadata.name}{"\t"}{.data.name}{"\n"}{end}'
$ kubectl get cm -l group=sorted -o custom-columns=N:.metadata.name,D:.data.name,X:.nothing
$ kubectl get cm -l group=sorted -o custom-columns=N:.metadata.name --no-headers
$ kubectl get cm -l group=sorted --chunk-size=1
$ kubectl get cm alpha mike -o name
$ kubectl get cm zulu -o jsonpath='{.kind}{.apiVersion}'
$ kubectl get cm zulu -o jsonpath='{.metadata.nothing}'
$ kubectl get cm zulu -o jsonpath='{.metadata'
$ kubectl get cm zulu -o nonsense
$ kubectl get cm -l group=sorted -o json | grep -c '"kind": "ConfigMap"'
$ kubectl get cm zulu -o yaml | grep -E '^(apiVersion|data|kind|  name)'
$ timeout -s INT 2 kubectl get cm zulu -w
$ (sleep 1; kubectl label cm zulu seen=yes >/dev/null) & timeout -s INT 3 kubectl get cm zulu -w --show-labels
$ timeout -s INT 2 kubectl get cm -l group=sorted --watch-only
$ kubectl get cm -l group=none
$ kubectl get cm -l group=none -o name
$ kubectl delete cm -l group=sorted
