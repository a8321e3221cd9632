# Events by their readers.
$ kubectl get events
$ kubectl events
= cat > web.yaml <<END
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  automountServiceAccountToken: false
  terminationGracePeriodSeconds: 0
  containers: [{name: main, image: busybox, imagePullPolicy: Always, command: [sleep, "3600"]}]
END
= kubectl apply -f web.yaml
= kubectl wait --for=condition=Ready pod/web --timeout=60s
? kubectl get events | grep -q Started
$ kubectl get events --sort-by=.metadata.creationTimestamp -o custom-columns=TYPE:.type,REASON:.reason,KIND:.involvedObject.kind,NAME:.involvedObject.name
$ kubectl get events --field-selector type=Warning
$ kubectl get events --field-selector reason=Created
$ kubectl get ev --field-selector reason=Pulled -o wide | wc -l
$ kubectl events --for pod/web --types=Warning
$ kubectl events --for pod/web | awk '{print $2, $3, $4}' | sort
$ kubectl describe pod web | sed -n '/^Events/,$p'
$ kubectl delete pod web --now
