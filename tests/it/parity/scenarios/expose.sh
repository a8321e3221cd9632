# expose, of pods and deployments; load balancers and node ports.
= cat > api.yaml <<END
apiVersion: v1
kind: Pod
metadata: {name: api, labels: {app: api}}
spec:
  automountServiceAccountToken: false
  terminationGracePeriodSeconds: 1
  containers: [{name: main, image: "mhausenblas/simpleservice:0.5.0", ports: [{containerPort: 9876}]}]
END
$ kubectl apply -f api.yaml
$ kubectl expose pod api --port=4000 --target-port=9876 --name=inner
$ kubectl expose pod api --port=4000 --target-port=9876 --name=inner
$ kubectl expose pod api --port=80 --target-port=9876 --name=balanced --type=LoadBalancer
$ kubectl expose pod api --port=80 --name=ported --type=NodePort
$ kubectl expose pod api
$ kubectl expose pod api --name=none --dry-run=client -o yaml
$ kubectl expose pod nothing --port=80
$ kubectl get svc inner
$ kubectl get svc inner -o jsonpath='{.spec.ports}'
? kubectl get svc balanced -o jsonpath='{.status.loadBalancer.ingress[0].ip}' | grep -q 10.30
$ kubectl get svc balanced
$ kubectl get svc ported
$ kubectl describe svc ported | grep -E '^(Selector|Type|Port|TargetPort|NodePort|External)'
= kubectl wait --for=condition=Ready pod/api --timeout=60s
$ kubectl delete svc inner balanced ported
$ kubectl delete pod api
