# Nodes; what would disturb others is only tried.
$ kubectl get nodes --no-headers | awk '{print $2}' | sort -u
$ NODE=$(kubectl get nodes -o jsonpath='{.items[0].metadata.name}'); kubectl label node $NODE parity=yes
$ kubectl get nodes -l parity=yes -o name
$ NODE=$(kubectl get nodes -o jsonpath='{.items[0].metadata.name}'); kubectl label node $NODE parity-
$ NODE=$(kubectl get nodes -o jsonpath='{.items[0].metadata.name}'); kubectl taint node $NODE parity=yes:PreferNoSchedule
$ NODE=$(kubectl get nodes -o jsonpath='{.items[0].metadata.name}'); kubectl taint node $NODE parity=yes:PreferNoSchedule
$ NODE=$(kubectl get nodes -o jsonpath='{.items[0].metadata.name}'); kubectl taint node $NODE parity-
$ NODE=$(kubectl get nodes -o jsonpath='{.items[0].metadata.name}'); kubectl taint node $NODE parity-
$ NODE=$(kubectl get nodes -o jsonpath='{.items[0].metadata.name}'); kubectl cordon $NODE --dry-run=client
$ NODE=$(kubectl get nodes -o jsonpath='{.items[0].metadata.name}'); kubectl uncordon $NODE
$ NODE=$(kubectl get nodes -o jsonpath='{.items[0].metadata.name}'); kubectl describe node $NODE | grep -E '^(Name|Unschedulable|Conditions|Addresses|Capacity|Allocatable|System Info)'
$ kubectl get node nothing
$ kubectl describe node nothing
+ NODE=$(kubectl get nodes -o jsonpath='{.items[1].metadata.name}'); kubectl drain $NODE --ignore-daemonsets --delete-emptydir-data --force && kubectl get node $NODE | grep SchedulingDisabled && kubectl uncordon $NODE
= cat > nowhere.yaml <<END
apiVersion: v1
kind: Pod
metadata: {name: nowhere}
spec:
  automountServiceAccountToken: false
  nodeSelector: {disk: none}
  containers: [{name: main, image: busybox}]
---
apiVersion: v1
kind: Pod
metadata: {name: huge}
spec:
  automountServiceAccountToken: false
  containers: [{name: main, image: busybox, resources: {requests: {cpu: "1000"}}}]
END
$ kubectl apply -f nowhere.yaml
? kubectl get events --field-selector reason=FailedScheduling | grep -q nowhere
$ kubectl get pods
$ kubectl get pod nowhere -o jsonpath='{.status.conditions[0].type} {.status.conditions[0].status} {.status.conditions[0].reason}'
$ kubectl describe pod huge | grep -E '^(Node|Status|  PodScheduled)'
$ kubectl delete -f nowhere.yaml --now
+ kubectl run dbg --image=busybox --restart=Never --command -- sleep 3600
+ kubectl wait --for=condition=Ready pod/dbg --timeout=30s
+ kubectl debug dbg --image=busybox -c tool -- echo debugging
+ kubectl delete pod dbg --now
