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
# rows FILE N: waits until a watch in the background has written so many lines, then ends it.
= rows() { for i in $(seq 300); do [ "$(wc -l < "$1")" -ge "$2" ] && break; sleep 0.2; done; cat "$1"; }; declare -f rows > rows.sh
$ : > watch.txt; kubectl get cm zulu -w > watch.txt & . ./rows.sh; rows watch.txt 2; kill $!
$ : > labels.txt; kubectl get cm zulu -w --show-labels > labels.txt & . ./rows.sh; rows labels.txt 2 | wc -l; kubectl label cm zulu seen=yes; rows labels.txt 3; kill $!
$ timeout -s INT 2 kubectl get cm -l group=sorted --watch-only
$ kubectl get cm -l group=none
$ kubectl get cm -l group=none -o name
$ kubectl delete cm -l group=sorted
