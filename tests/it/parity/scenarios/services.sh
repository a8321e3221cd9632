# Services, their endpoints, and who reaches them.
= cat > api.yaml <<END
apiVersion: v1
kind: Pod
metadata: {name: api, labels: {app: api}}
spec:
  automountServiceAccountToken: false
  terminationGracePeriodSeconds: 1
  containers:
  - name: main
    image: mhausenblas/simpleservice:0.5.0
    ports: [{containerPort: 9876, name: web}]
---
apiVersion: v1
kind: Pod
metadata: {name: client}
spec:
  automountServiceAccountToken: false
  terminationGracePeriodSeconds: 0
  containers: [{name: main, image: "satoms/jumpserver:v1", command: [sleep, "3600"]}]
END
$ kubectl apply -f api.yaml
= kubectl wait --for=condition=Ready pod/api pod/client --timeout=90s
= cat > svc.yaml <<END
apiVersion: v1
kind: Service
metadata: {name: api}
spec:
  selector: {app: api}
  ports: [{port: 80, targetPort: web}]
END
$ kubectl apply -f svc.yaml
? test -n "$(kubectl get endpoints api -o jsonpath='{.subsets[0].addresses[0].ip}')"
$ kubectl get svc
$ kubectl get services -o wide
$ kubectl get endpoints api
$ kubectl get ep api
$ kubectl describe svc api | grep -E '^(Name|Namespace|Selector|Type|Port|TargetPort|Session|Events)'
$ kubectl describe endpoints api | grep -vE "^(Labels|Annotations):"
? kubectl exec client -- curl -s --max-time 2 http://api/info
$ kubectl exec client -- curl -s http://api/info
$ kubectl exec client -- curl -s http://api.$NS/health
$ kubectl exec client -- curl -s http://api.$NS.svc.cluster.local/info
$ kubectl exec client -- curl -s -o /dev/null -w '%{http_code}\n' http://api/nothing
$ kubectl exec client -- curl -s --max-time 5 http://nothing-of-this-name/
$ kubectl exec client -- curl -s http://api:81/ --connect-timeout 1
$ kubectl create service clusterip plain --tcp=80:8080
$ kubectl create service nodeport outer --tcp=80 --node-port=30999 --dry-run=client -o yaml
$ kubectl create service externalname outside --external-name=example.com
$ kubectl create service loadbalancer balanced --tcp=80:9876 --dry-run=server
$ kubectl get svc plain outside
$ kubectl describe svc outside | grep -vE '^(IP|IPs|IP Families|Internal)'
$ kubectl set selector svc/plain app=api
? test -n "$(kubectl get endpoints plain -o jsonpath='{.subsets[0].addresses[0].ip}')"
$ kubectl get endpoints plain
$ kubectl patch svc plain -p '{"spec":{"selector":{"app":"none"}}}'
? test -z "$(kubectl get endpoints plain -o jsonpath='{.subsets}')"
$ kubectl get endpoints plain
$ kubectl delete pod api
? test -z "$(kubectl get endpoints api -o jsonpath='{.subsets[0].addresses}')"
? ! kubectl exec client -- curl -s --connect-timeout 1 http://api/info
$ kubectl exec client -- curl -s --connect-timeout 2 http://api/info
$ kubectl delete svc api plain outside
$ kubectl delete pod client --now
+ kubectl get endpointslices
