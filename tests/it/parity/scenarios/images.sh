# Images that cannot be had.
= cat > bad.yaml <<END
apiVersion: v1
kind: Pod
metadata: {name: bad}
spec:
  automountServiceAccountToken: false
  terminationGracePeriodSeconds: 0
  containers: [{name: main, image: "k8s.gcr.io/no-such-image:9"}]
---
apiVersion: v1
kind: Pod
metadata: {name: never}
spec:
  automountServiceAccountToken: false
  terminationGracePeriodSeconds: 0
  containers: [{name: main, image: "registry.example/never-pulled:1", imagePullPolicy: Never}]
---
apiVersion: v1
kind: Pod
metadata: {name: unspeakable}
spec:
  automountServiceAccountToken: false
  terminationGracePeriodSeconds: 0
  containers: [{name: main, image: "Bad Name"}]
END
$ kubectl apply -f bad.yaml
? kubectl get pod bad | grep -q ImagePullBackOff
$ kubectl get pod bad -o jsonpath='{.status.phase}'
$ kubectl get events --field-selector involvedObject.name=bad,reason=Failed -o jsonpath='{range .items[*]}{.type} {.reason}{"\n"}{end}' | sort -u
? kubectl get pod never | grep -q ErrImageNeverPull
$ kubectl get pod never
? kubectl get pod unspeakable | grep -q InvalidImageName
$ kubectl get pod unspeakable
? kubectl get pod bad | grep -q ImagePullBackOff
$ kubectl logs bad 2>&1 | grep -o "is waiting to start"
$ kubectl exec bad -- true
$ kubectl set image pod/bad main=busybox
$ kubectl get pod bad -o jsonpath='{.spec.containers[0].image}'
$ kubectl delete pod bad never unspeakable --now
