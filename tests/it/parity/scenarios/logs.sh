# Logs with their flags.
= cat > talker.yaml <<END
apiVersion: v1
kind: Pod
metadata: {name: talker, labels: {app: talker}}
spec:
  automountServiceAccountToken: false
  terminationGracePeriodSeconds: 0
  initContainers: [{name: setup, image: busybox, imagePullPolicy: IfNotPresent, command: [echo, set up]}]
  containers:
  - {name: first, image: busybox, imagePullPolicy: IfNotPresent, command: [sh, -c, "echo one; echo two; sleep 1; echo three >&2; sleep 3600"]}
  - {name: second, image: busybox, imagePullPolicy: IfNotPresent, command: [sh, -c, "echo other; sleep 3600"]}
END
$ kubectl apply -f talker.yaml
= kubectl wait --for=condition=Ready pod/talker --timeout=60s
? kubectl logs talker -c first | grep three
$ kubectl logs talker
$ kubectl logs talker first
$ kubectl logs talker -c second
$ kubectl logs talker --all-containers | sort
$ kubectl logs talker --all-containers --prefix | sort
$ kubectl logs talker -c first --tail=1
$ kubectl logs talker -c first --tail=0
$ kubectl logs talker -c first --timestamps
$ kubectl logs talker -c first --since=1h
$ kubectl logs talker -c first --limit-bytes=5
$ kubectl logs -l app=talker --all-containers | sort
$ kubectl logs talker -c setup
$ kubectl logs talker -c nothing
$ kubectl logs talker -c first --previous
$ kubectl logs nothing
$ : > followed.txt; kubectl logs -f talker -c first > followed.txt & for i in $(seq 300); do grep -q three followed.txt && break; sleep 0.2; done; kill $!; cat followed.txt
$ kubectl delete pod talker --now
