# Probes that fail: restarts, readiness, endpoints.
= cat > probes.yaml <<END
apiVersion: v1
kind: Pod
metadata: {name: sick}
spec:
  automountServiceAccountToken: false
  terminationGracePeriodSeconds: 1
  containers:
  - name: main
    image: k8s.gcr.io/liveness
    args: [/server]
    livenessProbe: {httpGet: {path: /healthz, port: 8080}, initialDelaySeconds: 3, periodSeconds: 3}
---
apiVersion: v1
kind: Pod
metadata: {name: unready, labels: {app: unready}}
spec:
  automountServiceAccountToken: false
  terminationGracePeriodSeconds: 0
  containers:
  - name: main
    image: busybox
    imagePullPolicy: IfNotPresent
    command: [sleep, "3600"]
    readinessProbe: {exec: {command: [cat, /tmp/ready]}, periodSeconds: 1}
END
$ kubectl apply -f probes.yaml
= kubectl expose pod unready --port=80
? kubectl get events --field-selector involvedObject.name=unready,reason=Unhealthy | grep -q Readiness
$ kubectl get pod unready
$ kubectl get endpoints unready
$ kubectl get pod unready -o jsonpath='{.status.conditions[?(@.type=="Ready")].reason}'
$ kubectl wait --for=condition=Ready pod/unready --timeout=1s
$ kubectl get events --field-selector involvedObject.name=unready,reason=Unhealthy -o jsonpath='{.items[0].message}'
$ kubectl exec unready -- touch /tmp/ready
$ kubectl wait --for=condition=Ready pod/unready --timeout=20s
$ kubectl get pod unready
? test -n "$(kubectl get endpoints unready -o jsonpath='{.subsets[0].addresses}')"
$ kubectl get endpoints unready
? test "$(kubectl get pod sick -o jsonpath='{.status.containerStatuses[0].restartCount}')" = 1
$ kubectl get pod sick -o jsonpath='{.status.containerStatuses[0].lastState.terminated.reason}'
$ kubectl get events --field-selector involvedObject.name=sick,reason=Unhealthy -o jsonpath='{.items[0].message} {.items[0].count}'
$ kubectl get events --field-selector involvedObject.name=sick,reason=Killing -o jsonpath='{.items[0].message}'
? kubectl get pod sick | grep -q 1/1
$ kubectl get pod sick
$ kubectl describe pod unready | grep -A1 -E 'Readiness:|Conditions:'
$ kubectl delete svc unready
$ kubectl delete pod sick unready --now
