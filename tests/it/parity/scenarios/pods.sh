# A pod's life as get, describe and exec show it.
= cat > web.yaml <<END
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web, tier: front}}
spec:
  automountServiceAccountToken: false
  terminationGracePeriodSeconds: 1
  containers:
  - name: main
    image: busybox
    imagePullPolicy: Always
    command: [sh, -c, "echo started; sleep 3600"]
    ports: [{containerPort: 8080, name: http}]
    env: [{name: GREETING, value: hello}]
    resources: {requests: {cpu: 10m, memory: 8Mi}, limits: {memory: 32Mi}}
END
$ kubectl get pods
$ kubectl apply -f web.yaml
$ kubectl wait --for=condition=Ready pod/web --timeout=60s
$ kubectl get pods
$ kubectl get po
$ kubectl get pod web
$ kubectl get pods/web -o name
$ kubectl get pods --no-headers
$ kubectl get pods --show-labels
$ kubectl get pods -L app,tier
$ kubectl get pods -o wide
$ kubectl get pods -o jsonpath='{.items[*].metadata.name}'
$ kubectl get pods -o custom-columns=NAME:.metadata.name,IMAGE:.spec.containers[0].image,QOS:.status.qosClass
$ kubectl get pod web --template '{{.status.phase}}{{"\n"}}'
$ kubectl get pod web -o go-template='{{range .spec.containers}}{{.name}}{{end}}'
$ kubectl describe pod web | grep -v PodReadyToStart
$ kubectl describe pod -l app=web | grep -v PodReadyToStart
$ kubectl exec web -- echo hi
$ kubectl exec web -- sh -c 'echo $GREETING; exit 3'
$ kubectl exec web -c main -- cat /nothing
$ kubectl exec web -- nothing-like-it
$ kubectl exec web -c other -- true
$ kubectl exec nothing -- true
$ echo text | kubectl exec -i web -- cat
$ kubectl logs web
$ kubectl get events --field-selector involvedObject.name=web,reason=Scheduled -o jsonpath='{.items[*].reason}'
$ kubectl annotate pod web note=first
$ kubectl annotate pod web note=second
$ kubectl annotate pod web note=second --overwrite
$ kubectl annotate pod web note-
$ kubectl delete pod web
$ kubectl get pod web
