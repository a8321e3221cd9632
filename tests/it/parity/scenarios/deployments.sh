# A deployment from nothing to three replicas and back.
= cat > web.yaml <<END
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      automountServiceAccountToken: false
      terminationGracePeriodSeconds: 0
      containers:
      - name: main
        image: busybox
        imagePullPolicy: IfNotPresent
        command: [sleep, "3600"]
END
$ kubectl apply -f web.yaml
$ kubectl rollout status deployment/web --timeout=60s | tail -n 1
$ kubectl get deployments
$ kubectl get deploy web -o wide
$ kubectl get rs
$ kubectl get pods -l app=web
$ kubectl describe deployment web
$ kubectl describe rs -l app=web
$ kubectl get all
$ kubectl scale deployment web --replicas=3
? test "$(kubectl get deploy web -o jsonpath='{.status.readyReplicas}')" = 3
$ kubectl get deploy web
$ kubectl scale deploy/web --replicas=1 --current-replicas=2
$ kubectl scale --replicas=1 -f web.yaml
? test "$(kubectl get pods -l app=web -o name | wc -l)" = 1
$ kubectl get pods -l app=web
$ kubectl wait --for=condition=Available deployment/web --timeout=30s
$ kubectl autoscale deployment web --min=1 --max=3 --cpu-percent=80 --dry-run=client
$ kubectl create deployment made --image=busybox --replicas=2 --port=80 --dry-run=client -o yaml
$ kubectl create deployment made --image=busybox -- sleep 3600
$ kubectl create deploy made --image=busybox
$ kubectl get deploy made -o jsonpath='{.spec.selector.matchLabels}'
$ kubectl exec deploy/web -- echo by deployment
$ kubectl logs deployment/web
$ kubectl get pods --selector=app=web -o jsonpath='{.items[0].metadata.ownerReferences[0].kind}'
= kubectl delete pod -l app=web --now
? test "$(kubectl get deploy web -o jsonpath='{.status.readyReplicas}')" = 1
$ kubectl get deploy web
$ kubectl delete deployment web made
? test -z "$(kubectl get pods -o name)"
$ kubectl get all
