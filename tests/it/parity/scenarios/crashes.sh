# Containers that end: codes, restarts, init containers that fail. Between two restarts 1.20 says
# CrashLoopBackOff and 1.36 Error, so the word is not compared.
= cat > crash.yaml <<END
apiVersion: v1
kind: Pod
metadata: {name: crasher}
spec:
  automountServiceAccountToken: false
  terminationGracePeriodSeconds: 0
  containers: [{name: main, image: busybox, imagePullPolicy: IfNotPresent, command: [sh, -c, "echo crashing; exit 7"]}]
---
apiVersion: v1
kind: Pod
metadata: {name: once}
spec:
  automountServiceAccountToken: false
  restartPolicy: Never
  containers: [{name: main, image: busybox, imagePullPolicy: IfNotPresent, command: [sh, -c, "exit 3"]}]
---
apiVersion: v1
kind: Pod
metadata: {name: init-fails}
spec:
  automountServiceAccountToken: false
  restartPolicy: Never
  initContainers: [{name: first, image: busybox, imagePullPolicy: IfNotPresent, command: [sh, -c, "exit 5"]}]
  containers: [{name: main, image: busybox, imagePullPolicy: IfNotPresent, command: [sleep, "3600"]}]
---
apiVersion: v1
kind: Pod
metadata: {name: init-waits}
spec:
  automountServiceAccountToken: false
  terminationGracePeriodSeconds: 0
  initContainers:
  - {name: first, image: busybox, imagePullPolicy: IfNotPresent, command: ["true"]}
  - {name: second, image: busybox, imagePullPolicy: IfNotPresent, command: [sleep, "3600"]}
  containers: [{name: main, image: busybox, imagePullPolicy: IfNotPresent, command: [sleep, "3600"]}]
---
apiVersion: v1
kind: Pod
metadata: {name: no-program}
spec:
  automountServiceAccountToken: false
  restartPolicy: Never
  containers: [{name: main, image: busybox, imagePullPolicy: IfNotPresent, command: [nothing-like-it]}]
END
$ kubectl apply -f crash.yaml
? kubectl get pod once | grep -q Error
? test "$(kubectl get pod once -o jsonpath='{.status.phase}')" = Failed
$ kubectl get pod once
$ kubectl get pod once -o jsonpath='{.status.phase} {.status.containerStatuses[0].state.terminated.exitCode} {.status.containerStatuses[0].state.terminated.reason}'
? kubectl get pod init-fails | grep -q Init:Error
? test "$(kubectl get pod init-fails -o jsonpath='{.status.phase}')" = Failed
$ kubectl get pod init-fails
$ kubectl logs init-fails -c main
$ kubectl logs init-fails
? kubectl get pod init-waits | grep -q Init:1/2
$ kubectl get pod init-waits
$ kubectl get pod init-waits -o jsonpath='{.status.conditions[?(@.type=="Initialized")].status} {.status.conditions[?(@.type=="Initialized")].reason}'
? test "$(kubectl get pod crasher -o jsonpath='{.status.containerStatuses[0].restartCount}')" = 2
$ kubectl logs crasher
$ kubectl logs crasher --previous
$ kubectl get pod crasher -o jsonpath='{.status.containerStatuses[0].lastState.terminated.exitCode}'
? kubectl get pod no-program -o jsonpath='{.status.containerStatuses[0].state.terminated.exitCode}' | grep -q 12
$ kubectl get pod no-program
$ kubectl get events --field-selector involvedObject.name=crasher,type=Warning -o jsonpath='{.items[0].reason}'
$ kubectl wait --for=condition=Ready pod/once --timeout=1s
$ kubectl delete pod crasher once init-fails init-waits no-program --now
