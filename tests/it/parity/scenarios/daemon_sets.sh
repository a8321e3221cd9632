# A daemon set; the number of nodes differs, so only what does not depend on it is looked at.
= cat > agent.yaml <<END
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec:
      automountServiceAccountToken: false
      terminationGracePeriodSeconds: 0
      containers: [{name: main, image: busybox, imagePullPolicy: IfNotPresent, command: [sleep, "3600"]}]
END
$ kubectl apply -f agent.yaml
= kubectl rollout status ds/agent --timeout=60s
$ kubectl get ds agent -o jsonpath='{.spec.updateStrategy.type}'
$ test "$(kubectl get ds agent -o jsonpath='{.status.numberReady}')" = "$(kubectl get nodes -o name | wc -l)" && echo as many as nodes
$ kubectl rollout history ds/agent
$ kubectl rollout restart ds/agent
= kubectl rollout status ds/agent --timeout=60s
$ kubectl rollout history ds/agent
$ kubectl patch ds agent -p '{"spec":{"template":{"spec":{"nodeSelector":{"nowhere":"yes"}}}}}'
? test "$(kubectl get ds agent -o jsonpath='{.status.desiredNumberScheduled}')" = 0
? test -z "$(kubectl get pods -l app=agent -o name)"
$ kubectl get ds
$ kubectl scale ds agent --replicas=2
$ kubectl delete ds agent
