# Rolling updates, their history, and the way back.
= cat > web.yaml <<END
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  annotations: {kubernetes.io/change-cause: first}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      automountServiceAccountToken: false
      terminationGracePeriodSeconds: 0
      containers: [{name: main, image: busybox, imagePullPolicy: IfNotPresent, command: [sleep, "3600"]}]
END
$ kubectl apply -f web.yaml
= kubectl rollout status deploy/web --timeout=60s
$ kubectl rollout history deployment/web
$ kubectl set image deployment/web main=busybox:1.36
= kubectl rollout status deploy/web --timeout=60s
$ kubectl annotate deployment/web kubernetes.io/change-cause=second --overwrite
$ kubectl rollout history deployment/web
$ kubectl rollout history deployment/web --revision=2
$ kubectl get deploy web -o jsonpath='{.spec.template.spec.containers[0].image}'
$ kubectl rollout undo deployment/web
= kubectl rollout status deploy/web --timeout=60s
$ kubectl rollout history deployment/web
$ kubectl get deploy web -o jsonpath='{.spec.template.spec.containers[0].image}'
$ kubectl rollout undo deployment/web --to-revision=2
$ kubectl rollout undo deployment/web --to-revision=99
= kubectl rollout status deploy/web --timeout=60s
$ kubectl rollout pause deployment/web
$ kubectl set env deployment/web COLOUR=red
$ kubectl set env deployment/web --list
$ kubectl set resources deployment web --requests=cpu=10m
$ kubectl rollout pause deployment/web
$ kubectl rollout resume deployment/web
= kubectl rollout status deploy/web --timeout=60s
$ kubectl rollout restart deployment/web
= kubectl rollout status deploy/web --timeout=60s
$ kubectl set serviceaccount deployment web default
= kubectl rollout status deploy/web --timeout=60s
$ kubectl rollout status deploy/web
$ kubectl set image deployment/web main=k8s.gcr.io/no-such-image:9
? kubectl get pods -l app=web | grep -qE 'ErrImagePull|ImagePullBackOff'
$ kubectl get deploy web
$ kubectl rollout status deploy/web --timeout=1s
$ kubectl rollout undo deploy/web
= kubectl rollout status deploy/web --timeout=60s
$ kubectl get rs -l app=web --no-headers | wc -l
$ kubectl delete deploy web
