# A stateful set: names, order, a claim each.
= cat > db.yaml <<END
apiVersion: v1
kind: Service
metadata: {name: db}
spec: {clusterIP: None, selector: {app: db}, ports: [{port: 80}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  replicas: 2
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec:
      automountServiceAccountToken: false
      terminationGracePeriodSeconds: 0
      containers: [{name: main, image: busybox, imagePullPolicy: IfNotPresent, command: [sleep, "3600"]}]
END
$ kubectl apply -f db.yaml
= kubectl rollout status sts/db --timeout=60s
$ kubectl get statefulsets
$ kubectl get sts db -o wide
$ kubectl get pods -l app=db -o name
$ kubectl describe sts db
$ kubectl exec db-1 -- hostname
$ kubectl scale sts db --replicas=3
= kubectl rollout status sts/db --timeout=60s
$ kubectl get pods -l app=db
$ kubectl delete pod db-0 --now
? test "$(kubectl get sts db -o jsonpath='{.status.readyReplicas}')" = 3
$ kubectl get pods -l app=db -o name
$ kubectl scale sts db --replicas=1
? test "$(kubectl get pods -l app=db -o name | wc -l)" = 1
$ kubectl get pods -l app=db -o name
$ kubectl rollout restart sts/db
= kubectl rollout status sts/db --timeout=60s
$ kubectl get svc db
$ kubectl delete -f db.yaml
